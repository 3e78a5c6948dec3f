"""What a source delivered: a delivery with its files and counts, and the statements that a later one no longer has.

Both are facts like any other, so that a store can be asked which deliveries stood at any version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from graph.dates import PartialDate


class DeliveryStatus(StrEnum):
    """How a delivery stands.

    ``open``: being loaded, or cut off. ``complete``: loaded. ``partial``: loaded, but a file of it could not be read to its end.
    ``undoing``: being undone, or cut off in that. ``undone``: everything is as it was before.
    """

    OPEN = "open"
    COMPLETE = "complete"
    PARTIAL = "partial"
    UNDOING = "undoing"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """One file of a delivery; `known` where an earlier delivery had brought the same bytes."""

    table: str
    name: str
    sha256: str
    known: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a file."""

    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Doubts:
    """How many rows have a doubt of one kind that no statement of theirs bears, and the first of them."""

    code: str
    count: int
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveredTable:
    """What became of the rows of one table, as `loaders.base.Counts` says; `previous` is the day of the delivery before.

    `whole` says whether its files were read to their ends. `unread` has a mark for each refused row of which nobody can tell what
    it is about, the first of them (see `loaders.refused_rows`).
    """

    table: str
    rows: int = 0
    new: int = 0
    changed: int = 0
    corrected: int = 0
    known: int = 0
    flagged: int = 0
    refused: int = 0
    vanished: int = 0
    ended: int = 0
    previous: date | None = None
    doubts: tuple[Doubts, ...] = ()
    whole: bool | None = None
    unread: tuple[str, ...] = ()

    @property
    def compared(self) -> bool:
        """Whether what it lacks was looked at; where nothing says so, no row was refused."""
        return not self.refused if self.whole is None else self.whole

    @property
    def clean(self) -> bool:
        """Whether it is known of every statement whether it stood in it."""
        return self.compared and not self.unread


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery of a source.

    `precedence` is what its mapping says for the case that sources contradict each other; `reason` is why it was undone.
    `mapping` stands for what its mapping makes of the rows (`loaders.mapping.Mapping.digest`); a delivery of before has none.
    """

    id: str
    source: str
    mode: str
    status: DeliveryStatus
    by: str
    day: date | None = None
    files: tuple[DeliveredFile, ...] = ()
    tables: tuple[DeliveredTable, ...] = ()
    precedence: int = 0
    reason: str = ""
    mapping: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """The statement `about` (a key) stood in a source's table, and since a day `between` two deliveries it does not.

    It says nothing of the world: what a register no longer lists may still be true. A relationship, which has dates, is ended.
    """

    about: str
    table: str
    between: PartialDate
