"""Deadlines: what must be done until when, by whom, and whether it was.

Invariants (tests/unit/test_lifecycle_deadlines.py holds one test a number)
1. Every deadline of the source material is in the data, and each says how it is known.
2. The first day is not counted; a deadline in working days falls on one, one in calendar days is put off to one.
3. A deadline is done by an event that answers it, in time or late; open until its last day, overdue after it, or lapsed where it
   was the party's to use. What answered it and was held void since did answer it; with the ruling it runs anew.
4. Where no calendar is known the deadline says so; it is never taken to be met or missed.
5. A detail that lengthens a deadline, or without which it does not run, is asked for its answer: no is no.
6. What a notice may offer runs only where it was offered, until the day that was told, which is never before that of the law.
7. What is due at once is due on the day on which it began, and overdue from the next.
8. An objection is answered within the days of the law of its matter, and within no others beside them: to an intended wage
   listing, to the defaulter list of a court, to a credit report.
9. What was repaired is withdrawn, and its receivers are told, as after a revocation; a repair that is undone for fraud ends that.
10. Days that a city or a province sets bind its own authorities: they run on no decision of another place, nor where its place is
    known to be another; where no place is recorded they run, so that nothing is missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field

from analytics.lifecycle.ground import Dated, answer_said, day_said
from analytics.lifecycle.workdays import NoCalendar, WorkCalendar
from analytics.responsibility.partial import Model
from analytics.responsibility.said import Label
from graph import strict_yaml
from graph.dates import add_months

FILE: Final = Path(__file__).parent / "deadlines.yaml"
DECISION_DATE: Final = "decision_date"
Area = Annotated[str, Field(pattern=r"^\d{2}(\d{2}){0,2}$")]
"""Code of a territory, and of everything in it."""


def _several(told: object) -> object:
    """Return what a file has as one word as the one of several."""
    return (told,) if isinstance(told, str) else told


class Deadline(Model):
    """One deadline, as the file has it."""

    id: str
    title: Label
    starts: Annotated[tuple[str, ...], BeforeValidator(_several), Field(alias="from", min_length=1)]
    until: tuple[str, ...] = Field(min_length=1)
    days: Annotated[int, Field(ge=0, strict=True)]
    unit: Literal["working", "calendar", "months", "years", "promptly"]
    longer: Mapping[str, int] = Field(default={}, alias="if")
    if_only: str = ""
    told: str = ""
    within: Annotated[tuple[str, ...], Field(alias="while")] = ()
    yields_to: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    authority: str = ""
    since: date | None = None
    kinds: tuple[str, ...] = ()
    parties: tuple[Literal["person", "enterprise"], ...] = ()
    areas: tuple[Area, ...] = ()
    who: Literal["providing", "executing", "initiating", "party", "platform"]
    source: str
    basis: str
    evidence: Literal["V", "S", "M"]
    note: str = ""

    def applies(
        self, rule: str, authority: str, details: Mapping[str, str], kind: str = "", party: str = "", region: str = ""
    ) -> bool:
        """Say whether it runs for a finding of this rule on a party, on a decision of this authority, kind and region."""
        if self.areas and region and not region.startswith(self.areas):
            return False
        if (self.kinds and kind and kind not in self.kinds) or (self.parties and party and party not in self.parties):
            return False
        if (self.rules and rule not in self.rules) or rule in self.not_for:
            return False
        if (self.if_only and not _yes(details, self.if_only)) or (self.told and day_said(details.get(self.told)) is None):
            return False
        return self.authority in authority


class Deadlines(Model):
    """All of them."""

    deadlines: tuple[Deadline, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline that runs, or ran: `day` is None where no calendar is known.

    What a party did not use has `lapsed`, what an office did not do is `overdue`; `year` is that of a calendar that is wanting.
    """

    deadline: Deadline
    about: str
    began: date
    day: date | None
    state: Literal["open", "overdue", "lapsed", "done", "done_late", "no_calendar"]
    started_by: str
    ended_by: str = ""
    year: int | None = None


_Concerned = tuple[str, str, Mapping[str, str], str, str, str]
"""What `Deadline.applies` is asked: rule, authority, details, kind, party and region."""


_NO_DETAILS: Final[Mapping[str, str]] = {}


@cache
def load_deadlines() -> tuple[Deadline, ...]:
    """Return the deadlines that ship."""
    return Deadlines.model_validate(strict_yaml.read(FILE.read_text(encoding="utf-8"))).deadlines


@cache
def asked_details() -> frozenset[str]:
    """Return the labels of details that a deadline asks: each is answered with yes or no."""
    return frozenset(label for item in load_deadlines() for label in (*item.longer, item.if_only) if label)


def _yes(details: Mapping[str, str], label: str) -> bool:
    return answer_said(details.get(label, "")) is True


def deadline(identifier: str) -> Deadline:
    """Return one by its id."""
    return next(item for item in load_deadlines() if item.id == identifier)


def last_day(item: Deadline, began: date, calendar: WorkCalendar, details: Mapping[str, str] | None = None) -> date:
    """Return the last day of a deadline: by law, or the later one that whoever began it told; raises `NoCalendar`."""
    days = next((longer for detail, longer in item.longer.items() if _yes(details or {}, detail)), item.days)
    by_law = _by_law(item, days, began, calendar)
    return max(by_law, day_said((details or {}).get(item.told)) or by_law)


def _by_law(item: Deadline, days: int, began: date, calendar: WorkCalendar) -> date:
    if item.unit == "promptly":
        return began
    if item.unit == "working":
        return calendar.after(began, days)
    if item.unit == "calendar":
        return calendar.next_workday(began + timedelta(days=days))
    return calendar.next_workday(add_months(began, days * (12 if item.unit == "years" else 1)))


def running(
    events: Iterable[Dated],
    rule: str,
    authority: str,
    calendar: WorkCalendar,
    today: date,
    decision: tuple[str, date] | None = None,
    *,
    kind: str = "",
    party: str = "",
    region: str = "",
    voided: Iterable[tuple[Dated, date]] = (),
) -> Iterator[Due]:
    """Yield the deadlines that the events on one matter began.

    Parameters
    ----------
    events : iterable of Dated
        Those that have effect, about one finding, its decision or its restriction.
    rule, authority : str
        Of the finding and its decision.
    calendar : WorkCalendar
        The working days.
    today : date
        The day that says what is overdue.
    decision : (id, date), optional
        With it, the deadlines that run from the date of the decision are looked at too.
    kind, party : str
        Kind of the decision, and whether the finding is on a person or an enterprise; where they are known.
    region : str, optional
        Territory of the decision, where it is known.
    voided : iterable of (Dated, date), optional
        Those that had effect until they were held void, each with the day of the ruling.
    """
    given = sorted((i for i in events if i.event.on.day and i.event.on.day <= today), key=lambda i: (i.event.on, i.id))
    lost = sorted(voided, key=lambda pair: (pair[1], pair[0].id))
    for item in load_deadlines():
        if DECISION_DATE in item.starts:
            concerned = (rule, authority, _NO_DETAILS, kind, party, region)
            if (
                decision
                and _runs_from(item, decision[1], concerned)
                and not any(_runs_from(deadline(other), decision[1], concerned) for other in item.yields_to)
            ):
                ends = _ends(item, "", decision[1], given)
                yield _due(item, decision[0], "", decision[1], {}, ends, calendar, today)
            continue
        for start in given:
            concerned = (rule, authority, dict(start.event.details), kind, party, region)
            if _begins(item, start, given, concerned) and not any(
                _begins(deadline(other), start, given, concerned) for other in item.yields_to
            ):
                details = concerned[2]
                about, first = start.event.about, start.event.on.earliest
                began, ends = first, _ends(item, start.id, first, given)
                for answer, ruling in lost:
                    if before := _ends(item, start.id, first, [answer]):
                        yield _due(item, about, start.id, began, details, before, calendar, today)
                        began = ruling
                yield _due(item, about, start.id, began, details, ends, calendar, today)


def _runs_from(item: Deadline, day: date, concerned: _Concerned) -> bool:
    """Say whether a deadline runs from the day of a decision; `concerned` is what `Deadline.applies` is asked."""
    return item.applies(*concerned) and (item.since is None or day >= item.since)


def _begins(item: Deadline, start: Dated, given: list[Dated], concerned: _Concerned) -> bool:
    """Say whether an event begins a deadline; `concerned` is what `Deadline.applies` is asked."""
    if start.event.kind not in item.starts or not item.applies(*concerned):
        return False
    if item.since is not None and start.event.on.earliest < item.since:
        return False
    before = [i.event for i in given if i.event.kind in item.within and i.event.on <= start.event.on]
    latest = max(before, key=lambda event: (event.on, item.within.index(event.kind)), default=None)
    return not item.within or (latest is not None and latest.kind == item.within[0])


def _due(
    item: Deadline,
    about: str,
    started_by: str,
    began: date,
    details: Mapping[str, str],
    ends: list[Dated],
    calendar: WorkCalendar,
    today: date,
) -> Due:
    end = ends[0] if ends else None
    ended_by = end.id if end else ""
    try:
        day = last_day(item, began, calendar, details)
    except NoCalendar as error:
        return Due(item, about, began, None, "no_calendar", started_by, ended_by, error.year)
    if end is not None:
        late = end.event.on.earliest > day
        return Due(item, about, began, day, "done_late" if late else "done", started_by, ended_by)
    if today <= day:
        return Due(item, about, began, day, "open", started_by)
    return Due(item, about, began, day, "lapsed" if item.who == "party" else "overdue", started_by)


def _ends(item: Deadline, started_by: str, began: date, given: list[Dated]) -> list[Dated]:
    """Return what answers a deadline, of what happened since it began."""
    return [i for i in given if i.event.kind in item.until and i.event.on.earliest >= began and _answers(i, started_by)]


def _answers(end: Dated, started_by: str) -> bool:
    """Say whether an event may answer the one that began a deadline: one that refers to another does not."""
    return not end.event.refers or end.event.refers == started_by or not started_by
