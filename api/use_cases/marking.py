"""A copy of an official's workbook, in which what was wrong is marked in its cells and listed on a sheet of its own.

Invariants (tests/integration/test_templates.py holds one test a number)
2. A marked copy has every issue of its file at its cell, or at the first of its row, and once more in a list, in the language
   asked; how many more there are than a report holds is said. The original is not touched.
5. No cell of the list is a formula, whatever the workbook says.
6. A cell that is part of a merged one is marked where the merged one shows it.
7. A marked copy is whole or not there, and takes the place of nothing but an earlier marked copy.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from api.locales import LANGS, Texts, texts
from api.use_cases.placing import placed
from api.use_cases.rule_messages import told_of_cells
from api.use_cases.templates import HEAD
from graph.errors import ConfigError, InputError
from loaders.base import Issue, Level, Report
from loaders.workbooks import see_that_it_fits, see_that_it_opens

_COLOUR: Final = {Level.REFUSED: PatternFill("solid", fgColor="FFF8C9C4"), Level.FLAGGED: PatternFill("solid", fgColor="FFFBE8B0")}
_UNPACKED: Final = 1 << 28
"""Bytes to which a workbook may unpack that is marked: it is held as a whole."""
_LONGEST: Final = 32_000
"""Characters that a cell or a comment holds."""


def write_marked(workbook: Path, report: Report, out: Path, words: Texts, sheet: str | None = None) -> tuple[int, int]:
    """Write a copy of a workbook with its issues marked; return how many are, and how many more there were.

    Parameters
    ----------
    workbook, out : Path
        The workbook, and where to write the copy.
    report : Report
        What the load of it said.
    words : Texts
        The language.
    sheet : str, optional
        The sheet that was loaded; the first without it.

    Raises
    ------
    ConfigError
        The copy would take the place of the original or of anything but a marked copy, or cannot be written.
    InputError
        It is no workbook.
    """
    see_place(workbook, out)
    try:
        see_that_it_opens(workbook)
        see_that_it_fits(workbook, _UNPACKED)
    except InputError as error:
        raise InputError(f"{workbook.name} {error.reason}") from error
    except BadZipFile as error:
        raise InputError(f"{workbook.name} is no Excel workbook that could be marked") from error
    try:
        book = openpyxl.load_workbook(workbook)
    except Exception as error:  # the package raises whatever the XML library does
        raise InputError(f"{workbook.name} is no Excel workbook that could be marked") from error
    page: Any = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
    mine = [issue for issue in report.issues if issue.file == workbook.name]
    more = report.total_issues - len(report.issues)
    _mark(page, mine, words)
    _list(book.create_sheet(words.say("template.issues")), mine, more, words)
    try:
        placed(out, book.save, partial(_see_that_marked, out))
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written: {error.strerror}") from error
    return len(mine), more


def see_place(workbook: Path, out: Path) -> None:
    """Refuse a name for a marked copy that is the workbook's own or anybody else's; raises `ConfigError`."""
    if out.resolve() == workbook.resolve():
        zh = f"{out} 就是该工作簿本身：请给标注的副本另取名称"
        raise ConfigError(f"{out} is the workbook itself; give the marked copy another name", zh=zh)
    if os.path.lexists(out):
        _see_that_marked(out, out)


def _see_that_marked(out: Path, there: Path) -> None:
    """Refuse to write over what stands under a name and is no marked copy; raises `ConfigError`."""
    try:
        with closing(openpyxl.load_workbook(there, read_only=True)) as book:
            sheets = set(book.sheetnames)
    except Exception:  # whatever the package says: it is no workbook
        sheets = set()
    if sheets.isdisjoint(texts(lang).say("template.issues") for lang in LANGS):
        zh = f"{out} 已存在，且不是标注过的副本：请给副本另取名称"
        raise ConfigError(f"{out} is there already, and no marked copy: give the copy another name", zh=zh)


def _mark(page: Any, issues: Sequence[Issue], words: Texts) -> None:
    heads = {str(cell.value).strip(): cell.column for cell in page[1] if cell.value is not None}
    for issue in issues:
        if issue.row is None:
            continue
        cell = _shown(page, issue.row, heads.get(issue.column or "", 1))
        said = told_of_cells(issue.reason, words.lang)
        text = "\n".join(part for part in (cell.comment.text if cell.comment else "", said) if part)
        cell.comment = Comment(text[:_LONGEST], "Zeren", width=360, height=120)
        cell.fill = _COLOUR.get(issue.level, _COLOUR[Level.FLAGGED])


def _shown(page: Any, row: int, column: int) -> Any:
    """Return a cell, or the one that shows what it is merged with."""
    for merged in page.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
            return page.cell(merged.min_row, merged.min_col)
    return page.cell(row, column)


def _list(listed: Any, issues: Sequence[Issue], more: int, words: Texts) -> None:
    listed.append([words.say(f"template.{head}") for head in ("row", "column", "weight", "reason")])
    for place, issue in enumerate(issues, 2):
        said = told_of_cells(issue.reason, words.lang)
        for column, value in enumerate((issue.row, issue.column, words.label("template_level", issue.level), said), 1):
            _write(listed.cell(place, column), value)
    if more:
        _write(listed.cell(len(issues) + 2, 4), words.say("template.more", count=more))
    for cell in listed[1]:
        cell.font, cell.fill = Font(bold=True), HEAD
    for place, width in enumerate((8, 24, 12, 110), 1):
        listed.column_dimensions[get_column_letter(place)].width = width


def _write(cell: Any, value: int | str | None) -> None:
    """Write a value; a text is stored as a text, whatever it begins with."""
    cell.value = value[:_LONGEST] if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
