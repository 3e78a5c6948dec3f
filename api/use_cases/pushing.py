"""From restrictions to tasks of departments: planning, the list of tasks, feedback.

Invariants (tests/unit/test_api_pushing.py holds one test a number)
1. Planning twice without a change puts nothing into the outbox; whoever executes is told anew when the last day, the decision, the
   document or the basis is another. Nothing is planned for a day to come, nor for one before the last plan.
2. A unit reports on its own tasks only; a refusal needs a reason; a task that was answered is not answered again.
3. A voluntary body has no due date and is never overdue.
4. Whoever was told to take a measure is told to stop when nothing derives it any more, or when it is another unit's.
5. A message has what the unit needs to act, and no number, address or telephone of anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple

from analytics.lifecycle.departments import action, departments, executes_of, is_bound, units_for
from analytics.lifecycle.publication import leaving
from analytics.lifecycle.restrictions import BINDING, Restriction, Status
from analytics.lifecycle.workdays import NoCalendar, WorkCalendar
from api.desk.outbox import Message, Outbox, Planned
from api.use_cases.acting import Actor
from api.use_cases.cases import Cases
from api.use_cases.citing import basis_json
from graph.codec import digest, make_fact
from graph.dates import PartialDate
from graph.errors import InputError, NotFound, Refused
from graph.model import Event, Origin
from graph.snapshot import Snapshot
from graph.store.base import Store, Write

KIND = "feedback"
Answer = Literal["executed", "refused", "not_applicable"]
TASK_COLUMNS = ("task", "unit", "action", "state", "due", "party.name", "party.id", "measure", "must", "told_on", "reason")
_OURS = Origin("zeren")


def plan(outbox: Outbox, cases: Cases, snapshot: Snapshot, day: date, at: datetime) -> int:
    """Put into the outbox what departments must be told since the last time, in one transaction; return how many messages."""
    before = {(message.restriction, message.unit): message for message in outbox.latest()}
    if before and day.isoformat() < (since := max(message.body["as_of"] for message in before.values())):
        zh = f"{since} 已推送过：不能再为 {day} 生成推送"
        raise Refused(f"departments were told on {since} already: nothing is planned for {day}", zh=zh)
    takers = list(_takers(cases, day))
    planned = [*_planned(cases, snapshot, day, before, takers), *_no_more(day, before, takers)]
    return outbox.put(planned, at)


class _Taker(NamedTuple):
    """A unit that takes a restriction, how that stands, and who executes it by its rule."""

    unit: str
    restriction: Restriction
    stands: Status
    executes: str


def _takers(cases: Cases, day: date) -> Iterator[_Taker]:
    for restriction in cases.restrictions:
        stands = cases.status(restriction, day)
        executes = executes_of(cases.finding(stands.ground), restriction.measure.name_zh, cases.catalogue)
        for unit in units_for(executes, restriction.measure.name_zh):
            yield _Taker(unit, restriction, stands, executes)


def taken_by(cases: Cases, about: str, day: date) -> set[str]:
    """Return the units that take every measure which a finding, a decision or a restriction carries."""
    carried = {restriction for _, restriction in cases.reached(about)}
    takes: dict[str, set[str]] = {}
    for taker in _takers(cases, day):
        takes.setdefault(taker.unit, set()).add(taker.restriction.id)
    return {unit for unit, taken in takes.items() if carried <= taken}


_Told = Mapping[tuple[str, str], Message]
"""The last message of each restriction to each unit."""
_BINDS: Final = ("until", "decision", "document", "basis", "must")
"""Parts of a message that say what binds, by what and for how long."""


def _planned(cases: Cases, snapshot: Snapshot, day: date, before: _Told, takers: list[_Taker]) -> Iterator[Planned]:
    for taker in takers:
        last = before.get((taker.restriction.id, taker.unit))
        if told := action(last.action if last else "", taker.stands.code):
            yield Planned(taker.unit, taker.restriction.id, told, _body(cases, snapshot, taker, told, day))
        elif last and last.action in ("execute", "resume") and taker.stands.code in BINDING:
            anew = _body(cases, snapshot, taker, "execute", day)
            if any(anew[part] != last.body.get(part) for part in _BINDS):
                yield Planned(taker.unit, taker.restriction.id, "execute", anew)


def _no_more(day: date, before: _Told, takers: list[_Taker]) -> Iterator[Planned]:
    """Yield the end of what units were told to take and that no restriction of theirs is any more."""
    theirs = {(taker.restriction.id, taker.unit) for taker in takers}
    for (restriction, unit), last in before.items():
        if (restriction, unit) not in theirs and action(last.action, "withdrawn"):
            body = last.body | {"action": "stop", "status": "withdrawn", "as_of": day.isoformat()}
            yield Planned(
                unit, restriction, "stop", {label: value for label, value in body.items() if label not in ("key", "number")}
            )


def _body(cases: Cases, snapshot: Snapshot, taker: _Taker, told: str, day: date) -> dict[str, Any]:
    unit, restriction, stands, executes = taker
    finding = cases.finding(stands.ground)
    decision = cases.decisions.get(finding.decision)
    confirmed = stands.lives[stands.ground].happened("decision")
    must = is_bound(unit, restriction.measure.kind, executes)
    document = {
        "task": task_id(restriction.id, unit),
        "action": told,
        "unit": unit,
        "restriction": restriction.id,
        "party": {"id": restriction.party, "name": snapshot.label(restriction.party), "kind": restriction.party_kind},
        "measure": restriction.measure.name_zh,
        "must": must,
        "status": stands.code,
        "from": stands.start.isoformat() if stands.start else None,
        "until": stands.until,
        "decision": {
            "id": finding.decision,
            "number": decision.number if decision else None,
            "region": decision.region if decision else None,
        },
        "document": {"number": confirmed[-1].event.number, "on": str(confirmed[-1].event.on)} if confirmed else None,
        "basis": [basis_json(basis) for basis in finding.basis],
        "as_of": day.isoformat(),
    }
    out: dict[str, Any] = leaving(document)
    return out


def task_id(restriction: str, unit: str) -> str:
    """Return the id of the task of a unit on a restriction."""
    return f"task-{digest(restriction, unit)}"


def tasks(
    store: Store,
    outbox: Outbox,
    calendar: WorkCalendar,
    today: date,
    unit: str | None = None,
    *,
    on_record: Callable[[str], bool] = lambda _: True,
) -> list[dict[str, Any]]:
    """Return the tasks of departments: the latest thing that each was told of each restriction, and what it answered.

    On a day, nothing is told of what was told or answered later; `on_record` says of a time whether it was known by then.
    """
    told_by = today.isoformat()
    answers = {key: answer for key, answer in feedback_of(store).items() if answer.on.earliest <= today}
    latest: dict[str, Message] = {}
    executed: set[str] = set()
    for message in outbox.messages(unit=unit):
        if message.body["as_of"] <= told_by and on_record(message.made_at):
            task = message.body["task"]
            latest[task], answer = message, answers.get(f"{task}:{message.key}")
            if message.action in ("execute", "resume") and answer and dict(answer.details)["outcome"] == "executed":
                executed.add(task)
    return [
        _task(message, answers.get(f"{task}:{message.key}"), calendar, today) | {"executed": task in executed}
        for task, message in latest.items()
    ]


def _task(message: Message, answer: Event | None, calendar: WorkCalendar, today: date) -> dict[str, Any]:
    body = message.body
    told_on = date.fromisoformat(body["as_of"])
    days = departments().due.execute if message.action in ("execute", "resume") else departments().due.stop
    due, state = None, "open"
    if body["must"] or (message.action in ("stop", "pause") and not departments().unit(message.unit).voluntary):
        try:
            due = calendar.after(told_on, days)
        except NoCalendar:
            state = "no_calendar"
    if answer is not None:
        state = dict(answer.details)["outcome"]
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
        "reason": answer.text if answer else None,
        "answered_on": str(answer.on) if answer else None,
    }


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
    """What a unit says that it did with a task."""

    unit: str
    task: str
    outcome: Answer
    reason: str = ""


def feedback(store: Store, outbox: Outbox, actor: Actor, given: Feedback, today: date, *, dry_run: bool = False) -> Event:
    """Record what a unit did with its task.

    Raises
    ------
    NotFound
        There is no such task.
    Refused
        The task is another unit's, or was answered already.
    InputError
        A refusal without a reason.
    """
    departments().unit(given.unit)
    told = [message for message in outbox.messages() if message.body["task"] == given.task]
    if not told:
        raise NotFound(f"no task {given.task!r}", zh=f"没有编号为“{given.task}”的任务")
    message = told[-1]
    if message.unit != given.unit:
        owner, asks = (departments().unit(code).zh for code in (message.unit, given.unit))
        raise Refused(
            f"{given.task} is a task of {message.unit!r}, and {given.unit!r} reports on its own tasks only",
            zh=f"{given.task} 是{owner}的任务：{asks}只能反馈本单位的任务",
        )
    if given.outcome != "executed" and not given.reason.strip():
        raise InputError("a refusal, or that a measure does not apply, needs a reason", zh="不执行或不适用，须说明理由")
    if f"{given.task}:{message.key}" in feedback_of(store):
        zh = f"{given.task} 已反馈；有新的推送后才能再次反馈"
        raise Refused(f"{given.task} was answered already; a new answer follows a new message only", zh=zh)
    details = (("outcome", given.outcome), ("unit", given.unit))
    event = Event(KIND, given.task, PartialDate.on(today), actor.name, given.reason, "", message.key, details)
    if not dry_run:
        fact = make_fact(event, f"feedback-{digest(given.task, message.key)}", _OURS)
        store.append([Write(fact)], actor.act(f"feedback {given.task} {given.outcome}"))
    return event
