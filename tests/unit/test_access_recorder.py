"""The invariants of `api.access.recorder`, by number."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from api.access.database import Database
from api.access.recorder import Recorder
from api.access.trail import Look, Trail
from graph.errors import StoreError


def look(number: int) -> Look:
    return Look("t", "clerk", "token", "w", str(number))


@pytest.fixture
def db(tmp_path):
    with Database(tmp_path / "access.db") as made:
        yield made


def test_1_it_returns_when_the_row_is_there_for_others_to_read(db):
    with Recorder(Trail(db)) as recorder, sqlite3.connect(db.place) as other:
        for number in range(5):
            recorder.record(look(number))
            assert other.execute("SELECT MAX(asked) FROM trail").fetchone() == (str(number),)
    other.close()


def test_1_what_cannot_be_written_is_an_error_of_whoever_waits_and_of_nobody_after(db):
    with Recorder(Trail(db)) as recorder:
        db.change("ALTER TABLE trail RENAME TO gone")
        with pytest.raises(StoreError, match="no such table"):
            recorder.record(look(1))
        db.change("ALTER TABLE gone RENAME TO trail")
        recorder.record(look(2))
    assert [row.look.asked for row in Trail(db).rows()] == ["2"]


def test_2_what_comes_during_a_write_goes_together_into_the_next_one(db, monkeypatch):
    trail, sizes, first, go = Trail(db), [], Event(), Event()
    append = trail.append

    def slow(looks):
        sizes.append(len(looks))
        first.set()
        assert go.wait(10)
        append(looks)

    monkeypatch.setattr(trail, "append", slow)
    heard: list[int] = []
    with Recorder(trail) as recorder, ThreadPoolExecutor(20) as pool:
        recorder.counted = heard.append
        waiting = [pool.submit(recorder.record, look(0))]
        assert first.wait(10)
        waiting += [pool.submit(recorder.record, look(number)) for number in range(1, 20)]
        while len(recorder._waiting) < 19:
            pass
        assert not any(done.done() for done in waiting)
        go.set()
        for done in waiting:
            done.result(10)
        assert heard == [1, 19]
    assert [size for size in sizes if size] == [1, 19]
    assert trail.verify().whole


def test_what_waits_is_written_before_it_closes(db):
    with ThreadPoolExecutor(8) as pool:
        with Recorder(Trail(db)) as recorder:
            list(pool.map(lambda number: recorder.record(look(number)), range(40)))
        assert len(list(Trail(db).rows())) == 40


def test_3_whoever_comes_after_the_end_is_refused_and_waits_for_nothing(db):
    with Recorder(Trail(db)) as recorder:
        recorder.record(look(1))
    with ThreadPoolExecutor(1) as pool, pytest.raises(StoreError, match="the service stops"):
        pool.submit(recorder.record, look(2)).result(10)
    assert [row.look.asked for row in Trail(db).rows()] == ["1"]


def test_3_of_those_who_come_while_it_ends_each_is_written_or_refused(db):
    recorder, written = Recorder(Trail(db)), []

    def come(number):
        try:
            recorder.record(look(number))
            written.append(str(number))
        except StoreError:
            pass

    with ThreadPoolExecutor(8) as pool:
        with recorder:
            coming = [pool.submit(come, number) for number in range(100)]
        for each in coming:
            each.result(60)
    assert sorted(row.look.asked for row in Trail(db).rows()) == sorted(written)


def test_3_who_counts_the_writes_cannot_stop_them(db):
    def broken(_rows):
        raise OSError("no room to count in")

    with Recorder(Trail(db)) as recorder, ThreadPoolExecutor(1) as pool:
        recorder.counted = broken
        with pytest.raises(OSError, match="no room"):
            pool.submit(recorder.record, look(1)).result(10)
        recorder.counted = lambda _rows: None
        pool.submit(recorder.record, look(2)).result(10)
