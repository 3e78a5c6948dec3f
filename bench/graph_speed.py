"""The graph at memory speed, side by side with pandas, networkx and scipy on the same graph in one run.

    python bench/graph_speed.py [--out FILE] [--igraph PYTHON] [ENTERPRISES ...]

Each size runs in a process of its own, and all times are processor times. `--igraph` names a Python in whose environment igraph
is installed (it is under the GPL, and never a dependency). Holders, steps, ways where igraph is asked, another day, scipy's owners
and control are compared with ours before a ratio is printed. Where a peer is asked a part of the questions, its time is scaled up
and the line says so ("of N"). `--out` keeps the figures as JSON, from which `bench/graph_plot.py` draws how they grow.
"""

from __future__ import annotations

import ctypes
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from graph_city import CODES, NOW, City, make_city
from graph_peers import (
    frame,
    graph,
    matrix,
    nx_heads,
    nx_holders,
    nx_owners,
    nx_reach,
    pandas_holders,
    pandas_reach,
    scipy_heads,
    scipy_owners,
)

from analytics.ownership.control import control_groups
from analytics.ownership.integrated import all_owners
from analytics.ownership.stakes import stakes
from graph.dates import Period
from graph.snapshot.columns import Columns
from graph.snapshot.days import day_of
from graph.snapshot.file import load, save
from graph.snapshot.paths import neighbourhood, shortest_path
from graph.snapshot.shape import connected_groups, links, rank
from graph.snapshot.steps import OUT, Steps
from graph.snapshot.walk import BELOW, alive, as_of, holders, reach

SIZES = (10_000, 100_000, 1_200_000)
QUESTIONS = 20_000
TODAY = day_of(NOW)
OFFICES = CODES[1:5]
NEAR = 2_000
WALKED = 6
"""Ways lead over holdings and offices, the first codes."""


def timed(run: Callable[[], Any], repeat: int = 1) -> tuple[float, Any]:
    """Return the best processor time of some runs in seconds, and the result."""
    best, result = float("inf"), None
    for _ in range(repeat):
        start = time.process_time()
        result = run()
        best = min(best, time.process_time() - start)
    return best, result


def resident() -> float:
    """Return the memory of this process in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


class Bench:
    """One size: the graph in each form, and the lines of the table."""

    def __init__(self, enterprises: int, igraph: str = "") -> None:
        self.igraph = igraph
        self.city: City = make_city(enterprises)
        self.columns: Columns = self.city.columns()
        self.bounds: Columns = self.city.columns(unknown=0.05)
        self.lines: list[dict[str, Any]] = []
        rng = np.random.default_rng(7)
        self.subjects = rng.integers(self.city.background, enterprises, QUESTIONS).astype(np.int32)
        self.days = rng.integers(NOW - 5_000, NOW, QUESTIONS)
        self.asked = pd.DataFrame({"question": np.arange(QUESTIONS), "subject": self.subjects, "day": self.days})

    def _peers(self) -> None:
        """Build what the peers ask."""
        self.edges = frame(self.city)
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)  # what was let go before would hide what is taken now
        before = resident()
        self.build_seconds, self.peer = timed(lambda: graph(self.city))
        self.peer_bytes = resident() - before

    def line(self, work: str, ours: float, **peers: tuple[float, str]) -> None:
        """Keep a line of the table: seconds of ours and of each peer, with how many of the questions it was asked."""
        self.lines.append({"work": work, "ours": ours, "peers": {name: list(value) for name, value in peers.items()}})

    def run(self) -> None:
        """Ask ours everything, and then the peers: millions of objects in memory make whatever Python does beside them slower."""
        questions = (
            self.file,
            self.holders,
            self.reach,
            self.one,
            self.owners,
            self.control,
            self.days_,
            self.near,
            self.memory,
        )
        asked = [question() for question in questions]
        for of_ours in asked:
            next(of_ours)
            gc.collect()
        self._peers()
        for of_peers in asked:
            next(of_peers, None)
            gc.collect()

    def file(self) -> Iterator[None]:
        """Open the file and answer once."""
        with tempfile.TemporaryDirectory() as folder:
            save(self.columns, Path(folder) / "city", store="bench")

            def first() -> Any:
                return holders(load(Path(folder) / "city", store="bench"), self.subjects[:1], self.days[:1])

            first()
            self.line("open the file, first answer", timed(first, 3)[0])
        yield

    def holders(self) -> Iterator[None]:
        """Who held an office on each conduct date."""
        ours, found = timed(lambda: holders(self.columns, self.subjects, self.days, OFFICES), 5)
        yield
        mine = sorted(zip(found.question.tolist(), found.node.tolist(), strict=True))
        by_pandas, rows = timed(lambda: pandas_holders(self.edges, self.asked), 2)
        assert sorted(zip(rows["question"].tolist(), rows["party"].tolist(), strict=True)) == mine
        pairs = list(zip(self.subjects.tolist(), self.days.tolist(), strict=True))
        by_nx, lists = timed(lambda: [nx_holders(self.peer, *pair) for pair in pairs], 2)
        assert sum(map(len, lists)) == len(mine)
        self.line(f"{QUESTIONS:,} decisions: holders on the day", ours, pandas=(by_pandas, ""), networkx=(by_nx, ""))

    def reach(self) -> Iterator[None]:
        """Ask the same, then up majority owners and down what any of them runs or owns."""
        ours, found = timed(lambda: reach(self.columns, self.subjects, self.days, OFFICES, depth=100), 3)
        yield
        down = found.step == BELOW
        mine = [set(zip(found.question[part].tolist(), found.node[part].tolist(), strict=True)) for part in (~down, down)]
        by_pandas, theirs = timed(lambda: pandas_reach(self.edges, self.asked))
        assert mine == list(theirs), [len(a ^ b) for a, b in zip(mine, theirs, strict=True)]
        pairs = list(zip(self.subjects.tolist(), self.days.tolist(), strict=True))
        by_nx, sets = timed(lambda: [nx_reach(self.peer, *pair) for pair in pairs])
        assert [sum(len(pair[i]) for pair in sets) for i in (0, 1)] == [len(part) for part in mine]
        self.line("the same, up majority owners, down", ours, pandas=(by_pandas, ""), networkx=(by_nx, ""))

    def one(self) -> Iterator[None]:
        """Ask Python a thousand decisions, one by one."""
        pairs = [(self.subjects[i : i + 1], self.days[i : i + 1]) for i in range(1_000)]
        ours, _ = timed(lambda: [reach(self.columns, subject, day, OFFICES) for subject, day in pairs], 3)
        yield
        asked = list(zip(self.subjects[:1_000].tolist(), self.days[:1_000].tolist(), strict=True))
        theirs, _ = timed(lambda: [nx_reach(self.peer, *pair) for pair in asked], 3)
        self.line("one decision, up and down", ours / 1_000, networkx=(theirs / 1_000, ""))

    def owners(self) -> Iterator[None]:
        """Every ultimate owner over a quarter of every enterprise; the peers, too, are given what is held on the day."""
        gathered, held = timed(lambda: stakes(self.columns, TODAY), 3)
        ours, table = timed(lambda: all_owners(replace(held)), 3)  # whatever it has worked out before stays behind
        unclear = stakes(self.bounds, TODAY)
        bounded, _ = timed(lambda: all_owners(replace(unclear)), 3)
        yield
        self.line("what everybody holds on a day", gathered)
        direct = matrix(held.begin, held.holder, held.least)
        by_scipy, total = timed(lambda: scipy_owners(direct, 0.25 - 1e-6))
        clear = table.sure & (np.abs(table.least - 250_000) > 2)
        theirs = total.tocoo()
        over = theirs.data > 0.25 + 2e-6
        assert set(zip(table.subject[clear].tolist(), table.owner[clear].tolist(), strict=True)) == set(
            zip(theirs.row[over].tolist(), theirs.col[over].tolist(), strict=True)
        )
        small, part = self._holdings(held)
        by_nx, _ = timed(lambda: [nx_owners(small, node) for node in part])
        scale = self.city.enterprises / len(part)
        said = f"of {len(part):,}" if scale > 1 else ""
        self.line("all ultimate owners of 25 %", ours, scipy=(by_scipy, ""), networkx=(by_nx * scale, said))
        self.line("… with 5 % of shares known between bounds", bounded)

    def _holdings(self, held: Any) -> tuple[nx.DiGraph, list[int]]:
        small = nx.DiGraph()
        rows = zip(held.holder.tolist(), held.subject.tolist(), (held.least / 1e6).tolist(), strict=True)
        small.add_nodes_from(range(len(held)))
        small.add_weighted_edges_from(rows, weight="share")
        return small, list(range(0, self.city.enterprises, max(1, self.city.enterprises // 100_000)))

    def control(self) -> Iterator[None]:
        """Who stands at the top of everybody."""
        held = stakes(self.columns, TODAY)
        ours, groups = timed(lambda: control_groups(replace(held)), 3)
        yield
        direct = matrix(held.begin, held.holder, held.least)
        by_scipy, heads = timed(lambda: scipy_heads(direct))
        outside = ~groups.circular[groups.head]  # of a circle that holds itself anybody may be named as its head
        agreed = float((heads == groups.head)[outside].mean())
        assert agreed > 0.999, agreed
        small, _ = self._holdings(held)
        by_nx, tops = timed(lambda: nx_heads(small, list(range(self.city.enterprises))))
        agreed = float(np.mean([groups.head[node] == top for node, top in tops.items() if outside[node]]))
        assert agreed > 0.999, agreed
        self.line("control of everybody", ours, scipy=(by_scipy, ""), networkx=(by_nx, ""))

    def days_(self) -> Iterator[None]:
        """Another day for the whole graph."""
        day = day_of(NOW - 2_000)
        alive(self.columns, day)  # the first question for a whole day puts the days side by side
        ours, _ = timed(lambda: alive(self.columns, day), 5)
        packed, graph_ = timed(lambda: as_of(self.columns, day), 3)
        yield
        theirs, kept = timed(lambda: self.edges[(self.edges["start"] <= NOW - 2_000) & (self.edges["end"] >= NOW - 2_000)], 3)
        self.line("another day: one bit an edge", ours, pandas=(theirs, ""))
        assert graph_.edge_count == len(kept)
        self.line("another day: both directions packed anew", packed, pandas=(theirs, ""))

    def near(self) -> Iterator[None]:
        """Three steps down, and a way between two with filters on date and office."""
        starts = (self.city.party[self.city.code == 0][:2_000]).astype(int).tolist()
        steps = Steps(codes=frozenset({"shareholding"}), on=TODAY, way=OUT)
        ours, sizes = timed(lambda: [len(neighbourhood(self.columns, [node], 3, steps)) for node in starts], 3)
        wanted = Steps(codes=frozenset(CODES[:WALKED]), on=TODAY)
        middles = self.subjects[:NEAR].tolist()
        around, found_around = timed(lambda: [neighbourhood(self.columns, [node], 3, wanted) for node in middles], 3)
        ends = self._ends(wanted)
        found = [shortest_path(self.columns, [a], [b], wanted) for a, b in ends]
        times = [timed(partial(shortest_path, self.columns, [a], [b], wanted), 2)[0] for a, b in ends]
        yield
        theirs, peers = timed(lambda: [len(self._ego(node, 1, [self.peer.out_edges])) for node in starts], 2)
        assert sizes == peers
        either = [self.peer.out_edges, self.peer.in_edges]
        slow, peers = timed(lambda: [len(self._ego(node, WALKED, either)) for node in middles], 2)
        assert [len(each) for each in found_around] == peers
        assert not any(each.hubs for each in found_around)
        networkx_around = {"networkx": (slow / NEAR, "")}
        self.line("3 steps down over valid holdings", ours / len(starts), networkx=(theirs / len(starts), ""))
        their = self._igraph(starts, middles, ends)
        if their:
            assert their["sizes"] == [sum(sizes), sum(peers)]
            self.lines[-1]["peers"]["igraph"] = [their["near"], "filtered before"]
            networkx_around["igraph"] = (their["around"], "filtered before")
        said = f"3 steps around, posts and holdings ({np.mean(peers):.0f})"
        self.line(said, around / NEAR, **networkx_around)
        view = nx.subgraph_view(
            self.peer,
            filter_edge=lambda a, b, k: (d := self.peer[a][b][k])["code"] < WALKED and d["start"] <= NOW <= d["end"],
        )
        undirected = view.to_undirected(as_view=True)
        part = ends[:10] + ends[-10:]
        slow, _ = timed(lambda: [self._way(undirected, *pair) for pair in part])
        mean, slowest = {"networkx": (slow / len(part), f"of {len(part)}")}, {}
        if their:
            for way, length in zip(found, their["lengths"], strict=True):
                assert [len(path) for path in way.paths] == ([length] if 0 <= length <= 20 else [])
            mean["igraph"] = (float(np.mean(their["ways"])), "filtered before")
            slowest["igraph"] = (float(np.quantile(their["ways"], 0.99)), "filtered before")
        self.line("shortest way, filtered: mean", float(np.mean(times)), **mean)
        self.line("shortest way, filtered: 99 %", float(np.quantile(times, 0.99)), **slowest)
        if their:
            self.whole(their)

    def _ends(self, steps: Steps) -> list[tuple[int, int]]:
        """Return 150 pairs who are four steps apart, and as many at random."""
        apart = []
        for node in self.subjects.tolist():
            near = neighbourhood(self.columns, [node], 4, steps, most_nodes=2_000)
            if len(near) and near.hops[-1] == 4:
                apart.append((node, int(near.node[-1])))
            if len(apart) == 150:
                break
        return apart + list(zip(self.subjects[:150].tolist(), self.subjects[300:450].tolist(), strict=True))

    def whole(self, their: dict[str, Any]) -> None:
        """Ask for connected groups and for the rank of everybody, as igraph does."""
        anything = Steps(on=Period(), hub=1 << 30)
        seconds, groups = timed(lambda: connected_groups(self.columns, anything), 2)
        assert len(np.unique(groups)) == their["parts"]
        self.line("connected groups", seconds, igraph=(their["groups"], ""))
        seconds, ranked = timed(lambda: rank(links(self.columns, anything)), 2)
        assert ranked[their["first"]] > 0.999 * ranked.max()
        self.line("PageRank, links gathered", seconds, igraph=(their["ranks"], ""))

    def _igraph(self, starts: list[int], middles: list[int], ends: list[tuple[int, int]]) -> dict[str, Any]:
        """Ask igraph in its own environment; nothing where none is named."""
        if not self.igraph:
            return {}
        city = self.city
        pairs, now = np.stack([city.party, city.subject], 1), (city.start <= NOW) & (city.end >= NOW)
        with tempfile.TemporaryDirectory() as folder:
            parts = {"all": pairs, "held": pairs[now & (city.code == 0)], "walked": pairs[now & (city.code < WALKED)]}
            np.savez(Path(folder) / "city.npz", nodes=city.nodes, starts=starts, middles=middles, ends=ends, **parts)
            script = str(Path(__file__).with_name("graph_igraph.py"))
            asked = [self.igraph, script, str(Path(folder) / "city.npz")]
            run = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - an environment that we were given
        their: dict[str, Any] = json.loads(run.stdout)
        return their

    def _ego(self, node: int, codes: int, ways: list[Any]) -> set[int]:
        """Return who is within three steps over edges that hold today and have one of the first codes."""
        found, level = {node}, [node]
        for _ in range(3):
            following = []
            for a in level:
                for edges in ways:
                    for one, two, said in edges(a, data=True):
                        b = one if two == a else two
                        if said["code"] < codes and said["start"] <= NOW <= said["end"] and b not in found:
                            found.add(b)
                            following.append(b)
            level = following
        return found

    @staticmethod
    def _way(peer: Any, a: int, b: int) -> int | None:
        try:
            return len(nx.bidirectional_shortest_path(peer, a, b))
        except nx.NetworkXNoPath:
            return None

    def memory(self) -> Iterator[None]:
        """Bytes an edge, for both directions together."""
        edges, nbytes = self.columns.edge_count, self.columns.nbytes
        yield
        self.line("bytes an edge, both directions", nbytes / edges, networkx=(self.peer_bytes / edges, ""))
        self.line("networkx: building it", self.build_seconds)


def shown(lines: list[dict[str, Any]], enterprises: int, edges: int) -> None:
    """Print one table."""
    print(f"\n{enterprises:,} enterprises, {edges:,} relationships")
    for line in lines:
        unit = "B" if line["work"].startswith("bytes") else "s"
        peers = [
            f"{name} {value:.3g} {unit} ({value / line['ours']:.0f}x{', ' + said if said else ''})"
            for name, (value, said) in line["peers"].items()
        ]
        print(f"{line['work']:<44} {line['ours']:>10.3g} {unit}   {'   '.join(peers)}", flush=True)


def main(arguments: list[str]) -> None:
    """Run each size in a process of its own."""
    out = arguments[arguments.index("--out") + 1] if "--out" in arguments else None
    igraph = arguments[arguments.index("--igraph") + 1] if "--igraph" in arguments else ""
    sizes = [int(given) for given in arguments if given.isdecimal()] or list(SIZES)
    results = []
    for size in sizes:
        run = subprocess.run([sys.executable, __file__, "--one", str(size), igraph], check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - itself
        results.append(json.loads(run.stdout))
        shown(results[-1]["lines"], size, results[-1]["edges"])
        if out:
            Path(out).write_text(json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        bench = Bench(int(sys.argv[2]), sys.argv[3])
        Bench(1_000).run()  # compiles every kernel, so that nobody's first call is timed
        bench.run()
        print(json.dumps({"enterprises": bench.city.enterprises, "edges": bench.columns.edge_count, "lines": bench.lines}))
    else:
        main(sys.argv[1:])
