"""A document number is that of one document: invariant 3 of `api.use_cases.case_acts`, which asks here before it records."""

from __future__ import annotations

from datetime import date
from typing import Final

from api.use_cases.cases import Cases
from api.use_cases.refusing import Why, name_of
from graph.document_numbers import document_key
from graph.model import Decision, Event
from graph.store.base import Store

CONFIRMING: Final = "decision"
"""The kind of event that confirms what was derived."""


def used_by(store: Store, cases: Cases, event: Event, today: date) -> Why | None:
    """Return what has used the document number of an event already, other than the same document; None if nothing has.

    One document may release or revoke several on its day, and confirm several findings on one party, unless it was undone since.
    """
    number = document_key(event.number)
    if not number or not _numbered(cases, event.kind):
        return None
    for item in cases.events:
        other = item.event
        if not _numbered(cases, other.kind) or document_key(other.number) != number:
            continue
        if (other.kind, other.on) != (event.kind, event.on) or not _alike(cases, event, other, today):
            zh = f"用于 {other.on} 对 {other.about} 的“{name_of(cases, other.kind)}”"
            return f"for {name_of(cases, other.kind, 'en')!r} of {other.on} about {other.about}", zh
    return _decision_with(store, cases, number, event)


def _numbered(cases: Cases, kind: str) -> bool:
    return "number" in cases.table.event(kind).needs


def _alike(cases: Cases, event: Event, other: Event, today: date) -> bool:
    """Say whether one document can have done two things of one kind and day."""
    if event.kind not in (CONFIRMING, "notice") or event.about == other.about:
        return True
    one, two = (cases.findings.get(each.about) for each in (event, other))
    if one is None or two is None or one.party != two.party:
        return False
    return all(life.stage not in ("revoked", "annulled") for _, life in cases.lives_of(two.id, today))


def _decision_with(store: Store, cases: Cases, number: str, event: Event) -> Why | None:
    """Return a decision that has this number: any where the event confirms or gives notice, else one that the event is about."""
    undone = {ground.decision for ground, _ in cases.reached(event.about)}
    known = (r.fact.value for r in store.facts(["decision"], about=None if event.kind in (CONFIRMING, "notice") else undone))
    found = next((v.id for v in known if isinstance(v, Decision) and document_key(v.number) == number), None)
    return (f"by decision {found}", f"用于决定 {found}") if found else None
