"""The invariants of `graph.store.turn`, one test a number."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from graph.errors import StoreBusy, StoreError
from graph.store.turn import turn, turn_to_act

HOLD = """
import sys, time
from graph.store.turn import turn
with turn(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/turn.db"


def held_elsewhere(url):
    process = subprocess.Popen([sys.executable, "-c", HOLD, url], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    return process


def test_1_one_at_a_time_and_who_waits_long_enough_gets_it(url):
    """1. While one has the turn no other gets it; who waits long enough gets it afterwards."""
    order = []

    def second():
        with turn(url, 20):
            order.append("second")

    with turn(url):
        with pytest.raises(StoreBusy, match="another load, or an undoing, is running here: nothing was done"), turn(url):
            pytest.fail("two had the turn")
        waiting = threading.Thread(target=second)
        waiting.start()
        time.sleep(0.3)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_2_the_turn_of_a_killed_process_is_free(url):
    """2. The turn of a process that was killed is free."""
    process = held_elsewhere(url)
    with pytest.raises(StoreBusy), turn(url):
        pytest.fail("two processes had the turn")
    process.kill()
    process.communicate()
    with turn(url, 5):
        pass


def test_a_store_in_memory_is_nobody_elses():
    with turn("sqlite:///:memory:"), turn("sqlite:///:memory:"):
        pass


def test_3_one_store_has_one_turn_by_whatever_path(tmp_path):
    """3. One store has one turn, whatever path leads to its file."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "zeren.db").touch()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "other.db").symlink_to(tmp_path / "real" / "zeren.db")
    for hold in (turn, turn_to_act):
        with hold(f"sqlite:///{tmp_path}/real/zeren.db"):
            for other in ("link/zeren.db", "real/../link/zeren.db", "other.db"):
                with pytest.raises(StoreBusy), hold(f"sqlite:///{tmp_path}/{other}", 0.0):
                    pytest.fail("two had the turn")


def test_4_where_no_turn_can_be_held_nothing_is_done():
    """4. A store that others could open has a turn in every case: where none can be held, nothing is done."""
    for hold in (turn, turn_to_act):
        with pytest.raises(StoreError, match="keeps no turns"), hold("neo4j://localhost/neo4j"):
            pytest.fail("there was no turn")


def test_what_goes_wrong_names_the_file_and_not_where_on_the_machine_it_is(tmp_path):
    place = tmp_path / "turn.db"
    with turn(f"sqlite:///{place}"), pytest.raises(StoreBusy, match=r"^turn\.db: another load"), turn(f"sqlite:///{place}"):
        pytest.fail("two had the turn")
    Path(f"{place}-acts-turn").mkdir()
    with pytest.raises(StoreError, match=r"^turn\.db-acts: unable to open"), turn(f"sqlite:///{place}", of="-acts"):
        pytest.fail("a folder is no lock")
