"""What every route works with: the store, the rules, and the graph of the store's current version.

Invariants (tests/integration/test_http.py holds one test a number)
1. The graph is built once a version, and again as soon as the store has another one.
2. The columns follow the store, and are folded in the background; who asks meanwhile does not wait for it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock, Thread
from typing import Annotated, cast

from fastapi import Depends, Request

from analytics.ownership.stakes import Stakes, stakes
from analytics.responsibility.catalogue import Catalogue
from api.use_cases.findings import Answer, Query, find
from api.use_cases.reading import snapshot_of
from graph.snapshot import Snapshot
from graph.snapshot.kept import Kept
from graph.store.base import Store

_KEPT_ANSWERS = 8
"""Answers kept, so that walking the pages of one does not search again for each page."""


class Service:
    """One open store with its rules.

    Parameters
    ----------
    store : Store
        Where the facts are; used by several threads.
    catalogue : Catalogue
        The rules.
    lang : str
        The language of whoever does not ask for one.
    folder : Path, optional
        Where the columns of the graph are kept.
    """

    def __init__(self, store: Store, catalogue: Catalogue, lang: str, folder: Path | None = None) -> None:
        self.store, self.catalogue, self.lang = store, catalogue, lang
        self._kept = Kept(store, folder)
        self._folding: Thread | None = None
        self._stakes: tuple[int, date | None, Stakes] | None = None
        self._lock = Lock()
        self._snapshot: Snapshot | None = None
        self._answer = lru_cache(maxsize=_KEPT_ANSWERS)(self._find)

    @property
    def today(self) -> date:
        """The day of a status."""
        return datetime.now(UTC).astimezone().date()

    @property
    def snapshot(self) -> Snapshot:
        """The graph as known now; whoever asks while it is being built waits for it."""
        with self._lock:
            version = self.store.version()
            if self._snapshot is None or self._snapshot.version != version:
                self._snapshot = snapshot_of(self.store, version)
            return self._snapshot

    @property
    def graph(self) -> Kept:
        """The columns of the graph; what they learnt is written down beside whoever asks."""
        with self._lock:
            if self._kept.due and (self._folding is None or not self._folding.is_alive()):
                self._folding = Thread(target=self._kept.fold, name="fold", daemon=True)
                self._folding.start()
        return self._kept

    def stakes(self, day: date | None) -> Stakes:
        """Return who holds what on a day; the last day that was asked about is kept."""
        columns = self.graph.columns()
        kept = self._stakes
        if kept is None or kept[:2] != (columns.version, day):
            self._stakes = kept = (columns.version, day, stakes(columns, day))
        return kept[2]

    def close(self) -> None:
        """Wait until what is being written is written."""
        if self._folding is not None:
            self._folding.join()

    def find(self, query: Query) -> Answer:
        """Return the findings that a query asks for (see `api.use_cases.findings.find`)."""
        return self._answer(self.store.version(), query, self.today)

    def _find(self, _version: int, query: Query, today: date) -> Answer:
        """Answer a query; with the same version and day the answer is the same."""
        return find(self.store, self.catalogue, query, today, self.snapshot)


def _service(request: Request) -> Service:
    return cast("Service", request.app.state.service)


Served = Annotated[Service, Depends(_service)]
"""The service, as a parameter of a route."""
