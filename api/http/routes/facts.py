"""Statements: what every answer rests on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.http import schemas
from api.http.asking import Asking
from api.http.needs import needs
from api.http.negotiation import words_of
from api.use_cases.showing import show
from graph.errors import NotFound
from graph.model import Recorded
from graph.snapshot.scope import snapshot_about
from graph.store.mentions import spoken_of

router = APIRouter(prefix="/v1/facts", tags=["facts"])


@router.get("/{id}", responses={200: {"model": schemas.Statement}}, summary="One statement")
def one_fact(
    asking: Annotated[Asking, needs("fact.read")],
    request: Request,
    id: schemas.Id,
    asked: Annotated[schemas.WordsParameters, Query()],
) -> Response:
    """Return a statement with source, file, row and every version of it; 409 for one that is sealed."""
    service = asking.service
    found = service.store.by_id(id)
    if found is None:
        raise NotFound(f"no statement {id!r}")
    words = words_of(request, asked.lang, service.lang)
    about = spoken_of(found.fact.value) if isinstance(found, Recorded) else ()
    near = snapshot_about(service.store, about)
    return asking.respond(request, show(service.store, near, service.catalogue, id, words, service.today), words)
