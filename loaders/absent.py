"""What a snapshot no longer has: relationships that ended, other statements that are noted as absent, and how many are too many.

Invariants (tests/unit/test_loaders_absent.py holds one test a number)
1. A statement held until a delivery if no earlier one missed it already: what vanished once is not counted again.
2. A snapshot that lacks more than the mapping's `shrinkage` of the rows that held is refused whole, before anything is recorded.
3. What is listed again is no longer absent.
4. What may stand in a row that cannot be read is noted as absent and does not end, until it is certain that no such row is its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from itertools import groupby
from operator import itemgetter
from pathlib import PurePath
from typing import Final

from graph.codec import make_fact
from graph.dates import OPEN, UNKNOWN, PartialDate
from graph.delivered import Absence
from graph.errors import ConfigError
from graph.model import Fact, Operation, Origin, Payload, Recorded, Relationship
from graph.store.base import Store, Write
from graph.store.listing import Listed, listed
from graph.store.wording import closed
from loaders.deliveries import ABSENT, Before, went_back
from loaders.mapping import Mapping, Table
from loaders.references import joined
from loaders.tables import NO_SHEET

FEW: Final = 3
"""Fewer absent rows than this are never too many: in a table of four rows one is a quarter."""
AGAIN: Final = "listed again"
SURE: Final = "no row that cannot be read may be its own any more"
_UNDATED: Final = ("entity", "decision", "naming", "link")
_OPEN: Final = re.compile(f'"period":"[^"/]*/(?:{OPEN}|{UNKNOWN})"')
"""A relationship, as text, that has not ended; a quote inside of what it says is written with a backslash."""
Said = Callable[[Sequence[str]], Sequence[bool]]
"""Whether the load said statements, by their keys."""


@dataclass(slots=True)
class Missed:
    """How many rows held that made one kind of statement, and how many of them are absent now."""

    held: int = 0
    absent: int = 0

    @property
    def part(self) -> float:
        """Part of the rows that is absent."""
        return self.absent / self.held if self.held else 0.0

    def too_many(self, shrinkage: float) -> bool:
        """Whether more than a part of the rows is gone."""
        return self.absent >= FEW and self.part > shrinkage


@dataclass(frozen=True, slots=True)
class Lacking:
    """A delivery that lacks something: its day, a day when that still stood, the marks of its unread rows, the delivery before.

    `unread_on` returns the marks of the unread rows of the delivery of a day.
    """

    day: date
    since: date
    unread: frozenset[str]
    before: Before | None
    unread_on: Callable[[date], frozenset[str]]


class Absent:
    """Compares what a load said of a table with what had held of it."""

    def __init__(self, store: Store, mapping: Mapping, table: Table, said: Said) -> None:
        self._store, self._mapping, self._table, self._said = store, mapping, table, said
        self.doubtful = 0
        """Relationships that may stand in a row that could not be read: they are noted, and do not end."""
        self._noted = {value.about for each in self._absences() if isinstance(value := each.fact.value, Absence)}

    def _absences(self) -> Iterator[Recorded]:
        return self._store.facts(["absence"], keys=f"absence/{self._mapping.source}/{joined(self._table.id)}/")

    def _held(self) -> Iterator[list[Listed]]:
        """Yield the statements of the table that hold, as far as is recorded, a page at a time."""
        source, ends = self._mapping.source, _OPEN.search
        for page in listed(self._store, "relationship", f"relationship/{source}/{joined(self._table.id)}/"):
            yield [each for each in page if ends(each.text) and each.key not in self._noted]
        for kind in _UNDATED:
            for page in listed(self._store, kind, f"{kind}/{source}/", self._is_mine):
                yield [each for each in page if each.key not in self._noted] if self._noted else page

    def _is_mine(self, file: str) -> bool:
        return table_of(self._mapping, file) is self._table

    def missed(self) -> Missed:
        """Count what held and what is absent, of the kind of statement that misses most; what was recorded of one row is one."""
        kinds: dict[str, Missed] = {}
        told = ((each, said) for page in self._held() for each, said in zip(page, self._said([e.key for e in page]), strict=True))
        for (kind, *_), group in groupby(told, _row_of):
            missed = kinds.setdefault(kind, Missed())
            missed.held += 1
            missed.absent += not max(list(map(itemgetter(1), group)))
        return max(kinds.values(), key=lambda missed: (missed.part, missed.absent), default=Missed())

    def gone(self) -> Iterator[Listed]:
        """Yield the statements that held and were not said."""
        for page in self._held():
            yield from (each for each, said in zip(page, self._said([each.key for each in page]), strict=True) if not said)

    def writes(self, lacking: Lacking) -> Iterator[Write]:
        """Yield the writes that end or note what is absent from a delivery, and take back what is listed again."""
        for each in self._absences():
            note = each.fact.value
            assert isinstance(note, Absence)  # noqa: S101 - nothing else was asked for
            if self._said([note.about])[0]:
                yield Write(each.fact, Operation.RETRACTION, AGAIN)
            elif note.about.startswith("relationship/") and lacking.unread <= lacking.unread_on(note.between.earliest):
                about = self._store.get(note.about)
                if isinstance(about, Recorded) and is_open(about.fact):
                    yield ending(about.fact, note.between.earliest, lacking.day)
                yield Write(each.fact, Operation.RETRACTION, SURE)
        for gone in self.gone():
            fact = gone.fact()
            if isinstance(fact.value, Relationship) and self._is_sure(gone, lacking):
                yield ending(fact, lacking.since, lacking.day)
                continue
            self.doubtful += isinstance(fact.value, Relationship)
            note = Absence(fact.key, self._table.id, PartialDate(lacking.since, lacking.day))
            yield Write(make_fact(note, f"{joined(self._table.id)}/{fact.key}", Origin(self._mapping.source)))

    def _is_sure(self, gone: Listed, lacking: Lacking) -> bool:
        """Whether no unread row can be that of a statement: each stood beside it in the delivery before."""
        before = lacking.before
        if not lacking.unread:
            return True
        if before is None or not before.version or not lacking.unread <= before.unread:
            return False
        return gone.version <= before.version or went_back(self._store.get(gone.key))


def _row_of(told: tuple[Listed, bool]) -> tuple[str, int, str, int]:
    each, _ = told
    return each.key[: each.key.index("/")], each.version, each.file, each.row


def is_open(fact: Fact[Payload]) -> bool:
    """Whether a relationship still holds, as far as is recorded."""
    return isinstance(fact.value, Relationship) and fact.value.period.end in (OPEN, UNKNOWN)


def ending(fact: Fact[Payload], previous: date, day: date) -> Write:
    """Return the write that ends a relationship on an unknown day between two deliveries."""
    assert isinstance(fact.value, Relationship)  # noqa: S101 - the caller looked
    return Write(closed(fact, between(fact.value.period.start, previous, day)), Operation.CHANGE, ABSENT)


def between(start: PartialDate, previous: date, day: date) -> PartialDate:
    """Return an unknown day between two deliveries; what began after the first of the two ended after it began."""
    return PartialDate(min(max(previous, start.earliest), day), day)


def table_of(mapping: Mapping, file: str, day: date | None = None) -> Table | None:
    """Return the table that a file of the delivery of a day, or of any, belongs to: the first whose pattern its name fits.

    A workbook is taken for the table of its name, whatever the ending that the mapping expects; a file of a standard, as an export
    may be called (`….bods`, `….ftm`), for the table of that standard.
    """
    name = PurePath(file).name
    fits = next((table for table in mapping.tables if fnmatchcase(name, table.pattern(day))), None)
    if fits is None:
        fits = next((t for t in mapping.tables if t.format in ("bods", "ftm") and name.lower().endswith(f".{t.format}")), None)
    if fits is not None or PurePath(name).suffix.lower() != ".xlsx":
        return fits
    stem = PurePath(name).stem
    return next((t for t in mapping.tables if stem == t.id or fnmatchcase(stem, PurePath(t.pattern(day)).stem)), None)


def fits_none(mapping: Mapping, unfit: Sequence[str], patterns: str) -> ConfigError:
    """Return why files of these names are not loaded; a workbook is told what a workbook may be called."""
    said, zh = f"it has {patterns}", f"可用的名称：{patterns}"
    if all(name.lower().endswith(".xlsx") for name in unfit):
        names = ", ".join(f"{table.id}.xlsx" for table in mapping.tables if table.format not in NO_SHEET)
        said = f"a workbook of it is called {names}" if names else f"{said}, and none of them is a workbook"
        zh = f"工作簿的名称应为：{names}" if names else f"{zh}，均不是工作簿"
    told = ", ".join(unfit)
    return ConfigError(f"{told} fits no table of {mapping.source}; {said}", zh=f"{told} 不是 {mapping.source} 的任何一个表；{zh}")
