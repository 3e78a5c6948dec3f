"""From restrictions to tasks of departments: planning, the list of tasks, feedback.

Invariants (tests/unit/test_api_pushing.py holds one test a number)
1. Planning twice without a change puts nothing into the outbox; whoever executes is told anew when the first or last day, the
   decision, the document or the basis is another. Nothing is planned for a day to come, nor for one before the last plan.
2. A unit reports on its own tasks only; a refusal needs a reason; a task that was answered is not answered again, also not by
   another process at the same moment; no answer is dated before the task was given, or after today.
   An answer is to one message: the one that it names, else the last that the unit knows, which is what it acknowledged, what its
   feed held up to a cursor with which it asked again, and what it answered by name; what it does not know is answered by nothing.
3. A voluntary body has no due date and is never overdue.
4. Whoever was told to take a measure is told to stop when nothing derives it any more, or when it is another unit's; and that a
   ground of it was revoked or void, also where it was told before that its term was over, or of another ground since.
5. A message has what the unit needs to act, and no number, address or telephone of anybody (see also `api.use_cases.messages`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple

from analytics.lifecycle.departments import action, departments, executes_of, units_for
from analytics.lifecycle.restrictions import Restriction
from analytics.lifecycle.table import load_table
from analytics.lifecycle.workdays import NoCalendar, WorkCalendar
from api.desk.outbox import Message, Outbox, Planned
from api.use_cases import choosing, messages
from api.use_cases.acting import Actor
from api.use_cases.cases import Cases
from api.use_cases.messages import Taker
from api.use_cases.people_told import Known
from api.use_cases.written import seen
from graph.codec import digest, make_fact
from graph.dates import PartialDate
from graph.errors import InputError, NotFound, Refused, StoreConflict
from graph.model import Event, Origin
from graph.snapshot import Snapshot
from graph.store.base import Store, Write
from graph.store.clock import see_that_it_follows

KIND = "feedback"
TAKE: Final = ("execute", "resume")
"""What a unit is told when it is to take a measure."""
Answer = Literal["executed", "refused", "not_applicable"]
TASK_COLUMNS = ("task", "unit", "action", "state", "due", "party.name", "party.id", "measure", "must", "told_on", "reason")
MESSAGE_COLUMNS = (
    "seq", "key", "unit", "action", "party.name", "measure", "restriction", "state", "attempts", "error", "made_at",
)  # fmt: skip
_OURS = Origin("zeren")


def plan(outbox: Outbox, cases: Cases, snapshot: Snapshot, day: date, at: datetime, known: Known | None = None) -> int:
    """Put into the outbox what departments must be told since the last time, in one transaction; return how many messages.

    `known` tells of all people, where the snapshot is only the part of the graph about the cases.
    """
    before = {(message.restriction, message.unit): message for message in outbox.latest()}
    if before and day.isoformat() < (since := max(message.body["as_of"] for message in before.values())):
        zh = f"{since} 已推送过：不能再为 {day} 生成推送"
        raise Refused(f"departments were told on {since} already: nothing is planned for {day}", zh=zh)
    takers = list(_takers(cases, day))
    planned = [*_planned(cases, snapshot, day, before, takers, known), *_no_more(cases, day, before, takers)]
    return outbox.put(planned, at)


def _takers(cases: Cases, day: date) -> Iterator[Taker]:
    for restriction in cases.restrictions:
        stands = cases.status(restriction, day)
        executes = executes_of(cases.finding(stands.ground), restriction.measure.name_zh, cases.catalogue)
        for unit in units_for(executes, restriction.measure.name_zh, restriction.party_kind):
            yield Taker(unit, restriction, stands, executes)


def objectable(cases: Cases, unit: str | None, day: date) -> Callable[[Restriction], list[str]]:
    """Return what tells of a restriction what of it a unit may object to: itself, and findings of which it takes every measure."""
    taken = {taker.restriction.id for taker in _takers(cases, day) if taker.unit == unit}

    def told(restriction: Restriction) -> list[str]:
        wholly = [g.finding for g in restriction.grounds if {r.id for r in cases.restrictions_on(g.finding)} <= taken]
        return [restriction.id, *wholly] if restriction.id in taken else []

    return told


def taken_by(cases: Cases, about: str, day: date) -> set[str]:
    """Return the units that take every measure which a finding, a decision or a restriction carries."""
    carried = {restriction for ground, restriction in cases.reached(about) if ground.finding} or {""}
    takes: dict[str, set[str]] = {}
    for taker in _takers(cases, day):
        takes.setdefault(taker.unit, set()).add(taker.restriction.id)
    return {unit for unit, taken in takes.items() if carried <= taken}


_Told = Mapping[tuple[str, str], Message]
"""The last message of each restriction to each unit."""


def _planned(
    cases: Cases, snapshot: Snapshot, day: date, before: _Told, takers: list[Taker], known: Known | None
) -> Iterator[Planned]:
    for taker in takers:
        message = before.get((taker.restriction.id, taker.unit))
        last = {"action": message.action} | message.body if message else None
        said = messages.said_of(cases, taker, last, day)
        if said is None:
            continue
        anew = messages.body(cases, snapshot, taker, said, last, day, known)
        if not said.action and last and last["action"] in TAKE:
            changed = said.anew or messages.is_another(anew, last)
        else:
            changed = bool(said.action)
        if changed:
            yield Planned(taker.unit, taker.restriction.id, anew["action"], anew)


def _no_more(cases: Cases, day: date, before: _Told, takers: list[Taker]) -> Iterator[Planned]:
    """Yield the end of what units were told to take and that no restriction of theirs is any more."""
    theirs = {(taker.restriction.id, taker.unit) for taker in takers}
    for (restriction, unit), last in before.items():
        if (restriction, unit) not in theirs and action(last.action, "withdrawn"):
            yield Planned(unit, restriction, "stop", messages.withdrawn(cases, last.body, day))


class Told(NamedTuple):
    """One thing that a unit was told of a restriction, and what it answered."""

    message: Message
    answer: Event | None

    @property
    def on(self) -> date:
        """The day on which it was told."""
        return date.fromisoformat(self.message.body["as_of"])

    @property
    def outcome(self) -> str:
        """What the unit answered, empty while it has not."""
        return dict(self.answer.details)["outcome"] if self.answer else ""


def told_by(
    store: Store, outbox: Outbox, today: date, unit: str | None = None, *, on_record: Callable[[str], bool] = lambda _: True
) -> list[Told]:
    """Return everything that units were told by a day, in order, each with what was answered by then.

    `on_record` says of a time whether it was known by then.
    """
    answers = {key: answer for key, answer in feedback_of(store).items() if answer.on.earliest <= today}
    every = (Told(each, answers.get(f"{each.body['task']}:{each.key}")) for each in outbox.messages(unit=unit))
    return [told for told in every if told.on <= today and on_record(told.message.made_at)]


def message_json(message: Message) -> dict[str, Any]:
    """Return a message as a row: what it is, whom it concerns, and how far it has come."""
    body = message.body
    own = ("seq", "key", "unit", "action", "restriction", "state", "attempts", "error", "made_at")
    return {column: getattr(message, column) for column in own} | {"party": body["party"], "measure": body["measure"]}


def tasks(told: Iterable[Told], calendar: WorkCalendar, today: date) -> list[dict[str, Any]]:
    """Return the tasks of departments: the latest thing that each was told of each restriction, and what it answered."""
    latest: dict[str, Told] = {}
    executed: set[str] = set()
    for each in told:
        task = each.message.body["task"]
        latest[task] = each
        if each.message.action in TAKE and each.outcome == "executed":
            executed.add(task)
    return [_task(each, calendar, today) | {"executed": task in executed} for task, each in latest.items()]


def _task(told: Told, calendar: WorkCalendar, today: date) -> dict[str, Any]:
    message, answer = told
    body = message.body
    due, state = None, "open"
    try:
        due = due_on(told, calendar)
    except NoCalendar:
        state = "no_calendar"
    if answer is not None:
        state = told.outcome
    elif due is not None and today > due:
        state = "overdue"
    return {
        "task": body["task"],
        "message": message.key,
        "unit": message.unit,
        "action": message.action,
        "state": state,
        "due": due.isoformat() if due else None,
        "party": body["party"],
        "measure": body["measure"],
        "must": body["must"],
        "told_on": body["as_of"],
        "restriction": message.restriction,
        "region": body["decision"]["region"],
        "decision": body["decision"],
        "document": body.get("document"),
        "basis": body.get("basis", []),
        "reason": answer.text if answer else None,
        "answered_on": str(answer.on) if answer else None,
    }


def due_on(told: Told, calendar: WorkCalendar) -> date | None:
    """Return the last day to answer what a unit was told, None where nothing binds it; raises `NoCalendar`."""
    message = told.message
    ends = message.action in ("stop", "pause")
    if not (message.body["must"] or (ends and not departments().unit(message.unit).voluntary)):
        return None
    return calendar.after(told.on, departments().due.execute if message.action in TAKE else departments().due.stop)


def feedback_of(store: Store) -> dict[str, Event]:
    """Return the feedback on record, by task and message."""
    found = {}
    for recorded in store.facts(["event"], keys="event/zeren/feedback-"):
        value = recorded.fact.value
        assert isinstance(value, Event)  # noqa: S101 - only events are asked for
        found[f"{value.about}:{value.refers}"] = value
    return found


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a unit says that it did with a task, and on which day if it was not today.

    `code`: why it refused, one of `refusals` in departments.yaml. `message`: the key of the message that is answered.
    """

    unit: str
    task: str
    outcome: Answer
    reason: str = ""
    on: date | None = None
    code: str = ""
    message: str = ""


def feedback(store: Store, outbox: Outbox, actor: Actor, given: Feedback, today: date, *, dry_run: bool = False) -> Event:
    """Record what a unit did with its task.

    Raises
    ------
    NotFound
        There is no such task, or no such message about it.
    Refused
        The task is another unit's, or was answered already; the unit knows no message about it; the day is before the task, or
        after today.
    InputError
        A refusal without a reason, or one that is not to be seen; what was executed with a reason why not.
    NoChoice
        There is no such reason.
    """
    departments().unit(given.unit)
    answers = feedback_of(store)
    message = _answered(outbox, given, answers)
    code = choosing.refusal(given.code) if given.code else ""
    seen("text", given.reason)
    if given.outcome != "executed" and not given.reason.strip():
        raise InputError("a refusal, or that a measure does not apply, needs a reason", zh="不执行或不适用，须说明理由")
    if given.outcome == "executed" and code:
        raise InputError("what was executed has no reason for which it was not", zh="已执行的，不填未执行的原因")
    day, told_on = given.on or today, date.fromisoformat(message.body["as_of"])
    if day > today:
        raise _refused(given, "future", day)
    if day < told_on:
        raise _refused(given, "before_task", told_on)
    if f"{given.task}:{message.key}" in answers:
        raise _refused(given, "answered")
    details = (*((("code", code),) if code else ()), ("outcome", given.outcome), ("unit", given.unit))
    event = Event(KIND, given.task, PartialDate.on(day), actor.name, given.reason, "", message.key, details)
    if dry_run:
        see_that_it_follows(actor.at, store)
    else:
        fact = make_fact(event, f"feedback-{digest(given.task, message.key)}", _OURS)
        try:
            done = store.append([Write(fact)], actor.act(f"feedback {given.task} {given.outcome}"))
        except StoreConflict:  # another process has answered since the answers were read
            raise _refused(given, "answered") from None
        if not done.recorded:
            raise _refused(given, "answered")
    return event


def _answered(outbox: Outbox, given: Feedback, answers: Collection[str]) -> Message:
    """Return the message that is answered: whoever names one by its key has been shown it, also while it is still under way."""
    told = [message for message in outbox.messages() if message.body["task"] == given.task]
    if not told:
        raise NotFound(f"no task {given.task!r}", zh=f"没有编号为“{given.task}”的任务")
    if (owner := told[-1].unit) != given.unit:
        theirs, own = (departments().unit(code) for code in (owner, given.unit))
        raise Refused(
            f"feedback on {given.task} refused [not_your_task]: it is a task of {theirs.en!r} ({owner}), and"
            f" {own.en!r} ({given.unit}) reports on its own tasks only",
            zh=f"{given.task} 的反馈不予受理 [not_your_task]：该任务属于{theirs.zh}，{own.zh}只能反馈本单位的任务",
        )
    if given.message:
        named = [message for message in told if message.key == given.message]
        if not named:
            raise NotFound(f"no message {given.message!r} on {given.task}", zh=f"{given.task} 没有编号为“{given.message}”的推送")
        return named[0]
    known = [message for message in told if message.known or f"{given.task}:{message.key}" in answers]
    if not known:
        raise _refused(given, "not_told")
    return known[-1]


def _refused(given: Feedback, reason: str, which: date | None = None) -> Refused:
    why, more = load_table().reasons[reason], f" ({which})" if which else ""
    return Refused(
        f"feedback on {given.task} refused [{reason}]: {why.en}{more}", zh=f"{given.task} 的反馈不予受理 [{reason}]：{why.zh}{more}"
    )
