"""The kernel of control for everybody at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.snapshot.jit import inner, leaf


@inner
def _top(held: Any, head: Any, node: int) -> int:
    """Return who stands at the top of a node's chain; nobody who is not held is looked up."""
    while held[node] and head[node] != node:
        node = head[node]
    return node


@inner
def _taker(stakes: Any, held: Any, head: Any, votes: Any, node: int, least_ppm: int) -> Any:
    """Return whose group holds enough of a node, -1 where nobody's, and what its own holds; `votes` has room for its holders.

    The votes of many holders are found by `votes[2]` and `votes[3]`: of a head, one more than the last node that it was met at, and
    where.
    """
    begin, holder, share = stakes
    heads, sums, stamp, where = votes
    first, last = begin[node], begin[node + 1]
    through, taker = False, -1
    for place in range(first, last):
        through |= held[holder[place]]
        taker = holder[place] if share[place] >= least_ppm else taker
    if not through:  # nobody among them stands for anybody else
        return taker, np.int64(0)
    count, own, few = 0, np.int64(0), last - first <= 16
    for place in range(first, last):
        top = _top(held, head, holder[place])
        if top == node:
            own += share[place]
            continue
        found = -1
        if few:
            for j in range(count):
                if heads[j] == top:
                    found = j
        elif stamp[top] == node + 1 and where[top] < count and heads[where[top]] == top:
            found = where[top]
        if found < 0:
            found = count
            heads[count], sums[count] = top, 0
            if not few:
                stamp[top], where[top] = node + 1, count
            count += 1
        sums[found] += share[place]
        if sums[found] >= least_ppm:
            return top, own
    return -1, own


@leaf
def control_heads(stakes: Any, parts: Any, least_ppm: int, marks: Any, votes: Any, head: Any) -> None:
    """Write of each held node the head of its group, itself where nobody controls it; mark heads that their own group holds.

    A node is controlled where one group holds `least_ppm` or more of it, its own shares aside. `marks` are who is held, and noughts
    for the heads. `head` is each node itself: what is not held is never touched. The parts stand holders first, so that a head
    outside of a part is the last one there will be.
    """
    starts, order = parts
    held, circular = marks
    for part in range(starts.size - 1):
        first, last = starts[part], starts[part + 1]
        changed = True
        while changed:
            changed = False
            for i in range(first, last):
                node = order[i]
                if head[node] != node:
                    continue
                taker, own = _taker(stakes, held, head, votes, node, least_ppm)
                if taker >= 0:
                    head[node] = taker
                    changed = last - first > 1
                elif own >= least_ppm:
                    circular[node] = True
        if last - first > 1:
            for i in range(first, last):
                node = order[i]
                head[node] = _top(held, head, node)
                circular[node] = circular[node] and head[node] == node
