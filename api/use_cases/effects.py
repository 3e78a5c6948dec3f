"""What an event does to whatever it reaches: how that stood before, how it stands after, and whether the event did it.

Invariants (tests/unit/test_api_effects.py holds one test a number)
1. Whatever an event about a decision or a restriction whole makes of a finding that was not confirmed by then is told as its
   effect, on any day: no row, and no line of a history, says that it has none where the finding is paused, revoked or repaired by
   it, or would be without it.
2. Every row says of which decision and of whom it is, and how that stood before and stands after, each under its own name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from analytics.lifecycle.ground import ENTERED_BY, Dated, Ground, Judged, Life, code_of
from analytics.lifecycle.life import MISSED
from analytics.lifecycle.needs import admits
from analytics.lifecycle.order import in_order
from analytics.lifecycle.table import EventRule, Note
from api.use_cases.cases import Cases
from api.use_cases.passing import id_on


@dataclass(frozen=True, slots=True)
class Reach:
    """An event, the cases after it, the restriction that it is judged for, and whether it has effect on what it is about itself."""

    event: Dated
    cases: Cases
    above: bool
    restriction: str = ""


def effect_row(cases: Cases, after: Reach, today: date, ground: Ground, lives: tuple[Life, Life, Life]) -> dict[str, Any]:
    """Return how a finding that an event reaches stands before and after it.

    Parameters
    ----------
    cases : Cases
        The cases without the event.
    after : Reach
        What happens, and to what.
    today : date
        The day of the status.
    ground : Ground
        What it reaches.
    lives : tuple of Life
        Its lives without the event, today and on the day of that, and with it.
    """
    before, _, now = lives
    reason = _reason(cases, after, today, ground, lives)
    return {
        "finding": ground.finding,
        "decision": ground.decision,
        "party": cases.party(ground.finding, ground.decision),
        "before": code_of(before, today, cases.table),
        "after": code_of(now, today, cases.table),
        "stage_before": before.stage,
        "stage_after": now.stage,
        "paused_before": bool(before.paused),
        "paused_after": bool(now.paused),
        "effect": not reason,
        "reason": reason or None,
    }


def happens_as(cases: Cases, event: Dated, decision: str) -> str:
    """Return the id under which an event happens to what rests on a decision: that of what is passed on to it, else its own."""
    below = decision in cases.links.resting.get(event.event.about, ())
    return id_on(event, decision) if below else event.id


def _reason(
    cases: Cases, after: Reach, today: date, ground: Ground, lives: tuple[Life, Life, Life]
) -> str:  # the code of why it has no effect, empty where it has
    event, (before, then, now) = after.event, lives
    rule = cases.table.event(event.event.kind)
    judged = next((item for item in now.judged if item.id == happens_as(cases, event, ground.decision)), None)
    reason = judged.reason if judged else ("" if isinstance(rule, Note) else "stage")
    if cases.scope_of(event.event.about) not in rule.scope:
        return "scope"
    missed = judged if judged and after.above and _missed(judged, ground, cases) else None
    if missed and (_stands(before) != _stands(now) or _met(after.cases, ground, after.restriction, missed, today)):
        return ""
    if reason == "stage" and before.stage in getattr(rule, "starts", ()):
        return "same_day"
    if reason or not isinstance(rule, EventRule):
        return reason
    if not admits(cases.table, then.stage, then.paused, judged.event if judged else event.event, rule):
        # What is done here comes after what was done on the day before it; what was reported may still come before, unless it is
        # over with the listing of the enterprise, which the events on this one do not show.
        here = ENTERED_BY not in dict(event.event.details)
        return "stage" if here or cases.table.stages[then.stage].ended else ""
    if rule.undoes and replace(before, judged=()) == replace(now, judged=()):
        return "refers"  # what it undoes was over anyhow: nothing is restored
    return ""


def judged_truly(cases: Cases, ground: Ground, restriction: str, day: date) -> list[Judged]:
    """Return the events on a finding as they were judged; what reached it through its decision or restriction has effect."""
    return [
        replace(item, reason="") if _missed(item, ground, cases) and _met(cases, ground, restriction, item, day) else item
        for item in cases.life(ground, day, restriction).judged
    ]


def _missed(item: Judged, ground: Ground, cases: Cases) -> bool:
    """Say whether an event has no effect by itself on a finding that it may reach from above: nobody had confirmed it by then."""
    rule = cases.table.events[item.event.kind]
    moves = bool(rule.to or rule.opens or rule.closes)
    return moves and bool(ground.finding) and not ground.imposed and item.reason in MISSED and item.event.about != ground.finding


def _met(cases: Cases, ground: Ground, restriction: str, item: Judged, day: date) -> bool:
    """Say whether a finding stood otherwise without an event, when that happened or on a later day until this one."""
    event = Dated(item.id, item.event)
    happened = in_order(cases.happened.of(ground, restriction), cases.table)
    later = happened[happened.index(event) + 1 :]
    days = sorted({each.event.on.day for each in later if each.event.on.day and each.event.on.day <= day} | {day})
    without = cases.without([event])
    if any(_stands(cases.life(ground, on, restriction)) != _stands(without.life(ground, on, restriction)) for on in days):
        return True
    on = item.event.on.day or day
    same_day = [each for each in later if each.event.on.day == on]
    told, untold = (cases.without(same_day), without.without(same_day)) if same_day else (cases, without)
    return on <= day and _stands(told.life(ground, on, restriction)) != _stands(untold.life(ground, on, restriction))


def _stands(life: Life) -> tuple[str, frozenset[str]]:
    return life.stage, frozenset(life.paused)
