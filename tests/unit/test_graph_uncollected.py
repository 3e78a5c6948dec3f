"""The collector rests while objects without cycles are made, and not a moment longer."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from graph.uncollected import uncollected


@pytest.fixture(autouse=True)
def _on_again() -> Iterator[None]:
    assert gc.isenabled()
    yield
    gc.enable()


def test_1_the_collector_rests_and_is_as_before_afterwards():
    """Invariant 1: afterwards the collector runs if it ran before, whatever happened within."""
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(KeyError), uncollected():
        raise KeyError
    assert gc.isenabled()
    gc.disable()
    with uncollected():
        assert not gc.isenabled()
    assert not gc.isenabled()


@pytest.mark.parametrize("first_ends_first", [True, False])
def test_2_two_at_once_leave_it_on(first_ends_first):
    """Invariant 2: two threads at once leave it on, whichever ends first."""
    first, second = uncollected(), uncollected()
    first.__enter__()
    second.__enter__()
    for each in (first, second) if first_ends_first else (second, first):
        each.__exit__(None, None, None)
    assert gc.isenabled()
