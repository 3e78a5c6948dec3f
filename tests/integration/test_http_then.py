"""One finding, decision and explanation over HTTP as known at an earlier version, and on an earlier day."""

from __future__ import annotations

from pathlib import Path

from api.settings import Settings
from api.use_cases.propagating import propagate
from graph.model import Operation
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
            assert then.json() == said, path
            assert_problem(client.get(f"{path}{joined}known_at={version}&as_of=1999-01-01"), 404, "not_found")
