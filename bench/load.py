"""A city into the store: loading, loading again, searching, deriving, beside pandas with plain SQLite and networkx.

    python bench/load.py [ENTERPRISES [STEP ...]]

Without steps all of them run; all but the peers need `load`. Every step runs in a process of its own, so that its peak memory is
its own, on the same files, one after the other. The peers keep rows as they are: no check, no history, no source row, no search.
They are asked what every by-office clause asks: who held an office that answers at the conduct of each decision?
"""

from __future__ import annotations

import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loaders.base import Report

TABLES = ("enterprises", "posts", "shareholders", "corporate_shareholders", "branches", "addresses", "telephones", "guarantees",
          "tenders", "bids", "decisions", "decision_people", "decision_links")  # fmt: skip
ROLES = ("法定代表人", "主要负责人")
SECOND = date(2026, 11, 1)
SEARCHED = 300
SEED = 7
Said = dict[str, Any]


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def load(folder: Path, day: date | None = None) -> Said:
    """Load the city, as a new delivery of a day."""
    from graph.store import open_store
    from loaders.ingest import load as load_files
    from loaders.mapping_file import load_mapping

    with open_store(url(folder), create=True) as store:
        start, busy = time.perf_counter(), time.process_time()
        report = load_files(store, load_mapping("synthetic_city"), [folder], act_by="bench", now=now, delivered=day)
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
    return loaded(report, folder, seconds, busy)


def load_columns(folder: Path) -> Said:
    """Load the same city from its columns into a second store, without files; making the texts is part of it."""
    from api.use_cases.acting import Actor
    from api.use_cases.loading import load_city
    from graph.store import open_store

    straight = folder / "straight"
    straight.mkdir()
    enterprises = sum(1 for _ in (folder / "enterprises.csv").open(encoding="utf-8")) - 1
    with open_store(url(straight), create=True) as store:
        start, busy = time.perf_counter(), time.process_time()
        report = load_city(store, Actor("bench", now()), enterprises, SEED)
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
    return loaded(report, straight, seconds, busy)


def loaded(report: Report, folder: Path, seconds: float, busy: float) -> Said:
    """Return what a load was."""
    counts = report.tables.values()
    rows, facts = sum(c.rows for c in counts), sum(c.recorded for c in counts)
    megabytes = sum(path.stat().st_size for path in folder.glob("city.db*")) / 1e6
    said = (
        f"{rows:,} rows, {rows / seconds:,.0f} rows/s; {facts:,} facts, {facts / seconds:,.0f} facts/s; "
        f"{busy:,.1f} s of processor time, {rows / busy:,.0f} rows and {facts / busy:,.0f} facts a second of it; "
        f"store {megabytes:,.0f} MB"
    )
    return {"seconds": seconds, "said": said}


def load_again(folder: Path) -> Said:
    """Load the same files as of another day."""
    return load(folder, SECOND)


def load_changed(folder: Path) -> Said:
    """Load a delivery in which one post in a hundred that is held has ended."""
    path, rng = folder / "posts.csv", random.Random(7)  # noqa: S311 - a sample
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line.replace(",,", f",{SECOND},", 1) if ",," in line and rng.random() < 0.01 else line for line in lines]
    path.write_text("\n".join([header, *kept, ""]), encoding="utf-8")
    return load(folder, date(2026, 12, 1))


def read_while_loading(folder: Path) -> Said:
    """Ask for one enterprise after another, in this process, while another loads the city into a second store."""
    from graph.store import open_store

    other = folder / "other"
    other.mkdir()
    for name in TABLES:
        (other / f"{name}.csv").symlink_to(folder / f"{name}.csv")
    command = [sys.executable, __file__, "--step", "load", str(other)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - itself
    codes = [line.partition(",")[0] for line in (folder / "enterprises.csv").read_text(encoding="utf-8").splitlines()[1:50_000]]
    while not (other / "city.db").exists():
        time.sleep(0.05)
    took, rng = [], random.Random(7)  # noqa: S311 - a sample
    start = time.perf_counter()
    with open_store(url(other)) as store:
        while process.poll() is None:
            began = time.perf_counter()
            list(store.facts(about=[f"uscc:{rng.choice(codes)}"]))
            took.append(time.perf_counter() - began)
            time.sleep(0.02)
    return {"seconds": time.perf_counter() - start, "said": f"{len(took):,} questions while a load runs; {percentiles(took)}"}


def write_one_by_one(folder: Path, writers: int = 1) -> Said:
    """Record single statements, each durable before the next of its writer: one writer, or several threads of one store."""
    from graph.codec import make_fact
    from graph.model import Entity, Name, Origin
    from graph.store import open_store
    from graph.store.base import Act, Write

    count = 2_000
    synced = fsync_seconds(folder)
    with open_store(url(folder)) as store, ThreadPoolExecutor(writers) as pool:

        def write(number: int) -> None:
            entity = Entity(f"bench:{writers}-{number}", "company", (Name(f"示例单笔{writers}之{number}有限公司"),))
            store.append([Write(make_fact(entity, entity.id, Origin("bench")))], Act(now(), "bench", "single"))

        start, busy = time.perf_counter(), time.process_time()
        deque(pool.map(write, range(count)), maxlen=0)
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
    said = f"{count / seconds:,.0f} durable single writes/s; each {busy / count * 1e3:.2f} ms of processor time"
    return {"seconds": seconds, "said": f"{said}; one fsync of 16 KiB {synced * 1e3:.2f} ms"}


def fsync_seconds(folder: Path) -> float:
    """Return how long the disk takes for what a single write needs of it: the median of 200."""
    took = []
    with (folder / "fsync").open("wb", buffering=0) as file:
        for _ in range(200):
            file.write(b"x" * 16_384)
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return sorted(took)[100]


def search(folder: Path) -> Said:
    """Search for two characters, whole names, pinyin, initials and codes of the city."""
    from graph.names import search_terms
    from graph.store import open_store

    rng = random.Random(7)  # noqa: S311 - a sample
    lines = (folder / "enterprises.csv").read_text(encoding="utf-8").splitlines()[1:]
    people = (folder / "posts.csv").read_text(encoding="utf-8").splitlines()[1:]
    asked: list[str] = []
    for line in rng.sample(lines, SEARCHED):
        code, name, *_ = line.split(",")
        asked += [code, name, name[4:6]]
    for line in rng.sample(people, SEARCHED):
        name = line.split(",")[1]
        terms = search_terms(name)
        asked += [name, name[:2], "".join(terms.pinyin), terms.initials]
    took = []
    with open_store(url(folder)) as store:
        start = time.perf_counter()
        store.search("示例")
        first = time.perf_counter() - start
        for text in asked:
            began = time.perf_counter()
            store.search(text)
            took.append(time.perf_counter() - began)
    return {"seconds": sum(took), "said": f"{len(took):,} searches; {percentiles(took)}; the first {first * 1e3:,.0f} ms"}


def propagate(folder: Path) -> Said:
    """Derive and store every finding of every decision."""
    from analytics.responsibility.catalogue import load_catalogue
    from api.use_cases.acting import Actor
    from api.use_cases.propagating import propagate as derive
    from graph.store import open_store

    with open_store(url(folder)) as store:
        catalogue = load_catalogue()
        start, busy = time.perf_counter(), time.process_time()
        outcome = derive(store, catalogue, Actor("bench", now()))
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        findings = sum(1 for _ in store.facts(["finding"]))
    said = f"{outcome.decisions:,} decisions, {findings:,} findings stored; {busy:,.1f} s of processor time"
    return {"seconds": seconds, "said": f"{said}, {busy / outcome.decisions * 1e3:.2f} ms a decision"}


def pandas_sqlite(folder: Path) -> Said:
    """Load the same files with pandas into plain tables, indexed, and ask with a merge."""
    import pandas as pd

    start = time.perf_counter()
    rows = 0
    with sqlite3.connect(folder / "plain.db") as db:
        for name in TABLES:
            frame = pd.read_csv(folder / f"{name}.csv", dtype=str)
            rows += len(frame)
            frame.to_sql(name, db, index=False, chunksize=20_000)
        db.execute("CREATE INDEX posts_code ON posts (信用代码)")
        db.execute("CREATE INDEX posts_name ON posts (姓名)")
        db.execute("CREATE INDEX decisions_code ON decisions (信用代码)")
    seconds = time.perf_counter() - start
    megabytes = (folder / "plain.db").stat().st_size / 1e6
    with sqlite3.connect(folder / "plain.db") as db:
        began = time.perf_counter()
        posts, decisions = pd.read_sql("SELECT * FROM posts", db), pd.read_sql("SELECT * FROM decisions", db)
        read = time.perf_counter() - began
        began = time.perf_counter()
        both = decisions.merge(posts[posts["职务"].isin(ROLES)], on="信用代码")
        held = (both["任职日期"] <= both["行为开始"]) & (both["离任日期"].isna() | (both["离任日期"] > both["行为结束"]))
        answers, asked = int(held.sum()), time.perf_counter() - began
    said = f"{rows:,} rows, {rows / seconds:,.0f} rows/s; {megabytes:,.0f} MB; the question {read:.1f} s to read, {asked:.2f} s"
    return {"seconds": seconds, "said": f"{said}, {answers:,} answers"}


def networkx_graph(folder: Path) -> Said:
    """Build the same posts as a graph, and ask each decision's enterprise."""
    import networkx as nx
    import pandas as pd

    start = time.perf_counter()
    graph = nx.MultiDiGraph()
    for row in pd.read_csv(folder / "posts.csv", dtype=str).itertuples(index=False):
        graph.add_edge(f"{row[0]}#{row[1]}", row[0], role=row[3], start=row[4], end=row[5])
    for row in pd.read_csv(folder / "shareholders.csv", dtype=str).itertuples(index=False):
        graph.add_edge(f"{row[0]}#{row[1]}", row[0], role="股东", start=row[4], end=row[5])
    seconds = time.perf_counter() - start
    decisions = pd.read_csv(folder / "decisions.csv", dtype=str).fillna("")
    began, answers = time.perf_counter(), 0
    for row in decisions.itertuples(index=False):
        if row[4] not in graph:
            continue
        for _, _, edge in graph.in_edges(row[4], data=True):
            held = str(edge["start"]) <= row[9] and (not isinstance(edge["end"], str) or edge["end"] > row[10])
            answers += edge["role"] in ROLES and held
    asked = time.perf_counter() - began
    said = f"{graph.number_of_edges():,} edges, {graph.number_of_edges() / seconds:,.0f} edges/s; the question {asked:.2f} s"
    return {"seconds": seconds, "said": f"{said}, {answers:,} answers"}


def percentiles(took: list[float]) -> str:
    """Return median and 99th percentile of times."""
    ordered = sorted(took)
    return f"median {ordered[len(ordered) // 2] * 1e3:.1f} ms, p99 {ordered[int(len(ordered) * 0.99)] * 1e3:.1f} ms"


def url(folder: Path) -> str:
    """Return where the store of a folder is."""
    return f"sqlite:///{folder / 'city.db'}"


STEPS: dict[str, Callable[[Path], Said]] = {
    "load": load,
    "load columns": load_columns,
    "load the same again": load_again,
    "load with 1 % changed": load_changed,
    "read while loading": read_while_loading,
    "write one by one": write_one_by_one,
    "write by sixteen": partial(write_one_by_one, writers=16),
    "search": search,
    "propagate": propagate,
    "pandas + SQLite": pandas_sqlite,
    "networkx": networkx_graph,
}


def main(enterprises: int, steps: Sequence[str]) -> None:
    """Write a city and run steps on it."""
    from loaders.synthetic.city import write_city

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_city(folder, enterprises, SEED)
        print(f"{enterprises:,} enterprises; load of the machine {os.getloadavg()[0]:.1f}")
        print(f"{'step':<22} {'seconds':>9} {'peak MB':>8}  figures", flush=True)
        for step in steps:
            command = [sys.executable, __file__, "--step", step, name]
            run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - itself
            said = json.loads(run.stdout)
            print(f"{step:<22} {said['seconds']:>9.1f} {said['peak']:>8.0f}  {said['said']}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        outcome = STEPS[sys.argv[2]](Path(sys.argv[3]))
        outcome["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        print(json.dumps(outcome))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, sys.argv[2:] or list(STEPS))
