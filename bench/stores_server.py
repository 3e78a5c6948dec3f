"""A Neo4j server for `bench.stores`, set up as one would for work: both compilers, G1, memory for heap and pages.

`tests/neo4j/start.sh` fetches the jars; it starts a server for tests, with one compiler and little memory, which would do Neo4j
injustice here.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.neo4j_server import SCRIPTS, Server, free_port, missing

JARS = SCRIPTS / ".neo4j" / "jars"
HEAP = PAGES = "2g"
_OPENED = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch")
_TICK = os.sysconf("SC_CLK_TCK")


class Process:
    """A server with a folder of its own; `start` after `stop` is the same server again."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._spent = 0.0
        if lacking := missing():
            raise SystemExit(lacking)
        if not (JARS / "complete").exists():
            tried = Server(home / "jars")
            tried.start()
            tried.stop()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"neo4j://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        for name in ("conf", "data", "logs", "run"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        (self.home / "conf" / "neo4j.conf").write_text(self._settings(), encoding="utf-8")
        java = shutil.which("java")
        assert java is not None
        command = [
            java, f"-Xms{HEAP}", f"-Xmx{HEAP}", "-XX:+UseG1GC", "-Dfile.encoding=UTF-8", "-Dlog4j2.disable.jmx=true",
            *(f"--add-opens={name}=ALL-UNNAMED" for name in _OPENED), "-Dio.netty.tryReflectionSetAccessible=true",
            "-cp", f"{JARS}/*", "org.neo4j.server.CommunityEntryPoint",
            f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}",
        ]  # fmt: skip
        with (self.home / "logs" / "console.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)  # noqa: S603 - our own command
        self._wait()

    def stop(self) -> None:
        """Stop it in good order: what it has in memory goes to the disk."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(300)
            self._process = None

    def peak(self) -> float:
        """Return the most memory that it has had since its start, in MB."""
        line = next(line for line in self._proc("status").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1e3

    def busy(self) -> float:
        """Return the seconds of processor time that it has used since it was asked last."""
        fields = self._proc("stat").rpartition(")")[2].split()
        total = (int(fields[11]) + int(fields[12])) / _TICK
        since, self._spent = total - self._spent, total
        return since

    def disk(self) -> dict[str, float]:
        """Return what it keeps on the disk, in MB: the store, and its transaction logs."""
        return {name: megabytes(self.home / "data" / name / "neo4j") for name in ("databases", "transactions")}

    def _proc(self, name: str) -> str:
        assert self._process is not None
        return Path(f"/proc/{self._process.pid}/{name}").read_text(encoding="utf-8")

    def _settings(self) -> str:
        return "\n".join(
            [
                "server.default_listen_address=127.0.0.1",
                f"server.bolt.listen_address=127.0.0.1:{self.port}",
                f"server.bolt.advertised_address=127.0.0.1:{self.port}",
                "server.http.enabled=false",
                "server.https.enabled=false",
                f"server.memory.pagecache.size={PAGES}",
                "dbms.security.auth_enabled=false",
                "dbms.usage_report.enabled=false",
                "db.tx_log.preallocate=false",
                "db.tx_log.rotation.retention_policy=keep_none",
                "",
            ]
        )

    def _wait(self) -> None:
        import neo4j

        assert self._process is not None
        self._spent = 0.0
        until = time.monotonic() + 300
        address = self.url.replace("neo4j://", "bolt://")
        with neo4j.GraphDatabase.driver(address, auth=None, max_transaction_retry_time=0.0) as driver:
            while not _speaks(driver):
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((self.home / "logs" / "console.log").read_text(encoding="utf-8")[-2_000:])
                time.sleep(0.1)


def _speaks(driver: Any) -> bool:
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        with driver.session() as session:
            session.run("RETURN 1").consume()
    except (DriverError, Neo4jError, OSError):
        return False
    return True


def megabytes(place: Path) -> float:
    """Return what a file or folder takes on the disk, in MB."""
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return sum(path.stat().st_blocks for path in files) * 512 / 1e6
