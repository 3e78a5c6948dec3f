"""Asking for memory before it is needed; the numbers are those of the invariants in the module."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graph.snapshot.ahead import fetch
from graph.snapshot.jit import leaf
from graph.snapshot.rows import EDGE


@leaf
def _asked(array: Any, places: Any) -> int:
    for place in places:
        fetch(array, place)
    return array.size


@pytest.mark.parametrize("kind", [np.int32, np.int64, EDGE])
@pytest.mark.parametrize("size", [0, 1, 1000])
def test_1_any_place_may_be_asked_for(kind: Any, size: int) -> None:
    array = np.ones(size, kind)
    before = array.copy()
    assert _asked(array, np.array([0, 1, 999, 1000, -1, 2**40, -(2**40), 2**62])) == size
    assert (array == before).all()
