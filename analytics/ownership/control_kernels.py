"""The kernel of control for everybody at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.snapshot.jit import leaf


@leaf
def _head(above: Any, node: int) -> int:
    """Return who stands at the top of a node's chain, shortening it on the way."""
    top = node
    while above[top]:
        top = above[top] - 1
    while above[node]:
        following = above[node] - 1
        above[node] = top + 1
        node = following
    return top


@leaf
def _taker(stakes: Any, held: Any, above: Any, votes: Any, node: int, least_ppm: int) -> Any:
    """Return whose group holds enough of a node, -1 where nobody's, and what its own holds; `votes` has room for its holders.

    The votes of many holders are found by `votes[2]` and `votes[3]`: of a head, one more than the last node that it was met at, and
    where.
    """
    begin, holder, share = stakes
    heads, sums, stamp, where = votes
    count, own, taker = 0, np.int64(0), -1
    few = begin[node + 1] - begin[node] <= 16
    for place in range(begin[node], begin[node + 1]):
        head = holder[place]
        if held[head]:
            head = _head(above, head)
        if head == node:
            own += share[place]
            continue
        found = -1
        if few:
            for j in range(count):
                if heads[j] == head:
                    found = j
        elif stamp[head] == node + 1 and where[head] < count and heads[where[head]] == head:
            found = where[head]
        if found < 0:
            found = count
            heads[count], sums[count] = head, 0
            if not few:
                stamp[head], where[head] = node + 1, count
            count += 1
        sums[found] += share[place]
        if sums[found] >= least_ppm:
            return head, own
    return taker, own


@leaf
def control_heads(stakes: Any, parts: Any, least_ppm: int, marks: Any, votes: Any, above: Any, head: Any) -> None:
    """Write of each held node the head of its group, itself where nobody controls it; mark heads that their own group holds.

    A node is controlled where one group holds `least_ppm` or more of it, its own shares aside. `marks` are noughts: who is held,
    and the heads. So is `above`, which gets one more than who controls a node: what is not held is never touched.
    """
    begin = stakes[0]
    starts, order = parts
    held, circular = marks
    for node in range(begin.size - 1):
        held[node] = begin[node] < begin[node + 1]
    for part in range(starts.size - 1):
        first, last = starts[part], starts[part + 1]
        changed = True
        while changed:
            changed = False
            for i in range(first, last):
                node = order[i]
                if above[node]:
                    continue
                taker, own = _taker(stakes, held, above, votes, node, least_ppm)
                if taker >= 0:
                    above[node] = taker + 1
                    changed = last - first > 1
                elif own >= least_ppm:
                    circular[node] = True
    for node in range(begin.size - 1):
        if held[node]:
            head[node] = _head(above, node)
            circular[node] = circular[node] and head[node] == node
