"""A Cypher script that draws an extract in any Neo4j 5: the model of docs/neo4j.md, run with `cypher-shell -f FILE`.

Invariants (tests/unit/test_export_formats.py, and tests/neo4j on a real server, hold one test a number)
1. Run once or twice, the same graph stands there.
2. No text of the data is ever part of a statement: strings are literals in which nothing ends them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final

from graph.export.extract import Extract
from graph.export.rows import party, relationship
from graph.store._neo4j_model import LABELS, type_of

_TOGETHER: Final = 500
"""Rows of one statement."""
_CONSTRAINT: Final = "CREATE CONSTRAINT party_id IF NOT EXISTS FOR (p:Party) REQUIRE p.id IS UNIQUE;\n"


def write(extract: Extract, out: Path, today: date) -> dict[str, int]:
    """Write an extract as known on a day: what still holds, has ended and may have ended are types of their own."""
    counts = {"parties": 0, "relationships": 0}
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_CONSTRAINT)
        for part in _parts(extract.nodes()):
            counts["parties"] += len(part)
            for kind, same in groupby(sorted(part, key=lambda node: node.kind), lambda node: node.kind):
                rows = [{"id": node.id, "said": _filled(party(node), "id", "kind_zh")} for node in same]
                file.write(_unwind(rows, f"MERGE (p:Party {{id: row.id}}) SET p += row.said, p:{LABELS.get(kind, 'Organisation')}"))
        for edges in _parts(extract.edges()):
            counts["relationships"] += len(edges)
            types: dict[str, list[Any]] = defaultdict(list)
            for edge in edges:
                said = _filled(relationship(edge), "party", "subject", "interest_zh", "fact")
                row = {"party": edge.party, "subject": edge.subject, "fact": edge.fact.id, "said": said}
                types[type_of(edge.value.interest, edge.value.period, today)].append(row)
            for name, rows in types.items():
                ends = "MATCH (a:Party {id: row.party}), (b:Party {id: row.subject})"
                file.write(_unwind(rows, f"{ends} MERGE (a)-[r:{name} {{fact: row.fact}}]->(b) SET r += row.said"))
    return counts


def _unwind(rows: list[dict[str, Any]], action: str) -> str:
    listed = ",\n".join(map(literal, rows))
    return f"UNWIND [\n{listed}\n] AS row {action};\n"


def literal(value: Any) -> str:
    """Return a value as a Cypher literal."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {literal(each)}' for name, each in value.items())}}}"
    if isinstance(value, date):
        return f"date('{value.isoformat()}')"
    # JSON escapes what a Cypher string escapes, and as Cypher reads it; beyond ASCII nothing needs to be.
    return json.dumps(value, ensure_ascii=False)


def _filled(row: dict[str, Any], *without: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None and name not in without}


def _parts(found: Iterable[Any]) -> Iterator[list[Any]]:
    waiting = iter(found)
    while part := list(islice(waiting, _TOGETHER)):
        yield part
