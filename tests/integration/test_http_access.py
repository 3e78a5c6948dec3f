"""Who may ask the service, what is shown of persons, and what is written down: a real server on a free port.

The numbered invariants of `api.http.asking`, `needs`, `watch` and `describing`, each in a test named after its number.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import re
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep
from typing import Annotated, Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse

from api.access.database import place_of
from api.access.desk import Access
from api.access.errors import CredentialsRefused
from api.access.roles import load_roles
from api.access.sessions import use_setup
from api.access.users import LOCKED, MAX_FAILURES
from api.http import server
from api.http.asking import Asking, nobody
from api.http.needs import COOKIE, declared, needs
from api.http.routing import Router
from api.settings import Settings
from graph.errors import ConfigError, Refused
from graph.store import open_store
from tests.access_world import PASSWORD, PURPOSE, access_of, fresh, headers, now, token
from tests.api_world import add, case
from tests.integration.test_http import assert_problem, in_process, make_store, start

DOCS = Path(__file__).resolve().parents[2] / "docs"
ROLES = list(load_roles().roles)
FIRST = re.compile(r"(http://127\.0\.0\.1:\d+)/login#(\S+)")
WANG = "test:A#王示例"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, httpx.Client]]:
    url = make_store(tmp_path_factory.mktemp("access") / "zeren.db")
    with in_process(Settings(store=url, rate=0, rate_public=0)) as (app, client):
        client.headers.pop("authorization")
        client.headers.pop("zeren-purpose")
        yield app, client


@pytest.fixture
def client(served: tuple[Any, httpx.Client]) -> httpx.Client:
    served[1].cookies.clear()
    return served[1]


@pytest.fixture(scope="module")
def access(served: tuple[Any, httpx.Client]) -> Access:
    made: Access = served[0].state.access
    for role in ROLES:
        if role != "public":
            made.users.add(f"p-{role}", [role], now(), PASSWORD)
    return made


@pytest.fixture(scope="module")
def sent(access: Access) -> dict[str, dict[str, str]]:
    """What each role sends, with a purpose."""
    return {role: {} if role == "public" else headers(access, role) for role in ROLES}


def last(access: Access) -> dict[str, Any]:
    return access.trail.page(access.trail.head().length - 1, 1)[0].as_json()


def log_in(client: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
    return client.post("/v1/session", json={"name": name, "password": password})


# --- 1 to 3: what is shown


def test_1_a_person_is_shown_only_for_a_purpose(client: httpx.Client, access: Access, sent: dict[str, dict[str, str]]) -> None:
    bare = {"Authorization": sent["official"]["Authorization"]}
    before = access.trail.head()
    for address in ("/v1/findings", "/v1/graph/test:A/network", "/v1/decisions/D2", "/v1/findings?person=nobody"):
        body = assert_problem(client.get(address, headers=bare), 403, "purpose_required")
        assert "Zeren-Purpose" in body["detail"]
        assert "case_handling; NUMBER" in body["detail"]
    for bad in ("curiosity", "case_handling", "case_handling;"):
        assert_problem(client.get("/v1/findings", headers=bare | {"Zeren-Purpose": bad}), 403, "purpose_required")
    for more in ({}, {"Zeren-Purpose": "nonsense"}):
        told = client.get(address, headers=bare | more | {"Accept-Language": "zh"}).json()["detail"]
        assert "请发送请求头 Zeren-Purpose" in told
        assert "the " not in told
    assert access.trail.head() == before
    assert client.get("/v1/decisions", headers=bare).status_code == 200, "decisions against enterprises show nobody"


def test_1_the_row_is_there_when_the_answer_is(client: httpx.Client, access: Access, sent: dict[str, dict[str, str]]) -> None:
    with sqlite3.connect(access.db.place) as other:
        for _ in range(5):
            answer = client.get("/v1/graph/test:A/network", headers=sent["official"])
            row = other.execute("SELECT by, via, what, purpose, reference, request, people FROM trail ORDER BY seq DESC").fetchone()
            people = sorted(item["party"]["id"] for item in answer.json()["rows"] if item["party"]["kind"] == "person")
            said = (
                "a-official",
                "token",
                "GET /v1/graph/{party}/network",
                "case_handling",
                "示例1",
                answer.headers["x-request-id"],
            )
            assert row == (*said, json.dumps(people, ensure_ascii=False))
            assert WANG in people
    other.close()


def test_1_nothing_is_answered_that_cannot_be_written_down(
    client: httpx.Client, access: Access, sent: dict[str, dict[str, str]]
) -> None:
    access.db.change("ALTER TABLE trail RENAME TO gone")
    try:
        answer = client.get("/v1/findings", headers=sent["official"])
        assert "示例" not in assert_problem(answer, 503, "store_unavailable")["detail"]
        assert client.get("/v1/graph/test:A/network").status_code == 200, "what shows nobody needs no row"
    finally:
        access.db.change("ALTER TABLE gone RENAME TO trail")


def test_1_many_at_once_share_writes_and_each_has_its_row(
    client: httpx.Client, access: Access, sent: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    append = access.recorder._trail.append
    monkeypatch.setattr(access.recorder._trail, "append", lambda looks: (sleep(0.005), append(looks)))  # as a disk takes its time
    one = client.get("/v1/findings", headers=sent["official"]).json()["items"][0]["id"]
    before, commits = access.trail.head().length, access.recorder.commits
    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(lambda _: client.get("/v1/findings/" + one, headers=sent["official"]), range(120)))
    assert {answer.status_code for answer in answers} == {200}
    assert access.trail.head().length - before == 120
    assert access.recorder.commits - commits < 120
    requests = {row.look.request for row in access.trail.rows(before)}
    assert requests == {answer.headers["x-request-id"] for answer in answers}
    assert access.trail.verify().whole


def test_1_looking_for_somebody_is_looking_at_him_found_or_not(
    client: httpx.Client, access: Access, sent: dict[str, dict[str, str]]
) -> None:
    assert_problem(client.get("/v1/findings?person=无此人", headers=sent["official"]), 404, "not_found")
    assert (last(access)["asked"], last(access)["people"]) == ("无此人", [])


def test_1_an_error_that_lists_persons_is_a_look_at_them(tmp_path: Path) -> None:
    world = case()
    world.company("B").director("王示例")
    with open_store(f"sqlite:///{tmp_path / 'two.db'}") as made:
        add(made, *world.facts)
    with in_process(Settings(store=f"sqlite:///{tmp_path / 'two.db'}")) as (app, client):
        address = "/v1/decisions/D2/why-not?party=王示例"
        assert "test:B#王示例" in client.get(address).text
        named = client.get("/v1/graph/王示例/controlled")
        assert "test:A#王示例" in assert_problem(named, 409, "refused")["detail"]
        assert last(app.state.access)["people"] == ["test:A#王示例", "test:B#王示例"]
        client.headers.pop("zeren-purpose")
        assert "王示例" not in assert_problem(client.get("/v1/graph/王示例/controlled"), 403, "purpose_required")["detail"]
        clerk = headers(app.state.access, "clerk")
        assert "#" not in assert_problem(client.get("/v1/graph/王示例/controlled", headers=clerk), 409, "refused")["detail"]


def test_2_an_answer_that_went_past_the_veil_does_not_leave(tmp_path: Path) -> None:
    def leak(asking: Annotated[Asking, needs("finding.read")]) -> JSONResponse:
        return JSONResponse({"name": asking.service.snapshot.label(WANG)})

    def good(asking: Annotated[Asking, needs("finding.read")]) -> PlainTextResponse:
        parts = [{"party": {"id": WANG, "name": "王示例", "kind": "person"}}, {"party": {"id": "A", "name": "示例公司"}}]
        return PlainTextResponse("".join(json.dumps(asking.admit(part), ensure_ascii=False) + "\n" for part in parts))

    with in_process(Settings(store=make_store(tmp_path / "zeren.db"))) as (app, client):
        router = Router(prefix="/v1")
        router.get("/leak")(leak)
        router.get("/good")(good)
        app.include_router(router)
        assert "王" not in json.dumps(assert_problem(client.get("/v1/leak"), 500, "internal_error"), ensure_ascii=False)
        assert len(client.get("/v1/good").text.splitlines()) == 2


@pytest.mark.parametrize("role", ["public", "administrator"])
def test_3_whoever_may_see_no_person_cannot_tell_one_from_nobody(
    client: httpx.Client, sent: dict[str, dict[str, str]], role: str
) -> None:
    said = []
    for party in ("王示例", "无此人", WANG, "test:A#无此人"):
        body = assert_problem(client.get(f"/v1/graph/{quote(party)}/network", headers=sent[role]), 404, "not_found")
        said.append(body["detail"])
    said.append(client.get(f"/v1/graph/test:A/paths?to={quote(WANG)}", headers=sent[role]).json()["detail"])
    assert set(said) == {str(nobody())}
    seen = client.get("/v1/graph/test:A/network?lang=en", headers=sent[role])
    assert "王" not in seen.text
    assert "#" not in seen.text
    left_out = "What speaks of natural persons is left out: whoever asks may not see them."
    assert seen.json()["notes"] == ["nothing within these steps is allowed by the filters", left_out]


def test_what_each_role_sees_of_persons(client: httpx.Client, sent: dict[str, dict[str, str]]) -> None:
    seen = {}
    for role in ROLES:
        rows = client.get("/v1/graph/test:A/network", headers=sent[role]).json()["rows"]
        seen[role] = {(row["party"]["id"], row["party"]["name"]) for row in rows if row["party"]["name"].startswith("王")}
    assert seen["public"] == seen["administrator"] == set()
    ((masked, name),) = seen["clerk"]
    assert re.fullmatch("person-[0-9a-f]{20}", masked)
    assert name == "王**"
    for role in ("department", "investigator", "official", "auditor"):
        assert seen[role] == {(WANG, "王示例")}


def test_11_two_answers_neither_melt_two_masked_persons_nor_part_one(
    client: httpx.Client, access: Access, sent: dict[str, dict[str, str]]
) -> None:
    access.users.add("b-clerk", ["clerk"], now())
    secret = access.tokens.create("b-clerk", "test", access.roles.may(["clerk"]), 1, now())[1]
    other = {**PURPOSE, "Authorization": f"Bearer {secret}"}
    addresses = ("/v1/graph/test:A/network", "/v1/parties/test:A/neighbours?ever=true", "/v1/graph/test:A/network?hops=1")

    def ids(address: str, headers: dict[str, str]) -> list[str]:
        return re.findall('"id": ?"([^"]*)","name": ?"[^"]*","kind": ?"person"', client.get(address, headers=headers).text)

    clear = [name for address in addresses for name in ids(address, sent["official"])]
    masked = [name for address in addresses for name in ids(address, sent["clerk"])]
    assert 1 < len(set(clear)) < len(clear), "several, and some of them more than once"
    assert len(set(masked)) == len(set(zip(clear, masked, strict=True))) == len(set(clear)), "one for one"
    assert not set(masked) & {name for address in addresses for name in ids(address, other)}, "nobody can compare"
    assert set(ids("/v1/parties/test:A", sent["clerk"])) & set(masked), "the card calls them as the graph does"
    asked = client.get("/v1/search?q=王示例", headers=sent["clerk"]).text
    assert "person-1" in asked
    assert not [each for each in masked if each in asked], "nobody finds out by a name that he types"
    assert access.called_by("p-clerk") == Access(access.db.place).called_by("p-clerk"), (
        "whichever process answers, and after a restart"
    )


def test_masked_rows_have_no_id_and_no_cursor_from_which_a_name_can_be_proved(
    client: httpx.Client, sent: dict[str, dict[str, str]]
) -> None:
    ours = re.compile("(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])")
    addresses = [
        "/v1/graph/test:A/network", "/v1/parties/test:A", "/v1/parties/test:A/neighbours", "/v1/search?q=示例",
        "/v1/parties?limit=1", "/v1/relationships?limit=1", "/v1/relationships", "/v1/graph/test:A/owners",
    ]  # fmt: skip
    shown: set[str] = set()
    for address in addresses:
        answer = client.get(address, headers=sent["clerk"])
        assert answer.status_code == 200, answer.text
        assert "王示例" not in answer.text
        assert address == "/v1/parties?limit=1" or not ours.search(answer.text), address  # that one is an enterprise
        if following := answer.json().get("next") or None:
            for cursor in [following] if isinstance(following, str) else following.values():
                plain = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_").decode()
                assert ours.findall(json.dumps(json.loads(plain)[1:])) == [], address
        shown |= set(ours.findall(client.get(address, headers=sent["official"]).text))
    assert shown, "the official sees ids"
    for fact in sorted(shown):
        assert_problem(client.get(f"/v1/facts/{fact}", headers=sent["clerk"]), 403, "permission_missing")
        assert_problem(client.get(f"/v1/parties/{fact}", headers=sent["clerk"]), 404, "not_found")


def test_whoever_sees_masks_walks_the_same_list(client: httpx.Client, sent: dict[str, dict[str, str]]) -> None:
    for address in ("/v1/relationships", "/v1/parties"):
        every = client.get(address, headers=sent["official"]).json()["items"]
        walked: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while cursor is not None:
            page = client.get(address, params={"limit": 2, **cursor}, headers=sent["clerk"]).json()
            walked += page["items"]
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
            assert_problem(client.get(address, params=cursor, headers=sent["official"]), 400, "invalid_input")
        names = ("source", "kind", "interest", "period", "interest_period")
        assert [[item.get(name) for name in names] for item in walked] == [[item.get(name) for name in names] for item in every]


# --- 4: who may what


def table() -> dict[tuple[str, str, str], str]:
    """The table of the page: (method, address, role) -> what is shown, `–` for nothing."""
    text = (DOCS / "service.md").read_text(encoding="utf-8").partition("| route | needs |")[2]
    header, _, *lines = text.split("\n\n")[0].splitlines()
    roles = [cell.strip() for cell in header.strip(" |").split("|")]
    found = {}
    for line in lines:
        route, _, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        method, address = route.strip("`").split()
        found |= {(method, address, role): cell for role, cell in zip(roles, cells, strict=True)}
    return found


def test_4_every_route_and_role_is_as_the_page_says(served: tuple[Any, httpx.Client], sent: dict[str, dict[str, str]]) -> None:
    app, client = served
    expected = table()
    walked = {(method, address) for method, address, _ in declared(app)}
    assert {(method, address) for method, address, _ in expected} == walked
    assert {role for *_, role in expected} == set(ROLES)
    for (method, address, role), shown in expected.items():
        client.cookies.clear()
        filled = re.sub(r"\{\w+\}", "test:A", address)
        elsewhere = {"X-Forwarded-For": "192.0.2.7"}
        answer = client.request(method, filled, headers=sent[role] | elsewhere, json={} if method == "POST" else None)
        where = (method, address, role, answer.status_code)
        if shown != "–":
            assert answer.status_code not in (401, 403, 500), where
        elif role == "public":
            assert_problem(answer, 401, "login_required")
            assert answer.headers["www-authenticate"] == "Bearer"
        else:
            assert_problem(answer, 403, "permission_missing")


def test_12_no_route_takes_what_it_does_not_ask_for_in_its_address(
    served: tuple[Any, httpx.Client], sent: dict[str, dict[str, str]]
) -> None:
    _, client = served
    pages = {"/", "/docs", "/login", "/metrics"}
    may = {(method, address): role for (method, address, role), shown in table().items() if shown != "–"}
    for (method, address), role in may.items():
        client.cookies.clear()
        filled = re.sub(r"\{\w+\}", "test:A", address)
        tried = [{"dry-run": "true", "nonsense": "1"}, *([{"dry_run": "true"}] if address != "/v1/loads" else [])]
        for asked in tried:
            answer = client.request(method, filled, headers=sent[role], params=asked, json={} if method == "POST" else None)
            if address in pages:
                assert answer.status_code != 422, address
                continue
            errors = assert_problem(answer, 422, "invalid_parameter")["errors"]
            assert {each["name"] for each in errors if each["in"] == "query"} >= asked.keys(), (method, address)


def test_4_the_page_is_what_roles_and_routes_say() -> None:
    spec = importlib.util.spec_from_file_location("make_service", DOCS / "make_service.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (DOCS / "service.md").read_text(encoding="utf-8") == module.page(), "run docs/make_service.py"


def test_4_a_route_that_declares_nothing_is_closed_and_does_not_start(tmp_path: Path) -> None:
    with in_process(Settings(store=make_store(tmp_path / "zeren.db"))) as (app, client):
        app.add_api_route("/v1/forgotten", lambda: {"secret": 1})
        assert_problem(client.get("/v1/forgotten"), 403, "permission_missing")
        with pytest.raises(ConfigError, match="/v1/forgotten declares no permission"):
            list(declared(app))
    bare = FastAPI(docs_url=None, redoc_url=None)
    bare.state.access = app.state.access
    bare.add_api_route("/v1/odd", lambda: 1, dependencies=[needs("no.such")])
    with pytest.raises(ConfigError, match="/v1/odd declares no permission, or one that is not in"):
        list(declared(bare))


def test_metrics_are_for_this_machine_and_whoever_may(client: httpx.Client, sent: dict[str, dict[str, str]]) -> None:
    elsewhere = {"X-Forwarded-For": "192.0.2.7"}
    assert "zeren_requests_total" in client.get("/metrics").text
    assert_problem(client.get("/metrics", headers=elsewhere), 401, "login_required")
    assert_problem(client.get("/metrics", headers=sent["official"] | elsewhere), 403, "permission_missing")
    assert client.get("/metrics", headers=sent["administrator"] | elsewhere).status_code == 200


def test_13_what_a_load_says_of_cells_is_for_whoever_sees_persons_and_is_in_the_trail(
    served: tuple[Any, httpx.Client], client: httpx.Client, access: Access, sent: dict[str, dict[str, str]]
) -> None:
    head = "partyTypeName,cardNum,iname,caseCode,courtName,areaName,publishDate,disruptTypeName,businessEntity"
    row = "自然人,3713021980****1234,钱密密,(2020)鲁1302执7号,示例法院,山东,钱密密,违反财产报告制度,"
    bare = {"Authorization": sent["official"]["Authorization"], "Accept-Language": "en"}
    load = {"params": {"mapping": "cn_court_defaulters", "file": "defaulters.csv"}, "content": f"{head}\n{row}\n"}
    answer = client.post("/v1/loads", headers=sent["official"] | {"Idempotency-Key": "cells-13"}, **load)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    assert "钱密密" in answer.text
    assert last(access)["asked"] == "rows of cn_court_defaulters"
    again = client.post("/v1/loads", headers=bare | {"Idempotency-Key": "cells-13"}, **load)  # type: ignore[arg-type]
    first = client.post("/v1/loads", headers=bare, **load)  # type: ignore[arg-type]
    for told in (again, first):
        assert told.status_code == 200, told.text
        assert "钱密密" not in told.text
        issue = next(each for each in told.json()["issues"] if each["level"] == "refused")
        assert (issue["row"], issue["column"], issue["value"]) == (2, "publishDate", "")
        assert issue["reason"].startswith("… is not a date")
    queue = served[0].state.jobs
    for job, answered, error in (
        ("load-13", answer.json(), None),
        ("fail-13", None, Refused("nothing was recorded\nrefused: 钱密密", zh="未作任何记录\n被拒绝：钱密密")),
    ):
        queue.add(job, "load", {}, "a-official", now())
        queue.end(job, "done" if answered else "failed", now(), answered, error)
        for address in (f"/v1/jobs/{job}", "/v1/jobs", f"/v1/jobs/{job}/events"):
            before = access.trail.head()
            for whose in (sent["administrator"], bare):
                for form in ("application/json", "application/x-ndjson", "text/csv"):
                    told = client.get(address, headers=whose | {"Accept": form})
                    assert "钱密密" not in told.text, (address, form)
            assert access.trail.head() == before, "nobody was shown"
            assert "钱密密" in client.get(address, headers=sent["official"]).text
            assert job in last(access)["asked"]
            assert (last(access)["by"], last(access)["what"]) == ("a-official", f"GET {address.replace(job, '{id}')}")
    asked = {"Authorization": sent["auditor"]["Authorization"]}
    unread = client.get("/v1/audit", params={"after": access.trail.head().length - 1}, headers=asked)
    assert unread.status_code == 200, "rows of a job are no question for anybody"


# --- logging in


def test_logging_in_and_out(client: httpx.Client, access: Access) -> None:
    answer = log_in(client, "p-official")
    assert answer.json()["roles"] == ["official"]
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    assert (last(access)["by"], last(access)["what"], last(access)["asked"]) == ("p-official", "POST /v1/session", "logged in")
    who = client.get("/v1/session").json()
    assert (who["name"], who["persons"], who["csrf"]) == ("p-official", "full", answer.json()["csrf"])
    assert client.get("/v1/findings", headers=PURPOSE).status_code == 200
    assert (last(access)["by"], last(access)["via"]) == ("p-official", "session")
    old = client.cookies[COOKIE]
    assert client.delete("/v1/session", headers={"X-CSRF-Token": who["csrf"]}).status_code == 204
    client.cookies.set(COOKIE, old)
    assert_problem(client.get("/v1/findings", headers=PURPOSE), 401, "credentials_refused")
    assert client.get("/v1/session").json()["name"] == "public", "an old cookie keeps nobody from logging in"


def test_a_cookie_behind_https_is_sent_over_https_alone(tmp_path: Path) -> None:
    with in_process(Settings(store=make_store(tmp_path / "zeren.db"), https=True)) as (app, client):
        app.state.access.users.add("a", ["clerk"], now(), PASSWORD)
        client.headers.pop("authorization")
        answer = log_in(client, "a")
        assert "Secure" in answer.headers["set-cookie"]
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_repeated_failures_lock_and_say_no_more_than_a_wrong_name(client: httpx.Client, access: Access) -> None:
    access.users.add("victim", ["clerk"], now(), PASSWORD)
    said = {assert_problem(log_in(client, "nobody", PASSWORD), 401, "credentials_refused")["detail"]}
    assert last(access)["asked"] == "refused: no such user"  # it may be a password in the wrong field
    for _ in range(MAX_FAILURES):
        said.add(assert_problem(log_in(client, "victim", "wrong password"), 401, "credentials_refused")["detail"])
        assert (last(access)["by"], last(access)["asked"]) == ("public", "refused victim")
    said.add(assert_problem(log_in(client, "victim"), 401, "credentials_refused")["detail"])
    assert len(said) == 1
    assert access.users.log_in("victim", PASSWORD, now() + LOCKED).name == "victim"
    assert log_in(client, "victim").status_code == 200


@pytest.mark.parametrize("given", ["Bearer zeren_x_y", "Bearer eyJhbGciOi.x.y", "Bearer", "Basic YTpi", ""])
def test_a_token_that_is_not_good_is_refused_even_where_the_public_may(client: httpx.Client, given: str) -> None:
    for address in ("/health", "/v1/findings"):
        assert_problem(client.get(address, headers={"Authorization": given}), 401, "credentials_refused")


def test_two_headers_of_who_asks_are_refused(client: httpx.Client, sent: dict[str, dict[str, str]]) -> None:
    good = sent["official"]["Authorization"]
    for second in ("Bearer zeren_x_y", good):
        for both in ((good, second), (second, good)):
            answer = client.get("/v1/session", headers=[("Authorization", each) for each in both])
            assert_problem(answer, 400, "invalid_input")


def test_a_token_may_what_its_scopes_say_and_ends_when_it_is_taken_back(client: httpx.Client, access: Access) -> None:
    secret = token(access, "department", ["finding.read", "person.read"])
    sent = {"Authorization": f"Bearer {secret}", **PURPOSE}
    assert client.get("/v1/findings", headers=sent).status_code == 200
    assert_problem(client.get("/v1/decisions", headers=sent), 403, "permission_missing")
    blind = {"Authorization": f"Bearer {token(access, 'department', ['finding.read'])}"}
    assert "name persons" in assert_problem(client.get("/v1/findings", headers=blind), 403, "permission_missing")["detail"]
    access.tokens.revoke(secret.split("_")[1], now())
    assert_problem(client.get("/v1/findings", headers=sent), 401, "credentials_refused")


def test_5_a_write_without_the_csrf_token_or_from_elsewhere_is_refused(client: httpx.Client) -> None:
    csrf = log_in(client, "p-clerk").json()["csrf"]
    for wrong in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}, {b"X-CSRF-Token": b"\xc3\xa9"}):
        assert_problem(client.delete("/v1/session", headers=wrong), 403, "csrf_required")
    foreign = {"X-CSRF-Token": csrf, "Origin": "http://evil.example"}
    assert_problem(client.delete("/v1/session", headers=foreign), 403, "csrf_required")
    assert_problem(client.post("/v1/session", json={}, headers={"Origin": "null"}), 403, "csrf_required")
    own = {"X-CSRF-Token": csrf, "Origin": str(client.base_url).rstrip("/")}
    assert client.get("/v1/session").json()["name"] == "p-clerk"
    assert client.delete("/v1/session", headers=own).status_code == 204


def test_6_nobody_asks_faster_than_the_limit(tmp_path: Path) -> None:
    with in_process(Settings(store=make_store(tmp_path / "zeren.db"), rate=30, rate_public=5)) as (_, client):
        with httpx.Client(base_url=client.base_url, trust_env=False) as bare:
            began = time.monotonic()
            answers = [bare.get("/health") for _ in range(30)]
            took = time.monotonic() - began
        refused = [answer for answer in answers if answer.status_code == 429]
        assert len(answers) - len(refused) <= 5 + 5 * took + 1
        assert assert_problem(refused[0], 429, "too_many_requests")
        assert refused[0].headers["retry-after"] == "1"
        assert client.get("/health").status_code == 200, "others are not slowed down by it"


def test_a_body_that_is_too_large_is_refused_stated_or_not(tmp_path: Path) -> None:
    with in_process(Settings(store=make_store(tmp_path / "zeren.db"), body_bytes=1_000)) as (_, client):
        client.headers.pop("authorization")
        large = json.dumps({"name": "a", "password": "x" * 2_000}).encode()
        sent = {"Content-Type": "application/json"}
        assert_problem(client.post("/v1/session", content=large, headers=sent), 413, "body_too_large")
        pieces = (large[at : at + 100] for at in range(0, len(large), 100))
        said = assert_problem(client.post("/v1/session", content=pieces, headers=sent), 413, "body_too_large")
        assert said["detail"] == "a body has at most 1000 bytes"
        assert_problem(log_in(client, "a", "x" * 100), 401, "credentials_refused")


# --- the first administrator


def test_server_3_the_first_administrator_comes_by_a_link_that_works_once(tmp_path: Path) -> None:
    url = make_store(tmp_path / "zeren.db")
    first = start(url)
    try:
        assert first.stderr
        link = next(found for line in first.stderr if (found := FIRST.search(line)))
        with httpx.Client(base_url=link[1], trust_env=False) as client:
            assert client.get("/login").status_code == 200
            given = {"token": link[2], "name": "admin", "password": PASSWORD}
            assert_problem(client.post("/v1/setup", json=given | {"token": "x"}), 401, "credentials_refused")
            assert_problem(client.post("/v1/setup", json=given | {"password": "short"}), 400, "invalid_input")
            assert client.post("/v1/setup", json=given).json()["roles"] == ["administrator"]
            assert client.get("/v1/session").json()["name"] == "admin"
            client.cookies.clear()
            assert_problem(client.post("/v1/setup", json=given | {"name": "other"}), 401, "credentials_refused")
            assert log_in(client, "admin").status_code == 200
    finally:
        first.terminate()
        first.communicate(timeout=20)
    second = start(url)
    assert second.stderr
    assert "Zeren is at" in second.stderr.readline()
    second.terminate()
    assert second.communicate(timeout=20)[1] == "stopped\n", "no link where there is an administrator"


def test_server_3_a_start_with_an_administrator_ends_every_older_link(tmp_path: Path) -> None:
    with fresh(tmp_path) as access:
        link = server._first(access)
        assert link
        access.users.add("boss", ["administrator"], now())
        assert server._first(access) is None
        access.users.lock("boss")
        with pytest.raises(CredentialsRefused):
            use_setup(access.db, access.users, link, "intruder", PASSWORD, now())


# --- 7 to 9: what is noted, and the description


def test_7_log_and_metrics_say_nothing_of_anybody(tmp_path: Path) -> None:
    url = make_store(tmp_path / "zeren.db")
    with access_of(url) as access:
        sent = headers(access, "official")
    process = start(url, ZEREN_LOG="info")
    assert process.stderr
    address = next(found[0] for line in process.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        asked = ["/v1/findings?person=王示例", f"/v1/graph/{quote(WANG)}/network", "/v1/nothing/王示例", "/v1/findings/王示例"]
        ids = [client.get(each, headers=sent).headers["x-request-id"] for each in asked]
        ids.append(
            client.request("王".encode().hex(), "/", headers={"X-Request-ID": "王示例".encode().hex()}).headers["x-request-id"]
        )
        counted = client.get("/metrics").text
    process.terminate()
    log = process.communicate(timeout=20)[1]
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert [line["request"] for line in lines][:5] == ids
    assert {line["route"] for line in lines} >= {"/v1/findings", "/v1/graph/{party}/network", "none"}
    for text in (log, counted):
        for secret in ("王示例", quote("王示例"), "official", sent["Authorization"].split()[1]):
            assert secret not in text
    assert 'method="other"' in counted


def test_8_every_answer_has_the_id_of_its_request(client: httpx.Client) -> None:
    given = client.get("/health", headers={"X-Request-ID": "from-a-proxy-1"})
    assert given.headers["x-request-id"] == "from-a-proxy-1"
    for bad in ("short", "x" * 65, "a b c d e f g h", "<script>alert(1)"):
        made = client.get("/v1/nothing", headers={"X-Request-ID": bad}).headers["x-request-id"]
        assert re.fullmatch("[0-9a-f]{32}", made)


def test_10_every_answer_says_to_whom_it_was_given(client: httpx.Client, access: Access) -> None:
    access.users.add("王示例", ["clerk"], now(), PASSWORD)
    assert "zeren-principal" not in client.get("/v1/session").headers, "the public has no name"
    assert client.post("/v1/session", json={"name": "王示例", "password": PASSWORD}).status_code == 200
    for path, status in (("/v1/session", 200), ("/v1/rules/nobody", 404), ("/v1/users", 403)):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["zeren-principal"]) == (status, quote("王示例")), path
    client.cookies.clear()
    assert "zeren-principal" not in client.get("/v1/search?q=x").headers


def test_9_the_document_says_what_each_address_needs(served: tuple[Any, httpx.Client]) -> None:
    app, client = served
    document = client.get("/openapi.json").json()
    assert set(document["components"]["securitySchemes"]) == {"token", "session"}
    public = load_roles().roles["public"].may
    seen = 0
    for method, address, need in declared(app):
        operation = document["paths"].get(address, {}).get(method.lower())
        if operation is None:
            continue
        seen += 1
        assert operation["x-permission"] == need.permission
        assert ({} in operation["security"]) is (need.permission in public)
        assert {"401", "403", "429"} <= set(operation["responses"])
        names = {parameter["name"] for parameter in operation["parameters"]}
        assert ("Zeren-Purpose" in names) is (need.permission not in ("service.use", "user.manage"))
        assert ("X-CSRF-Token" in names) is (method != "GET")
    assert seen >= 20


# --- the trail


def test_the_trail_shows_the_id_of_a_request_as_it_was_given(
    client: httpx.Client, access: Access, sent: dict[str, dict[str, str]]
) -> None:
    before, given = access.trail.head().length, "req-13800138000-abc"
    assert client.get("/v1/findings", headers=sent["official"] | {"X-Request-ID": given}).status_code == 200
    for form in ("application/json", "text/csv"):
        assert given in client.get(f"/v1/audit?after={before}", headers=sent["auditor"] | {"Accept": form}).text


def test_the_trail_and_the_report_of_a_person(client: httpx.Client, sent: dict[str, dict[str, str]]) -> None:
    client.get("/v1/graph/test:B/network", headers=sent["official"])
    client.get("/v1/findings?person=孙示例", headers=sent["investigator"])
    rows: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = client.get(f"/v1/audit?after={after}&limit=50", headers=sent["auditor"]).json()
        rows, after = rows + page["items"], page["next"]
        if len(rows) > 2_000:
            break
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    report = client.get("/v1/audit/of/孙示例", headers=sent["auditor"]).json()
    assert report["person"]["id"] == "test:B#孙示例"
    found = {(row["by"], row["how"]) for row in report["rows"]}
    assert found >= {
        ("a-official", "shown"),
        ("a-investigator", "searched"),
        ("a-investigator", "shown"),
        ("a-auditor", "searched"),
    }
    assert report["rows"][-1]["reference"] == "示例1"
    assert "王示例" not in json.dumps(report, ensure_ascii=False)
    assert_problem(client.get("/v1/audit/of/孙示例", headers=sent["official"]), 403, "permission_missing")


def test_a_link_that_sends_no_header_says_in_its_address_what_for(
    served: tuple[Any, httpx.Client], sent: dict[str, dict[str, str]]
) -> None:
    app, client = served
    token = {name: value for name, value in sent["official"].items() if name.lower() != "zeren-purpose"}
    found = client.get("/v1/findings", headers=sent["official"]).json()["items"][0]
    address = f"/v1/findings/{found['id']}/letter"
    assert_problem(client.get(address, headers=token), 403, "purpose_required")
    assert_problem(client.get(address, headers=token, params={"purpose": "no such"}), 403, "purpose_required")
    assert client.get(address, headers=token, params={"purpose": "supervision; 示例7"}).status_code == 200
    *_, last = app.state.access.trail.rows()
    assert (last.look.purpose, last.look.reference, last.look.people) == ("supervision", "示例7", (found["party"]["id"],))


def test_security_headers(client: httpx.Client) -> None:
    for address in ("/health", "/v1/findings", "/login", "/web/login.js", "/nothing"):
        found = client.get(address).headers
        assert "default-src 'self'" in found["content-security-policy"]
        assert "frame-ancestors 'none'" in found["content-security-policy"]
        assert (found["x-content-type-options"], found["referrer-policy"]) == ("nosniff", "no-referrer")
        assert found["cache-control"] == ("no-cache" if address.startswith("/web/") else "no-store")


def test_the_file_of_access_is_beside_the_store_and_two_servers_share_it(tmp_path: Path) -> None:
    url = make_store(tmp_path / "zeren.db")
    with in_process(Settings(store=url)) as (first, one), in_process(Settings(store=url)) as (_, two):
        sent = headers(first.state.access, "official")
        assert place_of(url).exists()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda n: (one, two)[n % 2].get("/v1/findings", headers=sent), range(60)))
        assert {answer.status_code for answer in answers} == {200}
        assert first.state.access.trail.verify().whole
        assert first.state.access.trail.head().length == 60
