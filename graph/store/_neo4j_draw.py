"""Writing the model that an investigator sees (`_neo4j_model`), in the transaction that records the facts it is drawn from.

Relationships are found by their two ends and the key of their fact; a described node is found by its id and made anew of every
current fact that describes it. A node that nothing describes or speaks of any more is taken out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from graph.codec import load
from graph.model import Fact, Naming, Payload
from graph.store import _neo4j_model as model
from graph.store._neo4j_model import LABELS, NODES, PAIRS, Edge, Row
from graph.store._neo4j_rows import Ask

Said = tuple[int, Fact[Payload]]
"""A fact with the number of its recording."""

_KINDS: Final = ":".join([*dict.fromkeys(LABELS.values()), "Established", "Lead", "Blocked"])
# The texts below are made of the labels above alone; everything that comes from data is a parameter.
_STUB: Final = {
    label: f"UNWIND $rows AS row MERGE (n:{label} {{id: row.id}}) ON CREATE SET n += row.properties, n:$(row.labels)"
    for label in NODES
}
_DESCRIBE: Final = {
    label: f"""
UNWIND $rows AS row
MATCH (f:Fact {{seq: row.seq}}) MATCH (n:{label} {{id: row.id}})
CREATE (f)-[:DESCRIBES]->(n)
"""
    for label in NODES
}
_UNDESCRIBE: Final = "UNWIND $seqs AS seq MATCH (:Fact {seq: seq})-[d:DESCRIBES]->() DELETE d"
_DESCRIBED: Final = {
    label: f"""
UNWIND $ids AS id
MATCH (f:Fact)-[:DESCRIBES]->(:{label} {{id: id}})
RETURN id, f.kind, f.value ORDER BY id, f.seq
"""
    for label in NODES
}
_SET: Final = {
    label: f"""
UNWIND $rows AS row
MATCH (n:{label} {{id: row.id}})
REMOVE n:{_KINDS}
SET n = row.properties, n:$(row.labels)
"""
    for label in NODES
}
_LONELY: Final = {
    label: f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) WHERE NOT EXISTS {{ (n)--() }} DELETE n" for label in NODES
}
_JOIN: Final = {
    (start, end): f"""
UNWIND $rows AS row
MATCH (a:{start} {{id: row.start}}) MATCH (b:{end} {{id: row.end}})
CREATE (a)-[r:$(row.type)]->(b)
SET r = row.properties
"""
    for start, end in PAIRS
}
_PART: Final = {
    (start, end): f"""
UNWIND $rows AS row
MATCH (:{start} {{id: row.start}})-[r]->(:{end} {{id: row.end}}) WHERE r.key IN row.keys
DELETE r
"""
    for start, end in PAIRS
}
_EVENT_GONE: Final = "UNWIND $ids AS id MATCH (e:Event {id: id}) DELETE e"


def redraw(ask: Ask, new: Sequence[Said], old: Sequence[Said], on: date) -> None:
    """Draw facts that are current now, recorded on a day, and take out those that are not any more."""
    undraw(ask, old, on)
    joins = [edge for _, fact in new for edge in model.edges(fact, on)]
    _stubs(ask, new, joins)
    for pair, rows in _by_pair(joins).items():
        ask(_JOIN[pair], rows=[_joined(edge) for edge in rows])
    events = [row for _, fact in new if (row := model.event(fact))]
    if events:
        ask(_STUB["Event"], rows=events)
    _described(ask, new, old)
    _lonely(ask, old, on)


def undraw(ask: Ask, old: Sequence[Said], on: date) -> None:
    """Take out the relationships and descriptions of facts; their nodes stay until nothing holds them."""
    parts = [edge for _, fact in old for edge in model.edges(fact, on)]
    for pair, rows in _by_pair(parts).items():
        keys: dict[tuple[str, str], set[str]] = {}
        for edge in rows:
            keys.setdefault((edge.start[1], edge.end[1]), set()).add(edge.properties["key"])
        ask(_PART[pair], rows=[{"start": start, "end": end, "keys": sorted(some)} for (start, end), some in sorted(keys.items())])
    seqs = [seq for seq, fact in old if model.described(fact.value)]
    if seqs:
        ask(_UNDESCRIBE, seqs=seqs)
    events = [fact.key for _, fact in old if model.event(fact)]
    if events:
        ask(_EVENT_GONE, ids=events)


def _stubs(ask: Ask, new: Sequence[Said], joins: Iterable[Edge]) -> None:
    """See that every node is there before something points to it."""
    unread = {
        model.named(fact.key, fact.value): fact.value.name
        for _, fact in new
        if isinstance(fact.value, Naming) and fact.value.party is None
    }
    wanted = {end for edge in joins for end in (edge.start, edge.end)}
    wanted |= {found for _, fact in new if (found := model.described(fact.value))}
    for label in NODES:
        rows = [model.stub(label, node, unread.get(node, "")) for kind, node in sorted(wanted) if kind == label]
        if rows:
            ask(_STUB[label], rows=rows)


def _described(ask: Ask, new: Sequence[Said], old: Sequence[Said]) -> None:
    """Make the described nodes anew of what describes them now."""
    for label in NODES:
        found = [(seq, node) for seq, fact in new if (node := model.described(fact.value)) and node[0] == label]
        mine = [{"seq": seq, "id": node[1]} for seq, node in found]
        if mine:
            ask(_DESCRIBE[label], rows=mine)
        ids = {node[1] for _, node in found}
        ids |= {node[1] for _, fact in old if (node := model.described(fact.value)) and node[0] == label}
        if not ids:
            continue
        values: dict[str, list[Payload]] = {ident: [] for ident in sorted(ids)}
        for ident, kind, text in ask(_DESCRIBED[label], ids=list(values)):
            values[ident].append(load(kind, text))
        ask(_SET[label], rows=[model.node(label, ident, said) for ident, said in values.items()])


def _lonely(ask: Ask, old: Sequence[Said], on: date) -> None:
    """Take out the nodes that facts spoke of, as far as nothing holds them any more."""
    touched = {end for _, fact in old for edge in model.edges(fact, on) for end in (edge.start, edge.end)}
    touched |= {found for _, fact in old if (found := model.described(fact.value))}
    for label in NODES:
        ids = sorted(node for kind, node in touched if kind == label)
        if ids:
            ask(_LONELY[label], ids=ids)


def _by_pair(edges: Iterable[Edge]) -> dict[tuple[str, str], list[Edge]]:
    found: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        found.setdefault((edge.start[0], edge.end[0]), []).append(edge)
    return found


def _joined(edge: Edge) -> Row:
    return {"start": edge.start[1], "end": edge.end[1], "type": edge.type, "properties": edge.properties}
