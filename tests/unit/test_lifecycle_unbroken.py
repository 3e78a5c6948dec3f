"""The invariants of `analytics.lifecycle.unbroken`, by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.lifecycle.life import live
from analytics.lifecycle.table import load_table
from analytics.lifecycle.unbroken import Stretch, first_day, stretches
from tests.lifecycle_world import DERIVED, IMPOSED, confirmed, happened

TABLE = load_table()
DAY = date(2025, 1, 1)


def known(ground, *events, day: date = DAY) -> list[Stretch]:
    days = [item.event.on.day for item in events]
    return list(stretches(lambda on: live(ground, events, on, TABLE), [], days, day, TABLE))


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_1_what_binds_after_another_without_a_gap_binds_since_the_first_day_of_that():
    first = known(replace(IMPOSED, start=day("2020-01-10"), until="2024-03-31"))
    for begins, since in (("2024-04-01", "2020-01-10"), ("2024-02-01", "2020-01-10"), ("2024-04-02", "2024-04-02")):
        second = known(replace(IMPOSED, start=day(begins)))
        assert first_day([*first, *second], DAY) == first_day([*second, *first], DAY) == day(since)


def test_1_a_pause_breaks_nothing_and_what_was_revoked_for_a_time_does():
    objection = happened("objection", "2024-06-03", "f2")
    assert first_day(known(IMPOSED, objection), DAY) == IMPOSED.start
    revocation = happened("revocation", "2024-06-03", "f2")
    void = happened("held_void", "2024-07-01", "f2", refers=revocation.id, by="li")
    assert first_day(known(IMPOSED, revocation, void), DAY) == day("2024-07-01")
    assert first_day([*known(IMPOSED, revocation, void), *known(DERIVED, *confirmed())], DAY) == IMPOSED.start


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), min_size=1))
def test_1_it_is_the_first_of_the_days_that_are_covered_one_by_one(pieces):
    start = day("2024-01-01")
    made = [Stretch(start + timedelta(a), start + timedelta(a + length)) for a, length in pieces]
    last = max(stretch.last for stretch in made)
    expected = last
    while any(stretch.first <= expected - timedelta(1) <= stretch.last for stretch in made):
        expected -= timedelta(1)
    assert first_day(made, last) == expected


@pytest.mark.parametrize("begins", [None, date(2024, 1, 10)])
def test_2_a_first_day_that_is_not_known_is_not_guessed(begins):
    assert first_day(known(replace(IMPOSED, start=begins)), DAY) == begins
