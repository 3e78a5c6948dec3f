"""Commands on deliveries: list, show, undo."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.moment import AsOf, KnownAt, day_of, opened, version_at
from api.cli.output import emit_document, emit_rows
from api.cli.session import Session, session
from api.cli.today import DryRun
from api.use_cases import deliveries

_LISTED = (
    "id", "source", "day", "delivery_status", "by", "at", "rows", "new", "changed", "corrected", "known", "vanished", "flagged",
    "refused",
)  # fmt: skip
_TABLE = ("table", "rows", "new", "changed", "corrected", "known", "vanished", "ended", "flagged", "refused")
_UNDONE = ("id", "delivery_status", "retracted", "restored", "kept")
DeliveryId = Annotated[str, typer.Argument(metavar="DELIVERY", help="Id of a delivery.")]


def list_(
    context: typer.Context,
    source: Annotated[str | None, typer.Option(help="Deliveries of this source.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """List the deliveries in the order in which they came, with what each brought."""
    here = session(context)
    with here.open() as store:
        version = version_at(here, store, known_at)
        source = deliveries.delivering(store, source, version) if source else None
        rows = deliveries.list_deliveries(store, source, version, day_of(as_of))
    emit_rows(here, rows, _LISTED)


def show(context: typer.Context, delivery: DeliveryId, as_of: AsOf = None, known_at: KnownAt = None) -> None:
    """Show a delivery: its files, what became of each table, which versions it wrote, and the first statements of it."""
    here = session(context, document=True)
    with opened(here, known_at) as store:
        document = deliveries.show_delivery(store, delivery, day_of(as_of))
    emit_document(here, document, _lines(document, here))


def undo(
    context: typer.Context,
    delivery: DeliveryId,
    reason: Annotated[str, typer.Option(help="Why; kept with the delivery and with each statement.")] = "",
    keep_later: Annotated[
        bool, typer.Option("--keep-later", help="Leave what was altered or said again since, and undo the rest.")
    ] = False,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait while another load or undoing is running.")] = 0,
    dry_run: DryRun = False,
) -> None:
    """Undo a delivery as a whole: all that it recorded goes back to what it was. Exit code 1 if something came on top of it."""
    here = session(context)
    with here.open() as store, here.turn(store, wait, dry_run=dry_run):
        done = deliveries.undo_delivery(store, here.actor(), delivery, reason, keep_later=keep_later, dry_run=dry_run)
    emit_rows(here, [done | {"delivery_status": done["status"]}], _UNDONE, dry_run=dry_run)
    for other in done["also"]:
        here.tell(here.words.say("delivery.also", id=other["id"], count=other["statements"]))
    if done["days"]:
        here.tell(here.words.say("delivery.days", count=done["days"]))
    for since in done["since"]:
        here.tell(here.words.say("delivery.kept", key=since["key"], version=since["version"]))
    if done["kept"] > len(done["since"]):
        here.tell(here.words.say("delivery.kept_more", count=done["kept"] - len(done["since"])))
    if done["later"]:
        here.tell(here.words.say("delivery.later", later=", ".join(done["later"])))
    if done["undone_before"]:
        here.tell(here.words.say("delivery.undone_before", id=done["id"]))
    elif not dry_run:
        here.tell(here.words.say("tell.propagate"))


def _lines(document: dict[str, Any], here: Session) -> list[str]:
    words = here.words
    status = words.label("delivery_status", document["delivery_status"])
    lines = [words.say("delivery.title", id=document["id"], source=document["source"], day=document["day"] or "–", status=status)]
    lines += [words.say("delivery.by", by=document["by"], at=document["at"], mode=document["mode"])]
    lines += [words.say("delivery.reason", reason=document["reason"])] if document["reason"] else []
    lines += [words.say("delivery.versions", **document["versions"])]
    if document["mapping"]:
        which = "delivery.mapping_changed" if document["mapping_changed"] else "delivery.mapping"
        lines += [words.say(which, mapping=document["mapping"])]
    for file in document["files"]:
        known = f" ({words.say('delivery.known')})" if file["known"] else ""
        lines.append(f"  {file['table']}: {file['name']} sha256 {file['sha256']}{known}")
    for table in document["tables"]:
        counts = ", ".join(f"{words.label('column', name)} {table[name]}" for name in _TABLE[1:] if table[name])
        lines.append(f"  {table['table']}: {counts}")
    for each in document["first_statements"]:
        lines.append(f"  v{each['version']} {each['operation']} {each['key']} — {each['file']} {each['row']}")
    return lines


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    family = typer.Typer(help="What was delivered, and undoing it.", no_args_is_help=True, epilog="Example: zeren deliveries list")
    family.command("list", epilog="Example: zeren deliveries list --source example_office")(list_)
    family.command("show", epilog="Example: zeren deliveries show 0123456789ab")(show)
    family.command("undo", epilog="Example: zeren deliveries undo 0123456789ab --reason 'the file was damaged'")(undo)
    app.add_typer(family, name="deliveries")
