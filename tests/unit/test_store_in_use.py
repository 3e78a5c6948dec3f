"""The invariants of `graph.store.in_use`, by number."""

from __future__ import annotations

import os
from errno import EACCES, ENOSPC

import pytest

from graph.errors import StoreBusy, StoreError
from graph.store import in_use, open_store
from graph.store.in_use import InFile, InPlace, alone, lock_of
from tests.api_world import actor


@pytest.fixture
def place(tmp_path):
    return tmp_path / "zeren.db"


def held(place, *, create=True):
    return open_store(f"sqlite:///{place}", held=True, create=create)


def test_1_nobody_has_the_place_to_himself_while_the_store_is_open_there_or_was_moved_away(place):
    with held(place):
        with held(place), pytest.raises(StoreBusy, match="stop it first"), alone(place):
            pass
        (place.parent / "old").mkdir()
        for each in place.parent.glob("zeren.db*"):
            each.rename(place.parent / "old" / each.name)
        with pytest.raises(StoreBusy, match=r"zeren\.db open, also if its files were moved away") as busy, alone(place):
            pass
        assert "请先将其停止" in busy.value.zh
        assert lock_of(place).exists()
    with alone(place):
        pass
    assert [each.name for each in place.parent.iterdir()] == ["old"]


def test_1_who_opens_while_the_last_takes_the_lock_away_holds_the_one_that_is_there(place, monkeypatch):
    locked = in_use.fcntl.flock
    taken = []

    def late(opened, how):
        locked(opened, how)
        if not taken:
            taken.append(how)
            lock_of(place).unlink()

    monkeypatch.setattr(in_use.fcntl, "flock", late)
    with held(place), pytest.raises(StoreBusy), alone(place):
        pass
    assert taken


def test_2_nobody_opens_the_store_while_somebody_has_the_place_to_himself(place):
    with held(place):
        pass
    with alone(place), pytest.raises(StoreBusy, match="is being restored"):
        held(place)
    with held(place):
        pass
    with pytest.raises(StoreError, match="no store"):
        held(place.with_name("none.db"), create=False)
    assert not lock_of(place.with_name("none.db")).exists()


@pytest.mark.parametrize("how", ["moved", "replaced", "deleted"])
def test_3_nothing_is_written_into_a_file_that_does_not_stand_at_its_place(place, how):
    with held(place) as store:
        store.append([], actor(store=store).act("before"))
        if how == "moved":
            place.rename(place.with_name("old.db"))
        elif how == "replaced":
            place.with_name("other").write_bytes(b"")
            place.with_name("other").rename(place)
        else:
            place.unlink()
        with pytest.raises(StoreError, match="moved away or replaced since it was opened"):
            store.append([], actor(store=store).act("after"))
        with pytest.raises(StoreError, match="moved away or replaced"):
            store.see_writable()


def test_4_where_no_lock_can_be_made_the_store_opens_and_nobody_has_its_place(place, monkeypatch):
    opened = os.open

    def refused(path, *args, **named):
        if str(path).endswith(".lock"):
            raise OSError(EACCES, os.strerror(EACCES))
        return opened(path, *args, **named)

    monkeypatch.setattr(in_use.os, "open", refused)
    with held(place) as store:
        assert store.version() == 0
    with pytest.raises(StoreError, match="cannot be made"), alone(place):
        pass


def test_5_a_disk_that_takes_nothing_is_found_out(place, monkeypatch):
    with held(place) as store:
        assert isinstance(store, InFile)
        there = sorted(place.parent.iterdir())
        store.see_writable()
        assert sorted(place.parent.iterdir()) == there

        def full(**_named):
            raise OSError(ENOSPC, os.strerror(ENOSPC))

        monkeypatch.setattr(in_use, "TemporaryFile", full)
        with pytest.raises(StoreError, match=os.strerror(ENOSPC)):
            store.see_writable()
    with open_store("sqlite:///:memory:") as memory:
        memory.see_writable()
    InPlace(place).see_writable()
