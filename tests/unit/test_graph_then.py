"""The numbered invariants of `graph.snapshot.then`."""

from __future__ import annotations

from datetime import date

import pytest

from analytics.responsibility.propagation import propagate
from graph.snapshot.then import left_out, on_day
from tests.builder import Case

WAGE, DAY = "listed_wage_arrears", date(2024, 12, 1)


def listed() -> Case:
    """A listing of 2024 that reaches the legal representative by office."""
    case = Case()
    case.company("A").legal_representative("王示例", "2015").director("李示例", "2015")
    case.decision("A", [WAGE], date="2024-09-10")
    return case


def told(case: Case, person: str, day: date | None = DAY) -> set[str]:
    found = propagate(on_day(case.snapshot, day), "D1", case.catalogue)
    return {str(f.outcome) for f in found if f"#{person}" in f.party and f.rule == "D2-WAGE"}


@pytest.mark.parametrize("date", ["2025-03-10", "2025"])
def test_1_whom_only_a_later_correction_names_is_not_reached(date):
    case = listed()
    case.decision("A", [WAGE], name="C", date=date, conduct=None)
    case.link("C", "corrects", "D1")
    case.names("李示例", "A", decision="C", found_as=("other_directly_responsible",), responsible=True)
    assert (told(case, "李示例"), told(case, "李示例", None)) == (set(), {"established"})


def test_1_a_later_judgment_that_clears_somebody_is_not_known():
    case = listed()
    case.decision("A", ["order_to_correct"], name="J", kind="judgment", date="2025-06-10")
    case.link("J", "same_conduct", "D1")
    case.names("王示例", "A", decision="J", responsible=False)
    assert (told(case, "王示例"), told(case, "王示例", None)) == ({"established"}, {"lead"})


def test_1_what_may_have_come_by_the_day_is_not_left_out():
    case = listed()
    case.decision("A", ["order_to_correct"], name="J", kind="judgment", date="2024")
    case.link("J", "same_conduct", "D1")
    case.names("王示例", "A", decision="J", responsible=False)
    assert told(case, "王示例") == {"lead"}


@pytest.mark.parametrize("since", [None, "unknown", "2025-01-01"])
def test_1_a_revocation_from_a_later_day_ends_nothing_yet(since):
    case = listed()
    case.decision("A", ["order_to_correct"], name="X", kind="order", date="2025-03-10")
    case.link("X", "annuls_from_now", "D1", since=since)
    assert case.snapshot.standing("D1").last is not None
    assert on_day(case.snapshot, DAY).standing("D1").last is None


@pytest.mark.parametrize(("relation", "since"), [("annuls_from_beginning", None), ("replaces", None)])
def test_2_what_is_void_from_the_beginning_has_effect_on_no_day(relation, since):
    case = listed()
    case.decision("A", ["order_to_correct"], name="X", kind="order", date="2025-03-10")
    case.link("X", relation, "D1", since=since)
    assert told(case, "王示例") == set()


def test_2_unless_that_is_void_or_what_it_rests_on_is():
    case = listed()
    for name, made in (("X", "2025-03-10"), ("Y", "2025-06-10"), ("G", "2025-02-10"), ("Z", "2025-07-10")):
        case.decision("A", ["order_to_correct"], name=name, kind="order", date=made)
    case.link("X", "annuls_from_beginning", "D1")
    case.link("X", "rests_on", "G")
    assert told(case, "王示例") == set()
    ground = Case()
    ground.facts = list(case.facts)
    ground.link("Z", "annuls_from_beginning", "G")
    case.link("Y", "annuls_from_beginning", "X")
    assert told(case, "王示例") == told(ground, "王示例") == {"established"}


def test_2_a_later_revocation_that_reaches_back_counts_from_its_day():
    case = listed()
    case.decision("A", ["order_to_correct"], name="X", kind="order", date="2025-03-10")
    case.link("X", "annuls_from_now", "D1", since="2024-11-01")
    assert on_day(case.snapshot, DAY).standing("D1").last == date(2024, 11, 1)


def test_3_nobody_is_parted_by_the_day():
    case = listed()
    case.decision("A", [WAGE], name="C", date="2025-03-10")
    for bearer in ("court:1", "court:2"):
        case.names("李示例", "A", decision="C", bearer=bearer)
    snapshot = case.snapshot
    then, anew = on_day(snapshot, DAY), snapshot.altered(left_out(snapshot, DAY))
    parties = [[holding.party for holding in graph.holders("test:A")] for graph in (snapshot, then, anew)]
    assert parties[0] == parties[1] != parties[2]


def test_4_without_a_later_decision_nothing_is_left_out():
    case = listed()
    assert left_out(case.snapshot, DAY) == frozenset()
    assert {f.id for f in on_day(case.snapshot, DAY).statements()} == {f.id for f in case.facts}
    assert on_day(case.snapshot, None).day is None
