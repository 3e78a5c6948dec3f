"""A store as it was known at a version: whoever reads it finds what was known then, and nothing can be recorded through it.

Invariants (tests/unit/test_api_past.py holds one test a number)
1. Every read answers as the store itself answered when that version was its latest; what was sealed since stays sealed.
2. Nothing is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import islice, takewhile
from typing import Any, NoReturn, Self

from api.use_cases.reading import moment_of
from graph.dates import day_in_law
from graph.errors import Refused
from graph.model import Operation, Recorded
from graph.snapshot.scope import GRAPH
from graph.store import open_store
from graph.store.base import MAX_BATCH, Act, AuditRow, Hit, Sealed, Store, Write


def indexed(store: Store, version: int) -> Store:
    """Return a store in memory that holds the graph as it was known at a version, recorded in the same order."""
    past = open_store("sqlite:///:memory:")
    known, at = store.facts(GRAPH, version), datetime.min.replace(tzinfo=UTC)
    while some := list(islice(known, MAX_BATCH)):
        at = max(at, some[-1].recorded_at)  # times fall in logs of former days
        past.append([Write(each.fact) for each in some], Act(at, "zeren", "replay"))
    return past


def as_known(store: Store, version: int | None) -> Store:
    """Return a store as it was known at a version; the store itself where none is asked for."""
    return store if version is None else Past(store, version)


def by_day(at: str, day: date | None) -> bool:
    """Say whether something was recorded on a day or before, as days are counted in the law."""
    return day is None or day_in_law(datetime.fromisoformat(at)) <= day


@dataclass(frozen=True)
class Past:
    """A store as it was known at a version; see `graph.store.base.Store` for what each question asks.

    Parameters
    ----------
    store : Store
        The store.
    at : int
        The version.
    """

    store: Store
    at: int
    _searched: list[Store] = field(default_factory=list)

    def _by(self, known_at: int | None) -> int:
        return self.at if known_at is None else min(known_at, self.at)

    def _refused(self, *_: Any, **__: Any) -> NoReturn:
        raise Refused(f"this is the store as it was known at version {self.at}: nothing can be recorded in it")

    append = close = seal = _refused

    def get(self, key: str, known_at: int | None = None) -> Recorded | Sealed | None:
        """Return the wording of `key` that was current then."""
        return self.store.get(key, self._by(known_at))

    def standing(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the id of the wording of each of the keys that was current then, "" where it was retracted or is sealed."""
        ever = {key: self.history(key) for key in keys}
        sealed = {key for key in keys if isinstance(self.store.get(key), Sealed)}
        return {
            key: "" if key in sealed or found[-1].operation is Operation.RETRACTION else found[-1].fact.id
            for key, found in ever.items()
            if found or key in sealed
        }

    def by_id(self, fact_id: str) -> Recorded | Sealed | None:
        """Return the version of a statement that has this fact id, the latest that was known then."""
        found = self.store.by_id(fact_id)
        if not isinstance(found, Recorded) or found.version <= self.at:
            return found
        said = [each for each in self.history(found.fact.key) if each.fact.id == fact_id]
        return said[-1] if said else None

    def by_ids(self, fact_ids: Collection[str]) -> dict[str, Recorded]:
        """Return the versions of statements that have these fact ids, the latest that were known then."""
        known = {fact_id: self.by_id(fact_id) for fact_id in fact_ids}
        return {fact_id: found for fact_id, found in known.items() if isinstance(found, Recorded)}

    def history(self, key: str) -> list[Recorded]:
        """Return every version of `key` recorded by then."""
        return [recorded for recorded in self.store.history(key) if recorded.version <= self.at]

    def facts(
        self,
        kinds: Iterable[str] | None = None,
        known_at: int | None = None,
        keys: str = "",
        about: Iterable[str] | None = None,
    ) -> Iterator[Recorded]:
        """Yield the wordings that were current then."""
        return self.store.facts(kinds, self._by(known_at), keys, about)

    def wordings(self, kinds: Iterable[str], about: Iterable[str], since: int = 0) -> Iterator[Recorded]:
        """Yield every wording recorded by then."""
        return takewhile(lambda recorded: recorded.version <= self.at, self.store.wordings(kinds, about, since))

    def search(self, text: str, limit: int = 20) -> list[Hit]:
        """Return the entities whose names matched then."""
        return self._then().search(text, limit)

    def called(self, name: str, limit: int) -> list[str]:
        """Return the entities that bore this very name or identifier then."""
        return self._then().called(name, limit)

    def _then(self) -> Store:
        if not self._searched:
            self._searched.append(indexed(self.store, self.at))
        return self._searched[0]

    def changes_since(self, version: int) -> Iterator[Recorded]:
        """Yield what was recorded after `version`, and by then."""
        return takewhile(lambda recorded: recorded.version <= self.at, self.store.changes_since(version))

    def version(self, at: datetime | None = None) -> int:
        """Return the version, or the one that was current at an earlier moment."""
        return self.at if at is None else min(self.store.version(at), self.at)

    def audit(self, since: int = 0) -> Iterator[AuditRow]:
        """Yield the audit log as far as it went then."""
        return takewhile(lambda row: row.version <= self.at, self.store.audit(since))

    def progress(self, name: str) -> str | None:
        """Return nothing: how far anybody had got at a version is not kept, and its answers stay the same for ever."""
        del name
        return None

    def verify(self, tell: Callable[[int], object] = int) -> int | None:
        """Return the first altered version up to this one."""
        broken = self.store.verify(tell)
        return broken if broken is not None and broken <= self.at else None

    @cached_property
    def until(self) -> datetime | None:
        """When the next version was recorded: up to then this was what was known; None where it is the latest."""
        row = next(self.store.audit(self.at), None)
        return row.at if row is not None else None

    def __enter__(self) -> Self:
        """Open."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close what was indexed; the store is left to whoever opened it."""
        for each in self._searched:
            each.__exit__(None, None, None)


def recorded_by(store: Store, known_at: str | None) -> Callable[[str], bool]:
    """Return the test of what lies beside the store: whether it was on record at the version or time that is asked for.

    A version was what was known until the next one was recorded.
    """
    if known_at is None or not isinstance(store, Past):
        return lambda _: True
    asked = moment_of(known_at)
    if asked is not None:
        return lambda at: datetime.fromisoformat(at) <= asked
    until = store.until
    return lambda at: until is None or datetime.fromisoformat(at) < until
