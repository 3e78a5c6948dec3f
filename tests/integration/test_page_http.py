"""What the page asks, over HTTP: every answer fits its model, pages go on, and nothing is written by asking.

The third and fourth invariants of `api.http.service`, each in a test named after its number.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from api.http import case_schemas, department_schemas, law_schemas, party_schemas
from api.http.service import Service
from api.settings import Settings
from api.use_cases.propagating import propagate
from graph.codec import make_fact
from graph.dates import PartialDate
from graph.model import Event, Origin
from graph.store import open_store
from tests.access_world import headers
from tests.api_world import actor, add, case, catalogue
from tests.integration.test_http import HOSTILE, assert_problem, in_process, make_store

A, HEAD = "test:A", quote("test:A#王示例", safe="")
ANSWERS: list[tuple[str, Any]] = [
    ("/v1/search?q=示例", party_schemas.Suggestions),
    ("/v1/search?q=", party_schemas.Suggestions),
    (f"/v1/parties/{A}", party_schemas.Card),
    (f"/v1/parties/{HEAD}?lang=en&as_of=2024-01-01", party_schemas.Card),
    (f"/v1/parties/{A}?known_at=1", party_schemas.Card),
    (f"/v1/parties/{A}/neighbours", party_schemas.NeighboursAnswer),
    (f"/v1/parties/{A}/neighbours?ever=true&limit=1", party_schemas.NeighboursAnswer),
    (f"/v1/parties/{A}/neighbours?known_at=1&role=director", party_schemas.NeighboursAnswer),
    (f"/v1/parties/{HEAD}/neighbours", party_schemas.NeighboursAnswer),
    ("/v1/pictures/D1", party_schemas.Picture),
    ("/v1/pictures/D2?known_at=1", party_schemas.Picture),
    ("/v1/start", party_schemas.Start),
    ("/v1/codes?lang=en", party_schemas.Codes),
    ("/v1/cases", case_schemas.RestrictionPage),
    ("/v1/cases?status=derived&kind=person&as_of=2024-01-01&rule=T-OFFICE", case_schemas.RestrictionPage),
    ("/v1/dues?every=true&publication=true", case_schemas.DuePage),
    ("/v1/tasks", department_schemas.TaskPage),
    ("/v1/identity", case_schemas.ClaimPage),
    (f"/v1/identity?party={HEAD}", case_schemas.ClaimPage),
    ("/v1/matrix?as_of=2023-01-01", law_schemas.Matrix),
    ("/v1/report?since=2000-01-01", case_schemas.Report),
    ("/v1/purposes", case_schemas.Purposes),
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, httpx.Client, Path]]:
    folder = tmp_path_factory.mktemp("page_http")
    with in_process(Settings(store=make_store(folder / "zeren.db"), desk=str(folder / "desk.db"))) as (app, client):
        client.timeout = httpx.Timeout(200)
        client.headers.update(headers(app.state.access, "official"))
        yield app, client, folder


@pytest.mark.parametrize(("address", "model"), ANSWERS)
def test_every_answer_fits_its_model(served: tuple[Any, httpx.Client, Path], address: str, model: Any) -> None:
    answer = served[1].get(address)
    assert answer.status_code == 200, answer.text
    model.model_validate(answer.json())


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/v1/parties/nobody", 404, "not_found"),
        ("/v1/parties/nobody/neighbours", 404, "not_found"),
        (f"/v1/parties/{A}/neighbours?role=emperor", 422, "invalid_parameter"),
        (f"/v1/parties/{A}/neighbours?share=101", 400, "invalid_input"),
        (f"/v1/parties/{A}/neighbours?group=up.emperor", 422, "invalid_parameter"),
        (f"/v1/parties/{A}/neighbours?cursor=x&group=up.director", 400, "invalid_input"),
        (f"/v1/parties/{A}?known_at=999999", 400, "invalid_input"),
        ("/v1/pictures/nothing", 404, "not_found"),
        ("/v1/findings/none/letter", 404, "not_found"),
        ("/v1/search", 422, "invalid_parameter"),
        ("/v1/report", 422, "invalid_parameter"),
        ("/v1/report?since=2020-02-01&until=2020-01-31", 400, "invalid_input"),
        ("/v1/report?since=2020-01-01&until=2999-01-01", 400, "invalid_input"),
        ("/v1/cases?stat=derived", 422, "invalid_parameter"),
        ("/v1/identity?state=perhaps", 422, "invalid_parameter"),
    ],
)
def test_what_cannot_be_answered_is_a_problem(served: tuple[Any, httpx.Client, Path], address: str, status: int, code: str) -> None:
    assert_problem(served[1].get(address), status, code)


@pytest.mark.parametrize("role", ["", "administrator"])
def test_the_card_of_a_person_is_that_of_nobody_to_whoever_may_see_none(served: tuple[Any, httpx.Client, Path], role: str) -> None:
    app, client, _ = served
    sent = {**dict.fromkeys(("Authorization", "Zeren-Purpose"), ""), **(headers(app.state.access, role) if role else {})}
    sent = {name: value for name, value in sent.items() if value}
    with httpx.Client(base_url=client.base_url, trust_env=False, timeout=200) as other:
        person, nobody = (other.get(f"/v1/parties/{each}", headers=sent) for each in (HEAD, quote("test:A#无人", safe="")))
        assert other.get(f"/v1/parties/{A}", headers=sent).status_code == 200
    found, none = (assert_problem(answer, 404, "not_found") for answer in (person, nobody))
    assert found["detail"] == none["detail"]
    assert "王示例" not in found["detail"]


def test_a_card_is_asked_for_by_number_or_name_too(served: tuple[Any, httpx.Client, Path]) -> None:
    app, client, _ = served
    card = client.get(f"/v1/parties/{A}").json()
    asked = [card["party"]["name"], *(item["value"] for item in card["identifiers"])]
    with httpx.Client(base_url=client.base_url, trust_env=False, timeout=200) as other:
        for text in asked:
            assert client.get(f"/v1/parties/{quote(text, safe='')}").json() == card
            assert other.get(f"/v1/parties/{quote(text, safe='')}").json()["party"]["id"] == A
        assert client.get(f"/v1/parties/{quote('王示例')}").json() == client.get(f"/v1/parties/{HEAD}").json()
        blind = headers(app.state.access, "administrator")
        for sent in ({}, blind):
            said = {
                assert_problem(other.get(f"/v1/parties/{each}", headers=sent), 404, "not_found")["detail"]
                for each in (quote("王示例"), quote("无此人"), HEAD)
            }
            assert len(said) == 1
    unknown = assert_problem(client.get(f"/v1/parties/{quote('无此人')}"), 404, "not_found")["detail"]
    assert unknown == "nothing has the id, the number or the name '无此人'"


@pytest.mark.parametrize(
    ("role", "purpose", "told"),
    [
        ("", "", {"company"}),
        ("administrator", "supervision", {"company"}),
        ("official", "supervision", {"company", "decision", "finding", "party", "not_party"}),
        ("official", "", {"company", "decision"}),
    ],
)
def test_the_worked_case_tells_of_findings_whoever_may_read_them_for_a_purpose(
    served: tuple[Any, httpx.Client, Path], monkeypatch: pytest.MonkeyPatch, role: str, purpose: str, told: set[str]
) -> None:
    app, client, _ = served
    ref = {"id": A, "name": "甲公司"}
    decision = {"id": "D1", "number": "1", "authority": "", "date": "2023-05-10"}
    worked = {"decision": decision, "company": ref, "finding": "F", "party": ref, "not_party": ref}
    monkeypatch.setattr(Service, "start", {"version": 1, "empty": False, "case": worked})
    sent = headers(app.state.access, role) if role else {}
    sent = {name: value for name, value in sent.items() if purpose or name != "Zeren-Purpose"}
    with httpx.Client(base_url=client.base_url, trust_env=False, timeout=200) as other:
        assert set(other.get("/v1/start", headers=sent).json()["case"]) == told


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_ids_break_nothing(served: tuple[Any, httpx.Client, Path], hostile: str) -> None:
    given = quote(hostile, safe="")
    for address in (f"/v1/search?q={given}", f"/v1/parties/{given}", f"/v1/parties/{given}/neighbours", f"/v1/pictures/{given}"):
        answer = served[1].get(address)
        assert answer.status_code < 500, (address, answer.text)


def test_going_on_with_a_kind_of_tie_gives_each_party_once(served: tuple[Any, httpx.Client, Path]) -> None:
    client = served[1]
    whole = client.get(f"/v1/parties/{A}/neighbours", params={"ever": "true"}).json()
    group = max(whole["groups"], key=lambda item: item["count"])
    seen: list[str] = []
    params: dict[str, Any] = {"ever": "true", "group": group["group"], "limit": 1}
    while True:
        answer = client.get(f"/v1/parties/{A}/neighbours", params=params).json()
        seen += [item["party"]["id"] for item in answer["items"]]
        if group["group"] not in answer["next"]:
            break
        params["cursor"] = answer["next"][group["group"]]
    assert len(seen) == len(set(seen)) == group["count"] > 1


def test_the_queue_goes_page_by_page(served: tuple[Any, httpx.Client, Path]) -> None:
    client = served[1]
    whole = client.get("/v1/cases").json()
    walked, cursor = [], None
    while True:
        answer = client.get("/v1/cases", params={"limit": 1, **({"cursor": cursor} if cursor else {})}).json()
        walked += answer["items"]
        cursor = answer["next"]
        if cursor is None:
            break
    assert walked == whole["items"]
    assert sum(whole["counts"].values()) == len(walked) > 1


def test_a_letter_is_a_page_with_a_policy_of_its_own(served: tuple[Any, httpx.Client, Path]) -> None:
    client = served[1]
    finding = client.get("/v1/findings").json()["items"][0]
    answer = client.get(f"/v1/findings/{finding['id']}/letter", headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert finding["party"]["name"] in answer.text
    assert policy in answer.text.replace("&#x27;", "'")


def test_the_page_is_served_with_its_modules(served: tuple[Any, httpx.Client, Path]) -> None:
    client = served[1]
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    for name in ("page/main.js", "vendor/cytoscape/cytoscape.esm.min.mjs"):
        module = client.get(f"/web/{name}")
        assert module.headers["content-type"].startswith("text/javascript")
        assert module.headers["cache-control"] == "no-cache"
        assert client.get(f"/web/{name}", headers={"If-None-Match": module.headers["etag"]}).status_code == 304


def test_service_3_what_is_kept_is_forgotten_with_the_version(tmp_path: Path) -> None:
    url = make_store(tmp_path / "growing.db")
    with in_process(Settings(store=url, desk=str(tmp_path / "desk.db"))) as (app, client):
        service = app.state.service
        before = len(client.get("/v1/cases").json()["items"])
        assert service.claimed is service.claimed
        world = case()
        world.decision("A", ["listed_wage_arrears"], name="D3")
        world.company("C").legal_representative("郑示例", since="2015-01-01")
        world.decision("C", ["listed_wage_arrears"], name="D4")
        with open_store(url) as writer:
            add(writer, *world.facts)
            propagate(writer, catalogue(), actor(10, writer))
        assert len(client.get("/v1/cases").json()["items"]) > before


def test_service_3_who_looks_makes_nobody_read_the_cases_again(tmp_path: Path) -> None:
    url = make_store(tmp_path / "looked.db")
    with in_process(Settings(store=url, desk=str(tmp_path / "desk.db"))) as (app, client):
        service = app.state.service
        kept, version = (service.cases, service.snapshot, service.claimed), service.store.version()
        look = {"uscc": "91371302MAFK000377", "purpose": "tendering", "why": "test 1", "unit_name": "窗口"}
        assert client.post("/v1/check", json=look).status_code == 200
        assert service.store.version() == version + 1
        assert all(now is then for now, then in zip((service.cases, service.snapshot, service.claimed), kept, strict=True))
        event = make_fact(Event("note", "nobody", PartialDate.parse("2024-01-01"), "tester", "x"), "note-1", Origin("test"))
        with open_store(url) as writer:
            add(writer, event)
        assert service.cases is not kept[0]


def test_service_4_asking_makes_no_file(served: tuple[Any, httpx.Client, Path]) -> None:
    _, client, folder = served
    assert client.get("/v1/tasks").json()["items"] == []
    client.get("/v1/report?since=2020-01-01")
    assert not (folder / "desk.db").exists()
