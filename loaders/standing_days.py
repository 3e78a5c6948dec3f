"""The days between which something began, ended or went missing, as the deliveries that stand give them.

A delivery in the middle narrows them: what the one before had, and it no longer has, ended after it. Once it is undone they are
as wide as the ones around it say. This is known of a table whose standing deliveries are snapshots that were read whole, every
row of them, in the order of their days; of others the days stay as they were told.

Invariants (tests/unit/test_loaders_standing_days.py holds one test a number)
1. Pure: what stood in which snapshot follows from the history of a statement alone; where it does not, nothing is altered.
2. Something ended, or went missing, between the last standing snapshot that had it and the next one; a listed term began between
   the first one that had it and the one before.
3. What a source stated, or a human altered, is no day that deliveries gave, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from graph.dates import PartialDate, Period
from graph.delivered import Absence, Delivery
from graph.model import Operation, Recorded, Relationship
from graph.store.base import Write
from loaders.absent import between, is_open
from loaders.altered import reworded
from loaders.deliveries import STANDING, inferred_in, why_undone
from loaders.histories import GONE, Histories, stood
from loaders.references import joined

_SAID: Final = re.compile(r'"interest":"([^"]*)".*"period":"([^"/]*)/([^"]*)"')
_DAY: Final = timedelta(days=1)
_dated: Final = lru_cache(4096)(PartialDate.parse)


class Snapshot(NamedTuple):
    """A snapshot that stands: its day, what it wrote, the last version of that, whether a row of it was refused."""

    day: date
    own: frozenset[int]
    last: int
    refused: bool


# Pure: from a history to days


def had(history: Sequence[Recorded], notes: Sequence[Recorded], snapshot: Snapshot) -> bool | None:
    """Say whether a statement stood in a snapshot; None where its history, and that of its absence, do not tell."""
    now = stood(history, snapshot.last)
    if now is None or stood(notes, snapshot.last):
        return False
    if not isinstance(now.fact.value, Relationship) or is_open(now.fact):
        return True
    if inferred_in(history, now):
        return None if snapshot.refused and now.version not in snapshot.own else False
    return True if now.version in snapshot.own else None


def lost(history: Sequence[Recorded], notes: Sequence[Recorded], snapshots: Sequence[Snapshot]) -> tuple[date, date] | None:
    """Return the days of the last snapshot that had a statement and of the one after it, None where that is not known.

    A later one may have had it in a row that was refused: that does not begin again what had ended.
    """
    for before, after in zip(reversed(snapshots[:-1]), reversed(snapshots), strict=False):
        if had(history, notes, before):
            return (before.day, after.day) if had(history, notes, after) is False else None
    return None


def begun(history: Sequence[Recorded], notes: Sequence[Recorded], snapshots: Sequence[Snapshot]) -> PartialDate | None:
    """Return between which days a listed term began: after the last snapshot without it, None where that is not known."""
    first = date.min
    for each in snapshots:
        found = had(history, notes, each)
        if found is not False:
            return PartialDate(first, each.day) if found else None
        first = each.day + _DAY
    return None


# What is to be put right


@dataclass(frozen=True, slots=True)
class _Table:
    """A table whose days are known: its standing snapshots, the days of all its deliveries, and those of undone ones only."""

    name: str
    prefix: str
    snapshots: list[Snapshot]
    days: frozenset[date]
    gone: frozenset[date]

    def touches(self, period: Period) -> bool:
        """Whether an undone delivery may have given a day of a period."""
        start, end = period.start, period.end
        after = start.earliest > date.min and start.earliest - _DAY in self.gone
        return after or not self.gone.isdisjoint((start.latest, end.earliest, end.latest))

    def gave(self, start: PartialDate) -> bool:
        """Whether deliveries may have given a start."""
        return start.latest in self.days and (start.earliest == date.min or start.earliest - _DAY in self.days)


def days_to_put_right(seen: Histories, value: Delivery) -> Iterator[Write]:
    """Yield what has to be recorded so that the days of the tables of an undone delivery are those of what stands."""
    for name in dict.fromkeys(file.table for file in value.files):
        table = _table(seen, value.source, name)
        if table is not None and table.gone:
            yield from _relationships(seen, table, value)
            yield from _absences(seen, table, value)


def _table(seen: Histories, source: str, name: str) -> _Table | None:
    """Return what is known of a table, None where its days do not follow from its deliveries."""
    snapshots: list[Snapshot] = []
    days: set[date] = set()
    gone: set[date] = set()
    for place, each in enumerate(seen.every):
        if not any(file.table == name for file in each.files):
            continue
        if each.day:
            days.add(each.day)
        if each.status in GONE:
            gone.update({each.day} if each.day else ())
            continue
        read = next((table for table in each.tables if table.table == name), None)
        if each.mode != "snapshot" or each.status not in STANDING or not each.day or not read or not read.clean:
            return None
        others = [other for other in seen.every[:place] if any(file.table == name for file in other.files) and other.day]
        began = seen.began[each.id]
        if any(other.day >= each.day for other in others if other.day and seen.ended.get(other.id, began) >= began):
            return None
        own = frozenset(seen.versions(each.id))
        snapshots.append(Snapshot(each.day, own, max(own), bool(read.refused)))
    prefix = f"{source}/{joined(name)}/"
    return _Table(name, prefix, snapshots, frozenset(days), frozenset(gone.difference(each.day for each in snapshots)))


def _is_ours(seen: Histories, history: Sequence[Recorded]) -> bool:
    """Whether a statement is current, and nobody but deliveries and undoings ever altered it."""
    return history[-1].operation is not Operation.RETRACTION and all(each.version in seen.authors for each in history)


def _relationships(seen: Histories, table: _Table, value: Delivery) -> Iterator[Write]:
    found: list[str] = []
    listed: set[str] = set()
    for key, text in seen.texts("relationship", f"relationship/{table.prefix}"):
        if said := _SAID.search(text):
            interest, start, end = said.groups()
            if start.startswith("..") and _dated(start).latest in table.days:
                listed.add(interest)
            if table.touches(Period(_dated(start), _dated(end))):
                found.append(key)
    for key in found:
        history = seen.history(key)
        now = history[-1]
        if not _is_ours(seen, history) or not isinstance(now.fact.value, Relationship):
            continue
        notes = seen.notes(table.name, key)
        period = now.fact.value.period
        start, end = period.start, period.end
        if now.fact.value.interest in listed and table.gave(start):
            start = begun(history, notes, table.snapshots) or start
        if inferred_in(history, now) and (days := lost(history, notes, table.snapshots)):
            end = between(start, *days)
        if (start, end) != (period.start, period.end):
            fact = reworded(now.fact, replace(now.fact.value, period=Period(start, end)), now.fact.flags)
            yield Write(fact, Operation.CORRECTION, why_undone(value, days=True))


def _absences(seen: Histories, table: _Table, value: Delivery) -> Iterator[Write]:
    for key in [key for key, _ in seen.texts("absence", f"absence/{table.prefix}")]:
        notes = seen.history(key)
        note = notes[-1].fact.value
        if not _is_ours(seen, notes) or not isinstance(note, Absence):
            continue
        if table.gone.isdisjoint((note.between.earliest, note.between.latest)):
            continue
        days = lost(seen.history(note.about), notes, table.snapshots)
        if days and PartialDate(*days) != note.between:
            fact = reworded(notes[-1].fact, replace(note, between=PartialDate(*days)), notes[-1].fact.flags)
            yield Write(fact, Operation.CORRECTION, why_undone(value, days=True))
