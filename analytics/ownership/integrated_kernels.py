"""The kernels of integrated ownership: one pass over all enterprises, holders first, and a push for one of them.

Shares are floats in ppm. Whole ppm are kept exactly as long as every product is whole; from then on `slack` bounds the error of
rounding, so that a value is known to be over a threshold, under it, or too near to say without exact fractions.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from analytics.ownership.loop_kernels import EPS, WHOLE, closed, grown, solve_loop
from graph.snapshot.ahead import fetch
from graph.snapshot.jit import inner, kernel, leaf

DROPPED, DEPENDS, SURE, TIE = 0, 1, 2, 3
"""Verdicts on a pair; a tie is too near the threshold for floats."""
NOBODY, CLOSED = 1, 2
"""Marks of a node whose holders nobody ultimately owns; the second where it is of a closed loop."""
VALUE: Final = np.dtype([("owner", "<i4"), ("least", "<f8"), ("most", "<f8"), ("error", "<f8")], align=True)
"""What one owner has of a node, and how far rounding may have moved it."""
PLACE: Final = np.dtype([("start", "<i8"), ("size", "<i4"), ("flags", "u1")], align=True)
"""Where the values of a node are kept."""


@inner
def _verdict(low: float, high: float, margin: float, rule: Any) -> int:
    """Judge bounds that are right to within `margin`; `rule` is a share, and whether it is enough to meet it."""
    share, exact = rule[0], rule[1] and margin == 0.0
    sure = low > share or (exact and low == share)
    if margin > 0.0 and (abs(low - share) <= margin or (not sure and abs(high - share) <= margin)):
        return 3
    if sure:
        return 2
    return 1 if high > share or (exact and high == share) else 0


@inner
def _above(stakes: Any, held: Any, places: Any, node: int) -> Any:
    """Return how many owners a node has at most, whether any of its holders is held, and whether it holds itself."""
    begin, holder = stakes[0], stakes[1]
    mass, through, itself = begin[node + 1] - begin[node], False, False
    for at in range(begin[node], begin[node + 1]):
        other = holder[at]
        if held[other]:
            through = True
            itself = itself or other == node
            mass += places[other].size - 1
    return mass, through, itself


@leaf
def _added(near: Any, count: int, few: bool, index: Any, owner: int, low: float, high: float, error: float) -> int:
    """Add what an owner has over one way to what he has over others; return how many owners there are."""
    found = -1
    if few:
        for i in range(count):
            if near[i].owner == owner:
                found = i
                break
    else:
        found = index[owner]
    if found >= 0:
        value = near[found]
        value.least += low
        value.most += high
        value.error += error
        return count
    value = near[count]
    value.owner, value.least, value.most, value.error = owner, low, high, error
    if not few:
        index[owner] = count
    return count + 1


@inner
def _collected(stakes: Any, known: Any, node: int, mass: int, index: Any, near: Any) -> Any:
    """Add up the owners of a node that is in no loop: (how many, the largest error of one, flags)."""
    begin, holder, least, most = stakes
    held, places, values = known
    few, count, flag = mass <= 24, 0, np.uint8(0)
    for at in range(begin[node], begin[node + 1]):
        other, low, high = holder[at], np.float64(least[at]), np.float64(most[at])
        if not held[other]:
            count = _added(near, count, few, index, other, low, high, 0.0)
            continue
        kept = places[other]
        flag |= kept.flags
        for q in range(kept.start, kept.start + kept.size):
            value = values[q]
            add_low, add_high, error = low * value.least / WHOLE, high * value.most / WHOLE, high * value.error / WHOLE
            if add_low != np.floor(add_low) or add_high != np.floor(add_high):
                error += 4 * EPS * add_high
            count = _added(near, count, few, index, value.owner, add_low, add_high, error)
    largest = 0.0
    for i in range(count):
        value = near[i]
        if not few:
            index[value.owner] = -1
        if value.error > 0.0:
            value.error += mass * EPS * WHOLE
            largest = max(largest, value.error)
        if value.most > value.least:
            value.most = max(value.least, min(value.most, WHOLE))
    return count, largest, flag


@inner
def _told(out: Any, pairs: int, node: int, owner: int, low: float, high: float, error: float, rule: Any) -> int:
    """Write a pair that meets the threshold or may meet it; return how many there are."""
    verdict = _verdict(low, high, error, rule)
    if verdict:
        out[0][pairs], out[1][pairs], out[2][pairs], out[3][pairs], out[4][pairs] = node, owner, low, high, verdict
        return pairs + 1
    return pairs


@leaf
def _chains(
    stakes: Any, parts: Any, known: Any, is_holder: Any, near: Any, index: Any, rule: Any, of_node: Any, out: Any, at: Any
) -> Any:
    """Go through the parts as far as the next loop, or as there is room; `at` is the part, and how much is written and kept."""
    begin, holder, least, most = stakes
    held, places, values = known
    part, pairs, top = at
    while part < parts[0].size - 1:
        node = parts[1][parts[0][part]]
        if part + 16 < parts[0].size - 1:
            fetch(held, holder[begin[parts[1][parts[0][part + 16]]]])
        if parts[0][part + 1] - parts[0][part] > 1:
            break
        mass, through, itself = _above(stakes, held, places, node)
        if itself or pairs + mass > out[0].size or top + mass > values.size or mass > near.size:
            break
        keep, first, flag = is_holder[node], top, np.uint8(0)
        if through:
            count, error, flag = _collected(stakes, known, node, mass, index, near)
            if error > 0.0:
                of_node[0][node] = error
            of_node[1][node] = flag
            for i in range(count):
                value = near[i]
                pairs = _told(out, pairs, node, value.owner, value.least, value.most, value.error, rule)
                if keep:
                    values[top] = value
                    top += 1
        else:
            for i in range(begin[node], begin[node + 1]):
                low, high = np.float64(least[i]), np.float64(most[i])
                pairs = _told(out, pairs, node, holder[i], low, high, 0.0, rule)
                if keep:
                    value = values[top]
                    value.owner, value.least, value.most, value.error = holder[i], low, high, 0.0
                    top += 1
        if keep:
            kept = places[node]
            kept.start, kept.size, kept.flags = first, top - first, flag
        part += 1
    return part, pairs, top


@kernel
def accumulate(stakes: Any, parts: Any, rule: Any, largest: int, work: Any, of_node: Any, out: Any) -> Any:
    """Return every ultimate owner that holds the share of `rule`, or may hold it: subject, owner, least, most and verdict of each.

    An owner is ultimate where nobody holds him. `stakes` are bounds of rows, holders, least and most ppm; `parts` where each
    strongly connected part begins, and the nodes, holders first. `of_node` is given each node's slack and flags (8 closed, 16
    unsolved, each also for what lies below). `work` and `out` are arrays to write to: places, values, -1 for each node; pairs.
    """
    begin, holder = stakes[0], stakes[1]
    starts, order = parts
    nodes = begin.size - 1
    held, is_holder = np.zeros(nodes, np.bool_), np.zeros(nodes, np.bool_)
    for node in range(nodes):
        held[node] = begin[node] < begin[node + 1]
    for other in holder:
        is_holder[other] = True
    places, values, index = work
    near = np.empty(1024, VALUE)
    part, pairs, top = 0, 0, 0
    while True:
        known = (held, places, values)
        part, pairs, top = _chains(stakes, parts, known, is_holder, near, index, rule, of_node, out, (part, pairs, top))
        if part == starts.size - 1:
            break
        members = order[starts[part] : starts[part + 1]]
        more, _, looped = _above(stakes, held, places, members[0])
        looped = looped or members.size > 1
        if looped:
            owners, lows, highs, margin, flag = solve_loop(stakes, known, of_node[0], members, index, largest)
            more = owners.size * members.size
        if top + more > values.size:
            values = grown(values, 2 * (top + more))
        if pairs + more > out[0].size:
            room = 2 * (pairs + more)
            out = (grown(out[0], room), grown(out[1], room), grown(out[2], room), grown(out[3], room), grown(out[4], room))
        if more > near.size:
            near = np.empty(2 * more, VALUE)
        if looped:
            for i in range(members.size):
                member, kept = members[i], places[members[i]]
                of_node[0][member], of_node[1][member] = margin[i], flag
                kept.start, kept.size, kept.flags = top, owners.size, flag
                for t in range(owners.size):
                    pairs = _told(out, pairs, member, owners[t], lows[i, t], highs[i, t], margin[i], rule)
                    value = values[top]
                    value.owner, value.least, value.most, value.error = owners[t], lows[i, t], highs[i, t], margin[i]
                    top += 1
            part += 1
    return out[0][:pairs], out[1][:pairs], out[2][:pairs], out[3][:pairs], out[4][:pairs]


@kernel
def without_owner(stakes: Any, starts: Any, order: Any) -> Any:
    """Mark the nodes whose holders nobody ultimately owns, `NOBODY`, and among them those of closed parts, `CLOSED`.

    `stakes` are bounds of rows, holders, least and most ppm; the parts stand holders first. No share of what runs into a marked
    node is an owner's.
    """
    begin, holder, _, most = stakes
    nodes = begin.size - 1
    marks, index = np.zeros(nodes, np.uint8), np.full(nodes, -1, np.int32)
    for part in range(starts.size - 1):
        members = order[starts[part] : starts[part + 1]]
        for member in members:
            index[member] = 0
        owned = False
        for member in members:
            for place in range(begin[member], begin[member + 1]):
                other = holder[place]
                if index[other] < 0 and marks[other] == 0 and most[place] > 0:
                    owned = True
        if not owned:
            mark = CLOSED if closed(stakes, members, index) else NOBODY
            for member in members:
                marks[member] = mark
        for member in members:
            index[member] = -1
    return marks


@kernel
def push(begin: Any, holder: Any, weight: Any, residual: float, most_steps: int) -> Any:
    """Return what every node above node 0 holds of it, how much was not followed to its end, and where that waits.

    What is left waiting at each node is pushed to its holders until it is under `residual` everywhere; no owner can be given more
    than the sum of what is left. Shares are parts of one.
    """
    nodes = begin.size - 1
    given, waiting = np.zeros(nodes), np.zeros(nodes)
    queue, queued = np.empty(nodes + 1, np.int32), np.zeros(nodes, np.bool_)
    head, tail, steps = 0, 1, 0
    queue[0], waiting[0], queued[0] = 0, 1.0, True
    while head != tail and steps < most_steps:
        node = queue[head]
        head = (head + 1) % (nodes + 1)
        queued[node] = False
        amount = waiting[node]
        waiting[node] = 0.0
        for place in range(begin[node], begin[node + 1]):
            other = holder[place]
            steps += 1
            if weight[place] == 0.0:  # of what grows without end nothing would be no number
                continue
            if begin[other] == begin[other + 1]:
                given[other] += amount * weight[place]
                continue
            waiting[other] += amount * weight[place]
            if not queued[other] and waiting[other] >= residual:
                queued[other] = True
                queue[tail] = other
                tail = (tail + 1) % (nodes + 1)
    left = 0.0
    for node in range(nodes):
        left += waiting[node]
    return given, left + 4 * EPS * (steps + 1), waiting
