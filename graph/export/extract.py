"""What is exported: parties, what they hold in each other, decisions and findings, each resolved to whom it means.

An extract is read block by block, so that a whole city passes through little memory. Keyed hashes of resident numbers never leave.

Invariants (tests/unit/test_export_formats.py holds one test a number)
1. Every node and every statement of the selection comes once, an edge with the two nodes that the graph resolves it to.
2. Nobody outside the selection is in it; an edge is in it only with both of its ends.
3. Of a day: what certainly or possibly held then, and nothing that certainly did not.
4. What identifies a person by itself is not in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from graph.dates import PartialDate, Truth
from graph.model import (
    Decision,
    Entity,
    Fact,
    Finding,
    Identifier,
    Name,
    Naming,
    PartyRef,
    Payload,
    Recorded,
    Relationship,
    appearance_name,
    appearance_parts,
)
from graph.snapshot.columns import Columns
from graph.snapshot.gather import BEARER_END
from graph.snapshot.rows import UNSURE
from graph.store.base import Store
from graph.store.mentions import STRONG, base_of

_BLOCK: Final = 2_000
"""Nodes that are read at once."""


@dataclass(frozen=True, slots=True)
class Node:
    """A party, or what parties share: what all sources together say of it."""

    id: str
    kind: str
    label: str
    names: tuple[Name, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    facts: tuple[Fact[Entity], ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """A relationship between two nodes; `sure` is False where one of its ends could be one of several people."""

    party: str
    subject: str
    fact: Fact[Relationship]
    sure: bool

    @property
    def value(self) -> Relationship:
        """What the statement says."""
        return self.fact.value


class Extract:
    """A selection of a graph.

    Parameters
    ----------
    store : Store
        Where statements are read, as of the version of the columns.
    columns : Columns
        The graph.
    selected : int array, optional
        Numbers of the nodes, all that are known if not given.
    on : date, optional
        Leave out what certainly did not hold on this day.
    decision : str, optional
        Only this decision, with its findings; else all that concern a selected node.
    """

    def __init__(
        self,
        store: Store,
        columns: Columns,
        selected: Sequence[int] | None = None,
        on: date | None = None,
        decision: str | None = None,
    ) -> None:
        self._store, self._columns, self._on, self._decision = store, columns, on, decision
        self._whole = selected is None
        chosen = np.arange(len(columns)) if selected is None else np.unique(np.asarray(selected, np.int64))
        self._nodes = chosen[[columns.known(int(node)) for node in chosen]] if len(chosen) else chosen
        self._in = np.zeros(len(columns), np.bool_)
        self._in[self._nodes] = True
        self._bases = set() if self._whole else {base_of(columns.id(int(node))) for node in self._nodes}

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self._nodes)

    @property
    def version(self) -> int:
        """Version of the store that is read."""
        return self._columns.version

    # Nodes

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes, in the order of the graph."""
        for block in self._blocks():
            said = self._said(block)
            for node in block.tolist():
                yield self._node(node, said)

    def _blocks(self) -> Iterator[npt.NDArray[Any]]:
        for start in range(0, len(self._nodes), _BLOCK):
            yield self._nodes[start : start + _BLOCK]

    def _said(self, block: npt.NDArray[Any]) -> dict[str, list[Fact[Entity]]]:
        """Return what is said of the entities of a block, by entity."""
        bases = sorted({base_of(self._columns.id(node)) for node in block.tolist()})
        said: dict[str, list[Fact[Entity]]] = defaultdict(list)
        for recorded in self._store.facts(["entity"], self.version, about=bases):
            if isinstance(recorded.fact.value, Entity):
                said[recorded.fact.value.id].append(recorded.fact)  # type: ignore[arg-type]
        return said

    def _node(self, number: int, said: dict[str, list[Fact[Entity]]]) -> Node:
        node = self._columns.id(number)
        parts = appearance_parts(node)
        entity, _, bearer = node.partition("@") if parts else (node, "", "")
        facts = tuple(
            fact
            for fact in sorted(said.get(entity, ()), key=lambda fact: fact.id)
            if not bearer or bearer == (fact.value.bearer or "") or (bearer[0] == "?" and fact.value.bearer is None)
        )
        names = tuple(dict.fromkeys(name for fact in facts for name in fact.value.names))
        full = [name.text for name in names if name.kind == "full"]
        label = (full or [name.text for name in names] or [appearance_name(node) or node])[0]
        numbers = dict.fromkeys(number for fact in facts for number in fact.value.identifiers if number.scheme != STRONG)
        attributes = dict.fromkeys(pair for fact in facts for pair in fact.value.attributes)
        kind = self._columns.kind(number) or "company"
        return Node(node, kind, label, names, tuple(numbers), tuple(attributes), facts)

    # Edges

    def edges(self) -> Iterator[Edge]:
        """Yield the relationships between nodes of the selection, subject by subject."""
        arrays, columns = self._columns.arrays, self._columns
        for block in self._blocks():
            held = [node for node in block.tolist() if arrays.in_end[node] > arrays.in_begin[node]]
            rows = {node: arrays.in_edges[arrays.in_begin[node] : arrays.in_end[node]] for node in held}
            facts = self._relationships(held)
            for subject, within in rows.items():
                for row in within[self._in[within["other"]]]:
                    fact = facts.get(columns.fact(int(row["fact"]))) or self._statement(columns.fact(int(row["fact"])))
                    if fact is not None and self._held(fact.value):
                        yield Edge(columns.id(int(row["other"])), columns.id(subject), fact, not int(row["what"]) & UNSURE)

    def _relationships(self, subjects: Sequence[int]) -> dict[str, Fact[Relationship]]:
        bases = sorted({base_of(self._columns.id(node)) for node in subjects})
        found = self._store.facts(["relationship"], self.version, about=bases) if bases else ()
        return {r.fact.id: r.fact for r in found if isinstance(r.fact.value, Relationship)}  # type: ignore[misc]

    def _statement(self, fact_id: str) -> Fact[Relationship] | None:
        """Return a statement that does not speak of the enterprise where its subject stands: the two were joined by a claim."""
        recorded = self._store.by_id(fact_id)
        if isinstance(recorded, Recorded) and isinstance(recorded.fact.value, Relationship):
            return recorded.fact  # type: ignore[return-value]
        return None

    def _held(self, value: Relationship) -> bool:
        return self._on is None or value.period.holds_on(PartialDate.on(self._on)) is not Truth.NO

    # Decisions and findings

    def decisions(self) -> Iterator[Fact[Decision]]:
        """Yield the decisions that concern a node of the selection."""
        for fact in self._concerning("decision"):
            if isinstance(fact.value, Decision) and self._concerned(fact.value.id, [fact.value.respondent]):
                yield fact  # type: ignore[misc]

    def namings(self) -> Iterator[Fact[Naming]]:
        """Yield what decisions say of the people whom they name, as far as these are in the selection."""
        for fact in self._concerning("naming"):
            if isinstance(fact.value, Naming) and self._concerned(fact.value.decision, [fact.value.party]):
                yield fact  # type: ignore[misc]

    def findings(self) -> Iterator[Fact[Finding]]:
        """Yield the findings on nodes of the selection."""
        for fact in self._concerning("finding"):
            value = fact.value
            if isinstance(value, Finding) and self._concerned(value.decision, [PartyRef(value.party)]):
                yield fact  # type: ignore[misc]

    def _concerning(self, kind: str) -> Iterator[Fact[Payload]]:
        about: Iterable[str] | None = None if self._whole else sorted(self._bases)
        if self._decision is not None:
            about = [self._decision]
        for recorded in self._store.facts([kind], self.version, about=about):
            yield recorded.fact

    def _concerned(self, decision: str, parties: Sequence[PartyRef | None]) -> bool:
        if self._decision is not None and decision != self._decision:
            return False
        return self._whole or self._decision is not None or any(party and self._selected(party) for party in parties)

    def _selected(self, party: PartyRef) -> bool:
        """Whether a reference stands on a selected node, on one that is told apart further, or on the person it is joined to."""
        nodes = [party.entity] if party.bearer is None else [party.entity, f"{party.entity}@{party.bearer}"]
        nodes += [pair.split(BEARER_END)[1] for node in nodes for pair in self._columns.joined.starting(node + BEARER_END)]
        return any((number := self._number(node)) >= 0 and self._in[number] for node in nodes)

    def _number(self, node: str) -> int:
        late = self._columns.added_nodes.get(node)
        return self._columns.nodes.find(node) if late is None else late
