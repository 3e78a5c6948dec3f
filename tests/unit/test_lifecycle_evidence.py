"""The invariants of `analytics.lifecycle.evidence`, by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.lifecycle.evidence import Course, Rest, evidence_of, is_away, is_back, is_gone, was_away
from analytics.lifecycle.ground import Dated, Life
from analytics.lifecycle.life import GONE, live
from analytics.lifecycle.table import load_table
from tests.lifecycle_world import DERIVED, confirmed, happened

TABLE = load_table()


def rest(on: str, evidence: str, covers: str = "", measures: str = "m") -> Rest:
    """A wording of a day; `covers` and `measures` are a letter each."""
    carried = frozenset(measures) if evidence else frozenset()
    return Rest(date.fromisoformat(on), evidence, frozenset(covers), carried)


BACK = (rest("2024-01-10", "a", "a"), rest("2024-04-01", "b", "b"), rest("2024-06-01", "c", "abc"))
"""From April to May it rested on something else than before; from June on both."""


def on(evidence: str, events: list[Dated]) -> list[Dated]:
    """Events whose proposals and decisions say on which evidence they are."""
    told = (("evidence", evidence),)
    said = [e if e.event.kind not in ("proposal", "decision") else Dated(e.id, replace(e.event, details=told)) for e in events]
    return [Dated(f"{evidence}-{item.id}", item.event) for item in said]


def at(course: Course, events: list[Dated], day: str, measure: str = "m") -> Life:
    return live(replace(DERIVED, course=course, measure=measure), events, date.fromisoformat(day), TABLE)


def told(life: Life) -> dict[str, str]:
    return {item.id.partition("-")[0] + " " + item.event.kind: item.reason for item in life.judged}


@pytest.mark.parametrize(
    ("day", "gone"),
    [("2023-12-31", False), ("2024-03-31", False), ("2024-04-01", True), ("2024-05-31", True), ("2024-06-01", False)],
)
def test_1_what_was_confirmed_is_gone_while_the_finding_rests_on_something_else(day, gone):
    assert is_gone(BACK, "a", date.fromisoformat(day)) is gone
    assert is_back(BACK, "a", "m", date.fromisoformat(day)) is (day == "2024-06-01")


def test_1_while_nothing_derives_it_what_was_confirmed_is_neither_gone_nor_back():
    course = (rest("2024-01-10", "a", "a"), rest("2024-04-01", ""), rest("2024-06-01", "b", "b"), rest("2024-07-01", ""))
    days = [date(2024, month, 2) for month in (3, 4, 6, 7)]
    assert [is_gone(course, "a", day) for day in days] == [False, False, True, True]
    assert [is_away(course, "m", day) for day in days] == [False, True, False, True]


def test_1_a_measure_that_was_not_carried_before_is_not_away():
    course = (rest("2024-01-10", "a", "a", "m"), rest("2024-04-01", "b", "ab", "mn"), rest("2024-05-01", "a", "ab", "m"))
    assert [is_away(course, "n", date(2024, month, 2)) for month in (3, 4, 5)] == [False, False, True]


def test_2_of_a_finding_of_which_nothing_is_known_nothing_is_held_against_what_was_confirmed():
    assert not is_gone((), "a", date.max)
    assert not is_gone(BACK, "", date.max)
    assert is_gone(BACK, "nobody ever had it", date.min)


def test_2_what_says_nothing_of_its_evidence_is_on_none():
    assert evidence_of(happened("proposal", "2024-03-01").event) == ""
    assert evidence_of(happened("notice", "2024-03-01", details=(("evidence", "a"),)).event) == ""


def test_1_what_was_confirmed_binds_until_it_is_gone_and_from_the_day_on_which_it_is_back():
    events = on("a", confirmed())
    before, between, after = (at(BACK, events, day) for day in ("2024-03-31", "2024-04-01", "2024-06-01"))
    assert (before.stage, before.stands_from) == ("active", date(2024, 3, 5))
    assert (between.stage, set(told(between).values())) == ("derived", {GONE})
    assert (after.stage, after.start, after.stands_from) == ("active", date(2024, 3, 5), date(2024, 6, 1))
    assert after.until == before.until


def test_1_what_was_over_by_then_does_not_stand_again():
    ended = [*on("a", confirmed()), happened("release", "2024-03-20")]
    assert (at(BACK, ended, "2024-07-01").stage, at(BACK, ended, "2024-07-01").again) == ("released", None)
    short = replace(DERIVED, until="2024-05-15", course=BACK, measure="m")
    assert live(short, on("a", confirmed()), date(2024, 7, 1), TABLE).stage == "expired"


def test_1_a_break_before_it_bound_is_none():
    course = (rest("2024-01-10", "a", "a"), rest("2024-02-01", ""), rest("2024-02-10", "a", "a"))
    life = at(course, on("a", confirmed()), "2024-03-10")
    assert (life.stage, life.stands_from) == ("active", date(2024, 3, 5))


def test_1_while_nothing_derives_it_it_is_withdrawn_and_stands_again_when_something_does():
    course = (rest("2024-01-10", "a", "a"), rest("2024-04-01", ""), rest("2024-06-01", "a", "a"))
    events = on("a", confirmed())
    assert at(course, events, "2024-04-01").stage == "withdrawn"
    assert at(course, events, "2024-06-01").stands_from == date(2024, 6, 1)
    assert at(course, [*events, happened("release", "2024-03-20")], "2024-04-01").stage == "released"


def test_1_what_was_only_proposed_goes_on_when_its_evidence_is_back_and_not_on_other():
    events = on("a", confirmed()[:3])
    assert [at(BACK, events, day).stage for day in ("2024-03-31", "2024-04-02", "2024-06-02")] == ["heard", "derived", "heard"]


def test_3_what_was_proposed_on_other_evidence_takes_the_place_of_what_was_confirmed_before():
    both = [*on("a", confirmed()), *on("b", confirmed("2024-04-0"))]
    between, after = at(BACK, both, "2024-04-10"), at(BACK, both, "2024-06-10")
    for life in (between, after):
        assert (life.stage, life.stands_from) == ("active", date(2024, 4, 5))
        assert {event: reason for event, reason in told(life).items() if reason} == {
            f"a {kind}": GONE for kind in ("proposal", "notice", "statement", "decision", "service")
        }
    alone = (*BACK, rest("2024-07-01", "a", "a"))
    assert at(alone, both, "2024-07-10").stands_from == date(2024, 6, 1), "what took its place is gone, and it is back since June"


def test_3_what_has_no_effect_itself_takes_the_place_of_nothing():
    other = happened("proposal", "2024-04-02", details=(("evidence", "b"), ("measures", "another measure")))
    life = at(BACK, [*on("a", confirmed()), other], "2024-06-10")
    assert (life.stands_from, life.judged[-1].reason) == (date(2024, 6, 1), "stage")
    assert at(BACK, [*on("a", confirmed()), other], "2024-04-10").judged[-1].reason == "covered"
    fell = [*on("a", confirmed()), happened("revocation", "2024-03-20", about="D1"), *on("b", confirmed("2024-04-0"))]
    assert [at(BACK, fell, day).stage for day in ("2024-04-10", "2024-06-10")] == ["revoked", "revoked"]


def test_3_what_took_the_place_of_something_is_itself_replaced_with_it():
    rejected = [*on("b", confirmed("2024-04-0")[:3]), happened("rejection", "2024-04-08")]
    anew = on("c", [*confirmed("2024-06-0")[:2]])
    course = (*BACK, rest("2024-07-01", "d", "ac"))
    events = [*on("a", confirmed()), *rejected, *anew]
    assert at(BACK, events, "2024-06-10").stage == "notified"
    assert at(course, events, "2024-07-10").stage == "notified", "what was proposed last is what people decide on"


def test_3_the_same_evidence_may_be_proposed_anew_after_other_was_not_adopted():
    course = (rest("2024-01-10", "a", "a"), rest("2024-04-01", "b", "b"), rest("2024-06-01", "a", "ab"))
    rejected = [*on("b", confirmed("2024-04-0")[:2]), happened("rejection", "2024-04-08")]
    again = [Dated(f"again-{item.id}", item.event) for item in on("a", confirmed("2024-06-0"))]
    events = [*on("a", confirmed()), *rejected]
    assert at(course, events, "2024-06-01").stage == "rejected"
    assert at(course, [*events, *again], "2024-06-20").stands_from == date(2024, 6, 5)


def test_4_of_several_wordings_of_a_day_the_last_counts():
    course = (rest("2024-01-10", "a", "a"), rest("2024-04-01", "b", "b"), rest("2024-04-01", "a", "a"))
    life = at(course, on("a", confirmed()), "2024-04-10")
    assert (life.stage, life.stands_from) == ("active", date(2024, 3, 5))
    assert not is_gone(course, "a", date(2024, 4, 1))


def test_3_what_comes_back_later_on_the_day_of_a_proposal_does_not_go_before_it():
    course = (rest("2024-01-10", "a", "a"), rest("2024-04-01", "b", "b"), rest("2024-04-02", "c", "abc"))
    proposed = on("b", [happened("proposal", "2024-04-02", by="zhao")])
    assert at(course, [*on("a", confirmed()), *proposed], "2024-04-02").stage == "proposed"


def test_4_what_was_recorded_and_replaced_on_one_day_is_gone_all_the_same():
    """Confirmed elsewhere in March; what it was confirmed on was recorded here in April, and replaced on the same day."""
    course = (rest("2024-04-01", "a", "a"), rest("2024-04-01", "b", "b"), rest("2024-06-01", "c", "abc"))
    days = ("2024-03-31", "2024-04-01", "2024-06-01")
    assert [at(course, on("a", confirmed()), day).stage for day in days] == ["active", "derived", "active"]
    assert at(course, on("a", confirmed()), "2024-06-01").stands_from == date(2024, 6, 1)


def test_4_what_was_confirmed_before_it_was_withdrawn_on_that_day_was_confirmed():
    gone = rest("2024-03-04", "")  # the day of the decision
    ground = replace(DERIVED, course=(rest("2024-01-10", "a", "a"), gone), gone=True, doubted=True)
    life = live(ground, on("a", confirmed()), date(2024, 6, 1), TABLE)
    assert (life.stage, life.paused) == ("active", ("identity",))
    assert not was_away(ground.course, "", gone.first)
    assert was_away(ground.course, "", gone.first + timedelta(days=1))


@st.composite
def courses(draw) -> Course:
    """Wordings of a few days, each on evidence of its own that may cover the others."""
    days = sorted(draw(st.lists(st.dates(date(2024, 1, 10), date(2024, 7, 1)), min_size=1, max_size=5)))
    found = []
    for day in days:
        evidence = draw(st.sampled_from(("a", "b", "c", "")))
        covers = draw(st.sets(st.sampled_from("abc"))) | {evidence} if evidence else set()
        found.append(Rest(day, evidence, frozenset(covers), frozenset("m" if evidence else "")))
    return tuple(found)


@settings(max_examples=150, deadline=None)
@given(courses(), st.permutations("abc"), st.randoms(use_true_random=False), st.dates(date(2024, 3, 1), date(2024, 7, 1)))
def test_1_in_any_order_of_arrival_it_binds_only_by_what_is_not_gone(course, letters, random, day):
    months = ("2024-03-0", "2024-04-0", "2024-05-0")
    events = [item for letter, month in zip(letters, months, strict=True) for item in on(letter, confirmed(month))]
    life = at(course, events, str(day))
    shuffled = events[:]
    random.shuffle(shuffled)
    assert at(course, shuffled, str(day)) == life
    if TABLE.stages[life.stage].binds:
        (decision,) = life.happened("decision")[-1:]
        assert not is_gone(course, evidence_of(decision.event), day)
        assert not is_away(course, "m", day)
    gone = {item.id for item in events if evidence_of(item.event) and is_gone(course, evidence_of(item.event), day)}
    assert {item.reason for item in life.judged if item.id in gone and item.event.on.earliest <= day} <= {GONE}
