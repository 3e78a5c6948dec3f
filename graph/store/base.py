"""What a store of facts must do.

Invariants (tests/contract/test_store.py runs every one of them on every backend)
1. Facts are appended; nothing recorded is altered or lost. `get(…, known_at=v)` answers today as it answered when v was current.
2. One `append` is one transaction: facts, audit row, new version and progress mark, or none of them.
3. A statement already recorded as it stands is not recorded again: appending it is a no-op, and a batch of no-ops leaves the
   version where it was.
4. A correction (we were wrong) replaces what a statement says. A change (the world moved) may only end what was open or unknown,
   or add to it: one that would alter the past is refused with `StoreConflict`.
5. A retracted statement is not current, and can be replayed. Saying it again later makes it current again.
6. A sealed statement leaves every read, index and export, at every `known_at`; its hash, date and article stay. Several are sealed
   together or not at all.
7. `changes_since(v)` gives every version after v, in order, once.
8. Search finds Chinese names by two characters, by pinyin and by initials, former names included.
9. What is asked about an enterprise, a decision or a strong identifier is answered with every fact that speaks of it, and no other.
10. The times of the log never fall. What is dated more than `graph.store.clock.TOLERANCE` before its last row is refused; within
    that it is recorded at the time of the row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self

from graph.codec import Encoded
from graph.dates import PartialDate
from graph.model import Fact, Operation, Payload, Recorded

MAX_BATCH = 5_000
"""Facts in one transaction at most."""


@dataclass(frozen=True, slots=True)
class Write:
    """One statement to be recorded, and how it relates to what is recorded under the same key."""

    fact: Fact[Payload] | Encoded
    operation: Operation = Operation.NEW
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Who writes, when, and what for: the audit row of a transaction, and the moment its facts are recorded."""

    at: datetime
    by: str
    what: str
    progress: tuple[str, str] | None = None
    """(name, value) of a mark that is kept with the transaction, so that a load that was cut off can go on from it."""


@dataclass(frozen=True, slots=True)
class Appended:
    """Outcome of an `append`: the version now current and how many statements were recorded in it (the rest were known)."""

    version: int
    recorded: int


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the audit log; `chain` is a hash over this row and the one before.

    `contents` is a hash over what the version recorded; `sealed` the key that it sealed. Whoever follows `changes_since` must look
    here for sealed keys, for a sealed statement is in no other feed.
    """

    version: int
    at: datetime
    by: str
    what: str
    chain: str
    contents: str = ""
    sealed: str | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """What stays of a sealed statement."""

    id: str
    key: str
    article: str
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer of a search: an entity, the name that matched, its kind of name, and how well (smaller is better)."""

    entity: str
    name: str
    kind: str
    score: float


def keys_of(keys: str | Collection[str]) -> list[str]:
    """Return the keys that are to be sealed, each once, in their order."""
    return [keys] if isinstance(keys, str) else list(dict.fromkeys(keys))


class Store(Protocol):
    """Keeps facts. All times are aware datetimes given by the caller; `known_at` is a version, None meaning the latest."""

    def append(self, writes: Sequence[Write], act: Act) -> Appended:
        """Record up to `MAX_BATCH` statements in one transaction.

        Operation NEW on a key that has another wording is taken as a correction if the key's current wording is retracted or
        absent, and refused otherwise: the caller says whether the world or our knowledge changed. A retraction names the current
        wording. Under a sealed key nothing is recorded: its last wording delivered again is known already, any other is refused.
        A batch in which nothing is new still keeps its progress mark.

        Raises
        ------
        InputError
            A fact whose id is not the hash of what it says, or a time without a zone.
        StoreConflict
            A NEW over a different current wording, or a CHANGE that alters the past. Nothing of the batch is recorded.
        StoreBusy
            Another process is writing and did not finish in time.
        Refused
            The act is dated before the last row of the log: the clock was set back (`close` and `seal` refuse that too).
        """

    def close(self, key: str, end: PartialDate, act: Act) -> Appended:
        """End the validity of a relationship: a change, made of the current wording with its period ended at `end`.

        Raises
        ------
        NotFound
            Nothing current has this key.
        StoreConflict
            It has ended already, or would end before its start.
        """

    def seal(self, keys: str | Collection[str], article: str, act: Act) -> None:
        """Take every wording of a key out of every read and index, keeping hash, date and article.

        Several keys are sealed in one transaction, each in a version of its own; what is sealed already stays so.

        Raises
        ------
        NotFound
            Nothing has one of the keys: none of them is sealed.
        """

    def get(self, key: str, known_at: int | None = None) -> Recorded | Sealed | None:
        """Return the wording of `key` current at `known_at`, None if there was none."""

    def standing(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the id of the current wording of each of the keys that was ever recorded, "" where it is retracted or sealed."""

    def by_id(self, fact_id: str) -> Recorded | Sealed | None:
        """Return the version of a statement that has this fact id (the latest, where it was said twice)."""

    def by_ids(self, fact_ids: Collection[str]) -> dict[str, Recorded]:
        """Return the statements that have these fact ids, as `by_id` does, by id; unknown and sealed ones are left out."""

    def history(self, key: str) -> list[Recorded]:
        """Return every recorded version of `key`, oldest first (retractions included, sealed ones left out)."""

    def facts(
        self,
        kinds: Iterable[str] | None = None,
        known_at: int | None = None,
        keys: str = "",
        about: Iterable[str] | None = None,
    ) -> Iterator[Recorded]:
        """Yield the wordings current at `known_at`, in the order recorded.

        Parameters
        ----------
        kinds : iterable of str, optional
            Only these kinds.
        known_at : int, optional
            The version, the latest by default.
        keys : str
            Only keys that start so.
        about : iterable of str, optional
            Only what speaks of any of these: enterprises (with the people who appear there), things, decisions, findings, strong
            identifiers (see `graph.store.mentions`).
        """

    def wordings(self, kinds: Iterable[str], about: Iterable[str], since: int = 0) -> Iterator[Recorded]:
        """Yield every wording of these kinds, current or not, that speaks of any of these (see `facts`), in the order recorded.

        Retractions are included, sealed wordings are left out; so is what was recorded up to the version `since`.
        """

    def search(self, text: str, limit: int = 20) -> list[Hit]:
        """Return the entities whose present or former names (or identifiers, as a prefix) match, best first."""

    def called(self, name: str, limit: int) -> list[str]:
        """Return the entities, `limit` at most, that bear this very name or identifier, now or formerly, as recorded first."""

    def changes_since(self, version: int) -> Iterator[Recorded]:
        """Yield what was recorded after `version`, in order."""

    def version(self, at: datetime | None = None) -> int:
        """Return the current version, or the one that was current at a moment; 0 for an empty store.

        That is the last one before anything later was recorded, also in a log of former days whose times fall.
        """

    def audit(self, since: int = 0) -> Iterator[AuditRow]:
        """Yield the audit log after version `since`; `graph.store.audit.verify` checks its chain."""

    def progress(self, name: str) -> str | None:
        """Return the value of the progress mark `name` (see `Act.progress`)."""

    def verify(self, tell: Callable[[int], object] = int) -> int | None:
        """Return the first version whose audit row or statements were altered behind the store's back, None if none was.

        Nobody who reads or writes meanwhile waits for it. `tell` hears of each version that was reached, and may raise to stop it.
        """

    def __enter__(self) -> Self:
        """Open."""

    def __exit__(self, *exc: object) -> None:
        """Close."""
