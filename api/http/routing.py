"""How a request gets its thread: one, for all that may wait.

The framework hands each dependency and each route to a thread of its own, which for a short answer costs more than the answer.
Here a route that is no coroutine is done in one thread (`api.http.turns`) from the finding out who asks to the answer; the loop
only reads and sends.

Invariants (tests/unit/test_http_routing.py holds one test a number)
1. A route that is no coroutine runs in one thread with all that it depends on, and never on the loop.
2. What may wait and is asked for on the loop, by a route that is a coroutine, is done in a thread.
3. A route that would have to wait for the loop while it has a thread fails, and is not left half done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import suppress
from contextvars import copy_context
from functools import cached_property, partial, wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar, cast, get_origin

from fastapi import APIRouter, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Cookie, Header, Path
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api.http.bodies import Asked
from api.http.turns import Threads

T = TypeVar("T")
_ELSEWHERE = (Path, Header, Cookie)
"""What stands in no address behind the question mark; one of a model is of no kind of its own."""


async def apart(do: Callable[[], T]) -> T:
    """Do what may wait: here, where this is a thread of a request, and else in a thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return do()
    return await run_in_threadpool(do)


class Route(APIRoute):
    """A route of which everything that may wait is done in one thread."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        self._in_thread = not iscoroutinefunction(endpoint)
        super().__init__(path, _at_once(endpoint) if self._in_thread else endpoint, **more)

    @cached_property
    def parameters(self) -> frozenset[str]:
        """What may stand in the address behind the question mark."""
        return frozenset(each.alias for each in self._asked())

    @cached_property
    def lists(self) -> frozenset[str]:
        """What may stand there several times."""
        return frozenset(each.alias for each in self._asked() if get_origin(each.field_info.annotation) is list)

    def _asked(self) -> Iterator[Any]:
        return (each for each in get_flat_params(self.dependant) if not isinstance(each.field_info, _ELSEWHERE))

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        handler = super().get_route_handler()
        return _threaded(handler, has_body=self.body_field is not None) if self._in_thread else handler


class Router(APIRouter):
    """A router of such routes."""

    def __init__(self, **more: Any) -> None:
        super().__init__(route_class=Route, **more)


def _at_once(endpoint: Callable[..., T]) -> Callable[..., Awaitable[T]]:
    """Return a route as a coroutine that never waits for the loop."""

    @wraps(endpoint)
    async def called(**given: Any) -> T:
        return endpoint(**given)

    return called


def _threaded(
    handler: Callable[[Request], Coroutine[Any, Any, Response]], *, has_body: bool
) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    async def answer(request: Request) -> Response:
        if has_body:
            request = Asked(request.scope, request.receive)
            with suppress(ClientDisconnect):  # the handler finds out again, and says so
                await request.body()  # the request keeps it, so that nothing below has to wait for it
        threads = cast("Threads", request.app.state.threads)
        return await threads.do(partial(copy_context().run, _finished, handler(request)))

    return answer


def _finished(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that waits for nothing to its end."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        answer: T = end.value
        return answer
    coroutine.close()
    raise RuntimeError("a route waited for the loop while it had a thread")
