"""What is published of the decisions of a store, what is not and why, and what must be sealed.

Invariants (tests/unit/test_api_publishing.py holds one test a number)
1. Only coded fields and names of enterprises and authorities are published; no free text of a decision, nobody it names, and
   nobody whom the graph knows by a name that its number or its authority holds.
2. Publication ends on the day of a revocation, a repair or an upheld objection, and returns when that is undone.
3. What is beyond the province's cap is sealed unless a measure that rests on it still binds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from analytics.lifecycle.publication import Item, Verdict, leaving, publication, verdict
from analytics.lifecycle.restrictions import BINDING
from analytics.responsibility.catalogue import RESPONDENT, Catalogue
from api.locales import Texts
from api.use_cases.acting import Actor
from api.use_cases.cases import Cases
from api.use_cases.people_told import people_told
from graph.model import Decision, Outcome
from graph.snapshot import Snapshot
from graph.store.base import Store

COLUMNS = ("decision", "number", "kind_text", "respondent", "uscc", "authority", "date", "until", "acts_text")
WITHHELD_COLUMNS = ("decision", "kind", "reason", "reason_text", "until", "sealed")
_OVER = ("revoked", "annulled", "withdrawn", "ended_with_listing")


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision and the verdict on it."""

    decision: Decision
    verdict: Verdict


def judged(snapshot: Snapshot, cases: Cases, day: date) -> Iterator[Judged]:
    """Yield every decision with the verdict of the firewall on a day."""
    resting: dict[str, list[str]] = {}
    for finding in cases.findings.values():
        resting.setdefault(finding.decision, []).append(finding.id)
    for fact in sorted(snapshot.decisions(), key=lambda fact: fact.value.id):
        decision = fact.value
        node = snapshot.identity.resolve(decision.respondent, decision.id).id
        own = _became(cases, resting.get(decision.id, ()), day)
        item = Item(
            decision,
            snapshot.kind(node),
            standard=_has_standard(cases.catalogue, decision),
            stands=snapshot.standing(decision.id).stands and not _is(cases, decision.id, day, *_OVER) and "over" not in own,
            repaired=_is(cases, decision.id, day, "repaired") or "repaired" in own,
        )
        yield Judged(decision, verdict(item, day))


def to_publish(snapshot: Snapshot, cases: Cases, day: date) -> frozenset[str]:
    """Return the decisions that may be published on a day."""
    return frozenset(item.decision.id for item in judged(snapshot, cases, day) if item.verdict.publish)


def _has_standard(catalogue: Catalogue, decision: Decision) -> bool:
    """Say whether an instrument that may have a list of its own stands behind one of the acts."""
    return any(
        {"own_list", "restriction"} & set(catalogue.instruments.level(basis).carries)
        for rule in catalogue.triggered_by(decision.acts)
        for basis in rule.basis
    )


def _is(cases: Cases, decision: str, day: date, *stages: str) -> bool:
    """Say whether the events on a decision itself, no finding looked at, have brought it to one of these stages."""
    return cases.decision_stage(decision, day) in stages


def _became(cases: Cases, findings: Iterable[str], day: date) -> str:
    """Return what became of a listing by way of what it did to the enterprise: repaired, over, or nothing.

    Looked at is what bound the enterprise: a lead, a record and a proposal that came to nothing say nothing of the listing. A
    repair of one of several findings is a repair of the listing; the listing itself is over once all of them are.
    """
    own = [f for f in map(cases.finding, findings) if f.role == RESPONDENT and f.effect == "restrict"]
    bound: dict[str, list[str]] = {}
    for finding in own:
        for ground, life in cases.lives_of(finding.id, day) if finding.outcome is Outcome.ESTABLISHED else ():
            if ground.imposed or life.happened("decision"):
                bound.setdefault(finding.id, []).append(life.stage)
    if any(set(stages) == {"repaired"} for stages in bound.values()):
        return "repaired"
    return "over" if bound and all({"repaired", "released", *_OVER} >= set(stages) for stages in bound.values()) else ""


def published(snapshot: Snapshot, item: Judged, words: Texts) -> dict[str, Any]:
    """Return what is published of a decision: it goes through the firewall here, and nowhere else does anything leave."""
    decision = item.decision
    node = snapshot.identity.resolve(decision.respondent, decision.id).id
    codes = [i.value for i in snapshot.entity(node).identifiers if i.scheme == "uscc"]
    document = {
        "decision": decision.id,
        "number": _said(snapshot, decision, decision.number),
        "kind": decision.kind,
        "kind_text": words.code("decision_kinds", decision.kind),
        "respondent": snapshot.label(node),
        "uscc": codes[0] if codes else None,
        "authority": _said(snapshot, decision, decision.authority),
        "date": str(decision.date),
        "until": item.verdict.until.isoformat() if item.verdict.until else None,
        "acts": list(decision.acts),
        "acts_text": words.codes("acts", decision.acts),
        "basis": list(decision.basis),
    }
    named = {named.value.name for named in snapshot.named_by(decision.id)}
    out: dict[str, Any] = leaving(document, named)
    return out


def _said(snapshot: Snapshot, decision: Decision, text: str | None) -> Any:
    """Return a text of a decision without the people whom the graph knows."""
    return leaving(text, people_told(snapshot, decision, text))


def withheld(item: Judged, words: Texts) -> dict[str, Any]:
    """Return why a decision is not published."""
    reason = publication().reasons[item.verdict.reason]
    return {
        "decision": item.decision.id,
        "kind": item.decision.kind,
        "reason": item.verdict.reason,
        "reason_text": words.pick(reason),
        "until": item.verdict.until.isoformat() if item.verdict.until else None,
        "sealed": item.verdict.sealed,
    }


def to_seal(snapshot: Snapshot, cases: Cases, day: date) -> list[str]:
    """Return the decisions beyond the cap on which nothing that binds rests any more."""
    binding = {
        ground.decision
        for restriction in cases.restrictions
        if cases.status(restriction, day).code in BINDING
        for ground in restriction.grounds
    }
    return [item.decision.id for item in judged(snapshot, cases, day) if item.verdict.sealed and item.decision.id not in binding]


def seal(store: Store, snapshot: Snapshot, decisions: list[str], actor: Actor) -> list[str]:
    """Seal decisions with everything that they say of people; return the keys."""
    keys = []
    for decision in decisions:
        for key in [snapshot.decision(decision).key, *(named.fact.key for named in snapshot.named_by(decision))]:
            store.seal(key, publication().cap.basis, actor.act(f"seal {decision}"))
            keys.append(key)
    return keys
