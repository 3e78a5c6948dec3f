"""What is current under keys with a beginning, unread: for whoever compares keys by the million and reads a few of the statements.

Invariants (tests/contract/test_store.py, class TestListed)
1. What is listed is what `Store.facts` yields, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from graph.codec import dump, load
from graph.model import Fact, Origin, Payload
from graph.store.base import Store


@dataclass(frozen=True, slots=True)
class Listed:
    """A current wording: `text` is what it says, as `graph.codec.dump` writes it."""

    id: str
    key: str
    text: str
    flags: tuple[str, ...]
    origin: Origin
    version: int

    @property
    def kind(self) -> str:
        """The first part of the key."""
        return self.key.partition("/")[0]

    def fact(self) -> Fact[Payload]:
        """Read it."""
        return Fact(self.id, self.key, load(self.kind, self.text), self.origin, self.flags)


OfFile = Callable[[str], bool]
"""Whether what was read in a file is asked for."""


@runtime_checkable
class Lists(Protocol):
    """A store that can list without reading."""

    def listed(self, kind: str, keys: str, of_file: OfFile | None = None) -> Iterator[Listed]:
        """Yield the current wordings of a kind under keys that start so."""


def listed(store: Store, kind: str, keys: str, of_file: OfFile | None = None) -> Iterator[Listed]:
    """Yield the current wordings of a kind under keys that start so, of some files only if asked so."""
    if isinstance(store, Lists):
        yield from store.listed(kind, keys, of_file)
        return
    for found in store.facts([kind], keys=keys):
        fact = found.fact
        if of_file is None or of_file(fact.origin.file):
            yield Listed(fact.id, fact.key, dump(fact.value), fact.flags, fact.origin, found.version)
