"""Blocks of statements: each test quotes an invariant of graph/store/block.py."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph.codec import make_fact
from graph.errors import StoreConflict
from graph.model import Entity, Identifier, Name, Operation, Origin, Period, Relationship
from graph.model import PartyRef as Party
from graph.store import open_store
from graph.store.base import Act, Write
from graph.store.block import Block

ACT = Act(datetime(2026, 1, 1, tzinfo=UTC), "tester", "load", ("mark", "7"))
FACTS = [
    make_fact(
        Entity("reg:A", "company", (Name("示例甲有限公司"),), (Identifier("uscc", "1"),)), "reg:A", Origin("reg", "f.csv", 2)
    ),
    make_fact(Entity("reg:A#王示例", "person", (Name("王示例"),)), "reg:A#王示例", Origin("reg", "f.csv", 3), ("bad_check",)),
    make_fact(
        Relationship(Party("reg:A#王示例"), Party("reg:A"), "director", Period()), "posts/1/director", Origin("reg", "f.csv", 3)
    ),
]


def block(facts=FACTS):
    made = Block("reg", "f.csv")
    assert made.add(map(Write, facts))
    return made


def everything(store):
    rows = [store.get(fact.key) for fact in FACTS]
    found = [store.search(text) for text in ("示例", "wangshili", "1")]
    about = [recorded.fact.id for recorded in store.facts(about=["reg:A"])]
    return rows, found, about, list(store.audit()), store.progress("mark"), [store.by_id(fact.id) for fact in FACTS], store.verify()


def test_recorded_a_column_at_a_time_or_one_by_one_a_store_is_the_same():
    """1. A block is the sequence of its writes: the store is the same, hash by hash."""
    with open_store("sqlite:///:memory:") as one, open_store("sqlite:///:memory:") as other:
        assert one.append(block(), ACT) == other.append([Write(fact) for fact in FACTS], ACT)
        assert everything(one) == everything(other)
    made = block()
    assert [write.fact.key for write in made] == [fact.key for fact in FACTS]
    assert [made[place].fact.value for place in range(3)] == [fact.value for fact in FACTS]
    assert list(made[1:]) == list(made)[1:] == list(made.at([1, 2]))
    assert list(made.at([2])) == [made[2]]


def test_what_is_recorded_already_or_said_twice_is_recorded_as_in_any_batch():
    """2. A block of which anything is recorded already, or said twice, is recorded as any batch is."""
    with open_store("sqlite:///:memory:") as store:
        store.append([Write(FACTS[1])], ACT)
        assert store.append(block(), ACT).recorded == 2
        assert store.append(block(), ACT).recorded == 0
        assert store.verify() is None
    with open_store("sqlite:///:memory:") as store:
        assert store.append(block([*FACTS, FACTS[0]]), ACT).recorded == 3
        other = make_fact(Entity("reg:A", "company", (Name("示例乙有限公司"),)), "reg:A", Origin("reg", "f.csv", 9))
        with pytest.raises(StoreConflict, match="another wording"):
            store.append(block([other]), ACT)
        assert store.append(block([]), ACT).recorded == 0


def test_a_block_takes_new_statements_of_its_file_only():
    made = Block("reg", "f.csv")
    assert not made.add([Write(FACTS[0]), Write(FACTS[1], Operation.CHANGE)])
    assert not made.add([Write(FACTS[0], Operation.NEW, "why")])
    assert not Block("reg", "g.csv").add([Write(FACTS[0])])
    assert len(made) == 0
