"""Whether anything that rests on a decision may bind, now or again: what is sealed is gone for good.

Invariants (tests/unit/test_api_binding.py holds one test a number)
1. What is in force, paused, not yet begun, proposed or notified and not over may bind; what is over, or was only derived, does not.
2. An objection that can still be answered, and a review or a suit whose end is not on record, may change what is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from analytics.lifecycle.ground import Life
from analytics.lifecycle.table import Table
from api.use_cases.cases import Cases
from graph.model import Outcome

_CLEARED = ("revoked", "annulled")
"""Stages at which a review or a suit has nothing left to change."""


def may_bind(cases: Cases, decision: str, day: date) -> bool:
    """Say whether something that rests on a decision, or on one that rests on that, binds on a day, or may bind after it."""
    ended = {item.event.refers for item in cases.events if item.event.kind in cases.table.records and item.event.on.earliest <= day}
    concerned = (decision, *cases.links.resting.get(decision, ()))
    return any(binds or _waits(life, cases.table, ended) for each in concerned for life, binds in _lives(cases, each, day))


def _lives(cases: Cases, decision: str, day: date) -> Iterator[tuple[Life, bool]]:
    """Yield the lives of what rests on a decision, and of the decision itself, each with whether it is not over."""
    yield cases.decision_life(decision, day), False
    for finding in map(cases.finding, cases.resting(decision)):
        restricts = finding.effect == "restrict" and finding.outcome is not Outcome.BLOCKED
        for _, life in cases.lives_of(finding.id, day):
            yield life, restricts and life.stage != "derived" and not cases.table.stages[life.stage].ended


def _waits(life: Life, table: Table, ended: set[str]) -> bool:
    """Say whether an objection, a review or a suit waits for its answer."""
    open_kinds = {item.event.kind for item in life.judged if item.id in life.paused}
    stage = table.stages[life.stage]
    if any(rule.closes in open_kinds and (life.stage in rule.starts or not stage.ended) for rule in table.events.values()):
        return True
    asked = {kind for note in table.records.values() for kind in note.answers}
    filed = [item for item in life.judged if item.event.kind in asked and not item.reason]
    return life.stage not in _CLEARED and any(item.id not in ended for item in filed)
