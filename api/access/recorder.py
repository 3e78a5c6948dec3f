"""Group commit for the trail: many requests wait for one write to the disk, and none is answered before it is there.

Whoever comes first writes what the others ask for as well; they find theirs done.

Invariants (tests/unit/test_access_recorder.py holds one test a number)
1. `record` returns when the row is durable, and not before; where it cannot be written it raises, and nothing is answered.
2. What comes while a write is under way goes together into the next one.
3. Nobody waits for a write that never comes: whoever comes after the end is refused at once.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Final, Self

from api.access.trail import Look, Trail
from graph.errors import StoreError

_MOST: Final = 500
"""Rows in one transaction at most."""


class _Asked:
    """A row that is to be written, and what came of it."""

    def __init__(self, look: Look) -> None:
        self.look, self.done = look, False
        self.error: BaseException | None = None


class Recorder:
    """Writes the trail for several threads; use it in a `with` statement.

    Parameters
    ----------
    trail : Trail
        What is written; over a connection of its own, so that reads do not wait for the disk.
    """

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self._waiting: list[_Asked] = []
        self._coming, self._writing, self._ended = Lock(), Lock(), False
        self.commits = 0
        self.counted: Callable[[int], None] = lambda _rows: None
        """Hears of each write to the disk, and how many rows it had."""

    def __enter__(self) -> Self:
        """Start."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Write what waits, and take no more."""
        with self._coming:
            self._ended = True
        with self._writing:
            while batch := self._next():
                self._commit(batch)

    def record(self, look: Look) -> None:
        """Return when the row is on the disk.

        Raises
        ------
        StoreError
            It cannot be written, or this has ended.
        """
        mine = _Asked(look)
        with self._coming:
            if self._ended:
                raise StoreError("the service stops: the trail takes no more rows", zh="服务正在停止：不再写入查询留痕")
            self._waiting.append(mine)
        with self._writing:
            while not mine.done:
                self._commit(self._next())
        if mine.error is not None:
            raise mine.error

    def _next(self) -> list[_Asked]:
        """Take what waits, as much as one transaction may have."""
        with self._coming:
            batch, self._waiting[:] = self._waiting[:_MOST], self._waiting[_MOST:]
        return batch

    def _commit(self, batch: list[_Asked]) -> None:
        error: BaseException | None = None
        try:
            self._trail.append([each.look for each in batch])
            self.commits += 1
            self.counted(len(batch))
        except BaseException as raised:  # whoever waits must hear of it, whatever it is
            error = raised
        for each in batch:
            each.error, each.done = error, True
