"""Loading: files and a mapping become recorded statements, all of a row or nothing of it.

Invariants (tests/unit/test_loaders_ingest.py holds one test a number)
4. Every transaction holds whole rows and the mark how far the file was read: a load that was cut goes on from there.
5. A file that was loaded before records nothing again, and undoes nothing that was recorded since.
6. A row that cannot be taken is refused with row, column and reason; the rows around it are recorded.
7. In a snapshot an absent row has ended on an unknown day between two deliveries, and only if this one was read to its end, and no
   row of it that was refused can be that row.
9. A delivery older than the last one is refused; told to, it adds what no delivery has told of, and alters and ends nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path
from typing import Final

from graph.dates import day_in_law
from graph.errors import ConfigError, InputError, Refused
from graph.model import Decision, Operation
from graph.store.ahead import Ahead
from graph.store.base import MAX_BATCH, Appended, Store
from loaders.absent import fits_none, table_of
from loaders.base import Counts, Level, Report
from loaders.comparing import Examples
from loaders.deliveries import Ledger, Loading, file_mark
from loaders.facts import statements
from loaders.given import Given, GivenColumns, GivenFile
from loaders.heard import Heard
from loaders.known import Known
from loaders.lane import Lane, Taken, lane_of
from loaders.mapping import Mapping, Table
from loaders.plan import Plan, Stop, TookRows
from loaders.references import Statements
from loaders.refused_rows import RefusedRows
from loaders.row_problems import other_problems
from loaders.tables import Header, NotKept, Part, Row, Rows, Unended
from loaders.text_files import Limits
from loaders.vanishing import Terms, Vanishing, may_shrink
from loaders.workbooks import other_format

_SHOWN: Final = 3
_UNENDED: Final = (
    "the file does not end with a line end, although its other lines do: it may have been cut off inside its last cell; "
    "if it is whole, end it with one"
)
Progress = Callable[[str, int], None]
"""Told the file and the last row recorded, after each transaction."""


def load(
    store: Store,
    mapping: Mapping,
    files: Sequence[Path | GivenColumns],
    *,
    act_by: str,
    now: Callable[[], datetime],
    delivered: date | None = None,
    dry_run: bool = False,
    progress: Progress = lambda _file, _row: None,
    limits: Limits | None = None,
    batch: int = MAX_BATCH,
    id_key: bytes = b"",
    terms: Terms | None = None,
    examples: Examples | None = None,
) -> Report:
    """Record what files say, as one delivery.

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
    terms : Terms, optional
        What the delivery is allowed: to lack many rows, to be older than the last one.
    examples : Examples, optional
        Shown what is new, altered and absent; meant for a dry run.

    Returns
    -------
    Report
        What became of every row.

    Raises
    ------
    ConfigError
        A file fits no table, a snapshot has no delivery date, or resident numbers have no key.
    Refused
        Too many rows are absent, or the delivery is being undone: nothing was recorded.
    StoreError
        The store failed; what was recorded before is whole, and loading the same files again goes on from there.
    """
    day = delivered or mapping.delivered
    if mapping.mode == "snapshot" and day is None:
        raise ConfigError(
            f"{mapping.source} is delivered as snapshots: say as of which day, with --delivered DATE",
            zh=f"{mapping.source} 按快照交付：请用 --delivered 日期 说明是哪一天的",
        )
    if not id_key and any(table.resident_columns for table in mapping.tables):
        raise ConfigError(
            f"{mapping.source} has resident numbers, and there is no key to hash them: set ZEREN_ID_KEY",
            zh=f"{mapping.source} 含身份证号，而没有计算其哈希值的密钥：请设置 ZEREN_ID_KEY",
        )
    tables, terms, limits = list(_assigned(mapping, files, day)), terms or Terms(), limits or Limits()
    plan = Plan(store, mapping, day, batch, dry_run=dry_run)
    ledger = Ledger(store, Loading(mapping, day, act_by, now), tables, dry_run=dry_run)
    bench = _Bench(store, mapping, ledger, day, day_in_law(now()), limits, id_key, terms)
    heard = Heard(store, mapping, day, batch) if not dry_run and may_shrink(mapping, plan, ledger, terms) else None
    if heard is not None:
        _refuse_shrunk(_Run(bench, heard, _ignore, None, Ahead(store)), tables)
        heard.begin(plan)
    with Ahead(store) as ahead:
        run = _Run(bench, plan, progress, examples, ahead, heard)
        run.tables(tables)
    if run.vanishing.shrunk:
        _nothing_of(run.report)
    ledger.close(run.report, whole=run.whole)
    return run.report


def _ignore(_file: str, _row: int) -> None:
    """Be told of progress and say nothing."""


def _refuse_shrunk(rehearsal: _Run, tables: Sequence[tuple[Table, list[Given]]]) -> None:
    """Hear a delivery to its end, and refuse it where too much is absent."""
    rehearsal.tables(tables)
    if shrunk := rehearsal.vanishing.shrunk:
        refused = [issue for issue in rehearsal.report.issues if issue.level is Level.REFUSED]
        why = [str(issue) for issue in refused if issue.reason not in {each.why for each in shrunk}]
        more = rehearsal.report.totals[Level.REFUSED] - len(shrunk) - len(why[:_SHOWN])
        en, zh = ["nothing was recorded", *why[:_SHOWN]], ["未作任何记录", *why[:_SHOWN]]
        if more > 0:
            en, zh = (
                [*en, f"… and {more} more refusals; --dry-run shows them"],
                [*zh, f"……另有 {more} 处被拒绝；--dry-run 可全部列出"],
            )
        en += [f"{each.table}: {each.why}" for each in shrunk]
        raise Refused("\n".join(en), zh="\n".join([*zh, *(f"{each.table}：{each.zh}" for each in shrunk)]))


def _nothing_of(report: Report) -> None:
    """Let a report say that a delivery would be refused as a whole: every row of it with the others."""
    for name, counts in report.tables.items():
        report.tables[name] = Counts(rows=counts.rows, flagged=counts.flagged, refused=counts.rows)


def _assigned(mapping: Mapping, files: Sequence[Path | GivenColumns], day: date | None) -> Iterator[tuple[Table, list[Given]]]:
    """Give each file to the first table whose pattern its name fits; yield the tables in the mapping's order."""
    patterns = ", ".join(table.pattern(day) for table in mapping.tables)
    given: list[Given] = []
    for each in files:
        if isinstance(each, GivenColumns):
            given.append(each)
            continue
        # A folder may hold what is no table, such as a README; a file that is named must be one.
        inside = sorted(found for found in each.iterdir() if _fits(mapping, found, day)) if each.is_dir() else [each]
        given += map(GivenFile, inside)
    if others := [why for each in given if not table_of(mapping, each.name, day) and (why := other_format(each.name))]:
        raise ConfigError("; ".join(others))
    if unfit := [each.name for each in given if table_of(mapping, each.name, day) is None]:
        raise fits_none(mapping, unfit, patterns)
    if not given:
        raise ConfigError(
            f"no file to load; {mapping.source} has {patterns}", zh=f"没有可装载的文件；{mapping.source} 的文件有 {patterns}"
        )
    for table in mapping.tables:
        if found := [each for each in dict.fromkeys(given) if table_of(mapping, each.name, day) is table]:
            yield table, found


def _fits(mapping: Mapping, found: Path, day: date | None) -> bool:
    """Whether a file of a folder belongs to a table, or would if it were a workbook of the format that is read."""
    named = found.with_suffix(".xlsx") if other_format(found.name) else found
    return bool(table_of(mapping, found.name, day) or table_of(mapping, named.name, day))


@dataclass(frozen=True, slots=True)
class _Bench:
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


class _Run:
    """One load."""

    def __init__(
        self,
        bench: _Bench,
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
