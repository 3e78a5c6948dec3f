"""How a request gets its thread: what `api.http.routing` promises."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Body, Depends, FastAPI

from api.http.routes import cases
from api.http.routing import Route, Router, apart
from api.http.turns import Threads
from tests.apart import run_apart

MAIN: list[int] = []


async def _who() -> int:
    return await apart(threading.get_ident)


async def _waits() -> None:
    await asyncio.sleep(0)


router = Router()


@router.post("/plain")
def plain(who: Annotated[int, Depends(_who)], given: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
    """Say in which threads this is done."""
    return {"dependency": who, "route": threading.get_ident(), "given": given}


@router.get("/coroutine")
async def coroutine(who: Annotated[int, Depends(_who)]) -> dict[str, int]:
    """Say in which threads this is done."""
    return {"dependency": who, "route": threading.get_ident()}


@router.get("/waits")
def waits(_nothing: Annotated[None, Depends(_waits)]) -> dict[str, int]:
    """Depend on what waits for the loop."""
    return {}


def asked(method: str, path: str, given: dict[str, Any] | None = None) -> Any:
    """Ask a service with such routes, and return what it answers."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        MAIN[:] = [threading.get_ident()]
        with Threads() as app.state.threads:
            yield

    async def ask() -> Any:
        app = FastAPI(lifespan=lifespan)
        app.include_router(router)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client,
        ):
            return (await client.request(method, path, json=given)).json()

    return run_apart(ask())


def test_1_a_plain_route_runs_in_one_thread_with_what_it_depends_on() -> None:
    """Invariant 1."""
    said = asked("POST", "/plain", {"a": 1})
    assert said["dependency"] == said["route"] != MAIN[0]
    assert said["given"] == {"a": 1}


def test_2_what_may_wait_leaves_the_loop_where_the_route_is_a_coroutine() -> None:
    """Invariant 2."""
    said = asked("GET", "/coroutine")
    assert said["route"] == MAIN[0] != said["dependency"]


def test_3_a_route_that_waits_for_the_loop_fails() -> None:
    """Invariant 3."""
    with pytest.raises(RuntimeError, match="waited for the loop"):
        asked("GET", "/waits")


def test_a_route_knows_what_may_stand_in_its_address():
    known = {(next(iter(each.methods)), each.path): each.parameters for each in cases.router.routes if isinstance(each, Route)}
    assert known["GET", "/v1/cases/{id:path}"] == {"as_of", "known_at", "lang", "possible"}
    assert known["POST", "/v1/cases/{id:path}/propose"] == frozenset()
