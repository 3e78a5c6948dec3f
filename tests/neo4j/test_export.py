"""Exports on a real server: tests 1 and 3 of graph/export/cypher.py, and test 2 of graph/export/bulk.py."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.codec import make_fact
from graph.export import bulk, cypher
from graph.export.extract import Extract
from graph.model import Entity, Name, Origin
from graph.snapshot.overlay import build
from graph.store import open_store
from tests.api_world import add
from tests.export_world import EVIL, TODAY, A, B, world
from tests.neo4j.test_queries import PARAMETER, QUERIES
from tests.neo4j_server import SCRIPTS, Server

pytestmark = pytest.mark.required
ODD = {
    f"t:{place}": name
    for place, name in enumerate(("甲\r=1", "乙\n\"'`\\", "丙\\u0022}) DETACH DELETE p //", "丁;\n:exit", "戊\x00"))
}


def answers(server: Server) -> dict[str, list[dict[str, Any]]]:
    """What the queries of docs/neo4j.md answer."""
    found = {}
    for number, _, text in QUERIES:
        given = dict(PARAMETER.findall(text))
        values = server.ask("RETURN " + ", ".join(given.values()))[0] if given else []
        rows = server.named(PARAMETER.sub("", text), **dict(zip(given, values, strict=True)))
        found[number] = sorted((row | {"labels": sorted(row.get("labels", ()))} for row in rows), key=repr)  # labels have no order
    return found


@pytest.fixture(scope="module")
def stored(small_city: tuple[str, str], neo4j_server: Server) -> dict[str, list[dict[str, Any]]]:
    """Answers of a store with the small city, before anything else is on the server."""
    assert small_city[1] == neo4j_server.url
    return answers(neo4j_server)


@pytest.fixture(scope="module")
def city(small_city: tuple[str, str]) -> Iterator[Extract]:
    with open_store(small_city[0]) as store:
        yield Extract(store, build(store))


def run(server: Server, script: Path) -> None:
    for statement in cypher.statements(script.read_text(encoding="utf-8")):
        server.ask(statement)


def test_cypher_3_the_queries_answer_as_on_a_store(
    stored: dict[str, list[dict[str, Any]]], city: Extract, tmp_path: Path, neo4j_server: Server
):
    cypher.write(city, tmp_path / "a.cypher", TODAY)
    neo4j_server.empty()
    for schema in neo4j_server.named("SHOW CONSTRAINTS YIELD name"):
        neo4j_server.ask(f"DROP CONSTRAINT {schema['name']}")
    for schema in neo4j_server.named("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'"):
        neo4j_server.ask(f"DROP INDEX {schema['name']}")
    run(neo4j_server, tmp_path / "a.cypher")
    neo4j_server.ask("CALL db.awaitIndexes(60)")
    assert answers(neo4j_server) == stored


def test_bulk_2_the_queries_answer_as_on_a_store(
    stored: dict[str, list[dict[str, Any]]], city: Extract, tmp_path: Path, neo4j_server: Server
):
    server = imported(city, tmp_path, neo4j_server)
    try:
        assert answers(server) == stored
    finally:
        server.stop()


def imported(extract: Extract, folder: Path, other: Server) -> Server:
    """Start a server on what `neo4j-admin` made of an export with the command that stands beside it; `other` has the settings."""
    bulk.write(extract, folder / "pairs", TODAY)
    server = Server(folder / "server")
    server.home.mkdir()
    command = shlex.split((folder / "pairs" / "import.txt").read_text(encoding="utf-8").splitlines()[0])
    admin = ["java", "-cp", f"{SCRIPTS / '.neo4j' / 'jars'}/*", "org.neo4j.server.startup.Neo4jAdminCommand"]
    home = {"NEO4J_HOME": str(server.home), "NEO4J_CONF": str(other.home / "conf")}
    done = subprocess.run(
        [*admin, *command[1:]],
        cwd=folder / "pairs", env=os.environ | home, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    server.start()
    run(server, folder / "pairs" / "schema.cypher")
    server.ask("CALL db.awaitIndexes(60)")
    return server


def test_cypher_1_run_once_or_twice_the_same_graph_stands_there(tmp_path: Path, neo4j_server: Server):
    with open_store("sqlite:///:memory:") as store:
        add(store, *(make_fact(Entity(own, "company", (Name(name),)), own, Origin("register")) for own, name in ODD.items()))
        counts = cypher.write(world(store), tmp_path / "a.cypher", TODAY)
    neo4j_server.empty()
    for _ in range(2):
        run(neo4j_server, tmp_path / "a.cypher")
        found = {label: neo4j_server.ask(f"MATCH (n:{label}) RETURN count(n)")[0][0] for label in ("Party", "Decision", "Finding")}
        assert tuple(found.values()) == (counts["parties"], counts["decisions"], counts["findings"])
        (edges,) = neo4j_server.named("MATCH (:Party)-[r]->(:Party) RETURN count(r) AS edges, sum(r.share) AS shares")
        assert (edges["edges"], edges["shares"]) == (counts["relationships"], 60.0)
        (others,) = neo4j_server.ask("MATCH ()-[r:AGAINST|NAMES|REACHES|ANSWERS_FOR]->() RETURN count(r)")
        assert others == [4]
    (held,) = neo4j_server.named(
        "MATCH (b:Company {id: $b})-[r:SHAREHOLDING]->(a:Company {id: $a}) RETURN b.name AS name, r.since_earliest AS since",
        a=A,
        b=B,
    )
    assert (held["name"], held["since"].iso_format()) == (EVIL, "2016-01-01")
    names = dict(neo4j_server.ask("MATCH (p:Party) WHERE p.id IN $ids RETURN p.id, p.name", ids=list(ODD)))
    assert names == ODD | {"t:4": "戊_x0000_"}


def test_bulk_1_every_name_arrives_as_it_is(tmp_path: Path, neo4j_server: Server):
    with open_store("sqlite:///:memory:") as store:
        add(store, *(make_fact(Entity(own, "company", (Name(name),)), own, Origin("register")) for own, name in ODD.items()))
        server = imported(world(store), tmp_path, neo4j_server)
    try:
        names = dict(server.ask("MATCH (p:Party) WHERE p.id IN $ids RETURN p.id, p.name", ids=list(ODD)))
        assert names == ODD | {"t:4": "戊_x0000_"}
        assert server.ask("MATCH (:Party)-[r]->(:Party) RETURN count(r), sum(r.share)") == [[7, 60.0]]
        assert server.ask("MATCH (p:Party {id: $a}) RETURN p.names, p:Party AND p:Company AND size(labels(p)) = 2", a=A) == [
            [["甲示例有限公司", "旧甲示例公司"], True]
        ]
    finally:
        server.stop()
