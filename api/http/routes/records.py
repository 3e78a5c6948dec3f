"""What is on record, from beginning to end: parties and relationships, for systems that keep a copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Annotated, Final

from fastapi import Query, Request
from fastapi.responses import Response

from api.access.natural import Natural
from api.http import party_schemas as schemas
from api.http.asking import Asking, Document
from api.http.listing import Running, listed, listed_as
from api.http.needs import needs
from api.http.paging import Key
from api.http.routing import Router
from api.use_cases import choosing
from api.use_cases.stating import mark_of, may_hold, named, party_json, placed, relationship_json, stated
from graph.errors import InputError
from graph.model import Entity, Fact, Payload, Recorded, Relationship
from graph.store.base import Store

router = Router(prefix="/v1", tags=["records"])
Enterprises = Annotated[Asking, needs("enterprise.read")]
PARTY_COLUMNS = ("id", "kind", "name", "statement", "source", "file", "row")
RELATIONSHIP_COLUMNS = (
    "statement", "party.id", "party.name", "subject.id", "subject.name", "interest", "period", "registered", "share_least_percent",
    "share_most_percent", "amount_fen", "source", "file", "row",
)  # fmt: skip
_AT_ONCE: Final = 200
"""Statements of whose parties it is asked at once whether they are persons."""
Wanted = Callable[[Fact[Payload]], bool]
Shown = Callable[[Fact[Payload]], Document]


@router.get("/parties", responses=listed_as(schemas.StatedPartyPage), summary="Parties")
def parties(asking: Enterprises, request: Request, asked: Annotated[schemas.StatedParameters, Query()]) -> Response:
    """Return what is on record of parties, in the order recorded; a party of which two sources speak has two lines."""
    kind = choosing.kind_of_entity(asked.kind) if asked.kind else None

    def wanted(fact: Fact[Payload]) -> bool:
        return isinstance(fact.value, Entity) and kind in (None, fact.value.kind)

    with asking.service.known(asked.known_at) as known:
        question = f"parties {asked.model_dump_json(exclude={'cursor', 'limit', 'lang'})}"
        return listed(asking, request, asked, _running(asking, known.store, "entity", question, wanted, party_json), PARTY_COLUMNS)


@router.get("/relationships", responses=listed_as(schemas.StatedRelationshipPage), summary="Relationships")
def relationships(asking: Enterprises, request: Request, asked: Annotated[schemas.RelationshipParameters, Query()]) -> Response:
    """Return what is on record of relationships, in the order recorded."""
    interest = choosing.interest(asked.interest) if asked.interest else None

    def wanted(fact: Fact[Payload]) -> bool:
        return isinstance(fact.value, Relationship) and interest in (None, fact.value.interest) and may_hold(fact, asked.as_of)

    with asking.service.known(asked.known_at) as known:
        question = f"relationships {asked.model_dump_json(exclude={'cursor', 'limit', 'lang'})}"
        bare = _running(asking, known.store, "relationship", question, wanted, relationship_json)
        running = replace(bare, following=lambda key: named(known.store, bare.following(key)))
        return listed(asking, request, asked, running, RELATIONSHIP_COLUMNS)


def _parties(value: Payload) -> tuple[str, ...]:
    """Return of whom a statement of these lists speaks."""
    if isinstance(value, Relationship):
        return value.interested_party.entity, value.subject.entity
    return (value.id,) if isinstance(value, Entity) else ()


def _of_nobody(natural: Natural, rows: Iterator[Recorded]) -> Iterator[Recorded]:
    """Yield what speaks of no person: whoever may see none gets no page that has one, and no place of one among the pages."""
    while some := list(islice(rows, _AT_ONCE)):
        persons = natural.which(party for recorded in some for party in _parties(recorded.fact.value))
        yield from (recorded for recorded in some if persons.isdisjoint(_parties(recorded.fact.value)))


def _running(asking: Asking, store: Store, kind: str, question: str, wanted: Wanted, shown: Shown) -> Running:
    if asking.principal.view == "masked":  # an id in a cursor could be read from it, and would prove a guess of the name
        return Running(partial(_by_place, store, kind, wanted, shown), f"{question} by place", store.version())

    def following(key: Key | None) -> Iterator[tuple[Key, Document]]:
        rows = (each for each in stated(store, kind, None if key is None else _mark(key)) if wanted(each.fact))
        for recorded in _of_nobody(asking.service.natural, rows) if asking.blind else rows:
            version, fact = mark_of(recorded)
            yield (str(version), fact), shown(recorded.fact)

    return Running(following, question, store.version())


def _by_place(store: Store, kind: str, wanted: Wanted, shown: Shown, key: Key | None) -> Iterator[tuple[Key, Document]]:
    for (version, number), recorded in placed(store, kind, None if key is None else _place(key)):
        if wanted(recorded.fact):
            yield (str(version), str(number)), shown(recorded.fact)


def _place(key: Key) -> tuple[int, int]:
    version, number = _mark(key)
    if not number.isdecimal() or len(number) > 15:
        raise InputError("that is no cursor of ours: take it from `next` of the page before")
    return version, int(number)


def _mark(key: Key) -> tuple[int, str]:
    version, *rest = key
    if not version.isdecimal() or len(version) > 15 or len(rest) != 1:
        raise InputError("that is no cursor of ours: take it from `next` of the page before")
    return int(version), rest[0]
