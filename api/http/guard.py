"""What surrounds every answer: which names the service answers to, and what a browser may do with what it gets.

A page from elsewhere cannot read the service, for it answers no other origin; one that makes its own name point to this machine
(DNS rebinding) is sent away by the name it asks for.

Invariants (tests/integration/test_http.py holds one test a number)
1. A service on a loopback address answers to the names of this machine alone.
2. A page of ours loads nothing from elsewhere and runs no inline script or style.
3. A body with two lengths is refused and its connection closed: a proxy that goes by the other one would be out of step.
4. A head larger than the limit is refused, also where it came in one piece.
"""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.patience import HEAD_BYTES
from api.http.problems import answer, spoken_in
from api.problem_kinds import KINDS, Kind
from api.settings import LOOPBACK
from graph.errors import InputError

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_WRONG_HOST = Kind(421, "wrong_host")
_HEAD_TOO_LARGE = Kind(431, "head_too_large")
_CLOSE: Final = {"Connection": "close"}


class Guard:
    """The outermost layer of the service.

    Parameters
    ----------
    app : ASGI application
        What it surrounds.
    host : str
        The address that the service listens on.
    https : bool
        Browsers are told to come back through https alone.
    """

    def __init__(self, app: ASGIApp, host: str, *, https: bool = False) -> None:
        self._app = app
        headers = {**_HEADERS, "Strict-Transport-Security": "max-age=31536000"} if https else _HEADERS
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self._names = LOOPBACK if host.lower() in LOOPBACK else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or send it away."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(header for header in self._headers if header[0] not in given)]
            await send(message)

        headers = Headers(scope=scope)
        if _size(scope) > HEAD_BYTES:  # the server counts what is not whole yet alone
            words = spoken_in(scope)
            detail = words.say("problem_detail.head_too_large", most=HEAD_BYTES)
            await answer(scope["path"], _HEAD_TOO_LARGE, detail, _CLOSE, words=words)(scope, receive, guarded)
            return
        if "content-length" in headers and "transfer-encoding" in headers:
            words = spoken_in(scope)
            detail = words.say("problem_detail.two_lengths")
            await answer(scope["path"], KINDS[InputError], detail, _CLOSE, words=words)(scope, receive, guarded)
            return
        name = _name(headers.get("host", ""))
        if self._names is not None and name not in self._names:
            words = spoken_in(scope)
            detail = words.say("problem_detail.wrong_host", name=name, names=", ".join(sorted(self._names)))
            await answer(scope["path"], _WRONG_HOST, detail, words=words)(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)


def _size(scope: Scope) -> int:
    """Return how many bytes the head of a request has: its line, and each header with what stands between and after."""
    query = scope["query_string"]
    line = len(scope["method"]) + len(scope.get("raw_path") or b"") + len(query) + bool(query) + len("  HTTP/1.1\r\n\r\n")
    return line + sum(len(name) + len(value) + len(": \r\n") for name, value in scope["headers"])


def _name(host: str) -> str:
    """Return the name of a Host header without the port, all of it where what follows is none."""
    name, _, port = host.partition(":")
    if host.startswith("["):
        name, _, port = host[1:].partition("]")
        port = port.removeprefix(":")
    return name.lower() if not port or (port.isascii() and port.isdecimal()) else host.lower()
