"""When the conduct was, as far as a decision says.

Invariants (tests/unit/test_analytics_conduct.py holds one test a number)
1. No conduct lies after the decision on it: every end is clipped at the decision's day.
2. An end that nobody told us lies between the start and the decision; it is never taken for the decision's own day.
3. Conduct that still goes on ("open") is judged up to the decision.
4. Where no conduct is known at all, it lay on some day up to the decision.
5. Conduct that is said to begin, or to end, certainly after the decision contradicts it: one of the dates is wrong, and it is told.
"""

from __future__ import annotations

from graph.dates import OPEN, UNKNOWN, PartialDate, Period, Truth, not_after
from graph.model import Decision


def conduct_of(decision: Decision) -> Period | None:
    """Return the period of the conduct, None where nothing usable is known of it."""
    stated = decision.conduct
    if stated is None or (stated.start == UNKNOWN and stated.end == UNKNOWN):
        return None
    if not_after(stated.start, decision.date) is Truth.NO:
        return None
    return Period(_clipped(stated.start, decision.date), _clipped(_narrowed(stated), decision.date))


def contradicts(decision: Decision) -> bool:
    """Say whether the decision is certainly older than what it decides on; conduct that still goes on does not contradict it."""
    stated = decision.conduct
    days = () if stated is None else (stated.start, stated.end)
    return any(day not in (OPEN, UNKNOWN) and not_after(day, decision.date) is Truth.NO for day in days)


def some_day_before(decision: Decision) -> Period:
    """Return what is known where no conduct is: it lay on some day up to the decision."""
    day = PartialDate(UNKNOWN.earliest, decision.date.latest)
    return Period(day, day)


def conduct_end(decision: Decision) -> PartialDate | None:
    """Return the last day of the conduct as far as it was told, None where it was not."""
    conduct = conduct_of(decision)
    if conduct is None or decision.conduct is None or decision.conduct.end in (OPEN, UNKNOWN):
        return None
    return conduct.end


def _narrowed(stated: Period) -> PartialDate:
    return PartialDate(max(stated.end.earliest, stated.start.earliest), stated.end.latest)


def _clipped(day: PartialDate, last: PartialDate) -> PartialDate:
    return PartialDate(min(day.earliest, last.latest), min(day.latest, last.latest))
