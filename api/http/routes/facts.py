"""Statements: what every answer rests on."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from api.access.principal import check
from api.http import schemas
from api.http.asking import Asking
from api.http.needs import needs
from api.http.negotiation import words_of
from api.http.routing import Router
from api.use_cases import checking, pushing
from api.use_cases.showing import show
from graph.errors import NotFound
from graph.model import Event, Payload, Recorded
from graph.snapshot.scope import snapshot_about
from graph.store.mentions import spoken_of

router = Router(prefix="/v1/facts", tags=["facts"])


@router.get("/{id}", responses={200: {"model": schemas.Statement}}, summary="One statement")
def one_fact(
    asking: Annotated[Asking, needs("fact.read")],
    request: Request,
    id: schemas.Id,
    asked: Annotated[schemas.ThenInWords, Query()],
) -> Response:
    """Return a statement with source, file, row and every version of it; 409 for one that is sealed, 404 before it was recorded.

    What a unit answered is for whoever may read its tasks, and a look-up for whoever may read who looked at whom, as in the lists.
    """
    service = asking.service
    found = service.store.by_id(id)
    if found is None:
        raise NotFound(f"no statement {id!r}", zh=f"没有编号为“{id}”的记录")
    if isinstance(found, Recorded):
        _see_that_may(asking, found.fact.value)
    words = words_of(request, asked.lang, service.lang)
    about = spoken_of(found.fact.value) if isinstance(found, Recorded) else ()
    day = asked.as_of or service.today
    with service.known(asked.known_at) as known:
        near = snapshot_about(service.store, about, known.store.version())
        document = show(service.store, near, known.catalogue, id, words, day, as_of=asked.as_of, replay=known.past)
    return asking.respond(request, document, words)


def _see_that_may(asking: Asking, value: Payload) -> None:
    """Refuse what is kept about work itself to whoever may not see it in its list; raises `PermissionMissing` or `Refused`."""
    if not isinstance(value, Event):
        return
    if value.kind == checking.KIND:
        check(asking.access.roles, asking.principal, "audit.read")
    elif value.kind == pushing.KIND:
        check(asking.access.roles, asking.principal, "task.read")
        asking.unit(dict(value.details)["unit"])
