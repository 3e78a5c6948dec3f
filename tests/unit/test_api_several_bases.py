"""A decision that rests on several falls with the last of them: the same by reports, by other decisions, and by both."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.lifecycle.ground import Dated
from api.desk.outbox import Outbox
from api.locales import texts
from api.use_cases import pushing
from api.use_cases.case_reading import read_cases
from api.use_cases.cases import Cases
from api.use_cases.explaining import explain
from api.use_cases.passing import Links
from api.use_cases.reading import snapshot_of
from graph.codec import make_fact
from graph.dates import PartialDate
from graph.model import Decision, DecisionLink, Event, Origin, PartyRef
from graph.snapshot.scope import snapshot_about
from graph.store.base import Store
from tests.api_world import stored
from tests.case_world import cases, catalogue, confirm, do, finding
from tests.unit.test_api_passing import city, rest

DAY = date(2024, 6, 20)
PENALTY = {"kind": "penalty", "date": "2023-04-01"}


def world() -> tuple[Store, str]:
    """A listing that rests on two penalties, of which one rests on an inspection; the head is confirmed."""
    store = stored(city())
    links = (("D1", "rests_on", "P"), ("D1", "rests_on", "Q"), ("P", "rests_on", "I"))
    rest(store, *links, P=PENALTY, Q=PENALTY, I={"kind": "order", "date": "2023-03-01"})
    head = finding(store, "王示例")
    confirm(store, head)
    return store, head


def stands(store: Store, head: str, day: date = DAY) -> str:
    known = cases(store)
    return known.standing(known.finding(head), day)


@pytest.mark.parametrize("one", ["P", "I"])
@pytest.mark.parametrize(
    ("kind", "both"),
    [("revocation", "revoked"), ("annulment", "annulled"), ("objection", "paused"), ("suspension_order", "paused")],
)
def test_one_of_two_changes_nothing_and_the_last_does_what_it_does(one: str, kind: str, both: str):
    store, head = world()
    with store, Outbox(":memory:") as outbox:
        pushing.plan(outbox, cases(store), snapshot_of(store), date(2024, 6, 10), datetime.now(UTC))
        done = do(store, kind, one, "2024-06-11", number="文1")
        assert stands(store, head) == "in_force"
        (row,) = [row for row in done.rows if row["finding"] == head]
        assert (row["effect"], row["reason"]) == (False, "other_basis"), "the act says that a human must look"
        pushing.plan(outbox, cases(store), snapshot_of(store), DAY, datetime.now(UTC))
        assert {message.action for message in outbox.messages()} == {"execute"}, "nobody is told to stop"
        do(store, kind, "Q", "2024-06-12", number="文2")
        assert stands(store, head, date(2024, 6, 11)) == ("annulled" if kind == "annulment" else "in_force")
        assert stands(store, head) == both
        assert cases(store).decision_stage("D1", DAY) == ("active" if both == "paused" else both)


def test_it_is_paused_while_the_best_of_them_is_and_goes_on_with_the_answer():
    store, head = world()
    with store:
        objection = do(store, "objection", "P", "2024-06-11").event.id
        do(store, "revocation", "Q", "2024-06-12")
        assert stands(store, head) == "paused"
        do(store, "dismissal", "P", "2024-06-13", by="qian", refers=objection)
        assert stands(store, head) == "in_force"
        do(store, "revocation", "P", "2024-06-14", number="文9")
        assert stands(store, head) == "revoked"


def test_it_stands_again_from_the_day_on_which_one_of_them_does():
    store, head = world()
    with store:
        first = do(store, "revocation", "P", "2024-06-11", number="文1").event.id
        do(store, "revocation", "Q", "2024-06-12", number="文2")
        assert stands(store, head) == "revoked"
        do(store, "held_void", "P", "2024-06-14", by="qian", refers=first, number="文3")
        known = cases(store)
        assert [stands(store, head, date(2024, 6, day)) for day in (11, 12, 13, 14)] == [
            "in_force",
            "revoked",
            "revoked",
            "in_force",
        ]
        assert known.life_of(known.finding(head), DAY).again == date(2024, 6, 14)


@pytest.mark.parametrize("kind", ["annuls_from_beginning", "annuls_from_now"])
def test_what_a_report_and_what_another_decision_ended_are_counted_together(kind: str):
    store, head = world()
    with store:
        rest(store, ("D9", kind, "P"), D9={"kind": "penalty", "date": "2024-06-11"})
        assert stands(store, head) == "in_force"
        assert cases(store).decision_stage("P", DAY) == ("annulled" if kind == "annuls_from_beginning" else "revoked")
        do(store, "revocation", "Q", "2024-06-13")
        assert stands(store, head) == "revoked"
        part = read_cases(store, catalogue())
        assert part.decision_stage("D1", DAY) == "revoked"


def test_the_explanation_says_that_a_human_must_look_while_another_carries_it():
    store, head = world()
    with store:
        words = texts("en")

        def summary() -> str:
            found = cases(store).finding(head)
            graph = snapshot_about(store, [found.decision, found.party])
            return str(explain(store, graph, catalogue(), found, words, DAY)["summary"])

        assert "human" not in summary()
        do(store, "revocation", "I", "2024-06-11")
        assert summary().endswith("P (revoked). Another basis still stands; whether that is enough, a human has to judge.")
        do(store, "revocation", "Q", "2024-06-12")
        assert "Another basis" not in summary()


NAMES = ("L", "P", "Q", "R", "S")
RESTS = st.sets(st.sampled_from([(a, b) for i, a in enumerate(NAMES) for b in NAMES[i + 1 :]]), max_size=8)
HOW = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["revoked", "annulled", "paused"]), max_size=5)


def fact(value, key):
    return make_fact(value, key, Origin("test"))


@cache
def decision(name: str) -> Decision:
    return Decision(name, "penalty", ("fine",), PartyRef("A"), "某局", authority_level="city", date=PartialDate.parse("2023-01-01"))


def known(rests, how, linked) -> Cases:
    """The decisions; what ended some of them is a decision in `linked`, else a report."""
    links = [DecisionLink(a, "rests_on", b) for a, b in sorted(rests)]
    made, events = {name: decision(name) for name in NAMES}, []
    for number, (name, what) in enumerate(sorted(how.items())):
        if what == "paused" or name not in linked:
            kind = {"paused": "objection", "revoked": "revocation", "annulled": "annulment"}[what]
            event = Event(kind, name, PartialDate.parse("2024-06-12"), f"人{number}", number=f"文{number}号", text="因为")
            events.append(Dated(f"e-{name}", event))
            continue
        made[f"X{name}"] = replace(decision(name), id=f"X{name}", number=f"撤{number}号", date=PartialDate.parse("2024-06-11"))
        links.append(DecisionLink(f"X{name}", "annuls_from_now" if what == "revoked" else "annuls_from_beginning", name))
    facts = {name: fact(value, name) for name, value in made.items()}
    found = Links(tuple(fact(link, f"l{i}") for i, link in enumerate(links)), facts)
    return Cases({}, {}, tuple(events), catalogue(), made, found)


def expected(rests, how, name) -> str:
    """By definition: its own worst, and the best of what it rests on."""
    order = ("annulled", "revoked", "paused", "stands")
    bases = [expected(rests, how, b) for a, b in rests if a == name]
    best = max(bases, key=order.index, default="stands")
    return min(how.get(name, "stands"), best, key=order.index)


@settings(max_examples=150, deadline=None)
@given(RESTS, HOW, st.sets(st.sampled_from(NAMES)))
def test_the_lives_of_decisions_and_the_graph_agree_with_the_definition(rests, how, linked):
    cases = known(rests, how, linked)
    for name in NAMES:
        life, wanted = cases.decision_life(name, DAY), expected(rests, how, name)
        stood = life.stage if cases.table.stages[life.stage].ended else "paused" if life.paused else "stands"
        assert stood == wanted, name
        if linked.issuperset(how):
            alone = {each: what for each, what in how.items() if what != "paused"}
            standing = cases.links.graph.standing(name)
            stood = "annulled" if not standing.stands else "revoked" if standing.until else "stands"
            assert stood == expected(rests, alone, name), name


@pytest.mark.parametrize(
    ("rests", "how", "over"),
    [
        ({("L", "L")}, {"L": "revoked"}, {"L"}),
        ({("L", "P"), ("P", "L")}, {"P": "revoked"}, {"L", "P"}),
        ({("L", "P"), ("L", "R"), ("R", "L")}, {"P": "revoked"}, {"L", "P", "R"}),
        ({("L", "L"), ("L", "P"), ("L", "Q")}, {"P": "revoked"}, {"P"}),
        ({("L", "L"), ("L", "P"), ("L", "Q")}, {"P": "revoked", "Q": "annulled"}, {"L", "P", "Q"}),
    ],
)
@pytest.mark.parametrize("linked", [frozenset(), frozenset(NAMES)])
def test_what_rests_on_itself_by_way_of_others_carries_itself_by_nothing(rests, how, over, linked):
    cases = known(rests, how, linked)
    lives = {name: cases.decision_life(name, DAY) for name in NAMES}
    assert {name for name, life in lives.items() if cases.table.stages[life.stage].ended} == over
