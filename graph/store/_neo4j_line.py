"""The line to a server: how long it is waited for, and how much of what the driver says about it is heard.

Invariants (tests/neo4j/test_line.py holds one test a number)
1. A pause before another try is at most `PAUSE_SECONDS` and a half of it, so a store is well again as soon as its server is.
2. What is read is tried as long as its caller has patience: a service says soon that its server is gone.
3. Whatever follows a write that was given up (a turn to renew, a turn to give back) is tried once more, and not for half a minute.
4. What the driver logs is for who looks for faults: users read one sentence, which is ours.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any, Final, TypeVar

import neo4j
from neo4j.exceptions import DriverError, IncompleteCommit, Neo4jError, ServiceUnavailable, SessionExpired, TransientError

T = TypeVar("T")
PAUSE_SECONDS: Final = 0.5
"""Before another try; longer pauses would outlast a server that is back."""
CONNECT_SECONDS: Final = 5.0
"""For a connection to be made, or to become free."""
_LOG: Final = logging.getLogger(__name__)


class _ForFaultsOnly(logging.Handler):
    """Passes what the driver says on, as something for who looks for faults."""

    def emit(self, record: logging.LogRecord) -> None:
        _LOG.debug("%s: %s", record.name, record.getMessage())


def driver_of(server: str, user: str, password: str) -> neo4j.Driver:
    """Return a driver that connects when it is first asked, and keeps to itself what goes wrong on the way."""
    said = logging.getLogger("neo4j")
    if not any(isinstance(each, _ForFaultsOnly) for each in said.handlers):
        said.addHandler(_ForFaultsOnly())
        said.propagate = False
    return neo4j.GraphDatabase.driver(
        server,
        auth=(user or "neo4j", password) if password else None,
        connection_timeout=CONNECT_SECONDS,
        connection_acquisition_timeout=2 * CONNECT_SECONDS,
        initial_retry_delay=PAUSE_SECONDS,
        retry_delay_multiplier=1.0,
        retry_delay_jitter_factor=0.5,
        notifications_min_severity="OFF",
    )


def session_of(driver: neo4j.Driver, seconds: float, **more: Any) -> neo4j.Session:
    """Return a session whose transactions are tried again for so long; it waits no longer for a connection than it is to last."""
    return driver.session(
        max_transaction_retry_time=seconds, connection_acquisition_timeout=max(CONNECT_SECONDS, min(seconds, 60.0)), **more
    )


def committed(commit: Callable[[], T], seconds: float) -> T:
    """Return what a transaction returns, tried again where the server went away in the middle of its commit.

    The driver does not try that again by itself, because it cannot know whether it was committed: `commit` has to see that.
    """
    ends = 0.0
    while True:
        try:
            return commit()
        except IncompleteCommit as error:
            ends = ends or monotonic() + seconds
            if monotonic() >= ends:
                raise
            _LOG.debug("tried again: %s", error)


def _may_be_tried_again(error: Neo4jError | DriverError, *, answered: bool) -> bool:
    """Say whether a statement that may be run again should be.

    Nobody waits half a minute for a server that was never there. What another process made at the same time is there the next time.
    """
    made = isinstance(error, Neo4jError) and (error.code or "").endswith("AlreadyExists")
    return isinstance(error, TransientError) or made or (answered and isinstance(error, ServiceUnavailable | SessionExpired))


class Patience:
    """Tries statements that may be run again, the server's absence included once it has answered.

    Parameters
    ----------
    seconds : float
        How long all of them are tried again, after the first that was cut off.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = 0.0
        self._answered = False

    def keep(self, work: Callable[[], T]) -> T:
        """Return what `work` returns when it is not cut off."""
        while True:
            try:
                done = work()
            except (Neo4jError, DriverError) as error:
                if not _may_be_tried_again(error, answered=self._answered):
                    raise
                now = monotonic()
                self._ends = self._ends or now + self._seconds
                if now >= self._ends:
                    raise
                _LOG.debug("tried again: %s", error)
                sleep(PAUSE_SECONDS)
            else:
                self._answered = True
                return done
