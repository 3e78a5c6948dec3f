"""The invariants of graph/store/_neo4j_line.py, one test a number; for who asks, a server is killed when its gate is shut."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from threading import Thread

import pytest
from neo4j.exceptions import ServiceUnavailable, TransientError

from graph.errors import StoreError
from graph.store import open_store
from graph.store._neo4j_line import Patience
from graph.store.base import Write
from graph.store.neo4j import Neo4jStore
from tests.conftest import REPOSITORY
from tests.neo4j.test_faults import ACT, company
from tests.neo4j_server import Gate

pytestmark = pytest.mark.required
UNDER_A_TURN = """
import sys
from graph.errors import StoreError
from graph.store import _neo4j_turn
from graph.store.neo4j import Neo4jStore
from tests.neo4j.test_faults import ACT, Write, company
_neo4j_turn.LEASE_SECONDS = 1.5
try:
    with Neo4jStore(sys.argv[1], retry_seconds=4) as store, store.turn("load", 0):
        print("held", flush=True)
        sys.stdin.readline()
        store.append([Write(company("late"))], ACT)
except StoreError as error:
    print(error, file=sys.stderr)
"""


def seconds(work: Callable[[], object]) -> float:
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def test_1_and_2_a_read_of_a_killed_server_ends_soon_and_is_well_again_at_once(gate: Gate):
    """1. A store is well again as soon as its server is. 2. A service says soon that its server is gone."""
    with open_store(gate.url, read_seconds=5) as store, Neo4jStore(gate.url, read_seconds=120) as patient:
        store.append([Write(company("A"))], ACT)
        gate.shut()
        begun = time.monotonic()
        waiting = Thread(target=patient.version)
        waiting.start()

        def refused() -> None:
            with pytest.raises(StoreError, match="cannot be reached"):
                store.search("示例")

        assert seconds(refused) < 10
        time.sleep(18 - min(18, time.monotonic() - begun))  # the driver's own pauses would last 7 seconds or more by now
        gate.open()
        assert seconds(waiting.join) < 3
        with open_store(gate.url, create=False) as other:
            assert other.version() == store.version() == 1
        assert [hit.entity for hit in store.search("示例")] == ["demo:A"]


def test_3_and_4_a_write_that_was_given_up_is_the_end_and_one_sentence_tells_of_it(gate: Gate):
    """3. Whatever follows a write that was given up is tried once more. 4. Users read one sentence, which is ours."""
    process = subprocess.Popen(
        [sys.executable, "-c", UNDER_A_TURN, gate.url],
        cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    gate.shut()
    begun = time.monotonic()
    _, errors = process.communicate("\n", timeout=120)
    took = time.monotonic() - begun
    gate.open()
    (line,) = errors.splitlines()
    assert line.startswith("neo4j://127.0.0.1")
    assert took < 4 + 16


def test_3_what_follows_is_not_tried_for_half_a_minute(gate: Gate):
    """3. Whatever follows a write that was given up is tried once more, and not for half a minute."""
    with open_store(gate.url) as store:

        def ended() -> None:
            with store.turn("load", 0):  # type: ignore[attr-defined]
                gate.shut()

        try:
            assert seconds(ended) < 20
        finally:
            gate.open()


def test_1_the_making_of_a_store_outlives_a_restart_but_not_an_absence():
    """1. A store is well again as soon as its server is; one that was never there is told of at once."""
    said: list[object] = [[["a"]], ServiceUnavailable("gone"), TransientError("starting"), [["b"]]]

    def work() -> object:
        each = said.pop(0)
        if isinstance(each, Exception):
            raise each
        return each

    patience = Patience(30)
    assert (patience.keep(work), patience.keep(work), said) == ([["a"]], [["b"]], [])
    said += [ServiceUnavailable("never there"), "not asked"]
    with pytest.raises(ServiceUnavailable):
        Patience(30).keep(work)
    said[:] = ["there", ServiceUnavailable("gone"), ServiceUnavailable("still gone")]
    patience = Patience(0)
    patience.keep(work)
    with pytest.raises(ServiceUnavailable):
        patience.keep(work)
