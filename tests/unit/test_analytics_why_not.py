"""The numbered invariants of `analytics.responsibility.why_not`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.responsibility.why_not import CLOSEST
from graph import codes
from tests.builder import Case

ROLES = ["legal_representative", "director", "supervisor", "shareholder", "senior_manager", "principal_responsible_person"]
DATES = ["2010-01-01", "2022", "2022-06-01", "2024-01-01", "unknown", "open"]
ACTS = ["listed_wage_arrears", "food_licence_revoked", "business_licence_revoked", "spending_restriction_order", "fine"]


@given(
    role=st.sampled_from(ROLES),
    dates=st.sampled_from([(a, b) for i, a in enumerate(DATES[:5]) for b in DATES[i:]]),
    act=st.sampled_from(ACTS),
    named=st.booleans(),
    responsible=st.sampled_from([None, True, False]),
)
def test_1_whoever_has_no_established_finding_has_a_reason(role, dates, act, named, responsible):
    case = Case()
    case.company("A").post(role, "王示例", *dates)
    case.decision("A", [act], kind="penalty", date="2025-01-10", conduct="2024-07/2024-09")
    if named:
        case.names("王示例", "A", posts=(role,), responsible=responsible)
    established = [f for f in case.findings("王示例") if f.outcome == "established"]
    answer = case.why_not("王示例")
    assert (answer.reason == "finding_reached") == bool(established)
    assert answer.reason in {"finding_reached", "no_rule_for_act", *CLOSEST}
    assert answer.clauses or answer.reason in {"no_rule_for_act", "finding_reached"}


@pytest.mark.parametrize(
    ("role", "until", "rule", "reason"),
    [
        ("legal_representative", "2022-04-30", "D2-WAGE", "not_in_office_at_conduct"),
        ("supervisor", "open", "D2-WAGE", "role_not_reached"),
        ("director", "open", "LY-D2", "role_needs_naming"),
        ("director", "open", "D2-WAGE", "role_not_reached"),
        ("legal_representative", "unknown", "D2-WAGE", "office_date_uncertain"),
    ],
)
def test_1_the_reason_is_the_one_that_came_closest(role, until, rule, reason):
    case = Case()
    case.company("A").post(role, "王示例", "2015-01-01", until)
    case.decision("A", ["listed_wage_arrears"])
    assert case.why_not("王示例", rule=rule).reason == reason


def test_2_a_findings_own_open_premise_is_its_reason():
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "open")
    case.decision("A", ["business_licence_revoked"], kind="penalty", date="2025-01-10", conduct="2024-07/2024-09")
    (finding,) = case.findings("王示例", rule="D2-REVOKED-LR")
    assert [p.reason for p in finding.premises if p.state != "proved"] == ["fault_not_found"]
    assert case.why_not("王示例", rule="D2-REVOKED-LR").reason == "fault_not_found"


def test_3_every_term_of_the_office_is_told():
    case = Case()
    company = case.company("A")
    company.legal_representative("王示例", "2015-01-01", "2022-04-30", registered="2015-02-01/2022-04-30")
    company.legal_representative("王示例", "2010-01-01", "2011-01-01")
    case.decision("A", ["listed_wage_arrears"], conduct="2022-05-10/2022-12-20")
    told = [each for each in case.why_not("王示例", rule="D2-WAGE").clauses if each.code == "not_in_office_at_conduct"]
    clause = told[0]
    assert clause.compared == (
        ("asked", "2022-05-10/2022-12-20"),
        ("held", "2010-01-01/2011-01-01"),
        ("held", "2015-01-01/2022-04-30"),
        ("registered", "2015-02-01/2022-04-30"),
        ("timeline", "legal"),
    )
    assert len(clause.evidence) == 2


def test_every_reason_has_a_label():
    assert set(CLOSEST) <= {reason.code for reason in codes.load("reasons")}


def test_3_whoever_would_have_to_be_named_is_told_the_days_of_his_office():
    case = Case()
    case.company("A").director("赵示例", "2015-01-01", "2016-01-01")
    case.decision("A", ["listed_statistics"], date="2023-05-10")
    told = [each for each in case.why_not("赵示例").clauses if each.code == "role_needs_naming"]
    assert told
    assert {("held", "2015-01-01/2016-01-01")} <= {pair for each in told for pair in each.compared}
