"""The numbered invariants of `analytics.responsibility.candidates`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from graph.codes.roles import found_only
from graph.model import ClaimRuling, Entity, Identifier, Imposed, Name, Term
from tests.builder import Case, shipped

BEARER = "test:A#王示例@register:"


def listed(**dates: str) -> Case:
    case = Case()
    case.company("A").legal_representative("王示例", **dates)
    case.decision("A", ["listed_wage_arrears"], conduct="2022-05-10/2022-12-20", date="2023-05-10")
    return case


@pytest.mark.parametrize(
    ("dates", "outcomes"),
    [
        ({"since": "2015", "until": "open"}, ["established"]),
        ({"since": "2015", "until": "2022-05-10"}, ["established"]),
        ({"since": "2015", "until": "2022-05-09"}, []),
        ({"since": "2022-12-20", "until": "open"}, ["established"]),
        ({"since": "2022-12-21", "until": "open"}, []),
        ({"since": "2015", "until": "2022-05"}, ["lead"]),
        ({"since": "2015", "until": "unknown"}, ["lead"]),
        ({"since": "unknown", "until": "unknown"}, ["lead"]),
        ({"since": "2015", "until": "2022-03-01", "registered": "2015/2022-09-01"}, ["blocked"]),
        ({"since": "2015", "until": "2022-03-01", "registered": "2015/2022-05-09"}, []),
        ({"since": "2015", "until": "2022-03-01", "registered": "unknown/open"}, []),
        ({"since": "2015", "until": "2022-03-01", "registered": "unknown/unknown"}, []),
        ({"since": "2015", "until": "2022-03-01", "registered": "2015/unknown"}, []),
    ],
)
def test_1_only_where_the_date_test_is_yes_or_maybe_or_the_register_lags(dates, outcomes):
    assert listed(**dates).outcomes("王示例", rule="D2-WAGE") == outcomes


def test_1_the_court_reads_the_register():
    case = Case()
    company = case.company("A")
    company.legal_representative("旧示例", "2015", "2023-05-01", registered="2015/2023-06-01")
    company.legal_representative("新示例", "2023-05-02", "open", registered="2023-06-02/open")
    case.decision("A", ["spending_restriction_order"], kind="order", date="2023-05-10", conduct=None)
    assert case.outcomes("旧示例", rule="D3-SPEND") == ["established"]
    assert case.outcomes("新示例", rule="D3-SPEND") == []
    assert case.why_not("新示例", rule="D3-SPEND").reason == "not_in_office_at_listing"


@pytest.mark.parametrize("blank", ["unknown/open", "unknown/unknown"])
def test_1_where_the_dates_of_registration_are_blank_the_court_reads_those_of_the_office(blank):
    case = Case()
    company = case.company("A").legal_representative("旧示例", "2015", "2020-12-31", registered=blank)
    company.legal_representative("新示例", "2021-01-01", "open", registered=blank)
    case.decision("A", ["spending_restriction_order"], kind="order", date="2023-05-10", conduct=None)
    assert case.outcomes("旧示例", rule="D3-SPEND") == []
    assert case.outcomes("新示例", rule="D3-SPEND") == ["established"]


def test_the_days_of_an_office_and_those_of_its_registration_are_told_apart():
    case = Case()
    case.company("A").legal_representative("旧示例", "2015-01-01", "2023-05-01", registered="2015-01-10/2023-06-01")
    case.decision("A", ["spending_restriction_order"], kind="order", date="2023-05-10")
    (found,) = [f for f in case.findings("旧示例", rule="D3-SPEND") if f.clause == "legal_representative"]
    (office,) = [premise for premise in found.premises if premise.name == "office_at_listing"]
    assert dict(office.compared) == {
        "asked": "2023-05-10/2023-05-10",
        "held": "2015-01-01/2023-05-01",
        "registered": "2015-01-10/2023-06-01",
        "timeline": "register",
    }


def test_1_a_register_never_proves_a_role_that_a_document_must_find():
    case = Case()
    for role in sorted(found_only()):
        case.company("A").post(role, "王示例", "2015", "open")
    case.decision("A", ["listed_wage_arrears"])
    assert case.findings("王示例") == []


def test_2_nobody_is_a_candidate_through_another_enterprise():
    case = listed(since="2015")
    case.company("B").legal_representative("李示例", "2015")
    assert case.findings("李示例") == []
    assert case.why_not("李示例", at="B").reason == "not_connected"


def test_2_a_post_in_the_parent_that_a_document_states_is_no_office_in_the_subsidiary():
    case = Case()
    case.company("Parent")
    case.company("Sub")
    case.decision("Sub", ["food_licence_revoked"], kind="penalty")
    case.names("高示例", "Parent", posts=("legal_representative",))
    assert "established" not in case.outcomes("高示例", rule="D1-FOOD")


def test_3_a_name_that_two_people_bear_is_a_candidate_of_its_own():
    case = Case()
    case.company("A").legal_representative("王示例", "2015", bearer="1").supervisor("王示例", "2015", bearer="2")
    case.decision("A", ["listed_wage_arrears"])
    case.names("王示例", "A", found_as=("other_directly_responsible",), responsible=True)
    found = {(f.party, str(f.outcome)) for f in case.findings("王示例", rule="D2-WAGE")}
    assert found == {("test:A#王示例@register:1", "established"), ("test:A#王示例@?D1", "blocked")}


def named_of_two_bearers(*numbers: str, third: bool = False) -> Case:
    case = Case()
    company = case.company("A").supervisor("王示例", "2015", bearer="1").director("王示例", "2015", bearer="2")
    for bearer, number in zip("12", numbers, strict=False):
        company.person("王示例", bearer, number)
    if third:
        company.shareholder("王示例", "2015", bearer="3")
    case.decision("A", ["listed_wage_arrears"])
    case.names("王示例", "A", found_as=("directly_responsible",), responsible=True)
    return case


def test_7_a_name_that_can_only_be_one_person_is_he():
    (found,) = named_of_two_bearers("f00d", "f00d").findings("王示例", rule="D2-WAGE")
    assert (found.party, str(found.outcome)) == (f"{BEARER}1", "established")
    case = named_of_two_bearers()
    assert case.outcomes("王示例", rule="D2-WAGE") == ["blocked"]
    case.rule_on(f"{BEARER}1", f"{BEARER}2", "accepted")
    (found,) = case.findings("王示例", rule="D2-WAGE")
    assert (found.party, str(found.outcome)) == (f"{BEARER}1", "established")
    (who,) = [premise for premise in found.premises if premise.name == "identity"]
    assert case.facts.pop().id in who.evidence
    assert case.outcomes("王示例", rule="D2-WAGE") == ["blocked"]


def test_7_but_not_where_it_may_be_somebody_else():
    third = named_of_two_bearers("f00d", "f00d", third=True)
    rejected = named_of_two_bearers("f00d", "f00d")
    rejected.rule_on("test:A#王示例@?D1", f"{BEARER}2", "rejected")
    another = named_of_two_bearers("f00d", "f00d")
    another.add(Entity("test:A#王示例", "person", (Name("王示例"),), (Identifier("resident_id_hmac", "beef"),)), "elsewhere")
    assert [case.outcomes("王示例", rule="D2-WAGE") for case in (third, rejected, another)] == [["blocked"]] * 3


def test_unknown_conduct_lay_some_time_before_the_decision():
    case = Case()
    case.company("A").legal_representative("早示例", "2015", "open").legal_representative("晚示例", "2024-01-01", "open")
    case.decision("A", ["listed_wage_arrears"], conduct=None, date="2023-05-10")
    assert case.outcomes("早示例", rule="D2-WAGE") == ["lead"]
    assert case.outcomes("晚示例", rule="D2-WAGE") == []


def test_a_post_that_the_document_states_and_the_register_denies_is_a_lead_with_both():
    case = Case()
    case.company("A").legal_representative("王示例", "2010", "2015-01-01")
    case.decision("A", ["listed_wage_arrears"])
    case.names("王示例", "A", posts=("legal_representative",))
    office = next(f for f in case.findings("王示例", rule="D2-WAGE") if f.clause == "head")
    (premise,) = [p for p in office.premises if p.state != "proved"]
    assert (str(office.outcome), premise.reason, len(premise.evidence)) == ("lead", "statements_conflict", 2)


def test_a_stated_post_that_only_the_register_went_on_showing_is_a_lead_with_both_and_no_proof():
    for stated, outcome in ((False, "blocked"), (True, "lead")):
        case = Case()
        case.company("A").legal_representative("王示例", "2018-01-01", "2022-04-30", "2018-01-01/2023-12-31")
        case.company("A").legal_representative("李示例", "2022-05-01", "open", "2024-01-01/open")
        case.decision("A", ["listed_wage_arrears"], conduct="2022-05-01/2022-12-31")
        if stated:
            case.names("王示例", "A", posts=("legal_representative",))
        found = {f.party: str(f.outcome) for f in case.findings(rule="D2-WAGE") if f.clause == "head"}
        assert found["test:A#王示例"] == outcome
        assert found["test:A#李示例"] == "established"


def test_a_post_in_the_parent_gives_no_role_in_the_unit():
    case = Case()
    case.company("P")
    case.company("A")
    case.decision("A", ["listed_work_safety"], date="2024-05-10", conduct="2023-11/2024-02")
    case.names("王示例", "P", posts=("principal_responsible_person",), responsible=True)
    assert {f.role for f in case.findings("王示例")} <= {"directly_responsible", "responsible_person_found", "named_person"}


def test_nobody_is_given_a_role_that_no_document_states():
    case = Case()
    case.company("A")
    case.decision("A", ["listed_wage_arrears"])
    case.names("王示例", "A")
    assert {f.role for f in case.findings("王示例", rule="D2-WAGE")} == {"named_person"}
    case.names("李示例", "A", responsible=True)
    assert {f.role for f in case.findings("李示例", rule="D2-WAGE")} == {"directly_responsible"}


def headed(*heads: tuple[str, str, str], **more: object) -> Case:
    case = Case()
    company = case.company("A")
    for name, since, until in heads:
        company.legal_representative(name, since, until)
    case.decision("A", ["listed_wage_arrears"], conduct="2022-05-10/2022-12-20", date="2023-05-10", **more)
    return case


@pytest.mark.parametrize(
    ("other", "outcomes"),
    [
        (("2018-01-01", "open"), [["lead"], ["lead"]]),
        (("2022-01-01", "2023-01-01"), [["lead"], ["lead"]]),
        # On some days of the conduct there was the first alone, on none the other,
        (("2022-06-01", "2022-08-01"), [["established"], ["lead"]]),
        # each had days of his own,
        (("2022-12-01", "open"), [["established"], ["established"]]),
        # and what is uncertain takes nobody's place.
        (("unknown", "open"), [["established"], ["lead"]]),
    ],
)
def test_4_two_heads_on_the_same_days_contradict_each_other(other, outcomes):
    first = ("王示例", "2015-01-01", "2022-12-10" if other[0] == "2022-12-01" else "open")
    case = headed(first, ("李示例", *other))
    assert [case.outcomes(name, rule="D2-WAGE") for name in ("王示例", "李示例")] == outcomes
    if outcomes[1] == ["lead"] and other[0] != "unknown":
        assert case.why_not("李示例", rule="D2-WAGE").reason == "office_contested"


def test_4_a_head_whom_only_the_decision_states_is_doubted_where_the_register_has_another_throughout():
    for since, outcome in (("2015-01-01", "lead"), ("2022-06-01", "established")):
        case = headed(("李示例", since, "open"))
        case.names("王示例", "A", posts=("legal_representative",))
        assert [str(f.outcome) for f in case.findings("王示例", rule="D2-WAGE") if f.clause == "head"] == [outcome]


def test_4_directors_sit_side_by_side():
    case = Case()
    company = case.company("A")
    for name in ("王示例", "李示例"):
        company.post("director", name, "2015", "open")
    case.decision("A", ["securities_false_report"], conduct="2022-05-10/2022-12-20", date="2023-05-10")
    assert not {p.reason for f in case.findings() for p in f.premises} & {"office_contested"}


def test_4_two_heads_of_one_name_are_two_where_their_numbers_say_so():
    case = Case()
    company = case.company("A")
    company.person("王示例", "1", "h1").person("王示例", "2", "h2")
    for bearer in ("1", "2"):
        company.post("legal_representative", "王示例", "2020-01-01", bearer=bearer)
    case.decision("A", ["listed_wage_arrears"])
    own = [f for f in case.findings("王示例", rule="D2-WAGE") if f.clause == "head"]
    assert [(str(f.outcome), any(p.reason == "office_contested" for p in f.premises)) for f in own] == [("lead", True)] * 2


def test_4_others_one_after_the_other_leave_no_day_either():
    case = headed(("王示例", "2020-01-01", "open"), ("李示例", "2020-01-01", "2022-08-31"), ("赵示例", "2022-09-01", "open"))
    assert [case.outcomes(name, rule="D2-WAGE") for name in ("王示例", "李示例", "赵示例")] == [["lead"]] * 3
    gap = headed(("王示例", "2020-01-01", "open"), ("李示例", "2020-01-01", "2022-08-31"), ("赵示例", "2022-09-02", "open"))
    assert gap.outcomes("王示例", rule="D2-WAGE") == ["established"]


def test_what_is_imposed_on_somebody_named_is_not_thereby_imposed_on_the_respondent():
    case = Case()
    case.company("A")
    case.decision("A", ["recruitment_obstructed", "fine"], kind="penalty")
    assert [str(f.outcome) for f in case.findings(rule="D4-ORG") if f.party == "test:A"] == ["established"]
    case.names("王示例", "A", responsible=True, imposed={"fine": Term()})
    assert [str(f.outcome) for f in case.findings(rule="D4-ORG") if f.party == "test:A"] == ["lead"]
    case.facts = [fact for fact in case.facts if not fact.key.startswith("decision/")]
    case.decision("A", ["recruitment_obstructed", "fine"], kind="penalty", imposed=(Imposed("fine"),))
    assert [str(f.outcome) for f in case.findings(rule="D4-ORG") if f.party == "test:A"] == ["established"]


def stated(act: str, *heads: tuple[str, str, str], **more: Any) -> Case:
    """A decision that names 王示例 as legal representative, whom the register of A has as `heads`."""
    case = Case()
    company = case.company("A")
    for name, since, until in heads:
        company.legal_representative(name, since, until)
    case.decision("A", [act], date="2023-05-10", **{"conduct": "2022-05-10/2022-12-20", **more})
    case.names("王示例", "A", posts=("legal_representative",))
    return case


def offices(case: Case, name: str, rule: str) -> list[tuple[str, str]]:
    """Outcome, and reason of the premise on the office, of each finding by office."""
    found = [(f, p) for f in case.findings(name, rule=rule) for p in f.premises if p.name.startswith("office_at")]
    return [(str(f.outcome), p.reason) for f, p in found]


DIFFER = ("lead", "decision_and_register_differ")


def test_5_the_decision_and_the_register_name_two_heads_for_the_same_days():
    case = stated("listed_wage_arrears", ("李示例", "2015-01-01", "open"))
    assert [offices(case, name, "D2-WAGE") for name in ("王示例", "李示例")] == [[DIFFER], [DIFFER]]
    assert case.why_not("李示例", rule="D2-WAGE").reason == "decision_and_register_differ"
    (finding,) = case.findings("李示例", rule="D2-WAGE")
    (premise,) = [p for p in finding.premises if p.state != "proved"]
    assert ("other_holder", "test:A#王示例") in premise.compared
    assert {"relationship", "naming", "decision"} <= {f.key.split("/")[0] for f in case.facts if f.id in premise.evidence}


def test_5_also_for_a_rule_that_asks_about_the_day_of_the_decision():
    case = stated("tax_exit_notice", ("李示例", "2015-01-01", "open"), kind="order", conduct=None)
    assert [offices(case, name, "D3-TAXEXIT") for name in ("王示例", "李示例")] == [[DIFFER], [DIFFER]]


@pytest.mark.parametrize(
    ("act", "rule", "heads", "kept"),
    [
        # The register leaves the one who is stated some day of the conduct: no contradiction.
        ("listed_wage_arrears", "D2-WAGE", [("李示例", "2022-08-01", "open")], "established"),
        # He has the office on the decision's own day, and the other had it at the conduct,
        (
            "listed_wage_arrears",
            "D2-WAGE",
            [("李示例", "2010-01-01", "2023-01-31"), ("王示例", "2023-02-01", "open")],
            "established",
        ),
        # or the other way round.
        (
            "listed_serious_violation_2014",
            "D2-ENTINFO-2014",
            [("王示例", "2010-01-01", "2023-01-31"), ("李示例", "2023-02-01", "open")],
            "established",
        ),
        # The register shows him in an office of long ago: that explains nothing.
        ("listed_wage_arrears", "D2-WAGE", [("王示例", "2001", "2010-01-31"), ("李示例", "2010-02-01", "open")], "lead"),
        # What is uncertain in the register is uncertain anyway.
        ("listed_wage_arrears", "D2-WAGE", [("李示例", "unknown", "open")], "lead"),
    ],
)
def test_5_only_where_the_register_claims_the_same_days(act, rule, heads, kept):
    case = stated(act, *heads, kind="listing" if act.startswith("listed") else "order")
    assert [outcome for outcome, _ in offices(case, "李示例", rule)] == [kept]


def test_5_a_court_that_asks_the_register_takes_its_answer():
    case = stated("spending_restriction_order", ("李示例", "2015-01-01", "open"), kind="order", conduct=None)
    assert offices(case, "李示例", "D3-SPEND") == [("established", "office_held")]
    assert offices(case, "王示例", "D3-SPEND") == []


def test_5_of_two_namesakes_who_may_be_one_the_decision_denies_nobody():
    case = Case()
    case.company("A").legal_representative("王示例", "2015", bearer="1")
    case.decision("A", ["listed_wage_arrears"])
    case.names("王示例", "A", posts=("legal_representative",))
    assert offices(case, "王示例", "D2-WAGE") == [("established", "office_held")]


def removed(since: str, until: str = "open", **naming: Any) -> Case:
    """A decision that removes somebody whom it names without his office; the register has him as principal."""
    case = Case()
    case.company("A").principal("李示例", since, until)
    case.decision("A", ["safety_duty_removal"], kind="penalty")
    case.names("李示例", "A", **{"responsible": True, "imposed": {"safety_duty_removal": Term()}, **naming})
    return case


@pytest.mark.parametrize(("since", "until"), [("2015-01-01", "open"), ("2023-01-01", "open"), ("unknown", "unknown")])
def test_6_an_office_that_only_the_register_knows_of_somebody_named_is_a_lead_with_the_reason(since, until):
    case = removed(since, until)
    (finding,) = case.findings("李示例")
    assert (finding.clause, finding.role, str(finding.outcome)) == ("principal_removed", "principal_responsible_person", "lead")
    (premise,) = [p for p in finding.premises if p.state != "proved"]
    assert premise.reason == "office_not_stated"
    assert {"relationship", "naming"} == {fact.key.split("/")[0] for fact in case.facts if fact.id in premise.evidence}
    assert case.why_not("李示例").reason == "office_not_stated"
    case.names("李示例", "A", posts=("principal_responsible_person",))
    assert case.outcomes("李示例", rule="D1-SAFETY-OFFICE") == ["established"]


def test_6_nor_is_he_one_who_held_it_at_another_time_or_whom_the_decision_does_not_name():
    case = removed("2010-01-01", "2015-01-01")
    assert case.findings("李示例") == []
    assert case.why_not("李示例").reason == "not_in_office_at_conduct"
    case.company("A").principal("赵示例", "2015-01-01")
    assert case.findings("赵示例") == []
    assert case.why_not("赵示例").reason == "role_needs_naming"


def test_6_a_bare_name_is_no_finding_either():
    (finding,) = removed("2015-01-01", responsible=None, imposed={}).findings("李示例")
    open_ = {p.reason for p in finding.premises if p.state != "proved"}
    assert (str(finding.outcome), open_) == ("lead", {"finding_not_read", "office_not_stated", "penalty_not_read"})


def test_6_in_no_rule_is_a_role_dropped_that_the_register_knows_of_somebody_found_responsible():
    for rule in shipped().versions:
        for clause in rule.clauses:
            offices = [role for role in clause.roles if role not in found_only() and role != "respondent"]
            if clause.when != "named" or rule.disabled or rule.why_disabled(clause) or rule.in_force.start is None or not offices:
                continue
            day = rule.in_force.until or rule.in_force.start + timedelta(days=400)
            case = Case(shipped())
            case.company("A").post(offices[0], "李示例", "1990")
            acts = [(clause.acts or rule.acts)[0], *clause.circumstances[:1]]
            case.decision("A", acts, kind="penalty", date=str(day), conduct=f"{day}/{day}", region=rule.jurisdiction or "3713")
            case.names("李示例", "A", responsible=True, imposed={act: Term() for act in clause.penalised_by[:1]})
            assert case.findings("李示例", rule=rule.id), (rule.id, clause.id)


ONE = ("test:A#李示例", "test:B#李示例")


def known_as_one(*, ruled: bool, **naming: Any) -> Case:
    """The representative of A, whom the decision names as a director of its parent B."""
    case = Case()
    case.company("A").legal_representative("李示例", "2020-01-01")
    case.company("B").director("李示例", "2020-01-01")
    case.decision("A", ["food_licence_revoked"], kind="penalty")
    case.names("李示例", "B", posts=("director",), **naming)
    if ruled:
        case.rule_on(*ONE, "accepted")
    return case


def outcomes(case: Case) -> set[tuple[str, str]]:
    return {(f.party, str(f.outcome)) for f in case.findings(rule="D1-FOOD") if f.party in ONE}


def test_7_whom_the_decision_clears_under_another_name_of_his_is_cleared():
    assert (ONE[0], "established") in outcomes(known_as_one(ruled=False, responsible=False))
    case = known_as_one(ruled=True, responsible=False)
    assert outcomes(case) == {(ONE[0], "blocked")}
    assert {case.why_not("李示例", at).reason for at in ("A", "B")} == {"exonerated"}
    case.facts = [fact for fact in case.facts if not isinstance(fact.value, ClaimRuling)]
    assert (ONE[0], "established") in outcomes(case)


def test_7_a_decision_beside_clears_him_too():
    case = known_as_one(ruled=True)
    case.decision("B", ["fine"], name="D2", kind="penalty", date="2023-06-01")
    case.names("李示例", "B", decision="D2", responsible=False)
    case.link("D2", "same_conduct", "D1")
    assert (ONE[0], "lead") in outcomes(case)
    assert not [found for found in outcomes(case) if found == (ONE[0], "established")]


def test_7_what_a_document_finds_of_him_elsewhere_is_found_of_the_holder_of_the_office():
    case = known_as_one(ruled=True, responsible=True, imposed={"industry_ban": Term(5)})
    (ban,) = [f for f in case.findings(ONE[0].partition("#")[2], rule="D1-FOOD") if f.clause == "legal_representative_trade"]
    assert (ban.party, ban.origin, str(ban.outcome)) == (ONE[0], "imposed", "established")
    assert outcomes(case) == {(ONE[0], "established")}
    (ruling,) = [fact.id for fact in case.facts if isinstance(fact.value, ClaimRuling)]
    (who,) = [premise for premise in ban.premises if premise.name == "identity"]
    assert ruling in who.evidence


@pytest.mark.parametrize("ruled", [True, False])
def test_7_one_person_in_two_offices_is_no_other_holder(ruled):
    case = Case()
    case.company("A").legal_representative("李示例", "2020-01-01").principal("李改名", "2020-01-01")
    case.decision("A", ["listed_wage_arrears"])
    if ruled:
        case.rule_on("test:A#李示例", "test:A#李改名", "accepted")
    found = [str(f.outcome) for f in case.findings(rule="D2-WAGE") if f.party != "test:A"]
    assert sorted(found) == (["established"] if ruled else ["established", "lead"])


@pytest.mark.parametrize(
    ("act", "kind", "rule", "who"),
    [
        ("spending_restriction_order", "order", "D3-SPEND", "A"),
        ("spending_restriction_order", "order", "D3-SPEND", "P"),
        ("exit_restriction_order", "order", "D3-EXIT", "P"),
        ("tax_exit_notice", "order", "D3-TAXEXIT", "P"),
        ("procurement_ban", "penalty", "D2-PROC", "A"),
        ("bidding_disqualified", "penalty", "D2-BID", "A"),
    ],
)
def test_8_an_order_against_somebody_binds_him_by_itself(act, kind, rule, who):
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.add(Entity("test:P", "person", (Name("丁示例"),)))
    case.decision(who, [act], kind=kind, date="2023-05-10")
    (own,) = [f for f in case.findings(rule=rule) if f.party == f"test:{who}"]
    assert (own.origin, str(own.outcome), str(own.start)) == ("imposed", "established", "2023-05-10")
    assert {f.origin for f in case.findings(rule=rule) if f.party != own.party} <= {"derived"}


@pytest.mark.parametrize(
    ("act", "who", "rule", "origin"),
    [
        ("spending_restriction_order", "A", "D3-SPEND", "imposed"),
        ("spending_restriction_order", "P", "D3-SPEND", "imposed"),
        ("exit_restriction_order", "P", "D3-EXIT", "derived"),
    ],
)
def test_8_an_order_that_binds_enterprises_binds_its_respondent_whomever_it_names(act, who, rule, origin):
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.add(Entity("test:P", "person", (Name("丁示例"),)))
    case.decision(who, [act], kind="order", date="2023-05-10")
    case.names("王示例", who, posts=("legal_representative",), imposed={act: Term()})
    (own,) = [f for f in case.findings(rule=rule) if f.party == f"test:{who}"]
    assert own.origin == origin


def test_8_what_follows_from_a_list_is_no_order():
    case = Case()
    case.company("A")
    case.decision("A", ["listed_judgment_defaulter"])
    (limit,) = case.findings(rule="D3-SPEND")
    assert limit.origin == "derived"
    case.decision(
        "A", ["listed_work_safety", "work_safety_accident", "industry_ban"], name="D2", date="2024-05-10", conduct="2024-01"
    )
    (ban,) = [f for f in case.findings(decision="D2", rule="D1-SAFETY-LIST") if f.clause == "unit_ban"]
    assert ban.origin == "derived"
