"""A city into the store: loading, loading again, searching, deriving, beside pandas with plain SQLite and networkx.

    python -m bench.load [ENTERPRISES [STEP ...]]

Without steps all of them run; all but the peers need `load`. Every step runs in a process of its own, so that its peak memory is
its own (with that of a second process where it starts one), on the same files, one after the other; a table of all figures ends
it. The peers are in `load_peers`: they keep rows as they are, without check, history, source row or pinyin.
"""

from __future__ import annotations

import json
import os
import random
import resource
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
SECOND = date(2026, 11, 1)
SEARCHED = 300
SEED = 7
Said = dict[str, Any]


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def busy() -> float:
    """Return the processor time so far, of this process and of those that it waited for."""
    return sum(os.times()[:4])


def load(folder: Path, day: date | None = None) -> Said:
    """Load the city, as a new delivery of a day."""
    from graph.store import open_store
    from loaders.ingest import load as load_files
    from loaders.mapping_file import load_mapping

    with open_store(url(folder), create=True) as store:
        start, used = time.perf_counter(), busy()
        report = load_files(store, load_mapping("synthetic_city"), [folder], act_by="bench", now=now, delivered=day)
        seconds, used = time.perf_counter() - start, busy() - used
    return loaded(report, folder, seconds, used)


def load_columns(folder: Path) -> Said:
    """Load the same city from its columns into a second store, without files; making the texts is part of it."""
    from api.use_cases.loading import CITY, city_given
    from graph.store import open_store
    from loaders.ingest import load as load_given
    from loaders.mapping_file import load_mapping

    straight = folder / "straight"
    straight.mkdir()
    enterprises = sum(1 for _ in (folder / "enterprises.csv").open(encoding="utf-8")) - 1
    start = time.perf_counter()
    given = city_given(enterprises, SEED)
    built = time.perf_counter() - start
    with open_store(url(straight), create=True) as store:
        start, used = time.perf_counter(), busy()
        report = load_given(store, load_mapping(CITY), given, act_by="bench", now=now)
        seconds, used = time.perf_counter() - start, busy() - used
    said = loaded(report, straight, seconds, used)
    said["said"] += f"; drawing the city before that {built:.1f} s"
    facts = sum(counts.recorded for counts in report.tables.values())
    return said | {"figures": {"columns to store: facts/s": f"{facts / seconds:,.0f}"}}


def loaded(report: Report, folder: Path, seconds: float, used: float) -> Said:
    """Return what a load was."""
    counts = report.tables.values()
    rows, facts = sum(c.rows for c in counts), sum(c.recorded for c in counts)
    megabytes = sum(path.stat().st_size for path in folder.glob("city.db*")) / 1e6
    said = (
        f"{rows:,} rows, {rows / seconds:,.0f} rows/s; {facts:,} facts, {facts / seconds:,.0f} facts/s; "
        f"{used:,.1f} s of processor time, {rows / used:,.0f} rows and {facts / used:,.0f} facts a second of it; "
        f"store {megabytes:,.0f} MB"
    )
    figures = {"files to store: rows/s": f"{rows / seconds:,.0f}", "size: MB": f"{megabytes:,.0f}"}
    return {"seconds": seconds, "said": said, "figures": figures}


def load_again(folder: Path) -> Said:
    """Load the same files as of another day."""
    said = load(folder, SECOND)
    return said | {"figures": {"the same delivery again: s": f"{said['seconds']:.1f}"}}


def load_changed(folder: Path) -> Said:
    """Load a delivery in which one post in a hundred that is held has ended."""
    path, rng = folder / "posts.csv", random.Random(7)  # noqa: S311 - a sample
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line.replace(",,", f",{SECOND},", 1) if ",," in line and rng.random() < 0.01 else line for line in lines]
    path.write_text("\n".join([header, *kept, ""]), encoding="utf-8")
    said = load(folder, date(2026, 12, 1))
    return said | {"figures": {"… with 1 % changed: s": f"{said['seconds']:.1f}"}}


def read_while_loading(folder: Path) -> Said:
    """Ask for one enterprise after another, in this process, while another loads the city into a second store."""
    from graph.store import open_store

    other = folder / "other"
    other.mkdir()
    for name in TABLES:
        (other / f"{name}.csv").symlink_to(folder / f"{name}.csv")
    command = [sys.executable, "-m", "bench.load", "--step", "load", str(other)]
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
    said = f"{len(took):,} questions while a load runs; {percentiles(took)}"
    return {"seconds": time.perf_counter() - start, "said": said, "figures": {"reading while a load runs: p99 ms": p99(took)}}


def write_one_by_one(folder: Path, writers: int = 1) -> Said:
    """Record single statements, each durable before the next of its writer: one writer, or several threads of one store.

    The first ones, with which the tables of pinyin are read, are not counted.
    """
    from graph.codec import make_fact
    from graph.model import Entity, Name, Origin
    from graph.store import open_store
    from graph.store.base import Act, Write

    count, first = 2_000, 1_000
    synced = fsync_seconds(folder)
    with open_store(url(folder)) as store, ThreadPoolExecutor(writers) as pool:

        def write(number: int) -> None:
            entity = Entity(f"bench:{writers}-{number}", "company", (Name(f"示例单笔{writers}之{number}有限公司"),))
            store.append([Write(make_fact(entity, entity.id, Origin("bench")))], Act(now(), "bench", "single"))

        deque(pool.map(write, range(count, count + first)), maxlen=0)
        start, used = time.perf_counter(), busy()
        deque(pool.map(write, range(count)), maxlen=0)
        seconds, used = time.perf_counter() - start, busy() - used
    said = f"{count / seconds:,.0f} durable single writes/s; each {used / count * 1e3:.2f} ms of processor time"
    name = "durable single writes/s, " + ("one writer" if writers == 1 else f"{writers} writers")
    said = f"{said}; one fsync of 16 KiB {synced * 1e3:.2f} ms"
    return {"seconds": seconds, "said": said, "figures": {name: f"{count / seconds:,.0f}"}}


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


def asked_names(folder: Path) -> list[str]:
    """Return what is searched for: codes, whole names and two characters of them, pinyin and initials of people."""
    from graph.names import search_terms

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
    return asked


def search(folder: Path) -> Said:
    """Search for two characters, whole names, pinyin, initials and codes of the city."""
    from graph.store import open_store

    took, own, asked = [], [], asked_names(folder)
    with open_store(url(folder)) as store:
        start = time.perf_counter()
        store.search("示例")
        first = time.perf_counter() - start
        for text in asked:
            began, used = time.perf_counter(), time.process_time()
            store.search(text)
            took.append(time.perf_counter() - began)
            own.append(time.process_time() - used)
    said = f"{len(took):,} searches; {percentiles(took)}; of processor time {percentiles(own)}; the first {first * 1e3:,.0f} ms"
    return {"seconds": sum(took), "said": said, "figures": {"search: p99 ms": p99(took), "… of processor time": p99(own)}}


def propagate(folder: Path) -> Said:
    """Derive and store every finding of every decision."""
    from analytics.responsibility.catalogue import load_catalogue
    from api.use_cases.acting import Actor
    from api.use_cases.propagating import propagate as derive
    from graph.store import open_store

    with open_store(url(folder)) as store:
        catalogue = load_catalogue()
        start, used = time.perf_counter(), busy()
        outcome = derive(store, catalogue, Actor("bench", now()))
        seconds, used = time.perf_counter() - start, busy() - used
        findings = sum(1 for _ in store.facts(["finding"]))
    said = f"{outcome.decisions:,} decisions, {findings:,} findings stored; {used:,.1f} s of processor time"
    said = f"{said}, {used / outcome.decisions * 1e3:.2f} ms a decision"
    return {
        "seconds": seconds,
        "said": said,
        "figures": {f"{outcome.decisions:,} decisions derived and stored: s": f"{seconds:.1f}"},
    }


def peer(name: str, folder: Path) -> Said:
    """Run a peer."""
    from bench import load_peers

    found: Said = getattr(load_peers, name)(folder)
    return found


def percentiles(took: list[float]) -> str:
    """Return median and 99th percentile of times."""
    return f"median {sorted(took)[len(took) // 2] * 1e3:.1f} ms, p99 {p99(took)} ms"


def p99(took: list[float]) -> str:
    """Return the 99th percentile of times in milliseconds."""
    return f"{sorted(took)[int(len(took) * 0.99)] * 1e3:.1f}"


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
    "pandas + SQLite": partial(peer, "pandas_sqlite"),
    "networkx": partial(peer, "networkx_graph"),
}
PEERS = ("pandas + SQLite", "networkx")
AIMS = {
    "columns to store: facts/s": "60,000",
    "files to store: rows/s": "15,000",
    "load: peak MB": "4,096",
    "durable single writes/s, one writer": "1,000",
    "search: p99 ms": "20",
}


def main(enterprises: int, steps: Sequence[str]) -> None:
    """Write a city, run steps on it, and print their figures side by side."""
    from loaders.synthetic.city import write_city

    table: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_city(folder, enterprises, SEED)
        print(f"{enterprises:,} enterprises; load of the machine {os.getloadavg()[0]:.1f}")
        print(f"{'step':<22} {'seconds':>9} {'peak MB':>8}  figures", flush=True)
        for step in steps:
            command = [sys.executable, "-m", "bench.load", "--step", step, name]
            run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - itself
            said = json.loads(run.stdout)
            print(f"{step:<22} {said['seconds']:>9.1f} {said['peak']:>8.0f}  {said['said']}", flush=True)
            if step in ("load", *PEERS):
                said["figures"]["load: peak MB"] = f"{said['peak']:,.0f}"
            for figure, value in said["figures"].items():
                table.setdefault(figure, {})[step if step in PEERS else "Zeren"] = value
    print(f"\n{'figure':<46} {'Zeren':>12} {PEERS[0]:>16} {PEERS[1]:>12} {'aim':>9}")
    for figure, values in table.items():
        own, one, other = (values.get(who, "") for who in ("Zeren", *PEERS))
        aim = AIMS.get(figure, "20 for 20,000" if "derived" in figure else "")
        print(f"{figure:<46} {own:>12} {one:>16} {other:>12} {aim:>9}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        outcome = STEPS[sys.argv[2]](Path(sys.argv[3]))
        outcome["peak"] = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1e3
        print(json.dumps(outcome))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, sys.argv[2:] or list(STEPS))
