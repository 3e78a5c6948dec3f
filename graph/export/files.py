"""Tables as files: CSV for people and programs, CSV pairs for the bulk import of Neo4j, Parquet.

Invariants (tests/unit/test_export_formats.py holds one test a number)
1. Every table is written, empty ones with their columns; no cell of CSV is a formula to a spreadsheet.
2. The CSV pairs have each node once, with its labels, and each relationship between two of them.
3. Parquet keeps days as days, numbers as numbers, and what is not known as null, in parts that fit into memory.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final

from graph.errors import ConfigError
from graph.export.extract import Extract
from graph.export.rows import TABLES, Row, party, relationship
from graph.store._neo4j_model import LABELS, type_of

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_PART: Final = 50_000
_TYPES: Final = {
    "row": "int64", "sure": "bool", "responsible": "bool", "share_least_percent": "float64", "share_most_percent": "float64",
    "amount_yuan": "float64",
    **dict.fromkeys(("from_earliest", "from_latest", "until_earliest", "until_latest"), "date32"),
}  # fmt: skip
"""Types of Parquet, text where not given."""
_IMPORT: Final = (
    "neo4j-admin database import full neo4j --nodes=nodes.csv --relationships=relationships.csv --multiline-fields=true\n"
)


def write_csv(extract: Extract, folder: Path) -> dict[str, int]:
    """Write one file a table (UTF-8 with a byte-order mark, which Excel needs to see Chinese)."""
    folder.mkdir()
    counts = {}
    for name, (columns, rows) in TABLES.items():
        cells = ([harmless(_text(row[column])) for column in columns] for row in rows(extract))
        counts[name] = _write(folder / f"{name}.csv", columns, cells, "utf-8-sig")
    return counts


def write_import(extract: Extract, folder: Path, today: date) -> dict[str, int]:
    """Write `nodes.csv` and `relationships.csv` as `neo4j-admin database import` takes them, with the command beside them."""
    folder.mkdir()
    nodes = ([row["id"], row["name"], *_plain(row, _NODE), _labels(row["kind"])] for row in map(party, extract.nodes()))
    edges = (
        [edge.party, edge.subject, type_of(edge.value.interest, edge.value.period, today), *_plain(relationship(edge), _EDGE)]
        for edge in extract.edges()
    )
    head = [":START_ID", ":END_ID", ":TYPE", *(_typed(name) for name in _EDGE)]
    counts = {
        "parties": _write(folder / "nodes.csv", ["id:ID", "name", *(_typed(name) for name in _NODE), ":LABEL"], nodes, "utf-8"),
        "relationships": _write(folder / "relationships.csv", head, edges, "utf-8"),
    }
    (folder / "import.txt").write_text(_IMPORT, encoding="utf-8")
    return counts


def write_parquet(extract: Extract, folder: Path) -> dict[str, int]:
    """Write one file a table.

    Raises
    ------
    ConfigError
        pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise ConfigError("Parquet needs pyarrow: pip install 'zeren[parquet]'") from error
    folder.mkdir()
    counts = {}
    for name, (columns, rows) in TABLES.items():
        schema = pa.schema([(column, _arrow(pa, column)) for column in columns])
        counts[name] = 0
        with parquet.ParquetWriter(folder / f"{name}.parquet", schema) as writer:
            for part in _parts(rows(extract)):
                writer.write_table(pa.Table.from_pylist(part, schema))
                counts[name] += len(part)
    return counts


def harmless(cell: str) -> str:
    """Return a cell that a spreadsheet shows as text: a quote before whatever it would calculate."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


_NODE: Final = ("kind", "kind_zh", "former_names", "other_names", "identifiers", "attributes", "sources")
_EDGE: Final = (
    "interest", "interest_zh", "from", "from_earliest", "from_latest", "until", "until_earliest", "until_latest", "registered",
    "share_least_percent", "share_most_percent", "amount_yuan", "text", "sure", "source", "file", "row", "fact",
)  # fmt: skip
_IMPORTED: Final = {"int64": "long", "bool": "boolean", "float64": "double", "date32": "date"}


def _typed(name: str) -> str:
    return f"{name}:{_IMPORTED[_TYPES[name]]}" if name in _TYPES else name


def _labels(kind: str) -> str:
    return f"Party;{LABELS.get(kind, 'Organisation')}"


def _plain(row: Row, names: Sequence[str]) -> list[str]:
    return [_text(row[name]) for name in names]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], encoding: str) -> int:
    count = 0
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def _parts(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while part := list(islice(rows, _PART)):
        yield part


def _arrow(pa: Any, column: str) -> Any:
    made = {"int64": pa.int64, "bool": pa.bool_, "float64": pa.float64, "date32": pa.date32, "string": pa.string}
    return made[_TYPES.get(column, "string")]()
