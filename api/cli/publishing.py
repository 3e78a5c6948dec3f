"""Commands on publication: what is published, what is not and why, what must be sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.acts import cases_of
from api.cli.graph import opened_names
from api.cli.moment import KnownAt
from api.cli.output import emit_rows, written_to
from api.cli.session import session
from api.cli.today import AsOf, DryRun, day_of
from api.use_cases import publishing
from api.use_cases.case_reading import graph_of
from api.use_cases.reading import snapshot_of

NAMES = {"number": "document_number", "kind": "decision_kind", "reason": "reason_code"}


def list_(
    context: typer.Context,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    withheld: Annotated[bool, typer.Option("--withheld", help="What is not published instead, and why.")] = False,
    out: Annotated[Path | None, typer.Option(help="File to write to.")] = None,
) -> None:
    """List what may be published on a day: permits, penalties and lists of enterprises, never natural persons."""
    here = session(context)
    day = day_of(as_of, here.today)
    with opened_names(here, known_at) as (store, known):
        cases = cases_of(here, store)
        snapshot = graph_of(store, cases) if known else snapshot_of(store)
        items = [item for item in publishing.judged(snapshot, cases, day, known) if item.verdict.publish is not withheld]
        if withheld:
            rows = [publishing.withheld(snapshot, item, here.words, known) for item in items]
        else:
            rows = [publishing.published(snapshot, item, here.words, known) for item in items]
    with written_to(out):
        emit_rows(here, rows, publishing.WITHHELD_COLUMNS if withheld else publishing.COLUMNS, names=NAMES)


def seal(context: typer.Context, as_of: AsOf = None, dry_run: DryRun = False) -> None:
    """Seal what is beyond the province's cap and carries nothing that may bind: hash, date and article stay, and nothing else.

    With a decision go its namings, every finding that rests on it, and what repeats its words, in one transaction. Nothing is
    sealed as of a day to come; a dry run may look ahead. Nobody acts on a case while it is judged and sealed.
    """
    here = session(context)
    day = day_of(as_of, here.today)
    with here.open() as store, here.acting(store, dry_run=dry_run):
        cases = cases_of(here, store)
        decisions, count = publishing.seal_on(store, graph_of(store, cases), cases, here.actor(), day, here.today, dry_run=dry_run)
    emit_rows(here, [{"decision": decision} for decision in decisions], ("decision",), dry_run=dry_run)
    if day > here.today:
        here.tell(here.words.say("tell.looks_ahead", day=day))
    if not dry_run:
        here.tell(here.words.say("tell.sealed", count=count))


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    family = typer.Typer(help="Publication and its firewall.", no_args_is_help=True, epilog="Example: zeren publish list")
    family.command("list", epilog="Example: zeren publish list --withheld --as-of 2026-12-01")(list_)
    family.command("seal", epilog="Example: zeren publish seal --dry-run")(seal)
    app.add_typer(family, name="publish")
