"""The invariants of `analytics.lifecycle.days_off`, by number."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from chinese_calendar import constants

from analytics.lifecycle.days_off import refuse_partial
from analytics.lifecycle.workdays import Notice, bundled_years
from graph.errors import InputError
from tests.notice_text import days_of

YEARS = [year for year in sorted(bundled_years()) if year >= 2008]
"""Since when the feasts are those of today."""


def of(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """The days off and the made-up days of a year that was published."""
    off, worked = ({day for day in days if day.year == year} for days in (constants.holidays, constants.workdays))
    return frozenset(off), frozenset(day for day in worked if day.month < 12)  # in December they are of the next notice


@pytest.mark.parametrize("year", YEARS)
def test_3_every_calendar_that_was_published_is_one(year):
    refuse_partial(Notice(year, *of(year), "国办1号"))


@pytest.mark.parametrize("year", [2022, 2024, 2026])
@pytest.mark.parametrize("feast", ["元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆"])
def test_1_a_notice_without_a_feast_is_refused_and_told_which(year, feast):
    names = {day: names for day, names in constants.holidays.items() if day.year == year}
    off, worked = of(year)
    chinese = {
        "元旦": "New Year",
        "春节": "Spring",
        "清明": "Tomb",
        "劳动": "Labour",
        "端午": "Dragon",
        "中秋": "Mid",
        "国庆": "National",
    }
    gone = {day for day, name in names.items() if chinese[feast] in str(name)}
    assert gone
    # Weekend days make up for none.
    weekends = {date(year, 1, 1) + timedelta(days=n) for n in range(365)}
    more = {day for day in weekends if day.weekday() >= 5 and day.month in (3, 7, 8, 11)}
    with pytest.raises(InputError, match="is not whole") as refused:
        refuse_partial(Notice(year, (off - gone) | more, worked, "国办1号"))
    assert feast in refused.value.zh


def test_1_two_days_of_may_are_off_since_2025():
    def notice(year: int) -> Notice:
        return Notice(year, days_of(year) - {date(year, 5, 2)}, frozenset(), "国办1号")

    refuse_partial(notice(2024))
    with pytest.raises(InputError, match="Labour Day"):
        refuse_partial(notice(2025))


@pytest.mark.parametrize(
    ("off", "worked", "told"),
    [
        ([], [d for n in range(62) if (d := date(2027, 7, 1) + timedelta(days=n)).weekday() > 4], "18 made-up working days"),
        ([], [date(2027, 7, 31)], "no day off lies within 14 days"),
        ([date(2027, 12, 7) + timedelta(days=n) for n in range(17)], [], "17 days in a row"),
        ([date(2027, 2, 13) + timedelta(days=n) for n in range(5)], [], None),
    ],
)
def test_2_what_never_was_is_refused_in_both_languages(off, worked, told):
    notice = Notice(2027, days_of(2027) | {*off}, frozenset(worked), "国办1号")
    if told is None:
        refuse_partial(notice)
        return
    with pytest.raises(InputError, match=told) as refused:
        refuse_partial(notice)
    assert refused.value.zh
