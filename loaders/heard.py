"""A delivery heard to its end before anything of it is recorded: which statements it says, and which rows say nothing new.

So a load that has to be heard first, because too much could be absent from it, looks a second time only at the rows that are not
recorded as they are.

Invariants (tests/unit/test_loaders_heard.py holds one test a number)
1. What is loaded after a hearing is what would have been loaded without one.
2. A row is passed over only if every statement of it stands as it says, and no row before it says one of them otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from graph.model import Fact, Payload
from graph.store.base import Store
from loaders.given import Given
from loaders.lane import Taken
from loaders.mapping import Mapping
from loaders.plan import Plan
from loaders.planned import Planned, Stop, TookRows
from loaders.references import Statements


class Heard(Plan):
    """Hears which statements a load says, and compares them with what is recorded."""

    rehearsing = True

    def __init__(self, store: Store, mapping: Mapping, day: date | None, batch: int) -> None:
        super().__init__(store, mapping, day, batch, dry_run=True)
        self._told: set[int] = set()
        self._otherwise: set[int] = set()
        self._known: dict[Given, bytearray] = {}

    def row(self, statements: Statements, file: str, number: int, *, replayed: bool) -> Planned:
        """Take note of a row that goes the slow way."""
        planned = Planned()
        self._got.clear()
        terms = [
            self.term(fact, planned, replayed=replayed) if fact.key in statements.listed else fact for fact in statements.facts
        ]
        keys = [hash(fact.key) for fact in terms]
        if self._is_known(statements, terms) and self._otherwise.isdisjoint(keys):
            self._said_clean.update(keys)
            self._said |= {fact.key: (fact.id, file, number) for fact in terms}
            self._marks(number)[number] = 1
        else:
            self._told.update(keys)
            self._otherwise.update(keys)
        return planned

    def _is_known(self, said: Statements, terms: Sequence[Fact[Payload]]) -> bool:
        """Whether a row says nothing new and nothing that has to be noted, and no other row looks for what it says by a name."""
        if said.flags or said.links or self._mapping.by_name:
            return False
        stands = self._store.standing([fact.key for fact in terms])
        return all(stands.get(fact.key) == fact.id for fact in terms)

    def _marks(self, last: int) -> bytearray:
        """Return the marks of the rows of the file, one of them for each row up to this one."""
        known = self._known.setdefault(self._given, bytearray())
        known.extend(bytes(max(last + 1 - len(known), 0)))
        return known

    def take_rows(self, taken: Taken, first: int, last: int, replayed: int) -> TookRows:
        """Take note of rows of the fast lane."""
        del replayed
        known = self._marks(taken.numbers[last - 1])
        keys, ids, starts = list(map(hash, taken.block.keys)), taken.block.ids, taken.starts
        same = [self._now.get(key) == own for key, own in zip(taken.block.keys, ids, strict=True)]
        # What a link goes to is looked at when all is read: its row is never passed over.
        for row in range(first, last):
            begin, end = starts[row], starts[row + 1]
            own = keys[begin:end]
            if not taken.linked and all(same[begin:end]) and self._otherwise.isdisjoint(own):
                self._said_clean.update(own)
                known[taken.numbers[row]] = 1
            else:
                self._told.update(own)
                self._otherwise.update(key for key, stands in zip(own, same[begin:end], strict=True) if not stands)
        return TookRows(last, 0, [], Stop.END)

    def said(self, key: str) -> bool:
        """Whether the load has said the statement."""
        return hash(key) in self._said_clean or hash(key) in self._told

    def said_all(self, keys: Sequence[str]) -> list[bool]:
        """Say of each of many statements whether the load has said it, or has a row of it."""
        return [self.said(key) or hash(key) in self._present for key in keys]

    def known_rows(self, file: Given, numbers: Sequence[int]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Say of each of some rows of a file whether it says nothing new."""
        marks = np.frombuffer(self._known.get(file, b""), np.uint8)
        found = np.array(numbers, np.int64)
        known = np.zeros(len(found), bool)
        inside = found < len(marks)
        known[inside] = marks[found[inside]] == 1
        return known

    def begin(self, plan: Plan) -> None:
        """Let a plan know what the rows that are passed over said."""
        plan.remember(self._said_clean, self._said)
