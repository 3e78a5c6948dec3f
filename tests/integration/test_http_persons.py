"""Natural persons over HTTP, whoever asks: persons of their own record, what is counted, what a job tells; a real server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from time import monotonic, sleep
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from api.access.desk import Access
from api.access.roles import load_roles
from api.http.asking import nobody
from api.http.needs import declared
from api.jobs.starter import Starter
from api.settings import Settings
from api.use_cases.propagating import propagate
from graph.dates import PartialDate, Period
from graph.model import Entity, Name, PartyRef, Relationship, Share
from graph.store import open_store
from tests.access_world import headers, now
from tests.api_world import actor, add, case, catalogue
from tests.integration.test_http import assert_problem, in_process

ROLES = list(load_roles().roles)
BLIND = ("public", "administrator")
SEEING = ("department", "investigator", "official", "auditor")
OWN = "bods:p-77"
"""A person of his own record, as registers of owners have them: nothing in the id says that he is one."""
NAMES = ("Zhou Yin", "周独行")


def since(day: str) -> Period:
    return Period(PartialDate.parse(day), PartialDate.parse("open"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, httpx.Client]]:
    url = f"sqlite:///{tmp_path_factory.mktemp('persons') / 'zeren.db'}"
    world = case()
    world.company("D").director("郑独名")
    world.add(Entity(OWN, "person", tuple(map(Name, NAMES)), (), (("nationality", "CN"),)))
    world.add(Relationship(PartyRef(OWN), PartyRef("test:D"), "shareholder", since("2019-01-01"), None, Share.exact(300_000)))
    world.add(Relationship(PartyRef(OWN), PartyRef("test:A"), "director", since("2019-01-01")))
    world.add(Relationship(PartyRef("test:A"), PartyRef("test:D"), "shareholder", since("2018-01-01"), None, Share.exact(700_000)))
    last_year = now().year - 1
    world.decision(
        "D", ["listed_wage_arrears"], name="D5", date=f"{last_year}-12-10", conduct=f"{last_year}-01/{last_year}-06",
        authority_level="city", number=f"示例〔{last_year}〕5号",
    )  # fmt: skip
    world.company("E").director("孙示例")
    for place in "BE":
        told = (("age", "63"), ("birth", "1961-03-04"), ("gender", "male"))
        world.add(Entity(f"test:{place}#孙示例", "person", (Name("孙示例"),), (), told, "register:w1"))
    with open_store(url) as store:
        add(store, *world.facts)
        propagate(store, catalogue(), actor(store=store))
    with in_process(Settings(store=url, rate=0, rate_public=0)) as (app, client):
        client.headers.pop("authorization")
        client.headers.pop("zeren-purpose")
        yield app, client


@pytest.fixture
def client(served: tuple[Any, httpx.Client]) -> httpx.Client:
    return served[1]


@pytest.fixture(scope="module")
def access(served: tuple[Any, httpx.Client]) -> Access:
    made: Access = served[0].state.access
    return made


@pytest.fixture(scope="module")
def sent(access: Access) -> dict[str, dict[str, str]]:
    """What each role sends, with a purpose."""
    return {role: {} if role == "public" else headers(access, role) for role in ROLES}


def bare(sent: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in sent.items() if name != "Zeren-Purpose"}


def last(access: Access, back: int = 0) -> dict[str, Any]:
    return access.trail.page(access.trail.head().length - 1 - back, 1)[0].as_json()


def statement_of(client: httpx.Client, sent: dict[str, dict[str, str]]) -> str:
    rows = client.get("/v1/relationships", headers=sent["official"]).json()["items"]
    return str(next(row["statement"] for row in rows if row["party"]["id"] == OWN and row["subject"]["id"] == "test:D"))


# --- Persons of their own record


ABOUT_D = (
    "/v1/relationships", "/v1/parties", "/v1/parties/test:D", "/v1/parties/test:D/neighbours", "/v1/graph/test:D/network",
    "/v1/graph/test:D/owners", "/v1/search?q=Zhou", "/v1/search?q=周独行", "/v1/graph/test:D/paths?to=test:A",
)  # fmt: skip


@pytest.mark.parametrize("form", ["application/json", "application/x-ndjson", "text/csv", "text/plain"])
@pytest.mark.parametrize("address", ABOUT_D)
def test_a_person_of_his_own_record_is_nobody_to_whoever_sees_none(
    client: httpx.Client, sent: dict[str, dict[str, str]], address: str, form: str
) -> None:
    for role in BLIND:
        answer = client.get(address, headers=sent[role] | {"Accept": form})
        assert answer.status_code == 200, answer.text
        assert not [each for each in (OWN, *NAMES) if each in answer.text], role


@pytest.mark.parametrize("address", ABOUT_D)
def test_a_person_of_his_own_record_is_masked_and_asks_for_a_purpose(
    client: httpx.Client, access: Access, sent: dict[str, dict[str, str]], address: str
) -> None:
    masked = client.get(address, headers=sent["clerk"])
    assert masked.status_code == 200, masked.text
    assert "person-" in masked.text
    assert not [each for each in (OWN, *NAMES) if each in masked.text]
    for role in ("clerk", *SEEING):
        assert_problem(client.get(address, headers=bare(sent[role])), 403, "purpose_required")
    for role in SEEING:
        assert OWN in client.get(address, headers=sent[role]).text
        assert OWN in last(access)["people"]


def test_a_statement_on_a_person_of_his_own_record_is_a_look_at_him(
    client: httpx.Client, access: Access, sent: dict[str, dict[str, str]]
) -> None:
    address = f"/v1/facts/{statement_of(client, sent)}?lang=en"
    assert_problem(client.get(address, headers=bare(sent["department"])), 403, "purpose_required")
    assert "Zhou Yin" in client.get(address, headers=sent["department"]).text
    assert last(access)["people"] == [OWN]
    report = client.get(f"/v1/audit/of/{OWN}", headers=sent["auditor"]).json()
    assert ("GET /v1/facts/{id}", "shown") in {(row["what"], row["how"]) for row in report["rows"]}


@pytest.mark.parametrize("role", BLIND)
@pytest.mark.parametrize(
    "address", ["/v1/parties/{}", "/v1/graph/{}/network", "/v1/parties/{}/neighbours", "/v1/graph/test:A/paths?to={}"]
)
def test_asking_for_him_is_asking_for_nobody(
    client: httpx.Client, sent: dict[str, dict[str, str]], address: str, role: str
) -> None:
    said = {
        assert_problem(client.get(address.format(quote(text)), headers=sent[role]), 404, "not_found")["detail"]
        for text in (OWN, *NAMES, "王示例", "test:A#王示例", "郑独名", "无此人", "bods:p-78")
    }
    assert said == {str(nobody())}


def test_a_list_without_persons_is_walked_whole(client: httpx.Client) -> None:
    for address in ("/v1/relationships", "/v1/parties"):
        every = client.get(address).json()["items"]
        walked: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = client.get(address, params={"limit": 1, **({"cursor": cursor} if cursor else {})}).json()
            assert len(page["items"]) == 1
            walked, cursor = [*walked, *page["items"]], page["next"]
        assert walked == every
    assert [row["party"]["id"] for row in client.get("/v1/relationships").json()["items"]] == ["test:A"]


ABSENT = "司马不在"
TYPED = {"party", "person", "to", "others", "q", "company", "of"}
"""Parameters that may name somebody."""


def looking(app: Any) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every route that may be asked for somebody by name, asked for him: permission, address, parameters."""
    needed = {address: need.permission for method, address, need in declared(app) if method == "GET"}
    for address, methods in app.openapi()["paths"].items():
        told = methods.get("get", {}).get("parameters", [])
        others = {each["name"]: "test:A" for each in told if each["in"] == "query" and each["required"]}
        for name in [each["name"] for each in told if each["name"] in TYPED]:
            path = address.replace(f"{{{name}}}", quote(ABSENT)).replace("{id}", "D1")
            named = {} if f"{{{name}}}" in address else {name: ABSENT}
            yield needed[address], re.sub(r"\{\w+\}", "test:A", path), others | named


def test_looking_for_whoever_is_not_on_record_is_a_look_on_every_route(
    served: tuple[Any, httpx.Client], access: Access, sent: dict[str, dict[str, str]]
) -> None:
    app, client = served
    roles, asked = load_roles(), list(looking(app))
    assert len(asked) > 15
    for permission, address, params in asked:
        for role in ("clerk", *SEEING):
            if permission not in roles.may([role]):
                continue
            where, before = (role, address, params), access.trail.head()
            refused = client.get(address, params=params, headers=bare(sent[role]))
            assert (refused.status_code, refused.json().get("code")) == (403, "purpose_required"), where
            assert access.trail.head() == before, where
            found = client.get(address, params=params, headers=sent[role])
            assert found.status_code in (200, 404), where
            rows = [row.as_json() for row in access.trail.rows(before.length)]
            assert ABSENT in {row["asked"] for row in rows}, where
        for role in BLIND:
            if permission in roles.may([role]):
                before = access.trail.head()
                assert client.get(address, params=params, headers=sent[role]).status_code in (200, 404)
                assert access.trail.head() == before
    report = client.get(f"/v1/audit/of/{ABSENT}", headers=sent["auditor"]).json()
    assert {"GET /v1/search", "GET /v1/parties/{party}", "GET /v1/graph/{party}/paths"} <= {row["what"] for row in report["rows"]}


@pytest.mark.parametrize("role", ["department", "official"])
def test_without_a_purpose_a_refusal_does_not_tell_who_is_on_record(
    client: httpx.Client, sent: dict[str, dict[str, str]], role: str
) -> None:
    asked = (
        "/v1/search?q={}", "/v1/parties/{}", "/v1/parties/{}/neighbours?group=none", "/v1/parties/{}/neighbours?cursor=x",
        "/v1/graph/{}/network?share=x", "/v1/graph/{}/owners?threshold=x", "/v1/graph/test:A/controlled?others={}&threshold=x",
        "/v1/graph/test:A/paths?to={}&kind=dragon", "/v1/decisions/nothing/why-not?party={}",
        "/v1/decisions/D1/why-not?party={}&rule=none", "/v1/findings?company={}",
    )  # fmt: skip
    for address in asked:
        for text in (OWN, "test:A#王示例", "test:A#司马不在", "郑独名", "王示例", ABSENT):
            assert_problem(client.get(address.format(quote(text)), headers=bare(sent[role])), 403, "purpose_required")
    for enterprise in ("/v1/search?q=示例D公司", "/v1/search?q=91371300", "/v1/search?q=%20"):
        assert client.get(enterprise, headers=bare(sent[role])).status_code == 200, enterprise
    assert_problem(client.get("/v1/graph/test:D/owners?threshold=x", headers=bare(sent[role])), 422, "invalid_parameter")


# --- What is counted


def test_without_persons_nothing_counts_or_filters_them(client: httpx.Client, sent: dict[str, dict[str, str]]) -> None:
    seen = client.get("/v1/parties/test:D/neighbours?ever=true", headers=sent["official"]).json()
    assert seen["count"] == 3
    assert {item["party"]["id"] for item in seen["items"]} == {OWN, "test:D#郑独名", "test:A"}
    for role in BLIND:
        for more in ("", "&as_of=2018-12-31", "&as_of=2019-01-02", "&share=1", "&share=40", "&kind=company", "&ever=true"):
            found = client.get(f"/v1/parties/test:D/neighbours?lang=en{more}", headers=sent[role]).json()
            assert (found["count"], [(group["group"], group["count"]) for group in found["groups"]]) == (1, [("up.shareholder", 1)])
            assert [item["party"]["id"] for item in found["items"]] == ["test:A"]
        none = client.get("/v1/parties/test:D/neighbours?kind=person", headers=sent[role]).json()
        assert (none["count"], none["groups"], none["items"]) == (0, [], [])
        assert_problem(client.get("/v1/parties/test:D/neighbours?group=up.director", headers=sent[role]), 422, "invalid_parameter")
        card = client.get("/v1/parties/test:D", headers=sent[role]).json()
        assert (card["holders_count"], [holder["party"]["id"] for holder in card["holders"]]) == (1, ["test:A"])
        near = client.get("/v1/graph/test:D/network?limit=1&hops=1", headers=sent[role]).json()
        assert ([row["party"]["id"] for row in near["rows"]], near["rows_left_out"]) == (["test:A"], 0)
        held = client.get("/v1/graph/test:D/owners?limit=1", headers=sent[role]).json()
        assert held["rows_left_out"] == 0
    assert client.get("/v1/parties/test:D", headers=sent["official"]).json()["holders_count"] == 3


@pytest.mark.parametrize("role", BLIND)
def test_without_persons_a_hub_and_a_search_tell_of_the_others_alone(
    served: tuple[Any, httpx.Client], sent: dict[str, dict[str, str]], role: str
) -> None:
    app, client = served
    app.state.service.graph.columns()
    app.state.service._warm = True
    hubs = [client.get(f"/v1/graph/test:A/network?hub={hub}&hops=2", headers=sent[role]).json()["left_out"] for hub in (1, 2, 3)]
    assert hubs == [[], [], []]
    (found,) = client.get("/v1/search?q=示例D公司&limit=1", headers=sent[role]).json()["items"]
    assert (found["id"], found["ties"]) == ("test:D", 1)
    (found,) = client.get("/v1/search?q=示例D公司&limit=1", headers=sent["official"]).json()["items"]
    assert found["ties"] == 3
    full = client.get("/v1/search?q=示例&limit=2", headers=sent[role]).json()["items"]
    assert len(full) == 2, "persons take no place among those who are told of"


def test_a_search_makes_the_graph_ready_that_tells_who_holds_what(
    served: tuple[Any, httpx.Client], sent: dict[str, dict[str, str]]
) -> None:
    until = monotonic() + 60
    while (found := served[1].get("/v1/search?q=示例D公司&limit=1", headers=sent["official"]).json()["items"][0])["ties"] is None:
        assert monotonic() < until, found
        sleep(0.1)
    assert found["ties"] == 3


@pytest.mark.parametrize("role", BLIND)
@pytest.mark.parametrize("more", ["group=up.director", "role=emperor", "kind=dragon", "share=x", "known_at=1", "cursor=x"])
def test_what_is_wrong_with_a_question_tells_nobody_that_there_is_somebody(
    client: httpx.Client, sent: dict[str, dict[str, str]], role: str, more: str
) -> None:
    addresses = ["/v1/parties/{}/neighbours", *([] if more[0] in "gc" else ["/v1/graph/{}/network"])]
    for address in addresses:
        asked = [f"{address.format(quote(text))}?{more}" for text in (OWN, "test:A#王示例", "郑独名", "王示例", "无此人")]
        problems = [client.get(each, headers=sent[role]).json() for each in asked]
        said = {(problem["code"], problem["detail"]) for problem in problems}
        assert len(said) == 1, said


# --- Findings and decisions


OF_FINDINGS = ("findings", "restrictions", "measures", "answers", "warnings", "events")


def test_a_card_shows_findings_and_decisions_to_whoever_may_read_them(
    client: httpx.Client, sent: dict[str, dict[str, str]]
) -> None:
    published = {item["decision"]: item for item in client.get("/v1/publication").json()["items"]}
    assert set(published) == {"D5"}
    roles = load_roles()
    for role in ROLES:
        may = roles.may([role])
        for party, own in (("A", "D1"), ("B", "D2"), ("D", "D5")):
            card = client.get(f"/v1/parties/test:{party}", headers=sent[role]).json()
            reads = "finding.read" in may and party != "D"  # nobody answers for what D did
            assert bool(any(card[name] for name in OF_FINDINGS)) == reads, (role, party)
            told = [row["id"] for row in card["decisions"]]
            assert told == ([own] if "decision.read" in may or own in published else []), (role, party)
            if told and "decision.read" not in may:
                (row,) = card["decisions"]
                assert {name: row[name] for name in ("number", "authority", "acts_text")} == {
                    name: published["D5"][name] for name in ("number", "authority", "acts_text")
                }
                assert (row["fact"], row["conduct"]) == (None, None)
            near = client.get(f"/v1/parties/test:{party}/neighbours", headers=sent[role]).json()
            assert bool(near["marks"]) == reads, (role, party)


def test_the_public_sees_on_a_past_day_and_version_no_more_than_was_published(client: httpx.Client) -> None:
    long_after = client.get(f"/v1/parties/test:D?as_of={now().year + 30}-01-01").json()
    assert long_after["decisions"] == [], "its publication has ended"
    assert client.get("/v1/parties/test:D?known_at=1").json()["decisions"] == []


def test_claims_tell_that_births_and_sexes_agree_and_not_what_they_are(
    client: httpx.Client, sent: dict[str, dict[str, str]]
) -> None:
    for role in SEEING[:3]:
        (claim,) = client.get("/v1/identity?lang=en", headers=sent[role]).json()["items"]
        features = {feature["name"]: feature for feature in claim["features"]}
        assert {name: features[name]["result"] for name in ("gender", "age")} == {"gender": "agrees", "age": "agrees"}
        told = {features[name][part] for name in ("gender", "age") for part in ("first", "second", "text")}
        if role == "department":
            assert told == {"", "same gender", "about the same age"}
        else:
            assert {"male", "63", "same gender (male / male)"} < told


# --- Jobs, their files, and the trail


def ordered(client: httpx.Client, sent: dict[str, str], **asked: Any) -> dict[str, Any]:
    """A job that has ended, as whoever ordered it sees it."""
    answer = client.post("/v1/jobs", headers=sent, json=asked)
    assert answer.status_code == 202, answer.text
    with client.stream("GET", f"/v1/jobs/{answer.json()['id']}/events", headers=sent, timeout=120) as events:
        *_, last_line = [line for line in events.iter_lines() if line.startswith("data:")]
    return dict(json.loads(last_line.removeprefix("data:")))


def test_an_export_around_a_person_is_told_of_as_the_person_is(
    client: httpx.Client, access: Access, sent: dict[str, dict[str, str]]
) -> None:
    official = sent["official"]
    for typed, whom in (("郑独名", {"test:D#郑独名"}), (OWN, {OWN}), ("周独行", {OWN}), ("无此人", {"无此人"})):
        job = ordered(client, official, kind="export", to="csv", around=typed)
        assert job["asked"]["around"] == typed
        for address in (f"/v1/jobs/{job['id']}", "/v1/jobs", f"/v1/jobs/{job['id']}/events"):
            assert_problem(client.get(address, headers=bare(official)), 403, "purpose_required")
            assert typed in client.get(address, headers=official).text
            assert whom <= set(last(access)["people"])
            for form in ("application/json", "application/x-ndjson", "text/csv"):
                blind = client.get(address, headers=sent["administrator"] | {"Accept": form})
                assert blind.status_code == 200
                assert typed not in blind.text
    enterprise = ordered(client, official, kind="export", to="csv", around="test:E", hops=1)
    assert client.get(f"/v1/jobs/{enterprise['id']}", headers=bare(official)).json()["asked"]["around"] == "test:E"


def test_a_reason_is_for_whoever_sees_persons(client: httpx.Client, access: Access, sent: dict[str, dict[str, str]]) -> None:
    job = ordered(client, sent["official"], kind="undo", delivery="nothing", reason="郑独名 打来电话")
    address = f"/v1/jobs/{job['id']}"
    assert_problem(client.get(address, headers=bare(sent["official"])), 403, "purpose_required")
    assert client.get(address, headers=sent["official"]).json()["asked"]["reason"] == "郑独名 打来电话"
    assert last(access, 1)["asked"] == f"reason of {job['id']}"
    assert last(access)["people"] == ["nothing"], "a delivery of no such id may be anybody's name"
    for told in (address, "/v1/jobs"):
        assert "郑独名" not in client.get(told, headers=sent["administrator"]).text


@pytest.mark.parametrize(
    "typed",
    [
        {"kind": "undo", "delivery": "郑独名"}, {"kind": "export", "to": "csv", "decision": "test:D#郑独名"},
        {"kind": "quality", "source": "王示例"}, {"kind": "export", "to": "csv", "around": "郑独名"},
    ],
)  # fmt: skip
def test_whatever_is_typed_of_a_job_names_nobody_to_whoever_sees_none_and_every_job_is_listed(
    client: httpx.Client, access: Access, sent: dict[str, dict[str, str]], typed: dict[str, str]
) -> None:
    official, (field, text) = sent["official"], list(typed.items())[-1]
    assert_problem(client.post("/v1/jobs", headers=bare(official), json=typed), 403, "purpose_required")
    before = access.trail.head().length
    job = ordered(client, official, **typed)
    rows = [row.as_json() for row in access.trail.rows(before) if row.look.what == "POST /v1/jobs" and row.look.asked]
    assert [text in row["asked"] for row in rows] == [True, False], "it is looked for, and stands in no other row"
    assert_problem(client.get(f"/v1/jobs/{job['id']}", headers=bare(official)), 403, "purpose_required")
    assert client.get(f"/v1/jobs/{job['id']}", headers=official).json()["asked"][field] == text
    one = client.get(f"/v1/jobs/{job['id']}", headers=sent["administrator"]).json()
    listed = client.get("/v1/jobs", headers=sent["administrator"]).json()["items"]
    assert one in listed
    assert len(listed) == len(client.get("/v1/jobs", headers=official).json()["items"])
    assert (one["asked"][field], one["state"], one["error"] is None) == (None, job["state"], job["error"] is None)
    for form in ("application/json", "application/x-ndjson", "text/csv"):
        for name in ("郑独名", "王示例"):
            assert name not in client.get("/v1/jobs", headers=sent["administrator"] | {"Accept": form}).text


def test_what_a_job_names_that_is_on_record_needs_no_purpose(client: httpx.Client, sent: dict[str, dict[str, str]]) -> None:
    job = ordered(client, bare(sent["official"]), kind="export", to="csv", decision="D5")
    assert job["state"] == "done"
    for role in ("official", "administrator"):
        told = client.get(f"/v1/jobs/{job['id']}", headers=bare(sent[role])).json()
        assert told["asked"]["decision"] == "D5", role


def test_whoever_may_run_jobs_stops_those_of_others_whatever_their_kind(
    client: httpx.Client, sent: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Starter, "wake", lambda _: None)  # they wait
    asked: list[dict[str, Any]] = [
        {"kind": "load", "what": "cn_court_defaulters", "dry_run": True}, {"kind": "export", "to": "csv", "around": "郑独名"},
    ]  # fmt: skip
    for each in asked:
        job = client.post("/v1/jobs", headers=sent["official"], json=each).json()["id"]
        assert_problem(client.post(f"/v1/jobs/{job}/cancel", headers=sent["auditor"]), 404, "not_found")
        stopped = client.post(f"/v1/jobs/{job}/cancel", headers=sent["administrator"])
        assert (stopped.status_code, stopped.json()["state"]) == (200, "cancelled"), stopped.text
        assert "郑独名" not in stopped.text
        assert_problem(client.post(f"/v1/jobs/{job}/retry", headers=sent["administrator"]), 403, "permission_missing")


def test_each_download_of_an_export_is_a_look_at_whom_it_has(
    client: httpx.Client, access: Access, sent: dict[str, dict[str, str]]
) -> None:
    near = ordered(client, sent["official"], kind="export", to="csv", around="test:E", hops=1)
    whole = ordered(client, sent["official"], kind="export", to="ftm", whole=True)
    assert "exported" not in whole["answer"]
    shown = {}
    for job in (near, whole):
        address = f"/v1/jobs/{job['id']}/file"
        assert client.get(address, headers=sent["official"]).status_code == 200
        shown[job["id"]] = last(access)["people"]
    assert shown == {near["id"]: ["test:E#孙示例"], whole["id"]: ["*"]}
    for person, downloads in (("test:E#孙示例", 2), ("test:D#郑独名", 1), (OWN, 1)):
        rows = client.get(f"/v1/audit/of/{quote(person)}", headers=sent["auditor"]).json()["rows"]
        files = [row for row in rows if row["what"] == "GET /v1/jobs/{id}/file"]
        assert [row["how"] for row in files] == ["shown"] * downloads, person


def test_reading_for_whom_somebody_looked_is_a_look(client: httpx.Client, access: Access, sent: dict[str, dict[str, str]]) -> None:
    before = access.trail.head().length
    assert_problem(client.get("/v1/findings?person=甲乙丙", headers=sent["official"]), 404, "not_found")
    address = f"/v1/audit?after={before}&limit=1"
    assert_problem(client.get(address, headers=bare(sent["auditor"])), 403, "purpose_required")
    (row,) = client.get(address, headers=sent["auditor"]).json()["items"]
    assert row["asked"] == "甲乙丙"
    read = last(access)
    assert (read["by"], read["people"]) == ("a-auditor", ["甲乙丙"])
    lines = client.get(address, headers=sent["auditor"] | {"Accept": "application/x-ndjson"}).text
    assert "甲乙丙" in lines
    before = access.trail.head().length
    ordered(client, sent["official"], kind="status")
    unasked = client.get(f"/v1/audit?after={before}&limit=1", headers=bare(sent["auditor"]))
    assert unasked.json()["items"][0]["asked"] == "status {}"
