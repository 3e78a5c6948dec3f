"""The invariants of `api.use_cases.dues`, by number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

import pytest

from analytics.lifecycle.workdays import WorkCalendar
from api.locales import texts
from api.use_cases.dues import due_json, dues, party_of
from api.use_cases.reading import snapshot_of
from graph.codec import make_fact
from graph.model import Operation, Origin
from tests.api_world import add, catalogue, stored
from tests.builder import Case, shipped
from tests.case_world import cases, confirm, do, finding, under_wages, wages


def listed(store, day: date, **more: Collection[str]) -> list[tuple[str, str, str]]:
    found = dues(cases(store), WorkCalendar(), day, **more)
    return [(due.deadline.id, due.about, due.state) for due, _ in found]


def test_1_what_one_event_on_a_decision_began_stands_once():
    with stored() as store:
        do(store, "objection", "D2", "2024-06-03")
        assert listed(store, date(2024, 6, 7)) == [("O1", "D2", "overdue")]


def test_2_an_event_without_effect_begins_nothing():
    with stored() as store:
        do(store, "objection", finding(store, "王示例"), "2024-06-03", reported=True)
        assert listed(store, date(2024, 6, 7)) == []


def test_publication_is_due_from_the_date_of_the_decision_and_met_by_being_published():
    with stored() as store:
        assert ("publish", "D2", "overdue") in listed(store, date(2023, 2, 1), publication={"D2"})
        assert {about for _, about, _ in listed(store, date(2023, 2, 1), publication={"D2"})} == {"D2"}
        do(store, "published", "D2", "2023-01-09", today=date(2024, 6, 3))
        assert ("publish", "D2", "done") in listed(store, date(2023, 2, 1), publication={"D2"})
        due = next(pair for pair in dues(cases(store), WorkCalendar(), date(2023, 2, 1), publication={"D2"}))
        assert party_of(*due) == "test:B"


def test_4_a_decision_that_no_finding_rests_on_has_deadlines_of_its_own():
    made = Case(catalogue())
    made.company("A")
    made.decision("A", ["fine"], name="P", kind="penalty", date="2024-05-20", conduct=None, authority_level="city")
    with stored(made) as store:
        assert listed(store, date(2024, 6, 7), publication={"P"}) == [("publish", "P", "overdue")]
        assert listed(store, date(2024, 6, 7)) == []
        do(store, "published", "P", "2024-05-21", today=date(2024, 6, 3))
        objection = do(store, "objection", "P", "2024-06-03").event.id
        assert [each[0] for each in listed(store, date(2024, 6, 7), publication={"P"})] == ["publish", "O1"]
        do(store, "correction", "P", "2024-06-05", by="qian", refers=objection)
        do(store, "revocation", "P", "2024-06-11")
        due = {each: state for each, _, state in listed(store, date(2024, 6, 20))}
        assert (due["O1"], due["revoke-penalty"], due["revoke-platform"]) == ("done", "overdue", "overdue")
        do(store, "publication_withdrawn", "P", "2024-06-12")
        assert ("revoke-penalty", "P", "done") in listed(store, date(2024, 6, 20))
        pair = next(pair for pair in dues(cases(store), WorkCalendar(), date(2024, 6, 20)))
        assert party_of(*pair) == "test:A"
        shown = due_json(snapshot_of(store), *pair, date(2024, 6, 20), texts("zh"))
        assert (shown["finding"], shown["party"]) == (None, {"id": "test:A", "name": "示例A公司", "kind": "enterprise"})


def test_2_of_what_was_revoked_only_that_runs_which_the_revocation_began():
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        before = {each for each, _, _ in listed(store, date(2024, 6, 10))}
        assert before >= {"O3-review", "O3-suit"}
        do(store, "revocation", head, "2024-06-11", number="撤1号")
        after = listed(store, date(2024, 6, 12))
        assert {each for each, _, state in after if state == "open"} == {"revoke-platform", "O3-review", "O3-suit"}


def test_2_an_objection_that_is_open_at_the_end_of_the_term_is_still_due_until_it_is_answered():
    for answer, after in (("dismissal", set()), ("upheld", {"uphold-platform"})):
        with stored() as store:
            head = finding(store, "王示例")
            confirm(store, head)
            do(store, "objection", head, "2026-05-08")  # a Friday; the last day is 2026-05-10
            assert ("O1", head, "open") in listed(store, date(2026, 5, 12))
            assert ("O1", head, "overdue") in listed(store, date(2026, 5, 14))
            do(store, answer, head, "2026-05-12", by="qian")
            found = listed(store, date(2026, 5, 14))
            assert ("O1", head, "done") in found
            assert {each for each, _, state in found if state == "open"} == after
            assert {each for each, _, state in found if state == "overdue"} == ({"restore-reputation"} if after else set())
            (life,) = [life for _, life in cases(store).lives_of(head, date(2026, 5, 14))]
            assert life.stage == ("revoked" if after else "expired")
            assert not life.paused


@pytest.mark.parametrize(
    ("rule", "name", "last", "ended"),
    [("D2-WAGE", "revoke-wage", "2024-06-27", "annulment"),
     ("D2-WAGE", "revoke-wage", "2024-06-27", "upheld"),
     ("D3-DEFAULTER", "revoke-defaulter", "2024-06-18", "annulment"),
     ("T-OFFICE", "revoke-listing", "2024-06-18", "upheld")],
)  # fmt: skip
def test_2_publication_is_withdrawn_in_time_after_an_objection_was_upheld_or_a_ground_is_void(rule, name, last, ended):
    law = shipped()
    with wages() as store:
        own = replace(under_wages(store, "test:A"), rule=rule)
        if rule != "D2-WAGE":
            add(store, make_fact(own, own.id, Origin("zeren")), operation=Operation.CORRECTION)
        confirm(store, own.id, law=law)
        do(store, "published", "D1", "2024-06-07", law=law)
        if ended == "upheld":
            do(store, "objection", own.id, "2024-06-12", law=law)
            do(store, "upheld", own.id, "2024-06-13", by="qian", law=law)
        else:
            do(store, "annulment", "D1", "2024-06-13", law=law)

        def withdrawing(day: date) -> list[tuple[str, str, str]]:
            found = dues(cases(store, law), WorkCalendar(), day)
            return [(d.deadline.id, d.state, str(d.day)) for d, _ in found if "publication_withdrawn" in d.deadline.until]

        assert withdrawing(date(2024, 6, 14)) == [(name, "open", last)]
        assert withdrawing(date(2024, 6, 28)) == [(name, "overdue", last)]
        do(store, "publication_withdrawn", "D1" if ended == "annulment" else own.id, "2024-06-14", today=date(2024, 6, 28), law=law)
        assert withdrawing(date(2024, 6, 28)) == [(name, "done", last)]


def test_2_what_is_corrected_is_corrected_where_it_is_published():
    law = shipped()
    with wages() as store:
        own = under_wages(store, "test:A").id
        confirm(store, own, law=law)
        do(store, "objection", own, "2024-06-12", law=law)
        do(store, "correction", own, "2024-06-13", by="qian", law=law)
        found = dues(cases(store, law), WorkCalendar(), date(2024, 6, 20))
        began = {due.deadline.id: due.state for due, _ in found if due.deadline.starts[-1] == "correction"}
        assert began == {"correct-publication": "overdue", "correct-platform": "overdue", "restore-reputation": "overdue"}
        do(store, "published", "D1", "2024-06-14", today=date(2024, 6, 20), law=law)
        found = dues(cases(store, law), WorkCalendar(), date(2024, 6, 20))
        assert "correct-publication" in {due.deadline.id for due, _ in found if due.state == "done"}


def test_2_an_objection_to_what_was_revoked_is_due_no_more():
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        do(store, "objection", head, "2024-06-11")
        do(store, "revocation", head, "2024-06-12")
        assert not [each for each, _, _ in listed(store, date(2024, 7, 1)) if each == "O1"]


def test_2_an_answer_in_time_stays_in_time_when_it_is_held_void_and_another_is_due():
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        do(store, "objection", head, "2024-06-11")
        upheld = do(store, "upheld", head, "2024-06-12", by="qian")
        do(store, "held_void", head, "2024-07-01", refers=upheld.event.id, by="sun")
        states = [state for each, _, state in listed(store, date(2024, 7, 2)) if each == "O1"]
        assert states == ["done", "open"]
        do(store, "dismissal", head, "2024-07-03", by="qian")
        assert [state for each, _, state in listed(store, date(2024, 9, 1)) if each == "O1"] == ["done", "done"]


def test_4_an_objection_to_a_decision_of_which_nothing_was_confirmed_is_due_and_so_is_what_follows_from_it():
    law = shipped()

    def told(store, day: date, **more: Collection[str]) -> set[tuple[str, str]]:
        return {(due.deadline.id, due.state) for due, _ in dues(cases(store, law), WorkCalendar(), day, **more)}

    with wages() as store:
        objection = do(store, "objection", "D1", "2024-06-03", law=law).event.id
        assert told(store, date(2024, 6, 7)) == {("O1", "overdue")}
        assert len(told(store, date(2024, 6, 7), publication={"D1"})) == 2
        do(store, "upheld", "D1", "2024-06-07", by="qian", refers=objection, law=law)
        after = told(store, date(2024, 6, 7))
        assert {("O1", "done_late"), ("revoke-wage", "open"), ("restore-reputation", "open")} <= after


def test_2_what_is_never_published_is_not_withdrawn_and_a_lead_has_no_deadline():
    law = shipped()
    with wages() as store:
        own, head = under_wages(store, "test:A"), under_wages(store, "test:A#王示例")
        confirm(store, own.id, head.id, law=law)
        do(store, "revocation", head.id, "2024-06-11", number="撤1号", law=law)
        found = dues(cases(store, law), WorkCalendar(), date(2024, 6, 12))
        runs = {"revoke-platform", "O3-review", "O3-suit"}
        assert {due.deadline.id for due, f in found if f.party == head.party and due.state == "open"} == runs
        do(store, "revocation", "D1", "2024-06-13", number="撤2号", law=law)
        found = dues(cases(store, law), WorkCalendar(), date(2024, 6, 14))
        told = {due.deadline.id for due, _ in found if due.about == "D1" and due.state == "open"}
        assert told == {"revoke-wage", "revoke-platform"}


def test_2_what_a_party_did_not_use_has_lapsed_and_is_not_overdue():
    with stored() as store:
        confirm(store, finding(store, "王示例"))
        states = {each: state for each, _, state in listed(store, date(2026, 1, 5))}
        assert (states["O3-review"], states["O3-suit"]) == ("lapsed", "lapsed")


def test_a_deadline_as_plain_values_says_how_it_is_known():
    with stored() as store:
        head = finding(store, "王示例")
        do(store, "proposal", head)
        do(store, "notice", head)
        day = date(2024, 6, 5)
        graph = snapshot_of(store)
        shown = [due_json(graph, due, f, day, texts("en")) for due, f in dues(cases(store), WorkCalendar(), day)]
        assert {(row["party"]["name"], row["party"]["id"]) for row in shown} == {("王示例", "test:A#王示例")}
        assert [(row["deadline"], row["due"], row["days_left"], row["evidence"]) for row in shown] == [
            ("hearing_request", "2024-06-11", 6, "memory"),
            ("statement", "2024-06-11", 6, "memory"),
        ]


def test_2_a_repair_begins_the_days_in_which_what_was_published_is_withdrawn_and_its_receivers_are_told():
    law = shipped()
    with wages() as store:
        firm = under_wages(store, "test:A").id
        do(store, "published", "D1", "2024-06-03", law=law)
        confirm(store, firm, law=law)
        for kind in ("conduct_corrected", "pledge"):
            do(store, kind, firm, "2024-06-10", law=law)
        do(store, "repair_application", firm, "2024-12-11", law=law)
        do(store, "repair", firm, "2024-12-12", by="qian", law=law)

        def states(day: date) -> dict[str, str]:
            return {due.deadline.id: due.state for due, _ in dues(cases(store, law), WorkCalendar(), day)}

        assert states(date(2024, 12, 13)).items() >= {"delist-wage": "open", "repair-platform": "open"}.items()
        assert states(date(2025, 2, 3)).items() >= {"delist-wage": "overdue", "repair-platform": "overdue"}.items()
        do(store, "publication_withdrawn", "D1", "2025-02-04", law=law)
        do(store, "receivers_told", "D1", "2025-02-04", law=law)
        after = states(date(2025, 2, 5))
        assert (after["delist-wage"], after["repair-platform"]) == ("done_late", "done_late")


@pytest.mark.parametrize(("kind", "about"), [("release", "finding"), ("listing_ended", "D1"), ("revocation", "D1")])
def test_2_the_days_to_apply_for_review_and_to_sue_run_whatever_became_of_the_act(kind: str, about: str):
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        do(store, kind, head if about == "finding" else about, "2024-06-12")
        open_ = {each for each, _, state in listed(store, date(2024, 6, 20)) if state == "open"}
        assert open_ >= {"O3-review", "O3-suit"}
        assert {each for each, _, state in listed(store, date(2025, 1, 20)) if state == "lapsed"} >= {"O3-review", "O3-suit"}
        done = do(store, "review_filed", head, "2024-06-20")
        assert done.effective
        assert ("O3-review", "done") in {(each, state) for each, _, state in listed(store, date(2024, 6, 20))}
