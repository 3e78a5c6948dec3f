"""Group commit for the trail: many requests wait for one write to the disk, and none is answered before it is there.

Invariants (tests/unit/test_access_recorder.py holds one test a number)
1. `record` returns when the row is durable, and not before; where it cannot be written it raises, and nothing is answered.
2. What comes while a write is under way goes together into the next one.
3. Nobody waits for a write that never comes: whoever comes after the end is refused at once.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Final, Self

from api.access.trail import Look, Trail
from graph.errors import StoreError

_MOST: Final = 500
"""Rows in one transaction at most."""


class Recorder:
    """Writes the trail from a thread of its own; use it in a `with` statement.

    Parameters
    ----------
    trail : Trail
        What is written; over a connection of its own, so that reads do not wait for the disk.
    """

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self._waiting: SimpleQueue[tuple[Look, Future[None]] | None] = SimpleQueue()
        self._thread = Thread(target=self._write, name="trail", daemon=True)
        self._coming, self._ended = Lock(), False
        self.commits = 0
        self.counted: Callable[[int], None] = lambda _rows: None
        """Hears of each write to the disk, and how many rows it had."""

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        """Write what waits, and stop."""
        with self._coming:  # nothing is put behind the end
            self._ended = True
            self._waiting.put(None)
        self._thread.join()

    def record(self, look: Look) -> None:
        """Wait until the row is on the disk.

        Raises
        ------
        StoreError
            It cannot be written, or this has ended.
        """
        done: Future[None] = Future()
        with self._coming:
            if self._ended:
                raise StoreError("the service stops: the trail takes no more rows", zh="服务正在停止：不再写入查询留痕")
            self._waiting.put((look, done))
        done.result()

    def _write(self) -> None:
        going = True
        while going:
            batch = [self._waiting.get()]
            while len(batch) < _MOST and not self._waiting.empty():
                batch.append(self._waiting.get())
            going = None not in batch
            self._commit([item for item in batch if item is not None])

    def _commit(self, batch: list[tuple[Look, Future[None]]]) -> None:
        try:
            self._trail.append([look for look, _ in batch])
            if batch:
                self.commits += 1
                self.counted(len(batch))
        except BaseException as error:  # whoever waits must hear of it, whatever it is, and this thread goes on
            for _, done in batch:
                done.set_exception(error)
            return
        for _, done in batch:
            done.set_result(None)
