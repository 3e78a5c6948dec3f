"""The index of a store's file: each test quotes an invariant of graph/store/_sqlite_index.py."""

import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import StoreError
from graph.store._sqlite_index import _FAN, _MANY, _WAITING, KEY, MOST_FACTS, NAME, Index, tokens
from graph.store.sqlite_file import connect

TEXTS = [f"text {number}" for number in range(40)]


def opened(place: str = ":memory:") -> sqlite3.Connection:
    return connect(place, create=True, busy_seconds=1)


def add(index: Index, texts: list[str], first: int, facts: int, space: int = KEY) -> None:
    index.add(space, tokens(texts), np.arange(first, first + len(texts), dtype=np.int64), facts)


@given(batches=st.lists(st.tuples(st.lists(st.sampled_from(TEXTS), max_size=12), st.sampled_from([1, _MANY])), max_size=45))
def test_every_entry_is_found(batches: list[tuple[list[str], int]]) -> None:
    """1. Every entry that was added is found, whatever the sizes and the order of the batches."""
    expected: dict[str, list[int]] = defaultdict(list)
    with closing(opened()) as db:
        index, seq = Index(db), 1
        for texts, facts in batches:
            add(index, texts, seq, facts)
            for text in texts:
                expected[text].append(seq)
                seq += 1
            index.fold(seq)
        for text in TEXTS:
            assert index.find(KEY, text) == expected[text]
            assert index.find(NAME, text) == []
        assert index.find_all(KEY, TEXTS).tolist() == list(range(1, seq))
        assert index.find_all(KEY, TEXTS[:2]).tolist() == sorted([*expected[TEXTS[0]], *expected[TEXTS[1]]])
        assert index.find_all(KEY, []).tolist() == []
        assert index.find(KEY, "never added") == []


def test_full_levels_are_merged(tmp_path: Path) -> None:
    """1. Whatever the sizes: a level of sixteen runs becomes one of the next, and no number of a run is given twice."""
    with closing(opened(str(tmp_path / "x.db"))) as db:
        index = Index(db)
        for batch in range(_FAN * _FAN + 3):
            add(index, [f"{batch}/{number}" for number in range(3)], 1 + 3 * batch, _MANY)
        levels = db.execute("SELECT level, count(*) FROM runs GROUP BY level ORDER BY level").fetchall()
        assert levels == [(0, 3), (2, 1)]
        assert index.find(KEY, "0/0") == [1]
        assert len(index.find_all(KEY, [f"{batch}/1" for batch in range(_FAN * _FAN + 3)])) == _FAN * _FAN + 3


def test_what_waits_becomes_a_run_in_time() -> None:
    """1. Whatever the order of the batches: entries move from the waiting table to a run and are found in both."""
    with closing(opened()) as db:
        index = Index(db)
        add(index, TEXTS, 1, 1)
        index.fold(_WAITING - 1)
        assert db.execute("SELECT count(*) FROM recent").fetchone() == (len(TEXTS),)
        index.fold(_WAITING)
        assert db.execute("SELECT count(*) FROM recent").fetchone() == (0,)
        assert index.find(KEY, TEXTS[7]) == [8]


def test_other_processes_are_seen(tmp_path: Path) -> None:
    """2. What another process adds or merges is seen by the next question."""
    place = str(tmp_path / "x.db")
    with closing(opened(place)) as first, closing(opened(place)) as second:
        one, other = Index(first), Index(second)
        for batch in range(2 * _FAN):
            add(one if batch % 2 else other, [f"{batch}"], batch + 1, _MANY)
            assert one.find(KEY, f"{batch}") == other.find(KEY, f"{batch}") == [batch + 1]
            assert one.find(KEY, "0") == [1]


def test_a_rollback_leaves_nothing_in_memory(tmp_path: Path) -> None:
    """2. A run that was never committed is not answered from memory when another takes its number."""
    place = str(tmp_path / "x.db")
    with closing(opened(place)) as first, closing(opened(place)) as second:
        index = Index(first)
        first.execute("BEGIN IMMEDIATE")
        add(index, ["gone"], 1, _MANY)
        assert index.find(KEY, "gone") == [1]
        first.execute("ROLLBACK")
        index.forget()
        add(Index(second), ["kept"], 1, _MANY)
        assert (index.find(KEY, "gone"), index.find(KEY, "kept")) == ([], [1])


def test_full() -> None:
    with closing(opened()) as db, pytest.raises(StoreError, match="at most"):
        add(Index(db), ["x"], MOST_FACTS, 1)
