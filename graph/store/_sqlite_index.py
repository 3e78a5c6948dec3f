"""Where in the store a text is spoken of: from the hash of a text to the numbers of the facts.

Keys, ids, entities and names arrive in random order, and a B-tree on them would rewrite a page of the file for nearly every
fact. So the entries of a large batch are kept as one sorted run, and runs are merged sixteen at a time; the few entries of a small
batch wait in the table `recent`. An entry is one number: 32 bits of a CRC, then 30 bits of the fact's number. Two texts may share a
CRC, so whoever asks must look at the facts that are found. How a run is read is in `_sqlite_runs`.

Invariants (tests/unit/test_store_index.py holds one test a number)
1. Every entry that was added is found, whatever the sizes and the order of the batches; what was never added is found only by a
   shared CRC.
2. What another process adds or merges is seen by the next question.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final
from zlib import crc32

import numpy as np
import orjson

from graph.errors import StoreError
from graph.store._sqlite_runs import InMemory, Numbers, Run, opened

KEY: Final = 1
"""Space of the keys of facts."""
ID: Final = 2
"""Space of the ids of facts."""
ABOUT: Final = 3
"""Space of what facts speak of (`graph.store.mentions.about_of`)."""
NAME: Final = 4
"""Space of the names that facts give, normalised."""
TEXT: Final = 5
"""Space of the texts of the search index; its numbers are those of `texts`, not of facts."""

MOST_FACTS: Final = 1 << 30
_MANY: Final = 500
"""Facts of a batch from which on it becomes a run of its own."""
_WAITING: Final = 5_000
"""Facts whose entries may wait in `recent`."""
_ONE_BY_ONE: Final = 12
"""Tokens up to which each is looked up by itself, which is quicker than the arithmetic of many."""
_FEW: Final = 1_000
"""Tokens up to which what waits is looked up one by one; for more it is read whole."""
_TOGETHER: Final = 500
"""Tokens for which a run is read at once."""
_REMEMBERED: Final = 4_096
"""Tokens of which it is remembered what the runs have."""
_UNKNOWN: Final[tuple[None, list[int]]] = (None, [])
_FAN: Final = 16
_SEQ: Final = 30
_MASK: Final = MOST_FACTS - 1
_NONE: Final[Numbers] = np.empty(0, np.int64)


def token(text: str) -> int:
    """Return the 32 bits under which a text is looked up."""
    return crc32(text.encode())


def tokens(texts: Iterable[str]) -> Numbers:
    """Return the tokens of texts, in their order."""
    return np.fromiter(map(crc32, map(str.encode, texts)), np.int64)


_ALL_NOW: Final = """
SELECT 0, id FROM runs WHERE space = :space UNION ALL
SELECT 1, entry FROM recent WHERE space = :space
"""
_SOME_NOW: Final = """
SELECT 0, id FROM runs WHERE space = :space UNION ALL
SELECT 1, r.entry FROM json_each(:firsts) t CROSS JOIN recent r -- the tokens lead
ON r.space = :space AND r.entry >= t.value AND r.entry < t.value + :most
"""


def _within(entries: Numbers, lows: Numbers, highs: Numbers) -> Numbers:
    """Return the entries between bounds."""
    first, last = np.searchsorted(entries, lows), np.searchsorted(entries, highs)
    some = first < last
    return np.concatenate([_NONE, *(entries[low:high] for low, high in zip(first[some], last[some], strict=True))])


class Index:
    """The index of one connection; runs never change, so those opened once stay open."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._runs: dict[int, Run] = {}
        self._stands: dict[int, tuple[list[int], list[Run]]] = {}
        """Space -> its runs as they last stood."""
        self._found: dict[tuple[int, int], tuple[list[Run], list[int]]] = {}
        """What some runs have of a token, for one answer asks several times: runs never change."""

    def add(self, space: int, found: Numbers, seqs: Numbers, facts: int) -> None:
        """Add entries (token, number of the fact) of a batch of so many facts, in a transaction.

        Raises
        ------
        StoreError
            The store is full: it cannot number more facts.
        """
        if len(seqs) == 0:
            return
        if int(seqs.max()) >= MOST_FACTS:
            raise StoreError(f"a store in one file holds at most {MOST_FACTS:,} facts")
        entries = (found << _SEQ) | seqs
        if facts >= _MANY:
            entries.sort()
            self._keep(space, entries[np.flatnonzero(np.diff(entries, prepend=-1))])
        else:
            self._db.executemany("INSERT OR IGNORE INTO recent VALUES (?, ?)", [(space, entry) for entry in entries.tolist()])

    def fold(self, last_seq: int) -> None:
        """Make runs of what waits in `recent`, if enough does, up to the fact of this number."""
        (since,) = self._db.execute("SELECT coalesce(max(seq), 0) FROM folded").fetchone()
        if last_seq - since < _WAITING:
            return
        for (space,) in self._db.execute("SELECT DISTINCT space FROM recent").fetchall():
            self._keep(space, self._recent(space))
        self._db.execute("DELETE FROM recent")
        self._db.execute("DELETE FROM folded")
        self._db.execute("INSERT INTO folded VALUES (?)", (last_seq,))

    def find(self, space: int, text: str) -> list[int]:
        """Return the numbers of the facts whose entries have the text's token, in order."""
        return self._find(space, (text,))

    def _find(self, space: int, wanted: Iterable[str]) -> list[int]:
        firsts = [token(text) << _SEQ for text in wanted]
        runs, waiting = self._now(space, firsts)
        seqs = {entry & _MASK for entry in waiting}
        for first in firsts:
            of, found = self._found.get((space, first), _UNKNOWN)
            if of is not runs:
                found = self._in_runs(space, first, runs)
            seqs.update(found)
        return sorted(seqs)

    def _in_runs(self, space: int, first: int, runs: list[Run]) -> list[int]:
        """Return the numbers that the runs of a space have of a token."""
        seqs: list[int] = []
        for run in runs:
            found = run.between(first, first + MOST_FACTS)
            if len(found):
                seqs.extend((found & _MASK).tolist())
        if len(self._found) >= _REMEMBERED:
            self._found.clear()
        self._found[space, first] = runs, seqs
        return seqs

    def find_all(self, space: int, wanted: Sequence[str]) -> Numbers:
        """Return the numbers of the facts whose entries have the token of any of the texts, each once, in order."""
        if len(wanted) <= _ONE_BY_ONE:
            return np.array(self._find(space, wanted), np.int64)
        firsts = np.unique(tokens(wanted)) << _SEQ
        ends = firsts + MOST_FACTS
        found = [_NONE]
        runs, waiting = self._now(space, firsts.tolist() if len(firsts) < _FEW else None)
        for run in (*runs, InMemory(np.array(waiting, np.int64))):
            for start in range(0, len(firsts), _TOGETHER):
                lows, highs = firsts[start : start + _TOGETHER], ends[start : start + _TOGETHER]
                found.append(_within(run.near(lows, highs), lows, highs))
        return np.unique(np.concatenate(found) & _MASK)

    def forget(self) -> None:
        """Drop what is open: a transaction was rolled back, and its runs never were."""
        self._runs.clear()
        self._stands.clear()

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Read as of one moment: another process may merge runs in between."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("COMMIT")

    def _now(self, space: int, firsts: list[int] | None) -> tuple[list[Run], list[int]]:
        """Return the runs of a space and, in order, what waits in `recent` of some tokens or of all, as of one moment."""
        stored, waiting = self._stand(space, firsts)
        if (known := self._stands.get(space)) and known[0] == stored:
            return known[1], waiting
        if all(run in self._runs for run in stored):  # one statement read them as of one moment
            return self._held(space, stored), waiting
        with self._at_once():
            stored, waiting = self._stand(space, firsts)
            return self._held(space, stored), waiting

    def _stand(self, space: int, firsts: list[int] | None) -> tuple[list[int], list[int]]:
        """Return the numbers of the runs of a space, and what waits, each in order."""
        values = {"space": space, "firsts": orjson.dumps(firsts).decode(), "most": MOST_FACTS}
        stored, waiting = list[int](), list[int]()
        for waits, number in self._db.execute(_ALL_NOW if firsts is None else _SOME_NOW, values):
            (waiting if waits else stored).append(number)
        return sorted(stored), sorted(waiting)

    def _recent(self, space: int) -> Numbers:
        rows = self._db.execute("SELECT entry FROM recent WHERE space = ? ORDER BY entry", (space,))
        return np.fromiter((entry for (entry,) in rows), np.int64)

    def _keep(self, space: int, entries: Numbers) -> None:
        """Store a sorted run, merging every level that it fills."""
        (last,) = self._db.execute("SELECT max(id) FROM runs WHERE space = ?", (space,)).fetchone()
        level = 0
        while len(peers := self._stored(space, level)) == _FAN - 1:
            entries = np.sort(np.concatenate([*(self._entries(run) for run in peers), entries]), kind="stable")
            self._db.executemany("DELETE FROM runs WHERE id = ?", ((run,) for run in peers))
            level += 1
        # One more than the highest there was, deleted ones included: no number is given twice.
        self._db.execute("INSERT INTO runs VALUES (?, ?, ?, ?)", ((last or space << 48) + 1, space, level, entries.tobytes()))

    def _stored(self, space: int, level: int | None = None) -> list[int]:
        rows = self._db.execute("SELECT id FROM runs WHERE space = ? AND level = coalesce(?, level) ORDER BY id", (space, level))
        return [run for (run,) in rows]

    def _entries(self, run: int) -> Numbers:
        (entries,) = self._db.execute("SELECT entries FROM runs WHERE id = ?", (run,)).fetchone()
        return np.frombuffer(entries, np.int64)

    def _held(self, space: int, stored: list[int]) -> list[Run]:
        """Return the runs of a space, forgetting those that were merged away."""
        for gone in [run for run in self._runs if run >> 48 == space and run not in stored]:
            del self._runs[gone]
        for run in stored:
            if run not in self._runs:
                self._runs[run] = opened(self._db, run)
        held = [self._runs[run] for run in stored]
        self._stands[space] = stored, held
        return held
