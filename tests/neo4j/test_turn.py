"""The invariants of graph/store/_neo4j_turn.py, one test a number, with other processes on a real server."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.codec import make_fact
from graph.errors import StoreBusy
from graph.model import Entity, Name, Origin
from graph.store import _neo4j_turn as turns
from graph.store import open_store
from graph.store.base import Act, Write
from graph.store.turn import turn, turn_to_act
from loaders.synthetic.city import write_city
from tests.conftest import REPOSITORY
from tests.integration.conftest import run_zeren
from tests.neo4j_server import Server

pytestmark = pytest.mark.required
ACT = Act(datetime(2024, 1, 1, tzinfo=UTC), "测试甲", "test")
LEASE = 2.0
HOLD = f"""
import sys, time
from graph.store import _neo4j_turn, open_store
from graph.store.turn import turn, turn_to_act
_neo4j_turn.LEASE_SECONDS = {LEASE}
url, which = sys.argv[1:]
with open_store(url, create=False) as store, (turn_to_act if which == "acts" else turn)(url, store=store):
    print("held", flush=True)
    time.sleep(120)
"""


@pytest.fixture
def url(neo4j_server: Server) -> str:
    url = neo4j_server.empty()
    with open_store(url):
        pass
    return url


@pytest.fixture
def elsewhere(url: str) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Start a process that holds the turn."""
    started: list[subprocess.Popen[str]] = []

    def start(which: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLD, url, which]
        process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def company() -> Write:
    return Write(make_fact(Entity("demo:1", "company", (Name("示例"),)), "1", Origin("demo")))


def test_1_two_loads_at_once(url: str, tmp_path: Path):
    """1. While one has the turn no other process gets it; who waits long enough gets it afterwards."""
    write_city(tmp_path / "city", 40, 7)
    with open_store(url) as store:
        with turn(url, store=store):
            refused = run_zeren("load", str(tmp_path / "city"), "--mapping", "synthetic_city", "--lang", "en", store=url)
            assert refused.returncode != 0
            assert "another load, or an undoing, is running here: nothing was done" in refused.stderr
            assert store.version() == 0
            waiting = subprocess.Popen(
                [sys.executable, "-c", HOLD.replace("store=store)", "wait_seconds=60, store=store)"), url, "load"],
                cwd=REPOSITORY, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            time.sleep(1.5)
            store.append([company()], ACT)
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == "held\n"
        with pytest.raises(StoreBusy), turn(url, store=store):
            pytest.fail("two had the turn")
        waiting.kill()
        waiting.communicate()


@pytest.mark.parametrize("which", ["load", "acts"])
def test_2_the_turn_of_a_killed_process_is_free_after_its_lease(
    url: str, elsewhere: Callable[[str], subprocess.Popen[str]], which: str
):
    """2. The turn of a process that was killed is free when its lease has run out, and not before."""
    process = elsewhere(which)
    hold, other = (turn_to_act, turn) if which == "acts" else (turn, turn_to_act)
    with open_store(url, create=False) as store:
        with other(url, store=store):
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        with pytest.raises(StoreBusy), hold(url, 0.0, store=store):
            pytest.fail("two had the turn")
        begun = time.monotonic()
        with hold(url, 20.0, store=store):
            assert time.monotonic() - begun < LEASE + 5


def test_3_a_holder_works_as_long_as_he_likes(url: str, elsewhere: Callable[[str], subprocess.Popen[str]]):
    """3. A holder works as long as he likes: his lease is renewed."""
    elsewhere("load")
    with open_store(url, create=False) as store, pytest.raises(StoreBusy), turn(url, 3 * LEASE, store=store):
        pytest.fail("two had the turn")


def test_4_who_lost_his_turn_writes_nothing_more(url: str, monkeypatch: pytest.MonkeyPatch, neo4j_server: Server):
    """4. Who lost his turn writes nothing more under it."""
    monkeypatch.setattr(turns, "LEASE_SECONDS", 60.0)
    with open_store(url, create=False) as store, open_store(url, create=False) as other:
        with turn(url, store=store):
            neo4j_server.ask("MATCH (t:Turn {name: 'load'}) SET t.until = 0")
            with turn(url, store=other):
                pass
            with pytest.raises(StoreBusy, match="another has its turn: nothing more was done"):
                store.append([company()], ACT)
        assert store.version() == 0
        assert store.append([company()], ACT).recorded == 1
