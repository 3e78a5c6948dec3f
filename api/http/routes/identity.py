"""Claims that two entries are one person: listed, accepted, rejected, undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response

from api.access.veil import without_births
from api.http import case_schemas as schemas
from api.http.asking import Asking, Document
from api.http.listing import Listing, listed, listed_as
from api.http.needs import needs
from api.http.negotiation import words_of
from api.http.once import Key, write
from api.http.routing import Router
from api.http.schemas import Id
from api.use_cases.acting import Actor
from api.use_cases.describing import feature_text
from api.use_cases.identity import Answer, list_claims, rule_on
from graph.dates import day_in_law
from graph.model import ClaimRuling
from graph.store.base import Store
from graph.store.mentions import base_of

router = Router(prefix="/v1/identity", tags=["identity"])
Ruling = Annotated[Asking, needs("identity.rule")]
COLUMNS = ("id", "state", "score", "first.id", "first.name", "second.id", "second.name", "name_count", "source")
SIDES = ("first", "second")
RULED = {200: {"model": schemas.Ruled}}


@router.get("", responses=listed_as(schemas.ClaimPage), summary="Claims that two are one person")
def claim_list(
    asking: Annotated[Asking, needs("finding.read")],
    request: Request,
    asked: Annotated[schemas.ClaimParameters, Query()],
) -> Response:
    """Return claims, the most convincing first, each with its reasons and how many bear the name.

    Of a city, without `party`, those around whoever has a finding and may be one of several.
    """
    asking.looks_for(asked.party)
    words = words_of(request, asked.lang, asking.service.lang)
    with asking.service.known(asked.known_at) as known:
        graph, claims = known.claimed(asked.party)
        rows = list_claims(graph, asked.state, asked.party, asked.as_of, claims)
        version = known.store.version()
        rulings = ((each.fact.value, day_in_law(each.recorded_at)) for each in known.store.facts(["ruling"]))
        days = {value.claim: day.isoformat() for value, day in rulings if isinstance(value, ClaimRuling)}
    told = without_births if asking.principal.view != "full" else dict
    question = f"identity {asked.model_dump_json(exclude={'cursor', 'limit', 'lang'})}"

    def render(found: Sequence[Document]) -> list[Document]:
        at = {row[side]["id"]: graph.label(base_of(row[side]["id"])) for row in found for side in SIDES}
        return [
            {
                **row,
                **{side: {**row[side], "enterprise": at[row[side]["id"]]} for side in SIDES},
                "features": [{**f, "text": feature_text(told(f), words)} for f in row["features"]],
                "ruled": {**row["ruled"], "on": days.get(row["id"])} if row["ruled"] else None,
            }
            for row in found
        ]

    return listed(asking, request, asked, Listing(rows, _order, question, render, version, {"count": len(rows)}), COLUMNS, words)


def _order(row: dict[str, Any]) -> tuple[str, ...]:
    return f"{1_000_000 - row['score']:020.9f}", row["id"]


@router.post("/{id}/accept", responses=RULED, summary="The two are one person")  # type: ignore[arg-type]
def accept(asking: Ruling, request: Request, id: Id, given: schemas.Ruling, key: Key = None) -> Response:
    """Accept a claim; 409 where it was ruled on."""
    return _rule(asking, request, id, "accepted", given, key)


@router.post("/{id}/reject", responses=RULED, summary="The two are not one person")  # type: ignore[arg-type]
def reject(asking: Ruling, request: Request, id: Id, given: schemas.Ruling, key: Key = None) -> Response:
    """Reject a claim, whatever is loaded later; 409 where it was ruled on."""
    return _rule(asking, request, id, "rejected", given, key)


@router.post("/{id}/undo", responses=RULED, summary="Undo a ruling")  # type: ignore[arg-type]
def undo(asking: Ruling, request: Request, id: Id, given: schemas.Ruling, key: Key = None) -> Response:
    """Undo a ruling: the claim is open again, and what was ruled stays on record."""
    return _rule(asking, request, id, "undone", given, key)


def _rule(asking: Asking, request: Request, claim: str, answer: Answer, given: schemas.Ruling, key: str | None) -> Response:
    service = asking.service

    def rule(store: Store, actor: Actor) -> Document:
        with asking.discreet(given.party):
            graph, claims = service.claimed_by(given.party) if given.party else service.claimed
            ruling = rule_on(store, graph, actor, claim, answer, given.reason, made=claims)
        return {"id": ruling.claim, "state": ruling.ruling, "first": {"id": ruling.first}, "second": {"id": ruling.second}}

    return write(asking, request, key, given, rule, claim, dry_run=given.dry_run)
