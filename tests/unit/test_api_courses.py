"""The invariants of `api.use_cases.courses`, by number."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from analytics.responsibility.catalogue import Catalogue
from api.locales import texts
from api.use_cases.case_rows import restriction_json
from api.use_cases.courses import Course, course_of, course_of_restriction
from api.use_cases.portrait import portrait
from api.use_cases.reading import snapshot_of
from graph.store.base import Store
from tests.api_world import catalogue, stored
from tests.builder import shipped
from tests.case_world import cases, confirm, do, finding, repaired, under_wages, wages


def on(course: Course, day: date) -> dict[str, object]:
    """What a course says of a day, as the page reads it."""
    return [each for each in course if each["since"] is None or each["since"] <= day.isoformat()][-1]


def days_of(course: Course) -> set[date]:
    turns = {date.fromisoformat(each["since"]) for each in course if each["since"]}
    return {date(2020, 1, 1), date(2060, 1, 1)} | {turn + timedelta(days=off) for turn in turns for off in (-1, 0, 1)}


def see_that_it_says_the_same(store: Store, law: Catalogue) -> None:
    known, graph = cases(store, law), snapshot_of(store)
    for each in known.findings.values():
        course = course_of(known, each)
        assert all(a != {**b, "since": a["since"]} for a, b in pairwise(course)), "a stretch that says nothing new"
        assert {day: on(course, day)["status"] for day in days_of(course)} == {
            day: known.standing(each, day) for day in days_of(course)
        }
    for each in known.restrictions:
        course = course_of_restriction(known, each)
        for day in days_of(course):
            row = restriction_json(known, graph, each, day)
            assert {key: on(course, day)[key] for key in ("status", "from", "again", "until")} == {
                key: row[key] for key in ("status", "from", "again", "until")
            }


def test_1_of_any_day_the_course_says_what_is_answered_about_that_day():
    with stored() as store:
        head = finding(store, "王示例")
        see_that_it_says_the_same(store, catalogue())
        confirm(store, head)
        do(store, "objection", head, "2024-06-08")
        do(store, "revocation", "D2", "2024-06-09")
        see_that_it_says_the_same(store, catalogue())


def test_1_also_of_what_was_repaired_and_stands_again():
    law = shipped()
    with wages() as store:
        firm = repaired(store, law)
        do(store, "repair_fraud", firm, "2025-03-03", law=law)
        see_that_it_says_the_same(store, law)


def test_2_nobody_is_in_force_before_it_was_confirmed_and_served():
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        do(store, "objection", head, "2024-06-08")
        card = portrait(store, catalogue(), "test:A#王示例", texts("en"), date(2024, 6, 10))
        (measure,) = card["measures"]
        for about in (head, measure["id"]):
            course = card["courses"][about]
            steps = [(each["since"], each["status"]) for each in course]
            assert steps[0] == (None, "derived")
            assert ("2024-06-07", "in_force") in steps
            assert steps[-1 if steps[-1][1] == "paused" else -2] == ("2024-06-08", "paused")
            assert on(course, date(2024, 6, 7))["from"] == "2024-06-07"
            assert {status for since, status in steps if since and since < "2024-06-07"} & {"in_force", "paused"} == set()


def test_a_restriction_is_found_by_the_repair_that_waits():
    law = shipped()
    with wages() as store:
        firm = under_wages(store, "test:A").id
        confirm(store, firm, law=law)
        for kind in ("conduct_corrected", "pledge"):
            do(store, kind, firm, "2024-06-10", law=law)
        do(store, "repair_application", firm, "2024-12-11", law=law)
        known, graph = cases(store, law), snapshot_of(store)
        each = next(r for r in known.restrictions if any(ground.finding == firm for ground in r.grounds))
        before, after = (known.codes(each, date(2024, 12, day)) for day in (10, 11))
        row = restriction_json(known, graph, each, date(2024, 12, 11))
    assert (before, after) == ({"in_force"}, {"in_force", "repair_pending"})
    assert (row["status"], row["grounds"][0]["stage"]) == ("in_force", "repair_pending")


def test_a_card_tells_what_happened_on_one_day_as_the_case_went_on():
    steps = ["proposal", "notice", "statement", "objection"]
    with stored() as store:
        head = finding(store, "王示例")
        for kind in steps:
            do(store, kind, head, "2024-06-03")
        card = portrait(store, catalogue(), "test:A#王示例", texts("en"), date(2024, 6, 10))
    assert [event["kind"] for event in card["events"]] == steps
