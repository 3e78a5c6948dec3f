"""The numbered invariants of `analytics.responsibility.selection`."""

from __future__ import annotations

import pytest

from graph.codes.roles import found_only
from graph.model import Outcome, Premise, PremiseState, Term
from tests.builder import Case, shipped

BAN = "securities_market_ban"
OLD, NEW = "证券法（2005年修订）", "证券法"


def ban(date: str, conduct: str | None, *cites: str, beside: tuple[str, ...] = ()) -> Case:
    case = Case()
    case.company("A")
    case.decision("A", [BAN], kind="market_ban", date=date, conduct=conduct, cites=cites)
    case.names("王示例", "A", posts=("chairman",), imposed={BAN: Term(5)})
    if beside:
        case.decision("A", ["fine"], name="D2", kind="penalty", date=date, conduct=conduct, cites=beside)
        case.link("D1", "same_conduct", "D2")
    return case


def force(case: Case) -> tuple[str, str, Premise]:
    (finding,) = case.findings("王示例")
    return finding.rule, str(finding.outcome), next(p for p in finding.premises if p.name == "rule_in_force")


@pytest.mark.parametrize(
    ("date", "conduct", "cites", "rule"),
    [
        ("2021-05-10", "2018/2019-12-31", (NEW,), "D2-SECURITIES"),
        ("2022-04-12", "2018/2020-12-31", (OLD,), "D2-SECURITIES-2006"),
        ("2010-05-10", "2009", (NEW, OLD), "D2-SECURITIES-2006"),
        ("2022-04-12", "2018/unknown", (OLD,), "D2-SECURITIES-2006"),
    ],
)
def test_1_a_citation_chooses_among_versions_that_may_have_been_in_force(date, conduct, cites, rule):
    found, _, premise = force(ban(date, conduct, *cites))
    assert (found, premise.state, premise.reason) == (rule, PremiseState.PROVED, "cited_by_decision")


@pytest.mark.parametrize(
    ("date", "conduct", "cites", "beside", "rule", "outcome"),
    [
        ("2010-05-10", "2009-01-01/2009-12-31", (NEW,), (), "D2-SECURITIES-2006", "lead"),
        ("2010-05-10", "2009-01-01/2009-12-31", (), (NEW,), "D2-SECURITIES-2006", "lead"),
        ("2025-05-10", "2024-01-01/2024-12-31", (OLD,), (), "D2-SECURITIES", "lead"),
        ("2000-05-10", "1999-01-01/1999-12-31", (OLD,), (), "D2-SECURITIES-2006", "blocked"),
        ("2000-05-10", None, (OLD,), (), "D2-SECURITIES-2006", "blocked"),
    ],
)
def test_2_a_citation_of_a_version_that_was_no_law_is_told_and_establishes_nothing(date, conduct, cites, beside, rule, outcome):
    case = ban(date, conduct, *cites, beside=beside)
    found, result, premise = force(case)
    assert (found, result, premise.reason) == (rule, outcome, "cited_out_of_force")
    cited = dict(premise.compared)
    assert cited["cites"] == (*cites, *beside)[0]
    period = {NEW: "D2-SECURITIES v1 2020-03-01/open", OLD: "D2-SECURITIES-2006 v1 2006-07-10/2021-07-18"}
    assert cited["cited_in_force"] == period[cited["cites"]]
    assert cited["decision"] == date
    assert (case.snapshot.decision("D2").id in premise.evidence) if beside else True
    assert case.why_not("王示例", rule=rule).reason == "cited_out_of_force"


@pytest.mark.parametrize(("date", "clauses"), [("2015-07-21", set()), ("2015-07-22", {"debtor", "legal_representative"})])
def test_3_a_rule_that_rests_on_an_order_asks_what_was_law_on_its_day(date, clauses):
    case = Case()
    case.company("A").legal_representative("王示例", "2010")
    case.decision("A", ["spending_restriction_order"], kind="order", date=date, conduct="2012/2013")
    assert {found.clause for found in case.findings(rule="D3-SPEND")} == clauses


FIRST = "2022-01-01"
"""The first day of D2-WAGE."""


@pytest.mark.parametrize("date", [FIRST, "2022-01-02", "2025-05-10"])
@pytest.mark.parametrize("conduct", [None, "unknown/unknown", "2021-06-01/unknown"])
def test_4_unknown_conduct_proves_no_more_than_vague_conduct(date, conduct):
    case = Case()
    case.company("A").legal_representative("王示例", "2010")
    case.decision("A", ["listed_wage_arrears"], date=date, conduct=conduct)
    found = case.findings(rule="D2-WAGE")
    assert {str(f.outcome) for f in found} == {"lead"}
    assert all("in_force_uncertain" in {p.reason for p in f.premises} for f in found)


def test_4_on_the_first_day_of_a_law_no_rule_of_conduct_is_established_where_nothing_is_known_of_it():
    catalogue, reached = shipped(), []
    for rule in catalogue.versions:
        if rule.disabled or rule.law_of == "decision" or rule.in_force.start is None:
            continue
        case = Case(catalogue)
        case.company("A")
        case.decision(
            "A", [*rule.acts], kind="penalty", date=str(rule.in_force.start), conduct=None, region=rule.jurisdiction or "3713"
        )
        roles = {role for clause in rule.clauses for role in clause.roles}
        imposed = {act: Term() for clause in rule.clauses for act in clause.penalised_by}
        case.names("王示例", "A", found_as=tuple(sorted(roles & found_only())), responsible=True, imposed=imposed)
        reached += [(f.rule, f.clause) for f in case.findings(rule=rule.id) if f.outcome is Outcome.ESTABLISHED]
    assert reached == []


def test_4_conduct_before_a_law_is_told_apart_from_conduct_of_an_unknown_day():
    case = Case()
    case.company("A")
    case.decision("A", ["listed_wage_arrears"], date="2021-12-31", conduct=None)
    assert case.findings(rule="D2-WAGE") == []


@pytest.mark.parametrize(
    ("kind", "level", "rule"),
    [
        ("discipline", "exchange", "D2-SECURITIES-2006"),
        ("penalty", "exchange", "D2-SECURITIES-2006"),
        ("penalty", "national", "D2-SECURITIES"),
    ],
)
def test_1_what_an_exchange_cites_chooses_no_version_for_an_authority(kind, level, rule):
    case = Case()
    case.company("A")
    case.decision("A", ["securities_market_ban"], kind="market_ban", conduct="2016/2018-06-01", date="2022-04-12")
    case.names("王示例", "A", imposed={"securities_market_ban": Term(years=5)})
    case.decision("A", [], name="K", kind=kind, authority_level=level, date="2022-04-12", cites=("证券法",))
    case.link("K", "same_conduct", "D1")
    assert {f.rule for f in case.findings("王示例")} == {rule}
