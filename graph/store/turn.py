"""Whose turn it is: one load, or one undoing of a load, at a time in a store, whatever process it runs in.

A load is many transactions, so the store's own lock does not keep two apart; and an act on a case is judged before it is recorded,
so that two acts at once would each be judged without the other. A turn is a lock on an empty SQLite file beside the store
(`zeren.db-turn`, `zeren.db-acts-turn`): the operating system gives it back when a process ends, killed or not.

Invariants (tests/unit/test_store_turn.py holds one test a number)
1. While one has the turn no other gets it; who waits long enough gets it afterwards.
2. The turn of a process that was killed is free.
3. One store has one turn, whatever path leads to its file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from graph.errors import StoreBusy
from graph.store.sqlite_file import MEMORY, reported

_SQLITE = "sqlite:///"
ACT_SECONDS = 10.0
"""How long an act waits for others."""


@contextmanager
def turn(url: str, wait_seconds: float = 0.0, of: str = "") -> Iterator[None]:
    """Hold the turn of the store at `url`; a store in memory is nobody else's, and needs none.

    `of` names a turn of its own in the same store.

    Raises
    ------
    StoreBusy
        Another process has it, and did not give it back in time.
    """
    place = url.removeprefix(_SQLITE)
    if not url.startswith(_SQLITE) or place in ("", MEMORY):
        yield
        return
    place = f"{Path(place).resolve()}{of}"
    with reported(place):
        lock = sqlite3.connect(f"{place}-turn", timeout=wait_seconds, isolation_level=None)
    with closing(lock):
        try:
            with reported(place):
                lock.execute("BEGIN EXCLUSIVE")
        except StoreBusy as error:
            raise StoreBusy(
                f"{place}: another load, or an undoing, is running here: nothing was done. "
                "Wait until it has ended and try again, or give --wait SECONDS"
            ) from error
        yield


@contextmanager
def turn_to_act(url: str, wait_seconds: float = ACT_SECONDS) -> Iterator[None]:
    """Hold the turn to act on the cases of the store at `url`.

    Raises
    ------
    StoreBusy
        Others were acting all the time.
    """
    with ExitStack() as held:
        try:
            held.enter_context(turn(url, wait_seconds, "-acts"))
        except StoreBusy as error:
            raise StoreBusy("others are acting here: nothing was done; try again") from error
        yield
