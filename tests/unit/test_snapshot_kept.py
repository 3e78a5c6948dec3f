"""The invariants of `graph.snapshot.kept`, by number."""

from threading import Event, Thread
from time import sleep

import pytest

from graph.codec import make_fact
from graph.dates import Period
from graph.errors import StoreError
from graph.model import Operation, Origin, PartyRef, Relationship
from graph.snapshot import kept as module
from graph.snapshot.file import SnapshotUnusable, load
from graph.snapshot.kept import Kept, history
from graph.snapshot.overlay import build
from graph.store import open_store
from tests.api_world import actor, add
from tests.graph_world import edge, facts
from tests.unit.test_snapshot_overlay import content


@pytest.fixture
def store():
    with open_store("sqlite:///:memory:") as made:
        add(made, *facts())
        yield made


def test_1_what_is_in_the_folder_is_used_and_followed(store, tmp_path):
    first = Kept(store, tmp_path / "graph")
    assert content(first.columns()) == content(build(store))
    assert first.due
    first.fold()
    assert (first.due, first.said) == (False, [])
    add(store, edge("40", "t:E", "t:C", share="1"))
    second = Kept(store, tmp_path / "graph")
    assert content(second.columns()) == content(build(store))
    assert (second.due, second.said) == (False, [])


def test_1_another_history_of_the_same_store_is_built_anew(tmp_path):
    """A copy that went on differently: the same first statements, the same version, another statement in it."""
    for share in ("1", "2"):
        with open_store("sqlite:///:memory:") as store:
            add(store, *facts())
            add(store, edge("40", "t:E", "t:C", share=share))
            kept = Kept(store, tmp_path / "graph")
            assert content(kept.columns()) == content(build(store))
            kept.fold()
            assert ["another history" in said.en and "另一段历史" in said.zh for said in kept.said] == [True] * (share == "2")


def test_1_what_is_sealed_leaves_the_columns_and_the_folder(store, tmp_path):
    kept = Kept(store, tmp_path / "graph")
    kept.columns()
    kept.fold()
    store.seal("relationship/register/3", "art. 1", actor().act("test"))
    columns = kept.columns()
    assert content(columns) == content(build(store))
    assert kept.due
    kept.fold()
    assert content(load(tmp_path / "graph", store=history(store, store.version()))) == content(columns)


def test_2_a_folder_that_cannot_be_written_costs_no_answer(store, tmp_path):
    (tmp_path / "in the way").write_text("")
    kept = Kept(store, tmp_path / "in the way" / "graph")
    assert content(kept.columns()) == content(build(store))
    kept.fold()
    assert len(kept.said) == 1
    assert "cannot be kept there" in kept.said[0].en
    assert not kept.due
    assert content(kept.columns()) == content(build(store))


def test_2_without_a_folder_nothing_is_written(store, tmp_path):
    kept = Kept(store, None)
    kept.columns()
    assert not kept.due
    kept.fold()
    assert list(tmp_path.iterdir()) == []


def test_3_who_asks_during_a_fold_is_answered_in_full(store, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MANY_CHANGES", 0)
    kept = Kept(store, tmp_path / "graph")
    kept.columns()
    for number in range(5):
        add(store, edge("3", "t:A", "t:B", share=str(20 + number)), operation=Operation.CORRECTION)
        add(store, edge(f"5{number}", "t:E", "t:C", share="1"))
        folding = Thread(target=kept.fold)
        folding.start()
        assert content(kept.columns()) == content(build(store))
        folding.join()
        assert content(kept.columns()) == content(build(store))


def two_of_one_name(store):
    """Record what only a fresh build can tell: one source knows two bearers of a name."""
    for bearer in "12":
        party = PartyRef("t:A#王示例", f"register:{bearer}")
        value = Relationship(party, PartyRef("t:A"), "director", Period.parse("2010/open"))
        add(store, make_fact(value, f"b{bearer}", Origin("register", "x.csv", 2)))


def test_4_while_a_large_graph_is_built_elsewhere_the_last_version_answers(store, tmp_path):
    asked, go = Event(), Event()

    def elsewhere():
        asked.set()
        go.wait(10)
        other = Kept(store, tmp_path / "graph")
        other.columns()
        other.fold()
        return True

    kept = Kept(store, tmp_path / "graph", elsewhere, large=0)
    before = kept.columns()
    two_of_one_name(store)
    assert kept.columns() is before
    assert asked.wait(10)
    add(store, edge("60", "t:E", "t:C", share="1"))
    assert kept.columns() is before
    assert not kept.due
    go.set()
    while kept.columns() is before:
        sleep(0.01)
    assert content(kept.columns()) == content(build(store))


def test_4_while_many_changes_are_taken_in_the_last_version_answers(store, tmp_path, monkeypatch):
    kept = Kept(store, tmp_path / "graph", lambda: False, large=0)
    before = kept.columns()
    asked, go, follow = Event(), Event(), module.Overlay.follow

    def slowly(overlay, of):
        asked.set()
        go.wait(10)
        return follow(overlay, of)

    monkeypatch.setattr(module, "MANY_AT_ONCE", 2)
    monkeypatch.setattr(module.Overlay, "follow", slowly)
    for number in range(3):
        add(store, edge(f"7{number}", "t:E", "t:C", share="1"))
    assert kept.columns() is before
    assert asked.wait(10)
    assert kept.columns() is before
    go.set()
    while kept.columns() is before:
        sleep(0.01)
    assert content(kept.columns()) == content(build(store))


def test_4_what_cannot_be_built_is_said_and_begun_again(store, tmp_path, monkeypatch):
    def broken(_store):
        raise StoreError("the disk is full")

    kept = Kept(store, tmp_path / "graph", lambda: False, large=0)
    before = kept.columns()
    kept.fold()
    two_of_one_name(store)
    with monkeypatch.context() as disk:
        disk.setattr(module, "build", broken)
        assert kept.columns() is before
        kept.wait()
        assert [said.en for said in kept.said] == ["the disk is full"]
    while kept.columns().version != store.version():
        sleep(0.01)
    assert content(kept.columns()) == content(build(store))


def test_4_nothing_is_built_any_more_after_it_was_stopped(store, tmp_path, monkeypatch):
    kept = Kept(store, tmp_path / "graph", lambda: False, large=0)
    before = kept.columns()
    two_of_one_name(store)
    monkeypatch.setattr(module, "build", lambda _store: pytest.fail("built"))
    kept.stop()
    assert kept.columns() is before
    kept.wait()


def test_4_a_small_graph_is_built_at_once_and_one_that_nobody_else_can_build_here(store, tmp_path):
    kept = Kept(store, tmp_path / "graph", lambda: False)
    kept.columns()
    two_of_one_name(store)
    assert content(kept.columns()) == content(build(store))
    kept = Kept(store, tmp_path / "graph", lambda: False, large=0)
    before = kept.columns()
    store.seal("relationship/register/b1", "art. 1", actor().act("test"))
    while kept.columns() is before:
        sleep(0.01)
    assert content(kept.columns()) == content(build(store))


def test_an_empty_store_has_an_empty_graph(tmp_path):
    with open_store("sqlite:///:memory:") as store:
        kept = Kept(store, tmp_path / "graph")
        assert len(kept.columns()) == 0
        kept.fold()
        assert len(Kept(store, tmp_path / "graph").columns()) == 0
        with pytest.raises(SnapshotUnusable, match="another store"):
            load(tmp_path / "graph", store="other")
