"""What is current under keys with a beginning, unread: for whoever compares keys by the million and reads a few of the statements.

Invariants (tests/contract/test_store.py, class TestListed)
1. What is listed is what `Store.facts` yields, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol, runtime_checkable

from graph.codec import dump, load
from graph.model import Fact, Origin, Payload
from graph.store.base import Store


class Listed(NamedTuple):
    """A current wording: `text` is what it says, as `graph.codec.dump` writes it."""

    id: str
    key: str
    text: str
    flags: tuple[str, ...]
    source: str
    file: str
    row: int
    version: int

    @property
    def kind(self) -> str:
        """The first part of the key."""
        return self.key.partition("/")[0]

    def fact(self) -> Fact[Payload]:
        """Read it."""
        return Fact(self.id, self.key, load(self.kind, self.text), Origin(self.source, self.file, self.row), self.flags)


OfFile = Callable[[str], bool]
"""Whether what was read in a file is asked for."""


@runtime_checkable
class Lists(Protocol):
    """A store that can list without reading."""

    def listed(self, kind: str, keys: str, of_file: OfFile | None = None) -> Iterator[list[Listed]]:
        """Yield the current wordings of a kind under keys that start so, a page at a time."""


def listed(store: Store, kind: str, keys: str, of_file: OfFile | None = None) -> Iterator[list[Listed]]:
    """Yield the current wordings of a kind under keys that start so, of some files only if asked so; a page at a time."""
    if isinstance(store, Lists):
        yield from store.listed(kind, keys, of_file)
        return
    for found in store.facts([kind], keys=keys):
        fact, at = found.fact, found.fact.origin
        if of_file is None or of_file(at.file):
            yield [Listed(fact.id, fact.key, dump(fact.value), fact.flags, at.source, at.file, at.row, found.version)]
