"""Each test quotes an invariant of graph/export/drawing.py or graph/export/spool.py."""

from collections import Counter
from datetime import date

import pytest

from graph.codec import make_fact
from graph.export import drawing
from graph.export.spool import Spool, plain
from graph.model import Decision, Origin, PartyRef
from graph.store import _neo4j_model as model
from graph.store import open_store
from tests.api_world import add
from tests.export_world import TODAY, A, edge, facts, world


@pytest.fixture
def extract():
    with open_store("sqlite:///:memory:") as store:
        second = Decision("d:1", "listing", (), PartyRef(A), "另一局")
        add(store, make_fact(second, "d:1", Origin("other")))
        add(store, *(edge(str(90 + n), PartyRef(f"{A}#钱示例", bearer), A, "director") for n, bearer in enumerate(("r:1", "r:2"))))
        unsaid = make_fact(edge("x", PartyRef(f"{A}#钱示例"), A, "director").value, "x", Origin("other"))
        add(store, unsaid)
        yield world(store)


def test_1_labels_types_and_properties_are_those_of_the_store(extract):
    told = {(fact.key, each.type): each for fact in facts() for each in model.edges(fact, TODAY)}
    drawn = {(each.properties["key"], each.type): each for each in drawing.edges(extract, TODAY)}
    assert told.keys() <= drawn.keys()
    for key, each in told.items():
        assert drawn[key].properties == each.properties
        assert (drawn[key].start, drawn[key].end) == (each.start, each.end)
    made = {vertex.id: vertex for vertex in drawing.vertices(extract)}
    for fact in facts():
        if model.described(fact.value) and fact.value.id != "d:1":
            row = model.node(*model.described(fact.value), [fact.value])
            assert made[fact.value.id].properties == row["properties"]
            assert made[fact.value.id].labels == (model.described(fact.value)[0], *row["labels"])


def test_1_whoever_could_be_one_of_several_people_is_not_sure(extract):
    unsure = [each for each in drawing.edges(extract, TODAY) if each.properties.get("sure") is False]
    assert [each.start[1] for each in unsure] == [f"{A}#钱示例@?other"]
    assert not [each for each in drawing.edges(extract, TODAY) if "bearer" in each.properties]


def test_2_every_node_comes_once_and_each_relationship_between_two_of_them(extract):
    nodes = Counter((vertex.label, vertex.id) for vertex in drawing.vertices(extract))
    assert set(nodes.values()) == {1}
    assert {end for each in drawing.edges(extract, TODAY) for end in (each.start, each.end)} <= nodes.keys()
    (decision,) = [vertex for vertex in drawing.vertices(extract) if vertex.label == "Decision"]
    assert decision.properties["number"] == "示例〔2020〕1号"


def test_3_a_column_has_one_type(tmp_path):
    with Spool(tmp_path, plain) as spool:
        spool.add(["a"], {"x": 1, "y": date(2020, 1, 2), "z": True})
        spool.add(["b"], {"x": 2, "y": "life", "w": 0.5, "v": "\ud800"})
        assert spool.types == {"x": "long", "y": "string", "z": "boolean", "w": "double", "v": "string"}
        assert list(spool.rows()) == [
            (["a"], {"x": "1", "y": "2020-01-02", "z": "true"}),
            (["b"], {"x": "2", "y": "life", "w": "0.5", "v": "\ud800"}),
        ]
    assert list(tmp_path.iterdir()) == []
