"""Where in the store a text is spoken of: from the hash of a text to the numbers of the facts.

Keys, ids, entities and names arrive in random order, and a B-tree on them would rewrite a page of the file for nearly every
fact. So the entries of a large batch are kept as one sorted run (`_sqlite_runs`), and runs are merged sixteen at a time; the few
entries of a small batch wait (`_sqlite_recent`). An entry is one number: 32 bits of a CRC, then 30 bits of the fact's number. Two
texts may share a CRC, so whoever asks must look at the facts that are found.

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

from graph.errors import StoreError
from graph.store._sqlite_recent import NOW, Recent
from graph.store._sqlite_runs import Numbers, Run, opened

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

_NO_SPACE: Final = 0

MOST_FACTS: Final = 1 << 30
_MANY: Final = 500
"""Facts of a batch from which on it becomes a run of its own."""
_WAITING: Final = 5_000
"""Facts whose entries may wait in `recent`."""
_ONE_BY_ONE: Final = 12
"""Tokens up to which each is looked up by itself, which is quicker than the arithmetic of many."""
_TOGETHER: Final = 2_000
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
        self._recent = Recent(db)
        self._stands: dict[int, tuple[list[int], list[Run]]] = {}
        """Space -> its runs as they last stood."""
        self._found: dict[tuple[int, int], tuple[list[Run], list[int]]] = {}
        """What some runs have of a token, for one answer asks several times: runs never change."""

    def add(self, space: int, found: Numbers, seqs: Numbers, facts: int) -> None:
        """Add entries (token, number of the fact, which ascends) of a batch of so many facts, in a transaction.

        Raises
        ------
        StoreError
            The store is full: it cannot number more facts.
        """
        if len(seqs) == 0:
            return
        if int(seqs[-1]) >= MOST_FACTS:
            raise StoreError(f"a store in one file holds at most {MOST_FACTS:,} facts")
        entries = (found << _SEQ) | seqs
        if facts >= _MANY:
            entries.sort()
            self._keep(space, entries[np.flatnonzero(np.diff(entries, prepend=-1))])
        else:
            self._recent.add(space, entries.tolist())

    def fold(self, last_seq: int) -> None:
        """Write what a batch added that ends with the fact of this number; make runs of all that waits, if enough does."""
        self._stand(_NO_SPACE)
        if last_seq - self._recent.folded < _WAITING:
            self._recent.write(last_seq)
            return
        for space, entries in self._recent.clear(last_seq).items():
            self._keep(space, np.array(entries, np.int64))

    def find(self, space: int, text: str) -> list[int]:
        """Return the numbers of the facts whose entries have the text's token, in order."""
        return self._find(space, (text,))

    def _find(self, space: int, wanted: Iterable[str]) -> list[int]:
        asked = [token(text) for text in wanted]
        runs = self._now(space)
        seqs = set(self._recent.find(space, asked))
        for first in [each << _SEQ for each in asked]:
            of, found = self._found.get((space, first), _UNKNOWN)
            if of is not runs:
                found = self._in_runs(space, first, runs)
            seqs.update(found)
        return sorted(seqs)

    def _in_runs(self, space: int, first: int, runs: list[Run]) -> list[int]:
        """Return the numbers that the runs of a space have of a token."""
        seqs: list[int] = []
        for run in runs:
            seqs.extend([entry & _MASK for entry in run.between(first, first + MOST_FACTS)])
        if len(self._found) >= _REMEMBERED:
            self._found.clear()
        self._found[space, first] = runs, seqs
        return seqs

    def find_all(self, space: int, wanted: Sequence[str]) -> Numbers:
        """Return the numbers of the facts whose entries have the token of any of the texts, each once, in order."""
        if len(wanted) <= _ONE_BY_ONE:
            return np.array(self._find(space, wanted), np.int64)
        asked = np.sort(tokens(wanted))
        asked = asked[np.flatnonzero(np.diff(asked, prepend=-1))]
        firsts, runs = asked << _SEQ, self._now(space)
        ends = firsts + MOST_FACTS
        found = [np.array(list(self._recent.find(space, asked.tolist())), np.int64)]
        for run in runs:
            for start in range(0, len(firsts), _TOGETHER):
                lows, highs = firsts[start : start + _TOGETHER], ends[start : start + _TOGETHER]
                found.append(_within(run.near(lows, highs), lows, highs))
        seqs = np.sort(np.concatenate(found) & _MASK)
        return seqs[np.flatnonzero(np.diff(seqs, prepend=-1))]

    def forget(self) -> None:
        """Drop what is open: a transaction was rolled back, and its runs never were."""
        self._runs.clear()
        self._recent.forget()
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

    def _now(self, space: int) -> list[Run]:
        """Return the runs of a space, with what waits read as of the same moment."""
        stored = self._stand(space)
        if (known := self._stands.get(space)) and known[0] == stored:
            return known[1]
        if all(run in self._runs for run in stored):  # one statement read them as of one moment
            return self._held(space, stored)
        with self._at_once():
            return self._held(space, self._stand(space))

    def _stand(self, space: int) -> list[int]:
        """Return the numbers of the runs of a space, in order, having read what waits."""
        return self._recent.read(self._db.execute(NOW, {"space": space, "seen": self._recent.seen}))

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
