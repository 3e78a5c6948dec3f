"""A service of several processes: invariant 5 of api/http/server.py, and what must hold over all of them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import httpx
import pytest

from tests.access_world import NO_CERTIFICATES
from tests.graph_world import make_store

COMMAND = [sys.executable, "-c", "from api.cli.main import main; main()", "serve", "--port", "0", "--workers", "2"]
ROOT = Path(__file__).resolve().parents[2]
WAIT = 60.0


def started(url: str, folder: Path) -> subprocess.Popen[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ZEREN_")}
    mine = {"ZEREN_STORE": url, "ZEREN_DESK": str(folder / "desk.db"), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(COMMAND, stderr=subprocess.PIPE, text=True, env={**kept, **mine}, cwd=folder)


@contextmanager
def running(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the service; give its process and its address."""
    process = started(make_store(str(folder / "zeren.db")), folder)
    assert process.stderr is not None
    try:
        address = next(match[0] for line in process.stderr if (match := re.search(r"http://127\.0\.0\.1:\d+", line)))
        reading = Thread(target=process.stderr.read, daemon=True)
        reading.start()
        yield process, address
    finally:
        process.kill()
        process.wait()
        reading.join(WAIT)  # those it started hold the other end until they are gone
        process.stderr.close()


def children(pid: int) -> list[int]:
    """The processes that answer, not those that only keep count of what they share."""
    found = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    made = [each for each in found if b"forkserver" in Path(f"/proc/{each}/cmdline").read_bytes()]
    return [int(each) for of in made for each in Path(f"/proc/{of}/task/{of}/children").read_text().split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


def becomes(true: Callable[[], bool]) -> bool:
    until = monotonic() + WAIT
    while not true() and monotonic() < until:
        sleep(0.1)
    return true()


def counted(address: str) -> int:
    text = httpx.get(f"{address}/metrics", verify=NO_CERTIFICATES).text
    return int(float(re.search(r'zeren_requests_total\{method="GET",route="/health",status="200"\} (\S+)', text)[1]))  # type: ignore[index]


def test_server_5_several_processes_answer_as_one(tmp_path):
    with running(tmp_path) as (process, address):
        first = children(process.pid)
        assert len(first) == 2
        assert {httpx.get(f"{address}/health", verify=NO_CERTIFICATES).status_code for _ in range(40)} == {200}
        assert {counted(address) for _ in range(8)} == {40}

        os.kill(first[0], signal.SIGKILL)
        assert becomes(lambda: len(children(process.pid)) == 2 and first[0] not in children(process.pid))
        assert {httpx.get(f"{address}/health", verify=NO_CERTIFICATES).status_code for _ in range(20)} == {200}

        last = children(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT) == 0
        assert becomes(lambda: not any(map(alive, last)))


def test_server_5_they_end_with_the_one_that_started_them(tmp_path):
    with running(tmp_path) as (process, address):
        answering = children(process.pid)
        process.kill()
        process.wait()
        assert becomes(lambda: not any(map(alive, answering)))
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{address}/health", verify=NO_CERTIFICATES)


def test_server_1_a_missing_store_is_one_line_here_too(tmp_path):
    process = started(f"sqlite:///{tmp_path / 'nowhere.db'}", tmp_path)
    _, said = process.communicate(timeout=WAIT)
    assert process.returncode != 0
    assert len(said.strip().splitlines()) == 1
    assert "nowhere.db" in said
