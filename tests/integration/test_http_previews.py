"""Looking before an act over HTTP: what the use cases answer, now and as known then; a real server on a free port."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.http import preview_schemas as schemas
from api.http.service import Service
from api.locales import texts
from api.settings import Settings
from api.use_cases import impact, previewing
from api.use_cases.propagating import propagate
from api.use_cases.quality import quality_report
from graph.model import Operation
from graph.store import open_store
from graph.store.base import Store
from tests.access_world import headers
from tests.api_world import actor, add, case, catalogue
from tests.case_world import finding
from tests.integration.test_http import assert_problem, in_process, make_store, today

PERSON = "test:A#王示例"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, httpx.Client]]:
    with in_process(Settings(store=make_store(tmp_path_factory.mktemp("previews") / "zeren.db"), rate=0)) as made:
        yield made


@pytest.fixture
def client(served: tuple[Any, httpx.Client]) -> httpx.Client:
    return served[1]


@pytest.fixture
def store(served: tuple[Any, httpx.Client]) -> Store:
    found: Store = served[0].state.service.store
    return found


def plain(document: object) -> Any:
    return json.loads(json.dumps(document))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_preview_is_that_of_the_use_case(client: httpx.Client, store: Store, lang: str) -> None:
    for given in (PERSON, finding(store, "王示例"), "孙示例"):
        answer = client.get("/v1/preview", params={"of": given, "lang": lang})
        schemas.Preview.model_validate(answer.json())
        assert answer.json() == plain(previewing.preview(store, catalogue(), given, texts(lang), today()))
    assert (
        answer.json()["is_not"]
        in client.get("/v1/preview", params={"of": PERSON, "lang": lang}, headers={"Accept": "text/plain"}).text
    )
    assert_problem(client.get("/v1/preview", params={"of": "test:A"}), 409, "refused")
    assert_problem(client.get("/v1/preview", params={"of": "无此人"}), 404, "not_found")


def test_a_preview_needs_a_purpose_and_the_right_to_findings(served: tuple[Any, httpx.Client]) -> None:
    app, client = served
    bare = headers(app.state.access, "department", purpose=False) | {"Zeren-Purpose": ""}
    assert_problem(client.get("/v1/preview", params={"of": PERSON}, headers=bare), 403, "purpose_required")
    assert_problem(
        client.get("/v1/preview", params={"of": PERSON}, headers=headers(app.state.access, "clerk")), 403, "permission_missing"
    )
    assert client.get("/v1/preview", params={"of": PERSON}).status_code == 200
    row = app.state.access.trail.page(app.state.access.trail.head().length - 1, 1)[0].as_json()
    assert (row["what"], row["people"]) == ("GET /v1/preview", [PERSON])


def test_an_impact_is_that_of_the_use_case(client: httpx.Client, store: Store) -> None:
    decision = client.get("/v1/decisions/D1").json()["id"]
    for changes in ({}, {"date": "1999-01-01"}):
        params = {"set": [f"{name}={value}" for name, value in changes.items()], "lang": "en"}
        answer = client.get(f"/v1/facts/{decision}/impact", params=params)
        schemas.StatementImpact.model_validate(answer.json())
        expected = impact.statement_json(impact.of_statement(store, catalogue(), decision, changes), texts("en"))
        assert answer.json() == plain(expected)
        assert answer.json()["findings"], "such a change has an impact"
    for bad in ("date", "=x", "no_such=1", "date=never"):
        assert_problem(client.get(f"/v1/facts/{decision}/impact", params={"set": bad}), 400, "invalid_input")
    twice = client.get(f"/v1/facts/{decision}/impact?set=date=2020&set=date=2021", headers={"Accept-Language": "zh"})
    assert assert_problem(twice, 400, "invalid_input")["detail"] == "重复给出：date"
    assert_problem(client.get("/v1/facts/none/impact"), 404, "not_found")


def test_quality_is_that_of_the_use_case_and_not_for_a_large_graph(
    client: httpx.Client, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = client.get("/v1/quality")
    schemas.Quality.model_validate(answer.json())
    assert answer.json() == plain(quality_report(store, today()))
    assert client.get("/v1/quality", params={"known_at": "0"}).json()["sources"] == []
    source = answer.json()["sources"][0]["source"]
    assert client.get("/v1/quality", params={"source": source}).json()["sources"] == answer.json()["sources"][:1]
    assert_problem(client.get("/v1/quality", params={"source": "none"}), 404, "not_found")
    monkeypatch.setattr(Service, "is_large", True)
    for address in ("/v1/quality", f"/v1/preview?of=孙示例&known_at={store.version()}"):
        assert_problem(client.get(address), 409, "refused")


def test_what_was_foreseen_is_foreseen_again_as_known_then(tmp_path: Path) -> None:
    url = make_store(tmp_path / "then.db")
    with in_process(Settings(store=url, desk=str(tmp_path / "desk.db"))) as (_, client):
        with open_store(url) as store:
            version = store.version()
        decision = client.get("/v1/decisions/D1").json()["id"]
        paths = [
            f"/v1/preview?of={PERSON.replace('#', '%23')}",
            f"/v1/facts/{decision}/impact?lang=en",
            "/v1/quality?as_of=2024-01-01",
        ]
        before = {path: client.get(path).json() for path in paths}
        office = next(fact for fact in case().facts if "王示例" in str(fact.value) and fact.key.startswith("relationship"))
        with open_store(url) as writer:
            add(writer, office, operation=Operation.RETRACTION, hour=20)
            propagate(writer, catalogue(), actor(21, writer))
        for path, said in before.items():
            assert client.get(path).json() != said, path
            then = client.get(f"{path}&known_at={version}")
            assert then.status_code == 200, then.text
            assert then.json() == said, path
