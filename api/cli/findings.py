"""Commands on findings: propagate, findings, explain, letter."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.remedies import load_remedies
from api.cli.formats import Format
from api.cli.moment import AsOf, KnownAt, day_of, rules_then, version_at
from api.cli.output import emit_document, emit_json, emit_rows, written_to
from api.cli.session import Session, session
from api.cli.today import DryRun
from api.letter_page import letter_page, sender_of
from api.rendering import explanation, reasons
from api.use_cases import explaining
from api.use_cases.findings import Query, find, find_one, see_that_it_came
from api.use_cases.findings import as_of as finding_as_of
from api.use_cases.letter import letter
from api.use_cases.past import as_known
from api.use_cases.propagating import propagate
from api.use_cases.reading import whom
from api.use_cases.underived import pending
from graph.model import Finding, Outcome
from graph.snapshot import Snapshot
from graph.snapshot.scope import snapshot_about
from graph.snapshot.then import on_day
from graph.store.base import Store

COLUMNS = (
    "id", "outcome", "effect", "status", "decision.id", "decision.date", "company.name", "party.name", "role", "rule.id",
    "from", "until",
)  # fmt: skip


def run(
    context: typer.Context,
    decision: Annotated[str | None, typer.Option(help="Derive this decision alone.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Derive every decision, whatever changed.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Derive the findings that follow from what came since the last time, and record what changed."""
    here = session(context)
    with here.open() as store:
        done = asdict(propagate(store, here.catalogue, here.actor(), decision=decision, full=full, dry_run=dry_run))
    emit_rows(here, [done], tuple(done), dry_run=dry_run)


def show(
    context: typer.Context,
    decision: Annotated[str | None, typer.Option(help="Id of a decision.")] = None,
    person: Annotated[str | None, typer.Option(help="Id or name of a person.")] = None,
    company: Annotated[str | None, typer.Option(help="Id, name, stock code or other number of an enterprise.")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="What the finding amounts to.")] = None,
    effect: Annotated[str | None, typer.Option(help="restrict or record.")] = None,
    kind: Annotated[str | None, typer.Option(help="person or enterprise.")] = None,
    rule: Annotated[str | None, typer.Option(help="Id of a rule.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """List findings."""
    if effect not in (None, "restrict", "record"):
        raise typer.BadParameter(f"{effect!r} is neither restrict nor record", param_hint="--effect")
    if kind not in (None, "person", "enterprise"):
        raise typer.BadParameter(f"{kind!r} is neither person nor enterprise", param_hint="--kind")
    here = session(context)
    with here.open() as store:
        query = Query(
            decision=decision,
            person=person,
            company=company,
            outcome=outcome.value if outcome else None,
            effect=effect,
            kind=kind,
            rule=rule,
            as_of=day_of(as_of),
            known_at=version_at(here, store, known_at),
        )
        answer = find(store, rules_then(here, store, query.known_at), query, here.today)
        stale = known_at is None and answer.snapshot.version > 0 and bool(pending(store, here.catalogue))
    emit_rows(here, answer.as_json(), COLUMNS)
    if known_at is None and answer.snapshot.version == 0:
        here.tell(here.words.say("tell.nothing_known"))
    if stale:
        here.tell(here.words.say("tell.not_derived"))


def explain(
    context: typer.Context,
    finding: Annotated[str | None, typer.Argument(metavar="FINDING", help="Id of a finding.")] = None,
    decision: Annotated[str | None, typer.Option(help="Id of a decision: why does a party not answer for it?")] = None,
    party: Annotated[str | None, typer.Option(help="Id, name or number of the party.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Say why a party answers (FINDING), or whether and why not (--decision with --party)."""
    here = session(context, document=True)
    if (finding is None) == (decision is None) or (decision is None) != (party is None):
        raise typer.BadParameter("give either FINDING, or --decision and --party")
    with here.open() as store:
        version = version_at(here, store, known_at)
        if finding is not None:
            found, graph, rules = _found(here, store, finding, version, day_of(as_of))
            document = explaining.explain(store, graph, rules, found, here.words, day_of(as_of) or here.today)
            lines = explanation(document, here.words)
        else:
            document = _why_not(here, store, str(decision), str(party), version, day_of(as_of))
            lines = reasons(document, here.words)
    emit_document(here, document, lines)


def _found(here: Session, store: Store, finding: str, version: int | None, day: date | None) -> tuple[Finding, Snapshot, Catalogue]:
    """Return a finding, the graph about it and the rules it was derived with, as known at a version.

    Raises
    ------
    NotFound
        There is none, or its decision came after the day.
    """
    rules = rules_then(here, store, version)
    found = find_one(store, finding, here.catalogue, version, day)
    found, graph = finding_as_of(found, snapshot_about(store, [found.decision, found.party], version), rules, day)
    return found, graph, rules


def _why_not(here: Session, store: Store, decision: str, party: str, version: int | None, day: date | None) -> dict[str, Any]:
    """Ask why a party does not answer; who has nothing to do with the decision is looked for everywhere."""
    rules = rules_then(here, store, version)
    _, near = whom(as_known(store, version), party, decision=decision)
    see_that_it_came(near, decision, day)
    return explaining.why_not(store, on_day(near, day), rules, decision, party, here.words, day or here.today)


def write_letter(
    context: typer.Context,
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="Id of a finding.")],
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of standard output.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Write the letter to the party of a finding as a printable page in Chinese: reasons, articles, evidence, how to object."""
    here = session(context)
    with here.open() as store:
        found, graph, rules = _found(here, store, finding, version_at(here, store, known_at), day_of(as_of))
        document = letter(store, graph, rules, load_remedies(), found, day_of(as_of) or here.today, here.today, known_at)
    with written_to(out):
        if here.format is Format.JSON:
            emit_json(document)
        else:
            typer.echo(letter_page(document, sender_of(here.settings)), nl=False)


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    app.command("propagate", epilog="Example: zeren propagate --full")(run)
    app.command("findings", epilog="Example: zeren findings --outcome lead --as-of 2026-01-01 --format csv")(show)
    app.command("explain", epilog="Example: zeren explain --decision cn_listed_demo:CS-3 --party 高某077 --lang en")(explain)
    app.command("letter", epilog="Example: zeren letter e31694d448bbd8e3 --out letter.html")(write_letter)
