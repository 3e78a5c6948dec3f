"""The numbered invariants of `graph.store.file_copy`, each in a test named after its number."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Event, Thread
from time import sleep

from graph.store.file_copy import copy_file, count, fault_of


def pairs(place: Path, rows: int) -> Path:
    """A file in which every transaction adds a row to both tables."""
    db = sqlite3.connect(place, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.executescript("CREATE TABLE a (n INTEGER, text TEXT); CREATE TABLE b (n INTEGER, text TEXT)")
    for number in range(rows):
        add(db, number)
    db.close()
    return place


def add(db: sqlite3.Connection, number: int) -> None:
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO a VALUES (?, ?)", (number, "x" * 500))
    db.execute("INSERT INTO b VALUES (?, ?)", (number, "y" * 500))
    db.execute("COMMIT")


def test_1_the_copy_is_of_one_moment_and_no_writer_waits(tmp_path: Path) -> None:
    place, stop, written = pairs(tmp_path / "live.db", 3_000), Event(), [3_000]

    def write() -> None:
        db = sqlite3.connect(place, isolation_level=None, timeout=0)  # a writer that had to wait would fail
        while not stop.is_set():
            add(db, written[0])
            written[0] += 1
        db.close()

    writer = Thread(target=write)
    writer.start()
    while written[0] == 3_000 and writer.is_alive():  # only who opens a file first may find it locked, by whoever opens it with him
        sleep(0.001)
    before = written[0]
    for number in range(5):
        copy_file(place, tmp_path / f"{number}.db")
    during = written[0] - before
    stop.set()
    writer.join()
    assert during > 0
    for number in range(5):
        copied = tmp_path / f"{number}.db"
        assert fault_of(copied) is None
        assert count(copied, "a") == count(copied, "b") >= before


def test_2_the_copy_is_one_file(tmp_path: Path) -> None:
    live = sqlite3.connect(pairs(tmp_path / "live.db", 10), isolation_level=None)
    add(live, 10)  # stands in the log alone
    copy_file(tmp_path / "live.db", tmp_path / "copy.db")
    live.close()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["copy.db", "live.db"]
    assert count(tmp_path / "copy.db", "a") == 11
    assert count(tmp_path / "copy.db", "none") == 0


def test_3_a_damaged_page_is_found(tmp_path: Path) -> None:
    copy_file(pairs(tmp_path / "live.db", 500), tmp_path / "copy.db")
    content = bytearray((tmp_path / "copy.db").read_bytes())
    content[8_192:8_292] = b"\xff" * 100
    (tmp_path / "copy.db").write_bytes(content)
    assert fault_of(tmp_path / "copy.db") is not None
    (tmp_path / "none.db").write_bytes(b"no database" * 100)
    assert fault_of(tmp_path / "none.db") is not None
