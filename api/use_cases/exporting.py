"""Exporting a part of the graph, or all of it, in the formats of others.

Invariants (tests/integration/test_export.py holds one test a number)
1. What is written is whole or not there: a file or folder appears under its name when it is finished.
2. Nothing that stands there already, or appears there while it is written, is written over unless told to; and never a folder by
   a file, a file by a folder, a store, or a folder with anything in it that no export of ours writes.
3. `--all` holds nothing of a party that has passed by, once buffers are full; what a sheet of Excel cannot hold is refused.
6. What is counted is what is written, and, as `without …`, what of the selection is not.
7. What a source wrote freely, of conduct, posts and findings of guilt, holds nothing that a publication would hide: no telephone,
   number of a person, address of a home, health or religion.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import Field, dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Final

from analytics.lifecycle.masking import masked
from analytics.lifecycle.restrictions import restriction_id
from analytics.responsibility.catalogue import Catalogue, shipped
from api.locales import Texts
from api.use_cases.graph import Filters, Graph
from api.use_cases.judging import judge_of
from api.use_cases.placing import placed
from api.use_cases.workbook import write_workbook
from graph.errors import ConfigError, InputError, NotFound
from graph.export import bods, bulk, cypher, files, ftm, graphml
from graph.export.extract import Extract
from graph.export.rows import TABLES
from graph.export.standings import Judge, Judged
from graph.export.whom import Whom
from graph.model import Decision, Finding, Naming, PartyRef, Recorded
from graph.snapshot.paths import neighbourhood
from graph.snapshot.steps import BOTH

Counts = dict[str, int]
_MOST = 1_000_000


class Format(StrEnum):
    """What an export is written as."""

    BODS = "bods"
    CSV = "csv"
    CYPHER = "cypher"
    EXCEL = "xlsx"
    FTM = "ftm"
    GRAPHML = "graphml"
    IMPORT = "neo4j-import"
    PARQUET = "parquet"


_FOLDERS: Final = {
    Format.CSV: frozenset(f"{table}.csv" for table in TABLES),
    Format.IMPORT: frozenset(bulk.FILES),
    Format.PARQUET: frozenset(f"{table}.parquet" for table in TABLES),
}
"""Formats that are folders, and the files in them."""
_EARLIER: Final = frozenset(("nodes.csv", "relationships.csv"))
"""Files that earlier versions wrote for the bulk import."""
_OURS: Final = frozenset(_EARLIER.union(*_FOLDERS.values()))
_STORE: Final = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is exported: what is around a party, a decision, or all; of a day or of every day."""

    around: str = ""
    hops: int | None = None
    decision: str = ""
    whole: bool = False
    filters: Filters = field(default_factory=Filters)

    def check(self) -> None:
        """Refuse what is not one of the three, and bounds of a search where nothing is searched.

        Raises
        ------
        InputError
            None or several are given, or bounds without a party.
        """
        given = [name for name, said in (("--around", self.around), ("--decision", self.decision), ("--all", self.whole)) if said]
        if not given:
            raise InputError(
                "say what to export: --around PARTY, --decision ID or --all",
                zh="请指明导出范围：--around 主体、--decision 编号 或 --all",
            )
        if len(given) > 1:
            raise InputError(
                f"{' and '.join(given)} cannot be given together: one of --around PARTY, --decision ID or --all",
                zh=f"{'、'.join(given)} 不能同时使用：--around 主体、--decision 编号、--all 只选其一",
            )
        if not self.around:
            bounds = [f"--{item.name.removesuffix('s')}" for item in fields(Filters) if item.name in _BOUNDS and self._bounds(item)]
            bounds += ["--hops"] if self.hops is not None else []
            if bounds:
                raise InputError(
                    f"{', '.join(bounds)}: bounds a search around a party, and means nothing with {given[0]}",
                    zh=f"{'、'.join(bounds)} 只用于限定某一主体周围的范围，不能与 {given[0]} 同用",
                )

    def _bounds(self, item: Field[Any]) -> bool:
        return bool(getattr(self.filters, item.name) != item.default)


_FREE_TEXTS: Final = ("conduct_text", "found_text", "post_text", "text")
_BOUNDS: Final = ("roles", "kinds", "share", "hub", "certain")
_HOPS: Final = 2


def extract_of(graph: Graph, wanted: Wanted, judge: Judge = lambda _: Judged()) -> Extract:
    """Return what is wanted.

    Raises
    ------
    InputError, NotFound, Refused
        It is not said what, nothing is known of it, or several are called so.
    """
    wanted.check()
    day = wanted.filters.as_of
    of = partial(Extract, graph.store, graph.columns, carried=_carried, judge=judge, hide=_without_private)
    if wanted.whole:
        return of(None, day)
    if wanted.decision:
        return of(_of_decision(graph, wanted.decision, wanted.filters), day, wanted.decision)
    start = graph.find(wanted.around)
    hops = _HOPS if wanted.hops is None else wanted.hops
    near = neighbourhood(graph.columns, [start], hops, replace(wanted.filters.steps(), way=BOTH), most_nodes=_MOST)
    return of([start, *near.node.tolist()], day)


def _without_private(recorded: Recorded) -> Recorded:
    """Hide in what a source wrote freely what no publication shows either: telephones, homes, health, religion."""
    value = recorded.fact.value
    said = {name: text for name in _FREE_TEXTS if (text := getattr(value, name, ""))}
    hidden = {name: shown for name, text in said.items() if (shown := masked(text)) != text}
    return replace(recorded, fact=replace(recorded.fact, value=replace(value, **hidden))) if hidden else recorded  # type: ignore[arg-type]


def _carried(finding: Finding) -> Iterator[str]:
    """Yield the restrictions that a finding carries."""
    return (restriction_id(finding.party, measure.name_zh) for measure in finding.measures)


def persons_in(graph: Graph, wanted: Wanted) -> list[str] | None:
    """Return the ids of the persons that an export has, None where it has all."""
    if wanted.whole:
        return None
    return sorted({node.id for node in extract_of(graph, wanted).nodes() if node.kind == "person" and not node.unread})


def _of_decision(graph: Graph, decision: str, filters: Filters) -> list[int]:
    """Return the nodes of a decision: its respondent with whoever holds something in it, whom it names, whom findings reach."""
    whom, respondents, nodes = Whom(graph.columns), set(), set()
    for recorded in graph.store.facts(["decision", "naming", "finding"], graph.columns.version, about=[decision]):
        match recorded.fact.value:
            case Decision(id=own, respondent=respondent) if own == decision:
                respondents.add(whom.node(respondent, decision))
            case Naming(decision=own, party=PartyRef() as party) if own == decision:
                nodes.add(whom.node(party, decision))
            case Finding(decision=own, party=party) if own == decision:
                nodes.add(whom.person(party))
    if not respondents:
        raise NotFound(f"there is no decision {decision!r}", zh=f"没有编号为“{decision}”的决定")
    known = [graph.columns.node(node) for node in sorted(respondents) if _is_known(graph, node)]
    near = neighbourhood(graph.columns, known, 1, filters.steps(), most_nodes=_MOST) if known else None
    named = [graph.columns.node(node) for node in sorted(nodes) if _is_known(graph, node)]
    return [*known, *named, *(near.node.tolist() if near is not None else ())]


def _is_known(graph: Graph, node: str) -> bool:
    try:
        graph.columns.node(node)
    except NotFound:
        return False
    return True


def export(
    graph: Graph,
    wanted: Wanted,
    to: Format,
    out: Path,
    today: date,
    *,
    force: bool = False,
    catalogue: Catalogue | None = None,
) -> Counts:
    """Write an export and return how much of what is in it, and as `without …` how much is not.

    Decisions and findings stand in it as by the rules of `catalogue`, by default those that ship, on the day of the export.

    Raises
    ------
    ConfigError
        Something stands there already, or it cannot be written there.
    """
    _check_place(out, to, force=force)
    day = wanted.filters.as_of or today
    judge = judge_of(graph.store, graph.columns.version, catalogue or shipped(), day, wanted.filters.as_of)
    extract = extract_of(graph, wanted, judge)
    write = _writer(to, graph.words, day, today)
    try:
        counts = placed(out, lambda made: write(extract, made), (lambda there: _see(there, out, to)) if force else None)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else error
        raise ConfigError(f"{out}: cannot be written: {why}") from error
    return {name: count for name, count in (counts | _besides(extract, to)).items() if count}


def _besides(extract: Extract, to: Format) -> Counts:
    """Count what is recorded of the selection and in no export, or in no table: a table has no room for what joins decisions."""
    counts = Counter(extract.besides())
    if to not in (Format.CYPHER, Format.GRAPHML, Format.IMPORT):
        counts["link"] += sum(1 for _ in extract.links())
    return {f"without {kind}": count for kind, count in counts.items()}


def _check_place(out: Path, to: Format, *, force: bool) -> None:
    if out.name in ("", ".."):
        raise ConfigError(
            f"{out} is no name of a {'folder' if to in _FOLDERS else 'file'} to write: give one, such as export.{to.value}"
        )
    if os.path.lexists(out):
        if not force and not out.is_symlink():
            raise ConfigError(f"{out} is there already; give --force to write over it")
        _see(out, out, to)


def _see(there: Path, out: Path, to: Format) -> None:
    """See that an export may take the place of what stands under a name, wherever that has been moved."""
    folder = to in _FOLDERS
    if there.is_symlink():
        raise ConfigError(f"{out} is a link to something else: give the place itself")
    if folder and not there.is_dir():
        raise ConfigError(f"{out} is a file, and {to.value} is a folder: give another name")
    if not folder and not there.is_file():
        raise ConfigError(f"{out} is a folder, and {to.value} is a file: give another name")
    if folder:
        others = sorted(each.name for each in there.iterdir() if each.name not in _OURS or not each.is_file())
        if others:
            raise ConfigError(f"{out} holds {others[0]!r}, which no export writes: --force replaces an earlier export alone")
    elif _begins(there) == _STORE:
        raise ConfigError(f"{out} is a store: an export does not take its place, not even with --force")


def _begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(_STORE))


def _writer(to: Format, words: Texts, day: date, today: date) -> Callable[[Extract, Path], Counts]:
    """Return what writes a format: `day` says what is current, `today` stands on statements as their own date."""
    writers: dict[Format, Callable[[Extract, Path], Counts]] = {
        Format.BODS: lambda extract, out: bods.write(extract, out, today),
        Format.CSV: files.write_csv,
        Format.CYPHER: lambda extract, out: cypher.write(extract, out, day),
        Format.EXCEL: lambda extract, out: write_workbook(extract, out, words),
        Format.FTM: ftm.write,
        Format.GRAPHML: lambda extract, out: graphml.write(extract, out, day),
        Format.IMPORT: lambda extract, out: bulk.write(extract, out, day),
        Format.PARQUET: files.write_parquet,
    }
    return writers[to]
