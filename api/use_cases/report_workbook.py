"""A report as an Excel workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from api.locales import Texts
from api.use_cases.report_words import counted_text, key_text
from api.use_cases.reports import COLUMNS


def workbook(rows: Iterable[Mapping[str, Any]], title: str, words: Texts) -> bytes:
    """Return a report as an Excel workbook for people, a sheet for each section, titled, in their language, no codes."""
    titles = [words.label("column", {"key": "report_key"}.get(column, column)) for column in COLUMNS[1:]]
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets: dict[str, Any] = {}
    for row in rows:
        if row["section"] not in sheets:
            sheets[row["section"]] = book.create_sheet(words.label("report_section", row["section"]))
            sheets[row["section"]].append([title])
            sheets[row["section"]].append(titles)
        cells = [key_text(row["key"], words), counted_text(row["measure_of"], words)]
        sheets[row["section"]].append([*(f"'{c}" if c.startswith(("=", "+", "-", "@")) else c for c in cells), row["count"]])
    if not sheets:
        book.create_sheet(words.say("report.empty")).append([title])
    out = BytesIO()
    book.save(out)
    return out.getvalue()
