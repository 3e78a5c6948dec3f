"""The commands that keep everything safe: backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.access import noted, opened
from api.cli.output import emit_document
from api.cli.session import session
from api.use_cases import backing_up

_COUNTS = ("version", "statements", "trail", "users", "tokens", "messages", "reports")


def backup(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="FILE", help="File to be written; none may stand there.")],
) -> None:
    """Write store, access (users, tokens, trail, jobs) and desk into one file, while others go on writing, and verify it.

    The file holds what the originals hold: keep it as these. The snapshot of the graph is left out, for it is built anew.
    """
    here = session(context, document=True)
    places = backing_up.places_of(here.settings, here.store_url)
    if places.access.exists():
        with opened(here) as access:
            noted(here, access, "backup", out.name)
    document = backing_up.backup(places, out, here.actor().at, here.tell)
    emit_document(here, document, [*_lines(document), f"anchor {document['about'].get('anchor', 'none')}: keep it elsewhere too"])


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `zeren backup` wrote.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the whole backup, and put nothing in place.")] = False,
) -> None:
    """Put a backup back where the settings say. Refused where anything stands there, and if any of the backup was altered.

    Whoever was logged in must log in again. Access is as it was at the backup: a token revoked since is good again.
    """
    here = session(context, document=True)
    document = backing_up.restore(file, backing_up.places_of(here.settings, here.store_url), here.tell, dry_run=dry_run)
    if not dry_run and "anchor" in document["about"]:
        with opened(here) as access:
            noted(here, access, "restore", file.name)
    ends = here.words.say("tell.nothing_put") if dry_run else here.words.say("tell.restored_to", place=here.store_url)
    emit_document(here, document, [*_lines(document), ends], dry_run=dry_run)


def _lines(document: dict[str, Any]) -> list[str]:
    about = document["about"]
    counted = ", ".join(f"{name} {about[name]}" for name in _COUNTS if name in about)
    return [f"{document['file']}: {counted}", *(f"  {name}: {part['bytes']:,} bytes" for name, part in document["parts"].items())]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup", epilog="Example: zeren backup ./zeren-2026-03-01.backup")(backup)
    app.command("restore", epilog="Example: zeren restore ./zeren-2026-03-01.backup --dry-run")(restore)
