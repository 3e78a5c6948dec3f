"""The kernel for enterprises that hold each other in a circle: what enters from outside, times (I - W)^-1."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from graph.snapshot.jit import kernel

EPS: Final = 2.3e-16
WHOLE: Final = 1e6


@kernel
def grown(array: Any, size: int) -> Any:
    """Return the array with room for `size`."""
    longer = np.empty(size, array.dtype)
    for i in range(array.size):
        longer[i] = array[i]
    return longer


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
def closed(stakes: Any, members: Any, index: Any) -> bool:
    """Say whether a part holds itself whole, in whole ppm: every member is held to 100 % or more by members."""
    begin, holder, least = stakes[0], stakes[1], stakes[2]
    for member in members:
        total = np.int64(0)
        for place in range(begin[member], begin[member + 1]):
            if index[holder[place]] >= 0:
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
        total = 4.0 * (size + 2) * EPS * norm * norm * WHOLE
        for j in range(size):
            total += abs(inverse[i, j]) * base[j]
        slack[i] = total + norm * error


@kernel
def _entering(stakes: Any, known: Any, slack: Any, members: Any, index: Any) -> Any:
    """Return what enters the members from outside: (member, owner, least, most) of each way; their slack, their error, flags."""
    begin, holder, least, most = stakes
    held, places, values = known
    row, owner, low, high = np.empty(64, np.int32), np.empty(64, np.int32), np.empty(64), np.empty(64)
    count, flag, error, base = 0, np.uint8(0), 0.0, np.zeros(members.size)
    for i in range(members.size):
        for place in range(begin[members[i]], begin[members[i] + 1]):
            other = holder[place]
            if index[other] >= 0:
                continue
            own, more, start = not held[other], 1, 0
            if not own:
                kept = places[other]
                more, start = kept.size, kept.start
                flag |= kept.flags
                base[i] += most[place] * slack[other] / WHOLE
            if count + more > row.size:
                room = 2 * (count + more)
                row, owner, low, high = grown(row, room), grown(owner, room), grown(low, room), grown(high, room)
            for q in range(more):
                row[count] = i
                if own:
                    owner[count], low[count], high[count] = other, least[place], most[place]
                else:
                    value = values[start + q]
                    owner[count] = value.owner
                    low[count], high[count] = least[place] * value.least / WHOLE, most[place] * value.most / WHOLE
                    error += 4 * EPS * high[count]
                count += 1
    return row[:count], owner[:count], low[:count], high[:count], base, error, flag


@kernel
def _matrix(stakes: Any, shares: Any, members: Any, index: Any) -> Any:
    """Return I - W of what members hold of each other."""
    begin, holder = stakes[0], stakes[1]
    matrix = np.zeros((members.size, members.size))
    for i in range(members.size):
        matrix[i, i] = 1.0
    for i in range(members.size):
        for place in range(begin[members[i]], begin[members[i] + 1]):
            j = index[holder[place]]
            if j >= 0:
                matrix[i, j] -= shares[place] / WHOLE
    return matrix


@kernel
def solve_loop(stakes: Any, known: Any, slack: Any, members: Any, index: Any, largest: int) -> Any:
    """Return what everybody who enters a part holds of its members.

    Returns the owners; of each member and owner the least and the most ppm; of each member how far rounding may have moved them;
    and the part's flags (8 closed, 16 unsolved). `index` is -1 everywhere, before and after.
    """
    size = members.size
    for i in range(size):
        index[members[i]] = i
    row, way, way_low, way_high, base, error, flag = _entering(stakes, known, slack, members, index)
    solvable = size <= largest
    chosen = members if solvable else members[:0]
    low_matrix, high_matrix = _matrix(stakes, stakes[2], chosen, index), _matrix(stakes, stakes[3], chosen, index)
    low_solved = False
    if closed(stakes, members, index):
        flag |= np.uint8(8)
    else:
        low_solved = solvable and _inverse(low_matrix)
        if not low_solved:
            flag |= np.uint8(16)
    high_solved = solvable and _inverse(high_matrix)
    for member in members:
        index[member] = -1
    owners, count = np.empty(way.size, np.int32), 0
    for owner in way:
        if index[owner] < 0:
            index[owner], owners[count] = count, owner
            count += 1
    entries = np.zeros((2, size, count))
    for t in range(way.size):
        entries[0, row[t], index[way[t]]] += way_low[t]
        entries[1, row[t], index[way[t]]] += way_high[t]
    for owner in way:
        index[owner] = -1
    margin = np.zeros(size)
    if high_solved:
        _spread(high_matrix, base, margin, error)
    least, most = np.zeros((size, count)), np.full((size, count), WHOLE)
    for i in range(size):
        for t in range(count):
            low, high = 0.0, WHOLE
            if low_solved:
                for j in range(size):
                    low += low_matrix[i, j] * entries[0, j, t]
            if high_solved:
                high = 0.0
                for j in range(size):
                    high += high_matrix[i, j] * entries[1, j, t]
                if high > low + margin[i]:
                    high = max(low, min(high, WHOLE))
            least[i, t], most[i, t] = low, high
    return owners[:count], least, most, margin, flag
