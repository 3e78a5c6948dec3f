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
    port, up, java = free_port(), tmp_path / "up", tmp_path / "bin" / "java"
    (tmp_path / "other.py").write_text(OTHER, encoding="utf-8")
    java.parent.mkdir()
    # Stands for a server that another was quicker than: it lives, but the port is not its own.
    script = f"setsid {sys.executable} {tmp_path}/other.py {port} {up} &\necho $! > {tmp_path}/pid\nexec sleep 4\n"
    java.write_text(f"#!/bin/sh\n{script}")
    java.chmod(0o755)
    jars = tmp_path / "jars"
    jars.mkdir()
    (jars / "complete").write_text(hashlib.sha256((SCRIPTS / "pom.xml").read_bytes()).hexdigest()[:16] + "\n")
    given = {
        "TEST_NEO4J_HOME": str(tmp_path / "home"), "TEST_NEO4J_PORT": str(port), "TEST_NEO4J_JARS": str(jars),
        "TEST_NEO4J_PASSWORD": "", "PATH": f"{java.parent}:{os.environ['PATH']}",
    }  # fmt: skip
    environment = {key: value for key, value in os.environ.items() if key != "JAVA_HOME"} | given
    command = [str(SCRIPTS / "start.sh")]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
        assert up.exists()
        assert (done.returncode, "did not start" in done.stderr, "answers on" in done.stderr) == (1, True, False)
    finally:
        os.kill(int((tmp_path / "pid").read_text()), 9)
