"""Departments: what they are told, what they have to do, and what they answer; each for its own unit."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from analytics.lifecycle.publication import leaving
from api.desk.outbox import Message
from api.http import department_schemas as schemas
from api.http import office_schemas as office
from api.http.asking import Asking, Document
from api.http.listing import Listing, listed, listed_as
from api.http.needs import needs
from api.http.once import Key, write
from api.http.routing import Router
from api.http.schemas import Id
from api.use_cases import choosing, pushing
from api.use_cases.acting import Actor
from api.use_cases.calendars import calendar_of
from api.use_cases.past import by_day
from api.use_cases.telling import whole
from graph.errors import InputError
from graph.store.base import Store

router = Router(prefix="/v1", tags=["departments"])
COLUMNS = (
    "task", "unit", "action", "state", "due", "party.id", "party.name", "party.kind", "measure", "must", "told_on", "answered_on",
    "reason", "message", "restriction",
)  # fmt: skip
Reading = Annotated[Asking, needs("task.read")]


@router.get("/feed", responses={200: {"model": schemas.Feed}}, summary="Messages of a unit")
def feed(asking: Reading, asked: Annotated[schemas.FeedParameters, Query()]) -> Response:
    """Return the messages of a unit after a cursor, in order: for units that fetch instead of being sent to.

    Whoever asks with the cursor of an answer has what was in it, and everything before: from then on the own unit knows that, and
    can answer it without naming the message. A cursor is its own past: what was there up to it does not change, so that no other
    time is asked for.
    """
    unit = asking.unit(asked.unit)
    if unit is None:
        raise InputError("say of which unit: `unit`")
    unit = choosing.unit(unit)
    with asking.service.outbox() as outbox:
        if unit == asking.principal.unit:
            outbox.fetched(unit, asked.since)
        messages = outbox.feed(unit, asked.since, asked.limit)
    items = [{"cursor": message.seq, **whole(message.body)} for message in messages]
    return asking.json({"items": items, "cursor": messages[-1].seq if messages else asked.since})


@router.get("/tasks", responses=listed_as(schemas.TaskPage), summary="Tasks")
def tasks(asking: Reading, request: Request, asked: Annotated[schemas.TaskParameters, Query()]) -> Response:
    """Return what units have to do, until when, and what they answered, in the order of their ids."""
    unit, service = asking.unit(asked.unit), asking.service
    unit = choosing.unit(unit) if unit else None
    with service.known(asked.known_at) as known, service.outbox() as outbox:
        day, on_record = asked.as_of or service.today, known.on_record(asked.known_at)
        said = pushing.told_by(known.store, outbox, day, unit, on_record=on_record)
        told = pushing.tasks(said, calendar_of(known.store), day)
        version = known.store.version()
    chosen = sorted((row for row in told if asked.state in (None, row["state"])), key=lambda row: row["task"])
    question = f"tasks {unit} {asked.model_dump_json(exclude={'cursor', 'limit', 'lang', 'unit'})}"
    rows = Listing(chosen, _order, question, lambda found: leaving(list(found)), version)
    return listed(asking, request, asked, rows, COLUMNS)


@router.get("/messages", responses=listed_as(office.MessagePage), summary="The outbox")
def messages(asking: Reading, request: Request, asked: Annotated[office.MessageParameters, Query()]) -> Response:
    """Return the messages to units, the earliest first, each with the state in which it is now."""
    unit, service = asking.unit(asked.unit), asking.service
    unit = choosing.unit(unit) if unit else None
    with service.known(asked.known_at) as known, service.outbox() as outbox:
        on_record = known.on_record(asked.known_at)
        made = [
            each for each in outbox.messages(asked.state, unit) if on_record(each.made_at) and by_day(each.made_at, asked.as_of)
        ]
        version = known.store.version()
    question = f"messages {unit} {asked.model_dump_json(exclude={'cursor', 'limit', 'lang', 'unit'})}"
    rows = Listing(made, _by_number, question, lambda found: leaving([pushing.message_json(each) for each in found]), version)
    return listed(asking, request, asked, rows, pushing.MESSAGE_COLUMNS)


def _by_number(message: Message) -> tuple[str, ...]:
    return (f"{message.seq:020d}",)


def _order(row: Document) -> tuple[str, ...]:
    return (row["task"],)


@router.post("/tasks/{id}/feedback", responses={200: {"model": schemas.Fed}}, summary="Feed back")
def feedback(
    asking: Annotated[Asking, needs("task.feedback")], request: Request, id: Id, given: schemas.Feeding, key: Key = None
) -> Response:
    """Record what the own unit did with its task; 409 for another unit's, and for one that was answered already."""
    unit, service = asking.unit(None), asking.service
    if unit is None:
        raise InputError("feedback is a unit's own: whoever belongs to none has none to give")

    def answer(store: Store, actor: Actor) -> Document:
        said = pushing.Feedback(unit, id, given.outcome, given.text, given.on, given.reason, given.message)
        with service.outbox() as outbox:
            event = pushing.feedback(store, outbox, actor, said, service.today, dry_run=given.dry_run)
        return {"task": event.about, "unit": unit, "outcome": given.outcome, "by": event.by, "on": str(event.on)}

    return write(asking, request, key, given, answer, id, dry_run=given.dry_run)
