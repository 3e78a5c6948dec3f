"""The card of a party: everything known of it, and what was decided about it, each line with where it was read.

Invariants (tests/unit/test_api_page_cases.py holds one test a number)
7. A card reads the part of the graph about the party, and says what its record on the whole graph says.
8. The card of an enterprise lists who answers for the decisions against it, and its holders; how many there are in all.
9. A card of a past version says what was known then, and all of it: measures, findings on others and what had happened too.
15. Whoever may not read findings sees none and nothing that follows from one; whoever may not read decisions sees of them what
    publication lets out that day, in its words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from analytics.lifecycle.publication import leaving
from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.propagation import propagate as derive
from api.locales import Texts
from api.use_cases.case_reading import cases_about, cases_around
from api.use_cases.case_rows import history_json, in_order, restriction_json
from api.use_cases.cases import Cases
from api.use_cases.courses import Course, course_of, course_of_restriction
from api.use_cases.describing import origin
from api.use_cases.findings import as_json, decision_of, decisions_on
from api.use_cases.people_told import Known
from api.use_cases.publishing import Judged, judged, published
from api.use_cases.reading import catalogue_at
from api.use_cases.records import around, record_of
from api.use_cases.searching import Hidden
from api.use_cases.suggesting import with_enterprises
from api.use_cases.withdrawn import acted_upon
from graph.snapshot import Holding, Snapshot
from graph.store.base import Store
from graph.store.mentions import base_of

HOLDERS = 200
"""Holders that a card lists at most; the graph has them all."""
_NAMESAKES, _LOOKED_AT = 12, 200
_OF_FINDINGS: Final = ("findings", "restrictions", "measures", "answers", "warnings", "events")


@dataclass(frozen=True, slots=True)
class Sight:
    """What whoever asks may see of a party.

    `hidden` tells which parties are neither told of nor counted, `people` whom a text of a decision may name (see
    `api.use_cases.publishing`).
    """

    findings: bool = True
    decisions: bool = True
    hidden: Hidden | None = None
    people: Known | None = None


WHOLE: Final = Sight()


def portrait(
    store: Store,
    catalogue: Catalogue,
    party: str,
    words: Texts,
    day: date,
    known_at: int | None = None,
    sight: Sight = WHOLE,
) -> dict[str, Any]:
    """Return the card of a party.

    Parameters
    ----------
    store : Store
        Where the statements are.
    catalogue : Catalogue
        The rules of today.
    party : str
        Its id.
    words : Texts
        Language of labels.
    day : date
        The day of the status.
    known_at : int, optional
        The version, the latest by default; findings of a past one are derived again.
    sight : Sight
        What whoever asks may see.

    Raises
    ------
    NotFound
        No statement speaks of it, or none did.
    """
    past = known_at is not None and known_at != store.version()
    node, snapshot = around(store, [party], known_at)
    rules = catalogue_at(store, known_at, catalogue) if past and known_at is not None else catalogue
    members = snapshot.identity.members(node)
    decisions = [fact.value.id for member in members for fact in snapshot.decisions_against(member)]
    about = [*map(base_of, members), *decisions]
    cases = _then(store, snapshot, rules, members) if past else cases_about(store, catalogue, about, acted_upon(store, members))
    record = record_of(store, snapshot, rules, node, words, day, replay=past, cases=cases)
    del record["claims"]  # the other side of one may stand elsewhere in the graph
    own = {finding["id"] for finding in record["findings"]}
    left_out = sight.hidden({held.party.id for held in snapshot.holders(node)}) if sight.hidden else ()
    holders = [held for held in snapshot.holders(node) if held.party.id not in left_out]
    places = with_enterprises(store, [member["id"] for member in record["members"]])
    card = {
        **record,
        "version": snapshot.version,
        "members": [{**member, **place} for member, place in zip(record["members"], places, strict=True)],
        "entity_kind": snapshot.entity(node).kind,
        "sources": [{"id": fact.id, **origin(fact)} for fact in snapshot.entity(node).facts],
        "decisions": [_told(snapshot, item, words) for item in record["decisions"]],
        "namings": [{**item, "decision": _told(snapshot, item["decision"], words)} for item in record["namings"]],
        "holders": _holders(snapshot, holders, words),
        "holders_count": len(holders),
        "namesakes": _namesakes(store, snapshot, node, sight.hidden),
        "measures": _measures(cases, snapshot, node, day),
        "answers": _answers(cases, snapshot, node, own, day),
        "events": _events(cases, own, day, words),
    }
    card["courses"] = _courses(cases, card)
    if not sight.findings:
        card |= dict.fromkeys(_OF_FINDINGS, ()) | {"courses": {}}
    if not sight.decisions:
        told = {} if past else _let_out(snapshot, cases, day, words, sight.people)
        card |= {"namings": (), "decisions": [told[row["id"]](row) for row in card["decisions"] if row["id"] in told]}
    return card


def _then(store: Store, snapshot: Snapshot, rules: Catalogue, members: Iterable[str]) -> Cases:
    """Return the cases of somebody at the version of the graph, derived again."""
    known = {fact.value.id for fact in snapshot.decisions()}
    asked = sorted(decisions_on(snapshot, members) & known)
    return cases_around(store, snapshot, rules, [finding for each in asked for finding in derive(snapshot, each, rules)])


def _let_out(
    snapshot: Snapshot, cases: Cases, day: date, words: Texts, people: Known | None
) -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
    """Return, of each decision that is published on a day, how its row reads in the words of the publication."""

    def read(item: Judged) -> Callable[[dict[str, Any]], dict[str, Any]]:
        said = published(snapshot, item, words, people)
        own = {"id": said["decision"], "number": said["number"], "authority": said["authority"], "acts_text": said["acts_text"]}
        return lambda row: {**row, **own, "conduct": None, "fact": None}

    return {item.decision.id: read(item) for item in judged(snapshot, cases, day, people) if item.verdict.publish}


def _told(snapshot: Snapshot, item: dict[str, Any], words: Texts) -> dict[str, Any]:
    """Return a decision with its kind, acts, authority and the time of the conduct."""
    decision = decision_of(snapshot, item["id"])
    kind = words.code("decision_kinds", decision.kind) if decision else ""
    acts = words.codes("acts", decision.acts) if decision else ""
    authority = decision.authority if decision else ""
    conduct = str(decision.conduct) if decision and decision.conduct else None
    fact = snapshot.decision(item["id"]).id if decision else None
    return {**item, "fact": fact, "kind_label": kind, "acts_text": acts, "authority": authority, "conduct": conduct}


def _holders(snapshot: Snapshot, holders: Iterable[Holding], words: Texts) -> list[dict[str, Any]]:
    def rank(held: Holding) -> tuple[int, str]:
        return (-(held.value.share.maximum if held.value.share else 0), held.fact.id)

    return [_holder(snapshot, held, words) for held in sorted(holders, key=rank)[:HOLDERS]]


def _holder(snapshot: Snapshot, held: Holding, words: Texts) -> dict[str, Any]:
    value, party = held.value, snapshot.identity.person(held.party.id)
    return {
        "id": held.fact.id,
        "party": {"id": party, "name": snapshot.label(held.party.id), "kind": snapshot.kind(held.party.id)},
        "interest": value.interest,
        "label": words.interest(value.interest),
        "period": str(value.period),
        "period_text": words.period(value.period),
        "share_least_percent": value.share.minimum / 10_000 if value.share else None,
        "share_most_percent": value.share.maximum / 10_000 if value.share else None,
        **origin(held.fact),
    }


def _namesakes(store: Store, snapshot: Snapshot, node: str, hidden: Hidden | None) -> dict[str, Any]:
    """Return who else bears the name, also in the same entry: how many (up to a limit), and the first of them."""
    members = set(snapshot.identity.members(node))
    found = store.called(snapshot.label(node), _LOOKED_AT)
    entries = {member.partition("@")[0] for member in members}
    beside = [each for each in snapshot.entities() if each.partition("@")[0] in entries and each not in members]
    left_out = members | entries | (hidden([*beside, *found]) if hidden else set())
    others = [each for each in (*beside, *found) if each not in left_out]
    return {"count": len(others), "more": len(found) >= _LOOKED_AT, "items": with_enterprises(store, others[:_NAMESAKES])}


def _measures(cases: Cases, snapshot: Snapshot, node: str, day: date) -> list[dict[str, Any]]:
    members = set(snapshot.identity.members(node))
    return [restriction_json(cases, snapshot, each, day) for each in cases.restrictions if each.party in members]


def _answers(cases: Cases, snapshot: Snapshot, node: str, own: set[str], day: date) -> list[dict[str, Any]]:
    """Return the findings on others for decisions against this enterprise."""
    here = [f for f in cases.findings.values() if f.company == node and f.id not in own and f.party != node]
    rows = sorted(here, key=lambda f: (f.decision, f.party, f.rule, f.id))
    return [as_json(snapshot, f, cases.standing(f, day)) for f in rows]


def _courses(cases: Cases, card: dict[str, Any]) -> dict[str, Course]:
    """Return how each finding and measure of a card stands on every day."""
    told = {row["id"] for row in (*card["findings"], *card["answers"])}
    courses = {each: course_of(cases, cases.finding(each)) for each in sorted(told)}
    return courses | {row["id"]: course_of_restriction(cases, cases.by_id[row["id"]]) for row in card["measures"]}


def _events(cases: Cases, findings: Iterable[str], day: date, words: Texts) -> list[dict[str, Any]]:
    if not cases.events:
        return []
    known = {e["id"]: e for f in findings if f in cases.findings for e in history_json(cases, f, day, words)}
    events: list[dict[str, Any]] = leaving(in_order(cases, known.values()))
    return events
