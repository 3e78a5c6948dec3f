"""The invariants of `api.use_cases.effects`, by number."""

from __future__ import annotations

from datetime import date

import pytest

from api.locales import texts
from api.use_cases.case_rows import history_json
from tests.api_world import stored
from tests.case_world import cases, confirm, do, finding


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
