"""What an export remembers on the disk: each test quotes an invariant of graph/export/remembered.py."""

import tracemalloc

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.export import remembered
from graph.export.remembered import Remembered

IDS = st.text(st.sampled_from("ab\x00甲\U0001f600é"), min_size=1, max_size=3)


@settings(max_examples=30)
@given(st.lists(st.tuples(IDS, st.sampled_from(["", "x", "名"])), max_size=40), st.sampled_from([1, 2, 7, 100]))
def test_1_it_answers_as_a_dict_does(steps: list[tuple[str, str]], together: int) -> None:
    """1. An id stands where it came first, with the last text that it was given."""
    before, remembered._TOGETHER = remembered._TOGETHER, together
    try:
        found, expected = Remembered(), {}
        for own, text in steps:
            assert (own in found) == (own in expected)
            found.put(own, text)
            expected[own] = text
        assert list(found) == list(expected)
        assert list(found.in_order()) == sorted(expected.items())
        assert [found.get(own) for own in expected] == list(expected.values())
        assert found.get("nobody") is None
    finally:
        remembered._TOGETHER = before


def test_2_memory_does_not_grow_with_what_is_put_down() -> None:
    """2. However much is put down, no more is in memory than a few pages and what was put down last."""

    def peak(many: int) -> int:
        tracemalloc.start()
        try:
            found = Remembered()
            for number in range(many):
                found.put(f"t:enterprise-{number}")
            assert found._db.execute("PRAGMA cache_size").fetchone() == (-1024,)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(12_000) < 1.2 * peak(3_000)
