"""igraph on the same questions, in an environment of its own: `bench/graph_speed.py --igraph PYTHON` starts it, nothing imports it.

Its graphs are built beforehand of the edges that each question may walk, so that it filters nothing while it searches.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import igraph
import numpy as np


def timed(run: Callable[[], Any], repeat: int = 3) -> tuple[float, Any]:
    """Return the best processor time of some runs, and the result."""
    best, result = float("inf"), None
    for _ in range(repeat):
        start = time.process_time()
        result = run()
        best = min(best, time.process_time() - start)
    return best, result


def main(path: str) -> None:
    """Print seconds and checks as JSON."""
    given = np.load(path)
    nodes = int(given["nodes"])
    building, whole = timed(lambda: igraph.Graph(nodes, given["all"].tolist(), directed=True), 1)
    held, walked = (igraph.Graph(nodes, given[name].tolist(), directed=True) for name in ("held", "walked"))
    starts, ends = given["starts"].tolist(), given["ends"].tolist()
    near, sizes = timed(lambda: [len(held.neighborhood(node, order=3, mode="out")) for node in starts])
    around, wide = timed(lambda: [len(walked.neighborhood(node, order=3, mode="all")) for node in given["middles"].tolist()])
    ways = []
    for first, last in ends:
        ways.append(timed(lambda a=first, b=last: walked.get_shortest_path(a, b, mode="all"), 2))
    groups, parts = timed(lambda: whole.connected_components(mode="weak"), 1)
    ranks, rank = timed(lambda: whole.pagerank(), 1)
    said = {
        "building": building,
        "near": near / len(starts),
        "around": around / len(wide),
        "sizes": [int(sum(sizes)), int(sum(wide))],
        "ways": [seconds for seconds, _ in ways],
        "lengths": [len(way) - 1 for _, way in ways],
        "groups": groups,
        "parts": len(parts),
        "ranks": ranks,
        "first": int(np.argmax(rank)),
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1])
