"""A department that there is none of is a problem wherever one may be named: every route, and every option of a command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
import typer
from typer.testing import CliRunner

from api.cli.main import app
from tests.access_world import now
from tests.integration.test_http import assert_problem
from tests.integration.test_http_writes import Served, serving

NO_DEPARTMENT: Final = "zzz"
BESIDE: Final[dict[str, dict[str, Any]]] = {
    "/v1/check": {"uscc": "x", "purpose": "tendering", "why": "w"},
    "/v1/users": {"name": "new", "roles": ["clerk"]},
}
"""What else a body needs."""
CALLED: Final = {"user unit": "to"}
"""Options that mean a department and are called otherwise than `unit`."""
ARGUMENTS: Final = {
    "check": ["--uscc", "x", "--purpose", "tendering", "--why", "w"],
    "feedback": ["task", "--outcome", "executed"],
    "user add": ["new", "--role", "clerk", "--no-password"],
    "user unit": ["clerk"],
}
AFTER: Final = {"push hook": ["https://example.org"]}
"""What else a command needs."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("units")) as made:
        made.access.users.add("all", ["official", "auditor", "administrator"], now())
        made.sent["all"] = made.sent["zhao"] | {"Authorization": f"Bearer {made.access.issue('all', 'test', None, 1, now())[1]}"}
        yield made


def routes(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield method and address of what takes a `unit`, in its address or its body."""
    for address, methods in document["paths"].items():
        for method, said in methods.items():
            content = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            name = next((each["$ref"] for each in (content, *content.get("anyOf", ())) if "$ref" in each), "").rpartition("/")[2]
            body = document["components"]["schemas"].get(name, {}).get("properties", {})
            if "unit" in body or any(each["name"] == "unit" for each in said.get("parameters", ())):
                yield method, address


def test_no_route_takes_a_department_that_there_is_none_of(served: Served) -> None:
    found = list(routes(served.client.get("/openapi.json").json()))
    assert {address for _, address in found} >= {
        "/v1/lookups",
        "/v1/lookups/coverage",
        "/v1/tasks",
        "/v1/check",
        "/v1/users/{id}/unit",
    }
    for method, address in found:
        where = address.replace("{id}", "clerk")
        if method == "get":
            answer = served.get(where, "all", unit=NO_DEPARTMENT)
        else:
            answer = served.post(where, BESIDE.get(address, {}) | {"unit": NO_DEPARTMENT}, "all")
        problem = assert_problem(answer, 422, "invalid_parameter")
        assert [each["name"] for each in problem["errors"]] == ["unit"], address


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield each command by its name."""
    for name, each in getattr(command, "commands", {}).items():
        yield from commands(each, (*path, name))
    if not hasattr(command, "commands"):
        yield " ".join(path), command


def test_no_command_takes_a_department_that_there_is_none_of(served: Served) -> None:
    seen = set()
    environment = {"ZEREN_STORE": served.url, "ZEREN_DESK": str(served.desk), "ZEREN_USER": "operator", "ZEREN_LANG": "en"}
    for name, command in commands(typer.main.get_command(app)):
        for option in (each for each in command.params if each.name == CALLED.get(name, "unit")):
            seen.add(name)
            given = [NO_DEPARTMENT] if option.param_type_name == "argument" else [option.opts[0], NO_DEPARTMENT]
            run = CliRunner().invoke(app, [*name.split(), *ARGUMENTS.get(name, []), *given, *AFTER.get(name, [])], env=environment)
            assert (run.exit_code, "unit: no 'zzz'" in run.stderr) == (1, True), (name, run.output)
    assert seen >= {"lookups", "check", "tasks", "push key", "user unit"}
    run = CliRunner().invoke(app, ["lookups", "--coverage", "--unit", NO_DEPARTMENT], env=environment)
    assert run.exit_code == 1


def test_a_body_that_is_no_department_is_known_by_what_it_looked_up(served: Served) -> None:
    body = {"uscc": "91371300MA3C0YRJ4T", "purpose": "tendering", "why": "w", "unit_name": "示例交易中心"}
    assert served.post("/v1/check", body).status_code == 200
    for address in ("/v1/lookups", "/v1/lookups/coverage"):
        assert len(served.get(address, "auditor", unit="示例交易中心").json()["items"]) == 1
