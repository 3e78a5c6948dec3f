"""The outbox against a real receiver that fails one request in five, both killed again and again: nothing lost, nothing twice."""

from __future__ import annotations

from pathlib import Path

from tests.outbox_kill import sent


def test_nothing_is_lost_and_nothing_has_effect_twice(tmp_path: Path):
    found = sent(tmp_path, messages=120, kills=4, seconds=200)
    assert (found.lost, found.twice) == ((), ())
    assert found.kills
    assert found.requests > found.messages  # some came twice, and were applied once
