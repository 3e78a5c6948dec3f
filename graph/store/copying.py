"""Moving a store to another, whatever the backends: every recording with its number, its moment and who wrote it.

The audit log of the copy is the log of the original, hash by hash, so a copy is proved by comparing one chain and checking the copy
against it. What is sealed travels as what stays of it: hash, date and article.

Invariants (tests/contract/test_copying.py holds one test a number)
1. The copy has the same versions, the same answers at each of them, and the same last chain.
2. A copy that is cut off goes on where it stopped; a store that holds something else is refused.
3. What was sealed is sealed in the copy, and its words are nowhere in it.
4. Progress marks travel too, so that a load that was cut off goes on in the copy.
5. What was altered in the original is refused at its version, and never stands in the copy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from graph.codec import Encoded, digest
from graph.errors import StoreConflict, StoreDamaged, StoreError
from graph.model import Fact, Operation, Payload
from graph.store.audit import chained, contents_of
from graph.store.base import Act, AuditRow, Store

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""An append that records nothing has no moment."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One recording as a store keeps it; `fact` and `text` are None, and `reason` empty, where it is sealed."""

    seq: int
    before: int
    key: str
    id: str
    operation: Operation
    mark: str
    fact: Fact[Payload] | Encoded | None
    text: str | None
    reason: str = ""


class Movable(Store, Protocol):
    """A store that can be copied as it is."""

    def entries(self, version: int) -> list[Entry]:
        """Return everything recorded in a version, what is sealed included, in order."""

    def marks(self) -> dict[str, str]:
        """Return every progress mark."""

    def sealings(self) -> dict[str, str]:
        """Return every key that is sealed, with the article."""

    def take(self, row: AuditRow, entries: Sequence[Entry], article: str = "") -> None:
        """Record a version as another store has it, as the next one; `article` is that of what it seals.

        Raises
        ------
        StoreConflict
            It does not follow what is recorded here.
        StoreDamaged
            The recordings are not those that its audit row promises.
        """


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy did: the version it reached, how many versions and recordings were copied now, and the chain of the last."""

    version: int
    versions: int
    recordings: int
    chain: str


def copy(source: Movable, target: Movable, progress: Callable[[int, int], None] = lambda _done, _all: None) -> Copied:
    """Copy what `target` lacks, and check it.

    Parameters
    ----------
    source, target : Movable
        The original, and a store that is empty or holds the beginning of it.
    progress : callable
        Told the version copied and the last one.

    Raises
    ------
    StoreConflict
        The target holds something else.
    StoreDamaged
        The original is altered, or the copy is not what the original is.
    """
    start, chain = _common(source, target)
    reached, recordings = start, 0
    while rows := list(source.audit(reached)):
        for row in rows:
            entries = _entries(source, row.version)
            target.take(row, entries, source.sealings()[row.sealed] if row.sealed else "")
            reached, recordings, chain = row.version, recordings + len(entries), row.chain
            progress(reached, rows[-1].version)
    for name, value in source.marks().items():
        if target.progress(name) != value:
            target.append((), Act(_EPOCH, "copy", "progress", (name, value)))
    check(source, target, reached)
    return Copied(reached, reached - start, recordings, chain)


def see_that_it_follows(row: AuditRow, entries: Sequence[Entry], version: int, chain: str) -> None:
    """See that a version is the one after `version`, whose chain is given, and that its recordings are those it promises.

    Raises
    ------
    StoreConflict
        It is not the next one.
    StoreDamaged
        The recordings are others.
    """
    if (row.version, row.chain) != (version + 1, chained(chain, row)):
        raise StoreConflict(f"version {row.version} does not follow what is recorded here")
    if contents_of(entry.mark for entry in entries) != row.contents:
        raise StoreDamaged(_altered(row.version, "the recordings are not those that its audit row promises"))
    for entry in entries:
        fact = entry.fact
        if fact is not None and digest(entry.key, entry.text or "", ",".join(fact.flags)) != entry.id:
            raise StoreDamaged(_altered(row.version, f"{entry.key} is not what its id promises"))


def _entries(source: Movable, version: int) -> list[Entry]:
    try:
        return source.entries(version)
    except StoreError:
        raise
    except Exception as error:  # what was altered may be no statement any more, and fail wherever it is read
        raise StoreDamaged(_altered(version, "a statement cannot be read")) from error


def _altered(version: int, why: str) -> str:
    return f"the store that is copied is altered at version {version}: {why}; nothing of this version or after it was copied"


def check(source: Movable, target: Movable, version: int) -> None:
    """See that two stores say the same up to a version.

    Raises
    ------
    StoreDamaged
        They do not, or what the target holds is not what its audit log promises.
    """
    broken = target.verify()
    if broken is not None:
        raise StoreDamaged(f"the copy is altered at version {broken}")
    pairs = zip(source.audit(), target.audit(), strict=False)
    differing = next((one.version for one, other in pairs if one.version <= version and one != other), None)
    if differing is not None or target.version() < version:
        raise StoreDamaged(f"the copy differs from version {differing or target.version() + 1} on")


def _common(source: Movable, target: Movable) -> tuple[int, str]:
    """Return the version up to which the target is the source already, and its chain."""
    reached = target.version()
    chain = ""
    if reached == 0:
        return 0, chain
    mine = next(iter(target.audit(reached - 1)))
    theirs = next(iter(source.audit(reached - 1)), None)
    if theirs is None or theirs.chain != mine.chain:
        raise StoreConflict("the target holds something else: copy to an empty store")
    return reached, mine.chain
