"""Commands of the departments: what they are told, how it reaches them, and what they answer."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from analytics.lifecycle.departments import departments
from analytics.lifecycle.publication import leaving
from api.cli.acts import cases_of
from api.cli.graph import opened_names
from api.cli.moment import AsOf as DayOf
from api.cli.moment import KnownAt, log_of, opened, rules_of
from api.cli.output import emit_document, emit_rows
from api.cli.session import Session, session
from api.cli.today import AsOf, DryRun, day_of
from api.cli.wording import worded
from api.desk.outbox import Outbox
from api.desk.sender import receiver, unit_key
from api.desk.sender import send as send_all
from api.use_cases import choosing, pushing
from api.use_cases.calendars import calendar_of
from api.use_cases.case_reading import graph_of
from api.use_cases.past import recorded_by
from api.use_cases.reading import snapshot_of
from api.use_cases.telling import whole
from api.use_cases.underived import see_that_derived
from graph.errors import InputError
from graph.store.clock import see_that_it_follows

FEED_COLUMNS = ("cursor", "key", "action", "party.name", "party.id", "measure", "must", "from", "until", "task")
FED_COLUMNS = ("task", "unit", "outcome", "by", "on")
MESSAGE_NAMES = {"state": "message_state"}
TASK_NAMES = {"state": "task_state", "task": "task_id", "outcome": "task_outcome"}
UnitOption = Annotated[str | None, typer.Option(help="Of this unit: its code, as in departments.yaml, or its name.")]


class Outcome(StrEnum):
    """What a unit did with its task."""

    EXECUTED = "executed"
    REFUSED = "refused"
    NOT_APPLICABLE = "not_applicable"


def desk(here: Session, *, dry_run: bool = False) -> Outbox:
    """Open the outbox; a dry run gets a copy in memory."""
    return Outbox(here.settings.desk, dry_run=dry_run)


def plan(context: typer.Context, as_of: AsOf = None, dry_run: DryRun = False) -> None:
    """Put into the outbox what departments must be told since the last time, in one transaction."""
    here = session(context, document=True)
    day = day_of(as_of, here.today)
    if day > here.today:
        zh = f"--as-of：{day} 尚未到来，不能提前推送"
        raise InputError(f"--as-of: {day} is still to come: nobody is told of it yet", zh=zh)
    if day < here.today and not dry_run:
        zh = f"--as-of：{day} 已过，通知只按当日（{here.today}）的状态发出；查看过去某日请加 --dry-run"
        raise InputError(f"--as-of: {day} is over: departments are told how it stands today; --dry-run looks back", zh=zh)
    with (
        opened_names(here) as (store, known),
        desk(here, dry_run=dry_run) as outbox,
        here.acting(store, dry_run=dry_run),
    ):
        see_that_derived(store, rules_of(here, store))
        see_that_it_follows(at := here.actor().at, store)
        cases = cases_of(here, store)
        snapshot = graph_of(store, cases) if known else snapshot_of(store)
        count = pushing.plan(outbox, cases, snapshot, day, at, known)
    said = here.words.say("push.would_plan" if dry_run else "push.planned", count=count)
    emit_document(here, {"messages": count}, [said], dry_run=dry_run)


def send(
    context: typer.Context,
    until_empty: Annotated[bool, typer.Option("--until-empty", help="Go on, waiting between rounds, until nothing waits.")] = False,
    wait: Annotated[float, typer.Option(min=0.0, help="Seconds between rounds.")] = 1.0,
    most: Annotated[
        float | None,
        typer.Option(min=0.0, metavar="SECONDS", help="With --until-empty: send nothing more after so long; what waits stays."),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Send all that is due to the receivers that are set, signed; failures are tried again later, ever more slowly.

    How many messages wait for a later attempt is told. What waits for a unit without a receiver (`zeren push hook`) is told: such a
    unit fetches its messages with `zeren feed`. While it goes on, whoever it waits for is told on standard error, with the time of
    the next attempt. A dry run says how many messages would be sent, and asks no receiver.
    """
    here = session(context, document=True)
    key = here.settings.hook_key.get_secret_value().encode()
    if dry_run:
        _would_send(here, key, until_empty=until_empty)
        return
    total = [0, 0, 0]
    said: dict[str, datetime] = {}
    end = time.monotonic() + most if most is not None and until_empty else math.inf
    begun = datetime.now(UTC)
    with desk(here) as outbox:
        while True:
            done = send_all(outbox, key, lambda: datetime.now(UTC), end=end, due=None if until_empty else begun)
            total = [total[0] + done.delivered, total[1] + done.failed, total[2] + done.dead]
            if not until_empty and outbox.due(begun, 1):
                continue
            hooks, waiting = outbox.hooks(), [message.unit for message in outbox.messages("waiting")]
            if not until_empty or hooks.keys().isdisjoint(waiting):
                break
            _tell_waiting(here, outbox, said)
            if time.monotonic() + wait > end:
                here.tell(here.words.say("push.enough", count=sum(unit in hooks for unit in waiting)))
                break
            if not done.delivered:
                time.sleep(wait)
    sent = dict(zip(("delivered", "failed", "dead"), total, strict=True))
    count, more = _without_receiver(here, hooks, waiting)
    left = len(waiting) - count
    document = {**sent, "receivers": len(hooks), "waiting": left, "without_receiver": count}
    lines = [here.words.say("push.sent", **sent)] if hooks else []
    emit_document(here, document, [*lines, *([here.words.say("push.left", count=left)] if left else []), *more])


def _would_send(here: Session, key: bytes, *, until_empty: bool) -> None:
    with desk(here, dry_run=True) as outbox:
        hooks, waiting = outbox.hooks(), [message.unit for message in outbox.messages("waiting")]
        due = outbox.sendable(datetime.now(UTC))
    units = [unit for unit in waiting if unit in hooks] if until_empty else due
    for unit in set(units):
        unit_key(key, unit)  # nothing is sent unsigned
    count, more = _without_receiver(here, hooks, waiting)
    document = {"would_send": len(units), "receivers": len(hooks), "without_receiver": count}
    emit_document(here, document, [here.words.say("push.would_send", count=len(units)), *more], dry_run=True)


def _without_receiver(here: Session, hooks: Collection[str], waiting: Sequence[str]) -> tuple[int, list[str]]:
    """Return how many of the messages that wait are for units without a receiver, and what is said of them."""
    lacking = sorted(set(waiting) - set(hooks))
    count = sum(unit in lacking for unit in waiting)
    lines = list[str]()
    if not hooks or lacking:
        told = "push.no_receiver" if not hooks else "push.without_receiver"
        units = here.words.words["list.join"].join(worded(here.words, "unit", unit) for unit in lacking)
        lines.append(here.words.say(told, count=count, units=units))
    return count, lines


def _tell_waiting(here: Session, outbox: Outbox, said: dict[str, datetime]) -> None:
    """Say whom it waits for and until when; the same again only once that time is over."""
    now = datetime.now(UTC)
    for each in outbox.waited_for():
        if each.next_at > now >= said.get(each.unit, now):
            said[each.unit] = each.next_at
            unit, at = worded(here.words, "unit", each.unit), each.next_at.isoformat(timespec="seconds")
            here.tell(here.words.say("push.waiting", unit=unit, count=each.count, at=at, error=each.error))


def hook(
    context: typer.Context,
    unit: Annotated[str, typer.Argument(help="Code of the unit.")],
    url: Annotated[str, typer.Argument(help="Where its messages are sent: http or https; no redirect from there is followed.")],
    dry_run: DryRun = False,
) -> None:
    """Set where the messages of a unit are sent."""
    here = session(context)
    unit, url = choosing.unit(unit), receiver(url)
    with desk(here, dry_run=dry_run) as outbox:
        outbox.hook(unit, url)
    here.tell(here.words.say("push.hooked", unit=worded(here.words, "unit", unit), url=url))
    if dry_run:
        here.tell(here.words.say("tell.dry_run"))


def key(context: typer.Context, unit: Annotated[str, typer.Argument(help="Code of the unit.")]) -> None:
    """Print the key with which the messages of a unit are signed, for its system alone; it is made of ZEREN_HOOK_KEY."""
    here = session(context)
    unit = choosing.unit(unit)
    typer.echo(unit_key(here.settings.hook_key.get_secret_value().encode(), unit).hex())


def list_(
    context: typer.Context,
    state: Annotated[str | None, typer.Option(help="waiting, delivered, dead or superseded.")] = None,
    unit: UnitOption = None,
    as_of: DayOf = None,
    known_at: KnownAt = None,
) -> None:
    """List the messages in the outbox, each with the state in which it is now."""
    here = session(context)
    on_record = log_of(here, as_of, known_at)
    with desk(here) as outbox:
        wanted = choosing.message_state(state) if state else None, choosing.unit(unit) if unit else None
        made = [message for message in outbox.messages(*wanted) if on_record(message.made_at)]
        rows = [pushing.message_json(message) for message in made]
    emit_rows(here, rows, pushing.MESSAGE_COLUMNS, names=MESSAGE_NAMES)


def replay(
    context: typer.Context,
    key: Annotated[str | None, typer.Argument(help="Key of a dead letter; none: all.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Let dead letters be sent again: all, or one with the later ones of its restriction and unit. Exits 1 where there is none."""
    here = session(context)
    with desk(here, dry_run=dry_run) as outbox:
        count = outbox.replay(key, here.actor().at)
    if not count:
        here.tell(here.words.say("push.superseded" if key is not None else "push.no_dead_letter"))
        raise typer.Exit(1)
    here.tell(here.words.say("push.replayed", count=count))
    if key is not None and count > 1:
        here.tell(here.words.say("push.replayed_with", count=count - 1))
    if dry_run:
        here.tell(here.words.say("tell.dry_run"))


def feed(
    context: typer.Context,
    unit: Annotated[str, typer.Option(help="Code of the unit that asks.")],
    since: Annotated[int, typer.Option(min=0, help="Cursor: the last message that the unit has.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Messages at most.")] = 100,
    as_of: DayOf = None,
    known_at: KnownAt = None,
) -> None:
    """Give a unit its messages after a cursor, in order: for units that fetch instead of being sent to.

    A unit that asks with the cursor of a message has that one, and everything before: from then on it knows these, and can answer
    them without naming the message. A look at the past says nothing.
    """
    here = session(context)
    unit = choosing.unit(unit)
    on_record = log_of(here, as_of, known_at)
    with desk(here) as outbox:
        if as_of is None and known_at is None:
            outbox.fetched(unit, since)
        messages = [message for message in outbox.feed(unit, since, limit) if on_record(message.made_at)]
    emit_rows(
        here,
        [{"cursor": message.seq, **whole(message.body)} for message in messages],
        FEED_COLUMNS,
        names=TASK_NAMES,
    )


def tasks(
    context: typer.Context,
    unit: UnitOption = None,
    state: Annotated[str | None, typer.Option(help=f"{', '.join(choosing.TASK_STATES)}.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """List what departments have to do, until when, and what they answered."""
    here = session(context)
    unit, state = choosing.unit(unit) if unit else None, choosing.task_state(state) if state else None
    with opened(here, known_at) as store, desk(here) as outbox:
        day, on_record = day_of(as_of, here.today), recorded_by(store, known_at)
        told = pushing.told_by(store, outbox, day, unit, on_record=on_record)
        rows = pushing.tasks(told, calendar_of(store), day)
    emit_rows(here, leaving([row for row in rows if state in (None, row["state"])]), pushing.TASK_COLUMNS, names=TASK_NAMES)


def feedback(
    context: typer.Context,
    task: Annotated[str, typer.Argument(metavar="TASK", help="Id of the task.")],
    unit: Annotated[str, typer.Option(help="Code of the unit that answers.")],
    outcome: Annotated[Outcome, typer.Option(help="What it did.")],
    text: Annotated[
        str, typer.Option(help="Reason of a refusal, or why it does not apply, in words; reports do not hold it.")
    ] = "",
    reason: Annotated[
        str, typer.Option(help=f"Why it was not executed, as reports count it: {', '.join(departments().refusals)}.")
    ] = "",
    message: Annotated[str, typer.Option(help="Key of the message that is answered. Default: the last that the unit knows.")] = "",
    on: Annotated[str | None, typer.Option(help="Day on which it was done, if it was not today.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Record what a unit did with its task; refused for another's, for what it was not told, twice, and for a day before it."""
    here = session(context)
    unit = choosing.unit(unit)
    with here.open() as store, desk(here, dry_run=dry_run) as outbox:
        given = pushing.Feedback(unit, task, outcome.value, text, day_of(on, here.today), reason, message)
        event = pushing.feedback(store, outbox, here.actor(), given, here.today, dry_run=dry_run)
    row = {"task": event.about, "unit": unit, "outcome": outcome.value, "by": event.by, "on": str(event.on)}
    emit_rows(here, [row], FED_COLUMNS, names=TASK_NAMES, dry_run=dry_run)


def register(app: typer.Typer) -> None:
    """Add the commands of this family."""
    family = typer.Typer(help="The outbox: what departments are told.", no_args_is_help=True, epilog="Example: zeren push plan")
    family.command("plan", epilog="Example: zeren push plan")(plan)
    family.command("send", epilog="Example: zeren push send --until-empty")(send)
    family.command("hook", epilog="Example: zeren push hook finance https://finance.example/zeren")(hook)
    family.command("key", epilog="Example: zeren push key finance")(key)
    family.command("list", epilog="Example: zeren push list --state dead")(list_)
    family.command("replay", epilog="Example: zeren push replay")(replay)
    app.add_typer(family, name="push")
    app.command("feed", epilog="Example: zeren feed --unit finance --since 120 --format json")(feed)
    app.command("tasks", epilog="Example: zeren tasks --unit finance --state overdue")(tasks)
    app.command("feedback", epilog="Example: zeren feedback task-0123456789abcdef --unit finance --outcome executed")(feedback)
