"""Commands on claims that two entries are one person: list, accept, reject, undo."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from api.cli.formats import Format
from api.cli.graph import People, opened_people
from api.cli.moment import AsOf, KnownAt, day_of
from api.cli.output import emit_rows
from api.cli.session import session
from api.cli.today import DryRun
from api.use_cases.describing import feature_text
from api.use_cases.identity import Answer, Claimed, claimed, every_claim, list_claims, rule_on

COLUMNS = ("id", "state", "score", "first.name", "first.id", "second.name", "second.id", "name_count", "features", "source")
ClaimId = Annotated[str, typer.Argument(metavar="CLAIM", help="Id of a claim.")]
Around = Annotated[str | None, typer.Option("--party", help="Id of one of the two: the claim is looked for around it alone.")]
Reason = Annotated[str, typer.Option(help="Why; kept with the ruling.")]


class State(StrEnum):
    """How a claim stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


def list_(
    context: typer.Context,
    state: Annotated[State | None, typer.Option(help="Claims that stand so.")] = None,
    party: Annotated[str | None, typer.Option(help="Claims on this person or enterprise: an id or a name.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Claims at most.")] = 50,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """List claims that two entries are one person, the most convincing first.

    Of a city, without --party, those around whoever has a finding and may be one of several.
    """
    here = session(context)
    with opened_people(here, known_at) as people:
        graph, claims = _claimed(people, party)
        rows = list_claims(graph, state.value if state else None, party, day_of(as_of), claims)
    shown = rows[:limit]
    if here.format.for_reading:
        shown = [row | {"features": [feature_text(each, here.words) for each in row["features"]]} for row in shown]
    elif here.format is Format.CSV:
        shown = [row | {"features": [f"{each['name']}={each['result']}" for each in row["features"]]} for row in shown]
    emit_rows(here, shown, COLUMNS)
    if len(rows) > limit:
        here.tell(here.words.say("tell.more", count=len(rows) - limit))


def _claimed(people: People, party: str | None) -> Claimed:
    if people.elsewhere is None:
        return every_claim(people.store, people.version)
    return claimed(people.store, people.elsewhere, party, large=people.large)


def accept(context: typer.Context, claim: ClaimId, reason: Reason, party: Around = None, dry_run: DryRun = False) -> None:
    """Accept a claim: the two are one person."""
    _rule(context, claim, "accepted", reason, party, dry_run=dry_run)


def reject(context: typer.Context, claim: ClaimId, reason: Reason, party: Around = None, dry_run: DryRun = False) -> None:
    """Reject a claim: the two are not one person, whatever is loaded later."""
    _rule(context, claim, "rejected", reason, party, dry_run=dry_run)


def undo(context: typer.Context, claim: ClaimId, reason: Reason, party: Around = None, dry_run: DryRun = False) -> None:
    """Undo a ruling: the claim is open again, and what was ruled stays on record."""
    _rule(context, claim, "undone", reason, party, dry_run=dry_run)


def _rule(context: typer.Context, claim: str, answer: Answer, reason: str, party: str | None, *, dry_run: bool) -> None:
    here = session(context)
    with opened_people(here, None) as people, here.acting(people.store, dry_run=dry_run):
        graph, claims = _claimed(people, party)
        ruling = rule_on(people.store, graph, here.actor(), claim, answer, reason, dry_run=dry_run, made=claims)
    row = {"id": ruling.claim, "state": ruling.ruling, "first": {"id": ruling.first}, "second": {"id": ruling.second}}
    emit_rows(here, [row], ("id", "state", "first.id", "second.id"), dry_run=dry_run)
    if not dry_run:
        here.tell(here.words.say("tell.propagate"))


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    family = typer.Typer(help="Who is the same person.", no_args_is_help=True, epilog="Example: zeren identity list")
    family.command("list", epilog="Example: zeren identity list --state open --party 示例")(list_)
    family.command("accept", epilog="Example: zeren identity accept claim-0123456789abcdef --reason 'same resident card'")(accept)
    family.command("reject", epilog="Example: zeren identity reject claim-0123456789abcdef --reason 'born in other years'")(reject)
    family.command("undo", epilog="Example: zeren identity undo claim-0123456789abcdef --reason 'ruled on the wrong file'")(undo)
    app.add_typer(family, name="identity")
