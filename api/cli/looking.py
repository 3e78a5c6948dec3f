"""Commands that look things up: search, show, record."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.output import emit_document, emit_rows
from api.cli.session import session
from api.rendering import record, shown
from api.use_cases import records, searching, showing
from api.use_cases.reading import party_of, snapshot_of


def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="Two characters of a name, pinyin, initials, or the beginning of a number.")],
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Answers at most.")] = 20,
) -> None:
    """Find people and enterprises by name, former name, pinyin, initials or number."""
    here = session(context)
    with here.open() as store:
        rows = searching.search(store, text, limit)
    emit_rows(here, rows, ("id", "name", "name_kind", "kind"))


def show(context: typer.Context, given: Annotated[str, typer.Argument(metavar="ID", help="Any id.")]) -> None:
    """Show a finding, statement, decision or entity with every wording recorded of it: source, file, row and values."""
    here = session(context)
    with here.open() as store:
        document = showing.show(store, snapshot_of(store), given, here.words, here.today)
    emit_document(here, document, shown(document, here.words))


def show_record(
    context: typer.Context, person: Annotated[str, typer.Argument(metavar="PERSON", help="Id, or a name that only one bears.")]
) -> None:
    """Show somebody's credit record: identity, posts, namings, restrictions and findings, each with where it was read."""
    here = session(context)
    with here.open() as store:
        snapshot = snapshot_of(store)
        document = records.record_of(store, snapshot, here.catalogue, party_of(snapshot, person), here.words, here.today)
    emit_document(here, document, record(document, here.words))


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("search", epilog="Example: zeren search 长生")(search)
    app.command("show", epilog="Example: zeren show cn_listed_demo:CS-2")(show)
    app.command("record", epilog="Example: zeren record 高某077 --lang en")(show_record)
