"""What is on record of somebody, and what stands behind an id.

Invariants (tests/unit/test_api_records.py holds one test a number)
1. A record holds what is said of the person's nodes alone, never what is said of a namesake.
2. One measure on one party is one restriction, however many findings it rests on.
3. Every line of a record says where it was read.
5. What bound somebody and was withdrawn since stands on his record, as what it is by now.
4. What an official should weigh (overlap, accumulation, terms beyond a maximum) is listed with the findings it rests on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from analytics.detection.identity import claims
from analytics.lifecycle.ground import code_of
from analytics.lifecycle.restrictions import Restriction, Status
from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.clearing import cleared_later
from analytics.responsibility.proportionality import Warned, answers_same_conduct, last_day_of, warnings
from api.locales import Texts
from api.use_cases.case_reading import cases_around
from api.use_cases.cases import Cases
from api.use_cases.describing import found_text, imposed_text, origin
from api.use_cases.explaining import measure_name
from api.use_cases.findings import as_json, begun, dated_by, decision_json, decisions_on, findings_on
from api.use_cases.identity import Elsewhere, bearers_in, claim_json
from api.use_cases.reading import party_of, see_that_one, snapshot_of, whom
from api.use_cases.withdrawn import acted_upon
from graph.errors import NotFound
from graph.model import Finding
from graph.snapshot import Holding, Snapshot
from graph.snapshot.scope import snapshot_about
from graph.snapshot.then import left_out, on_day
from graph.snapshot.view import Named
from graph.store.base import Store
from graph.store.mentions import base_of


def around(store: Store, seeds: Sequence[str], known_at: int | None = None) -> tuple[str, Snapshot]:
    """Return the party that the first of some nodes stands for, and the part of the graph about them and what was decided on it.

    Raises
    ------
    Refused
        It is an entry that stands for several people; they are listed.
    """
    snapshot = snapshot_about(store, seeds, known_at)
    see_that_one(snapshot, seeds[0])
    node = snapshot.identity.person(seeds[0])
    if concerning := decisions_on(snapshot, snapshot.identity.members(node)):
        # Whether one of them stands, and what clears whom, is told by what is linked with it.
        snapshot = snapshot_about(store, [*seeds, *sorted(concerning)], known_at)
        node = snapshot.identity.person(seeds[0])
    return node, snapshot


def whose(store: Store, given: str, known_at: int | None, elsewhere: Elsewhere | None) -> tuple[str, Snapshot]:
    """Return the node that an id or a name means, and the graph around it as far as its claims reach.

    Of a past version, or where nothing tells who else may be meant (`elsewhere`), that is the whole graph.
    """
    if known_at is not None or elsewhere is None:
        snapshot = snapshot_of(store, known_at)
        return party_of(snapshot, given), snapshot
    node, near = whom(store, given)
    return around(store, [node, *elsewhere(map(base_of, near.identity.members(node)))])


def record_of(
    store: Store,
    snapshot: Snapshot,
    catalogue: Catalogue,
    node: str,
    words: Texts,
    day: date,
    *,
    as_of: date | None = None,
    replay: bool = False,
    cases: Cases | None = None,
    elsewhere: Elsewhere | None = None,
) -> dict[str, Any]:
    """Return the credit record of a person or enterprise.

    Parameters
    ----------
    store : Store
        Where the findings are.
    snapshot : Snapshot
        The graph.
    catalogue : Catalogue
        The rules, for the names of measures.
    node : str
        The person or enterprise (see `api.use_cases.reading.party_of`).
    words : Texts
        The language of labels.
    day : date
        The day of the status.
    as_of : date, optional
        Leave out what certainly came later: decisions and their findings, and posts that had not begun.
    replay : bool
        Derive the findings again from the snapshot and the catalogue (those of a past version), instead of reading the current.
    cases : Cases, optional
        Those of the party, if the caller has them already.
    elsewhere : callable, optional
        Where else people are told of, if the snapshot is only a part of the graph.

    Raises
    ------
    NotFound
        No statement speaks of it.
    """
    view = snapshot.entity(node)
    members = snapshot.identity.members(node)
    if as_of is not None and left_out(snapshot, as_of):
        snapshot, replay, cases = on_day(snapshot, as_of), True, None
    known = findings_on(snapshot, catalogue, members) if replay else _current(store, members)
    found = sorted((f for f in known if dated_by(snapshot, f.decision, as_of)), key=lambda f: (f.decision, f.rule, f.id))
    gone = acted_upon(store, members, snapshot.version)
    cases = cases or cases_around(store, snapshot, catalogue, found, gone)
    away = [cases.finding(each) for each in sorted(gone) if each in cases.findings]
    over = [finding for finding in away if dated_by(snapshot, finding.decision, as_of)]
    return {
        "lang": words.lang,
        "party": {"id": node, "name": view.label, "kind": snapshot.kind(node)},
        "names": [{"text": name.text, "kind": name.kind, "period": str(name.period)} for name in view.names],
        "identifiers": [{"scheme": item.scheme, "value": item.value} for item in view.identifiers],
        "attributes": dict(view.attributes),
        "sources": [origin(fact) for fact in view.facts],
        "members": [{"id": member, "name": snapshot.label(member)} for member in members if member != node],
        "claims": [
            claim_json(claim, snapshot) for claim in claims(snapshot, bearers_in(store, elsewhere) if elsewhere else None, members)
        ],
        "posts": [_post(snapshot, held, words) for member in members for held in snapshot.held(member) if begun(held, as_of)],
        "namings": [
            _naming(snapshot, named, words)
            for member in members
            for named in snapshot.named_in(member)
            if dated_by(snapshot, named.value.decision, as_of)
        ],
        "decisions": [
            {**decision_json(snapshot, fact.value.id), **origin(fact)}
            for member in members
            for fact in snapshot.decisions_against(member)
            if dated_by(snapshot, fact.value.id, as_of)
        ],
        "restrictions": restrictions(cases, {finding.party for finding in (*found, *over)}, words, day),
        "warnings": _warnings(snapshot, [f for f in found if cases.standing(f, day) not in _NEVER], catalogue, words),
        "findings": [as_json(snapshot, finding, cases.standing(finding, day)) for finding in (*found, *over)],
    }


def _current(store: Store, members: Collection[str]) -> list[Finding]:
    about = sorted({base_of(member) for member in members})
    known = (recorded.fact.value for recorded in store.facts(["finding"], about=about))
    return [value for value in known if isinstance(value, Finding) and value.party in members]


def _warnings(snapshot: Snapshot, found: Iterable[Finding], catalogue: Catalogue, words: Texts) -> list[dict[str, Any]]:
    names = {m.name_zh: measure_name(catalogue, finding, m.id, words) for finding in found for m in finding.measures}
    same, ended, cleared = answers_same_conduct(snapshot), last_day_of(snapshot), cleared_later(snapshot)
    return [_warning(each, names, words) for each in warnings(found, catalogue, same, ended, cleared)]


def _warning(warned: Warned, names: Mapping[str, str], words: Texts) -> dict[str, Any]:
    values = [{"label": words.label("warned_value", label), "value": _worded(value, words)} for label, value in warned.values]
    measures = words.words["list.join"].join(names[name] for name in warned.measures)
    return {
        "code": warned.code,
        "text": words.say(f"warned.{warned.code}", measures=measures),
        "measures": list(warned.measures),
        "findings": list(warned.findings),
        "values": values,
    }


def _worded(value: str, words: Texts) -> str:
    return {"life": words.say("date.life"), "unknown": words.say("date.none")}.get(value, value)


def _post(snapshot: Snapshot, held: Holding, words: Texts) -> dict[str, Any]:
    value = held.value
    return {
        "id": held.fact.id,
        "company": {"id": held.subject.id, "name": snapshot.label(held.subject.id)},
        "interest": value.interest,
        "label": words.interest(value.interest),
        "period": str(value.period),
        "period_text": words.period(value.period),
        "registered": str(value.registered) if value.registered else None,
        "share_percent": value.share.maximum / 10_000 if value.share else None,
        "text": value.text,
        **origin(held.fact),
    }


def _naming(snapshot: Snapshot, named: Named, words: Texts) -> dict[str, Any]:
    value = named.value
    decision = decision_json(snapshot, value.decision)
    company = _respondent(snapshot, value.decision)
    return {
        "id": named.fact.id,
        "decision": {**decision, "kind_label": words.code("decision_kinds", decision["kind"] or "")},
        "company": {"id": company, "name": snapshot.label(company)},
        "posts": list(value.posts),
        "posts_text": value.post_text or words.codes("roles", value.posts),
        "found_as": list(value.found_as),
        "found_text": found_text(value, words),
        "responsible": value.responsible,
        "imposed": [
            {
                "act": item.act,
                "text": item.text,
                "years": item.term.years,
                "months": item.term.months,
                "life": item.term.life,
                "amount_fen": item.amount_fen,
            }
            for item in value.imposed
        ],
        "imposed_text": imposed_text(value.imposed, words),
        **origin(named.fact),
    }


def _respondent(snapshot: Snapshot, decision: str) -> str:
    try:
        return snapshot.identity.resolve(snapshot.decision(decision).value.respondent, decision).id
    except NotFound:
        return ""


def restrictions(cases: Cases, parties: Collection[str], words: Texts, day: date) -> list[dict[str, Any]]:
    """Return what the findings on some parties come to: one measure on one party, as strong as the strongest it rests on.

    Leads and blocked findings come to nothing: they are for a human to look at, and stand among the findings alone.
    """
    return [_restriction(cases, each, words, day) for each in cases.restrictions if each.party in parties]


def _restriction(cases: Cases, restriction: Restriction, words: Texts, day: date) -> dict[str, Any]:
    stands, measure = cases.status(restriction, day), restriction.measure
    since = cases.since(restriction, stands, day)
    return {
        "party": restriction.party,
        "measure": {"id": measure.id, "name_zh": measure.name_zh, "kind": measure.kind, "category": measure.category},
        "label": measure_name(cases.catalogue, cases.finding(stands.ground), measure.id, words),
        "status": stands.code,
        "from": since.isoformat() if since else None,
        "until": stands.until,
        "findings": _grounds(cases, restriction, stands, day),
    }


_NEVER: Final = frozenset({"lapsed", "rejected", "revoked", "withdrawn", "annulled"})
"""How stands what never bound and never will, or is as if it had not."""


def _grounds(cases: Cases, restriction: Restriction, stands: Status, day: date) -> list[str]:
    """Return the findings that a restriction rests on: while one may have effect, none that has none."""
    every = sorted(ground.finding for ground in restriction.grounds)
    able = [each for each in every if code_of(stands.lives[each], day, cases.table) not in _NEVER]
    return able or every
