"""The invariants of `graph.export.standings`, by number."""

from __future__ import annotations

import pytest

from graph.export.standings import Judged, Stand, Standings


def test_1_a_decision_is_asked_of_once_in_blocks(monkeypatch):
    """1. A decision is asked of once, in blocks ...; what was not judged has no answer."""
    monkeypatch.setattr("graph.export.standings._BLOCK", 2)
    asked: list[list[str]] = []

    def judge(part):
        asked.append(list(part))
        return Judged({each: Stand("stands", on=each) for each in part}, {f"f{each}": "in_force" for each in part})

    told = Standings(judge, iter("abcde"))
    assert asked == [["a", "b"], ["c", "d"], ["e"]]
    assert told.decision("d") == Stand("stands", on="d")
    assert told.finding("fe") == "in_force"
    assert (told.decision("z"), told.finding("fz")) == (None, None)


@pytest.mark.parametrize(
    ("code", "void", "over"),
    [
        ("stands", False, False), ("in_doubt", False, False), ("paused", False, False), ("annulled", True, False),
        ("replaced", True, False), ("ended", False, True), ("expired", False, True), ("repaired", False, True),
    ],
)  # fmt: skip
def test_2_what_is_void_is_told_apart_from_what_ended(code, void, over):
    """2. A decision that is void from the beginning is told apart from one that ended."""
    assert (Stand(code).void, Stand(code).over) == (void, over)
