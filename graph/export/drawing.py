"""An extract in the model of docs/neo4j.md: the nodes and relationships that GraphML, Cypher and the bulk import hold.

Persons are told apart and joined already, as the graph has them, so nobody needs `bearer` or `SAME_PERSON`. Of the record there
is the current wording of each relationship with the audit row of its version, as far as the format has room for it.

Invariants (tests/unit/test_export_drawing.py holds one test a number)
1. Labels, types and properties are those of a store in Neo4j, and besides how decisions and findings stand; an edge whose end could
   be one of several people says `sure: false`.
2. Every node comes once, and each relationship stands between two of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from graph.export.extract import Extract
from graph.export.remembered import Remembered
from graph.export.rows import stands
from graph.export.told import UNREAD, Node
from graph.model import Fact, Payload
from graph.store import _neo4j_model as model
from graph.store._neo4j_model import Edge, Row
from graph.store.audit import moment

LABELS: Final = ("Party", "Decision", "Finding", "Fact", "Audit")
"""Labels by which nodes are told apart; the last two are of the record."""
TABLE_OF: Final = {"Party": "parties", "Decision": "decisions", "Finding": "findings"}
_OF_EDGE: Final = {"NAMES": "namings", "AGAINST": "", "REACHES": "", "ANSWERS_FOR": ""}


@dataclass(frozen=True, slots=True)
class Vertex:
    """A node: `label` and `id` tell it apart, `labels` are all of its labels."""

    label: str
    id: str
    labels: tuple[str, ...]
    properties: Row


def vertices(extract: Extract) -> Iterator[Vertex]:
    """Yield parties, decisions and findings."""
    for node in extract.nodes():
        yield _party(node)
    yield from _decisions(extract)
    for finding in extract.findings():
        said = {"status": extract.standings.finding(finding.value.id)}
        yield _saying(_vertex("Finding", finding.value.id, [finding.value]), said)


def _party(node: Node) -> Vertex:
    made = _vertex("Party", node.id, [fact.value for fact in node.facts], node.label)
    properties = made.properties | {"kind": node.kind} if node.facts or node.kind == "person" else made.properties
    return replace(made, properties=properties)


def _decisions(extract: Extract) -> Iterator[Vertex]:
    """Yield the decisions; one that several sources describe is the sum of what they say."""
    several = Remembered()
    for said in extract.decisions():
        if extract.is_repeated(said.value.id):
            several.put(said.value.id)
        else:
            yield _standing(extract, said.value.id, [said.value])
    for ident, values in extract.described(several):
        yield _standing(extract, ident, values)
    for ident in extract.undescribed():
        yield _standing(extract, ident, [])


def _standing(extract: Extract, ident: str, values: Sequence[Payload]) -> Vertex:
    return _saying(_vertex("Decision", ident, values), stands(extract.standings.decision(ident)))


def _saying(made: Vertex, more: Row) -> Vertex:
    """Return a node that says more, as far as that is known: how it stands, which a store does not hold."""
    return replace(made, properties=made.properties | {name: value for name, value in more.items() if value is not None})


def _vertex(label: str, ident: str, values: Sequence[Payload], name: str = "") -> Vertex:
    made = model.node(label, ident, values)
    properties: Row = made["properties"]
    if name and not properties.get("name") and name != ident:
        properties |= {"name": name, "names": [name]}
    labels = made["labels"] or (["Person"] if ident.startswith(UNREAD) else [])
    return Vertex(label, ident, (label, *labels), properties)


def edges(extract: Extract, today: date) -> Iterator[Edge]:
    """Yield the relationships, as known on a day: between parties, then of decisions, then of findings."""
    for edge in extract.edges():
        (drawn,) = model.edges(edge.fact, today)
        sure = {} if edge.sure else {"sure": False}
        yield _between(drawn, ("Party", edge.party), ("Party", edge.subject), drawn.properties | sure)
    for told in (extract.decisions(), extract.namings(), extract.findings()):
        for said in told:
            yield from _of(said.fact, said.party, today)
    for link in extract.links():
        yield from model.edges(link, today)


def _of(fact: Fact[Any], party: str, today: date) -> Iterator[Edge]:
    for drawn in model.edges(fact, today):
        end = ("Party", party) if drawn.end[0] == "Party" else drawn.end
        properties = drawn.properties | ({"party": party} if drawn.type == "REACHES" else {})
        yield _between(drawn, drawn.start, end, properties)


def _between(drawn: Edge, start: tuple[str, str], end: tuple[str, str], properties: Row) -> Edge:
    return Edge(start, end, drawn.type, {name: value for name, value in properties.items() if name != "bearer"})


def record(extract: Extract) -> Iterator[Vertex]:
    """Yield the current wording of each relationship, then the audit rows of their versions."""
    versions = Remembered()
    for edge in extract.edges():
        fact, recorded = edge.fact, edge.recorded
        versions.put(str(recorded.version))
        said = {"id": fact.id, "key": fact.key, "kind": "relationship", "version": recorded.version}
        said |= {"operation": recorded.operation.value, "at": moment(recorded.recorded_at)}
        said |= {"source": fact.origin.source, "file": fact.origin.file, "row": fact.origin.row}
        yield Vertex("Fact", fact.id, ("Fact",), said)
    for row in extract.store.audit():
        if str(row.version) in versions:
            said = {"version": row.version, "at": moment(row.at), "by": row.by, "what": row.what}
            yield Vertex("Audit", str(row.version), ("Audit",), said)


def counted(edge: Edge) -> str:
    """Return under which name an export counts a relationship; none for one that belongs to what is counted already."""
    if edge.start[0] == edge.end[0] == "Decision":
        return "links"
    return "relationships" if edge.start[0] == edge.end[0] else _OF_EDGE[edge.type]
