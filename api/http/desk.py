"""What casework asks for again and again: cases, claims and the first case, kept for one version of the store.

Invariants (tests/integration/test_page_http.py holds one test a number)
1. What is kept is forgotten as soon as the store has another version.
2. Asking makes no file: where nothing was ever put into the outbox, there are no tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Lock, Thread
from typing import Annotated, Any, TypeVar, cast

from fastapi import Depends, Request

from analytics.detection.identity import Claim, claims
from api.desk.outbox import Outbox
from api.http.service import Service
from api.use_cases.calendars import calendar_of
from api.use_cases.cases import Cases, read_cases
from api.use_cases.pushing import tasks
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
    place : str
        File of the operational state.
    """

    def __init__(self, service: Service, place: str) -> None:
        self.service, self._place = service, place
        self._kept: dict[str, tuple[int, Any]] = {}
        self._locks = {name: Lock() for name in ("cases", "claims", "start")}
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
    def cases(self) -> Cases:
        """Every case of the store."""
        return self._keep("cases", lambda: read_cases(self.service.store, self.service.catalogue))

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

    @contextmanager
    def outbox(self) -> Iterator[Outbox]:
        """Open the outbox for reading; an empty one where there is no file."""
        with Outbox(self._place if Path(self._place).exists() else ":memory:") as opened:
            yield opened

    def tasks(self, day: date, unit: str | None = None) -> list[dict[str, Any]]:
        """Return the tasks of departments as they stand on a day."""
        with self.outbox() as outbox:
            return tasks(self.service.store, outbox, calendar_of(self.service.store), day, unit)


def _desk(request: Request) -> Desk:
    return cast("Desk", request.app.state.desk)


AtDesk = Annotated[Desk, Depends(_desk)]
"""The desk, as a parameter of a route."""
