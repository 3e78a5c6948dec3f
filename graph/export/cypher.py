"""A Cypher script that draws an extract in any Neo4j 5: the model of docs/neo4j.md, run with `cypher-shell -f FILE`.

The rows of a statement are one string that the statement splits: a server plans such a statement once and takes a thousand rows a
second, where a list of as many maps is planned literal by literal.

Invariants (tests/unit/test_export_formats.py, and tests/neo4j on a real server, hold one test a number)
1. Run once or twice, the same graph stands there.
2. No text of the data is ever part of a statement: strings are literals in which nothing ends them.
3. The queries of docs/neo4j.md answer on it what they answer on a store of the same facts.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final, TextIO

from graph.export import drawing
from graph.export.drawing import TABLE_OF, Vertex
from graph.export.extract import Extract
from graph.export.spool import text_of, type_of
from graph.export.texts import CELL, ITEM, LINE, for_name
from graph.store._neo4j_model import Edge

SCHEMA: Final = """\
CREATE CONSTRAINT zeren_party IF NOT EXISTS FOR (n:Party) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT zeren_decision IF NOT EXISTS FOR (n:Decision) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT zeren_finding IF NOT EXISTS FOR (n:Finding) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT zeren_wording IF NOT EXISTS FOR (n:Fact) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT zeren_audit IF NOT EXISTS FOR (n:Audit) REQUIRE n.version IS UNIQUE;
CREATE INDEX zeren_fact_key IF NOT EXISTS FOR (n:Fact) ON (n.key);
CREATE INDEX zeren_fact_followed IF NOT EXISTS FOR (n:Fact) ON (n.followed_by);
CREATE FULLTEXT INDEX names IF NOT EXISTS FOR (n:Party|Decision) ON EACH [n.names, n.number]
    OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}};
"""
"""What nodes are found by. Nothing has `followed_by` here, but queries ask for it, and a server warns of unknown names."""
_TOGETHER: Final = 1_000
"""Rows of one statement."""
_READ: Final = {
    "string": "{}",
    "string[]": f"split({{}}, {json.dumps(ITEM)})",
    "boolean": "({} = 'true')",
    "long": "toInteger({})",
    "double": "toFloat({})",
    "date": "date({})",
}
"""Type -> how a cell is read."""


def write(extract: Extract, out: Path, today: date) -> dict[str, int]:
    """Write an extract as known on a day: what still holds, has ended and may have ended are types of their own."""
    counts: Counter[str] = Counter()
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write(SCHEMA)
        _write(file, map(_node, drawing.vertices(extract)), counts)
        _write(file, (_edge(edge) for edge in drawing.edges(extract, today)), counts)
        _write(file, map(_node, drawing.record(extract)), Counter())
    return dict(counts)


def _write(file: TextIO, rows: Iterator[tuple[str, str, list[str], Mapping[str, Any]]], counts: Counter[str]) -> None:
    """Write rows (what they are counted as, head of their statement, fixed cells, properties), those of one shape together."""
    while part := list(islice(rows, _TOGETHER)):
        shapes: dict[tuple[str, str], list[str]] = defaultdict(list)
        for counted, head, fixed, properties in part:
            counts[counted] += bool(counted)
            said = dict(sorted(properties.items()))
            sets = (f"x.`{for_name(name)}` = {_cell(place, said[name])}" for place, name in enumerate(said, len(fixed)))
            cells = [*map(text_of, fixed), *map(text_of, said.values())]
            shapes[head, ", ".join(sets)].append(CELL.join(cells))
        for (head, said_of), lines in shapes.items():
            rows_of = f"UNWIND split({literal(LINE.join(lines))}, {literal(LINE)}) AS line WITH split(line, {literal(CELL)}) AS c"
            file.write(f"{rows_of} {head}{f' SET {said_of}' if said_of else ''};\n")


def _node(vertex: Vertex) -> tuple[str, str, list[str], Mapping[str, Any]]:
    key, cell = ("version", "toInteger(c[0])") if vertex.label == "Audit" else ("id", "c[0]")
    more = "".join(f":{label}" for label in vertex.labels[1:])
    head = f"MERGE (x:{vertex.label} {{{key}: {cell}}}){f' SET x{more}' if more else ''}"
    said = {name: value for name, value in vertex.properties.items() if name != key}
    return TABLE_OF.get(vertex.label, ""), head, [vertex.id], said


def _edge(edge: Edge) -> tuple[str, str, list[str], Mapping[str, Any]]:
    (start, first), (end, second) = edge.start, edge.end
    ends = f"MATCH (a:{start} {{id: c[0]}}) MATCH (b:{end} {{id: c[1]}})"
    said = {name: value for name, value in edge.properties.items() if name != "fact"}
    head = f"{ends} MERGE (a)-[x:{edge.type} {{fact: c[2]}}]->(b)"
    return drawing.counted(edge), head, [first, second, edge.properties["fact"]], said


def _cell(place: int, value: Any) -> str:
    return _READ[type_of(value)].format(f"c[{place}]")


def literal(text: str) -> str:
    """Return a text as a Cypher literal."""
    # JSON escapes what a Cypher string escapes, and as Cypher reads it; beyond ASCII nothing needs to be.
    return json.dumps(text, ensure_ascii=False)


def statements(script: str) -> Iterable[str]:
    """Return the statements of a script, for whoever runs it without `cypher-shell`."""
    return (each for each in script.split(";\n") if each.strip())
