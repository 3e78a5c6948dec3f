"""Tables as rows of text: CSV, TSV, Excel, JSON lines and records of labelled lines, one row at a time.

Invariants (tests/unit/test_loaders_tables.py holds one test a number)
4. A row that cannot be read is reported by number and reason, and the rows after it are still read where that is possible.
5. Row numbers are those that a person sees: the header is row 1 and empty rows count.
6. A formula in a workbook is refused with its cell: what it would show is not in the file for certain.
7. A column that stands twice in the header, or has no name, is an error, never a guess.
8. A last line without a line end, where the lines before it have one, is told of: the file may have been cut inside a cell.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Any, Final

from graph.errors import InputError
from loaders.record_files import cell_text, records
from loaders.rows import Apart, Header, Line, NotKept, Part, Row, Rows, Unended, UnreadLine
from loaders.text_files import Limits, TooLong, bounded_lines, has_broken_bytes, open_text
from loaders.workbooks import Beside, Meant, read_workbook

FORMATS: Final = ("csv", "tsv", "xlsx", "jsonl", "record", "bods", "ftm")
NO_SHEET: Final = ("record", "bods", "ftm", "jsonl")
"""Formats of tables that are no rows and columns, as a sheet has them."""
TOGETHER: Final = 2_000
"""Rows that are read together."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a mapping says of how a table is written; without it the file's ending and its header say it."""

    form: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    delimiter: str | None = None
    columns: tuple[str, ...] = ()
    meant: Meant = field(default_factory=Meant)


def read_table(path: Path, how: Form = Form(), limits: Limits | None = None) -> Generator[Line, None, None]:
    """Yield the rows of a table one by one; those that cannot be read come as errors.

    Raises
    ------
    InputError
        As for `read_parts`.
    """
    return _one_by_one(read_parts(path, how, limits))


def _one_by_one(parts: Generator[Part, None, None]) -> Generator[Line, None, None]:
    with closing(parts):
        for part in parts:
            if isinstance(part, Rows):
                yield from map(part.row, range(len(part)))
            else:
                yield part


def read_parts(path: Path, how: Form = Form(), limits: Limits | None = None) -> Generator[Part, None, None]:
    """Yield the rows of a table some thousand together; those that cannot be read come as errors, in their place.

    Raises
    ------
    InputError
        The file as a whole cannot be read, or no further: it has no header, is cut off, is no workbook.
    """
    form = how.form or ("csv" if how.delimiter else path.suffix.lower().lstrip("."))
    if path.suffix.lower() == ".xlsx" and form in ("csv", "tsv"):
        form = "xlsx"
    bounds = limits or Limits()
    if form not in FORMATS:
        raise InputError(f"{path.name} is none of {', '.join(FORMATS)}; say `format:` in the mapping")
    if not path.is_file():
        raise InputError(f"{path} is not a file")
    if path.stat().st_size == 0:
        raise InputError("the file is empty")
    if form == "xlsx":
        return _together(_workbook(path, how, bounds))
    if form == "jsonl":
        return _together(_json_lines(path, how.encoding, bounds))
    if form == "record":
        return _together(_labelled(path, how.encoding, bounds))
    if form in ("bods", "ftm"):
        return _together(_standard(path, form, bounds))
    return _delimited(path, how, "," if form == "csv" else "\t", bounds)


def _together(lines: Generator[Line, None, None]) -> Generator[Part, None, None]:
    """Put rows together that were read one by one."""
    rows: list[Row] = []
    with closing(lines):
        try:
            for line in lines:
                if not isinstance(line, Row) or len(rows) == TOGETHER:
                    if rows:
                        yield Apart(rows)
                    rows = []
                if isinstance(line, Row):
                    rows.append(line)
                else:
                    yield line
        except (InputError, OSError):
            if rows:
                yield Apart(rows)
            raise
        if rows:
            yield Apart(rows)


def _standard(path: Path, form: str, limits: Limits) -> Generator[Line, None, None]:
    from loaders import standards  # few files are of a standard, and its reader knows the code lists

    yield Header(standards.COLUMNS)
    for found in standards.read_bods(path, limits) if form == "bods" else standards.read_ftm(path, limits):
        yield Row(*found) if isinstance(found, tuple) else found


def _labelled(path: Path, encoding: str | None, limits: Limits) -> Generator[Line, None, None]:
    for record in records(path, encoding, limits):
        yield record if isinstance(record, InputError) else Row(*record)


def _header(names: list[str]) -> list[str]:
    # A declared encoding such as utf-16-le leaves the byte-order mark in the text.
    names = [name.removeprefix("\ufeff").strip() for name in names]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise InputError("the first row is empty; it must name the columns", row=1)
    if unnamed := [str(place) for place, name in enumerate(names, 1) if not name]:
        raise InputError(f"column {', '.join(unnamed)} has no name", row=1)
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise InputError(f"column {', '.join(twice)} stands more than once in the header", row=1, column=twice[0])
    return names


def _cells(number: int, header: list[str], values: list[str]) -> Row | InputError:
    together = "\x1f".join(values)
    extra = [value for value in values[len(header) :] if value.strip()]
    if len(values) < len(header) or extra:
        return UnreadLine(
            f"has {len(values)} cells where the header has {len(header)}; a separator is missing or too many", number, together
        )
    for column, value in zip(header, values, strict=False) if "\0" in together or has_broken_bytes(together) else ():
        if "\0" in value:
            return UnreadLine("holds a NUL byte", number, together, column)
        if has_broken_bytes(value):
            return UnreadLine("holds bytes that are not of the file's encoding (damaged, or cut off)", number, together, column)
    return Row(number, {column: value.strip() for column, value in zip(header, values, strict=False)})


class _Lines:
    """Feeds lines to the CSV reader, bounds a quoted cell that runs over several, and remembers what was too long."""

    def __init__(self, lines: Iterator[str | TooLong], limit: int) -> None:
        self._lines, self._limit = lines, limit
        self.too_long = False
        self.held = self.count = 0
        self.last = "\n"

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.too_long = isinstance(line, TooLong)
            text = "\n" if isinstance(line, TooLong) else line
            self.held += len(text)
            self.count += 1
            self.last = text
            if self.held > 2 * self._limit:
                raise InputError("a quoted cell is never closed; from here on the file was not read")
            yield text


class _Rows:
    """Gathers rows that look sound, so that they are looked through a column at a time."""

    def __init__(self, header: list[str]) -> None:
        self.header = header
        self._numbers: list[int] = []
        self._values: list[list[str]] = []

    def take(self, number: int, values: list[str]) -> bool:
        """Take a row with as many cells as the header; say whether there are enough."""
        self._numbers.append(number)
        self._values.append(values)
        return len(self._numbers) == TOGETHER

    def given(self) -> Iterator[Part]:
        """Yield what was gathered, and begin anew."""
        numbers, values = self._numbers, self._values
        self._numbers, self._values = [], []
        if not numbers:
            return
        together = [list(column) for column in zip(*values, strict=True)]
        if any("\0" in text or has_broken_bytes(text) for text in map("".join, together)):
            yield from _together(_cells(*each) for each in zip(numbers, repeat(self.header), values, strict=False))
            return
        yield Rows(numbers, {name: list(map(str.strip, cells)) for name, cells in zip(self.header, together, strict=True)})


def _as_part(line: Row | InputError) -> Part:
    return Apart([line]) if isinstance(line, Row) else line


def _delimited(path: Path, how: Form, delimiter: str, limits: Limits) -> Generator[Part, None, None]:
    with open_text(path, how.encoding) as file:
        lines = _Lines(bounded_lines(file, limits.line), limits.line)
        reader = csv.reader(lines, delimiter=how.delimiter or delimiter, strict=True)
        number = 0
        rows = _Rows(list(how.columns))
        if not rows.header:
            number = 1
            rows = _Rows(_header(_sound(_first(reader, lines, limits))))
        yield Header(tuple(rows.header))
        begun = number
        while True:
            number += 1
            lines.held = lines.count = 0
            try:
                values = next(reader, None)
            except (InputError, csv.Error) as error:
                yield from rows.given()
                if isinstance(error, InputError):
                    raise InputError(error.reason, row=number) from error
                if lines.count != 1:
                    raise _quoting(str(error), number) from error
                yield _quoting(str(error), number)
                continue
            if values is None:
                break
            sound = len(values) == len(rows.header) and values[0] and not values[0].isspace() and not lines.too_long
            if sound and not rows.take(number, values):
                continue
            yield from rows.given()
            if lines.too_long:
                yield InputError(f"is longer than {limits.line:,} characters", row=number)
            elif not sound and any(value.strip() for value in values):
                yield _as_part(_cells(number, rows.header, values))
        yield from rows.given()
        # The header, if there is one, is a line with a line end; without one it takes a second row to know that lines have ends.
        if number - 1 > max(begun, 1) and not lines.last.endswith(("\n", "\r")):
            yield Unended(number - 1)


def _first(reader: Iterator[list[str]], lines: _Lines, limits: Limits) -> list[str]:
    """Return the cells of the header row."""
    try:
        values = next(reader, None)
    except InputError as error:
        raise InputError(error.reason, row=1) from error
    except csv.Error as error:
        raise _quoting(str(error), 1) from error
    if values is None:
        raise InputError("the file has no header row")
    if lines.too_long:
        raise InputError(f"is longer than {limits.line:,} characters", row=1)
    return values


def _sound(names: list[str]) -> list[str]:
    for name in names:
        if "\0" in name or has_broken_bytes(name):
            raise InputError("the header holds a NUL byte or bytes that are not of the file's encoding", row=1)
    return names


def _quoting(reason: str, number: int) -> InputError:
    if "unexpected end" in reason or "field larger" in reason:
        return InputError("a cell is too long, or a quote is never closed; from here on the file was not read", row=number)
    return InputError(f"its quotes are wrong ({reason})", row=number)


def _json_lines(path: Path, encoding: str | None, limits: Limits) -> Generator[Line, None, None]:
    with open_text(path, encoding) as file:
        for number, line in enumerate(bounded_lines(file, limits.line), 1):
            if isinstance(line, TooLong):
                yield InputError(f"is longer than {limits.line:,} characters", row=number)
            elif line.strip():
                yield _json_row(number, line)


def _json_row(number: int, line: str) -> Row | InputError:
    try:
        value = json.loads(line, parse_float=str, parse_int=str, parse_constant=_no_constant, object_pairs_hook=_pairs)
    except (ValueError, RecursionError) as error:
        return UnreadLine(f"is not JSON ({error})", number, line)
    except InputError as error:
        return InputError(error.reason, row=number, column=error.column)
    if not isinstance(value, dict):
        return UnreadLine("is not a JSON object", number, line)
    cells: dict[str, str] = {}
    for column, cell in value.items():
        if isinstance(cell, dict | list):
            return InputError("holds a list or an object; a cell must be one value", row=number, column=column)
        cells[column] = cell_text(cell)
    return _cells(number, list(cells), list(cells.values()))


def _no_constant(name: str) -> Any:
    raise InputError(f"is not JSON ({name} is no number of it)")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    for name, value in pairs:
        if _has_surrogate(name):
            raise InputError("a key holds half a character (a lone surrogate), or bytes that are not of the file's encoding")
        # A byte that is not of the encoding looks like one too; it is told as what it is with the cells.
        if isinstance(value, str) and _has_surrogate(value) and not has_broken_bytes(value):
            raise InputError("holds half a character (a lone surrogate)", column=name)
    if twice := [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]:
        raise InputError(f"key {', '.join(twice)} stands more than once in the object")
    return dict(pairs)


def _has_surrogate(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= ch <= "\udfff" for ch in text)


def _workbook(path: Path, how: Form, limits: Limits) -> Generator[Line, None, None]:
    header: list[str] = []
    for found in read_workbook(path, how.sheet, limits, how.meant):
        if isinstance(found, InputError):
            yield found
        elif isinstance(found, Beside):
            yield NotKept(found.row, found.reason)
        elif not header:
            header = _header(found[1])
            yield Header(tuple(header))
        else:
            yield _cells(found[0], header, found[1])
