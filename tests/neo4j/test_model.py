"""The model for reading follows the record: what is current is there, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph.codec import make_fact
from graph.dates import PartialDate, Period
from graph.model import Decision, Entity, Event, Name, Naming, Operation, Origin, PartyRef, Relationship, appearance
from graph.store import open_store
from graph.store.base import Store, Write
from tests.contract.test_store import CHANGE, CORRECTION, ENDED, RETRACTION, act, company, office, put
from tests.neo4j_server import Server

pytestmark = pytest.mark.required


@pytest.fixture
def store(neo4j_server: Server) -> Iterator[Store]:
    with open_store(neo4j_server.empty()) as opened:
        yield opened


def drawn(server: Server) -> list[list[str]]:
    """The relationships for reading, as (from, type, to)."""
    return server.ask(
        "MATCH (a)-[r]->(b) WHERE NOT a:Fact RETURN coalesce(a.name, a.id), type(r), coalesce(b.name, b.id) ORDER BY 2, 1, 3"
    )


def parties(server: Server) -> dict[str, list[str]]:
    return {name: sorted(labels) for name, labels in server.ask("MATCH (p:Party) RETURN coalesce(p.name, p.id), labels(p)")}


def test_a_change_a_correction_and_a_retraction(store: Store, neo4j_server: Server):
    put(store, office(), company("A", "示例甲"))
    assert drawn(neo4j_server) == [["张示例", "DIRECTOR", "示例甲"]]
    assert parties(neo4j_server) == {"张示例": ["Party", "Person"], "示例甲": ["Company", "Party"]}
    put(store, office(end=ENDED), operation=CHANGE)
    assert drawn(neo4j_server) == [["张示例", "WAS_DIRECTOR", "示例甲"]]
    put(store, company("A", "改后"), operation=CORRECTION)
    assert drawn(neo4j_server) == [["张示例", "WAS_DIRECTOR", "改后"]]
    put(store, office(end=ENDED), operation=RETRACTION)
    assert drawn(neo4j_server) == []
    assert parties(neo4j_server) == {"改后": ["Company", "Party"]}
    put(store, company("A", "改后"), operation=RETRACTION)
    assert parties(neo4j_server) == {}


def test_what_one_batch_says_and_takes_back(store: Store, neo4j_server: Server):
    batch = [
        (office(), Operation.NEW),
        (office(text="x"), CORRECTION),
        (office(text="x"), RETRACTION),
        (office("2"), Operation.NEW),
    ]
    store.append([Write(fact, operation) for fact, operation in batch], act())
    assert neo4j_server.ask("MATCH ()-[r:DIRECTOR]->() RETURN r.key") == [["relationship/demo/2"]]
    assert neo4j_server.ask("MATCH (f:Fact)-[:GIVES_NAME]->(n:Name) RETURN f.key, n.text") == [["relationship/demo/2", "张示例"]]


def test_two_sources_of_one_party(store: Store, neo4j_server: Server):
    other = make_fact(Entity("demo:A", "other_organisation", (Name("示例社"),)), "A", Origin("other"))
    put(store, company("A", "示例甲"), other)
    assert parties(neo4j_server) == {"示例社": ["Company", "Organisation", "Party"]}
    put(store, company("A", "示例甲"), operation=RETRACTION)
    assert parties(neo4j_server) == {"示例社": ["Organisation", "Party"]}


def test_told_at_once_or_one_by_one_the_picture_is_the_same(store: Store, neo4j_server: Server):
    other = make_fact(Entity("demo:A", "other_organisation", (Name("示例社"),)), "A", Origin("other"))
    decision = make_fact(Decision("d", "penalty", (), PartyRef("demo:A"), "示例局"), "d", Origin("demo"))
    facts = [office(), company("A", "示例甲"), other, make_fact(Naming("d", None, "某人"), "n", Origin("demo")), decision]
    everything = "MATCH (n) WHERE n:Party OR n:Decision OPTIONAL MATCH (n)-[r]-(m) RETURN labels(n), n, type(r), m"

    def picture() -> list[str]:
        return sorted(str([sorted(labels), node, joined, end]) for labels, node, joined, end in neo4j_server.ask(everything))

    put(store, *facts)
    at_once = [line for line in picture() if "DESCRIBES" not in line]
    neo4j_server.empty()
    with open_store(neo4j_server.url) as again:
        for fact in facts:
            put(again, fact)
        assert [line for line in picture() if "DESCRIBES" not in line] == at_once
        assert neo4j_server.ask("MATCH (:Fact)-[d:DESCRIBES]->(n) RETURN n.id, count(d) ORDER BY n.id") == [["d", 1], ["demo:A", 2]]


def test_nothing_of_what_is_sealed_stays(store: Store, neo4j_server: Server):
    secret = appearance("demo:A", "被忘者")
    value = Relationship(PartyRef(secret), PartyRef("demo:A"), "director", Period.parse("2015/open"), text="被忘职务")
    sealed, naming = make_fact(value, "1", Origin("demo")), make_fact(Naming("d", PartyRef(secret), "被忘者"), "n", Origin("demo"))
    happened = make_fact(Event("notice", "d", PartialDate.parse("2020"), text="被忘事"), "e", Origin("demo"))
    decision = make_fact(Decision("d", "penalty", (), PartyRef("demo:A"), "被忘局"), "d", Origin("demo"))
    facts = (sealed, naming, happened, decision)
    put(store, company("A", "示例甲"), *facts)
    for fact in facts:
        store.seal(fact.key, "art. 7", act())
    left = neo4j_server.ask("MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN properties(n), collect(properties(r))")
    assert "被忘" not in str(left)
    assert neo4j_server.ask("CALL db.index.fulltext.queryNodes('names', '被忘') YIELD node RETURN node.id") == []
    assert parties(neo4j_server) == {"示例甲": ["Company", "Party"]}
    assert store.verify() is None


def test_the_index_of_names_finds_two_characters(store: Store, neo4j_server: Server):
    put(store, company("A", "临沂示例有限公司", Name("旧称实业", "former")), company("B", "别家"))
    ask = "CALL db.index.fulltext.queryNodes('names', $text) YIELD node RETURN node.id"
    assert neo4j_server.ask(ask, text="沂示") == neo4j_server.ask(ask, text="旧称") == [["demo:A"]]
