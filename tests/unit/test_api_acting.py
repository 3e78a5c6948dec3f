"""When what somebody does is written (`api.use_cases.acting`)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from api.use_cases.acting import Actor

AT = datetime(2024, 1, 1, 9, tzinfo=UTC)


def test_what_takes_long_is_written_at_the_time_at_which_it_is_written(monkeypatch):
    now = 100.0
    monkeypatch.setattr("api.use_cases.acting.monotonic", lambda: now)
    slow = Actor("zhao", AT, now)
    assert slow.act("load").at == AT
    now += 3600
    assert (slow.at, slow.act("load").at) == (AT, AT + timedelta(hours=1))
    assert Actor("zhao", AT).act("load").at == AT


def test_somebody_begins_to_act_now():
    before = datetime.now(UTC)
    at = Actor.now("zhao").act("load").at
    assert before <= at <= datetime.now(UTC) + timedelta(seconds=1)
