"""Shares as fractions, for the few that lie too near a threshold for floats, and for one who wants the very number."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from analytics.ownership.stake_kernels import closure
from analytics.ownership.stakes import Stakes, parts_of
from graph.model import PPM
from graph.snapshot.numbers import check_node

LARGEST_LOOP = 60
"""Enterprises in a loop that are solved in fractions at most."""


def exact_share(stakes: Stakes, owner: int, subject: int, *, most: bool = False) -> Fraction | None:
    """Return what an owner integrally holds of a subject in ppm; None where a loop is closed or too large to be solved so.

    Parameters
    ----------
    most : bool
        By the greatest shares instead of the least.
    """
    return exact_bounds(stakes, owner, subject)[int(most)]


def exact_bounds(stakes: Stakes, owner: int, subject: int) -> tuple[Fraction | None, Fraction | None]:
    """Return an integrated share by the least shares and by the greatest (see `exact_share`).

    Raises
    ------
    InputError
        There is no node of that number.
    """
    for node in (owner, subject):
        check_node(len(stakes), node)
    nodes, begin, holder, place, _ = closure(stakes.begin, stakes.holder, subject, len(stakes))
    above = nodes.tolist()
    if owner not in above or owner == subject:
        return Fraction(0), Fraction(0)
    least, most = stakes.least[place].tolist(), stakes.most[place].tolist()
    starts, order = parts_of(begin, holder)
    parts = [order[first:last].tolist() for first, last in pairwise(starts.tolist())]
    rows = [range(first, last) for first, last in pairwise(begin.tolist())]
    low = _value(parts, rows, holder.tolist(), least, above.index(owner))
    return low, low if least == most else _value(parts, rows, holder.tolist(), most, above.index(owner))


def _value(parts: list[list[int]], rows: list[range], holder: list[int], share: list[int], owner: int) -> Fraction | None:
    """Return what the owner has of node 0, part after part."""
    value: dict[int, Fraction] = {owner: Fraction(PPM)}
    for part in parts:
        if len(part) == 1 and part[0] not in [holder[place] for place in rows[part[0]]]:
            value[part[0]] = sum((share[p] * value.get(holder[p], Fraction(0)) for p in rows[part[0]]), Fraction(0)) / PPM
            continue
        found = _solved(part, [[(holder[p], share[p]) for p in row] for row in rows], value) if len(part) <= LARGEST_LOOP else None
        if found is None:
            return None
        value |= found
    return value.get(0, Fraction(0))


def _solved(part: list[int], rows: list[list[tuple[int, int]]], value: dict[int, Fraction]) -> dict[int, Fraction] | None:
    """Solve x = W x + b over one part; None where nothing determines x."""
    place = {node: i for i, node in enumerate(part)}
    size = len(part)
    matrix = [[Fraction(int(i == j)) for j in range(size)] + [Fraction(0)] for i in range(size)]
    for i, node in enumerate(part):
        for other, share in rows[node]:
            if other in place:
                matrix[i][place[other]] -= Fraction(share, PPM)
            else:
                matrix[i][size] += Fraction(share, PPM) * value.get(other, Fraction(0))
    if not any(row[size] for row in matrix):
        # Nothing of the owner's comes in: the least solution, the sum over all walks, is nothing, however the part holds itself.
        return dict.fromkeys(part, Fraction(0))
    for k in range(size):
        if matrix[k][k] <= 0:
            return None
        matrix[k] = [cell / matrix[k][k] for cell in matrix[k]]
        for i in range(size):
            if i != k and matrix[i][k]:
                factor = matrix[i][k]
                matrix[i] = [a - factor * b for a, b in zip(matrix[i], matrix[k], strict=True)]
    return {node: matrix[i][size] for i, node in enumerate(part)}
