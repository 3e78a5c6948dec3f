"""Commands on repair: the plan, the application, and what becomes of it."""

from __future__ import annotations

from typing import Annotated

import typer

from analytics.lifecycle.table import load_table
from api.cli.acts import acting, cases_of
from api.cli.formats import Format
from api.cli.moment import KnownAt, opened
from api.cli.output import emit_rows
from api.cli.session import session
from api.cli.today import AsOf, day_of
from api.use_cases import repairs
from api.use_cases.reading import members_of
from api.use_cases.refusing import REPAIRS

PLAN_COLUMNS = (
    "decision",
    "finding",
    "rule",
    "class",
    "bar_text",
    "bar_number",
    "bar_basis",
    "bar_until",
    "bar_lift",
    "through",
    "step_text",
    "done",
    "earliest",
    "basis",
    "evidence",
    "optional",
    "question_text",
    "question_answer",
)


def plan(
    context: typer.Context,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Person or enterprise: an id, a number or a name.")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Plan the repair of a party: each step, its earliest day and its article; or what stands against it."""
    here = session(context)
    day = day_of(as_of, here.today)
    with opened(here, known_at) as store:
        cases = cases_of(here, store)
        made = repairs.plans(cases, members_of(store, party), day)
        rows = [row for restriction, item in made for row in repairs.plan_rows(cases, restriction, item, here.words)]
    if here.format is not Format.JSON:  # the measures of one finding are mostly repaired alike
        rows = list({tuple(row.get(column) for column in PLAN_COLUMNS): row for row in rows}.values())
    emit_rows(here, rows, PLAN_COLUMNS)


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    family = typer.Typer(help="The way back: repair.", no_args_is_help=True, epilog="Example: zeren repair plan 示例A公司")
    family.command("plan", epilog="Example: zeren repair plan 示例A公司 --as-of 2026-12-01")(plan)
    for kind, word in REPAIRS.items():
        example = f"Example: zeren repair {word} 0123456789abcdef --dry-run"
        family.command(word, help=f"{load_table().event(kind).does}.", epilog=example)(acting(kind, repairs.repair))
    app.add_typer(family, name="repair")
