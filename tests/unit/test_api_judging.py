"""The invariants of `api.use_cases.judging`, by number."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.use_cases.findings import Query, find
from api.use_cases.judging import judge_of
from graph.export.standings import Judged, Stand
from graph.store.base import Store
from tests.api_world import case, catalogue, stored
from tests.builder import Case, shipped
from tests.case_world import TODAY, confirm, do, finding, under_wages, wages


def judged(store: Store, *decisions: str, day: date = TODAY, as_of: date | None = None) -> Judged:
    return judge_of(store, store.version(), catalogue(), day, as_of)(decisions)


@pytest.mark.parametrize("day", [date(2024, 6, 3), date(2024, 6, 9), date(2030, 1, 1)])
def test_1_a_finding_stands_as_findings_tell_it(day):
    """1. The status of a finding is the one that `zeren findings` tells."""
    with stored() as store:
        head, banned = finding(store, "王示例"), finding(store, "孙示例")
        before = judged(store, "D1", "D2", day=day).findings
        confirm(store, head)
        do(store, "revocation", banned, "2024-06-08")
        told = {each["id"]: each["status"] for each in find(store, catalogue(), Query(), day).as_json()}
        assert judged(store, "D1", "D2", day=day).findings == told
        assert before.keys() == told.keys()
        assert before[banned] != told[banned] or day < date(2024, 6, 8)
        assert judged(store, "D1").findings.keys().isdisjoint({banned})


LINKS: list[tuple[str, dict[str, Any], Stand]] = [
    ("annuls_from_beginning", {}, Stand("annulled", "D9", "示例〔2024〕9号", "2024-01-05")),
    ("replaces", {}, Stand("replaced", "D9", "示例〔2024〕9号", "2024-01-05")),
    ("annuls_from_now", {"since": "2024-02-29"}, Stand("ended", "D9", "示例〔2024〕9号", "2024-02-29")),
    ("annuls_from_now", {"since": "2024-09-30"}, Stand("stands")),
    ("corrects", {}, Stand("stands")),
]


@pytest.mark.parametrize(("relation", "more", "expected"), LINKS)
def test_2_a_decision_says_by_which_other_it_does_not_stand(relation, more, expected):
    """2. A decision says by which other ... it is void, over or in doubt, and on which day."""
    world = another(case())
    world.link("D9", relation, "D1", **more)
    with stored(world) as store:
        assert judged(store, "D1", "D2").decisions == {"D1": expected, "D2": Stand("stands")}


def test_2_one_that_rests_on_what_fell_says_what_felled_it_and_one_that_nobody_may_end_is_in_doubt():
    world = another(case())
    world.decision("A", ["listed_wage_arrears"], name="D3")
    world.link("D3", "rests_on", "D1")
    world.link("D9", "annuls_from_beginning", "D1")
    world.link("D nowhere", "annuls_from_beginning", "D2")
    with stored(world) as store:
        told = judged(store, "D3", "D2").decisions
        assert told == {"D3": Stand("annulled", "D9", "示例〔2024〕9号", "2024-01-05"), "D2": Stand("in_doubt", "D nowhere")}
        before = judged(store, "D3", as_of=date(2023, 12, 1)).decisions
        assert before == {"D3": told["D3"]}, "what is void never had effect"


def another(world: Case) -> Case:
    world.decision("A", [], name="D9", kind="judgment", date="2024-01-05", number="示例〔2024〕9号")
    return world


@pytest.mark.parametrize("name", ["D1", "D alone"])
def test_2_what_happened_to_a_decision_itself_is_told_by_its_document(name):
    world = case()
    world.decision("B", [], name="D alone", kind="penalty")
    with stored(world) as store:
        do(store, "revocation", name, number="示例撤〔2024〕1号")
        assert judged(store, name).decisions == {name: Stand("revoked", "", "示例撤〔2024〕1号", "2024-06-03")}
        assert judged(store, name, day=date(2024, 6, 2)).decisions == {name: Stand("stands")}


def test_3_a_decision_by_which_nothing_binds_its_respondent_any_more_is_over():
    """3. A decision by which nothing binds its respondent any more is over: as the last of what was ... confirmed, ended."""
    with wages() as store:

        def stands(day):
            return judge_of(store, store.version(), shipped(), day, None)(["D1"]).decisions["D1"]

        assert stands(date(2030, 1, 1)) == Stand("stands"), "what nobody confirmed never bound"
        confirm(store, under_wages(store, "test:A").id, law=shipped())
        assert stands(date(2027, 2, 10)) == Stand("stands")
        assert stands(date(2027, 2, 11)) == Stand("expired", on="2027-02-10")
