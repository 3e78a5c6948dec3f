"""What one edge is in memory, and whether it held: shared by every kernel.

An edge is 16 bytes and stands twice, in the row of its subject and in the row of its party: the other end, a number of its
statement, the days on which it possibly held, and one word that packs its share (20 bits), marks and its code (8 bits). What
does not fit (partial dates, bounds of a share, two timelines) is in a side table, and the mark `UNCERTAIN` says so.

Invariants (tests/unit/test_snapshot_columns.py holds one test a number)
2. `truth` answers yes, maybe or no as `Period.meets` does, on the legal timeline and on the register's.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from graph.snapshot.jit import leaf

EDGE: Final = np.dtype([("other", "<i4"), ("what", "<u4"), ("fact", "<i4"), ("start", "<u2"), ("end", "<u2")], align=True)
UNCERTAIN: Final = 1 << 8
"""Something about it is in the side table."""
UNSURE: Final = 1 << 10
"""One of its ends could be one of several people."""
SHARE_AT: Final = 12
NO_SHARE: Final = (1 << 20) - 1
"""No share is stated."""
NO, MAYBE, YES = 0, 1, 2
LEGAL, REGISTERED = 0, 1

Edges = np.ndarray[Any, Any]


class Arrays(NamedTuple):
    """The graph as kernels take it. A row is `edges[begin[v]:end[v]]`; rows need not follow each other."""

    in_begin: npt.NDArray[np.int32]
    in_end: npt.NDArray[np.int32]
    in_edges: Edges
    out_begin: npt.NDArray[np.int32]
    out_end: npt.NDArray[np.int32]
    out_edges: Edges
    side_fact: npt.NDArray[np.int32]
    side_days: npt.NDArray[np.uint16]
    side_share: npt.NDArray[np.int32]
    kinds: npt.NDArray[np.uint8]
    sources: npt.NDArray[np.uint16]


@leaf
def side_row(facts: Any, fact: int) -> int:
    """Return the row of a statement in the side table, which is sorted by statement."""
    low, high = 0, facts.size
    while low < high:
        middle = (low + high) >> 1
        if facts[middle] < fact:
            low = middle + 1
        else:
            high = middle
    return low


@leaf
def truth(edge: Any, graph: Any, timeline: int, asked: Any) -> int:
    """Say whether an edge held in the window `asked`: 2 yes, 1 maybe, 0 no."""
    if edge.start > asked[3] or asked[0] > edge.end:
        return 0
    if edge.what & 256 == 0:
        return 2 if edge.start <= asked[2] and asked[1] <= edge.end else 1
    row, first = side_row(graph.side_fact, edge.fact), 4 * timeline
    days = graph.side_days
    if days[row, first] > asked[3] or asked[0] > days[row, first + 3]:
        return 0
    return 2 if days[row, first + 1] <= asked[2] and asked[1] <= days[row, first + 2] else 1


@leaf
def bounds(edge: Any, graph: Any) -> Any:
    """Return the least and the greatest share of an edge in ppm: nothing to all of it where none is stated."""
    if edge.what & 256:
        row = side_row(graph.side_fact, edge.fact)
        return graph.side_share[row, 0], graph.side_share[row, 1]
    share = edge.what >> 12
    if share == 1048575:
        return np.int32(0), np.int32(1000000)
    return np.int32(share), np.int32(share)
