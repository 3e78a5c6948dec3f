"""What may be about somebody, or is about somebody else, is never taken against him."""

from __future__ import annotations

from datetime import date

import pytest

from graph.dates import PartialDate
from graph.model import Imposed, Term
from tests.builder import Case


def test_an_exoneration_that_may_mean_him_leaves_a_lead():
    case = Case()
    company = case.company("A")
    company.person("王示例", "1", "h1").person("王示例", "2", "h2")
    company.post("legal_representative", "王示例", "2020-01-01", bearer="1")
    company.post("supervisor", "王示例", "2020-01-01", bearer="2")
    case.decision("A", ["listed_wage_arrears"])
    assert "established" in case.outcomes("王示例", rule="D2-WAGE")
    case.names("王示例", "A", responsible=False)
    (head,) = [f for f in case.findings("王示例", rule="D2-WAGE") if f.clause == "head"]
    assert (str(head.outcome), {p.reason for p in head.premises if p.state == "missing"}) == ("lead", {"exoneration_unclear"})


@pytest.mark.parametrize("relation", ["rests_on", "same_conduct"])
def test_an_exoneration_in_a_decision_beside_leaves_a_lead(relation: str):
    case = Case()
    case.company("A").legal_representative("王示例", "2020-01-01")
    case.decision("A", ["listed_wage_arrears"])
    case.decision("A", ["order_to_correct"], name="D2", kind="order")
    case.names("王示例", "A", decision="D2", responsible=False)
    assert case.outcomes("王示例", rule="D2-WAGE") == ["established"]
    case.link("D1", relation, "D2")
    (head,) = [f for f in case.findings("王示例", rule="D2-WAGE") if f.clause == "head"]
    assert (str(head.outcome), {p.reason for p in head.premises if p.state == "missing"}) == ("lead", {"exonerated_elsewhere"})
    case.names("王示例", "A", found_as=("legal_representative",), responsible=True)
    assert "established" in case.outcomes("王示例", rule="D2-WAGE")


FIRST = Imposed("order_to_correct", term=Term(years=1), start=PartialDate.parse("2023-05-10"))
SECOND = Imposed("fine", term=Term(years=5), start=PartialDate.parse("2020-01-01"))


@pytest.mark.parametrize("imposed", [(FIRST, SECOND), (SECOND, FIRST)])
def test_each_of_several_impositions_is_counted_from_its_own_day(imposed):
    case = Case()
    case.company("A")
    case.decision("A", ["recruitment_obstructed"], kind="penalty", imposed=imposed)
    (found,) = case.findings(rule="D4-ORG")
    assert (found.start, found.until) == (date(2020, 1, 1), "2025-01-01")


def test_what_was_imposed_on_an_employee_is_not_imposed_on_the_agency():
    case = Case()
    case.company("A")
    case.decision("A", ["false_safety_report", "professional_certificate_revoked", "industry_ban"], kind="penalty")
    case.names("王示例", "A", found_as=("directly_responsible",), responsible=True, imposed={"industry_ban": Term(years=5)})
    agency = [f for f in case.findings(rule="D1-SAFETY-AGENCY") if f.party == "test:A"]
    assert not {str(f.outcome) for f in agency} & {"established"}


def test_a_false_registration_is_not_held_against_whoever_was_registered():
    case = Case()
    case.company("A")
    case.decision("A", ["false_registration_revoked"], kind="order")
    before = {str(f.outcome) for f in case.findings(rule="D2-FAKEREG")}
    assert "established" not in before


def test_a_person_against_whom_the_decision_is_and_whom_it_clears_does_not_answer():
    case = Case()
    case.company("A").legal_representative("王示例", "2020-01-01")
    case.decision("A#王示例", ["listed_wage_arrears"])
    assert "established" in case.outcomes("王示例", rule="D2-WAGE")
    case.names("王示例", "A", responsible=False)
    assert "established" not in case.outcomes("王示例", rule="D2-WAGE")
    refuted = {p.reason for f in case.findings("王示例", rule="D2-WAGE") for p in f.premises if p.state == "refuted"}
    assert refuted == {"exonerated"}


def test_a_correction_that_clears_him_leaves_a_lead_whatever_was_found_before():
    case = Case()
    case.company("A").legal_representative("王示例", "2020-01-01")
    case.decision("A", ["listed_wage_arrears"])
    case.names("王示例", "A", found_as=("directly_responsible",), responsible=True)
    case.decision("A", ["order_to_correct"], name="D2", kind="order")
    case.names("王示例", "A", decision="D2", responsible=False)
    assert "established" in case.outcomes("王示例", rule="D2-WAGE")
    case.link("D2", "corrects", "D1")
    assert "established" not in case.outcomes("王示例", rule="D2-WAGE")
    missing = {p.reason for f in case.findings("王示例", rule="D2-WAGE") for p in f.premises if p.state == "missing"}
    assert "exonerated_elsewhere" in missing


def test_an_act_of_a_court_beside_another_act_is_still_a_court_s():
    case = Case()
    case.company("A").post("principal_responsible_person", "王示例", "2020-01-01")
    acts = ["safety_duty_removal", "safety_duty_crime"]
    case.decision("A", acts, kind="penalty", authority_level="county", date="2023-05-10")
    case.names("王示例", "A", posts=("principal_responsible_person",), imposed={"safety_duty_crime": Term()})
    sentenced = [f for f in case.findings("王示例") if f.clause == "principal_sentenced"]
    assert {str(f.outcome) for f in sentenced} == {"lead"}
    assert "act_of_another_authority" in {p.reason for f in sentenced for p in f.premises}


@pytest.mark.parametrize("found_as", ["named_person", "legal_representative", "shareholder"])
def test_being_named_or_holding_an_office_is_no_finding_of_fault(found_as: str):
    case = Case()
    case.company("A").legal_representative("王示例", "2020-01-01")
    case.decision("A", ["business_licence_revoked"], kind="penalty", date="2024-12-10", conduct="2024-07/2024-08")
    case.names("王示例", "A", posts=("legal_representative",), found_as=(found_as,))
    (head,) = [f for f in case.findings("王示例", rule="D2-REVOKED-LR") if f.effect == "restrict"]
    assert (str(head.outcome), {p.reason for p in head.premises if p.state == "missing"}) == ("lead", {"fault_not_found"})
    case.names("王示例", "A", found_as=("directly_responsible",))
    assert "established" in case.outcomes("王示例", rule="D2-REVOKED-LR")
