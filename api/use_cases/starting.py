"""What somebody sees first: how much there is, and a worked case where the demonstration is loaded.

Invariants (tests/unit/test_api_page_cases.py holds one test a number)
12. Nothing is made up: without the demonstration there is no worked case, and an empty store says that it is empty.
"""

from __future__ import annotations

from typing import Any

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.why_not import why_not
from api.use_cases.findings import decision_json
from api.use_cases.reading import concerned
from graph.model import Finding, Outcome
from graph.snapshot.scope import snapshot_about
from graph.store.base import Store

CITY = "synthetic_city:"
DEMO = "demo"
"""The mark in a store that the demonstration is in."""
TELLING = "not_in_office_at_conduct"
"""Why the one who does not answer does not: what registers of today hide, and dates show."""


def is_done(store: Store) -> bool:
    """Whether the store holds the demonstration already."""
    return store.progress(DEMO) is not None


def start_of(store: Store, catalogue: Catalogue) -> dict[str, Any]:
    """Return the state of the store and, for the demonstration, a case: a decision, who answers for it, and who does not."""
    version = store.version()
    empty = next(iter(store.facts(["entity"])), None) is None
    return {"version": version, "empty": empty, "case": _case(store, catalogue) if is_done(store) else None}


def _case(store: Store, catalogue: Catalogue) -> dict[str, Any] | None:
    """Return the first decision on the made-up city with somebody who answers and somebody who was gone before."""
    by_decision: dict[str, list[Finding]] = {}
    for recorded in store.facts(["finding"]):
        if isinstance(recorded.fact.value, Finding) and recorded.fact.value.decision.startswith(CITY):
            by_decision.setdefault(recorded.fact.value.decision, []).append(recorded.fact.value)
    for decision in sorted(by_decision):
        answering = [f for f in by_decision[decision] if f.outcome is Outcome.ESTABLISHED and f.party_kind == "person"]
        if not answering:
            continue
        snapshot = snapshot_about(store, [decision])
        free = [p for p in sorted(concerned(snapshot, decision)) if why_not(snapshot, decision, p, catalogue).reason == TELLING]
        if free:
            finding = min(answering, key=lambda f: (f.effect != "restrict", f.id))
            return {
                "decision": decision_json(snapshot, decision),
                "company": {"id": finding.company, "name": snapshot.label(finding.company)},
                "finding": finding.id,
                "party": {"id": finding.party, "name": snapshot.label(finding.party)},
                "not_party": {"id": free[0], "name": snapshot.label(free[0])},
            }
    return None
