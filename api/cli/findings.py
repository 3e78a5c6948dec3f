"""Commands on findings: propagate, findings, explain, letter."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from analytics.responsibility.remedies import load_remedies
from api.cli.output import emit_document, emit_json, emit_rows, written_to
from api.cli.session import Format, Session, session
from api.letter_page import letter_page
from api.rendering import explanation, reasons
from api.use_cases import explaining
from api.use_cases.findings import Query, find, find_one
from api.use_cases.letter import letter
from api.use_cases.propagating import pending, propagate
from api.use_cases.reading import snapshot_of, version_of
from graph.errors import NotFound
from graph.model import Outcome
from graph.snapshot.scope import snapshot_about
from graph.store.base import Store

COLUMNS = (
    "id", "outcome", "effect", "status", "decision.id", "decision.date", "company.name", "party.name", "role", "rule.id",
    "from", "until",
)  # fmt: skip


def run(
    context: typer.Context,
    decision: Annotated[str | None, typer.Option(help="Derive this decision alone.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Derive every decision, whatever changed.")] = False,
) -> None:
    """Derive the findings that follow from what came since the last time, and record what changed."""
    here = session(context)
    with here.open() as store:
        done = asdict(propagate(store, here.catalogue, here.actor(), decision=decision, full=full))
    emit_rows(here, [done], tuple(done))


def show(
    context: typer.Context,
    decision: Annotated[str | None, typer.Option(help="Id of a decision.")] = None,
    person: Annotated[str | None, typer.Option(help="Id or name of a person.")] = None,
    company: Annotated[str | None, typer.Option(help="Id, name, stock code or other number of an enterprise.")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="What the finding amounts to.")] = None,
    effect: Annotated[str | None, typer.Option(help="restrict or record.")] = None,
    rule: Annotated[str | None, typer.Option(help="Id of a rule.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Decisions dated by then, status on that day.")
    ] = None,
    known_at: Annotated[str | None, typer.Option(help="A version or a time: what was known then, derived again.")] = None,
) -> None:
    """List findings."""
    if effect not in (None, "restrict", "record"):
        raise typer.BadParameter(f"{effect!r} is neither restrict nor record", param_hint="--effect")
    here = session(context)
    with here.open() as store:
        query = Query(
            decision=decision,
            person=person,
            company=company,
            outcome=outcome.value if outcome else None,
            effect=effect,
            rule=rule,
            as_of=as_of.date() if as_of else None,
            known_at=version_of(store, known_at) if known_at else None,
        )
        answer = find(store, here.catalogue, query, here.today)
        stale = known_at is None and answer.snapshot.version > 0 and bool(pending(store, here.catalogue))
    emit_rows(here, answer.as_json(), COLUMNS)
    if answer.snapshot.version == 0:
        here.tell("version 0: nothing was known yet")
    if stale:
        here.tell("not everything is derived from what is recorded: run `zeren propagate`")


def explain(
    context: typer.Context,
    finding: Annotated[str | None, typer.Argument(metavar="FINDING", help="Id of a finding.")] = None,
    decision: Annotated[str | None, typer.Option(help="Id of a decision: why does a party not answer for it?")] = None,
    party: Annotated[str | None, typer.Option(help="Id, name or number of the party.")] = None,
) -> None:
    """Say why a party answers (FINDING), or whether and why not (--decision with --party)."""
    here = session(context)
    if (finding is None) == (decision is None) or (decision is None) != (party is None):
        raise typer.BadParameter("give either FINDING, or --decision and --party")
    with here.open() as store:
        if finding is not None:
            found = find_one(store, finding)
            graph = snapshot_about(store, [found.decision, found.party])
            document = explaining.explain(store, graph, here.catalogue, found, here.words, here.today)
            lines = explanation(document, here.words)
        else:
            document = _why_not(here, store, str(decision), str(party))
            lines = reasons(document, here.words)
    emit_document(here, document, lines)


def _why_not(here: Session, store: Store, decision: str, party: str) -> dict[str, Any]:
    """Look near the decision first; only somebody who has nothing to do with it has to be found in the whole graph."""
    near = snapshot_about(store, [decision, party])
    try:
        return explaining.why_not(store, near, here.catalogue, decision, party, here.words)
    except NotFound:
        return explaining.why_not(store, snapshot_of(store), here.catalogue, decision, party, here.words)


def write_letter(
    context: typer.Context,
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="Id of a finding.")],
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of standard output.")] = None,
) -> None:
    """Write the letter to the party of a finding as a printable page in Chinese: reasons, articles, evidence, how to object."""
    here = session(context)
    with here.open() as store:
        found = find_one(store, finding)
        graph = snapshot_about(store, [found.decision, found.party])
        document = letter(store, graph, here.catalogue, load_remedies(), found, here.today)
    with written_to(out):
        if here.format is Format.JSON:
            emit_json(document)
        else:
            typer.echo(letter_page(document), nl=False)


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("propagate", epilog="Example: zeren propagate --full")(run)
    app.command("findings", epilog="Example: zeren findings --outcome lead --as-of 2026-01-01 --format csv")(show)
    app.command("explain", epilog="Example: zeren explain --decision cn_listed_demo:CS-3 --party 高某077 --lang en")(explain)
    app.command("letter", epilog="Example: zeren letter e31694d448bbd8e3 --out letter.html")(write_letter)
