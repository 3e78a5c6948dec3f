"""The command that serves the page and the HTTP interface: serve."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.session import session


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on. Default: ZEREN_HOST, else 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="Default: ZEREN_PORT, else 8787.")] = None,
) -> None:
    """Serve the page and the HTTP interface until interrupted."""
    import uvicorn

    from api.http.app import create_app

    here = session(context)
    settings = here.settings.model_copy(update={"store": here.store_url, "lang": here.lang})
    address = host or settings.host
    number = settings.port if port is None else port
    here.tell(f"http://{address}:{number}")
    uvicorn.run(create_app(settings), host=address, port=number)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", epilog="Example: zeren serve --port 8787")(serve)
