"""How what is accessory to an enterprise's listing follows the enterprise's own measures.

Invariants: number 7 of `analytics.lifecycle.life`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from analytics.lifecycle.ground import EXPIRED, Life, day_said
from analytics.lifecycle.table import Table


def with_principal(life: Life, principals: Sequence[Life], table: Table) -> Life:
    """Let what is accessory to the enterprise's listing end and pause with it.

    It stands with any measure that binds the enterprise, and as long as nothing has happened to any of them; it pauses with those
    that are paused, also while an objection to one that is not confirmed yet waits for its answer. It is over once nothing but
    what has ended, or was never confirmed, is left. That a measure is not adopted against the enterprise leaves its listing as it
    was. It stands again with the first of them that does, if all that bind had ended. What ended with the listing stays that when
    its own term is over as well.
    """
    if not principals or (table.stages[life.stage].ended and not _ended_before_its_term(life, principals, table)):
        return life
    binding = [each for each in principals if table.stages[each.stage].binds]
    back = [each.again for each in binding if each.again]
    if back and len(back) == len(binding):
        life = replace(life, again=max(min(back), life.again or date.min))
    if any(not each.paused for each in binding):
        return life
    if binding:
        pauses = (pause for each in binding for pause in each.paused)
        return replace(life, paused=tuple(dict.fromkeys((*life.paused, *pauses))))
    over = {each.stage for each in principals if _has_ended(each, table)}
    if not over:
        contested = (pause for each in principals for pause in each.paused)
        return replace(life, paused=tuple(dict.fromkeys((*life.paused, *contested))))
    return replace(life, stage=next((stage for stage in ("annulled", "revoked") if over == {stage}), "ended_with_listing"))


def _ended_before_its_term(life: Life, principals: Sequence[Life], table: Table) -> bool:
    """Say whether every measure of the enterprise that ended had done so when the term of what is accessory was over."""
    last = day_said(life.until) if life.stage == EXPIRED else None
    ended = [_ended_on(each, table) for each in principals if _has_ended(each, table)]
    return last is not None and bool(ended) and all(day is not None and day <= last for day in ended)


def _ended_on(life: Life, table: Table) -> date | None:
    """Return the day on which something ended, for its last time."""
    if life.stage == EXPIRED:
        return day_said(life.until)
    days = [item.event.on.day for item in life.judged if not item.reason and _ends(table.events[item.event.kind].to, table)]
    return max((day for day in days if day), default=None)


def _ends(stage: str, table: Table) -> bool:
    return bool(stage) and table.stages[stage].ended and not table.stages[stage].listing_stays


def _has_ended(life: Life, table: Table) -> bool:
    """Say whether something is over, or was once and does not bind again: a new proposal brings nothing back."""
    stages = [life.stage, *(table.events[item.event.kind].to for item in life.judged if not item.reason)]
    return any(_ends(stage, table) for stage in stages)
