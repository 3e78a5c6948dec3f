"""Working days, as the State Council sets them each year.

Invariants (tests/unit/test_lifecycle_workdays.py holds one test a number)
1. The day on which a period begins is not counted; its last day is a working day.
2. A year that nobody has published a calendar for is refused with what to do, never guessed.
3. An official notice that was entered rules over the bundled calendar, for its year, and for the days around the turn of a year
   that it names: of two that name a day the later one rules.
4. What is no notice is refused in both languages, with what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from chinese_calendar import constants

from graph.errors import InputError, Refused

SATURDAY = WEEK = 5
LONGEST_OFF: Final = 14
"""More days than were ever off in a row, weekends among them (ten, in 2020): `days_off` refuses a notice with more."""
LONGEST_PERIOD: Final = 31
"""Days of the longest period that a notice can mean; the longest yet had ten."""


class NoCalendar(Refused):
    """No calendar of working days has been published for a year."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            f"no calendar of working days for {year} is known: enter the official notice with `zeren calendar enter {year}`",
            zh=f"没有{year}年的节假日安排：请用 `zeren calendar enter {year}` 录入国务院办公厅的通知",
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """The official notice for one year: the days off, and the weekend days that are worked."""

    year: int
    holidays: frozenset[date]
    workdays: frozenset[date]
    number: str

    def __post_init__(self) -> None:
        """Refuse a notice that cannot be one."""
        if not self.number:
            raise InputError("the notice has no document number", zh="通知没有文号")
        if not any(day.year == self.year for day in self.holidays):
            raise InputError(f"the notice names no day off in {self.year}", zh=f"通知没有写明{self.year}年的放假日")
        if both := sorted(self.holidays & self.workdays):
            raise InputError(f"{both[0]} is both off and worked", zh=f"{both[0]} 既列为放假又列为上班")
        if wrong := sorted(day for day in self.holidays | self.workdays if abs(day.year - self.year) > 1):
            raise _astray(wrong[0], self.year)
        if wrong := sorted(day for day in self.workdays if day.weekday() < SATURDAY):
            zh = f"{wrong[0]} 本为工作日：调休上班的只能是周六、周日"
            raise InputError(f"{wrong[0]} is a working day anyhow: only weekend days are made up", zh=zh)

    def governs(self, day: date) -> bool:
        """Say whether a day can be one of this notice: of its year, of the December before or of the January after."""
        return date(self.year - 1, 12, 1) <= day <= date(self.year + 1, 1, 31)

    def refuse_astray(self) -> None:
        """Refuse a day that is none of this notice, as one of a mistyped year."""
        if wrong := sorted(day for day in self.holidays | self.workdays if not self.governs(day)):
            raise _astray(wrong[0], self.year)


def _astray(day: date, year: int) -> InputError:
    return InputError(
        f"{day} is no day of a notice for {year}: it names days of its year, of the December before and of the January after",
        zh=f"{day} 不属于{year}年的通知：只能写本年、上年12月和下年1月的日期",
    )


class WorkCalendar:
    """Which days are worked.

    Parameters
    ----------
    notices : iterable of Notice
        What an administrator has entered, each for its year.
    """

    def __init__(self, notices: Iterable[Notice] = ()) -> None:
        self._notices = {notice.year: notice for notice in notices}
        self._named: dict[date, bool] = {}
        for _, notice in sorted(self._notices.items()):
            self._named |= {day: False for day in notice.holidays if notice.governs(day)}
            self._named |= {day: True for day in notice.workdays if notice.governs(day)}

    def is_workday(self, day: date) -> bool:
        """Say whether a day is worked.

        Raises
        ------
        NoCalendar
            Nobody has published, or entered, the calendar of its year.
        """
        if day in self._named:
            return self._named[day]
        if day.year in self._notices:
            return day.weekday() < SATURDAY
        if day.year not in bundled_years():
            raise NoCalendar(day.year)
        return day in constants.workdays or (day.weekday() < SATURDAY and day not in constants.holidays)

    def after(self, day: date, count: int) -> date:
        """Return the last day of a period of `count` working days that begins on `day`, which is not counted."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_workday(day)
        return day

    def next_workday(self, day: date) -> date:
        """Return the day itself, or the first working day after it: to that a period that ends on a day off is put off."""
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day


def surely_over(day: date, count: int) -> date:
    """Return a day by which `count` working days after a day are over in any year: whole weeks, and the longest time off."""
    return day + timedelta(days=7 * -(-count // WEEK) + LONGEST_OFF)


@cache
def bundled_years() -> frozenset[int]:
    """Return the years that the bundled calendar covers: those with days off of their own."""
    return frozenset(day.year for day in constants.holidays)
