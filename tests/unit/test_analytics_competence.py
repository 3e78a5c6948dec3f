"""What an authority or court cannot have decided establishes nothing."""

from __future__ import annotations

import pytest

from graph import codes
from tests.builder import Case


def decided(act: str, **more: object) -> Case:
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "open")
    case.decision("A", [act], conduct="2022-05-10/2022-12-20", date="2023-05-10", **more)
    return case


@pytest.mark.parametrize(
    ("act", "rule", "more", "outcome"),
    [
        ("spending_restriction_order", "D3-SPEND", {"kind": "order"}, "established"),
        ("spending_restriction_order", "D3-SPEND", {"kind": "order", "authority_level": "court"}, "established"),
        ("spending_restriction_order", "D3-SPEND", {"kind": "penalty"}, "lead"),
        ("spending_restriction_order", "D3-SPEND", {"kind": "penalty", "authority_level": "court"}, "lead"),
        ("spending_restriction_order", "D3-SPEND", {"kind": "order", "authority_level": "county"}, "lead"),
        ("listed_wage_arrears", "D2-WAGE", {"kind": "listing"}, "established"),
        ("food_licence_revoked", "D1-FOOD", {"kind": "penalty"}, "established"),
        ("food_licence_revoked", "D1-FOOD", {"kind": "order", "authority_level": "court"}, "lead"),
        ("listed_wage_arrears", "D2-WAGE", {"kind": "judgment"}, "lead"),
        ("listed_wage_arrears", "D2-WAGE", {"kind": "listing", "authority_level": "court"}, "lead"),
    ],
)
def test_an_act_that_whoever_decided_cannot_have_done_leaves_a_lead(act, rule, more, outcome):
    case = decided(act, **more)
    own = [f for f in case.findings("王示例", rule=rule) if f.effect == "restrict"]
    assert {str(found.outcome) for found in own} == {outcome}
    assert all(("act_of_another_authority" in {p.reason for p in found.premises}) == (outcome == "lead") for found in own)


def test_who_does_what_is_in_the_list_of_acts():
    made = {code.code: code.maker for code in codes.load("acts") if code.maker}
    assert made["imprisonment"] == made["bankruptcy_closed"] == made["spending_restriction_order"] == "court"
    assert made["food_licence_revoked"] == made["securities_market_ban"] == made["tax_exit_notice"] == "authority"
