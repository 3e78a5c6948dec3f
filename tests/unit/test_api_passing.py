"""The invariants of `api.use_cases.passing`, by number, and what follows of them for messages, deadlines and publication."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import permutations

import pytest

from api.desk.outbox import Outbox
from api.locales import texts
from api.use_cases import pushing
from api.use_cases.calendars import calendar_of
from api.use_cases.case_acts import Act
from api.use_cases.case_reading import cases_about, cases_of, cases_of_decisions
from api.use_cases.dues import dues
from api.use_cases.propagating import propagate
from api.use_cases.publishing import judged, to_publish
from api.use_cases.reading import snapshot_of
from api.use_cases.repairs import plan_rows, plans, repair
from graph.codec import make_fact
from graph.errors import Refused
from graph.model import Fact, Origin
from graph.store.base import Store
from tests.api_world import actor, add, case, catalogue, stored
from tests.builder import Case
from tests.case_world import cases, clerk, confirm, do, finding

DAY = date(2024, 6, 12)


def rest(store: Store, *links: tuple[str, str, str], **decisions: dict[str, str]) -> None:
    """Record decisions of a city authority against A beside what is there, and how decisions relate."""
    world = Case(catalogue())
    for name, more in decisions.items():
        world.decision("A", ["fine"], name=name, authority_level="city", **more)
    for decision, relation, other in links:
        world.link(decision, relation, other)
    own = [fact for fact in world.facts if type(fact.value).__name__ in ("Decision", "DecisionLink")]
    add(store, *(make_fact(f.value, f"more-{i}-{store.version()}", Origin("more", "more.csv", i)) for i, f in enumerate(own)))
    propagate(store, catalogue(), actor(store=store))


def world() -> tuple[Store, str]:
    """A listing that rests on a penalty, which rests on an inspection; the head is confirmed and told."""
    store = stored(city())
    rest(
        store,
        ("D1", "rests_on", "P"),
        ("P", "rests_on", "I"),
        P={"kind": "penalty", "date": "2023-04-01"},
        I={"kind": "order", "date": "2023-03-01"},
    )
    head = finding(store, "王示例")
    confirm(store, head)
    return store, head


def city() -> Case:
    """The small world, decided by a city authority that may end what it decided."""
    from dataclasses import replace

    from graph.model import Decision

    made = case()
    level = lambda fact: replace(fact.value, authority_level="city") if isinstance(fact.value, Decision) else fact.value  # noqa: E731
    made.facts[:] = [make_fact(level(f), f.key.rpartition("/")[2], f.origin) for f in made.facts]
    return made


def code(store: Store, head: str, day: date = DAY) -> str:
    known = cases(store)
    return known.standing(known.finding(head), day)


@pytest.mark.parametrize("base", ["P", "I"])
@pytest.mark.parametrize(
    ("kind", "stands", "answer", "after"),
    [
        ("revocation", "revoked", "held_void", "in_force"),
        ("annulment", "annulled", "held_void", "in_force"),
        ("objection", "paused", "dismissal", "in_force"),
        ("objection", "paused", "upheld", "revoked"),
        ("suspension_order", "paused", "order_lifted", "in_force"),
    ],
)
def test_1_what_befalls_a_decision_befalls_what_rests_on_it_and_so_does_the_answer(
    base: str, kind: str, stands: str, answer: str, after: str
):
    store, head = world()
    with store:
        done = do(store, kind, base, "2024-06-11")
        assert code(store, head, date(2024, 6, 10)) == ("annulled" if kind == "annulment" else "in_force")
        assert code(store, head) == stands
        assert {row["after"] for row in done.rows if row["finding"] == head} == {stands}, "the act says whom it reaches"
        assert all(row["effect"] for row in done.rows if row["finding"] == head)
        if answer != "upheld":  # what an authority imposed is not lifted by an objection: the penalty itself stands
            do(store, answer, base, "2024-06-12", by="qian", refers=done.event.id)
            assert code(store, head) == after


def test_1_a_repair_of_the_penalty_is_none_of_the_listing():
    store, head = world()
    with store:
        for kind in ("conduct_corrected", "pledge"):
            do(store, kind, "P", "2024-06-08")
        do(store, "repair_application", "P", "2024-06-09")
        do(store, "repair", "P", "2024-06-10", by="qian")
        assert cases(store).decision_stage("P", DAY) == "repaired"
        assert code(store, head) == "in_force"


def test_1_nothing_else_is_reached():
    store, head = world()
    with store:
        do(store, "revocation", "D2", "2024-06-11")
        assert code(store, head) == "in_force"
        done = do(store, "revocation", "D1", "2024-06-12")
        assert {row["decision"] for row in done.rows} == {"D1"}
        assert {cases(store).decision_stage(each, DAY) for each in ("P", "I")} == {"active"}, "what it rests on stands"


@pytest.mark.parametrize(
    ("relation", "stage", "stop", "due"),
    [
        ("annuls_from_beginning", "annulled", "annulled", "annul-platform"),
        ("annuls_from_now", "revoked", "revoked", "revoke-platform"),
    ],
)
@pytest.mark.parametrize("ended", ["D1", "P"])
def test_2_what_a_later_decision_ends_is_as_if_it_were_reported(relation: str, stage: str, stop: str, due: str, ended: str):
    store, head = world()
    with store, Outbox(":memory:") as outbox:
        pushing.plan(outbox, cases(store), snapshot_of(store), date(2024, 6, 10), datetime.now(UTC))
        rest(store, ("D9", relation, ended), D9={"kind": "penalty", "date": "2024-06-11"})
        known = cases(store)
        assert code(store, head) == stage
        assert known.decision_stage("D1", DAY) == stage
        running = {each.deadline.id for each, _ in dues(known, calendar_of(store), DAY)}
        assert due in running
        pushing.plan(outbox, known, snapshot_of(store), DAY, datetime.now(UTC))
        last = {message.restriction: message for message in outbox.messages()}
        told = [message for message in last.values() if message.action == "stop"]
        assert {ground["status"] for message in told for ground in message.body["grounds"]} == {stop}
        assert "D1" not in to_publish(snapshot_of(store), known, DAY)


def test_2_an_imposed_ban_that_is_gone_is_told_as_void_too():
    with stored() as store, Outbox(":memory:") as outbox:
        pushing.plan(outbox, cases(store), snapshot_of(store), date(2024, 6, 10), datetime.now(UTC))
        rest(store, ("D9", "annuls_from_beginning", "D2"), D9={"kind": "penalty", "date": "2024-06-11"})
        pushing.plan(outbox, cases(store), snapshot_of(store), DAY, datetime.now(UTC))
        stops = [message.body for message in outbox.messages() if message.action == "stop"]
        assert stops
        assert {body["status"] for body in stops} == {"annulled"}


def test_3_a_removal_from_a_list_ends_the_listing_and_its_publication_and_revokes_nothing():
    store, head = world()
    with store:
        assert code(store, head) == "in_force"
        before = {item.decision.id: item.verdict for item in judged(snapshot_of(store), cases(store), date(2024, 6, 11))}
        rest(store, ("D9", "annuls_from_now", "D1"), D9={"kind": "delisting", "date": "2024-06-11"})
        graph, known = snapshot_of(store), cases(store)
        assert known.decision_stage("D1", DAY) == "ended_with_listing"
        assert code(store, head) == "ended_with_listing"
        assert "revoke-listing" in {each.deadline.id for each, _ in dues(known, calendar_of(store), DAY)}
        verdicts = [{i.decision.id: i.verdict for i in judged(graph, known, day)}["D1"] for day in (date(2024, 6, 11), DAY)]
        assert [v.publish for v in verdicts] == [before["D1"].publish, False]
        assert {v.until for v in verdicts} == {date(2024, 6, 11)}


def test_3_a_decision_made_anew_is_neither_revoked_nor_void():
    store, _ = world()
    with store:
        rest(store, ("D9", "replaces", "P"), D9={"kind": "penalty", "date": "2024-06-11"})
        assert cases(store).decision_stage("P", DAY) == "active"


def test_4_the_part_of_a_store_knows_as_much_as_the_whole():
    store, head = world()
    with store:
        do(store, "revocation", "I", "2024-06-11")
        whole = cases(store)
        found = whole.finding(head)
        parts = (
            cases_about(store, catalogue(), [found.company]),
            cases_of(store, {head: found}, catalogue(), None),
            cases_of_decisions(store, ["D1"], catalogue(), None),
            cases_of_decisions(store, ["I"], catalogue(), None),
        )
        assert {part.standing(found, DAY) for part in parts} == {"revoked"}
        assert {part.decision_stage("D1", DAY) for part in parts} == {"revoked"}


def test_in_whatever_order_the_links_and_the_acts_come_the_status_is_the_same():
    seen = set()
    for order in permutations(("link", "penalty", "act")):
        with stored(city()) as store:
            head = finding(store, "王示例")
            confirm(store, head)
            steps = {
                "link": lambda store=store: rest(store, ("D1", "rests_on", "P")),
                "penalty": lambda store=store: rest(store, P={"kind": "penalty", "date": "2023-04-01"}),
                "act": lambda store=store: revoke(store, "P"),
            }
            for step in order:
                steps[step]()
            seen.add(code(store, head))
    assert seen == {"revoked"}


def revoke(store: Store, about: str) -> None:
    """Record what happened to a decision that may not be known yet, as a report from elsewhere is."""
    from graph.dates import PartialDate
    from graph.model import Event

    event = Event("revocation", about, PartialDate.on(date(2024, 6, 11)), "示例市局", number="示例〔2024〕8号")
    fact: Fact = make_fact(event, f"case-{about}", Origin("reported"))  # type: ignore[type-arg]
    add(store, fact)


def test_1_the_plan_of_a_repair_names_what_was_filed_against_the_decision_above():
    store, head = world()
    with store:
        objection = do(store, "objection", "I", "2024-06-11").event.id
        known, words = cases(store), texts("en")
        party = known.finding(head).party
        made = [row for about, each in plans(known, {party}, DAY) for row in plan_rows(known, about, each, words)]
        assert made
        assert {row["bar"] for row in made} == {"paused"}
        for row in made:
            assert row["bar_by"] == [objection]
            assert row["bar_basis"]
            assert objection in row["bar_lift"]
        with pytest.raises(Refused, match=rf"\(({objection})\)"):
            repair(store, known, clerk("zhao", DAY), Act("repair_application", head, DAY, "zhao", "reason", "修1号"), DAY)
