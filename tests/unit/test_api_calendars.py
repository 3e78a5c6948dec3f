"""The invariants of `api.use_cases.calendars`, by number."""

from __future__ import annotations

from datetime import date

import pytest

from analytics.lifecycle.workdays import NoCalendar, bundled_years
from api.use_cases.calendars import calendar_of, enter
from graph.errors import InputError
from graph.store import open_store
from tests.api_world import actor
from tests.notice_text import days_of, notice_text

YEAR = max(bundled_years()) + 1
TEXT = notice_text(YEAR)


def test_1_a_notice_is_a_fact_and_a_later_one_takes_its_place():
    with open_store("sqlite:///:memory:") as store:
        with pytest.raises(NoCalendar):
            calendar_of(store).is_workday(date(YEAR, 1, 1))
        assert len(enter(store, actor(), YEAR, TEXT, "国办〔1〕号", dry_run=True).holidays) == len(days_of(YEAR))
        assert store.version() == 0
        enter(store, actor(), YEAR, TEXT, "国办〔1〕号")
        assert not calendar_of(store).is_workday(date(YEAR, 1, 1))
        assert calendar_of(store).is_workday(date(YEAR, 3, 10))
        enter(store, actor(10), YEAR, TEXT.replace("]", f", {YEAR}-03-10]"), "国办〔2〕号")
        assert not calendar_of(store).is_workday(date(YEAR, 3, 10))
        history = store.history(f"event/zeren/calendar-{YEAR}")
        assert [r.fact.value.number for r in history] == ["国办〔1〕号", "国办〔2〕号"]
        assert history[0].fact.value.by == "tester"


@pytest.mark.parametrize("left", ["", f"{YEAR}-01-01", f"{YEAR}-01-01/{YEAR}-01-20", TEXT[11:].partition(f", {YEAR}-06")[0]])
def test_2_a_notice_that_is_not_of_a_whole_year_is_refused(left):
    with open_store("sqlite:///:memory:") as store:
        with pytest.raises(InputError) as refused:
            enter(store, actor(), YEAR, f"holidays: [{left}]\n", "国办〔1〕号")
        assert refused.value.zh
        assert store.version() == 0


@pytest.mark.parametrize("number", ["", " ", "无", "号", "国办〔1〕号\u200b"])
def test_2_a_notice_without_a_number_is_refused_in_both_languages(number):
    with open_store("sqlite:///:memory:") as store:
        with pytest.raises(InputError, match="number") as refused:
            enter(store, actor(), YEAR, TEXT, number)
        assert refused.value.zh
        assert store.version() == 0


@pytest.mark.parametrize("text", ["holidays: {a: b}", "holidays: [x]", "free: []", "- 1", "holidays: [", "workdays: []"])
def test_what_is_no_notice_is_refused(text):
    with open_store("sqlite:///:memory:") as store, pytest.raises(InputError) as refused:
        enter(store, actor(), YEAR, text, "国办〔1〕号")
    assert refused.value.zh


@pytest.mark.parametrize(
    ("mistyped", "told"),
    [
        (f"{YEAR - 1}-10-01/{YEAR - 1}-10-07", "is no day of a notice"),
        (f"{YEAR + 1}-02-05", "is no day of a notice"),
        (f"{YEAR}-05-05/{YEAR}-05-01", "ends before it begins"),
        (f"{YEAR}-05-01/{YEAR}-12-05", "longer than 31 days"),
        (f"{YEAR}.05.01", "neither a day nor a period"),
    ],
)
def test_3_a_mistyped_day_is_refused_in_both_languages(mistyped, told):
    with open_store("sqlite:///:memory:") as store:
        with pytest.raises(InputError, match=told) as refused:
            enter(store, actor(), YEAR, TEXT.replace("]", f", {mistyped}]"), "国办〔1〕号")
        assert refused.value.zh
        assert store.version() == 0


def test_1_the_days_that_a_notice_names_around_the_turn_of_the_year_count():
    with open_store("sqlite:///:memory:") as store:
        enter(store, actor(), YEAR, TEXT.replace("]", f", {YEAR - 1}-12-31]") + f"workdays: [{YEAR - 1}-12-26]\n", "国办〔1〕号")
        assert calendar_of(store).is_workday(date(YEAR - 1, 12, 26))
        assert not calendar_of(store).is_workday(date(YEAR - 1, 12, 31))


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        (f"holidays: [{YEAR}-13-01]\n", f"“{YEAR}-13-01”不是日期，也不是 2027-02-05/2027-02-11 这样的时段"),
        (f"holidays: [{YEAR}-01-01\n", "不是可以读取的 YAML（第2行）"),
        (TEXT + TEXT, "holidays 写了两次"),
    ],
)
def test_a_notice_that_cannot_be_read_is_refused_in_chinese(text, zh):
    with open_store("sqlite:///:memory:") as store, pytest.raises(InputError) as refused:
        enter(store, actor(), YEAR, text, "国办〔1〕号")
    assert refused.value.zh == zh
