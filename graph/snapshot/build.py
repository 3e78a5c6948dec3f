"""Sorting edges into rows, in one pass over them."""

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
