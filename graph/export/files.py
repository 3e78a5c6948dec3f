"""Tables as files: CSV for people and programs, Parquet for programs.

Invariants (tests/unit/test_export_formats.py holds one test a number)
1. Every table is written, empty ones with their columns; no cell of CSV is a formula to a spreadsheet.
2. Parquet keeps days as days, numbers as numbers, and what is not known as null, in parts that fit into memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from graph.errors import ConfigError
from graph.export.extract import Extract
from graph.export.rows import TABLES, Row
from graph.export.spool import text_of
from graph.export.texts import csv_line, for_file, harmless

_PART: Final = 50_000
_DAYS: Final = ("from_earliest", "from_latest", "until_earliest", "until_latest", "date_earliest", "date_latest", "until_date")
_TYPES: Final = {
    "row": "int64", "sure": "bool", "responsible": "bool", "share_least_percent": "float64", "share_most_percent": "float64",
    "amount_yuan": "float64", "findings.from": "date32", **dict.fromkeys(_DAYS, "date32"),
}  # fmt: skip
"""Types of Parquet, text where not given."""


def write_csv(extract: Extract, folder: Path) -> dict[str, int]:
    """Write one file a table (UTF-8 with a byte-order mark, which Excel needs to see Chinese)."""
    folder.mkdir()
    counts = {}
    for name, (columns, rows) in TABLES.items():
        cells = ([harmless(text_of(row[column])) for column in columns] for row in rows(extract))
        counts[name] = write_rows(folder / f"{name}.csv", chain([columns], cells), "utf-8-sig")
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
        schema = pa.schema([(column, _arrow(pa, name, column)) for column in columns])
        counts[name] = 0
        with parquet.ParquetWriter(folder / f"{name}.parquet", schema) as writer:
            for part in _parts(rows(extract)):
                writer.write_table(pa.Table.from_pylist([_held(row) for row in part], schema))
                counts[name] += len(part)
    return counts


def write_rows(path: Path, lines: Iterable[Sequence[str]], encoding: str = "utf-8") -> int:
    """Write lines, the first of them the head; return how many rows follow it."""
    count = -1
    with path.open("w", encoding=encoding, newline="") as file:
        for cells in lines:
            file.write(csv_line(cells))
            count += 1
    return count


def _parts(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while part := list(islice(rows, _PART)):
        yield part


def _held(row: Row) -> Row:
    return {name: for_file(value) if isinstance(value, str) else value for name, value in row.items()}


def _arrow(pa: Any, table: str, column: str) -> Any:
    made = {"int64": pa.int64, "bool": pa.bool_, "float64": pa.float64, "date32": pa.date32, "string": pa.string}
    return made[_TYPES.get(f"{table}.{column}") or _TYPES.get(column, "string")]()
