"""The invariants of `api.access.people`, by number: every answer of the service on a world whose persons are known."""

from __future__ import annotations

from datetime import date

import pytest

from api.access.people import people_in
from api.locales import texts
from api.use_cases import exploring
from api.use_cases.explaining import explain, why_not
from api.use_cases.findings import Query, find
from api.use_cases.graph import Filters, Graph
from api.use_cases.propagating import stored_findings
from api.use_cases.reading import snapshot_of
from api.use_cases.showing import show
from graph.codec import converter
from graph.dates import PartialDate
from graph.model import ClaimRuling, Entity, Event, Name, Naming
from graph.snapshot.kept import Kept
from tests.api_world import TODAY, catalogue, stored

OFFICES = {"test:A#王示例", "test:A#李示例", "test:A#赵示例"}
B = {"test:B#孙示例", "test:B#周示例"}


@pytest.fixture(scope="module")
def store():
    return stored()


@pytest.fixture(scope="module")
def snapshot(store):
    return snapshot_of(store)


def nobody(_: str) -> None:
    return None


def test_1_findings_speak_of_whom_they_are_about(store, snapshot):
    items = find(store, catalogue(), Query(), TODAY, snapshot).as_json()
    found = people_in({"items": items, "next": None}, store.by_id)
    assert set(found) == {item["party"]["id"] for item in items if item["party"]["kind"] == "person"}
    assert set(found) > B
    assert found["test:B#孙示例"] == {"孙示例"}


def test_1_lines_of_text_speak_of_whom_their_statements_speak(store, snapshot):
    shown = show(store, snapshot, catalogue(), "D2", texts("zh"), TODAY)
    assert set(people_in(shown, store.by_id)) == B
    for naming in shown["namings"]:
        (person,) = people_in(show(store, snapshot, catalogue(), naming["id"], texts("zh"), TODAY), store.by_id)
        assert person.partition("#")[2] in naming["text"]


def test_1_explanations_and_reasons(store, snapshot):
    for fact in stored_findings(store):
        document = explain(store, snapshot, catalogue(), fact.value, texts("en"), TODAY)
        assert fact.value.party in people_in(document, store.by_id)
    reasons = why_not(store, snapshot, catalogue(), "D1", "赵示例", texts("en"), TODAY)
    assert set(people_in(reasons, store.by_id)) == {"test:A#赵示例"}


def test_1_the_graph_and_the_statements_of_an_enterprise(store, snapshot, tmp_path):
    graph = Graph(store, Kept(store, tmp_path).columns(), texts("en"))
    near = exploring.network(graph, "test:A", Filters(as_of=date(2022, 1, 1)), hops=2, way="both", limit=100)
    assert set(people_in(near, nobody)) == {"test:A#王示例", "test:A#赵示例"}
    assert set(people_in(show(store, snapshot, catalogue(), "test:A", texts("en"), TODAY), store.by_id)) == OFFICES


@pytest.mark.parametrize(
    ("value", "people"),
    [
        (Naming("D", None, "吴示例"), {"D#吴示例": {"吴示例"}}),
        (ClaimRuling("c", "A#王示例@s:1", "B#王示例", "accepted", "x"), {"A#王示例@s:1": {"王示例"}, "B#王示例": {"王示例"}}),
        (Entity("A#王示例", "person", (Name("王示例"), Name("王小示例", "former"))), {"A#王示例": {"王示例", "王小示例"}}),
        (Event("notice", "A#王示例", PartialDate.parse("2024-01-01")), {"A#王示例": {"王示例"}}),
        (Entity("A", "company", (Name("示例公司"),)), {}),
    ],
)
def test_1_every_kind_of_statement(value, people):
    assert people_in({"value": converter().unstructure(value)}, nobody) == people


def test_1_an_error_that_lists_who_bears_a_name():
    told = people_in({"detail": "2 bear the name or number '王示例': give the id of one of them: A#王示例; B#王示例@s:1"}, nobody)
    assert set(told) == {"A#王示例", "B#王示例@s:1"}


def test_2_a_document_on_enterprises_speaks_of_nobody(store):
    owner = {"id": "test:A", "name": "示例A公司", "kind": "company"}
    assert people_in({"parties": [owner], "title": "示例A公司", "file": "x#y.csv", "rows": []}, store.by_id) == {}


def test_3_a_person_of_his_own_record_is_found_by_what_the_store_says_of_him():
    own = "list:（2020）鲁13执1号/张三"

    def whether(ids):
        return {each: {"张三", "Zhang San"} for each in ids if each == own}

    for document in (
        {"rows": [{"party": {"id": own, "name": None}}]},
        {"respondent": {"entity": own, "bearer": None}},
        {"marks": {own: []}},
        {"detail": f"2 bear the name or number '张三': give the id of one of them: list:2; {own}"},
    ):
        assert people_in(document, nobody, whether) == {own: {"张三", "Zhang San"}}
    assert people_in({"rows": [{"party": {"id": "list:2"}}], "file": own, "decision": own}, nobody, whether) == {}
