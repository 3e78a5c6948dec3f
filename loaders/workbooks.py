"""A sheet of an Excel workbook as rows of text, as a person sees them there.

Invariants (tests/unit/test_loaders_workbooks.py holds one test a number; formulas are in tests/unit/test_loaders_tables.py)
1. A number that is shown in per cent is read in per cent, except where the mapping reads a part of one: 0.25 shown as
   25 % is `25%`.
2. A number of more than 15 digits is refused with its cell: Excel keeps 15 of them and puts zeros for the others. All cells of a
   row that cannot be read are told of at once.
3. A number with a fraction is no date: 2020.1 may have been typed as 2020.10.
4. Hidden sheets, rows and columns are read like others, and told of; so are sheets with the same columns that are not read.
5. A workbook that is protected by a password is told from one that is damaged, and one of another format is named.
6. A character that Excel wrote as `_x0001_` is that character.
7. A yes or no of Excel (TRUE, FALSE) is read where the mapping asks for one, and refused in any other column that it reads.
8. A date is read as far as it is shown: a month or a year is no day of it, and one without its year is refused.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from graph.errors import InputError
from graph.export.texts import unescaped
from loaders.merged_cells import Area, Merged, areas_in
from loaders.text_files import Limits

warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")  # what is wrong with a cell is said of its row here

_MOST_DIGITS: Final = 15
_OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a file of the format before .xlsx begins, and an .xlsx that is encrypted, which is put into such a file."""
_OTHERS: Final = (".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".et")
"""Endings of workbooks that are not read."""
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_NOT_SHOWN: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
"""What in a format of numbers is no sign of the format: quoted, escaped, a colour."""
_MINUTES: Final = re.compile(r"(?<=h)[^a-z]*m+|m+(?=[^a-z]*s)")
"""What in a format of times is minutes, and no month."""
_PARTS: Final = ("%Y", "%Y-%m", "%Y-%m-%d")
_HALF: Final = re.compile("[\ud800-\udfff]")
_ROW: Final = re.compile(rb'<(?:\w+:)?(row|col)\b([^>]*)hidden="(?:1|true)"([^>]*)>')
_ATTRIBUTE: Final = re.compile(rb'\b(r|min|max)="(\d+)"')
_BLOCK: Final = 1 << 20
_LONGEST_TAG: Final = 4_096


@dataclass(frozen=True, slots=True)
class Meant:
    """How the mapping reads numbers: the columns of dates, those of parts of one (0.25), and those where yes or no may stand."""

    dates: frozenset[str] = frozenset()
    fractions: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()


class Beside(NamedTuple):
    """What is to be told of the file beside its rows, and at which row."""

    row: int
    reason: str


class UnreadRow(InputError):
    """A row of which some cells cannot be read: why not, and what the others say."""

    def __init__(self, faults: Sequence[InputError], cells: Mapping[str, str]) -> None:
        first, *self.others = faults
        self.cells = cells
        super().__init__(first.reason, row=first.row, column=first.column)


Found = tuple[int, list[str]] | InputError | Beside


def read_workbook(path: Path, sheet: str | None, limits: Limits, meant: Meant) -> Generator[Found, None, None]:
    """Yield the rows of a sheet that are not empty, each with its number; the first is the header.

    Raises
    ------
    InputError
        It cannot be read, or no further.
    """
    with closing(_opened(path, limits)) as book:
        if sheet is not None and sheet not in book.sheetnames:
            raise InputError(f"has no sheet {sheet!r}; it has {', '.join(book.sheetnames)}")
        page = book[sheet] if sheet is not None else book.worksheets[0]
        header: list[str] = []
        merged = Merged(())
        try:
            for number, cells in enumerate(page.iter_rows(), 1):
                if not header:
                    header = [_plain(cell.value).strip() for cell in cells]
                    yield number, header
                    layout = _layout(path, page._worksheet_path)
                    merged = Merged(layout.merged)
                    yield from _hidden(page, layout)
                    yield from _unread(book, page, header) if sheet is None else ()
                elif any(cell.value is not None for cell in cells):
                    yield merged.seen(number, header, _row(number, header, cells, meant))
        except InputError:
            raise
        except Exception as error:
            # The parser of the package raises whatever the XML library does.
            raise InputError(f"its sheet cannot be read ({error.__class__.__name__}); the file was cut off or damaged") from error
        if not header:
            raise InputError("the sheet is empty")


def _opened(path: Path, limits: Limits) -> Any:
    see_that_it_opens(path)
    try:
        see_that_it_fits(path, limits.unpacked)
        return openpyxl.load_workbook(path, read_only=True, data_only=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, EOFError) as error:
        raise InputError("is not an Excel workbook, or was cut off; save it again as .xlsx") from error


def see_that_it_fits(path: Path, most: int) -> None:
    """Refuse a workbook that unpacks to more bytes."""
    with zipfile.ZipFile(path) as parts:
        if sum(part.file_size for part in parts.infolist()) > most:
            raise InputError(f"unpacks to more than {most:,} bytes")


def see_that_it_opens(path: Path) -> None:
    """Refuse a workbook that is encrypted, or of the format before .xlsx, whatever its name says."""
    with path.open("rb") as file:
        if file.read(len(_OLD)) != _OLD:
            return
        held = b""
        while block := file.read(_BLOCK):
            if _ENCRYPTED in held + block:
                raise InputError("is protected by a password (encrypted): open it in Excel and save it without one")
            held = block[-len(_ENCRYPTED) :]
    raise InputError("is a workbook of the old format (.xls); save it as .xlsx")


def other_format(name: str) -> str | None:
    """Return why a workbook of another format than .xlsx is not read, None for any other file."""
    ending = Path(name).suffix.lower()
    if ending not in _OTHERS:
        return None
    return f"{name} is a workbook of {'the old' if ending == '.xls' else 'another'} format ({ending}); save it as .xlsx"


def _row(number: int, header: Sequence[str], cells: Sequence[Any], meant: Meant) -> tuple[int, list[str]] | InputError:
    values: list[str] = []
    faults = []
    for place, cell in enumerate(cells):
        column = header[place] if place < len(header) else None
        try:
            values.append(_text(cell, column, meant))
        except InputError as error:
            values.append("")
            faults.append(InputError(f"cell {get_column_letter(place + 1)}{number} is {error.reason}", row=number, column=column))
    if faults:
        wrong = {fault.column for fault in faults}
        read = zip(header, values, strict=False)
        return UnreadRow(faults, {column: value.strip() for column, value in read if column not in wrong})
    return number, values + [""] * (len(header) - len(values))


def _text(cell: Any, column: str | None, meant: Meant) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):
        raise InputError(f"{'a formula' if cell.data_type == 'f' else 'an error value'}; paste it as a value")
    if isinstance(value, bool) and column not in meant.flags:
        raise InputError(
            f"{str(value).upper()}, a yes or no of Excel, where a text is meant: format the column as text, and type it"
        )
    if isinstance(value, str) and _HALF.search(text := _plain(value)):
        raise InputError(f"a text that holds half a character ({ascii(text)[:40]}); type it again")
    if isinstance(value, date):
        return _date(value, cell.number_format or "")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _plain(value)
    if abs(value) >= 10**_MOST_DIGITS:
        raise InputError(
            "a number of more than 15 digits, of which Excel keeps the first 15: format the column as text, and type it again"
        )
    if column in meant.dates and value % 1:
        raise InputError(f"the number {_plain(value)}, which is no date: format the column as text, and type it again")
    if "%" in _NOT_SHOWN.sub("", cell.number_format or "") and column not in meant.fractions:
        return f"{_decimal(value, 2)}%"
    return _plain(value)


def _date(value: date, form: str) -> str:
    """Return a date as far as the format of its cell shows it: Excel keeps a day of what was typed as a month or a year."""
    shown = _MINUTES.sub("", _NOT_SHOWN.sub("", form.partition(";")[0]).lower())
    if not re.search("[ymde]", shown) or shown == "general":
        return _plain(value)
    if not re.search("[ye]", shown):
        raise InputError(f"a date whose year is not shown ({form}): format the column as text, and type it again")
    parts = 3 if "d" in shown else 2 if "m" in shown else 1
    return _plain(value) if parts == len(_PARTS) else value.strftime(_PARTS[parts - 1])


def _plain(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
        case date():
            return value.isoformat()
        case bool():
            return str(value).lower()
        case float():
            return _decimal(value)
        case str():
            return unescaped(value)
        case _:
            return str(value)


def _decimal(value: float, power: int = 0) -> str:
    """Return a number, times a power of ten, with the 15 digits that Excel shows of it, and without an exponent."""
    number = Decimal(f"{value:.{_MOST_DIGITS}g}")
    return f"{number.scaleb(power).normalize():f}" if number.is_finite() else str(number)


def _hidden(page: Any, layout: _Layout) -> Iterator[Beside]:
    """Tell of what nobody sees in the sheet, although it is read."""
    if page.sheet_state != "visible":
        yield Beside(1, f"the sheet {page.title!r} is hidden; it was read all the same")
    rows, columns = layout.rows, layout.columns
    if rows:
        told = f"{len(rows)} rows are hidden ({_some(list(map(str, rows)))}); they were read all the same"
        yield Beside(rows[0], "the row is hidden; it was read all the same" if len(rows) == 1 else told)
    if columns:
        letters = [get_column_letter(place) for place in columns]
        yield Beside(1, f"{len(columns)} columns are hidden ({_some(letters)}); they were read all the same")


def _unread(book: Any, page: Any, header: Sequence[str]) -> Iterator[Beside]:
    """Tell of other sheets that look the same and are not read."""
    first = ((each.title, next(each.iter_rows(max_row=1, values_only=True), ())) for each in book.worksheets if each is not page)
    same = [title for title, cells in first if _headed(map(_plain, cells)) == _headed(header)]
    if same:
        yield Beside(1, f"{len(same)} sheets with the same columns were not read ({_some(same)}): load each as a file of its own")


def _headed(cells: Iterable[str]) -> list[str]:
    return [text for cell in cells if (text := cell.strip())]


def _some(places: Sequence[str]) -> str:
    return ", ".join(places[:10]) + (", …" if len(places) > 10 else "")


class _Layout(NamedTuple):
    """The numbers of the hidden rows and columns, and the merged cells: the reader of rows leaves them out."""

    rows: list[int]
    columns: list[int]
    merged: list[Area]


def _layout(path: Path, part: str) -> _Layout:
    rows: dict[int, None] = {}
    columns: dict[int, None] = {}
    merged: dict[Area, None] = {}
    held = b""
    with zipfile.ZipFile(path) as parts, parts.open(part.lstrip("/")) as file:
        while block := file.read(_BLOCK):
            held += block
            for what, before, after in _ROW.findall(held):
                said = {name: int(number) for name, number in _ATTRIBUTE.findall(before + after)}
                if what == b"row" and b"r" in said:
                    rows[said[b"r"]] = None
                elif b"min" in said:
                    columns |= dict.fromkeys(range(said[b"min"], min(said.get(b"max", 0), 16_384) + 1))
            merged |= dict.fromkeys(areas_in(held))
            held = held[-_LONGEST_TAG:]
    return _Layout(list(rows), list(columns), list(merged))
