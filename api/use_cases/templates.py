"""Excel for officials: a template of each table of a mapping, with a sheet that explains its columns; copies are in `marking`.

Invariants (tests/integration/test_templates.py holds one test a number)
1. A template that is filled in loads with its mapping; every column that the mapping reads is in it, and explained in words.
3. A column without which a row is refused is said to be required.
4. A column that may hold nothing but listed values offers them, and takes no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from api.locales import Texts
from graph.errors import ConfigError
from loaders import mapping as mappings
from loaders.cell_specs import AmountCell, Cell, DateCell, FlagCell, Model, ShareCell, TermCell
from loaders.fact_specs import FactSpec
from loaders.reference_specs import ChooseRef, FirstRef, IdRef, NameRef, OwnRef
from loaders.tables import NO_SHEET

HEAD: Final = PatternFill("solid", fgColor="FFE8EEF4")
_REQUIRED: Final = PatternFill("solid", fgColor="FFFBE8B0")
_ROWS: Final = 500
"""Rows that are prepared for filling in; more may be added."""
_NEEDED_CELLS: Final = ("id", "kind", "authority", "decision", "relation", "other")
"""Cells of a statement that must say something."""
_NEEDED: Final = ("at", "party", "subject", "respondent", *_NEEDED_CELLS)
_IDENTIFIES: Final = frozenset({"own", "id", "cases", "decision", ""})
_TELLS_APART: Final = frozenset({"key", "given", "when", "choose"})
_WHO: Final = frozenset({"party", "subject", "respondent"})
"""Parts of statements: those that say which one is meant, those that tell rows apart, and those that stand for somebody."""
_VALUES: Final = 60
"""Values of a column that are listed one by one."""


def write_templates(mapping: mappings.Mapping, folder: Path, words: Texts) -> list[Path]:
    """Write one workbook a table that has columns, named so that the mapping takes it.

    Raises
    ------
    ConfigError
        No table is one of rows and columns, or a file is there already.
    """
    tables = [table for table in mapping.tables if table.format not in NO_SHEET]
    if not tables:
        forms = ", ".join(dict.fromkeys(str(table.format) for table in mapping.tables))
        raise ConfigError(f"{mapping.source} has no columns of a sheet (format {forms}): its files are loaded as they are")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table in tables:
        path = folder / f"{table.id}.xlsx"
        if path.exists():
            raise ConfigError(f"{path} is there already")
        _template(mapping, table, words).save(path)
        written.append(path)
    return written


def without_template(mapping: mappings.Mapping) -> list[str]:
    """Return the tables that have no template: their files are no rows and columns."""
    return [table.id for table in mapping.tables if table.format in NO_SHEET]


def _template(mapping: mappings.Mapping, table: mappings.Table, words: Texts) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = table.sheet or table.id[:31]
    asked = [column for pair in mapping.looked_up(table) for column in pair]
    columns = list(dict.fromkeys([*table.header, *table.columns, *asked, *table.ignore]))
    sheet.append(columns)
    sheet.freeze_panes = "A2"
    needed = set(_required(table))
    for place, cell in enumerate(sheet[1], 1):
        cell.font, cell.fill = Font(bold=True), _REQUIRED if cell.value in needed else HEAD
        sheet.column_dimensions[get_column_letter(place)].width = max(14, 2 * len(columns[place - 1]) + 2)
        # A code or a date stays as it is typed; Excel would make a number of it.
        for row in range(2, _ROWS + 2):
            sheet.cell(row, place).number_format = "@"
    told: Any = book.create_sheet(words.say("template.sheet"))
    told.append([words.say(f"template.{head}") for head in ("column", "means", "required", "form", "values")])
    for cell in told[1]:
        cell.font, cell.fill = Font(bold=True), HEAD
    for column in columns:
        explained = _explained(table, column, words)
        required = words.say("template.yes") if column in needed else ""
        told.append([column, explained[0] or words.say("template.looked_up"), required, *explained[1:]])
    for place, width in enumerate((24, 40, 10, 40, 70), 1):
        told.column_dimensions[get_column_letter(place)].width = width
    for row in told.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    told.append([])
    load = "template.load_snapshot" if mapping.mode == "snapshot" and mapping.delivered is None else "template.load"
    told.append([words.say(load, source=mapping.source, file=f"{table.id}.xlsx")])
    _offer(book, table, columns, words)
    return book


def _offer(book: openpyxl.Workbook, table: mappings.Table, columns: list[str], words: Texts) -> None:
    """Offer the listed values of columns that may hold no others; of those that hold several in one cell, offer them alone."""
    data: Any = book.worksheets[0]
    lists: Any = book.create_sheet(words.say("template.lists"))
    lists.sheet_state = "hidden"
    for place, column in enumerate(columns, 1):
        cells = [spec for fact in table.facts for _, spec in _read_by(fact, column) if isinstance(spec, Cell)]
        closed = [cell for cell in cells if cell.values is not None and cell.otherwise == "refuse" and cell.lookup is None]
        if not closed or any(cell.values is None for cell in cells):
            continue
        values = [text for text in closed[0].values or {} if text and all(text in (cell.values or {}) for cell in closed)]
        if not values:
            continue
        letter = get_column_letter(lists.max_column + (1 if lists["A1"].value else 0))
        for row, text in enumerate([column, *values], 1):
            lists[f"{letter}{row}"].value, lists[f"{letter}{row}"].data_type = text, "s"
        rule = DataValidation("list", f"'{lists.title}'!${letter}$2:${letter}${len(values) + 1}", allow_blank=True)
        rule.showErrorMessage = not any(cell.split for cell in closed)
        rule.errorTitle, rule.error = words.say("template.values"), words.say("template.one_of")
        data.add_data_validation(rule)
        rule.add(f"{get_column_letter(place)}2:{get_column_letter(place)}{_ROWS + 1}")


def _required(table: mappings.Table) -> Iterator[str]:
    """Yield the columns of which an empty cell refuses the row."""
    for fact in table.facts:
        if fact.when is None and not fact.each:
            yield from _ids(fact.spec, in_id=False)


def _ids(value: object, *, in_id: bool) -> Iterator[str]:
    """Yield the columns of which ids are made that every row must have: where one of several may say whom, none is."""
    if isinstance(value, FirstRef | ChooseRef):
        if isinstance(value, ChooseRef):
            yield value.choose
    elif isinstance(value, IdRef):
        yield value.place
    elif isinstance(value, OwnRef):
        yield from value.own
    elif isinstance(value, NameRef):
        yield from _columns_of(value.by_name)
    elif isinstance(value, Cell) and in_id:
        yield from _columns_of(value)
    elif isinstance(value, Model):
        for name in type(value).model_fields:
            if name in _NEEDED:
                yield from _ids(getattr(value, name), in_id=name in _NEEDED_CELLS)
    elif isinstance(value, tuple):
        for each in value:
            yield from _ids(each, in_id=in_id)


def _columns_of(cell: Cell) -> Iterator[str]:
    if cell.place is not None and "" not in (cell.values or {}):
        yield cell.place


def _explained(table: mappings.Table, column: str, words: Texts) -> tuple[str, str, str]:
    """Return what a column is for, how it is written, and which values it may have."""
    if column in table.ignore:
        return words.say("template.ignored"), "", ""
    uses, cells = [], []
    for fact in table.facts:
        for where, spec in _read_by(fact, column):
            uses.append((_fact_kind(fact), where))
            cells += [spec] if isinstance(spec, Cell) else []
    forms = dict.fromkeys(form for cell in cells for form in _forms(cell, words))
    values = [text for cell in cells for text in list(cell.values or cell.contains or {})[:_VALUES]]
    return _meant(uses, words), "; ".join(forms), "、".join(dict.fromkeys(values))


def _meant(uses: Sequence[tuple[str, str]], words: Texts) -> str:
    """Return what stands in a column, as whoever fills it in would say: what the mapping makes of it besides is left out."""
    parts = {where for _, where in uses}
    shown = [where for _, where in uses if where not in _IDENTIFIES and where not in _TELLS_APART]
    labels = list(dict.fromkeys(words.label("template_part", where) for where in shown))
    if parts & _IDENTIFIES and set(shown) <= _WHO:
        labels = labels or list(dict.fromkeys(words.label("template_fact", fact) for fact, _ in uses))
        return words.say("template.identifies", what=words.say("list.join").join(labels))
    return words.say("list.join").join(labels) if labels or not parts else words.say("template.tells_apart")


def _fact_kind(fact: FactSpec) -> str:
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
