"""GraphML, written as it is read: for Gephi, yEd, Cytoscape and networkx. The model is that of docs/neo4j.md.

A decision or finding has the id `Decision/…` or `Finding/…`, for one file has one kind of id; lists are one text.

Invariants (tests/unit/test_export_formats.py holds one test a number)
1. networkx reads back every node and every edge, parallel ones apart, with text, numbers and dates as they were.
2. What XML cannot hold is escaped (`graph.export.texts`), so that no two ids become one; what is not known has no element.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from graph import codes
from graph.export import drawing
from graph.export.drawing import TABLE_OF, Vertex
from graph.export.extract import Extract
from graph.export.rows import JOIN, interest_label
from graph.export.spool import Spool, plain
from graph.export.texts import for_xml
from graph.store._neo4j_model import Edge

_XMLNS: Final = "http://graphml.graphdrawing.org/xmlns"
_OF_DECISIONS: Final = {"against": "相对人", "names": "点名", "reaches": "及于", "answers_for": "所依决定"}
_OUTCOMES: Final = {"established": "成立", "lead": "线索", "blocked": "阻断"}
_TYPES: Final = {"boolean": "boolean", "long": "long", "double": "double"}
"""Types of columns, text where not given."""
_ENDED: Final = {"WAS_": "曾", "PERHAPS_": "可能已止"}
"""What stands before the type of an edge that has ended, or perhaps has, and what its label says of it."""


def write(extract: Extract, out: Path, today: date) -> dict[str, int]:
    """Write an extract as known on a day; Gephi shows `label`. Return how many of what was written."""
    counts: Counter[str] = Counter()
    with (
        Spool(out.parent, plain) as nodes,
        Spool(out.parent, plain) as edges,
        out.open("w", encoding="utf-8", newline="\n") as file,
    ):
        for vertex in drawing.vertices(extract):
            counts[TABLE_OF[vertex.label]] += 1
            nodes.add([_own(vertex.label, vertex.id)], _told(vertex))
        for edge in drawing.edges(extract, today):
            counts[drawing.counted(edge)] += 1
            edges.add([_edge_id(edge), _own(*edge.start), _own(*edge.end)], _joined(edge))
        file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="{_XMLNS}">\n')
        file.writelines(_keys("node", nodes.types))
        file.writelines(_keys("edge", edges.types))
        file.write('<graph edgedefault="directed">\n')
        file.writelines(_elements("node", ("id",), nodes))
        file.writelines(_elements("edge", ("id", "source", "target"), edges))
        file.write("</graph>\n</graphml>\n")
    return {name: count for name, count in counts.items() if name}


def _told(vertex: Vertex) -> Mapping[str, Any]:
    said = vertex.properties
    shown = said.get("name") or said.get("number") or vertex.id
    if vertex.label == "Finding":
        shown = f"{_OUTCOMES[said['outcome']]} {said['rule']}"
    return _flat({"label": shown, "labels": list(vertex.labels)} | said)


def _joined(edge: Edge) -> Mapping[str, Any]:
    ended = next((prefix for prefix in _ENDED if edge.type.startswith(prefix)), "")
    label = _label(edge.type.removeprefix(ended).lower())
    return _flat({"label": f"{label}（{_ENDED[ended]}）" if ended else label, "type": edge.type} | edge.properties)


def _label(code: str) -> str:
    """Return in Chinese what an edge is: of a decision or a finding, what joins two decisions, or an interest."""
    links = codes.load("decision_links")
    return _OF_DECISIONS.get(code) or (links.label(code, "zh") if code in links else interest_label(code, "zh"))


def _flat(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties without lists, of which GraphML has none."""
    return {name: JOIN.join(value) if isinstance(value, list) else value for name, value in properties.items()}


def _edge_id(edge: Edge) -> str:
    fact = str(edge.properties["fact"])
    return fact if edge.start[0] == "Party" else f"{fact}/{edge.type}"


def _own(label: str, ident: str) -> str:
    return ident if label == "Party" else f"{label}/{ident}"


def _keys(of: str, types: Mapping[str, str]) -> Iterator[str]:
    for number, (name, kind) in enumerate(types.items()):
        said = f'attr.name={_quoted(name)} attr.type="{_TYPES.get(kind, "string")}"'
        yield f'<key id="{of[0]}{number}" for="{of}" {said}/>\n'


def _elements(of: str, ends: tuple[str, ...], spool: Spool) -> Iterator[str]:
    keys = {name: f"{of[0]}{number}" for number, name in enumerate(spool.types)}
    for fixed, cells in spool.rows():
        attributes = " ".join(f"{name}={_quoted(text)}" for name, text in zip(ends, fixed, strict=True))
        data = "".join(f'<data key="{keys[name]}">{escape(for_xml(text))}</data>' for name, text in cells.items())
        yield f"<{of} {attributes}>{data}</{of}>\n"


def _quoted(text: str) -> str:
    return quoteattr(for_xml(text))
