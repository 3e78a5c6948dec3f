"""Rows as CSV, for the command line and for HTTP alike.

Invariants (tests/unit/test_api_csv_rows.py holds one test a number)
1. No cell is a formula to a spreadsheet, whatever a name says; a number that is negative is text too.
2. What is written is read back as it was by any reader of CSV, line breaks and quotes included.
3. A value that is not known is an empty cell; several values of a cell are told apart by a semicolon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph.export.texts import csv_line, harmless


def csv_row(row: Mapping[str, Any], columns: Sequence[str]) -> str:
    """Return a row as a line of CSV, no cell of it a formula.

    Parameters
    ----------
    row : mapping
        Plain values, nested.
    columns : sequence of str
        Paths into it (`party.name`).
    """
    return csv_line([harmless(cell_of(row, column)) for column in columns])


def cell_of(row: Mapping[str, Any], path: str) -> str:
    """Return what stands at a path of a row, as text."""
    value: Any = row
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)
