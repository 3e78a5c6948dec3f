"""The invariants of `api.use_cases.effects`, by number."""

from __future__ import annotations

import sys
from datetime import date

import pytest

from analytics.lifecycle.workdays import WorkCalendar
from api.locales import texts
from api.use_cases.acting import Actor
from api.use_cases.case_acts import Act, tried
from api.use_cases.case_rows import history_json
from api.use_cases.dues import dues
from api.use_cases.propagating import propagate, stored_findings
from graph.errors import Refused
from graph.store.base import Store
from tests.api_world import actor, not_before, stored
from tests.builder import Case, shipped
from tests.case_world import cases, clerk, confirm, do, finding


def by_finding(done) -> dict[str, dict]:
    return {row["finding"]: dict(row) for row in done.rows}


def history(store, about: str, day: str = "2024-06-10") -> list[tuple[str, bool, str | None]]:
    rows = history_json(cases(store), about, date.fromisoformat(day), texts("en"))
    return [(row["kind"], row["effect"], row["why_none"]) for row in rows]


def test_1_what_an_objection_to_a_decision_makes_of_an_unconfirmed_finding_is_its_effect():
    with stored() as store:
        head = finding(store, "王示例")
        objection = do(store, "objection", "D1")
        row = by_finding(objection)[head]
        assert (row["effect"], row["reason"], row["paused_before"], row["paused_after"]) == (True, None, False, True)
        assert history(store, head) == [("objection", True, None)]
        upheld = do(store, "upheld", "D1", "2024-06-04", by="qian", refers=objection.event.id)
        row = by_finding(upheld)[head]
        assert (row["before"], row["after"], row["effect"], row["reason"]) == ("derived", "revoked", True, None)
        assert history(store, head) == history(store, "D1") == [("objection", True, None), ("upheld", True, None)]
        assert all(each["effect"] or each["before"] == each["after"] for each in map(dict, upheld.rows))


def test_1_a_dismissal_has_effect_on_what_was_paused_and_none_on_what_was_over():
    with stored() as store:
        head = finding(store, "王示例")
        objection = do(store, "objection", "D1")
        dismissed = do(store, "dismissal", "D1", "2024-06-04", by="qian", refers=objection.event.id)
        row = by_finding(dismissed)[head]
        assert (row["effect"], row["paused_before"], row["paused_after"]) == (True, True, False)
        do(store, "review_filed", "D1", "2024-06-05")
        assert history(store, head)[-1] == ("review_filed", False, "stage"), "a review pauses nothing"
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        do(store, "revocation", head, "2024-06-10")
        objection = do(store, "objection", "D1", "2024-06-11")
        assert by_finding(objection)[head]["reason"] == "stage"
        assert history(store, head, "2024-06-12")[-1] == ("objection", False, "stage")


@pytest.mark.parametrize("about", ["D2", "孙示例"])
def test_2_every_row_says_of_whom_it_is_and_before_and_after(about):
    with stored() as store:
        banned = finding(store, "孙示例")
        done = do(store, "objection", about if about == "D2" else banned)
        rows = by_finding(done)
        mine = rows[banned]
        assert (mine["decision"], mine["party"], mine["before"], mine["after"]) == ("D2", "test:B#孙示例", "in_force", "paused")
        assert (mine["stage_before"], mine["stage_after"]) == ("active", "active")
        assert (mine["paused_before"], mine["paused_after"]) == (False, True)
        if about == "D2":
            assert (rows[""]["decision"], rows[""]["party"]) == ("D2", "test:B")
        (event,) = history_json(cases(store), banned, date(2024, 6, 10), texts("en"))
        assert event["party"] == ("test:B" if about == "D2" else "test:B#孙示例")


def whole(store, finding_id: str) -> str:
    (restriction,) = cases(store).restrictions_on(finding_id)
    return restriction.id


def test_1_what_an_objection_to_a_restriction_whole_makes_of_an_unconfirmed_ground_is_its_effect_on_each_day():
    with stored() as store:
        head = finding(store, "王示例")
        about = whole(store, head)
        objection = do(store, "objection", about)
        (row,) = map(dict, objection.rows)
        assert (row["effect"], row["reason"], row["paused_before"], row["paused_after"]) == (True, None, False, True)
        (due,) = [due for due, _ in dues(cases(store), WorkCalendar(), date(2024, 6, 4)) if due.started_by == objection.event.id]
        assert (due.deadline.id, due.state) == ("O1", "open")
        dismissed = do(store, "dismissal", about, "2024-06-05", by="qian", refers=objection.event.id)
        (row,) = map(dict, dismissed.rows)
        assert (row["effect"], row["paused_before"], row["paused_after"]) == (True, True, False)
        assert history(store, head, "2024-06-02") == [("objection", False, "future"), ("dismissal", False, "future")]
        assert history(store, head, "2024-06-04") == [("objection", True, None), ("dismissal", False, "future")]
        assert history(store, head) == history(store, about) == [("objection", True, None), ("dismissal", True, None)]


def test_1_an_objection_to_a_restriction_whole_that_is_upheld_revokes_what_nobody_had_confirmed():
    with stored() as store:
        head = finding(store, "王示例")
        about = whole(store, head)
        objection = do(store, "objection", about)
        upheld = do(store, "upheld", about, "2024-06-04", by="qian", refers=objection.event.id)
        (row,) = map(dict, upheld.rows)
        assert (row["before"], row["after"], row["effect"]) == ("derived", "revoked", True)
        with pytest.raises(Refused, match=r"\[stage\]"):
            do(store, "proposal", head, "2024-06-05")
        do(store, "held_void", about, "2024-06-06", by="sun", refers=upheld.event.id)
        assert cases(store).standing(cases(store).finding(head), date(2024, 6, 6)) == "derived"
        assert history(store, head, "2024-06-05")[1] == ("upheld", True, None)


def test_1_what_pauses_only_what_is_proposed_again_has_effect_from_then_on():
    with stored() as store:
        head = finding(store, "王示例")
        do(store, "proposal", head)
        do(store, "rejection", head, "2024-06-04", by="qian")
        order = do(store, "suspension_order", "D1", "2024-06-05")
        row = by_finding(order)[head]
        assert (row["after"], row["paused_after"], row["effect"], row["reason"]) == ("rejected", False, False, "stage")
        do(store, "proposal", head, "2024-06-06")
        told = {day: history(store, head, f"2024-06-{day}") for day in ("05", "06")}
        assert ("suspension_order", False, "stage") in told["05"]
        assert ("suspension_order", True, None) in told["06"]


def test_1_an_objection_that_is_answered_on_its_day_had_effect_in_between():
    with stored() as store:
        head = finding(store, "王示例")
        objection = do(store, "objection", "D1")
        do(store, "dismissal", "D1", by="qian", refers=objection.event.id)
        assert history(store, head) == [("objection", True, None), ("dismissal", True, None)]


def calls_of(work) -> int:
    """How many functions of Python are called, which no other work on the machine changes."""
    count = 0

    def counted(_frame: object, happening: str, _given: object) -> None:
        nonlocal count
        count += happening == "call"

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def unconfirmed(people: int) -> Store:
    """A listing of one enterprise that many people are found to answer for, and nobody has confirmed."""
    world = Case(shipped())
    world.company("A")
    world.decision("A", ["securities_market_ban"], kind="market_ban", date="2023-01-02", authority_level="national")
    for number in range(people):
        world.names(f"示例{number}", "A", found_as=("directly_responsible",), responsible=True)
    store = stored(world, derive=False)
    propagate(store, shipped(), actor(store=store))
    return store


@pytest.mark.parametrize("kind", ["dismissal", "revocation"])
def test_what_an_event_does_to_findings_that_nobody_confirmed_takes_time_in_proportion_to_them(kind):
    spent, reached = [], []
    for people in (30, 120):
        with unconfirmed(people) as store:
            about = next(fact.value.decision for fact in stored_findings(store))
            objection = do(store, "objection", about, law=shipped())
            known = cases(store, shipped())
            act = Act(kind, about, date(2024, 6, 5), "qian", "文5号", "reason", objection.event.id if kind == "dismissal" else "")
            at = not_before(store, clerk("qian", act.on).at)
            spent.append(calls_of(lambda: reached.append(len(tried(store, known, Actor("qian", at), act, act.on).rows))))  # noqa: B023
    assert reached == [31, 121], "everybody, and the decision itself"
    assert spent[1] < 5 * spent[0]
