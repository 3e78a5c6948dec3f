"""The two stores: the same made-up city in SQLite with the graph in memory and in Neo4j, and the same questions to both.

    python -m bench.stores [ENTERPRISES]

Needs Java and Maven. Every step runs in a process of its own, so that its peak memory is its own, one after the other. Three are
asked: Zeren over SQLite, Zeren over Neo4j (which builds the same graph in memory out of the server), and Neo4j itself in Cypher on
the picture that investigators see. Their answers are compared before anything is printed; every disagreement is a line below the
table.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import neo4j

from analytics.responsibility.catalogue import load_catalogue
from api.use_cases.acting import Actor
from api.use_cases.graph import folder_of
from api.use_cases.loading import load_city
from api.use_cases.propagating import propagate, stored_findings
from bench.stores_asked import KINDS, TODAY, Cypher, Zeren, answer, draw
from bench.stores_server import HEAP, PAGES, Process, megabytes
from graph.snapshot.kept import Kept
from graph.store import open_store

ROOT = Path(__file__).resolve().parent.parent
SEED = 7
ACTOR = Actor("bench", datetime(TODAY.year, TODAY.month, TODAY.day, 8, tzinfo=UTC))
WORDS = {
    "near": "three steps",
    "near then": "three steps, an earlier day",
    "way": "shortest way",
    "way then": "shortest way, an earlier day",
    "search": "search",
}
SIDES = ("SQLite + graph", "Neo4j + graph", "Neo4j, Cypher")
Said = dict[str, Any]


def load(url: str, folder: Path) -> Said:
    """Load the city straight from its columns."""
    size = int((folder / "enterprises").read_text(encoding="utf-8"))
    with open_store(url) as store:
        start, busy = time.perf_counter(), time.process_time()
        report = load_city(store, ACTOR, size, SEED)
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
    counts = report.tables.values()
    return {"seconds": seconds, "busy": busy, "rows": sum(c.rows for c in counts), "facts": sum(c.recorded for c in counts)}


def findings(url: str, folder: Path) -> Said:  # noqa: ARG001 - every step is given both
    """Derive and store every finding of every decision."""
    with open_store(url) as store:
        start, busy = time.perf_counter(), time.process_time()
        done = propagate(store, load_catalogue(), ACTOR)
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        ids = sorted(fact.id for fact in stored_findings(store))
    return {"seconds": seconds, "busy": busy, "decisions": done.decisions, "ids": ids}


def keep(url: str, folder: Path) -> Said:
    """Build the graph out of the store and keep it where the store has a place for it; draw the questions from the first."""
    with open_store(url) as store:
        start = time.perf_counter()
        kept = Kept(store, folder_of(url))
        columns = kept.columns()
        seconds = time.perf_counter() - start
        kept.fold()
        if not (folder / "asked.json").exists():
            (folder / "asked.json").write_text(json.dumps(draw(store, columns, SEED), ensure_ascii=False), encoding="utf-8")
    return {"seconds": seconds, "nodes": len(columns), "edges": columns.edge_count}


def ask_zeren(url: str, folder: Path) -> Said:
    """Ask Zeren over a store."""
    asked = json.loads((folder / "asked.json").read_text(encoding="utf-8"))
    with open_store(url) as store:
        took, said = answer(Zeren(store, Kept(store, folder_of(url))), asked)
    return {"took": took, "said": said}


def ask_cypher(url: str, folder: Path) -> Said:
    """Ask Neo4j in Cypher."""
    asked = json.loads((folder / "asked.json").read_text(encoding="utf-8"))
    with neo4j.GraphDatabase.driver(url, auth=None, notifications_min_severity="OFF") as driver, driver.session() as session:
        side = Cypher(session)
        took, said = answer(side, asked)
        trips = []
        for _ in asked["parties"]:
            start = time.perf_counter()
            session.run("RETURN 1").consume()
            trips.append(time.perf_counter() - start)
    return {"took": took, "said": said, "given up": side.given_up, "trip": quantile(trips, 0.5)}


def first_zeren(url: str, folder: Path) -> Said:
    """Open a store and get the first answer; then once more, when nothing has to be compiled or read from the disk."""
    party = json.loads((folder / "asked.json").read_text(encoding="utf-8"))["parties"][0]

    def opened() -> None:
        with open_store(url) as store:
            Zeren(store, Kept(store, folder_of(url))).near(party, TODAY)

    return twice(opened)


def first_cypher(url: str, folder: Path) -> Said:
    """Connect and get the first answer of a server that has just started; then once more."""
    party = json.loads((folder / "asked.json").read_text(encoding="utf-8"))["parties"][0]

    def opened() -> None:
        with neo4j.GraphDatabase.driver(url, auth=None, notifications_min_severity="OFF") as driver, driver.session() as session:
            Cypher(session).near(party, TODAY)

    return twice(opened)


def twice(opened: Callable[[], None]) -> Said:
    """Return how long something takes the first time and the second."""
    taken = []
    for _ in range(2):
        start = time.perf_counter()
        opened()
        taken.append(time.perf_counter() - start)
    return {"seconds": taken[0], "again": taken[1]}


STEPS: dict[str, Callable[[str, Path], Said]] = {
    each.__name__: each for each in (load, findings, keep, ask_zeren, ask_cypher, first_zeren, first_cypher)
}


def step(name: str, url: str, folder: Path) -> Said:
    """Run a step in a process of its own."""
    command = [sys.executable, "-m", "bench.stores", "--step", name, url, str(folder)]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)  # noqa: S603 - itself
    said: Said = json.loads(run.stdout)
    print(f"  {name} {url.partition(':')[0]}: {said.get('seconds', 0):.1f} s", file=sys.stderr, flush=True)
    return said


def sqlite(folder: Path) -> Said:
    """Measure SQLite with the graph in memory."""
    place = folder / "city.db"
    url = f"sqlite:///{place}"
    said = {name: step(name, url, folder) for name in ("load", "findings", "keep", "ask_zeren", "first_zeren")}
    graph = folder_of(url)
    assert graph is not None
    sizes = sum(megabytes(path) for path in folder.glob("city.db*") if path.is_file()), megabytes(graph)
    return said | {"disk": f"{sum(sizes):,.0f} MB (graph {sizes[1]:,.0f})"}


def server(folder: Path) -> tuple[Said, Said]:
    """Measure Neo4j as a store of Zeren, and in Cypher."""
    process = Process(folder / "server")
    process.start()
    try:
        said = {}
        for name in ("load", "findings"):
            process.busy()
            said[name] = step(name, process.url, folder) | {"server": process.busy()}
        writing = process.peak()
        process.stop()
        sizes = process.disk()
        start = time.perf_counter()
        process.start()
        started = time.perf_counter() - start
        cypher = {"first_cypher": step("first_cypher", process.url, folder) | {"started": started}}
        cypher["ask_cypher"] = step("ask_cypher", process.url, folder)
        reading = process.peak()
        said |= {name: step(name, process.url, folder) for name in ("keep", "ask_zeren", "first_zeren")}
    finally:
        process.stop()
    disk = f"{sum(sizes.values()):,.0f} MB (transaction logs {sizes['transactions']:,.0f})"
    return said | {"disk": disk, "writing": writing}, cypher | {"reading": reading}


def lines(one: Said, other: Said, cypher: Said) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the table."""
    stores = (one, other)
    yield "load", *(f"{each['load']['seconds']:,.1f} s" for each in stores), "–"
    for what in ("rows", "facts"):
        yield f"… {what} a second", *(f"{each['load'][what] / each['load']['seconds']:,.0f}" for each in stores), "–"
    yield "findings derived and stored", *(f"{each['findings']['seconds']:,.1f} s" for each in stores), "–"
    yield "processor time of both", *(busy(each) for each in stores), "–"
    yield "building the graph", *(f"{each['keep']['seconds']:,.1f} s" for each in stores), "not needed"
    first = cypher["first_cypher"]
    opened = f"{milliseconds(first['seconds'])}, after {first['started']:,.1f} s in which the server starts"
    yield "opening, to the first answer", *(milliseconds(each["first_zeren"]["seconds"]) for each in stores), opened
    again = [each["first_zeren"]["again"] for each in stores] + [first["again"]]
    yield "… a second time in the same process", *(milliseconds(seconds) for seconds in again)
    for kind, what in WORDS.items():
        taken = [each["ask_zeren"]["took"][kind] for each in stores] + [cypher["ask_cypher"]["took"][kind]]
        yield f"{what}: median", *(milliseconds(quantile(each, 0.5)) for each in taken)
        yield f"{what}: 99 %", *(milliseconds(quantile(each, 0.99)) for each in taken)
    yield "the way to the server and back, RETURN 1: median", "–", "–", milliseconds(cypher["ask_cypher"]["trip"])
    yield "on the disk", one["disk"], other["disk"], "the same"
    yield (
        "memory, writing: peak",
        peaks(one, "load", "findings"),
        f"{peaks(other, 'load', 'findings')}, server {other['writing']:,.0f} MB",
        "–",
    )
    asking = f"{cypher['ask_cypher']['peak']:,.0f} MB, server {cypher['reading']:,.0f} MB"
    yield "memory, answering: peak", peaks(one, "ask_zeren"), f"{peaks(other, 'ask_zeren')}, and the server", asking


def differing(one: Said, other: Said, cypher: Said) -> Iterator[str]:
    """Yield in words where the three do not agree."""
    assert one["findings"]["ids"] == other["findings"]["ids"], "the findings are not the same"
    assert one["load"]["facts"] == other["load"]["facts"], "not the same facts were recorded"
    yield f"findings: the same {len(one['findings']['ids']):,} in both stores"
    ours = one["ask_zeren"]["said"]
    for name, theirs in ((SIDES[1], other["ask_zeren"]["said"]), (SIDES[2], cypher["ask_cypher"]["said"])):
        for kind in KINDS:
            same = [a == b for a, b in zip(ours[kind], theirs[kind], strict=True)]
            yield f"{name}, {kind}: {sum(same)} of {len(same)} answers the same"
            if kind in KINDS[:2]:
                yield from unlike(ours[kind], theirs[kind])
        alike = [set(a) == set(b) for a, b in zip(ours["search"], theirs["search"], strict=True)]
        whole = [len(a) < 20 for a in ours["search"]]
        yield (
            f"{name}, search: {sum(alike)} with the same parties in whatever order; of {sum(whole)} that find fewer than 20, "
            f"{sum(a and w for a, w in zip(alike, whole, strict=True))}"
        )
    yield f"Cypher, given up: {cypher['ask_cypher']['given up']}"
    for kind in KINDS[:2]:
        sizes = [len(each) for each in ours[kind]]
        yield f"{kind}: {quantile(sizes, 0.5):,.0f} parties at the median, {max(sizes):,} at most"
    for kind in KINDS[2:4]:
        found = [each for each in ours[kind] if each is not None]
        yield f"{kind}: {len(found)} of {len(ours[kind])} pairs are connected, {quantile(found, 0.5):.0f} steps at the median"


def unlike(ours: Sequence[list[str]], theirs: Sequence[list[str]]) -> Iterator[str]:
    """Yield which parties one side finds and the other does not, with the first few."""
    pairs = list(zip(ours, theirs, strict=True))
    for who, missed in (
        ("SQLite alone", [node for mine, other in pairs for node in sorted({*mine} - {*other})]),
        ("the other alone", [node for mine, other in pairs for node in sorted({*other} - {*mine})]),
    ):
        if missed:
            yield f"  found by {who}: {len(missed)}, as {', '.join(missed[:4])}"


def busy(side: Said) -> str:
    """Return the processor time of loading and deriving, of the process and of the server."""
    ours = sum(side[name]["busy"] for name in ("load", "findings"))
    servers = sum(side[name].get("server", 0.0) for name in ("load", "findings"))
    return f"{ours:,.0f} s" + (f", server {servers:,.0f} s" if servers else "")


def peaks(side: Said, *names: str) -> str:
    """Return the highest peak of some steps."""
    return f"{max(side[name]['peak'] for name in names):,.0f} MB"


def quantile(taken: Sequence[float], part: float) -> float:
    """Return a quantile: one of the values."""
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * part))]


def milliseconds(seconds: float) -> str:
    """Return a time as it is read best."""
    return f"{seconds:,.1f} s" if seconds >= 1 else f"{seconds * 1e3:,.0f} ms" if seconds >= 0.1 else f"{seconds * 1e3:.3g} ms"


def main(enterprises: int) -> None:
    """Fill both stores, ask, compare and print."""
    with TemporaryDirectory(prefix="zeren-bench-") as name:
        folder = Path(name)
        (folder / "enterprises").write_text(str(enterprises), encoding="utf-8")
        before = os.getloadavg()[0]
        one = sqlite(folder)
        other, cypher = server(folder)
    said = one["load"]
    print(
        f"{enterprises:,} enterprises, {said['rows']:,} rows, {said['facts']:,} facts, {one['keep']['edges']:,} relationships, "
        f"{one['findings']['decisions']:,} decisions; load of the machine {before:.1f} before, {os.getloadavg()[0]:.1f} after; "
        f"server: heap {HEAP}, pages {PAGES}\n"
    )
    for row in (("work", *SIDES), ("---",) * 4, *lines(one, other, cypher)):
        print(f"| {' | '.join(row)} |")
    print()
    for said_ in differing(one, other, cypher):
        print(f"- {said_}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        outcome = STEPS[sys.argv[2]](sys.argv[3], Path(sys.argv[4]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        print(json.dumps(outcome | {"peak": peak}, ensure_ascii=False))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 12_000)
