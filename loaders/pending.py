"""The writes of one transaction while it is being gathered: in columns as long as all of them are new statements of one file.

Invariants (tests/unit/test_loaders_pending.py holds one test a number)
1. A later write of a key takes the place of the earlier one, and stands where that stood.
2. One write that is not new does not make another of the others: they are recorded in the order in which they were told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count

from graph.store.base import Write
from graph.store.block import Block


class Pending:
    """Writes by key, in order."""

    def __init__(self, source: str, file: str) -> None:
        self._block: Block | None = Block(source, file)
        self._mixed: list[Write] = []
        self._places: dict[str, int] = {}

    def __len__(self) -> int:
        """Return how many writes there are."""
        return len(self._places)

    def get(self, key: str) -> Write | None:
        """Return the write of a key."""
        place = self._places.get(key)
        if place is None:
            return None
        return self._mixed[place] if self._block is None else self._block[place]

    def take(self, block: Block) -> None:
        """Add new statements of keys that have none here."""
        self._places.update(zip(block.keys, count(len(self)), strict=False))
        if self._block is None:
            self._mixed += block
        else:
            self._block.extend(block)

    def add(self, writes: Mapping[str, Write]) -> None:
        """Add the writes of a row."""
        if self._block is not None and self._places.keys().isdisjoint(writes) and self._block.add(writes.values()):
            self._places.update(zip(writes, count(len(self)), strict=False))
            return
        if self._block is not None:
            self._mixed, self._block = list(self._block), None
        for key, write in writes.items():
            place = self._places.setdefault(key, len(self._mixed))
            self._mixed[place : place + 1] = [write]

    def writes(self) -> Sequence[Write]:
        """Return the writes, in order."""
        return self._mixed if self._block is None else self._block

    def by_key(self) -> dict[str, Write]:
        """Return the writes by key."""
        return {write.fact.key: write for write in self.writes()}

    def ids(self) -> dict[str, str]:
        """Return the id of each statement by its key."""
        if self._block is None:
            return {write.fact.key: write.fact.id for write in self._mixed}
        return dict(zip(self._block.keys, self._block.ids, strict=True))
