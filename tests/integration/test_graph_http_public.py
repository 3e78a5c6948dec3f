"""Whoever sees no persons is answered as if there were none: the same world, stored with and without its persons."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from api.settings import Settings
from graph.codec import make_fact
from graph.model import Entity, Fact, Name, Origin, Payload
from graph.store import open_store
from tests.api_world import add
from tests.graph_world import edge
from tests.integration.test_http import in_process

SHARES = ("", "", "5", "25", "30", "37", "50", "50.0001", "60", "100", "10-40", "40-60")
QUESTIONS = ("owners", "controls", "controlled", "group", "network?hops=3", "controls?threshold=cn_listed_control")
WORLDS = 12


def entity(ident: str, kind: str = "company", name: str = "") -> Fact[Payload]:
    return make_fact(Entity(ident, kind, (Name(name or ident),)), ident, Origin("register", "e.csv", 1))


def world(number: int) -> Iterator[tuple[Fact[Payload], bool]]:
    """Statements of companies and two persons who hold each other at random, each with whether a person has part in it."""
    chance = random.Random(number)
    companies = [f"t:W{number}C{i}" for i in range(chance.randint(2, 4))]
    persons = [f"{companies[0]}#王示例", f"{companies[0]}#李示例"]
    yield from ((entity(each), False) for each in companies)
    for held in companies:
        for holder in chance.sample([*companies, *persons], chance.randint(0, 4)):
            period = "2010/unknown" if chance.random() < 0.15 else "2010/open"
            yield edge(f"{holder} {held}", holder, held, share=chance.choice(SHARES), period=period), holder in persons
    first, middle, last = companies[0], persons[0], companies[-1]
    for party, other in pairwise((first, middle, last)):  # a pact that a person joins is none between the two others
        yield edge(f"pact {party} {other}", party, other, "acting_in_concert"), True


def special() -> Iterator[tuple[Fact[Payload], bool]]:
    """A hub of persons with one company, and a person who is called as a company is."""
    yield from ((entity(each), False) for each in ("t:hub", "t:one", "t:far"))
    yield edge("one", "t:one", "t:hub", share="1"), False
    yield edge("far", "t:far", "t:hub", share="1"), False
    for number in range(300):
        yield edge(f"hub {number}", f"t:hub#某{number}", "t:hub", share="0.3"), True
    yield entity("t:namesake", name="何示例"), False
    yield edge("namesake", "t:namesake", "t:far", share="60"), False
    yield edge("person", "t:one#何示例", "t:one", "director"), True


def asked(place: Path, facts: list[Fact[Payload]], addresses: list[str]) -> list[tuple[int, Any]]:
    url = f"sqlite:///{place}"
    with open_store(url) as store:
        add(store, *facts)
    with in_process(Settings(store=url, lang="en", rate_public=0)) as (_, client):
        del client.headers["Authorization"]
        client.headers.pop("Zeren-Purpose", None)
        answers = [client.get(f"/v1/graph/{address}") for address in addresses]
    return [(each.status_code, without_version(each.json())) for each in answers]


def without_version(found: Any) -> Any:
    if isinstance(found, dict):
        return {key: without_version(value) for key, value in found.items() if key != "version"}
    return [without_version(each) for each in found] if isinstance(found, list) else found


@pytest.mark.parametrize("seed", range(2))
def test_nothing_that_is_answered_differs(tmp_path: Path, seed: int) -> None:
    said = [*special(), *(row for number in range(WORLDS) for row in world(1_000 * seed + number))]
    known = {value.subject.entity for fact, hidden in said if not hidden for value in (fact.value,) if hasattr(value, "subject")}
    known |= {"t:hub", "何示例", "t:namesake"}
    addresses = [f"{party}/{question}" for party in sorted(known) for question in QUESTIONS]
    addresses += ["t:one/network?hops=3", "t:one/paths?to=t:far", "何示例/controlled?as_of=2018-01-01"]
    found = asked(tmp_path / "with.db", [fact for fact, _ in said], addresses)
    expected = asked(tmp_path / "without.db", [fact for fact, hidden in said if not hidden], addresses)
    differing = {address: pair for address, *pair in zip(addresses, found, expected, strict=True) if pair[0] != pair[1]}
    assert differing == {}
    assert sum(status == 200 for status, _ in found) > len(addresses) / 2
