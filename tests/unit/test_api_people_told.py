"""The invariants of `api.use_cases.people_told`, by number."""

from __future__ import annotations

from functools import partial

import pytest

from api.use_cases.people_told import people_told
from api.use_cases.reading import snapshot_of
from graph.snapshot.kept import Kept
from graph.snapshot.people import People
from graph.snapshot.scope import snapshot_about
from tests.api_world import catalogue, stored
from tests.builder import Case


def told(number: str) -> frozenset[str]:
    made = Case(catalogue())
    made.company("A").director("周文", since="2020-01-01")
    made.company("B").director("吴示众", since="2020-01-01").director("高新", since="2020-01-01")
    made.decision("A", ["fine"], name="P", kind="penalty", date="2024-05-10", number=number)
    with stored(made) as store:
        snapshot = snapshot_of(store)
        decision = snapshot.decision("P").value
        return people_told(snapshot, decision, decision.number)


def test_1_a_holder_is_told_whatever_stands_around_his_name():
    assert told("罚〔2024〕1号") == {"周文"}


@pytest.mark.parametrize(
    ("number", "names"),
    [
        ("罚吴示众1号", {"吴示众"}), ("罚吳 示-眾1号", {"吴示众"}), ("对高新的决定1号", {"高新"}), ("当事人高新1号", {"高新"}),
        ("（高新）1号", {"高新"}), ("高新区罚1号", set()), ("示例高新罚1号", set()), ("罚示众1号", set()),
    ],
)  # fmt: skip
def test_2_others_are_told_by_a_long_name_or_one_that_stands_apart(number, names):
    assert told(number) == names | {"周文"}


def test_3_an_enterprise_is_nobody():
    assert told("罚B1号") == {"周文"}


def test_2_whoever_is_outside_the_part_that_was_read_is_told_by_all_who_are_known():
    made = Case(catalogue())
    made.company("A").director("周文", since="2020-01-01")
    made.company("B").director("吳示众", since="2020-01-01")
    made.decision("A", ["fine"], name="P", kind="penalty", date="2024-05-10", number="罚吴示众1号")
    with stored(made) as store:
        near = snapshot_about(store, ["P"])
        decision, known = near.decision("P").value, partial(People().known, Kept(store, None).columns())
        assert people_told(near, decision, decision.number) == {"周文"}
        assert people_told(near, decision, decision.number, known) == {"周文", "吴示众"}
