"""What is gathered for one transaction: each test quotes an invariant of loaders/pending.py."""

from __future__ import annotations

import pytest

from graph.codec import make_fact
from graph.model import Entity, Operation, Origin
from graph.store.base import Write
from graph.store.block import Block
from loaders.pending import Pending


def write(own, kind="company", operation=Operation.NEW):
    return Write(make_fact(Entity(own, kind), own, Origin("reg", "f.csv", 2)), operation)


def block(*names):
    made = Block("reg", "f.csv")
    made.add(map(write, names))
    return made


@pytest.mark.parametrize("later", [write("a", "person"), write("a", "person", Operation.CHANGE)])
def test_a_later_write_takes_the_place_of_the_earlier(later):
    """1. A later write of a key takes the place of the earlier one, and stands where that stood."""
    pending = Pending("reg", "f.csv")
    pending.take(block("a", "b"))
    pending.add({later.fact.key: later})
    assert [each.fact.id for each in pending.writes()] == [later.fact.id, write("b").fact.id]
    assert pending.get(later.fact.key) == later
    assert pending.ids() == {key: each.fact.id for key, each in pending.by_key().items()}
    assert len(pending) == 2


def test_order_is_kept_whatever_comes():
    """2. One write that is not new does not make another of the others: they are recorded in the order they were told."""
    pending = Pending("reg", "f.csv")
    pending.take(block("a"))
    pending.add({write("b").fact.key: write("b")})
    assert isinstance(pending.writes(), Block)
    changed = write("c", operation=Operation.CHANGE)
    pending.add({changed.fact.key: changed})
    pending.take(block("d"))
    assert [each.fact.key.rpartition("/")[2] for each in pending.writes()] == list("abcd")
    assert [each.operation for each in pending.writes()] == [Operation.NEW] * 2 + [Operation.CHANGE, Operation.NEW]
    assert [pending.get(each.fact.key).fact.id for each in pending.writes()] == [each.fact.id for each in pending.writes()]
    assert pending.get("entity/reg/z") is None
