"""What an authority or court cannot have decided establishes nothing."""

from __future__ import annotations

import pytest

from graph import codes
from graph.model import Term
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


LEVELS = ["county", "city", "province", "national", "court", None]


@pytest.mark.parametrize(
    ("act", "rule", "kind", "too_low"),
    [
        ("securities_market_ban", "D2-SECURITIES", "market_ban", {"county", "city", "province"}),
        ("fake_vaccines", "D1-VACC-80", "penalty", {"county", "city"}),
        ("false_vaccine_data", "D1-VACC-81", "penalty", {"county", "city"}),
        ("vaccine_practice_breach", "D1-VACC-82", "penalty", set()),
        ("telecom_fraud_cards", "D2-TELFRAUD", "order", {"county"}),
        ("listed_wage_arrears", "D2-WAGE", "listing", set()),
    ],
)
def test_what_the_law_keeps_for_a_higher_authority_a_lower_one_leaves_a_lead(act, rule, kind, too_low):
    ban = "securities_market_ban" if act == "securities_market_ban" else "industry_ban"
    for level in LEVELS:
        case = Case()
        case.company("A")
        acts = list(dict.fromkeys([act, ban]))
        case.decision("A", acts, kind=kind, conduct="2023-05/2023-08", date="2024-05-10", authority_level=level)
        case.names("王示例", "A", found_as=("other_directly_responsible", "organiser"), responsible=True, imposed={ban: Term(5)})
        found = case.findings(rule=rule)
        assert found
        doubted = {p.reason for f in found for p in f.premises} & {"authority_too_low"}
        assert bool(doubted) is (level in too_low), level
        if level in too_low:
            assert {str(f.outcome) for f in found} == {"lead"}
            assert {f.origin for f in found} == {"derived"}
            assert case.why_not("王示例", rule=rule).reason == "authority_too_low"


def test_levels_stand_above_each_other_and_courts_and_associations_beside_them():
    ranks = {code.code: code.rank for code in codes.load("authority_levels") if code.rank}
    assert sorted(ranks, key=lambda level: ranks[level]) == ["county", "city", "province", "national"]
    kept = {code.code: code.lowest for code in codes.load("acts") if code.lowest}
    assert kept == {
        "securities_market_ban": "national",
        "listed_serious_violation_2014": "province",
        "fake_vaccines": "province",
        "false_vaccine_data": "province",
        "telecom_fraud_cards": "city",
    }


def test_who_does_what_is_in_the_list_of_acts():
    made = {code.code: code.maker for code in codes.load("acts") if code.maker}
    assert made["imprisonment"] == made["bankruptcy_closed"] == made["spending_restriction_order"] == "court"
    assert made["food_licence_revoked"] == made["securities_market_ban"] == made["tax_exit_notice"] == "authority"
