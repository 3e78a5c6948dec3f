"""What is near, and how two parties hang together.

Invariants (tests/unit/test_snapshot_paths.py holds one test a number)
3. A neighbourhood holds every node within so many steps, with a shortest way to each; what was left out is counted.
4. A shortest path is one; k shortest paths are the k shortest without a node twice, each step valid in the window asked about.
5. The ties of a node are all of its edges that may be walked, parallel ones included.
6. A number that no node has is refused (InputError).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from graph.snapshot.columns import Columns
from graph.snapshot.numbers import check_node
from graph.snapshot.path_kernels import find_near, find_path, find_ties
from graph.snapshot.rows import NO_SHARE, SHARE_AT
from graph.snapshot.steps import IN, Packed, Steps, rule_of

_NOBODY: Final = np.zeros(0, np.int32)
MOST_NODES: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Near:
    """A neighbourhood, nearest first, as a kernel returned it: one row a node.

    Attributes
    ----------
    rows : int32 array
        Node, statement, row before and steps of each.
    hubs : mapping
        Nodes that were reached and not walked through -> how many edges were left out there.
    cut : bool
        More nodes than allowed: what is farthest is not complete.
    """

    rows: npt.NDArray[np.int32]
    hubs: dict[int, int]
    cut: bool

    @property
    def node(self) -> npt.NDArray[np.int32]:
        """Who is near."""
        return self.rows[:, 0]

    @property
    def fact(self) -> npt.NDArray[np.int32]:
        """The number of the statement over which each was reached."""
        return self.rows[:, 1]

    @property
    def before(self) -> npt.NDArray[np.int32]:
        """The row of the step before; -1 for those asked about."""
        return self.rows[:, 2]

    @property
    def hops(self) -> npt.NDArray[np.int32]:
        """How many steps away each is."""
        return self.rows[:, 3]

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Path:
    """Nodes from one end to the other, and between each two the number of a statement."""

    nodes: tuple[int, ...]
    facts: tuple[int, ...]

    def __len__(self) -> int:
        """Count the steps."""
        return len(self.facts)


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths, shortest first; hubs that were not walked through, with their edges; whether the search was cut short."""

    paths: tuple[Path, ...]
    hubs: dict[int, int]
    cut: bool


@dataclass(frozen=True, slots=True)
class Tie:
    """One edge of a node: the other end, the number of the statement, whether it leads to a holder, its code, its least share."""

    node: int
    fact: int
    up: bool
    code: str
    share_ppm: int


def ties(columns: Columns, node: int, steps: Steps | None = None) -> list[Tie]:
    """Return the edges of a node that may be walked, those to its holders first.

    Parameters
    ----------
    columns : Columns
        The graph.
    node : int
        Whose edges.
    steps : Steps, optional
        What may be walked; everything that still holds where not given.
    """
    check_node(len(columns), node)
    steps = steps or Steps()
    rows = find_ties(columns.handle, node, rule_of(columns, steps), steps.way)
    shares = rows[:, 3] >> SHARE_AT
    shares[shares == NO_SHARE] = 0
    found = zip(*rows[:, :3].T.tolist(), (rows[:, 3] & 255).tolist(), shares.tolist(), strict=True)
    return [Tie(other, fact, side == IN, columns.codes[code], share) for other, fact, side, code, share in found]


def neighbourhood(
    columns: Columns, nodes: Iterable[int], hops: int, steps: Steps | None = None, *, most_nodes: int = 100_000
) -> Near:
    """Return everything within so many steps.

    Parameters
    ----------
    columns : Columns
        The graph.
    nodes : iterable of int
        Where to begin.
    hops : int
        Steps at most.
    steps : Steps, optional
        What may be walked; everything that still holds where not given.
    most_nodes : int
        Nodes at most.
    """
    steps = steps or Steps()
    rows, hubs, cut = find_near(columns.handle, _array(columns, nodes), rule_of(columns, steps), steps.way, hops, most_nodes)
    return Near(rows, {node: edges for node, edges, *_ in hubs.tolist()}, cut)


def shortest_path(
    columns: Columns, sources: Iterable[int], targets: Iterable[int], steps: Steps | None = None, *, hops: int = 20
) -> Paths:
    """Return a shortest path between two parties or two sets of them, or none.

    Parameters
    ----------
    columns : Columns
        The graph.
    sources, targets : iterables of int
        The two ends; one who is in both is a path of no steps.
    steps : Steps, optional
        What may be walked.
    hops : int
        Steps at most.
    """
    search = _Search(columns, steps or Steps(), hops)
    found = search.shortest(_array(columns, sources), _array(columns, targets))
    return Paths((found,) if found is not None else (), search.hubs, search.cut)


def shortest_paths(
    columns: Columns, sources: Iterable[int], targets: Iterable[int], k: int, steps: Steps | None = None, *, hops: int = 20
) -> Paths:
    """Return the k shortest paths without a node twice (Yen), shortest first; ends of the sets stand at their ends only.

    Parameters
    ----------
    k : int
        Paths at most. Two paths differ in a node; parallel edges make no other path.
    """
    search = _Search(columns, steps or Steps(), hops)
    ends, begins = _array(columns, targets), _array(columns, sources)
    waiting: list[tuple[int, tuple[int, ...], Path]] = []
    known: set[tuple[int, ...]] = set()

    def offer(path: Path | None) -> None:
        if path is not None and path.nodes not in known and len(path) <= hops:
            known.add(path.nodes)
            heapq.heappush(waiting, (len(path), path.nodes, path))

    for source in begins.tolist():
        offer(search.shortest(np.array([source], np.int32), ends, np.setdiff1d(begins, [source])))
    found: list[Path] = []
    while waiting and len(found) < k:
        *_, path = heapq.heappop(waiting)
        found.append(path)
        for turn in range(len(path)):
            root = path.nodes[: turn + 1]
            banned = {p.nodes[turn + 1] for p in found if p.nodes[: turn + 1] == root and len(p) > turn}
            blocked = np.array(sorted({*begins.tolist(), *root} - {root[-1]}), np.int32)
            tail = search.shortest(np.array(root[-1:], np.int32), ends, blocked, np.array(sorted(banned), np.int32))
            if tail is not None:
                offer(Path(root[:-1] + tail.nodes, path.facts[:turn] + tail.facts))
    return Paths(tuple(found), search.hubs, search.cut)


class _Search:
    """Searches under one rule; gathers the hubs they met."""

    def __init__(self, columns: Columns, steps: Steps, hops: int) -> None:
        self._columns, self._way, self._hops = columns, steps.way, hops
        self._rule: Packed = rule_of(columns, steps)
        self.hubs: dict[int, int] = {}
        self.cut = False

    def shortest(self, sources: Any, targets: Any, blocked: Any = _NOBODY, banned: Any = _NOBODY) -> Path | None:
        if both := set(sources.tolist()).intersection(targets.tolist()):
            return Path((min(both),), ())
        bars = (int(sources[0]) if len(banned) else -1, banned)
        rows, back, met, back_met, hubs, cut = find_path(
            self._columns.handle, sources, targets, self._rule, self._way, blocked, bars, (self._hops, MOST_NODES)
        )
        if hubs[-1, 0]:  # how many there are
            self.hubs |= {node: size for node, size in hubs[:-1].tolist() if node != -1}
        self.cut = self.cut or bool(cut)
        if met < 0:
            return None
        nodes, facts = _chain(rows, met)
        after, after_facts = _chain(back, back_met)
        return Path((*nodes, *after[-2::-1]), (*facts, *after_facts[::-1]))


def _chain(rows: npt.NDArray[np.int32], at: int) -> tuple[list[int], list[int]]:
    """Return the nodes from the end of a search to a row, and the statements between them."""
    nodes, facts = [], []
    while at >= 0:
        nodes.append(int(rows[at, 0]))
        facts.append(int(rows[at, 1]))
        at = int(rows[at, 2])
    return nodes[::-1], facts[-2::-1]


def _array(columns: Columns, nodes: Iterable[int]) -> npt.NDArray[np.int32]:
    """Return the numbers of nodes, each once and in order; refuse those that do not exist."""
    chosen = set(nodes)
    for node in chosen:
        check_node(len(columns), node)
    return np.array(sorted(chosen), np.int32)
