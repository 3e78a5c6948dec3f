"""The script that starts a server for the tests tells the truth about whose server answers; no server is started here."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.neo4j_server import SCRIPTS, free_port

OTHER = """
import os, socket, sys, time
time.sleep(float(sys.argv[3]))
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as server:
    open(sys.argv[2], "w").close()
    while True:
        connection, _ = server.accept()
        with connection:
            connection.recv(20)
            connection.sendall(bytes((0, 0, 4, 5)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the script reads /proc")
def test_another_server_on_the_same_port_is_not_taken_for_ours(tmp_path: Path) -> None:
    # Stands for a server that another was quicker than: it lives, but the port is not its own.
    place = _place(tmp_path, "setsid {other} 0 &\necho $! > {pid}\nexec sleep 4\n")
    try:
        done = _start(place, 120)
        assert (tmp_path / "up").exists()
        assert (done.returncode, "did not start" in done.stderr, "answers on" in done.stderr) == (1, True, False)
    finally:
        os.kill(int((tmp_path / "pid").read_text()), 9)


@pytest.mark.skipif(sys.platform != "linux", reason="the script reads /proc")
def test_a_server_that_is_still_starting_is_waited_for_and_not_started_twice(tmp_path: Path) -> None:
    place = _place(tmp_path, 'echo $$ >> {pid}\nexec {other} 4 "$@"\n')
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            _start(place, 1)
        again = _start(place, 120)
        assert again.returncode == 0, again.stderr
        assert len((tmp_path / "pid").read_text().split()) == 1
    finally:
        for each in (tmp_path / "pid").read_text().split():
            os.kill(int(each), 9)


def _place(folder: Path, script: str) -> dict[str, str]:
    """Return an environment in which `java` is a script, and no jar is fetched."""
    port, java, jars = free_port(), folder / "bin" / "java", folder / "jars"
    (folder / "other.py").write_text(OTHER, encoding="utf-8")
    java.parent.mkdir()
    other = f"{sys.executable} {folder}/other.py {port} {folder}/up"
    java.write_text(f"#!/bin/sh\n{script.format(other=other, pid=folder / 'pid')}")
    java.chmod(0o755)
    jars.mkdir()
    (jars / "complete").write_text(hashlib.sha256((SCRIPTS / "pom.xml").read_bytes()).hexdigest()[:16] + "\n")
    given = {
        "TEST_NEO4J_HOME": str(folder / "home"), "TEST_NEO4J_PORT": str(port), "TEST_NEO4J_JARS": str(jars),
        "TEST_NEO4J_PASSWORD": "", "PATH": f"{java.parent}:{os.environ['PATH']}",
    }  # fmt: skip
    return {key: value for key, value in os.environ.items() if key != "JAVA_HOME"} | given


def _start(environment: dict[str, str], seconds: float) -> subprocess.CompletedProcess[str]:
    command = [str(SCRIPTS / "start.sh")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=seconds)
