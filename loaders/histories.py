"""What was recorded of statements and by which delivery, read once for an undoing; what is only tried is as if it were recorded.

Invariants (tests/unit/test_loaders_undoing.py holds one test a number)
7. A dry run is refused as the undoing would be, says what that would do, and records nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from itertools import takewhile
from typing import Self

from graph.codec import dump
from graph.delivered import Delivery, DeliveryStatus
from graph.model import Operation, Recorded
from graph.store.base import Act, Store, Write
from graph.store.listing import listed
from graph.store.wording import decoded
from loaders.deliveries import DAYS, author_of, deliveries, is_redated, value_of, what_of
from loaders.references import joined

GONE = frozenset({DeliveryStatus.UNDONE, DeliveryStatus.UNDOING})


class Histories:
    """The histories of what one source delivered.

    Parameters
    ----------
    store : Store
        Where they are recorded.
    source : str
        Whose deliveries these are.
    """

    def __init__(self, store: Store, source: str) -> None:
        self.store, self._source, self._tried = store, source, False
        self.every: list[Delivery] = []
        """The deliveries of the source, in the order in which they began."""
        self.began: dict[str, int] = {}
        """The version in which each began."""
        self.ended: dict[str, int] = {}
        """The version in which each was undone for the first time."""
        self.at: dict[str, int] = {}
        """The version in which it was last recorded how each stands."""
        for each in deliveries(store, source):
            value, history = value_of(each), store.history(each.fact.key)
            self.every.append(value)
            self.at[value.id], self.began[value.id] = each.version, history[0].version
            undone = [was.version for was in history if value_of(was).status is DeliveryStatus.UNDONE]
            self.ended.update({value.id: undone[0]} if undone else {})
        self.authors: dict[int, tuple[str, bool]] = {}
        """Version -> the delivery that wrote it, and whether that was to undo it."""
        self._redating: list[int] = []
        for row in store.audit(min(self.began.values(), default=1) - 1):
            if author := author_of(row.what):
                self.authors[row.version] = author
                self._redating += [row.version] if row.what == what_of(author[0], DAYS, undone=True) else []
        self._version = store.version()
        self._added: dict[str, list[tuple[int, Recorded | None]]] = {}
        """What is only tried: version and wording, None where it is retracted."""

    def trial(self) -> Self:
        """Return it as one that keeps what is to be recorded, and answers as if it were recorded."""
        tried = copy(self)
        tried.authors, tried._added, tried._tried = dict(self.authors), {}, True
        return tried

    def begin(self, value: Delivery) -> None:
        """Count a delivery as one that is being undone."""
        self.every = [replace(each, status=DeliveryStatus.UNDOING) if each.id == value.id else each for each in self.every]

    def after(self, value: Delivery) -> list[Delivery]:
        """Return the deliveries of the same tables that began after this one and stand, or were cut off."""
        later = self.every[[each.id for each in self.every].index(value.id) + 1 :]
        return [each for each in later if each.status is not DeliveryStatus.UNDONE and share(each, value)]

    def undone(self, value: Delivery) -> list[Delivery]:
        """Return the other deliveries of the same tables that are undone, the last first."""
        gone = (each for each in reversed(self.every) if each.id != value.id and each.status is DeliveryStatus.UNDONE)
        return [each for each in gone if share(each, value)]

    def versions(self, delivery: str, *, undone: bool = False) -> set[int]:
        """Return the versions that a delivery wrote, or that were written to undo it."""
        return {version for version, author in self.authors.items() if author == (delivery, undone)}

    def changes(self, delivery: str) -> Iterator[Recorded]:
        """Yield what a delivery recorded, in order: statements and absences, not the delivery itself."""
        yield from self._recorded_in(self.versions(delivery))

    def redated(self) -> set[str]:
        """Return the keys of the statements whose days were ever put right because a delivery was undone."""
        return {each.fact.key for version in self._redating for each in self._recorded_in({version})}

    def _recorded_in(self, mine: set[int]) -> Iterator[Recorded]:
        if mine:
            last = max(mine)
            for change in takewhile(lambda each: each.version <= last, self.store.changes_since(min(mine) - 1)):
                if change.version in mine and not isinstance(change.fact.value, Delivery):
                    yield change

    def history(self, key: str) -> list[Recorded]:
        """Return every version of a statement, oldest first."""
        found = self.store.history(key)
        for version, added in self._added.get(key, ()):
            last = added or replace(found[-1], operation=Operation.RETRACTION)
            found.append(replace(last, version=version))
        return found

    def notes(self, table: str, about: str) -> list[Recorded]:
        """Return every version of the note that a statement is absent from a table, none where it never was."""
        key = f"absence/{self._source}/{joined(table)}/{about}"
        return self.history(key)

    def noted(self) -> dict[str, list[str]]:
        """Return the keys of the notes that are current, by the statements that they say are absent."""
        found: dict[str, list[str]] = {}
        for key, _ in self.texts("absence", f"absence/{self._source}/"):
            found.setdefault(key.split("/", 3)[3], []).append(key)
        return found

    def current(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the ids of the current wordings of statements, "" where one is retracted."""
        added = {key: last.fact.id if (last := self._added[key][-1][1]) else "" for key in keys if key in self._added}
        return self.store.standing([key for key in keys if key not in added]) | added

    def texts(self, kind: str, keys: str) -> Iterator[tuple[str, str]]:
        """Yield key and text of what is current of a kind under keys that start so."""
        for page in listed(self.store, kind, keys):
            yield from ((each.key, each.text) for each in page if each.key not in self._added)
        for key, added in self._added.items():
            if key.startswith(keys) and (last := added[-1][1]):
                yield key, dump(last.fact.value)

    def record(self, writes: Sequence[Write], act: Act) -> int:
        """Record writes, or keep them where this is only tried; return how many were news."""
        if not self._tried:
            done = self.store.append(writes, act)
            self._note(done.version if done.recorded else 0, act)
            return done.recorded
        self._version += 1
        self._note(self._version, act)
        for write in writes:
            gone, fact = write.operation is Operation.RETRACTION, decoded(write.fact)
            added = None if gone else Recorded(fact, self._version, act.at, write.operation, write.reason)
            self._added.setdefault(fact.key, []).append((self._version, added))
        return len(writes)

    def _note(self, version: int, act: Act) -> None:
        if version and (author := author_of(act.what)):
            self.authors[version] = author


def plainly(history: Sequence[Recorded]) -> list[Recorded]:
    """Leave out of a history what only put days right: that said nothing else than the wording before."""
    return [each for each in history if not is_redated(each)]


def notes_last(found: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Yield keys and what goes with them, those of notes of absence after those of the statements that they are about."""
    notes: list[tuple[str, int]] = []
    for each in found:
        if each[0].startswith("absence/"):
            notes.append(each)
        else:
            yield each
    yield from notes


def stood(history: Sequence[Recorded], version: int | None = None) -> Recorded | None:
    """Return what was current at a version, or is now; None where that was nothing."""
    found = next((each for each in reversed(history) if version is None or each.version <= version), None)
    return None if found is None or found.operation is Operation.RETRACTION else found


def share(one: Delivery, other: Delivery) -> bool:
    """Whether two deliveries have a table in common."""
    return not {file.table for file in one.files}.isdisjoint(file.table for file in other.files)
