"""Jobs through a real service; where it is about processes, the workers are some, and some of them are killed.

The numbered invariants of `api.jobs.work`, `worker`, `starter` and `allowing`, each in a test named after its number.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from analytics.responsibility.catalogue import RULES as LAW
from api.access.database import Database, place_of
from api.access.errors import PermissionMissing
from api.cli.main import app
from api.http import job_schemas as schemas
from api.jobs import work as work_module
from api.jobs.allowing import may_still
from api.jobs.queue import Cancelled, Job, Queue
from api.jobs.starter import Starter
from api.jobs.work import KINDS, Desk
from api.jobs.worker import Stopped, work
from api.settings import Settings
from api.use_cases import backing_up
from api.use_cases.acting import Actor
from api.use_cases.quality import quality_report
from api.use_cases.reading import version_of
from graph.errors import StoreMoved
from graph.store import open_store
from graph.store.base import Act
from graph.store.in_use import InFile, file_at
from loaders.mapping_file import bundled_files
from loaders.synthetic.city import write_city
from loaders.synthetic.truth import ENTERPRISES_A_ROUND
from tests.access_world import access_of, now
from tests.api_world import actor, catalogue
from tests.integration.conftest import ask_zeren
from tests.integration.test_http import assert_problem, in_process, today
from tests.integration.test_http_writes import PEOPLE, Served, prepare, sent, serving

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    request.getfixturevalue("worker_here")
    with serving(tmp_path) as made:
        yield made


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Served]:
    """A service whose workers are processes."""
    with serving(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    write_city(folder, ENTERPRISES_A_ROUND, 3)
    return folder


def ended(served: Served, job: str, by: str = "zhao") -> dict[str, Any]:
    """Wait until a job has ended."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        found: dict[str, Any] = served.get(f"/v1/jobs/{job}", by).json()
        schemas.Job.model_validate(found)
        if found["state"] in ("done", "failed", "cancelled"):
            return found
        time.sleep(0.2)
    raise AssertionError(served.get(f"/v1/jobs/{job}").json())


def order(served: Served, kind: str, by: str = "zhao", key: str | None = None, **asked: Any) -> httpx.Response:
    return served.post("/v1/jobs", {"kind": kind, **asked}, by, key)


def worker(settings: Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen(**started(settings))


def started(settings: Settings) -> dict[str, Any]:
    given = {"ZEREN_STORE": settings.store, "ZEREN_DESK": settings.desk, "PYTHONPATH": str(ROOT)}
    return {"args": [sys.executable, "-m", "api.jobs.worker"], "stdin": subprocess.PIPE, "env": {**os.environ, **given}}


def test_1_a_job_does_what_the_command_does(served: Served) -> None:
    ordered = order(served, "propagate", full=True)
    assert ordered.status_code == 202, ordered.text
    assert ordered.headers["location"] == f"/v1/jobs/{ordered.json()['id']}"
    others = [order(served, "snapshot").json()["id"], order(served, "export", to="graphml", whole=True).json()["id"]]
    done = ended(served, ordered.json()["id"])
    assert (done["state"], done["by"], done["attempts"]) == ("done", "zhao", 1), done
    assert done["answer"]["decisions"] == 3
    assert [row.by for row in served.store.audit(served.store.version() - 1)] == ["zhao"]
    snapshot, export = (ended(served, each) for each in others)
    assert snapshot["answer"]["version"] == served.store.version()
    file = served.get(f"/v1/jobs/{export['id']}/file")
    assert file.status_code == 200
    assert len(file.content) == export["answer"]["bytes"]
    assert "示例A公司" in file.text
    diff = ended(served, order(served, "diff", old="shipped", new="shipped").json()["id"])
    assert (diff["state"], diff["answer"]["findings_count"]) == ("done", 0)
    page = served.get("/v1/jobs").json()
    schemas.JobPage.model_validate(page)
    assert [item["kind"] for item in page["items"]] == ["diff", "export", "snapshot", "propagate"]


def test_1_the_quality_and_a_backup_are_jobs_of_those_who_may(served: Served, tmp_path: Path) -> None:
    for asked in ({}, {"known_at": "0"}, {"as_of": "2024-01-01"}):
        quality = ended(served, order(served, "quality", **asked).json()["id"])
        version = version_of(served.store, asked["known_at"]) if "known_at" in asked else None
        day = date.fromisoformat(asked["as_of"]) if "as_of" in asked else today()
        assert quality["answer"] == json.loads(json.dumps(quality_report(served.store, day, None, version)))
    assert_problem(order(served, "backup"), 403, "permission_missing")
    served.access.users.add("boss", ["administrator"], now())
    served.sent["boss"] = {"Authorization": f"Bearer {served.access.issue('boss', 'test', None, 1, now())[1]}"}
    done = ended(served, order(served, "backup", "boss").json()["id"])
    assert done["state"] == "done", done
    file = Path(done["answer"]["file"])
    assert [each.name for each in file.parent.iterdir()] == [file.name]
    assert done["answer"]["about"]["version"] == served.store.version()
    assert_problem(served.get(f"/v1/jobs/{done['id']}/file", "zhao"), 404, "not_found")
    places = backing_up.Places(*(tmp_path / "again" / name for name in ("store.db", "access.db", "desk.db")))
    places.store.parent.mkdir()
    backing_up.restore(file, places, str)
    with Database(places.access) as db:
        states = {job.id: job.state for job in Queue(db).all()}
    assert states[done["id"]] == "cancelled", "what was restored does not begin with a backup of itself"


def test_1_the_check_of_the_logs_is_a_job_of_an_auditor(served: Served) -> None:
    anchor = str(served.access.trail.head())
    assert_problem(order(served, "verify"), 403, "permission_missing")
    assert_problem(order(served, "verify", "auditor", anchor=["x"]), 400, "invalid_input")
    done = ended(served, order(served, "verify", "auditor", anchor=[anchor]).json()["id"], "auditor")
    assert (done["state"], done["answer"]["whole"], done["answer"]["trail"]["whole"]) == ("done", True, True), done
    assert done["answer"].keys() == served.get("/v1/audit/verify", "auditor").json().keys()
    late = order(served, "verify", "auditor", anchor=["9:" + "0" * 64]).json()["id"]
    assert not ended(served, late, "auditor")["answer"]["trail"]["whole"]


@pytest.mark.parametrize("ends", [Cancelled, Stopped])
def test_1_the_check_of_the_logs_stops_where_it_is(served: Served, ends: type[Exception]) -> None:
    heard: list[str] = []

    def tell(progress: str) -> None:
        heard.append(progress)
        if progress.startswith("version"):
            raise ends

    with pytest.raises(ends):
        KINDS["verify"](Desk(served.app.state.settings, catalogue(), actor(), Path(), tell), {})
    assert heard == ["reading the log", "version 1"]


def test_7_cancel_and_retry_are_done_once_for_a_key_and_can_be_tried(served: Served) -> None:
    job, _ = served.app.state.jobs.add("0" * 16, "propagate", {}, "zhao", now())
    served.app.state.starter._stop.set()  # nobody works
    for act, state in (("cancel", "cancelled"), ("retry", "waiting"), ("cancel", "cancelled")):
        address, key = f"/v1/jobs/{job.id}/{act}", f"key-of-{act}-{state}-{secrets.token_hex(4)}"
        before = served.app.state.jobs.get(job.id)
        assert served.post(address, {"dry_run": True}).json()["state"] == state
        assert served.app.state.jobs.get(job.id) == before
        first = served.post(address, {}, key=key)
        again = served.post(address, {}, key=key)
        assert (first.status_code, first.json()["state"], again.json()) == (200, state, first.json()), first.text
        assert again.headers["idempotency-replayed"] == "true"
        assert_problem(served.post(address, {}), 409, "refused")


def test_7_whoever_may_not_run_jobs_sees_and_stops_the_own_ones_alone(served: Served) -> None:
    of_another = order(served, "propagate").json()["id"]
    own = order(served, "export", "looker", to="graphml", whole=True).json()["id"]
    assert ended(served, own, "looker")["state"] == "done"
    assert served.get(f"/v1/jobs/{own}/file", "looker").status_code == 200
    assert [job["id"] for job in served.get("/v1/jobs", "looker").json()["items"]] == [own]
    assert {job["id"] for job in served.get("/v1/jobs", "zhao").json()["items"]} == {own, of_another}
    whole = order(served, "export", "zhao", to="csv", whole=True).json()["id"]
    assert ended(served, whole)["state"] == "done"
    for address in (f"/v1/jobs/{of_another}", f"/v1/jobs/{of_another}/events", f"/v1/jobs/{whole}/file"):
        assert_problem(served.get(address, "looker"), 404, "not_found")
    for act in ("cancel", "retry"):
        assert_problem(served.post(f"/v1/jobs/{of_another}/{act}", {}, "looker"), 404, "not_found")
    for kind in ("propagate", "snapshot", "status", "backup"):
        assert_problem(order(served, kind, "looker"), 403, "permission_missing")
    assert_problem(order(served, "export", "fgw", to="csv", whole=True), 403, "permission_missing")


def test_5_a_worker_whose_work_is_done_ends_in_order(tmp_path: Path) -> None:
    with subprocess.Popen(**started(Settings(store=f"sqlite:///{tmp_path / 'x.db'}")), stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.read()  # its standard input stays open until it has ended
        assert (process.wait(SECONDS), said) == (0, b"")


def test_1_what_a_job_cannot_be_is_refused(served: Served) -> None:
    for asked in (
        {"kind": "load", "what": "/etc/passwd"}, {"kind": "load"}, {"kind": "export", "to": "csv"},
        {"kind": "diff", "old": "shipped"}, {"kind": "propagate", "to": "csv"},
        {"kind": "export", "to": "csv", "whole": True, "around": "x"},
    ):  # fmt: skip
        assert_problem(served.post("/v1/jobs", asked), 400, "invalid_input")
    assert_problem(served.post("/v1/jobs", {"kind": "diff", "old": "../rules", "new": "shipped"}), 422, "invalid_parameter")
    assert_problem(order(served, "propagate", "looker"), 403, "permission_missing")
    assert_problem(served.get("/v1/jobs/none"), 404, "not_found")
    assert_problem(served.get("/v1/jobs/none/file", "looker"), 404, "not_found")
    assert_problem(served.get("/v1/jobs", "fgw"), 403, "permission_missing")
    failed = ended(served, order(served, "export", to="graphml", around="nobody of that name").json()["id"])
    assert failed["state"] == "failed"
    assert "nobody of that name" in failed["error"]
    assert served.post(f"/v1/jobs/{failed['id']}/retry").status_code == 200
    assert ended(served, failed["id"])["state"] == "failed"


def test_1_the_same_key_is_the_same_job_and_its_course_is_sent(apart: Served) -> None:
    first = order(apart, "propagate", key="job-0001", full=True).json()
    again = order(apart, "propagate", key="job-0001", full=True)
    assert (again.json()["id"], again.headers["idempotency-replayed"]) == (first["id"], "true")
    assert_problem(order(apart, "snapshot", key="job-0001"), 409, "refused")
    with apart.client.stream("GET", f"/v1/jobs/{first['id']}/events", headers=apart.sent["zhao"], timeout=SECONDS) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in answer.iter_lines() if line]
    events = [line.removeprefix("event: ") for line in lines if line.startswith("event")]
    told = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data")]
    assert (events[-1], told[-1]["state"]) == ("end", "done")
    assert set(events[:-1]) <= {"job"}


def test_a_job_is_no_longer_followed_by_whoever_is_locked(served: Served) -> None:
    queue: Queue = served.app.state.jobs
    with queue.working() as mine:  # so that the job waits
        assert mine
        job = order(served, "status").json()["id"]
        with served.client.stream("GET", f"/v1/jobs/{job}/events", headers=served.sent["zhao"], timeout=SECONDS) as answer:
            lines = answer.iter_lines()
            assert next(lines) == "event: job"
            served.access.users.lock("zhao")
            queue.cancel(job, now())
            rest = [line for line in lines if line]
    assert [json.loads(line.removeprefix("data: "))["state"] for line in rest] == ["waiting"]


def test_6_a_job_of_whoever_may_no_longer_fails_until_somebody_who_may_tries_it_again(served: Served) -> None:
    queue: Queue = served.app.state.jobs
    served.access.users.add("leaving", ["official"], now())
    for change in (served.access.users.lock, lambda name: served.access.users.set_roles(name, ["clerk"])):
        with queue.working() as mine:
            assert mine
            job, _ = queue.add(secrets.token_hex(8), "status", {}, "leaving", now())
            change("leaving")
        said = ended(served, job.id)
        assert (said["state"], said["by"]) == ("failed", "leaving")
        assert "leaving" in said["error"]
        served.access.users.unlock("leaving")
    assert served.post(f"/v1/jobs/{job.id}/retry").json()["by"] == "zhao"
    assert ended(served, job.id)["state"] == "done"


def test_6_whoever_works_at_the_machine_itself_is_no_user_and_may(served: Served) -> None:
    queue: Queue = served.app.state.jobs
    job, _ = queue.add("at-the-machine", "status", {}, "operator", now())
    assert ended(served, job.id)["state"] == "done"


def put(url: str, city: Path) -> str:
    with open_store(url, create=True):  # a worker makes none: its service has it open
        pass
    with Database(place_of(url)) as db:
        job, _ = Queue(db).add("load-1", "load", {"what": str(city), "mapping": "synthetic_city"}, "zhao", now())
    return job.id


def contents(url: str) -> set[tuple[str, str]]:
    with open_store(url) as store:
        assert store.verify() is None
        return {(each.fact.key, each.fact.id) for each in store.facts() if not each.fact.key.startswith("delivery/")}


def state(url: str) -> Job:
    with Database(place_of(url)) as db:
        return Queue(db).all()[0]


def test_2_a_worker_that_is_killed_leaves_the_job_to_the_next_and_never_two_work(city: Path, tmp_path: Path) -> None:
    whole, url = f"sqlite:///{tmp_path / 'whole.db'}", f"sqlite:///{tmp_path / 'killed.db'}"
    for each in (whole, url):
        put(each, city)
    assert work(Settings(store=whole), catalogue()) == 1
    expected = contents(whole)
    rng = random.Random(5)
    for round_ in range(2):
        workers = [worker(Settings(store=url)) for _ in range(2)]
        until = time.monotonic() + 60
        while state(url).attempts <= round_ and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(rng.random() * 0.8)
        running = [each for each in workers if each.poll() is None]
        assert len(running) <= 2
        for each in workers:
            each.kill()
            each.communicate()
        job = state(url)
        assert job.attempts <= round_ + 1, "two workers took it up"
        if job.ended:
            break
    assert state(url).state in ("running", "done")
    work(Settings(store=url), catalogue())
    last = state(url)
    assert (last.state, last.error) == ("done", "")
    assert contents(url) == expected


def test_3_told_to_stop_it_gives_the_job_back_and_cancelled_it_ends(city: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'stopped.db'}"
    put(url, city)
    told: list[bool] = []

    def stop() -> bool:
        told.append(True)
        return len(told) > 3

    assert work(Settings(store=url), catalogue(), stop) == 0
    assert (state(url).state, state(url).attempts) == ("waiting", 0)
    with Database(place_of(url)) as db:
        queue = Queue(db)
        seen: list[str] = []

        def look() -> bool:
            job = queue.all()[0]
            seen.append(job.state)
            if job.state == "running" and len(seen) == 3:
                queue.cancel(job.id, now())
            return False

        work(Settings(store=url), catalogue(), look)
    assert state(url).state in ("cancelled", "done")
    contents(url)


@pytest.mark.parametrize("stands", ["another", "none"])
def test_8_a_job_waits_while_another_file_stands_in_the_place_of_its_store_or_none(stands: str, tmp_path: Path) -> None:
    place, other, away = tmp_path / "zeren.db", tmp_path / "other.db", tmp_path / "away.db"
    url = f"sqlite:///{place}"
    for each in (place, other):
        with open_store(f"sqlite:///{each}", create=True) as store:
            store.append([], Act(now(), "test", each.name))
    with open_store(url) as store:
        assert isinstance(store, InFile)
        assert store.stands is not None
        file, before = store.stands.file, contents(f"sqlite:///{other}")
        with Database(place_of(url)) as db:
            queue = Queue(db)
            queue.add("0123456789abcdef", "load", {"what": "cn_court_defaulters"}, "test", now())
            starter = Starter(queue, Settings(store=url), store.stands)
            assert starter._due()
            place.rename(away)
            if stands == "another":
                other.rename(place)
            assert not starter._due()
    assert work(Settings(store=url), catalogue(), makes_store=False, file=file) == 0
    assert (state(url).state, state(url).attempts) == ("waiting", 0)
    if stands == "another":
        assert contents(url) == before
    away.rename(place)
    assert work(Settings(store=url), catalogue(), makes_store=False, file=file) == 1
    assert state(url).state == "done"


def test_8_a_store_that_is_put_in_place_while_a_job_begins_is_not_worked_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, other = tmp_path / "zeren.db", tmp_path / "other.db"
    for each in (place, other):
        with open_store(f"sqlite:///{each}", create=True):
            pass
    desk = Desk(Settings(store=f"sqlite:///{place}"), catalogue(), Actor.now("test"), tmp_path, lambda _: None, file=file_at(place))
    with desk.store():
        pass
    open_it = work_module.open_store_of

    def replaced(*given: Any, **more: Any) -> Any:
        other.rename(place)
        return open_it(*given, **more)

    monkeypatch.setattr(work_module, "open_store_of", replaced)
    with pytest.raises(StoreMoved, match="moved away or replaced"):
        desk.store()


def test_4_two_services_over_one_store_do_each_job_once(tmp_path: Path) -> None:
    url = prepare(tmp_path)
    with access_of(url) as access:
        headers = {name: sent(access, name) for name in PEOPLE}["zhao"]
    with in_process(Settings(store=url)) as (_, one), in_process(Settings(store=url)) as (_, other):
        jobs = []
        for number in range(6):
            to = (one, other)[number % 2]
            jobs.append(to.post("/v1/jobs", json={"kind": "snapshot"}, headers=headers).json()["id"])
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            found = other.get("/v1/jobs", headers=headers).json()["items"]
            if all(item["state"] == "done" for item in found):
                break
            time.sleep(0.3)
    assert {item["id"] for item in found} == set(jobs)
    assert {(item["state"], item["attempts"]) for item in found} == {("done", 1)}


def test_the_command_line_orders_shows_and_works(tmp_path: Path) -> None:
    url = prepare(tmp_path)
    export = ("jobs", "add", "export", "to=csv", "around=a")
    for wrong in ("role=赵钱孙李", "share=赵钱孙李", "hops=x", "around=b"):
        assert ask_zeren(*export, wrong, store=url, cwd=tmp_path).returncode != 0, wrong
    asked = ask_zeren(*export, "role=director", "role=supervisor", "hops=1", "--dry-run", store=url, cwd=tmp_path).stdout
    assert '"role": ["director", "supervisor"]' in asked
    assert '"hops": 1' in asked
    job = ask_zeren("jobs", "add", "propagate", "full=true", store=url, cwd=tmp_path).stdout.strip()
    listed = json.loads(ask_zeren("jobs", "list", "--format", "json", store=url, cwd=tmp_path).stdout)
    assert [(each["id"], each["state"], each["asked"]) for each in listed] == [(job, "waiting", {"full": True})]
    assert ask_zeren("jobs", "work", store=url, cwd=tmp_path).stdout == "已结束 1 项任务\n"
    shown = json.loads(ask_zeren("jobs", "show", job, "--format", "json", store=url, cwd=tmp_path).stdout)
    assert (shown["state"], shown["by"]) == ("done", "tester")
    assert ask_zeren("jobs", "cancel", job, store=url, cwd=tmp_path).returncode == 1


RULE = """
rules:
  - id: X-WAGE
    title: {zh: 拖欠农民工工资, en: wage arrears}
    instrument: 示例办法
"""


def test_1_rules_that_are_sent_are_compared_or_refused_with_every_error(served: Served) -> None:
    shipped = (LAW / "wage_arrears.yaml").read_text(encoding="utf-8")
    other = shipped.replace("years: 3", "years: 2")
    assert other != shipped
    done = ended(served, order(served, "diff", key="diff-0001", old="shipped", rules=other).json()["id"])
    assert done["state"] == "done", done
    assert any(done["answer"]["rules"].values())
    assert done["answer"]["findings_count"]
    assert "rules" not in done["asked"]
    assert other not in json.dumps(done, ensure_ascii=False)
    again = order(served, "diff", key="diff-0001", old="shipped", rules=other)
    assert (again.json()["id"], again.headers["idempotency-replayed"]) == (done["id"], "true")
    assert_problem(order(served, "diff", key="diff-0001", old="shipped", rules=shipped), 409, "refused")
    for text in ("rules: [", "- 1", RULE, "&a [*a]"):
        answer = order(served, "diff", old="shipped", rules=text)
        assert_problem(answer, 400, "invalid_input")
        assert "rules.yaml" in answer.json()["detail"]
    assert len(order(served, "diff", old="shipped", rules=RULE).json()["detail"].splitlines()) > 3
    for asked in ({}, {"new": "shipped", "rules": shipped}):
        assert_problem(order(served, "diff", old="shipped", **asked), 400, "invalid_input")
    for unknown in ("abcdef012345", "999999", "2000-01-01"):
        assert order(served, "diff", old=unknown, new="shipped").status_code in (400, 404), unknown


def test_1_a_comparison_tells_how_far_it_is_and_stops_when_it_is_to(served: Served) -> None:
    told: list[str] = []

    def tell(progress: str) -> None:
        told.append(progress)
        if progress.endswith("2 of 3"):
            raise Cancelled

    desk = Desk(Settings(store=served.url), catalogue(), actor(), served.desk.parent, tell)
    with pytest.raises(Cancelled):
        KINDS["diff"](desk, {"old": "shipped", "new": "shipped"})
    assert told == ["reading the rules", "decision 1 of 3", "decision 2 of 3"]


def test_1_an_export_is_of_a_day_and_as_known_then_as_the_command_has_it(served: Served) -> None:
    def text(**asked: object) -> str:
        job = ended(served, order(served, "export", to="graphml", **asked).json()["id"])
        assert job["state"] == "done", job
        return served.get(f"/v1/jobs/{job['id']}/file").text

    def nodes(text: str) -> int:
        return text.count("<node ")

    now_, before = text(whole=True), text(whole=True, known_at="0")
    assert nodes(now_) > nodes(before) == 0
    assert nodes(text(whole=True, as_of="1990-01-01")) < nodes(now_)
    company = next(recorded.fact.value.id for recorded in served.store.facts(["entity"]) if recorded.fact.value.kind == "company")
    assert nodes(text(around=company, kind_of_party=["company"])) < nodes(text(around=company))
    refused = assert_problem(order(served, "export", to="graphml", whole=True, share="30"), 400, "invalid_input")
    assert "share: bounds a search around a party" in refused["detail"]
    for wrong in ({"role": ["赵钱孙李"]}, {"kind_of_party": ["赵钱孙李"]}, {"share": "赵钱孙李"}):  # else a job would keep the name
        made = len(served.get("/v1/jobs").json()["items"])
        assert "赵钱孙李" in order(served, "export", to="graphml", around=company, **wrong).json()["detail"]
        assert len(served.get("/v1/jobs").json()["items"]) == made


def test_a_file_of_before_something_was_sealed_is_given_to_nobody(served: Served) -> None:
    export = ended(served, order(served, "export", to="graphml", whole=True).json()["id"])
    address = f"/v1/jobs/{export['id']}/file"
    assert served.get(address).status_code == 200
    key = next(recorded.fact.key for recorded in served.store.facts(["decision"]) if recorded.fact.value.id == "D2")
    served.store.seal(key, "示例条例第1条", Act(now(), "zhao", "seal"))
    assert_problem(served.get(address), 409, "refused")
    assert_problem(served.get(address), 404, "not_found")


@pytest.mark.parametrize(("lang", "said"), [("en", "looker, who ordered it, no longer sees it"), ("zh", "原提交人 looker")])
def test_6_whose_job_is_tried_again_by_another_no_longer_sees_it_and_the_command_says_so(
    served: Served, monkeypatch: pytest.MonkeyPatch, lang: str, said: str
) -> None:
    monkeypatch.setattr("api.jobs.starter.Starter.wake", lambda _: None)
    job = order(served, "export", "looker", to="csv", whole=True).json()["id"]
    served.post(f"/v1/jobs/{job}/cancel", {}, "looker")
    environment = {"ZEREN_STORE": served.url, "ZEREN_USER": "operator", "ZEREN_LANG": lang}
    run = CliRunner().invoke(app, ["jobs", "retry", job], env=environment)
    assert (run.exit_code, said in run.stderr) == (0, True), run.stderr
    assert_problem(served.get(f"/v1/jobs/{job}", "looker"), 404, "not_found")
    assert served.get(f"/v1/jobs/{job}").json()["by"] == "operator"


def test_1_the_status_is_of_a_version_and_an_undoing_is_tried(served: Served) -> None:
    then = ended(served, order(served, "status", known_at="1").json()["id"])["answer"]
    now_ = ended(served, order(served, "status").json()["id"])["answer"]
    assert (then["version"], now_["version"]) == (1, served.store.version())
    assert sum(then["statements"].values()) < sum(now_["statements"].values())
    loaded = ended(served, order(served, "load", what="cn_court_defaulters").json()["id"])["answer"]
    version, asked = served.store.version(), {"delivery": loaded["delivery"], "reason": "wrong file"}
    tried = ended(served, order(served, "undo", dry_run=True, **asked).json()["id"])["answer"]
    assert served.store.version() == version
    done = ended(served, order(served, "undo", **asked).json()["id"])["answer"]
    assert served.store.version() > version
    assert all(tried[name] == done[name] for name in ("retracted", "restored", "kept", "also", "days"))


def test_7_what_was_typed_is_told_to_nobody_who_sees_no_persons_and_spoils_no_list(served: Served) -> None:
    served.access.users.add("boss", ["administrator"], now())
    served.sent["boss"] = {"Authorization": f"Bearer {served.access.issue('boss', 'test', None, 1, now())[1]}"}
    asked: list[dict[str, Any]] = [
        {"kind": "propagate", "decision": text} for text in ("a", " ", "kind", "id", "state", "failed", "propagate", "zhao")
    ]
    asked += [{"kind": "export", "to": "csv", "around": "王"}, {"kind": "quality", "source": '欧阳\u3000某某\n"x'}]
    for each in asked:
        job = ended(served, served.post("/v1/jobs", each).json()["id"])
        told = served.get(f"/v1/jobs/{job['id']}", "boss")
        assert told.status_code == 200, (each, told.text)
        shown = told.json()
        assert shown.keys() == job.keys()
        assert {name: shown[name] for name in ("id", "kind", "state", "by")} == {n: job[n] for n in ("id", "kind", "state", "by")}
        assert shown["asked"] == job["asked"] | {name: None for name in ("decision", "around", "source") if name in each}
        assert "欧阳" not in told.text
        assert served.get("/v1/jobs", "boss", limit=1).json()["items"] == [shown]


def test_7_a_decision_whose_id_may_bear_a_name_is_told_to_nobody_who_sees_no_persons(served: Served) -> None:
    served.access.users.add("boss", ["administrator"], now())
    served.sent["boss"] = {"Authorization": f"Bearer {served.access.issue('boss', 'test', None, 1, now())[1]}"}
    assert ended(served, order(served, "load", what="cn_court_defaulters").json()["id"])["state"] == "done"
    natural = served.app.state.service.natural
    values = [each.fact.value for each in served.store.facts(["decision"])]
    mine = next(each for each in values if natural.which([each.respondent.entity]))
    firm = next(each for each in values if not natural.which([each.respondent.entity]))
    job = ended(served, order(served, "propagate", decision=mine.id, dry_run=True).json()["id"])
    bare = {"Authorization": served.sent["zhao"]["Authorization"]}
    assert_problem(served.client.get(f"/v1/jobs/{job['id']}", headers=bare), 403, "purpose_required")
    for address in (f"/v1/jobs/{job['id']}", "/v1/jobs"):
        assert mine.id not in served.get(address, "boss").text
    other = ended(served, order(served, "propagate", decision=firm.id, dry_run=True).json()["id"])
    assert served.get(f"/v1/jobs/{other['id']}", "boss").json()["asked"]["decision"] == firm.id


def test_7_what_may_not_be_answered_is_not_done(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Starter, "wake", lambda _: None)
    monkeypatch.setattr(Starter, "_due", lambda _: False)  # it waits
    job = served.post("/v1/jobs", {"kind": "quality", "source": "欧阳某某"}).json()
    bare = {"Authorization": served.sent["zhao"]["Authorization"]}
    for how, state in (("cancel", "waiting"), ("retry", "cancelled")):
        answer = served.client.post(f"/v1/jobs/{job['id']}/{how}", json={}, headers=bare)
        assert_problem(answer, 403, "purpose_required")
        assert served.get(f"/v1/jobs/{job['id']}").json()["state"] == state
        assert served.post(f"/v1/jobs/{job['id']}/cancel" if how == "cancel" else f"/v1/jobs/{job['id']}/retry").status_code == 200


def test_7_whoever_may_not_derive_one_decision_does_not_by_trying_it_again(served: Served) -> None:
    served.access.users.add("boss", ["administrator"], now())
    served.sent["boss"] = {"Authorization": f"Bearer {served.access.issue('boss', 'test', None, 1, now())[1]}"}
    failed = ended(served, order(served, "propagate", decision="none of ours").json()["id"])
    assert failed["state"] == "failed"
    assert_problem(served.post(f"/v1/jobs/{failed['id']}/retry", {}, "boss"), 403, "permission_missing")
    assert served.post(f"/v1/jobs/{failed['id']}/retry", {}, "zhao").status_code == 200
    with pytest.raises(PermissionMissing, match=r"decision\.read"):
        may_still(served.access.db, served.access.roles, "boss", "propagate", {"decision": "D"})


def test_1_a_moment_that_cannot_be_is_refused_when_the_job_is_ordered(served: Served) -> None:
    for kind in ("status", "quality"):
        assert_problem(order(served, kind, known_at="2020-13-41"), 400, "invalid_input")


def test_1_one_decision_is_derived_alone_and_a_dry_run_records_nothing(served: Served) -> None:
    before = served.store.version()
    tried = ended(served, order(served, "propagate", full=True, dry_run=True).json()["id"])
    assert (tried["state"], tried["answer"]["decisions"], served.store.version()) == ("done", 3, before), tried
    done = ended(served, order(served, "propagate", decision="D2").json()["id"])
    assert (done["state"], done["answer"]["decisions"], done["answer"]["full"]) == ("done", 1, False), done
    assert ended(served, order(served, "propagate", decision="NONE").json()["id"])["state"] == "failed"
    served.access.users.add("root", ["administrator"], now())
    served.sent["root"] = {"Authorization": f"Bearer {served.access.issue('root', 'test', None, 1, now())[1]}"}
    assert_problem(order(served, "propagate", "root", decision="D2"), 403, "permission_missing")
    assert order(served, "propagate", "root", dry_run=True).status_code == 202


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_1_why_a_job_failed_is_told_in_the_language_of_whoever_asks(served: Served, lang: str) -> None:
    failed = ended(served, order(served, "export", to="graphml", around="查无此人").json()["id"])
    served.sent["zhao"]["Accept-Language"] = lang
    one = served.get(f"/v1/jobs/{failed['id']}").json()
    assert one["error_code"] == "not_found"
    other = {"en": "zh", "zh": "en"}[lang]
    assert served.get(f"/v1/jobs/{failed['id']}", lang=other).json()["error"] != one["error"]
    assert served.get("/v1/jobs").json()["items"] == [one]
    assert json.dumps(one["error"], ensure_ascii=False) in served.get(f"/v1/jobs/{failed['id']}/events").text
    environment = {"ZEREN_STORE": served.url, "ZEREN_USER": "operator", "ZEREN_LANG": lang}
    shown = CliRunner().invoke(app, ["jobs", "show", failed["id"]], env=environment).stdout
    heads = {"en": ("state: failed", "kind: export"), "zh": ("状态: 失败", "种类: 导出")}[lang]
    assert all(each in shown for each in (*heads, one["error"])), shown
    labels = {line.partition(":")[0] for line in shown.splitlines() if not line.startswith("{")}
    assert lang == "en" or not any(label.isascii() for label in labels), labels
    listed = CliRunner().invoke(app, ["jobs", "list", "--format", "json"], env=environment).stdout
    assert json.loads(listed)[0]["error"] == one["error"]


def test_7_a_file_whose_name_may_be_somebodys_is_told_to_nobody_who_sees_no_persons(served: Served) -> None:
    served.access.users.add("boss", ["administrator"], now())
    served.sent["boss"] = {"Authorization": f"Bearer {served.access.issue('boss', 'test', None, 1, now())[1]}"}
    rows = next(path for path in bundled_files("cn_court_defaulters") if path.suffix == ".csv").read_bytes()
    bare = {"Authorization": served.sent["zhao"]["Authorization"]}
    wrong = b"\n".join([rows.splitlines()[0], rows.splitlines()[1].replace(b"20", b"x", 1)])
    for name, told in (("defaulters_2024.csv", True), ("defaulters_欧阳某某.csv", False), ("欧阳某某.csv", False)):
        for content in (rows, wrong):
            headers = served.sent["zhao"] | {"Content-Type": "text/csv"}
            params = {"mapping": "cn_court_defaulters", "file": name, "later": True}
            job = ended(served, served.client.post("/v1/loads", params=params, content=content, headers=headers).json()["id"])
            assert job["asked"]["upload"] == name
            assert (served.client.get(f"/v1/jobs/{job['id']}", headers=bare).status_code == 200) is told
            shown = served.get(f"/v1/jobs/{job['id']}", "boss")
            assert shown.status_code == 200
            assert shown.json()["asked"]["upload"] == (name if told else None)
            for text in (shown.text, served.get("/v1/jobs", "boss").text, served.get(f"/v1/jobs/{job['id']}/events", "boss").text):
                assert "欧阳某某" not in text
    queue: Queue = served.app.state.jobs
    made, _ = queue.add("at-the-machine", "load", {"what": "/data/欧阳某某", "mapping": "/data/欧阳某某.yaml"}, "operator", now())
    assert ended(served, made.id)["state"] == "failed"
    assert "欧阳某某" not in served.get(f"/v1/jobs/{made.id}", "boss").text


def test_9_a_job_that_waited_is_not_done_in_another_store_than_the_one_that_it_was_ordered_for(tmp_path: Path) -> None:
    url, place = prepare(tmp_path), tmp_path / "zeren.db"
    with open_store(f"sqlite:///{tmp_path / 'another.db'}", create=True) as store:
        store.append([], Act(now(), "test", "another"))
    environment = {"ZEREN_STORE": url, "ZEREN_USER": "operator", "ZEREN_LANG": "zh"}
    for what in (["status"], ["load", "what=cn_court_defaulters"], ["backup"]):
        assert CliRunner().invoke(app, ["jobs", "add", *what], env=environment).exit_code == 0
    place.rename(tmp_path / "away.db")
    (tmp_path / "another.db").rename(place)
    work(Settings(store=url), catalogue())
    with Database(place_of(url)) as db:
        jobs = Queue(db).all()
    assert {(job.state, job.error_code) for job in jobs} == {("failed", "refused")}
    assert all("ordered for another store" in job.error and "另一个存储" in job.error_zh for job in jobs)
    assert contents(url) == set()
    run = CliRunner().invoke(app, ["jobs", "retry", jobs[-1].id], env=environment)
    assert run.exit_code == 0, run.output
    assert work(Settings(store=url), catalogue()) == 1
    place.unlink()
    with Database(place_of(url)) as db:
        assert Queue(db).get(jobs[-1].id).state == "done"
        Queue(db).retry(jobs[1].id, "operator", now(), jobs[1].store)
    work(Settings(store=url), catalogue())
    assert not place.exists(), "none is made where the one that it was ordered for is away"
