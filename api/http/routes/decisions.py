"""Decisions: listed, one, and why somebody does not answer for it. The id of a decision may contain slashes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from api.http import schemas
from api.http.asking import Asking
from api.http.listing import Listing, listed, listed_as
from api.http.needs import needs
from api.http.negotiation import words_of
from api.http.routing import Router
from api.rendering import reasons
from api.use_cases.explaining import why_not
from api.use_cases.findings import dated_by, decision_json, see_that_it_came
from api.use_cases.reading import whom
from api.use_cases.showing import show
from graph.snapshot.scope import snapshot_about
from graph.snapshot.then import on_day

router = Router(prefix="/v1/decisions", tags=["decisions"])
Decisions = Annotated[Asking, needs("decision.read")]
Findings = Annotated[Asking, needs("finding.read")]
COLUMNS = ("id", "number", "kind", "date")


@router.get("", responses=listed_as(schemas.DecisionPage), summary="Decisions")
def list_decisions(asking: Decisions, request: Request, asked: Annotated[schemas.DecisionParameters, Query()]) -> Response:
    """Return the decisions in the order of their ids."""
    with asking.service.known(asked.known_at) as known:
        snapshot = known.snapshot
        every = (fact.value.id for fact in snapshot.decisions())
        ids = [each for each in every if dated_by(snapshot, each, asked.as_of)]
        question = f"decisions {asked.model_dump_json(exclude={'cursor', 'limit', 'lang'})}"
        version = known.store.version()
        rows = Listing(ids, _order, question, lambda found: [decision_json(snapshot, each) for each in found], version)
        return listed(asking, request, asked, rows, COLUMNS)


def _order(decision: str) -> tuple[str, ...]:
    return (decision,)


@router.get(
    "/{id:path}/why-not",
    responses={200: {"model": schemas.WhyNot, "content": {"text/plain": {"schema": {"type": "string"}}}}},
    summary="Why a party does not answer",
)
def why_not_party(
    asking: Findings, request: Request, id: schemas.Id, asked: Annotated[schemas.WhyNotParameters, Query()]
) -> Response:
    """Return the reason that came closest to reaching the party, and every clause's own."""
    service = asking.service
    words = words_of(request, asked.lang, service.lang)
    with service.known(asked.known_at) as known, asking.discreet(asked.party):
        _, near = whom(known.store, asked.party, decision=id)
        see_that_it_came(near, id, asked.as_of)
        day = asked.as_of or service.today
        near = on_day(near, asked.as_of)
        document = why_not(service.store, near, known.catalogue, id, asked.party, words, day, asked.rule)
    return asking.respond(request, document, words, reasons)


@router.get("/{id:path}", responses={200: {"model": schemas.Decision}}, summary="One decision")
def one_decision(asking: Decisions, request: Request, id: schemas.Id, asked: Annotated[schemas.ThenInWords, Query()]) -> Response:
    """Return a decision with every wording of it, whom it names and what it is linked to."""
    service, day = asking.service, asked.as_of or asking.service.today
    words = words_of(request, asked.lang, service.lang)
    with service.known(asked.known_at) as known:
        snapshot = snapshot_about(service.store, [id], known.store.version())
        own = snapshot.decision(id).value.id
        shown = show(service.store, snapshot, known.catalogue, own, words, day, as_of=asked.as_of, replay=known.past)
    return asking.respond(request, shown, words)
