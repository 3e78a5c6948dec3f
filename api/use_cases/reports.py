"""Reports for supervision (items 13, 14, 26): the funnel from listing to executed, per department, county and period.

Invariants (tests/unit/test_api_reports.py holds one test a number)
1. The funnel counts each stage on the day on which it happened, the first time; no stage comes after the next, so that from the
   beginning to any day it only narrows. All else but departments counts on the day on which it happened too, whatever became of it
   later: the figures of two periods add up to those of both together, line by line. What happens to a decision counts whether or
   not a finding rests on it.
2. A voluntary body never counts as failing.
3. Counted is what falls into the period, both ends included; a report holds no name and no number of anybody: of a refusal it has
   the code of its reason, and never the words.
4. Every refusal counts in the period in which it was given, whatever its task was told or answered later.
5. A department has the tasks whose last message falls into the period, however many there were; each stands in one way on the last
   day, and these add up to its tasks.
6. Of confirmations, objections and repairs counts what had effect on any day, by all that is known now: on its own day, whatever
   became of it later, also where no finding rests on the decision that it is about.
7. A period that ends before it begins, or after today, is refused, and never answered with nothing or with what is not yet known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from analytics.lifecycle.departments import departments
from analytics.lifecycle.evidence import Course
from analytics.lifecycle.ground import Life
from analytics.lifecycle.publication import leaving
from analytics.lifecycle.restrictions import Restriction
from analytics.lifecycle.workdays import WorkCalendar
from api.use_cases.cases import Cases
from api.use_cases.effects import judged_truly
from api.use_cases.pushing import TAKE, Told, tasks
from graph.dates import day_in_law
from graph.divisions import is_division
from graph.errors import InputError
from graph.snapshot import Snapshot

COLUMNS = ("section", "key", "measure_of", "count")
DATED = (*COLUMNS, "since", "until", "made")
"""The columns where no title says of which period and day they are."""
_ANSWERS = {"correction": "corrected", "upheld": "upheld", "dismissal": "dismissed"}
_CONFIRMED = {"decision": "decided", "service": "served"}
_STEPS = ("3 restrictions", "4 bound", "5 told", "6 executed")
_UNCODED = "other"
_VOID = "annulled"
"""The stage of what was never in force."""


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included."""

    start: date
    end: date

    def __contains__(self, day: object) -> bool:
        """Whether a day falls into it."""
        return isinstance(day, date) and self.start <= day <= self.end


def dated(rows: Iterable[Mapping[str, Any]], period: Period, made: date) -> list[dict[str, Any]]:
    """Return the rows of a report, each with the period that it is of and the day on which it was made."""
    of = {"since": period.start.isoformat(), "until": period.end.isoformat(), "made": made.isoformat()}
    return [{**row, **of} for row in rows]


def period_of(since: date, until: date | None, today: date) -> Period:
    """Return the period that is asked for, up to today where no end is given.

    Raises
    ------
    InputError
        It ends before it begins, or after today: what is still to come would be told as what did not happen.
    """
    end = until or today
    if end > today:
        zh = f"until：{end} 在今天（{today}）之后：只能统计到今天"
        raise InputError(f"until: {end} is after today, {today}: a report ends today at the latest", zh=zh)
    if since > end:
        last, last_zh = (f"{end}", f"{end}") if until else (f"today, {end}", f"今天（{end}）")
        zh = f"since：{since} 在最后一日 {last_zh} 之后：首日不能晚于最后一日"
        raise InputError(f"since: {since} is after the last day of the period, {last}", zh=zh)
    return Period(since, end)


def report(
    cases: Cases,
    snapshot: Snapshot,
    told: Collection[Told],
    lookups: Iterable[Mapping[str, Any]],
    period: Period,
    calendar: WorkCalendar,
) -> list[dict[str, Any]]:
    """Return the report as rows: section, key (a county, a department, a reason), what is counted, how many.

    Parameters
    ----------
    cases : Cases
        Findings, restrictions and events.
    snapshot : Snapshot
        The decisions.
    told : collection of Told
        What units were told up to the end of the period: see `api.use_cases.pushing.told_by`.
    lookups : iterable of mapping
        See `api.use_cases.checking.lookups`.
    period : Period
        Decisions, events, tasks and look-ups of these days.
    calendar : WorkCalendar
        The working days.
    """
    rows = [
        *_funnel(cases, snapshot, told, period),
        *_by_unit(told, calendar, period),
        *_refusals(told, period),
        *_objections(cases, period),
        *_lookups(lookups, period),
    ]
    out: list[dict[str, Any]] = leaving(rows)
    return out


def _rows(section: str, counts: Mapping[tuple[str, str], int]) -> Iterator[dict[str, Any]]:
    for (key, counted), count in sorted(counts.items()):
        yield {"section": section, "key": key, "measure_of": counted, "count": count}


def _funnel(cases: Cases, snapshot: Snapshot, told: Iterable[Told], period: Period) -> Iterator[dict[str, Any]]:
    """Count by county: decisions, findings, restrictions, those that bound, those told, those executed, each on its day.

    A finding and a restriction happen with their decision, the first one where there are several. What was told of a restriction
    that nothing carries any more counts by its messages.
    """
    decisions = {fact.value.id: fact.value for fact in snapshot.decisions()}
    counts: Counter[tuple[str, str]] = Counter()
    for decision in decisions.values():
        counts[_county(decision.region), "1 decisions"] += decision.date.day in period
    for finding in cases.findings.values():
        if found := decisions.get(finding.decision):
            counts[_county(found.region), "2 findings"] += found.date.day in period
    messages: dict[str, list[Told]] = {}
    for each in told:
        messages.setdefault(each.message.restriction, []).append(each)
    for restriction in cases.restrictions:
        known = {ground.decision for ground in restriction.grounds} & decisions.keys()
        resting = sorted((decisions[each] for each in known), key=lambda decision: (decision.date, decision.id))
        mine = messages.pop(restriction.id, [])
        if resting or mine:
            county = _county(resting[0].region if resting else mine[0].message.body["decision"]["region"])
            made = next((decision.date.day for decision in resting if decision.date.day), None)
            counts.update((county, step) for step in _reached((made, _bound(cases, restriction), *_taken(mine)), period))
    for mine in messages.values():
        county = _county(mine[0].message.body["decision"]["region"])
        counts.update((county, step) for step in _reached((None, None, *_taken(mine)), period))
    yield from _rows("funnel", Counter({key: count for key, count in counts.items() if count}))


def _reached(days: Sequence[date | None], period: Period) -> Iterator[str]:
    """Yield the steps that were reached in a period; what was reached without the one before reached that on the same day."""
    latest: date | None = None
    for step, day in reversed(list(zip(_STEPS, days, strict=True))):
        latest = min(filter(None, (day, latest)), default=None)
        if latest in period:
            yield step


def _bound(cases: Cases, restriction: Restriction) -> date | None:
    """Return the first day on which a restriction bound anybody, by all that is known by now; None if it never did."""
    lives = cases.status(restriction, date.max).lives
    days: list[date | None] = []
    for ground in restriction.grounds:
        life = lives[ground.finding]
        if life.stage == _VOID:
            continue
        if ground.imposed:
            days.append(ground.start)
        else:
            then = (cases.life(ground, day, restriction.id) for day in _before_turns(ground.course))
            served = (item for each in (life, *then) for item in each.happened("service"))
            days += [max(filter(None, (item.event.on.day, ground.start))) for item in served]
    return min(filter(None, days), default=None)


def _before_turns(course: Course) -> set[date]:
    """Return the last days before a finding came to rest on something else: what had effect then counts."""
    return {rest.first - timedelta(days=1) for rest in course}


def _taken(told: Iterable[Told]) -> tuple[date | None, date | None]:
    """Return the first day on which somebody was told to take a measure, and the first on which he said that he had."""
    asked = [each for each in told if each.message.action in TAKE]
    done = [each.answer.on.day for each in asked if each.answer and each.outcome == "executed"]
    return min((each.on for each in asked), default=None), min(filter(None, done), default=None)


def _county(region: str | None) -> str:
    """Return the code of a county; what an earlier load kept as its source wrote it may be anybody's words."""
    return region if region and is_division(region) else "unknown"


def _by_unit(told: Collection[Told], calendar: WorkCalendar, period: Period) -> Iterator[dict[str, Any]]:
    """Count by unit the tasks whose last message falls into a period, as each stands on the last day."""
    counts: Counter[tuple[str, str]] = Counter()
    for task in tasks(told, calendar, period.end):
        if date.fromisoformat(task["told_on"]) in period:
            stands = "asked only" if departments().unit(task["unit"]).voluntary else task["state"]
            counts.update([(task["unit"], "tasks"), (task["unit"], stands)])
    yield from _rows("department", counts)


def _refusals(told: Iterable[Told], period: Period) -> Iterator[dict[str, Any]]:
    """Count by unit and code of the reason every refusal of the period; its words name people, and stay with the task."""
    given = ((each.message.unit, each.answer) for each in told if each.outcome == "refused")
    codes = ((unit, dict(answer.details).get("code", _UNCODED)) for unit, answer in given if answer and answer.on.day in period)
    yield from _rows("refusal", Counter(codes))


def _objections(cases: Cases, period: Period) -> Iterator[dict[str, Any]]:
    """Count confirmations, objections and what was answered to them, and repairs."""
    effective = _effective(cases)
    counts = Counter({("objections", outcome): 0 for outcome in ("filed", *_ANSWERS.values())})
    counts.update({("repairs", kind): 0 for kind in cases.table.events if kind.startswith("repair")})
    counts.update({("confirmations", step): 0 for step in _CONFIRMED.values()})
    for item in cases.events:
        if item.event.on.day not in period or item.id not in effective:
            continue
        if item.event.kind == "objection":
            counts["objections", "filed"] += 1
        elif item.event.kind in _ANSWERS:
            counts["objections", _ANSWERS[item.event.kind]] += 1
        elif item.event.kind in _CONFIRMED:
            counts["confirmations", _CONFIRMED[item.event.kind]] += 1
        elif ("repairs", item.event.kind) in counts:
            counts["repairs", item.event.kind] += 1
    yield from _rows("case", counts)


def _effective(cases: Cases) -> set[str]:
    """Return the events that had effect on anything on any day: of what others undid, or lost its evidence, on the day before."""
    undone: dict[str, set[date]] = {item.event.about: set() for item in cases.events}
    for item in cases.events:
        if (rule := cases.table.events.get(item.event.kind)) and rule.undoes and item.event.on.day:
            undone[item.event.about].add(item.event.on.day - timedelta(days=1))
    lives: list[Life] = []
    met: set[str] = set()
    for finding in cases.findings.values():
        ids = {finding.id, finding.decision, *(r.id for r in cases.restrictions_on(finding.id))} & undone.keys()
        if ids:
            days = {date.max, *_before_turns(cases.courses.get(finding.id, ()))}.union(*(undone[each] for each in ids))
            lives += [life for day in days for _, life in cases.lives_of(finding.id, day)]
            carried = [(ground, each) for ground, each in cases.grounds(finding.id) if each in ids]
            met |= {i.id for day in days for each in carried for i in judged_truly(cases, *each, day) if not i.reason}
    for decision in undone.keys() & cases.decisions.keys():
        lives += [cases.decision_life(decision, day) for day in {date.max, *undone[decision]}]
    return met | {item.id for life in lives for item in life.judged if not item.reason or item.stood}


def _lookups(lookups: Iterable[Mapping[str, Any]], period: Period) -> Iterator[dict[str, Any]]:
    """Count look-ups by department and purpose; how any other body calls itself is free text, and counts as one of the others."""
    counts = Counter(
        (departments().code_of(row["unit"]) or "other", row["purpose"])
        for row in lookups
        if day_in_law(datetime.fromisoformat(row["at"])) in period
    )
    yield from _rows("lookup", counts)
