"""The command that serves the HTTP interface: serve."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.session import session


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on. Default: ZEREN_HOST, else 127.0.0.1.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="0 takes any free port. Default: ZEREN_PORT, else 8787.")
    ] = None,
) -> None:
    """Serve the HTTP interface until interrupted."""
    from api.http.server import serve as listen  # the web framework takes longer to import than most commands to run

    here = session(context)
    given = {"store": here.store_url, "lang": here.lang, "host": host, "port": port}
    listen(here.settings.model_copy(update={name: value for name, value in given.items() if value is not None}))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", epilog="Example: zeren serve --port 8787")(serve)
