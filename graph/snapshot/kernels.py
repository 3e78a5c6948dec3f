"""The kernels behind `graph.snapshot.walk`: many questions in one call, no state kept between calls.

A row of an answer is (question, node, statement, row before it on the path or -1, truth, step); see `walk` for what they mean.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.snapshot.jit import kernel
from graph.snapshot.rows import bounds, truth


@kernel
def longer(rows: Any) -> Any:
    """Return the rows with room for twice as many."""
    grown = np.empty((2 * rows.shape[0], rows.shape[1]), rows.dtype)
    for row in range(rows.shape[0]):  # a slice would do the same, and take seconds more to compile
        for column in range(rows.shape[1]):
            grown[row, column] = rows[row, column]
    return grown


@kernel
def seen_table(room: int) -> Any:
    """Return an empty table of (question, node); `room` is a power of two, and a last cell counts what is in it."""
    table = np.full(room + 1, np.int64(-1))
    table[room] = 0
    return table


@kernel
def seen_add(table: Any, question: int, node: Any) -> bool:
    """Add (question, node) to a table; say whether it is new there."""
    key = (np.int64(question) << 32) | np.int64(node)
    mask = table.size - 2
    slot = (key * np.int64(-7046029254386353131) >> 20) & mask
    while table[slot] != -1:
        if table[slot] == key:
            return False
        slot = (slot + 1) & mask
    table[slot] = key
    table[mask + 1] += 1
    return True


@kernel
def seen_room(table: Any) -> Any:
    """Return the table, twice as large if it is half full."""
    room = table.size - 1
    if 2 * table[room] < room:
        return table
    grown = seen_table(2 * room)
    for key in table[:room]:
        if key != -1:
            seen_add(grown, key >> 32, key & np.int64(0xFFFFFFFF))
    return grown


@kernel
def put(rows: Any, count: int, question: int, node: int, fact: int, before: int, answer: int, step: int) -> Any:
    """Write one row; return the rows, longer if there was no room."""
    if count == rows.shape[0]:
        rows = longer(rows)
    row = rows[count]
    row[0], row[1], row[2], row[3], row[4], row[5] = question, node, fact, before, answer, step
    return rows


@kernel
def _window(windows: Any, question: int) -> Any:
    return windows[question, 0], windows[question, 1], windows[question, 2], windows[question, 3]


@kernel
def _held(graph: Any, subject: int, asked: Any, wanted: Any, when: Any, rows: Any, count: int, question: int) -> Any:
    """Write who held a wanted code in the subject."""
    for place in range(graph.in_begin[subject], graph.in_end[subject]):
        edge = graph.in_edges[place]
        if wanted[edge.what & 255]:
            answer = truth(edge, graph, when[0], asked)
            if answer >= when[1]:
                rows = put(rows, count, question, edge.other, edge.fact, -1, answer, 1)
                count += 1
    return rows, count


@kernel
def find_holders(graph: Any, subjects: Any, windows: Any, wanted: Any, when: Any) -> Any:
    """Return who held one of the wanted codes in each subject; `when` is the timeline and the least truth."""
    rows = np.empty((max(16, 4 * subjects.size), 6), np.int32)
    count = 0
    for question in range(subjects.size):
        rows, count = _held(graph, subjects[question], _window(windows, question), wanted, when, rows, count, question)
    return rows[:count]


@kernel
def _owners(graph: Any, node: int, before: int, asked: Any, rule: Any, when: Any, rows: Any, count: int, seen: Any) -> Any:
    """Write the majority owners of a node that are new; `rule` is the question, the codes of shareholding, and the majority."""
    for place in range(graph.in_begin[node], graph.in_end[node]):
        edge = graph.in_edges[place]
        if rule[1][edge.what & 255] and bounds(edge, graph)[0] > rule[2]:
            answer = truth(edge, graph, when[0], asked)
            if answer >= when[1] and seen_add(seen, rule[0], edge.other):
                if before >= 0:
                    answer = min(answer, rows[before, 4])
                rows = put(rows, count, rule[0], edge.other, edge.fact, before, answer, 2)
                count += 1
                seen = seen_room(seen)
    return rows, count, seen


@kernel
def _below(graph: Any, before: int, asked: Any, rule: Any, runs: Any, when: Any, rows: Any, count: int, seen: Any) -> Any:
    """Write what the party of a row owns by majority, or runs, and is new."""
    node = rows[before, 1]
    for place in range(graph.out_begin[node], graph.out_end[node]):
        edge = graph.out_edges[place]
        code = edge.what & 255
        if runs[code] or (rule[1][code] and bounds(edge, graph)[0] > rule[2]):
            answer = truth(edge, graph, when[0], asked)
            if answer >= when[1] and seen_add(seen, rule[0], edge.other):
                rows = put(rows, count, rule[0], edge.other, edge.fact, before, min(answer, rows[before, 4]), 3)
                count += 1
                seen = seen_room(seen)
    return rows, count, seen


@kernel
def find_reach(graph: Any, subjects: Any, windows: Any, wanted: Any, rules: Any, limits: Any, when: Any) -> Any:
    """Return holders of wanted codes, majority owners upwards, and what all of these run or own downwards.

    `rules` holds two tables of codes: those that make a party run an enterprise, and those of shareholding. `limits` are the
    majority and the depth.
    """
    rows = np.empty((max(64, 8 * subjects.size), 6), np.int32)
    seen = seen_table(1 << 12)
    nothing = np.zeros(256, np.bool_)
    count = 0
    for question in range(subjects.size):
        if 4 * seen[seen.size - 1] > seen.size:
            seen = seen_table(1 << 12)  # earlier questions are forgotten rather than made room for
        subject, asked, first = subjects[question], _window(windows, question), count
        rule = (question, rules[1], limits[0])
        rows, count = _held(graph, subject, asked, wanted, when, rows, count, question)
        low = count
        seen_add(seen, question, subject)
        rows, count, seen = _owners(graph, subject, -1, asked, rule, when, rows, count, seen)
        for _ in range(limits[1] - 1):
            high = count
            for step in range(low, high):
                rows, count, seen = _owners(graph, rows[step, 1], step, asked, rule, when, rows, count, seen)
            if count == high:
                break
            low = high
        low = first
        for level in range(limits[1]):
            high = count
            for step in range(low, high):
                # Several offices of one person: his enterprises are looked up once.
                if level > 0 or seen_add(seen, question, np.int64(rows[step, 1]) + (1 << 31)):
                    seen = seen_room(seen)
                    runs = rules[0] if level == 0 else nothing
                    rows, count, seen = _below(graph, step, asked, rule, runs, when, rows, count, seen)
            if count == high:
                break
            low = high
    return rows[:count]


@kernel
def alive_bits(graph: Any, asked: Any, timeline: int, least: int) -> Any:
    """Return one bit an edge, by position in the rows of subjects: whether it held."""
    edges = graph.in_edges
    words = np.zeros((edges.size + 63) // 64, np.uint64)
    for word in range(words.size):
        bits = np.uint64(0)
        for place in range(64 * word, min(64 * word + 64, edges.size)):
            if truth(edges[place], graph, timeline, asked) >= least:
                bits |= np.uint64(1) << np.uint64(place & 63)
        words[word] = bits
    return words


@kernel
def kept_rows(begin: Any, end: Any, edges: Any, graph: Any, asked: Any, timeline: int, least: int) -> Any:
    """Return the rows without the edges that did not hold, packed anew: (bounds, edges)."""
    bounds_kept = np.zeros(begin.size + 1, np.int32)
    kept = np.empty(edges.size, edges.dtype)
    count = 0
    for row in range(begin.size):
        for place in range(begin[row], end[row]):
            if truth(edges[place], graph, timeline, asked) >= least:
                kept[count] = edges[place]
                count += 1
        bounds_kept[row + 1] = count
    return bounds_kept, kept[:count]
