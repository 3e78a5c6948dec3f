"""Trees drawn with lines in a terminal.

Invariants (tests/unit/test_api_graph.py holds one test a number)
1. Every branch is a line below and right of its parent; what was left out is a line too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.locales import Texts

Document = dict[str, Any]


def drawn(document: Document, words: Texts) -> Iterator[str]:
    """Yield the lines of an answer of the graph: its title, its trees, its notes."""
    yield document["title"]
    for tree in document["tree"]:
        yield from _lines(tree, words, "", "")
    yield from document["notes"]


def _lines(item: Document, words: Texts, first: str, rest: str) -> Iterator[str]:
    yield first + _text(item, words)
    children = item["children"]
    last = len(children) - 1
    for place, child in enumerate(children):
        end = place == last and not item["left_out"]
        yield from _lines(child, words, rest + ("└─ " if end else "├─ "), rest + ("   " if end else "│  "))
    if item["left_out"]:
        yield f"{rest}└─ {words.say('graph.branches_left_out', count=item['left_out'])}"


def _text(item: Document, words: Texts) -> str:
    party = item["party"]
    parts = [party["name"] if party["name"] == party["id"] else f"{party['name']} [{party['id']}]"]
    share = percent(item["share_least_percent"], item["share_most_percent"])
    parts += [share] if share else []
    parts += [edge_text(item["edge"])] if item["edge"] else []
    parts += [f"({words.label('graph_mark', item['mark'])})"] if item["mark"] else []
    return " · ".join(parts)


def edge_text(edge: Document) -> str:
    """Return a statement in one line; an arrow points from the holder to what is held."""
    share = percent(edge["share_least_percent"], edge["share_most_percent"])
    arrow = "←" if edge["way"] == "up" else "→"
    return " ".join(part for part in (arrow, edge["label"], share, f"({edge['period_text']})") if part)


def percent(least: float | None, most: float | None) -> str:
    """Return bounds of a share as a reader wants them: one number where they are one."""
    if least is None or most is None:
        return ""
    low, high = (f"{round(value, 4):.10g}" for value in (least, most))
    return f"{low} %" if low == high else f"{low}-{high} %"
