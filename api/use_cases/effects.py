"""What an event does to whatever it reaches: how that stood before, how it stands after, and whether the event did it.

Invariants (tests/unit/test_api_effects.py holds one test a number)
1. Whatever an event about a decision makes of a finding that was not confirmed by then is told as its effect: no row, and no line
   of a history, says that it has none where the finding is paused, revoked or repaired by it.
2. Every row says of which decision and of whom it is, and how that stood before and stands after, each under its own name.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from analytics.lifecycle.ground import ENTERED_BY, Dated, Ground, Judged, Life, code_of
from analytics.lifecycle.life import MISSED
from analytics.lifecycle.repair import ASKED
from analytics.lifecycle.table import EventRule, Note
from api.use_cases.cases import Cases


def effect_row(
    cases: Cases, event: Dated, today: date, ground: Ground, lives: tuple[Life, Life, Life], known: Life | None
) -> dict[str, Any]:
    """Return how a finding that an event reaches stands before and after it.

    Parameters
    ----------
    cases : Cases
        The cases without the event.
    event : Dated
        What happens.
    today : date
        The day of the status.
    ground : Ground
        What it reaches.
    lives : tuple of Life
        Its lives without the event, today and on the day of that, and with it.
    known : Life, optional
        The life of the decision itself with the event, where the event is about that.
    """
    before, then, now = lives
    reason = _reason(cases, event, ground, before, then, now, known)
    return {
        "finding": ground.finding,
        "decision": ground.decision,
        "party": cases.party(ground.finding, event.event.about),
        "before": code_of(before, today, cases.table),
        "after": code_of(now, today, cases.table),
        "stage_before": before.stage,
        "stage_after": now.stage,
        "paused_before": bool(before.paused),
        "paused_after": bool(now.paused),
        "effect": not reason,
        "reason": reason or None,
    }


def _reason(
    cases: Cases, event: Dated, ground: Ground, before: Life, then: Life, now: Life, known: Life | None
) -> str:  # the code of why it has no effect, empty where it has
    rule = cases.table.event(event.event.kind)
    judged = next((item for item in now.judged if item.id == event.id), None)
    reason = judged.reason if judged else ("" if isinstance(rule, Note) else "stage")
    if cases.scope_of(event.event.about) not in rule.scope:
        return "scope"
    if judged and known and met_above(judged, ground, then, known, cases):
        return ""
    if reason == "stage" and before.stage in getattr(rule, "starts", ()):
        return "same_day"
    if reason or not isinstance(rule, EventRule):
        return reason
    if not rule.undoes and then.stage not in rule.starts:
        # What is done here comes after what was done on the day before it; what was reported may still come before, unless it is
        # over with the listing of the enterprise, which the events on this one do not show.
        here = ENTERED_BY not in dict(event.event.details)
        return "stage" if here or cases.table.stages[then.stage].ended else ""
    if rule.undoes and replace(before, judged=()) == replace(now, judged=()):
        return "refers"  # what it undoes was over anyhow: nothing is restored
    return ""


def met_above(item: Judged, ground: Ground, then: Life, decided: Life, cases: Cases) -> bool:
    """Say whether an event about a decision reaches a finding through the decision: it was neither confirmed by then nor over.

    Parameters
    ----------
    item : Judged
        The event, as it was judged of the finding.
    ground, then : Ground, Life
        The finding, and its life before the event.
    decided : Life
        The life of the decision itself, with the event.
    cases : Cases
        What the transitions are.
    """
    if not ground.finding or ground.imposed or item.reason not in MISSED or item.event.about != ground.decision:
        return False
    stage = cases.table.stages[then.stage]
    if stage.ended and not stage.listing_stays:
        return False
    rule = cases.table.events[item.event.kind]
    repairs = item.event.kind == ASKED[1] and not ground.own_clock
    if not (rule.opens or rule.closes or repairs):
        return False
    return any(each.id == item.id and not each.reason for each in decided.judged)


def judged_truly(cases: Cases, ground: Ground, restriction: str, day: date) -> list[Judged]:
    """Return the events on a finding as they were judged; what reached it through its decision has effect."""
    life = cases.life(ground, day, restriction)
    if not any(item.reason in MISSED and item.event.about == ground.decision for item in life.judged):
        return list(life.judged)
    decided = cases.decision_life(ground.decision, day)
    return [
        replace(item, reason="")
        if met_above(item, ground, _before(cases, ground, restriction, item, day), decided, cases)
        else item
        for item in life.judged
    ]


def _before(cases: Cases, ground: Ground, restriction: str, item: Judged, day: date) -> Life:
    """Return the life of a finding on the day before an event."""
    on = item.event.on.day or day
    return cases.life(ground, on - timedelta(days=1) if on > date.min else on, restriction)
