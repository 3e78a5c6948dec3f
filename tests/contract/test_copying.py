"""A store copied to another, between backends; each test quotes an invariant of graph/store/copying.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from graph.codec import load
from graph.errors import StoreConflict, StoreDamaged
from graph.model import Fact
from graph.store import open_store
from graph.store.base import Sealed, Write
from graph.store.copying import Entry, Movable, check, copy
from tests.contract.test_store import CHANGE, CORRECTION, ENDED, RETRACTION, act, company, office, put, said

Pair = tuple[str, str]


def of_sqlite(folder: Path, name: str) -> str:
    return f"sqlite:///{folder / name}.db"


@pytest.fixture(
    params=[
        pytest.param(("sqlite", "sqlite"), id="sqlite to sqlite"),
        pytest.param(("sqlite", "neo4j"), id="sqlite to neo4j", marks=pytest.mark.required),
        pytest.param(("neo4j", "sqlite"), id="neo4j to sqlite", marks=pytest.mark.required),
    ]
)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Pair:
    """URLs of two empty stores."""
    make: dict[str, Callable[[str], str]] = {
        "sqlite": lambda name: of_sqlite(tmp_path, name),
        "neo4j": lambda _: request.getfixturevalue("neo4j_server").empty(),
    }
    first, second = request.param
    return make[first]("one"), make[second]("other")


def fill(store: Movable) -> None:
    """Write a history with everything that can happen in it."""
    put(store, office("1"), company("A", "示例甲"), office("2"), company("B", "示例乙"))
    put(store, office("1", end=ENDED), operation=CHANGE)
    put(store, office("2"), operation=RETRACTION, reason="wrong person")
    put(store, company("C", "被忘企业"))
    put(store, company("C", "被忘企业", "被忘又名"), operation=CHANGE)
    store.seal(company("C").key, "art. 7", act(5))
    store.append([Write(office("2", text="监事"), CORRECTION)], act(6, ("load", "row 9")))


def test_the_same_versions_answers_and_chain(pair: Pair):
    """1. The copy has the same versions, the same answers at each of them, and the same last chain."""
    with open_store(pair[0]) as one, open_store(pair[1]) as other:
        fill(one)
        told: list[tuple[int, int]] = []
        done = copy(one, other, lambda version, last: told.append((version, last)))
        assert (done.version, done.versions, done.recordings) == (7, 7, 9)
        assert told == [(version, 7) for version in range(1, 8)]
        assert list(one.audit()) == list(other.audit())
        assert done.chain == list(other.audit())[-1].chain
        for version in range(8):
            assert said(one, version) == said(other, version)
        assert list(one.changes_since(0)) == list(other.changes_since(0))
        assert [each.entity for each in other.search("示例")] == [each.entity for each in one.search("示例")]
        assert [each.fact for each in one.facts(about=["demo:A"])] == [each.fact for each in other.facts(about=["demo:A"])]
        assert other.verify() is None


def test_goes_on_where_it_stopped(pair: Pair):
    """2. A copy that is cut off goes on where it stopped; a store that holds something else is refused."""
    with open_store(pair[0]) as one, open_store(pair[1]) as other:
        fill(one)

        def cut(version: int, _: int) -> None:
            if version == 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            copy(one, other, cut)
        assert other.version() == 3
        assert copy(one, other).versions == 4
        assert copy(one, other).versions == 0
        put(one, office("3"))
        assert copy(one, other).versions == 1
        put(other, office("4"))
        put(one, office("5"))
        with pytest.raises(StoreConflict, match="something else"):
            copy(one, other)


def test_a_version_out_of_place_is_refused(pair: Pair):
    """2. What does not follow what is recorded is refused, and nothing of it is recorded."""
    with open_store(pair[0]) as one, open_store(pair[1]) as other:
        fill(one)
        rows = list(one.audit())
        for row in (rows[1], replace(rows[0], by="someone else")):
            with pytest.raises(StoreConflict, match="does not follow"):
                other.take(row, one.entries(row.version))
        with pytest.raises(StoreDamaged, match="promises"):
            other.take(rows[0], one.entries(1)[:-1])
        assert other.version() == 0
        with pytest.raises(StoreDamaged, match="differs from version 1"):
            check(one, other, 1)


def test_what_was_sealed_is_sealed(pair: Pair):
    """3. What was sealed is sealed in the copy, and its words are nowhere in it."""
    with open_store(pair[0]) as one, open_store(pair[1]) as other:
        fill(one)
        copy(one, other)
        key = company("C").key
        sealed = other.get(key)
        assert isinstance(sealed, Sealed)
        assert sealed == one.get(key)
        assert (sealed.article, other.sealings()) == ("art. 7", {key: "art. 7"})
        assert other.search("被忘") == other.history(key) == []
        one.seal(office("1").key, "art. 8", act(9))
        copy(one, other)
        assert other.get(office("1").key) == one.get(office("1").key)
        assert other.verify() is None


def test_progress_marks_travel(pair: Pair):
    """4. Progress marks travel too, so that a load that was cut off goes on in the copy."""
    with open_store(pair[0]) as one, open_store(pair[1]) as other:
        fill(one)
        copy(one, other)
        assert other.progress("load") == "row 9"
        assert one.marks() == other.marks() == {"load": "row 9"}


class Altered:
    """A store of which one version was altered behind its back."""

    def __init__(self, store: Movable, version: int, alter: Callable[[Entry], Entry]) -> None:
        self._store, self._version, self._alter = store, version, alter

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def entries(self, version: int) -> list[Entry]:
        found = self._store.entries(version)
        return [self._alter(each) if version == self._version else each for each in found]


def other_text(entry: Entry) -> Entry:
    return replace(entry, text=str(entry.text).replace("示例", "假冒"))


def other_flags(entry: Entry) -> Entry:
    assert isinstance(entry.fact, Fact)
    return replace(entry, fact=replace(entry.fact, flags=("forged",)))


def other_row(entry: Entry) -> Entry:
    return replace(entry, mark="0")


def no_text(entry: Entry) -> Entry:
    load("entity", f"{entry.text}}}")
    return entry


@pytest.mark.parametrize("alter", [other_text, other_flags, other_row, no_text])
def test_what_was_altered_in_the_original_is_refused(pair: Pair, alter: Callable[[Entry], Entry]):
    """5. What was altered in the original is refused at its version, and never stands in the copy."""
    with open_store(pair[0]) as one, open_store(pair[1]) as other:
        put(one, company("A", "示例甲"))
        put(one, company("B", "示例乙"))
        put(one, company("C", "示例丙"))
        with pytest.raises(StoreDamaged, match="the store that is copied is altered at version 2"):
            copy(cast(Movable, Altered(one, 2, alter)), other)
        assert other.version() == 1
        assert other.verify() is None
        assert other.search("假冒") == []
        assert copy(one, other).versions == 2
