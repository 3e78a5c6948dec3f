"""Stakes from a list of edges by name, and plain slow answers about ownership: fractions, sets and loops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from analytics.ownership.stakes import Stakes, given_stakes
from graph.model import PPM

Edges = Sequence[tuple[str, str, int]]


class Named:
    """Stakes whose nodes have names."""

    def __init__(self, edges: Edges) -> None:
        self.names = sorted({name for edge in edges for name in edge[:2]})
        number = {name: i for i, name in enumerate(self.names)}
        self.of = number.__getitem__
        holder = np.array([number[a] for a, *_ in edges], np.int32)
        subject = np.array([number[b] for _, b, _ in edges], np.int32)
        self.stakes = given_stakes(len(number), holder, subject, np.array([share for *_, share in edges], np.int64))


def bounded(nodes: int, edges: Iterable[tuple[int, int, int, int]]) -> Stakes:
    """Stakes with bounds: (holder, subject, least, most), one a pair."""
    rows = sorted(edges, key=lambda e: (e[1], e[0]))
    holder, subject, least, most = (np.array([row[i] for row in rows], np.int32) for i in range(4))
    plain = given_stakes(nodes, holder, subject, least)
    return Stakes(plain.begin, plain.holder, least, most, plain.flags)


@st.composite
def ownership(draw: st.DrawFn, *, exact: bool = True, most: int = 7) -> tuple[int, list[tuple[int, int, int, int]]]:
    """Random stakes that sum to at most 100 % a subject; loops, self-holdings and whole loops included."""
    nodes = draw(st.integers(1, most))
    edges = []
    for subject in range(nodes):
        free = PPM
        for holder in draw(st.lists(st.integers(0, nodes - 1), unique=True, max_size=4)):
            least = min(draw(st.sampled_from([1, 250_000, 333_333, 500_000, 500_001, 600_000, PPM])), free)
            free -= least
            if least:
                high = least if exact else draw(st.integers(least, PPM))
                edges.append((holder, subject, least, high))
    return nodes, edges


def integrated(nodes: int, edges: Iterable[tuple[int, int, int]]) -> list[list[Fraction | None]]:
    """What each node integrally holds of each ultimate subject, ppm, from all walks: None where nothing determines it.

    Only owners whom nobody holds are given; the linear system is solved by elimination with exchange of rows.
    """
    shares = {(a, b): Fraction(share, PPM) for a, b, share in edges}
    held = {b for _, b in shares}
    reach = closed_nodes(nodes, shares)
    table: list[list[Fraction | None]] = [[Fraction(0)] * nodes for _ in range(nodes)]
    unknown = [node for node in range(nodes) if node in held and node not in reach]
    for owner in set(range(nodes)) - held:
        rows = []
        for node in unknown:
            row = [Fraction(int(node == other)) - shares.get((other, node), Fraction(0)) for other in unknown]
            rows.append([*row, shares.get((owner, node), Fraction(0)) * PPM])
        for node, value in zip(unknown, solved(rows), strict=True):
            table[owner][node] = value
    return table


def closed_nodes(nodes: int, shares: dict[tuple[int, int], Fraction]) -> set[int]:
    """Nodes that nobody from outside ever reaches: all their holders, and the holders of these, are held."""
    held = {b for _, b in shares}
    reached = set(range(nodes)) - held
    growing = True
    while growing:
        new = {b for a, b in shares if a in reached} - reached
        reached |= new
        growing = bool(new)
    return set(range(nodes)) - reached


def solved(rows: list[list[Fraction]]) -> list[Fraction]:
    """Gauss-Jordan with exchange of rows."""
    size = len(rows)
    for k in range(size):
        pivot = next(i for i in range(k, size) if rows[i][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [cell / rows[k][k] for cell in rows[k]]
        for i in range(size):
            if i != k and rows[i][k]:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


def least_fixpoint(edges: Iterable[tuple[int, int, int]], group: Iterable[int], enough) -> set[int]:
    """What a group controls, by adding whatever qualifies until nothing does."""
    edges, group, found = list(edges), set(group), set()
    while True:
        inside = group | found
        votes: dict[int, int] = {}
        for holder, subject, share in edges:
            if holder in inside:
                votes[subject] = votes.get(subject, 0) + share
        new = {subject for subject, share in votes.items() if enough(share)} - inside
        if not new:
            return found
        found |= new
