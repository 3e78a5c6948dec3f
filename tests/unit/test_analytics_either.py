"""The numbered invariants of `analytics.responsibility.either`."""

from __future__ import annotations

import pytest

from tests.builder import Case

HEAD, PRINCIPAL = "王示例", "李示例"
UNDER = [("listed_wage_arrears", "D2-WAGE", "restrict"), ("listed_tax_violation", "SD-31", "record")]


def two_offices(act: str = "listed_wage_arrears", *, since: str = "2015") -> Case:
    """A listed company whose register has a legal representative and another principal responsible person."""
    case = Case()
    company = case.company("A").legal_representative(HEAD, since)
    company.principal(PRINCIPAL, "2015")
    case.decision("A", [act])
    return case


def heads(case: Case, rule: str = "D2-WAGE", effect: str = "restrict") -> dict[str, str]:
    found = [f for f in case.findings(rule=rule) if f.clause == "head" and f.effect == effect]
    return {case.snapshot.label(f.party): str(f.outcome) for f in found}


@pytest.mark.parametrize(("act", "rule", "effect"), UNDER)
def test_1_the_principal_is_a_lead_where_another_is_legal_representative(act, rule, effect):
    case = two_offices(act)
    assert heads(case, rule, effect) == {HEAD: "established", PRINCIPAL: "lead"}
    assert case.why_not(PRINCIPAL, rule=rule).reason == "other_office_answers"
    (lead,) = [f for f in case.findings(PRINCIPAL, rule=rule) if f.clause == "head"]
    (open_premise,) = [p for p in lead.premises if p.state != "proved"]
    assert ("other_holder", f"test:A#{HEAD}") in open_premise.compared


def test_1_alone_the_principal_answers():
    case = Case()
    case.company("A").legal_representative(HEAD, "2015", "2016-03-01").principal(PRINCIPAL, "2015")
    case.decision("A", ["listed_wage_arrears"])
    assert heads(case) == {PRINCIPAL: "established"}


@pytest.mark.parametrize(("act", "rule", "effect"), UNDER)
def test_2_whom_the_decision_names_answers_and_the_other_is_a_lead(act, rule, effect):
    case = two_offices(act)
    case.names(PRINCIPAL, "A", posts=("principal_responsible_person",))
    assert heads(case, rule, effect) == {HEAD: "lead", PRINCIPAL: "established"}
    case.names(HEAD, "A", posts=("legal_representative",))
    assert heads(case, rule, effect) == {HEAD: "established", PRINCIPAL: "established"}


def test_2_who_is_named_in_another_part_chooses_nobody():
    case = two_offices()
    case.names(PRINCIPAL, "A", found_as=("other_directly_responsible",), responsible=True)
    assert heads(case) == {HEAD: "established", PRINCIPAL: "established"}


def test_3_one_person_in_both_offices_answers():
    case = Case()
    case.company("A").legal_representative(HEAD, "2015").principal(HEAD, "2015")
    case.decision("A", ["listed_wage_arrears"])
    assert heads(case) == {HEAD: "established"}


def test_3_of_one_name_and_no_number_they_may_be_one_person():
    case = Case()
    company = case.company("A")
    company.legal_representative(HEAD, "2015", bearer="1").principal(HEAD, "2015", bearer="2")
    case.decision("A", ["listed_wage_arrears"])
    reasons = {p.reason for f in case.findings(HEAD, rule="D2-WAGE") for p in f.premises}
    assert "other_office_answers" not in reasons
    company.person(HEAD, "1", "h1").person(HEAD, "2", "h2")
    reasons = {p.reason for f in case.findings(HEAD, rule="D2-WAGE") for p in f.premises}
    assert "other_office_answers" in reasons


def test_3_an_uncertain_legal_representative_takes_nobodys_place():
    assert heads(two_offices(since="unknown")) == {HEAD: "lead", PRINCIPAL: "established"}


def test_3_nor_one_whom_the_decision_finds_not_responsible():
    case = two_offices()
    case.names(HEAD, "A", posts=("legal_representative",), responsible=False)
    assert heads(case) == {HEAD: "blocked", PRINCIPAL: "established"}


def test_3_nor_a_legal_representative_of_whom_two_sources_disagree():
    case = Case()
    company = case.company("A").principal(PRINCIPAL, "2015")
    company.post("legal_representative", HEAD, since="2015-01-01", until="2022-02-28")
    company.post("legal_representative", HEAD, since="2015-01-01", source="vendor")
    case.decision("A", ["listed_wage_arrears"], conduct="2022-05-10/2022-12-20")
    assert heads(case) == {HEAD: "lead", PRINCIPAL: "established"}


def test_1_of_two_legal_representatives_one_answers_and_the_principal_is_a_lead():
    case = Case()
    company = case.company("A").principal(PRINCIPAL, "2015")
    company.legal_representative(HEAD, "2015")
    company.post("legal_representative", "赵示例", since="2016-01-01", source="vendor")
    case.decision("A", ["listed_wage_arrears"])
    assert heads(case) == {HEAD: "lead", "赵示例": "lead", PRINCIPAL: "lead"}
