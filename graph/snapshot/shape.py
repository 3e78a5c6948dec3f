"""The shape of the whole graph: connected groups, rank, bow-tie.

Invariants (tests/unit/test_snapshot_shape.py holds one test a number)
1. Groups, ranks and strongly connected parts are those of networkx.
2. A rank is for putting candidates in order; it says nothing of anybody's responsibility or control.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from graph.errors import InputError
from graph.snapshot.columns import Columns
from graph.snapshot.path_kernels import find_groups, find_links
from graph.snapshot.steps import Steps, rule_of

Values = npt.NDArray[np.float64]


def connected_groups(columns: Columns, steps: Steps | None = None) -> npt.NDArray[np.int32]:
    """Return of each node the smallest node it hangs together with, whatever the direction; hubs join nobody."""
    return find_groups(columns.handle, rule_of(columns, steps or Steps()))  # type: ignore[no-any-return]


def links(columns: Columns, steps: Steps | None = None, *, symmetric: bool = False) -> sparse.csr_array:
    """Return how many edges run from each party (rows) to each subject (columns), or between each two."""
    ends = find_links(columns.handle, rule_of(columns, steps or Steps()))
    shape = (len(columns), len(columns))
    found = sparse.csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=shape)
    return found + found.T if symmetric else found


def rank(
    matrix: sparse.csr_array,
    seeds: Values | None = None,
    *,
    damping: float = 0.85,
    tolerance: float = 1e-9,
    rounds: int = 200,
    exactly: bool = False,
) -> Values:
    """Return PageRank over weighted links (rows point to columns), personalised where seeds are given.

    Parameters
    ----------
    matrix : sparse array
        Weights of links, none negative.
    seeds : float array, optional
        Where the walk begins anew; everywhere alike where not given. Nodes without links lead there too.
    damping : float
        How often a step is taken rather than a new beginning.
    tolerance : float
        Sum of changes at which to stop.
    rounds : int
        Rounds at most.
    exactly : bool
        Take so many rounds and stop, whatever the change.

    Raises
    ------
    InputError
        Seeds without weight, or no end after so many rounds.
    """
    nodes = matrix.shape[0]
    if not nodes:
        return np.zeros(0)
    begin = np.ones(nodes) if seeds is None else np.asarray(seeds, float)
    if begin.shape != (nodes,):
        raise InputError(
            f"a rank needs one seed a node: {nodes}, not {begin.shape}", zh=f"每个节点须有一个种子权重：应为 {nodes} 个"
        )
    if not np.isfinite(begin).all() or begin.sum() <= 0 or (begin < 0).any():
        raise InputError("a rank needs seeds with a weight", zh="排序须有带权重的种子")
    begin = begin / begin.sum()
    out = np.asarray(matrix.sum(1)).ravel()
    current: Values
    moving = (sparse.diags_array(np.divide(1.0, out, out=np.zeros(nodes), where=out > 0)) @ matrix).T.tocsr()
    ends = out == 0
    current = np.full(nodes, 1 / nodes) if exactly and seeds is None else begin.copy()
    for _ in range(rounds):
        following = damping * (moving @ current + current[ends].sum() * begin) + (1 - damping) * begin
        change = np.abs(following - current).sum()
        current = following
        if change < tolerance and not exactly:
            return current
    if exactly:
        return current
    raise InputError(f"the rank still changes by {change:g} after {rounds} rounds")


@dataclass(frozen=True, slots=True)
class BowTie:
    """The largest strongly connected part, what leads into it, what it leads to, and the rest."""

    core: npt.NDArray[np.intp]
    into: npt.NDArray[np.intp]
    out: npt.NDArray[np.intp]
    rest: npt.NDArray[np.intp]


def bow_tie(matrix: sparse.csr_array) -> BowTie:
    """Return the bow-tie of a directed graph (rows point to columns)."""
    nodes = matrix.shape[0]
    _, label = connected_components(matrix, directed=True, connection="strong")
    core = label == np.bincount(label).argmax() if nodes else np.zeros(0, np.bool_)
    out, into = _reached(matrix, core), _reached(matrix.T.tocsr(), core)
    return BowTie(*(np.flatnonzero(part) for part in (core, into & ~core, out & ~core, ~(into | out))))


def _reached(matrix: Any, start: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    found = start.copy()
    frontier = start
    backward = matrix.T.tocsr()
    while frontier.any():
        frontier = ((backward @ frontier.astype(float)) > 0) & ~found
        found |= frontier
    return found
