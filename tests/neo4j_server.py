"""A real Neo4j server for tests: started by tests/neo4j/start.sh where Java and Maven are there."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
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
