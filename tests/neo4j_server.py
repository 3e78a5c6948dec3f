"""A real Neo4j server for tests: started by tests/neo4j/start.sh where Java and Maven are there."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

SCRIPTS = Path(__file__).resolve().parent / "neo4j"


def missing() -> str:
    """What this machine lacks for a server, "" if nothing."""
    try:
        import neo4j  # noqa: F401 - only whether it is there
    except ModuleNotFoundError:
        return "the extra neo4j is not installed"
    lacking = [name for name in ("java", "mvn", "flock", "setsid") if shutil.which(name) is None]
    return f"no Neo4j server can be started: this machine lacks {', '.join(lacking)}" if lacking else ""


def free_port() -> int:
    with socket.socket() as waiting:
        waiting.bind(("127.0.0.1", 0))
        return int(waiting.getsockname()[1])


@dataclass
class Server:
    """A server with data of its own; `start` after `kill` is the same server again."""

    home: Path
    password: str = ""
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"neo4j://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers; `RuntimeError` tells why it did not."""
        done = self._run("start.sh")
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    def stop(self) -> None:
        """End it and delete its data."""
        self._run("stop.sh", "--kill")
        self._run("stop.sh", "--wipe")

    def kill(self) -> None:
        """Give it no time: `kill -9`."""
        assert self._run("stop.sh", "--kill").returncode == 0

    def ask(self, statement: str, **parameters: Any) -> list[list[Any]]:
        """Run one statement behind every store's back."""
        return [list(row.values()) for row in self.named(statement, **parameters)]

    def named(self, statement: str, **parameters: Any) -> list[dict[str, Any]]:
        """Run one statement and return its rows by the names of their columns."""
        import neo4j

        auth = ("neo4j", self.password) if self.password else None
        with (
            neo4j.GraphDatabase.driver(self.url, auth=auth, notifications_min_severity="OFF") as driver,
            driver.session() as session,
        ):
            return session.run(statement, parameters).data()

    def empty(self) -> str:
        """Delete everything in it and return the URL of the empty store."""
        self.ask("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS")
        self.ask("DROP CONSTRAINT zeren_wording IF EXISTS")  # of a script that was run: a store has several facts of one id
        return self.url

    def _run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        given = {key: value for key, value in os.environ.items() if not key.startswith("TEST_NEO4J_")}
        mine = {"TEST_NEO4J_HOME": str(self.home), "TEST_NEO4J_PORT": str(self.port), "TEST_NEO4J_PASSWORD": self.password}
        command = [str(SCRIPTS / script), *arguments]
        return subprocess.run(command, env=given | mine, capture_output=True, text=True, check=False, timeout=600)


class Gate:
    """A way to a server that can be shut: who comes through it meets what a kill of the server and its start again look like.

    Every connection ends at once and none is taken, until the gate is opened at the same address. It spares the start of a server
    where only those who ask it are tried; what a killed server itself has kept is tried in test_faults.py.
    """

    def __init__(self, server: Server) -> None:
        self._server = server.port
        self._port = free_port()
        self._lines: list[socket.socket] = []
        self._threads: list[Thread] = []
        self._listener: socket.socket | None = None

    @property
    def url(self) -> str:
        return f"neo4j://127.0.0.1:{self._port}"

    def open(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._run(self._take, self._listener)

    def shut(self) -> None:
        if self._listener is None:
            return
        _end(self._listener)  # whoever is taken in this moment is in the list when its thread has ended
        self._threads[0].join()
        for line in self._lines:
            _end(line)
        for thread in self._threads:
            thread.join()
        for each in (self._listener, *self._lines):
            each.close()
        self._listener, self._lines, self._threads = None, [], []

    def _run(self, work: Any, *arguments: socket.socket) -> None:
        self._threads.append(Thread(target=work, args=arguments, daemon=True))
        self._threads[-1].start()

    def _take(self, listener: socket.socket) -> None:
        while True:
            try:
                near = listener.accept()[0]
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._server))
            self._lines += [near, far]
            self._run(_pass_on, near, far)
            self._run(_pass_on, far, near)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while said := one.recv(65_536):
            other.sendall(said)
    _end(one)
    _end(other)


def _end(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
