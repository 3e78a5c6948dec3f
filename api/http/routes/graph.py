"""The graph: owners, control, groups, ways and neighbourhoods; as the commands of the same names answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from api.http import graph_schemas as schemas
from api.http.asking import Asking
from api.http.needs import needs
from api.http.negotiation import words_of
from api.http.routing import Router
from api.http.service import Known
from api.trees import drawn
from api.use_cases import exploring, owning
from api.use_cases.graph import Document, Filters, Graph

router = Router(prefix="/v1/graph", tags=["graph"])
_TEXT = {"text/plain": {"schema": {"type": "string"}}}
Enterprises = Annotated[Asking, needs("enterprise.read")]
ByRule = Annotated[schemas.RuleParameters, Query()]
Question = Callable[[Known, Graph], Document]


def _answer(asking: Asking, request: Request, asked: schemas.GraphParameters, question: Question) -> Response:
    """Answer a question to the graph, as a drawn tree where text/plain is preferred."""
    service = asking.service
    words = words_of(request, asked.lang, service.lang)
    with service.known(asked.known_at) as known, asking.discreet(request.path_params["party"], *asked.parties):
        document = question(known, Graph(known.store, known.seen(blind=asking.blind), words, asking.blind, known.labels))
    return asking.respond(request, document, words, drawn)


@router.get("/{party:path}/owners", responses={200: {"model": schemas.OwnersAnswer, "content": _TEXT}}, summary="Ultimate owners")
def owners(asking: Enterprises, request: Request, party: schemas.Party_, asked: ByRule) -> Response:
    """Return who ultimately owns an enterprise, and whether each holds enough; as a drawn tree where text/plain is preferred."""
    rule = asked.threshold or "cn_beneficial"

    def question(known: Known, graph: Graph) -> Document:
        held = known.stakes(asked.as_of, blind=asking.blind)
        return owning.owners(graph, held, party, asked.as_of, threshold=rule, limit=asked.limit)

    return _answer(asking, request, asked, question)


@router.get(
    "/{party:path}/controls", responses={200: {"model": schemas.ControlsAnswer, "content": _TEXT}}, summary="Who controls it"
)
def controls(asking: Enterprises, request: Request, party: schemas.Party_, asked: ByRule) -> Response:
    """Return who ultimately controls an enterprise, with the chain that proves it."""
    rule = asked.threshold or "cn_control"

    def question(known: Known, graph: Graph) -> Document:
        held = known.stakes(asked.as_of, blind=asking.blind)
        return owning.controls(graph, held, party, asked.as_of, threshold=rule, limit=asked.limit)

    return _answer(asking, request, asked, question)


@router.get(
    "/{party:path}/controlled", responses={200: {"model": schemas.ControlledAnswer, "content": _TEXT}}, summary="What it controls"
)
def controlled(
    asking: Enterprises, request: Request, party: schemas.Party_, asked: Annotated[schemas.ConcertParameters, Query()]
) -> Response:
    """Return what a party controls, alone or in concert with others."""
    rule = asked.threshold or "cn_control"

    def question(known: Known, graph: Graph) -> Document:
        held = known.stakes(asked.as_of, blind=asking.blind)
        who = [party, *asked.others]
        return owning.controlled_by(graph, held, who, asked.as_of, threshold=rule, limit=asked.limit)

    return _answer(asking, request, asked, question)


@router.get(
    "/{party:path}/group", responses={200: {"model": schemas.GroupAnswer, "content": _TEXT}}, summary="The group of a party"
)
def group(asking: Enterprises, request: Request, party: schemas.Party_, asked: ByRule) -> Response:
    """Return everything under the same control as a party."""
    rule = asked.threshold or "cn_control"

    def question(known: Known, graph: Graph) -> Document:
        held = known.stakes(asked.as_of, blind=asking.blind)
        return owning.group(graph, held, party, asked.as_of, threshold=rule, limit=asked.limit)

    return _answer(asking, request, asked, question)


@router.get(
    "/{party:path}/paths", responses={200: {"model": schemas.PathsAnswer, "content": _TEXT}}, summary="Ways between two parties"
)
def paths(
    asking: Enterprises, request: Request, party: schemas.Party_, asked: Annotated[schemas.PathParameters, Query()]
) -> Response:
    """Return the shortest ways between two parties, every step valid on the day."""

    def question(_known: Known, graph: Graph) -> Document:
        return exploring.paths(graph, party, asked.to, _filters(asked), most=asked.most, hops=asked.hops)

    return _answer(asking, request, asked, question)


@router.get(
    "/{party:path}/network", responses={200: {"model": schemas.NetworkAnswer, "content": _TEXT}}, summary="What is near a party"
)
def network(
    asking: Enterprises, request: Request, party: schemas.Party_, asked: Annotated[schemas.NetworkParameters, Query()]
) -> Response:
    """Return what is near a party, nearest first."""

    def question(_known: Known, graph: Graph) -> Document:
        return exploring.network(graph, party, _filters(asked), hops=asked.hops, way=asked.way, limit=asked.limit)

    return _answer(asking, request, asked, question)


def _filters(asked: schemas.SearchParameters) -> Filters:
    return Filters(asked.as_of, tuple(asked.role), tuple(asked.kind), asked.share, asked.hub, asked.certain)
