"""Parties: searched while typing, shown as a card, opened in the graph. The id of a party may contain slashes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from api.http import party_schemas as schemas
from api.http.asking import Asking, nobody
from api.http.graph_schemas import Party_
from api.http.needs import needs
from api.http.negotiation import words_of
from api.http.paging import page
from api.http.routing import Router
from api.use_cases.case_reading import cases_about
from api.use_cases.graph import Filters, Graph
from api.use_cases.neighbours import Neighbours, graph_then, neighbours, neighbours_json, nobody_tied
from api.use_cases.past import indexed
from api.use_cases.portrait import Sight, portrait
from api.use_cases.reading import version_of, whom
from api.use_cases.standing import marks
from api.use_cases.suggesting import suggest
from graph.errors import NotFound
from graph.snapshot.scope import snapshot_about
from graph.store.mentions import base_of

router = Router(prefix="/v1", tags=["parties"])
Enterprises = Annotated[Asking, needs("enterprise.read")]


@router.get("/search", responses={200: {"model": schemas.Suggestions}}, summary="Search while typing")
def search_parties(
    asking: Enterprises,
    request: Request,
    asked: Annotated[schemas.SuggestParameters, Query()],
) -> Response:
    """Return who may be meant by what has been typed, namesakes apart."""
    service = asking.service
    words = words_of(request, asked.lang, service.lang)
    silent: dict[str, list[str]] = {} if asking.principal.may("decision.read") else {"decisions": []}
    if asked.known_at is None:
        if service.columns is None:
            service.warm()  # who holds what is told from the next answer on
        version = service.store.version()
        items = suggest(service.store, service.columns, words, asked.q, asked.limit, as_of=asked.as_of, hidden=asking.hidden)
    else:
        service.see_that_small()
        version = version_of(service.store, asked.known_at)
        with service.known(asked.known_at) as known, indexed(service.store, version) as past:
            items = suggest(past, known.columns, words, asked.q, asked.limit, as_of=asked.as_of, hidden=asking.hidden)
    if not items:
        asking.searched(asked.q)
    return asking.json({"items": [item | silent for item in items], "version": version})


@router.get(
    "/parties/{party:path}/neighbours", responses={200: {"model": schemas.NeighboursAnswer}}, summary="Who is tied to a party"
)
def tied(
    asking: Enterprises,
    request: Request,
    party: schemas.PartyId,
    asked: Annotated[schemas.NeighbourParameters, Query()],
) -> Response:
    """Return the first parties of every kind of tie with the count of all, or go on with one kind."""
    service = asking.service
    graph = Graph(service.store, service.graph.columns(), words_of(request, asked.lang, service.lang), asking.blind)
    filters = Filters(asked.as_of, tuple(asked.role), tuple(asked.kind), asked.share, certain=asked.certain)
    with asking.discreet(party):
        if asked.known_at is not None:
            graph = graph_then(graph, party, version_of(service.store, asked.known_at))
        try:
            found = neighbours(graph, party, filters, ever=asked.ever)
        except NotFound:
            alone = nobody_tied(service.store, party, graph.columns.version)
            day = asked.as_of.isoformat() if asked.as_of else None
            return asking.respond(
                request, {**alone, "as_of": day, "marks": _marks(asking, {party}, asked), "next": {}}, graph.words
            )
        if not graph.sees(found.node):
            raise nobody()  # before a group or a cursor that is none tells that there is somebody
        nodes, following = _pages(found, asked)
    answer = neighbours_json(found, nodes, asked.as_of)
    ids = {answer["party"]["id"], *(item["party"]["id"] for item in answer["items"])}
    return asking.respond(request, {**answer, "marks": _marks(asking, ids, asked), "next": following}, graph.words)


def _pages(found: Neighbours, asked: schemas.NeighbourParameters) -> tuple[list[int], dict[str, str]]:
    """Return the parties to give, and where each kind of tie goes on."""
    question = f"{found.node} {found.graph.columns.version} {asked.model_dump_json(exclude={'cursor', 'limit', 'lang', 'group'})}"
    nodes: list[int] = []
    following: dict[str, str] = {}
    for name in [asked.group] if asked.group else [f"{way}.{interest}" for way, interest in found.groups]:
        some, cursor = page(found.group(name), lambda item: (item[0],), f"{question} {name}", asked.cursor, asked.limit)
        nodes += [node for _, node in some]
        if cursor is not None:
            following[name] = cursor
    return nodes, following


def _marks(asking: Asking, ids: set[str], asked: schemas.NeighbourParameters) -> dict[str, object]:
    service = asking.service
    # how somebody stood at a past version is derived again, party by party: the card does
    if asked.known_at is not None or not asking.principal.may("finding.read"):
        return {}
    cases = cases_about(service.store, service.catalogue, {base_of(each) for each in ids})
    decisions = {finding.decision for finding in cases.findings.values() if finding.party in ids}
    return {**marks(cases, snapshot_about(service.store, decisions), ids, asked.as_of or service.today)}


@router.get("/parties/{party:path}", responses={200: {"model": schemas.Card}}, summary="The card of a party")
def card(
    asking: Enterprises,
    request: Request,
    party: Party_,
    asked: Annotated[schemas.CardParameters, Query()],
) -> Response:
    """Return everything known of a party, each line with where it was read."""
    service = asking.service
    words = words_of(request, asked.lang, service.lang)
    version = version_of(service.store, asked.known_at) if asked.known_at is not None else None
    day = asked.as_of or service.today
    sight = _sight(asking)
    with asking.discreet(party):
        try:
            document = portrait(service.store, service.catalogue, party, words, day, version, sight)
        except NotFound:  # it is no id: a number, or a name
            named, _ = whom(service.store, party, kind="enterprise" if asking.blind else None)
            document = portrait(service.store, service.catalogue, named, words, day, version, sight)
    return asking.respond(request, document, words)


def _sight(asking: Asking) -> Sight:
    """Return what of a card whoever asks may see: what findings and decisions say is for whoever may read them."""
    findings, decisions = asking.principal.may("finding.read"), asking.principal.may("decision.read")
    with asking.service.known(None) as known:
        return Sight(findings, decisions, asking.hidden, None if decisions else known.people)
