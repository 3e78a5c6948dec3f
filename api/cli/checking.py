"""Commands for a counter: the mandatory check, and the look-ups on record."""

from __future__ import annotations

from typing import Annotated

import typer

from analytics.lifecycle.publication import leaving
from analytics.lifecycle.purposes import load_purposes
from api.cli.moment import AsOf as DayOf
from api.cli.moment import KnownAt, opened
from api.cli.moment import day_of as on_day
from api.cli.output import emit_document, emit_rows
from api.cli.session import session
from api.cli.today import day_of
from api.use_cases import checking, choosing
from api.use_cases.citing import with_mark
from api.use_cases.past import by_day

LOOKUP_COLUMNS = ("at", "unit", "by", "purpose", "asked", "answer", "why", "shown", "id")
COVERAGE_COLUMNS = ("unit", "purpose", "lookups", "restricted")


def check(
    context: typer.Context,
    uscc: Annotated[
        str,
        typer.Option(
            help="Unified social credit code of the enterprise; where it has none, its stock code or registration number."
        ),
    ],
    purpose: Annotated[str, typer.Option(help=f"For what: {', '.join(load_purposes())}.")],
    why: Annotated[str, typer.Option(help="Reason, e.g. the number of the matter; kept on record.")],
    unit: Annotated[str | None, typer.Option(help="Department that asks: its code, as in `zeren feed`, or its name.")] = None,
    unit_name: Annotated[str | None, typer.Option(help="Name of the body that asks, where it is none of the departments.")] = None,
    person: Annotated[str, typer.Option(help="Name of a person at this enterprise; of several so called, the number or id.")] = "",
    as_of: Annotated[str | None, typer.Option(help="Today, if given: a check is of no other day.")] = None,
) -> None:
    """Check whom a counter must check: what binds today for this purpose, what to do, until when, on which basis. On record."""
    here = session(context, document=True)
    question = checking.Question(uscc, purpose, checking.unit_that_asks(unit, unit_name), why, person)
    today = checking.day_of_check(day_of(as_of, here.today), here.today)
    with here.open() as store:
        document = checking.check(store, here.catalogue, here.actor(), question, today, here.words)
    words = here.words
    lines = [document["answer_text"]]
    for row in document["restrictions"]:
        basis = words.words["list.join"].join(
            with_mark(f"{b['instrument']} {b['article']}", b["evidence"], words) for b in row["basis"]
        )
        until = words.say("date.life") if row["until"] == "life" else row["until"] or words.say("date.none")
        document_of = words.say("check.of", authority=row["authority"], number=row["number"] or row["decision"])
        since = row["from"] or words.say("date.none")
        said = words.say("check.row", do=row["do"], since=since, until=until, basis=basis)
        lines.append(f"  {said}{document_of}")
    if (taken := document["taken"]) is not None:
        lines.append(words.say("check.taken", scheme=words.label("scheme", taken["scheme"]), value=taken["value"]))
    if document["paused"]:
        lines.append(words.say("check.paused", count=document["paused"]))
    where = ("same_name_here", "same_name_elsewhere") if document["answer"] != "namesake" else ()
    lines += [words.say(f"check.{each}") for each in where if document[each]]
    emit_document(here, document, [*lines, words.say("check.on_record", lookup=document["lookup"])])


def lookups(
    context: typer.Context,
    unit: Annotated[str | None, typer.Option(help="Of this unit.")] = None,
    purpose: Annotated[str | None, typer.Option(help="For this purpose.")] = None,
    by: Annotated[str | None, typer.Option(help="By this person.")] = None,
    coverage: Annotated[
        bool,
        typer.Option(
            "--coverage", help="Counts for each unit and purpose instead; a department that looked up nobody is shown with none."
        ),
    ] = False,
    as_of: DayOf = None,
    known_at: KnownAt = None,
) -> None:
    """List who looked up whom, when, why, for what, and what was shown."""
    here = session(context)
    day, purpose = on_day(as_of), choosing.purpose(purpose) if purpose else None
    with opened(here, known_at) as store:
        unit = None if unit is None else checking.unit_on_record(store, unit)
        rows = [row for row in checking.lookups(store, unit, purpose, by) if by_day(row["at"], day)]
    if coverage:
        emit_rows(
            here, checking.coverage(leaving(rows), checking.units_counted(unit)), COVERAGE_COLUMNS, names={"unit": "unit_by_name"}
        )
    else:
        emit_rows(here, leaving(rows), LOOKUP_COLUMNS, names={"answer": "check_answer", "unit": "unit_by_name"})


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    example = "Example: zeren check --uscc 91371300MA3C0YRJ4T --purpose tendering --unit-name 市公共资源交易中心 --why 招标2024-9号"
    app.command("check", epilog=example)(check)
    app.command("lookups", epilog="Example: zeren lookups --coverage")(lookups)
