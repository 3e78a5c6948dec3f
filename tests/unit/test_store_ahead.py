"""Appending ahead: each test quotes an invariant of graph/store/ahead.py."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from graph.codec import make_fact
from graph.errors import StoreConflict, StoreMoved
from graph.model import Entity, Name, Origin
from graph.store import ahead, open_store
from graph.store.base import Act, Write
from graph.store.block import Block


def act(number):
    return Act(datetime(2026, 1, 1, tzinfo=UTC), "tester", f"load {number}", ("mark", str(number)))


def block(number, name="示例", size=20):
    made = Block("reg", "f.csv")
    entities = [f"reg:{number}-{each}" for each in range(size)]
    facts = [make_fact(Entity(e, "company", (Name(f"{name}{e}有限公司"),)), e, Origin("reg", "f.csv", 2)) for e in entities]
    assert made.add(map(Write, facts))
    return made


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(ahead, "_LARGE", 10)
    monkeypatch.setattr(ahead, "_WORTH_STARTING", 1)
    monkeypatch.setattr(ahead, "cores", lambda: 2)


def everything(store):
    said = [(recorded.fact, recorded.version, recorded.operation) for recorded in store.changes_since(0)]
    return said, list(store.audit()), store.progress("mark"), store.search("示例"), store.verify()


def test_the_store_is_the_same_as_if_each_block_had_been_appended_here(tmp_path):
    """1. The store is the same, hash by hash."""
    written = [block(0), block(1), block(2, size=3), [*block(3)], block(4), block(5), block(4), block(6)]
    with open_store(f"sqlite:///{tmp_path / 'one.db'}") as one, open_store(f"sqlite:///{tmp_path / 'other.db'}") as other:
        plain = [one.append(writes, act(number)) for number, writes in enumerate(written)]
        heard = []
        with ahead.Ahead(other) as writer:
            for number, writes in enumerate(written):
                writer.append(writes, act(number), heard.append)
            writer.settle()
            assert writer._second is not None
        assert heard == plain
        assert everything(other) == everything(one)


def test_what_is_small_waits_for_nobody(tmp_path):
    """1. Statements, and marks alone, that follow what is on its way are recorded after it, and what they mark is told."""
    written = [block(0), block(1), block(2, size=1), [], block(3)]
    with open_store(f"sqlite:///{tmp_path / 'one.db'}") as one, open_store(f"sqlite:///{tmp_path / 'other.db'}") as other:
        plain = [one.append(writes, act(number)) for number, writes in enumerate(written)]
        heard = []
        with ahead.Ahead(other) as writer:
            for number, writes in enumerate(written):
                writer.append(writes, act(number), heard.append)
                if number == 2:
                    assert len(heard) == 1
                    assert writer.tells("mark")
                    assert not writer.tells("another")
            writer.settle()
            assert not writer.tells("mark")
        assert heard == plain
        assert everything(other) == everything(one)


def test_what_cannot_be_recorded_is_told_as_append_tells_it_and_nothing_after_it_is_recorded(tmp_path):
    """2. Where it cannot be, what is raised is what `append` raises, and nothing that was given after it is recorded."""
    with open_store(f"sqlite:///{tmp_path / 'one.db'}") as store:
        with ahead.Ahead(store) as writer:
            heard = []
            for number in range(3):
                writer.append(block(number), act(number), heard.append)
            writer.append(block(1, "又名"), act(3), heard.append)
            writer.append(block(4), act(4), heard.append)
            with pytest.raises(StoreConflict, match="has another wording"):
                writer.settle()
            writer.settle()
            assert len(heard) == 3
        assert store.version() == 3
        assert store.progress("mark") == "2"


def test_what_a_killed_process_did_not_record_is_recorded_here(tmp_path):
    """2. After `settle` all that was given is durable."""
    with open_store(f"sqlite:///{tmp_path / 'one.db'}") as store, ahead.Ahead(store) as writer:
        heard = []
        writer.append(block(0), act(0), heard.append)
        writer.append(block(1), act(1), heard.append)
        os.kill(writer._second.ask(os.getpid).result(), 9)
        for number in range(2, 5):
            writer.append(block(number), act(number), heard.append)
        writer.settle()
        assert [each.version for each in heard] == [1, 2, 3, 4, 5]
        assert store.verify() is None


def test_what_is_on_its_way_is_known_and_bounded(tmp_path):
    """3. A bounded number of blocks is on its way, and what they say is known here before it is recorded."""
    with open_store(f"sqlite:///{tmp_path / 'one.db'}") as store, ahead.Ahead(store) as writer:
        heard = []
        for number in range(8):
            writer.append(block(number), act(number), heard.append)
            assert 1 + number - len(heard) <= ahead._MOST
            sent = [block(each) for each in range(len(heard), number + 1)]
            assert writer.ids() == {key: own for made in sent for key, own in zip(made.keys, made.ids, strict=True)}
        writer.settle()
        assert writer.ids() == {}


def test_a_store_in_memory_and_one_core_need_no_second_process(tmp_path, monkeypatch):
    with open_store("sqlite:///:memory:") as store, ahead.Ahead(store) as writer:
        for number in range(4):
            writer.append(block(number), act(number), lambda _: None)
        assert writer._second is None
    monkeypatch.setattr(ahead, "cores", lambda: 1)
    with open_store(f"sqlite:///{tmp_path / 'one.db'}") as store, ahead.Ahead(store) as writer:
        for number in range(4):
            writer.append(block(number), act(number), lambda _: None)
        assert writer._second is None


def test_the_second_process_writes_into_no_other_file_that_stands_there_since(tmp_path):
    """4. The second process writes into the file that is open here, and into no other that stands in its place since."""
    place, meanwhile = tmp_path / "one.db", tmp_path / "meanwhile.db"
    with open_store(f"sqlite:///{meanwhile}"):
        pass
    with open_store(f"sqlite:///{place}") as store, ahead.Ahead(store) as writer:
        writer.append(block(0), act(0), print)
        for each in tmp_path.glob("one.db*"):
            each.rename(tmp_path / each.name.replace("one", "away"))
        meanwhile.rename(place)
        writer.append(block(1), act(1), print)
        with pytest.raises(StoreMoved):
            writer.settle()
        assert writer._second is not None
    with open_store(f"sqlite:///{place}") as other:
        assert other.version() == 0
