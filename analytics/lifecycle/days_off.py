"""Whether an official notice of days off can be that of a whole year.

Invariants (tests/unit/test_lifecycle_days_off.py holds one test a number)
1. A notice that lacks a day off which the law gives in that year is refused, and told which; weekend days make up for none.
2. More made-up days, or more days off in a row, than any year could have, or a made-up day far from any day off, are refused.
3. Every calendar that was ever published is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import StringConstraints

from analytics.lifecycle.workdays import LONGEST_OFF, SATURDAY, Notice
from analytics.responsibility.partial import Model
from analytics.responsibility.said import Label
from graph import strict_yaml
from graph.errors import InputError

FILE: Final = Path(__file__).parent / "days_off.yaml"
MonthDay = Annotated[str, StringConstraints(pattern=r"^[01][0-9]-[0-3][0-9]$")]


class Feast(Label):
    """Days off: those of a date, or so many between two dates, but for some that are others' already."""

    dates: tuple[MonthDay, ...] = ()
    since: int = 0
    between: tuple[MonthDay, MonthDay] | None = None
    but: tuple[MonthDay, ...] = ()
    days: int = 1

    def lacks(self, notice: Notice) -> bool:
        """Say whether a notice does not have these days off."""
        year = notice.year
        if year < self.since:
            return False
        if self.between is None:
            return not notice.holidays.issuperset(_day(year, each) for each in self.dates)
        first, last = (_day(year, each) for each in self.between)
        but = {_day(year, each) for each in self.but}
        return sum(first <= day <= last for day in notice.holidays - but) < self.days


class Most(Model):
    """What no year ever had more of: made-up days, days between one and a day off."""

    made_up: int
    apart: int


class DaysOff(Model):
    """What the law gives, and what never was."""

    instrument: str
    feasts: tuple[Feast, ...]
    most: Most


@cache
def days_off() -> DaysOff:
    """Return what ships."""
    return DaysOff.model_validate(strict_yaml.read(FILE.read_text(encoding="utf-8")))


def refuse_partial(notice: Notice) -> None:
    """Refuse a notice that is not that of a whole year.

    Raises
    ------
    InputError
        It lacks a day off that the law gives, or has what no year ever had.
    """
    known, year = days_off(), notice.year
    if lacking := [feast for feast in known.feasts if feast.lacks(notice)]:
        en, names = (list(dict.fromkeys(each)) for each in zip(*((f.en, f.zh) for f in lacking), strict=True))
        raise InputError(
            f"the notice is not whole: it does not have the days off that {known.instrument} gives in {year} for {', '.join(en)}",
            zh=f"通知不全：缺少《{known.instrument}》规定的{year}年{'、'.join(names)}放假日",
        )
    if (count := len(notice.workdays)) > known.most.made_up:
        zh = f"通知写了{count}个调休上班日，从来没有超过{known.most.made_up}个的"
        raise InputError(f"the notice names {count} made-up working days: no year had more than {known.most.made_up}", zh=zh)
    for day in sorted(notice.workdays):
        if min(abs((day - off).days) for off in notice.holidays) > known.most.apart:
            zh = f"调休上班日 {day} 前后{known.most.apart}日内没有放假"
            raise InputError(f"{day} is a made-up working day, and no day off lies within {known.most.apart} days of it", zh=zh)
    for start, count in _rows(notice):
        if count > LONGEST_OFF:
            zh = f"自 {start} 起连续放假{count}日，超过{LONGEST_OFF}日"
            raise InputError(f"{count} days in a row would be off from {start}: no year had more than {LONGEST_OFF}", zh=zh)


def _rows(notice: Notice) -> Iterator[tuple[date, int]]:
    """Yield the first day and the length of each time off, weekends included."""
    day, last, count = min(notice.holidays) - timedelta(days=7), max(notice.holidays) + timedelta(days=7), 0
    while day <= last:
        off = day in notice.holidays or (day.weekday() >= SATURDAY and day not in notice.workdays)
        if not off and count:
            yield day - timedelta(days=count), count
        count = count + 1 if off else 0
        day += timedelta(days=1)


def _day(year: int, text: str) -> date:
    return date.fromisoformat(f"{year}-{text}")
