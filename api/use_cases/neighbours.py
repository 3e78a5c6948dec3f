"""Who is tied to a party, kind by kind and page by page: what somebody sees who opens it.

Invariants (tests/unit/test_api_page_cases.py holds one test a number)
3. Every kind of tie is counted whole, however few of its parties are given; going on gives each of the others once.
4. Two parties that several statements tie are one row with all of them.
14. Without persons, neither groups nor counts nor filters tell that there are any.
17. Whoever has a card has an answer here too, though nothing is tied to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from api.use_cases import choosing
from api.use_cases.graph import Document, Filters, Graph
from api.use_cases.reading import see_that_one
from graph.dates import Period
from graph.errors import NotFound
from graph.model import PPM
from graph.snapshot.gather import from_facts
from graph.snapshot.paths import Tie, ties
from graph.snapshot.scope import snapshot_about
from graph.store.base import Store

EVER = Period.parse("1900-01-01/2079-06-03")
"""Every day that can be asked about."""


@dataclass(frozen=True)
class Neighbours:
    """The ties of one party.

    Attributes
    ----------
    node : int
        The party.
    groups : mapping of (way, interest) to parties
        Each with its rank, which orders them: the largest holding first.
    """

    graph: Graph
    node: int
    groups: Mapping[tuple[str, str], Sequence[tuple[str, int]]]
    _ties: Mapping[int, Sequence[Tie]]

    @cached_property
    def count(self) -> int:
        """How many parties are tied to it."""
        return len(self._ties)

    def group(self, name: str) -> Sequence[tuple[str, int]]:
        """Return the parties of a group named as `up.director`; raises `NoChoice`."""
        way, _, interest = name.partition(".")
        choosing.one_of("group", name, [".".join(key) for key in self.groups])
        return self.groups[way, interest]

    def groups_json(self) -> list[Document]:
        """Return the kinds of ties with how many parties each has."""
        words = self.graph.words
        return [
            {"group": f"{way}.{interest}", "way": way, "interest": interest, "label": words.interest(interest), "count": len(found)}
            for (way, interest), found in self.groups.items()
        ]

    def rows(self, nodes: Iterable[int]) -> list[Document]:
        """Return parties with every statement that ties them to this one."""
        chosen = list(dict.fromkeys(nodes))
        named = self.graph.name(chosen)
        edges = iter(self.graph.statements([(tie.fact, self.node) for n in chosen for tie in self._ties[n]]))
        return [{"party": named[n], "edges": [next(edges) for _ in self._ties[n]]} for n in chosen]


def neighbours(graph: Graph, party: str, filters: Filters, *, ever: bool = False) -> Neighbours:
    """Return who is tied to a party.

    Parameters
    ----------
    graph : Graph
        What is asked.
    party : str
        Id, number, or a name that one alone bears.
    filters : Filters
        Which ties count.
    ever : bool
        On whatever day they held, instead of on the day of the filters.

    Raises
    ------
    InputError, NotFound, Refused
        See `Graph.find` and `Filters.steps`.
    """
    steps = graph.steps(filters)
    node = graph.find(party)
    by_other: dict[int, list[Tie]] = defaultdict(list)
    ranks: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    found = ties(graph.columns, node, replace(steps, on=EVER) if ever else steps)
    for tie in found if graph.sees(node) else ():
        by_other[tie.node].append(tie)
        rank = ranks["up" if tie.up else "down", tie.code]
        rank[tie.node] = max(rank.get(tie.node, 0), tie.share_ppm)
    groups = {
        key: sorted((f"{PPM - share:07d}.{other:010d}", other) for other, share in rank.items())
        for key, rank in sorted(ranks.items(), key=lambda item: (item[0][0] != "up", len(item[1]), item[0][1]))
    }
    return Neighbours(graph, node, groups, by_other)


def graph_then(graph: Graph, party: str, version: int) -> Graph:
    """Return the graph about a party as it was known at a version.

    Raises
    ------
    NotFound
        Nothing was known of it then.
    """
    about = snapshot_about(graph.store, [party], version)
    then = Graph(graph.store, from_facts(about.statements(), version), graph.words, graph.blind)
    try:
        then.columns.node(party)
    except NotFound as error:
        raise NotFound(f"nothing was known of {party!r} at version {version}", zh=f"当时系统里还没有关于“{party}”的记录") from error
    return then


def nobody_tied(store: Store, party: str, known_at: int | None) -> dict[str, Any]:
    """Return the answer about a party to which nothing is tied, as one of whom a decision alone tells.

    Raises
    ------
    NotFound
        No statement speaks of it.
    Refused
        It is an entry that stands for several people.
    """
    near = snapshot_about(store, [party], known_at)
    see_that_one(near, party)
    own = {"id": party, "name": near.label(party), "kind": near.entity(party).kind}
    return {"version": near.version, "party": own, "count": 0, "groups": [], "items": []}


def neighbours_json(found: Neighbours, nodes: Iterable[int], as_of: date | None) -> dict[str, Any]:
    """Return some of the parties as plain values, with the counts of all."""
    graph = found.graph
    return {
        "version": graph.columns.version,
        "as_of": as_of.isoformat() if as_of else None,
        "party": graph.name([found.node])[found.node],
        "count": found.count,
        "groups": found.groups_json(),
        "items": found.rows(nodes),
    }
