"""What happened to each request: an id, a line in the log, a count; none of it says anything of a person.

Invariants (tests/integration/test_http_access.py holds one test a number)
7. Log and metrics hold the address as the route declares it, never as it was asked for, and no name of whoever asks or is asked
   about. What fails on our side, a store that cannot be reached included, is in the log at every level.
8. Every answer has the id of its request; the trail has it too.
10. Every answer to somebody says to whom it was given, in a header; an answer to the public has none.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from asyncio import CancelledError
from time import perf_counter
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import problems
from graph.errors import StoreAway, StoreBusy

_OURS: Final = re.compile(r"[0-9A-Za-z-]{8,64}")
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
HEADER: Final = "X-Request-ID"
GIVEN_TO: Final = "Zeren-Principal"


def logger(level: str) -> Any:
    """Return a log of JSON lines on standard error, from a level on."""
    processors = structlog.processors
    return structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[processors.add_log_level, processors.TimeStamper(fmt="iso"), processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
    ).bind()


class Metrics:
    """What is counted, of one service.

    Parameters
    ----------
    several : bool
        Several processes answer: what each counts is added up (they share the folder that `api.http.server` makes for it).
    """

    def __init__(self, *, several: bool = False) -> None:
        self._several = several
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("zeren_requests", "Requests answered.", labels, registry=self.registry)
        self._commits = Gauge(
            "zeren_trail_commits", "Writes of the trail to the disk.", registry=self.registry, multiprocess_mode="sum"
        )
        self._rows = Gauge("zeren_trail_rows", "Rows written to the trail.", registry=self.registry, multiprocess_mode="sum")
        self.seconds = Histogram(
            "zeren_request_seconds", "Time until the answer was sent.", labels[:2], registry=self.registry, buckets=_SECONDS
        )

    def trail(self, rows: int) -> None:
        """Count a write of the trail to the disk."""
        self._commits.inc()
        self._rows.inc(rows)

    def said(self) -> bytes:
        """Return what was counted, as Prometheus reads it."""
        registry = self.registry
        if self._several:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


class Watch:
    """The layer that gives a request its id, and notes what came of it; what nobody foresaw becomes a problem here.

    Parameters
    ----------
    app : ASGI application
        What it surrounds.
    metrics : Metrics
        Where it counts.
    level : str
        From which level on the log is written.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, level: str) -> None:
        self._app, self._metrics, self._log = app, metrics, logger(level)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request and note it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        scope["zeren.request"] = request = given if _OURS.fullmatch(given) else uuid4().hex
        start, status = perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                _must_be_admitted(scope, message["status"])
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[HEADER] = request
                if somebody := scope.get("zeren.principal"):
                    headers[GIVEN_TO] = quote(somebody)
            await send(message)

        try:
            await self._app(scope, receive, noted)
            if (failed := scope.get("zeren.failed")) is not None:
                self._failed(scope, request, failed)
        except CancelledError:  # the service stops, and the time for it is over
            self._log.warning("cut off", request=request, route=_route(scope))
            if not status:
                await problems.stopping(scope)(scope, receive, noted)
        except Exception as error:
            self._failed(scope, request, error)
            if status:
                raise
            await problems.unforeseen(scope)(scope, receive, noted)
        finally:
            self._note(scope, request, status, perf_counter() - start)

    def _failed(self, scope: Scope, request: str, error: Exception) -> None:
        """Write down an error: what it says where that is of no person, else only its kind and what caused it."""
        says = {"says": str(error)} if isinstance(error, StoreAway) else {}
        cause = {"cause": type(error.__cause__).__name__} if error.__cause__ else {}
        write = self._log.warning if isinstance(error, StoreBusy) else self._log.error
        write("failed", request=request, route=_route(scope), error=type(error).__name__, **cause, **says, at=_where(error))

    def _note(self, scope: Scope, request: str, status: int, seconds: float) -> None:
        method, route = scope["method"] if scope["method"] in _METHODS else "other", _route(scope)
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.seconds.labels(method, route).observe(seconds)
        self._log.info("request", request=request, method=method, route=route, status=status, ms=round(seconds * 1_000, 1))


def _must_be_admitted(scope: Scope, status: int) -> None:
    asking = scope.get("zeren.asking")
    if asking is None or asking.admitted or not 200 <= status < 300 or status == 204:
        return
    if asking.permission not in ("service.use", "metrics.read", "user.manage"):
        raise RuntimeError("an answer went past the veil")


def _route(scope: Scope) -> str:
    """Return the address as the route declares it; whatever nobody declared is one."""
    return getattr(scope.get("route"), "path_format", None) or "none"


def _where(error: Exception) -> list[str]:
    """Return where it happened, without the values: a message may hold a name."""
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-5:]]
