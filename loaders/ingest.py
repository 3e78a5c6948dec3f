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
from datetime import date, datetime
from pathlib import Path
from typing import Final

from graph.dates import day_in_law
from graph.errors import ConfigError, Refused
from graph.store.ahead import Ahead
from graph.store.base import MAX_BATCH, Store
from loaders.absent import fits_none, table_of
from loaders.base import Counts, Issue, Level, Report
from loaders.comparing import Examples
from loaders.deliveries import Ledger, Loading
from loaders.given import Given, GivenColumns, GivenFile
from loaders.heard import Heard
from loaders.mapping import Mapping, Table
from loaders.plan import Plan
from loaders.run import Bench, Progress, Run
from loaders.text_files import Limits
from loaders.vanishing import Shrunk, Terms, may_shrink
from loaders.workbooks import other_format

_SHOWN: Final = 3


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
    ShrunkDelivery, Refused
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
            zh=f"{mapping.source} 含有居民身份证号码，而没有用于摘要的密钥：请设置 ZEREN_ID_KEY",
        )
    tables, terms, limits = list(_assigned(mapping, files, day)), terms or Terms(), limits or Limits()
    plan = Plan(store, mapping, day, batch, dry_run=dry_run)
    ledger = Ledger(store, Loading(mapping, day, act_by, now), tables, dry_run=dry_run)
    bench = Bench(store, mapping, ledger, day, day_in_law(now()), limits, id_key, terms)
    heard = Heard(store, mapping, day, batch) if not dry_run and may_shrink(mapping, plan, ledger, terms) else None
    if heard is not None:
        _refuse_shrunk(Run(bench, heard, _ignore, None, Ahead(store)), tables, ledger.mapped_otherwise())
        heard.begin(plan)
    with Ahead(store) as ahead:
        run = Run(bench, plan, progress, examples, ahead, heard)
        run.tables(tables)
    if run.vanishing.shrunk:
        _nothing_of(run.report)
    ledger.close(run.report, whole=run.whole)
    return run.report


class ShrunkDelivery(Refused):
    """Too much is absent from a delivery, of which nothing is recorded.

    Parameters
    ----------
    issues : sequence of Issue
        The first of what else was refused.
    shrunk : sequence of Shrunk
        The tables of which too much is absent.
    more : sequence of str
        What else there is to say.
    """

    head: Final = "nothing was recorded"

    def __init__(self, issues: Sequence[Issue], shrunk: Sequence[Shrunk], more: Sequence[str]) -> None:
        self.issues, self.shrunk, self.more = issues, shrunk, more
        lines = [self.head, *map(str, issues), *(f"{each.table}: {each.why}" for each in shrunk), *more]
        super().__init__("\n".join(lines))


def _ignore(_file: str, _row: int) -> None:
    """Be told of progress and say nothing."""


def _refuse_shrunk(rehearsal: Run, tables: Sequence[tuple[Table, list[Given]]], mapped: str) -> None:
    """Hear a delivery to its end, and refuse it where too much is absent; `mapped` says that the mapping was another."""
    rehearsal.tables(tables)
    if shrunk := rehearsal.vanishing.shrunk:
        refused = [issue for issue in rehearsal.report.issues if issue.level is Level.REFUSED]
        others = [issue for issue in refused if issue.reason not in {each.why for each in shrunk}][:_SHOWN]
        left = rehearsal.report.totals[Level.REFUSED] - len(shrunk) - len(others)
        more = [f"… and {left} more refusals; --dry-run shows them"] if left > 0 else []
        raise ShrunkDelivery(others, shrunk, [*more, *filter(None, [mapped])])


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
    others = {each.name: why for each in given if not table_of(mapping, each.name, day) and (why := other_format(each.name))}
    if others:
        raise ConfigError("; ".join(others.values()), zh=f"{'、'.join(others)} 不是 .xlsx 格式的工作簿：请另存为 .xlsx")
    if unfit := [each.name for each in given if table_of(mapping, each.name, day) is None]:
        raise fits_none(mapping, unfit, patterns)
    if not given:
        raise ConfigError(
            f"no file to load; {mapping.source} has {patterns}", zh=f"没有可载入的文件；{mapping.source} 的文件为：{patterns}"
        )
    for table in mapping.tables:
        if found := [each for each in dict.fromkeys(given) if table_of(mapping, each.name, day) is table]:
            yield table, found


def _fits(mapping: Mapping, found: Path, day: date | None) -> bool:
    """Whether a file of a folder belongs to a table, or would if it were a workbook of the format that is read."""
    named = found.with_suffix(".xlsx") if other_format(found.name) else found
    return bool(table_of(mapping, found.name, day) or table_of(mapping, named.name, day))
