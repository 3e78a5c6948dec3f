"""What a load would change, shown by examples before it is taken.

Invariants (tests/unit/test_loaders_comparing.py holds one test a number)
1. At most so many examples a table and kind are kept, the first ones; a bad file of a million rows gives a small answer.
2. An altered statement is shown by the fields that differ, as they are and as they would be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from graph.codec import converter
from graph.delivered import Absence
from graph.model import Fact, Operation, Origin, Payload, Recorded
from graph.store.base import Store, Write
from graph.store.wording import decoded

KINDS: Final = {Operation.NEW: "new", Operation.CHANGE: "changed", Operation.CORRECTION: "corrected"}
VANISHED: Final = "vanished"


@dataclass(frozen=True, slots=True)
class Example:
    """One statement that a load would add, alter or end: where its row stands, what is recorded, what would be."""

    table: str
    kind: str
    file: str
    row: int
    key: str
    old: dict[str, Any]
    new: dict[str, Any]


class Examples:
    """Gathers the first examples of each kind."""

    def __init__(self, store: Store, most: int) -> None:
        self._store, self._most = store, most
        self._count: Counter[tuple[str, str]] = Counter()
        self.shown: list[Example] = []

    def took(self, table: str, kind: Operation, writes: Iterable[Write]) -> None:
        """Take up a row that would be recorded, by the statements that make it what it is."""
        name = KINDS[kind]
        if self._full(table, name):
            return
        for write in writes:
            if write.operation is kind:
                recorded = self._store.get(write.fact.key)
                old = recorded.fact if isinstance(recorded, Recorded) else None
                self._add(table, name, write.fact.key, write.fact.origin, old, decoded(write.fact))

    def vanished(self, table: str, fact: Fact[Payload]) -> None:
        """Take up what would be ended, or noted as absent."""
        if self._full(table, VANISHED):
            return
        key = fact.value.about if isinstance(fact.value, Absence) else fact.key
        recorded = self._store.get(key)
        if isinstance(recorded, Recorded):
            ended = None if isinstance(fact.value, Absence) else fact
            self._add(table, VANISHED, key, recorded.fact.origin, recorded.fact, ended)

    def _full(self, table: str, kind: str) -> bool:
        return self._count[table, kind] >= self._most

    def _add(self, table: str, kind: str, key: str, origin: Origin, old: Fact[Payload] | None, new: Fact[Payload] | None) -> None:
        if self._full(table, kind):
            return
        self._count[table, kind] += 1
        before, after = differences(old, new)
        self.shown.append(Example(table, kind, origin.file, origin.row, key, before, after))


def differences(old: Fact[Payload] | None, new: Fact[Payload] | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields in which two wordings differ, as they are and as they would be; all fields where there is only one."""
    before, after = _fields(old), _fields(new)
    if old is None or new is None:
        return before, after
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def _fields(fact: Fact[Payload] | None) -> dict[str, Any]:
    if fact is None:
        return {}
    said: dict[str, Any] = converter().unstructure(fact.value)
    return said | ({"flags": list(fact.flags)} if fact.flags else {})
