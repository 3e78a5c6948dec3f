"""Loading: files and a mapping become recorded statements, all of a row or nothing of it.

Invariants (tests/unit/test_loaders_ingest.py holds one test a number)
4. Every transaction holds whole rows and the mark how far the file was read: a load that was cut goes on from there.
5. A file that was loaded before records nothing again, and undoes nothing that was recorded since.
6. A row that cannot be taken is refused with row, column and reason; the rows around it are recorded.
7. In a snapshot an absent row has ended on an unknown day between two deliveries, and only if this one was read to its end
   without a refusal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from graph.codec import Encoded
from graph.errors import ConfigError, InputError
from graph.model import Decision
from graph.store.base import MAX_BATCH, Act, Store
from loaders.base import Level, Report
from loaders.facts import statements
from loaders.known import Known
from loaders.lane import lane_of
from loaders.mapping import Mapping, Table
from loaders.plan import Plan
from loaders.references import Statements
from loaders.tables import Header, Line, Row, read_table
from loaders.text_files import Limits

_TOGETHER: Final = 1_000
"""Rows that are compared with the store at once."""
_CHINA: Final = timezone(timedelta(hours=8))
"""Where the decisions are made: their dates are days there, whatever the zone of the machine."""
Progress = Callable[[str, int], None]
"""Told the file and the last row recorded, after each transaction."""


def load(
    store: Store,
    mapping: Mapping,
    files: Sequence[Path],
    *,
    act_by: str,
    now: Callable[[], datetime],
    delivered: date | None = None,
    dry_run: bool = False,
    progress: Progress = lambda _file, _row: None,
    limits: Limits | None = None,
    batch: int = MAX_BATCH,
    id_key: bytes = b"",
) -> Report:
    """Record what files say.

    Parameters
    ----------
    store : Store
        Where to.
    mapping : Mapping
        What their columns mean.
    files : sequence of Path
        Files, or folders of them; each must fit a table of the mapping by its name. Tables are loaded in the mapping's order.
    act_by : str
        Who loads, for the audit log.
    now : callable
        Returns the time, an aware datetime.
    delivered : date, optional
        The day as of which the files are; the mapping's own without it.
    dry_run : bool
        Check everything and record nothing.
    progress : callable, optional
        Told how far it is. What it raises cuts the load off after whole rows, and a later load goes on.
    limits : Limits, optional
        How much of a file may be held at once.
    batch : int
        Statements in one transaction at most.
    id_key : bytes
        Key under which resident numbers are hashed; needed where the mapping has any.

    Returns
    -------
    Report
        What became of every row.

    Raises
    ------
    ConfigError
        A file fits no table, a snapshot has no delivery date, or resident numbers have no key.
    StoreError
        The store failed; what was recorded before is whole, and loading the same files again goes on from there.
    """
    day = delivered or mapping.delivered
    if mapping.mode == "snapshot" and day is None:
        raise ConfigError(f"{mapping.source} is delivered as snapshots: say as of which day (`delivered`)")
    if not id_key and any(table.resident_columns for table in mapping.tables):
        raise ConfigError(f"{mapping.source} has resident numbers, and there is no key to hash them: set ZEREN_ID_KEY")
    plan = Plan(store, mapping, day, batch, dry_run=dry_run)
    run = _Run(store, mapping, plan, act_by, now, progress, limits or Limits(), day, id_key)
    for table, paths in _assigned(mapping, files, day):
        run.table(table, paths)
    run.finish()
    return run.report


def _assigned(mapping: Mapping, files: Sequence[Path], day: date | None) -> Iterator[tuple[Table, list[Path]]]:
    """Give each file to the first table whose pattern its name fits; yield the tables in the mapping's order."""
    patterns = {table.id: table.pattern(day) for table in mapping.tables}

    def table_of(path: Path) -> str | None:
        return next((table for table, pattern in patterns.items() if fnmatchcase(path.name, pattern)), None)

    given: list[Path] = []
    for path in files:
        # A folder may hold what is no table, such as a README; a file that is named must be one.
        inside = sorted(found for found in path.iterdir() if table_of(found)) if path.is_dir() else [path]
        given += inside
    if unfit := [path.name for path in given if table_of(path) is None]:
        raise ConfigError(f"{', '.join(unfit)} fits no table of {mapping.source}; it has {', '.join(patterns.values())}")
    if not given:
        raise ConfigError(f"no file to load; {mapping.source} has {', '.join(patterns.values())}")
    for table in mapping.tables:
        if paths := [path for path in dict.fromkeys(given) if table_of(path) == table.id]:
            yield table, paths


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Run:
    """One load."""

    def __init__(
        self,
        store: Store,
        mapping: Mapping,
        plan: Plan,
        by: str,
        now: Callable[[], datetime],
        progress: Progress,
        limits: Limits,
        day: date | None,
        id_key: bytes,
    ) -> None:
        self._store, self._mapping, self._plan, self._by, self._now = store, mapping, plan, by, now
        self._progress, self._limits, self._day, self._id_key = progress, limits, day, id_key
        self._known = Known(store, mapping.source)
        self._links: list[tuple[str, int, str, str]] = []
        self._today = now().astimezone(_CHINA).date()
        self.report = Report(mapping.source, plan.dry_run)

    # Tables

    def table(self, table: Table, paths: list[Path]) -> None:
        """Load the files of a table, then end what is absent from all of them."""
        before, refused = self.report.counts(table.id).rows, self.report.totals[Level.REFUSED]
        last = self._store.progress(self._delivery(table))
        self._plan.previous = date.fromisoformat(last) if last else None
        read = [self._file(table, path) for path in paths]
        sound = all(read)
        rows = self.report.counts(table.id).rows - before
        if table.expect and (expected := table.expect.misses(rows)):
            self.report.note(Level.SIGNAL, table.id, f"has {rows} rows; the mapping expects {expected}")
            sound = False
        if self._mapping.mode == "snapshot" and self._day is not None:
            self._end_absent(table, self._day, whole=sound and self.report.totals[Level.REFUSED] == refused)

    def finish(self) -> None:
        """Look at what could only be seen at the end."""
        for file, row, end, decision in self._links:
            if not self._known.has_decision(decision):
                self.report.note(Level.SIGNAL, file, f"links {end} {decision}, which no delivery has told us of", row=row)

    def _delivery(self, table: Table) -> str:
        return f"delivery/{self._mapping.source}/{table.id}"

    def _end_absent(self, table: Table, day: date, *, whole: bool) -> None:
        previous = self._plan.previous
        if previous is not None and day < previous:
            return
        if not whole:
            if previous is not None:
                self.report.note(
                    Level.SIGNAL, table.id, "was not read whole, so rows that are absent from it were not taken as ended"
                )
            return
        absent = list(self._plan.absent(table.id))
        if absent and (previous is None or day == previous):
            self.report.note(
                Level.SIGNAL,
                table.id,
                f"{len(absent)} statements recorded before are absent, and there is no earlier day of delivery to end them after; "
                "give this delivery its own day",
            )
            return
        ends = self._plan.ending(absent, previous, day) if previous is not None else []
        counts = self.report.counts(table.id)
        counts.ended += len(ends)
        if self._plan.dry_run:
            return
        what = f"load {self._mapping.source}/{table.id}: delivery of {day.isoformat()}"
        for start in range(0, len(ends), self._plan.batch):
            self._store.append(ends[start : start + self._plan.batch], Act(self._now(), self._by, f"{what}, absent rows"))
        self._store.append((), Act(self._now(), self._by, what, (self._delivery(table), day.isoformat())))

    # Files

    def _file(self, table: Table, path: Path) -> bool:
        """Load one file; say whether it was read to its end."""
        try:
            lines = read_table(path, table.form, self._limits)
            # A snapshot may be byte for byte one of two deliveries ago, and still is news.
            day = f"/{self._day}" if self._mapping.mode == "snapshot" else ""
            mark = f"load/{self._mapping.source}/{file_digest(path)}{day}"
            done = self._store.progress(mark)
            replayed = int(done) if done else 0
            older = self._plan.previous and self._day and self._day < self._plan.previous
            if older and table.facts and self._mapping.mode == "snapshot":
                if done is None:
                    raise InputError(f"is of {self._day}, before the delivery of {self._plan.previous} that was loaded already")
                replayed = 2**63
            with closing(lines):
                self._lines(table, path, lines, mark, replayed)
        except InputError as error:
            self.report.refuse(path.name, error, None)
            return False
        except OSError as error:
            self.report.note(Level.REFUSED, path.name, f"cannot be read: {error.strerror}")
            return False
        return True

    def _lines(self, table: Table, path: Path, lines: Iterator[Line], mark: str, replayed: int) -> None:
        looked_up = self._mapping.looked_up(table)
        used = list(dict.fromkeys([*table.columns, *(column for pair in looked_up for column in pair)]))
        seen: dict[str, None] = {}
        lists: set[str] = set()
        headed = False
        lane = lane_of(self._mapping, table, self._known)
        waiting: list[tuple[Row, list[Encoded] | None]] = []
        self._plan.open()
        last = 0
        try:
            for line in lines:
                if isinstance(line, Header):
                    headed = True
                    seen = dict.fromkeys(line.columns)
                    _require(used, line.columns)
                    continue
                if isinstance(line, Row):
                    last = line.number
                    if not headed:
                        seen.update(dict.fromkeys(line.columns))
                        lists.update(line.lists)
                    self._known.remember(table.id, looked_up, line.cells)
                    if lane is not None:
                        waiting.append((line, lane.take(line.cells, path.name, line.number)))
                        if len(waiting) == _TOGETHER:
                            self._batch(table, path, waiting, mark, replayed)
                        continue
                self._batch(table, path, waiting, mark, replayed)
                self._row(table, path, line, mark, last - 1, last <= replayed)
            self._batch(table, path, waiting, mark, replayed)
        except (InputError, OSError):
            # What was read before it is whole rows: they are kept.
            self._batch(table, path, waiting, mark, replayed)
            self._flush(table, path, mark, last)
            raise
        self._flush(table, path, mark, last)
        if stray := [column for column in seen if not table.accounts_for(column) and column not in used]:
            self.report.note(Level.SIGNAL, path.name, f"column {', '.join(stray)} is neither used nor ignored", row=1)
        if not headed and (never := [column for column in used if column not in seen and table.list_of(column) not in lists]):
            self.report.note(Level.SIGNAL, path.name, f"column {', '.join(never)} stands in no row")

    def _batch(self, table: Table, path: Path, waiting: list[tuple[Row, list[Encoded] | None]], mark: str, replayed: int) -> None:
        """Take rows that went through the fast lane, and those that it left the slow way; empty the list."""
        if not waiting:
            return
        counts = self.report.counts(table.id)
        standing = self._plan.standing(fact for _, facts in waiting for fact in facts or ())
        for row, facts in waiting:
            planned = self._plan.clean(facts, standing, replayed=row.number <= replayed) if facts is not None else None
            if planned is None:
                self._row(table, path, row, mark, row.number - 1, row.number <= replayed)
                continue
            if self._plan.full(planned):
                self._flush(table, path, mark, row.number - 1)
            self._plan.take(planned)
            counts.rows += 1
            counts.accepted += bool(planned.writes)
            counts.known += not planned.writes
        waiting.clear()

    def _row(self, table: Table, path: Path, line: Row | InputError, mark: str, before: int, replayed: bool) -> None:
        counts = self.report.counts(table.id)
        counts.rows += 1
        try:
            if isinstance(line, InputError):
                raise line
            said = statements(self._mapping, table, path.name, line, self._known, self._id_key, self._today)
            planned = self._plan.row(said, path.name, line.number, replayed=replayed)
        except InputError as error:
            counts.refused += 1
            number = line.number if isinstance(line, Row) else line.row
            value = line.cells.get(error.column or "", "") if isinstance(line, Row) else ""
            self.report.refuse(path.name, error, number, value)
            return
        if self._plan.full(planned):
            self._flush(table, path, mark, before)
        self._plan.take(planned)
        if planned.writes:
            counts.accepted += 1
        else:
            counts.known += 1
        self._note(said, planned.doubts, path, line, table)

    def _note(self, said: Statements, doubts: list[str], path: Path, row: Row, table: Table) -> None:
        self._known.add(said.entities)
        for fact in said.facts:
            if isinstance(fact.value, Decision):
                self._known.add_decision(fact.value.id)
        self._links += [(path.name, row.number, end, decision) for end, decision in said.links]
        if said.flags or doubts:
            self.report.counts(table.id).flagged += 1
        for flag in said.flags:
            self.report.note(
                Level.FLAGGED, path.name, flag.reason, row=row.number, column=flag.column, value=row.cells.get(flag.column, "")
            )
        for doubt in doubts:
            self.report.note(Level.FLAGGED, path.name, doubt, row=row.number)

    def _flush(self, table: Table, path: Path, mark: str, last: int) -> None:
        writes = self._plan.close()
        counts = self.report.counts(table.id)
        if self._plan.dry_run:
            counts.recorded += len(writes)
        elif writes:
            what = f"load {self._mapping.source}/{table.id}: {path.name} to row {last}"
            counts.recorded += self._store.append(writes, Act(self._now(), self._by, what, (mark, str(last)))).recorded
        self._progress(path.name, last)


def _require(used: list[str], columns: Sequence[str]) -> None:
    missing = [column for column in used if column not in columns]
    if not missing:
        return
    near = {column: get_close_matches(column, columns, 1, 0.5) for column in missing}
    hints = [f"is {near[column][0]!r} the column {column!r}?" for column in missing if near[column]]
    raise InputError(
        f"column {', '.join(missing)} is missing; {' '.join(hints)}{' ' if hints else ''}the file has {', '.join(columns)}",
        row=1,
        column=missing[0],
    )
