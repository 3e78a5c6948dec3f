"""Repair: the plan, the application, and what becomes of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from api.http import case_schemas as schemas
from api.http.asking import Asking
from api.http.needs import needs
from api.http.negotiation import words_of
from api.http.once import Key
from api.http.routes.cases import acting
from api.http.routing import Router
from api.http.schemas import Id
from api.use_cases import repairs

router = Router(prefix="/v1/repairs", tags=["repairs"])
Deciding = Annotated[Asking, needs("repair.decide")]
DONE = {200: {"model": schemas.Done}}


@router.get("", responses={200: {"model": schemas.RepairPlan}}, summary="How a party may be repaired")
def plan(
    asking: Annotated[Asking, needs("finding.read")], request: Request, asked: Annotated[schemas.RepairParameters, Query()]
) -> Response:
    """Return each step with its earliest day and its article, or what stands against it."""
    service = asking.service
    words = words_of(request, asked.lang, service.lang)
    with service.known(asked.known_at) as known:
        made = repairs.plans(known.cases, asking.members(known.store, asked.party), asked.as_of or service.today)
        rows = [row for restriction, item in made for row in repairs.plan_rows(known.cases, restriction, item, words)]
        return asking.respond(request, {"lang": words.lang, "rows": rows}, words)


@router.post("/{id}/apply", responses=DONE, summary="Apply for a repair")  # type: ignore[arg-type]
def apply(asking: Deciding, request: Request, id: Id, given: schemas.Acting, key: Key = None) -> Response:
    """Record an application for a repair; 409 before its earliest day or with a step missing."""
    return acting(asking, request, key, "repair_application", id, given, repairs.repair)


@router.post("/{id}/grant", responses=DONE, summary="Grant a repair")  # type: ignore[arg-type]
def grant(asking: Deciding, request: Request, id: Id, given: schemas.Acting, key: Key = None) -> Response:
    """Grant a repair: publication, sharing and measure end together."""
    return acting(asking, request, key, "repair", id, given, repairs.repair)


@router.post("/{id}/refuse", responses=DONE, summary="Refuse a repair")  # type: ignore[arg-type]
def refuse(asking: Deciding, request: Request, id: Id, given: schemas.Acting, key: Key = None) -> Response:
    """Refuse a repair, with the reason."""
    return acting(asking, request, key, "repair_refusal", id, given, repairs.repair)


@router.post("/{id}/fraud", responses=DONE, summary="Restore what was repaired by fraud")  # type: ignore[arg-type]
def fraud(asking: Deciding, request: Request, id: Id, given: schemas.Acting, key: Key = None) -> Response:
    """Restore what was repaired by fraud; the term starts again."""
    return acting(asking, request, key, "repair_fraud", id, given, repairs.repair)
