"""Commands on cases: what is restricted, what happened, what may be done, and what is due.

The acts come from the transition table (`analytics/lifecycle/transitions.yaml`): a new act needs no code here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from analytics.lifecycle.publication import leaving
from analytics.lifecycle.table import load_table
from analytics.lifecycle.workdays import NoCalendar
from api.cli.acts import NAMES, About, acting, cases_of
from api.cli.moment import KnownAt, opened
from api.cli.output import emit_document, emit_grid, emit_rows
from api.cli.session import session
from api.cli.today import AsOf, DryRun, day_of
from api.use_cases import calendars, choosing, dues, life_demo, publishing
from api.use_cases.case_reading import graph_of
from api.use_cases.case_rows import history_json, restriction_json, told_of
from api.use_cases.reading import members_of
from api.use_cases.withdrawn import withdrawal
from graph.errors import InputError, told
from graph.snapshot.scope import snapshot_about

LIST_COLUMNS = ("id", "status", "party.name", "party.id", "measure.name_zh", "measure.kind", "from", "again", "until", "findings")
HISTORY_COLUMNS = ("on", "kind_text", "about", "party_name", "effect", "why_none_text", "by", "number", "text", "id", "refers")


def list_(
    context: typer.Context,
    party: Annotated[str | None, typer.Option(help="Restrictions of this person or enterprise: an id, a number or a name.")] = None,
    status: Annotated[str | None, typer.Option(help="Restrictions that stand so, e.g. in_force, paused, notified.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    limit: Annotated[int, typer.Option(min=1, help="Restrictions at most.")] = 100,
) -> None:
    """List restrictions and how each stands on a day."""
    here = session(context)
    day = day_of(as_of, here.today)
    status = choosing.status(status) if status else None
    with opened(here, known_at) as store:
        cases = cases_of(here, store)
        wanted = members_of(store, party) if party else None
        chosen = [r for r in cases.restrictions if wanted is None or r.party in wanted]
        near = snapshot_about(store, told_of(cases, chosen))
        wanted_so = {r.id for r in chosen if status is None or status in cases.codes(r, day)}
        rows = [restriction_json(cases, near, r, day) for r in chosen if r.id in wanted_so]
    shown = [row | {"findings": [g["finding"] for g in row["grounds"]]} for row in rows]
    emit_rows(here, shown[:limit], LIST_COLUMNS)
    if len(shown) > limit:
        here.tell(here.words.say("tell.more", count=len(shown) - limit))


def show(context: typer.Context, about: About, as_of: AsOf = None, known_at: KnownAt = None) -> None:
    """Show what happened to a finding, a decision or a restriction, with the effect of each event or why it has none."""
    here = session(context)
    with opened(here, known_at) as store:
        rows = history_json(cases_of(here, store), about, day_of(as_of, here.today), here.words)
        gone = withdrawal(store, about, here.catalogue)
        near = snapshot_about(store, {row["party"] for row in rows if row["party"]})
        rows = [row | {"party_name": near.label(row["party"]) if row["party"] else ""} for row in rows]
    emit_rows(here, leaving(rows), HISTORY_COLUMNS, names=NAMES)
    if gone:
        here.tell(here.words.say("tell.withdrawn", **gone.as_json()))


def life(context: typer.Context) -> None:
    """Let a made-up case live its whole life on one screen; nothing is kept."""
    here = session(context)
    rows = life_demo.whole_life(here.catalogue, here.words)
    if here.format.for_reading:
        headers, lines, notes = life_demo.on_a_screen(rows, here.words)
        emit_grid(here, headers, lines, notes=notes, ruled=False)
    else:
        emit_rows(here, rows, life_demo.COLUMNS)


def due(
    context: typer.Context,
    as_of: AsOf = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that were met, and rights of a party that lapsed.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those that are overdue.")] = False,
    publication: Annotated[bool, typer.Option("--publication", help="Also those that run from the date of a decision.")] = False,
    known_at: KnownAt = None,
) -> None:
    """List deadlines: until when, who, on which basis; overdue ones are marked. Exits 1 where a calendar is missing."""
    here = session(context)
    day = day_of(as_of, here.today)
    with opened(here, known_at) as store:
        cases = cases_of(here, store)
        shown = publishing.to_publish(graph_of(store, cases), cases, day) if publication else frozenset()
        found = dues.dues(cases, calendars.calendar_of(store), day, publication=shown)
        near = snapshot_about(store, {dues.party_of(*pair) for pair in found})
    wanted = ("overdue",) if overdue else ("open", "overdue", "no_calendar", *(("done", "done_late", "lapsed") if every else ()))
    rows = [dues.due_json(near, item, finding, day, here.words) for item, finding in found if item.state in wanted]
    emit_rows(here, rows, dues.COLUMNS, names=NAMES)
    if years := sorted({item.year for item, _ in found if item.state == "no_calendar" and item.year}):
        for year in years:
            here.tell(told(NoCalendar(year), here.lang))
        raise typer.Exit(1)


def enter(
    context: typer.Context,
    year: Annotated[int, typer.Argument(min=2000, max=2999, help="Year of the notice.")],
    file: Annotated[Path, typer.Option(help="YAML with `holidays` and `workdays`: days, or periods as 2027-02-05/2027-02-11.")],
    number: Annotated[str, typer.Option(help="Document number of the official notice.")],
    dry_run: DryRun = False,
) -> None:
    """Enter the official notice on days off and made-up working days of a year."""
    here = session(context, document=True)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read: {error}", zh=f"{file}：不能读取：{error}") from error
    with here.rehearse() if dry_run else here.open(create=True) as store:
        try:
            notice = calendars.enter(store, here.actor(), year, text, number, dry_run=dry_run)
        except InputError as error:
            raise InputError(f"{file}: {error}", zh=f"{file}：{told(error, 'zh')}") from error
    document: dict[str, Any] = {
        "year": notice.year,
        "number": notice.number,
        "holidays": len(notice.holidays),
        "workdays": len(notice.workdays),
    }
    lines = [here.words.say("calendar.entered", **document)]
    emit_document(here, document, lines, dry_run=dry_run)


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    family = typer.Typer(
        help="The life of restrictions: from the proposal to the last day.", no_args_is_help=True, epilog="Example: zeren case list"
    )
    family.command("list", epilog="Example: zeren case list --status in_force --party 示例")(list_)
    family.command("show", epilog="Example: zeren case show 0123456789abcdef")(show)
    family.command("life", epilog="Example: zeren case life --lang en")(life)
    table = load_table()
    for word, kind in table.commands.items():
        example = f"Example: zeren case {word} 0123456789abcdef --dry-run"
        family.command(word, help=f"{table.event(kind).does}.", epilog=example)(acting(kind))
    app.add_typer(family, name="case")
    app.command("due", epilog="Example: zeren due --overdue")(due)
    calendar = typer.Typer(
        help="Working days.", no_args_is_help=True, epilog="Example: zeren calendar enter 2027 --file f.yaml --number n"
    )
    calendar.command("enter", epilog="Example: zeren calendar enter 2027 --file notice.yaml --number 国办发明电〔2026〕1号")(enter)
    app.add_typer(calendar, name="calendar")
