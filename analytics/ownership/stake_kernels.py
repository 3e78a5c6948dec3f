"""The kernels that turn edges into stakes and order them, holders before what they hold."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.snapshot.ahead import fetch
from graph.snapshot.jit import inner, kernel, leaf
from graph.snapshot.rows import bounds, truth

OVER_FULL, SELF_HELD, DISAGREED = 1, 2, 4
_BACK = 8
"""Statements of one holder and source among which the same share is looked for."""
_UNSTATED, _POSSIBLE, _CALLED = -1, -2, -3
"""Instead of a least share: that none is stated; that one is, of a holding that is only possible, and counts from nothing; that
somebody is only called a holder."""
_WHOLE = 1_000_000


@leaf
def _sink(keys: Any, order: Any, parent: int, count: int) -> None:
    """Let a place sink until no key below it in the heap is greater."""
    place, key = order[parent], keys[order[parent]]
    while 2 * parent + 1 < count:
        child = 2 * parent + 1
        if child + 1 < count and keys[order[child + 1]] > keys[order[child]]:
            child += 1
        if keys[order[child]] <= key:
            break
        order[parent] = order[child]
        parent = child
    order[parent] = place


@leaf
def _sort(keys: Any, count: int, order: Any) -> None:
    """Write the places of the first `count` keys in rising order.

    By heaps where there are many: what numpy offers takes longer to compile than everything else here.
    """
    if count > 24:
        for i in range(count):
            order[i] = i
        for i in range(count // 2 - 1, -1, -1):
            _sink(keys, order, i, count)
        for last in range(count - 1, 0, -1):
            order[0], order[last] = order[last], order[0]
            _sink(keys, order, 0, last)
        return
    for i in range(count):
        j = i - 1
        while j >= 0 and keys[order[j]] > keys[i]:
            order[j + 1] = order[j]
            j -= 1
        order[j + 1] = i


@inner
def _possible(graph: Any, node: int, wanted: Any, asked: Any, places: Any) -> int:
    """Write the places of the shareholdings in one node that possibly held, without a branch that could be guessed wrong."""
    count, edges = 0, graph.in_edges
    for place in range(graph.in_begin[node], graph.in_end[node]):
        edge = edges[place]
        places[count] = place
        count += wanted[edge.what & 255] & (edge.start <= asked[3]) & (asked[0] <= edge.end)
    return count


@inner
def _row(graph: Any, found: int, asked: Any, timeline: int, plain: int, places: Any, keys: Any, low: Any, high: Any) -> int:
    """Collect the shareholdings at some places: the holder as a key, with bounds, or what stands instead of the least.

    `plain` is the code of a holding; the others call somebody a holder, which is no holding beside one that his source states.
    """
    count, edges = 0, graph.in_edges
    for i in range(found):
        edge = edges[places[i]]
        answer = truth(edge, graph, timeline, asked)
        if answer == 0:
            continue
        places[count] = places[i]
        least, most = bounds(edge, graph)
        sure = answer == 2 and edge.what & 1024 == 0
        stated = (edge.what >> 12) != 1048575
        keys[count] = np.int64(edge.other) << 16
        low[count] = (least if sure else _POSSIBLE) if stated else _UNSTATED if edge.what & 255 == plain else _CALLED
        high[count] = most
        count += 1
    return count


@inner
def _by_source(graph: Any, found: int, places: Any, keys: Any, order: Any) -> None:
    """Order rows by holder and, where one has several, by source, which is looked up only then: it takes time."""
    _sort(keys, found, order)
    several = False
    for i in range(1, found):
        several |= keys[order[i]] == keys[order[i - 1]]
    if several:
        for i in range(found):
            keys[i] |= np.int64(graph.sources[graph.in_edges[places[i]].fact])
        _sort(keys, found, order)


@leaf
def _merged(order: Any, first: int, last: int, keys: Any, low: Any, high: Any) -> Any:
    """Return the bounds of one holder, added up within a source, the hull over sources; whether sources disagree, or one repeats.

    A source that states no share at all bounds nothing: it is passed over where another states one that certainly holds.
    """
    sure = False
    for i in range(first, last):
        sure = sure or low[order[i]] >= 0
    least, most, sources, disagreed, repeated = np.int64(0), np.int64(0), 0, False, False
    whole, told_low, told_high = 0, np.int64(0), np.int64(0)
    i = first
    while i < last:
        source, sum_low, sum_high, stated, unstated = keys[order[i]] & 65535, np.int64(0), np.int64(0), False, False
        while i < last and keys[order[i]] & 65535 == source:
            if low[order[i]] == _UNSTATED:
                unstated = True
            elif low[order[i]] != _CALLED:
                for before in range(max(first, i - _BACK), i):
                    same = low[order[before]] == low[order[i]] and high[order[before]] == high[order[i]]
                    repeated = repeated or (same and keys[order[before]] == keys[order[i]])
                sum_low += max(low[order[i]], 0)
                sum_high += high[order[i]]
                stated = True
            i += 1
        if not stated and sure:
            continue
        unstated = unstated or not stated
        if unstated:
            sum_high = max(sum_high, np.int64(_WHOLE))
        sum_high = min(sum_high, np.int64(_WHOLE)) if sum_low <= _WHOLE else sum_high
        if not unstated:
            disagreed = disagreed or (whole > 0 and (sum_low != told_low or sum_high != told_high))
            told_low, told_high = sum_low, sum_high
            whole += 1
        least, most = (min(least, sum_low), max(most, sum_high)) if sources else (sum_low, sum_high)
        sources += 1
    return least, most, disagreed, repeated


@inner
def _stakes(node: int, found: int, row: Any, out: Any, count: int) -> Any:
    """Write one stake a holder of a node: (how many there are, flags)."""
    keys, low, high, order = row
    holder, least, most = out
    start, total, flags, i = count, np.int64(0), 0, 0
    while i < found:
        party, j = keys[order[i]] >> 16, i + 1
        while j < found and keys[order[j]] >> 16 == party:
            j += 1
        if j == i + 1:
            low_, high_, disagreed, repeated = max(low[order[i]], 0), high[order[i]], False, False
        else:
            low_, high_, disagreed, repeated = _merged(order, i, j, keys, low, high)
        if high_ > 0:
            holder[count], least[count], most[count] = party, low_, high_
            total += low_
            count += 1
            if party == node:
                flags |= 2
        if disagreed:
            flags |= 4
        if repeated:
            flags |= 32
        i = j
    if total > _WHOLE:
        return count, flags | 1
    for place in range(start, count):  # what the others certainly hold is not left for one whose share is not known
        most[place] = min(most[place], _WHOLE - (total - least[place]))
    return count, flags


@leaf
def widths(begin: Any, end: Any) -> Any:
    """Return the width of the widest row, and of all rows together."""
    most, total = 0, 0
    for row in range(begin.size):
        width = end[row] - begin[row]
        most = max(most, width)
        total += width
    return most, total


@leaf
def gather_stakes(graph: Any, question: Any, row: Any, begin: Any, out: Any, flags: Any) -> int:
    """Write bounds of rows, (holders, least ppm, most ppm), one stake a holder and node, and flags of each node; say how many.

    `question` is which codes are wanted, the window, the timeline and the code of a holding. `row` has room for the widest row,
    and `out` for as many stakes as there are edges.
    """
    wanted, asked, timeline, plain = question
    places, keys, low, high, order = row
    count = 0
    begin[0] = 0
    for node in range(graph.in_begin.size):
        found = _possible(graph, node, wanted, asked, places)
        if found:
            found = _row(graph, found, asked, timeline, plain, places, keys, low, high)
            _by_source(graph, found, places, keys, order)
            count, said = _stakes(node, found, (keys, low, high, order), out, count)
            flags[node] = said
        begin[node + 1] = count
    return count


@inner
def _plain_parts(begin: Any, holder: Any, held: Any, number: Any, deep: Any, order: Any, starts: Any) -> Any:
    """Write the nodes whose holders nobody holds, each a part of its own; list the other held ones, numbered from 1; count both."""
    placed, count = 0, 0
    for node in range(begin.size - 1):
        if not held[node]:
            continue
        through = False
        if begin[node] + 16 < holder.size:
            fetch(held, holder[begin[node] + 16])
        for place in range(begin[node], begin[node + 1]):
            through = through or held[holder[place]]
        if through:
            deep[count] = node
            count += 1
            number[node] = count
        else:
            starts[placed], order[placed] = placed, node
            placed += 1
    return placed, count


@leaf
def components(begin: Any, holder: Any, marks: Any, work: Any, order: Any, starts: Any) -> Any:
    """Write strongly connected parts, holders before what they hold: nodes grouped by part, where each begins; count both.

    Nodes that nobody holds are left aside, and those with no other holders come first, in their order. The rest by Tarjan's
    algorithm without recursion. `marks` are who is held, and noughts for each node, once, once and twice; `work` has room for a
    number of each. All but the first two is as good as free where few nodes are in chains.
    """
    held, number, waiting, clocks = marks
    deep, stack, path, at = work
    placed, count = _plain_parts(begin, holder, held, number, deep, order, starts)
    parts, high, clock = placed, 0, 0
    for root in range(count):
        if clocks[root, 0]:
            continue
        depth = 0
        path[0], at[0] = root, begin[deep[root]]
        clock += 1
        clocks[root, 0] = clocks[root, 1] = clock
        stack[high], waiting[root] = root, True
        high += 1
        while depth >= 0:
            node, place = path[depth], at[depth]
            last = begin[deep[node] + 1]
            descended = False
            while place < last:
                other = number[holder[place]] - 1
                place += 1
                if other < 0:
                    continue
                if clocks[other, 0] == 0:
                    at[depth] = place
                    depth += 1
                    path[depth], at[depth] = other, begin[deep[other]]
                    clock += 1
                    clocks[other, 0] = clocks[other, 1] = clock
                    stack[high], waiting[other] = other, True
                    high += 1
                    descended = True
                    break
                if waiting[other]:
                    clocks[node, 1] = min(clocks[node, 1], clocks[other, 0])
            if descended:
                continue
            if clocks[node, 1] == clocks[node, 0]:
                starts[parts] = placed
                parts += 1
                while True:
                    high -= 1
                    member = stack[high]
                    waiting[member] = False
                    order[placed] = deep[member]
                    placed += 1
                    if member == node:
                        break
            depth -= 1
            if depth >= 0:
                clocks[path[depth], 1] = min(clocks[path[depth], 1], clocks[node, 1])
    starts[parts] = placed
    return placed, parts


@kernel
def turned(begin: Any, holder: Any) -> Any:
    """Return the stakes by holder: (bounds of rows, subject of each, place of each among the stakes)."""
    nodes = begin.size - 1
    bounds_ = np.zeros(nodes + 1, np.int32)
    for place in range(holder.size):
        bounds_[holder[place] + 1] += 1
    for node in range(nodes):
        bounds_[node + 1] += bounds_[node]
    at = bounds_[:-1].copy()
    subject, stake = np.empty(holder.size, np.int32), np.empty(holder.size, np.int32)
    for node in range(nodes):
        for place in range(begin[node], begin[node + 1]):
            to = at[holder[place]]
            subject[to], stake[to] = node, place
            at[holder[place]] = to + 1
    return bounds_, subject, stake


@kernel
def closure(begin: Any, holder: Any, start: int, most_nodes: int) -> Any:
    """Return everything above a node as a graph of its own: (nodes, bounds of rows, local holders, place of each stake, cut?)."""
    room = 64
    table = np.full(room, np.int64(-1))
    nodes = np.empty(64, np.int32)
    rows, local, stake = np.zeros(65, np.int32), np.empty(128, np.int32), np.empty(128, np.int32)
    nodes[0], count, edges, done = start, 1, 0, 0
    table[(np.int64(start) * np.int64(-7046029254386353131) >> 20) & (room - 1)] = 0
    while done < count and count <= most_nodes:
        node = nodes[done]
        for place in range(begin[node], begin[node + 1]):
            other = holder[place]
            slot = (np.int64(other) * np.int64(-7046029254386353131) >> 20) & (room - 1)
            while table[slot] >= 0 and nodes[table[slot]] != other:
                slot = (slot + 1) & (room - 1)
            found = table[slot]
            if found < 0:
                if count == nodes.size:
                    nodes, rows = np.append(nodes, np.empty(count, np.int32)), np.append(rows, np.zeros(count, np.int32))
                nodes[count] = other
                found = count
                table[slot] = count
                count += 1
                if 2 * count > room:
                    room *= 4
                    table = np.full(room, np.int64(-1))
                    for i in range(count):
                        slot = (np.int64(nodes[i]) * np.int64(-7046029254386353131) >> 20) & (room - 1)
                        while table[slot] >= 0:
                            slot = (slot + 1) & (room - 1)
                        table[slot] = i
            if edges == local.size:
                local, stake = np.append(local, np.empty(edges, np.int32)), np.append(stake, np.empty(edges, np.int32))
            local[edges], stake[edges] = found, place
            edges += 1
        done += 1
        rows[done] = edges
    for i in range(done, count):
        rows[i + 1] = edges
    return nodes[:count], rows[: count + 1], local[:edges], stake[:edges], done < count
