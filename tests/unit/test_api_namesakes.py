"""The invariants of `api.use_cases.namesakes`, by number."""

from __future__ import annotations

from datetime import date

import pytest

from api.use_cases.namesakes import restricted_elsewhere
from graph.store.base import Store
from tests.api_world import case, catalogue, stored
from tests.builder import shipped
from tests.case_world import confirm, do, finding, under_wages, wages

DAY = date(2024, 6, 10)


def elsewhere(store: Store, name: str, *own: str, purpose: str = "any", day: date = DAY, **more: int) -> bool:
    return restricted_elsewhere(store, catalogue(), name, own, purpose, day, **more)


@pytest.fixture
def store():
    with stored() as made:
        yield made


def test_1_nobody_is_his_own_namesake(store):
    assert not elsewhere(store, "孙示例", "test:B#孙示例")
    assert elsewhere(store, "孙示例", "test:A#孙示例")
    assert elsewhere(store, " 孙示例 ")
    assert not elsewhere(store, "孙示")


def test_2_only_what_binds_on_the_day_counts(store):
    assert not elsewhere(store, "王示例"), "what is derived binds nobody"
    confirm(store, finding(store, "王示例"))
    assert elsewhere(store, "王示例")
    do(store, "objection", "D1", "2024-06-10")
    assert not elsewhere(store, "王示例"), "paused"
    assert not elsewhere(store, "孙示例", day=date(2022, 1, 1)), "not yet"


def test_2_only_what_matters_for_the_purpose_counts():
    with wages() as store:
        confirm(store, under_wages(store, "test:A#王示例").id, law=shipped())

        def told(purpose: str) -> bool:
            return restricted_elsewhere(store, shipped(), "王示例", (), purpose, DAY)

        assert (told("tendering"), told("appointment")) == (True, False)


def test_3_where_more_bear_the_name_than_are_looked_at_it_counts():
    made = case()
    made.company("A").director("冯示例")
    made.company("B").director("冯示例")
    with stored(made) as store:
        assert not elsewhere(store, "冯示例")
        assert elsewhere(store, "冯示例", most=2)
