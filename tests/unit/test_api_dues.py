"""The invariants of `api.use_cases.dues`, by number."""

from __future__ import annotations

from datetime import date

from analytics.lifecycle.workdays import WorkCalendar
from api.locales import texts
from api.use_cases.dues import due_json, dues
from tests.api_world import stored
from tests.case_world import cases, do, finding


def listed(store, day: date, **more: bool) -> list[tuple[str, str, str]]:
    found = dues(store, cases(store), WorkCalendar(), day, **more)
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
        assert ("publish", "D2", "overdue") in listed(store, date(2023, 2, 1), publication=True)
        do(store, "published", "D2", "2023-01-09", today=date(2024, 6, 3))
        assert ("publish", "D2", "done") in listed(store, date(2023, 2, 1), publication=True)


def test_a_deadline_as_plain_values_says_how_it_is_known():
    with stored() as store:
        head = finding(store, "王示例")
        do(store, "proposal", head)
        do(store, "notice", head)
        day = date(2024, 6, 5)
        shown = [due_json(due, f, day, texts("en")) for due, f in dues(store, cases(store), WorkCalendar(), day)]
        assert [(row["deadline"], row["due"], row["days_left"], row["evidence"]) for row in shown] == [
            ("hearing_request", "2024-06-11", 6, "memory"),
            ("statement", "2024-06-11", 6, "memory"),
        ]
