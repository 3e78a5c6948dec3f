"""The invariants of `api.access.trail`, by number."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from api.access.database import Database
from api.access.trail import Anchor, Look, Trail, anchor_of, looked_for
from graph.errors import InputError, StoreDamaged

FIELDS = "at, by, via, what, asked, version, purpose, reference, request, people, chain"
REPOSITORY = Path(__file__).resolve().parents[2]
WRITER = """
import sys
from pathlib import Path
from api.access.database import Database
from api.access.trail import Look, Trail
with Database(Path(sys.argv[1])) as db:
    for number in range(int(sys.argv[2])):
        Trail(db).append([Look("t", sys.argv[3], "token", "w", str(number))])
        print(number, flush=True)
"""


def look(number: int, *people: str) -> Look:
    return Look(f"2026-01-01T00:00:0{number}", "clerk", "token", "GET /x", f"question {number}", 7, "audit", "1", "r", people)


@pytest.fixture
def db(tmp_path):
    with Database(tmp_path / "access.db") as made:
        Trail(made).append([look(1, "A#王示例"), look(2, "A#王示例@s:1", "B#李示例"), look(3)])
        Trail(made).append([look(4, "B#李示例")])
        yield made


def tampered(db: Database, *statements: str) -> None:
    """Alter the file behind our back, as whoever can write it could."""
    db.change("DROP TRIGGER trail_kept")
    db.change("DROP TRIGGER trail_as_said")
    db.change("PRAGMA foreign_keys = OFF")
    for statement in statements:
        db.change(statement)


def test_a_whole_trail_is_whole(db):
    verdict = Trail(db).verify()
    assert (verdict.whole, verdict.head.length) == (True, 4)
    assert Trail(db).verify(verdict.head, Anchor()).whole
    assert anchor_of(str(verdict.head)) == verdict.head == Trail(db).anchor() == Trail(db).head()


@pytest.mark.parametrize(
    ("statements", "first"),
    [
        (["UPDATE trail SET by = 'nobody' WHERE seq = 2"], 2),
        (["UPDATE trail SET purpose = 'x' WHERE seq = 1"], 1),
        (["UPDATE trail SET people = '[]' WHERE seq = 4", "DELETE FROM seen WHERE seq = 4"], 4),
        (["DELETE FROM seen WHERE person = 'B#李示例' AND seq = 2"], 2),
        (["INSERT INTO seen VALUES ('C#x', 3)"], 3),
        (["DELETE FROM trail WHERE seq = 2"], 2),
        (["DELETE FROM trail WHERE seq = 1"], 1),
        (["DELETE FROM trail WHERE seq = 2", "UPDATE trail SET seq = seq - 1 WHERE seq > 2"], 2),
        ([f"UPDATE trail SET seq = {to} WHERE seq = {at}" for at, to in ((2, 9), (3, 2), (9, 3))], 2),  # noqa: S608
        ([f"INSERT INTO trail SELECT 5, {FIELDS} FROM trail WHERE seq = 3"], 5),  # noqa: S608
    ],
)
def test_1_what_was_altered_removed_added_or_moved_is_found(db, statements, first):
    tampered(db, *statements)
    verdict = Trail(db).verify()
    assert (verdict.whole, verdict.first_altered) == (False, first)


def test_1_a_walk_over_the_trail_reads_the_index_once_and_holds_nobody_up(db, monkeypatch):
    trail, asked, rows = Trail(db), [], Database.rows
    trail.append([look(5, f"person {number}") for number in range(2_000)])
    monkeypatch.setattr(Database, "rows", lambda *asks: asked.append(asks) or rows(*asks))
    heard = []
    assert trail.verify(tell=lambda row: heard.append((row, trail.append([look(6)]))[0])).whole  # others write meanwhile
    assert (heard, asked) == ([1_000, 2_000], [])
    with pytest.raises(ZeroDivisionError):
        trail.verify(tell=lambda row: 1 / (row - 1_000))


def test_1_a_row_is_not_altered_through_the_front_door(db):
    for statement in ("UPDATE trail SET by = 'x'", "DELETE FROM trail"):
        with pytest.raises(Exception, match="the trail is never"):
            db.change(statement)


def test_2_a_trail_cut_off_at_its_end_is_found_by_the_anchor_beside_it(db):
    tampered(db, "DELETE FROM trail WHERE seq > 2", "DELETE FROM seen WHERE seq > 2")
    verdict = Trail(db).verify()
    assert (verdict.first_altered, verdict.missing, verdict.whole) == (None, 2, False)


def test_2_also_after_more_was_written_to_it(db):
    tampered(db, "DELETE FROM trail WHERE seq > 2", "DELETE FROM seen WHERE seq > 2")
    Trail(db).append([look(5)])
    assert Trail(db).verify().missing == 1
    Trail(db).append([look(6), look(7)])
    verdict = Trail(db).verify()
    assert (verdict.head.length, verdict.missing, verdict.first_altered) == (5, 0, 4)


def test_2_and_by_one_that_was_kept_elsewhere_where_that_one_is_gone_too(db):
    kept = Trail(db).head()
    tampered(db, "DELETE FROM trail WHERE seq > 2", "DELETE FROM seen WHERE seq > 2")
    Trail(db).anchor_file.unlink()
    assert Trail(db).verify().missing == 0
    assert Trail(db).verify(kept).missing == 2


@pytest.mark.parametrize("how", ["unlink", "truncate"])
def test_2_rows_without_their_anchor_are_not_whole_also_after_more_was_written(db, how):
    kept = Trail(db).head()
    place = Trail(db).anchor_file
    place.unlink() if how == "unlink" else place.write_bytes(b"")
    for _ in range(2):
        verdict = Trail(db).verify()
        assert (verdict.whole, verdict.anchor_gone, verdict.first_altered, verdict.missing) == (False, True, None, 0)
        Trail(db).append([look(5)])
    assert Trail(db).anchor() is None, "no new one hides that the old one is gone"
    place.write_text(f"{kept}\n")  # one that was noted elsewhere, put back
    assert Trail(db).verify().whole
    Trail(db).append([look(6)])
    assert Trail(db).anchor() == Trail(db).head()


def test_2_the_anchor_is_there_before_the_first_row(tmp_path, monkeypatch):
    with Database(tmp_path / "access.db") as db:
        trail = Trail(db)
        assert (trail.verify().whole, trail.anchor()) == (True, None)

        def killed(*_):
            raise KeyboardInterrupt

        monkeypatch.setattr(trail, "_write", killed)
        with pytest.raises(KeyboardInterrupt):
            trail.append([look(1)])
        assert (trail.verify().whole, trail.anchor()) == (True, Anchor())


def test_2_what_is_no_anchor_is_refused(db):
    for text in ("", "x", "4:abc", "-1:", "4"):
        with pytest.raises(InputError, match="LENGTH:CHAIN"):
            anchor_of(text)
    Trail(db).anchor_file.write_text("4:nonsense")
    with pytest.raises(StoreDamaged, match="holds no anchor"):
        Trail(db).verify()


def test_3_several_processes_write_one_chain(db):
    command = [sys.executable, "-c", WRITER, str(db.place), "40"]
    writers = [subprocess.Popen([*command, name], cwd=REPOSITORY, stdout=subprocess.DEVNULL) for name in ("p1", "p2", "p3")]
    while any(writer.poll() is None for writer in writers):
        assert Trail(db).anchor().length >= 4  # never half an anchor
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    verdict = Trail(db).verify()
    assert (verdict.whole, verdict.head.length) == (True, 124)
    assert Trail(db).anchor() == verdict.head


def test_4_what_was_acknowledged_survives_a_kill(db):
    command = [sys.executable, "-c", WRITER, str(db.place), "100000", "victim"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        acknowledged = [writer.stdout.readline() for _ in range(50)]
        writer.kill()
        acknowledged += writer.stdout.readlines()
    kept = [row.look.asked for row in Trail(db).rows() if row.look.by == "victim"]
    said = [line.strip() for line in acknowledged if line.endswith("\n")]
    assert len(said) >= 50
    assert kept[: len(said)] == said
    assert Trail(db).verify().whole


def test_who_looked_at_a_person_any_bearer_of_him_included(db):
    trail = Trail(db)
    assert [row.seq for row in trail.of(["A#王示例"])] == [1, 2]
    assert [row.seq for row in trail.of(["A#王示例@s:1"])] == [2]
    assert [row.seq for row in trail.of(["A#王*"])] == []
    assert [row.seq for row in trail.of(["B#李示例"], ["question 1"])] == [1, 2, 4]
    assert [row.seq for row in trail.page(1, 2)] == [2, 3]
    assert trail.last_version() == 7


def test_a_row_tells_for_whom_somebody_asked_in_his_own_words():
    def asked(what: str, text: str) -> str:
        return looked_for(Look("t", "u", "token", what, text))

    assert asked("GET /v1/findings", "王示例") == asked("POST /v1/jobs", "王示例") == asked("POST /v1/check", "王示例") == "王示例"
    for what, text in (
        ("GET /v1/jobs/{id}/file", "file of 1"),
        ("GET /v1/jobs/{id}", "reason of 1"),
        ("POST /v1/jobs", 'export {"to": "csv"}'),
        ("POST /v1/cases/{id}/propose", "D1"),
        ("GET /v1/findings", ""),
    ):
        assert asked(what, text) == ""
