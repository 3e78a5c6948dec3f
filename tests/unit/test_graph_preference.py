"""The invariants of `graph.preference`, one test a number."""

import pytest

from graph.preference import preference_of, ranked, why
from graph.snapshot import Snapshot
from graph.store import open_store
from loaders.mapping_file import parse_mapping
from tests.delivery_desk import DAYS, MAPPING, Desk


@pytest.fixture
def desk(tmp_path):
    with open_store("sqlite:///:memory:") as store:
        yield Desk(store, tmp_path)


def load(desk, source, name, precedence=0, day=DAYS[0]):
    text = MAPPING.format(mode="delta", shrinkage=1).replace("source: reg", f"source: {source}\nprecedence: {precedence}")
    desk.mapping = parse_mapping(text.replace("id: {column: id}", "id: {scheme: registration, column: id}"))
    return desk.load(day, firms=f"A,{name},")


def preference(desk, known_at=None):
    return preference_of(desk.store.facts(["delivery"], known_at))


def test_1_precedence_then_the_last_delivery_then_the_order_of_ids(desk):
    """1. A higher `precedence` wins; between equals the source that delivered last; else the order of fact ids."""
    load(desk, "first", "示例甲有限公司", precedence=1)
    version = desk.store.version()
    load(desk, "second", "示例乙有限公司")
    load(desk, "third", "示例丙有限公司")
    facts = [each.fact for each in desk.store.facts(["entity"])]
    assert [fact.origin.source for fact in ranked(facts, preference(desk))] == ["first", "third", "second"]
    assert [fact.id for fact in ranked(facts, {})] == sorted(fact.id for fact in facts)
    assert set(preference(desk, version)) == {"first"}
    graph = Snapshot.of(facts, 0, preference(desk))
    assert graph.label("registration:A") == "示例甲有限公司"


def test_2_the_reason_can_be_said(desk):
    """2. What was preferred can always be said with its reason."""
    load(desk, "first", "示例甲有限公司", precedence=1)
    load(desk, "second", "示例乙有限公司")
    undone = load(desk, "third", "示例丙有限公司")
    known = preference(desk)
    assert why("first", "third", known) == "precedence"
    assert why("third", "second", known) == "delivered_last"
    desk.undo(undone.delivery)
    assert set(preference(desk)) == {"first", "second"}
    assert why("nobody", "no other", known) == "order_of_ids"
