"""Around the cases: what was delivered, the city policy, incentives, and the calendar of working days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from analytics.lifecycle.incentives import RedListing
from analytics.responsibility.policy.document import load_policy
from api.http import office_schemas as schemas
from api.http.asking import Asking, Document
from api.http.listing import Listing, listed, listed_as
from api.http.needs import needs
from api.http.negotiation import words_of
from api.http.once import Key, write
from api.http.routing import Router
from api.http.schemas import Id, ThenParameters
from api.use_cases import calendars, deliveries, policy, rewarding
from api.use_cases.acting import Actor
from api.use_cases.reading import whom
from graph.store.base import Store

router = Router(prefix="/v1", tags=["office"])
Reporting = Annotated[Asking, needs("report.read")]
Law = Annotated[Asking, needs("rules.read")]
Confirming = Annotated[Asking, needs("case.confirm")]
COLUMNS = (
    "id", "source", "day", "delivery_status", "by", "at", "rows", "new", "changed", "corrected", "known", "vanished", "flagged",
    "refused",
)  # fmt: skip


@router.get("/deliveries", responses=listed_as(schemas.DeliveryPage), summary="Deliveries")
def delivered(asking: Reporting, request: Request, asked: Annotated[schemas.DeliveryParameters, Query()]) -> Response:
    """Return the deliveries in the order in which they came, with what each brought."""
    with asking.service.known(asked.known_at) as known:
        source = deliveries.delivering(known.store, asked.source) if asked.source else None
        rows = deliveries.list_deliveries(known.store, source, None, asked.as_of)
        question = f"deliveries {asked.model_dump_json(exclude={'cursor', 'limit', 'lang'})}"
        found = Listing(sorted(rows, key=_order), _order, question, _as_they_are, known.store.version())
        return listed(asking, request, asked, found, COLUMNS)


def _order(row: Document) -> tuple[str, ...]:
    return f"{row['version']:015d}", row["id"]


def _as_they_are(rows: Sequence[Document]) -> list[Document]:
    return list(rows)


@router.get("/deliveries/{id}", responses={200: {"model": schemas.WholeDelivery}}, summary="One delivery")
def delivery(asking: Reporting, id: Id, asked: Annotated[ThenParameters, Query()]) -> Response:
    """Return a delivery: its files, what became of each table, which versions it wrote, and the first statements of it."""
    with asking.service.known(asked.known_at) as known:
        return asking.json(deliveries.show_delivery(known.store, id, asked.as_of))


@router.get("/measures", responses={200: {"model": schemas.MeasureList}}, summary="Measures")
def measures(asking: Law, asked: Annotated[schemas.MeasureParameters, Query()]) -> Response:
    """Return the list of measures: must or may, category, target, who executes, the article, and its text where it was read."""
    wanted = {"kind": asked.kind, "category": asked.category, "target": asked.target}
    with asking.service.known(asked.known_at) as known:
        return asking.json(policy.measure_list(load_policy(), known.catalogue, as_of=asked.as_of, **wanted))


@router.get("/policy", responses={200: {"model": schemas.PolicyRows}}, summary="The city policy")
def items(asking: Law, request: Request, asked: Annotated[schemas.PolicyParameters, Query()]) -> Response:
    """Return the items of the city policy, or its tasks, and what serves each; it is the same at every version."""
    words, document = words_of(request, asked.lang, asking.service.lang), load_policy()
    day = asked.as_of or asking.service.today
    with asking.service.known(asked.known_at):  # refuses a version that there is not
        rows = policy.task_rows(document) if asked.tasks else policy.item_rows(document)
    told = policy.not_yet(document, day, words)
    return asking.respond(request, {"on": day.isoformat(), "not_yet": told or None, "rows": [] if told else rows}, words)


@router.get("/incentives", responses={200: {"model": schemas.Incentives}}, summary="Incentives of a party")
def incentives(
    asking: Annotated[Asking, needs("finding.read")], request: Request, asked: Annotated[schemas.IncentiveParameters, Query()]
) -> Response:
    """Return what may be given to a party: red list, clean years, benefits, honours, and what stands against them."""
    service, words = asking.service, words_of(request, asked.lang, asking.service.lang)
    with service.known(asked.known_at) as known:
        asking.members(known.store, asked.party)
        node, near = whom(known.store, asked.party)
        day = asked.as_of or service.today
        return asking.respond(request, rewarding.incentives_json(known.store, known.cases, near, node, day, words), words)


@router.post("/incentives", responses={200: {"model": schemas.Recognised}}, summary="Enter into a red list")
def recognise(asking: Confirming, request: Request, given: schemas.Recognising, key: Key = None) -> Response:
    """Record an entry of a red list."""
    today = asking.service.today
    entry = RedListing(given.recogniser, given.level, given.standard, given.since or today, given.until)
    asking.members(asking.service.store, given.party)

    def do(store: Store, actor: Actor) -> Document:
        node, _ = whom(store, given.party)
        done = rewarding.recognise(store, actor, node, entry, given.number, dry_run=given.dry_run)
        return {"entry": done, "counts": entry.counts(today)}

    return write(asking, request, key, given, do, given.party, dry_run=given.dry_run)


@router.post("/incentives/{id}/take-off", responses={200: {"model": schemas.TakenOff}}, summary="Take off a red list")
def take_off(asking: Confirming, request: Request, id: Id, given: schemas.TakingOff, key: Key = None) -> Response:
    """Take an entry off a red list, with the reason."""

    def do(store: Store, actor: Actor) -> Document:
        rewarding.take_off(store, actor, id, given.text, dry_run=given.dry_run)
        return {"entry": id, "taken_off": True}

    return write(asking, request, key, given, do, id, dry_run=given.dry_run)


@router.post("/calendars", responses={200: {"model": schemas.Entered}}, summary="Enter a calendar")
def calendar(asking: Confirming, request: Request, given: schemas.Entering, key: Key = None) -> Response:
    """Record the official notice on the working days of a year."""

    def do(store: Store, actor: Actor) -> Document:
        notice = calendars.enter(store, actor, given.year, given.notice, given.number, dry_run=given.dry_run)
        days = {name: sorted(map(date.isoformat, getattr(notice, name))) for name in ("holidays", "workdays")}
        return {"year": notice.year, "number": notice.number, **days}

    return write(asking, request, key, given, do, f"calendar {given.year}", dry_run=given.dry_run)
