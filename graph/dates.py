"""Dates as registers and decisions give them: partial, unknown, open.

A date is an interval of possibility: the truth is one day in it, and we may not know which.

Invariants (tests/unit/test_graph_dates.py holds one test a number)
1. A comparison answers yes, no or maybe; it says yes or no only when every possible day agrees.
2. An unknown end is not an open end: open holds today for certain, unknown holds maybe.
3. Both ends of a period belong to it: the end is the last day on which it held.
4. A text that is not a real date (2018-02-30) is an error, never the nearest real one.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

from graph.errors import InputError

_TEXT = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


class Truth(StrEnum):
    """Answer of a comparison between dates that may be partial."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"

    @staticmethod
    def best(answers: list[Truth]) -> Truth:
        """Return the strongest of several answers: one yes is enough, and no needs all of them."""
        if Truth.YES in answers:
            return Truth.YES
        return Truth.MAYBE if Truth.MAYBE in answers else Truth.NO


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """One day, known to lie between `earliest` and `latest`, both included."""

    earliest: date
    latest: date

    def __post_init__(self) -> None:
        """Refuse an interval that is empty."""
        if self.earliest > self.latest:
            raise InputError(f"a date cannot lie between {self.earliest} and {self.latest}")

    @classmethod
    def on(cls, day: date) -> PartialDate:
        """Return a fully known day."""
        return cls(day, day)

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read `2016`, `2016-03`, `2016-03-05`, `2016年3月5日`, `20160305`, `a..b`, `open` or `unknown`.

        Raises
        ------
        InputError
            The text is no date, or a day that does not exist.
        """
        text = text.strip()
        if text in ("open", "unknown"):
            return OPEN if text == "open" else UNKNOWN
        if ".." in text:
            first, last = text.split("..", 1)
            return cls(cls.parse(first).earliest if first else date.min, cls.parse(last).latest if last else date.max)
        match = _COMPACT.fullmatch(text) or _TEXT.fullmatch(text)
        if match is None:
            raise InputError(f"{text!r} is not a date (expected YYYY, YYYY-MM or YYYY-MM-DD)")
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None  # noqa: S101 - both patterns require the year
        try:
            if month is None:
                return cls(date(year, 1, 1), date(year, 12, 31))
            if day is None:
                return cls(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
            return cls.on(date(year, month, day))
        except (ValueError, calendar.IllegalMonthError) as error:
            raise InputError(f"{text!r} is not a day that exists") from error

    @property
    def day(self) -> date | None:
        """The day, where it is known exactly."""
        return self.earliest if self.earliest == self.latest else None

    def __str__(self) -> str:
        """Write what `parse` reads."""
        first, last = self.earliest, self.latest
        if first == last:
            return "open" if first == date.max else first.isoformat()
        if first == date.min and last == date.max:
            return "unknown"
        if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
            return f"{first.year:04d}"
        month_end = calendar.monthrange(last.year, last.month)[1]
        if (first.year, first.month) == (last.year, last.month) and first.day == 1 and last.day == month_end:
            return f"{first.year:04d}-{first.month:02d}"
        return f"{'' if first == date.min else first}..{'' if last == date.max else last}"


OPEN = PartialDate(date.max, date.max)
"""End of what still holds."""
UNKNOWN = PartialDate(date.min, date.max)
"""A date that nobody has told us."""
EARLY: Final = date(1900, 1, 1)
"""No post that a register tells of began before: such a start is a slip, or stands in the place of none."""


def not_after(first: PartialDate, second: PartialDate) -> Truth:
    """Say whether `first` is on or before `second`."""
    if first.latest <= second.earliest:
        return Truth.YES
    return Truth.NO if first.earliest > second.latest else Truth.MAYBE


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, both days included; either may be partial, unknown or (the end) open.

    Raises
    ------
    InputError
        The end is certainly before the start.
    """

    start: PartialDate = UNKNOWN
    end: PartialDate = OPEN

    def __post_init__(self) -> None:
        """Refuse a period that is certainly empty."""
        if not_after(self.start, self.end) is Truth.NO:
            raise InputError(f"the end {self.end} is before the start {self.start}")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `start/end` as :meth:`__str__` writes it."""
        start, _, end = text.partition("/")
        return cls(PartialDate.parse(start), PartialDate.parse(end or start))

    def __str__(self) -> str:
        """Write what `parse` reads."""
        return f"{self.start}/{self.end}"

    def holds_on(self, day: PartialDate) -> Truth:
        """Say whether the period covers the day."""
        return self.meets(Period(day, day))

    def meets(self, other: Period) -> Truth:
        """Say whether the two periods share at least one day.

        Where the conduct of a decision is a period, an office "at the conduct" is one that meets it. The ends of `other` are days
        of it too: an office that certainly covers one *certain* day of the conduct meets it, however vague the rest is.
        """
        if self.start.earliest > other.end.latest or other.start.earliest > self.end.latest:
            return Truth.NO
        certain = self.latest_start <= other.earliest_end and other.latest_start <= self.earliest_end
        return Truth.YES if certain else Truth.MAYBE

    @property
    def latest_start(self) -> date:
        """The latest possible first day: nothing starts after it ended."""
        return min(self.start.latest, self.end.latest)

    @property
    def earliest_end(self) -> date:
        """The earliest possible last day: nothing ends before it started."""
        return max(self.end.earliest, self.start.earliest)


CHINA: Final = timezone(timedelta(hours=8))
"""Where the law that is applied here is in force, which has one zone and no summer time: a day is a day there."""


def day_in_law(at: datetime) -> date:
    """Return the day on which something happened at a moment, whatever the zone of the machine.

    Examples
    --------
    >>> day_in_law(datetime.fromisoformat("2026-11-27T18:00+00:00"))
    datetime.date(2026, 11, 28)
    """
    return at.astimezone(CHINA).date()


_EVERY_MONTH: Final = 28
"""The last day that every month has."""


def add_years(start: date, years: int) -> date:
    """Return the corresponding day `years` later, the month's end where there is none (Civil Code, article 202)."""
    return add_months(start, 12 * years)


def add_months(start: date, months: int) -> date:
    """Return the corresponding day `months` later, the month's end where there is none (Civil Code, article 202).

    What would lie beyond the calendar is its last day, and what would lie before it its first.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if months > 0 else date.min
    day = start.day if start.day <= _EVERY_MONTH else min(start.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


def day_before(day: PartialDate) -> PartialDate:
    """Turn "the first day on which it no longer held" into "the last day on which it held"."""
    step = timedelta(days=1)
    earliest = day.earliest if day.earliest == date.min else day.earliest - step
    return PartialDate(earliest, day.latest if day.latest == date.max else day.latest - step)
