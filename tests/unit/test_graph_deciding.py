"""The numbered invariants of `graph.deciding`."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from graph import codes
from graph.deciding import beneath, bodies, by_court, may_correct, may_end
from graph.model import Decision, PartyRef

RANKED = ["county", "city", "province", "national"]


def made(level: str | None = None, kind: str = "order", acts: tuple[str, ...] = ()) -> Decision:
    return Decision("D", kind, acts, PartyRef("test:A"), "示例", authority_level=level)


@pytest.mark.parametrize(
    ("said", "court"),
    [
        ({}, None),
        ({"level": "city"}, False),
        ({"level": "court"}, True),
        ({"kind": "penalty"}, False),
        ({"kind": "judgment"}, True),
        ({"acts": ("spending_restriction_order",)}, True),
        ({"acts": ("food_licence_revoked",)}, False),
        ({"acts": ("fine",)}, None),
        ({"acts": ("spending_restriction_order", "food_licence_revoked")}, None),
        ({"level": "county", "kind": "judgment"}, None),
        ({"level": "court", "kind": "penalty"}, None),
        ({"level": "court", "kind": "judgment", "acts": ("imprisonment",)}, True),
    ],
)
def test_1_who_decided_is_read_from_level_kind_and_acts(said: dict[str, Any], court: bool | None):
    assert by_court(made(**said)) is court


def test_1_the_acts_may_be_left_out():
    decision = made("county", acts=("spending_restriction_order",))
    assert (bodies(decision), bodies(decision, acts=False)) == ({True, False}, {False})


LEVELS = [None, *(code.code for code in codes.load("authority_levels"))]
KINDS = ["order", "penalty", "judgment"]
EVERY = [made(level, kind, acts) for level in LEVELS for kind in KINDS for acts in ((), ("imprisonment",), ("licence_revoked",))]


def test_2_a_lower_authority_is_beneath_a_higher_one_and_all_beneath_a_court():
    for low, high in product(RANKED, RANKED):
        assert beneath(made(low), made(high)) is (RANKED.index(low) < RANKED.index(high))
    assert all(beneath(made(level), made("court")) and not beneath(made("court"), made(level)) for level in RANKED)
    assert not any(beneath(made(), other) or beneath(other, made()) for other in EVERY)


def test_2_to_be_beneath_goes_one_way_only():
    assert [(one, two) for one in EVERY for two in EVERY if beneath(one, two) and beneath(two, one)] == []


def test_3_an_authority_ends_nothing_that_it_is_beneath_and_whoever_may_be_a_court_ends_anything():
    for one, two in product(EVERY, EVERY):
        assert may_end(one, two) is (True if by_court(one) is not False else not beneath(one, two))


def test_3_ends_by_a_court_an_equal_and_a_lower_authority():
    assert may_end(made("court"), made("national"))
    assert may_end(made("city"), made("city"))
    assert not may_end(made("county"), made("city"))
    assert not may_end(made("national"), made("court"))
    assert not may_end(made(kind="penalty"), made(acts=("spending_restriction_order",)))
    assert may_end(made("county", "judgment"), made("city")), "who decided contradicts itself"


def test_4_whoever_corrects_may_end_too():
    for one, two in product(EVERY, EVERY):
        if may_correct(one, two):
            assert may_end(one, two)
            assert not beneath(one, two)


def test_4_a_court_puts_no_slip_of_an_authority_right_nor_an_authority_a_courts():
    assert not may_correct(made("court"), made("county"))
    assert not may_correct(made("county"), made("court"))
    assert not may_correct(made(kind="penalty"), made(acts=("spending_restriction_order",)))
    assert may_correct(made("court"), made(kind="judgment"))
    assert may_correct(made("city"), made("county"))
    assert may_correct(made(), made("court"))
