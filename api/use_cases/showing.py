"""What stands behind an id: a finding, a claim, a statement, a decision or an entity, each with where it was read."""

from __future__ import annotations

from datetime import date
from typing import Any

from analytics.detection.identity import find_claim
from analytics.responsibility.catalogue import Catalogue
from api.locales import Texts
from api.use_cases.deriving import OURS
from api.use_cases.describing import feature_text, line, recorded_json
from api.use_cases.findings import as_of as finding_as_of
from api.use_cases.findings import begun, dated_by, find_one, finding_json, see_that_it_came
from api.use_cases.identity import claim_json
from api.use_cases.reading import catalogue_at
from api.use_cases.withdrawn import Withdrawal, withdrawal
from graph.codec import make_fact
from graph.errors import NotFound, Refused
from graph.model import Finding, Recorded
from graph.snapshot import Snapshot
from graph.store.base import Sealed, Store
from graph.store.mentions import spoken_of

_CLAIM = "claim-"


def seeds_of_id(store: Store, given: str) -> set[str] | None:
    """Return what the part of the graph behind an id is about; None for a claim, which may be anywhere."""
    if given.startswith(_CLAIM):
        return None
    said = [*store.history(f"finding/zeren/{given}"), store.by_id(given)]
    return {given, *(each for found in said if isinstance(found, Recorded) for each in spoken_of(found.fact.value))}


def show(
    store: Store,
    snapshot: Snapshot,
    catalogue: Catalogue,
    given: str,
    words: Texts,
    day: date,
    *,
    as_of: date | None = None,
    replay: bool = False,
) -> dict[str, Any]:
    """Return what an id stands for, with every wording that was recorded under its key by the version of the snapshot.

    Parameters
    ----------
    store : Store
        Where the statements are.
    snapshot : Snapshot
        The graph, as known at a version.
    catalogue : Catalogue
        The rules of today.
    given : str
        The id.
    words : Texts
        The language.
    day : date
        The day of the status.
    as_of : date, optional
        Leave out posts, namings and decisions that certainly came later.
    replay : bool
        A past version: its finding is then derived again with the rules of that version.

    Raises
    ------
    NotFound
        Nothing has the id, or nothing had it then, or it is a decision that came after the day.
    Refused
        It is sealed; the message says under which article.
    """
    finding = store.get(f"finding/zeren/{given}")
    if isinstance(finding, Sealed):
        raise _sealed(given, finding)
    if not replay and isinstance(finding, Recorded):
        return _fact(store, snapshot, catalogue, finding, words, day, as_of)
    if given.startswith(_CLAIM):
        return _claim(store, snapshot, given, words)
    if away := withdrawal(store, given, catalogue, snapshot.version):
        return _withdrawn(store, snapshot, away, words)
    found = store.by_id(given)
    if isinstance(found, Sealed):
        raise _sealed(given, found)
    if found is not None and (then := _as_recorded(store, found, snapshot.version)):
        return _fact(store, snapshot, catalogue, then, words, day)
    try:
        decision = snapshot.decision(given)
    except NotFound:
        gone = store.get(f"decision/{given.partition(':')[0]}/{given}")  # as a source calls it: sealed, it is in no graph
        if isinstance(gone, Sealed):
            raise _sealed(given, gone) from None
        return _other(store, snapshot, given, words, day, as_of, catalogue if replay else None)
    see_that_it_came(snapshot, decision.value.id, as_of)
    recorded = store.by_id(decision.id)
    recorded = _as_recorded(store, recorded, snapshot.version) if isinstance(recorded, Recorded) else None
    if recorded is None:
        raise NotFound(f"nothing has the id {given!r}", zh=f"没有编号为“{given}”的内容")
    links = [
        link
        for link in (*snapshot.links_from(given), *snapshot.links_to(given))
        if dated_by(snapshot, link.value.decision, as_of) and dated_by(snapshot, link.value.other, as_of)
    ]
    return {
        **_fact(store, snapshot, catalogue, recorded, words, day),
        "namings": [{"id": named.fact.id, "text": line(named.fact, snapshot, words)} for named in snapshot.named_by(given)],
        "links": [{"id": link.id, "text": line(link, snapshot, words)} for link in links],
    }


def _withdrawn(store: Store, snapshot: Snapshot, gone: Withdrawal, words: Texts) -> dict[str, Any]:
    """Return a finding that nothing derives any more, as it was last, and since when."""
    fact, told = make_fact(gone.finding, gone.finding.id, OURS), gone.as_json()
    return {
        "id": fact.id,
        "key": fact.key,
        "kind": "finding",
        "text": f"{line(fact, snapshot, words)} {words.say('fact.withdrawn', **told)}",
        "withdrawn": told,
        "history": _history(store, fact.key, snapshot.version),
    }


def _sealed(given: str, sealed: Sealed) -> Refused:
    day = sealed.sealed_at.date()
    return Refused(
        f"{given} is sealed under {sealed.article} since {day}", zh=f"{given} 已依据{sealed.article}于 {day} 封存，不可查询"
    )


def _other(
    store: Store, snapshot: Snapshot, given: str, words: Texts, day: date, as_of: date | None, catalogue: Catalogue | None
) -> dict[str, Any]:
    """Return an entity, or a finding of a past version."""
    try:
        return _entity(store, snapshot, given, words, as_of)
    except NotFound:
        if catalogue is None:
            raise
    rules = catalogue_at(store, snapshot.version, catalogue)
    finding, then = finding_as_of(find_one(store, given, catalogue, snapshot.version, as_of), snapshot, rules, as_of)
    fact = make_fact(finding, finding.id, OURS)
    return {
        "id": fact.id,
        "key": fact.key,
        "kind": "finding",
        "text": line(fact, snapshot, words),
        "history": _history(store, fact.key, snapshot.version),
        "finding": finding_json(store, then, rules, finding, day),
    }


def _as_recorded(store: Store, found: Recorded, version: int) -> Recorded | None:
    """Return how a statement was last recorded by a version: what came of it later is not known then."""
    if found.version <= version:
        return found
    return next(
        (each for each in reversed(store.history(found.fact.key)) if each.version <= version and each.fact.id == found.fact.id),
        None,
    )


def _history(store: Store, key: str, version: int) -> list[dict[str, Any]]:
    """Return every wording recorded under a key up to a version."""
    return [recorded_json(each) for each in store.history(key) if each.version <= version]


def _fact(
    store: Store,
    snapshot: Snapshot,
    catalogue: Catalogue,
    recorded: Recorded,
    words: Texts,
    day: date,
    as_of: date | None = None,
) -> dict[str, Any]:
    value = recorded.fact.value
    shown = {
        **recorded_json(recorded),
        "kind": recorded.fact.key.split("/", 1)[0],
        "text": line(recorded.fact, snapshot, words),
        "history": _history(store, recorded.fact.key, snapshot.version),
    }
    if not isinstance(value, Finding):
        return shown
    found, then = finding_as_of(value, snapshot, catalogue, as_of)
    return {**shown, "finding": finding_json(store, then, catalogue, found, day)}


def _claim(store: Store, snapshot: Snapshot, given: str, words: Texts) -> dict[str, Any]:
    claim = find_claim(snapshot, given)
    shown = claim_json(claim, snapshot)
    names = [f"{shown[side]['name']} [{shown[side]['id']}]" for side in ("first", "second")]
    return {
        **shown,
        "kind": "claim",
        "text": words.say("claim.text", first=names[0], second=names[1]),
        "features_text": [feature_text(feature, words) for feature in shown["features"]],
        "history": _history(store, f"ruling/zeren/{given}", snapshot.version),
    }


def _entity(store: Store, snapshot: Snapshot, node: str, words: Texts, as_of: date | None) -> dict[str, Any]:
    view = snapshot.entity(node)
    said = [each for fact in view.facts for each in _history(store, fact.key, snapshot.version)]
    against = [fact for fact in snapshot.decisions_against(node) if dated_by(snapshot, fact.value.id, as_of)]
    named = [item for item in snapshot.named_in(node) if dated_by(snapshot, item.value.decision, as_of)]
    return {
        "id": node,
        "kind": "entity",
        "entity_kind": view.kind,
        "text": words.say("fact.entity", kind=words.code("entity_kinds", view.kind), names=view.label),
        "names": [{"text": name.text, "kind": name.kind, "period": str(name.period)} for name in view.names],
        "identifiers": [{"scheme": item.scheme, "value": item.value} for item in view.identifiers],
        "attributes": dict(view.attributes),
        "members": list(snapshot.identity.members(node)),
        "held": [
            {"id": item.fact.id, "text": line(item.fact, snapshot, words)} for item in snapshot.held(node) if begun(item, as_of)
        ],
        "holders": [
            {"id": item.fact.id, "text": line(item.fact, snapshot, words)} for item in snapshot.holders(node) if begun(item, as_of)
        ],
        "decisions": [{"id": fact.id, "text": line(fact, snapshot, words)} for fact in against],
        "namings": [{"id": item.fact.id, "text": line(item.fact, snapshot, words)} for item in named],
        "history": said,
    }
