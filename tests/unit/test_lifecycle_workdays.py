"""The invariants of `analytics.lifecycle.workdays`, by number; the days are those of the official notices."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.lifecycle.workdays import NoCalendar, Notice, WorkCalendar, bundled_years, surely_over
from graph.errors import InputError

BUNDLED = WorkCalendar()


@pytest.mark.parametrize(
    ("began", "days", "last"),
    [
        ("2024-09-30", 3, "2024-10-10"),  # seven days off from 1 October; Saturday 12 October is worked
        ("2024-10-10", 2, "2024-10-12"),
        ("2025-01-24", 3, "2025-02-05"),  # Sunday 26 January is worked
        ("2024-06-07", 1, "2024-06-11"),
        ("2023-12-29", 1, "2024-01-02"),
    ],
)
def test_1_the_first_day_is_not_counted(began, days, last):
    assert BUNDLED.after(date.fromisoformat(began), days) == date.fromisoformat(last)


@given(began=st.dates(date(2010, 1, 1), date(2025, 12, 1)), days=st.integers(1, 20))
def test_1_the_last_day_is_a_working_day_and_there_are_as_many_as_asked(began, days):
    last = BUNDLED.after(began, days)
    between = [began + timedelta(days=n) for n in range(1, (last - began).days + 1)]
    assert BUNDLED.is_workday(last)
    assert sum(map(BUNDLED.is_workday, between)) == days
    assert BUNDLED.next_workday(last) == last


@given(began=st.dates(date(2004, 1, 1), date(2026, 11, 1)), days=st.integers(1, 30))
def test_1_working_days_are_surely_over_in_any_year(began, days):
    assert BUNDLED.after(began, days) <= surely_over(began, days)


def test_2_a_year_without_a_calendar_is_refused_with_what_to_do():
    year = max(bundled_years()) + 1
    with pytest.raises(NoCalendar, match=f"zeren calendar enter {year}"):
        BUNDLED.is_workday(date(year, 1, 4))
    with pytest.raises(NoCalendar, match=str(year)):
        BUNDLED.after(date(year - 1, 12, 30), 9)


def test_3_a_notice_rules_its_year():
    year = max(bundled_years()) + 1
    monday = next(date(year, 3, day) for day in range(1, 8) if date(year, 3, day).weekday() == 0)
    made_up = monday - timedelta(days=1)
    calendar = WorkCalendar([Notice(year, frozenset({monday}), frozenset({made_up}), "国办〔1〕号")])
    assert not calendar.is_workday(monday)
    assert calendar.is_workday(made_up)
    assert calendar.is_workday(monday + timedelta(days=1))
    with pytest.raises(NoCalendar):
        calendar.is_workday(date(year + 1, 1, 4))


def test_3_the_days_of_a_neighbouring_year_that_a_notice_names_count():
    days = frozenset(map(date.fromisoformat, ["2026-12-31", "2027-01-01", "2028-01-03"]))
    calendar = WorkCalendar([Notice(2027, days, frozenset({date(2026, 12, 26)}), "国办发明电〔2026〕1号")])
    assert calendar.is_workday(date(2026, 12, 26))
    assert not calendar.is_workday(date(2026, 12, 31))
    assert not calendar.is_workday(date(2028, 1, 3))
    assert calendar.after(date(2026, 12, 24), 4) == date(2026, 12, 29), "25, 26, 28, 29"
    assert calendar.after(date(2026, 12, 24), 7) == date(2027, 1, 5), "the 31st, the 1st and a weekend are off"
    assert BUNDLED.is_workday(date(2026, 12, 30)), "what no notice names is as it was"
    # The notice of the year itself is the later one.
    own = Notice(2028, frozenset({date(2028, 1, 1)}), frozenset({date(2028, 1, 2)}), "国办发明电〔2027〕1号")
    both = WorkCalendar([own, Notice(2027, frozenset({date(2027, 1, 1), date(2028, 1, 2)}), frozenset(), "国办发明电〔2026〕1号")])
    assert both.is_workday(date(2028, 1, 2))


@pytest.mark.parametrize(
    ("holidays", "workdays", "number", "told"),
    [
        ([], [], "号", "no day off"),
        (["2027-01-01"], [], "", "no document number"),
        (["2027-01-02"], ["2027-01-02"], "号", "both off and worked"),
        (["2027-01-01"], ["2027-01-04"], "号", "working day anyhow"),
        (["2027-01-01", "2030-01-01"], [], "号", "no day of a notice for 2027"),
    ],
)
def test_4_what_cannot_be_a_notice_is_refused(holidays, workdays, number, told):
    with pytest.raises(InputError, match=told) as refused:
        Notice(2027, *(frozenset(map(date.fromisoformat, days)) for days in (holidays, workdays)), number)
    assert refused.value.zh
