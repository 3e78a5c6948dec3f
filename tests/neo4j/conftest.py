"""One small city in both stores, loaded and derived once for all tests that compare or ask, and a way to it that can be shut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analytics.responsibility.catalogue import shipped
from api.use_cases.acting import Actor
from api.use_cases.loading import load
from api.use_cases.propagating import propagate
from graph.store import open_store
from loaders.synthetic.city import write_city
from tests.neo4j_server import Gate, Server

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)


def fill(url: str, folder: Path) -> None:
    with open_store(url) as store:
        load(store, Actor("测试甲", AT), [str(folder)], mapping="synthetic_city")
        propagate(store, shipped(), Actor("测试甲", AT))


@pytest.fixture(scope="module")
def small_city(neo4j_server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """URLs of the same city in SQLite and in Neo4j."""
    folder = tmp_path_factory.mktemp("small")
    write_city(folder / "city", 40, 7)
    urls = f"sqlite:///{folder / 'zeren.db'}", neo4j_server.empty()
    for url in urls:
        fill(url, folder / "city")
    return urls


@pytest.fixture
def gate(neo4j_server: Server) -> Iterator[Gate]:
    """An open way to the empty server, which can be shut."""
    neo4j_server.empty()
    way = Gate(neo4j_server)
    way.open()
    yield way
    way.shut()
