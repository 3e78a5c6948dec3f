"""Rows sent over HTTP to be loaded: a real server on a free port.

The numbered invariants of `api.http.upload`, each in a test named after its number.
"""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from api.http import job_schemas as schemas
from api.http import upload
from api.jobs.queue import sent_in
from api.settings import Settings
from api.use_cases.loading import EXAMPLES
from graph.codec import digest
from graph.errors import StoreError
from graph.store import open_store
from loaders import ingest
from loaders.mapping_file import bundled_files
from tests.integration.test_http import assert_problem, in_process
from tests.integration.test_http_writes import Served, prepare
from tests.integration.test_jobs import SECONDS, ended

SAMPLE = next(path for path in bundled_files("cn_court_defaulters") if path.suffix == ".csv")
MOST = 200_000


@pytest.fixture
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    request.getfixturevalue("worker_here")
    url, desk = prepare(tmp_path), tmp_path / "desk.db"
    settings = Settings(store=url, desk=str(desk), rate=0, rate_public=0, body_bytes=1_000, load_bytes=MOST)
    with in_process(settings) as (app, client):
        client.headers.pop("authorization")
        yield Served(app, client, url, desk)


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(SAMPLE.read_text("utf-8-sig"), newline="")))


def send(served: Served, content: bytes | str, by: str = "zhao", key: str | None = None, **asked: object) -> httpx.Response:
    params = {"mapping": "cn_court_defaulters", "file": "defaulters.csv", **asked}
    headers = served.sent[by] | {"Content-Type": "text/csv"} | ({"Idempotency-Key": key} if key else {})
    return served.client.post("/v1/loads", params=params, content=content, headers=headers)


def left(served: Served) -> list[str]:
    folder = served.app.state.jobs.folder
    return [each.name for each in folder.iterdir()] if folder.exists() else []


def test_a_load_that_waited_while_its_store_was_replaced_is_not_done_in_what_stands_there(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place, other = Path(served.url.removeprefix("sqlite:///")), tmp_path / "other.db"
    with open_store(f"sqlite:///{other}", create=True):
        pass

    @contextmanager
    def waited(*_given: object) -> Iterator[None]:
        place.rename(tmp_path / "away.db")
        other.rename(place)
        yield

    monkeypatch.setattr(upload, "_keyed", waited)
    answer = send(served, SAMPLE.read_bytes(), key="waits-for-its-turn")
    said = assert_problem(answer, 503, "store_unavailable")["detail"]
    assert "moved away or replaced" in said
    assert "Put that file back" in said
    with open_store(served.url) as stands:
        assert stands.version() == 0


@pytest.mark.parametrize(("lang", "says"), [("en", "defaulters.csv to row"), ("zh", "已记录：defaulters.csv 至第")])
def test_a_load_whose_store_is_moved_away_meanwhile_says_what_is_on_record_and_goes_on_once_it_is_put_back(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lang: str, says: str
) -> None:
    place, away, plain = Path(served.url.removeprefix("sqlite:///")), tmp_path / "away.db", ingest.load

    def cut(*given: Any, progress: ingest.Progress, **more: Any) -> Any:
        def told(file: str, row: int) -> None:
            progress(file, row)
            if place.exists():
                place.rename(away)

        return plain(*given, progress=told, batch=20, **more)

    with monkeypatch.context() as patch:
        patch.setattr(ingest, "load", cut)
        answer = send(served, SAMPLE.read_bytes(), key="cut-in-the-middle", lang=lang)
    said = assert_problem(answer, 503, "store_unavailable")["detail"]
    assert says in said
    assert "nothing was done" not in said
    assert "未作任何处理" not in said
    row = int(re.search(r"(?:row|至第) ([0-9]+)", said)[1])  # type: ignore[index]
    away.rename(place)
    counts = send(served, SAMPLE.read_bytes(), key="cut-in-the-middle").json()["tables"]["defaulters"]
    assert (counts["known"], counts["rows"]) == (row - 1, len(rows())), "the header is row 1"


@pytest.mark.parametrize(("lang", "says"), [("en", "defaulters.csv whole"), ("zh", "defaulters.csv 全部")])
def test_a_load_whose_store_is_moved_away_at_its_end_says_that_all_is_on_record(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lang: str, says: str
) -> None:
    place, plain = Path(served.url.removeprefix("sqlite:///")), upload.kept

    def moved(*given: Any) -> Any:
        if given[-1]:  # what is kept before the load is empty
            place.rename(tmp_path / "away.db")
        return plain(*given)

    monkeypatch.setattr(upload, "kept", moved)
    answer = send(served, SAMPLE.read_bytes(), key="cut-at-the-end", lang=lang)
    assert says in assert_problem(answer, 503, "store_unavailable")["detail"]


def test_6_what_a_killed_process_left_goes_at_the_next_start_and_what_another_takes_stays(tmp_path: Path) -> None:
    url, desk = prepare(tmp_path), tmp_path / "desk.db"
    folder = Path(f"{url.removeprefix('sqlite:///')}.access.db.jobs")
    for name in ("upload-left", "upload-held", "0123"):
        (folder / name).mkdir(parents=True)
        (folder / name / "rows.csv").write_text("x", encoding="utf-8")
    held = os.open(folder / "upload-held", os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        with in_process(Settings(store=url, desk=str(desk))):
            until = monotonic() + SECONDS
            while (folder / "upload-left").exists() and monotonic() < until:
                sleep(0.05)
            assert sorted(each.name for each in folder.iterdir()) == ["0123", "upload-held"]
    finally:
        os.close(held)


def test_1_the_report_says_what_became_of_every_row(served: Served) -> None:
    report = send(served, SAMPLE.read_bytes())
    assert report.status_code == 200, report.text
    document = report.json()
    schemas.LoadReport.model_validate(document)
    assert document["tables"]["defaulters"]["rows"] == len(rows())
    assert document["tables"]["defaulters"]["new"] > 0
    assert any(row.by == "zhao" for row in served.store.audit())
    assert left(served) == []
    bad = rows()[:2]
    bad[1]["publishDate"] = "the day after tomorrow"
    bad[0]["caseCode"], bad[1]["caseCode"] = "（2026）示1号", "（2026）示2号"
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in bad) + "\n"
    refused = send(served, lines.encode(), file="defaulters.jsonl").json()
    assert refused["failed"]
    (issue,) = [each for each in refused["issues"] if each["level"] == "refused"]
    assert (issue["row"], issue["column"]) == (2, "publishDate")
    assert "the day after tomorrow" in issue["value"] + issue["reason"]
    assert refused["tables"]["defaulters"]["accepted"] == 1


def test_1_the_reasons_are_in_the_language_asked_for(served: Served) -> None:
    bad = rows()[:1]
    bad[0]["publishDate"] = "2024-13-40"
    line = (json.dumps(bad[0], ensure_ascii=False) + "\n").encode()

    def reasons(report: dict[str, Any]) -> list[str]:
        return [each["reason"] for each in report["issues"] if each["level"] == "refused"]

    told = {"zh": ["没有 '2024-13-40' 这一天"], "en": ["'2024-13-40' is not a day that exists"]}
    for lang, wanted in told.items():
        said = send(served, line, file="defaulters.jsonl", dry_run=True, lang=lang)
        assert (reasons(said.json()), said.headers["content-language"]) == (wanted, lang), said.text
    served.sent["zhao"]["Accept-Language"] = "zh"
    assert reasons(send(served, line, file="defaulters.jsonl", dry_run=True).json()) == told["zh"]
    job = send(served, line, file="defaulters.jsonl", later=True).json()["id"]
    assert reasons(ended(served, job)["answer"]) == told["zh"]
    assert reasons(served.get(f"/v1/jobs/{job}", lang="en").json()["answer"]) == told["en"]
    (listed,) = served.get("/v1/jobs", lang="en").json()["items"]
    assert reasons(listed["answer"]) == told["en"]


def test_1_what_is_refused_as_a_whole_is_no_delivery(served: Served) -> None:
    taken = send(served, SAMPLE.read_bytes()).json()["delivery"]
    assert taken
    assert send(served, SAMPLE.read_bytes()).json()["delivery"] == taken
    refused = send(served, SAMPLE.read_bytes(), file="defaulters.jsonl").json()
    assert (refused["failed"], refused["delivery"]) == (True, None)


def test_2_the_same_key_and_rows_are_loaded_once(served: Served) -> None:
    first = send(served, SAMPLE.read_bytes(), key="delivery-1")
    version = served.store.version()
    again = send(served, SAMPLE.read_bytes(), key="delivery-1")
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    assert served.store.version() == version
    assert_problem(send(served, SAMPLE.read_bytes() + b"\n", key="delivery-1"), 409, "refused")
    later = send(served, SAMPLE.read_bytes(), key="delivery-2").json()
    assert later["tables"]["defaulters"]["new"] == 0


def test_2_of_several_at_once_with_one_key_one_is_loaded(served: Served) -> None:
    own, other = SAMPLE.read_bytes(), SAMPLE.read_bytes() + b"\n"
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda content: send(served, content, key="delivery-5"), [own, other] * 3))
    done = [answer for answer in answers if answer.status_code == 200]
    assert [answer.status_code for answer in answers if answer not in done] == [409] * 3
    assert len({answer.text for answer in done}) == 1
    assert sorted(answer.headers.get("idempotency-replayed", "") for answer in done) == ["", "true", "true"]
    assert done[0].json()["tables"]["defaulters"]["new"] > 0


def test_2_a_job_loads_what_was_acknowledged_whatever_a_cut_request_left(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(type(served.app.state.jobs), "add", full)
        assert_problem(send(served, SAMPLE.read_bytes(), later=True, key="delivery-6"), 503, "store_unavailable")
    assert left(served) == []
    job = digest("job", "zhao", "delivery-6")
    stale = sent_in(served.app.state.jobs.folder / job, "0" * 64)
    stale.mkdir(parents=True)
    (stale / "defaulters.csv").write_bytes(b"\n".join(SAMPLE.read_bytes().splitlines()[:2]))
    made = send(served, SAMPLE.read_bytes(), later=True, key="delivery-6").json()
    assert made["id"] == job
    assert ended(served, job)["answer"]["tables"]["defaulters"]["new"] == len(rows())


def test_2_a_dry_run_records_nothing_and_later_is_a_job(served: Served) -> None:
    before = served.store.version()
    assert send(served, SAMPLE.read_bytes(), dry_run=True, key="delivery-0").json()["dry_run"]
    assert served.store.version() == before
    made = send(served, SAMPLE.read_bytes(), later=True, key="delivery-3")
    assert made.status_code == 202, made.text
    schemas.Job.model_validate(made.json())
    again = send(served, SAMPLE.read_bytes(), later=True, key="delivery-3")
    assert (again.json()["id"], again.headers["idempotency-replayed"]) == (made.json()["id"], "true")
    assert_problem(send(served, b"other", later=True, key="delivery-3"), 409, "refused")
    done = ended(served, made.json()["id"])
    until = monotonic() + SECONDS
    while left(served) and monotonic() < until:  # what was sent is cleared away when the end of the job is on the disk
        sleep(0.02)
    assert done["state"] == "done", done
    assert done["answer"]["tables"]["defaulters"]["new"] > 0
    assert left(served) == []


def test_2_what_is_sent_again_for_a_job_that_is_done_is_not_kept(served: Served) -> None:
    made = send(served, SAMPLE.read_bytes(), later=True, key="delivery-9").json()
    ended(served, made["id"])
    assert send(served, SAMPLE.read_bytes(), later=True, key="delivery-9").json()["id"] == made["id"]
    assert_problem(send(served, b"other", later=True, key="delivery-9"), 409, "refused")
    assert left(served) == []


def test_3_what_is_too_large_is_refused_and_leaves_nothing(served: Served) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(MOST // 1_000 + 10):
            yield b"x" * 1_000

    before = served.store.version()
    assert_problem(send(served, b"x" * (MOST + 1)), 413, "body_too_large")
    headers = served.sent["zhao"]
    params = {"mapping": "cn_court_defaulters", "file": "defaulters.csv"}
    try:
        answer = served.client.post("/v1/loads", params=params, content=endless(), headers=headers)
        assert_problem(answer, 413, "body_too_large")
    except httpx.WriteError:
        pass  # it was refused while it was being sent
    assert_problem(served.client.post("/v1/check", content=b"x" * 2_000, headers=headers), 413, "body_too_large")
    assert left(served) == []
    assert served.store.version() == before


def test_4_mapping_and_file_choose_no_other_place(served: Served, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("source: own")
    assert_problem(send(served, b"a", mapping=str(tmp_path / "own.yaml")), 404, "not_found")
    for name in ("../defaulters.csv", "/tmp/defaulters.csv", "a/b.csv", ".hidden", "", "x" * 300):  # noqa: S108 - refused
        assert_problem(send(served, b"a", file=name), 422, "invalid_parameter")
    assert "fits no table" in assert_problem(send(served, b"a", file="others.csv"), 400, "invalid_input")["detail"]
    assert "say as of which day" in assert_problem(send(served, b"a", mapping="no_boards"), 400, "invalid_input")["detail"]
    assert_problem(send(served, b"a", by="looker"), 403, "permission_missing")
    assert left(served) == []


def test_5_a_full_disk_is_said_and_nothing_is_left_on_it(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    class Full(io.BytesIO):
        def write(self, _block: object) -> int:
            raise OSError(ENOSPC, os.strerror(ENOSPC))

    def full(self: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
        if mode == "xb":
            opened(self, "xb").close()  # there is room for a name, and for no byte
            return Full()
        return opened(self, mode, *more, **named)

    before = served.store.version()
    monkeypatch.setattr(Path, "open", full)
    said = assert_problem(send(served, SAMPLE.read_bytes()), 503, "store_unavailable")["detail"]
    assert os.strerror(ENOSPC) in said
    assert str(served.app.state.jobs.folder.parent) not in said
    monkeypatch.undo()
    assert left(served) == []
    assert served.store.version() == before
    assert send(served, SAMPLE.read_bytes()).status_code == 200


def test_1_what_rows_would_change_is_shown_by_examples_and_nothing_is_recorded(served: Served) -> None:
    before = served.store.version()
    report = send(served, SAMPLE.read_bytes(), compare=True, examples=2, key="compare-0")
    document = report.json()
    schemas.LoadReport.model_validate(document)
    assert (document["dry_run"], len(document["examples"])) == (True, 2), document
    assert {each["change"] for each in document["examples"]} == {"new"}
    assert all(each["new"] and each["key"] and not each["old"] for each in document["examples"])
    assert served.access.trail.page(served.access.trail.head().length - 1, 1)[0].look.people == ()
    assert any("rows of" in row.look.asked for row in served.access.trail.rows()), "the examples are rows of a delivery"
    assert len(send(served, SAMPLE.read_bytes(), compare=True).json()["examples"]) == EXAMPLES
    assert "examples" not in send(served, SAMPLE.read_bytes(), dry_run=True).json()
    job = ended(served, send(served, SAMPLE.read_bytes(), compare=True, dry_run=True, examples=1, later=True).json()["id"])
    assert (job["state"], len(job["answer"]["examples"]), job["answer"]["delivery"]) == ("done", 1, None), job
    ordered = served.post("/v1/jobs", {"kind": "load", "what": "cn_court_defaulters", "compare": True, "examples": 3}).json()
    assert len(ended(served, ordered["id"])["answer"]["examples"]) == 3
    assert served.store.version() == before
    del served.sent["zhao"]["Zeren-Purpose"], served.client.headers["Zeren-Purpose"]
    shown = [send(served, SAMPLE.read_bytes(), compare=True).json(), served.get(f"/v1/jobs/{job['id']}").json()["answer"]]
    for each in (example for report in shown for example in report["examples"]):
        assert (each["key"], each["old"], each["new"], each["file"]) == ("…", {}, {}, "defaulters.csv")
    assert_problem(send(served, SAMPLE.read_bytes(), examples=2), 400, "invalid_input")
    assert_problem(served.post("/v1/jobs", {"kind": "load", "what": "cn_court_defaulters", "examples": 2}), 400, "invalid_input")
    assert_problem(send(served, SAMPLE.read_bytes(), compare=True, examples=0), 422, "invalid_parameter")
