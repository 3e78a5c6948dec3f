"""Rows that wait on the disk until all of their columns are known: each has what it has, and a file wants one head for all.

Invariants (tests/unit/test_export_drawing.py holds one test a number)
3. A column has one type: that of all of its values, text where they differ.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Self

from graph.export.texts import ITEM, for_file

Cells = tuple[list[str], dict[str, str]]
"""What every row has, and what this one has besides."""


class Spool:
    """Rows with columns of their own.

    Parameters
    ----------
    folder : Path
        Where they wait.
    text : callable
        How a value is written.

    Attributes
    ----------
    types : dict
        Column -> `string`, `string[]`, `boolean`, `long`, `double` or `date`.
    count : int
        How many rows.
    """

    def __init__(self, folder: Path, text: Callable[[Any], str]) -> None:
        self._text = text
        self._file = TemporaryFile("w+", encoding="ascii", newline="\n", dir=folder)  # noqa: SIM115 - closed by __exit__
        self.types: dict[str, str] = {}
        self.count = 0

    def add(self, fixed: Sequence[str], properties: Mapping[str, Any]) -> None:
        """Write a row down."""
        for name, value in properties.items():
            own = type_of(value)
            self.types[name] = own if self.types.get(name, own) == own else "string"
        self._file.write(json.dumps([fixed, {name: self._text(value) for name, value in properties.items()}]) + "\n")
        self.count += 1

    def rows(self) -> Iterator[Cells]:
        """Yield the rows in the order in which they came."""
        self._file.seek(0)
        for line in self._file:
            fixed, cells = json.loads(line)
            yield fixed, cells

    def __enter__(self) -> Self:
        """Open."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Forget the rows."""
        self._file.close()


def type_of(value: Any) -> str:
    """Return the type of a property, as the bulk import of Neo4j calls it."""
    kinds: tuple[tuple[type, str], ...] = ((bool, "boolean"), (int, "long"), (float, "double"), (date, "date"), (list, "string[]"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "string")


def text_of(value: Any) -> str:
    """Return a value as a text in a file; items of a list are told apart by `ITEM`."""
    if isinstance(value, list):
        return ITEM.join(for_file(str(each)) for each in value)
    return for_file(plain(value))


def plain(value: Any) -> str:
    """Return a value as a text that is still to be escaped; what is not known is none."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
