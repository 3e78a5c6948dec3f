"""Every query of docs/neo4j.md runs as it stands there and answers, on the store that the page says."""

from __future__ import annotations

import re

import pytest

from tests.conftest import REPOSITORY
from tests.neo4j_server import Server

pytestmark = pytest.mark.required
BLOCK = re.compile(r"^### (\d+)\. (.+?)$.*?^```cypher\n(.*?)^```", re.MULTILINE | re.DOTALL)
PARAMETER = re.compile(r"^:param (\w+) => (.+);$", re.MULTILINE)
QUERIES = BLOCK.findall((REPOSITORY / "docs" / "neo4j.md").read_text(encoding="utf-8"))
COLUMNS = {
    "1": "name",
    "2": "who",
    "3": "who",
    "4": "number",
    "5": "measures",
    "6": "missing",
    "7": "near",
    "8": "per_cent",
    "9": "types",
    "10": "recorded",
}


def test_there_are_ten():
    assert [number for number, *_ in QUERIES] == list(COLUMNS)


@pytest.mark.parametrize(
    ("number", "text"), [(number, text) for number, _, text in QUERIES], ids=[number for number, *_ in QUERIES]
)
def test_query_answers(number: str, text: str, small_city: tuple[str, str], neo4j_server: Server):
    _, url = small_city
    assert url == neo4j_server.url
    given = dict(PARAMETER.findall(text))
    values = neo4j_server.ask("RETURN " + ", ".join(given.values()))[0] if given else []
    rows = neo4j_server.named(PARAMETER.sub("", text), **dict(zip(given, values, strict=True)))
    assert rows != []
    assert all(row[COLUMNS[number]] not in (None, []) for row in rows)
