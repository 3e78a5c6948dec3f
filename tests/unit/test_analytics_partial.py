"""The invariants of `analytics.responsibility.partial`, by number."""

from __future__ import annotations

import pytest

from analytics.responsibility.partial import Unread, holds, partly, read
from analytics.responsibility.rule_format import Clause, Rule
from analytics.responsibility.rule_measures import MeasureRule
from analytics.responsibility.rule_terms import TermRule


def test_1_what_can_be_read_is_read_and_the_rest_is_absent():
    found = partly(
        Rule,
        {
            "id": "T-1",
            "title": 5,
            "in_force": {"from": "2020-01-01", "until": "x"},
            "acts": ["a", 5, "b"],
            "term": {"type": "fixed", "years": "three"},
            "measures": [{"id": "M1"}, 7],
            "clauses": 8,
            "evidence": {"roles": "hearsay"},
        },
    )
    assert (found.id, found.version, found.acts, found.in_force.start.isoformat()) == ("T-1", 1, ("a", "b"), "2020-01-01")
    assert (found.term.type, found.measures[0].id, dict(found.evidence)) == ("fixed", "M1", {"roles": "hearsay"})
    for absent in (
        lambda: found.title,
        lambda: found.source,
        lambda: found.clauses,
        lambda: found.in_force.until,
        lambda: found.term.years,
        lambda: found.measures[0].kind,
        lambda: found.measures[1].note,
    ):
        with pytest.raises(Unread):
            absent()


def test_1_a_name_that_is_no_field_is_an_error_of_ours():
    with pytest.raises(AttributeError) as caught:
        partly(TermRule, {}).tpye  # noqa: B018
    assert not isinstance(caught.value, Unread)


def test_2_a_check_says_nothing_where_a_field_is_missing():
    measure = partly(MeasureRule, {"id": "M1", "wording": "可以", "kind": "must"})
    assert list(measure.problems("M1")) == []
    assert list(partly(MeasureRule, {"wording": "可以", "kind": "mandatory"}).problems("M1")) == [
        "M1.kind: 可以 is no duty: recommended"
    ]
    assert list(partly(Clause, {"roles": ["director"], "when": 5}).problems(None, "c")) == []
    assert list(partly(Rule, "nothing").problems()) == []
    assert (holds(lambda: measure.kind), read(lambda: measure.kind, "?"), holds(lambda: measure.id)) == (False, "?", True)
