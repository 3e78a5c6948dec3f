"""What is on record, from beginning to end: parties and relationships, for systems that keep a copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from api.http import party_schemas as schemas
from api.http.asking import Asking, Document
from api.http.listing import Running, listed, listed_as
from api.http.needs import needs
from api.http.paging import Key
from api.http.routing import Router
from api.use_cases import choosing
from api.use_cases.stating import mark_of, may_hold, party_json, placed, relationship_json, stated
from graph.errors import InputError
from graph.model import Entity, Fact, PartyRef, Payload, Relationship, appearance_parts
from graph.store.base import Store

router = Router(prefix="/v1", tags=["records"])
Enterprises = Annotated[Asking, needs("enterprise.read")]
PARTY_COLUMNS = ("id", "kind", "name", "statement", "source", "file", "row")
RELATIONSHIP_COLUMNS = (
    "statement", "party.id", "party.name", "subject.id", "interest", "period", "registered", "share_least_percent",
    "share_most_percent", "amount_fen", "source", "file", "row",
)  # fmt: skip
Wanted = Callable[[Fact[Payload]], bool]
Shown = Callable[[Fact[Payload]], Document]


@router.get("/parties", responses=listed_as(schemas.StatedPartyPage), summary="Parties")
def parties(asking: Enterprises, request: Request, asked: Annotated[schemas.StatedParameters, Query()]) -> Response:
    """Return what is on record of parties, in the order recorded; a party of which two sources speak has two lines."""
    kind = choosing.kind_of_entity(asked.kind) if asked.kind else None
    blind = asking.principal.view == "none"

    def wanted(fact: Fact[Payload]) -> bool:
        value = fact.value
        return isinstance(value, Entity) and kind in (None, value.kind) and not (blind and _is_somebody(value.id, value.kind))

    with asking.service.known(asked.known_at) as known:
        question = f"parties {asked.model_dump_json(exclude={'cursor', 'limit'})}"
        return listed(asking, request, asked, _running(asking, known.store, "entity", question, wanted, party_json), PARTY_COLUMNS)


@router.get("/relationships", responses=listed_as(schemas.StatedRelationshipPage), summary="Relationships")
def relationships(asking: Enterprises, request: Request, asked: Annotated[schemas.RelationshipParameters, Query()]) -> Response:
    """Return what is on record of relationships, in the order recorded."""
    interest = choosing.interest(asked.interest) if asked.interest else None
    blind = asking.principal.view == "none"

    def wanted(fact: Fact[Payload]) -> bool:
        value = fact.value
        if not isinstance(value, Relationship) or (blind and any(_is_somebody(each.entity) for each in _ends(value))):
            return False
        return interest in (None, value.interest) and may_hold(fact, asked.as_of)

    with asking.service.known(asked.known_at) as known:
        question = f"relationships {asked.model_dump_json(exclude={'cursor', 'limit'})}"
        running = _running(asking, known.store, "relationship", question, wanted, relationship_json)
        return listed(asking, request, asked, running, RELATIONSHIP_COLUMNS)


def _ends(value: Relationship) -> tuple[PartyRef, PartyRef]:
    return value.interested_party, value.subject


def _is_somebody(entity: str, kind: str = "") -> bool:
    """Say whether this is a person: whoever may see none gets no page that has one, and no place of one among the pages."""
    return kind == "person" or appearance_parts(entity) is not None


def _running(asking: Asking, store: Store, kind: str, question: str, wanted: Wanted, shown: Shown) -> Running:
    if asking.principal.view == "masked":  # an id in a cursor could be read from it, and would prove a guess of the name
        return Running(partial(_by_place, store, kind, wanted, shown), f"{question} by place", store.version())

    def following(key: Key | None) -> Iterator[tuple[Key, Document]]:
        after = None if key is None else _mark(key)
        for recorded in stated(store, kind, after):
            if wanted(recorded.fact):
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
