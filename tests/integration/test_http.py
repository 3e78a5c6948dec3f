"""The service as a client sees it: a real server on a free port.

The numbered invariants of the modules of `api.http`, each in a test named after its module and number.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from errno import ENOSPC
from html.parser import HTMLParser
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote, urljoin

import httpx
import pytest
import uvicorn
from pydantic import BaseModel

from api.http import (
    access_schemas,
    case_schemas,
    department_schemas,
    graph_schemas,
    job_schemas,
    law_schemas,
    office_schemas,
    party_schemas,
    preview_schemas,
    problems,
    schemas,
)
from api.http.app import create_app
from api.http.negotiation import preferred
from api.http.patience import HEAD_BYTES
from api.http.server import _listen, serve
from api.http.service import Service
from api.locales import LANGS, texts
from api.settings import Settings
from api.use_cases.explaining import explain, why_not
from api.use_cases.findings import Query, find
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.reading import snapshot_of
from api.use_cases.showing import show
from graph.errors import ConfigError, StoreAway, StoreBusy, StoreError
from graph.store import in_use, open_store
from graph.store.base import Store
from tests.access_world import NO_CERTIFICATES, headers, headers_for
from tests.api_world import actor, add, case, catalogue

MODELS = (
    schemas,
    graph_schemas,
    access_schemas,
    party_schemas,
    case_schemas,
    department_schemas,
    law_schemas,
    job_schemas,
    preview_schemas,
    office_schemas,
)
REPOSITORY = Path(__file__).resolve().parents[2]
SERVER = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
from api.http.server import serve
from api.settings import read_settings
from tests.api_world import catalogue
serve(read_settings(), catalogue())
"""
HOSTILE = (
    "x", "张示例", "a'b", 'a"b', "'; DROP TABLE facts;--", "%", "\x00", "\x1f\x7f", "..", "../../etc/passwd", "a/b", "?x=1", "#",
    "<script>", "\u202e\u200b", "𝕏👩‍👩‍👧", "{id}", "{0}", "%s%n", "x" * 900, "长" * 900, "x" * 5_000, "test:A#",
)  # fmt: skip


def make_store(path: Path) -> str:
    with open_store(f"sqlite:///{path}") as store:
        add(store, *case().facts)
        propagate(store, catalogue(), actor(store=store))
    return f"sqlite:///{path}"


def start(url: str, **settings: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "ZEREN_STORE": url, "ZEREN_PORT": "0", "PYTHONPATH": str(REPOSITORY), **settings}
    return subprocess.Popen([sys.executable, "-c", SERVER], stderr=subprocess.PIPE, text=True, env=environment, cwd=REPOSITORY)


@contextmanager
def running(url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a server as the command line does; give the process and its address."""
    process = start(url)
    try:
        assert process.stderr
        for line in process.stderr:
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                yield process, found[0]
                return
        pytest.fail("the server said no address")
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_store(tmp_path_factory.mktemp("http") / "zeren.db")


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[httpx.Client]:
    with (
        running(url) as (_, address),
        httpx.Client(base_url=address, trust_env=False, timeout=30, headers=headers_for(url)) as made,
    ):
        yield made


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url, create=False) as made:
        yield made


@contextmanager
def in_process(settings: Settings) -> Iterator[tuple[Any, httpx.Client]]:
    """Serve from a thread, for a service that a test reaches into."""
    app = create_app(settings, catalogue())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
        thread = Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            sent = headers(app.state.access, "investigator")
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            with httpx.Client(base_url=address, trust_env=False, headers=sent, timeout=300, verify=NO_CERTIFICATES) as made:
                yield app, made
        finally:
            server.should_exit = True
            thread.join()


def today() -> Any:
    return Service(None, catalogue(), "zh").today  # type: ignore[arg-type]


def assert_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, problems.MEDIA_TYPE), answer.text
    body = answer.json()
    schemas.Problem.model_validate(body)
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:zeren:problem:{code}")
    return body


def first(client: httpx.Client, **filters: str) -> dict[str, Any]:
    return client.get("/v1/findings", params=filters).json()["items"][0]


@pytest.mark.parametrize(
    ("address", "body", "where", "name", "told"),
    [
        ("/v1/findings?rule=T-OFICE", None, "query", "rule", "did you mean 'T-OFFICE'"),
        ("/v1/rules?role=directer", None, "query", "role", "did you mean 'director'"),
        ("/v1/check", {"uscc": "x", "purpose": "bogus", "why": "w", "unit_name": "某局"}, "body", "purpose", "there are"),
        ("/v1/check", {"uscc": "x", "purpose": "tendering", "why": "w", "unit": "finanse"}, "body", "unit", "unit_name"),
    ],
)
def test_2_a_filter_that_names_nothing_says_which_and_what_there_is(
    client: httpx.Client, address: str, body: dict[str, Any] | None, where: str, name: str, told: str
) -> None:
    answer = client.get(address) if body is None else client.post(address, json=body)
    (error,) = assert_problem(answer, 422, "invalid_parameter")["errors"]
    assert (error["in"], error["name"]) == (where, name)
    assert told in error["reason"]
    assert answer.json()["detail"] == f"{name}: {error['reason']}"
    chinese = client.request(answer.request.method, address, json=body, headers={"Accept-Language": "zh"}).json()
    assert chinese["errors"][0]["reason"].startswith("没有“")


def test_health(client: httpx.Client, store: Store) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    body = schemas.Health.model_validate(answer.json())
    assert (body.store.version, body.catalogue.hash) == (store.version(), catalogue().hash)


@pytest.mark.parametrize(
    ("params", "query"),
    [
        ({}, Query()),
        ({"decision": "D1"}, Query(decision="D1")),
        ({"person": "孙示例"}, Query(person="孙示例")),
        ({"company": "示例A公司"}, Query(company="示例A公司")),
        ({"outcome": "established", "effect": "restrict"}, Query(outcome="established", effect="restrict")),
        ({"kind": "person"}, Query(kind="person")),
        ({"rule": "T-BAN"}, Query(rule="T-BAN")),
        ({"known_at": "1"}, Query(known_at=1)),
        ({"known_at": "1999-01-01"}, Query(known_at=0)),
    ],
)
def test_findings_are_those_of_the_use_case(client: httpx.Client, store: Store, params: dict[str, str], query: Query) -> None:
    expected = find(store, catalogue(), query, today()).as_json()
    assert client.get("/v1/findings", params=params).json()["items"] == expected
    assert expected or query.known_at == 0


def test_as_of_is_the_day_of_the_status(client: httpx.Client) -> None:
    banned = client.get("/v1/findings", params={"rule": "T-BAN", "as_of": "2023-01-02"}).json()["items"]
    expected = {None: "end_unknown"}
    assert banned
    assert all(item["status"] == expected.get(item["until"], "in_force") for item in banned)
    assert client.get("/v1/findings", params={"as_of": "2022-12-31"}).json()["items"] == []


def test_one_finding_and_unescaped_chinese(client: httpx.Client) -> None:
    listed = first(client)
    answer = client.get(f"/v1/findings/{listed['id']}")
    assert answer.json() == listed
    assert "示例" in answer.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_explanation_is_that_of_the_use_case(client: httpx.Client, store: Store, lang: str) -> None:
    snapshot = snapshot_of(store)
    for fact in stored_findings(store):
        expected = explain(store, snapshot, catalogue(), fact.value, texts(lang), today())
        answer = client.get(f"/v1/findings/{fact.value.id}/explanation", params={"lang": lang})
        assert answer.json() == expected
        assert answer.headers["content-language"] == lang


def test_the_bare_address_is_the_page(client: httpx.Client) -> None:
    answer = client.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_explanation_as_text(client: httpx.Client) -> None:
    address = f"/v1/findings/{first(client)['id']}/explanation?lang=en"
    answer = client.get(address, headers={"Accept": "text/plain"})
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.splitlines()[0] == client.get(address).json()["title"]
    assert client.get(address, headers={"Accept": "text/html, */*;q=0.1"}).headers["content-type"] == "application/json"


@pytest.mark.parametrize("party", ["赵示例", "test:A#李示例", "test:A", "王示例"])
def test_why_not_is_that_of_the_use_case(client: httpx.Client, store: Store, party: str) -> None:
    expected = why_not(store, snapshot_of(store), catalogue(), "D1", party, texts("en"), today())
    answer = client.get("/v1/decisions/D1/why-not", params={"party": party, "lang": "en"})
    assert answer.json() == expected
    schemas.WhyNot.model_validate(answer.json())


def test_decisions_and_statements_are_shown_as_the_use_case_shows_them(client: httpx.Client, store: Store) -> None:
    snapshot = snapshot_of(store)
    for item in client.get("/v1/decisions").json()["items"]:
        body = client.get(f"/v1/decisions/{item['id']}").json()
        assert body == show(store, snapshot, catalogue(), item["id"], texts("zh"), today())
        assert client.get(f"/v1/facts/{body['id']}").json()["key"] == body["key"]
    for fact_id in first(client)["path"]:
        assert client.get(f"/v1/facts/{fact_id}").json() == show(store, snapshot, catalogue(), fact_id, texts("zh"), today())


def test_a_decision_id_may_contain_slashes(tmp_path: Path) -> None:
    world = case()
    world.decision("A", ["listed_wage_arrears"], name="示例〔2023〕1/2号")
    with open_store(f"sqlite:///{tmp_path / 'slash.db'}") as made:
        add(made, *world.facts)
    with in_process(Settings(store=f"sqlite:///{tmp_path / 'slash.db'}")) as (_, client):
        address = f"/v1/decisions/{quote('示例〔2023〕1/2号', safe='')}"
        assert client.get(address).json()["value"]["id"] == "示例〔2023〕1/2号"
        assert client.get(f"{address}/why-not", params={"party": "王示例"}).json()["decision"]["id"] == "示例〔2023〕1/2号"


def test_a_sealed_statement_says_under_which_article(tmp_path: Path) -> None:
    url = make_store(tmp_path / "sealed.db")
    with open_store(url) as made:
        fact = case().facts[0]
        made.seal(fact.key, "示例法 第九条", actor().act("seal"))
    with in_process(Settings(store=url)) as (_, client):
        assert "示例法 第九条" in assert_problem(client.get(f"/v1/facts/{fact.id}"), 409, "refused")["detail"]


def test_service_1_the_graph_is_built_once_a_version(tmp_path: Path) -> None:
    url = make_store(tmp_path / "growing.db")
    with in_process(Settings(store=url)) as (app, client):
        service = app.state.service
        with ThreadPoolExecutor(8) as pool:
            graphs = list(pool.map(lambda _: service.snapshot, range(16)))
        assert len({id(graph) for graph in graphs}) == 1
        assert len(client.get("/v1/decisions").json()["items"]) == 2
        world = case()
        world.decision("A", ["listed_wage_arrears"], name="D3")
        with open_store(url) as writer:
            add(writer, *world.facts)
            propagate(writer, catalogue(), actor(10, writer))
        assert len(client.get("/v1/decisions").json()["items"]) == 3
        assert client.get("/v1/findings", params={"decision": "D3"}).json()["items"]
        assert service.snapshot is not graphs[0]


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/v1/findings/none", 404, "not_found"),
        ("/v1/findings/none/explanation", 404, "not_found"),
        ("/v1/decisions/none", 404, "not_found"),
        ("/v1/decisions/none/why-not?party=x", 404, "not_found"),
        ("/v1/decisions/D1/why-not?party=nobody", 404, "not_found"),
        ("/v1/facts/none", 404, "not_found"),
        ("/v1/findings?person=nobody", 404, "not_found"),
        ("/v1/findings?rule=NO-SUCH-RULE", 422, "invalid_parameter"),
        ("/v1/decisions/D1/why-not?party=test:A&rule=NO-SUCH-RULE", 404, "not_found"),
        ("/v1/nothing", 404, "no_such_address"),
        ("/v1/findings/", 404, "no_such_address"),
        ("/web/none.js", 404, "no_such_address"),
        ("/web/%2e%2e/http/app.py", 404, "no_such_address"),
        ("/v1/findings?known_at=999999", 400, "invalid_input"),
        ("/v1/findings?known_at=2026-13-45", 400, "invalid_input"),
        ("/v1/findings?cursor=x", 400, "invalid_input"),
        ("/v1/findings?limit=501", 422, "invalid_parameter"),
        ("/v1/findings?outcome=perhaps", 422, "invalid_parameter"),
        ("/v1/findings?as_of=12", 422, "invalid_parameter"),
        ("/v1/findings?as_of=2023-02-30", 422, "invalid_parameter"),
        ("/v1/findings?known_at=%C2%B2", 422, "invalid_parameter"),
        ("/v1/findings?known_at=0001-01-01", 422, "invalid_parameter"),
        ("/v1/decisions/D1/why-not", 422, "invalid_parameter"),
        ("/v1/facts/x?lang=fr", 422, "invalid_parameter"),
    ],
)
def test_problems_1_every_refusal_is_a_problem(client: httpx.Client, address: str, status: int, code: str) -> None:
    body = assert_problem(client.get(address), status, code)
    assert body["instance"] == quote(httpx.URL(address).path)
    assert_problem(client.post("/v1/findings"), 405, "method_not_allowed")


@pytest.mark.parametrize(
    ("address", "code", "title", "detail"),
    [
        ("/v1/findings/none", "not_found", "没有这一编号或名称", "没有编号为“none”的认定"),
        ("/v1/nothing", "no_such_address", "没有这一地址", "没有这一地址"),
        ("/v1/findings?outcome=establishd", "invalid_parameter", "参数不符合要求", "；是否指“established”？"),
        ("/v1/findings?limit=501", "invalid_parameter", "参数不符合要求", "limit: 不得大于 500"),
        (
            "/v1/findings?rule=T-OFICE",
            "invalid_parameter",
            "参数不符合要求",
            "可选：T-BAN、T-OFFICE；是否指“T-OFFICE”？",
        ),
        ("/v1/cases?status=inforce", "invalid_parameter", "参数不符合要求", "；是否指“in_force”？"),
        ("/v1/cases?rule=T-OFICE", "invalid_parameter", "参数不符合要求", "；是否指“T-OFFICE”？"),
        ("/v1/rules?role=directer", "invalid_parameter", "参数不符合要求", "；是否指“director”？"),
        ("/v1/parties?kind=compny", "invalid_parameter", "参数不符合要求", "；是否指“company”？"),
        ("/v1/relationships?interest=directr", "invalid_parameter", "参数不符合要求", "；是否指“director”？"),
    ],
)
def test_problems_2_title_and_detail_are_in_the_language_asked_and_the_code_is_not(
    client: httpx.Client, address: str, code: str, title: str, detail: str
) -> None:
    answer = client.get(address, headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"})
    body = assert_problem(answer, answer.status_code, code)
    assert (body["title"], answer.headers["content-language"]) == (title, "zh")
    assert detail in body["detail"]
    english = assert_problem(client.get(address, headers={"Accept-Language": "en"}), answer.status_code, code)
    assert all(letter.isascii() for letter in english["title"])
    assert answer.status_code != 422 or "limit" in address or "did you mean '" in english["detail"]


def test_problems_2_the_language_of_the_address_comes_first(client: httpx.Client) -> None:
    said = client.get("/v1/findings/none/explanation", params={"lang": "zh"}, headers={"Accept-Language": "en"}).json()
    assert said["title"] == "没有这一编号或名称"


def test_problems_2_codes_are_stable_and_documented() -> None:
    text = (REPOSITORY / "docs" / "service.md").read_text(encoding="utf-8")
    for kind in problems.KINDS.values():
        assert f"`{kind.code}`" in text
        assert all(texts(lang).label("problem", kind.code) != kind.code for lang in LANGS)
    assert {kind.code for kind in problems.KINDS.values()} == {
        "invalid_input", "invalid_parameter", "not_found", "refused", "store_conflict", "store_busy", "store_damaged",
        "store_unavailable", "misconfigured", "internal_error", "login_required", "credentials_refused", "permission_missing",
        "csrf_required", "purpose_required", "too_many_requests",
    }  # fmt: skip


FAILURES = [
    (RuntimeError("inside"), 500, "internal_error"),
    (StoreError("gone"), 503, "store_unavailable"),
    (StoreBusy("busy"), 503, "store_busy"),
    (StoreAway("bolt://gone cannot be reached"), 503, "store_unavailable"),
]


@pytest.mark.parametrize(("error", "status", "code"), FAILURES)
def test_problems_3_what_we_did_not_foresee_tells_nothing_of_our_inside(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, status: int, code: str
) -> None:
    def fail(_: object) -> int:
        raise error from OSError("王示例")

    with in_process(Settings(store=url)) as (app, client):
        monkeypatch.setattr(type(app.state.service.store), "version", fail)
        body = assert_problem(client.get("/health"), status, code)
    assert "inside" not in json.dumps(body)
    log = capsys.readouterr().err
    (line,) = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert (line["error"], line["cause"], line["route"]) == (type(error).__name__, "OSError", "/health")
    assert line["level"] == ("warning" if status == 503 and code == "store_busy" else "error")
    assert line.get("says") == (str(error) if isinstance(error, StoreAway) else None), "only what names a place is told"
    assert "王示例" not in log


@pytest.mark.parametrize("address", ["/v1/findings", "/v1/decisions"])
@pytest.mark.parametrize("limit", [1, 2, 3, 500])
def test_paging_1_walking_gives_every_item_once_in_order(client: httpx.Client, address: str, limit: int) -> None:
    whole = client.get(address, params={"limit": 500}).json()["items"]
    walked: list[dict[str, Any]] = []
    params: dict[str, Any] = {"limit": limit}
    while True:
        page = client.get(address, params=params).json()
        assert 0 < len(page["items"]) <= limit
        walked += page["items"]
        params["cursor"] = page["next"]
        if page["next"] is None:
            break
    assert walked == whole


def test_paging_2_a_cursor_belongs_to_its_question(client: httpx.Client) -> None:
    cursor = client.get("/v1/findings", params={"limit": 1}).json()["next"]
    assert client.get("/v1/findings", params={"limit": 2, "cursor": cursor}).status_code == 200
    assert_problem(client.get("/v1/findings", params={"effect": "restrict", "cursor": cursor}), 400, "invalid_input")
    assert_problem(client.get("/v1/decisions", params={"cursor": cursor}), 400, "invalid_input")


@pytest.mark.parametrize("cursor", ["!", "é", "W10", "bnVsbA", "WzFd", "W" * 7_999, "W1tb" * 1_900, "Int9", "_w", "\x00"])
def test_paging_2_nonsense_is_no_cursor(client: httpx.Client, cursor: str) -> None:
    assert_problem(client.get("/v1/findings", params={"cursor": cursor}), 400, "invalid_input")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"name": "a",', "no JSON (line 1, column 14)"),
        (b"", "body"),
        (b"\xff\xfe\xff", "UTF-8"),
        (gzip.compress(b'{"name": "a", "password": "b"}', mtime=0), "UTF-8"),
        (b'{"name": "a", "password": "b", "name": "c"}', "stands twice"),
        (b'{"name": {"x": 1, "x": 1}, "password": "b"}', "stands twice"),
        (b'{"name": ' + b"[" * 200_000, "too many levels"),
        (b'{"name": ' + b"1" * 5_000 + b"}", "too many digits"),
    ],
)
def test_bodies_1_what_is_no_json_or_says_one_thing_twice_is_told_so(client: httpx.Client, body: bytes, said: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post("/v1/session", content=body, headers=headers)
    status, code = (400, "invalid_input") if body else (422, "invalid_parameter")
    assert said in assert_problem(answer, status, code)["detail"]
    chinese = client.post("/v1/session", params={"lang": "zh"}, content=body, headers=headers)
    assert re.search("[\u4e00-\u9fff]", assert_problem(chinese, status, code)["detail"])


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", None])
def test_bodies_1_one_that_nobody_says_is_json_is_told_what_to_send(client: httpx.Client, kind: str | None) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = client.post("/v1/session", content=b'{"name": "a", "password": "b"}', headers=headers)
    assert "Content-Type: application/json" in assert_problem(answer, 422, "invalid_parameter")["detail"]


def test_ready_says_no_while_the_disk_takes_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_named: object) -> None:
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    with in_process(Settings(store=url)) as (_, made):
        assert made.get("/ready").status_code == 200
        monkeypatch.setattr(in_use, "TemporaryFile", full)
        assert os.strerror(ENOSPC) in assert_problem(made.get("/ready"), 503, "store_unavailable")["detail"]
        monkeypatch.undo()
        assert made.get("/ready").status_code == 200


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_ids_are_refused_and_break_nothing(client: httpx.Client, hostile: str) -> None:
    given = quote(hostile, safe="")
    addresses = [f"/v1/findings/{given}", f"/v1/findings/{given}/explanation", f"/v1/facts/{given}", f"/v1/decisions/{given}"]
    addresses += [f"/v1/decisions/{given}/why-not?party=x", f"/v1/decisions/D1/why-not?party={given}"]
    addresses += [
        f"/v1/findings?{name}={given}" for name in ("decision", "person", "company", "known_at", "as_of", "cursor", "rule")
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code < 500, (address, answer.text)
        if answer.status_code != 200:
            assert_problem(answer, answer.status_code, answer.json()["code"])


def test_negotiation_1_the_address_comes_before_the_header_and_that_before_the_setting(url: str) -> None:
    with in_process(Settings(store=url, lang="en")) as (_, client):
        address = f"/v1/findings/{first(client)['id']}/explanation"
        chinese = {"Accept-Language": "fr, zh-CN;q=0.8, en;q=0.2"}
        assert client.get(address, headers={"Accept-Language": "fr"}).json()["lang"] == "en"
        assert client.get(address, headers=chinese).json()["lang"] == "zh"
        assert client.get(address, params={"lang": "en"}, headers=chinese).json()["lang"] == "en"


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", None),
        ("text/plain", "text/plain"),
        ("*/*", "application/json"),
        ("text/*", "text/plain"),
        ("application/json;q=0.1, text/plain;q=0.2", "text/plain"),
        ("text/plain;q=0, */*", "application/json"),
        ("*/*;q=1, text/plain;q=nonsense", "application/json"),
        (",;,=;q=;", None),
    ],
)
def test_the_most_wanted_form_is_given(header: str, wanted: str | None) -> None:
    assert preferred(header, ("application/json", "text/plain")) == wanted


def test_guard_1_a_local_service_answers_to_local_names_alone(client: httpx.Client) -> None:
    for name in ("localhost:8787", "127.0.0.1", "[::1]:80", "LOCALHOST"):
        assert client.get("/health", headers={"Host": name}).status_code == 200
    for name in (
        "evil.example",
        "localhost.evil.example:8787",
        "127.0.0.1.evil.example",
        "",
        "localhost:80, evil.example",
        "127.0.0.1:80@evil",
    ):
        assert_problem(client.get("/health", headers={"Host": name}), 421, "wrong_host")
    assert "access-control-allow-origin" not in client.get("/health", headers={"Origin": "http://evil.example"}).headers


class Loaded(HTMLParser):
    """What a page loads, and the scripts and styles that stand in it."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [value for name in ("src", "href") if (value := given.get(name))]
        self.inline += tag == "style" or "style" in given or (tag == "script" and "src" not in given)
        self.inline += any(name.startswith("on") for name in given)


def test_guard_3_a_body_with_two_lengths_is_refused_and_its_connection_closed(url: str) -> None:
    from tests.integration.test_http_patience import served  # it takes its store from here

    both = b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"
    for lengths in (both, b"\r\n".join(reversed(both.splitlines())) + b"\r\n"):
        with served(url) as address, socket.create_connection(address, timeout=60) as sock:
            head = b"POST /v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + lengths + b"\r\n"
            sock.sendall(head + b"0\r\n\r\nGET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            told = b""
            while part := sock.recv(65_536):
                told += part
        assert told.startswith(b"HTTP/1.1 400 ")
        assert told.count(b"HTTP/1.1 ") == 1, "what follows is of nobody"
        assert b"not both" in told


def test_a_request_to_two_hosts_is_refused(url: str) -> None:
    from tests.integration.test_http_patience import served  # it takes its store from here

    with served(url) as address, socket.create_connection(address, timeout=60) as sock:
        sock.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")
        told = sock.recv(65_536)
    assert told.startswith(b"HTTP/1.1 400 ")


def test_guard_4_a_head_above_the_limit_is_refused_though_it_comes_in_one_piece(url: str) -> None:
    from tests.integration.test_http_patience import served  # it takes its store from here

    line, end = b"GET /health?lang=zh HTTP/1.1\r\nHost: localhost\r\nX-Long: ", b"\r\n\r\n"
    for more, starts in ((0, b"HTTP/1.1 200 "), (1, b"HTTP/1.1 431 ")):
        with served(url) as address, socket.create_connection(address, timeout=60) as sock:
            sock.sendall(line + b"x" * (HEAD_BYTES + more - len(line) - len(end)) + end)
            told = sock.recv(65_536)
        assert told.startswith(starts)
    assert b'"code":"head_too_large"' in told
    assert "最多 65536 字节".encode() in told


def test_guard_2_the_page_of_the_interface_loads_our_own_files_alone(client: httpx.Client) -> None:
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    loaded = Loaded()
    loaded.feed(page.text)
    assert loaded.inline == 0
    assets = [address for address in loaded.addresses if not address.startswith("data:")]
    assert len(assets) == 3
    script = client.get("/web/docs.js").text
    assets += re.findall(r'url: "([^"]+)"', script)
    for asset in assets:
        answer = client.get(urljoin("/docs", asset))
        assert answer.status_code == 200, asset
        assert answer.content
    for text in (page.text, script, client.get("/openapi.json").text):
        assert "//" not in re.sub(r"^// .*", "", text, flags=re.MULTILINE)


def test_schemas_1_answers_fit_their_models(client: httpx.Client) -> None:
    findings = client.get("/v1/findings").json()
    schemas.FindingPage.model_validate(findings)
    schemas.DecisionPage.model_validate(client.get("/v1/decisions").json())
    for decision in ("D1", "D2"):
        schemas.Decision.model_validate(client.get(f"/v1/decisions/{decision}").json())
    for finding in findings["items"]:
        schemas.Finding.model_validate(client.get(f"/v1/findings/{finding['id']}").json())
        explanation = client.get(f"/v1/findings/{finding['id']}/explanation").json()
        schemas.Explanation.model_validate(explanation)
        for fact in finding["path"]:
            schemas.Statement.model_validate(client.get(f"/v1/facts/{fact}").json())


def test_schemas_2_examples_are_valid(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    examples = 0
    for name, schema in document["components"]["schemas"].items():
        model: type[BaseModel] = next(found for module in MODELS if (found := getattr(module, name, None)))
        for example in schema.get("examples", ()):
            model.model_validate(example)
            examples += 1
    for address, methods in document["paths"].items():
        parameters = methods.get("get", {}).get("parameters", ())
        asked = [each for each in parameters if each["required"] and each["in"] == "query"]
        needed = {each["name"]: each["schema"].get("examples", ["x"])[0] for each in asked}
        for parameter in parameters:
            for example in parameter["schema"].get("examples", ()):
                answer = client.get(address, params=needed | {parameter["name"]: example})
                assert answer.status_code != 422, (address, parameter["name"], answer.text)
                examples += 1
    assert examples >= 5


def test_schemas_2_the_document_says_where_each_answer_comes_from(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert "Zeren-Purpose" in document["info"]["description"]
    page = (REPOSITORY / "docs" / "service.md").read_text(encoding="utf-8")
    for address, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "delete":
                content = operation["responses"]["202" if address == "/v1/jobs" and method == "post" else "200"]["content"]
                other = list(content) in (["text/html"], ["text/event-stream"], ["application/octet-stream"])
                assert other or "$ref" in content["application/json"]["schema"]
            assert list(operation["responses"]["404"]["content"]) == [problems.MEDIA_TYPE]
            assert f"`{method.upper()} {address}" in page


def test_what_is_wrong_with_a_day_is_said_in_the_language_asked(client: httpx.Client) -> None:
    told = {
        lang: assert_problem(client.get("/v1/findings?as_of=x", headers={"Accept-Language": lang}), 422, "invalid_parameter")
        for lang in ("zh", "en")
    }
    assert {lang: body["detail"] for lang, body in told.items()} == {
        "zh": "as_of: 须为日期，写作 2026-03-01",
        "en": "as_of: expected YYYY-MM-DD",
    }


def test_a_parameter_that_is_given_twice_is_refused_unless_it_is_a_list(client: httpx.Client) -> None:
    for address in ("/v1/findings?limit=1&limit=2", "/v1/decisions?as_of=2026-01-01&as_of=2026-01-01", "/v1/codes?lang=en&lang=zh"):
        body = assert_problem(client.get(address), 422, "invalid_parameter")
        name = address.partition("?")[2].partition("=")[0]
        assert [(each["in"], each["name"]) for each in body["errors"]] == [("query", name)]
        assert body["detail"] == f"{name}: Given more than once"
    both = assert_problem(client.get("/v1/findings?limit=1&limit=1&bogus=1&lang=zh"), 422, "invalid_parameter")
    assert both["detail"] == "bogus: 没有这一参数；limit: 只能写一次"
    assert client.get("/v1/cases?status=in_force&status=paused").status_code == 200


def test_schemas_3_a_misspelled_filter_is_refused(client: httpx.Client) -> None:
    body = assert_problem(client.get("/v1/findings?outcom=lead"), 422, "invalid_parameter")
    assert [fault["name"] for fault in body["errors"]] == ["outcom"]


def test_server_1_a_port_in_use_and_a_missing_store_are_one_line(url: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"cannot listen on 127.0.0.1 port {port}: .*in use") as refused:
            serve(Settings(store=url, port=port), catalogue())
    with pytest.raises(StoreError, match="there is no store") as missing:
        serve(Settings(store=f"sqlite:///{tmp_path / 'none.db'}", port=0), catalogue())
    assert "\n" not in f"{refused.value}{missing.value}"
    assert not list(tmp_path.iterdir())


def test_server_4_an_answer_on_a_kept_connection_is_sent_at_once(url: str) -> None:
    with running(url) as (_, address), httpx.Client(base_url=address, trust_env=False) as kept:
        taken = []
        for _ in range(30):
            begun = time.monotonic()
            assert kept.get("/health").status_code == 200
            taken.append(time.monotonic() - begun)
    assert min(taken) < 0.03, taken
    with _listen(Settings(port=0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_server_2_it_stops_when_told_and_that_is_no_failure(url: str, how: signal.Signals) -> None:
    with running(url) as (process, address):
        assert httpx.get(f"{address}/health", trust_env=False).status_code == 200
        process.send_signal(how)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert said.endswith("stopped\n")
    assert "Traceback" not in said


def test_server_2_it_says_so_too_where_interrupts_were_ignored(url: str) -> None:
    deaf = SERVER.replace("signal.default_int_handler", "signal.SIG_IGN")
    environment = {**os.environ, "ZEREN_STORE": url, "ZEREN_PORT": "0", "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(
        [sys.executable, "-c", deaf], stderr=subprocess.PIPE, text=True, env=environment, cwd=REPOSITORY
    ) as process:
        assert process.stderr
        assert "Zeren is at" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert (process.returncode, said.splitlines()[-1]) == (0, "stopped")


SLOW = """
from threading import current_thread
from time import sleep
from api.access.recorder import Recorder
record = Recorder.record
def slow(self, look):
    sleep(4 if current_thread().name.startswith("AnyIO") else 0)  # where the parts of a stream are made
    record(self, look)
Recorder.record = slow
"""


@contextmanager
def _changed(how: str, url: str, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a server in which something is changed; give the process and its address."""
    environment = {**os.environ, "ZEREN_STORE": url, "ZEREN_PORT": "0", "PYTHONPATH": str(REPOSITORY), **settings}
    process = subprocess.Popen([sys.executable, "-c", how + SERVER], stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stderr
        yield process, next(found[0] for line in process.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
    finally:
        process.kill()
        process.communicate()


def _read(address: str, sent: dict[str, str], at_first: Callable[[], None]) -> None:
    """Read a list to its end, and do something once its first line has come."""
    with httpx.stream("GET", address, headers=sent, trust_env=False, timeout=60) as answer:
        lines = answer.iter_lines()
        next(lines)
        at_first()
        list(lines)


def test_server_2_a_list_that_is_not_through_when_the_time_is_over_is_cut_off_and_keeps_nothing_from_ending(url: str) -> None:
    sent = {**headers_for(url), "Accept": "application/x-ndjson"}
    with _changed(SLOW, url, ZEREN_GRACE="1") as (process, address):
        with pytest.raises(httpx.RemoteProtocolError):
            _read(f"{address}/v1/relationships?limit=1", sent, lambda: process.send_signal(signal.SIGTERM))
        _cut_off(process)


def test_server_2_what_is_not_answered_when_the_time_is_over_is_a_503(url: str) -> None:
    sent = {**headers_for(url), "Accept-Language": "zh"}
    slow = SLOW.replace('4 if current_thread().name.startswith("AnyIO") else 0', "6")
    with _changed(slow, url, ZEREN_GRACE="1") as (process, address), ThreadPoolExecutor(1) as pool:
        asked = pool.submit(httpx.get, f"{address}/v1/relationships?limit=1", headers=sent, trust_env=False, timeout=60)
        time.sleep(2)
        process.send_signal(signal.SIGTERM)
        answer = asked.result()
        assert (answer.status_code, answer.headers["Content-Type"]) == (503, problems.MEDIA_TYPE)
        assert (answer.json()["code"], answer.json()["title"]) == ("stopping", "服务正在停止")
        _cut_off(process)


def _cut_off(process: subprocess.Popen[str]) -> None:
    """See that a service ended as it should, and said in JSON lines that it cut something off, as no error of its own."""
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    *lines, last = said.splitlines()
    assert last == "stopped"
    assert "Traceback" not in said
    events = [json.loads(line)["event"] for line in lines if line.startswith("{")]
    assert any("graceful shutdown exceeded" in event for event in events)
    assert "cut off" in events
    assert not any("Exception" in event for event in events)


def test_server_2_whoever_follows_a_job_holds_nothing_up(url: str) -> None:
    idle = "from api.jobs.starter import Starter\nStarter._run = lambda self: None\n"
    sent = headers_for(url, "official")
    with _changed(idle, url) as (process, address):
        made = httpx.post(f"{address}/v1/jobs", headers=sent, json={"kind": "propagate"}, trust_env=False)
        assert made.status_code == 202, made.text
        job = made.json()["id"]
        begun = time.monotonic()
        _read(f"{address}/v1/jobs/{job}/events", sent, lambda: process.send_signal(signal.SIGTERM))
        process.communicate(timeout=60)
        assert time.monotonic() - begun < 15


def test_another_address_is_warned_about(url: str) -> None:
    process = start(url, ZEREN_HOST="0.0.0.0")  # noqa: S104
    assert process.stderr
    try:
        assert "cross the network in the clear" in process.stderr.readline()
        assert "http://0.0.0.0:" in process.stderr.readline()
    finally:
        process.terminate()
        process.communicate(timeout=20)
