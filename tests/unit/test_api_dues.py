"""The invariants of `api.use_cases.dues`, by number."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from analytics.lifecycle.workdays import WorkCalendar
from api.locales import texts
from api.use_cases.dues import due_json, dues, party_of
from api.use_cases.reading import snapshot_of
from tests.api_world import stored
from tests.builder import shipped
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


def test_2_of_what_was_revoked_only_that_runs_which_the_revocation_began():
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        before = {each for each, _, _ in listed(store, date(2024, 6, 10))}
        assert before >= {"O3-review", "O3-suit"}
        do(store, "revocation", head, "2024-06-11", number="撤1号")
        after = listed(store, date(2024, 6, 12))
        assert {each for each, _, state in after if state == "open"} == {"revoke-platform"}


def test_2_what_is_never_published_is_not_withdrawn_and_a_lead_has_no_deadline():
    law = shipped()
    with wages() as store:
        own, head = under_wages(store, "test:A"), under_wages(store, "test:A#王示例")
        confirm(store, own.id, head.id, law=law)
        do(store, "revocation", head.id, "2024-06-11", number="撤1号", law=law)
        found = dues(cases(store, law), WorkCalendar(), date(2024, 6, 12))
        assert {due.deadline.id for due, f in found if f.party == head.party and due.state == "open"} == {"revoke-platform"}
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
