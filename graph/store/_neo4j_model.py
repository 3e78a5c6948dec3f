"""What of the record an investigator sees in Neo4j: nodes and relationships with the words of the field.

Pure: from what a fact says to rows; `_neo4j_draw` writes them. docs/neo4j.md shows the model.

Invariants (tests/unit/test_store_neo4j_model.py holds one test a number)
1. What still holds, what has ended and what may have ended are three relationship types: `DIRECTOR`, `WAS_DIRECTOR`,
   `PERHAPS_DIRECTOR`. An unknown end is not an open end.
2. A date is a Neo4j date only where the day is known; the bounds stand beside it, and the words of the source in `period`.
3. A node that several sources describe is the sum of what they say; what is no longer said leaves it.
4. A name that could not be read is a person of its own, joined with nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from graph.codes import load
from graph.dates import OPEN, PartialDate, Period
from graph.model import (
    ClaimRuling,
    Decision,
    DecisionLink,
    Entity,
    Event,
    Fact,
    Finding,
    Naming,
    Payload,
    Relationship,
    Share,
    appearance_parts,
    node_parts,
)
from graph.store.mentions import STRONG

Row = dict[str, Any]
LABELS: Final = {
    "company": "Company",
    "person": "Person",
    "authority": "Authority",
    "other_organisation": "Organisation",
    "address": "Address",
    "telephone": "Telephone",
    "tender": "Tender",
    "vessel": "Vessel",
    "aircraft": "Aircraft",
}
"""Kind of entity -> label."""
NODES: Final = ("Party", "Decision", "Finding", "Event")
"""Labels under which a node is found by its id."""
PAIRS: Final = (
    ("Party", "Party"),
    ("Decision", "Party"),
    ("Decision", "Decision"),
    ("Finding", "Party"),
    ("Finding", "Decision"),
)
"""What the relationships of the model join."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A relationship: from a node to a node, each (label, id), of a type, with properties; `key` is the fact's."""

    start: tuple[str, str]
    end: tuple[str, str]
    type: str
    properties: Row


def type_of(code: str, period: Period, on: date) -> str:
    """Return the type of a relationship as it was known on a day."""
    end, name = period.end, code.upper()
    if end == OPEN or end.earliest >= on:
        return name
    return f"WAS_{name}" if end.latest < on else f"PERHAPS_{name}"


def described(value: Payload) -> tuple[str, str] | None:
    """Return (label, id) of the node that a fact describes, None where it describes none."""
    match value:
        case Entity():
            return "Party", value.id
        case Decision():
            return "Decision", value.id
        case Finding():
            return "Finding", value.id
        case _:
            return None


def edges(fact: Fact[Payload], on: date) -> list[Edge]:
    """Return the relationships that a fact draws, as known on the day it was recorded."""
    source = {"key": fact.key, "fact": fact.id, "source": fact.origin.source, "file": fact.origin.file, "row": fact.origin.row}
    flags = {"flags": list(fact.flags)} if fact.flags else {}
    return [Edge(each.start, each.end, each.type, each.properties | source | flags) for each in _edges(fact, on)]


def _edges(fact: Fact[Payload], on: date) -> Iterator[Edge]:
    value = fact.value
    match value:
        case Relationship():
            ends = ("Party", value.interested_party.entity), ("Party", value.subject.entity)
            yield Edge(*ends, type_of(value.interest, value.period, on), _relationship(value))
        case Decision():
            bearer = _filled(bearer=value.respondent.bearer)
            yield Edge(("Decision", value.id), ("Party", value.respondent.entity), "AGAINST", bearer)
        case Naming():
            yield Edge(("Decision", value.decision), ("Party", named(fact.key, value)), "NAMES", _naming(value))
        case DecisionLink():
            ends = ("Decision", value.decision), ("Decision", value.other)
            yield Edge(*ends, value.relation.upper(), _dated("since", value.since) if value.since else {})
        case ClaimRuling(ruling="accepted" | "rejected"):
            first, second = (("Party", node_parts(node)[0]) for node in (value.first, value.second))
            said = {"by": value.by, "reason": value.reason, "first": value.first, "second": value.second}
            yield Edge(first, second, "SAME_PERSON" if value.ruling == "accepted" else "NOT_SAME_PERSON", said)
        case Finding():
            node = ("Finding", value.id)
            yield Edge(node, ("Party", base(value.party)), "REACHES", {"role": value.role, "party": value.party})
            yield Edge(node, ("Decision", value.decision), "ANSWERS_FOR", {})


def named(key: str, naming: Naming) -> str:
    """Return the id of whom a decision names: a name that could not be read is nobody else."""
    return naming.party.entity if naming.party is not None else f"unread:{key}"


def base(party: str) -> str:
    """Return the appearance of a party, whichever bearer of it is meant."""
    return node_parts(party)[0] if "#" in party else party


def stub(label: str, node: str, name: str = "") -> Row:
    """Return the properties and labels of a node that facts speak of and none describes."""
    parts = appearance_parts(node) if label == "Party" else None
    person = parts is not None or node.startswith("unread:")
    called = parts[1] if parts else name
    return {
        "id": node,
        "labels": ["Person"] if label == "Party" and person else [],
        "properties": {"id": node} | ({"name": called, "names": [called]} if called else {}),
    }


def node(label: str, ident: str, values: Sequence[Payload]) -> Row:
    """Return the properties and labels of a node from all that describes it, in the order recorded."""
    made = stub(label, ident)
    for value in values:
        labels, properties = _described(value)
        made["labels"] = sorted({*made["labels"], *labels})
        both = {key: _joined(made["properties"].get(key), new) for key, new in properties.items()}
        made["properties"] = made["properties"] | both | {"id": ident}
    return made


def event(fact: Fact[Payload]) -> Row | None:
    """Return the node of an event, None for any other fact; its key is its id."""
    value = fact.value
    if not isinstance(value, Event):
        return None
    said = _filled(id=fact.key, kind=value.kind, about=value.about, by=value.by, text=value.text) | _dated("on", value.on)
    return {"id": fact.key, "labels": [], "properties": said}


def _described(value: Payload) -> tuple[list[str], Row]:
    match value:
        case Entity():
            return [LABELS.get(value.kind, "Organisation")], _entity(value)
        case Decision():
            return [], _decision(value)
        case Finding():
            return [value.outcome.value.capitalize()], _finding(value)
        case _:
            return [], {}


def _joined(old: Any, new: Any) -> Any:
    """Return what two sources say: lists grow, of anything else the latest stands."""
    return list(dict.fromkeys([*old, *new])) if isinstance(old, list) and isinstance(new, list) else new


def _entity(value: Entity) -> Row:
    now = [name.text for name in value.names if name.kind == "full" and name.period.end == OPEN]
    former = [name.text for name in value.names if name.kind == "former" or name.period.end != OPEN]
    names = list(dict.fromkeys(name.text for name in value.names))
    called = (now or names or [""])[0]
    numbers = {item.scheme: item.value for item in value.identifiers if item.scheme != STRONG}
    said = _filled(kind=value.kind, name=called, names=names, former_names=former)
    return dict(value.attributes) | numbers | said


def _decision(value: Decision) -> Row:
    kind = load("decision_kinds")
    return _filled(
        kind=value.kind,
        kind_zh=kind.label(value.kind, "zh") if value.kind in kind else "",
        number=value.number,
        authority=value.authority,
        authority_level=value.authority_level,
        region=value.region,
        acts=list(value.acts),
        basis=list(value.basis),
        cites=list(value.cites),
        imposed=[each.act for each in value.imposed],
        conduct=str(value.conduct) if value.conduct else None,
        conduct_text=value.conduct_text,
        valid=str(value.valid) if value.valid else None,
    ) | _dated("date", value.date)


def _finding(value: Finding) -> Row:
    return _filled(
        outcome=value.outcome.value,
        origin=value.origin,
        effect=value.effect,
        role=value.role,
        rule=value.rule,
        rule_version=value.rule_version,
        clause=value.clause,
        company=value.company,
        measures=[measure.name_zh for measure in value.measures],
        basis=[f"{each.instrument} {each.article}" for each in value.basis],
        premises=[f"{each.name}: {each.state.value}" for each in value.premises],
        evidence=list(value.path),
        start=value.start,
        until=value.until,
    )


def _naming(value: Naming) -> Row:
    return _filled(
        name=value.name,
        bearer=value.party.bearer if value.party else None,
        posts=list(value.posts),
        post_text=value.post_text,
        found_as=list(value.found_as),
        found_text=value.found_text,
        responsible=value.responsible,
        imposed=[each.act for each in value.imposed],
        text=value.text,
    )


def _relationship(value: Relationship) -> Row:
    said = _filled(
        bearer=value.interested_party.bearer,
        amount_fen=value.amount_fen,
        text=value.text,
        period=str(value.period),
        registered=str(value.registered) if value.registered else None,
    )
    return said | _dated("since", value.period.start) | _dated("until", value.period.end) | _share(value.share)


def _share(share: Share | None) -> Row:
    if share is None:
        return {}
    exact = {"share": share.minimum / 10_000} if share.minimum == share.maximum else {}
    return exact | {"share_minimum": share.minimum / 10_000, "share_maximum": share.maximum / 10_000}


def _dated(name: str, day: PartialDate) -> Row:
    """Return a date as properties: the day if known, else the bounds that are known."""
    if day == OPEN:
        return {}
    first = {f"{name}_earliest": day.earliest} if day.earliest != date.min else {}
    last = {f"{name}_latest": day.latest} if day.latest != date.max else {}
    return {name: day.day} if day.day else first | last


def _filled(**properties: Any) -> Row:
    return {name: value for name, value in properties.items() if value not in (None, "", [])}
