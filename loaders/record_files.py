"""Records written as lines `label：value`, as credit reports are: one record after another, an empty line between them.

A value in square brackets is a list of records of its own, in Python's or JSON's notation.

Invariants (tests/unit/test_loaders_tables.py holds one test a number)
8. A list inside a record keeps its records apart; what is no flat record inside it is an error, never a text.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, Final

from graph.errors import InputError
from loaders.text_files import Limits, TooLong, bounded_lines, has_broken_bytes, open_text

_LINE: Final = re.compile(r"\s*([^:：\[\]{}]+?)\s*[:：](.*)", re.DOTALL)
Lists = dict[str, tuple[dict[str, str], ...]]
Record = tuple[int, dict[str, str], Lists]
"""Number of its first line, its values by label, and its lists."""


def records(path: Path, encoding: str | None, limits: Limits) -> Generator[Record | InputError, None, None]:
    """Yield the records of a file; one with a line that cannot be read comes as an error."""
    with open_text(path, encoding) as file:
        lines: list[tuple[int, str | TooLong]] = []
        held = 0
        for number, line in enumerate(bounded_lines(file, limits.line), 1):
            if isinstance(line, TooLong) or line.strip():
                lines.append((number, line))
                held += len(line) if isinstance(line, str) else 0
                if held > 2 * limits.line:
                    raise InputError(f"is a record of more than {2 * limits.line:,} characters", row=lines[0][0])
            elif lines:
                yield _record(lines, limits)
                lines, held = [], 0
        if lines:
            yield _record(lines, limits)


def _record(lines: list[tuple[int, str | TooLong]], limits: Limits) -> Record | InputError:
    values: dict[str, str] = {}
    lists: Lists = {}
    for number, line in lines:
        if isinstance(line, TooLong):
            return InputError(f"is longer than {limits.line:,} characters", row=number)
        if "\0" in line or has_broken_bytes(line):
            return InputError("holds a NUL byte or bytes that are not of the file's encoding (damaged, or cut off)", row=number)
        match = _LINE.fullmatch(line)
        if match is None:
            return InputError("is no line `label：value`", row=number)
        label, value = match[1].removeprefix("\ufeff"), match[2].strip()
        if label in values or label in lists:
            return InputError("stands twice in one record; an empty line must part two records", row=number, column=label)
        try:
            if value.startswith("["):
                lists[label] = tuple(_parsed(value))
            else:
                values[label] = value
        except InputError as error:
            return InputError(error.reason, row=number, column=label)
    return lines[0][0], values, lists


def _parsed(text: str) -> Iterator[dict[str, str]]:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
        raise InputError("is a list that cannot be read, or was cut off") from error
    return flat_records(value)


def flat_records(value: list[Any]) -> Iterator[dict[str, str]]:
    """Yield the records of a list as texts.

    Raises
    ------
    InputError
        Something in it is no record, or a record holds more than single values.
    """
    for record in value:
        if not isinstance(record, dict):
            raise InputError("holds a list whose parts are no records")
        if any(isinstance(cell, dict | list | tuple | set) for cell in record.values()):
            raise InputError("holds a list whose records hold lists or objects")
        yield {str(column): cell_text(cell) for column, cell in record.items()}


def cell_text(cell: object) -> str:
    """Return one value as the text of a cell."""
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell).strip()
