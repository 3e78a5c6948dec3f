"""A store in Neo4j, as far as no server is needed: its URL, its layout, and that nothing that is typed is syntax."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import yaml

from graph.errors import ConfigError
from graph.store import is_local, open_store
from graph.store._neo4j_place import SCHEMES, place_of
from graph.store._neo4j_schema import statements, steps
from graph.store._neo4j_search import quoted, words_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("neo4j://localhost:7687", ("neo4j://localhost:7687", None)),
        ("neo4j://localhost", ("neo4j://localhost", None)),
        ("bolt+s://graph.example:7687/credit", ("bolt+s://graph.example:7687", "credit")),
        ("neo4j+ssc://[::1]:7687/", ("neo4j+ssc://[::1]:7687", None)),
    ],
)
def test_server_and_database(url: str, place: tuple[str, str | None]):
    assert place_of(url) == place
    assert not is_local(url)


@pytest.mark.parametrize(
    "url", ["neo4j://", "neo4j:///db", "neo4j://host/a b", "neo4j://host/x?y=1", "http://host", "neo4j://host/a/b"]
)
def test_what_is_no_url(url: str):
    with pytest.raises(ConfigError):
        place_of(url)


def test_every_scheme_reaches_the_backend():
    for scheme in SCHEMES:
        with pytest.raises(ConfigError, match="ZEREN_NEO4J_PASSWORD"):
            open_store(f"{scheme}://user:geheim@localhost")


def test_without_the_driver_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "graph.store.neo4j", raising=False)
    monkeypatch.setitem(sys.modules, "neo4j", None)
    with pytest.raises(ConfigError, match="install the extra neo4j"):
        open_store("neo4j://localhost")


def test_every_step_of_the_layout_may_be_run_again():
    known = steps()
    assert [step.number for step in known] == list(range(1, len(known) + 1))
    for step in known:
        assert all("IF NOT EXISTS" in statement for statement in statements(step.text))


@pytest.mark.parametrize("text", ['a" OR "b', "demo:A", "x*", "(y", "a AND b", "示 例", "\\", "~1", "AND", ""])
def test_nothing_typed_is_syntax(text: str):
    whole = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', quoted(text), re.DOTALL)
    assert whole is not None
    assert re.sub(r"\\(.)", r"\1", whole[1]) == text


def test_small_and_capital_letters_are_one_term():
    assert words_of("ACME") == ["acme"]


def test_the_containers_run_the_version_that_is_tested():
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    pom = (ROOT / "tests" / "neo4j" / "pom.xml").read_text(encoding="utf-8")
    tested = re.search(r"<neo4j.version>(\d+\.\d+)\.", pom)
    assert tested is not None
    assert compose["services"]["neo4j"]["image"] == f"neo4j:{tested[1]}-community"
    ports = [port for service in compose["services"].values() for port in service["ports"]]
    assert all(port.startswith("127.0.0.1:") for port in ports)
