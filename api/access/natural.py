"""Which parties are natural persons: the one place that says so, whatever their ids look like.

A person who appears at an enterprise has an id that tells it (`enterprise#name`). One of his own record, as registers of owners and
lists of debtors have them, has an id like any other: what he is only the store says.

Invariants (tests/unit/test_access_natural.py holds one test a number)
1. Whoever a statement calls a person is one, with every name that statements give him; also where it was withdrawn since.
2. The store is asked once for the ids of an answer, and not for those of which the graph in memory says what they are.
3. What becomes known is known to the next answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from threading import Lock
from typing import Final

from graph.errors import NotFound
from graph.model import Entity, appearance_parts
from graph.snapshot.columns import Columns
from graph.store.base import Store

PERSON: Final = "person"
Named = dict[str, frozenset[str]]
"""Id of a person -> the names that the store has of him."""
Whether = Callable[[Collection[str]], Named]
"""Which of some ids are those of persons of their own record."""
_REMEMBERED: Final = 200_000


class Natural:
    """Tells persons from all else.

    Parameters
    ----------
    store : Store
        What is on record.
    columns : callable
        The graph in memory, None where it is not there yet: nobody waits for it.
    """

    def __init__(self, store: Store, columns: Callable[[], Columns | None] = lambda: None) -> None:
        self._store, self._columns, self._lock = store, columns, Lock()
        self._others: set[str] = set()
        self._as_of = -1

    def among(self, ids: Collection[str]) -> Named:
        """Return those of some ids that are persons of their own record, each with his names."""
        if not ids:
            return {}
        version = self._store.version()
        with self._lock:
            if version != self._as_of or len(self._others) > _REMEMBERED:
                self._others, self._as_of = set(), version
            asked = [each for each in ids if each not in self._others and appearance_parts(each) is None]
        graph = self._columns() if asked else None
        doubtful = {each for each in asked if _kind(graph, each) in ("", PERSON)}
        found: dict[str, set[str]] = {}
        for recorded in self._store.wordings(["entity"], doubtful) if doubtful else ():
            value = recorded.fact.value
            if isinstance(value, Entity) and value.kind == PERSON and value.id in doubtful:
                found.setdefault(value.id, set()).update(name.text for name in value.names)
        with self._lock:
            if version == self._as_of:
                self._others.update(set(asked) - found.keys())
        return {person: frozenset(names) for person, names in found.items()}

    def which(self, ids: Iterable[str]) -> set[str]:
        """Return those of some ids that are persons, wherever they appear."""
        every = set(ids)
        return {each for each in every if appearance_parts(each) is not None} | self.among(every).keys()


def _kind(columns: Columns | None, entity: str) -> str:
    """Return what the graph says that something is; nothing where it knows nothing of it."""
    if columns is None:
        return ""
    try:
        return columns.kind(columns.node(entity))
    except NotFound:
        return ""
