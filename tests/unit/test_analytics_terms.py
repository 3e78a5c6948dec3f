"""The numbered invariants of `analytics.responsibility.terms`."""

from __future__ import annotations

from itertools import permutations

import pytest

from graph.dates import PartialDate
from graph.model import Imposed, Naming, PartyRef, Term, appearance
from tests.builder import Case

BAN = "securities_market_ban"


def banned(*said: tuple[Term, str | None], together: bool = True) -> Case:
    """A ban of 2018 on one person, told in one naming or in one a term."""
    case = Case()
    case.company("A")
    case.decision("A", [BAN], kind="market_ban", date="2018-12-06", conduct="2015/2017")
    imposed = [Imposed(BAN, term=term, start=PartialDate.parse(start) if start else None) for term, start in said]
    for part in [imposed] if together else [[item] for item in imposed]:
        person = PartyRef(appearance("test:A", "王示例"))
        case.add(Naming("D1", person, "王示例", responsible=True, imposed=tuple(part)), "decisions")
    return case


def told(case: Case) -> tuple[str, str | None, set[str]]:
    (finding,) = case.findings("王示例")
    return str(finding.outcome), finding.until, {p.reason for p in finding.premises if p.state == "missing"}


def test_1_of_different_acts_the_last_counts():
    for imposed in permutations([Imposed("order_to_correct", term=Term(1)), Imposed("fine", term=Term(5))]):
        case = Case()
        case.company("A")
        case.decision("A", ["recruitment_obstructed"], kind="penalty", imposed=imposed)
        assert [f.until for f in case.findings(rule="D4-ORG")] == ["2028-05-10"]


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    ("first", "second", "until"),
    [
        ((Term(5), None), (Term(10), None), "2023-12-06"),
        ((Term(5), None), (Term(life=True), None), "2023-12-06"),
        ((Term(months=6), None), (Term(1), None), "2019-06-06"),
        ((Term(5), "2019-01-01"), (Term(5), "2020-01-01"), "2024-01-01"),
    ],
)
def test_2_two_terms_for_one_act_are_a_lead_with_the_shorter(together, first, second, until):
    for said in ((first, second), (second, first)):
        assert told(banned(*said, together=together)) == ("lead", until, {"terms_differ"})


def test_2_the_reason_tells_both():
    case = banned((Term(life=True), None), (Term(5), None))
    (premise,) = [p for f in case.findings("王示例") for p in f.premises if p.reason == "terms_differ"]
    assert premise.compared == (("act", BAN), ("until", "2023-12-06"), ("until", "∞"))
    assert case.why_not("王示例").reason == "terms_differ"


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    ("first", "second", "until"),
    [
        ((Term(5), None), (Term(5), None), "2023-12-06"),
        ((Term(1), None), (Term(months=12), None), "2019-12-06"),
        ((Term(5), None), (Term(), None), "2023-12-06"),
        ((Term(5), None), (Term(5), "2019-01-01"), "2024-01-01"),
        ((Term(life=True), None), (Term(life=True), None), "life"),
    ],
)
def test_3_one_term_said_twice_is_one(together, first, second, until):
    for said in ((first, second), (second, first)):
        assert told(banned(*said, together=together)) == ("established", until, set())


@pytest.mark.parametrize(
    ("date", "act", "term", "outcome"),
    [
        ("unknown", "listed_wage_arrears", None, "lead"),
        ("2023", "listed_wage_arrears", None, "lead"),
        ("2023-05", "listed_wage_arrears", None, "lead"),
        ("2023-05-10", "listed_wage_arrears", None, "established"),
        ("unknown", BAN, Imposed(BAN, term=Term(life=True)), "lead"),
        # Nothing is counted from the day that is too vague: for life, from a day of its own, without a term that was read.
        ("2023", BAN, Imposed(BAN, term=Term(life=True)), "established"),
        ("2023", BAN, Imposed(BAN, term=Term(5), start=PartialDate.parse("2023-06-01")), "established"),
        ("unknown", BAN, Imposed(BAN, term=Term(5), start=PartialDate.parse("2023-06-01")), "established"),
        ("2023", BAN, Imposed(BAN), "established"),
        ("2023", BAN, Imposed(BAN, term=Term(5)), "lead"),
    ],
)
def test_4_without_a_day_from_which_it_runs_no_term_is_certain(date, act, term, outcome):
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    kind = "listing" if term is None else "market_ban"
    case.decision("A", [act], kind=kind, date=date, conduct="2022-05-01/2022-12-31")
    if term is not None:
        person = PartyRef(appearance("test:A", "王示例"))
        case.add(Naming("D1", person, "王示例", responsible=True, imposed=(term,)), "decisions")
    found = [f for f in case.findings("王示例") if f.rule in ("D2-WAGE", "D2-SECURITIES")]
    assert [str(f.outcome) for f in found] == [outcome]
    open_ = {p.reason for f in found for p in f.premises if p.state == "missing"}
    assert open_ == ({"decision_day_unknown"} if outcome == "lead" else set())
    assert found[0].start is None or outcome == "established"


@pytest.mark.parametrize(
    ("dated", "start", "term", "ended", "until"),
    [
        ("2021", None, Term(months=6), "2024-06-01", "2022-06-30"),
        ("2021", None, Term(5), "2024-06-01", "2024-06-01"),
        ("2021-03-01", "2021", Term(months=6), "2024-06-01", "2022-06-30"),
        ("unknown", None, Term(5), "2024-06-01", "2024-06-01"),
    ],
)
def test_4_what_ends_the_decision_makes_no_term_certain_and_none_longer(dated, start, term, ended, until):
    case = Case()
    case.company("A")
    case.decision("A", [BAN], kind="market_ban", date=dated, conduct="2020-03-01/2020-12-01")
    imposed = Imposed(BAN, term=term, start=PartialDate.parse(start) if start else None)
    person = PartyRef(appearance("test:A", "王示例"))
    case.add(Naming("D1", person, "王示例", responsible=True, imposed=(imposed,)), "decisions")
    assert told(case) == ("lead", None, {"decision_day_unknown"})
    case.decision("A", [], name="X", kind="order", date=ended, conduct=None)
    case.link("X", "annuls_from_now", "D1")
    assert told(case) == ("lead", until, {"decision_day_unknown"})


@pytest.mark.parametrize(("removed", "until"), [("2023-12-01", "2023-12-01"), ("2027-06-01", "2026-12-31")])
def test_4_nor_does_a_removal_from_a_list_of_a_vague_day(removed, until):
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", ["listed_wage_arrears"], date="2023")
    case.decision("A", [], name="X", kind="delisting", date=removed, conduct=None)
    case.link("X", "annuls_from_now", "D1")
    (finding,) = case.findings("王示例", rule="D2-WAGE")
    assert (str(finding.outcome), finding.until) == ("lead", until)


@pytest.mark.parametrize(
    ("end", "decided", "expected"),
    [
        ("2015-12-31", "2022-05-10", ("blocked", "refuted", "term_over")),
        ("2017-05-09", "2022-05-10", ("blocked", "refuted", "term_over")),
        ("2017-05-10", "2022-05-10", ("established", "", "")),
        ("2017", "2022-05-10", ("lead", "missing", "term_over_perhaps")),
        ("2016", "2022-05-10", ("blocked", "refuted", "term_over")),
        ("unknown", "2022-05-10", ("established", "", "")),
    ],
)
def test_5_a_term_that_was_over_before_the_decision_is_none(end, decided, expected):
    case = Case()
    case.company("A").legal_representative("王示例", since="2010")
    case.decision("A", ["listed_work_safety"], date=decided, conduct=f"2015-01-01/{end}", region="3713")
    (finding,) = case.findings("王示例", rule="SD-31")
    told = [(str(p.state), p.reason) for p in finding.premises if p.name == "in_term"] or [("", "")]
    assert (str(finding.outcome), *told[0]) == expected


def test_5_what_the_law_counts_from_the_decision_is_not_over_before_it():
    case = Case()
    case.company("A").legal_representative("王示例", since="2010")
    case.decision("A", ["listed_wage_arrears"], date="2029-05-10", conduct="2022-06-01/2022-12-31")
    (finding,) = case.findings("王示例", rule="D2-WAGE")
    assert str(finding.outcome) == "established"


@pytest.mark.parametrize(("kind", "until"), [("delisting", "life"), ("order", "2025-06-01")])
def test_6_a_removal_from_a_list_ends_no_ban_that_stands_by_itself(kind, until):
    case = Case()
    case.company("A").legal_representative("王示例", "2020-01-01")
    case.decision("A", ["listed_food_drug", "fake_drugs", "industry_ban"], date="2024-05-10", conduct="2024-01/2024-02")
    case.names("王示例", "A", posts=("legal_representative",), responsible=True, imposed={"industry_ban": Term(life=True)})
    case.decision("A", [], name="X", kind=kind, date="2025-06-01")
    case.link("X", "annuls_from_now", "D1")
    (ban,) = case.findings("王示例", rule="D1-DRUG-118")
    assert (ban.origin, ban.until) == ("imposed", until)
    assert {f.until for f in case.findings(rule="SD-31")} == {"2025-06-01"}


@pytest.mark.parametrize(("kind", "until"), [("delisting", "2027-08-10"), ("order", "2025-06-01")])
def test_6_nor_the_bar_that_follows_from_a_licence_revoked_in_the_same_document(kind, until):
    case = Case()
    case.company("A").legal_representative("王示例", "2020-01-01")
    case.decision("A", ["listed_market_supervision", "business_licence_revoked"], date="2024-08-10", conduct="2024-01/2024-08-01")
    case.names("王示例", "A", posts=("legal_representative",), responsible=True)
    case.decision("A", [], name="X", kind=kind, date="2025-06-01")
    case.link("X", "annuls_from_now", "D1")
    (bar,) = case.findings("王示例", rule="D2-REVOKED-LR")
    assert bar.until == until


def test_6_a_removal_from_the_beginning_leaves_nothing():
    case = Case()
    case.company("A").legal_representative("王示例", "2020-01-01")
    case.decision("A", ["listed_market_supervision", "business_licence_revoked"], date="2024-08-10", conduct="2024-01/2024-08-01")
    case.decision("A", [], name="X", kind="delisting", date="2025-06-01")
    case.link("X", "annuls_from_beginning", "D1")
    assert case.findings("王示例") == []


@pytest.mark.parametrize("by", ["itself", "ground"])
@pytest.mark.parametrize(
    ("start", "ended", "expected"),
    [
        ("2023-01-01", "2022-06-01", ("blocked", "2022-06-01", {"ended_before_it_began"})),
        ("2023", "2022-12-31", ("blocked", "2022-12-31", {"ended_before_it_began", "decision_day_unknown"})),
        ("2022-06-02", "2022-06-01", ("blocked", "2022-06-01", {"ended_before_it_began"})),
        ("2022-06-01", "2022-06-01", ("established", "2022-06-01", set())),
        ("2022-06-01", "2022", ("lead", "2022-06-01", {"ended_before_it_began_perhaps"})),
        ("2022-06", "2022-06-01", ("lead", "2022-06-01", {"ended_before_it_began_perhaps", "decision_day_unknown"})),
    ],
)
def test_7_what_ended_before_its_first_day_never_began(by, start, ended, expected):
    case = banned((Term(5), start))
    ends = "D1"
    if by == "ground":
        ends = case.decision("A", [BAN], name="G", kind="market_ban", date="2018-12-06", conduct="2015/2017")
        case.link("D1", "rests_on", "G")
    case.decision("A", [], name="X", kind="order", date="2024-06-01", conduct=None)
    case.link("X", "annuls_from_now", ends, since=ended)
    (finding,) = case.findings("王示例", decision="D1")
    open_ = {p.reason for p in finding.premises if p.state != "proved"}
    assert (str(finding.outcome), finding.until, open_) == expected
    if "blocked" in expected:
        assert case.why_not("王示例").reason == "ended_before_it_began"
