"""The command `export`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli.graph import Certain, Hub, Kinds, Roles, Share, filters_of, opened_graph
from api.cli.moment import rules_then
from api.cli.session import session
from api.locales import Texts
from api.use_cases.exporting import Format, Wanted
from api.use_cases.underived import pending
from graph import codes

Day = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        help="Leave out relationships that certainly did not hold on that day, decisions after it with whom they name, and "
        "findings that begin after it. Default: every day; around a party or decision, whoever is connected still.",
    ),
]


def export(
    context: typer.Context,
    to: Annotated[Format, typer.Option("--to", help="The format.")],
    out: Annotated[Path, typer.Option("--out", help="File to write; a folder for csv, parquet and neo4j-import.")],
    around: Annotated[str, typer.Option("--around", metavar="PARTY", help="What is around a party: id, number or name.")] = "",
    hops: Annotated[int | None, typer.Option("--hops", min=1, max=10, help="How far around it. Default: 2.")] = None,
    decision: Annotated[str, typer.Option("--decision", metavar="ID", help="A decision, with all whom it concerns.")] = "",
    whole: Annotated[bool, typer.Option("--all", help="Everything.")] = False,
    as_of: Day = None,
    known_at: Annotated[
        str | None,
        typer.Option("--known-at", metavar="VERSION|TIME", help="As it was known then, with the findings derived by then."),
    ] = None,
    role: Roles = None,
    kind: Kinds = None,
    share: Share = "0",
    hub: Hub = 200,
    certain: Certain = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a file, or a folder that an export wrote.")] = False,
) -> None:
    """Export a part of the graph, or all of it, in a format of others: what it cannot say is counted and told."""
    here = session(context)
    with opened_graph(here, known_at) as graph:
        from api.use_cases.exporting import export as write

        wanted = Wanted(around, hops, decision, whole, filters_of(as_of, role, kind, share, hub, certain=certain))
        rules = rules_then(here, graph.store, None if known_at is None else graph.columns.version)
        counts = write(graph, wanted, to, out, here.today, force=force, catalogue=rules)
        stale = known_at is None and graph.store.version() > 0 and bool(pending(graph.store, here.catalogue))
    written = {name: count for name, count in counts.items() if not name.startswith("without ")}
    lost = {name.removeprefix("without "): count for name, count in counts.items() if name not in written}
    typer.echo(here.words.say("exported.holds", out=out, counts=counted(here.words, written)))
    here.tell(here.words.say("exported.left_out", to=to.value, counts=counted(here.words, lost)))
    if stale:
        here.tell(here.words.say("tell.not_derived"))


def counted(words: Texts, counts: Mapping[str, int]) -> str:
    """Return counts as one line, each with what is counted in words."""
    told = [words.say("exported.count", count=f"{count:,}", name=_name(words, code)) for code, count in counts.items()]
    return words.words["exported.join"].join(told) or words.words["exported.nothing"]


def _name(words: Texts, code: str) -> str:
    """Return what is counted, in words: one of ours, an office, an interest, a kind of party; an attribute as its source has it."""
    own = words.label("exported_count", code)
    return own if own != code else words.code("entity_kinds", code) if code in codes.load("entity_kinds") else words.interest(code)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export", epilog="Example: zeren export --to xlsx --out case.xlsx --decision cn_listed_demo:XT-1")(export)
