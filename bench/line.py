"""The line on a synthetic city, step by step, and its by-office question side by side with pandas and networkx.

    python bench/line.py [ENTERPRISES]

Prints one table. The question for the peers is the one that every by-office clause asks: for each decision, which legal
representatives and principal responsible persons certainly held the office at the conduct? All three must agree before any
figure is printed. Zeren's own step derives everything (premises, evidence, paths, all rules), so it does more.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd

from analytics.responsibility.catalogue import load_catalogue
from analytics.responsibility.propagation import propagate
from api.use_cases.acting import Actor
from api.use_cases.propagating import propagate as record_findings
from graph.dates import Truth
from graph.snapshot import Snapshot
from graph.store import open_store
from loaders.ingest import load
from loaders.mapping_file import load_mapping
from loaders.synthetic.city import write_city

ROLES = frozenset({"legal_representative", "principal_responsible_person"})
Answer = set[tuple[str, str]]


def timed(rows: list[tuple[str, float, str]], what: str, run: Callable[[], Any], note: Callable[[Any], str] = lambda _: "") -> Any:
    """Run something, keep how long it took, and return its result."""
    start = time.perf_counter()
    result = run()
    rows.append((what, time.perf_counter() - start, note(result)))
    return result


def by_snapshot(snapshot: Snapshot) -> Answer:
    """Ask the snapshot."""
    found: Answer = set()
    for fact in snapshot.decisions():
        if fact.value.conduct is not None:
            for holding in snapshot.holders(fact.value.respondent.entity):
                if holding.value.interest in ROLES and holding.value.period.meets(fact.value.conduct) is Truth.YES:
                    found.add((fact.value.id, holding.party.id))
    return found


def frames(snapshot: Snapshot) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return posts and decisions as frames, each period as the days on which it certainly held."""
    posts = [
        (h.value.subject.entity, h.party.id, h.value.interest, h.value.period)
        for node in snapshot.entities()
        for h in snapshot.held(node)
    ]
    decisions = [(f.value.id, f.value.respondent.entity, f.value.conduct) for f in snapshot.decisions() if f.value.conduct]
    held = pd.DataFrame(
        [(c, p, r, held.latest_start.toordinal(), held.earliest_end.toordinal()) for c, p, r, held in posts],
        columns=["company", "party", "role", "start", "end"],
    )
    asked = pd.DataFrame(
        [(d, c, when.latest_start.toordinal(), when.earliest_end.toordinal()) for d, c, when in decisions],
        columns=["decision", "company", "conduct_start", "conduct_end"],
    )
    return held, asked


def by_pandas(held: pd.DataFrame, asked: pd.DataFrame) -> Answer:
    """Ask by a merge."""
    joined = asked.merge(held[held["role"].isin(ROLES)], on="company")
    hit = joined[(joined["start"] <= joined["conduct_end"]) & (joined["conduct_start"] <= joined["end"])]
    return set(zip(hit["decision"], hit["party"], strict=True))


def network(held: pd.DataFrame) -> nx.MultiDiGraph[str]:
    """Build the peer's graph."""
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for row in held.itertuples(index=False):
        made.add_edge(row.party, row.company, role=row.role, start=row.start, end=row.end)
    return made


def by_networkx(made: nx.MultiDiGraph[str], asked: pd.DataFrame) -> Answer:
    """Ask by walking the peer's graph."""
    found: Answer = set()
    for row in asked.itertuples(index=False):
        if row.company in made:
            for party, _, edge in made.in_edges(row.company, data=True):
                if edge["role"] in ROLES and edge["start"] <= row.conduct_end and row.conduct_start <= edge["end"]:
                    found.add((row.decision, party))
    return found


def main(enterprises: int) -> None:
    """Run every step and print the table."""
    rows: list[tuple[str, float, str]] = []
    catalogue = load_catalogue()
    with tempfile.TemporaryDirectory() as folder:
        city, url = Path(folder, "city"), f"sqlite:///{folder}/bench.db"
        timed(rows, "write the city's files", lambda: write_city(city, enterprises, 7))
        files = [path for path in sorted(city.glob("*.csv")) if path.name not in ("truth.csv", "networks.csv")]
        with open_store(url) as store:
            mapping = load_mapping("synthetic_city")
            report = timed(
                rows,
                "load them (checked, durable, searchable)",
                lambda: load(store, mapping, files, act_by="bench", now=lambda: datetime.now(UTC)),
            )
            facts = sum(1 for _ in store.facts())
            snapshot = timed(rows, "build the snapshot", lambda: Snapshot.of(r.fact for r in store.facts()))
            decisions = [fact.value.id for fact in snapshot.decisions()]
            timed(
                rows,
                f"derive all findings of {len(decisions)} decisions",
                lambda: [f for d in decisions for f in propagate(snapshot, d, catalogue)],
                lambda found: f"{len(found)} findings",
            )
            actor = Actor("bench", datetime.now(UTC))
            timed(rows, "the same, from the store and recorded", lambda: record_findings(store, catalogue, actor))
            timed(rows, "again, nothing changed", lambda: record_findings(store, catalogue, actor))
            held, asked = frames(snapshot)
            ours = timed(rows, "by-office question: zeren", lambda: by_snapshot(snapshot), lambda a: f"{len(a)} answers")
            theirs = timed(rows, "by-office question: pandas", lambda: by_pandas(held, asked))
            made = timed(rows, "  networkx: build its graph", lambda: network(held))
            walked = timed(rows, "by-office question: networkx", lambda: by_networkx(made, asked))
            assert ours == theirs == walked, "the three do not agree"
            size = Path(folder, "bench.db").stat().st_size
    rows_read = sum(counts.rows for counts in report.tables.values())
    print(f"{enterprises} enterprises, {rows_read} rows, {facts} statements, {size / 1e6:.1f} MB")
    for what, seconds, note in rows:
        print(f"{what:<50} {seconds * 1000:>10.1f} ms   {note}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
