"""Deliveries: what a load was, which versions of the store it wrote, and how it stands.

Invariants (tests/unit/test_loaders_deliveries.py holds one test a number)
1. Every version that a load writes names its delivery in the audit log, and no other version does.
2. The same files as of the same day are the same delivery: cut off, it goes on; whole, it is known; undone, it is a new one.
3. A delivery counts what all of its runs brought, however often it was cut off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count, groupby
from typing import Final, cast

from graph.codec import digest, make_fact
from graph.delivered import Absence, DeliveredFile, DeliveredTable, Delivery, DeliveryStatus, Doubts
from graph.errors import NotFound, Refused
from graph.model import Operation, Origin, Recorded
from graph.store.base import Act, Sealed, Store, Write
from loaders import mapping as mappings
from loaders.base import Counts, Level, Report
from loaders.given import Given

ABSENT: Final = "absent from the newer delivery"
"""Reason of what is ended because its row is no longer there."""
STANDING: Final = frozenset({DeliveryStatus.COMPLETE, DeliveryStatus.PARTIAL})
MOST_UNREAD: Final = 1_000
"""Rows whose key cannot be read that a delivery remembers at most; others are new in the next one, which ends less for it."""
_THERE: Final = STANDING | {DeliveryStatus.OPEN}
_TAG: Final = re.compile(r"delivery (?P<id>[0-9a-f]{12}(?:-\d+)?)(?P<undone> undone)?: ")
_UNDONE: Final = re.compile(r"delivery [0-9a-f]{12}(?:-\d+)? undone(?P<days>, days)?: ")
DAYS: Final = "days"
"""What the audit log says of days that are put right because a delivery is undone."""
_WEIGHT: Final = (Operation.CORRECTION, Operation.CHANGE, Operation.NEW)


def heaviest(operations: Iterable[Operation]) -> Operation:
    """Return what a row is to what was recorded before, by what its statements are: correction before change before new."""
    return min(operations, key=_WEIGHT.index, default=Operation.NEW)


def file_mark(source: str, mode: str, sha256: str, day: date | None) -> str:
    """Return the name of the mark that says how far a file was loaded.

    A snapshot may be byte for byte one of two deliveries ago, and still is news.
    """
    return f"load/{source}/{sha256}" + (f"/{day}" if mode == "snapshot" else "")


def day_mark(source: str, table: str) -> str:
    """Return the name of the mark that says as of which day a table was delivered last."""
    return f"delivery/{source}/{table}"


# Which version is whose


def what_of(delivery: str, text: str, *, undone: bool = False) -> str:
    """Return what the audit log says of a write of a delivery, or of its being undone."""
    return f"delivery {delivery}{' undone' if undone else ''}: {text}"


def why_undone(value: Delivery, *, days: bool = False) -> str:
    """Return the reason of what is put back, or retracted, or of days that are put right, because a delivery is undone."""
    return f"delivery {value.id} undone{', days' if days else ''}: {value.reason}"


def versions(store: Store, delivery: str, *, undone: bool = False) -> set[int]:
    """Return the versions that a delivery wrote, or that were written to undo it."""
    history = store.history(find(store, delivery).fact.key)
    found = authors(store, history[0].version - 1).items()
    return {version for version, author in found if author == (delivery, undone)}


def authors(store: Store, since: int = 0) -> dict[int, tuple[str, bool]]:
    """Return version -> the delivery that wrote it, and whether that was to undo it; of versions after `since`."""
    return {row.version: author for row in store.audit(since) if (author := author_of(row.what))}


def author_of(what: str) -> tuple[str, bool] | None:
    """Return the delivery that wrote what a row of the audit log is about, and whether that was to undo it; None if none did."""
    tag = _TAG.match(what)
    return (tag["id"], bool(tag["undone"])) if tag else None


def changes(store: Store, delivery: str) -> Iterator[Recorded]:
    """Yield what a delivery recorded, in order: statements and absences, not the delivery itself."""
    mine = versions(store, delivery)
    if mine:
        for change in store.changes_since(min(mine) - 1):
            if change.version in mine and not isinstance(change.fact.value, Delivery):
                yield change


# Which there are


def deliveries(store: Store, source: str | None = None, known_at: int | None = None) -> list[Recorded]:
    """Return the deliveries that are on record, in the order in which they began."""
    found = store.facts(["delivery"], known_at, f"delivery/{source}/" if source else "")
    return sorted(found, key=lambda each: store.history(each.fact.key)[0].version)


def find(store: Store, delivery: str, known_at: int | None = None) -> Recorded:
    """Return a delivery by its id.

    Raises
    ------
    NotFound
        There is none.
    """
    for recorded in store.facts(["delivery"], known_at):
        if value_of(recorded).id == delivery:
            return recorded
    raise NotFound(
        f"there is no delivery {delivery!r}; `zeren deliveries list` has them all",
        zh=f"没有批次 {delivery}；全部批次见 `zeren deliveries list`",
    )


def value_of(recorded: Recorded) -> Delivery:
    """Return what a fact of kind `delivery` says."""
    return cast("Delivery", recorded.fact.value)


def write_of(store: Store, value: Delivery) -> Write:
    """Return the write that records how a delivery stands."""
    fact = make_fact(value, value.id, Origin(value.source))
    return Write(fact, Operation.CHANGE if store.get(fact.key) else Operation.NEW)


# The one that is being loaded


@dataclass(frozen=True, slots=True)
class Loading:
    """Who loads what, as of which day; `now` returns the time."""

    mapping: mappings.Mapping
    day: date | None
    by: str
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Before:
    """The delivery of a table before the one that is loaded: its day, the marks of its unread rows, the last version it wrote.

    Without `version` nobody knows which statements stood in it, beside those rows.
    """

    day: date
    unread: frozenset[str] = frozenset()
    version: int = 0


class Ledger:
    """Keeps the books of one load: its delivery, and the audit rows of what it writes.

    Parameters
    ----------
    store : Store
        Where to.
    loading : Loading
        Who loads what.
    tables : sequence of (Table, list of Given)
        The files of each table.
    dry_run : bool
        Nothing is to be recorded.

    Raises
    ------
    Refused
        The delivery is being undone.
    """

    def __init__(
        self, store: Store, loading: Loading, tables: Sequence[tuple[mappings.Table, list[Given]]], *, dry_run: bool
    ) -> None:
        self._store, self._loading, self._dry_run = store, loading, dry_run
        found = deliveries(store, loading.mapping.source)
        self.past = [value_of(each) for each in found]
        self._versions = {value_of(each).id: each.version for each in found}
        self._read: dict[str, tuple[bool, frozenset[str]]] = {}
        self.digests = {each: each.digest() for _, given in tables for each in given if each.is_there}
        self._names = [(table.id, each) for table, given in tables for each in given if each in self.digests]
        self.value, self.stood = self._begin()
        self.opened = False

    def _begin(self) -> tuple[Delivery, DeliveryStatus | None]:
        """Return the delivery, and how it stood before this load: None if it is a new one."""
        mapping, day = self._loading.mapping, self._loading.day
        own = digest(mapping.source, mapping.mode, str(day), *sorted(self.digests.values()))[:12]
        former = {value.id: value for value in self.past}
        for name in (own if number == 1 else f"{own}-{number}" for number in count(1)):
            known = former.get(name)
            if known is None:
                files = tuple(DeliveredFile(table, path.name, self.digests[path], self._known(path)) for table, path in self._names)
                tables = tuple(DeliveredTable(table, previous=self.before(table)) for table in dict(self._names))
                status, by = DeliveryStatus.OPEN, self._loading.by
                made = Delivery(name, mapping.source, mapping.mode, status, by, day, files, tables, mapping.precedence)
                return replace(made, mapping=mapping.digest), None
            if known.status is DeliveryStatus.UNDOING and not self._dry_run:
                way = f"zeren deliveries undo {name} --reason …"
                raise Refused(
                    f"delivery {name} is being undone; finish that first: {way}", zh=f"批次 {name} 正在撤回，请先完成：{way}"
                )
            if known.status is not DeliveryStatus.UNDONE:
                return replace(known, status=DeliveryStatus.OPEN, mapping=mapping.digest), known.status
        raise AssertionError  # count() does not end

    def _known(self, path: Given) -> bool:
        mapping = self._loading.mapping
        mark = file_mark(mapping.source, mapping.mode, self.digests[path], self._loading.day)
        return (self._store.progress(mark) or "0") != "0"

    def before(self, table: str) -> date | None:
        """Return as of which day a table was delivered last, so that undoing can go back to it."""
        day = self._store.progress(day_mark(self._loading.mapping.source, table))
        return date.fromisoformat(day) if day else None

    def latest(self, table: str) -> date | None:
        """Return the last day of which a table was delivered, as the deliveries that stand say."""
        return max(self.days(table), default=None)

    def days(self, table: str) -> list[date]:
        """Return the days of which a table was delivered."""
        return [v.day for v in self.past if v.day and v.status in STANDING and any(t.table == table for t in v.tables)]

    def keep(self, table: str, unread: frozenset[str], *, whole: bool) -> None:
        """Keep how a table was read."""
        self._read[table] = whole, unread

    def last(self, table: str, day: date) -> Before | None:
        """Return the last delivery of a table, before a day, of which it was looked at what it lacks."""
        past = [each for each in self._of(table) if each[0].status in STANDING]
        found = max(
            ((value.day, at) for at, (value, had) in enumerate(past) if had.compared and value.day and value.day < day),
            default=None,
        )
        marked = self.before(table)
        if marked and marked < day and (found is None or marked > found[0]):
            return Before(marked)
        if found is None:
            return None
        value, had = past[found[1]]
        since = self.past[self.past.index(value) + 1 :]
        parts = [each for each, read in self._of(table) if each in since and (each.status not in STANDING or not read.compared)]
        return Before(found[0], frozenset(had.unread), 0 if parts else self._versions[value.id])

    def unread_on(self, table: str, day: date) -> frozenset[str]:
        """Return the marks of the unread rows of the last delivery of a table that is of this day, none if there is none."""
        found = [had for value, had in self._of(table) if value.day == day and value.status in STANDING and had.compared]
        return frozenset(found[-1].unread) if found else frozenset()

    def first(self, table: str, day: date) -> date | None:
        """Return the first day, before this one, of which anything of a table was delivered."""
        return min((value.day for value, _ in self._of(table) if value.day and value.day < day), default=None)

    def _of(self, table: str) -> list[tuple[Delivery, DeliveredTable]]:
        """Return the other deliveries of a table that stand, or were cut off, in the order in which they began."""
        others = [value for value in self.past if value.id != self.value.id and value.status in _THERE]
        return [(value, had) for value in others for had in value.tables if had.table == table]

    def repeats(self) -> bool:
        """Whether files and mapping are, byte for byte, those of the last delivery: nothing can be absent from them."""
        standing = [value for value in self.past if value.status in STANDING]
        if not standing or standing[-1].mapping != self.value.mapping:
            return False
        last = {(file.table, file.sha256) for file in standing[-1].files}
        return last == {(table, self.digests[path]) for table, path in self._names} and standing[-1].id != self.value.id

    def mapped_otherwise(self) -> str:
        """Say that this delivery was read by another mapping before, or the last one was; nothing where nobody knows."""
        own = [value for value in self.past if value.id == self.value.id]
        for last in (own or [value for value in self.past if value.status in STANDING])[-1:]:
            if last.mapping not in ("", self.value.mapping):
                return (
                    f"delivery {last.id} ({last.day or 'no day'}) was read by another mapping: "
                    "what is new, altered or absent may come of that, and not of the files"
                )
        return ""

    def unfinished(self) -> list[Delivery]:
        """Return the deliveries of the source that were cut off and not taken up again."""
        return [value for value in self.past if value.status is DeliveryStatus.OPEN and value.id != self.value.id]

    def act(self, text: str, progress: tuple[str, str] | None = None) -> Act:
        """Return the audit row of a write of this load."""
        return Act(self._loading.now(), self._loading.by, what_of(self.value.id, text), progress)

    def open(self) -> None:
        """Put the delivery on record before the first of what it brings."""
        if not self.opened and not self._dry_run:
            self.opened = True
            self._store.append([write_of(self._store, self.value)], self.act("opened"))

    def close(self, report: Report, *, whole: bool) -> None:
        """Put on record what the delivery brought, `whole` if all its files were read; one that brought nothing leaves no trace."""
        if self._dry_run:
            return
        taken = any(each.accepted or each.known or each.vanished for each in report.tables.values())
        if not self.opened and (self.stood in STANDING or not taken):
            known = self.stood in STANDING and (taken or not report.totals[Level.REFUSED])
            report.delivery = self.value.id if known else None  # what is refused is none, though one had the same bytes
            return
        status = DeliveryStatus.COMPLETE if whole else DeliveryStatus.PARTIAL
        doubts = {name: tuple(each[code] for code in sorted(each)) for name, each in report.doubts.items()}
        tables = tuple(self._delivered(name, counts, doubts.get(name, ())) for name, counts in self._counted(report).items())
        self._store.append([write_of(self._store, replace(self.value, status=status, tables=tables))], self.act("complete"))
        report.delivery = self.value.id

    def _delivered(self, name: str, counts: Counts, doubts: tuple[Doubts, ...]) -> DeliveredTable:
        before = next((table.previous for table in self.value.tables if table.table == name), None)
        fields = {each: getattr(counts, each) for each in DeliveredTable.__slots__ if hasattr(counts, each)}
        whole, unread = self._read.get(name, (None, frozenset()))
        marks = tuple(sorted(unread)[:MOST_UNREAD])
        return DeliveredTable(name, **fields, previous=before, doubts=doubts, whole=whole, unread=marks)

    def _counted(self, report: Report) -> Mapping[str, Counts]:
        """Return the counts of all runs: those of this one, or what stands in the store if there were others."""
        if self.stood is None:
            return report.tables
        tables = {name: Counts(rows=c.rows, flagged=c.flagged, refused=c.refused) for name, c in report.tables.items()}
        _tally_all(self._store, self.value, tables)
        for counts in tables.values():
            counts.known = max(counts.rows - counts.refused - counts.accepted, 0)
        return tables


def so_far(store: Store, value: Delivery) -> tuple[DeliveredTable, ...]:
    """Return what a delivery that is not finished brought until now, by table: its rows are those that were recorded."""
    tables: dict[str, Counts] = {}
    _tally_all(store, value, tables)
    counted = ((name, counts.accepted, counts) for name, counts in tables.items())
    return tuple(
        DeliveredTable(name, rows, c.new, c.changed, c.corrected, vanished=c.vanished, ended=c.ended) for name, rows, c in counted
    )


def _tally_all(store: Store, value: Delivery, tables: dict[str, Counts]) -> None:
    files = {file.name: file.table for file in value.files}
    for table, row in _rows(changes(store, value.id), files):
        tally(tables.setdefault(table, Counts()), row)


def _rows(found: Iterable[Recorded], files: Mapping[str, str]) -> Iterator[tuple[str, list[Recorded]]]:
    """Yield table and statements of each row, for what is ended or absent each by itself."""
    for (_, file, _), group in groupby(found, lambda r: (r.version, r.fact.origin.file, r.fact.origin.row)):
        row = list(group)
        loose = [each for each in row if is_gone(each)]
        yield from ((_table_of(each), [each]) for each in loose)
        if rest := [each for each in row if each not in loose and not isinstance(each.fact.value, Absence)]:
            yield files.get(file, ""), rest


def _table_of(gone: Recorded) -> str:
    """Return the table that no longer has a statement; a relationship's key says it."""
    value = gone.fact.value
    return value.table if isinstance(value, Absence) else gone.fact.key.split("/")[2].replace("%2F", "/").replace("%25", "%")


def went_back(recorded: Recorded | Sealed | None) -> bool:
    """Whether a wording is current because a delivery that had altered it was undone."""
    return isinstance(recorded, Recorded) and bool(_UNDONE.match(recorded.reason))


def is_redated(recorded: Recorded) -> bool:
    """Whether a wording only puts days right, because a delivery that had narrowed them was undone."""
    match = _UNDONE.match(recorded.reason)
    return bool(match and match["days"])


def is_inferred(store: Store, recorded: Recorded) -> bool:
    """Whether a wording is an end that was inferred from an absent row; undoing may have put it back, or its days right, since."""
    if recorded.reason == ABSENT:
        return True
    return went_back(recorded) and inferred_in(store.history(recorded.fact.key), recorded)


def inferred_in(history: Sequence[Recorded], recorded: Recorded) -> bool:
    """Whether a wording of a history is an end that was inferred from an absent row."""
    said = [each for each in history if each.version <= recorded.version]
    while said and is_redated(said[-1]):
        said.pop()
    if not said or not went_back(said[-1]):
        return bool(said) and said[-1].reason == ABSENT
    own = (each for each in reversed(said) if each.fact.id == said[-1].fact.id and not went_back(each))
    return next((each.reason == ABSENT for each in own), False)


def is_gone(recorded: Recorded) -> bool:
    """Whether this was recorded because a row is no longer there."""
    absent = isinstance(recorded.fact.value, Absence) and recorded.operation is not Operation.RETRACTION
    return absent or recorded.reason == ABSENT


def tally(counts: Counts, row: Sequence[Recorded]) -> None:
    """Count a row as `Counts` does, by what was recorded of it."""
    if is_gone(row[0]):
        counts.vanished += 1
        counts.ended += not isinstance(row[0].fact.value, Absence)
    else:
        counts.accept(heaviest(each.operation for each in row))
