"""The numbered invariants of `analytics.responsibility.proportionality`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.responsibility.proportionality import Warned, answers_same_conduct, last_day_of, runs, spell, warnings
from graph.dates import add_years
from graph.model import Finding, Measure, Outcome, Term
from tests.api_world import case, catalogue
from tests.builder import Case, shipped

BASE = next(f for f in case().findings("王示例"))
"""Under a rule with a fixed term of three years."""
FIRST = date(2020, 1, 1)


def finding(name: str, start: date | None, until: date | str | None, measure: str = "示例限制", decision: str = "") -> Finding:
    text = until.isoformat() if isinstance(until, date) else until
    return replace(
        BASE,
        id=name,
        decision=decision or f"D{name}",
        start=start,
        until=text,
        measures=(Measure(measure, measure, "mandatory", "market"),),
    )


def never(_first: str, _second: str) -> bool:
    return False


def warned(*findings: Finding) -> list[Warned]:
    return warnings(findings, catalogue(), never)


def codes(*findings: Finding) -> set[str]:
    return {each.code for each in warned(*findings)}


SPELLS = st.lists(st.tuples(st.integers(0, 2500), st.integers(1, 1096)), min_size=1, max_size=5)


@given(SPELLS, st.randoms(use_true_random=False))
def test_1_blind_to_order(spells, random):
    found = [finding(str(i), FIRST + timedelta(a), FIRST + timedelta(a + length)) for i, (a, length) in enumerate(spells)]
    shuffled = list(found)
    random.shuffle(shuffled)
    assert warned(*found) == warned(*shuffled)


@given(st.integers(0, 1095))
def test_2_one_finding_on_each_measure_warns_of_nothing(length):
    assert warned(finding("1", FIRST, FIRST + timedelta(length))) == []
    apart = finding("2", FIRST + timedelta(2000), FIRST + timedelta(2000 + length), "另一措施")
    assert warned(finding("1", FIRST, FIRST + timedelta(length)), apart) == []


def test_2_a_lead_or_a_record_warns_of_nothing():
    one, two = finding("1", FIRST, date(2022, 1, 1)), finding("2", FIRST, date(2022, 1, 1))
    assert codes(one, two)
    assert codes(one, replace(two, outcome=Outcome.LEAD)) == set()
    assert codes(one, replace(two, effect="record")) == set()


@given(SPELLS)
def test_3_overlap_is_some_same_day(spells):
    found = [finding(str(i), FIRST + timedelta(a), FIRST + timedelta(a + length)) for i, (a, length) in enumerate(spells)]
    days = [set(range(a, a + length + 1)) for a, length in spells]
    shared = {str(i) for i, one in enumerate(days) for j, other in enumerate(days) if i != j and one & other}
    said = [each for each in warned(*found) if each.code == "overlap"]
    assert {f for each in said for f in each.findings} == shared
    several = [each.findings for each in warned(*found) if each.code == "rests_on_several"]
    assert several == ([tuple(sorted(shared))] if shared else [])


@given(SPELLS)
def test_4_terms_that_run_on_never_add_up_beyond_the_maximum(spells):
    found = [finding(str(i), FIRST + timedelta(a), FIRST + timedelta(a + length)) for i, (a, length) in enumerate(spells)]
    days = {day for a, length in spells for day in range(a, a + length + 1)}
    beyond = set()
    for first in sorted(days):
        if first - 1 not in days:
            last = first
            while last + 1 in days:
                last += 1
            if FIRST + timedelta(last) > add_years(FIRST + timedelta(first), 3):
                beyond.add(((FIRST + timedelta(first)).isoformat(), (FIRST + timedelta(last)).isoformat()))
    said = {(dict(w.values)["from"], dict(w.values)["until"]) for w in warned(*found) if w.code == "beyond_maximum"}
    assert said == beyond


@pytest.mark.parametrize(
    ("until", "code"), [("2023-01-01", None), ("2023-01-02", "beyond_maximum"), ("life", "beyond_maximum"), (None, "term_not_read")]
)
def test_4_one_term_longer_than_the_maximum(until, code):
    said = warned(finding("1", FIRST, until))
    assert [each.code for each in said] == ([code] if code else [])
    assert all(("allowed", "2023-01-01") in each.values for each in said)


def test_4_a_rule_without_a_maximum_is_never_exceeded():
    ban = next(f for f in case().findings("孙示例", decision="D2"))
    assert ban.until == "life"
    assert warned(ban) == []


def test_5_different_measures_of_several_decisions_at_one_time():
    one, other = finding("1", FIRST, date(2022, 1, 1)), finding("2", date(2021, 1, 1), date(2023, 1, 1), "另一措施")
    (said,) = warned(one, other)
    assert (said.code, said.findings, said.measures) == ("accumulation", ("1", "2"), ("另一措施", "示例限制"))
    assert codes(one, replace(other, decision=one.decision)) == set()
    assert codes(one, replace(other, start=date(2022, 1, 2))) == set()


def test_6_the_same_conduct_or_the_same_decision_twice():
    world = case()
    world.decision("B", ["securities_market_ban"], name="D4", kind="market_ban", date="2024-02-01", conduct="2010/2011")
    world.names("孙示例", "B", decision="D4", imposed={"securities_market_ban": Term(years=5)})
    found = [f for name in ("D2", "D4") for f in world.findings("孙示例", decision=name)]
    same = answers_same_conduct(world.snapshot)
    assert "same_conduct" not in {each.code for each in warnings(found, catalogue(), same)}
    world.link("D4", "same_conduct", "D2")
    said = {each.code: each for each in warnings(found, catalogue(), answers_same_conduct(world.snapshot))}
    assert said["same_conduct"].values == (("decision", "D2"), ("decision", "D4"))
    twice = codes(
        finding("1", FIRST, date(2021, 1, 1), decision="D"), finding("2", date(2022, 1, 1), date(2023, 1, 1), decision="D")
    )
    assert "several_rules" in twice


def test_6_three_rules_of_one_decision_are_one_warning():
    three = [finding(name, FIRST, date(2021, 1, 1), decision="D") for name in "123"]
    (said,) = [each for each in warned(*three) if each.code == "several_rules"]
    assert (said.findings, said.values) == (("1", "2", "3"), (("decision", "D"),))


def banned(*acts: str, imposed: tuple[str, ...] = ("industry_ban",), **more: object) -> list[Warned]:
    """What is to be weighed of a decision that imposes acts on one person whom it names."""
    world = Case()
    world.company("A")
    world.decision("A", list(acts), kind="penalty", **more)
    world.names("王示例", "A", posts=("legal_representative",), responsible=True, imposed={act: Term(10) for act in imposed})
    return warnings(world.findings("王示例"), shipped(), answers_same_conduct(world.snapshot))


def test_10_one_ban_under_rules_of_three_trades_is_one_act():
    (said,) = [w for w in banned("fake_drugs", "device_unlicensed", "cosmetics_unlicensed") if w.code == "one_act"]
    assert (len(said.findings), len(said.measures)) == (3, 3)
    assert said.values == (("decision", "D1"), ("measures", "3"))


def test_10_one_ban_under_one_rule_or_by_one_measure_is_told_otherwise():
    assert "one_act" not in {w.code for w in banned("fake_drugs")}
    alike = {w.code for w in banned("fake_drugs", "unapproved_drugs")}
    assert ("one_act" in alike, "several_rules" in alike) == (False, True)
    other = banned("fake_drugs", "food_serious_violation", imposed=("industry_ban", "fine"), conduct="2022-05/2022-12")
    assert "one_act" not in {w.code for w in other}


def test_runs_end_where_a_day_is_missing():
    one, two, three = (
        finding("1", FIRST, date(2020, 6, 30)),
        finding("2", date(2020, 7, 1), date(2020, 12, 31)),
        finding("3", date(2021, 1, 2), date(2021, 2, 1)),
    )
    assert [[each.finding.id for each in run] for run in runs(map(spell, (three, one, two)))] == [["1", "2"], ["3"]]


def test_7_what_is_said_of_several_measures_alike_is_one_warning():
    def many(name: str) -> Finding:
        parts = tuple(Measure(f"m{n}", f"措施{n}", "mandatory", "market") for n in range(9))
        return replace(finding(name, FIRST, FIRST + timedelta(100)), measures=parts)

    told = warned(many("1"), many("2"))
    assert sorted(each.code for each in told) == ["overlap", "rests_on_several"]
    assert {each.measures for each in told} == {tuple(f"措施{n}" for n in range(9))}


def of_decision(kind: str, acts: list[str], term: Term, act: str = "industry_ban", **naming: Any) -> list[Warned]:
    """What is to be weighed where a decision imposes one act for a term on a person."""
    case = Case(shipped())
    case.company("A")
    case.decision("A", acts, kind=kind)
    case.names("王示例", "A", responsible=True, imposed={act: term}, **{"found_as": ("directly_responsible",), **naming})
    return warnings(case.findings("王示例"), shipped(), answers_same_conduct(case.snapshot), last_day_of(case.snapshot))


BUILDER: Any = {"act": "practice_suspended", "posts": ("registered_professional",)}


@pytest.mark.parametrize(
    ("act", "term", "code", "values", "how"),
    [
        # For life, and 72 months were given:
        ("fake_drugs", Term(months=72), "below_minimum", {"until": "2029-05-10", "least": "life"}, {}),
        ("fake_vaccines", Term(months=72), "below_minimum", {"until": "2029-05-10", "least": "life"}, {}),
        ("fake_vaccines", Term(life=True), None, {}, {}),
        # a range from ten years to life,
        ("false_vaccine_data", Term(months=72), "below_minimum", {"least": "2033-05-10"}, {}),
        ("false_vaccine_data", Term(10), None, {}, {}),
        ("false_vaccine_data", Term(life=True), None, {}, {}),
        # five years, neither more nor less,
        ("drug_kickbacks_taken", Term(4), "below_minimum", {"least": "2028-05-10"}, {}),
        ("drug_kickbacks_taken", Term(6), "beyond_maximum", {"allowed": "2028-05-10"}, {}),
        # a suspension of three months to a year,
        ("construction_professional_fault", Term(months=2), "below_minimum", {"least": "2023-08-10"}, BUILDER),
        ("construction_professional_fault", Term(months=3), None, {}, BUILDER),
        ("construction_professional_fault", Term(1), None, {}, BUILDER),
        ("construction_professional_fault", Term(3), "beyond_maximum", {"allowed": "2024-05-10"}, BUILDER),
        # and an agency's people: the certificate for five years, the ban for five to life.
        ("false_safety_report", Term(8), "beyond_maximum", {"allowed": "2028-05-10"}, {"act": "professional_certificate_revoked"}),
        ("false_safety_report", Term(8), None, {}, {}),
        ("false_safety_report", Term(life=True), None, {}, {}),
        ("false_safety_report", Term(2), "below_minimum", {"least": "2028-05-10"}, {}),
    ],
)
def test_8_what_a_decision_imposed_against_what_its_article_allows(act, term, code, values, how):
    said = of_decision("penalty", [act], term, **how)
    assert [each.code for each in said] == ([code] if code else [])
    assert all(dict(each.values).items() >= values.items() for each in said)


def test_8_the_term_stands_as_it_was_stated():
    case = Case(shipped())
    case.company("A")
    case.decision("A", ["fake_vaccines"], kind="penalty")
    case.names("王示例", "A", found_as=("directly_responsible",), responsible=True, imposed={"industry_ban": Term(months=72)})
    assert [(str(f.outcome), f.until) for f in case.findings("王示例", rule="D1-VACC-80")] == [("established", "2029-05-10")]
    case.decision("A", [], name="D2", kind="order", date="2025-01-01")
    case.link("D2", "annuls_from_now", "D1")
    ended = warnings(case.findings("王示例"), shipped(), never, last_day_of(case.snapshot))
    assert [each.code for each in ended] == []
