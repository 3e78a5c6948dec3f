"""The numbered invariants of `analytics.responsibility.conduct`, and what they do to findings."""

from __future__ import annotations

import pytest

from analytics.responsibility.conduct import conduct_end, conduct_of
from graph.dates import PartialDate, Period
from graph.model import Decision, PartyRef
from tests.builder import Case

WAGE = "listed_wage_arrears"


def decided(conduct: str | None, date: str = "2022-06-05") -> Decision:
    period = Period.parse(conduct) if conduct else None
    return Decision("d", "listing", (WAGE,), PartyRef("a"), "局", date=PartialDate.parse(date), conduct=period)


@pytest.mark.parametrize(
    ("conduct", "known", "end"),
    [
        ("2022-01-01/2022-02-01", "2022-01-01/2022-02-01", "2022-02-01"),
        ("2022/2040", "2022-01-01..2022-06-05/2022-06-05", "2022-06-05"),
        ("2022-01-01/open", "2022-01-01/2022-06-05", None),
        ("2016/unknown", "2016/2016-01-01..2022-06-05", None),
        ("unknown/unknown", None, None),
        ("2023/2024", None, None),
        (None, None, None),
    ],
)
def test_1_to_4_what_is_known_of_the_conduct(conduct, known, end):
    decision = decided(conduct)
    found, last = conduct_of(decision), conduct_end(decision)
    assert (str(found) if found else None, str(last) if last else None) == (known, end)


def test_1_nobody_answers_by_an_office_taken_after_the_decision():
    case = Case()
    case.company("A").legal_representative("王示例", "2023", "open")
    case.decision("A", [WAGE], conduct="2022/2040", date="2022-06-05")
    assert case.outcomes("王示例", rule="D2-WAGE") == []


def test_2_an_unknown_end_leaves_the_version_of_the_law_uncertain():
    case = Case()
    case.company("A").legal_representative("王示例", "2010", "open")
    case.decision("A", [WAGE], conduct="2016/unknown", date="2022-01-05")
    assert case.outcomes("王示例", rule="D2-WAGE") == ["lead"]
    assert case.why_not("王示例", rule="D2-WAGE").reason == "in_force_uncertain"


@pytest.mark.parametrize("date", ["9999-12-31", "9998-02-01"])
def test_a_date_at_the_end_of_the_calendar_stops_nobody(date):
    case = Case()
    case.company("A").legal_representative("王示例", "2010", "open")
    case.decision("A", [WAGE], conduct="2022/2022", date=date)
    (finding,) = case.findings("王示例", rule="D2-WAGE")
    assert finding.until == "9999-12-31"


@pytest.mark.parametrize(
    ("conduct", "date", "doubted"),
    [
        ("2023-01-01/2023-12-31", "2022-05-10", True),
        ("2022/2040", "2022-06-05", True),
        ("unknown/2023-12-31", "2022-06-05", True),
        ("2022-01-01/2022-06-05", "2022-06-05", False),
        ("2022-01-01/2022", "2022-06-05", False),
        ("2022-01-01/open", "2022-06-05", False),
        ("2022-01-01/unknown", "2022-06-05", False),
        (None, "2022-06-05", False),
        ("2023-01-01/2023-12-31", "unknown", False),
    ],
)
def test_5_a_decision_older_than_its_conduct_is_doubted(conduct, date, doubted):
    case = Case()
    case.company("A").legal_representative("王示例", "2010", "open")
    case.decision("A", [WAGE], conduct=conduct, date=date)
    found = case.findings("王示例", rule="D2-WAGE")
    assert found
    for finding in found:
        (doubt,) = [p for p in finding.premises if p.name == "dates_agree"] or [None]
        assert (doubt is not None) is doubted
        assert str(finding.outcome) != "established" or not doubted
        if doubt:
            assert (doubt.reason, dict(doubt.compared)["decision"]) == ("conduct_after_decision", date)
