"""The numbered invariants of `analytics.responsibility.reach`."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

from analytics.responsibility.reach import Reach
from tests.builder import shipped


def test_1_what_carries_a_clause_is_what_the_instruments_say_of_the_day():
    """1. … on whatever days it was asked before."""
    law, changing = shipped(), 0
    for rule in law.versions:
        for clause in rule.clauses:
            asked = Reach(rule, clause, "person", law.instruments)
            firsts = sorted({law.instruments.first_day(basis) for measure in asked.measures for basis in measure.basis})
            days = [
                date(1980, 1, 1),
                *(first + timedelta(days=more) for first in firsts[-2:] for more in (-1, 0) if first.year > 1),
            ]
            fresh = {day: Reach(rule, clause, "person", law.instruments).carried(day) for day in days}
            for order in permutations(fresh):
                again = Reach(rule, clause, "person", law.instruments)
                assert {day: again.carried(day) for day in order} == fresh, (rule.id, clause.id)
            changing += len(set(map(repr, fresh.values()))) > 1
            assert all(measure.target in ("both", "person") for measure in asked.measures)
    assert changing > 10
