"""The same facts in SQLite and in Neo4j give the same answers, byte for byte."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from graph.store import open_store

pytestmark = pytest.mark.required


@pytest.mark.parametrize(
    "command",
    [
        ("findings",),
        ("findings", "--outcome", "lead", "--as-of", "2024-06-30"),
        ("search", "诚丰"),
        ("search", "cf"),
        ("show", "synthetic_city:D00001"),
        ("identity", "list"),
        ("audit", "verify"),
    ],
    ids=" ".join,
)
def test_command_says_the_same(command: tuple[str, ...], small_city: tuple[str, str]):
    said = [CliRunner().invoke(app, ["--store", url, "--format", "json", *command]) for url in small_city]
    assert [done.exit_code for done in said] == [0, 0], said[1].stderr
    assert said[0].stdout == said[1].stdout
    assert json.loads(said[0].stdout)


def test_every_recording_is_the_same(small_city: tuple[str, str]):
    with open_store(small_city[0], create=False) as one, open_store(small_city[1], create=False) as other:
        assert list(one.audit()) == list(other.audit())
        assert list(one.changes_since(0)) == list(other.changes_since(0))
        for version in range(0, one.version() + 1, 3):
            assert [each.fact.id for each in one.facts(known_at=version)] == [
                each.fact.id for each in other.facts(known_at=version)
            ]
        assert one.marks() == other.marks()
        assert other.verify() is None
