"""Limits: how fast one principal may ask, and how large a body may be.

Invariants (tests/unit/test_http_limits.py holds one test a number)
1. Over any time nobody gets more than the rate allows plus one second's worth at once; the public is counted by its address.
2. A body larger than the limit is refused as soon as that is known, whether or not its length was stated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from time import monotonic
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.errors import TooManyRequests
from api.access.principal import Principal
from api.http.problems import TOO_LARGE, answer, spoken_in
from api.locales import Texts

_MOST: Final = 10_000
"""Principals and addresses that are remembered."""


class Rates:
    """A bucket of requests for each principal of this process.

    Parameters
    ----------
    principal : int
        Requests a second of one principal; 0 for no limit.
    public : int
        Requests a second of one address that has not logged in; 0 for no limit.
    clock : callable
        Seconds that only grow.
    """

    def __init__(self, principal: int, public: int, clock: Callable[[], float] = monotonic) -> None:
        self._limits, self._clock, self._lock = (principal, public), clock, Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, asking: Principal, address: str) -> None:
        """Count a request; raises `TooManyRequests`."""
        public = asking.via == "public"
        rate, key = self._limits[public], f"@{address}" if public else asking.name
        if not rate:
            return
        with self._lock:
            now = self._clock()
            left, since = self._buckets.pop(key, (float(rate), now))
            left = min(float(rate), left + (now - since) * rate)
            if len(self._buckets) >= _MOST:
                del self._buckets[next(iter(self._buckets))]  # the one that has been quiet longest
            self._buckets[key] = (left - 1 if left >= 1 else left, now)
        if left < 1:
            raise TooManyRequests(f"more than {rate} requests a second: slower, please", zh=f"每秒超过 {rate} 次请求：请放慢")


class BodyLimit:
    """Refuses bodies that are too large.

    Parameters
    ----------
    app : ASGI application
        What it surrounds.
    most : int
        Bytes at most.
    others : mapping, optional
        Address -> bytes at most there.
    """

    def __init__(self, app: ASGIApp, most: int, others: Mapping[str, int] | None = None) -> None:
        self._app, self._usual, self._others = app, most, others or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through while its body is small enough."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._others.get(scope["path"], self._usual)
        stated = Headers(scope=scope).get("content-length", "0")
        if stated.isdecimal() and int(stated) > most:
            words = spoken_in(scope)
            await answer(scope["path"], TOO_LARGE, _too_large(words, most), words=words)(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(TOO_LARGE.status, _too_large(spoken_in(scope), most))
            return message

        await self._app(scope, counted, send)


def _too_large(words: Texts, most: int) -> str:
    return words.say("problem_detail.too_large", most=most)
