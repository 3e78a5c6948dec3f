"""An export as an Excel workbook that an official can read: a sheet a table, names beside ids, reasons in words.

Invariants (tests/integration/test_export.py holds one test a number)
4. Every sheet has its header frozen and its columns named in the language; codes come out in words, days that are known as days,
   and a decision by its document number where it has one.
5. No cell is a formula; a text that begins like one is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from io import SEEK_CUR, SEEK_END, SEEK_SET, FileIO
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from api.locales import Texts
from api.use_cases.lawbook import shipped_in_english
from graph.dates import OPEN, Period
from graph.errors import InputError
from graph.export.extract import Extract
from graph.export.remembered import Remembered
from graph.export.rows import TABLES, Row
from graph.export.texts import for_xml, harmless
from graph.model import appearance_name

_MOST: Final = 1_048_575
"""Rows that a sheet holds below its header."""
_COLUMNS: Final = {
    "parties": ("name", "kind", "identifiers", "former_names", "other_names", "attributes", "sources", "id"),
    "relationships": (
        "party_name", "interest", "subject_name", "from", "until", "share", "amount_yuan", "text", "sure", "source", "file", "row",
        "party", "subject",
    ),
    "decisions": (
        "number", "kind", "authority", "date", "standing", "respondent_name", "acts", "conduct", "basis", "source", "file", "row",
        "respondent", "id",
    ),
    "namings": (
        "number", "name", "posts", "found_as", "found_text", "responsible", "imposed", "source", "file", "row", "party",
        "decision",
    ),
    "findings": (
        "number", "outcome", "status", "party_name", "role", "company_name", "effect", "origin", "measures", "basis", "from",
        "until", "reasons", "decision", "party", "company", "rule", "clause", "id",
    ),
}  # fmt: skip
_WIDE: Final = {"name": 34, "party_name": 28, "subject_name": 34, "company_name": 34, "respondent_name": 34, "reasons": 80,
                "measures": 48, "basis": 40, "authority": 28, "standing": 34, "acts": 40, "identifiers": 30}  # fmt: skip
_LONGEST: Final = 32_767
"""Characters that a cell holds."""
_DAYS: Final = ("date", "from", "until")
"""Columns of days."""
_A_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_FIRST_YEAR: Final = 1901
"""Excel counts days from 1900, and takes that year for a leap year."""
_NAMED: Final = ("party", "subject", "company", "respondent")


def write_workbook(extract: Extract, out: Path, words: Texts) -> dict[str, int]:
    """Write an extract; return how many rows each table has, and how many texts a cell was too short for.

    Raises
    ------
    InputError
        A table has more rows than a sheet holds.
    """
    book = Workbook(write_only=True)
    names, numbers = Remembered(), Remembered()
    counts, cut = {}, 0
    for table, (_, rows) in TABLES.items():
        columns = _COLUMNS[table]
        sheet = book.create_sheet(words.label("export_table", table))
        sheet.freeze_panes = "A2"
        for place, column in enumerate(columns, 1):
            sheet.column_dimensions[get_column_letter(place)].width = _WIDE.get(column, 16)
        sheet.append([_head(sheet, words.label("export", column)) for column in columns])
        counts[table] = 0
        for row in _worded(table, rows(extract), words, names, numbers):
            counts[table] += 1
            if counts[table] > _MOST:
                raise InputError(f"{table} has more than {_MOST:,} rows, which no sheet of Excel holds: export less, or as csv")
            cells = [_exact(row.get(column)) if column in _DAYS else row.get(column) for column in columns]
            cut += sum(isinstance(each, str) and len(for_xml(each)) > _LONGEST for each in cells)
            sheet.append([_cell(sheet, each) for each in cells])
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{counts[table] + 1}"
    with out.open("wb", buffering=0) as file:
        made = _OneError(file)
        book.save(made)
        made.check()
    return counts | {"without end_of_long_text": cut}


class _OneError:
    """A file that says at the end that it was full: in the middle of a sheet each of its writers would fail on its own, later."""

    def __init__(self, file: FileIO) -> None:
        self._file, self._at, self._size = file, 0, 0
        self._error: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write, unless that failed before."""
        if self._error is None:
            try:
                self._file.seek(self._at)
                self._file.write(data)
            except OSError as error:
                self._error = error
        self._at += len(data)
        self._size = max(self._size, self._at)
        return len(data)

    def seek(self, to: int, whence: int = SEEK_SET) -> int:
        """Go to a place."""
        self._at = to + {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        """Say where that is."""
        return self._at

    def flush(self) -> None:
        """Nothing waits."""

    def check(self) -> None:
        """Raise what failed."""
        if self._error is not None:
            raise self._error


def _head(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFE8EEF4")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(sheet: Any, value: object) -> Any:
    """Return a cell; a text is stored as a text, whatever it begins with."""
    if isinstance(value, date):
        day = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # it takes dates, and the stubs do not say so
        day.number_format = "yyyy-mm-dd"
        return day
    if not isinstance(value, str):
        return value
    text = for_xml(value)
    cell = WriteOnlyCell(sheet, text[:_LONGEST])
    cell.data_type = "s"
    if harmless(value) != value:
        cell.quotePrefix = True
    return cell


def _exact(value: object) -> object:
    """Return a day that is known as a date that Excel can sort and count with; anything else as it is."""
    if not isinstance(value, str) or _A_DAY.fullmatch(value) is None:
        return value
    day = date.fromisoformat(value)
    return day if day.year >= _FIRST_YEAR else value


def _worded(table: str, rows: Iterator[Row], words: Texts, names: Remembered, numbers: Remembered) -> Iterator[Row]:
    """Yield rows with codes in words and names and document numbers beside ids, learnt from the tables of parties and decisions."""
    make: dict[str, Callable[[Row], Row]] = {
        "parties": lambda row: {"kind": words.code("entity_kinds", row["kind"])},
        "relationships": lambda row: {
            "interest": words.interest(row["interest"]),
            "until": words.date(OPEN) if row["until"] == str(OPEN) else row["until"],
            "share": _share(row),
            "sure": _yes(row["sure"], words),
        },
        "decisions": lambda row: {
            "kind": words.code("decision_kinds", row["kind"]) if row["kind"] else None,
            "conduct": words.period(Period.parse(row["conduct"])) if row["conduct"] else None,
            "acts": words.codes("acts", (row["acts"] or "").split("; ")),
            "standing": _standing(row, words),
        },
        "namings": lambda row: {
            "posts": words.codes("roles", (row["posts"] or "").split("; ")),
            "found_as": words.codes("roles", (row["found_as"] or "").split("; ")),
            "imposed": words.codes("acts", (row["imposed"] or "").split("; ")),
            "responsible": _yes(row["responsible"], words),
        },
        "findings": lambda row: _finding(row, words),
    }
    for row in rows:
        if table == "parties":
            names.put(row["id"], row["name"])
        elif table == "decisions" and row["number"]:
            numbers.put(row["id"], row["number"])
        elif "decision" in row:
            row = row | {"number": numbers.get(row["decision"])}
        named = {f"{end}_name": names.get(row[end]) or appearance_name(row[end]) or row[end] for end in _NAMED if row.get(end)}
        yield row | named | make[table](row)


def _finding(row: Row, words: Texts) -> Row:
    return {
        "outcome": words.label("outcome", row["outcome"]),
        "status": words.label("status", row["status"]) if row["status"] else None,
        "effect": words.label("effect", row["effect"]),
        "origin": words.label("origin", row["origin"]),
        "role": words.label("party", row["role"]) if row["role"] == "respondent" else words.code("roles", row["role"]),
        "from": str(row["from"]) if row["from"] else None,
        "until": words.say("date.life") if row["until"] == "life" else row["until"],
        "measures": "; ".join(_measure(name, words) for name in (row["measures"] or "").split("; ") if name),
        "reasons": "\n".join(_premise(part, words) for part in (row["premises"] or "").split("; ") if part),
    }


def _standing(row: Row, words: Texts) -> str | None:
    """Return how a decision stands, in words: void from the beginning (by which, on which day)."""
    if row["standing"] is None:
        return None
    own = words.label("export_standing", row["standing"])
    how = words.label("status", row["standing"]) if own == row["standing"] else own
    by = words.words["list.join"].join(each for each in (row["standing_number"] or row["standing_by"], row["standing_on"]) if each)
    return words.say("export.standing_by", how=how, by=by) if by else how


def _measure(name_zh: str, words: Texts) -> str:
    return name_zh if words.lang == "zh" else shipped_in_english().get(name_zh, name_zh)


def _premise(text: str, words: Texts) -> str:
    """Return a premise and its answer in words."""
    name, _, rest = text.partition(": ")
    state, _, reason = rest.partition(" (")
    said = words.code("reasons", reason.removesuffix(")"))
    return f"{words.label('premise', name)}: {words.label('state', state)} ({said})"


def _share(row: Row) -> str | None:
    least, most = row["share_least_percent"], row["share_most_percent"]
    if least is None:
        return None
    return f"{least:g} %" if least == most else f"{least:g}-{most:g} %"


def _yes(value: bool | None, words: Texts) -> str | None:
    return None if value is None else words.say("export.yes" if value else "export.no")
