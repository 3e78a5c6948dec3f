"""The kernels of integrated ownership: one pass over all enterprises, holders first, and a push for one of them.

Shares are floats in ppm. Whole ppm are kept exactly as long as every product is whole; from then on `slack` bounds the error of
rounding, so that a value is known to be over a threshold, under it, or too near to say without exact fractions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.snapshot.jit import kernel

_EPS = 2.3e-16
_WHOLE = 1e6


@kernel
def _grown(array: Any, size: int) -> Any:
    grown = np.empty(size, array.dtype)
    for i in range(array.size):
        grown[i] = array[i]
    return grown


@kernel
def _inverse(matrix: Any) -> bool:
    """Invert I - W in place by elimination without exchange of rows; False where W is no contraction.

    All pivots of such a matrix are positive exactly where the series I + W + W² + … converges.
    """
    size = matrix.shape[0]
    for k in range(size):
        pivot = matrix[k, k]
        if not pivot > 1e-10:
            return False
        matrix[k, k] = 1.0
        for j in range(size):
            matrix[k, j] /= pivot
        for i in range(size):
            factor = matrix[i, k]
            if i != k and factor != 0.0:
                matrix[i, k] = 0.0
                for j in range(size):
                    matrix[i, j] -= factor * matrix[k, j]
    return True


@kernel
def _norm(matrix: Any) -> float:
    largest = 0.0
    for i in range(matrix.shape[0]):
        total = 0.0
        for j in range(matrix.shape[0]):
            total += abs(matrix[i, j])
        largest = max(largest, total)
    return largest


@kernel
def _closed(begin: Any, holder: Any, least: Any, order: Any, first: int, last: int, local: Any) -> bool:
    """Say whether a part holds itself whole, in whole ppm: every member is held to 100 % or more by members."""
    for i in range(first, last):
        total = np.int64(0)
        for place in range(begin[order[i]], begin[order[i] + 1]):
            if local[holder[place]] >= 0:
                total += least[place]
        if total < 1_000_000:
            return False
    return True


@kernel
def _spread(inverse: Any, base: Any, slack: Any, error: Any) -> None:
    """Turn the slack of what enters a part into that of what leaves it."""
    size = inverse.shape[0]
    norm = _norm(inverse)
    for i in range(size):
        total = 4.0 * (size + 2) * _EPS * norm * norm * _WHOLE
        for j in range(size):
            total += abs(inverse[i, j]) * base[j]
        slack[i] = total + norm * error


@kernel
def accumulate(begin: Any, holder: Any, least: Any, most: Any, starts: Any, order: Any, threshold: Any, largest: int) -> Any:
    """Return every ultimate owner that possibly holds `threshold` ppm or more.

    An owner is ultimate where nobody holds him. Returns the pairs (subject, owner), their least and most ppm, and of each
    node its slack and flags (8 closed, 16 unsolved, each also for what lies below).
    """
    nodes = begin.size - 1
    total = np.zeros((nodes, 2))
    touched = np.empty(1024, np.int32)
    v_start, v_size = np.zeros(nodes, np.int64), np.zeros(nodes, np.int32)
    room = holder.size + 1024
    v_owner, v_least, v_most, top = np.empty(room, np.int32), np.empty(room), np.empty(room), 0
    slack, flags = np.zeros(nodes), np.zeros(nodes, np.uint8)
    is_holder = np.zeros(nodes, np.bool_)
    held = np.zeros(nodes, np.bool_)
    for node in range(nodes):
        held[node] = begin[node] < begin[node + 1]
    for place in range(holder.size):
        if held[holder[place]]:
            is_holder[holder[place]] = True
    pairs_room = max(1024, nodes)
    pair, p_least, p_most, pairs = np.empty((pairs_room, 2), np.int32), np.empty(pairs_room), np.empty(pairs_room), 0
    local = np.full(nodes, -1, np.int32)
    near, near_low, near_high = np.empty(32, np.int32), np.empty(32), np.empty(32)
    for part in range(starts.size - 1):
        first, last = starts[part], starts[part + 1]
        size = last - first
        node = order[first]
        looped = size > 1
        if not looped:
            for place in range(begin[node], begin[node + 1]):
                looped = looped or holder[place] == node
        if not looped:
            mass = 0
            for place in range(begin[node], begin[node + 1]):
                other = holder[place]
                mass += v_size[other] if held[other] else 1
            few = mass <= 24
            count, error, flag = 0, 0.0, np.uint8(0)
            for place in range(begin[node], begin[node + 1]):
                other = holder[place]
                low, high = np.float64(least[place]), np.float64(most[place])
                own = not held[other]
                if not own:
                    flag |= flags[other]
                    error += high * slack[other] / _WHOLE
                start = 0 if own else v_start[other]
                for q in range(1 if own else v_size[other]):
                    if own:
                        owner, add_low, add_high = other, low, high
                    else:
                        owner = v_owner[start + q]
                        add_low, add_high = low * v_least[start + q] / _WHOLE, high * v_most[start + q] / _WHOLE
                        if add_low != np.floor(add_low) or add_high != np.floor(add_high):
                            error += 4 * _EPS * add_high
                    if few:
                        found = -1
                        for i in range(count):
                            if near[i] == owner:
                                found = i
                                break
                        if found < 0:
                            near[count], near_low[count], near_high[count] = owner, add_low, add_high
                            count += 1
                        else:
                            near_low[found] += add_low
                            near_high[found] += add_high
                    else:
                        if total[owner, 1] == 0.0:
                            if count == touched.size:
                                touched = _grown(touched, 2 * count)
                            touched[count] = owner
                            count += 1
                        total[owner, 0] += add_low
                        total[owner, 1] += add_high
            if error > 0.0:
                error += (count + mass) * _EPS * _WHOLE
            slack[node], flags[node] = error, flag
            keep = is_holder[node]
            if keep and top + count > room:
                room = max(2 * room, top + count)
                v_owner, v_least, v_most = _grown(v_owner, room), _grown(v_least, room), _grown(v_most, room)
            v_start[node] = top
            for i in range(count):
                if few:
                    owner, low, high = near[i], near_low[i], near_high[i]
                else:
                    owner = touched[i]
                    low, high = total[owner, 0], total[owner, 1]
                    total[owner, 0] = total[owner, 1] = 0.0
                if high > low:
                    high = max(low, min(high, _WHOLE))
                if high + error >= threshold:
                    if pairs == p_least.size:
                        bigger = np.empty((2 * pairs, 2), np.int32)
                        bigger[:pairs] = pair
                        pair, p_least, p_most = bigger, _grown(p_least, 2 * pairs), _grown(p_most, 2 * pairs)
                    pair[pairs, 0], pair[pairs, 1], p_least[pairs], p_most[pairs] = node, owner, low, high
                    pairs += 1
                if keep:
                    v_owner[top], v_least[top], v_most[top] = owner, low, high
                    top += 1
            v_size[node] = top - v_start[node]
            continue
        # A loop: what enters each member from outside, times (I - W)^-1.
        for i in range(first, last):
            local[order[i]] = i - first
        entries, flag, error = 0, np.uint8(0), 0.0
        e_row, e_owner, e_low, e_high = np.empty(64, np.int32), np.empty(64, np.int32), np.empty(64), np.empty(64)
        base = np.zeros(size)
        solvable = size <= largest
        side = size if solvable else 1
        low_matrix, high_matrix = np.zeros((side, side)), np.zeros((side, side))
        for i in range(side):
            low_matrix[i, i] = high_matrix[i, i] = 1.0
        for i in range(first, last):
            member = order[i]
            for place in range(begin[member], begin[member + 1]):
                other = holder[place]
                low, high = np.float64(least[place]), np.float64(most[place])
                if local[other] >= 0:
                    if solvable:
                        low_matrix[i - first, local[other]] -= low / _WHOLE
                        high_matrix[i - first, local[other]] -= high / _WHOLE
                    continue
                own = not held[other]
                if not own:
                    flag |= flags[other]
                    base[i - first] += high * slack[other] / _WHOLE
                start = 0 if own else v_start[other]
                for q in range(1 if own else v_size[other]):
                    if entries == e_row.size:
                        e_row, e_owner = _grown(e_row, 2 * entries), _grown(e_owner, 2 * entries)
                        e_low, e_high = _grown(e_low, 2 * entries), _grown(e_high, 2 * entries)
                    e_row[entries] = i - first
                    if own:
                        e_owner[entries], e_low[entries], e_high[entries] = other, low, high
                    else:
                        e_owner[entries] = v_owner[start + q]
                        e_low[entries], e_high[entries] = low * v_least[start + q] / _WHOLE, high * v_most[start + q] / _WHOLE
                        error += 4 * _EPS * e_high[entries]
                    entries += 1
        if _closed(begin, holder, least, order, first, last, local):
            flag |= np.uint8(8)
            low_solved = False
        else:
            low_solved = solvable and _inverse(low_matrix)
            if not low_solved:
                flag |= np.uint8(16)
        high_solved = solvable and _inverse(high_matrix)
        count = 0
        for t in range(entries):
            owner = e_owner[t]
            if total[owner, 1] == 0.0:
                if count == touched.size:
                    touched = _grown(touched, 2 * count)
                touched[count] = owner
                count += 1
                total[owner, 1] = count
        columns = np.zeros((side, count, 2))
        if solvable:
            for t in range(entries):
                column = int(total[e_owner[t], 1]) - 1
                columns[e_row[t], column, 0] += e_low[t]
                columns[e_row[t], column, 1] += e_high[t]
        for i in range(count):
            total[touched[i], 1] = 0.0
        margin = np.zeros(size)
        if high_solved:
            _spread(high_matrix, base, margin, error)
        for i in range(first, last):
            member = order[i]
            keep = is_holder[member]
            if top + count > room:
                room = max(2 * room, top + count)
                v_owner, v_least, v_most = _grown(v_owner, room), _grown(v_least, room), _grown(v_most, room)
            v_start[member], slack[member], flags[member] = top, margin[i - first], flag
            for t in range(count):
                low, high = np.float64(0.0), np.float64(_WHOLE)
                if low_solved:
                    for j in range(size):
                        low += low_matrix[i - first, j] * columns[j, t, 0]
                if high_solved:
                    high = np.float64(0.0)
                    for j in range(size):
                        high += high_matrix[i - first, j] * columns[j, t, 1]
                    if high > low + margin[i - first]:
                        high = np.float64(max(low, min(high, _WHOLE)))
                if high + margin[i - first] >= threshold:
                    if pairs == p_least.size:
                        bigger = np.empty((2 * pairs, 2), np.int32)
                        bigger[:pairs] = pair
                        pair, p_least, p_most = bigger, _grown(p_least, 2 * pairs), _grown(p_most, 2 * pairs)
                    pair[pairs, 0], pair[pairs, 1], p_least[pairs], p_most[pairs] = member, touched[t], low, high
                    pairs += 1
                if keep:
                    v_owner[top], v_least[top], v_most[top] = touched[t], low, high
                    top += 1
            v_size[member] = top - v_start[member]
        for i in range(first, last):
            local[order[i]] = -1
    return pair[:pairs], p_least[:pairs], p_most[:pairs], slack, flags


@kernel
def push(begin: Any, holder: Any, weight: Any, residual: float, most_steps: int) -> Any:
    """Return what every node above node 0 holds of it, and how much was not followed to its end.

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
    return given, left + 4 * _EPS * (steps + 1)
