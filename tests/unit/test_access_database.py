"""The invariants of `api.access.database`, by number."""

from __future__ import annotations

import json
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.access.database import Database, _steps, place_of
from api.desk.outbox import Outbox
from api.desk.tips import Tips
from graph.errors import StoreDamaged, StoreError


def test_1_migrations_are_applied_once_whoever_comes_first(tmp_path):
    def opened(_: int) -> int:
        with Database(tmp_path / "a.db") as db:
            return len(db.rows("SELECT * FROM migrations"))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(opened, range(16))) == {len(_steps())}


def test_1_a_file_of_a_later_version_and_one_that_is_none_are_refused(tmp_path):
    with Database(tmp_path / "a.db") as db:
        db.change("INSERT INTO migrations VALUES (99, 'x')")
    with pytest.raises(StoreDamaged, match="later or another version"):
        Database(tmp_path / "a.db")
    with sqlite3.connect(tmp_path / "b.db") as other:
        other.execute("CREATE TABLE x (y)")
    other.close()
    with pytest.raises(StoreDamaged, match="no file of access"):
        Database(tmp_path / "b.db")
    (tmp_path / "c.db").write_bytes(b"no database at all" * 1_000)
    with pytest.raises(StoreDamaged, match="damaged"):
        Database(tmp_path / "c.db")
    with pytest.raises(StoreError, match="unable to open"):
        Database(tmp_path / "none" / "d.db")


def test_2_nobody_but_its_owner_can_read_the_file(tmp_path):
    with Database(tmp_path / "a.db") as db:
        db.change("INSERT INTO setup VALUES (1, 'x', 'y')")
        modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == {0o600}


@pytest.mark.parametrize("opened", [Outbox, Tips])
def test_nor_what_receivers_were_told_and_what_reporters_said(tmp_path, opened):
    with opened(str(tmp_path / "desk.db")):
        modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == {0o600}


def test_it_is_beside_the_store_unless_the_setting_says_otherwise():
    assert place_of("sqlite:///x/zeren.db") == Path("x/zeren.db.access.db")
    assert place_of("neo4j://localhost:7687") == Path("zeren-access.db")
    assert place_of("sqlite:///x/zeren.db", "y.db") == Path("y.db")


def test_a_transaction_that_fails_leaves_nothing(tmp_path):
    with Database(tmp_path / "a.db") as db:

        def fail() -> None:
            with db.transaction() as inside:
                inside.execute("INSERT INTO setup VALUES (1, 'x', 'y')")
                raise ValueError("made up")

        with pytest.raises(ValueError, match="made up"):
            fail()
        assert db.row("SELECT 1 FROM setup") is None


def test_3_a_transaction_inside_another_is_part_of_it(tmp_path):
    with Database(tmp_path / "a.db") as db:

        def both() -> None:
            with db.transaction() as outer:
                outer.execute("CREATE TABLE first (x)")
                with db.transaction() as inner:
                    inner.execute("CREATE TABLE second (x)")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            both()
        assert db.rows("SELECT name FROM sqlite_master WHERE name IN ('first', 'second')") == []


def test_1_one_that_lost_the_record_of_a_migration_is_told_what_to_do(tmp_path):
    with Database(tmp_path / "a.db") as db:
        db.change("DELETE FROM migrations WHERE number >= 4")
    with pytest.raises(StoreDamaged, match=r"a\.db has more than its migrations say .* restore a backup"):
        Database(tmp_path / "a.db")


def test_1_a_column_too_many_is_said_as_a_table_too_many_is(tmp_path):
    with Database(tmp_path / "a.db") as db:
        db.change("DELETE FROM migrations WHERE number >= 6")
    with pytest.raises(StoreDamaged, match=r"a\.db has more than its migrations say .* restore a backup"):
        Database(tmp_path / "a.db")


def test_1_a_token_of_before_that_may_run_jobs_may_order_them(tmp_path):
    scopes = {"both": ["job.order", "job.run"], "none": ["check.ask"], "run": ["export.run", "job.run", "person.read"]}
    with Database(tmp_path / "a.db") as db:
        db.change("DELETE FROM migrations WHERE number >= 5")
        for column in ("error_zh", "error_code", "store"):  # of a later migration
            db.change(f"ALTER TABLE jobs DROP COLUMN {column}")
        db.change("INSERT INTO users (name, roles, made_at) VALUES ('u', '[]', 'x')")
        for name, held in scopes.items():
            values = (name, name, "u", name, json.dumps(held), "x", "y")
            db.change("INSERT INTO tokens (id, hash, user, label, scopes, made_at, until) VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    with Database(tmp_path / "a.db") as db:
        found = {name: json.loads(held) for name, held in db.rows("SELECT id, scopes FROM tokens")}
    assert found == scopes | {"run": ["export.run", "job.order", "job.run", "person.read"]}


def test_4_a_dry_run_works_on_a_copy_and_makes_no_file(tmp_path):
    with Database(tmp_path / "a.db", dry_run=True) as db:
        assert len(db.rows("SELECT * FROM migrations")) == len(_steps())
    assert not list(tmp_path.iterdir())
    with Database(tmp_path / "a.db") as db:
        db.change("INSERT INTO migrations VALUES (99, 'x')")
    before = (tmp_path / "a.db").read_bytes()
    with pytest.raises(StoreDamaged, match="later or another version"):
        Database(tmp_path / "a.db", dry_run=True)
    assert (tmp_path / "a.db").read_bytes() == before


def test_5_nothing_is_written_into_a_file_that_was_moved_away(tmp_path):
    with Database(tmp_path / "a.db") as db:
        (tmp_path / "a.db").rename(tmp_path / "b.db")
        with pytest.raises(StoreError, match="moved away or replaced"):
            db.change("INSERT INTO migrations VALUES (99, 'x')")
        with pytest.raises(StoreError, match="moved away or replaced"), db.transaction():
            pass
        assert db.rows("SELECT * FROM migrations WHERE number = 99") == []
