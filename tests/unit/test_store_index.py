"""The index of a store's file: each test quotes an invariant of its modules in graph/store: `_sqlite_index`, `_runs`, `_recent`."""

import sqlite3
from collections import defaultdict
from contextlib import closing
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Never

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import StoreError
from graph.store import _sqlite_runs
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
            for text in texts:  # also what was asked for before it was there
                assert index.find(KEY, text) == expected[text]
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
        assert db.execute("SELECT count(*) FROM recent").fetchone() == (1,)
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


STEP = st.tuples(st.integers(0, 1), st.sampled_from(["add", "fold", "take back"]), st.sampled_from(TEXTS[:5]))


@given(steps=st.lists(STEP, max_size=30))
def test_what_waits_is_seen_by_every_connection(steps: list[tuple[int, str, str]]) -> None:
    """5. What one connection adds, makes into runs or takes back is seen by each at its next question."""
    with TemporaryDirectory() as folder:
        place = f"{folder}/x.db"
        with closing(opened(place)) as first, closing(opened(place)) as second:
            both, expected, seq = ((first, Index(first)), (second, Index(second))), defaultdict[str, list[int]](list), 0
            for who, what, text in steps:
                db, index = both[who]
                db.execute("BEGIN IMMEDIATE")
                seq += _WAITING if what == "fold" else 1
                add(index, [text], seq, 1)
                index.fold(seq)
                if what == "take back":
                    assert index.find(KEY, text) == [*expected[text], seq]
                    db.execute("ROLLBACK")
                    index.forget()
                else:
                    db.execute("COMMIT")
                    expected[text].append(seq)
                for _, each in both:
                    assert [each.find(KEY, text) for text in TEXTS[:5]] == [expected[text] for text in TEXTS[:5]]
                    assert each.find_all(KEY, TEXTS).tolist() == sorted(chain.from_iterable(expected.values()))


@pytest.mark.parametrize(("page", "gap"), [(1, 1), (2, 1), (4, 3), (256, 4)])
def test_a_large_run_is_found_in_a_file(page: int, gap: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """3. What is near to tokens holds every entry of them, in order, wherever the run is kept."""
    for name, value in (("LARGE", 8), ("_PAGE", page), ("_GAP", gap), ("_COPIED", 3 * page)):
        monkeypatch.setattr(_sqlite_runs, name, value)
    texts = [f"text {number % 37}" for number in range(400)]  # every text has many entries, over several pages
    with closing(opened()) as db:
        index = Index(db)
        for start in (0, 150):
            add(index, texts[start : start + 250], start + 1, _MANY)
        for text in {*texts, "never added"}:
            assert index.find(KEY, text) == [seq for seq, each in enumerate(texts, 1) if each == text]
        some = [f"text {number}" for number in range(0, 37, 5)]
        assert index.find_all(KEY, some).tolist() == [seq for seq, each in enumerate(texts, 1) if each in some]
        assert index.find_all(KEY, sorted(set(texts))).tolist() == list(range(1, 401))
        assert {type(run) for run in index._runs.values()} == {_sqlite_runs.OnDisk}


def test_of_a_large_run_little_is_in_memory() -> None:
    """4. Of a large run less than a hundredth is in memory; where there is no room for its file, that is said."""
    entries = np.arange(100_000, dtype=np.int64) << 30
    with closing(opened()) as db:
        db.execute("INSERT INTO runs VALUES (1, 1, 0, ?)", (entries.tobytes(),))
        run = _sqlite_runs.opened(db, 1)
        assert isinstance(run, _sqlite_runs.OnDisk)
        assert run.heads.nbytes < entries.nbytes / 100
        near = run.near(entries[777:778], entries[777:778] + 1)
        assert int(entries[777]) in near.tolist()
        assert len(near) <= 512


def test_a_python_that_opens_no_large_number_reads_the_run_at_once() -> None:
    """3. Wherever the run is kept: Python 3.11.2 opens no row whose number is beyond 31 bits."""

    class Old(sqlite3.Connection):
        def blobopen(self, *_given: object, **_more: object) -> Never:
            raise OverflowError("Python int too large to convert to C int")

    entries = np.arange(100_000, dtype=np.int64)
    with closing(sqlite3.connect(":memory:", factory=Old)) as db:
        db.execute("CREATE TABLE runs (id INTEGER PRIMARY KEY, entries BLOB)")
        db.executemany("INSERT INTO runs VALUES (?, ?)", [(KEY << 48, entries.tobytes()), (1, entries[:9].tobytes())])
        large, small = _sqlite_runs.opened(db, KEY << 48), _sqlite_runs.opened(db, 1)
        assert (type(large), type(small)) == (_sqlite_runs.OnDisk, _sqlite_runs.InMemory)
        assert large.between(70_000, 70_300) == list(range(70_000, 70_300))
        assert small.between(3, 5) == [3, 4]


def test_no_room_for_a_large_run_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """4. Where there is no room for its file, that is said."""
    if not Path("/dev/full").exists():
        pytest.skip("this machine has no device that is always full")
    with closing(opened()) as db, Path("/dev/full").open("r+b", buffering=0) as full:
        monkeypatch.setattr(_sqlite_runs.tempfile, "TemporaryFile", lambda **_: full)
        db.execute("INSERT INTO runs VALUES (1, 1, 0, ?)", (np.arange(100_000, dtype=np.int64).tobytes(),))
        with pytest.raises(StoreError, match=r"no room in .* for a temporary file: No space left"):
            _sqlite_runs.opened(db, 1)


def test_full() -> None:
    with closing(opened()) as db, pytest.raises(StoreError, match="at most"):
        add(Index(db), ["x"], MOST_FACTS, 1)
