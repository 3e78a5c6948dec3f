"""One decision as a picture: whom it is against, who held what there, whom it names, and how each of them stands.

Invariants (tests/unit/test_api_page_cases.py holds one test a number)
10. Every edge is a statement, by its id; the path of every finding of the decision is in the picture.
11. What has no room is counted, never dropped silently, and a party with a finding always has room.
19. A picture of a past version marks nobody by what was recorded since.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.propagation import propagate as derive
from api.locales import Texts
from api.use_cases.case_reading import cases_about, cases_around
from api.use_cases.cases import Cases
from api.use_cases.describing import found_text, imposed_text, origin
from api.use_cases.findings import decision_json
from api.use_cases.reading import catalogue_at, is_known
from api.use_cases.standing import marks
from graph.model import Fact, Payload
from graph.snapshot import Holding, Snapshot
from graph.snapshot.scope import snapshot_about
from graph.store.base import Store

ROOM = 60
"""Parties in one picture at most, those with findings aside."""


def picture_of(
    store: Store, catalogue: Catalogue, decision: str, words: Texts, day: date, known_at: int | None = None
) -> dict[str, Any]:
    """Return the nodes and edges of the picture of a decision.

    Raises
    ------
    NotFound
        There is no such decision.
    """
    snapshot = snapshot_about(store, [decision], known_at)
    value = snapshot.decision(decision).value
    firm = snapshot.identity.resolve(value.respondent, decision).id
    if known_at is None:
        cases = cases_about(store, catalogue, [firm, decision])
    else:
        rules = catalogue_at(store, known_at, catalogue)
        cases = cases_around(store, snapshot, rules, derive(snapshot, decision, rules))
    edges = [_against(snapshot, decision, firm, words), *_namings(snapshot, decision, words)]
    found = {f.party for f in cases.findings.values() if f.decision == decision}
    holdings = _chosen(snapshot, firm, found, {edge["from"]["id"] for edge in edges} | {edge["to"]["id"] for edge in edges})
    edges += [_holding(snapshot, held, words) for held in holdings]
    return {
        "version": snapshot.version,
        "decision": {
            **decision_json(snapshot, decision),
            "fact": snapshot.decision(decision).id,
            "kind_label": words.code("decision_kinds", value.kind),
            "authority": value.authority,
            "acts_text": words.codes("acts", value.acts),
            "conduct": str(value.conduct) if value.conduct else None,
        },
        "company": _party(snapshot, firm),
        "edges": edges,
        "marks": _marks(cases, snapshot, edges, day),
        "left_out": len(snapshot.holders(firm)) - len(holdings),
    }


def _marks(cases: Cases, snapshot: Snapshot, edges: list[dict[str, Any]], day: date) -> dict[str, Any]:
    return marks(cases, snapshot, {edge[end]["id"] for edge in edges for end in ("from", "to")}, day)


def _chosen(snapshot: Snapshot, firm: str, found: set[str], shown: set[str]) -> list[Holding]:
    """Return the holdings that have room: of parties with a finding and of those shown anyway, then of the others."""
    held = list(snapshot.holders(firm))
    due = [item for item in held if snapshot.identity.person(item.party.id) in found | shown]
    others = [item for item in held if item not in due]
    room = dict.fromkeys(item.party.id for item in others)
    kept = set(list(room)[:ROOM])
    return [*due, *(item for item in others if item.party.id in kept)]


def _party(snapshot: Snapshot, node: str) -> dict[str, str]:
    person = snapshot.identity.person(node)
    kind = snapshot.kind(node)
    if kind != "person":
        kind = snapshot.entity(node).kind if is_known(snapshot, node) else "company"
    return {"id": person, "name": snapshot.label(node), "kind": kind}


def _edge(
    fact: Fact[Payload], start: dict[str, str], end: dict[str, str], interest: str, label: str, **more: Any
) -> dict[str, Any]:
    plain = {"period": "unknown/open", "period_text": "", "share_least_percent": None, "share_most_percent": None}
    return {
        "id": fact.id, "from": start, "to": end, "interest": interest, "label": label, **plain, **more, **origin(fact)
    }  # fmt: skip


def _against(snapshot: Snapshot, decision: str, firm: str, words: Texts) -> dict[str, Any]:
    fact = snapshot.decision(decision)
    day = str(fact.value.date)
    return _edge(
        fact, _node(snapshot, decision), _party(snapshot, firm), "decision", words.code("decision_kinds", fact.value.kind),
        period=f"{day}/open", period_text=words.date(fact.value.date),
    )  # fmt: skip


def _node(snapshot: Snapshot, decision: str) -> dict[str, str]:
    value = snapshot.decision(decision).value
    return {"id": decision, "name": value.number or decision, "kind": "decision"}


def _namings(snapshot: Snapshot, decision: str, words: Texts) -> Iterator[dict[str, Any]]:
    day = snapshot.decision(decision).value.date
    for named in snapshot.named_by(decision):
        if named.party is None:
            continue
        text = found_text(named.value, words) or imposed_text(named.value.imposed, words) or words.code("roles", "named_person")
        yield _edge(
            named.fact, _node(snapshot, decision), _party(snapshot, named.party.id), "naming", text,
            period=f"{day}/open", period_text=words.date(day),
        )  # fmt: skip


def _holding(snapshot: Snapshot, held: Holding, words: Texts) -> dict[str, Any]:
    value, share = held.value, held.value.share
    more: dict[str, Any] = {"period": str(value.period), "period_text": words.period(value.period)}
    if share is not None:
        more |= {"share_least_percent": share.minimum / 10_000, "share_most_percent": share.maximum / 10_000}
    party, subject = _party(snapshot, held.party.id), _party(snapshot, held.subject.id)
    return _edge(held.fact, party, subject, value.interest, words.interest(value.interest), **more)
