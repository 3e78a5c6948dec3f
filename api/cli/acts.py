"""Commands that act on a case: all of one shape, for all acts and repairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from api.cli.moment import rules_of
from api.cli.output import emit_rows
from api.cli.session import Session, session
from api.cli.today import DryRun, day_of
from api.use_cases import case_acts
from api.use_cases.case_reading import read_cases
from api.use_cases.cases import Cases
from api.use_cases.past import Past
from api.use_cases.underived import pending
from graph.errors import InputError
from graph.snapshot.scope import snapshot_about
from graph.store.base import Store

DONE_COLUMNS = (
    "event", "of", "decision", "finding", "party_name", "party", "before", "after", "paused_after", "effect", "reason",
)  # fmt: skip
NAMES = {
    "number": "document_number", "text": "said", "effect": "has_effect", "before": "status_before", "after": "status_after",
    "state": "due_state", "who": "who_acts", "deadline": "deadline_code",
    "party": "party.id", "party_name": "party.name", "reason": "act_reason", "of": "act_reaches",
}  # fmt: skip
About = Annotated[str, typer.Argument(metavar="ID", help="Id of a finding, a decision or a restriction.")]
Day = Annotated[str | None, typer.Option("--on", help="Day on which it happened. Default: today.")]


def cases_of(here: Session, store: Store) -> Cases:
    """Return the cases of a store, under the rules in use where it stands; what is not derived yet is told."""
    catalogue = rules_of(here, store)
    if not isinstance(store, Past) and store.version() and pending(store, catalogue):
        here.tell(here.words.say("tell.not_derived"))
    return read_cases(store, catalogue)


def acting(kind: str, do: Callable[..., case_acts.Done] = case_acts.perform) -> Callable[..., None]:
    """Return the command that does one kind of act."""

    def command(
        context: typer.Context,
        about: About,
        on: Day = None,
        number: Annotated[str, typer.Option(help="Number of the document that says so.")] = "",
        text: Annotated[str, typer.Option(help="Reason, or what was said.")] = "",
        refers: Annotated[str, typer.Option(help="Id of the event that this one answers or undoes.")] = "",
        by: Annotated[str | None, typer.Option(help="Who did it elsewhere; with --reported.")] = None,
        detail: Annotated[
            list[str] | None, typer.Option(help="LABEL=VALUE, e.g. another_unit=yes, until=2026-03-01, hearing=2026-03-01.")
        ] = None,
        reported: Annotated[
            bool, typer.Option("--reported", help="It was done elsewhere: recorded even if without effect.")
        ] = False,
        dry_run: DryRun = False,
    ) -> None:
        here = session(context)
        name = here.actor().name
        if by is not None and not reported:
            raise typer.BadParameter("goes with --reported: who acts here is who asks", param_hint="--by")
        day = day_of(on, here.today)
        act = case_acts.Act(kind, about, day, by or name, text, number, refers, _details(detail), reported)
        with here.open() as store, here.acting(store, dry_run=dry_run):
            done = do(store, cases_of(here, store), here.actor(), act, here.today, dry_run=dry_run)
            near = snapshot_about(store, {row["party"] for row in done.rows})
        rows = [
            {
                "event": done.event.id,
                "of": "finding" if row["finding"] else "decision",
                **row,
                "party_name": near.label(row["party"]),
            }
            for row in done.rows
        ]
        emit_rows(here, rows, DONE_COLUMNS, names=NAMES, dry_run=dry_run)
        if not done.effective:
            here.tell(here.words.say("tell.no_effect"))

    return command


def _details(given: list[str] | None) -> dict[str, str]:
    details = {}
    for item in given or ():
        label, separator, value = item.partition("=")
        if not separator or not label:
            raise InputError(f"{item!r} is no LABEL=VALUE", zh=f"“{item}”不是 LABEL=VALUE 的写法")
        details[label] = value
    return details
