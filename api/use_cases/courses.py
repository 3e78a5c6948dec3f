"""How a finding or a restriction stands on every day: what a page needs that shows another day without asking again.

Invariants (tests/unit/test_api_courses.py holds one test a number)
1. Of any day the course says what is answered about that day: status, first and last day, and from when it stands again.
2. Nobody is in force before it was confirmed and served, and what is paused is paused from the day of the pause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from analytics.lifecycle.ground import Ground, Life
from analytics.lifecycle.restrictions import Restriction
from analytics.lifecycle.unbroken import turns
from api.use_cases.case_rows import begun
from api.use_cases.cases import Cases
from graph.model import Finding, Outcome

Course = list[dict[str, Any]]
"""Stretches of days, in order: the day since which (null: always), and the status, first and last day, and the day from which
it stands again, from then on."""


def course_of(cases: Cases, finding: Finding) -> Course:
    """Return how a finding stands, from the first of all days on."""

    def told(day: date) -> dict[str, Any]:
        life = cases.life_of(finding, day)
        return _stretch(day, cases.standing(finding, day), (life.first or life.start, life.again), life.until)

    if finding.outcome is Outcome.ESTABLISHED:
        return _course(cases, cases.grounds(finding.id), told)
    over = finding.outcome is Outcome.LEAD and finding.until not in (None, "life")
    return _course(cases, (), told, [date.fromisoformat(str(finding.until)) + timedelta(days=1)] if over else ())


def course_of_restriction(cases: Cases, restriction: Restriction) -> Course:
    """Return how a restriction stands, from the first of all days on."""

    def told(day: date) -> dict[str, Any]:
        stands = cases.status(restriction, day)
        return _stretch(day, stands.code, begun(cases, restriction, stands, day), stands.until)

    return _course(cases, [(ground, restriction.id) for ground in restriction.grounds], told)


def _course(
    cases: Cases, carried: Iterable[tuple[Ground, str]], told: Callable[[date], dict[str, Any]], more: Iterable[date] = ()
) -> Course:
    days = sorted({date.min, *more}.union(*(_turning(cases, ground, restriction) for ground, restriction in carried)))
    course: Course = []
    for stretch in map(told, days):
        if not course or {**stretch, "since": course[-1]["since"]} != course[-1]:
            course.append(stretch)
    return course


def _turning(cases: Cases, ground: Ground, restriction: str) -> set[date]:
    """Return every day from which a ground may stand otherwise."""
    above = cases.principals.get(ground.principal, ()) if ground.principal else ()
    every = [(ground, restriction), *above]

    def told(each: Ground, carries: str) -> Callable[[date], Life]:
        return lambda on: cases.life(each, on, carries)

    days = (item.event.on.day for each, carries in every for item in cases.happened.of(each, carries))
    return turns([told(*each) for each in every], {day for day in days if day})


def _stretch(day: date, status: str, begun_: tuple[date | None, date | None], until: str | None) -> dict[str, Any]:
    first, again = begun_
    return {
        "since": None if day == date.min else day.isoformat(),
        "status": status,
        "from": first.isoformat() if first else None,
        "again": again.isoformat() if again else None,
        "until": until,
    }
