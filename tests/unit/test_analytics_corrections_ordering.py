"""The numbered invariants of `analytics.responsibility.ordering`, and what follows from them for findings."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.responsibility.ordering import orders
from graph.dates import PartialDate
from graph.model import Imposed, Naming, PartyRef, Term, appearance
from tests.builder import Case

WAGE, BAN = "listed_wage_arrears", "securities_market_ban"
NAMES = [("C1", "C2"), ("C2", "C1"), ("K", "C9"), ("Z", "B")]
OPEN_DAYS = [("2024-06-01", "2024-06-01"), ("2024-03", "2024"), ("2024-03-01", "unknown"), ("2024", "2024-01")]
DATES = st.sampled_from(["2024-01-01", "2024-01", "2024-02-01", "2024", "unknown"])


def corrected(first: tuple[str, str], second: tuple[str, str], target: str) -> Case:
    """A listing; one document moves the conduct to the days of one head, another to those of the next."""
    case = Case()
    case.company("A").legal_representative("王示例", "2015", "2022-05-31").legal_representative("李示例", "2022-06-01")
    case.decision("A", [WAGE])
    conduct = "2022-03-01/2022-04-01", "2022-08-01/2022-09-01"
    for (name, day), when, other in zip((first, second), conduct, ("D1", target), strict=True):
        case.decision("A", [WAGE], name=name, date=day, conduct=when)
        case.link(name, "corrects", other)
    return case


def heads(case: Case) -> set[tuple[str, str, str]]:
    found = [f for f in case.findings(rule="D2-WAGE") if f.clause == "head"]
    missing = [next((p.reason for p in f.premises if p.state != "proved"), "") for f in found]
    return {(f.party[-3:], str(f.outcome), reason) for f, reason in zip(found, missing, strict=True)}


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("days", OPEN_DAYS)
def test_1_a_correction_of_a_correction_counts_after_it(names, days):
    case = corrected((names[0], days[0]), (names[1], days[1]), names[0])
    assert heads(case) == {("李示例", "established", "")}


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("days", [("2024-05", "2024-06-01"), ("2023-12-31", "2024")])
def test_2_the_later_of_two_counts(names, days):
    case = corrected((names[0], days[0]), (names[1], days[1]), "D1")
    assert heads(case) == {("李示例", "established", "")}


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("days", OPEN_DAYS)
def test_3_two_that_contradict_each_other_bind_nobody_while_nothing_says_which_is_later(names, days):
    case = corrected((names[0], days[0]), (names[1], days[1]), "D1")
    assert heads(case) == {(person, "lead", "correction_order_open") for person in ("王示例", "李示例")}
    assert case.why_not("王示例", rule="D2-WAGE").reason == "correction_order_open"
    assert [str(f.outcome) for f in case.findings(rule="D2-WAGE") if f.clause == "employer"] == ["established"]


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize(
    ("terms", "found"), [((3, 8), ("lead", "2021-12-06", "derived")), ((4, 4), ("established", "2022-12-06", "imposed"))]
)
def test_3_of_two_terms_the_shorter_is_shown_and_one_said_twice_is_certain(names, terms, found):
    case = Case()
    case.company("A")
    for name, day, years in (
        ("D1", "2018-12-06", 5),
        *((name, "2019-03-01", term) for name, term in zip(names, terms, strict=True)),
    ):
        case.decision("A", [BAN], name=name, kind="market_ban", date=day, conduct="2015/2017")
        imposed = (Imposed(BAN, term=Term(years)),)
        case.add(Naming(name, PartyRef(appearance("test:A", "王示例")), "王示例", responsible=True, imposed=imposed), "decisions")
        if name != "D1":
            case.link(name, "corrects", "D1")
    assert {(str(f.outcome), f.until, f.origin) for f in case.findings("王示例")} == {found}


@given(st.lists(DATES, min_size=1, max_size=6), st.data())
@settings(max_examples=100, deadline=None)
def test_1_2_3_orders_keep_what_is_certain_and_are_all_of_them_where_they_are_few(dates, data):
    days = {f"C{place}": PartialDate.parse(each) for place, each in enumerate(dates)}
    ids = list(days)
    links = {one: data.draw(st.sets(st.sampled_from(ids[:place]), max_size=1)) if place else set() for place, one in enumerate(ids)}
    links = {one: {other for other in links[one] if days[other].earliest <= days[one].latest} for one in ids}
    found = orders(days, links)
    assert found

    def fits(order: tuple[str, ...], *, by_days: bool) -> bool:
        pairs = [(one, other) for place, one in enumerate(order) for other in order[place + 1 :]]
        if any(other in links[one] for one, other in pairs):
            return False
        return not by_days or not any(days[other].latest < days[one].earliest for one, other in pairs)

    assert all(fits(order, by_days=False) for order in found)
    every = [order for order in permutations(ids) if fits(order, by_days=True)]
    if every:
        assert set(found) <= set(every)
        assert {order[-1] for order in found} == {order[-1] for order in every}
    if every and len(ids) <= 4:
        assert set(found) == set(every)


def test_3_of_many_without_a_day_each_may_be_the_last():
    days = {f"C{place}": PartialDate.parse("2024") for place in range(30)}
    found = orders(days, dict.fromkeys(days, ()))
    assert {order[-1] for order in found} == {order[0] for order in found} == set(days)
    assert len(found) <= 61
