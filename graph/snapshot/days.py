"""Days as small numbers, and the stretch of days that a question is about.

Invariants (tests/unit/test_snapshot_days.py holds one test a number)
1. A day from 1900-01-01 to 2079-06-04 is its own number; what lies outside is clamped to 0 or 65,535, and `clamped` says so.
2. `meets` on numbers answers as `Period.meets` does on dates, for every period within the range.
3. A question about a day outside the range is refused, never answered for another day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from graph.dates import PartialDate, Period
from graph.errors import InputError

_ZERO = date(1899, 12, 31)
FIRST_DAY, LAST_DAY = 1, 65_534
NEVER_KNOWN, STILL = 0, 65_535
"""Before every day, and after every day: the start that nobody knows, and the end of what still holds."""


class Window(NamedTuple):
    """What a question asks about: from a first day (between two) to a last day (between two); all equal for one day."""

    first_earliest: int
    first_latest: int
    last_earliest: int
    last_latest: int


NOW = Window(STILL, STILL, STILL, STILL)
"""Asks for what has not ended, whenever it began."""


class Extent(NamedTuple):
    """When something held: possibly from `start` to `end`, certainly from `certain_start` to `certain_end`."""

    start: int
    certain_start: int
    certain_end: int
    end: int


def number(day: date) -> int:
    """Return the number of a day, clamped to 0 before 1900 and to 65,535 after 2079-06-04."""
    return min(max((day - _ZERO).days, NEVER_KNOWN), STILL)


def day_of(value: int) -> date | None:
    """Return the day of a number; None for the two that stand for no day."""
    return _ZERO + timedelta(days=int(value)) if FIRST_DAY <= value <= LAST_DAY else None


def clamped(period: Period) -> bool:
    """Say whether a day that somebody stated lies outside the range."""
    ends = (period.start.earliest, period.start.latest, period.end.earliest, period.end.latest)
    return any(day not in (date.min, date.max) and number(day) in (NEVER_KNOWN, STILL) for day in ends)


def extent(period: Period) -> Extent:
    """Return a period as numbers; each end narrows what is known of the other."""
    start, end = period.start, period.end
    return Extent(
        number(start.earliest),
        number(min(start.latest, end.latest)),
        number(max(end.earliest, start.earliest)),
        number(end.latest),
    )


def window(asked: date | PartialDate | Period | None) -> Window:
    """Return a day, a partial date or a period as a question; None asks for what still holds.

    Raises
    ------
    InputError
        The question is about days outside the range.
    """
    if asked is None:
        return NOW
    said = asked
    if isinstance(asked, date):
        asked = PartialDate.on(asked)
    if isinstance(asked, PartialDate):
        asked = Period(asked, asked)
    if clamped(asked):
        first, last = day_of(FIRST_DAY), day_of(LAST_DAY)
        raise InputError(
            f"{said} cannot be asked about: days from {first} to {last} can",
            zh=f"不能查询 {said}：可查询的日期从 {first} 到 {last}",
        )
    found = extent(asked)
    return Window(found.start, found.certain_start, found.certain_end, found.end)
