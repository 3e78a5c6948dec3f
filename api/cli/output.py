"""Rows and documents on standard output, as a table, JSON, CSV, Markdown or HTML: the only place that formats them.

Invariants (tests/unit/test_api_output.py holds one test a number)
1. The formats show the same rows; CSV and JSON keep the codes, whatever the language and the terminal.
2. A value that is not known is an empty cell, and null in JSON.
3. No cell of CSV is a formula to a spreadsheet; JSON keeps every value as it is.
4. What a dry run shows says so in every format: a title or a first line, `dry_run` in each row of JSON and CSV.
5. No character of a table or of a line is one that nobody sees, or that steers a terminal; nothing in a cell or title is markup.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import typer

from api.cli.formats import Format
from api.cli.session import Session
from api.cli.wording import worded
from api.csv_rows import cell_of, csv_row
from api.locales import Texts
from api.tables import html_page, markdown_table, widths
from api.use_cases.written import shown
from graph.errors import ConfigError
from graph.export.texts import csv_line

Row = Mapping[str, Any]
_WIDE = 10_000
"""Columns of a table that goes into a file or a pipe: nothing is cut there."""
PAGE = 132
"""Columns of such a table where its cells are sentences: long ones go on in the next line, so that it can be read."""
_AS_THEY_ARE: Mapping[str, str] = {}
_MARK: Mapping[str, bool] = {"dry_run": True}
"""What marks a row or a document as that of a dry run."""


def emit_rows(
    session: Session,
    rows: Sequence[Row],
    columns: Sequence[str],
    title: str = "",
    *,
    width: int = _WIDE,
    names: Mapping[str, str] = _AS_THEY_ARE,
    dry_run: bool = False,
) -> None:
    """Write rows in the format of the session.

    Parameters
    ----------
    session : Session
        Format and language.
    rows : sequence of mapping
        What JSON shows whole.
    columns : sequence of str
        What table and CSV show, as paths into a row (`party.name`).
    title : str
        Above the table.
    width : int
        Columns of a table that does not go to a terminal.
    names : mapping of str to str
        Columns that are called otherwise here, or hold other codes, than those of their name elsewhere.
    dry_run : bool
        They say what would be done, and are marked as that.
    """
    if dry_run and session.format is Format.TABLE:
        typer.echo(session.words.say("tell.dry_run"))  # a title is as narrow as its table
    elif dry_run and session.format.for_reading:
        title = title or session.words.say("tell.dry_run")
    elif dry_run:
        rows = [{**row, **_MARK} for row in rows]
        columns = [*columns, *_MARK]
        session.tell(session.words.say("tell.dry_run"))
    if session.format is Format.JSON:
        emit_json(rows)
    elif session.format in (Format.MARKDOWN, Format.HTML):
        headers = [session.words.label("column", names.get(column, column)) for column in columns]
        cells = [[worded(session.words, names.get(column, column), cell_of(row, column)) for column in columns] for row in rows]
        emit_grid(session, headers, cells, title)
    elif session.format is Format.CSV:
        sys.stdout.write(csv_line(columns))
        for row in rows:
            sys.stdout.write(csv_row(row, columns))
    else:
        emit_table(session.words, rows, columns, title, width=width, names=names)


def emit_grid(
    session: Session,
    headers: Sequence[str],
    rows: Iterable[Sequence[str]],
    title: str = "",
    notes: Iterable[str] = (),
    *,
    ruled: bool = True,
) -> None:
    """Write a grid of finished cells: as a table (narrow without rules), or as Markdown or HTML where the session asks for one."""
    if session.format is Format.MARKDOWN:
        typer.echo(markdown_table(headers, rows, title, notes), nl=False)
    elif session.format is Format.HTML:
        typer.echo(html_page(headers, rows, title, notes, session.lang), nl=False)
    else:
        draw(title, headers, rows, [None] * len(headers), _width(), ruled=ruled)
        for note in notes:
            say(note)


def emit_table(
    words: Texts,
    rows: Iterable[Row],
    columns: Sequence[str],
    title: str = "",
    *,
    width: int = _WIDE,
    names: Mapping[str, str] = _AS_THEY_ARE,
) -> None:
    """Write a table, whatever the format of the session."""
    headers = [words.label("column", names.get(column, column)) for column in columns]
    lines = [[worded(words, names.get(column, column), cell_of(row, column)) for column in columns] for row in rows]
    draw(title, headers, lines, _widths(headers, lines, width), _width(width))


def draw(
    title: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths: Sequence[int | None],
    width: int | None,
    *,
    ruled: bool = True,
) -> None:
    """Draw a table on a screen of so many columns."""
    from rich.console import Console  # what draws takes longer to import than what writes JSON, CSV or a document needs
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(shown(title)) if title else None, title_justify="left", header_style="bold")
    if not ruled:
        table.box, table.pad_edge, table.padding = None, False, (0, 1, 0, 0)
    for header, wide in zip(headers, widths, strict=True):
        table.add_column(header, overflow="fold", width=wide)
    for row in rows:
        table.add_row(*(Text(shown(cell)) for cell in row))
    Console(file=sys.stdout, width=width).print(table)


def _widths(headers: Sequence[str], lines: Sequence[Sequence[str]], width: int) -> Sequence[int | None]:
    """Return how wide the columns are on a page; None for what needs no thought: a terminal, or as wide as it comes."""
    if width == _WIDE or sys.stdout.isatty():
        return [None] * len(headers)
    return widths([[header, *(line[place] for line in lines)] for place, header in enumerate(headers)], width)


def _width(piped: int = _WIDE) -> int | None:
    return None if sys.stdout.isatty() else piped


def emit_document(session: Session, document: Row, lines: Iterable[str], *, dry_run: bool = False) -> None:
    """Write one document: as JSON, or in words. It has no rows: `session(context, document=True)` refuses other formats.

    What would be done by a dry run is marked as that.
    """
    if session.format is Format.JSON:
        emit_json({**document, **(_MARK if dry_run else {})})
    else:
        if dry_run:
            typer.echo(session.words.say("tell.dry_run"))
        for line in lines:
            say(line)


def say(text: str) -> None:
    """Write a line for people."""
    typer.echo(shown(text))


def emit_json(value: Any) -> None:
    """Write JSON, Chinese as it is."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def written_to(out: Path | None) -> Iterator[None]:
    """Let what is written meanwhile go to a file instead of standard output.

    Raises
    ------
    ConfigError
        The file cannot be written.
    """
    if out is None:
        yield
        return
    try:
        file = out.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written: {error.strerror}", zh=f"{out}：不能写入：{error.strerror}") from error
    with file, redirect_stdout(file):
        yield
