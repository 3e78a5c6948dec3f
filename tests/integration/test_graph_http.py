"""The graph over HTTP: a real server answers what the commands print, and each answer fits its model."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread

import httpx
import pytest
import uvicorn
from typer.testing import CliRunner

from api.cli.main import app as commands
from api.http import graph_schemas as schemas
from api.http import service as service_module
from api.http.app import create_app
from api.locales import texts
from api.settings import Settings
from api.use_cases.acting import Actor
from api.use_cases.graph import Graph
from graph.codec import make_fact
from graph.dates import PartialDate
from graph.model import Entity, Event, Name, Operation, Origin
from graph.store import open_store
from graph.store.base import Write
from tests.access_world import headers_for
from tests.api_world import add, catalogue
from tests.graph_world import edge, make_store

ADDRESSES = [
    ("owners", "t:D", {}, schemas.OwnersAnswer),
    ("controls", "t:C", {}, schemas.ControlsAnswer),
    ("controlled", "t:A", {}, schemas.ControlledAnswer),
    ("group", "t:C", {}, schemas.GroupAnswer),
    ("network", "t:A", {"hops": "1", "role": "shareholding"}, schemas.NetworkAnswer),
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_store(str(tmp_path_factory.mktemp("graph_http") / "zeren.db"))


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[httpx.Client]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings = Settings(store=url, lang="en")
        server = uvicorn.Server(uvicorn.Config(create_app(settings, catalogue()), log_level="critical", access_log=False))
        thread = Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            address = f"http://127.0.0.1:{listener.getsockname()[1]}/v1/graph"
            with httpx.Client(base_url=address, trust_env=False, timeout=200, headers=headers_for(url)) as made:
                yield made
        finally:
            server.should_exit = True
            thread.join()


@pytest.mark.parametrize(("question", "party", "params", "model"), ADDRESSES)
def test_it_answers_what_the_command_prints_and_fits_its_model(client, url, question, party, params, model):
    found = client.get(f"/{party}/{question}", params=params)
    assert found.status_code == 200, found.text
    options = [part for name, value in params.items() for part in (f"--{name}", value)]
    printed = CliRunner().invoke(commands, [question, party, *options, "--store", url, "--lang", "en", "--format", "json"])
    assert found.json() == json.loads(printed.stdout)
    assert model.model_validate(found.json()).rows


def test_whoever_sees_no_persons_is_told_who_controls_what_as_if_there_were_none(client):
    asked = {question: client.get(f"/t:C/{question}").json() for question in ("controls", "group")}
    assert [party["id"] for row in asked["controls"]["rows"] for party in row["controllers"]] == ["t:A#王示例"]
    public = httpx.Client(base_url=client.base_url, trust_env=False, timeout=200)
    with public:
        told = {question: public.get(f"/t:C/{question}").json() for question in ("controls", "group")}
        assert [[party["id"] for party in row["controllers"]] for row in told["controls"]["rows"]] == [["t:A"]]
        assert told["group"]["head"]["id"] == "t:A"
        assert [row["party"]["id"] for row in told["group"]["rows"] if row["answer"] == "yes"] == ["t:B", "t:C"]
        assert all(row["through"] for row in told["group"]["rows"] if row["answer"] == "yes")
        alone = public.get("/t:A/group").json()
        assert (alone["head"]["id"], [row["party"]["id"] for row in alone["rows"]][:1]) == ("t:A", ["t:B"])
        assert public.get("/t:A/controls").json()["rows"] == []


@pytest.mark.parametrize("question", [*(address[0] for address in ADDRESSES), "paths"])
def test_the_id_of_a_party_may_hold_slashes_and_who_is_not_there_is_told_in_the_language_asked(client, question):
    found = client.get(f"/t:A%2F%E7%94%B2/{question}", params={"lang": "zh"} | ({"to": "t:C"} if question == "paths" else {}))
    assert found.json()["code"] == "not_found", found.text
    assert "t:A/甲" in found.json()["detail"]
    assert "nothing" not in found.json()["detail"]


def test_paths_and_a_drawn_tree(client):
    found = client.get("/t:A/paths", params={"to": "t:C", "role": "shareholding", "most": "1"})
    assert [row.party.id for row in schemas.PathsAnswer.model_validate(found.json()).rows] == ["t:B", "t:C"]
    drawn = client.get(
        "/t:A/paths", params={"to": "t:C", "role": "shareholding", "most": "1"}, headers={"Accept": "text/plain"}
    ).text
    assert "└─ 乙示例公司 [t:B] · → holds shares in 70 %" in drawn


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nobody/owners", 404),
        ("/李示例/owners", 409),
        ("/t:A/network?share=101", 400),
        ("/t:A/network?role=emperor", 422),
        ("/t:A/network?hop=1", 422),
        ("/t:A/network?hops=11", 422),
        (f"/t:A/network?hub={10**20}", 422),
        (f"/t:A/paths?to=t:C&hub={10**20}", 422),
        ("/t:A/paths", 422),
        ("/t:A/owners?as_of=1850-01-01", 400),
        ("/t:A/owners?threshold=most", 422),
    ],
)
def test_what_cannot_be_asked_is_a_problem(client, address, status):
    found = client.get(address)
    assert (found.status_code, found.headers["content-type"]) == (status, "application/problem+json")


def test_the_largest_hub_is_walked_through(client):
    for question in ("network?", "paths?to=t:C&"):
        assert client.get(f"/t:A/{question}hub=1000000000").status_code == 200


def test_service_2_the_columns_follow_the_store_and_are_folded_in_the_background(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("graph.snapshot.kept.MANY_CHANGES", 0)
    url = make_store(str(tmp_path / "zeren.db"))
    with open_store(url) as store:
        served = service_module.Service(store, catalogue(), "en", tmp_path / "zeren.db.graph")
        before = served.graph.columns()
        first, again = (served.stakes(served.graph.columns(), date(2026, 3, 2), blind=False) for _ in range(2))
        assert first is again
        add(store, edge("30", "t:E", "t:C", share="45"))
        served.graph.columns()
        served.close()
        after = served.graph.columns()
        served.close()
        assert (before.version, after.version) == (1, 2)
        assert json.loads((tmp_path / "zeren.db.graph" / "header.json").read_text())["version"] == 2


def test_service_3_names_are_looked_up_once_a_version_and_looking_makes_none_anew(tmp_path: Path) -> None:
    with open_store(make_store(str(tmp_path / "zeren.db"))) as store:
        served = service_module.Service(store, catalogue(), "zh", tmp_path / "zeren.db.graph")

        def name() -> str:
            with served.known(None) as known:
                graph = Graph(store, known.columns, texts("zh"), labels=known.labels)
                number = graph.find("t:B")
                return str(graph.name([number])[number]["name"])

        assert name() == "乙示例公司"
        before = served.labels(served.graph.columns())
        assert before == {"t:B": "乙示例公司"}
        look = Event("lookup", "t:B", PartialDate.on(date(2026, 3, 2)), "zhang", "why")
        add(store, make_fact(look, "lookup-1", Origin("zeren")))
        assert name() == "乙示例公司"
        assert served.labels(served.graph.columns()) is before
        other = make_fact(Entity("t:B", "company", (Name("新示例公司"),)), "B", Origin("register", "e.csv", 1))
        store.append([Write(other, Operation.CORRECTION, "renamed")], Actor("test", datetime(2026, 3, 2, tzinfo=UTC)).act("test"))
        assert name() == "新示例公司"
        with served.known("1") as known:
            assert known.labels == {}
        served.close()


@pytest.mark.parametrize(("question", "party", "params", "model"), ADDRESSES)
def test_a_past_version_answers_as_it_did(client, url, question, party, params, model):
    with open_store(url) as store:
        version = store.version()
    before = client.get(f"/{party}/{question}", params=params).json()
    with open_store(url) as store:
        add(store, edge(f"late-{question}", "t:LATE", party, share="1"), hour=20)
    then = client.get(f"/{party}/{question}", params=params | {"known_at": str(version)})
    assert model.model_validate(then.json())
    assert {**then.json(), "version": 0} == {**before, "version": 0}
    assert client.get(f"/{party}/{question}", params=params | {"known_at": "999999"}).status_code == 400


def test_a_past_version_of_a_city_is_for_the_command_line(client, monkeypatch):
    monkeypatch.setattr(service_module, "LARGE", 1)
    found = client.get("/t:A/network", params={"known_at": "1"})
    assert (found.status_code, found.json()["code"]) == (409, "refused")
    assert "--known-at" in found.json()["detail"]
