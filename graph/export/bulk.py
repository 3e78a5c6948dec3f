"""The files that `neo4j-admin database import` takes, and the commands beside them: the model of docs/neo4j.md.

Invariants (tests/unit/test_export_formats.py, and tests/neo4j on a real server, hold one test a number)
1. Each node comes once, with its labels, in the file of its kind, and each relationship between two of them.
2. The queries of docs/neo4j.md answer on the imported database what they answer on a store of the same facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Final

from graph.export import drawing
from graph.export.cypher import SCHEMA
from graph.export.drawing import LABELS, TABLE_OF
from graph.export.extract import Extract
from graph.export.files import write_rows
from graph.export.spool import Spool, text_of
from graph.export.texts import ITEM
from graph.store._neo4j_model import PAIRS

_NODES: Final = {label: f"{label.lower()}.csv" for label in LABELS}
_EDGES: Final = {(start, end): f"{start.lower()}_to_{end.lower()}.csv" for start, end in PAIRS}
_KEY: Final = {"Audit": "version"}
FILES: Final = (*_NODES.values(), *_EDGES.values(), "schema.cypher", "import.txt")
"""Names of what is written."""


def write(extract: Extract, folder: Path, today: date) -> dict[str, int]:
    """Write the files; an empty Neo4j takes them with the command in `import.txt`, and then `schema.cypher`."""
    folder.mkdir()
    counts: Counter[str] = Counter()
    with ExitStack() as opened:
        nodes = {label: opened.enter_context(Spool(folder, text_of)) for label in _NODES}
        edges = {pair: opened.enter_context(Spool(folder, text_of)) for pair in _EDGES}
        for vertex in chain(drawing.vertices(extract), drawing.record(extract)):
            key = _KEY.get(vertex.label, "id")
            said = {name: value for name, value in vertex.properties.items() if name != key}
            nodes[vertex.label].add([text_of(vertex.id), text_of(list(vertex.labels))], said)
            counts[TABLE_OF.get(vertex.label, "")] += 1
        for edge in drawing.edges(extract, today):
            ends = [text_of(edge.start[1]), text_of(edge.end[1]), edge.type]
            edges[edge.start[0], edge.end[0]].add(ends, edge.properties)
            counts[drawing.counted(edge)] += 1
        for label, spool in nodes.items():
            key = f"version:ID({label}){{id-type: long}}" if label in _KEY else f"id:ID({label})"
            write_rows(folder / _NODES[label], _lines([key, ":LABEL"], spool))
        for (start, end), spool in edges.items():
            write_rows(folder / _EDGES[start, end], _lines([f":START_ID({start})", f":END_ID({end})", ":TYPE"], spool))
    (folder / "schema.cypher").write_text(SCHEMA, encoding="utf-8")
    (folder / "import.txt").write_text(_command(), encoding="utf-8")
    return {name: count for name, count in counts.items() if name}


def _lines(head: list[str], spool: Spool) -> Iterator[list[str]]:
    yield [*head, *(f"{_name(name)}:{kind}" for name, kind in spool.types.items())]
    for fixed, cells in spool.rows():
        yield [*fixed, *(cells.get(name, "") for name in spool.types)]


def _name(name: str) -> str:
    """Return the name of a property; a colon would begin its type."""
    return text_of(name).replace(":", "_x003A_")


def _command() -> str:
    files = [f"--nodes={name}" for name in _NODES.values()] + [f"--relationships={name}" for name in _EDGES.values()]
    how = f"--array-delimiter=U+{ord(ITEM):04X} --multiline-fields=true"
    return f"neo4j-admin database import full neo4j {how} {' '.join(files)}\n\ncypher-shell -f schema.cypher\n"
