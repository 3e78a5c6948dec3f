"""What the page asks for again and again: claims and the first case, kept for one version of the store.

Invariant (tests/integration/test_page_http.py holds its test)
1. What is kept is forgotten as soon as the store has another version.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Thread
from typing import Annotated, Any, TypeVar, cast

from fastapi import Depends, Request

from analytics.detection.identity import Claim, claims
from api.http.service import Service
from api.use_cases.starting import start_of
from graph.snapshot.columns import Columns
from graph.snapshot.paths import ties

T = TypeVar("T")


class Desk:
    """What casework keeps.

    Parameters
    ----------
    service : Service
        The store, the rules and the graph.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self._kept: dict[str, tuple[int, Any]] = {}
        self._locks = {name: Lock() for name in ("claims", "start")}
        self._warming: Thread | None = None
        self._ready = False

    def _keep(self, name: str, make: Callable[[], T]) -> T:
        """Return what was made for the current version; whoever asks while it is being made waits for it."""
        with self._locks[name]:
            version = self.service.store.version()
            kept = self._kept.get(name)
            if kept is None or kept[0] != version:
                self._kept[name] = kept = (version, make())
            return cast("T", kept[1])

    @property
    def claims(self) -> list[Claim]:
        """Every claim that two are one person, the most convincing first."""
        return self._keep("claims", lambda: claims(self.service.snapshot))

    @property
    def start(self) -> dict[str, Any]:
        """What somebody sees first."""
        return self._keep("start", lambda: start_of(self.service.store, self.service.catalogue))

    def warm(self) -> None:
        """Make the graph ready in the background, so that whoever opens a party first does not wait for it."""
        with self._locks["start"]:
            if self._warming is None:
                self._warming = Thread(target=self._warm, name="warm", daemon=True)
                self._warming.start()

    def _warm(self) -> None:
        columns = self.service.graph.columns()
        if len(columns):
            ties(columns, 0)
        self._ready = True

    @property
    def columns(self) -> Columns | None:
        """The graph, None until it is ready."""
        return self.service.graph.columns() if self._ready else None

    def close(self) -> None:
        """Wait until nobody reads any more."""
        if self._warming is not None:
            self._warming.join()


def _desk(request: Request) -> Desk:
    return cast("Desk", request.app.state.desk)


AtDesk = Annotated[Desk, Depends(_desk)]
"""The desk, as a parameter of a route."""
