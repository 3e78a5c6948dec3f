"""Questions about one step and the steps after it: who held which office when, and what lies behind them.

Invariants (tests/unit/test_snapshot_walk.py holds one test a number)
1. Each answer equals that of the plain reference beside the tests, on any graph; a party is found at most once a question upwards
   and downwards.
2. Every step of a path held in the window that was asked about; the truth of a path is that of its weakest step.
3. `as_of` keeps exactly the edges that `alive` counts, and the numbers of statements.
4. What `reach` finds is exploration, never responsibility: nothing in `analytics.responsibility` imports this module.
5. A number that no node has is refused.
6. `between` keeps exactly the edges of which both ends are of the kinds, whatever else is in the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from graph.dates import PartialDate, Period
from graph.model import PPM
from graph.snapshot.columns import Columns
from graph.snapshot.days import window
from graph.snapshot.kernels import alive_at, alive_between, find_holders, find_reach, kept_rows, rows_between
from graph.snapshot.numbers import nodes_of
from graph.snapshot.rows import EDGE, LEGAL, MAYBE, YES
from graph.snapshot.strings import frozen

Asked = date | PartialDate | Period | None
"""A day, a partial date or a period; None asks for what still holds."""
HOLDER, OWNER, BELOW = 1, 2, 3
"""Steps of `Found`: holds an office there; owns a majority of it, directly or through others; is run or owned by one of these."""
SHAREHOLDING: Final = frozenset({"shareholding", "shareholder", "controlling_shareholder"})


@dataclass(frozen=True, slots=True)
class Found:
    """Answers to many questions, one row each, as a kernel returned them."""

    rows: npt.NDArray[np.int32]

    @property
    def question(self) -> npt.NDArray[np.int32]:
        """Which question."""
        return self.rows[:, 0]

    @property
    def node(self) -> npt.NDArray[np.int32]:
        """Who was found."""
        return self.rows[:, 1]

    @property
    def fact(self) -> npt.NDArray[np.int32]:
        """The number of the statement that the last step rests on."""
        return self.rows[:, 2]

    @property
    def before(self) -> npt.NDArray[np.int32]:
        """Row of the step before on the path; -1 for the first."""
        return self.rows[:, 3]

    @property
    def truth(self) -> npt.NDArray[np.int32]:
        """2 certain, 1 possible."""
        return self.rows[:, 4]

    @property
    def step(self) -> npt.NDArray[np.int32]:
        """Which of `HOLDER`, `OWNER`, `BELOW`."""
        return self.rows[:, 5]

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.rows)

    def path(self, row: int) -> list[int]:
        """Return the numbers of the statements that lead to a row, from the subject asked about."""
        steps = []
        while row >= 0:
            steps.append(int(self.rows[row, 2]))
            row = int(self.rows[row, 3])
        return steps[::-1]


def windows(asked: Sequence[Asked] | npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return questions as the array that kernels take: a row of four numbers each, or of one where each asks about a day."""
    if isinstance(asked, np.ndarray):
        return np.ascontiguousarray(asked.reshape(len(asked), -1), np.int64)
    return np.array([window(item) for item in asked], np.int64).reshape(len(asked), 4)


def holders(
    columns: Columns,
    subjects: npt.NDArray[np.int32],
    asked: Sequence[Asked] | npt.NDArray[Any],
    codes: Sequence[str] | frozenset[str] | None = None,
    *,
    timeline: int = LEGAL,
    least: int = MAYBE,
) -> Found:
    """Return who held one of `codes` in each subject in the window asked about.

    Parameters
    ----------
    columns : Columns
        The graph.
    subjects : int32 array
        Nodes, one a question.
    asked : sequence or array
        The window of each question (see `windows`).
    codes : collection of str, optional
        Offices and interests; all where None.
    timeline : int
        `LEGAL` or `REGISTERED`.
    least : int
        `MAYBE` to be told of holdings that are only possible, `YES` to leave them out.

    Raises
    ------
    InputError
        There is no node of that number, or what is given is none.
    """
    subjects = nodes_of(len(columns), subjects)
    return Found(find_holders(columns.handle, subjects, windows(asked), columns.wanted(codes), (timeline, least)))


def reach(
    columns: Columns,
    subjects: npt.NDArray[np.int32],
    asked: Sequence[Asked] | npt.NDArray[Any],
    codes: Sequence[str] | frozenset[str] | None = None,
    *,
    runs: Sequence[str] | frozenset[str] = frozenset({"legal_representative"}),
    majority_ppm: int = PPM // 2,
    depth: int = 10,
    timeline: int = LEGAL,
    least: int = MAYBE,
) -> Found:
    """Return the holders of `codes`, the majority owners above, and everything that any of them runs or owns by majority below.

    A majority is a share of its own over `majority_ppm` (the least share, where only bounds are stated); for shares that are added
    up see `analytics.ownership.control`. Nobody is found twice upwards or downwards in one question, so loops end.

    Parameters
    ----------
    runs : collection of str
        Offices that count as running an enterprise, for the first step down.
    majority_ppm : int
        A share must be over it.
    depth : int
        Steps upwards and downwards at most.

    Raises
    ------
    InputError
        There is no node of that number, or what is given is none.
    """
    subjects, tables = nodes_of(len(columns), subjects), _tables(columns, codes, runs)
    return Found(find_reach(columns.handle, subjects, windows(asked), tables, (majority_ppm, depth), (timeline, least)))


def _tables(
    columns: Columns, codes: Sequence[str] | frozenset[str] | None, runs: Sequence[str] | frozenset[str]
) -> npt.NDArray[np.bool_]:
    """Return which codes are wanted, which run an enterprise and which are shareholdings; kept for the next small question."""
    key = (codes if codes is None or isinstance(codes, (frozenset, tuple)) else tuple(codes), frozenset(runs))
    return columns.remembered(key, lambda: np.stack([columns.wanted(codes), columns.wanted(runs), columns.wanted(SHAREHOLDING)]))


def alive(columns: Columns, asked: Asked, *, timeline: int = LEGAL, least: int = MAYBE) -> npt.NDArray[np.uint64]:
    """Return one bit an edge, by its place in `columns.arrays.in_edges`: whether it held. The cheapest switch to another day.

    Under an overlay some places stand in no row any more; their bits mean nothing.
    """
    arrays, day, (first, last, beside) = columns.arrays, tuple(window(asked)), columns.spans
    held = np.empty(-(-len(first) // 64) * 64, np.bool_)
    held[len(first) :] = False
    begins, ends = (day[2], day[1]) if least == YES else (day[3], day[0])
    alive_between(first, last, np.uint16(begins), np.uint16(ends), held)
    alive_at(arrays, beside, day, timeline, least, held)
    return np.packbits(held, bitorder="little").view(np.uint64)


def as_of(columns: Columns, asked: Asked, *, timeline: int = LEGAL, least: int = MAYBE) -> Columns:
    """Return the graph with only the edges that held: worth it before several passes over the whole graph on one day."""
    arrays, day = columns.arrays, tuple(window(asked))
    return _packed(columns, lambda rows, bounds, edges: kept_rows(arrays, rows, day, timeline, least, bounds, edges))


def between(columns: Columns, kinds: Collection[str]) -> Columns:
    """Return the graph with only the edges of which both ends are of these kinds; the others stay as nodes with none."""
    wanted, kind = columns.of_kind(frozenset(kinds)), columns.arrays.kinds
    return _packed(columns, lambda rows, bounds, edges: rows_between(rows, kind, wanted, bounds, edges))


def _packed(columns: Columns, keep: Callable[[Any, Any, Any], int]) -> Columns:
    """Return the graph with the edges that `keep` writes, of rows, bounds of rows and edges; it says how many there are."""
    arrays = columns.arrays
    kept: dict[str, Any] = {}
    for way in ("in", "out"):
        rows = tuple(getattr(arrays, f"{way}_{part}") for part in ("begin", "end", "edges"))
        bounds, edges = np.empty(len(columns) + 1, np.int32), np.empty(len(rows[2]), EDGE)
        count = keep(rows, bounds, edges)
        kept |= {f"{way}_begin": frozen(bounds[:-1]), f"{way}_end": frozen(bounds[1:]), f"{way}_edges": frozen(edges[:count])}
    return replace(columns, arrays=arrays._replace(**kept))
