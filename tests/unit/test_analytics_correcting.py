"""The numbered invariants of `analytics.responsibility.correcting`."""

from __future__ import annotations

from typing import Any

import pytest

from graph.dates import PartialDate
from graph.model import Imposed, Naming, PartyRef, Term, appearance
from tests.builder import Case

WAGE, BAN = "listed_wage_arrears", "securities_market_ban"


def corrected(**correction: Any) -> Case:
    """A listing of 2023 and a document of 2024 that corrects it and repeats it."""
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", [WAGE])
    case.decision("A", **{"acts": [WAGE], "name": "D2", "date": "2024-06-01", **correction})
    case.link("D2", "corrects", "D1")
    return case


def banned(first: Imposed, second: Imposed) -> Case:
    """A ban of 2018 on one person, and a document of 2019 that corrects it."""
    case = Case()
    case.company("A")
    for name, date, imposed in (("D1", "2018-12-06", first), ("D2", "2019-03-01", second)):
        case.decision("A", [BAN], name=name, kind="market_ban", date=date, conduct="2015/2017")
        case.add(
            Naming(name, PartyRef(appearance("test:A", "王示例")), "王示例", responsible=True, imposed=(imposed,)), "decisions"
        )
    case.link("D2", "corrects", "D1")
    return case


def told(case: Case, decision: str = "D1") -> list[tuple[str, str, str | None]]:
    found = case.findings("王示例", decision=decision)
    return [(str(f.outcome), str(f.start), f.until) for f in found if f.rule in ("D2-WAGE", "D2-SECURITIES-2006", "D2-SECURITIES")]


def test_1_one_finding_results_and_its_term_runs_from_the_decision():
    case = corrected()
    assert told(case) == [("established", "2023-05-10", "2026-05-10")]
    assert case.findings(decision="D2") == []
    assert case.why_not("王示例", decision="D2").reason == "correction_amends"


def test_1_the_evidence_has_the_correction():
    case = corrected()
    (finding,) = case.findings("王示例", rule="D2-WAGE")
    evidence = {fact for premise in finding.premises for fact in premise.evidence}
    link, correction = (fact.id for fact in case.facts if fact.key.startswith("link/") or getattr(fact.value, "id", "") == "D2")
    assert {link, correction} <= evidence


def test_1_a_correction_of_a_correction_is_part_of_the_first():
    case = corrected()
    case.decision("A", [WAGE], name="D3", date="2024-09-01")
    case.link("D3", "corrects", "D2")
    case.names("李示例", "A", decision="D3", found_as=("directly_responsible",), responsible=True)
    assert [case.findings(decision=each) for each in ("D2", "D3")] == [[], []]
    assert [(f.start.isoformat(), str(f.outcome)) for f in case.findings("李示例", rule="D2-WAGE") if f.start] == [
        ("2023-05-10", "established")
    ]


@pytest.mark.parametrize(
    ("first", "second", "start", "until"),
    [
        # Another term, from the day of the decision:
        (Imposed(BAN, term=Term(5)), Imposed(BAN, term=Term(3)), "2018-12-06", "2021-12-06"),
        # the same repeated, or left unsaid,
        (Imposed(BAN, term=Term(5)), Imposed(BAN, term=Term(5)), "2018-12-06", "2023-12-06"),
        (Imposed(BAN, term=Term(5)), Imposed(BAN), "2018-12-06", "2023-12-06"),
        # another first day, which the correction states,
        (Imposed(BAN, term=Term(5)), Imposed(BAN, start=PartialDate.parse("2019-01-01")), "2019-01-01", "2024-01-01"),
        # or a term that the decision had left out.
        (Imposed(BAN), Imposed(BAN, term=Term(3)), "2018-12-06", "2021-12-06"),
    ],
)
def test_2_what_it_states_takes_the_place_of_what_was_stated_alike(first, second, start, until):
    assert told(banned(first, second)) == [("established", start, until)]


def test_2_the_conduct_of_the_correction_is_that_of_the_decision():
    case = corrected(conduct="2010/2011")
    assert case.findings("王示例", rule="D2-WAGE") == []
    unsaid = corrected(conduct=None)
    assert told(unsaid) == [("established", "2023-05-10", "2026-05-10")]


@pytest.mark.parametrize(
    ("half", "outcome"),
    [
        ("unknown/2022-11-30", ["established"]),
        ("2022-04-01/unknown", ["established"]),
        ("2022-07-01/unknown", []),
        # What it says is of another period: the other end is not of this one.
        ("unknown/2022-04-30", ["established"]),
    ],
)
def test_2_an_end_of_the_conduct_that_it_leaves_out_stays(half, outcome):
    case = Case()
    case.company("A").legal_representative("王示例", "2021-06-01", "2022-06-30")
    case.decision("A", [WAGE], conduct="2022-05-01/2022-12-31")
    case.decision("A", [WAGE], name="D2", date="2024-06-01", conduct=half)
    case.link("D2", "corrects", "D1")
    assert case.outcomes("王示例", rule="D2-WAGE") == outcome


@pytest.mark.parametrize(
    ("posts", "at", "outcome"),
    [(("supervisor",), "A", []), ((), "A", ["established"]), (("supervisor",), "B", ["established"])],
)
def test_2_a_post_that_it_states_takes_the_place_of_the_one_that_was_stated(posts, at, outcome):
    case = Case()
    case.company("A")
    case.company("B")
    case.decision("A", [WAGE])
    case.names("王示例", "A", posts=("legal_representative",))
    case.decision("A", [WAGE], name="D2", date="2024-06-01")
    case.link("D2", "corrects", "D1")
    case.names("王示例", at, decision="D2", posts=posts)
    assert [str(f.outcome) for f in case.findings("王示例", rule="D2-WAGE") if f.clause == "head"] == outcome


def test_3_what_it_finds_of_a_person_is_added_and_that_it_clears_him_leaves_a_lead():
    case = corrected()
    case.names("李示例", "A", decision="D2", found_as=("directly_responsible",), responsible=True)
    assert case.outcomes("李示例", rule="D2-WAGE") == ["established"]
    case.names("王示例", "A", decision="D2", responsible=False)
    (finding,) = case.findings("王示例", rule="D2-WAGE")
    assert (str(finding.outcome), [p.reason for p in finding.premises if p.state != "proved"]) == ("lead", ["exonerated_elsewhere"])


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"authority_level": "county"}, {"kind": "discipline", "authority_level": "exchange"}),
        ({"authority_level": "county"}, {"authority_level": "association"}),
        ({"authority_level": "county"}, {"authority_level": "financial_institution"}),
        ({"authority_level": "county"}, {"kind": "permit", "authority_level": "county"}),
        ({"authority_level": "county"}, {"authority_level": "court"}),
        ({"authority_level": "city"}, {"authority_level": "county"}),
    ],
)
def test_4_who_cannot_decide_for_an_authority_corrects_nothing_of_it(first, then):
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", [WAGE], **first)
    case.decision("A", [WAGE], name="D2", date="2024-06-01", conduct=None, **then)
    case.link("D2", "corrects", "D1")
    case.names("李示例", "A", decision="D2", found_as=("directly_responsible_supervisor",), responsible=True)
    assert case.findings("李示例", rule="D2-WAGE") == []
    assert told(case) == [("established", "2023-05-10", "2026-05-10")]


def test_4_a_higher_authority_corrects_as_the_same_one_does():
    case = Case()
    case.company("A")
    case.decision("A", [WAGE], authority_level="county")
    case.decision("A", [WAGE], name="D2", date="2024-06-01", conduct=None, authority_level="city")
    case.link("D2", "corrects", "D1")
    case.names("李示例", "A", decision="D2", found_as=("directly_responsible_supervisor",), responsible=True)
    assert case.outcomes("李示例", rule="D2-WAGE") == ["established"]


def test_4_what_an_exchange_writes_bans_nobody_as_a_correction():
    case = Case()
    case.company("A")
    case.decision("A", ["fake_drugs"], kind="penalty", authority_level="city")
    acts = ["fake_drugs", "industry_ban"]
    case.decision("A", acts, name="K", kind="discipline", authority_level="exchange", date="2023-06-10", conduct=None)
    case.link("K", "corrects", "D1")
    case.names("李示例", "A", decision="K", responsible=True, imposed={"industry_ban": Term(life=True)})
    assert [f for name in ("D1", "K") for f in case.findings("李示例", decision=name)] == []


@pytest.mark.parametrize("way", ["annulled", "earlier", "notice", "circle", "itself"])
def test_4_what_cannot_correct_adds_nothing(way):
    case = corrected(**{"earlier": {"date": "2023-05-09"}, "notice": {"kind": "pre_notice"}}.get(way, {}))
    case.names("李示例", "A", decision="D2", found_as=("directly_responsible",), responsible=True)
    if way == "annulled":
        case.decision("A", [], name="D9", kind="order", date="2025-01-01")
        case.link("D9", "annuls_from_beginning", "D2")
    if way == "circle":
        case.link("D1", "corrects", "D2")
    if way == "itself":
        case.facts = [fact for fact in case.facts if not fact.key.startswith("link/")]
        case.link("D2", "corrects", "D2")
    assert case.findings("李示例", rule="D2-WAGE") == []
    assert told(case) == [("established", "2023-05-10", "2026-05-10")]


def test_4_one_against_another_respondent_is_a_decision_of_its_own_with_the_terms_of_the_first():
    case = Case()
    case.company("A")
    case.company("B").legal_representative("王示例", "2015")
    case.decision("A", [WAGE])
    case.decision("B", [WAGE], name="D2", date="2024-06-01")
    case.link("D2", "corrects", "D1")
    assert told(case) == []
    assert told(case, "D2") == [("established", "2023-05-10", "2026-05-10")]


def test_4_what_corrects_a_notice_begins_its_own_term():
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", [WAGE], kind="pre_notice", date="2023-03-01")
    case.decision("A", [WAGE], name="D2")
    case.link("D2", "corrects", "D1")
    assert told(case, "D2") == [("established", "2023-05-10", "2026-05-10")]


def test_5_a_correction_of_what_is_not_on_record_is_a_lead_without_a_term():
    case = Case()
    case.company("A").legal_representative("王示例", "2015")
    case.decision("A", [WAGE], name="D2", date="2024-06-01")
    case.link("D2", "corrects", "D1")
    assert told(case, "D2") == [("lead", "None", None)]
    assert case.why_not("王示例", decision="D2", rule="D2-WAGE").reason == "corrected_not_read"
    case.decision("A", [WAGE])
    assert (told(case), told(case, "D2")) == ([("established", "2023-05-10", "2026-05-10")], [])


@pytest.mark.parametrize(
    ("by", "relation", "found"),
    [
        ("X", "annuls_from_now", ("established", "2023-05-10", "2023-07-10")),
        ("unknown", "annuls_from_beginning", ("lead", "2023-05-10", "2026-05-10")),
    ],
)
def test_7_whom_a_correction_alone_names_answers_as_long_as_that_stands(by, relation, found):
    case = Case()
    case.company("A").director("王示例", "2015")
    case.decision("A", [WAGE])
    case.decision("A", [WAGE], name="C1", date="2023-06-10")
    case.link("C1", "corrects", "D1")
    case.names("王示例", "A", decision="C1", posts=("director",), found_as=("directly_responsible_supervisor",))
    assert told(case) == [("established", "2023-05-10", "2026-05-10")]
    if by == "X":
        case.decision("A", [], name="X", kind="order", date="2023-07-10")
    case.link(by, relation, "C1")
    assert told(case) == [found]
    case.names("王示例", "A", posts=("director",), found_as=("directly_responsible_supervisor",))
    assert told(case) == [("established", "2023-05-10", "2026-05-10")], "the decision itself names him too"


def both(relation: str, target: str = "D1") -> Case:
    """A listing with a correction, and a document of 2024 that makes it void and says that it corrects it, or its correction."""
    case = corrected(name="C", date="2023-06-10")
    case.facts = [fact for fact in case.facts if not fact.key.startswith("link/")]
    case.link("C", "corrects", "D1")
    case.decision("A", [WAGE], name="D2", date="2024-06-01")
    case.link("D2", "corrects", target)
    case.link("D2", relation, "D1")
    return case


@pytest.mark.parametrize("relation", ["replaces", "annuls_from_beginning"])
@pytest.mark.parametrize("target", ["D1", "C"])
def test_6_what_replaces_and_corrects_begins_its_own_term_as_a_lead(relation, target):
    case = both(relation, target)
    assert [told(case, each) for each in ("D1", "C", "D2")] == [[], [], [("lead", "2024-06-01", "2027-06-01")]]
    (finding,) = case.findings("王示例", decision="D2", rule="D2-WAGE")
    (doubt,) = [p for p in finding.premises if p.state != "proved"]
    links = {fact.id for fact in case.facts if getattr(fact.value, "decision", "") == "D2"}
    assert (doubt.reason, set(doubt.evidence[1:])) == ("replaces_and_corrects", links)
    assert case.why_not("王示例", decision="D2", rule="D2-WAGE").reason == "replaces_and_corrects"


def test_6_what_replaces_a_correction_and_corrects_the_decision_is_a_correction():
    case = corrected()
    case.decision("A", [WAGE], name="D3", date="2024-09-01")
    case.link("D3", "corrects", "D1")
    case.link("D3", "replaces", "D2")
    assert [told(case, each) for each in ("D1", "D2", "D3")] == [[("established", "2023-05-10", "2026-05-10")], [], []]


@pytest.mark.parametrize("first", ["D1", "D3"])
def test_4_of_several_that_one_corrects_the_first_day_counts_whatever_they_are_called(first):
    case = Case()
    case.company("A")
    case.company("C")
    case.company("B").legal_representative("王示例", "2015")
    later = {"D1": "D3", "D3": "D1"}[first]
    case.decision("A", [WAGE], name=later, date="2023-05-10")
    case.decision("A", [WAGE], name=first, date="2023-05-10")
    case.decision("C", [WAGE], name="D0", date="2023-03-01")
    case.link(first, "corrects", "D0")
    case.decision("B", [WAGE], name="D2", date="2024-06-01")
    for target in ("D1", "D3"):
        case.link("D2", "corrects", target)
    assert told(case, "D2") == [("established", "2023-03-01", "2026-03-01")]
