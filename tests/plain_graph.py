"""Random graphs, and plain slow answers to what the kernels answer: dictionaries and loops, nothing compiled."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from graph.dates import OPEN, UNKNOWN, PartialDate, Period, Truth
from graph.model import PPM
from graph.snapshot.columns import DESCRIBED, Columns, EdgeTable, Side
from graph.snapshot.days import clamped, extent, window

CODES = ("shareholding", "legal_representative", "director", "acting_in_concert")
KINDS = ("", "company", "person")
_DAYS = ("1950-05-05", "2010", "2012-06", "2012-06-10", "2015-01-01", "2015", "2020-02-29")


@dataclass(frozen=True)
class Edge:
    """One edge as a person would write it down."""

    party: int
    subject: int
    code: str
    period: Period
    registered: Period | None
    share: tuple[int, int] | None
    source: int = 0

    def truth(self, asked: Period, timeline: int = 0) -> int:
        """0 no, 1 maybe, 2 yes."""
        period = self.registered if timeline and self.registered else self.period
        return {Truth.NO: 0, Truth.MAYBE: 1, Truth.YES: 2}[period.meets(asked)]

    @property
    def bounds(self) -> tuple[int, int]:
        return self.share or (0, PPM)


@dataclass(frozen=True)
class Graph:
    """Nodes by number (`kinds`), and edges; the number of a statement is its place in `edges` plus 1000."""

    kinds: tuple[str, ...]
    edges: tuple[Edge, ...]

    def columns(self) -> Columns:
        return columns_of(self.kinds, self.edges)


def fact_number(columns: Columns, number: int) -> int:
    """The place in `Graph.edges` of a statement of the columns."""
    return int(columns.fact_ids[number]) - 1000


def columns_of(kinds: tuple[str, ...], edges: tuple[Edge, ...]) -> Columns:
    extents = [(*extent(e.period), *extent(e.registered or e.period)) for e in edges]
    aside = [
        i
        for i, (e, d) in enumerate(zip(edges, extents, strict=True))
        if d[0] != d[1] or d[2] != d[3] or d[:4] != d[4:] or (e.share and e.share[0] != e.share[1]) or clamped(e.period)
    ]
    side = Side(
        np.array(aside, np.int64),
        np.array([extents[i] for i in aside], np.uint16).reshape(-1, 8),
        np.array([edges[i].bounds for i in aside], np.int32).reshape(-1, 2),
        np.array([clamped(edges[i].period) for i in aside], np.bool_),
    )
    table = EdgeTable(
        np.array([e.party for e in edges], np.int64),
        np.array([e.subject for e in edges], np.int64),
        np.array([CODES.index(e.code) for e in edges], np.int64),
        np.array([min(d[0], d[4]) for d in extents], np.int64),
        np.array([max(d[3], d[7]) for d in extents], np.int64),
        np.array([e.share[0] if e.share else -1 for e in edges], np.int64),
        np.arange(1000, 1000 + len(edges), dtype=np.uint64),
        source=np.array([e.source for e in edges], np.int64),
        side=side,
    )
    kind = np.array([KINDS.index(k) | DESCRIBED for k in kinds], np.uint8)
    return Columns.build([f"n{i}" for i in range(len(kinds))], kind, KINDS, CODES, table, sources=("one", "two"))


dates = st.sampled_from([PartialDate.parse(text) for text in _DAYS])


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(st.one_of(st.just(UNKNOWN), dates))
    end = draw(st.one_of(st.just(OPEN), st.just(UNKNOWN), dates))
    return Period(start, end) if start.earliest <= end.latest else Period(end, start)


@st.composite
def edges(draw: st.DrawFn, nodes: int, *, exact: bool = False) -> Edge:
    code = draw(st.sampled_from(CODES))
    share = None
    if code == "shareholding":
        least = draw(st.sampled_from([0, 100_000, 250_000, 333_333, 500_000, 500_001, 510_000, 1_000_000]))
        share = (least, least) if exact or draw(st.booleans()) else (least, draw(st.integers(least, PPM)))
        share = share if exact or draw(st.integers(0, 3)) else None
    period = Period(UNKNOWN, OPEN) if exact else draw(periods())
    registered = None if exact else draw(st.one_of(st.none(), periods()))
    nodes_ = st.integers(0, nodes - 1)
    return Edge(draw(nodes_), draw(nodes_), code, period, registered, share)


@st.composite
def graphs(draw: st.DrawFn, most: int = 8, *, exact: bool = False) -> Graph:
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=most))
    return Graph(tuple(kinds), tuple(draw(st.lists(edges(len(kinds), exact=exact), max_size=3 * most))))


asked = st.one_of(dates.map(lambda d: Period(d, d)), periods().filter(lambda p: not clamped(p)))


def holders(graph: Graph, subject: int, when: Period, codes: set[str], timeline: int, least: int) -> set[tuple[int, int, int]]:
    """(party, statement, truth) of who held one of the codes."""
    found = {(e.party, i, e.truth(when, timeline)) for i, e in enumerate(graph.edges) if e.subject == subject and e.code in codes}
    return {item for item in found if item[2] >= least}


def steps(graph: Graph, node: int, way: str) -> list[tuple[int, int]]:
    """(neighbour, statement) in the order of statements; parties of a node, what it is a party to, or both."""
    inward = [(e.party, i) for i, e in enumerate(graph.edges) if e.subject == node and way != "out"]
    outward = [(e.subject, i) for i, e in enumerate(graph.edges) if e.party == node and way != "in"]
    return inward + outward


def distances(
    graph: Graph, sources: set[int], allowed: set[int], way: str = "both", blocked: frozenset[int] = frozenset()
) -> dict[int, int]:
    """Steps to every node over allowed statements, entering no blocked node."""
    found, waiting = dict.fromkeys(sources, 0), deque(sorted(sources))
    while waiting:
        node = waiting.popleft()
        for other, statement in steps(graph, node, way):
            if statement in allowed and other not in found and other not in blocked:
                found[other] = found[node] + 1
                waiting.append(other)
    return found


def holds_together(graph: Graph, nodes: list[int], statements: list[int], allowed: set[int]) -> bool:
    """Whether the statements lead along the nodes and all are allowed."""
    links = [{graph.edges[i].party, graph.edges[i].subject} for i in statements]
    return set(statements) <= allowed and links == [{a, b} for a, b in pairwise(nodes)]


def asked_window(when: Period) -> tuple[int, ...]:
    return tuple(window(when))
