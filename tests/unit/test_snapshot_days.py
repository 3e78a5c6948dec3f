from datetime import date

import pytest
from hypothesis import given

from graph.dates import OPEN, UNKNOWN, PartialDate, Period, Truth
from graph.errors import InputError
from graph.snapshot.days import LAST_DAY, NOW, clamped, day_of, extent, number, window
from tests import plain_graph


def test_1_a_day_in_range_is_its_own_number_and_others_are_clamped():
    assert number(date(1900, 1, 1)) == 1
    assert number(date(2079, 6, 4)) == LAST_DAY
    assert day_of(number(date(2016, 2, 29))) == date(2016, 2, 29)
    assert (number(date(1899, 12, 31)), number(date(2079, 6, 5))) == (0, 65_535)
    assert clamped(Period(PartialDate.parse("1890"), OPEN))
    assert not clamped(Period(UNKNOWN, OPEN))


@given(plain_graph.periods(), plain_graph.asked)
def test_2_numbers_meet_as_periods_do(period, asked):
    held, when = extent(period), window(asked)
    if held.start > when.last_latest or when.first_earliest > held.end:
        answer = Truth.NO
    else:
        sure = held.certain_start <= when.last_earliest and when.first_latest <= held.certain_end
        answer = Truth.YES if sure else Truth.MAYBE
    assert answer is period.meets(asked)


def test_3_a_day_outside_is_refused():
    with pytest.raises(InputError, match=r"^1899-01-01 cannot"):
        window(date(1899, 1, 1))
    assert window(None) == NOW
