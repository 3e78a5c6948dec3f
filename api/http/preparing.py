"""Building the graph in a process of its own (`zeren prepare`), so that it takes no time from whoever asks.

Invariants (tests/integration/test_http_preparing.py holds one test a number)
1. The process works on the same store, and what it builds is in the folder beside it.
2. It ends when the service does, and then says that it could not.
"""

from __future__ import annotations

import subprocess
import sys
from threading import Event

from api.jobs.starter import environment
from api.settings import Settings

_COMMAND = [sys.executable, "-c", "from api.cli.main import main; main()", "prepare"]
_LOOK_SECONDS = 0.2


class Preparing:
    """Builds the graph of a service's store; call it from any thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = Event()

    def __call__(self) -> bool:
        """Build the graph and save it; say whether it was done."""
        process = subprocess.Popen(_COMMAND, env=environment(self._settings), stderr=subprocess.DEVNULL)  # noqa: S603 - our own
        while process.poll() is None and not self._stop.wait(_LOOK_SECONDS):
            pass
        if process.poll() is None:
            process.terminate()
        return process.wait() == 0

    def close(self) -> None:
        """End what is being built."""
        self._stop.set()
