"""The same questions asked of networkx, pandas and scipy, written as somebody at home in each of them would."""

from __future__ import annotations

from collections import deque
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from graph_city import City
from scipy import sparse
from scipy.sparse.csgraph import connected_components

HALF = 500_000
Pairs = set[tuple[int, int]]


def frame(city: City) -> pd.DataFrame:
    """Return the edges as a frame, sorted and indexed by subject."""
    names = ("party", "subject", "code", "start", "end", "share")
    made = pd.DataFrame({name: getattr(city, name).astype(np.int32) for name in names})
    return made.sort_values("subject", kind="stable").reset_index(drop=True)


def graph(city: City) -> nx.MultiDiGraph:
    """Return the edges as a graph with attributes."""
    made = nx.MultiDiGraph()
    made.add_nodes_from(range(city.nodes))
    rows = zip(*(getattr(city, name).tolist() for name in ("party", "subject", "code", "start", "end", "share")), strict=True)
    made.add_edges_from((a, b, {"code": c, "start": s, "end": e, "share": p}) for a, b, c, s, e, p in rows)
    return made


def pandas_holders(edges: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Return (question, party, subject, day) of who held one of the offices in each subject on its day."""
    found = asked.merge(edges[edges["code"].between(1, 4)], on="subject")
    return found[(found["start"] <= found["day"]) & (found["day"] <= found["end"])]


def pandas_reach(edges: pd.DataFrame, asked: pd.DataFrame) -> tuple[Pairs, Pairs]:
    """Return who runs or owns by majority (question, node), and what any of them runs or owns below."""
    majority = edges[(edges["code"] == 0) & (edges["share"] > HALF)]
    runs = edges[edges["code"] == 1]
    found = pandas_holders(edges, asked)[["question", "day", "party"]].rename(columns={"party": "node"})
    above = asked.rename(columns={"subject": "node"})[["question", "day", "node"]]
    people, owners, frontier = found.drop_duplicates(), above.iloc[:0], above
    while len(frontier):
        up = _valid(frontier.merge(majority, left_on="node", right_on="subject"))
        up = up[["question", "day", "party"]].rename(columns={"party": "node"}).drop_duplicates()
        frontier = _new(up, pd.concat([above, owners]))
        owners = pd.concat([owners, frontier])
    starts = pd.concat([people, owners]).drop_duplicates()
    run = _valid(starts.merge(runs, left_on="node", right_on="party"))
    own = _valid(starts.merge(majority, left_on="node", right_on="party"))
    known = len(above) + len(owners)
    below = pd.concat([above, owners])  # nobody is found again
    first = pd.concat([run, own])[["question", "day", "subject"]].rename(columns={"subject": "node"}).drop_duplicates()
    frontier = _new(first, below)
    while len(frontier):
        below = pd.concat([below, frontier])
        down = _valid(frontier.merge(majority, left_on="node", right_on="party"))
        frontier = _new(down[["question", "day", "subject"]].rename(columns={"subject": "node"}).drop_duplicates(), below)
    return _pairs(pd.concat([people, owners])), _pairs(below.iloc[known:])


def _valid(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows["start"] <= rows["day"]) & (rows["day"] <= rows["end"])]


def _new(rows: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    merged = rows.merge(known[["question", "node"]], on=["question", "node"], how="left", indicator=True)
    return merged[merged["_merge"] == "left_only"][["question", "day", "node"]]


def _pairs(rows: pd.DataFrame) -> Pairs:
    return set(zip(rows["question"].tolist(), rows["node"].tolist(), strict=True))


def nx_holders(g: nx.MultiDiGraph, subject: int, day: int) -> list[int]:
    """Return who held one of the offices on a day."""
    return [a for a, _, said in g.in_edges(subject, data=True) if 0 < said["code"] < 5 and said["start"] <= day <= said["end"]]


def nx_reach(g: nx.MultiDiGraph, subject: int, day: int) -> tuple[set[int], set[int]]:
    """Return who runs or owns it by majority, and what any of them runs or owns below, with the way to each."""
    people, owners, before = set(nx_holders(g, subject, day)), set[int](), {}
    waiting = deque([subject])
    while waiting:
        node = waiting.popleft()
        for a, _, said in g.in_edges(node, data=True):
            held = said["code"] == 0 and said["share"] > HALF and said["start"] <= day <= said["end"]
            if held and a != subject and a not in owners:
                owners.add(a)
                before[a] = node
                waiting.append(a)
    below = {subject, *owners}
    first = people | owners
    waiting = deque((node, True) for node in first)  # type: ignore[misc]
    while waiting:
        node, runs = waiting.popleft()  # type: ignore[misc]
        for _, b, said in g.out_edges(node, data=True):
            wanted = (said["code"] == 0 and said["share"] > HALF) or (runs and said["code"] == 1)
            if wanted and said["start"] <= day <= said["end"] and b not in below:
                below.add(b)
                before.setdefault(b, node)
                waiting.append((b, False))  # type: ignore[arg-type]
    return people | owners, below - owners - {subject}


def matrix(begin: Any, holder: Any, share: Any) -> sparse.csr_array:
    """Return stakes as parts of one: subjects in rows, holders in columns."""
    return sparse.csr_array((share / 1e6, holder, begin), shape=(len(begin) - 1,) * 2)


def scipy_owners(direct: sparse.csr_array, least: float) -> sparse.csr_array:
    """Return the integrated shares of those whom nobody holds: terms of the series until the largest is under a millionth."""
    held = np.diff(direct.indptr) > 0
    through = direct @ sparse.diags_array(held.astype(float))
    ends = (direct @ sparse.diags_array((~held).astype(float))).tocsr()
    total, term = ends, ends
    while term.nnz and term.data.max() > 1e-7:
        term = (through @ term).tocsr()
        total = total + term
    total.data[total.data < least] = 0
    total.eliminate_zeros()
    return total


def nx_owners(g: nx.DiGraph, subject: int) -> dict[int, float]:
    """Return the integrated shares of one enterprise, walk by walk until a rest is under a ten-millionth.

    Two that own each other whole would be walked around for ever: a thousand steps are enough for anything else.
    """
    found: dict[int, float] = {}
    level = {subject: 1.0}
    for _ in range(1_000):
        following: dict[int, float] = {}
        for node, part in level.items():
            for a, _, share in g.in_edges(node, data="share"):
                if g.in_degree(a):
                    if part * share > 1e-7:
                        following[a] = following.get(a, 0.0) + part * share
                else:
                    found[a] = found.get(a, 0.0) + part * share
        level = following
        if not level:
            break
    return found


def scipy_heads(direct: sparse.csr_array) -> Any:
    """Return of each node who stands at its top: votes are added up over groups, round after round."""
    nodes = direct.shape[0]
    head = np.arange(nodes)
    while True:
        member = sparse.csr_array((np.ones(nodes), (np.arange(nodes), head)), shape=(nodes, nodes))
        votes = (direct @ member).tocsr()
        best = votes.max(axis=1).toarray().ravel()
        chosen = np.asarray(votes.argmax(axis=1)).ravel()
        following = np.where((best > 0.5 + 1e-9) & (head == np.arange(nodes)), chosen, head)
        following = _uncircled(following)[following]
        if (following == head).all():
            return head
        head = following


def _uncircled(head: Any) -> Any:
    """Let one of each circle stand at its top."""
    nodes = len(head)
    steps = sparse.csr_array((np.ones(nodes, np.int8), (np.arange(nodes), head)), shape=(nodes, nodes))
    _, part = connected_components(steps, connection="strong")
    _, first, of_part, size = np.unique(part, return_index=True, return_inverse=True, return_counts=True)
    return np.where(size[of_part] > 1, first[of_part], head)


def nx_heads(g: nx.DiGraph, nodes: list[int]) -> dict[int, int]:
    """Return the same, votes added up holder by holder, round after round until nobody's control changes."""
    above: dict[int, int] = {}

    def top(node: int) -> int:
        way = []
        while node in above:
            way.append(node)
            node = above[node]
        above.update(dict.fromkeys(way, node))
        return node

    changed = True
    while changed:
        changed = False
        for node in nodes:
            if node in above:
                continue
            votes: dict[int, float] = {}
            for a, _, share in g.in_edges(node, data="share"):
                head = top(a)
                votes[head] = votes.get(head, 0.0) + share
            best = max(votes, key=votes.__getitem__, default=node)
            if best != node and votes[best] > 0.5 + 1e-9:
                above[node] = best
                changed = True
    return {node: top(node) for node in nodes}
