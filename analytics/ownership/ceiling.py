"""The most that somebody can have of an enterprise, however the shares are that are not known.

Invariants (tests/unit/test_ownership_ceiling.py holds one test a number)
1. No choice of shares within their bounds, of which those in one enterprise are not more than the whole, gives more; without loops
   one gives as much.
2. Of what a loop holds whoever stands behind it has all at most.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

from analytics.ownership.stake_kernels import closure
from analytics.ownership.stakes import Stakes, parts_of
from graph.model import PPM

_Row = list[tuple[int, int, int]]


LOOKED_AT = 200_000
"""Stakes that are looked at for one question; above more of them everybody may have all."""


class Above:
    """Everything above one enterprise, to be asked about some of its owners."""

    def __init__(self, stakes: Stakes, subject: int) -> None:
        nodes, begin, holder, place, cut = closure(stakes.begin, stakes.holder, subject, LOOKED_AT)
        self._stakes = LOOKED_AT + 1 if cut else len(holder)
        self._number = {node: number for number, node in enumerate(nodes.tolist())}
        held = list(zip(holder.tolist(), stakes.least[place].tolist(), stakes.most[place].tolist(), strict=True))
        self._rows: list[_Row] = [held[first:last] for first, last in pairwise(begin.tolist())]
        starts, order = parts_of(begin, holder)
        self._parts = [order[first:last].tolist() for first, last in pairwise(starts.tolist())]

    def is_small(self, owners: int = 1) -> bool:
        """Say whether so many owners can be asked about: of more, or above more stakes, each may have all."""
        return self._stakes * owners <= LOOKED_AT

    def ceiling(self, owner: int) -> Fraction:
        """Return the most, in ppm, that an owner can have."""
        if not self.is_small():
            return Fraction(PPM)
        if owner not in self._number:
            return Fraction(0)
        most = {self._number[owner]: Fraction(1)}
        for part in self._parts:
            rows = {node: [each for each in self._rows[node] if each[0] in most] for node in part}
            if len(part) == 1 and all(holder != part[0] for holder, _, _ in self._rows[part[0]]):
                if found := _most(self._rows[part[0]], rows[part[0]], most):
                    most[part[0]] = found
            elif any(rows.values()):
                most |= dict.fromkeys(part, Fraction(1))
        return most.get(0, Fraction(0)) * PPM


def _most(row: _Row, his: _Row, most: Mapping[int, Fraction]) -> Fraction:
    """Return the most that comes through one row: what nobody certainly holds goes to those first of whom the owner has most."""
    free = PPM - sum(least for _, least, _ in row)
    if free < 0:  # what is stated is more than the whole, and counts as it is stated
        return min(Fraction(1), sum((most[holder] * share for holder, _, share in his), Fraction(0)) / PPM)
    total = Fraction(0)
    for holder, least, share in sorted(his, key=lambda each: -most[each[0]]):
        more = min(share - least, free)
        free -= more
        total += most[holder] * (least + more)
    return total / PPM
