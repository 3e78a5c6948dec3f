"""The invariants of `api.access.principal`, by number."""

from __future__ import annotations

import pytest

from api.access.errors import PermissionMissing, PurposeRequired
from api.access.principal import MAX_REFERENCE, Purpose, anonymous, check, principal, purpose_of
from api.access.roles import load_roles

KNOWN = load_roles()


def test_1_a_token_may_what_scopes_and_roles_both_allow():
    narrow = principal(KNOWN, "a", ["official"], "token", scopes=["finding.read", "person.read"])
    assert narrow.may("finding.read")
    assert not narrow.may("case.confirm")
    assert narrow.view == "full"
    wide = principal(KNOWN, "a", ["clerk"], "token", scopes=["case.confirm", "check.ask"])
    assert not wide.may("case.confirm")


def test_1_where_the_token_lacks_what_its_user_has_the_refusal_names_the_token():
    narrow = principal(KNOWN, "a", ["clerk"], "token", token="t1", scopes=["person.read"])
    with pytest.raises(PermissionMissing, match=r"check\.ask, which a has and the token t1 does not") as refused:
        check(KNOWN, narrow, "check.ask")
    assert "a 有而令牌 t1 没有" in refused.value.zh
    with pytest.raises(PermissionMissing, match=r"case\.confirm, which a does not have"):
        check(KNOWN, narrow, "case.confirm")


def test_1_without_person_read_no_person_is_seen_and_what_names_persons_is_closed():
    blind = principal(KNOWN, "a", ["official"], "token", scopes=["finding.read"])
    assert blind.view == "none"
    with pytest.raises(PermissionMissing, match="name persons"):
        check(KNOWN, blind, "finding.read")
    with pytest.raises(PermissionMissing, match=r"case\.confirm"):
        check(KNOWN, blind, "case.confirm")
    check(KNOWN, anonymous(KNOWN), "enterprise.read")


@pytest.mark.parametrize(
    ("header", "purpose"),
    [
        (None, None),
        ("  ", None),
        ("mandatory_check", Purpose("mandatory_check")),
        ("supervision; spot check", Purpose("supervision", "spot check")),
        ("case_handling;%E7%A4%BA%E4%BE%8B%EF%BC%881%EF%BC%89", Purpose("case_handling", "示例（1）")),
        ("case_handling; 1%0A2%00", Purpose("case_handling", "12")),
        (
            "case_handling; 〔2026〕12号".encode().decode("latin-1"),
            Purpose("case_handling", "〔2026〕12号"),
        ),  # as a program hands it on
        ("case_handling; 〔2026〕12号", Purpose("case_handling", "〔2026〕12号")),  # of a link
    ],
)
def test_2_a_purpose_is_a_code_and_perhaps_a_reference(header, purpose):
    assert purpose_of(KNOWN, header) == purpose


@pytest.mark.parametrize(
    "header",
    [
        "curiosity",
        "case_handling",
        "case_handling; ",
        "audit;" + "x" * (MAX_REFERENCE + 1),
        "; x",
        "case_handling; %ff",
        "audit; a%ff",
    ],
)
def test_2_what_is_none_is_refused_and_says_what_to_send(header):
    with pytest.raises(PurposeRequired, match=r"Zeren-Purpose|NUMBER|characters|UTF-8"):
        purpose_of(KNOWN, header)
