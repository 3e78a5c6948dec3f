"""Commands on the city policy: the matrix, the list of measures, its items and tasks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from analytics.responsibility.policy.document import load_policy
from analytics.responsibility.policy.matrix import COLUMNS, ORDER
from api.cli.formats import Format
from api.cli.moment import AsOf, KnownAt, day_of, rules_at
from api.cli.output import PAGE, emit_grid, emit_json, emit_rows, written_to
from api.cli.session import Session, session
from api.use_cases.policy import item_rows, marked, matrix_rows, measure_list, not_yet, task_rows, told_articles

MATRIX_COLUMNS = ("measure.id", "role", "state", "articles", "articles_by_office", "unverified", "rules")
_CODED = ("kind", "category", "target", "executes", "carried")
Out = Annotated[Path | None, typer.Option("--out", help="Write to this file instead of standard output.")]


class Kind(StrEnum):
    """Whether a measure must or may be taken."""

    MANDATORY = "mandatory"
    RECOMMENDED = "recommended"


class Category(StrEnum):
    """The four categories of items 11 to 14."""

    ADMINISTRATIVE = "administrative"
    MARKET = "market"
    INDUSTRY = "industry"
    SOCIAL = "social"


class Target(StrEnum):
    """Whom a measure is aimed at."""

    ENTERPRISE = "enterprise"
    PERSON = "person"
    BOTH = "both"


def show_matrix(
    context: typer.Context,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    out: Out = None,
) -> None:
    """Show the measures of the city policy by roles: established, lead only, disabled or never, with the article behind every cell.

    It is the law of the day that --as-of names, else of today; before the day of its issue there is none, and that is said. The
    table has signs; Markdown, HTML, CSV and JSON have the articles.
    """
    here = session(context)
    day = day_of(as_of) or here.today
    rows = matrix_rows(load_policy(), rules_at(here, known_at), day)
    _tell_if_not_yet(here, day)
    with written_to(out):
        if not here.format.for_reading:
            emit_rows(here, _flat(rows) if here.format is Format.CSV else rows, MATRIX_COLUMNS)
        else:
            _emit_matrix(here, rows, here.words.say("matrix.title", day=day))


def _tell_if_not_yet(here: Session, day: date) -> None:
    """Say that the policy was not in force on a day, beside the rows that are none."""
    if told := not_yet(load_policy(), day, here.words):
        here.tell(told)


def _emit_matrix(here: Session, rows: list[dict[str, Any]], title: str) -> None:
    """Write one line a measure and one column a role."""
    full, words = here.format is not Format.TABLE, here.words
    headers = [words.label("column", "measure"), *(_role(here, column) for column in COLUMNS)]
    lines: dict[str, list[str]] = {}
    for row in rows:
        name = f"{row['measure']['id']} {row['measure']['name'][here.lang]}"
        lines.setdefault(name, [name]).append(_full(here, row) if full else words.label("sign", row["state"]) + _mark(row))
    legend = [f"{words.label('sign', state)} {words.label('reach', state)}: {words.say(f'matrix.{state}')}" for state in ORDER]
    emit_grid(here, headers, lines.values(), title, [*legend, words.say("matrix.office_articles" if full else "matrix.office")])


def _mark(row: Mapping[str, Any]) -> str:
    """Return the sign of a cell that is reached on the office alone; in brackets where only by some of its articles."""
    groups = {group["by_office"] for group in row["reached"]}
    return "" if True not in groups else "°" if groups == {True} else "(°)"


def _flat(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the cells with the articles by which the office alone is enough in a column of their own."""
    return [
        row | {"articles_by_office": [name for group in row["reached"] if group["by_office"] for name in group["articles"]]}
        for row in rows
    ]


def _full(here: Session, row: Mapping[str, Any]) -> str:
    """Return a cell with its articles, and the rules that they stand in: first those by which the office alone is enough."""
    state = f"{here.words.label('sign', row['state'])} {here.words.label('reach', row['state'])}"
    lines = [_group(here, row, group) for group in row["reached"]] or ["; ".join(told_articles(row, here.words))]
    return "\n".join([state, *lines])


def _group(here: Session, row: Mapping[str, Any], group: Mapping[str, Any]) -> str:
    sign = "° " if group["by_office"] else ""
    return f"{sign}{'; '.join(marked(group['articles'], row['unverified'], here.words))} ({', '.join(group['rules'])})"


def _role(here: Session, column: str) -> str:
    own = here.words.label("matrix_column", column)
    return here.words.code("roles", column) if own == column else own


def measures(
    context: typer.Context,
    kind: Annotated[Kind | None, typer.Option("--kind", help="Only mandatory or only recommended ones.")] = None,
    category: Annotated[Category | None, typer.Option("--category", help="Only one of the four categories.")] = None,
    target: Annotated[Target | None, typer.Option("--target", help="Only those aimed at enterprises, persons or both.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    out: Out = None,
) -> None:
    """List the measures: must or may, category, target, who executes, the article, and its text where it was read."""
    here = session(context)
    document = measure_list(
        load_policy(), rules_at(here, known_at), as_of=day_of(as_of), kind=kind, category=category, target=target
    )
    columns = [
        "id", f"name.{here.lang}", "kind", "wording", "category", "target", "executes", "articles", "carried", "rule", "text",
    ]  # fmt: skip
    columns += ["unverified"] * (here.format is Format.CSV)
    with written_to(out):
        if here.format is Format.JSON:
            emit_json(document)
        else:
            rows, day = document["measures"], day_of(as_of)
            kind_of_list = "other" if document["version"] is None else "of_day" if day else "whole"
            title = here.words.say(
                f"measures.{kind_of_list}", version=document["version"], issued=document["issued"], day=day, count=len(rows)
            )
            shown = rows if here.format is Format.CSV else [_in_words(here, row) for row in rows]
            emit_rows(here, shown, columns, title, width=PAGE)


def _in_words(here: Session, row: dict[str, Any]) -> dict[str, Any]:
    """Return a measure as a person reads it; CSV and JSON keep the codes."""
    coded = {field: here.words.label(f"measure_{field}", str(row[field])) for field in _CODED}
    return row | coded | {"articles": told_articles(row, here.words)}


def policy(
    context: typer.Context,
    tasks: Annotated[bool, typer.Option("--tasks", help="The 22 tasks of the annex with their responsible units instead.")] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    out: Out = None,
) -> None:
    """List the 26 items of the city policy, and which part of the system serves each, or that it is not software.

    Before the day of its issue there is none. It ships with the program, and is the same at every version.
    """
    here = session(context)
    rules_at(here, known_at)
    document = load_policy()
    listed = task_rows(document) if tasks else item_rows(document)
    day = day_of(as_of) or here.today
    rows = listed if document.stands_on(day) else []
    _tell_if_not_yet(here, day)
    columns = ("number", "task", "lead", "with", "items") if tasks else ("number", f"title.{here.lang}")
    with written_to(out):
        if not here.format.for_reading:
            emit_rows(here, rows, (*columns, "served_by", "software"))
            return
        shown = [row | {"served_by": row["served_by"] or here.words.say("policy.not_software")} for row in rows]
        told = () if tasks else (f"how.{here.lang}",)
        emit_rows(here, shown, (*columns, "served_by", *told), here.words.say("policy.title"), width=PAGE)


def add_to(family: typer.Typer) -> None:
    """Add the commands to `zeren rules`."""
    family.command("matrix", epilog="Example: zeren rules matrix --format html --out matrix.html")(show_matrix)
    family.command("measures", epilog="Example: zeren rules measures --kind mandatory --target person")(measures)
    family.command("policy", epilog="Example: zeren rules policy --tasks")(policy)
