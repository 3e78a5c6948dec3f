"""Integrated ownership: what is held directly and through others, along chains and around loops.

Invariants (tests/unit/test_ownership_integrated.py holds one test a number)
2. The full table equals the sum over all walks, solved exactly, on any graph.
3. A closed loop is flagged and has no owner; a loop that cannot be solved is flagged, and everybody who enters it may own any part.
4. For one enterprise the bounds contain the exact share, and `left` bounds their distance for exact stakes. What runs into a closed
   loop that nobody enters is followed no further, and is not in `left`.
5. Bounds contain the answer for every choice of shares within theirs; "yes" and "no" hold for all of them.
6. A threshold that is met exactly is decided in fractions, never by a rounded number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.ownership.ceiling import Above
from analytics.ownership.exact import exact_bounds
from analytics.ownership.integrated_kernels import (
    CLOSED,
    DEPENDS,
    DROPPED,
    PLACE,
    SURE,
    TIE,
    VALUE,
    accumulate,
    push,
    without_owner,
)
from analytics.ownership.stake_kernels import closure
from analytics.ownership.stakes import Flag, Stakes, parts_of
from analytics.ownership.thresholds import CN_BENEFICIAL, Threshold
from graph.dates import Truth
from graph.model import PPM
from graph.snapshot.numbers import check_node

LARGEST_LOOP = 1_000
"""Enterprises in a loop that the full table solves at most; larger ones are flagged there, and answered one by one."""
_STEPS = 20_000_000
_ROUNDED = 1e-9
"""A part of the whole that rounding moves no share by."""
NEAR = 0.01
"""Parts in a million within which a bound is worked out in fractions: rounding moves none so far."""
_OTHERS = 50
"""Owners of whom each is worked out in fractions for what they leave to one."""
_DIVERGES = Flag.UNSOLVED | Flag.OVER_FULL


@dataclass(frozen=True, slots=True)
class OwnerTable:
    """Every ultimate owner over a threshold, one row a pair.

    Attributes
    ----------
    subject, owner : int32 arrays
        Who is owned, and by whom; an owner is one whom nobody holds, person or not.
    least, most : float arrays
        Bounds of the share in ppm, to within `slack` of the subject.
    sure : bool array
        True where the share certainly meets the threshold, False where it depends.
    slack : float array
        Of each node: how far rounding can have moved its shares.
    flags : uint8 array
        `Flag` of each node: its own, and those of the loops above it.
    """

    subject: npt.NDArray[np.int32]
    owner: npt.NDArray[np.int32]
    least: npt.NDArray[np.float64]
    most: npt.NDArray[np.float64]
    sure: npt.NDArray[np.bool_]
    slack: npt.NDArray[np.float64]
    flags: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.subject)


@dataclass(frozen=True, slots=True)
class Owner:
    """One ultimate owner of one enterprise, with bounds of his share in ppm."""

    node: int
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Owners:
    """The ultimate owners of one enterprise, largest first.

    `left` is the part, in ppm, that was not followed to its end, and what rounding may have moved: no share is outside its
    bounds by more than that. `flags` are those of everything above.
    """

    owners: tuple[Owner, ...]
    left: float
    flags: Flag


def all_owners(stakes: Stakes, threshold: Threshold = CN_BENEFICIAL, *, largest_loop: int = LARGEST_LOOP) -> OwnerTable:
    """Return every ultimate owner of every enterprise that meets a threshold, or may meet it."""
    held = (stakes.begin, stakes.holder, stakes.least, stakes.most)
    rule = (float(threshold.share_ppm), threshold.inclusive)
    nodes, room = len(stakes), len(stakes.holder) + 1
    work = (np.empty(nodes, PLACE), np.empty(room, VALUE), np.full(nodes, -1, np.int32))
    slack, flags = np.zeros(nodes), np.zeros(nodes, np.uint8)
    out = (np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room), np.empty(room), np.empty(room, np.uint8))
    subject, owner, least, most, verdict = accumulate(held, stakes.parts, rule, largest_loop, work, (slack, flags), out)
    for row in np.flatnonzero(verdict == TIE).tolist():
        verdict[row] = _decided(stakes, threshold, int(owner[row]), int(subject[row]))
    if not verdict.all():
        kept = verdict != DROPPED
        subject, owner, least, most, verdict = subject[kept], owner[kept], least[kept], most[kept], verdict[kept]
    return OwnerTable(subject, owner, least, most, verdict == SURE, slack, flags | stakes.flags)


def _decided(stakes: Stakes, threshold: Threshold, owner: int, subject: int) -> int:
    """Decide a tie in fractions; what cannot be solved so depends."""
    least, most = exact_bounds(stakes, owner, subject)
    if least is not None and threshold.met(least):
        return SURE
    ceiling = Above(stakes, subject).ceiling(owner)
    return DEPENDS if threshold.met(ceiling if most is None else min(most, ceiling)) else DROPPED


def owners_of(stakes: Stakes, subject: int, *, residual: float = 1e-12, most_nodes: int = 1_000_000) -> Owners:
    """Return the ultimate owners of one enterprise by residual push: any loop, any size, with a bound that is certain.

    Parameters
    ----------
    stakes : Stakes
        Who holds what.
    subject : int
        The enterprise.
    residual : float
        A part of the whole under which a rest is not followed any further.
    most_nodes : int
        Nodes above it that are looked at at most; what lies beyond is in `left`.

    Raises
    ------
    InputError
        There is no node of that number.
    """
    check_node(len(stakes), subject)
    above = closure(stakes.begin, stakes.holder, subject, most_nodes)
    nodes, begin, holder, place, cut = above
    least, most = stakes.least[place], stakes.most[place]
    exact = np.array_equal(least, most)
    flags, marks = _flags(stakes, above)
    followed = np.repeat(marks == 0, np.diff(begin))
    given, left, waiting = push(begin, holder, least * followed / PPM, residual, _STEPS)
    high, high_left = given, left
    if not exact:
        high, high_left, waiting = push(begin, holder, most * followed / PPM, residual, _STEPS)
    if cut or high_left > 1e-6:
        flags |= Flag.UNSOLVED
    if cut:
        high_left = 1.0
    behind = _behind(begin, holder, waiting >= residual) if high_left > 1e-6 and not cut else None
    rest = max(_ROUNDED, float(waiting[waiting < residual].sum()))
    found = []
    for local, (node, low, up) in enumerate(zip(nodes.tolist(), given.tolist(), high.tolist(), strict=True)):
        if max(low, up) > 0 and stakes.begin[node] == stakes.begin[node + 1]:
            loops = behind is None or local in behind
            most_part = max(up if exact else 0.0, low, min(1.0, up + (high_left if loops else rest)))
            if loops and flags & _DIVERGES == _DIVERGES:  # what goes round such a loop grows without end, and says nothing
                low, most_part = 0.0, 1.0
            found.append(Owner(node, low * PPM, most_part * PPM))
    if (not exact or behind is not None) and (all_above := Above(stakes, subject)).is_small(len(found)):
        ceilings = {owner.node: float(all_above.ceiling(owner.node)) for owner in found}
        found = [replace(owner, most=max(owner.least, min(owner.most, ceilings[owner.node]))) for owner in found]
    if not flags & Flag.OVER_FULL:  # nobody has what the others certainly have
        total = sum(owner.least for owner in found)
        found = [replace(owner, most=max(owner.least, min(owner.most, PPM - (total - owner.least)))) for owner in found]
    return Owners(tuple(sorted(found, key=lambda o: (-o.least, -o.most, o.node))), min(1.0, high_left) * PPM, flags)


def _behind(begin: npt.NDArray[np.int32], holder: npt.NDArray[np.int32], waits: npt.NDArray[np.bool_]) -> set[int]:
    """Return everybody who may have something of what waits at some nodes, by local numbers."""
    found = set(np.flatnonzero(waits).tolist())
    looked = list(found)
    while looked:
        node = looked.pop()
        for other in holder[begin[node] : begin[node + 1]].tolist():
            if other not in found:
                found.add(other)
                looked.append(other)
    return found


def _left_by_others(stakes: Stakes, subject: int, owner: int, found: Owners) -> Fraction:
    """Return what the other owners certainly leave, in fractions; all, where shares sum over the whole or there are many others."""
    if found.flags & Flag.OVER_FULL or len(found.owners) > _OTHERS:
        return Fraction(PPM)
    others = (exact_bounds(stakes, other.node, subject)[0] for other in found.owners if other.node != owner)
    return PPM - sum((share for share in others if share is not None), Fraction(0))


def flags_above(stakes: Stakes, subject: int, *, most_nodes: int = 1_000_000) -> Flag:
    """Return what a reader must know about the stakes in an enterprise and in those above it."""
    check_node(len(stakes), subject)
    return _flags(stakes, closure(stakes.begin, stakes.holder, subject, most_nodes))[0]


def _flags(stakes: Stakes, above: tuple[Any, ...]) -> tuple[Flag, npt.NDArray[np.uint8]]:
    """Return the flags of a closure, and the marks of its nodes whose holders nobody owns."""
    nodes, begin, holder, place, _ = above
    flags = Flag(int(np.bitwise_or.reduce(stakes.flags[nodes], initial=0)))
    marks = without_owner((begin, holder, stakes.least[place], stakes.most[place]), *parts_of(begin, holder))
    return (flags | Flag.CLOSED if np.any(marks == CLOSED) else flags), marks


def owns(stakes: Stakes, owner: int, subject: int, threshold: Threshold = CN_BENEFICIAL) -> Truth:
    """Say whether an owner's integrated share meets a threshold; maybe, where that depends on what is not known.

    Raises
    ------
    InputError
        There is no node of that number.
    """
    check_node(len(stakes), owner)
    found = owners_of(stakes, subject)
    mine = next((o for o in found.owners if o.node == owner), None)
    share = threshold.share_ppm
    if mine is None:
        return Truth.MAYBE if found.flags & Flag.UNSOLVED else Truth.NO
    if mine.least > share + NEAR:
        return Truth.YES
    if mine.most < share - NEAR:
        return Truth.NO
    ceiling = min(Above(stakes, subject).ceiling(owner), _left_by_others(stakes, subject, owner, found))
    if not threshold.met(ceiling):
        return Truth.NO
    least, most = exact_bounds(stakes, owner, subject)
    if least is None:
        return Truth.MAYBE
    return threshold.answer(least, ceiling if most is None else min(most, ceiling))
