"""The turn to load, or to act, in a store on a server: a lease that its holder renews while he works.

A `Turn` node says who has the turn and until when, by the server's clock. A holder that was killed renews no more, so his turn is
free when the lease has run out. One that slept over the end of his lease finds another's name there, and every write of his that
follows is refused.

Invariants (tests/neo4j/test_turn.py holds one test a number)
1. While one has the turn no other process gets it; who waits long enough gets it afterwards.
2. The turn of a process that was killed is free when its lease has run out, and not before.
3. A holder works as long as he likes: his lease is renewed.
4. Who lost his turn writes nothing more under it.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Event, Thread, get_ident
from typing import Final, NamedTuple, Protocol

from graph.errors import StoreBusy, StoreError
from graph.store._neo4j_rows import Ask

LEASE_SECONDS = 30.0
"""How long a turn is held without being renewed; a third of it is between two renewals."""
_LOOK_SECONDS: Final = 0.25
_RETRY_SECONDS: Final = 2.0
"""For what may fail: a lease that was not renewed is renewed the next time, and one that was not given back runs out."""
_LOCK: Final = """
MERGE (t:Turn {name: $name}) ON CREATE SET t.holder = '', t.until = 0, t.lock = 0
SET t.lock = t.lock + 1
"""
_TAKE: Final = """
MATCH (t:Turn {name: $name}) WHERE t.holder IN ['', $holder] OR t.until < datetime.realtime().epochMillis
SET t.holder = $holder, t.until = datetime.realtime().epochMillis + $lease
RETURN t.holder
"""
_RENEW: Final = """
MATCH (t:Turn {name: $name, holder: $holder})
SET t.until = datetime.realtime().epochMillis + $lease
RETURN t.holder
"""
_GIVE: Final = "MATCH (t:Turn {name: $name, holder: $holder}) SET t.holder = '', t.until = 0"
_HOLDS: Final = "MATCH (t:Turn {name: $name, holder: $holder}) RETURN t.holder"
_LOG: Final = logging.getLogger(__name__)


class _Held(NamedTuple):
    place: str
    name: str
    holder: str


_HELD: Final[ContextVar[tuple[_Held, ...]]] = ContextVar("turns", default=())
"""The turns under which this thread works."""


class Write(Protocol):
    """Does something in one transaction, which is tried again, for so many seconds, when it was cut off."""

    def __call__(self, work: Callable[[Ask], bool], seconds: float | None = None) -> bool: ...


@contextmanager
def held(write: Write, place: str, name: str, wait_seconds: float) -> Iterator[None]:
    """Hold a turn of the store at `place`.

    Raises
    ------
    StoreBusy
        Another has it, and did not give it back in time.
    """
    own = f"{socket.gethostname()}/{os.getpid()}/{get_ident()}/{time.monotonic_ns()}"
    mine, lease = _Held(place, name, own), round(LEASE_SECONDS * 1000)
    said = {"name": name, "holder": mine.holder}

    def take(ask: Ask) -> bool:
        ask(_LOCK, name=name)
        return bool(ask(_TAKE, lease=lease, **said))

    ends = time.monotonic() + wait_seconds
    while not write(take):
        if time.monotonic() >= ends:
            raise StoreBusy(
                f"{place}: another load, or an undoing, is running here: nothing was done. "
                "Wait until it has ended and try again, or give --wait SECONDS "
                f"(the turn of one that was killed is free after {LEASE_SECONDS:g} seconds)",
                zh=f"{place}：另有载入或撤回正在进行，本次未作任何操作。请待其结束后重试，或者给出 --wait 秒数"
                f"（被强行终止的进程在 {LEASE_SECONDS:g} 秒后让出）",
            )
        time.sleep(_LOOK_SECONDS)
    done = Event()
    renewing = Thread(target=_renewed, args=(write, said, lease, done), name="turn", daemon=True)
    renewing.start()
    before = _HELD.set((*_HELD.get(), mine))
    try:
        yield
    finally:
        _HELD.reset(before)
        done.set()
        renewing.join()
        _given_back(write, said)


def see_that_held(ask: Ask, place: str) -> None:
    """Refuse to write under a turn that was lost.

    Raises
    ------
    StoreBusy
        Another has taken it since.
    """
    for mine in _HELD.get():
        if mine.place == place and not ask(_HOLDS, name=mine.name, holder=mine.holder):
            raise StoreBusy(f"{place}: this process was away for too long, and another has its turn: nothing more was done")


def _renewed(write: Write, said: dict[str, str], lease: int, done: Event) -> None:
    """Renew a lease until it is given back; what a failing server cannot renew is tried again."""
    while not done.wait(lease / 3_000):
        try:
            if not write(lambda ask: bool(ask(_RENEW, lease=lease, **said)), _RETRY_SECONDS):
                return
        except StoreError as error:
            _LOG.info("the turn could not be renewed: %s", error)


def _given_back(write: Write, said: dict[str, str]) -> None:
    """Give a turn back; where the server is gone it is free when the lease has run out."""
    try:
        write(lambda ask: not ask(_GIVE, **said), _RETRY_SECONDS)
    except StoreError as error:
        _LOG.info("the turn could not be given back: %s", error)
