"""The invariants of `api.use_cases.binding`, by number; `test_api_publishing.py` has them with the sealing."""

from __future__ import annotations

from datetime import date

import pytest

from api.use_cases.binding import may_bind
from tests.api_world import stored
from tests.case_world import cases, confirm, do, finding

DAY = date(2024, 6, 12)


@pytest.mark.parametrize(("last", "binds"), [("", True), ("objection", True), ("release", False), ("revocation", False)])
def test_1_what_is_in_force_or_paused_may_bind_and_what_is_over_does_not(last, binds):
    with stored() as store:
        head = finding(store, "王示例")
        assert not may_bind(cases(store), "D1", DAY), "what was only derived"
        confirm(store, head)
        if last:
            do(store, last, head, "2024-06-11")
        assert may_bind(cases(store), "D1", DAY) is binds
        assert may_bind(cases(store), "D2", DAY), "a ban for life"


@pytest.mark.parametrize(("filed", "over"), [("review_filed", "release"), ("suit_filed", "release"), ("suit_filed", "revocation")])
def test_2_a_review_or_a_suit_waits_for_its_end_unless_all_is_cleared(filed, over):
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        event = do(store, filed, head, "2024-06-10").event.id
        do(store, over, head, "2024-06-11")
        assert may_bind(cases(store), "D1", DAY) is (over == "release")
        do(store, "proceedings_ended", head, "2024-06-12", refers=event)
        assert not may_bind(cases(store), "D1", DAY)
        assert may_bind(cases(store), "D1", date(2024, 6, 11)) is (over == "release")


def test_2_an_objection_to_a_restriction_whole_waits_for_its_answer_before_anything_is_confirmed():
    with stored() as store:
        (restriction,) = cases(store).restrictions_on(finding(store, "王示例"))
        objection = do(store, "objection", restriction.id, "2024-06-10").event.id
        assert may_bind(cases(store), "D1", DAY)
        do(store, "dismissal", restriction.id, "2024-06-12", by="qian", refers=objection)
        assert not may_bind(cases(store), "D1", DAY)
