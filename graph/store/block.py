"""New statements in columns: what a bulk load records, without an object for each of millions.

Invariants (tests/unit/test_store_block.py holds one test a number)
1. A block is the sequence of its writes: recorded a column at a time or one by one, a store is the same, hash by hash.
2. A block of which anything is recorded already, or said twice, is recorded as any batch is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, overload

from graph.codec import Encoded
from graph.model import Operation, Origin
from graph.store.base import Write
from graph.store.mentions import about_of, names_of
from graph.store.wording import text_of

Names = tuple[tuple[str, str, str], ...]
_COLUMNS = ("ids", "keys", "texts", "rows", "flags", "names", "about")


@dataclass(slots=True)
class Block(Sequence[Write]):
    """Statements of one file that are told for the first time; each list is a field of `Encoded`, `rows` those of its origin."""

    source: str
    file: str
    ids: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    flags: list[tuple[str, ...]] = field(default_factory=list)
    names: list[Names] = field(default_factory=list)
    about: list[tuple[str, ...]] = field(default_factory=list)

    def __len__(self) -> int:
        """Return how many statements there are."""
        return len(self.ids)

    @overload
    def __getitem__(self, place: int) -> Write: ...
    @overload
    def __getitem__(self, place: slice) -> Block: ...
    def __getitem__(self, place: int | slice) -> Write | Block:
        """Return a statement as a write, or some of them."""
        if isinstance(place, slice):
            return self._of([column[place] for column in self._columns()])
        return Write(self.fact(place))

    def __iter__(self) -> Iterator[Write]:
        """Yield the statements as writes."""
        return (Write(self._fact(said)) for said in zip(*self._columns(), strict=True))

    def fact(self, place: int) -> Encoded:
        """Return one statement."""
        return self._fact([column[place] for column in self._columns()])

    def at(self, places: Sequence[int]) -> Block:
        """Return the statements at these places, in their order."""
        if isinstance(places, range):
            return self if places == range(len(self)) else self[places.start : places.stop : places.step]
        if len(places) < 2:
            return self._of([[column[place] for place in places] for column in self._columns()])
        pick = itemgetter(*places)
        return self._of([list(pick(column)) for column in self._columns()])

    def extend(self, other: Block) -> None:
        """Add the statements of another block of the file."""
        for column, more in zip(self._columns(), other._columns(), strict=True):
            column += more

    def add(self, writes: Iterable[Write]) -> bool:
        """Add new statements of the file; add none, and say so, if one of them is anything else."""
        taken = list(writes)
        here = (self.source, self.file)
        if any(w.operation is not Operation.NEW or w.reason or (w.fact.origin.source, w.fact.origin.file) != here for w in taken):
            return False
        for fact in (write.fact for write in taken):
            said = (fact.id, fact.key, text_of(fact), fact.origin.row, fact.flags, names_of(fact), about_of(fact))
            for column, value in zip(self._columns(), said, strict=True):
                column.append(value)
        return True

    def _fact(self, said: Sequence[Any]) -> Encoded:
        own, key, text, row, flags, names, about = said
        return Encoded(own, key, text, Origin(self.source, self.file, row), flags, names, about)

    def _columns(self) -> list[list[Any]]:
        return [getattr(self, name) for name in _COLUMNS]

    def _of(self, columns: list[list[Any]]) -> Block:
        return Block(self.source, self.file, *columns)
