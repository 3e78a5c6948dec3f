"""The threads in which requests are answered, of which one computes at a time.

Python computes one thing at a time in a process, and changes threads at each statement of SQL. Of twenty requests that are begun at
once each takes its part at each change: all are late, and the changing costs more than the answers. Here the next begins when one
is through, in the same thread.

Invariants (tests/unit/test_http_turns.py holds one test a number)
1. One computes at a time, in the order in which they came. Who waits for the disk lets others compute (`aside`), and goes on before
   those who have not begun.
2. Who takes longer than `SLICE` goes on beside the next: a long answer keeps nobody waiting.
3. Where there is no turn, standing aside is nothing.
4. What was begun is done before they end; what comes after is refused.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread, local
from time import monotonic
from typing import Any, Final, Self, TypeVar

T = TypeVar("T")
THREADS: Final = 40
"""Requests that are begun at most; others wait in line."""
SLICE: Final = 0.03
"""Seconds: several times what a short answer takes."""


class _Place:
    """Somebody who computes or will: since when, and the gate before which he waits."""

    def __init__(self) -> None:
        self.since, self.gate = monotonic(), Lock()
        self.gate.acquire()


class Threads:
    """Threads that answer; use it in a `with` statement, which ends them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._line: deque[Callable[[], None]] = deque()
        self._back: deque[_Place] = deque()
        self._idle: list[_Place] = []
        self._threads: list[Thread] = []
        self._turn: _Place | None = None
        self._looks, self._ended = False, False

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *exc: object) -> None:
        """End when all that came is done."""
        with self._lock:
            self._ended = True
            for each in self._idle:
                each.gate.release()
            self._idle.clear()
        for thread in self._threads:
            thread.join()

    async def do(self, work: Callable[[], T]) -> T:
        """Return what this returns, done in one of the threads; raises what it raises."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def tell(answer: Any, error: BaseException | None) -> None:
            if done.cancelled():
                return
            if error is None:
                done.set_result(answer)
            else:
                done.set_exception(error)

        def run() -> None:
            try:
                answer = work()
            except BaseException as error:  # whoever waits must hear of it, whatever it is
                loop.call_soon_threadsafe(tell, None, error)
            else:
                loop.call_soon_threadsafe(tell, answer, None)

        with self._lock:
            if self._ended:
                raise RuntimeError("the threads have ended")
            self._line.append(run)
            if self._turn is None or self._is_late():
                self._hand_on()
        self._look_later(loop)
        return await done

    def _look_later(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look again whether somebody takes long, as long as others wait in line."""
        if self._line and not self._looks:
            self._looks = True
            loop.call_later(SLICE, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._looks = False
        with self._lock:
            if self._is_late():
                self._hand_on()
        self._look_later(loop)

    def _is_late(self) -> bool:
        return self._turn is None or monotonic() - self._turn.since >= SLICE

    def _hand_on(self) -> None:
        """Give the turn to who comes next: who stood aside, then who is first in line."""
        self._turn = None
        if self._back:
            self._begin(self._back.popleft()).gate.release()
        elif self._line and self._idle:
            self._begin(self._idle.pop()).gate.release()
        elif self._line and len(self._threads) < THREADS:
            thread = Thread(target=self._serve, args=(self._begin(_Place()),), name=f"request_{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _begin(self, place: _Place) -> _Place:
        place.since, self._turn = monotonic(), place
        return place

    def _serve(self, mine: _Place) -> None:
        _here.of = self, mine
        while (work := self._next(mine)) is not None:
            work()

    def _next(self, mine: _Place) -> Callable[[], None] | None:
        """Return what is first in line once it is the turn of this thread, None when it ends."""
        while True:
            with self._lock:
                if self._turn is mine and self._back:
                    self._hand_on()
                if self._turn in (mine, None):
                    if self._line:
                        self._begin(mine)
                        return self._line.popleft()
                    self._turn = None
                if self._ended:
                    return None
                self._idle.append(mine)
            mine.gate.acquire()

    def leave(self, mine: _Place) -> None:
        """Give the turn up."""
        with self._lock:
            if self._turn is mine:  # else it was too long, and another has it
                self._hand_on()

    def come_back(self, mine: _Place) -> None:
        """Wait for the turn before those who have not begun."""
        with self._lock:
            if self._turn is None:
                self._begin(mine)
                return
            self._back.append(mine)
        while not mine.gate.acquire(timeout=SLICE):
            with self._lock:
                if self._back and self._back[0] is mine and self._is_late():
                    self._hand_on()


class _Here(local):
    """Where this thread computes, if it is one of these."""

    of: tuple[Threads, _Place] | None = None


_here = _Here()


@contextmanager
def aside() -> Iterator[None]:
    """Let others compute while this thread waits for the disk, or for another process."""
    if _here.of is None:
        yield
        return
    threads, mine = _here.of
    threads.leave(mine)
    try:
        yield
    finally:
        threads.come_back(mine)
