"""The numbered invariants of `analytics.responsibility.disagreeing`."""

from __future__ import annotations

from typing import Any

import pytest

from graph.model import PremiseState
from tests.builder import Case

WAGE = "listed_wage_arrears"


def told(*posts: dict[str, Any]) -> Case:
    """A listing for conduct from 2022-05-10 to 2022-12-20, and what registers say of who was the legal representative."""
    case = Case()
    company = case.company("A")
    for post in posts:
        company.post(post.pop("role", "legal_representative"), post.pop("person", "王示例"), **post)
    case.decision("A", [WAGE], conduct="2022-05-10/2022-12-20")
    return case


def answer(case: Case, person: str = "王示例") -> list[tuple[str, list[str]]]:
    found = [f for f in case.findings(person, rule="D2-WAGE") if f.effect == "restrict"]
    return [(str(f.outcome), [p.reason for p in f.premises if p.state is not PremiseState.PROVED]) for f in found]


LEFT = {"since": "2015-01-01", "until": "2022-02-28"}
STALE = {"since": "2015-01-01", "source": "vendor"}
DISPUTED = [("lead", ["registers_conflict"])]
PROVED: list[tuple[str, list[str]]] = [("established", [])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LEFT, STALE),
        (LEFT, {**STALE, "since": "2015-01-20"}),
        (LEFT, {**STALE, "bearer": "7"}),
        ({**LEFT, "bearer": "1"}, STALE),
        ({**LEFT, "bearer": "1"}, {**STALE, "bearer": "7"}),
        (LEFT, {**STALE, "source": "register"}),
        ({"since": "2023-01-01"}, STALE),
    ],
)
def test_1_what_two_statements_dispute_is_a_lead(one, other):
    assert answer(told(dict(one), dict(other))) == answer(told(dict(other), dict(one))) == DISPUTED


def test_1_the_lead_shows_both_statements():
    case = told(dict(LEFT), dict(STALE))
    assert answer(case) == DISPUTED
    (finding,) = (f for f in case.findings("王示例", rule="D2-WAGE") if f.effect == "restrict")
    (premise,) = (p for p in finding.premises if p.reason == "registers_conflict")
    assert {fact.id for fact in case.facts if fact.key.startswith("relationship/")} <= set(premise.evidence)
    held = [value for label, value in premise.compared if label == "held"]
    assert sorted(held) == ["2015-01-01/2022-02-28", "2015-01-01/open"]
    assert case.why_not("王示例", rule="D2-WAGE").reason == "registers_conflict"


def test_1_the_timeline_that_the_rule_reads_is_asked():
    case = told({**LEFT, "registered": "2015-01-01/2023-05-20"}, {**STALE, "registered": "2015-01-01/2023-05-01"})
    case.decision("A", ["spending_restriction_order"], name="D2", kind="order", date="2023-05-10", conduct=None)
    (finding,) = case.findings("王示例", decision="D2", rule="D3-SPEND")
    assert (str(finding.outcome), [p.reason for p in finding.premises if p.state is not PremiseState.PROVED]) == DISPUTED[0]


@pytest.mark.parametrize(
    "posts",
    [
        ({"since": "2015", "until": "2022-02-28"}, {"since": "2022-03-01", "source": "vendor"}),
        ({"since": "2015", "until": "2022-03-01"}, {"since": "2022-03-01", "source": "vendor"}),
        ({"since": "unknown", "until": "2022-02-28"}, {"since": "2022-03-01", "source": "vendor"}),
        ({"since": "2015", "until": "2022-03-15"}, {"since": "2022-03-01"}),
        ({"since": "2015"}, {"since": "2015", "until": "2023-02-28", "source": "vendor"}),
        ({"since": "2015"}, {**LEFT, "source": "vendor", "person": "李示例"}),
        ({"since": "2015", "bearer": "1"}, {**LEFT, "bearer": "2"}),
        ({"since": "2015"}, {**LEFT, "source": "vendor", "role": "director"}),
    ],
)
def test_2_other_terms_other_people_and_other_offices_do_not_disagree(posts):
    assert answer(told(*(dict(post) for post in posts))) == PROVED


def test_2_two_of_one_name_with_numbers_of_their_own_are_two():
    case = told({**LEFT, "bearer": "1"}, {**STALE, "bearer": "7"})
    case.company("A").person("王示例", "1", "aa").person("王示例", "7", "bb", source="vendor")
    assert answer(case) == PROVED


def test_3_a_term_that_nobody_disputes_proves_the_office():
    assert answer(told(dict(LEFT), dict(STALE), {"since": "2022-03-01"})) == PROVED


def test_3_what_the_decision_states_proves_it_too():
    case = told(dict(LEFT), dict(STALE))
    case.names("王示例", "A", posts=("legal_representative",))
    assert answer(case) == PROVED


def heads_stated(conduct: str, *, by: str, registered: str = "") -> list[tuple[str, str, str]]:
    """Two legal representatives that documents state: outcome and reason for each."""
    case = Case()
    company = case.company("A")
    if registered:
        company.legal_representative(registered, "2015")
    case.decision("A", ["listed_wage_arrears"], conduct=conduct)
    if by != "D1":
        case.decision("A", ["listed_wage_arrears"], name=by, date="2024-01-01", conduct=conduct)
        case.link(by, "corrects", "D1")
    case.names("王示例", "A", posts=("legal_representative",))
    case.names("李示例", "A", decision=by, posts=("legal_representative",))
    found = [f for f in case.findings(rule="D2-WAGE") if f.clause == "head"]
    return sorted((f.party[-3:], str(f.outcome), *(p.reason for p in f.premises if p.state != "proved")) for f in found)


@pytest.mark.parametrize(("conduct", "by"), [("2022-05-01", "D1"), ("2022-05-01", "C"), ("2022-05/2022-12", "C")])
def test_4_two_heads_by_documents_alone_are_leads(conduct, by):
    assert heads_stated(conduct, by=by) == [(name, "lead", "documents_state_two") for name in ("李示例", "王示例")]


def test_4_two_may_follow_each_other_in_days_that_one_decision_speaks_of():
    assert [outcome for _, outcome, *_ in heads_stated("2022-05/2022-12", by="D1")] == ["established", "established"]


def test_4_whom_the_register_shows_is_not_doubted_for_it():
    found = heads_stated("2022-05-01", by="C", registered="李示例")
    assert found == [("李示例", "established"), ("王示例", "lead", "decision_and_register_differ")]
