"""One load at work: its tables one after the other, their files, and the rows of each, in their order.

Invariants: 4 to 6 of `loaders.ingest`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from itertools import groupby
from typing import Final

from graph.errors import InputError
from graph.model import Decision, Operation
from graph.store.ahead import Ahead
from graph.store.base import Appended, Store
from loaders.base import Level, Report
from loaders.comparing import Examples
from loaders.deliveries import Ledger, file_mark
from loaders.facts import statements
from loaders.given import Given
from loaders.heard import Heard
from loaders.known import Known
from loaders.lane import Lane, Taken, lane_of
from loaders.mapping import Mapping, Table
from loaders.plan import Plan
from loaders.planned import Stop, TookRows
from loaders.references import Statements
from loaders.refused_rows import RefusedRows
from loaders.row_problems import other_problems
from loaders.rows import Header, NotKept, Part, Row, Rows, Unended
from loaders.text_files import Limits
from loaders.vanishing import Terms, Vanishing

_UNENDED: Final = (
    "the file does not end with a line end, although its other lines do: it may have been cut off inside its last cell; "
    "if it is whole, end it with one"
)
Progress = Callable[[str, int], None]
"""Told the file and the last row recorded, after each transaction."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a load works with, the same for its rehearsal."""

    store: Store
    mapping: Mapping
    ledger: Ledger
    day: date | None
    today: date
    limits: Limits
    id_key: bytes
    terms: Terms

    @property
    def last(self) -> date:
        """The last day that something in the delivery can have begun on."""
        return min(self.day or self.today, self.today)


class Run:
    """One load, or its rehearsal."""

    def __init__(
        self,
        bench: Bench,
        plan: Plan,
        progress: Progress,
        examples: Examples | None,
        ahead: Ahead,
        heard: Heard | None = None,
    ) -> None:
        self._store, self._mapping, self._ledger, self._plan = bench.store, bench.mapping, bench.ledger, plan
        self._bench, self._progress, self._examples, self._ahead, self._heard = bench, progress, examples, ahead, heard
        plan.on_its_way = ahead.ids
        self._known = Known(bench.store, bench.mapping.source)
        self._links: list[tuple[str, int, str, str]] = []
        self._refused = RefusedRows(bench.mapping, self._known, bench.id_key, plan, bench.ledger.value.id)
        self.whole = True
        self.report = Report(bench.mapping.source, plan.dry_run)
        self.vanishing = Vanishing(
            bench.store, bench.mapping, plan, bench.ledger, self.report, ahead, day=bench.day, terms=bench.terms, examples=examples
        )

    # Tables

    def tables(self, tables: Sequence[tuple[Table, list[Given]]]) -> None:
        """Load tables, and look at what can only be seen at the end."""
        if before := self._ledger.mapped_otherwise():
            self.report.note(Level.FLAGGED, "", before)
        for table, given in tables:
            self._table(table, given)
        self._ahead.settle()
        for file, row, end, decision in self._links:
            if not self._known.has_decision(decision):
                self.report.note(Level.SIGNAL, file, f"links {end} {decision}, which no delivery has told us of", row=row)
        for cut in self._ledger.unfinished():
            self.report.note(
                Level.FLAGGED,
                "",
                f"delivery {cut.id} ({', '.join(file.name for file in cut.files)}) was cut off and never finished: load its files "
                f"again, or undo it: zeren deliveries undo {cut.id} --reason …",
            )

    def _table(self, table: Table, given: list[Given]) -> None:
        """Load the files of a table, then end what is absent from all of them."""
        before = self.report.counts(table.id).rows
        self._refused.begin()
        self.vanishing.begin(table)
        read = [self._file(table, each) for each in given]
        sound = all(read)
        self.whole &= sound
        rows = self.report.counts(table.id).rows - before
        if table.expect and (expected := table.expect.misses(rows)):
            self.report.note(Level.SIGNAL, table.id, f"has {rows} rows; the mapping expects {expected}")
            sound = False
        if not (self._plan.fresh and self._plan.previous is None):
            self._ahead.settle()  # what the table does not have is looked up in the store
        self.vanishing.end(table, whole=sound, unread=self._refused.unread())

    # Files

    def _file(self, table: Table, path: Given) -> bool:
        """Load one file; say whether it was read to its end."""
        try:
            parts = path.parts(table.form, self._bench.limits)
            digest = self._ledger.digests.get(path) or path.digest()
            mark = file_mark(self._mapping.source, self._mapping.mode, digest, self._bench.day)
            if self._ahead.tells(mark):
                self._ahead.settle()
            replayed = int(self._store.progress(mark) or 0)
            if (last := self.vanishing.older_than(table)) and table.facts:
                if not replayed and not self._bench.terms.older:
                    raise InputError(
                        f"is of {self._bench.day}, before the delivery of {last} that was loaded already: give it its own day "
                        "(--delivered), or load it as an older one (--older): what nobody has told of is added, nothing is altered"
                    )
                replayed = 2**63
            with closing(parts):
                return self._lines(table, path, parts, mark, replayed)
        except InputError as error:
            self.report.refuse(path.name, error, None)
            return False
        except OSError as error:
            self.report.note(Level.REFUSED, path.name, f"cannot be read: {error.strerror}")
            return False

    def _lines(self, table: Table, path: Given, parts: Iterator[Part], mark: str, replayed: int) -> bool:
        """Load what was read of a file; say whether it seems whole."""
        looked_up = self._mapping.looked_up(table)
        used = list(dict.fromkeys([*table.columns, *(column for pair in looked_up for column in pair)]))
        here = _Here(table, path, mark, replayed, lane_of(self._mapping, table, self._known, self._bench.today, self._bench.last))
        seen: dict[str, None] = {}
        headed, whole = False, True
        self._plan.open(path)
        try:
            for part in parts:
                if isinstance(part, Header):
                    headed = True
                    seen = dict.fromkeys(part.columns)
                    _require(used, part.columns)
                elif isinstance(part, Rows):
                    if not headed:
                        seen.update(dict.fromkeys(part.names))
                        here.lists.update(part.lists)
                    self._known.remember(table.id, looked_up, part)
                    self._rows(here, part)
                elif isinstance(part, Unended):
                    whole = False
                    self.report.note(Level.FLAGGED, path.name, _UNENDED, row=part.row)
                elif isinstance(part, NotKept):
                    self.report.note(Level.FLAGGED, path.name, part.reason, row=part.row)
                else:
                    self._row(here, part, here.last - 1)
        except (InputError, OSError):
            # What was read before it is whole rows: they are kept.
            self._flush(here, here.last)
            self._ahead.settle()
            raise
        self._flush(here, here.last)
        if stray := [column for column in seen if not table.accounts_for(column) and column not in used]:
            self.report.note(Level.SIGNAL, path.name, f"column {', '.join(stray)} is neither used nor ignored", row=1)
        if not headed and (never := [c for c in used if c not in seen and table.list_of(c) not in here.lists]):
            self.report.note(Level.SIGNAL, path.name, f"column {', '.join(never)} stands in no row")
        return whole

    def _rows(self, here: _Here, rows: Rows) -> None:
        """Take rows: those that the fast lane understands together, the others one by one, all in their order."""
        last = rows.numbers[-1]
        if self._heard is not None:
            rows = self._unheard(here, rows, self._heard)
        begin = 0
        while begin < len(rows):
            begin += self._some(here, rows.at(range(begin, len(rows))) if begin else rows)
        here.last = last

    def _unheard(self, here: _Here, rows: Rows, heard: Heard) -> Rows:
        """Count the rows that say nothing new, and return the others."""
        known = heard.known_rows(here.path, rows.numbers)
        if not known.any():
            return rows
        counts, size = self.report.counts(here.table.id), int(known.sum())
        counts.rows += size
        counts.known += size
        return rows.at((~known).nonzero()[0].tolist())

    def _some(self, here: _Here, rows: Rows) -> int:
        """Take the first rows, and say how many; to take those after them the fast lane has to look at them anew."""
        taken = here.lane.take(rows, here.path.name) if here.lane is not None else None
        places = taken.places if taken is not None else ()
        if taken is not None:
            self._plan.compare(taken.block.keys)
        place = clean = 0
        while place < len(rows):
            differs = False
            if taken is not None and clean < len(places) and places[clean] == place:
                done = self._clean(here, taken, clean, _run(places, clean))
                place, clean = place + done.done - clean, done.done
                if done.stop is Stop.FULL:
                    self._flush(here, rows.numbers[place] - 1)
                if done.stop is not Stop.DIFFERS:
                    continue
                clean, differs = clean + 1, True
            here.last = rows.numbers[place]
            self._row(here, rows.row(place), here.last - 1)
            place += 1
            if differs and taken is not None and self._known.missing(taken.told(clean - 1, clean)):
                return place  # what the row says there is counted for the rows after it, and the row was refused
        return place

    def _clean(self, here: _Here, taken: Taken, first: int, last: int) -> TookRows:
        """Take rows that the fast lane understood, until one of them is not clean or the transaction is full."""
        done = self._plan.take_rows(taken, first, last, here.replayed)
        self._known.add_ids(taken.told(first, done.done))
        self._known.add_decisions(taken.decisions(first, done.done))
        for number, *ends in taken.links(first, done.done):
            self._links += [(here.path.name, number, end, said) for end, said in zip(("from", "to"), ends, strict=True)]
        counts = self.report.counts(here.table.id)
        counts.rows += done.done - first
        counts.known += done.done - first - done.new_rows
        counts.accept(Operation.NEW, done.new_rows)
        if self._examples:
            for _, row in groupby(done.new, key=taken.block.rows.__getitem__):
                self._examples.took(here.table.id, Operation.NEW, map(taken.block.__getitem__, row))
        return done

    def _row(self, here: _Here, line: Row | InputError, before: int) -> None:
        table, path = here.table, here.path
        counts = self.report.counts(table.id)
        counts.rows += 1
        self._ahead.settle()  # a row that goes the slow way is compared with what is recorded
        replayed = here.last <= here.replayed
        said = None
        try:
            if isinstance(line, InputError):
                raise line
            said = statements(
                self._mapping, table, path.name, line, self._known, self._bench.id_key, self._bench.today, self._bench.last
            )
            planned = self._plan.row(said, path.name, line.number, replayed=replayed)
        except InputError as error:
            counts.refused += 1
            number = line.number if isinstance(line, Row) else line.row
            value = line.cells.get(error.column or "", "") if isinstance(line, Row) else ""
            self.report.refuse(path.name, error, number, value)
            wrong = {error.column}
            for other, value in other_problems(table, line, error):
                self.report.refuse(path.name, other, number, value)
                wrong.add(other.column)
            self._refused.take(table, path.name, line, said, wrong)
            return
        if self._plan.full(planned):
            self._flush(here, before)
        kind = self._plan.kind(planned)
        self._plan.take(planned)
        if planned.writes:
            counts.accept(kind)
            if self._examples:
                self._examples.took(table.id, kind, planned.writes.values())
        else:
            counts.known += 1
        self._note(said, planned.doubts, path, line, table)

    def _note(self, said: Statements, doubts: list[str], path: Given, row: Row, table: Table) -> None:
        self._known.add(said.entities)
        for fact in said.facts:
            if isinstance(fact.value, Decision):
                self._known.add_decision(fact.value)
        self._links += [(path.name, row.number, end, decision) for end, decision in said.links]
        if said.flags or doubts:
            self.report.counts(table.id).flagged += 1
        for flag in said.flags:
            self.report.note(
                Level.FLAGGED, path.name, flag.reason, row=row.number, column=flag.column, value=row.cells.get(flag.column, "")
            )
        for code in {flag.code: None for flag in said.flags if not any(flag.code in fact.flags for fact in said.facts)}:
            self.report.doubt(table.id, code, path.name, row.number)
        for doubt in doubts:
            self.report.note(Level.FLAGGED, path.name, doubt, row=row.number)

    def _flush(self, here: _Here, last: int) -> None:
        writes = self._plan.close()
        counts = self.report.counts(here.table.id)
        if self._plan.dry_run:
            counts.recorded += len(writes)
        elif writes:
            what = f"load {self._mapping.source}/{here.table.id}: {here.path.name} to row {last}"
            self._ledger.open()

            def then(appended: Appended) -> None:
                counts.recorded += appended.recorded
                self._progress(here.path.name, last)

            self._ahead.append(writes, self._ledger.act(what, (here.mark, str(last))), then)
            return
        self._ahead.settle()
        self._progress(here.path.name, last)


@dataclass(slots=True)
class _Here:
    """The file that is being loaded, and the last row that was read of it."""

    table: Table
    path: Given
    mark: str
    replayed: int
    lane: Lane | None
    last: int = 0
    lists: set[str] = field(default_factory=set)


def _run(places: Sequence[int], first: int) -> int:
    """Return the end of a run of neighbours that begins at `first`."""
    if places[-1] - places[first] == len(places) - 1 - first:
        return len(places)
    end = first + 1
    while places[end] - places[first] == end - first:
        end += 1
    return end


_SEPARATORS: Final = ";\t,|；，"


def _require(used: list[str], columns: Sequence[str]) -> None:
    missing = [column for column in used if column not in columns]
    if not missing:
        return
    if sign := _separator(used, columns):
        raise InputError(
            f"column {', '.join(missing)} is missing; the columns seem to be separated by {sign}: say so in the mapping "
            f"(`delimiter:`), or save the file anew; the file has {', '.join(columns)}",
            row=1,
            column=missing[0],
        )
    spare = [column for column in columns if column not in used]
    near = {
        column: get_close_matches(column, columns, 1, 0.5) or (spare if len(missing) == len(spare) == 1 else [])
        for column in missing
    }
    hints = [f"is {near[column][0]!r} the column {column!r}?" for column in missing if near[column]]
    hints += ["If it was renamed, rename it in the file or in the mapping;"] if hints else []
    raise InputError(
        f"column {', '.join(missing)} is missing; {' '.join(hints)}{' ' if hints else ''}the file has {', '.join(columns)}",
        row=1,
        column=missing[0],
    )


def _separator(used: list[str], columns: Sequence[str]) -> str:
    """Return the sign between the columns where each of them stands in the header once that is taken for the separator."""
    for sign in _SEPARATORS:
        if set(used) <= {part.strip().strip('"') for column in columns for part in column.split(sign)}:
            return repr(sign)
    return ""
