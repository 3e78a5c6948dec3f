"""How parties stand, in short: the findings on each of them, for a list or a picture of many.

Invariants (tests/unit/test_api_page_cases.py holds one test a number)
1. A party is marked by findings on itself alone: a colleague, owner or namesake of a marked one is not marked.
2. How a finding stands follows its life: what is confirmed, paused, revoked or over says so, also on every other day.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from api.use_cases.cases import Cases
from api.use_cases.courses import course_of
from api.use_cases.findings import decision_of, shown_date
from graph.model import Finding, Outcome
from graph.snapshot import Snapshot


def marks(cases: Cases, snapshot: Snapshot, parties: Collection[str], day: date) -> dict[str, list[dict[str, Any]]]:
    """Return the findings on each party in short, the strongest first; a party without any is left out.

    Parameters
    ----------
    cases : Cases
        Those of the parties (see `api.use_cases.cases.cases_about`).
    snapshot : Snapshot
        The decisions.
    parties : collection of str
        Whose marks are wanted, as findings name them.
    day : date
        The day of the status.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for finding in sorted(cases.findings.values(), key=lambda f: (_RANK[f.outcome], f.effect != "restrict", f.decision, f.id)):
        if finding.party in parties:
            found.setdefault(finding.party, []).append(mark(cases, snapshot, finding, day))
    return found


_RANK = {Outcome.ESTABLISHED: 0, Outcome.LEAD: 1, Outcome.BLOCKED: 2}


def mark(cases: Cases, snapshot: Snapshot, finding: Finding, day: date) -> dict[str, Any]:
    """Return a finding in short."""
    decision = decision_of(snapshot, finding.decision)
    return {
        "finding": finding.id,
        "outcome": finding.outcome.value,
        "origin": finding.origin,
        "effect": finding.effect,
        "status": cases.standing(finding, day),
        "rule": finding.rule,
        "measures": [measure.name_zh for measure in finding.measures],
        "decision": finding.decision,
        "number": decision.number if decision else None,
        "decided": shown_date(decision.date) if decision else None,
        "from": finding.start.isoformat() if finding.start else None,
        "until": finding.until,
        "course": course_of(cases, finding),
    }
