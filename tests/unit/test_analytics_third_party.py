"""The numbered invariants of `analytics.responsibility.third_party`."""

from __future__ import annotations

from datetime import date

import pytest

from analytics.responsibility.propagation import propagate
from analytics.responsibility.third_party import touched
from tests.builder import Case, shipped

DAY = date(2024, 6, 1)


def world() -> Case:
    case = Case()
    a = case.company("A").legal_representative("王示例", "2020", bearer="1").director("王示例", "2020", bearer="1")
    a.director("李示例", "2019").director("赵示例", "2019", "2023-12-31").person("王示例", "1", "f00d")
    a.director("周示例", "2019", "unknown")
    b = case.company("B").legal_representative("王示例", "2021", bearer="1").person("王示例", "1", "f00d")
    b.shareholder("王示例", "2021", bearer="1")
    case.company("C").legal_representative("王示例", "2021")
    case.company("D").post("shareholder", "王示例", "2021", bearer="1").person("王示例", "1", "f00d")
    case.decision("A", ["listed_wage_arrears"])
    return case


def person(case: Case) -> str:
    return case.snapshot.holders("test:B")[0].party.id


def posts(case: Case, day: date = DAY) -> set[tuple[str, str, int, int, str]]:
    found = touched(case.snapshot, person(case), day)
    return {(t.company, p.holding.value.interest, p.others, p.possible, p.consequence) for t in found for p in t.posts}


def test_1_only_his_own_offices_count_and_never_a_namesakes():
    case = world()
    assert {company for company, *_ in posts(case)} == {"test:A", "test:B"}


@pytest.mark.parametrize(
    ("barred", "left"),
    [
        ((), set()),
        (("supervisor",), set()),
        (("senior_manager",), {"general_manager"}),
        (("legal_representative",), {"legal_representative"}),
    ],
)
def test_1_only_offices_that_a_measure_bars_from_count(barred, left):
    case = Case()
    case.company("A").legal_representative("王示例", "2020").post("general_manager", "王示例", "2020").shareholder("王示例", "2020")
    found = touched(case.snapshot, "test:A#王示例", DAY, lambda _: barred)
    assert {post.holding.value.interest for each in found for post in each.posts} == left


@pytest.mark.parametrize(
    ("until", "consequence"), [("2024-05-31", None), ("2024-06-01", "vacant"), ("2024", "uncertain"), ("unknown", "uncertain")]
)
def test_2_a_vague_post_is_uncertain_and_one_that_had_ended_is_not_there(until, consequence):
    case = Case()
    case.company("A").principal("王示例", "2020", until)
    found = touched(case.snapshot, "test:A#王示例", DAY)
    assert [p.consequence for t in found for p in t.posts] == ([consequence] if consequence else [])


def test_3_others_are_those_who_certainly_hold_the_same_office_that_day_and_apart_those_who_may():
    case = world()
    assert posts(case) == {
        ("test:A", "legal_representative", 0, 0, "vacant"),
        ("test:A", "director", 1, 1, "shared"),
        ("test:B", "legal_representative", 0, 0, "vacant"),
    }
    assert ("test:A", "director", 2, 1, "shared") in posts(case, date(2023, 6, 1))


@pytest.mark.parametrize(("his", "consequence"), [("open", "perhaps_vacant"), ("unknown", "uncertain")])
def test_3_a_post_is_vacant_only_where_nobody_else_may_hold_it(his, consequence):
    case = Case()
    company = case.company("A").director("王示例", "2020", his).director("周示例", "2019", "unknown")
    company.post("supervisor", "吴示例", "2019").post("chairman", "周示例", "2018", "unknown")
    found = touched(case.snapshot, "test:A#王示例", DAY)
    assert [(p.others, p.possible, p.consequence) for t in found for p in t.posts] == [(0, 1, consequence)]


def test_3_an_independent_director_is_a_director_too():
    case = Case()
    case.company("A").director("王示例", "2020").post("independent_director", "郑示例", "2019")
    (touch,) = touched(case.snapshot, "test:A#王示例", DAY)
    assert [(p.others, p.consequence) for p in touch.posts] == [(1, "shared")]


def test_4_nothing_is_derived():
    case = world()
    before = propagate(case.snapshot, "D1", shipped())
    snapshot = case.snapshot
    assert touched(snapshot, person(case), DAY)
    assert propagate(snapshot, "D1", shipped()) == before
    assert not [f for f in before if f.company in ("test:B", "test:C")]
