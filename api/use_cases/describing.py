"""Statements in words: one line for each kind of fact, and where it was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from api.locales import Texts
from graph.codec import converter, kind_of
from graph.delivered import Absence, Delivery
from graph.errors import NotFound
from graph.model import (
    CatalogueVersion,
    ClaimRuling,
    Decision,
    DecisionLink,
    Entity,
    Event,
    Fact,
    Finding,
    Identifier,
    Imposed,
    Naming,
    Payload,
    Recorded,
    Relationship,
    Term,
)
from graph.snapshot import Snapshot
from graph.store.base import Sealed, Store

_NUMBERS: Final = ("uscc", "cn_stock", "registration")


def evidence(store: Store, snapshot: Snapshot, fact_id: str, words: Texts) -> dict[str, Any]:
    """Return a statement as evidence: what it says, and the source, file and row it was read in."""
    found = store.by_id(fact_id)
    if isinstance(found, Sealed):
        return {"id": fact_id, "kind": found.key.split("/", 1)[0], "text": found.article, "source": "", "file": "", "row": 0}
    if found is None:
        return {"id": fact_id, "kind": "", "text": words.say("fact.missing", id=fact_id), "source": "", "file": "", "row": 0}
    return {"id": fact_id, "kind": kind_of(found.fact.value), "text": line(found.fact, snapshot, words), **origin(found.fact)}


def origin(fact: Fact[Payload]) -> dict[str, Any]:
    """Return where a statement was read."""
    return {"source": fact.origin.source, "file": fact.origin.file, "row": fact.origin.row}


def numbers_of(identifiers: Iterable[Identifier]) -> list[dict[str, str]]:
    """Return the numbers by which everybody knows an enterprise."""
    return [{"scheme": item.scheme, "value": item.value} for item in identifiers if item.scheme in _NUMBERS]


def source_text(where: dict[str, Any], words: Texts) -> str:
    """Return where a statement was read, in words."""
    key = "explain.source" if where["file"] else "explain.source_only"
    return words.say(key, source=where["source"], file=where["file"], row=where["row"])


def recorded_json(recorded: Recorded) -> dict[str, Any]:
    """Return a version of a statement as plain values, with what it says as it was recorded."""
    return {
        "id": recorded.fact.id,
        "key": recorded.fact.key,
        "version": recorded.version,
        "recorded_at": recorded.recorded_at.isoformat(),
        "operation": recorded.operation.value,
        "reason": recorded.reason,
        **origin(recorded.fact),
        "flags": list(recorded.fact.flags),
        "value": converter().unstructure(recorded.fact.value),
    }


def line(fact: Fact[Payload], snapshot: Snapshot, words: Texts) -> str:
    """Return what a statement says, in one line."""
    value = fact.value
    match value:
        case Entity():
            names = words.words["list.join"].join(dict.fromkeys(name.text for name in value.names)) or value.id
            return words.say("fact.entity", kind=words.code("entity_kinds", value.kind), names=names)
        case Relationship():
            return _relationship(value, snapshot, words)
        case Decision():
            return _decision(value, snapshot, words)
        case Naming():
            return _naming(value, snapshot, words)
        case DecisionLink():
            relation = words.code("decision_links", value.relation)
            first, other = (number_of(each, snapshot) for each in (value.decision, value.other))
            return words.say("fact.link", decision=first, relation=relation, other=other)
        case ClaimRuling():
            return words.say("fact.ruling", by=value.by, first=value.first, second=value.second, ruling=value.ruling)
        case Event():
            return words.say("fact.event", kind=value.kind, about=value.about, date=words.date(value.on))
        case Finding():
            return words.say("fact.finding", party=snapshot.label(value.party), rule=value.rule)
        case CatalogueVersion():
            return words.say("fact.catalogue", hash=value.hash)
        case Delivery():
            status = words.label("delivery_status", value.status.value)
            return words.say("delivery.title", id=value.id, source=value.source, day=value.day or "–", status=status)
        case Absence():
            return words.say("delivery.absent", about=value.about, between=words.date(value.between))


def _relationship(value: Relationship, snapshot: Snapshot, words: Texts) -> str:
    return words.say(
        "fact.relationship",
        party=_name(value.interested_party.entity, snapshot),
        interest=words.interest(value.interest),
        subject=_name(value.subject.entity, snapshot),
        period=words.period(value.period),
    )


def _name(entity: str, snapshot: Snapshot) -> str:
    """Return the name of an entity, also where several bear it and no node is the one."""
    return entity.partition("#")[2] or snapshot.label(entity)


def _decision(value: Decision, snapshot: Snapshot, words: Texts) -> str:
    return words.say(
        "fact.decision",
        kind=words.code("decision_kinds", value.kind),
        number=value.number or value.id,
        authority=value.authority,
        date=words.date(value.date),
        respondent=_name(value.respondent.entity, snapshot),
    )


def number_of(decision: str, snapshot: Snapshot) -> str:
    """Return the number of a decision, its id where it has none or is not known."""
    try:
        return snapshot.decision(decision).value.number or decision
    except NotFound:
        return decision


def _naming(value: Naming, snapshot: Snapshot, words: Texts) -> str:
    none = words.say("fact.none")
    return words.say(
        "fact.naming",
        decision=number_of(value.decision, snapshot),
        name=value.name,
        posts=value.post_text or words.codes("roles", value.posts) or none,
        found=found_text(value, words) or none,
        imposed=imposed_text(value.imposed, words) or none,
    )


def found_text(value: Naming, words: Texts) -> str:
    """Return what a document finds of a person, in words; empty where it says nothing of it."""
    text = value.found_text or words.codes("roles", value.found_as)
    if value.responsible is False:
        plain = words.say("fact.not_responsible")
        return words.say("fact.found_more", found=plain, text=text) if text and text != plain else plain
    return text or (words.say("fact.responsible") if value.responsible else "")


def feature_text(feature: Mapping[str, Any], words: Texts) -> str:
    """Return a reason for or against two being one person, in words, with the two values that were compared."""
    name = words.label("feature", f"{feature['name']}.{feature['result']}")
    first, second = (_compared(feature["name"], feature[side], words) for side in ("first", "second"))
    return words.say("claim.feature", name=name, first=first, second=second) if first or second else name


def _compared(name: str, value: str, words: Texts) -> str:
    if name == "gender" and value:
        return words.label("sex", value)
    return words.codes("roles", value.split(", ")) if name == "post" and value else value


def imposed_text(imposed: tuple[Imposed, ...], words: Texts) -> str:
    """Return what a decision imposed, in words."""
    return words.words["list.clause"].join(_imposed(item, words) for item in imposed)


def _imposed(item: Imposed, words: Texts) -> str:
    act = words.code("acts", item.text or item.act)
    term = term_text(item.term, words)
    return words.say("fact.imposed", act=act, term=term) if term else act


def term_text(term: Term, words: Texts) -> str:
    """Return a term in words, empty where none was read."""
    if term.life:
        return words.say("term.life")
    parts = [words.say("term.years", years=term.years)] if term.years else []
    parts += [words.say("term.months", months=term.months)] if term.months else []
    return " ".join(parts)
