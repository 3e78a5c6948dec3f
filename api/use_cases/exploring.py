"""What is near a party, and how two hang together: exploration for a human, never responsibility.

Invariants (tests/integration/test_graph_commands.py holds one test a number)
1. Filters work during the search: a way that no filter allows is not found, one that is longer and allowed is.
2. What a limit or a hub left out is counted, in the answer itself.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from api.use_cases.graph import Document, Filters, Graph
from graph.snapshot.paths import Path, neighbourhood, shortest_paths
from graph.snapshot.steps import BOTH, IN, OUT

WAYS = {"up": IN, "down": OUT, "both": BOTH}
"""Directions of `network`: to those who hold something in a party, to what it holds something in, either."""
_LOOKED_AT = 100_000
"""Nodes of a neighbourhood that are counted at most."""


def network(graph: Graph, text: str, filters: Filters, *, hops: int = 2, way: str = "both", limit: int = 100) -> Document:
    """Return what is within so many steps of a party, nearest first, each with a shortest way.

    Raises
    ------
    InputError, NotFound, Refused
        See `Graph.find` and `Filters.steps`.
    """
    steps = replace(graph.steps(filters), way=WAYS[way])
    start = graph.find(text)
    near = neighbourhood(graph.columns, [start], hops, steps, most_nodes=_LOOKED_AT)
    shown = min(len(near), limit + 1)
    named = graph.name([*near.node[:shown].tolist(), *near.hubs])
    edges = [None, *graph.statements([(int(near.fact[row]), int(near.node[near.before[row]])) for row in range(1, shown)])]
    rows = [
        {
            "hops": int(near.hops[row]),
            "party": named[int(near.node[row])],
            "edge": edges[row],
            "from": named[int(near.node[near.before[row]])],
        }
        for row in range(1, shown)
    ]
    below: dict[int, list[int]] = defaultdict(list)
    for row in range(1, shown):
        below[int(near.before[row])].append(row)
    left_out = _hubs(near.hubs, named)
    answer = graph.answer(
        "network",
        [start],
        filters.as_of,
        rows=rows,
        tree=[_branch(0, below, near.node.tolist(), edges, named)],
        left_out=left_out,
        rows_left_out=len(near) - shown,
        cut=near.cut,
    )
    none = [] if rows else [graph.words.say("graph.nothing_near")]
    answer["notes"] = [*none, *left_out_notes(graph, answer)]
    return answer


def _hubs(hubs: dict[int, int], named: dict[int, Document]) -> list[Document]:
    """Return what was not walked through, with how many edges each has."""
    return [{"party": named[node], "edges": edges} for node, edges in sorted(hubs.items())]


def _branch(row: int, below: dict[int, list[int]], nodes: list[int], edges: list[Any], named: dict[int, Document]) -> Document:
    """Return a row with what was reached from it."""
    children = [_branch(child, below, nodes, edges, named) for child in below[row]]
    return branch(named[nodes[row]], edge=edges[row], children=children)


def branch(party: Document, *, edge: Document | None = None, share: tuple[int, int] | None = None, **more: Any) -> Document:
    """Return a part of a drawn tree: who, over which statement or with which share (ppm), and what hangs below."""
    return {
        "party": party,
        "edge": edge,
        "share_least_percent": share[0] / 10_000 if share else None,
        "share_most_percent": share[1] / 10_000 if share else None,
        "mark": more.get("mark"),
        "children": more.get("children", []),
        "left_out": more.get("left_out", 0),
    }


def paths(graph: Graph, first: str, second: str, filters: Filters, *, most: int = 3, hops: int = 8) -> Document:
    """Return the shortest ways between two parties, every step valid on the day and allowed by the filters.

    Raises
    ------
    InputError, NotFound, Refused
        See `Graph.find` and `Filters.steps`.
    """
    steps = graph.steps(filters)
    ends = [graph.find(first), graph.find(second)]
    found = shortest_paths(graph.columns, ends[:1], ends[1:], most, steps, hops=hops)
    named = graph.name([*(node for path in found.paths for node in path.nodes), *found.hubs])
    rows = [row for number, path in enumerate(found.paths, 1) for row in _steps(graph, number, path, named)]
    answer = graph.answer(
        "paths",
        ends,
        filters.as_of,
        rows=rows,
        tree=[_chain(path, [row for row in rows if row["path"] == number], named) for number, path in enumerate(found.paths, 1)],
        left_out=_hubs(found.hubs, named),
        rows_left_out=0,
        cut=found.cut,
    )
    none = [] if found.paths else [graph.words.say("graph.no_path", hops=hops)]
    none = [graph.words.say("graph.same_party")] if ends[0] == ends[1] else none
    answer["notes"] = [*none, *left_out_notes(graph, answer)]
    return answer


def _steps(graph: Graph, number: int, path: Path, named: dict[int, Document]) -> list[Document]:
    edges = graph.statements(list(zip(path.facts, path.nodes, strict=False)))
    pairs = zip(path.nodes, path.nodes[1:], edges, strict=False)
    return [
        {"path": number, "step": step, "from": named[a], "edge": edge, "party": named[b]}
        for step, (a, b, edge) in enumerate(pairs, 1)
    ]


def _chain(path: Path, rows: list[Document], named: dict[int, Document]) -> Document:
    """Return a path as a tree that never branches."""
    below: list[Document] = []
    for node, row in zip(path.nodes[:0:-1], rows[::-1], strict=True):
        below = [branch(named[node], edge=row["edge"], children=below)]
    return branch(named[path.nodes[0]], children=below)


def left_out_notes(graph: Graph, answer: Document) -> list[str]:
    """Return in words what an answer left out."""
    words = graph.words
    notes = [words.say("graph.hub", name=item["party"]["name"], edges=item["edges"]) for item in answer["left_out"]]
    if answer["rows_left_out"]:
        notes.append(words.say("graph.rows_left_out", count=answer["rows_left_out"]))
    return [*notes, *([words.say("graph.cut")] if answer["cut"] else [])]
