"""What is told of the cells of a delivery: a cell may name anybody, also somebody who is not in the store.

It is found by its shape, wherever in a document it stands: the issues and examples of a load, the error of a job that loads, the
examples and conflicts of a report of quality.

Invariants (tests/unit/test_access_cells.py holds one test a number)
1. Without its cells an issue has its level, file, row, column and the kind of the problem in fixed words, no text of the delivery.
2. A column is named where a mapping that ships reads it: a file without a header has its first row for names of columns.
3. Of the error of a load the first line is left; the lines after it quote rows.
4. Without its cells an example has its file and row (and of a load its table and what would become of it), and conflicts are
   counted.
5. Cells are told for a purpose alone: what a load says of them to whoever sees persons in full, for nobody can find a person in
   them to be masked; what stands in the store to whoever sees names.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from api.access.roles import View
from api.locales import texts
from api.use_cases.rule_messages import kind_of_cells

_ISSUE: Final = frozenset({"level", "file", "row", "column", "reason", "value"})
_EXAMPLE: Final = frozenset({"table", "change", "file", "row", "key", "old", "new"})
_QUALITY: Final = frozenset({"sources", "conflicts", "conflict_count"})
_LOADS: Final = "load"
Document = dict[str, Any]


def sees_rows(view: View, *, purpose: bool) -> bool:
    """Say whether what a load says of cells is told: nobody can find a person in them to be masked."""
    return purpose and view == "full"


def cells_told(document: Document, view: View, *, purpose: bool) -> tuple[Document, list[str]]:
    """Return a document with the cells that may be told, and of which jobs, deliveries or sources they are; it is not altered."""
    told: list[str] = []
    if isinstance(items := document.get("items"), list):
        shown = [_told(item, view, purpose, told) if isinstance(item, dict) else item for item in items]
        return {**document, "items": shown}, told
    return _told(document, view, purpose, told), told


def error_without_cells(error: str, lang: str = "en") -> str:
    """Return what went wrong with a load, without what it quotes of rows."""
    first, _, rows = error.partition("\n")
    return f"{first}: {texts(lang).say('access.cells_kept')}" if rows else first


def _told(part: Document, view: View, purpose: bool, told: list[str]) -> Document:
    """Return a job or report, and note it where cells of it are told."""
    answer = part.get("answer")
    report = answer if isinstance(answer, dict) else part
    of_rows, of_store = bool(_issues(report) or _examples(report)), report.keys() >= _QUALITY
    of_load = of_rows or "\n" in _error(part)
    if not (of_load or of_store):
        return part
    if sees_rows(view, purpose=purpose) or (purpose and of_store and view == "named"):
        told.append(str(part.get("id") or part.get("delivery") or part.get("source") or "quality"))
        return part
    plain = _quality_without(report) if of_store else _report_without(report) if of_rows else report
    shown = {**part, "answer": plain} if report is answer else plain
    return {**shown, "error": error_without_cells(_error(part))} if _error(part) else shown


def _issues(report: Mapping[str, Any]) -> list[Document]:
    issues = report.get("issues")
    return issues if isinstance(issues, list) and all(isinstance(one, dict) and one.keys() >= _ISSUE for one in issues) else []


def _examples(report: Mapping[str, Any]) -> list[Document]:
    shown = report.get("examples")
    return shown if isinstance(shown, list) and all(isinstance(one, dict) and one.keys() == _EXAMPLE for one in shown) else []


def _error(part: Mapping[str, Any]) -> str:
    return str(part.get("error") or "") if part.get("kind") == _LOADS else ""


def _report_without(report: Document) -> Document:
    read = _columns(str(report.get("source")))
    bare = {"issues": [_kind(issue, read) for issue in _issues(report)]}
    if _examples(report):
        bare["examples"] = [{**example, "key": "…", "old": {}, "new": {}} for example in _examples(report)]
    return {**report, **bare}


def _kind(issue: Document, read: frozenset[str]) -> Document:
    column = issue["column"] if issue["column"] in read else None
    return {**issue, "column": column, "reason": kind_of_cells(issue["reason"]), "value": ""}


def _quality_without(report: Document) -> Document:
    sources = [{**source, "checks": [_check_without(check) for check in source["checks"]]} for source in report["sources"]]
    return {**report, "sources": sources, "conflicts": []}


def _check_without(check: Document) -> Document:
    return {**check, "examples": [{**example, "text": ""} for example in check["examples"]]}


@cache
def _columns(source: str) -> frozenset[str]:
    """Return the columns that the mappings of a source read; of none that ships, nothing."""
    from loaders.mapping_file import load_mapping, names  # few answers need them

    every = [mapping for mapping in map(load_mapping, names()) if mapping.source == source]
    tables = [(mapping, table) for mapping in every for table in mapping.tables]
    looked_up = {column for mapping, table in tables for pair in mapping.looked_up(table) for column in pair}
    return frozenset({column for _, table in tables for column in table.columns} | looked_up)
