"""The kernels behind `graph.snapshot.walk`: many questions in one call, no state kept between calls.

A row of an answer is (question, node, statement, row before it on the path or -1, truth, step); see `walk` for what they mean.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.snapshot.ahead import fetch
from graph.snapshot.handle import opened
from graph.snapshot.jit import kernel, leaf
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


@leaf
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


@leaf
def _fits(table: Any, more: int) -> bool:
    """Say whether `more` leave half of the table empty."""
    return bool(2 * (table[table.size - 1] + more) < table.size - 1)


@kernel
def _wider(table: Any, more: int) -> Any:
    """Return the table with room for `more`."""
    room = table.size - 1
    wider = 2 * room
    while 2 * (table[room] + more) >= wider:
        wider *= 2
    grown = seen_table(wider)
    for key in table[:room]:
        if key != -1:
            seen_add(grown, key >> 32, key & np.int64(0xFFFFFFFF))
    return grown


@leaf
def put(rows: Any, count: int, question: int, node: int, fact: int, before: int, answer: int, step: int) -> int:
    """Write one row, for which there is room; return how many there are."""
    rows[count, 0], rows[count, 1], rows[count, 2] = question, node, fact
    rows[count, 3], rows[count, 4], rows[count, 5] = before, answer, step
    return count + 1


@leaf
def _window(windows: Any, question: int) -> Any:
    if windows.shape[1] == 1:
        day = windows[question, 0]
        return day, day, day, day
    return windows[question, 0], windows[question, 1], windows[question, 2], windows[question, 3]


@leaf
def _fetch_subject(graph: Any, subjects: Any, question: int) -> None:
    """Ask for where the rows of a later subject are, and for the row of one that comes before it."""
    if question + 8 < subjects.size:
        fetch(graph.in_begin, subjects[question + 8])
        fetch(graph.in_end, subjects[question + 8])
        place = graph.in_begin[subjects[question + 4]]
        fetch(graph.in_edges, place)
        fetch(graph.in_edges, place + 4)  # four edges are a line of memory


@leaf
def _fetch_ends(graph: Any, node: int) -> None:
    """Ask for where the rows of a node are."""
    fetch(graph.in_begin, node)
    fetch(graph.in_end, node)
    fetch(graph.out_begin, node)
    fetch(graph.out_end, node)


@leaf
def _held(graph: Any, subject: int, asked: Any, wanted: Any, when: Any, rows: Any, count: int, question: int) -> int:
    """Write who held a wanted code in the subject."""
    edges = graph.in_edges
    for place in range(graph.in_begin[subject], graph.in_end[subject]):
        edge = edges[place]
        if wanted[edge.what & 255]:
            answer = truth(edge, graph, when[0], asked)
            if answer >= when[1]:
                _fetch_ends(graph, edge.other)
                count = put(rows, count, question, edge.other, edge.fact, -1, answer, 1)
    return count


@kernel
def find_holders(handle: Any, subjects: Any, windows: Any, wanted: Any, when: Any) -> Any:
    """Return who held one of the wanted codes in each subject; `when` is the timeline and the least truth."""
    graph = opened(handle)
    rows = np.empty((max(16, 4 * subjects.size), 6), np.int32)
    count, begin, end = 0, graph.in_begin, graph.in_end
    for question in range(subjects.size):
        _fetch_subject(graph, subjects, question)
        subject = subjects[question]
        while count + end[subject] - begin[subject] > rows.shape[0]:
            rows = longer(rows)
        count = _held(graph, subject, _window(windows, question), wanted, when, rows, count, question)
    return rows[:count]


@leaf
def _owners(
    graph: Any, question: int, node: int, before: int, asked: Any, rule: Any, when: Any, rows: Any, count: int, seen: Any
) -> int:
    """Write the majority owners of a node that are new; `rule` is the codes of shareholding and the majority."""
    edges, shares = graph.in_edges, rule[0]
    for place in range(graph.in_begin[node], graph.in_end[node]):
        edge = edges[place]
        if shares[edge.what & 255] and bounds(edge, graph)[0] > rule[1]:
            answer = truth(edge, graph, when[0], asked)
            if answer >= when[1] and seen_add(seen, question, edge.other):
                if before >= 0:
                    answer = min(answer, rows[before, 4])
                _fetch_ends(graph, edge.other)
                count = put(rows, count, question, edge.other, edge.fact, before, answer, 2)
    return count


@leaf
def _below(
    graph: Any, question: int, before: int, asked: Any, rule: Any, runs: Any, when: Any, rows: Any, count: int, seen: Any
) -> int:
    """Write what the party of a row owns by majority, or runs, and is new; `runs` is a table, and whether it is asked at all."""
    node, edges, shares = rows[before, 1], graph.out_edges, rule[0]
    for place in range(graph.out_begin[node], graph.out_end[node]):
        edge = edges[place]
        code = edge.what & 255
        if (runs[1] and runs[0][code]) or (shares[code] and bounds(edge, graph)[0] > rule[1]):
            answer = truth(edge, graph, when[0], asked)
            if answer >= when[1] and seen_add(seen, question, edge.other):
                _fetch_ends(graph, edge.other)
                count = put(rows, count, question, edge.other, edge.fact, before, min(answer, rows[before, 4]), 3)
    return count


@kernel
def find_reach(handle: Any, subjects: Any, windows: Any, tables: Any, limits: Any, when: Any) -> Any:
    """Return holders of wanted codes, majority owners upwards, and what all of these run or own downwards.

    `tables` are three of codes: those that are wanted, those that make a party run an enterprise, and those of shareholding.
    `limits` are the majority and the depth. Before each step there is room for every edge of the node that it looks at.
    """
    graph = opened(handle)
    rows = np.empty((max(64, 8 * subjects.size), 6), np.int32)
    room = 1 << 12 if subjects.size > 8 else 1 << 7
    seen = seen_table(room)
    wanted, runs, rule = tables[0], tables[1], (tables[2], limits[0])
    in_begin, in_end, out_begin, out_end = graph.in_begin, graph.in_end, graph.out_begin, graph.out_end
    count = 0
    for question in range(subjects.size):
        if 4 * seen[seen.size - 1] > seen.size:
            seen = seen_table(room)  # earlier questions are forgotten rather than made room for
        _fetch_subject(graph, subjects, question)
        subject, asked, first = subjects[question], _window(windows, question), count
        width = in_end[subject] - in_begin[subject]
        while count + 2 * width > rows.shape[0]:
            rows = longer(rows)
        count = _held(graph, subject, asked, wanted, when, rows, count, question)
        low = count
        if not _fits(seen, width + 1):
            seen = _wider(seen, width + 1)
        seen_add(seen, question, subject)
        count = _owners(graph, question, subject, -1, asked, rule, when, rows, count, seen)
        for _ in range(limits[1] - 1):
            high = count
            for step in range(low, high):
                node = rows[step, 1]
                width = in_end[node] - in_begin[node]
                if width:
                    while count + width > rows.shape[0]:
                        rows = longer(rows)
                    if not _fits(seen, width):
                        seen = _wider(seen, width)
                    count = _owners(graph, question, node, step, asked, rule, when, rows, count, seen)
            if count == high:
                break
            low = high
        low = first
        for level in range(limits[1]):
            high = count
            for step in range(low, high):
                fetch(graph.out_edges, out_begin[rows[step, 1]])
            for step in range(low, high):
                node = rows[step, 1]
                width = out_end[node] - out_begin[node]
                while count + width > rows.shape[0]:
                    rows = longer(rows)
                if not _fits(seen, width + 1):
                    seen = _wider(seen, width + 1)
                # Several offices of one person: his enterprises are looked up once.
                if level > 0 or seen_add(seen, question, np.int64(node) + (1 << 31)):
                    count = _below(graph, question, step, asked, rule, (runs, level == 0), when, rows, count, seen)
            if count == high:
                break
            low = high
    return rows[:count]


@leaf
def rows_between(rows: Any, kinds: Any, wanted: Any, bounds_kept: Any, kept: Any) -> int:
    """Write the rows with the edges of which both ends are of a wanted kind, packed anew; return how many edges."""
    begin, end, edges = rows
    count = 0
    bounds_kept[0] = 0
    for row in range(begin.size):
        if wanted[kinds[row]]:
            for place in range(begin[row], end[row]):
                if wanted[kinds[edges[place].other]]:
                    kept[count] = edges[place]
                    count += 1
        bounds_kept[row + 1] = count
    return count


@leaf
def _holds(edge: Any, graph: Any, asked: Any, timeline: int, least: int, days: Any) -> Any:
    """Say whether an edge held; `days` are the last on which it may begin and the first on which it may end."""
    if edge.what & 256:
        return truth(edge, graph, timeline, asked) >= least
    return (edge.start <= days[0]) & (days[1] <= edge.end)


@leaf
def _days(asked: Any, least: int) -> Any:
    return (asked[2], asked[1]) if least == 2 else (asked[3], asked[0])


@leaf
def alive_between(first: Any, last: Any, begins: Any, ends: Any, held: Any) -> None:
    """Write for edges without a side table whether they held, from their first and last days."""
    for place in range(first.size):
        held[place] = (first[place] <= begins) & (ends <= last[place])


@leaf
def alive_at(graph: Any, places: Any, asked: Any, timeline: int, least: int, held: Any) -> None:
    """Write for the edges at some places in the rows of subjects whether they held."""
    days = _days(asked, least)
    for place in places:
        held[place] = _holds(graph.in_edges[place], graph, asked, timeline, least, days)


@leaf
def kept_rows(graph: Any, rows: Any, asked: Any, timeline: int, least: int, bounds_kept: Any, kept: Any) -> int:
    """Write the rows without the edges that did not hold, packed anew: bounds and edges; return how many edges.

    Each edge is written, and the next over it where it did not hold: no branch can be guessed wrong.
    """
    begin, end, edges = rows
    count, days = 0, _days(asked, least)
    bounds_kept[0] = 0
    for row in range(begin.size):
        for place in range(begin[row], end[row]):
            edge = edges[place]
            kept[count] = edge
            count += _holds(edge, graph, asked, timeline, least, days)
        bounds_kept[row + 1] = count
    return count
