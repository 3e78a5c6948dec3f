"""The commands of the audit: whether the logs are whole, the trail of who looked at whom, and a person's own report."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from api.access.database import place_of
from api.access.trail import anchor_of
from api.cli.access import noted, opened
from api.cli.output import emit_document, emit_rows
from api.cli.session import session
from api.locales import Texts
from api.use_cases.access_report import access_report, verify_trail, was_begun
from api.use_cases.status import verify as verify_store

REPORT_COLUMNS = ("at", "by", "via", "what", "how", "purpose", "reference")


def verify(
    context: typer.Context,
    anchor: Annotated[
        list[str] | None,
        typer.Option(help="An anchor that this command printed before and you kept elsewhere; repeat for several."),
    ] = None,
) -> None:
    """Check the audit log of the store, every statement under it, and the trail of who looked at whom.

    Exit code 1 if anything was altered, re-ordered or cut off. The anchor that is printed proves it later from another place.
    """
    here = session(context, document=True)
    kept = [anchor_of(text) for text in anchor or ()]
    with here.open() as store:
        document = verify_store(store)
        place = place_of(here.store_url, here.settings.access)
        begun = was_begun(store, place) or bool(kept)
    document["trail"] = trail = verify_trail(place, document["version"], kept) if begun else None
    emit_document(here, document, _verdict(document, here.words))
    if not document["whole"] or (trail and not (trail["whole"] and not trail["versions_missing"])):
        raise typer.Exit(1)


def _verdict(document: Mapping[str, Any], words: Texts) -> Iterator[str]:
    trail = document["trail"]
    whole = document["whole"]
    yield (
        words.say("audit.whole", version=document["version"])
        if whole
        else words.say("audit.altered", version=document["first_altered"])
    )
    if trail is None:
        yield words.say("audit.no_trail")
    elif trail["gone"]:
        yield words.say("audit.trail_gone")
    if trail:
        yield words.say("audit.trail", rows=trail["rows"], anchor=trail["anchor"])
        if trail["first_altered"]:
            yield words.say("audit.trail_altered", row=trail["first_altered"])
        if trail["missing"]:
            yield words.say("audit.trail_missing", count=trail["missing"])
        if trail["anchor_gone"]:
            yield words.say("audit.trail_anchor_gone")
        if trail["versions_missing"]:
            yield words.say("audit.versions_missing", count=trail["versions_missing"])


def export(context: typer.Context, after: Annotated[int, typer.Option(min=0, help="Only rows after this one.")] = 0) -> None:
    """Write the trail as JSON lines, one row each, with its chain; the anchor goes to standard error."""
    here = session(context)
    with opened(here) as access:
        noted(here, access, "audit export", f"after {after}")
        for row in access.trail.rows(after):
            typer.echo(json.dumps(row.as_json(), ensure_ascii=False))
        here.tell(here.words.say("audit.anchor", anchor=access.trail.head()))


def of(context: typer.Context, person: Annotated[str, typer.Argument(help="Id, or a name that only one bears.")]) -> None:
    """Show who looked at a person, when and what for, and who searched for the name: the report that the person may ask for."""
    here = session(context)
    with here.open() as store, opened(here) as access:
        noted(here, access, "audit of", person)
        document = access_report(access.trail, store, person)
    emit_rows(here, document["rows"], REPORT_COLUMNS, document["person"]["name"], names={"purpose": "look_purpose"})


def register(app: typer.Typer) -> None:
    """Add the commands."""
    audit = typer.Typer(help="The audit log, and who looked at whom.", no_args_is_help=True, epilog="Example: zeren audit verify")
    audit.command("verify", epilog="Example: zeren audit verify")(verify)
    audit.command("export", epilog="Example: zeren audit export --after 1000")(export)
    audit.command("of", epilog="Example: zeren audit of 高某077")(of)
    app.add_typer(audit, name="audit")
