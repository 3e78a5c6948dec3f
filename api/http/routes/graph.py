"""The graph: owners, control, groups, ways and neighbourhoods; as the commands of the same names answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.http import graph_schemas as schemas
from api.http.negotiation import respond, words_of
from api.http.service import Served
from api.trees import drawn
from api.use_cases import exploring, owning
from api.use_cases.graph import Filters, Graph

router = APIRouter(prefix="/v1/graph", tags=["graph"])
_TEXT = {"text/plain": {"schema": {"type": "string"}}}


def _graph(service: Served, request: Request, lang: str | None) -> Graph:
    return Graph(service.store, service.graph.columns(), words_of(request, lang, service.lang))


@router.get("/{party}/owners", responses={200: {"model": schemas.OwnersAnswer, "content": _TEXT}}, summary="Ultimate owners")
def owners(service: Served, request: Request, party: schemas.Party_, asked: Annotated[schemas.RuleParameters, Query()]) -> Response:
    """Return who ultimately owns an enterprise, and whether each holds enough; as a drawn tree where text/plain is preferred."""
    graph, held = _graph(service, request, asked.lang), service.stakes(asked.as_of)
    rule = asked.threshold or "cn_beneficial"
    return respond(request, owning.owners(graph, held, party, asked.as_of, threshold=rule, limit=asked.limit), graph.words, drawn)


@router.get("/{party}/controls", responses={200: {"model": schemas.ControlsAnswer, "content": _TEXT}}, summary="Who controls it")
def controls(
    service: Served, request: Request, party: schemas.Party_, asked: Annotated[schemas.RuleParameters, Query()]
) -> Response:
    """Return who ultimately controls an enterprise, with the chain that proves it."""
    graph, held = _graph(service, request, asked.lang), service.stakes(asked.as_of)
    rule = asked.threshold or "cn_control"
    return respond(request, owning.controls(graph, held, party, asked.as_of, threshold=rule, limit=asked.limit), graph.words, drawn)


@router.get(
    "/{party}/controlled", responses={200: {"model": schemas.ControlledAnswer, "content": _TEXT}}, summary="What it controls"
)
def controlled(
    service: Served, request: Request, party: schemas.Party_, asked: Annotated[schemas.ConcertParameters, Query()]
) -> Response:
    """Return what a party controls, alone or in concert with others."""
    graph, held = _graph(service, request, asked.lang), service.stakes(asked.as_of)
    who, rule = [party, *asked.others], asked.threshold or "cn_control"
    document = owning.controlled_by(graph, held, who, asked.as_of, threshold=rule, limit=asked.limit)
    return respond(request, document, graph.words, drawn)


@router.get("/{party}/group", responses={200: {"model": schemas.GroupAnswer, "content": _TEXT}}, summary="The group of a party")
def group(service: Served, request: Request, party: schemas.Party_, asked: Annotated[schemas.RuleParameters, Query()]) -> Response:
    """Return everything under the same control as a party."""
    graph, held = _graph(service, request, asked.lang), service.stakes(asked.as_of)
    rule = asked.threshold or "cn_control"
    return respond(request, owning.group(graph, held, party, asked.as_of, threshold=rule, limit=asked.limit), graph.words, drawn)


@router.get("/{party}/paths", responses={200: {"model": schemas.PathsAnswer, "content": _TEXT}}, summary="Ways between two parties")
def paths(service: Served, request: Request, party: schemas.Party_, asked: Annotated[schemas.PathParameters, Query()]) -> Response:
    """Return the shortest ways between two parties, every step valid on the day."""
    graph = _graph(service, request, asked.lang)
    document = exploring.paths(graph, party, asked.to, _filters(asked), most=asked.most, hops=asked.hops)
    return respond(request, document, graph.words, drawn)


@router.get("/{party}/network", responses={200: {"model": schemas.NetworkAnswer, "content": _TEXT}}, summary="What is near a party")
def network(
    service: Served, request: Request, party: schemas.Party_, asked: Annotated[schemas.NetworkParameters, Query()]
) -> Response:
    """Return what is near a party, nearest first."""
    graph = _graph(service, request, asked.lang)
    document = exploring.network(graph, party, _filters(asked), hops=asked.hops, way=asked.way, limit=asked.limit)
    return respond(request, document, graph.words, drawn)


def _filters(asked: schemas.SearchParameters) -> Filters:
    return Filters(asked.as_of, tuple(asked.role), tuple(asked.kind), asked.share, asked.hub, asked.certain)
