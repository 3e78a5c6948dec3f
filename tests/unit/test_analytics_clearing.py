"""The numbered invariants of `analytics.responsibility.clearing`."""

from __future__ import annotations

import pytest

from analytics.responsibility.clearing import cleared_later
from analytics.responsibility.proportionality import answers_same_conduct, warnings
from tests.builder import Case, shipped

WAGE = "listed_wage_arrears"


def reviewed(*links: tuple[str, str, str], clears: str = "D3", date: str = "2023-09-01") -> Case:
    """A listing of a company, a review of it and a review of that; one of them clears its head."""
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", [WAGE])
    case.decision("A", [], name="D2", kind="order", date="2023-06-01")
    case.decision("A", [], name="D3", kind="judgment", date=date)
    for link in links:
        case.link(*link)
    case.names("王示例", "A", decision=clears, responsible=False)
    return case


def said(case: Case) -> tuple[str, list[str]]:
    (finding,) = [f for f in case.findings("王示例", rule="D2-WAGE") if f.clause == "head"]
    return str(finding.outcome), [p.reason for p in finding.premises if p.state != "proved"]


@pytest.mark.parametrize(
    "links",
    [
        [("D2", "same_conduct", "D1"), ("D3", "same_conduct", "D2")],
        [("D1", "rests_on", "D2"), ("D2", "rests_on", "D3")],
        [("D1", "rests_on", "D2"), ("D3", "same_conduct", "D2")],
        [("D2", "same_conduct", "D1"), ("D3", "corrects", "D2")],
        [("D2", "same_conduct", "D1"), ("D2", "same_conduct", "D3"), ("D3", "same_conduct", "D1")],
    ],
)
def test_1_a_review_of_a_review_clears_him(links):
    case = reviewed(*links)
    assert said(case) == ("lead", ["exonerated_elsewhere"])
    (premise,) = [p for f in case.findings("王示例", rule="D2-WAGE") for p in f.premises if p.reason == "exonerated_elsewhere"]
    kinds = sorted(fact.key.split("/")[0] for fact in case.facts if fact.id in premise.evidence)
    assert kinds == (["link", "naming"] if len(links) > 2 else ["link", "link", "naming"])


@pytest.mark.parametrize(
    "links",
    [
        [("D2", "same_conduct", "D1")],
        [("D3", "rests_on", "D1")],
        [("D2", "same_conduct", "D1"), ("D3", "same_conduct", "D2"), ("D4", "annuls_from_beginning", "D3")],
    ],
)
def test_1_but_not_one_that_nothing_leads_to_or_that_was_annulled(links):
    case = reviewed(*links)
    case.decision("A", [], name="D4", kind="judgment", date="2024-01-01")
    assert said(case) == ("established", [])


@pytest.mark.parametrize(
    ("date", "link", "told"),
    [
        ("2023-09-01", ("D3", "same_conduct", "D1"), True),
        ("2023-05-10", ("D1", "same_conduct", "D3"), True),
        ("2023-05-09", ("D3", "same_conduct", "D1"), False),
        ("2023-09-01", ("D3", "same_conduct", "D2"), False),
    ],
)
def test_2_a_later_decision_that_clears_whom_this_one_finds_responsible_is_told(date, link, told):
    case = reviewed(link, date=date)
    case.names("王示例", "A", found_as=("directly_responsible",), responsible=True)
    found = case.findings("王示例", rule="D2-WAGE")
    assert [str(f.outcome) for f in found] == ["established"] * len(found)
    warned = warnings(found, shipped(), answers_same_conduct(case.snapshot), cleared=cleared_later(case.snapshot))
    values = [each.values for each in warned if each.code == "cleared_later"]
    assert {value for each in values for value in each} == ({("decision", "D1"), ("decision", "D3")} if told else set())


@pytest.mark.parametrize(
    ("kind", "level", "outcome"),
    [
        ("discipline", "exchange", "established"),
        ("order", "association", "established"),
        ("pre_notice", "county", "established"),
        ("order", "county", "lead"),
        ("delisting", "county", "lead"),
    ],
)
def test_1_a_notice_and_what_an_exchange_writes_clear_nobody(kind, level, outcome):
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", ["listed_wage_arrears"], authority_level="county")
    case.decision("A", [], name="K", kind=kind, authority_level=level, date="2023-06-10")
    case.link("K", "same_conduct", "D1")
    case.names("王示例", "A", decision="K", responsible=False)
    assert case.outcomes("王示例", rule="D2-WAGE") == [outcome]
