"""The kernels behind `graph.snapshot.paths`: searches level by level, from one side or from both."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.snapshot.handle import opened
from graph.snapshot.jit import kernel, leaf
from graph.snapshot.kernels import longer
from graph.snapshot.steps import allowed, degree, place_add, place_fits, place_of, place_room, place_table, rule_in


@leaf
def _write(rows: Any, count: int, node: int, fact: int, before: int, hops: int) -> int:
    """Write a row, for which there is room; return how many there are."""
    rows[count, 0], rows[count, 1], rows[count, 2], rows[count, 3] = node, fact, before, hops
    return count + 1


@leaf
def _side(graph: Any, node: int, side: int) -> Any:
    """Return the first and last place of a node's edges to its holders (0) or to what it holds (1)."""
    if side == 0:
        return graph.in_begin[node], graph.in_end[node]
    return graph.out_begin[node], graph.out_end[node]


@leaf
def _edge(graph: Any, side: int, place: int) -> Any:
    return graph.in_edges[place] if side == 0 else graph.out_edges[place]


@kernel
def _roomy(rows: Any, size: int) -> Any:
    while rows.shape[0] < size:
        rows = longer(rows)
    return rows


@leaf
def _spread(graph: Any, rule: Any, way: int, rows: Any, at: int, count: int, table: Any, most: int) -> Any:
    """Add what stands next to the node of a row and is new: (how many rows, 0 done, 1 cut short by `most`, 2 without room).

    Without room it is to be called again with more: what was added is not new then.
    """
    node, level = rows[at, 0], rows[at, 3] + 1
    for side in range(2):
        if not way & (1 << side):
            continue
        first, last = _side(graph, node, side)
        for place in range(first, last):
            edge = _edge(graph, side, place)
            other = edge.other
            # What is told by the edge itself comes first: a look at another node costs more.
            if allowed(edge, graph, rule) and place_of(table, other) < 0 and rule.kinds[graph.kinds[other]]:
                if count >= most:
                    return count, 1
                if count == rows.shape[0] or not place_fits(table, 1):
                    return count, 2
                place_add(table, other, count)
                count = _write(rows, count, other, edge.fact, at, level)
    return count, 0


@kernel
def find_near(handle: Any, sources: Any, packed: Any, way: int, hops: int, most: int) -> Any:
    """Return what is near: rows (node, statement, row before, hops), hubs (node, edges), and whether `most` nodes cut it short.

    A hub is entered, and not walked through.
    """
    graph, rule = opened(handle), rule_in(packed)
    rows, hubs, count, hub_count, cut = np.empty((64, 4), np.int32), np.empty((8, 4), np.int32), 0, 0, False
    rows, table = _roomy(rows, sources.size), place_room(place_table(128), sources.size)
    for source in sources:
        if place_of(table, source) < 0:
            place_add(table, source, count)
            count = _write(rows, count, source, -1, -1, 0)
    at = 0
    asked_about = count
    while at < count and rows[at, 3] < hops and not cut:
        size = degree(graph, rows[at, 0])
        if at >= asked_about and size > rule.hub:
            hubs = _roomy(hubs, hub_count + 1)
            hub_count = _write(hubs, hub_count, rows[at, 0], size, 0, 0)
        else:
            count, state = _spread(graph, rule, way, rows, at, count, table, most)
            cut = state == 1
            if state == 2:
                rows, table = _roomy(rows, count + 1), place_room(table, 1)
                continue
        at += 1
    return rows[:count], hubs[:hub_count], cut


@kernel
def find_ties(handle: Any, node: int, packed: Any, way: int) -> Any:
    """Return every edge of a node that may be walked: rows (other end, statement, 1 to a holder or 2 to what is held, word)."""
    graph, rule = opened(handle), rule_in(packed)
    rows, count = np.empty((64, 4), np.int64), 0
    for side in range(2):
        if side == 0:
            first, last, edges = graph.in_begin[node], graph.in_end[node], graph.in_edges
        else:
            first, last, edges = graph.out_begin[node], graph.out_end[node], graph.out_edges
        if not way & (1 << side):
            continue
        for place in range(first, last):
            edge = edges[place]
            if rule.kinds[graph.kinds[edge.other]] and allowed(edge, graph, rule):
                if count == rows.shape[0]:
                    rows = longer(rows)
                rows[count, 0], rows[count, 1], rows[count, 2], rows[count, 3] = edge.other, edge.fact, side + 1, edge.what
                count += 1
    return rows[:count]


@leaf
def _barred(root: int, banned: Any, first: int, second: int) -> bool:
    """Say whether a step is one between the root and a node that is banned next to it."""
    if first != root and second != root:
        return False
    other = second if first == root else first
    found = False
    for node in banned:
        found = found or node == other
    return found


@leaf
def _level(graph: Any, rule: Any, way: int, rows: Any, span: Any, mine: Any, theirs: Any, bars: Any, hubs: Any) -> Any:
    """Take a step from some rows: (row, rows, where the searches meet on either side or -1).

    `span` is the row, the last of the level, and how many there are. Without room it is to be called again with more.
    """
    at, high, count = span
    while at < high:
        node = rows[at, 0]
        for side in range(2):
            if not way & (1 << side):
                continue
            first, last = _side(graph, node, side)
            for place in range(first, last):
                edge = _edge(graph, side, place)
                other = edge.other
                if not allowed(edge, graph, rule) or place_of(mine, other) != -1 or _barred(bars[0], bars[1], node, other):
                    continue
                if count == rows.shape[0] or not place_fits(mine, 1) or not place_fits(hubs, 1):
                    return at, count, -1, -1
                found = place_of(theirs, other)
                if found < 0:
                    if not rule.kinds[graph.kinds[other]]:
                        continue
                    wide = degree(graph, other)
                    if wide > rule.hub:
                        if place_of(hubs, other) < 0:
                            place_add(hubs, other, wide)
                        continue
                place_add(mine, other, count)
                count = _write(rows, count, other, edge.fact, at, rows[at, 3] + 1)
                if found >= 0:  # the first meeting is a shortest one: both sides are searched level by level
                    return at, count, count - 1, found
        at += 1
    return at, count, -1, -1


@kernel
def _step(graph: Any, rule: Any, way: int, rows: Any, low: int, high: int, mine: Any, theirs: Any, bars: Any, hubs: Any) -> Any:
    """Take one step from rows `low` to `high`: (rows, count, table, where the searches meet on either side or -1, hubs)."""
    at, count, met, met_theirs = low, high, -1, -1
    while at < high and met < 0:
        rows, mine, hubs = _roomy(rows, count + 1), place_room(mine, 1), place_room(hubs, 1)
        at, count, met, met_theirs = _level(graph, rule, way, rows, (at, high, count), mine, theirs, bars, hubs)
    return rows, count, mine, met, met_theirs, hubs


@kernel
def _begin(nodes: Any, blocked: Any) -> Any:
    rows, table, count = _roomy(np.empty((64, 4), np.int32), nodes.size), place_table(128), 0
    table = place_room(table, nodes.size + blocked.size)
    for node in blocked:
        if place_of(table, node) == -1:
            place_add(table, node, -2)
    for node in nodes:
        if place_of(table, node) == -1:
            place_add(table, node, count)
            count = _write(rows, count, node, -1, -1, 0)
    return rows, table, count


@kernel
def find_path(handle: Any, sources: Any, targets: Any, packed: Any, way: int, blocked: Any, bars: Any, limits: Any) -> Any:
    """Return a shortest path: rows from the sources and from the targets, the two rows where they meet or -1, hubs, cut or not.

    `blocked` nodes are entered by neither side; `bars` are a root and nodes that are not stepped to from it; `limits` are hops and
    nodes at most.
    """
    graph, rule = opened(handle), rule_in(packed)
    rows, table, high = _begin(sources, blocked)
    back, back_table, back_high = _begin(targets, blocked)
    hubs = place_table(16)
    low, back_low, met, back_met, hops = 0, 0, -1, -1, 0
    back_way = 3 if way == 3 else 3 - way
    cut = False
    while low < high and back_low < back_high:
        if hops == limits[0] or high + back_high > limits[1]:
            cut = high + back_high > limits[1]
            break
        hops += 1
        if high - low <= back_high - back_low:
            rows, count, table, met, back_met, hubs = _step(graph, rule, way, rows, low, high, table, back_table, bars, hubs)
            low, high = high, count
        else:
            back, count, back_table, back_met, met, hubs = _step(
                graph, rule, back_way, back, back_low, back_high, back_table, table, bars, hubs
            )
            back_low, back_high = back_high, count
        if met >= 0:
            break
    return rows, back, met, back_met, hubs, cut


@kernel
def find_groups(handle: Any, packed: Any) -> Any:
    """Return of each node the smallest node that it hangs together with over allowed edges between nodes of wanted kinds."""
    graph, rule = opened(handle), rule_in(packed)
    nodes = graph.in_begin.size
    top = np.arange(nodes).astype(np.int32)
    for node in range(nodes):
        if not rule.kinds[graph.kinds[node]] or degree(graph, node) > rule.hub:
            continue
        for place in range(graph.in_begin[node], graph.in_end[node]):
            edge = graph.in_edges[place]
            other = edge.other
            if not rule.kinds[graph.kinds[other]] or degree(graph, other) > rule.hub or not allowed(edge, graph, rule):
                continue
            first, second = node, other
            while top[first] != first:
                top[first] = top[top[first]]
                first = top[first]
            while top[second] != second:
                top[second] = top[top[second]]
                second = top[second]
            if first < second:
                top[second] = first
            else:
                top[first] = second
    for node in range(nodes):
        top[node] = top[top[node]]
    return top


@kernel
def find_links(handle: Any, packed: Any) -> Any:
    """Return (party, subject) of every allowed edge between nodes of wanted kinds."""
    graph, rule = opened(handle), rule_in(packed)
    ends, count = np.empty((graph.in_edges.size, 2), np.int32), 0
    for node in range(graph.in_begin.size):
        if not rule.kinds[graph.kinds[node]]:
            continue
        for place in range(graph.in_begin[node], graph.in_end[node]):
            edge = graph.in_edges[place]
            if rule.kinds[graph.kinds[edge.other]] and allowed(edge, graph, rule):
                ends[count, 0], ends[count, 1] = edge.other, node
                count += 1
    return ends[:count]
