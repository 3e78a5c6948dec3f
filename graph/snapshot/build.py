"""Sorting edges into rows, in one pass over them, and what is looked at in the same way."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.snapshot.jit import kernel


@kernel
def counted(row: Any, rows: int) -> Any:
    """Return where each row begins, and at last where the last one ends."""
    bounds = np.zeros(rows + 1, np.int32)
    for i in range(row.size):
        bounds[row[i] + 1] += 1
    for i in range(rows):
        bounds[i + 1] += bounds[i]
    return bounds


@kernel
def placed(row: Any, bounds: Any, order: Any) -> Any:
    """Return the edges, taken in `order`, sorted by row."""
    place = bounds[:-1].copy()
    sorted_edges = np.empty(row.size, np.int64)
    for edge in order:
        at = place[row[edge]]
        sorted_edges[at] = edge
        place[row[edge]] = at + 1
    return sorted_edges


@kernel
def first_missing(nodes: Any, count: int) -> int:
    """Return the place of the first number that none of so many nodes has, -1 where there is none."""
    for place in range(nodes.size):
        if nodes[place] < 0 or nodes[place] >= count:
            return place
    return -1
