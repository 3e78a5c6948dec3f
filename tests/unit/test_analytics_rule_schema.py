"""The numbered invariants of `analytics.responsibility.rule_schema`."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from analytics.responsibility.catalogue import RULES
from analytics.responsibility.rule_schema import NAME, schema, schema_text
from graph import codes, strict_yaml

FILES = sorted(path for path in RULES.glob("*.yaml") if path.name != "instruments.yaml")


def problems(content: object) -> list[str]:
    plain = json.loads(json.dumps(content, default=str))
    return [error.message for error in jsonschema.Draft202012Validator(schema()).iter_errors(plain)]


def test_1_what_ships_is_what_is_made_now():
    assert (RULES / NAME).read_text(encoding="utf-8") == schema_text(), "run docs/make_schema.py"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_1_every_rule_file_follows_it_and_says_so_in_its_first_line(path: Path):
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0] == f"# yaml-language-server: $schema={NAME}"
    assert problems(strict_yaml.read(text)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("roles: [legal_representative", "roles: [no_such_role"),
        ("acts: [listed_wage_arrears]", "acts: [no_such_act]"),
        ("authority:", "authorty:"),
        ("relation: accessory", "relation: sometimes"),
    ],
)
def test_1_a_slip_is_underlined(old, new):
    text = (RULES / "wage_arrears.yaml").read_text(encoding="utf-8")
    assert old in text
    assert problems(strict_yaml.read(text.replace(old, new)))


def test_2_roles_and_acts_are_those_of_the_code_lists_each_with_its_label():
    for name, of in (("acts", "Act"), ("roles", "Role")):
        choices = {choice["const"]: choice["description"] for choice in schema()["$defs"][of]["oneOf"]}
        assert [entry.code for entry in codes.load(name) if choices.get(entry.code) != f"{entry.zh} · {entry.en}"] == []
        assert choices.keys() - {entry.code for entry in codes.load(name)} <= {"respondent"}


def test_every_field_is_explained_to_whoever_points_at_it():
    made = schema()
    parts = {"RuleFile": made, **made["$defs"]}
    bare = [
        (part, name)
        for part, held in parts.items()
        for name, field in held.get("properties", {}).items()
        if not field.get("description")
    ]
    assert bare == []


def test_2_every_field_is_explained_or_named_by_the_page_on_writing_a_rule():
    page = (RULES.parents[2] / "docs" / "writing-a-rule.md").read_text(encoding="utf-8")
    assert [field for field in schema()["$defs"]["Rule"]["properties"] if f"`{field}`" not in page] == []
