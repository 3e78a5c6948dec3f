"""Limits: how fast one principal may ask, how large a body may be, and how long it may take to come.

Invariants (tests/unit/test_http_limits.py holds one test a number)
1. Over any time nobody gets more than the rate allows plus one second's worth at once; the public is counted by its address.
2. A body larger than the limit is refused as soon as that is known, whether or not its length was stated.
3. A body that comes more slowly than any line is refused, however it is spread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from threading import Lock
from time import monotonic
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.errors import TooManyRequests
from api.access.principal import Principal
from api.http.problems import TOO_LARGE, TOO_SLOW, Said, answer, spoken_in
from api.locales import Texts

_MOST: Final = 10_000
"""Principals and addresses that are remembered."""
BODY_SECONDS: Final = 30.0
"""Seconds that any body may take,"""
_BYTES_A_SECOND: Final = 10_000
"""and one more for so many bytes that have come."""


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
    """Refuses bodies that are too large or too slow.

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
        """Let a request through while its body is small enough, and comes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._others.get(scope["path"], self._usual)
        stated = Headers(scope=scope).get("content-length", "0")
        if stated.isdecimal() and int(stated) > most:
            words = spoken_in(scope)
            await answer(scope["path"], TOO_LARGE, _too_large(words, most), words=words)(scope, receive, send)
            return
        taken, whole, begun = 0, False, asyncio.get_running_loop().time()

        async def counted() -> Message:
            nonlocal taken, whole
            if whole:  # what is waited for now is the end of the connection
                return await receive()
            try:
                async with asyncio.timeout_at(begun + BODY_SECONDS + taken / _BYTES_A_SECOND):
                    message = await receive()
            except TimeoutError:
                detail = spoken_in(scope).say("problem_detail.too_slow")
                raise Said(TOO_SLOW.status, detail, {"Connection": "close"}) from None
            taken += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if taken > most:
                raise Said(TOO_LARGE.status, _too_large(spoken_in(scope), most))
            return message

        await self._app(scope, counted, send)


def _too_large(words: Texts, most: int) -> str:
    return words.say("problem_detail.too_large", most=most)
