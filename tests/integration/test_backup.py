"""Backup and restore through the command line, while another process writes: the drill of a bad day.

The numbered invariants of `api.use_cases.backing_up`, each in a test named after its number.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.access.database import place_of
from api.access.desk import Access
from api.access.trail import Look
from api.desk.outbox import Outbox, Planned
from api.desk.tips import Tips, new_keys
from api.settings import Settings
from api.use_cases import backing_up
from api.use_cases.backup_file import read_backup, write_backup
from api.use_cases.propagating import propagate
from graph.errors import ConfigError, Refused, StoreBusy, StoreDamaged, StoreError
from graph.store import open_store
from graph.store.audit import moment
from tests.access_world import PASSWORD, headers
from tests.api_world import actor, add, case, catalogue
from tests.integration.conftest import ask_zeren
from tests.integration.test_http import assert_problem, in_process

ROOT = Path(__file__).resolve().parents[2]
REPORTER = "郑举报"
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from api.access.desk import Access
from api.access.trail import Look
from graph.codec import make_fact
from graph.model import Entity, Name, Origin
from graph.store import open_store
from graph.store.audit import moment
from graph.store.base import Act, Write
url, place = sys.argv[1:]
with open_store(url, create=False) as store, Access(Path(place)) as access:
    number = 0
    while True:
        number += 1
        firm = make_fact(Entity(f"w:{number}", "company", (Name(f"第{number}公司"),)), f"w:{number}", Origin("writer"))
        version = store.append([Write(firm)], Act(datetime.now(UTC), "writer", "write")).version
        seen = ("test:A#王示例",)
        access.recorder.record(Look(moment(datetime.now(UTC)), "writer", "token", "GET /x", version=version, people=seen))
        print(number, flush=True)
"""


class Office:
    """An installation in a folder, with everything that a backup holds."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.url = folder, f"sqlite:///{folder / 'zeren.db'}"
        self.access, self.desk = place_of(self.url), folder / "desk.db"

    def fill(self) -> None:
        now = datetime(2024, 1, 1, 10, tzinfo=UTC)
        with open_store(self.url) as store:
            add(store, *case().facts)
            propagate(store, catalogue(), actor(store=store))
            version = store.version()
        with Access(self.access) as access:
            access.users.add("wang", ["official"], now, PASSWORD)
            access.tokens.create("wang", "test", ["finding.read"], 30, now)
            access.sessions.start("wang", now)
            for _ in range(20):
                access.recorder.record(
                    Look(moment(now), "wang", "token", "GET /v1/findings", version=version, people=("test:A#王示例",))
                )
        with Tips(str(self.desk)) as tips:
            tips.file("示例A公司", f"我是{REPORTER}，他们欠薪", f"{REPORTER}\n13812345678", new_keys()[1], now)
        with Outbox(str(self.desk)) as outbox:
            outbox.put([Planned("fgw", "r-1", "execute", {"task": "t"})], now)

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        return ask_zeren(*args, store=self.url, cwd=self.folder, ZEREN_DESK=str(self.desk))

    def done(self, *args: str) -> str:
        answer = self.run(*args)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def backup(self, file: Path) -> dict[str, Any]:
        settings = Settings(store=self.url, desk=str(self.desk))
        return backing_up.backup(backing_up.places_of(settings, self.url), file, datetime.now(UTC), str)

    def restore(self, file: Path, *, dry_run: bool = False) -> dict[str, Any]:
        settings = Settings(store=self.url, desk=str(self.desk))
        return backing_up.restore(file, backing_up.places_of(settings, self.url), str, dry_run=dry_run)

    def files(self) -> list[str]:
        return sorted(each.name for each in self.folder.iterdir())


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path / "first")
    made.folder.mkdir()
    made.fill()
    return made


@pytest.fixture
def other(tmp_path: Path) -> Office:
    made = Office(tmp_path / "second")
    made.folder.mkdir()
    return made


def test_1_and_2_the_drill_taken_while_others_write(office: Office, other: Office, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    findings = office.done("findings", "--format", "json")
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, office.url, str(office.access)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert writer.stdout
        while int(writer.stdout.readline()) < 20:
            pass
        told = json.loads(office.done("backup", str(file), "--format", "json"))
        assert writer.poll() is None, "the writer went on"
    finally:
        writer.kill()
        rest, _ = writer.communicate()
    assert rest.split(), "it wrote while the backup was taken"
    json.loads(other.done("restore", str(file), "--format", "json"))
    assert other.done("findings", "--format", "json") == findings
    with open_store(office.url, create=False) as here, open_store(other.url, create=False) as there:
        for version in (1, told["about"]["version"]):
            assert list(there.facts(known_at=version)) == list(here.facts(known_at=version))
    verified = json.loads(other.done("audit", "verify", "--anchor", told["about"]["anchor"], "--format", "json"))
    assert verified["whole"]
    assert verified["trail"]["whole"]
    assert verified["trail"]["versions_missing"] == 0
    assert verified["version"] == told["about"]["version"] > 20
    with Access(other.access) as access:
        assert [user.name for user in access.users.all()] == ["wang"]
        assert access.users.log_in("wang", PASSWORD, datetime.now(UTC)).name == "wang"
        assert [row.look.what for row in access.trail.rows(access.trail.head().length - 1)] == ["restore"]
    with Outbox(str(other.desk)) as outbox:
        assert [message.restriction for message in outbox.messages()] == ["r-1"]


def test_3_a_backup_of_what_was_altered_is_refused_and_leaves_nothing(office: Office, tmp_path: Path) -> None:
    with closing(sqlite3.connect(office.access, isolation_level=None)) as db:
        db.execute("DROP TRIGGER trail_as_said")
        db.execute("UPDATE trail SET by = 'nobody' WHERE seq = 7")
    with pytest.raises(Refused, match=r"who looked at whom is not whole \(altered at row 7\)"):
        office.backup(tmp_path / "b.backup")
    assert [each.name for each in tmp_path.iterdir()] == ["first"]


def test_3_a_trail_that_was_cut_off_is_not_made_whole_by_a_backup(office: Office, tmp_path: Path) -> None:
    with closing(sqlite3.connect(office.access, isolation_level=None)) as db:
        db.execute("DROP TRIGGER trail_kept")
        db.execute("DELETE FROM seen WHERE seq > 15")
        db.execute("DELETE FROM trail WHERE seq > 15")
    with pytest.raises(Refused, match="5 rows cut off"):
        office.backup(tmp_path / "b.backup")


def test_3_a_store_that_was_altered_or_lacks_versions_is_refused(office: Office, tmp_path: Path) -> None:
    with Access(office.access) as access:
        access.recorder.record(Look(moment(datetime.now(UTC)), "wang", "token", "GET /v1/findings", version=999))
    with pytest.raises(Refused, match=r"lacks 99\d versions"):
        office.backup(tmp_path / "b.backup")
    with closing(sqlite3.connect(office.folder / "zeren.db", isolation_level=None)) as db:
        db.execute("DROP TRIGGER audit_no_update")
        db.execute("UPDATE audit SET by = 'nobody' WHERE version = 2")
    with pytest.raises(Refused, match="altered at version 2"):
        office.backup(tmp_path / "b.backup")


def test_3_a_restore_of_what_was_altered_leaves_the_target_untouched(office: Office, other: Office, tmp_path: Path) -> None:
    office.backup(tmp_path / "a.backup")
    content = (tmp_path / "a.backup").read_bytes()
    renamed = content.replace("王示例".encode(), "张示例".encode(), 1)
    for bad in (content[: len(content) // 2], content[:-1], renamed):
        (tmp_path / "bad").write_bytes(bad)
        with pytest.raises(StoreDamaged, match=r"altered|cut off"):
            other.restore(tmp_path / "bad")
        assert other.files() == []


def test_3_what_the_manifest_tells_must_be_what_is_inside(office: Office, other: Office, tmp_path: Path) -> None:
    office.backup(tmp_path / "a.backup")
    files = {name: other.folder / name for name in ("store.db", "access.db", "access.db.anchor")}
    manifest = read_backup(tmp_path / "a.backup", lambda name: files.get(name, other.folder / "rest").open("wb"))
    write_backup(tmp_path / "b.backup", {**manifest.about, "version": 1}, files)
    for file in other.folder.iterdir():
        file.unlink()
    with pytest.raises(StoreDamaged, match="what it says of version is not what is in it"):
        other.restore(tmp_path / "b.backup")
    assert other.files() == []


def test_3_one_of_a_later_program_is_refused(office: Office, tmp_path: Path) -> None:
    with closing(sqlite3.connect(office.folder / "zeren.db", isolation_level=None)) as db:
        db.execute("INSERT INTO migrations VALUES (99, '0099_later.sql', 'x')")
    with pytest.raises(StoreDamaged, match="update the program"):
        office.backup(tmp_path / "a.backup")
    assert [each.name for each in tmp_path.iterdir()] == ["first"]


def test_4_nothing_is_written_over(office: Office, other: Office, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    office.backup(file)
    before = file.read_bytes()
    with pytest.raises(ConfigError, match="nothing is written over"):
        office.backup(file)
    assert file.read_bytes() == before
    for name in ("zeren.db", "zeren.db.access.db.anchor", "desk.db", "zeren.db-wal"):
        (other.folder / name).write_text("mine")
        with pytest.raises(ConfigError, match=name):
            other.restore(file)
        assert other.files() == [name]
        (other.folder / name).unlink()


def test_5_who_reported_is_not_readable_in_the_backup(office: Office, other: Office, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    office.backup(file)
    content = file.read_bytes()
    assert "示例A公司".encode() in content
    for secret in (REPORTER, "13812345678", PASSWORD):
        assert secret.encode() not in content
    other.restore(file)
    with Tips(str(other.desk)) as tips:
        assert [tip.about for tip in tips.filed()] == ["示例A公司"]


def test_6_sessions_end_and_a_dry_run_puts_nothing_in_place(office: Office, other: Office, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    office.backup(file)
    for each in (other, office):
        before = each.files()
        assert each.restore(file, dry_run=True)["restored"] is False, "a drill may be held beside what runs"
        assert each.files() == before
    other.restore(file)
    assert other.files() == ["desk.db", "zeren.db", "zeren.db.access.db", "zeren.db.access.db.anchor"]
    for place, count in ((office.access, 1), (other.access, 0)):
        with closing(sqlite3.connect(place)) as db:
            assert db.execute("SELECT COUNT(*) FROM sessions").fetchone() == (count,)


KILLED = """
import os, sys
from pathlib import Path
from api.settings import Settings
from api.use_cases import backing_up
file, url, desk, left = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
rename, examined = Path.rename, backing_up.examined
def dies(self, target):
    global left
    if not left:
        os._exit(9)
    left -= 1
    return rename(self, target)
def dies_at_once(places):
    os._exit(9)
Path.rename = dies
if left < 0:
    backing_up.examined = dies_at_once
if left == 4:
    Path.unlink = lambda self, missing_ok=False: os._exit(9) if self.name.endswith(".parts") else None
settings = Settings(store=url, desk=desk)
backing_up.restore(Path(file), backing_up.places_of(settings, url), str)
"""
"""Restores, and is killed: while it examines (-1), after so many parts were put in place, or when all were (4)."""


def killed(office: Office, file: Path, after: int) -> None:
    command = [sys.executable, "-c", KILLED, str(file), office.url, str(office.desk), str(after)]
    ended = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, capture_output=True)
    assert ended.returncode == 9, ended.stderr


@pytest.mark.parametrize("after", [-1, 0, 1, 2, 3])
def test_7_the_next_restore_clears_away_what_one_that_was_killed_left(
    office: Office, other: Office, tmp_path: Path, after: int
) -> None:
    file = tmp_path / "a.backup"
    office.backup(file)
    killed(other, file, after)
    assert [name for name in other.files() if name.endswith(".restoring")], "readable copies"
    other.restore(file, dry_run=True)
    assert not [name for name in other.files() if name.endswith(".restoring")], "a drill clears the copies away"
    other.restore(file)
    assert other.files() == ["desk.db", "zeren.db", "zeren.db.access.db", "zeren.db.access.db.anchor"]
    with open_store(other.url, create=False) as store:
        assert store.verify() is None


def test_7_one_that_was_killed_at_its_very_end_is_done(office: Office, other: Office, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    office.backup(file)
    killed(other, file, 4)
    whole = ["desk.db", "zeren.db", "zeren.db.access.db", "zeren.db.access.db.anchor"]
    assert other.files() == [".zeren.db.lock", ".zeren.db.restoring.parts", *whole]
    with pytest.raises(ConfigError, match="nothing is written over"):
        other.restore(file)
    assert other.files() == whole


def test_7_one_that_was_killed_while_it_noted_what_it_began_had_put_nothing_in_place(office: Office, other: Office, tmp_path: Path):
    file = tmp_path / "a.backup"
    office.backup(file)
    note = other.folder / ".zeren.db.restoring.parts"
    note.write_text('{"desk')
    other.restore(file)
    assert not note.exists()


def test_7_what_was_used_since_is_named_and_kept(office: Office, other: Office, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    office.backup(file)
    killed(other, file, 3)
    with Access(other.access) as access:
        access.users.add("zhao", ["official"], datetime.now(UTC), PASSWORD)
    with pytest.raises(ConfigError, match="was used since") as refused:
        other.restore(file)
    for place in (other.access, f"{other.access}.anchor", other.desk, other.folder / ".zeren.db.restoring.parts"):
        assert str(place) in str(refused.value)
    with Access(other.access) as access:
        assert "zhao" in {user.name for user in access.users.all()}


def test_7_two_restores_at_once_do_not_disturb_each_other(office: Office, other: Office, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    office.backup(file)

    def meanwhile(text: str) -> None:
        if text.startswith("verifying"):
            with pytest.raises(StoreBusy, match="another restore is running"):
                other.restore(file)

    settings = Settings(store=other.url, desk=str(other.desk))
    assert backing_up.restore(file, backing_up.places_of(settings, other.url), meanwhile)["restored"]


KILLED_BACKUP = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from api.settings import Settings
from api.use_cases import backing_up
file, url, desk, when = sys.argv[1:]
def say(what):
    if what.startswith(when):
        os._exit(9)
settings = Settings(store=url, desk=desk)
backing_up.backup(backing_up.places_of(settings, url), Path(file), datetime.now(UTC), say)
"""


def test_8_the_next_backup_clears_away_what_one_that_was_killed_left(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for when in ("verifying", "writing"):
        command = [sys.executable, "-c", KILLED_BACKUP, str(folder / "a.backup"), office.url, str(office.desk), when]
        ended = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, capture_output=True)
        assert ended.returncode == 9, ended.stderr
        (left,) = folder.iterdir()
        assert left.stat().st_mode & 0o077 == 0
    other = folder / ".c.backup.x.backing-up"
    other.mkdir()
    with backing_up._held(other):
        office.backup(folder / "b.backup")
    assert sorted(each.name for each in folder.iterdir()) == [other.name, "b.backup"], "one that is being written is left alone"


def test_9_nothing_is_restored_under_a_service_whose_files_were_moved_away(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    office.backup(file)
    away = tmp_path / "away"
    away.mkdir()
    settings = Settings(store=office.url, desk=str(office.desk), rate=0, rate_public=0)
    with in_process(settings) as (app, client):
        sent = headers(app.state.access, "official")
        ready = client.get("/ready")
        assert ready.status_code == 200, ready.text
        for each in (*office.folder.glob("zeren.db*"), *office.folder.glob("desk.db*")):
            each.rename(away / each.name)
        refused = office.run("restore", str(file))
        assert refused.returncode != 0
        assert "请先将其停止" in refused.stderr
        assert office.restore(file, dry_run=True)["restored"] is False, "the drill goes beside a service"
        assert not office.access.exists()
        for answer in (
            client.get("/ready"),
            client.get("/v1/findings", headers=sent),
            client.post("/v1/jobs", json={"kind": "status"}, headers=sent),
            client.post("/v1/loads?mapping=cn_court_defaulters&file=defaulters.csv", content=b"x", headers=sent),
        ):
            assert "moved away or replaced" in assert_problem(answer, 503, "store_unavailable")["detail"]
            assert (
                "moved away or replaced"
                in assert_problem(
                    client.post("/v1/jobs", json={"kind": "load", "what": "cn_court_defaulters"}, headers=sent),
                    503,
                    "store_unavailable",
                )["detail"]
            )
    assert not (office.folder / "zeren.db").exists(), "nothing is put in the place of what was moved"
    assert office.restore(file)["restored"]
    with in_process(settings) as (_, client):
        assert client.get("/ready").status_code == 200


def test_what_is_in_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is in no file"):
        backing_up.places_of(Settings(), "neo4j://localhost:1")
    with pytest.raises(StoreError, match="there is no store"):
        Office(tmp_path).backup(tmp_path / "a.backup")
    assert list(tmp_path.iterdir()) == []
