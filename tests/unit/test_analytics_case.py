"""The numbered invariants of `analytics.responsibility.case`."""

from __future__ import annotations

from dataclasses import replace

from analytics.responsibility.candidates import candidates
from analytics.responsibility.premises import of_decision
from analytics.responsibility.propagation import open_case
from graph.dates import PartialDate
from tests.builder import Case, shipped

WAGE = "listed_wage_arrears"


def test_1_what_is_found_once_is_of_this_case_alone():
    """1. One that is read in another way, or stands otherwise, finds its own."""
    made = Case(shipped())
    made.company("A").legal_representative("王示例", "2015", "2020").legal_representative("李示例", "2021", "open")
    made.decision("A", [WAGE], conduct="2018-01-01/2018-12-31", date="2019-05-10")
    case = open_case(made.snapshot, "D1")
    rule = made.catalogue.rules["D2-WAGE"]
    clause = next(each for each in rule.clauses if each.when.startswith("office"))

    def reached(on):
        return [found.party.id.partition("#")[2] for found in candidates(on, rule, clause)]

    first = reached(case)
    assert first == reached(case) == ["王示例"]
    of_decision(case)
    day = PartialDate.parse("2023-05-10")
    later = replace(case.decision, value=replace(case.decision.value, date=day, conduct=None))
    other = replace(case, decision=later, standing=replace(case.standing, doubts=("made up",)))
    assert set(reached(other)) == {"王示例", "李示例"}
    assert [premise.reason for premise in of_decision(other)] != [premise.reason for premise in of_decision(case)]
    assert reached(case) == first
