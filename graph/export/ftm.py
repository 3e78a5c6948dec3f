"""FollowTheMoney 4.11 entities, as JSON lines: parties, what they hold, and the decisions against enterprises.

Source: https://followthemoney.tech/explorer/. Ids of that model have no room for ours, so an entity has a hash of its own id, and
the id itself as `recordId` (of an edge) or in `notes`. Findings are not exported: there an entity with a sanction is a sanctioned
one, and a finding is no more than a proposal. A decision is attached to its respondent alone, and only where that is no natural
person, whatever its id.

Invariants (tests/unit/test_export_formats.py holds one test a number)
1. The followthemoney package reads every entity, finds each of them valid and leaves nothing out, whatever was loaded.
2. What the model cannot say is counted, by what it is: bounds of a share, days known only between bounds that are no month or year,
   texts that are too long for their property.
3. No natural person has a sanction from us: the decisions on one are counted as left out.
4. What is void from the beginning is no sanction, and is counted as left out; what is over says so, with its last day.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from graph import codes
from graph.calling import former_names
from graph.dates import OPEN, UNKNOWN, PartialDate, Period
from graph.export import losses
from graph.export.extract import Extract
from graph.export.posts import out_of_words, post_of
from graph.export.rows import interest_label
from graph.export.standings import STANDS, Stand
from graph.export.told import REGISTRATION, SCHEMES, Edge, Node, Said
from graph.identifiers import check_uscc
from graph.model import Decision, Relationship, appearance_parts

Properties = dict[str, list[str]]
_ENDS: Final = {
    "Ownership": ("owner", "asset"),
    "Directorship": ("director", "organization"),
    "Employment": ("employee", "employer"),
    "Representation": ("agent", "client"),
    "Membership": ("member", "organization"),
    "UnknownLink": ("subject", "object"),
}
"""Schema of an edge -> the properties of party and subject."""
_LONGEST: Final = {
    "name": 384, "previousName": 384, "alias": 384, "full": 250, "uscCode": 64, "registrationNumber": 64,
    "notes": 65_000, "summary": 65_000, "reason": 65_000,
}  # fmt: skip
"""Characters that a property holds."""
_SHORT: Final = 1_024
"""Characters that any other property holds."""
PERSON: Final = "person"
"""Kind of a natural person."""
_LEAST: Final = frozenset(("other_post", "linked_to"))
"""What a post or a link is called of which nothing else is known."""
_NOTHING: Final = " \t\r\n\"'`“”‘’«»"
"""Characters of which a text consists that says nothing."""
_NUMBERS: Final = {"uscc": "uscCode", "registration": "registrationNumber", "cn_stock": "registrationNumber"}


def write(extract: Extract, out: Path) -> dict[str, int]:
    """Write an extract; return how much of what was written, and as `without …` what the model has no word for."""
    counts: Counter[str] = Counter()
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for entity in _entities(extract, counts):
            file.write(json.dumps(entity, ensure_ascii=False, separators=(",", ":")) + "\n")
    return dict(counts)


def entity_id(own: str) -> str:
    """Return the id under which something of ours stands there."""
    return f"zeren-{hashlib.sha256(own.encode()).hexdigest()[:32]}"


def _entities(extract: Extract, counts: Counter[str]) -> Iterator[dict[str, Any]]:
    kinds = codes.load("entity_kinds")
    for node in extract.nodes():
        schema = kinds.get(node.kind).ftm
        if ":" in schema or node.unread:
            counts["without unread_name" if node.unread else f"without {node.kind}"] += 1
            continue
        counts["parties"] += 1
        counts.update(_lost(node))
        yield _entity(schema, entity_id(node.id), _described(node), counts)
    for edge in extract.edges():
        found = None if any(":" in kinds.get(kind).ftm for kind in edge.kinds) else _edge(edge)
        if found is None:
            counts[f"without {edge.value.interest}"] += 1
            continue
        share = edge.value.share
        counts["relationships"] += 1
        counts["without bounds_of_share"] += bool(share and share.minimum != share.maximum)
        counts["without bounds_of_date"] += not _said(edge.value.period)
        counts["without amount"] += edge.value.amount_fen is not None
        worded = _words(edge.value, found[0]) is not None or edge.value.text == interest_label(edge.value.interest, "zh")
        counts.update(losses.of_edge(edge, worded=worded))
        yield _entity(found[0], entity_id(edge.fact.key), found[1], counts)
    for said in extract.decisions():
        made = _decision(said, extract.standings.decision(said.value.id)) if extract.kind(said.party) != PERSON else None
        if made is not None:
            counts["decisions"] += 1
            yield _entity("Sanction", entity_id(f"decision/{said.value.id}"), made, counts)
    counts.update(losses.of_cases(extract, counts["decisions"]))


def _lost(node: Node) -> Counter[str]:
    """Count what an entity does not say: attributes, of what kind a number is, and the id of what has no number."""
    lost = losses.of_node(node, (*SCHEMES, *((losses.FOUNDED,) if losses.founded(node) and _is_party(node) else ())))
    lost["without kind_of_number"] += sum(number.scheme not in ("uscc", REGISTRATION) for number in node.identifiers)
    lost["without kind_of_number"] += sum(name in SCHEMES for name, _ in node.attributes)
    lost["without own_id"] += node.kind in ("address", "tender")
    return lost


def _is_party(node: Node) -> bool:
    return node.kind not in ("address", "tender", "person", "vessel", "aircraft")


def _entity(schema: str, own: str, properties: Properties, counts: Counter[str]) -> dict[str, Any]:
    """Return an entity of what its properties have room for; what they have not is counted."""
    fitting = {name: [text for text in texts if _fits(name, text)] for name, texts in properties.items()}
    counts.update({f"without {name}": len(texts) - len(fitting[name]) for name, texts in properties.items()})
    return {"id": own, "schema": schema, "properties": {name: texts for name, texts in fitting.items() if texts}}


def _fits(name: str, text: str) -> bool:
    return len(text) <= _LONGEST.get(name, _SHORT) and bool(text.strip(_NOTHING))


def _described(node: Node) -> Properties:
    parts = appearance_parts(node.id)
    former = former_names(node.names)
    said: Properties = {
        "name": [node.label],
        "previousName": list(former),
        "alias": [name.text for name in node.names if name.text not in former and name.text != node.label],
        "notes": [node.id],
    }
    if node.kind == "address":
        return {"full": [node.label], "notes": [node.id]}
    for number in node.identifiers:
        property_ = _NUMBERS.get(number.scheme, "registrationNumber")
        if property_ == "uscCode" and not _is_usc_code(number.value):
            property_ = "registrationNumber"
        said.setdefault(property_, []).append(number.value)
    said["incorporationDate"] = list(losses.founded(node)) if _is_party(node) and not parts else []
    if node.kind == "tender":
        return {"title": [node.label], "notes": [node.id]}
    return said


def _is_usc_code(text: str) -> bool:
    """Whether the model takes a number for a unified social credit code: one that passes its check and begins with eight digits."""
    return check_uscc(text).ok and text[:8].isdigit()


def _edge(edge: Edge) -> tuple[str, Properties] | None:
    value = edge.value
    roles, kinds = codes.load("roles"), codes.load("interests")
    schema = (kinds.get(value.interest) if value.interest in kinds else roles.get(value.interest)).ftm
    if schema == "Control":
        schema = "UnknownLink"
    if value.interest == "is_at":
        return "UnknownLink", _ends(edge, "UnknownLink")
    if value.interest in _LEAST and (came := out_of_words(value.text)[0]) in _ENDS:
        schema = came  # it came as that, and there is no word of ours that says more
    return (schema, _ends(edge, schema)) if schema in _ENDS else None


def _ends(edge: Edge, schema: str) -> Properties:
    value, (party, subject), words = edge.value, _ENDS[schema], _words(edge.value, schema)
    exact = value.share is not None and value.share.minimum == value.share.maximum
    made: Properties = {
        party: [entity_id(edge.party)],
        subject: [entity_id(edge.subject)],
        "role": [interest_label(value.interest, "zh")] if words is None else [words] if words else [],
        "startDate": [text for text in [_date(value.period.start)] if text],
        "endDate": [text for text in [_date(value.period.end)] if text],
        "recordId": [edge.fact.key],
        "summary": [] if _said(value.period) else [str(value.period)],
    }
    if schema == "Ownership" and value.share is not None:
        bounds = f"{value.share.minimum / 10_000:g}-{value.share.maximum / 10_000:g} %"
        made |= {"percentage": [f"{value.share.minimum / 10_000:g}"]} if exact else {"summary": [*made["summary"], bounds]}
    return made


def _words(value: Relationship, schema: str) -> str | None:
    """Return the role in the words of its source where they are read as the same again; None where our word must say it."""
    if post_of(value.text) == value.interest:
        return value.text
    came, word = out_of_words(value.text)
    return word if came == schema else None


def _said(period: Period) -> bool:
    """Whether the model can say a period: an unknown start has no date, but no date is also an end that has not come."""
    return _date(period.start) is not None and _date(period.end) is not None and period.end != UNKNOWN


def _date(day: PartialDate) -> str | None:
    """Return a date as the model writes it: a day, month or year; empty for none, None for one that it cannot say."""
    if day in (OPEN, UNKNOWN):
        return ""
    return losses.sayable(str(day)) or None


def _decision(said: Said[Decision], stand: Stand | None) -> Properties | None:
    value = said.value
    kind = codes.load("decision_kinds").get(value.kind)
    if kind.ftm != "Sanction" or (stand is not None and stand.void):
        return None
    acts = codes.load("acts")
    day = _date(value.date)
    return {
        "entity": [entity_id(said.party)],
        "authority": [value.authority],
        "program": [kind.zh],
        "reason": [acts.label(act, "zh") for act in value.acts],
        "provisions": list(value.basis),
        "recordId": [value.number or value.id],
        "listingDate": [day] if day else [],
        "status": [stand.code] if stand is not None and stand.code != STANDS else [],
        "endDate": [day for day in [losses.sayable(stand.on)] if day] if stand is not None and stand.over else [],
    }
