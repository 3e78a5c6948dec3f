from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.dates import OPEN, UNKNOWN, PartialDate, Period, Truth, add_months, add_years, day_before, not_after
from graph.errors import InputError

days = st.dates(date(2000, 1, 1), date(2001, 12, 31))


@st.composite
def partial_dates(draw):
    first = draw(days)
    return PartialDate(first, first + timedelta(days=draw(st.sampled_from([0, 0, 3, 40]))))


@st.composite
def periods(draw):
    first, second = sorted((draw(partial_dates()), draw(partial_dates())), key=lambda d: (d.earliest, d.latest))
    return Period(first, second)


def possible(period):
    """Every (start, end) that the period could be, thinned out."""

    def some(d):
        return {d.earliest, d.latest, d.earliest + (d.latest - d.earliest) / 2}

    return [(a, b) for a in some(period.start) for b in some(period.end) if a <= b]


@given(periods(), periods())
def test_1_yes_and_no_only_when_every_possible_day_agrees(one, two):
    answers = {a <= d and c <= b for a, b in possible(one) for c, d in possible(two)}
    said = one.meets(two)
    assert said is not Truth.YES or answers == {True}
    assert said is not Truth.NO or answers == {False}


@given(partial_dates(), partial_dates())
def test_1_not_after_is_certain_only_when_all_days_agree(one, two):
    expected = {
        (True, True): Truth.YES,
        (False, False): Truth.NO,
    }.get((one.latest <= two.earliest, one.earliest <= two.latest), Truth.MAYBE)
    assert not_after(one, two) is expected


def test_2_an_unknown_end_is_not_an_open_end():
    today = PartialDate.parse("2026-01-01")
    since = PartialDate.parse("2010-01-01")
    assert Period(since, OPEN).holds_on(today) is Truth.YES
    assert Period(since, UNKNOWN).holds_on(today) is Truth.MAYBE
    assert Period(UNKNOWN, UNKNOWN).holds_on(today) is Truth.MAYBE
    assert Period(UNKNOWN, OPEN).holds_on(today) is Truth.MAYBE


@pytest.mark.parametrize(("day", "expected"), [("2016-03-01", Truth.YES), ("2016-03-02", Truth.NO), ("2015-01-01", Truth.YES)])
def test_3_both_ends_belong_to_a_period(day, expected):
    assert Period.parse("2015-01-01/2016-03-01").holds_on(PartialDate.parse(day)) is expected


@pytest.mark.parametrize("text", ["2018-02-30", "2018-13", "18-01-01", "", "0000", "2018-1-1-1", "yesterday"])
def test_4_what_is_no_day_is_an_error(text):
    with pytest.raises(InputError):
        PartialDate.parse(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2016", "2016"),
        ("2016年3月", "2016-03"),
        ("2016/3/5", "2016-03-05"),
        ("20160305", "2016-03-05"),
        ("2016年3月5日", "2016-03-05"),
        ("2016-02-01..2016-02-29", "2016-02"),
        ("2016-01-05..2016-03-01", "2016-01-05..2016-03-01"),
        ("..2016-03-01", "..2016-03-01"),
        ("2016-03-01..", "2016-03-01.."),
        ("open", "open"),
        ("unknown", "unknown"),
    ],
)
def test_dates_are_read_and_written_back(text, written):
    assert str(PartialDate.parse(text)) == written
    assert PartialDate.parse(written) == PartialDate.parse(text)


@given(periods())
def test_periods_survive_their_text(period):
    assert Period.parse(str(period)) == period


def test_a_known_end_bounds_an_unknown_start():
    assert Period.parse("unknown/2016-03-01").meets(Period.parse("2016/2017")) is Truth.MAYBE
    assert Period.parse("unknown/2016-03-01").meets(Period.parse("2015-01-01/2017-01-01")) is Truth.YES


def test_an_end_before_the_start_is_refused():
    with pytest.raises(InputError, match="before the start"):
        Period.parse("2017/2016")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 36, "2027-02-28"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
    ],
)
def test_months_end_on_the_corresponding_day(start, months, end):
    assert add_months(date.fromisoformat(start), months).isoformat() == end


def test_what_lies_beyond_the_calendar_is_its_first_or_last_day():
    assert add_years(date(2, 3, 1), -3) == date.min
    assert add_months(date(1, 1, 31), -1) == date.min
    assert add_years(date(9998, 3, 1), 3) == date.max


def test_five_years_from_a_day_end_on_that_day():
    assert add_years(date(2018, 12, 6), 5) == date(2023, 12, 6)


def test_day_before_turns_an_exclusive_end_into_an_inclusive_one():
    assert str(day_before(PartialDate.parse("2016-03-01"))) == "2016-02-29"
