"""The command on the quality of what was delivered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.formats import Format
from api.cli.moment import AsOf, KnownAt, day_of, version_at
from api.cli.output import emit_json, emit_rows, emit_table, written_to
from api.cli.session import session
from api.tables import html_sections, markdown_sections
from api.use_cases.quality import COLUMNS, OVER_TIME, check_rows, conflict_rows, delivery_rows, flat_rows, quality_report, sections

_CHECKS = ("source", "check", "count", "of", "share", "examples")
_CONFLICTS = ("entity", "field", "shown", "others", "because")


def show_quality(
    context: typer.Context,
    source: Annotated[str | None, typer.Option(help="This source alone.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of standard output.")] = None,
) -> None:
    """Show what is doubtful in what the sources delivered: duplicates, check digits, dates, orphans, namesakes, conflicts.

    HTML and Markdown are a report to read; JSON has every example; CSV has checks and conflicts in one table.
    """
    here = session(context)
    with here.open() as store:
        report = quality_report(store, day_of(as_of) or here.today, source, version_at(here, store, known_at))
    title = here.words.say("quality.title", day=report["day"], version=report["version"])
    with written_to(out):
        if here.format is Format.JSON:
            emit_json(report)
        elif here.format is Format.HTML:
            typer.echo(html_sections(title, sections(report, here.words), here.lang), nl=False)
        elif here.format is Format.MARKDOWN:
            typer.echo(markdown_sections(title, sections(report, here.words)), nl=False)
        else:
            if here.format is Format.CSV:
                emit_rows(here, flat_rows(report), (*_CHECKS, *_CONFLICTS), title)
                return
            emit_rows(here, check_rows(report), _CHECKS, title, names=COLUMNS)
            if delivered := delivery_rows(report):
                emit_table(here.words, delivered, ("source", *OVER_TIME), here.words.say("quality.over_time"), names=COLUMNS)
            if report["conflicts"]:
                emit_table(here.words, conflict_rows(report), _CONFLICTS, here.words.say("quality.conflicts"))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("quality", epilog="Example: zeren quality --source cn_listed_demo --format html --out quality.html")(show_quality)
