"""What starts a worker when there is something to do: a thread of the service, the work itself in a process of its own.

So a load of a million rows takes no time from whoever asks, and a service that was killed leaves work that the next one takes up.

Invariants (tests/integration/test_jobs.py holds one test a number)
4. Several services over one store start one worker among them; what is to be done is done by whichever is there.
8. A job is of the store that the service has open: while another stands in its place, or none, it waits.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread
from typing import Final, Self

from pydantic import SecretStr

from api.jobs.queue import Queue
from api.settings import Settings
from graph.errors import StoreError
from graph.store.in_use import InPlace

_LOOK_SECONDS: Final = 1.0
_STOP_SECONDS: Final = 5.0
_ROOT: Final = Path(__file__).resolve().parents[2]


class Starter:
    """Looks whether there is work, and starts a worker; use it in a `with` statement.

    Parameters
    ----------
    queue : Queue
        The jobs.
    settings : Settings
        Given on to the worker.
    stands : InPlace, optional
        The file of the store that the jobs are of.
    """

    def __init__(self, queue: Queue, settings: Settings, stands: InPlace | None = None) -> None:
        self._queue, self._settings, self._stands = queue, settings, stands
        self._stop, self._wake = Event(), Event()
        self._thread = Thread(target=self._look, name="jobs", daemon=True)

    def __enter__(self) -> Self:
        """Start looking."""
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        """Let the worker give back what it has, and stop."""
        self._stop.set()
        self._wake.set()
        self._thread.join()

    def wake(self) -> None:
        """Look now."""
        self._wake.set()

    def _look(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(_LOOK_SECONDS)
            self._wake.clear()
            if not self._stop.is_set() and self._due():
                self._run()

    def _due(self) -> bool:
        try:
            if not self._queue.open():
                return False
            if self._stands is not None:
                self._stands.check()
            with self._queue.working() as free:
                return free
        except (StoreError, OSError):
            return False  # said to whoever asks; looked at again in a second

    def _run(self) -> None:
        command = [sys.executable, "-m", "api.jobs.worker", *([self._stands.file] if self._stands else [])]
        worker = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment(self._settings))  # noqa: S603 - our own
        while worker.poll() is None and not self._stop.wait(0.1):
            pass
        if worker.stdin:
            worker.stdin.close()
        try:
            worker.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()  # the next one takes up what it had
            worker.wait()


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment in which a process of ours has the same settings."""
    given = {f"ZEREN_{name.upper()}": _said(value) for name, value in settings}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZEREN_")}
    paths = [str(_ROOT), *filter(None, [kept.get("PYTHONPATH")])]
    return {**kept, **given, "PYTHONPATH": os.pathsep.join(paths)}


def _said(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
