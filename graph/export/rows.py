"""Rows of an extract: the same columns in CSV, Parquet, Excel, GraphML and the bulk import of Neo4j.

A date is a day only where it is known; `from` and `until` are the words of the source, and their bounds stand beside them.

Invariants (tests/unit/test_export_formats.py holds one test a number)
1. What is not known is None, never a day, a zero or a word that stands for it.
2. The columns are the same in every row, in this order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final

from graph import codes
from graph.calling import former_names
from graph.dates import OPEN, UNKNOWN, PartialDate
from graph.export.extract import Extract
from graph.export.standings import Stand
from graph.export.told import Edge, Node, Said
from graph.model import Decision, Fact, Finding, Naming

Row = dict[str, Any]
PARTIES: Final = ("id", "kind", "kind_zh", "name", "former_names", "other_names", "identifiers", "attributes", "sources")
RELATIONSHIPS: Final = (
    "party", "subject", "interest", "interest_zh", "from", "from_earliest", "from_latest", "until", "until_earliest",
    "until_latest", "registered", "share_least_percent", "share_most_percent", "amount_yuan", "text", "sure", "source", "file",
    "row", "fact",
)  # fmt: skip
DECISIONS: Final = (
    "id", "kind", "kind_zh", "number", "authority", "date", "date_earliest", "date_latest", "respondent", "acts", "acts_zh",
    "conduct", "basis", "standing", "standing_by", "standing_number", "standing_on", "source", "file", "row", "fact",
)  # fmt: skip
NAMINGS: Final = (
    "decision", "party", "name", "posts", "found_as", "found_text", "responsible", "imposed", "source", "file", "row", "fact",
)  # fmt: skip
FINDINGS: Final = (
    "id", "outcome", "status", "origin", "effect", "decision", "company", "party", "party_kind", "role", "rule", "clause",
    "measures", "basis", "from", "until", "until_date", "premises",
)  # fmt: skip
JOIN: Final = "; "
TABLES: Final[dict[str, tuple[tuple[str, ...], Callable[[Extract], Iterator[Row]]]]] = {
    "parties": (PARTIES, lambda extract: map(party, extract.nodes())),
    "relationships": (RELATIONSHIPS, lambda extract: map(relationship, extract.edges())),
    "decisions": (DECISIONS, lambda extract: _decisions(extract)),
    "namings": (NAMINGS, lambda extract: map(naming, extract.namings())),
    "findings": (FINDINGS, lambda extract: _findings(extract)),
}
"""Table -> its columns, and how its rows are read."""


def party(node: Node) -> Row:
    """Return the row of a node."""
    former = former_names(node.names)
    others = [name.text for name in node.names if name.text not in former and name.text != node.label]
    return {
        "id": node.id,
        "kind": node.kind,
        "kind_zh": codes.load("entity_kinds").label(node.kind, "zh"),
        "name": node.label,
        "former_names": _listed(former),
        "other_names": _listed(dict.fromkeys(others)),
        "identifiers": _listed(f"{number.scheme}:{number.value}" for number in node.identifiers),
        "attributes": _listed(f"{name}={value}" for name, value in node.attributes),
        "sources": _listed(sorted({fact.origin.source for fact in node.facts})),
    }


def relationship(edge: Edge) -> Row:
    """Return the row of an edge."""
    value, share = edge.value, edge.value.share
    return {
        "party": edge.party,
        "subject": edge.subject,
        "interest": value.interest,
        "interest_zh": interest_label(value.interest, "zh"),
        **dated("from", value.period.start),
        **dated("until", value.period.end),
        "registered": str(value.registered) if value.registered else None,
        "share_least_percent": share.minimum / 10_000 if share else None,
        "share_most_percent": share.maximum / 10_000 if share else None,
        "amount_yuan": value.amount_fen / 100 if value.amount_fen is not None else None,
        "text": value.text or None,
        "sure": edge.sure,
        **_origin(edge.fact),
    }


def _decisions(extract: Extract) -> Iterator[Row]:
    stands = extract.standings.decision
    yield from (decision(said, stands(said.value.id)) for said in extract.decisions())
    yield from (undescribed(each, stands(each)) for each in extract.undescribed())


def _findings(extract: Extract) -> Iterator[Row]:
    return (finding(said, extract.standings.finding(said.value.id)) for said in extract.findings())


def decision(said: Said[Decision], stand: Stand | None = None) -> Row:
    """Return the row of a decision, with how it stands on the day of the export."""
    value, acts = said.value, codes.load("acts")
    return {
        "id": value.id,
        "kind": value.kind,
        "kind_zh": codes.load("decision_kinds").label(value.kind, "zh"),
        "number": value.number or None,
        "authority": value.authority,
        **dated("date", value.date),
        "respondent": said.party,
        "acts": _listed(value.acts),
        "acts_zh": _listed(acts.label(act, "zh") for act in value.acts),
        "conduct": str(value.conduct) if value.conduct else None,
        "basis": _listed(value.basis),
        **stands(stand),
        **_origin(said.fact),
    }


def undescribed(decision: str, stand: Stand | None = None) -> Row:
    """Return the row of a decision of which no more is known than that it is spoken of."""
    return dict.fromkeys(DECISIONS) | {"id": decision, **stands(stand)}


def stands(stand: Stand | None) -> Row:
    """Return how a decision stands, as the tables and the drawn formats say it."""
    said = (stand.code, stand.by, stand.number, stand.on) if stand else ()
    names = ("standing", "standing_by", "standing_number", "standing_on")
    return dict.fromkeys(names) | {name: text or None for name, text in zip(names, said, strict=False)}


def naming(said: Said[Naming]) -> Row:
    """Return the row of what a decision says of one person."""
    value = said.value
    return {
        "decision": value.decision,
        "party": said.party,
        "name": value.name,
        "posts": _listed(value.posts),
        "found_as": _listed(value.found_as),
        "found_text": value.found_text or None,
        "responsible": value.responsible,
        "imposed": _listed(each.act for each in value.imposed),
        **_origin(said.fact),
    }


def finding(said: Said[Finding], status: str | None = None) -> Row:
    """Return the row of a finding, with its status on the day of the export and the answer to each of its premises."""
    value = said.value
    return {
        "id": value.id,
        "outcome": value.outcome.value,
        "status": status,
        "origin": value.origin,
        "effect": value.effect,
        "decision": value.decision,
        "company": value.company,
        "party": said.party,
        "party_kind": value.party_kind,
        "role": value.role,
        "rule": value.rule,
        "clause": value.clause,
        "measures": _listed(measure.name_zh for measure in value.measures),
        "basis": _listed(f"{basis.instrument} {basis.article}" for basis in value.basis),
        "from": value.start,
        "until": value.until,
        "until_date": None if value.until in (None, "life") else date.fromisoformat(value.until),
        "premises": _listed(f"{premise.name}: {premise.state.value} ({premise.reason})" for premise in value.premises),
    }


def interest_label(code: str, lang: str) -> str:
    """Return the name of an office or another interest."""
    interests = codes.load("interests")
    return interests.label(code, lang) if code in interests else codes.load("roles").label(code, lang)


def dated(name: str, day: PartialDate) -> Row:
    """Return a date as its words and its bounds; what still holds has no bounds."""
    first = None if day.earliest == date.min or day == OPEN else day.earliest
    last = None if day.latest == date.max else day.latest
    return {name: None if day == UNKNOWN else str(day), f"{name}_earliest": first, f"{name}_latest": last}


def _origin(fact: Fact[Any]) -> Row:
    return {"source": fact.origin.source, "file": fact.origin.file, "row": fact.origin.row, "fact": fact.id}


def _listed(texts: Any) -> str | None:
    return JOIN.join(texts) or None
