"""An exported Cypher script on a real server: test 1 of graph/export/cypher.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.export import cypher
from graph.store import open_store
from tests.export_world import EVIL, TODAY, A, B, world
from tests.neo4j_server import Server

pytestmark = pytest.mark.required


def test_1_run_once_or_twice_the_same_graph_stands_there(tmp_path: Path, neo4j_server: Server):
    with open_store("sqlite:///:memory:") as store:
        counts = cypher.write(world(store), tmp_path / "a.cypher", TODAY)
    statements = [each for each in (tmp_path / "a.cypher").read_text(encoding="utf-8").split(";\n") if each.strip()]
    neo4j_server.empty()
    for _ in range(2):
        for statement in statements:
            neo4j_server.ask(statement)
        (found,) = neo4j_server.named("MATCH (p:Party) RETURN count(p) AS parties")
        assert found["parties"] == counts["parties"]
        (edges,) = neo4j_server.named("MATCH (:Party)-[r]->(:Party) RETURN count(r) AS edges, sum(r.share_least_percent) AS shares")
        assert (edges["edges"], edges["shares"]) == (counts["relationships"], 70.0)
    (held,) = neo4j_server.named(
        "MATCH (b:Company {id: $b})-[r:SHAREHOLDING]->(a:Company {id: $a}) RETURN b.name AS name, r.from_earliest AS since",
        a=A,
        b=B,
    )
    assert (held["name"], held["since"].iso_format()) == (EVIL, "2016-01-01")
