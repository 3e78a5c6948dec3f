"""Excel for officials: a template of each table of a mapping, and a copy of their workbook with what was wrong marked in its cells.

Invariants (tests/integration/test_templates.py holds one test a number)
1. A template that is filled in loads with its mapping; every column that the mapping reads is in it, and explained.
2. A marked copy has every issue of its file at its cell, or at the first of its row, and once more in a list; the original is not
   touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any, Final

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from api.locales import Texts
from graph.errors import ConfigError, InputError
from loaders import mapping as mappings
from loaders.base import Issue, Level
from loaders.cell_specs import AmountCell, Cell, DateCell, FlagCell, Model, ShareCell, TermCell

_HEAD: Final = PatternFill("solid", fgColor="FFE8EEF4")
_COLOUR: Final = {Level.REFUSED: PatternFill("solid", fgColor="FFF8C9C4"), Level.FLAGGED: PatternFill("solid", fgColor="FFFBE8B0")}
_VALUES: Final = 60
"""Values of a column that are listed one by one."""


def write_templates(mapping: mappings.Mapping, folder: Path, words: Texts) -> list[Path]:
    """Write one workbook a table, named so that the mapping takes it.

    Raises
    ------
    ConfigError
        A table is of a form that is no table of rows and columns, or a file is there already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table in mapping.tables:
        if table.format in ("record", "bods", "ftm", "jsonl"):
            raise ConfigError(f"{mapping.source}: the table {table.id} has no columns of a sheet (format {table.format})")
        path = folder / f"{table.id}.xlsx"
        if path.exists():
            raise ConfigError(f"{path} is there already")
        _template(mapping, table, words).save(path)
        written.append(path)
    return written


def _template(mapping: mappings.Mapping, table: mappings.Table, words: Texts) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = table.sheet or table.id[:31]
    asked = [column for pair in mapping.looked_up(table) for column in pair]
    columns = list(dict.fromkeys([*table.header, *table.columns, *asked, *table.ignore]))
    sheet.append(columns)
    sheet.freeze_panes = "A2"
    for place, cell in enumerate(sheet[1], 1):
        cell.font, cell.fill = Font(bold=True), _HEAD
        sheet.column_dimensions[get_column_letter(place)].width = max(14, 2 * len(columns[place - 1]) + 2)
        # A code or a date stays as it is typed; Excel would make a number of it.
        for row in range(2, 502):
            sheet.cell(row, place).number_format = "@"
    told: Any = book.create_sheet(words.say("template.sheet"))
    told.append(
        [words.say("template.column"), words.say("template.means"), words.say("template.form"), words.say("template.values")]
    )
    for cell in told[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
    for column in columns:
        explained = _explained(table, column, words)
        told.append([column, explained[0] or words.say("template.looked_up"), *explained[1:]])
    for place, width in enumerate((24, 40, 40, 70), 1):
        told.column_dimensions[get_column_letter(place)].width = width
    for row in told.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    told.append([])
    told.append([words.say("template.load", source=mapping.source, file=f"{table.id}.xlsx")])
    return book


def _explained(table: mappings.Table, column: str, words: Texts) -> tuple[str, str, str]:
    """Return what a column is for, how it is written, and which values it may have."""
    if column in table.ignore:
        return words.say("template.ignored"), "", ""
    uses, cells = [], []
    for fact in table.facts:
        for where, spec in _read_by(fact, column):
            uses.append(f"{words.label('template_fact', _fact_kind(fact))}: {words.label('template_part', where)}")
            cells += [spec] if isinstance(spec, Cell) else []
    forms = dict.fromkeys(form for cell in cells for form in _forms(cell, words))
    values = [text for cell in cells for text in list(cell.values or cell.contains or {})[:_VALUES]]
    return "; ".join(dict.fromkeys(uses)), "; ".join(forms), "、".join(dict.fromkeys(values))


def _fact_kind(fact: mappings.FactSpec) -> str:
    return next(name for name in ("entity", "relationship", "decision", "naming", "link") if getattr(fact, name) is not None)


def _read_by(value: object, column: str, where: str = "") -> Iterator[tuple[str, object]]:
    """Yield each part of a statement that reads a column, with the name of the part."""
    if isinstance(value, Model):
        if getattr(value, "column", None) == column or getattr(value, "choose", None) == column:
            yield where, value
        for name in type(value).model_fields:
            inside = name if name not in ("entity", "relationship", "decision", "naming", "link", "first", "at") else where
            yield from _read_by(getattr(value, name), column, inside or where)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _read_by(each, column, where)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _read_by(each, column, where)
    elif value == column and where in ("key", "id", "decision", "own"):
        yield where, value


def _forms(cell: Cell, words: Texts) -> Iterator[str]:
    if isinstance(cell, DateCell):
        yield words.say(f"template.date_{cell.order}")
        if cell.when_empty == "open":
            yield words.say("template.empty_open")
    elif isinstance(cell, ShareCell | AmountCell | TermCell):
        yield words.label("template_unit", cell.unit)
    elif isinstance(cell, FlagCell) or (cell.values and cell.otherwise == "refuse"):
        yield words.say("template.one_of")
    if cell.split:
        yield words.say("template.split", by=" ".join(cell.split))


def write_marked(workbook: Path, issues: Sequence[Issue], out: Path, words: Texts) -> int:
    """Write a copy of a workbook with its issues marked; return how many there are.

    Raises
    ------
    ConfigError
        The copy would take the place of the original, or cannot be written.
    InputError
        It is no workbook.
    """
    if out.resolve() == workbook.resolve():
        raise ConfigError(f"{out} is the workbook itself; give the marked copy another name")
    try:
        book = openpyxl.load_workbook(workbook)
    except Exception as error:  # the package raises whatever the XML library does
        raise InputError(f"{workbook.name} is no Excel workbook that could be marked") from error
    sheet: Any = book.worksheets[0]
    heads = {str(cell.value).strip(): cell.column for cell in sheet[1] if cell.value is not None}
    mine = [issue for issue in issues if issue.file == workbook.name]
    listed: Any = book.create_sheet(words.say("template.issues"))
    listed.append(
        [words.say("template.row"), words.say("template.column"), words.say("template.weight"), words.say("template.reason")]
    )
    for issue in mine:
        listed.append([issue.row, issue.column, words.label("template_level", issue.level), issue.reason])
        if issue.row is None:
            continue
        cell = sheet.cell(issue.row, heads.get(issue.column or "", 1))
        text = "\n".join(part for part in (cell.comment.text if cell.comment else "", issue.reason) if part)
        cell.comment = Comment(text, "Zeren", width=360, height=120)
        cell.fill = _COLOUR.get(issue.level, _COLOUR[Level.FLAGGED])
    for cell in listed[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
    for place, width in enumerate((8, 24, 12, 110), 1):
        listed.column_dimensions[get_column_letter(place)].width = width
    try:
        book.save(out)
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written: {error.strerror}") from error
    return len(mine)


def is_workbook(given: str) -> bool:
    """Whether a file is an Excel workbook by its name."""
    return PurePath(given).suffix.lower() == ".xlsx"
