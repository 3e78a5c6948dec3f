"""GraphML, written as it is read: for Gephi, yEd, Cytoscape and networkx.

Invariants (tests/unit/test_export_formats.py holds one test a number)
1. networkx reads back every node and every edge, parallel ones apart, with text, numbers and dates as they were.
2. A character that XML cannot hold is left out; what is not known has no element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from graph.export.extract import Extract
from graph.export.rows import PARTIES, RELATIONSHIPS, Row, party, relationship

_XMLNS: Final = "http://graphml.graphdrawing.org/xmlns"
_TYPES: Final = {
    "share_least_percent": "double",
    "share_most_percent": "double",
    "amount_yuan": "double",
    "row": "int",
    "sure": "boolean",
}
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NODE: Final = ("label", *PARTIES[1:])
_EDGE: Final = ("label", *(column for column in RELATIONSHIPS if column not in ("party", "subject")))


def write(extract: Extract, out: Path) -> dict[str, int]:
    """Write an extract; Gephi shows `label`. Return how many of what was written."""
    counts = {"parties": 0, "relationships": 0}
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_head())
        for node in extract.nodes():
            row = party(node)
            file.write(_element("node", f"id={_quoted(node.id)}", _NODE, row | {"label": row["name"]}))
            counts["parties"] += 1
        for edge in extract.edges():
            row = relationship(edge)
            ends = f"id={_quoted(edge.fact.id)} source={_quoted(edge.party)} target={_quoted(edge.subject)}"
            file.write(_element("edge", ends, _EDGE, row | {"label": row["interest_zh"]}))
            counts["relationships"] += 1
        file.write("</graph>\n</graphml>\n")
    return counts


def _head() -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="{_XMLNS}">\n'
    for of, names in (("node", _NODE), ("edge", _EDGE)):
        for name in names:
            yield f'<key id="{of}.{name}" for="{of}" attr.name="{name}" attr.type="{_TYPES.get(name, "string")}"/>\n'
    yield '<graph edgedefault="directed">\n'


def _element(of: str, attributes: str, names: tuple[str, ...], row: Row) -> str:
    data = "".join(f'<data key="{of}.{name}">{escape(_text(row[name]))}</data>' for name in names if row[name] is not None)
    return f"<{of} {attributes}>{data}</{of}>\n"


def _quoted(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("", text))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else _FORBIDDEN.sub("", str(value))
