"""What is asked over HTTP as known at an earlier version, and of an earlier day; and which routes take both."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from api.cli.main import app
from api.http import schemas
from api.settings import Settings
from api.use_cases.propagating import propagate
from graph.codec import make_fact
from graph.dates import Period
from graph.model import Entity, Name, Operation, Origin
from graph.store import open_store
from tests.api_world import actor, add, case, catalogue
from tests.case_world import finding
from tests.integration.test_http import assert_problem, in_process, make_store


def test_what_was_answered_is_answered_again_as_known_then(tmp_path: Path) -> None:
    url = make_store(tmp_path / "then.db")
    with in_process(Settings(store=url, desk=str(tmp_path / "desk.db"))) as (_, client):
        with open_store(url) as store:
            head, version = finding(store, "王示例"), store.version()
        paths = [
            f"/v1/findings/{head}", f"/v1/findings/{head}/explanation", f"/v1/findings/{head}/letter", "/v1/decisions/D1",
            "/v1/decisions/D1/why-not?party=test:A%23赵示例",
        ]  # fmt: skip
        before = {path: client.get(path).json() for path in paths}
        office = next(fact for fact in case().facts if "王示例" in str(fact.value) and fact.key.startswith("relationship"))
        with open_store(url) as writer:
            add(writer, office, operation=Operation.RETRACTION, hour=20)
            propagate(writer, catalogue(), actor(21, writer))
        assert_problem(client.get(paths[0]), 404, "not_found")
        for path, said in before.items():
            joined = "&" if "?" in path else "?"
            then = client.get(f"{path}{joined}known_at={version}")
            assert then.status_code == 200, (path, then.text)
            told = then.json()
            if path.endswith("/letter"):
                assert f"第 {version} 版" in told.pop("then"), "the paper says as known when it speaks"
                assert said.pop("then") is None
            assert told == said, path
            assert_problem(client.get(f"{path}{joined}known_at={version}&as_of=1999-01-01"), 404, "not_found")


def test_statements_searches_and_reports_are_answered_again_as_known_then(tmp_path: Path) -> None:
    url = make_store(tmp_path / "then.db")
    with in_process(Settings(store=url, desk=str(tmp_path / "desk.db"))) as (_, client):
        office = next(fact for fact in case().facts if "王示例" in str(fact.value) and fact.key.startswith("relationship"))
        with open_store(url) as store:
            version = store.version()
        paths = [
            f"/v1/facts/{office.id}?as_of=2024-01-01", "/v1/search?q=王示例", "/v1/search?q=新设示例",
            "/v1/report?since=2020-01-01&until=2024-06-01", "/v1/report?since=2020-01-01&as_of=2024-06-01",
        ]  # fmt: skip
        client.get("/v1/graph/test:A/network")  # the columns are there
        before = {path: client.get(path).json() for path in paths}
        assert before[paths[1]]["items"]
        assert before[paths[2]]["items"] == []
        assert before[paths[3]] == before[paths[4]]
        late = make_fact(Entity("new:1", "company", (Name("新设示例公司"),)), "new:1", Origin("x", "f.csv", 1))
        with open_store(url) as writer:
            add(writer, office, operation=Operation.RETRACTION, hour=20)
            add(writer, late, hour=20)
            propagate(writer, catalogue(), actor(21, writer))
            latest = writer.version()
        assert client.get(paths[0]).json() != before[paths[0]]
        assert client.get(paths[2]).json()["items"]
        assert client.get(paths[3]).json()["rows"] != before[paths[3]]["rows"]
        for path, said in before.items():
            then = client.get(f"{path}&known_at={version}")
            assert then.status_code == 200, (path, then.text)
            assert without_posts(then.json()) == without_posts(said), path
        assert_problem(client.get(f"/v1/facts/{late.id}?known_at={version}"), 404, "not_found")
        schemas.Statement.model_validate(client.get(f"/v1/facts/{late.id}?known_at={latest}").json())
        assert_problem(client.get("/v1/report?since=2020-01-01&until=2024-06-01&as_of=2024-06-01"), 400, "invalid_input")


def without_posts(document: dict[str, Any]) -> dict[str, Any]:
    """An answer without what is told once the graph is warm."""
    items = document.get("items")
    return document if items is None else document | {"items": [row | {"posts": None, "ties": None} for row in items]}


def test_of_a_day_before_a_decision_the_command_and_the_route_say_that_it_came_later(tmp_path: Path) -> None:
    url = make_store(tmp_path / "then.db")
    with in_process(Settings(store=url, desk=str(tmp_path / "desk.db"))) as (_, client):
        for day, there in (("1999-01-01", False), ("2099-01-01", True)):
            answer = client.get("/v1/decisions/D1", params={"as_of": day, "lang": "en"})
            run = CliRunner().invoke(app, ["show", "D1", "--as-of", day, "--store", url, "--lang", "en", "--format", "json"])
            assert (answer.status_code == 200, run.exit_code == 0) == (there, there), run.output
            if there:
                assert json.loads(run.stdout) == answer.json()
            else:
                assert assert_problem(answer, 404, "not_found")["detail"] in run.stderr


def test_a_search_of_a_day_leaves_out_names_that_were_not_in_use(tmp_path: Path) -> None:
    url = make_store(tmp_path / "names.db")
    old = Name("旧名示例公司", kind="former", period=Period.parse("2001-01-01/2010-12-31"))
    with open_store(url) as store:
        add(store, make_fact(Entity("new:1", "company", (Name("新名示例公司"), old)), "new:1", Origin("x", "f.csv", 1)))
        version = store.version()
    with in_process(Settings(store=url)) as (_, client):
        for known_at in ("", f"&known_at={version}"):
            asked = [f"/v1/search?q=旧名{day}{known_at}" for day in ("", "&as_of=2005-05-05", "&as_of=2020-01-01")]
            assert [bool(client.get(path).json()["items"]) for path in asked] == [True, True, False], known_at


def test_every_route_takes_both_times_or_the_page_says_why_not(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "service.md").read_text(encoding="utf-8")
    excepted = set(re.findall(r"`GET ([^`]+)`", page.partition("**Both times.**")[2].partition("\n## ")[0]))
    with in_process(Settings(store=make_store(tmp_path / "zeren.db"))) as (app, _):
        lacking = set()
        for address, methods in app.openapi()["paths"].items():
            names = {parameter["name"] for parameter in methods.get("get", {}).get("parameters", ())}
            if "get" in methods and not {"as_of", "known_at"} <= names:
                lacking.add(address)
    assert lacking == excepted
