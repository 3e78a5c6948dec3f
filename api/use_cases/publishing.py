"""What is published of the decisions of a store, what is not and why, and what must be sealed.

Invariants (tests/unit/test_api_publishing.py holds one test a number)
1. Only coded fields and names of enterprises and authorities, as they are, are published; no free text of a decision, nobody it
   names, and nobody whom the graph knows by a name that its number, its authority or its id holds: there stands a mark. Where the
   name of the respondent says more than the name of an enterprise, a human looks first, and the day until when goes on.
2. Publication ends on the day of a revocation, a repair or an upheld objection, and returns when that is undone, also of a decision
   that no finding rests on; what a later decision ends, as a removal from a list, is published until that day and no longer.
   A decision that corrects another is a part of that: it is not published beside it, and is sealed with it.
3. What is beyond the province's cap is sealed unless something that rests on it may still bind: in force, paused, proposed or
   notified and not over, or an objection, a review or a suit waits for its answer.
4. Whom the graph does not know is not taken for an enterprise, and stands in nobody else's way.
5. Nothing is sealed before its day, nor for what was so on a past day and is so no more.
6. A repair of a decision ends its publication if what binds the enterprise by it may be repaired: no bar, no open objection, no
   order and no day to come is gone around.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from analytics.lifecycle.enterprise_names import DOUBTS, Doubt, doubt
from analytics.lifecycle.ground import Life
from analytics.lifecycle.masking import passes_as_a_person
from analytics.lifecycle.publication import Item, Verdict, is_body, is_trade_name, leaving, publication, verdict
from analytics.responsibility.catalogue import RESPONDENT, Catalogue
from api.locales import Texts
from api.use_cases.acting import Actor
from api.use_cases.binding import may_bind
from api.use_cases.cases import Cases
from api.use_cases.people_told import Known, named_in, people_told
from api.use_cases.sealing import begun, seal
from graph.errors import Refused
from graph.model import Decision, Outcome
from graph.names import folded_name
from graph.snapshot import Snapshot
from graph.store.base import Store
from graph.store.clock import see_that_it_follows

COLUMNS = ("decision", "number", "kind_text", "respondent", "uscc", "authority", "date", "until", "acts_text")
WITHHELD_COLUMNS = ("decision", "kind", "reason", "reason_text", "until", "sealed")
_REPAIRS = ("repair", "repair_fraud")
_OVER = ("revoked", "annulled", "withdrawn", "ended_with_listing")


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision and the verdict on it."""

    decision: Decision
    verdict: Verdict


def judged(snapshot: Snapshot, cases: Cases, day: date, known: Known | None = None) -> Iterator[Judged]:
    """Yield every decision with the verdict of the firewall on a day.

    `known` tells of all people, where the snapshot is only the part of the graph about decisions.
    """
    for fact in sorted(snapshot.decisions(), key=lambda fact: fact.value.id):
        decision = fact.value
        node = snapshot.identity.resolve(decision.respondent, decision.id).id
        standing = snapshot.standing(decision.id)
        own, stage = _became(cases, cases.resting(decision.id), day), cases.decision_stage(decision.id, day)
        item = Item(
            decision,
            kind_of(snapshot, node),
            standard=_has_standard(cases.catalogue, decision),
            stands=standing.stands and day <= (standing.last or day) and stage not in _OVER and own != "over",
            repaired=own == "repaired" or (stage == "repaired" and own != "binds"),
        )
        found = verdict(item, day)
        if found.publish and (why := _doubt(snapshot, decision, node, known)):
            found = verdict(replace(item, doubt=why), day)
        if first := _corrected_by(snapshot, decision):
            corrected = verdict(replace(item, decision=first), day)
            found = Verdict(False, "corrects" if found.publish else found.reason, corrected.until, corrected.sealed)
        yield Judged(decision, replace(found, until=min(found.until or date.max, standing.last)) if standing.last else found)


def _corrected_by(snapshot: Snapshot, decision: Decision) -> Decision | None:
    """Return the decision that one puts right, if it is known: that is a part of it, and no publication of its own."""
    ids = sorted(link.value.other for link in snapshot.links_from(decision.id) if link.value.relation == "corrects")
    return next((snapshot.decision(each).value for each in ids if snapshot.has_decision(each)), None)


def _doubt(snapshot: Snapshot, decision: Decision, node: str, known: Known | None) -> Doubt:
    if any(map(passes_as_a_person, _codes(snapshot, node))):
        return "code_person"
    name = snapshot.label(node)
    return doubt(name, named_in(snapshot, decision) | people_told(snapshot, decision, name, known))


def kind_of(snapshot: Snapshot, node: str) -> str:
    """Return what the firewall takes a respondent for: `enterprise`, `person`, `sole_trader` or `unknown`."""
    kind = snapshot.kind(node)
    if kind == "person":
        return kind
    if not snapshot.is_described(node):
        return "unknown"
    own, people = snapshot.label(node), [h.party.id for h in snapshot.holders(node) if snapshot.kind(h.party.id) == "person"]
    named = any(folded_name(snapshot.label(person)) == folded_name(own) for person in people)
    return kind if is_trade_name(own) and not named else "sole_trader"


def to_publish(snapshot: Snapshot, cases: Cases, day: date) -> frozenset[str]:
    """Return the decisions that are to be published on a day: also those at whose names a human must look first."""
    return frozenset(
        item.decision.id for item in judged(snapshot, cases, day) if item.verdict.publish or item.verdict.reason in DOUBTS
    )


def _has_standard(catalogue: Catalogue, decision: Decision) -> bool:
    """Say whether an instrument that may have a list of its own stands behind one of the acts."""
    return any(
        {"own_list", "restriction"} & set(catalogue.instruments.level(basis).carries)
        for rule in catalogue.triggered_by(decision.acts)
        for basis in rule.basis
    )


def _became(cases: Cases, findings: Iterable[str], day: date) -> str:
    """Return what became of a listing by way of what it did to the enterprise: repaired, over, it binds, or nothing is known.

    Looked at is what bound the enterprise: a lead, a record and a proposal that came to nothing say nothing of the listing. A
    repair of one of several findings is a repair of the listing; the listing itself is over once all of them are.
    """
    own = [f for f in map(cases.finding, findings) if f.role == RESPONDENT and f.effect == "restrict"]
    bound: dict[str, list[str]] = {}
    for finding in own:
        for ground, life in cases.lives_of(finding.id, day) if finding.outcome is Outcome.ESTABLISHED else ():
            if ground.imposed or life.happened("decision"):
                bound.setdefault(finding.id, []).append("repaired" if _is_repaired(life) else life.stage)
    if any(set(stages) == {"repaired"} for stages in bound.values()):
        return "repaired"
    if any(cases.table.stages[stage].binds for stages in bound.values() for stage in stages):
        return "binds"
    return "over" if bound and all({"repaired", "released", *_OVER} >= set(stages) for stages in bound.values()) else ""


def _is_repaired(life: Life) -> bool:
    """Say whether a repair stands, also of whom the authority released since."""
    changes = [item.event.kind for item in life.judged if item.event.kind in _REPAIRS and not item.reason]
    return life.stage == "repaired" or (life.stage == "released" and changes[-1:] == ["repair"])


def published(snapshot: Snapshot, item: Judged, words: Texts, known: Known | None = None) -> dict[str, Any]:
    """Return what is published of a decision: it goes through the firewall here, and nowhere else does anything leave.

    `known` tells of all people, where the snapshot is only the part of the graph about decisions.
    """
    decision = item.decision
    node = snapshot.identity.resolve(decision.respondent, decision.id).id
    codes = _codes(snapshot, node)
    named = named_in(snapshot, decision)
    document = {
        "kind": decision.kind,
        "kind_text": words.code("decision_kinds", decision.kind),
        "uscc": codes[0] if codes else None,
        "date": str(decision.date),
        "until": item.verdict.until.isoformat() if item.verdict.until else None,
        "acts": list(decision.acts),
        "acts_text": words.codes("acts", decision.acts),
        "basis": list(decision.basis),
    }
    own = snapshot.label(node)
    out: dict[str, Any] = leaving(document, named)
    return (
        {"decision": _said(snapshot, decision, decision.id, named, known)}
        | out
        | {
            "number": _said(snapshot, decision, decision.number, named, known),
            "respondent": leaving(own, named, known=[own]),
            "authority": _said(snapshot, decision, decision.authority, named, known),
        }
    )


def _codes(snapshot: Snapshot, node: str) -> list[str]:
    return [i.value for i in snapshot.entity(node).identifiers if i.scheme == "uscc"]


def _said(snapshot: Snapshot, decision: Decision, text: str, named: set[str], known: Known | None) -> Any:
    """Return a text of a decision without the people whom it names or the graph knows; the whole name of a body stays."""
    return leaving(text, named | people_told(snapshot, decision, text, known), known=[text] if is_body(text) else ())


def withheld(snapshot: Snapshot, item: Judged, words: Texts, known: Known | None = None) -> dict[str, Any]:
    """Return why a decision is not published."""
    reason, decision = publication().reasons[item.verdict.reason], item.decision
    return {
        "decision": _said(snapshot, decision, decision.id, named_in(snapshot, decision), known),
        "kind": item.decision.kind,
        "reason": item.verdict.reason,
        "reason_text": words.pick(reason),
        "until": item.verdict.until.isoformat() if item.verdict.until else None,
        "sealed": item.verdict.sealed,
    }


def to_seal(snapshot: Snapshot, cases: Cases, day: date) -> list[str]:
    """Return the decisions beyond the cap on which nothing rests that may bind (again)."""
    capped = [item.decision.id for item in judged(snapshot, cases, day) if item.verdict.sealed]
    return [decision for decision in capped if not may_bind(cases, decision, day)]


def seal_on(
    store: Store, snapshot: Snapshot, cases: Cases, actor: Actor, day: date, today: date, *, dry_run: bool = False
) -> tuple[list[str], int]:
    """Seal what is beyond the cap on a day, and still today; return the decisions, and how many statements were sealed.

    What an earlier run left of a decision is sealed too. Whoever calls it holds the turn to act, and has judged under it.

    Raises
    ------
    Refused
        The day is still to come: what binds on it nobody knows. A dry run may look ahead.
    """
    decisions, left = to_seal(snapshot, cases, day), begun(store, snapshot)
    if day > today and not dry_run:
        zh = f"封存不可撤回，不能按将来日期（{day}，今天是 {today}）办理；可先用 --dry-run 预览"
        raise Refused(f"publish seal: {day} is after today, {today}, and nothing unseals: look ahead with --dry-run", zh=zh)
    if day < today:
        decisions = sorted({*decisions} & {*to_seal(snapshot, cases, today)})
    decisions = sorted([*decisions, *left])
    if dry_run:
        if decisions:
            see_that_it_follows(actor.at, store)
        return decisions, 0
    return decisions, len(seal(store, snapshot, cases, decisions, actor))
