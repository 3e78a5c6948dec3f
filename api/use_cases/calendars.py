"""The calendar of working days: the bundled one, and official notices that an administrator has entered.

Invariants (tests/unit/test_api_calendars.py holds one test a number)
1. A notice is a fact with its document number, who entered it and when; a later one for the same year takes its place.
2. The number of a notice has a numeral in it and no sign that is not seen. A notice that cannot be that of a whole year is refused
   (`analytics.lifecycle.days_off`).
3. A mistyped day is refused, in both languages: one of another year, a period that ends before it begins or lasts too long.
"""

from __future__ import annotations

from datetime import date

import yaml

from analytics.lifecycle.days_off import refuse_partial
from analytics.lifecycle.workdays import LONGEST_PERIOD, Notice, WorkCalendar
from api.use_cases.acting import Actor, record
from api.use_cases.written import seen
from graph import strict_yaml
from graph.codec import make_fact
from graph.dates import PartialDate, day_in_law
from graph.document_numbers import document_key
from graph.errors import InputError
from graph.model import Event, Operation, Origin
from graph.store.base import Store, Write

KIND = "calendar_notice"
_OURS = Origin("zeren")


def calendar_of(store: Store) -> WorkCalendar:
    """Return the calendar with every notice that was entered."""
    return WorkCalendar(
        _notice(r.fact.value)
        for r in store.facts(["event"], keys="event/zeren/calendar-")
        if isinstance(r.fact.value, Event) and r.fact.value.kind == KIND
    )


def enter(store: Store, actor: Actor, year: int, text: str, number: str, *, dry_run: bool = False) -> Notice:
    """Record the official notice for a year.

    Parameters
    ----------
    store : Store
        Where to.
    actor : Actor
        Who enters it, and when.
    year : int
        The year.
    text : str
        YAML with `holidays` and `workdays`: days, or periods as `2027-02-05/2027-02-11`.
    number : str
        Document number of the notice.
    dry_run : bool
        Check it and record nothing.

    Raises
    ------
    InputError
        It is no notice, or contradicts itself.
    """
    try:
        content, flaws = strict_yaml.read_on(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"（第{mark.line + 1}行）" if mark else ""
        raise InputError(strict_yaml.told(error), zh=f"不是可以读取的 YAML{where}") from error
    if twice := next((flaw for flaw in flaws if flaw.reason.startswith(strict_yaml.TWICE)), None):
        key = ".".join(map(str, twice.path))
        raise InputError(f"{key}: {twice.reason}", zh=f"{key} 写了两次")
    if not isinstance(content, dict) or not set(content) <= {"holidays", "workdays"}:
        zh = "通知只有 `holidays`（放假）和 `workdays`（上班）两项"
        raise InputError("a notice has `holidays` and `workdays`, and nothing else", zh=zh)
    seen("number", number)
    notice = Notice(year, _days(content.get("holidays")), _days(content.get("workdays")), number)
    notice.refuse_astray()
    if not document_key(number):
        raise InputError("the notice has no document number: a number has a numeral in it", zh="通知没有文号：文号应含数字")
    refuse_partial(notice)
    details = (("holidays", _written(notice.holidays)), ("workdays", _written(notice.workdays)))
    day = PartialDate.on(day_in_law(actor.at))
    event = Event(KIND, f"calendar:{year}", day, actor.name, "", number, details=details)
    fact = make_fact(event, f"calendar-{year}", _OURS)
    operation = Operation.CHANGE if store.get(fact.key) else Operation.NEW
    record(store, actor, f"calendar {year}", [Write(fact, operation)], dry_run=dry_run)
    return notice


def _days(value: object) -> frozenset[date]:
    if value is None:
        return frozenset()
    if not isinstance(value, list):
        raise InputError("days are written as a list", zh="日期应写成列表")
    found: set[date] = set()
    for item in value:
        first, _, last = str(item).partition("/")
        try:
            start, end = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError as error:
            zh = f"“{item}”不是日期，也不是 2027-02-05/2027-02-11 这样的时段"
            raise InputError(f"{item!r} is neither a day nor a period such as 2027-02-05/2027-02-11", zh=zh) from error
        if not 0 <= (end - start).days < LONGEST_PERIOD:
            zh = f"“{item}”：时段的末日早于首日，或者超过{LONGEST_PERIOD}日"
            raise InputError(f"{item!r} ends before it begins, or is longer than {LONGEST_PERIOD} days", zh=zh)
        found |= {date.fromordinal(number) for number in range(start.toordinal(), end.toordinal() + 1)}
    return frozenset(found)


def _written(days: frozenset[date]) -> str:
    return " ".join(sorted(day.isoformat() for day in days))


def _notice(event: Event) -> Notice:
    details = {label: frozenset(map(date.fromisoformat, value.split())) for label, value in event.details}
    return Notice(int(event.about.partition(":")[2]), details["holidays"], details["workdays"], event.number)
