"""The end of a table: what its delivery no longer has is ended or noted, unless that is too much, and its day is kept.

Invariants: 2 of `loaders.absent`, 7 and 9 of `loaders.ingest`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from typing import Final, NamedTuple

from graph.delivered import Absence
from graph.model import Fact, Operation, Payload
from graph.store.ahead import Ahead
from graph.store.base import Store, Write
from graph.store.wording import decoded
from loaders.absent import Absent, Lacking, Missed, ending, is_open
from loaders.base import Level, Report
from loaders.comparing import Examples
from loaders.deliveries import STANDING, Ledger, changes, day_mark
from loaders.mapping import Mapping, Table
from loaders.plan import Plan
from loaders.references import joined


@dataclass(frozen=True, slots=True)
class Terms:
    """What a load is allowed: to lack more rows than the mapping says, to be older than the last one."""

    accept_shrinkage: bool = False
    older: bool = False


_GONE: Final = "If they are gone indeed, give --accept-shrinkage, or say `shrinkage:` in the mapping"
_UNREAD: Final = "It was not read whole: correct the file, and load it again"


class Shrunk(NamedTuple):
    """A table of which too much is absent, and what is said of it."""

    table: str
    why: str


class Vanishing:
    """Looks, table by table, at what a delivery does not have."""

    def __init__(
        self,
        store: Store,
        mapping: Mapping,
        plan: Plan,
        ledger: Ledger,
        report: Report,
        ahead: Ahead,
        *,
        day: date | None,
        terms: Terms,
        examples: Examples | None,
    ) -> None:
        self._store, self._mapping, self._plan, self._ledger, self._report = store, mapping, plan, ledger, report
        self._ahead, self._day, self._terms, self._examples = ahead, day, terms, examples
        self.shrunk: list[Shrunk] = []

    def begin(self, table: Table) -> None:
        """Begin a table: look up as of which day it was delivered before."""
        self._plan.previous = self._ledger.before(table.id)

    def older_than(self, table: Table) -> date | None:
        """Return the day of a later delivery of the table, where this one must not follow it as if it were news."""
        days = [self._ledger.latest(table.id)] if self._mapping.mode != "events" else []
        last = max((each for each in (*days, self._snapshot_before()) if each), default=None)
        return last if last and self._day and self._day < last else None

    def _snapshot_before(self) -> date | None:
        return self._plan.previous if self._mapping.mode == "snapshot" else None

    def end(self, table: Table, *, whole: bool, unread: frozenset[str]) -> None:
        """End a table that was read, `whole` or not; `unread` are the marks of the rows whose keys could not be read."""
        day = self._day
        self._ledger.keep(table.id, unread, whole=whole)
        if self._mapping.mode != "snapshot" or day is None:
            return
        if self.older_than(table):
            self._end_older(table, day)
            return
        absent = None if self._plan.fresh else Absent(self._store, self._mapping, table, self._plan.said_all)
        again = self._plan.previous == day
        if absent and not again and self._plan.dry_run and self._shrank(table, absent.missed(), whole=whole):
            return
        if self._plan.rehearsing:
            return
        if not whole:
            if self._ledger.days(table.id):
                self._report.note(
                    Level.SIGNAL, table.id, "was not read whole, so rows that are absent from it were not taken as ended"
                )
            return
        if absent and again:
            if lost := [each for each in absent.gone() if each.kind == "relationship"]:
                self._report.note(
                    Level.SIGNAL,
                    table.id,
                    f"{len(lost)} statements recorded before are absent (the first: {lost[0].key}, read in {lost[0].file}, "
                    f"row {lost[0].row}), and this day was delivered before; give this delivery its own day",
                )
                return
        elif absent:
            before = self._ledger.last(table.id, day)
            since = before.day if before else self._ledger.first(table.id, day) or date.min
            self._write(table, absent.writes(Lacking(day, since, unread, before, partial(self._ledger.unread_on, table.id))))
            if absent.doubtful:
                self._report.note(
                    Level.SIGNAL,
                    table.id,
                    f"{absent.doubtful} statements are absent, but may stand in the rows that could not be read ({len(unread)}): "
                    "they are noted as absent, and have not ended; correct these rows, and load the file again as of the same day",
                )
        if not self._plan.dry_run and not unread:
            mark = (day_mark(self._mapping.source, table.id), day.isoformat())
            self._ahead.append((), self._ledger.act(self._what(table), mark), lambda _: None)

    def _what(self, table: Table) -> str:
        return f"load {self._mapping.source}/{table.id}: delivery of {self._day}"

    def _shrank(self, table: Table, missed: Missed, *, whole: bool) -> bool:
        """Say whether too many rows are gone, and report it."""
        if self._terms.accept_shrinkage or not missed.too_many(self._mapping.shrinkage):
            return False
        part, most = f"{missed.part:.0%}", f"{self._mapping.shrinkage:.0%}"
        why = (
            f"{missed.absent} of the {missed.held} rows that held are absent ({part}); "
            f"more than {most} is taken for a damaged delivery, which is refused as a whole. {_GONE if whole else _UNREAD}"
        )
        self.shrunk.append(Shrunk(table.id, why))
        self._report.note(Level.REFUSED, table.id, why)
        return True

    def _write(self, table: Table, writes: Iterator[Write]) -> None:
        counts = self._report.counts(table.id)
        while batch := list(islice(writes, self._plan.batch)):
            for write in batch:
                if write.operation is Operation.RETRACTION:
                    continue
                counts.vanished += 1
                counts.ended += not isinstance(write.fact.value, Absence)
                if self._examples:
                    self._examples.vanished(table.id, decoded(write.fact))
            if not self._plan.dry_run:
                self._ledger.open()
                self._store.append(batch, self._ledger.act(f"{self._what(table)}, absent rows"))

    def _end_older(self, table: Table, day: date) -> None:
        """End what only this older delivery has: the later ones had no such row, so it ended before the next of them."""
        if not self._terms.older:
            return
        later = [each for each in (*self._ledger.days(table.id), self._plan.previous) if each and each > day]
        prefix = f"relationship/{self._mapping.source}/{joined(table.id)}/"
        brought: Iterable[Fact[Payload]] = ()
        if self._plan.dry_run:
            brought = self._plan.rehearsed(prefix)
        elif self._ledger.opened:
            brought = (r.fact for r in changes(self._store, self._ledger.value.id) if r.fact.key.startswith(prefix))
        self._write(table, (ending(fact, day, min(later)) for fact in brought if is_open(fact)))


def may_shrink(mapping: Mapping, plan: Plan, ledger: Ledger, terms: Terms) -> bool:
    """Say whether a load has to be heard to its end before anything of it is recorded, because it could lack too many rows."""
    if mapping.mode != "snapshot" or plan.fresh or terms.accept_shrinkage or mapping.shrinkage >= 1:
        return False
    return ledger.stood not in STANDING and not ledger.repeats()
