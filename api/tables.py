"""Tables, and reports of several, as Markdown and as one HTML page that prints, needs no network, and runs nothing.

Invariants (tests/unit/test_api_tables.py holds one test a number)
1. What a cell says is text: nothing in it becomes markup, and no character in it is one that nobody sees.
2. Every row has as many cells as there are headers; a line break within a cell stays one.
3. The columns of a page never take more than the page, and none takes more than it needs.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from api.use_cases.written import shown

_WORD = re.compile(r"[!-~]+")
_BORDER, _SOME = 3, 6
"""Columns that a border and its blanks take, and what the narrowest cell gets if it needs it."""
_STYLE = """\
body { font: 14px/1.5 "Noto Sans SC", "Microsoft YaHei", sans-serif; margin: 2rem; color: #1d2530; }
table { border-collapse: collapse; }
th, td { border: 1px solid #c4ccd6; padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: break-word; }
th, td { min-width: 5em; }
thead th { background: #eef1f5; position: sticky; top: 0; z-index: 1; }
tbody th { background: #fff; position: sticky; left: 0; min-width: 9em; }
@page { size: A3 landscape; margin: 1cm; }
@media print { body { margin: 0; font-size: 9px; } thead { display: table-header-group; } }
@media print { th, td, tbody th { min-width: 0; } thead th, tbody th { position: static; } }
"""


def escape(text: str) -> str:
    """Return a text as a page shows it: no markup, and no character that nobody sees."""
    return html.escape(shown(text))


def markdown_table(headers: Sequence[str], rows: Iterable[Sequence[str]], title: str = "", notes: Iterable[str] = ()) -> str:
    """Return a table in Markdown, under its title and above its notes."""
    lines = [f"# {_harmless(title)}\n"] if title else []
    lines += [_line(headers), "|" + "---|" * len(headers), *map(_line, rows)]
    said = [f"- {_harmless(note)}" for note in notes]
    return "\n".join([*lines, *(["", *said] if said else [])]) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_harmless, cells))} |"


def _harmless(cell: str) -> str:
    """Return a cell as Markdown that says the same, in one line."""
    text = html.escape(shown(cell), quote=False).replace("\\", "\\\\")
    for sign in "|*_`[":
        text = text.replace(sign, f"\\{sign}")
    return "<br>".join(text.splitlines())


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a report: a heading (none: it belongs to the one before), what it says, headers and rows."""

    heading: str
    caption: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]


def html_page(
    headers: Sequence[str], rows: Iterable[Sequence[str]], title: str = "", notes: Iterable[str] = (), lang: str = "zh"
) -> str:
    """Return a page with one table below its notes, which may be its key; the first cell of a row heads it, and stays in sight."""
    said = "".join(f"<li>{_text(note)}</li>" for note in notes)
    return _page(title, f"{f'<ul>{said}</ul>' if said else ''}\n{_table(headers, rows)}\n", lang)


def html_sections(title: str, parts: Iterable[Section], lang: str = "zh") -> str:
    """Return a page with several tables, each under its caption; one without rows is left out."""
    return _page(title, "".join(_section(part) for part in parts if part.rows or part.heading), lang)


def _section(part: Section) -> str:
    heading = f"<h2>{_text(part.heading)}</h2>\n" if part.heading else ""
    table = f"{_table(part.headers, part.rows)}\n" if part.rows else ""
    return f"{heading}<h3>{_text(part.caption)}</h3>\n{table}"


def markdown_sections(title: str, parts: Iterable[Section]) -> str:
    """Return several tables in Markdown; one without rows is left out."""
    lines = [f"# {_harmless(title)}"]
    for part in parts:
        lines += ["", f"## {_harmless(part.heading)}"] if part.heading else []
        lines += ["", f"{_harmless(part.caption)}"] if part.rows or part.heading else []
        lines += ["", markdown_table(part.headers, part.rows).rstrip("\n")] if part.rows else []
    return "\n".join(lines) + "\n"


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in headers)
    body = "\n".join(f"<tr>{_row(cells)}</tr>" for cells in rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _page(title: str, body: str, lang: str) -> str:
    return (
        f'<!doctype html>\n<html lang="{escape(lang)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{escape(title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n'
        f"<body>\n<h1>{escape(title)}</h1>\n{body}</body>\n</html>\n"
    )


def _row(cells: Sequence[str]) -> str:
    first, *others = cells
    return f'<th scope="row">{_text(first)}</th>' + "".join(f"<td>{_text(cell)}</td>" for cell in others)


def _text(cell: str) -> str:
    return "<br>".join(map(escape, cell.splitlines()))


def widths(columns: Sequence[Sequence[str]], page: int) -> list[int]:
    """Return how wide columns are on a page, each with a border and a blank on either side.

    None is wider than its longest line; a code or a word of letters is broken only where it is among the longest and there is no
    room; what is left goes to the narrowest that need more.
    """
    room = page - _BORDER * len(columns) - 1
    longest = [max((cell_len(line) for cell in column for line in cell.splitlines()), default=1) for column in columns]
    words = [max((len(word) for cell in column for word in _WORD.findall(cell)), default=0) for column in columns]
    least = [min(whole, max(word, _SOME)) for whole, word in zip(longest, words, strict=True)]
    limit = next((most for most in range(max(least), 1, -1) if sum(min(wide, most) for wide in least) <= room), 1)
    found = [min(wide, limit) for wide in least]
    for _ in range(room - sum(found)):
        if wanting := [place for place, whole in enumerate(longest) if found[place] < whole]:
            found[min(wanting, key=found.__getitem__)] += 1
    return found
