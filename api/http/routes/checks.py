"""The mandatory check of a counter, and the look-ups on record."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from analytics.lifecycle.publication import leaving
from api.access.principal import MAX_REFERENCE, Purpose
from api.http import department_schemas as schemas
from api.http.asking import Asking, Document
from api.http.listing import JSON, Listing, form_of, in_bulk, listed, listed_as
from api.http.needs import needs
from api.http.negotiation import words_of
from api.http.once import Key, write
from api.http.routing import Router
from api.use_cases import checking, choosing
from api.use_cases.acting import Actor
from api.use_cases.past import by_day
from graph.store.base import Store

router = Router(prefix="/v1", tags=["checks"])
COVERAGE_COLUMNS = ("unit", "purpose", "lookups", "restricted")
COLUMNS = ("at", "unit", "by", "purpose", "asked", "answer", "why", "shown", "id")
CHECK = "mandatory_check"


@router.post("/check", responses={200: {"model": schemas.Checked}}, summary="The mandatory check")
def check(asking: Annotated[Asking, needs("check.ask")], request: Request, given: schemas.Checking, key: Key = None) -> Response:
    """Return what binds today for a purpose, what to do, until when, on which basis. All of it on record.

    A check is a purpose in itself: without `Zeren-Purpose` it is `mandatory_check` with the reason as reference.
    """
    service, words = asking.service, words_of(request, given.lang, asking.service.lang)
    stated = asking.purpose or Purpose(CHECK)
    asking.purpose = replace(stated, reference=stated.reference or given.why[:MAX_REFERENCE])
    unit = asking.unit_said(checking.unit_that_asks(given.unit, given.unit_name) or None)
    question = checking.Question(given.uscc, given.purpose, unit, given.why, given.person)
    asking.looks_for(given.person or None)

    def answer(store: Store, actor: Actor) -> Document:
        today = checking.day_of_check(given.as_of, service.today)
        return checking.check(store, service.catalogue, actor, question, today, words)

    return write(asking, request, key, given, answer, given.purpose, judged=False)


@router.get("/lookups", responses=listed_as(schemas.LookupPage), summary="Look-ups on record")
def lookups(
    asking: Annotated[Asking, needs("audit.read")], request: Request, asked: Annotated[schemas.LookupParameters, Query()]
) -> Response:
    """Return who looked up whom, when, why, for what, and what was shown; the earliest first."""
    rows, version, _ = _on_record(asking, asked)
    question = f"lookups {asked.model_dump_json(exclude={'cursor', 'limit', 'lang'})}"
    found = Listing(sorted(rows, key=_order), _order, question, lambda some: leaving(list(some)), version)
    return listed(asking, request, asked, found, COLUMNS)


@router.get("/lookups/coverage", responses=listed_as(schemas.Coverage), summary="Who looks up")
def coverage(
    asking: Annotated[Asking, needs("audit.read")], request: Request, asked: Annotated[schemas.CoverageParameters, Query()]
) -> Response:
    """Return how many look-ups each unit made for each purpose; a department that looked up nobody is there with none."""
    found, version, unit = _on_record(asking, asked)
    rows = checking.coverage(leaving(found), checking.units_counted(unit))
    if (form := form_of(request)) != JSON:
        return in_bulk(asking, form, iter([rows]), COVERAGE_COLUMNS, version, of_persons=False)
    return asking.json({"items": rows, "version": version})


def _on_record(
    asking: Asking, asked: schemas.CoverageParameters | schemas.LookupParameters
) -> tuple[list[Document], int, str | None]:
    """Return the look-ups that are asked for, of which version they are, and of which unit."""
    purpose = choosing.purpose(asked.purpose) if asked.purpose else None
    with asking.service.known(asked.known_at) as known:
        unit = checking.unit_on_record(known.store, asked.unit) if asked.unit else None
        every = checking.lookups(known.store, unit, purpose, asked.by)
        return [row for row in every if by_day(row["at"], asked.as_of)], known.store.version(), unit


def _order(row: dict[str, str]) -> tuple[str, ...]:
    return row["at"], row["id"]
