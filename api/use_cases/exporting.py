"""Exporting a part of the graph, or all of it, in the formats of others.

Invariants (tests/integration/test_export.py holds one test a number)
1. What is written is whole or not there: a file or folder appears under its name when it is finished.
2. Nothing that stands there already is written over unless told to.
3. Memory does not grow with the number of parties of `--all`, but for Excel, which refuses what a sheet cannot hold.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from api.locales import Texts
from api.use_cases.graph import Filters, Graph
from api.use_cases.workbook import write_workbook
from graph.errors import ConfigError, InputError, NotFound
from graph.export import bods, cypher, files, ftm, graphml
from graph.export.extract import Extract
from graph.model import Decision, Finding, Naming
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is exported: what is around a party, a decision, or all; of a day or of every day."""

    around: str = ""
    hops: int = 2
    decision: str = ""
    whole: bool = False
    filters: Filters = field(default_factory=Filters)

    def check(self) -> None:
        """Refuse what is not one of the three.

        Raises
        ------
        InputError
            None or several are given.
        """
        if (bool(self.around) + bool(self.decision) + self.whole) != 1:
            raise InputError("say what to export: --around PARTY, --decision ID or --all")


def extract_of(graph: Graph, wanted: Wanted) -> Extract:
    """Return what is wanted.

    Raises
    ------
    InputError, NotFound, Refused
        It is not said what, nothing is known of it, or several are called so.
    """
    wanted.check()
    day = wanted.filters.as_of
    if wanted.whole:
        return Extract(graph.store, graph.columns, None, day)
    if wanted.decision:
        return Extract(graph.store, graph.columns, _of_decision(graph, wanted.decision), day, wanted.decision)
    start = graph.find(wanted.around)
    near = neighbourhood(graph.columns, [start], wanted.hops, replace(wanted.filters.steps(), way=BOTH), most_nodes=_MOST)
    return Extract(graph.store, graph.columns, [start, *near.node.tolist()], day)


def _of_decision(graph: Graph, decision: str) -> list[int]:
    """Return the nodes of a decision: its respondent with whoever holds something in it, whom it names, whom findings reach."""
    told = [r.fact.value for r in graph.store.facts(["decision", "naming", "finding"], graph.columns.version, about=[decision])]
    own = next((value for value in told if isinstance(value, Decision) and value.id == decision), None)
    if own is None:
        raise NotFound(f"there is no decision {decision!r}")
    nodes = {own.respondent.entity}
    nodes |= {value.party.entity for value in told if isinstance(value, Naming) and value.party and value.decision == decision}
    nodes |= {value.party for value in told if isinstance(value, Finding) and value.decision == decision}
    numbers = [graph.columns.node(node) for node in sorted(nodes) if _is_known(graph, node)]
    near = neighbourhood(graph.columns, numbers[:1], 1, Filters().steps(), most_nodes=_MOST) if numbers else None
    holders = near.node.tolist() if near is not None and own.respondent.entity in nodes else []
    return [*numbers, *holders]


def _is_known(graph: Graph, node: str) -> bool:
    try:
        graph.columns.node(node)
    except NotFound:
        return False
    return True


def export(graph: Graph, wanted: Wanted, to: Format, out: Path, today: date, *, force: bool = False) -> Counts:
    """Write an export and return how much of what is in it.

    Raises
    ------
    ConfigError
        Something stands there already, or it cannot be written there.
    """
    if out.exists() and not force:
        raise ConfigError(f"{out} is there already; give --force to write over it")
    extract = extract_of(graph, wanted)
    unfinished = out.with_name(f".{out.name}.unfinished{out.suffix}")
    _remove(unfinished)
    try:
        counts = _writer(to, graph.words, today)(extract, unfinished)
        _remove(out)
        unfinished.rename(out)
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written: {error.strerror}") from error
    finally:
        _remove(unfinished)
    return {name: count for name, count in counts.items() if count}


def _writer(to: Format, words: Texts, today: date) -> Callable[[Extract, Path], Counts]:
    writers: dict[Format, Callable[[Extract, Path], Counts]] = {
        Format.BODS: lambda extract, out: bods.write(extract, out, today),
        Format.CSV: files.write_csv,
        Format.CYPHER: lambda extract, out: cypher.write(extract, out, today),
        Format.EXCEL: lambda extract, out: write_workbook(extract, out, words),
        Format.FTM: ftm.write,
        Format.GRAPHML: graphml.write,
        Format.IMPORT: lambda extract, out: files.write_import(extract, out, today),
        Format.PARQUET: files.write_parquet,
    }
    return writers[to]


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
