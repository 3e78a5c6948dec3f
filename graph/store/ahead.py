"""Blocks that a second process records while this one prepares the next: a bulk load on two cores.

Invariants (tests/unit/test_store_ahead.py holds one test a number)
1. The store is the same, hash by hash, as if each block had been appended here.
2. After `settle` all that was given is durable; where it cannot be, what is raised is what `append` raises, and nothing that was
   given after it is recorded.
3. A bounded number of blocks is on its way, and what they say is known here before it is recorded.
4. The second process writes into the file that is open here, and into no other that stands in its place since.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from functools import cache
from typing import Final, NamedTuple, Self

from graph.beside import Failed, Second, cores
from graph.store.base import Act, Appended, Store, Write
from graph.store.block import Block
from graph.store.in_use import file_of
from graph.store.sqlite import SqliteStore

_LARGE: Final = 2_000
"""Statements from which on a block is worth sending."""
_WORTH_STARTING: Final = 10
"""Large blocks that are recorded here before a second process is started: it has to load tables of its own."""
_MOST: Final = 2


class _Given(NamedTuple):
    """A block on its way, and who hears that it was recorded."""

    block: Block
    act: Act
    answer: Future[Appended]
    then: Callable[[Appended], None]


class Ahead:
    """Appends to a store, ahead of what is recorded; use it in a `with` statement.

    Parameters
    ----------
    store : Store
        Where to. Only a file can be written by a second process; anything else is appended to here.
    """

    def __init__(self, store: Store) -> None:
        self._store, self._place, self._file = store, place_of(store), file_of(store)
        self._given: deque[_Given] = deque()
        self._large = 0
        self._second: Second | None = None
        self._held = ExitStack()

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Wait for what is on its way; whoever wants to know whether it is recorded settles before."""
        self._held.close()

    def append(self, writes: Sequence[Write], act: Act, then: Callable[[Appended], None]) -> None:
        """Record statements as `Store.append` does, now or before the next `settle` ends; `then` hears of it."""
        if not self._worth_sending(writes):
            self.settle()
            then(self._store.append(writes, act))
            return
        if self._second is None:
            self._second = self._held.enter_context(Second())
        block = writes if isinstance(writes, Block) else Block("", "")
        self._given.append(_Given(block, act, self._second.ask(_append, self._place, self._file, block, act), then))
        while len(self._given) > _MOST:
            self._first()

    def settle(self) -> None:
        """Wait until everything that was given is recorded.

        Raises
        ------
        ZerenError
            As `Store.append` does.
        """
        while self._given:
            self._first()

    def ids(self) -> dict[str, str]:
        """Return the id of each statement on its way by its key."""
        return {key: own for given in self._given for key, own in zip(given.block.keys, given.block.ids, strict=True)}

    def tells(self, mark: str) -> bool:
        """Whether how far something is stands in what is on its way."""
        return any(given.act.progress is not None and given.act.progress[0] == mark for given in self._given)

    def _first(self) -> None:
        given = self._given.popleft()
        try:
            appended = given.answer.result()
        except Failed:  # and everything after it
            self._place = ""
            try:
                appended = self._store.append(given.block, given.act)
            except BaseException:
                self._given.clear()
                raise
        given.then(appended)

    def _worth_sending(self, writes: Sequence[Write]) -> bool:
        if self._given and self._place:  # what is small goes after what is on its way, which nobody has to wait for
            return isinstance(writes, Block) or not writes
        if not self._place or not isinstance(writes, Block) or len(writes) < _LARGE:
            return False
        self._large += 1
        return self._large > _WORTH_STARTING


def place_of(store: Store) -> str:
    """Return the file of a store, empty where it is in none, or where there is no second core."""
    return store.file if isinstance(store, SqliteStore) and cores() > 1 else ""


def _append(place: str, file: str, block: Block, act: Act) -> Appended:
    return _opened(place, file).append(block, act)


@cache
def _opened(place: str, file: str) -> SqliteStore:
    """Return the store there; raises `StoreMoved` where it is in another file than the one that is meant."""
    store = SqliteStore(place, create=False)
    if store.stands is not None:
        store.stands.see_that_it_is(file)
    return store
