"""What the findings on a party come to, in one word, on a day.

Invariants (tests/unit/test_api_outcomes.py holds one test a number)
1. Nobody is said to answer, or to be marked, by what is over: its term has passed, or it was ended. That it was is said.
2. What stands goes before what may, what may before what is over, and that before what cannot be told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from analytics.lifecycle.ground import is_over
from api.use_cases.cases import Cases
from graph.model import Finding, Outcome, PremiseState


def over(cases: Cases, findings: Sequence[Finding], day: date) -> frozenset[str]:
    """Return the ids of the established findings that have no effect any more on a day, and of the leads that can have none."""
    lives = {f.id: cases.life_of(f, day) for f in findings if f.outcome is Outcome.ESTABLISHED}
    ended = {id for id, life in lives.items() if cases.table.stages[life.stage].ended or is_over(life.until, day)}
    return frozenset(ended | {f.id for f in findings if f.outcome is Outcome.LEAD and is_over(f.until, day)})


def outcome_of(findings: Sequence[Finding], ended: Collection[str]) -> tuple[str, list[str]]:
    """Return what findings come to, and the ids of those that say so.

    Parameters
    ----------
    findings : sequence of Finding
        Those on one party.
    ended : collection of str
        Ids of those that are over (see `over`).
    """
    established = [f for f in findings if f.outcome is Outcome.ESTABLISHED]
    standing = [f for f in established if f.id not in ended]
    leads = [f for f in findings if f.outcome is Outcome.LEAD]
    blocked = [f for f in findings if f.outcome is Outcome.BLOCKED and not _refuted(f)]
    for outcome, found in (
        ("answers", [f for f in standing if f.effect == "restrict"]),
        ("marked", standing),
        ("may_answer", [f for f in leads if f.id not in ended]),
        ("over", established or leads),
        ("unclear", blocked),
    ):
        if found:
            return outcome, sorted(f.id for f in found)
    return "does_not_answer", []


def _refuted(finding: Finding) -> bool:
    return any(premise.state is PremiseState.REFUTED for premise in finding.premises)
