"""The invariants of `api.access.roles`, by number."""

from __future__ import annotations

import pytest
import yaml

from api.access.roles import FILE, load_roles, parse_roles
from graph.errors import ConfigError, UnknownCode


def altered(**roles: dict) -> str:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for name, change in roles.items():
        content["roles"][name] = content["roles"].get(name, {"zh": "x", "en": "x"}) | change
    return yaml.safe_dump(content, allow_unicode=True)


@pytest.mark.parametrize(
    ("roles", "fault"),
    [
        ({"clerk": {"may": ["person.read", "case.decide"]}}, "no permission case.decide"),
        ({"clerk": {"persons": "some"}}, "persons"),
        ({"clerk": {"more": 1}}, "more"),
        ({"public": {"persons": "masked"}}, "public"),
        ({"clerk": {"persons": "none"}}, "person.read and a view of persons go together"),
        ({"administrator": {"may": ["person.read"]}}, "person.read and a view of persons go together"),
    ],
)
def test_1_and_3_what_nobody_defined_is_an_error_of_the_file(roles, fault):
    with pytest.raises(ConfigError, match=fault):
        parse_roles(altered(**roles))


def test_1_a_role_that_nobody_defined_is_refused():
    with pytest.raises(UnknownCode, match="no role 'emperor'"):
        load_roles().may(["emperor"])


def test_2_every_role_may_what_the_public_may_and_the_public_sees_no_person():
    known = load_roles()
    public = known.may(["public"])
    assert all(public < known.may([role]) for role in known.roles if role != "public")
    assert known.view(["public"]) == known.view([]) == "none"
    assert not {"person.read", "finding.read", "decision.read", "fact.read"} & public


def test_several_roles_have_the_widest_view_and_all_permissions():
    known = load_roles()
    assert known.view(["clerk", "official"]) == "full"
    assert known.may(["clerk", "auditor"]) == known.may(["clerk"]) | known.may(["auditor"])


def test_whoever_manages_users_sees_no_person_and_decides_nothing():
    assert not {"person.read", "case.confirm", "identity.rule", "audit.read"} & load_roles().may(["administrator"])
