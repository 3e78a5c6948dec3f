"""Tests of the handle by which kernels are given the graph."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError
from graph.snapshot.handle import handle_of, opened
from graph.snapshot.jit import kernel
from graph.snapshot.rows import EDGE, Arrays


@kernel
def _copied(handle: Any) -> Any:
    """Return copies of the columns as a kernel sees them."""
    graph = opened(handle)
    numbers = (graph.in_begin.copy(), graph.in_end.copy(), graph.out_begin.copy(), graph.out_end.copy(), graph.side_fact.copy())
    rest = (graph.side_days.copy(), graph.side_share.copy(), graph.kinds.copy(), graph.sources.copy())
    return numbers, (graph.in_edges.copy(), graph.out_edges.copy()), rest


def _arrays(sizes: list[int], seed: int) -> Arrays:
    rng = np.random.default_rng(seed)

    def ints(size: int, kind: str, *width: int) -> Any:
        return rng.integers(0, 200, (size, *width)).astype(kind)

    def edges(size: int) -> Any:
        return rng.integers(0, 256, (size, EDGE.itemsize)).astype(np.uint8).view(EDGE)[:, 0]

    a, b, c, d, e, f, g, h = sizes
    return Arrays(
        ints(a, "i4"), ints(a, "i4"), edges(b), ints(c, "i4"), ints(c, "i4"), edges(d),
        ints(e, "i4"), ints(f, "u2", 8), ints(g, "i4", 2), ints(h, "u1"), ints(a, "u2"),
    )  # fmt: skip


@given(st.lists(st.integers(0, 40), min_size=8, max_size=8), st.integers(0, 99))
def test_invariant_1_a_kernel_opens_what_was_handed_over(sizes: list[int], seed: int) -> None:
    arrays = _arrays(sizes, seed)
    numbers, edges, rest = _copied(handle_of(arrays))
    seen = Arrays(numbers[0], numbers[1], edges[0], numbers[2], numbers[3], edges[1], numbers[4], *rest)
    for name, mine, theirs in zip(Arrays._fields, arrays, seen, strict=True):
        assert np.array_equal(mine, theirs), name
        assert mine.dtype == theirs.dtype, name


def test_a_column_in_pieces_is_refused() -> None:
    arrays = _arrays([4] * 8, 0)
    with pytest.raises(InputError, match="in_begin does not lie in one piece"):
        handle_of(arrays._replace(in_begin=np.arange(8, dtype=np.int32)[::2]))
