"""Commands that look things up: search, show, record, preview."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.graph import opened_people
from api.cli.moment import AsOf, KnownAt, day_of, rules_then, version_at
from api.cli.output import emit_document, emit_rows
from api.cli.session import session
from api.rendering import preview, record, shown
from api.use_cases import previewing, records, searching, showing
from api.use_cases.reading import snapshot_of
from graph.snapshot.scope import snapshot_about

COLUMNS = ("id", "name", "name_kind", "called", "kind")


def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="Two characters of a name, pinyin, initials, or the beginning of a number.")],
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Answers at most.")] = 20,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Find people and enterprises by name, former name, pinyin, initials or number."""
    here = session(context)
    with here.open() as store:
        rows = searching.search(store, text, limit, as_of=day_of(as_of), known_at=version_at(here, store, known_at))
    emit_rows(here, rows, COLUMNS, names={"kind": "kind_of_found"})
    if not rows:
        here.tell(here.words.say("tell.nothing_found", text=text))


def show(
    context: typer.Context,
    given: Annotated[str, typer.Argument(metavar="ID", help="Any id.")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Show a finding, statement, decision or entity with every wording recorded of it: source, file, row and values."""
    here = session(context, document=True)
    day = day_of(as_of)
    with here.open() as store:
        version = version_at(here, store, known_at)
        seeds = showing.seeds_of_id(store, given)
        graph = snapshot_of(store, version) if seeds is None else snapshot_about(store, seeds, version)
        past = version is not None
        rules = rules_then(here, store, version)
        document = showing.show(store, graph, rules, given, here.words, day or here.today, as_of=day, replay=past)
    emit_document(here, document, shown(document, here.words))


def show_record(
    context: typer.Context,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Id, or a name that only one bears.")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Show somebody's credit record: identity, posts, namings, restrictions and findings, each with where it was read."""
    here = session(context, document=True)
    day = day_of(as_of)
    with opened_people(here, known_at) as (store, version, elsewhere, _):
        node, graph = records.whose(store, person, version, elsewhere)
        rules = rules_then(here, store, version)
        on, past = day or here.today, version is not None
        document = records.record_of(store, graph, rules, node, here.words, on, as_of=day, replay=past, elsewhere=elsewhere)
    emit_document(here, document, record(document, here.words))


def show_preview(
    context: typer.Context,
    given: Annotated[str, typer.Argument(metavar="FINDING|PERSON", help="Id of a finding; or id or name of a person.")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Preview what the measures on a person would do to the companies that he represents or directs. No finding on them."""
    here = session(context, document=True)
    with opened_people(here, known_at) as (store, version, elsewhere, _):
        rules = rules_then(here, store, version)
        document = previewing.preview(store, rules, given, here.words, day_of(as_of) or here.today, version, elsewhere)
    emit_document(here, document, preview(document, here.words))


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("search", epilog="Example: zeren search 长生")(search)
    app.command("show", epilog="Example: zeren show cn_listed_demo:CS-2")(show)
    app.command("record", epilog="Example: zeren record 高某077 --lang en")(show_record)
    app.command("preview", epilog="Example: zeren preview e31694d448bbd8e3")(show_preview)
