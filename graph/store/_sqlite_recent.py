"""What small batches added to the index, until it is made into runs: one row a batch in `recent`, and all of them in memory.

A write adds its row behind the last one, so that it changes one page wherever its tokens belong; whoever asks reads only the rows
that it has not read yet.

Invariants (tests/unit/test_store_index.py holds one test a number)
5. What one connection adds, makes into runs or takes back is seen by each at its next question, as of one moment with the runs.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final

import orjson

NOW: Final = """
SELECT 0, id, NULL FROM runs WHERE id BETWEEN :space << 48 AND (:space + 1 << 48) - 1 UNION ALL
SELECT 1, seq, NULL FROM folded UNION ALL
SELECT 2, seq, entries FROM recent WHERE seq > :seen
"""
"""The runs of a space, up to which fact everything is in runs, and the rows of `recent` that were not read yet."""
_SEQ: Final = 30
_MASK: Final = (1 << _SEQ) - 1


class Recent:
    """What is in `recent`, as one connection has read it, and what is to be written there."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.forget()

    def forget(self) -> None:
        """Read all anew at the next question."""
        self.seen, self.folded = 0, -1
        self._of: defaultdict[int, dict[int, list[int]]] = defaultdict(dict)
        self._added: list[int] = []

    def read(self, rows: Iterable[tuple[int, int, str | None]]) -> list[int]:
        """Take in the rows of `NOW`, asked with `seen`; return the runs among them, in order."""
        runs, folded, read = list[int](), 0, list[tuple[int, str]]()
        for what, number, entries in rows:
            if what == 0:
                runs.append(number)
            elif what == 1:
                folded = number
            else:
                read.append((number, entries or ""))
        if folded != self.folded:  # what was read before is in runs now
            self._of.clear()
            self.folded = folded
            self._keep(self._added)
        for number, entries in read:
            self._keep(orjson.loads(entries))
            self.seen = max(self.seen, number)
        return sorted(runs)

    def add(self, space: int, entries: list[int]) -> None:
        """Add entries, which `write` or `clear` is told of before the transaction ends."""
        said = list(chain.from_iterable((space, entry) for entry in entries))
        self._added += said
        self._keep(said)

    def write(self, seq: int) -> None:
        """Write what was added, under the number of the last fact; all rows before were read in the same transaction."""
        if self._added:
            self._db.execute("INSERT INTO recent VALUES (?, ?)", (seq, orjson.dumps(self._added).decode()))
            self._added, self.seen = [], seq

    def clear(self, seq: int) -> dict[int, list[int]]:
        """Delete all, as everything up to a fact is made into runs; return the entries of each space in order, each once."""
        entries = {
            space: sorted({token << _SEQ | number for token, numbers in of.items() for number in numbers})
            for space, of in sorted(self._of.items())
        }
        self._db.execute("DELETE FROM recent")
        self._db.execute("DELETE FROM folded")
        self._db.execute("INSERT INTO folded VALUES (?)", (seq,))
        self._added, self.seen, self.folded = [], seq, seq
        self._of.clear()
        return entries

    def find(self, space: int, wanted: Sequence[int]) -> Iterable[int]:
        """Return the numbers of the facts under tokens."""
        of = self._of.get(space)
        if not of:
            return ()
        return chain.from_iterable(of.get(token, ()) for token in wanted)

    def _keep(self, said: Sequence[Any]) -> None:
        for space, entry in zip(said[::2], said[1::2], strict=True):
            self._of[space].setdefault(entry >> _SEQ, []).append(entry & _MASK)
