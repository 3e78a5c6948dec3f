"""Which steps a search may take, and the kernels that ask it of every edge: filters work during a search, never after it.

Invariants (tests/unit/test_snapshot_paths.py holds one test a number)
1. A step is taken only over an edge that held, of a wanted code, with enough of a share where it is a holding, into a node of a
   wanted kind.
2. A hub is a node with more edges, of whatever kind, than `Steps.hub`: it is named with their count and never walked through,
   unless it was asked about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from graph.errors import InputError
from graph.snapshot.columns import Columns
from graph.snapshot.days import window
from graph.snapshot.jit import kernel, leaf
from graph.snapshot.rows import LEGAL, MAYBE, bounds, truth
from graph.snapshot.walk import SHAREHOLDING, Asked

IN, OUT, BOTH = 1, 2, 3
"""Directions: to the parties of a node, to what it is a party to, either."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What a search may walk.

    Parameters
    ----------
    codes : frozenset of str, optional
        Offices and interests; all where None.
    on : date, PartialDate, Period or None
        When each edge must have held; None for what still holds.
    kinds : frozenset of str, optional
        Kinds of node that may be entered; all where None. The nodes asked about are exempt.
    share_ppm : int
        A holding must be at least so large (by its least share).
    way : int
        `IN`, `OUT` or `BOTH`.
    hub : int
        Edges that a node may have and still be walked through.
    timeline, least : int
        `LEGAL` or `REGISTERED`; `MAYBE` to walk edges that only possibly held, `YES` to leave them out.
    """

    codes: frozenset[str] | None = None
    on: Asked = None
    kinds: frozenset[str] | None = None
    share_ppm: int = 0
    way: int = BOTH
    hub: int = 10_000
    timeline: int = LEGAL
    least: int = MAYBE

    def __post_init__(self) -> None:
        """Refuse a direction that is none."""
        if self.way not in (IN, OUT, BOTH):
            raise InputError(f"a search walks IN, OUT or BOTH ways, not {self.way}")


class Rule(NamedTuple):
    """`Steps` as kernels ask them: tables of codes and of kinds, then numbers."""

    wanted: npt.NDArray[np.bool_]
    holding: npt.NDArray[np.bool_]
    kinds: npt.NDArray[np.bool_]
    asked: tuple[int, int, int, int]
    share_ppm: int
    hub: int
    timeline: int
    least: int


Packed = tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]
"""A rule as kernels take it: three tables, one a row, and eight numbers."""


def rule_of(columns: Columns, steps: Steps) -> Packed:
    """Return the steps as kernels take them; those that were asked for before are kept."""
    return columns.remembered(steps, lambda: _packed(columns, steps))


def _packed(columns: Columns, steps: Steps) -> Packed:
    tables = np.stack([columns.wanted(steps.codes), columns.wanted(SHAREHOLDING), columns.of_kind(steps.kinds)])
    return tables, np.array([*window(steps.on), steps.share_ppm, steps.hub, steps.timeline, steps.least], np.int64)


@kernel
def rule_in(packed: Any) -> Any:
    """Return the rule that was packed."""
    tables, numbers = packed
    asked = (numbers[0], numbers[1], numbers[2], numbers[3])
    return Rule(tables[0], tables[1], tables[2], asked, numbers[4], numbers[5], numbers[6], numbers[7])


@leaf
def allowed(edge: Any, graph: Any, rule: Any) -> bool:
    """Say whether a step over an edge may be taken, the kind of node it leads to aside."""
    code = edge.what & 255
    if not rule.wanted[code]:
        return False
    if rule.share_ppm > 0 and rule.holding[code] and bounds(edge, graph)[0] < rule.share_ppm:
        return False
    return bool(truth(edge, graph, rule.timeline, rule.asked) >= rule.least)


@leaf
def degree(graph: Any, node: int) -> Any:
    """Return how many edges a node has, whatever they are."""
    return graph.in_end[node] - graph.in_begin[node] + graph.out_end[node] - graph.out_begin[node]


@kernel
def place_table(room: int) -> Any:
    """Return an empty table node -> place; `room` is a power of two, and the last row counts what is in it."""
    table = np.full((room + 1, 2), np.int32(-1))
    table[room, 0] = 0
    return table


@leaf
def place_of(table: Any, node: int) -> Any:
    """Return the place of a node (-2 where it is blocked), -1 where it is not in the table."""
    mask = table.shape[0] - 2
    slot = (np.int64(node) * np.int64(-7046029254386353131) >> 20) & mask
    while table[slot, 0] != -1:
        if table[slot, 0] == node:
            return table[slot, 1]
        slot = (slot + 1) & mask
    return -1


@leaf
def place_add(table: Any, node: int, place: int) -> None:
    """Add a node that is not in the table, which has room for it."""
    mask = table.shape[0] - 2
    slot = (np.int64(node) * np.int64(-7046029254386353131) >> 20) & mask
    while table[slot, 0] != -1:
        slot = (slot + 1) & mask
    table[slot, 0], table[slot, 1] = node, place
    table[mask + 1, 0] += 1


@leaf
def place_fits(table: Any, more: int) -> bool:
    """Say whether so many more nodes leave half of a table empty."""
    return bool(2 * (table[table.shape[0] - 1, 0] + more) < table.shape[0] - 1)


@kernel
def place_room(table: Any, more: int) -> Any:
    """Return the table, larger if so many more nodes do not fit."""
    if place_fits(table, more):
        return table
    room = table.shape[0] - 1
    wider = 4 * room
    while 2 * (table[room, 0] + more) >= wider:
        wider *= 2
    grown = place_table(wider)
    for i in range(room):
        if table[i, 0] != -1:
            place_add(grown, table[i, 0], table[i, 1])
    return grown
