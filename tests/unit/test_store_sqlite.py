"""What only a file can go wrong with: layout, triggers, tampering, other processes, and being killed."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.codec import make_fact
from graph.errors import ConfigError, StoreBusy, StoreDamaged, StoreError
from graph.model import Entity, Fact, Name, Operation, Origin, Payload
from graph.store import open_store, sqlite_file
from graph.store.base import Act, Write

ACT = Act(datetime(2024, 1, 1, tzinfo=UTC), "测试甲", "load")
REPOSITORY = Path(__file__).resolve().parents[2]


def company(key: str, *names: str) -> Fact[Payload]:
    value = Entity(f"demo:{key}", "company", tuple(map(Name, names or (f"示例{key}",))))
    return make_fact(value, key, Origin("demo", "list.csv", 2))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a store's file with three versions: A and B, B retracted, A reworded and then sealed is left to the tests."""
    path = tmp_path / "facts.db"
    with open_store(f"sqlite:///{path}") as store:
        store.append([Write(company("A")), Write(company("B"))], ACT)
        store.append([Write(company("B"), Operation.RETRACTION)], ACT)
        store.append([Write(company("A", "示例甲"), Operation.CORRECTION)], ACT)
    return path


def altered(path: Path, *statements: str) -> None:
    """Alter the file as someone with another program would."""
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


class TestUrl:
    @pytest.mark.parametrize("url", ["neo5j://host", "facts.db", "sqlite://facts.db", "sqlite:///", ""])
    def test_not_a_store(self, url: str) -> None:
        with pytest.raises(ConfigError, match="sqlite:///FILE"):
            open_store(url)

    def test_memory(self) -> None:
        with open_store("sqlite:///:memory:") as store:
            store.append([Write(company("A"))], ACT)
            assert [hit.entity for hit in store.search("shili")] == ["demo:A"]
            store.seal("entity/demo/A", "art. 7", ACT)
            assert store.verify() is None

    def test_relative(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        with open_store("sqlite:///facts.db"):
            assert (tmp_path / "facts.db").exists()

    def test_not_created_unless_wanted(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path / 'facts.db'}"
        with pytest.raises(StoreError, match="no store"):
            open_store(url, create=False)
        assert list(tmp_path.iterdir()) == []
        with pytest.raises(StoreError, match="unable to open"):
            open_store(f"sqlite:///{tmp_path}/nowhere/facts.db")

    def test_closed(self, file: Path) -> None:
        with open_store(f"sqlite:///{file}") as store:
            pass
        with pytest.raises(StoreError, match="closed"):
            store.version()


class TestLayout:
    def test_migrations_are_recorded_once(self, file: Path) -> None:
        with open_store(f"sqlite:///{file}"), closing(sqlite3.connect(file)) as db:
            rows = db.execute("SELECT number, name, sha256 FROM migrations").fetchall()
        assert rows == [step[:3] for step in sqlite_file.migrations()]
        assert [row[0] for row in rows] == list(range(1, len(rows) + 1))

    def test_later_steps_are_applied_to_an_older_file(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        known = sqlite_file.migrations()
        later = sqlite_file.Migration(len(known) + 1, "later.sql", "0", "CREATE TABLE later (x);\n")
        monkeypatch.setattr(sqlite_file, "migrations", lambda: [*known, later])
        for _ in range(2):
            with open_store(f"sqlite:///{file}") as store:
                assert store.version() == 3
        monkeypatch.undo()
        with pytest.raises(StoreDamaged, match=r"later version \(it has later\.sql\)"):
            open_store(f"sqlite:///{file}")

    def test_a_step_that_fails_leaves_nothing(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        known = sqlite_file.migrations()
        text = "CREATE TABLE later (x);\nCREATE TABLE audit (x);\n"
        wrong = sqlite_file.Migration(len(known) + 1, "wrong.sql", "0", text)
        monkeypatch.setattr(sqlite_file, "migrations", lambda: [*known, wrong])
        with pytest.raises(StoreError, match="already exists"):
            open_store(f"sqlite:///{file}")
        monkeypatch.undo()
        with open_store(f"sqlite:///{file}") as store:
            assert store.verify() is None

    def test_another_step_of_that_number(self, file: Path) -> None:
        altered(file, "UPDATE migrations SET sha256 = 'x' WHERE number = 1")
        with pytest.raises(StoreDamaged, match="another 0001"):
            open_store(f"sqlite:///{file}")

    def test_not_a_database(self, tmp_path: Path) -> None:
        (tmp_path / "list.csv").write_text("name,code\n" * 1000)
        with pytest.raises(StoreDamaged, match="no file of ours"):
            open_store(f"sqlite:///{tmp_path / 'list.csv'}")

    @pytest.mark.parametrize("create", [True, False])
    def test_a_database_of_something_else(self, tmp_path: Path, *, create: bool) -> None:
        altered(tmp_path / "else.db", "CREATE TABLE other (x)")
        with pytest.raises(StoreDamaged, match="not a store"):
            open_store(f"sqlite:///{tmp_path / 'else.db'}", create=create)
        with closing(sqlite3.connect(tmp_path / "else.db")) as db:
            assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("other",)]

    def test_an_empty_file_is_no_store_yet(self, tmp_path: Path) -> None:
        (tmp_path / "empty.db").touch()
        with pytest.raises(StoreDamaged, match="not a store"):
            open_store(f"sqlite:///{tmp_path / 'empty.db'}", create=False)

    @pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
    def test_torn(self, file: Path, share: float) -> None:
        with file.open("r+b") as opened:
            opened.truncate(int(file.stat().st_size * share))
        with pytest.raises(StoreDamaged, match=r"torn|damaged"):
            open_store(f"sqlite:///{file}")

    def test_overwritten_inside(self, file: Path) -> None:
        whole = file.read_bytes()
        file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
        with pytest.raises(StoreDamaged, match="restore a backup"), open_store(f"sqlite:///{file}") as store:
            list(store.facts())

    def test_settings(self, file: Path) -> None:
        db = sqlite_file.connect(str(file), create=False, busy_seconds=1)
        with closing(db):
            values = {
                name: db.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
            }
        assert list(values.values()) == ["wal", 2, 1, 1, 1000]


class TestAppendOnly:
    @pytest.mark.parametrize("table", ["audit", "origins", "facts", "sealed", "sealed_marks"])
    @pytest.mark.parametrize("act", ["UPDATE {0} SET rowid = rowid", "DELETE FROM {0}", "REPLACE INTO {0} SELECT * FROM {0}"])
    def test_refused_by_the_file_itself(self, file: Path, table: str, act: str) -> None:
        with open_store(f"sqlite:///{file}") as store:
            store.seal("entity/demo/B", "art. 7", ACT)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            altered(file, act.format(table))
        with open_store(f"sqlite:///{file}") as store:
            assert store.verify() is None

    def test_only_a_sealed_payload_can_go(self, file: Path) -> None:
        with open_store(f"sqlite:///{file}") as store:
            store.seal("entity/demo/B", "art. 7", ACT)
        with closing(sqlite3.connect(file)) as db:
            assert db.execute("SELECT seq FROM facts WHERE value IS NOT NULL").fetchall() == [(1,), (4,)]
            assert db.execute("SELECT count(*) FROM facts").fetchall() == [(4,)]
            with pytest.raises(sqlite3.IntegrityError, match="append-only unless sealed"):
                db.execute("UPDATE facts SET value = 'x' WHERE seq = 2")


class TestTampering:
    @pytest.mark.parametrize(
        ("trigger", "statement", "version"),
        [
            ("audit_no_update", "UPDATE audit SET by = 'x' WHERE version = 2", 2),
            ("audit_no_update", "UPDATE audit SET at = '2020-01-01T00:00:00.000000+00:00' WHERE version = 3", 3),
            ("audit_no_update", "UPDATE audit SET last_seq = 1 WHERE version = 1", 1),
            ("audit_no_delete", "DELETE FROM audit WHERE version = 2", 2),
            ("facts_no_update", "UPDATE facts SET value = replace(value, '示例A', '示例C') WHERE seq = 1", 1),
            ("facts_no_update", "UPDATE facts SET reason = 'x' WHERE seq = 3", 2),
            ("facts_no_update", "UPDATE facts SET row = 9 WHERE seq = 4", 3),
            ("facts_no_update", "UPDATE facts SET value = NULL WHERE seq = 3", 2),
            ("facts_no_update", "UPDATE facts SET operation = 'new' WHERE seq = 3", 2),
            ("facts_no_update", "UPDATE facts SET version = 2 WHERE seq = 4", 2),
            ("facts_no_update", "UPDATE facts SET before = 0 WHERE seq = 4", 3),
            ("facts_no_update", "UPDATE facts SET before = 2 WHERE seq = 4", 3),
            ("facts_no_delete", "DELETE FROM facts WHERE seq = 4", 3),
            ("facts_no_update", "UPDATE facts SET key = 'entity/demo/C' WHERE seq = 2", 1),
            ("facts_no_update", "UPDATE facts SET kind = 'decision' WHERE seq = 2", 1),
            ("origins_no_update", "UPDATE origins SET file = 'other.csv'", 1),
            ("facts_no_delete", "INSERT INTO facts VALUES (5, 3, 0, 'entity', 'entity/demo/X', 'x', 'new', '{}', '', 1, 1, '')", 3),
        ],
    )
    def test_is_found(self, file: Path, trigger: str, statement: str, version: int) -> None:
        altered(file, f"DROP TRIGGER {trigger}", statement)
        with open_store(f"sqlite:///{file}") as store:
            assert store.verify() == version

    @pytest.mark.parametrize(
        ("forged", "version"),
        [
            ("INSERT INTO sealed VALUES ('entity/demo/A', 'art. 7', 2)", 1),
            ("INSERT INTO sealed VALUES ('entity/demo/A', 'art. 7', 3)", 1),
        ],
    )
    def test_a_forged_seal_is_found(self, file: Path, forged: str, version: int) -> None:
        """No audit row says that A was sealed, so its text is not gone by a seal but was removed."""
        marks = "INSERT INTO sealed_marks SELECT seq, 'x' FROM facts WHERE seq IN (1, 4)"
        altered(file, forged, marks, "UPDATE facts SET value = NULL, origin = 0 WHERE seq IN (1, 4)")
        with open_store(f"sqlite:///{file}") as store:
            assert store.verify() == version

    @pytest.mark.parametrize("change", ["UPDATE sealed SET version = 1", "UPDATE sealed SET key = 'entity/demo/A'"])
    def test_a_seal_moved_elsewhere_is_found(self, file: Path, change: str) -> None:
        with open_store(f"sqlite:///{file}") as store:
            store.seal("entity/demo/B", "art. 7", ACT)
            assert store.verify() is None
        altered(file, "DROP TRIGGER sealed_no_update", change)
        with open_store(f"sqlite:///{file}") as store:
            assert store.verify() == 1

    def test_the_kind_of_a_sealed_key_is_still_checked(self, file: Path) -> None:
        with open_store(f"sqlite:///{file}") as store:
            store.seal("entity/demo/B", "art. 7", ACT)
        altered(file, "DROP TRIGGER facts_no_update", "UPDATE facts SET kind = 'decision' WHERE key = 'entity/demo/B'")
        with open_store(f"sqlite:///{file}") as store:
            assert store.verify() == 1


class TestSealing:
    def test_text_leaves_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / "facts.db"
        hidden = "被忘名甲乙"
        others = [Write(company(str(number))) for number in range(300)]
        with open_store(f"sqlite:///{path}") as store:
            store.append([*others[:150], Write(company("S", hidden)), *others[150:]], ACT)
            store.append([Write(company("S", hidden, "另名"), Operation.CHANGE)], ACT)
            assert hidden.encode() in path.read_bytes() + Path(f"{path}-wal").read_bytes()
            store.seal("entity/demo/S", "art. 7", ACT)
            left = path.read_bytes() + Path(f"{path}-wal").read_bytes()
        for text in (hidden, "被忘", "beiwang", "bwmjy"):
            assert text.encode() not in left
            assert text.encode() not in path.read_bytes()
        assert "示例7".encode() in path.read_bytes()


class TestProcesses:
    def test_a_reader_is_not_blocked_and_a_second_writer_waits(self, file: Path) -> None:
        url = f"sqlite:///{file}"
        with open_store(url, busy_seconds=0.1) as store, closing(sqlite3.connect(file, isolation_level=None)) as other:
            reading = store.facts()
            other.execute("BEGIN IMMEDIATE")
            assert len(list(reading)) == 1
            with open_store(url, busy_seconds=0.1) as late:
                assert late.version() == 3
            with pytest.raises(StoreBusy, match="another process"):
                store.append([Write(company("C"))], ACT)
            other.execute("ROLLBACK")
            assert store.append([Write(company("C"))], ACT).version == 4

    def test_two_processes_write_one_file(self, tmp_path: Path) -> None:
        path = tmp_path / "facts.db"
        writers = [appending(path, name, "40") for name in ("a", "b")]
        for writer in writers:
            out, _ = writer.communicate(timeout=120)
            assert (writer.returncode, len(out.split())) == (0, 40)
        with open_store(f"sqlite:///{path}", create=False) as store:
            assert store.version() == 80
            assert len(list(store.facts())) == 80 * BATCH
            assert store.verify() is None

    def test_two_writers_on_one_party_lose_nothing_and_record_nothing_twice(self, file: Path) -> None:
        """Each corrects the same party in turn, through a file of its own opening, and both add the same enterprises."""
        turns, url = 8, f"sqlite:///{file}"

        def work(number: int) -> None:
            with open_store(url, create=False, busy_seconds=60) as store:
                for turn in range(turns):
                    store.append([Write(company("A", "示例A", f"又名{number}-{turn}"), Operation.CORRECTION)], ACT)
                    store.append([Write(company(f"{number}-{turn}")), Write(company(f"shared-{turn}"))], ACT)

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(work, number) for number in range(2)]:
                done.result()
        with open_store(url, create=False) as store:
            keys = [each.fact.key for each in store.facts()]
            assert len(keys) == len(set(keys)) == 1 + 3 * turns
            assert store.verify() is None
            own = [each.fact.value for each in store.history(company("A").key)]
            told = [name.text for value in own if isinstance(value, Entity) for name in value.names if name.text.startswith("又名")]
            assert sorted(told) == sorted(f"又名{number}-{turn}" for number in range(2) for turn in range(turns))
            assert [row.version for row in store.audit()] == list(range(1, store.version() + 1))


BATCH = 7
APPENDING = """
import sys
from datetime import UTC, datetime
from graph.codec import make_fact
from graph.model import Entity, Name, Origin
from graph.store import open_store
from graph.store.base import Act, Write

url, name, rounds, batch = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with open_store(url, busy_seconds=60) as store:
    for number in range(rounds):
        keys = [f"{name}-{number}-{each}" for each in range(batch)]
        facts = [make_fact(Entity(key, "company", (Name(f"示例{key}"),)), key, Origin("demo")) for key in keys]
        act = Act(datetime(2024, 1, 1, tzinfo=UTC), name, "load", (name, str(number)))
        print(store.append([Write(fact) for fact in facts], act).version, flush=True)
"""


def appending(path: Path, name: str, rounds: str) -> "subprocess.Popen[str]":
    """Start a process that appends batches and prints every version that was acknowledged to it."""
    command = [sys.executable, "-c", APPENDING, f"sqlite:///{path}", name, rounds, str(BATCH)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


def test_killed_at_any_moment_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """Every acknowledged version is there, whole; one that was under way is there whole, or not at all."""
    chance = random.Random(20240101)
    path, acknowledged = tmp_path / "facts.db", 0
    for name in ("first", "second", "third", "fourth", "fifth"):
        with appending(path, name, "1000000") as writer:
            assert writer.stdout is not None
            acknowledged = int(writer.stdout.readline())
            time.sleep(chance.uniform(0, 0.4))
            writer.send_signal(signal.SIGKILL)
            rest = writer.stdout.read().splitlines(keepends=True)
            # A line cut off in the middle was not acknowledged to anybody.
            acknowledged = max([acknowledged, *(int(line) for line in rest if line.endswith("\n"))])
        with open_store(f"sqlite:///{path}", create=False) as store:
            version = store.version()
            assert version in (acknowledged, acknowledged + 1)
            kept = [recorded.version for recorded in store.changes_since(0)]
            assert kept == [number for number in range(1, version + 1) for _ in range(BATCH)]
            mine = {recorded.fact.key.split("-")[1] for recorded in store.facts(keys=f"entity/demo/{name}-")}
            assert store.progress(name) == str(len(mine) - 1)
            assert store.verify() is None
            assert len(store.search(f"示例{name}", limit=10**6)) == len(mine) * BATCH
    assert acknowledged > 5


def test_the_log_of_a_store_whose_file_was_moved_away_is_left_alone(tmp_path):
    """A new file in its place would empty the log, in which acknowledged writes stand."""
    place = tmp_path / "x.db"
    with open_store(f"sqlite:///{place}", create=True) as store:
        fact = make_fact(Entity("t:A", "company", (Name("示例公司"),)), "A", Origin("test"))
        store.append([Write(fact)], Act(datetime(2026, 1, 1, tzinfo=UTC), "test", "test"))
        log = tmp_path / "x.db-wal"
        size = log.stat().st_size
        assert size
        place.rename(tmp_path / "away.db")
        with pytest.raises(StoreError, match="stands here without"):
            open_store(f"sqlite:///{place}", create=True)
        assert (place.exists(), log.stat().st_size) == (False, size)
        (tmp_path / "away.db").rename(place)
