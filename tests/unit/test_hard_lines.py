"""The eight hard lines that no rule, no data and no code may cross; each test quotes its line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analytics.responsibility.catalogue import shipped
from graph import codes
from graph.dates import Period
from graph.model import Outcome, PartyRef, Relationship, Share, Term
from tests.builder import Case

LISTINGS = ["listed_wage_arrears", "listed_work_safety", "listed_judgment_defaulter", "listed_tax_violation"]


def city(act: str = "listed_wage_arrears", **more: object) -> Case:
    case = Case()
    company = case.company("A")
    for role, person in (
        ("legal_representative", "法示例"),
        ("principal_responsible_person", "主示例"),
        ("senior_manager", "高示例"),
        ("director", "董示例"),
        ("supervisor", "监示例"),
        ("shareholder", "股示例"),
        ("actual_controller", "控示例"),
        ("registered_professional", "注示例"),
    ):
        company.post(role, person, "2010-01-01", "open")
    case.decision("A", [act], date="2024-05-10", conduct="2023-11/2024-02", **more)  # type: ignore[arg-type]
    return case


@pytest.mark.parametrize("act", LISTINGS)
def test_1_a_city_document_alone_gives_at_most_lead(act):
    leads = [f for f in city(act).findings() if f.rule.startswith("LY-")]
    assert leads
    assert {f.outcome for f in leads} <= {Outcome.LEAD, Outcome.BLOCKED}


def test_1_memoranda_are_disabled_and_lists_of_associations_start_nothing():
    assert shipped().instruments.levels["memorandum"].disabled
    assert city(kind="discipline").findings() == []


@pytest.mark.parametrize("level", ["association", "exchange", "financial_institution"])
@pytest.mark.parametrize("act", LISTINGS)
def test_1_lists_of_associations_and_banks_start_nothing(level, act):
    case = city(act, authority_level=level)
    assert case.findings() == []
    assert case.why_not("法示例").reason == "not_an_authority"


@pytest.mark.parametrize("act", LISTINGS)
def test_2_directors_shareholders_professionals_and_supervisors_need_a_document(act):
    case = city(act)
    for person in ("董示例", "股示例", "注示例", "监示例"):
        assert case.findings(person) == [], person


def test_2_an_actual_controller_is_reached_only_where_an_instrument_names_him():
    found = city().findings("控示例")
    assert {(f.rule, f.effect) for f in found} == {("SD-31", "record")}


def test_3_no_second_hop():
    case = city()
    case.company("B").legal_representative("法示例", "2010-01-01").director("董示例", "2010-01-01")
    case.add(Relationship(PartyRef("test:B"), PartyRef("test:A"), "shareholder", Period(), share=Share.exact(1_000_000)))
    case.add(Relationship(PartyRef("test:A"), PartyRef("test:B"), "shareholder", Period(), share=Share.exact(1_000_000)))
    assert all(f.party.startswith("test:A") for f in case.findings())


def test_3_not_even_through_an_accepted_claim():
    case = city()
    case.company("B").legal_representative("法示例", "2010-01-01")
    case.rule_on("test:A#法示例", "test:B#法示例", "accepted")
    assert all(f.party.startswith("test:A") and f.company == "test:A" for f in case.findings())


def test_4_a_legal_representative_is_never_put_on_the_defaulter_list_because_the_unit_is():
    case = city("listed_judgment_defaulter")
    assert [f for f in case.findings("法示例") if f.rule == "D3-DEFAULTER"] == []
    assert case.outcomes("法示例", rule="D3-SPEND") == ["established"]


def test_5_beneficial_ownership_is_not_control_and_not_responsibility():
    case = city()
    before = case.findings()
    case.add(Relationship(PartyRef("test:A#受示例"), PartyRef("test:A"), "shareholder", Period(), share=Share.exact(990_000)))
    assert case.findings() == before


def test_6_nothing_derived_binds_by_machine_alone():
    assert {f.origin for act in LISTINGS for f in city(act).findings()} == {"derived"}


@pytest.mark.parametrize(("imposed", "outcome"), [({}, Outcome.LEAD), ({"securities_market_ban": Term(5)}, Outcome.ESTABLISHED)])
def test_6_a_ban_rests_on_the_decision_alone_whatever_was_read_of_the_law_behind_it(imposed, outcome):
    case = Case()
    case.company("A")
    case.decision("A", ["securities_market_ban"], kind="market_ban", date="2018-12-06", conduct="2015/2018-07")
    case.names("董示例", "A", posts=("director",), responsible=True, imposed=imposed)
    (finding,) = case.findings("董示例")
    reasons = {premise.reason for premise in finding.premises}
    assert finding.outcome is outcome
    assert reasons >= ({"imposed_unread", "penalty_imposed"} if imposed else {"basis_unread", "penalty_not_read"})


def test_1_nothing_derived_is_established_by_an_article_from_memory():
    acts = [act.code for act in codes.load("acts")]
    case = city(acts[0])
    case.decision("A", acts, name="D2", date="2024-05-10", conduct="2023-11/2024-02")
    for finding in case.findings(decision="D2"):
        (gate,) = [p for p in finding.premises if p.name == "superior_basis"]
        marks = {(basis.instrument, basis.article): basis.evidence for basis in finding.basis}
        if finding.outcome is Outcome.ESTABLISHED and finding.origin == "derived":
            assert {marks[article] for article in gate.compared} <= {"verbatim", "secondary"}, finding.rule
    assert "D2-TAX" in {f.rule for f in case.findings(decision="D2") if f.outcome is Outcome.LEAD}


def test_6_what_a_final_decision_imposes_on_a_person_it_names_is_recorded_as_in_force():
    case = city("securities_market_ban", kind="market_ban")
    case.names("董示例", "A", posts=("director",), imposed={"securities_market_ban": Term(5)})
    (finding,) = case.findings("董示例")
    assert (finding.origin, finding.outcome, str(finding.start), finding.until) == (
        "imposed",
        Outcome.ESTABLISHED,
        "2024-05-10",
        "2029-05-10",
    )


def test_7_recording_and_restricting_are_different_effects():
    for act in LISTINGS:
        for finding in city(act).findings():
            natures = {m.nature for m in shipped().rules[finding.rule].measures if m.id in {x.id for x in finding.measures}}
            assert (finding.effect == "record") == (natures == {"record"}), finding


def test_8_financial_institutions_and_associations_are_never_bound():
    for rule in shipped().rules.values():
        for measure in rule.measures:
            if measure.executes in {"financial_institution", "association", "credit_service"}:
                assert measure.kind == "recommended", measure.id


def test_8_a_rule_that_binds_them_is_refused():
    rule = shipped().rules["D2-WAGE"]
    bound = [m.model_copy(update={"executes": "association", "kind": "mandatory"}) for m in rule.measures]
    with pytest.raises(ValueError, match="never bound"):
        type(rule).model_validate(rule.model_dump(by_alias=True) | {"measures": [m.model_dump() for m in bound]})


def test_a_decision_that_names_nobody_reaches_nobody_found_only():
    case = city()
    assert not [f for f in case.findings() if f.role in {"directly_responsible", "responsible_person_found"}]
    assert replace(case.findings()[0]) == case.findings()[0]
