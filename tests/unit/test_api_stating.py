"""The numbered invariants of `api.use_cases.stating`, each in a test named after its number."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from api.use_cases.stating import mark_of, named, party_json, placed, relationship_json, stated
from graph.codec import make_fact
from graph.errors import InputError
from graph.model import Entity, Fact, Name, Operation, Origin
from graph.store import open_store
from graph.store.base import Store
from tests.api_world import actor, add, stored


def firm(number: int, name: str = "公司") -> Fact[Any]:
    return make_fact(Entity(f"x:{number}", "company", (Name(f"第{number}{name}"),)), f"{number}", Origin("x", "f", number))


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store("sqlite:///:memory:") as made:
        for start in range(0, 12, 4):
            add(made, *(firm(number) for number in range(start, start + 4)))
        yield made


def names(store: Store, after: tuple[int, str] | None = None) -> list[str]:
    return [party_json(each.fact)["name"] for each in stated(store, "entity", after)]


def test_1_what_is_current_is_given_once_in_the_order_recorded(store: Store) -> None:
    add(store, firm(3, "新公司"), operation=Operation.CORRECTION)
    add(store, firm(5), operation=Operation.RETRACTION)
    expected = [f"第{number}公司" for number in range(12) if number not in (3, 5)] + ["第3新公司"]
    assert names(store) == expected


def test_2_going_on_gives_what_came_after(store: Store) -> None:
    every = list(stated(store, "entity"))
    add(store, firm(3, "新公司"), operation=Operation.CORRECTION)
    add(store, firm(5), operation=Operation.RETRACTION)
    now = [(mark_of(each), each.fact.id) for each in stated(store, "entity")]
    for place, each in enumerate(every):
        later = {other.fact.id for other in every[place + 1 :]} | {now[-1][1]}
        assert [found.fact.id for found in stated(store, "entity", mark_of(each))] == [fact for _, fact in now if fact in later]


def test_2_a_place_that_is_no_more_is_told_of(store: Store) -> None:
    every = list(stated(store, "entity"))
    store.seal(every[5].fact.key, "第一条", actor().act("seal"))
    with pytest.raises(InputError, match="start without a cursor"):
        list(stated(store, "entity", mark_of(every[5])))
    assert len(list(stated(store, "entity", mark_of(every[4])))) == 6


def test_4_by_place_it_is_the_same_and_the_place_tells_nothing(store: Store) -> None:
    every = list(placed(store, "entity"))
    assert [each for _, each in every] == list(stated(store, "entity"))
    assert [place for place, _ in every][:5] == [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1)]
    add(store, firm(3, "新公司"), operation=Operation.CORRECTION)
    add(store, firm(5), operation=Operation.RETRACTION)
    for place, each in every:
        rest = [found.fact.id for found in stated(store, "entity", mark_of(each))]
        assert [found.fact.id for _, found in placed(store, "entity", place)] == rest


def test_3_it_is_read_as_it_is_given(store: Store) -> None:
    running = stated(store, "entity")
    assert [party_json(each.fact)["id"] for each in islice(running, 2)] == ["x:0", "x:1"]
    assert isinstance(running, Iterator)


def test_relationships_name_who_appears() -> None:
    with stored(derive=False) as store:
        found = [relationship_json(each.fact) for each in stated(store, "relationship")]
    assert {(row["party"]["name"], row["subject"]["id"], row["interest"]) for row in found} >= {
        ("王示例", "test:A", "legal_representative")
    }


def test_relationships_name_the_enterprises_and_nobody_who_has_a_record_of_his_own() -> None:
    with stored(derive=False) as store:
        bare = [(each, relationship_json(each.fact)) for each in stated(store, "relationship")]
        found = [row for _, row in named(store, iter(bare))]
        assert {(row["party"]["name"], row["subject"]["name"]) for row in found} >= {("王示例", "示例A公司")}
        add(store, make_fact(Entity("x:own", "person", (Name("李示例"),)), "own", Origin("x")))
        (ending,) = named(store, [(0, {"party": {"id": "x:own", "name": None}, "subject": {"id": "test:A", "name": None}})])
    assert (ending[1]["party"]["name"], ending[1]["subject"]["name"]) == (None, "示例A公司")
