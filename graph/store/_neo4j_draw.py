"""Writing the model that an investigator sees (`_neo4j_model`), in the transaction that records the facts it is drawn from.

Relationships are found by their two ends and the key of their fact; a described node is found by its id and made anew of every
current fact that describes it. A node that nothing describes or speaks of any more is taken out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, Final

from graph.codec import load
from graph.model import Fact, Naming, Payload
from graph.store import _neo4j_model as model
from graph.store._neo4j_model import LABELS, NODES, PAIRS, Edge, Row
from graph.store._neo4j_rows import Ask

Said = tuple[int, Fact[Payload]]
"""A fact with the number of its recording."""

_KINDS: Final = ":".join([*dict.fromkeys(LABELS.values()), "Established", "Lead", "Blocked"])
# The texts below are made of the labels above alone; everything that comes from data is a parameter. Each says by which index it is
# to seek: left alone, the server may plan to read a whole index for each id (tests/neo4j/test_plans.py).
_LOOK: Final = {
    label: f"""
UNWIND $ids AS id
MATCH (n:{label} {{id: id}}) USING INDEX SEEK n:{label}(id)
RETURN id, COUNT {{ (n)<-[:DESCRIBES]-() }} > 0
"""
    for label in NODES
}
_UNDESCRIBE: Final = "UNWIND $seqs AS seq MATCH (f:Fact {seq: seq})-[d:DESCRIBES]->() USING INDEX SEEK f:Fact(seq) DELETE d"
_DESCRIBE: Final = {
    label: f"""
UNWIND $rows AS row
MATCH (n:{label} {{id: row[0]}}) USING INDEX SEEK n:{label}(id)
UNWIND row[1] AS seq
MATCH (f:Fact {{seq: seq}}) USING INDEX SEEK f:Fact(seq)
CREATE (f)-[:DESCRIBES]->(n)
"""
    for label in NODES
}
_DESCRIBED: Final = {
    label: f"""
UNWIND $ids AS id
MATCH (n:{label} {{id: id}})<-[:DESCRIBES]-(f:Fact) USING INDEX SEEK n:{label}(id)
RETURN id, f.kind, f.value ORDER BY id, f.seq
"""
    for label in NODES
}
_SET: Final = {
    label: f"""
UNWIND $rows AS row
MATCH (n:{label} {{id: row.id}}) USING INDEX SEEK n:{label}(id)
REMOVE n:{_KINDS}
SET n = row.properties, n:$(row.labels)
"""
    for label in NODES
}
_LONELY: Final = {
    label: f"""
UNWIND $ids AS id
MATCH (n:{label} {{id: id}}) USING INDEX SEEK n:{label}(id)
WHERE NOT EXISTS {{ (n)--() }}
DELETE n
"""
    for label in NODES
}
_JOIN: Final = {
    (start, end): f"""
UNWIND $rows AS row
MATCH (b:{end} {{id: row[0]}}) USING INDEX SEEK b:{end}(id)
UNWIND row[1] AS one
MATCH (a:{start} {{id: one[0]}}) USING INDEX SEEK a:{start}(id)
CREATE (a)-[r:$(one[1])]->(b)
SET r += one[2]
"""
    for start, end in PAIRS
}
# In a query of its own, for which both ends are given: the server may not look among all that one of them has.
_PART: Final = {
    (start, end): f"""
UNWIND $rows AS row
MATCH (a:{start} {{id: row.start}}) USING INDEX SEEK a:{start}(id)
MATCH (b:{end} {{id: row.end}}) USING INDEX SEEK b:{end}(id)
CALL (a, b, row) {{
  MATCH (a)-[r]->(b)
  WHERE r.key IN row.keys
  DELETE r
}}
"""
    for start, end in PAIRS
}
_EVENT_GONE: Final = "UNWIND $ids AS id MATCH (e:Event {id: id}) USING INDEX SEEK e:Event(id) DELETE e"


def redraw(ask: Ask, new: Sequence[Said], old: Sequence[Said], on: date) -> None:
    """Draw facts that are current now, recorded on a day, and take out those that are not any more."""
    undraw(ask, old, on)
    joins = [edge for _, fact in new for edge in model.edges(fact, on)]
    _nodes(ask, new, old, joins)
    for pair, some in _by_pair(joins).items():
        ask(_JOIN[pair], rows=_by_end(some))
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


def _nodes(ask: Ask, new: Sequence[Said], old: Sequence[Said], joins: Iterable[Edge]) -> None:
    """See that every node that is spoken of is there, and that each says what describes it now."""
    unread = {
        model.named(fact.key, fact.value): fact.value.name
        for _, fact in new
        if isinstance(fact.value, Naming) and fact.value.party is None
    }
    spoken: dict[str, set[str]] = {label: set() for label in NODES}
    for label, ident in {end for edge in joins for end in (edge.start, edge.end)}:
        spoken[label].add(ident)
    telling: dict[str, dict[str, list[Said]]] = {label: {} for label in NODES}
    for each in new:
        if found := model.described(each[1].value):
            telling[found[0]].setdefault(found[1], []).append(each)
    gone = {found for _, fact in old if (found := model.described(fact.value))}
    for label in NODES:
        stubs = {ident: model.stub(label, ident, unread.get(ident, "")) for ident in spoken[label]}
        if label == "Event":
            stubs |= {row["id"]: row for _, fact in new if (row := model.event(fact))}
        _of_label(ask, label, stubs, telling[label], {ident for kind, ident in gone if kind == label})


def _of_label(ask: Ask, label: str, stubs: Mapping[str, Row], telling: Mapping[str, list[Said]], gone: AbstractSet[str]) -> None:
    """Make the nodes of a label that are not there, and make those anew of which something else is said now.

    Parameters
    ----------
    stubs
        The nodes that facts point to, as they are where nothing describes them.
    telling
        The facts of the batch that describe a node, by its id.
    gone
        The nodes of which a description was taken out.
    """
    ids = sorted({*stubs, *telling, *gone})
    if not ids:
        return
    there = {str(ident): bool(described) for ident, described in ask(_LOOK[label], ids=ids)}
    made: dict[tuple[str, ...], list[list[Any]]] = {}
    for ident in sorted({*stubs, *telling} - there.keys()):
        said = telling.get(ident, ())
        row = model.node(label, ident, [fact.value for _, fact in said]) if said else stubs[ident]
        made.setdefault(tuple(row["labels"]), []).append([row["properties"], [seq for seq, _ in said]])
    for labels, rows in made.items():
        ask(_made(label, labels), rows=rows)
    if more := [[ident, [seq for seq, _ in said]] for ident, said in telling.items() if ident in there]:
        ask(_DESCRIBE[label], rows=more)
    anew = [ident for ident in ids if ident in there and (ident in telling or ident in gone)]
    values = {ident: [fact.value for _, fact in telling.get(ident, ())] for ident in anew}
    read = [ident for ident in anew if there[ident]]
    values |= {ident: [] for ident in read}
    for ident, kind, text in ask(_DESCRIBED[label], ids=read) if read else ():
        values[ident].append(load(kind, text))
    if anew:
        ask(_SET[label], rows=[model.node(label, ident, values[ident]) for ident in anew])


def _made(label: str, labels: Iterable[str]) -> str:
    """Return the text that makes nodes of these labels, each with what describes it."""
    return f"""
UNWIND $rows AS row
CREATE (n{"".join(f":{each}" for each in (label, *labels))})
SET n = row[0]
WITH n, row UNWIND row[1] AS seq
MATCH (f:Fact {{seq: seq}}) USING INDEX SEEK f:Fact(seq)
CREATE (f)-[:DESCRIBES]->(n)
"""


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


def _by_end(edges: Iterable[Edge]) -> list[list[Any]]:
    """Return the relationships by where they lead, for each to be looked up once: [id, [[id, type, properties], …]]."""
    found: dict[str, list[list[Any]]] = {}
    for edge in edges:
        found.setdefault(edge.end[1], []).append([edge.start[1], edge.type, edge.properties])
    return [[ident, some] for ident, some in found.items()]
