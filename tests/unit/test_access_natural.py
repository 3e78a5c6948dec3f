"""The invariants of `api.access.natural`, by number."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from api.access.natural import Natural
from graph.model import Entity, Fact, Name, Operation, Payload
from graph.snapshot.gather import from_facts
from tests.api_world import add, case, stored

OWN = "bods:p-77"


def person(*names: str, name: str = OWN) -> Entity:
    return Entity(name, "person", tuple(map(Name, names)))


def world(*values: Entity):
    made = case()
    facts: list[Fact[Payload]] = [made.add(value, f"source{number}") for number, value in enumerate(values)]
    return stored(made, derive=False), facts


def test_1_whoever_a_statement_calls_a_person_is_one_with_every_name():
    store, _ = world(person("Zhou Yin"), person("周独行"))
    natural = Natural(store)
    assert natural.among([OWN, "test:A", "test:nothing"]) == {OWN: {"Zhou Yin", "周独行"}}
    assert natural.which([OWN, "test:A", "test:A#王示例"]) == {OWN, "test:A#王示例"}


def test_1_also_where_it_was_withdrawn():
    store, (fact,) = world(person("Zhou Yin"))
    add(store, fact, operation=Operation.RETRACTION)
    assert Natural(store).among([OWN]) == {OWN: {"Zhou Yin"}}


@pytest.mark.parametrize("in_memory", [True, False])
def test_2_the_store_is_asked_once_and_not_for_what_the_graph_knows(in_memory):
    store, _ = world(person("Zhou Yin"))
    asked: list[set[str]] = []

    def wordings(kinds, about):
        asked.append(set(about))
        return store.wordings(kinds, about)

    seen = SimpleNamespace(version=store.version, wordings=wordings)
    columns = from_facts(recorded.fact for recorded in store.facts())
    natural = Natural(seen, lambda: columns if in_memory else None)
    for _ in range(2):
        assert natural.among([OWN, "test:A", "test:B", "test:A#王示例"]).keys() == {OWN}
    assert asked == [{OWN} if in_memory else {OWN, "test:A", "test:B"}, {OWN}]


def test_3_what_becomes_known_is_known_to_the_next_answer():
    store, _ = world()
    natural = Natural(store)
    assert natural.among([OWN]) == {}
    add(store, case().add(person("周独行"), "later"))
    assert natural.among([OWN]) == {OWN: {"周独行"}}
