"""How a finding stood from day to day: what a picture needs that shows any day without asking anew.

Invariants (tests/unit/test_api_page_cases.py holds one test a number)
18. On every day the course says what the status of that day says; a finding to which nothing happened has none: its days say it.
"""

from __future__ import annotations

from datetime import date, timedelta

from analytics.lifecycle.ground import Life, day_said
from api.use_cases.cases import Cases
from graph.model import Finding, Outcome


def course(cases: Cases, finding: Finding) -> list[dict[str, str]]:
    """Return from which day on a finding stands how, where anything has happened to it.

    Before the first day it stands as if nothing had happened.
    """
    if finding.outcome is not Outcome.ESTABLISHED:
        return []
    days = set(_happened(cases, finding))
    if not days:
        return []
    lives = [cases.life_of(finding, day) for day in sorted(days)]
    days |= {day for life in lives for day in _turns(life)}
    told: list[dict[str, str]] = []
    for day in sorted(days):
        stands = cases.standing(finding, day)
        if not told or told[-1]["status"] != stands:
            told.append({"from": day.isoformat(), "status": stands})
    return told


def _happened(cases: Cases, finding: Finding) -> list[date]:
    """Return the days of what happened to it, to its decision, or to what it is accessory to."""
    grounds = cases.grounds(finding.id)
    above = [each for ground, _ in grounds if ground.principal for each in cases.principals.get(ground.principal, ())]
    happened = [item for ground, carries in (*grounds, *above) for item in cases.happened.of(ground, carries)]
    return [item.event.on.day for item in happened if item.event.on.day]


def _turns(life: Life) -> list[date]:
    """Return the days on which it begins, and after which it is over."""
    last = day_said(life.until)
    after = last + timedelta(days=1) if last and last < date.max else None
    return [day for day in (life.start, after) if day]
