"""One commit for all who wait: several threads that write through one connection share the wait for the disk.

Whoever gets the connection first does what the others ask for as well, each in a savepoint of its own, and commits once; the others
find theirs done. So nobody waits longer than alone, and who writes alone writes as before.

Invariants (tests/unit/test_store_together.py holds one test a number)
1. `do` returns when what was asked for is durable, and not before.
2. One that is refused leaves nothing behind, and takes nothing from the others; where the commit fails, each of them hears of it.
3. What comes while others are written goes together into the next commit.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any, Final, TypeVar, cast

from graph.errors import StoreError
from graph.store.sqlite_file import transaction

T = TypeVar("T")
_MOST: Final = 5_000
"""Statements in one commit at most, as in one `append`."""


class _Asked:
    """What one thread asks for, and what came of it."""

    def __init__(self, work: Callable[[], Any], size: int) -> None:
        self.work, self.size = work, size
        self.done = False
        self.answer: Any = None
        self.error: BaseException | None = None


class Together:
    """Does in one transaction what several threads ask for.

    Parameters
    ----------
    db : sqlite3.Connection
        The connection.
    lock : context manager
        Held while the connection is used.
    undone : callable
        Hears that something was rolled back.
    """

    def __init__(self, db: sqlite3.Connection, lock: AbstractContextManager[Any], undone: Callable[[], None]) -> None:
        self._db, self._lock, self._undone = db, lock, undone
        self._queue: list[_Asked] = []
        self._queued = Lock()
        self.commits = 0

    def do(self, work: Callable[[], T], size: int) -> T:
        """Do this in a transaction and return what it returns; raises what it raises, and nothing of it is kept then.

        Parameters
        ----------
        work : callable
            Writes through the connection.
        size : int
            How many statements it writes.
        """
        mine = _Asked(work, size)
        with self._queued:
            self._queue.append(mine)
        with self._lock:
            while not mine.done:
                self._commit(self._next(), mine)
        if mine.error is not None:
            raise mine.error
        return cast("T", mine.answer)

    def _next(self) -> list[_Asked]:
        """Take what waits, the first in any case, and no more than one commit may hold."""
        with self._queued:
            size = 0
            for count, each in enumerate(self._queue):
                size += each.size
                if count and size > _MOST:
                    break
            else:
                count = len(self._queue)
            batch, self._queue[:] = self._queue[:count], self._queue[count:]
        return batch

    def _commit(self, batch: list[_Asked], mine: _Asked) -> None:
        try:
            with transaction(self._db, self._undone):
                for each in batch:
                    self._one(each, alone=len(batch) == 1)
        except BaseException as error:
            for each in batch:
                own = isinstance(error, Exception) or each is mine
                each.error = each.error or (error if own else StoreError("the write was interrupted: nothing was recorded"))
        else:
            self.commits += 1
        for each in batch:
            each.done = True

    def _one(self, each: _Asked, *, alone: bool) -> None:
        if alone:
            each.answer = each.work()
            return
        self._db.execute("SAVEPOINT one")
        try:
            each.answer = each.work()
        except Exception as error:
            if not self._db.in_transaction:  # SQLite itself took all of it back
                raise
            self._db.execute("ROLLBACK TO one")
            self._undone()
            each.error = error
        self._db.execute("RELEASE one")
