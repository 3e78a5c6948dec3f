"""Whose turn it is: one load, or one undoing of a load, at a time in a store, whatever process it runs in.

A load is many transactions, so the store's own lock does not keep two apart; and an act on a case is judged before it is recorded,
so that two acts at once would each be judged without the other. A turn is a lock on an empty SQLite file beside the store
(`zeren.db-turn`, `zeren.db-acts-turn`): the operating system gives it back when a process ends, killed or not. A store on a server
keeps its turns itself (`graph.store._neo4j_turn`).

Invariants (tests/unit/test_store_turn.py holds one test a number)
1. While one has the turn no other gets it; who waits long enough gets it afterwards.
2. The turn of a process that was killed is free.
3. One store has one turn, whatever path leads to its file.
4. A store that others could open has a turn in every case: where none can be held, nothing is done.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from typing import Protocol, runtime_checkable

from graph.errors import StoreBusy, StoreError
from graph.store.base import Store
from graph.store.sqlite_file import MEMORY, reported

_SQLITE = "sqlite:///"
ACT_SECONDS = 10.0
"""How long an act waits for others."""


@runtime_checkable
class KeepsTurns(Protocol):
    """A store that keeps its turns itself."""

    def turn(self, name: str, wait_seconds: float) -> AbstractContextManager[None]:
        """Hold the turn of a name."""
        ...


@contextmanager
def turn(url: str, wait_seconds: float = 0.0, of: str = "", *, store: Store | None = None) -> Iterator[None]:
    """Hold the turn of the store at `url`; a store in memory is nobody else's, and needs none.

    Parameters
    ----------
    url : str
        Where the store is.
    wait_seconds : float
        How long to wait for others.
    of : str
        Names a turn of its own in the same store.
    store : Store, optional
        The open store; one on a server keeps its turns itself.

    Raises
    ------
    StoreBusy
        Another process has it, and did not give it back in time.
    StoreError
        There is no way to hold a turn of such a store.
    """
    place = url.removeprefix(_SQLITE)
    if isinstance(store, KeepsTurns):
        with store.turn(f"load{of}", wait_seconds):
            yield
        return
    if place in ("", MEMORY):
        yield
        return
    if not url.startswith(_SQLITE):
        raise StoreError(f"{url}: a store there keeps no turns, so two could load or act at once: nothing was done")
    place = f"{Path(place).resolve()}{of}"
    with reported(place):
        lock = sqlite3.connect(f"{place}-turn", timeout=wait_seconds, isolation_level=None)
    with closing(lock):
        try:
            with reported(place):
                lock.execute("BEGIN EXCLUSIVE")
        except StoreBusy as error:
            raise StoreBusy(
                f"{Path(place).name}: another load, or an undoing, is running here: nothing was done. "
                "Wait until it has ended and try again, or give --wait SECONDS",
                zh=f"{Path(place).name}：另有载入或撤回正在进行，本次未作任何操作。请待其结束后重试，或者给出 --wait 秒数",
            ) from error
        yield


@contextmanager
def turn_to_act(url: str, wait_seconds: float = ACT_SECONDS, *, store: Store | None = None) -> Iterator[None]:
    """Hold the turn to act on the cases of the store at `url`; see `turn`.

    Raises
    ------
    StoreBusy
        Others were acting all the time.
    """
    with ExitStack() as held:
        try:
            held.enter_context(turn(url, wait_seconds, "-acts", store=store))
        except StoreBusy as error:
            raise StoreBusy("others are acting here: nothing was done; try again") from error
        yield
