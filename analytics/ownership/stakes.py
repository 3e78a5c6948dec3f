"""What everybody holds in everybody, on one day: the edges of shareholding added up.

Invariants (tests/unit/test_ownership_stakes.py holds one test a number)
1. One stake a holder and subject: shares that one source states side by side are added up, what two sources say of one holding is
   not; where they differ the stake lies between them, and the subject is flagged.
2. A holding that is only possible (its dates, or whose it is) counts from nothing; one whose share is not stated counts from
   nothing to what the others leave. Only where a share that certainly holds is stated elsewhere is a source that states none of
   the same holder passed over; and who is called a shareholder holds nothing by that beside what the same source states.
3. Shares that sum over 100 %, and holdings in oneself, are flagged, and counted as they are stated.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from analytics.ownership.stake_kernels import components, gather_stakes, turned, widths
from graph.model import PPM
from graph.snapshot.columns import Columns
from graph.snapshot.days import window
from graph.snapshot.numbers import check_node
from graph.snapshot.rows import LEGAL, truth
from graph.snapshot.strings import frozen
from graph.snapshot.walk import SHAREHOLDING, Asked

Ints = npt.NDArray[np.int32]
_HOLDING: Final = "shareholding"
"""The interest that is a holding; whoever is called a shareholder is one, and how much he holds another statement may say."""


class Flag(IntFlag):
    """What a reader must know about the stakes in an enterprise, or above it."""

    OVER_FULL = 1
    """The shares sum over 100 %."""
    SELF_HELD = 2
    """It holds a share in itself."""
    DISAGREED = 4
    """Two sources state different shares."""
    CLOSED = 8
    """A closed loop: enterprises that own each other whole, with nobody outside."""
    UNSOLVED = 16
    """A loop that cannot be solved: over-full, or too large for the exact table."""
    REPEATED = 32
    """One source states the same share of one holder more than once; all are counted."""


@dataclass(frozen=True)
class Stakes:
    """Stakes by subject: those in node v are `begin[v]` to `begin[v + 1]`.

    Attributes
    ----------
    holder, least, most : int32 arrays
        Who holds, and the bounds of what he holds in ppm.
    flags : uint8 array
        `Flag` of each node.
    columns, window, timeline
        What they were gathered from, and for when; None where they were given as they are.
    """

    begin: Ints
    holder: Ints
    least: Ints
    most: Ints
    flags: npt.NDArray[np.uint8]
    columns: Columns | None = None
    window: tuple[int, int, int, int] = (0, 0, 0, 0)
    timeline: int = LEGAL

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self.begin) - 1

    @cached_property
    def parts(self) -> tuple[Ints, Ints]:
        """Strongly connected parts, holders first: where each begins, and the nodes grouped by part."""
        return parts_of(self.begin, self.holder, self.held_at_all)

    @cached_property
    def held_at_all(self) -> npt.NDArray[np.bool_]:
        """Whether anybody holds each node."""
        return self.begin[:-1] < self.begin[1:]

    @cached_property
    def by_holder(self) -> tuple[Ints, Ints, Ints]:
        """Bounds of rows by holder, the subject of each, and the place of the stake."""
        return turned(self.begin, self.holder)  # type: ignore[no-any-return]

    @cached_property
    def subject(self) -> Ints:
        """The subject of each stake."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.begin))

    def row(self, node: int) -> list[tuple[int, int, int]]:
        """Return (holder, least, most) of every stake in a node; raises `InputError` where there is none of that number."""
        check_node(len(self), node)
        part = slice(self.begin[node], self.begin[node + 1])
        return list(zip(self.holder[part].tolist(), self.least[part].tolist(), self.most[part].tolist(), strict=True))

    def held(self, node: int) -> list[tuple[int, int, int]]:
        """Return (subject, least, most) of every stake that a node holds; raises `InputError` as `row` does."""
        check_node(len(self), node)
        begin, subject, place = self.by_holder
        part = slice(begin[node], begin[node + 1])
        found = place[part]
        return list(zip(subject[part].tolist(), self.least[found].tolist(), self.most[found].tolist(), strict=True))

    def facts(self, holder: int, subject: int) -> list[str]:
        """Return the ids of the statements that a stake rests on; raises `InputError` as `row` does."""
        for node in (holder, subject):
            check_node(len(self), node)
        if self.columns is None:
            return []
        arrays, wanted = self.columns.arrays, self.columns.wanted(SHAREHOLDING)
        row = arrays.in_edges[arrays.in_begin[subject] : arrays.in_end[subject]]
        chosen = row[(row["other"] == holder) & wanted[row["what"] & 255]]
        return [self.columns.fact(int(edge["fact"])) for edge in chosen if truth(edge, arrays, self.timeline, tuple(self.window))]


def stakes(columns: Columns, asked: Asked = None, *, timeline: int = LEGAL) -> Stakes:
    """Return the stakes on a day (None: what still holds).

    Parameters
    ----------
    columns : Columns
        The graph.
    asked : date, PartialDate, Period or None
        When.
    timeline : int
        `LEGAL` or `REGISTERED`.
    """
    when, arrays = window(asked), columns.arrays
    width, room = widths(arrays.in_begin, arrays.in_end)
    row = (np.empty(width, np.int32), *(np.empty(width, np.int64) for _ in range(4)))
    begin, flags = np.empty(len(columns) + 1, np.int32), np.zeros(len(columns), np.uint8)
    out = tuple(np.empty(room, np.int32) for _ in range(3))
    plain = columns.codes.index(_HOLDING) if _HOLDING in columns.codes else -1
    count = gather_stakes(arrays, (columns.wanted(SHAREHOLDING), tuple(when), timeline, plain), row, begin, out, flags)
    holder, least, most = (frozen(column[:count]) for column in out)
    return Stakes(frozen(begin), holder, least, most, frozen(flags), columns=columns, window=when, timeline=timeline)


def parts_of(begin: Ints, holder: Ints, held: npt.NDArray[np.bool_] | None = None) -> tuple[Ints, Ints]:
    """Return strongly connected parts, holders first: where each begins, and the nodes grouped by part."""
    nodes = len(begin) - 1
    order, starts = np.empty(nodes, np.int32), np.empty(nodes + 1, np.int32)
    held = begin[:-1] < begin[1:] if held is None else held
    marks = (held, np.zeros(nodes, np.int32), np.zeros(nodes, np.bool_), np.zeros((nodes, 2), np.int32))
    work = tuple(np.empty(nodes, np.int32) for _ in range(4))
    placed, parts = components(begin, holder, marks, work, order, starts)
    return starts[: parts + 1], order[:placed]


def given_stakes(nodes: int, holder: Ints, subject: Ints, share_ppm: Ints) -> Stakes:
    """Return exact stakes as they are given, one a holder and subject."""
    order = np.lexsort((holder, subject))
    begin = np.searchsorted(subject[order], np.arange(nodes + 1)).astype(np.int32)
    share = np.ascontiguousarray(share_ppm[order], np.int32)
    total = np.bincount(subject, share_ppm, nodes)
    flags = np.where(total > PPM, int(Flag.OVER_FULL), 0).astype(np.uint8)
    flags[subject[subject == holder]] |= np.uint8(Flag.SELF_HELD)
    return Stakes(begin, np.ascontiguousarray(holder[order], np.int32), share, share, flags)
