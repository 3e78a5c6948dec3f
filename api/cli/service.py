"""The commands that serve the HTTP interface, and make ready what it and others need: serve, prepare."""

from __future__ import annotations

from time import monotonic
from typing import Annotated

import typer

from api.cli.session import session
from graph.store.turn import turn

_WAITS = 3_600.0
"""Seconds that the graph of the largest store may take to be built."""


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on. Default: ZEREN_HOST, else 127.0.0.1.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="0 takes any free port. Default: ZEREN_PORT, else 8787.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes that answer. Default: ZEREN_WORKERS, else 1.")
    ] = None,
) -> None:
    """Serve the HTTP interface until interrupted."""
    from api.http.server import serve as listen  # the web framework takes longer to import than most commands to run

    here = session(context)
    given = {"store": here.store_url, "lang": here.lang, "host": host, "port": port, "workers": workers}
    listen(here.settings.model_copy(update={name: value for name, value in given.items() if value is not None}))


def prepare(context: typer.Context) -> None:
    """Compile the graph engine for this machine, and build the graph of the store, so that no later command waits for it."""
    here = session(context)
    here.keep_kernels()
    from api.use_cases.warming import warm  # the compiler takes longer to import than most commands to run

    start = monotonic()
    for ready in warm():
        here.tell(f"{ready}: ready after {monotonic() - start:.1f} s")
    if not here.has_store:
        return
    from api.use_cases.graph import folder_of  # as above
    from graph.snapshot.kept import Kept

    with here.open() as store, turn(here.store_url, _WAITS, "-graph", store=store):  # one builds, the others take what it built
        kept = Kept(store, folder_of(here.store_url))
        columns = kept.columns()
        kept.fold()
    for said in kept.said:
        here.tell(here.words.pick(said))
    parties, relationships = f"{len(columns):,}", f"{columns.edge_count:,}"
    here.tell(f"graph of {parties} parties and {relationships} relationships: ready after {monotonic() - start:.1f} s")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("prepare", epilog="Example: zeren prepare")(prepare)
    app.command("serve", epilog="Example: zeren serve --port 8787")(serve)
