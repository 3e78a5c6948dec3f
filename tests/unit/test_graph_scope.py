"""The part of the graph about something: each test quotes an invariant of graph/snapshot/scope.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.responsibility.propagation import propagate
from api.use_cases.reading import snapshot_of
from graph.model import Operation
from graph.snapshot.scope import snapshot_about
from graph.store.base import Store
from tests.api_world import add, catalogue, stored
from tests.builder import Case

PEOPLE = ("王示例", "李示例")
COMPANIES = ("A", "B", "C")


@st.composite
def worlds(draw: st.DrawFn) -> Case:
    """Three enterprises, namesakes, numbers, rulings, and decisions that rest on, annul and replace each other."""
    world = Case(catalogue())
    nodes = []
    for name in COMPANIES:
        company = world.company(name)
        for _ in range(draw(st.integers(0, 3))):
            person, bearer = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from([None, "1", "2"]))
            role = draw(st.sampled_from(["legal_representative", "director"]))
            company.post(role, person, since=draw(st.sampled_from(["2015", "2022-06"])), bearer=bearer)
            if bearer:
                company.person(person, bearer, draw(st.sampled_from(["", "aa", "bb"])))
            nodes.append(f"test:{name}#{person}" + (f"@register:{bearer}" if bearer else ""))
    ids = ["D1", "D2", "D3"]
    for name in ids:
        respondent = draw(st.sampled_from(COMPANIES))
        world.decision(respondent, ["listed_wage_arrears"], name=name, date=draw(st.sampled_from(["2023-05-10", "2024-02-01"])))
        for _ in range(draw(st.integers(0, 2))):
            found = draw(st.sampled_from([(), ("directly_responsible_supervisor",)]))
            at, person = draw(st.sampled_from(COMPANIES)), draw(st.sampled_from(PEOPLE))
            world.names(person, at, decision=name, found_as=found)
            nodes.append(f"test:{at}#{person}@?{name}")
    for _ in range(draw(st.integers(0, 2))):
        pair = draw(st.permutations(ids))
        world.link(pair[0], draw(st.sampled_from(["annuls_from_beginning", "rests_on", "replaces"])), pair[1])
    for _ in range(draw(st.integers(0, 3))):
        if len(nodes) > 1:
            world.rule_on(
                draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes)), draw(st.sampled_from(["accepted", "rejected"]))
            )
    return world


def filled(world: Case) -> Store:
    store = stored(derive=False, world=Case(catalogue()))
    for fact in world.facts:
        add(store, fact)
    return store


@given(world=worlds())
def test_a_decision_leads_to_the_same(world: Case) -> None:
    """1. What a decision leads to is the same on the part about it as on the whole graph."""
    with filled(world) as store:
        whole = snapshot_of(store)
        for fact in whole.decisions():
            part = snapshot_about(store, [fact.value.id])
            assert propagate(part, fact.value.id, catalogue()) == propagate(whole, fact.value.id, catalogue())
            for finding in propagate(part, fact.value.id, catalogue()):
                assert part.label(finding.party) == whole.label(finding.party)
                assert part.label(finding.company) == whole.label(finding.company)


@given(world=worlds())
def test_people_are_told_apart_alike(world: Case) -> None:
    """2. Whatever may join or part two of them is in the part."""
    with filled(world) as store:
        whole = snapshot_of(store)
        for name in COMPANIES:
            part = snapshot_about(store, [f"test:{name}"])
            for node in whole.entities():
                if node.startswith(f"test:{name}#"):
                    assert part.identity.members(node) == whole.identity.members(node)
                    assert part.held(node) == whole.held(node)
                    assert part.named_in(node) == whole.named_in(node)
            assert part.holders(f"test:{name}") == whole.holders(f"test:{name}")


@pytest.mark.parametrize("known_at", [1, 2])
def test_as_known_then(known_at: int) -> None:
    world = Case(catalogue())
    world.company("A").legal_representative("王示例", since="2015")
    with stored(derive=False, world=world) as store:
        add(store, world.facts[1], operation=Operation.RETRACTION)
        assert len(snapshot_about(store, ["test:A"], known_at).holders("test:A")) == 2 - known_at
