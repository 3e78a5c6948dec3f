"""The kernel of control for everybody at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.snapshot.jit import kernel, leaf


@leaf
def _head(above: Any, node: int) -> int:
    """Return who stands at the top of a node's chain, shortening it on the way."""
    top = node
    while above[top] >= 0:
        top = above[top]
    while above[node] >= 0:
        following = above[node]
        above[node] = top
        node = following
    return top


@kernel
def control_heads(begin: Any, holder: Any, share: Any, starts: Any, order: Any, least_ppm: int) -> Any:
    """Return of each node the head of its group, itself where nobody controls it, and whether a group holds its own head.

    A node is controlled where one group holds `least_ppm` or more of it, its own shares aside.
    """
    nodes = begin.size - 1
    above = np.full(nodes, -1, np.int32)
    circular = np.zeros(nodes, np.bool_)
    heads, votes = np.empty(64, np.int32), np.empty(64, np.int64)
    where, stamp = np.empty(nodes, np.int32), np.full(nodes, -1, np.int32)
    held = np.zeros(nodes, np.bool_)
    for node in range(nodes):
        held[node] = begin[node] < begin[node + 1]
    for part in range(starts.size - 1):
        first, last = starts[part], starts[part + 1]
        changed = True
        while changed:
            changed = False
            for i in range(first, last):
                node = order[i]
                if above[node] >= 0:
                    continue
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
                    elif stamp[head] == node and where[head] < count and heads[where[head]] == head:
                        found = where[head]
                    if found < 0:
                        if count == heads.size:
                            heads, votes = np.append(heads, heads), np.append(votes, votes)
                        heads[count], votes[count] = head, 0
                        if not few:
                            stamp[head], where[head] = node, count
                        found = count
                        count += 1
                    votes[found] += share[place]
                    if votes[found] >= least_ppm and taker < 0:
                        taker = head
                if own >= least_ppm:
                    circular[node] = True
                if taker >= 0:
                    above[node] = taker
                    changed = last - first > 1
    for node in range(nodes):
        circular[node] = circular[node] and _head(above, node) == node
    for node in range(nodes):
        top = _head(above, node)
        where[node] = top
    return where, circular
