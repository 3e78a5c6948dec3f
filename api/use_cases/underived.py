"""What is on record and not derived yet: of the whole store, or of some parties and decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.responsibility.catalogue import Catalogue
from graph.errors import Refused
from graph.model import Operation, Payload
from graph.snapshot.scope import GRAPH
from graph.store.base import Store

MARK = "propagated"
"""Progress mark: `<version>:<hash of the catalogue>` of the last derivation."""
_MANY = 20_000
"""Changes from which on deriving everything is quicker than finding out what was touched."""


@dataclass(frozen=True, slots=True)
class Pending:
    """What has to be derived: everything, or what these statements touch."""

    full: bool
    wordings: tuple[Payload, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to derive."""
        return self.full or bool(self.wordings)


def pending(store: Store, catalogue: Catalogue) -> Pending:
    """Return what came since the last derivation; a seal or another catalogue means everything."""
    mark = store.progress(MARK)
    since, _, known_hash = mark.partition(":") if mark else ("0", "", "")
    if not mark or known_hash != catalogue.hash or any(row.sealed for row in store.audit(int(since))):
        return Pending(full=True)
    wordings: list[Payload] = []
    for change in store.changes_since(int(since)):
        if change.fact.key.split("/", 1)[0] not in GRAPH:
            continue
        if change.operation is Operation.NEW:
            wordings.append(change.fact.value)
        else:  # what it said before may have reached other decisions
            wordings += [recorded.fact.value for recorded in store.history(change.fact.key)]
        if len(wordings) > _MANY:
            return Pending(full=True)
    return Pending(full=False, wordings=tuple(wordings))


def behind(store: Store, catalogue: Catalogue, about: Iterable[str]) -> bool:
    """Say whether more is on record about some parties and decisions than was derived."""
    mark = store.progress(MARK)
    since, _, known_hash = mark.partition(":") if mark else ("0", "", "")
    if mark and known_hash != catalogue.hash:
        return True
    return any(True for _ in store.wordings(GRAPH, about, int(since)))


def see_that_derived(store: Store, catalogue: Catalogue) -> None:
    """Refuse to act on what is not derived yet; raises `Refused`."""
    if store.version() and pending(store, catalogue):
        raise Refused(
            "not everything is derived from what is recorded, and nobody is told what may be void: run `zeren propagate` first",
            zh="已登记的内容尚未全部推导，不能据此通知任何单位（其中可能有已失效的）：请先运行 `zeren propagate`",
        )
