"""The invariants of `analytics.lifecycle.ground`, by number."""

from __future__ import annotations

from datetime import date

import pytest

from analytics.lifecycle.ground import Life, answer_said, code_of, day_said, people_of
from analytics.lifecycle.table import load_table
from tests.lifecycle_world import happened

TABLE = load_table()
DAY = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("life", "code"),
    [
        (Life("notified", None, None, ("o",)), "notified"),
        (Life("active", DAY, "2027-01-01", ("o",)), "paused"),
        (Life("active", date(2024, 6, 2), "2027-01-01"), "not_yet"),
        (Life("active", DAY, None), "end_unknown"),
        (Life("repair_pending", DAY, "life"), "in_force"),
        (Life("revoked", DAY, "life", ("o",)), "revoked"),
        (Life("derived", DAY, "2024-06-01"), "derived"),
        (Life("derived", DAY, "2024-05-31"), "lapsed"),
        (Life("decided", DAY, "2024-05-31"), "lapsed"),
        (Life("rejected", DAY, "2024-05-31"), "rejected"),
    ],
)
def test_1_how_a_ground_stands_is_one_code(life, code):
    assert code_of(life, DAY, TABLE) == code


def test_2_who_stands_behind_an_event_in_one_spelling():
    for by in ("zhao", " Zhao ", "\uff3a\uff28\uff21\uff2f"):
        assert people_of(happened("proposal", "2024-03-01", by=by)[1]) == {"ZHAO"}
    both = happened("proposal", "2024-03-01", by="chen", details=(("entered_by", "sun"),))
    assert people_of(both.event) == {"CHEN", "SUN"}
    assert people_of(happened("proposal", "2024-03-01", by="\u3000").event) == set()


@pytest.mark.parametrize(
    ("by", "who"),
    [
        ("zhao、qian", "zhao"), ("zhao,某局", "zhao"), ("某局（zhao）", "ZHAO"), ("某局 zhao", "zhao"), ("某局張三", "张三"),
        ("某局（张三、李四）", "李四"), ("张三和李四", "张三"), ("qian／Zhao", "zhao"), ("临沂市某局局长张三", "张三"),
    ],
)  # fmt: skip
def test_2_whoever_is_named_beside_another_or_a_body_stands_behind_it(by, who):
    proposed, decided = (happened("proposal", "2024-03-01", by=each).event for each in (who, by))
    assert not people_of(proposed).isdisjoint(people_of(decided))


@pytest.mark.parametrize(
    ("one", "other"), [("某局（zhao）", "某局（qian）"), ("某局张三", "某局李四"), ("张三", "张三丰"), ("王和平", "和平")]
)
def test_2_two_people_of_one_body_are_two(one, other):
    assert people_of(happened("proposal", "2024-03-01", by=one).event).isdisjoint(
        people_of(happened("decision", "2024-03-01", by=other).event)
    )


@pytest.mark.parametrize(
    ("text", "said"), [("yes", True), (" Yes ", True), ("是", True), ("NO", False), ("否", False), ("", None), ("1", None)]
)
def test_3_only_yes_says_yes(text, said):
    assert answer_said(text) is said


@pytest.mark.parametrize("text", ["", None, "soon", "2024-13-01"])
def test_3_what_is_no_day_says_none(text):
    assert day_said(text) is None
    assert day_said("2024-06-01") == DAY
