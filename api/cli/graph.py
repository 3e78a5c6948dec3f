"""Commands on the graph: owners, controls, controlled, group, paths, network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, NamedTuple

import typer

from analytics.ownership.thresholds import PRESETS
from api.cli.formats import Format
from api.cli.moment import KnownAt, day_of, opened, version_at
from api.cli.output import emit_json, emit_rows, say
from api.cli.session import Session, session
from api.trees import drawn, edge_text, percent
from api.use_cases.identity import Elsewhere
from api.use_cases.past import Past
from api.use_cases.people_told import Known
from graph.store.base import Store

Document = dict[str, Any]
Day = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The graph of that day. Default: today.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="Rows at most; how many more there are is said.")]
Tree = Annotated[bool, typer.Option("--tree", help="Draw a tree instead of a table.")]
Rule = Annotated[str, typer.Option("--threshold", help=f"When a share is enough: {', '.join(PRESETS)}.")]
Roles = Annotated[
    list[str] | None, typer.Option("--role", help="Walk over this office or interest alone (code or label); may be repeated.")
]
Kinds = Annotated[list[str] | None, typer.Option("--kind", help="Enter this kind of party alone; may be repeated.")]
Share = Annotated[str, typer.Option("--share", help="Walk over holdings of at least so many percent.")]
Hub = Annotated[
    int,
    typer.Option(
        "--hub", min=1, max=1_000_000_000, help="Do not walk through what has more relationships; it is named with their count."
    ),
]
Certain = Annotated[bool, typer.Option("--certain", help="Leave out what held only possibly.")]
_LEVEL = ("party.id", "party.name", "party.kind")


class Way(StrEnum):
    """Which way a neighbourhood is walked."""

    UP = "up"
    DOWN = "down"
    BOTH = "both"


@contextmanager
def opened_graph(here: Session, known_at: str | None = None) -> Iterator[Any]:
    """Give the graph of the store, and write down in the end what it learnt; the kernels load only for who asks.

    The graph of a past version is built anew from what was known then, and is not kept.
    """
    here.keep_kernels()
    from api.use_cases.graph import Graph, folder_of
    from graph.snapshot.jit import when_compiling
    from graph.snapshot.kept import Kept
    from graph.snapshot.overlay import build

    when_compiling(lambda: here.tell("compiling the graph engine for this machine, once (`zeren prepare` does it beforehand)"))

    with opened(here, known_at) as store:
        if isinstance(store, Past):
            yield Graph(store, build(store), here.words)
            return
        kept = Kept(store, folder_of(here.store_url))
        yield Graph(store, kept.columns(), here.words)
        if kept.due:
            kept.fold()
        for said in kept.said:
            here.tell(here.words.pick(said))


class People(NamedTuple):
    """A store, the version that is asked for, and, of the latest, what tells where else a bearer is told."""

    store: Store
    version: int | None = None
    elsewhere: Elsewhere | None = None
    large: bool = False


def graph_is_kept(here: Session) -> bool:
    """Say whether the graph of the store was built before; building it for a small question takes longer than reading all."""
    from api.use_cases.graph import folder_of

    folder = folder_of(here.store_url)
    return folder is not None and folder.exists()


@contextmanager
def opened_names(here: Session, known_at: str | None = None) -> Iterator[tuple[Store, Known | None]]:
    """Give the store, and what tells which names people go by where the graph is kept; else a snapshot of everything tells it."""
    if known_at is not None or not graph_is_kept(here):
        with opened(here, known_at) as store:
            yield store, None
        return
    with opened_graph(here) as graph:
        from graph.snapshot.people import People as Names

        yield graph.store, partial(Names().known, graph.columns)


@contextmanager
def opened_people(here: Session, known_at: str | None) -> Iterator[People]:
    """Give the store, with what tells of its people, where the graph is kept: without it a small store is read as a whole."""
    if known_at is not None or not graph_is_kept(here):
        with here.open() as store:
            yield People(store, version_at(here, store, known_at))
        return
    with opened_graph(here) as graph:
        from graph.snapshot import people
        from graph.snapshot.kept import LARGE

        elsewhere = people.Elsewhere(people.People(), graph.columns)
        yield People(graph.store, None, elsewhere, graph.columns.edge_count >= LARGE)


def filters_of(as_of: datetime | None, role: Roles, kind: Kinds, share: str, hub: int, *, certain: bool) -> Any:
    """Return the filters that the options of a command ask for."""
    from api.use_cases.graph import Filters

    return Filters(day_of(as_of), tuple(role or ()), tuple(kind or ()), share, hub, certain)


@contextmanager
def _stakes(here: Session, as_of: datetime | None, known_at: str | None) -> Iterator[tuple[Any, Any, date | None]]:
    """Give the graph, who holds what in it on the day, and the day."""
    with opened_graph(here, known_at) as graph:
        from analytics.ownership.stakes import stakes

        day = day_of(as_of)
        yield graph, stakes(graph.columns, day or here.today), day


def owners(
    context: typer.Context,
    company: Annotated[str, typer.Argument(metavar="ENTERPRISE", help="Id, number, or a name that only one bears.")],
    as_of: Day = None,
    known_at: KnownAt = None,
    threshold: Rule = "cn_beneficial",
    limit: Limit = 100,
    tree: Tree = False,
) -> None:
    """List the ultimate owners of an enterprise, through chains and loops, and whether each holds enough: yes, no, or depends."""
    here = session(context)
    with _stakes(here, as_of, known_at) as (graph, stakes, day):
        from api.use_cases.owning import owners as ask

        document = ask(graph, stakes, company, day, threshold=threshold, limit=limit)
    rows = [{**row, "share": percent(row["share_least_percent"], row["share_most_percent"])} for row in document["rows"]]
    _emit(here, document, rows, (*_LEVEL, "share", "answer"), tree=tree)


def controls(
    context: typer.Context,
    company: Annotated[str, typer.Argument(metavar="ENTERPRISE", help="Id, number, or a name that only one bears.")],
    as_of: Day = None,
    known_at: KnownAt = None,
    threshold: Rule = "cn_control",
    limit: Limit = 100,
    tree: Tree = False,
) -> None:
    """Say who ultimately controls an enterprise, alone or in concert, with the chain that proves it; who only may, `depends`."""
    here = session(context)
    with _stakes(here, as_of, known_at) as (graph, stakes, day):
        from api.use_cases.owning import controls as ask

        document = ask(graph, stakes, company, day, threshold=threshold, limit=limit)
    rows = [
        {
            "controller": [f"{party['name']} [{party['id']}]" for party in row["controllers"]],
            "votes": f"{row['votes_percent']:.10g} %",
            "answer": row["answer"],
            "chain": [_step_text(step) for step in row["steps"]],
        }
        for row in document["rows"]
    ]
    _emit(here, document, rows, ("controller", "votes", "answer", "chain"), tree=tree)


def controlled(
    context: typer.Context,
    party: Annotated[list[str], typer.Argument(metavar="PARTY...", help="One party, or several who act in concert.")],
    as_of: Day = None,
    known_at: KnownAt = None,
    threshold: Rule = "cn_control",
    limit: Limit = 100,
    tree: Tree = False,
) -> None:
    """List what a party controls, its votes added up over everything that it controls already."""
    here = session(context)
    with _stakes(here, as_of, known_at) as (graph, stakes, day):
        from api.use_cases.owning import controlled_by as ask

        document = ask(graph, stakes, party, day, threshold=threshold, limit=limit)
    _emit_controlled(here, document, tree=tree)


def group(
    context: typer.Context,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Id, number, or a name that only one bears.")],
    as_of: Day = None,
    known_at: KnownAt = None,
    threshold: Rule = "cn_control",
    limit: Limit = 100,
    tree: Tree = False,
) -> None:
    """List the group that a party belongs to: everything under the control of whoever stands at its top."""
    here = session(context)
    with _stakes(here, as_of, known_at) as (graph, stakes, day):
        from api.use_cases.owning import group as ask

        document = ask(graph, stakes, party, day, threshold=threshold, limit=limit)
    _emit_controlled(here, document, tree=tree)


def paths(
    context: typer.Context,
    first: Annotated[str, typer.Argument(metavar="PARTY", help="Id, number, or a name that only one bears.")],
    second: Annotated[str, typer.Argument(metavar="OTHER", help="The other end.")],
    most: Annotated[int, typer.Option("--most", min=1, max=100, help="Ways at most, shortest first.")] = 3,
    hops: Annotated[int, typer.Option("--hops", min=1, max=50, help="Steps at most.")] = 8,
    as_of: Day = None,
    known_at: KnownAt = None,
    role: Roles = None,
    kind: Kinds = None,
    share: Share = "0",
    hub: Hub = 200,
    certain: Certain = False,
    tree: Tree = False,
) -> None:
    """Show the shortest ways between two parties, every step valid on the day. A way is a lead for a human, no responsibility."""
    here = session(context)
    with opened_graph(here, known_at) as graph:
        from api.use_cases.exploring import paths as ask

        filters = filters_of(as_of, role, kind, share, hub, certain=certain)
        document = ask(graph, first, second, filters, most=most, hops=hops)
    rows = [{**row, "relation": edge_text(row["edge"])} for row in document["rows"]]
    _emit(here, document, rows, ("path", "step", "from.name", "relation", *_LEVEL), tree=tree)


def network(
    context: typer.Context,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Id, number, or a name that only one bears.")],
    hops: Annotated[int, typer.Option("--hops", min=1, max=10, help="Steps at most.")] = 2,
    way: Annotated[Way, typer.Option("--way", help="Up to holders, down to what is held, or both.")] = Way.BOTH,
    as_of: Day = None,
    known_at: KnownAt = None,
    role: Roles = None,
    kind: Kinds = None,
    share: Share = "0",
    hub: Hub = 200,
    certain: Certain = False,
    limit: Limit = 100,
    tree: Tree = False,
) -> None:
    """Show what is near a party, nearest first. Nearness is a lead for a human, no responsibility."""
    here = session(context)
    with opened_graph(here, known_at) as graph:
        from api.use_cases.exploring import network as ask

        filters = filters_of(as_of, role, kind, share, hub, certain=certain)
        document = ask(graph, party, filters, hops=hops, way=way.value, limit=limit)
    rows = [{**row, "relation": edge_text(row["edge"])} for row in document["rows"]]
    _emit(here, document, rows, ("hops", *_LEVEL, "relation", "from.name"), tree=tree)


def _step_text(step: Document) -> str:
    holders = " + ".join(f"{item['party']['name']} {item['share_percent']:.10g} %" for item in step["through"])
    return f"{holders} → {step['party']['name']}"


def _emit_controlled(here: Session, document: Document, *, tree: bool) -> None:
    rows = [
        {
            **row,
            "votes": f"{row['votes_percent']:.10g} %",
            "through_whom": [f"{item['party']['name']} {item['share_percent']:.10g} %" for item in row["through"]],
        }
        for row in document["rows"]
    ]
    _emit(here, document, rows, (*_LEVEL, "votes", "answer", "through_whom"), tree=tree)


def _emit(here: Session, document: Document, rows: Sequence[Document], columns: Sequence[str], *, tree: bool) -> None:
    """Write an answer: JSON has the whole of it, a tree or a table is followed by what it left out."""
    if tree and here.format is not Format.TABLE:
        raise typer.BadParameter(
            "a tree is drawn in a terminal: leave --format out; JSON has the tree as well", param_hint="--tree"
        )
    if here.format is Format.JSON:
        emit_json(document)
    elif tree:
        for line in drawn(document, here.words):
            say(line)
    else:
        emit_rows(here, rows, columns, document["title"])
        for note in document["notes"]:
            here.tell(note)


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("owners", epilog="Example: zeren owners 000001 --as-of 2024-01-01 --tree")(owners)
    app.command("controls", epilog="Example: zeren controls 000001 --format json")(controls)
    app.command("controlled", epilog="Example: zeren controlled 000001 --tree")(controlled)
    app.command("group", epilog="Example: zeren group 000001")(group)
    app.command("paths", epilog="Example: zeren paths 000001 高某077 --role director --as-of 2017-06-30")(paths)
    app.command("network", epilog="Example: zeren network 高某077 --hops 2 --tree")(network)
