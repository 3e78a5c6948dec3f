"""The numbered invariants of `analytics.responsibility.readings`."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.responsibility.propagation import propagate
from graph.dates import PartialDate
from graph.model import DecisionLink, Fact, Finding, Imposed, Naming, Outcome, PartyRef, Payload, Term, appearance
from graph.snapshot import Snapshot
from tests.builder import Case, shipped

WAGE, BAN = "listed_wage_arrears", "securities_market_ban"


def moved(conduct: str, ended: str | None = None, relation: str = "annuls_from_now") -> Case:
    """A listing that two people in turn answer for; a correction moves the conduct, and may have ended on a day."""
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2022-12-31").legal_representative("李示例", "2023-01-01")
    case.decision("A", [WAGE], conduct="2022-05/2022-09", date="2023-05-10")
    case.decision("A", [WAGE], name="C", date="2023-06-10", conduct=conduct)
    case.link("C", "corrects", "D1")
    if ended:
        case.decision("A", [], name="X", kind="order", date=ended)
        case.link("X", relation, "C")
    return case


def banned(term: Term, after: Imposed, ended: str | None = "2019-12-06") -> Case:
    """A ban of 2018-12-06; a correction of 2019 says otherwise, and ended at some time."""
    case = Case()
    case.company("A")
    for name, day, imposed in (("D1", "2018-12-06", Imposed(BAN, term=term)), ("C", "2019-03-01", after)):
        case.decision("A", [BAN], name=name, kind="market_ban", date=day, conduct="2015/2017")
        naming = Naming(name, PartyRef(appearance("test:A", "王示例")), "王示例", responsible=True, imposed=(imposed,))
        case.add(naming, "decisions")
    case.link("C", "corrects", "D1")
    if ended:
        case.decision("A", [], name="X", kind="order", date=ended)
        case.link("X", "annuls_from_now", "C")
    else:
        case.link("unknown", "annuls_from_beginning", "C")
    return case


def told(case: Case, person: str) -> list[tuple[str, str, str | None]]:
    found = case.findings(person)
    return [(str(f.outcome), str(f.start), f.until) for f in found if f.rule.startswith(("D2-WAGE", "D2-SECURITIES"))]


def reasons(case: Case, person: str) -> list[str]:
    found = [f for f in case.findings(person) if f.rule.startswith(("D2-WAGE", "D2-SECURITIES"))]
    return [p.reason for f in found for p in f.premises if p.name == "correction_stands"]


def test_1_whom_the_corrected_conduct_reaches_answers_while_the_correction_stands_and_the_other_from_then_on():
    assert told(moved("2023-02/2023-03"), "王示例") == []
    assert told(moved("2023-02/2023-03"), "李示例") == [("established", "2023-05-10", "2026-05-10")]
    ended = moved("2023-02/2023-03", "2024-01-15")
    assert told(ended, "李示例") == [("established", "2023-05-10", "2024-01-15")]
    assert told(ended, "王示例") == [("established", "2024-01-16", "2026-05-10")]
    assert reasons(ended, "王示例") == ["correction_ended"]
    assert told(moved("2023-02/2023-03", "2024-01-15", "annuls_from_beginning"), "李示例") == []


@pytest.mark.parametrize(
    ("term", "after", "ended", "until"),
    [
        # Ended after the shorter term began and before either was over: the longer speaks again.
        (Term(5), Imposed(BAN, term=Term(3)), "2019-12-06", ("2018-12-06", "2023-12-06")),
        # The longer of the correction counts until the correction ended, by when the shorter was over, or was not.
        (Term(3), Imposed(BAN, term=Term(5)), "2022-06-30", ("2018-12-06", "2022-06-30")),
        (Term(3), Imposed(BAN, term=Term(5)), "2019-12-06", ("2018-12-06", "2021-12-06")),
        (Term(life=True), Imposed(BAN, term=Term(3)), "2019-12-06", ("2018-12-06", "life")),
        (Term(3), Imposed(BAN, term=Term(life=True)), "2019-12-06", ("2018-12-06", "2021-12-06")),
    ],
)
def test_1_a_term_is_that_of_each_day(term, after, ended, until):
    assert told(banned(term, after, ended), "王示例") == [("established", *until)]


def test_1_of_a_vague_end_only_what_is_certainly_so_counts():
    case = moved("2023-02/2023-03", "2024-01")
    assert told(case, "李示例") == [("established", "2023-05-10", "2024-01-01")]
    assert told(case, "王示例") == [("established", "2024-02-01", "2026-05-10")]


def test_1_a_correction_that_cleared_somebody_leaves_him_free_while_it_stands():
    case = moved("2022-05/2022-09", "2024-01-15")
    case.names("王示例", "A", decision="C", responsible=False)
    assert told(case, "王示例") == [("established", "2024-01-16", "2026-05-10")]


@pytest.mark.parametrize("relation", ["annuls_from_beginning", "replaces", "annuls_from_now"])
def test_2_what_rests_on_a_correction_in_doubt_is_a_lead_for_whomever_either_reading_reaches(relation):
    case = moved("2023-02/2023-03")
    case.link("unknown", relation, "C")
    assert told(case, "李示例") == told(case, "王示例") == [("lead", "2023-05-10", "2026-05-10")]
    assert reasons(case, "李示例") == reasons(case, "王示例") == ["correction_in_doubt"]
    assert case.why_not("王示例", rule="D2-WAGE").reason == "correction_in_doubt"


@pytest.mark.parametrize(("term", "after"), [(Term(5), Term(3)), (Term(3), Term(5)), (Term(life=True), Term(3))])
def test_2_of_two_terms_the_shorter_is_shown_and_it_is_no_order_in_force(term, after):
    case = banned(term, Imposed(BAN, term=after), ended=None)
    assert told(case, "王示例") == [("lead", "2018-12-06", "2021-12-06")]
    assert {f.origin for f in case.findings("王示例")} == {"derived"}


def test_3_what_is_the_same_either_way_is_not_in_doubt():
    case = moved("2022-06/2022-08")
    case.link("unknown", "annuls_from_beginning", "C")
    assert told(case, "王示例") == [("established", "2023-05-10", "2026-05-10")]
    assert reasons(case, "王示例") == []
    same = banned(Term(5), Imposed(BAN, term=Term(5)), ended=None)
    assert told(same, "王示例") == [("established", "2018-12-06", "2023-12-06")]


def test_4_days_that_are_no_one_span_are_a_lead():
    case = banned(Term(5), Imposed(BAN, start=PartialDate.parse("2018-12-10"), term=Term(months=1)), "2019-12-06")
    assert told(case, "王示例") == [("lead", "2018-12-10", "2023-12-06")]
    assert reasons(case, "王示例") == ["correction_ended_between"]


CONDUCT = st.sampled_from([None, "2022-05/2022-09", "2023-02/2023-03", "2022-11/2023-02", "2022-12"])
TERM = st.sampled_from([None, Term(), Term(2), Term(5), Term(life=True)])
ENDS = st.sampled_from([None, "2023-08-01", "2024-02-03", "2027-01-01"])


def world(data: st.DataObject, end: Any) -> Case:
    """A decision that lists and bans, with two corrections of which the second may correct the first."""
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2022-12-31").legal_representative("李示例", "2023-01-01")
    case.decision("A", [WAGE, BAN], conduct="2022-05/2022-09", date="2023-05-10")
    for name, day in (("D1", ""), ("C1", "2023-06-10"), ("C2", "2023-07-10")):
        if day:
            case.decision("A", [WAGE], name=name, date=day, conduct=data.draw(CONDUCT))
            case.link(name, "corrects", "D1" if name == "C1" else data.draw(st.sampled_from(["D1", "C1"])))
        for person in ("王示例", "赵示例"):
            if (term := data.draw(TERM)) is not None:
                case.names(person, "A", decision=name, responsible=True, imposed={BAN: term})
        if day and (ended := data.draw(end)):
            if ended != "unknown":
                case.decision("A", [], name=f"X{name}", kind="order", date=ended)
            case.link(f"X{name}", "annuls_from_beginning" if ended == "unknown" else "annuls_from_now", name)
    return case


def about(fact: Fact[Payload], decision: str) -> bool:
    """Whether a decision makes or is this statement."""
    value = fact.value
    own = value.decision if isinstance(value, DecisionLink | Naming) else getattr(value, "id", "")
    return own in (decision, f"X{decision}")


def without(case: Case, gone: tuple[str, ...]) -> list[Finding]:
    """What follows where some corrections were never made, and nothing ever ended the others."""
    left = [fact for fact in case.facts if not any(about(fact, each) for each in gone)]
    left = [fact for fact in left if not any(about(fact, f"X{each}") for each in ("C1", "C2"))]
    return propagate(Snapshot.of(left), "D1", shipped())


def binds(found: list[Finding], day: date) -> set[str]:
    return {
        f.id
        for f in found
        if f.outcome is Outcome.ESTABLISHED and (f.start or date.min) <= day and (f.until or "life") >= day.isoformat()
    }


DAYS = [
    date(2023, 5, 10),
    date(2023, 8, 1),
    date(2023, 8, 2),
    date(2024, 2, 3),
    date(2024, 2, 4),
    date(2025, 5, 10),
    date(2027, 2, 1),
]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_1_what_is_established_binds_on_the_days_on_which_the_decision_reads_so(data):
    case = world(data, ENDS)
    found = case.findings()
    split = {f.id for f in found if any(p.reason == "correction_ended_between" for p in f.premises)}
    ends = {f.value.id[1:]: f.value.date for f in case.snapshot.decisions() if f.value.id.startswith("X")}
    by_gone: dict[tuple[str, ...], list[Finding]] = {}
    for day in DAYS:
        gone = tuple(each for each, end in ends.items() if end.latest < day)
        read = by_gone[gone] if gone in by_gone else by_gone.setdefault(gone, without(case, gone))
        assert binds(found, day) - split == binds(read, day) - split, day


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_2_3_established_is_only_what_every_reading_says_and_nobody_whom_one_reaches_is_lost(data):
    case = world(data, st.sampled_from([None, "unknown"]))
    doubtful = [f.value.other for f in case.facts if isinstance(f.value, DecisionLink) and f.value.relation.startswith("annuls")]
    every = [without(case, gone) for size in range(len(doubtful) + 1) for gone in combinations(doubtful, size)]
    sure = [{(f.id, f.start, f.until, f.origin) for f in found if f.outcome is Outcome.ESTABLISHED} for found in every]
    found = case.findings()
    assert {(f.id, f.start, f.until, f.origin) for f in found if f.outcome is Outcome.ESTABLISHED} == set.intersection(*sure)
    assert {f.id for f in found} == {f.id for each in every for f in each}
