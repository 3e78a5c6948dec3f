"""What is exported: parties, what they hold in each other, decisions and findings, each resolved to whom it means.

An extract is read block by block, so that a whole city passes through little memory: what is held is one byte a node, and the
ids of the decisions. Keyed hashes of resident numbers never leave.

Invariants (tests/unit/test_export_formats.py holds one test a number)
1. Every node and every statement of the selection comes once, an edge with the two nodes that the graph resolves it to.
2. Nobody outside the selection is in it, but whom a decision or finding of the selection speaks of; an edge is in it only with
   both of its ends.
3. Of a day: what certainly or possibly held then, and nothing that certainly did not; no decision, naming or finding that is
   certainly later.
4. What identifies a person by itself is not in it.
5. Nothing in it points to a party or decision that is not in it, even to one that no statement describes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from graph.calling import called
from graph.dates import PartialDate, Truth
from graph.export.whom import Whom
from graph.model import (
    Decision,
    DecisionLink,
    Entity,
    Fact,
    Finding,
    Identifier,
    Name,
    Naming,
    Payload,
    Recorded,
    Relationship,
    appearance_name,
    appearance_parts,
)
from graph.snapshot.columns import Columns
from graph.snapshot.rows import UNSURE
from graph.store.base import Store
from graph.store.mentions import STRONG, base_of, spoken_of

_BLOCK: Final = 2_000
"""Nodes that are read at once."""
UNREAD: Final = "unread:"
"""Begins the id of whom a decision names in a way that nobody could read."""
P = TypeVar("P", bound=Payload, covariant=True)


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

    @property
    def unread(self) -> bool:
        """Whether this is somebody whom a decision names in a way that nobody could read."""
        return self.id.startswith(UNREAD)


@dataclass(frozen=True, slots=True)
class Edge:
    """A relationship between two nodes; `sure` is False where one of its ends could be one of several people."""

    party: str
    subject: str
    recorded: Recorded
    fact: Fact[Relationship]
    sure: bool
    kinds: tuple[str, str]
    """The kinds of party and subject."""

    @property
    def value(self) -> Relationship:
        """What the statement says."""
        return self.fact.value


@dataclass(frozen=True, slots=True)
class Said(Generic[P]):
    """A decision, naming or finding, and the node of the party that it speaks of."""

    fact: Fact[P]
    party: str

    @property
    def value(self) -> P:
        """What the statement says."""
        return self.fact.value


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What decisions and findings speak of: parties beyond the selection, with a name if no more is known, and decisions."""

    parties: dict[str, str]
    decisions: Set[str]
    undescribed: tuple[str, ...]
    repeated: frozenset[str]


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
        self._in = columns.all_known()
        if selected is not None:
            chosen = np.zeros(len(columns), np.bool_)
            chosen[np.asarray(selected, np.int64)] = True
            self._in &= chosen
        self._bases = set() if self._whole else {base_of(columns.id(node)) for block in self._blocks() for node in block.tolist()}
        self._whom = Whom(columns)

    @property
    def version(self) -> int:
        """Version of the store that is read."""
        return self._columns.version

    @property
    def store(self) -> Store:
        """Where the statements are read."""
        return self._store

    # Nodes

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes in the order of the graph, then those of whom decisions and findings speak besides."""
        for block in self._blocks():
            ids = [self._columns.id(number) for number in block.tolist()]
            said = self._said(ids)
            for number, node in zip(block.tolist(), ids, strict=True):
                yield self._node(node, self._columns.kind(number), said)
        more = list(self._spoken.parties.items())
        for start in range(0, len(more), _BLOCK):
            part = dict(more[start : start + _BLOCK])
            said = self._said(part)
            for node, name in part.items():
                yield self._node(node, self._kind(node), said, name)

    def _blocks(self) -> Iterator[npt.NDArray[Any]]:
        for start in range(0, len(self._in), _BLOCK):
            if len(found := np.flatnonzero(self._in[start : start + _BLOCK])):
                yield found + start

    def _said(self, nodes: Iterable[str]) -> dict[str, list[Fact[Entity]]]:
        """Return what is said of the entities of a block, by entity."""
        said: dict[str, list[Fact[Entity]]] = defaultdict(list)
        for recorded in self._store.facts(["entity"], self.version, about=sorted(set(map(base_of, nodes)))):
            if isinstance(recorded.fact.value, Entity):
                said[recorded.fact.value.id].append(recorded.fact)  # type: ignore[arg-type]
        return said

    def _kind(self, node: str) -> str:
        if appearance_parts(node) or node.startswith(UNREAD):
            return "person"
        number = self._number(node)
        return self._columns.kind(number) if number >= 0 else ""

    def _node(self, node: str, kind: str, said: dict[str, list[Fact[Entity]]], name: str = "") -> Node:
        parts = appearance_parts(node)
        entity, _, bearer = node.partition("@") if parts else (node, "", "")
        facts = tuple(
            fact
            for fact in sorted(said.get(entity, ()), key=lambda fact: fact.id)
            if not bearer or bearer == (fact.value.bearer or "") or (bearer[0] == "?" and fact.value.bearer is None)
        )
        names = tuple(dict.fromkeys(name for fact in facts for name in fact.value.names))
        label = called(names) or name or appearance_name(node) or node
        numbers = dict.fromkeys(number for fact in facts for number in fact.value.identifiers if number.scheme != STRONG)
        attributes = dict.fromkeys(pair for fact in facts for pair in fact.value.attributes)
        return Node(node, kind or "company", label, names, tuple(numbers), tuple(attributes), facts)

    # Edges

    def edges(self) -> Iterator[Edge]:
        """Yield the relationships between nodes of the selection, subject by subject."""
        arrays, columns = self._columns.arrays, self._columns
        for block in self._blocks():
            held = [node for node in block.tolist() if arrays.in_end[node] > arrays.in_begin[node]]
            rows = {node: arrays.in_edges[arrays.in_begin[node] : arrays.in_end[node]] for node in held}
            found = self._relationships(held)
            for subject, within in rows.items():
                for row in within[self._in[within["other"]]]:
                    own = columns.fact(int(row["fact"]))
                    recorded = found.get(own) or self._store.by_id(own)  # joined by a claim, it speaks of another enterprise
                    if isinstance(recorded, Recorded) and isinstance(recorded.fact.value, Relationship):
                        fact: Fact[Relationship] = recorded.fact  # type: ignore[assignment]
                        if self._held(fact.value):
                            other = int(row["other"])
                            yield Edge(
                                columns.id(other),
                                columns.id(subject),
                                recorded,
                                fact,
                                not int(row["what"]) & UNSURE,
                                (columns.kind(other) or "company", columns.kind(subject) or "company"),
                            )

    def _relationships(self, subjects: Sequence[int]) -> dict[str, Recorded]:
        bases = sorted({base_of(self._columns.id(node)) for node in subjects})
        found = self._store.facts(["relationship"], self.version, about=bases) if bases else ()
        return {recorded.fact.id: recorded for recorded in found}

    def _held(self, value: Relationship) -> bool:
        return self._on is None or value.period.holds_on(PartialDate.on(self._on)) is not Truth.NO

    # Decisions, whom they name, and findings

    def decisions(self) -> Iterator[Said[Decision]]:
        """Yield the decisions on a node of the selection, and those that a naming or finding of it speaks of."""
        for fact in self._all_decisions():
            if fact.value.id not in self._later:
                yield Said(fact, self._whom.node(fact.value.respondent, fact.value.id))

    def namings(self) -> Iterator[Said[Naming]]:
        """Yield what decisions say of the people whom they name, as far as these are in the selection."""
        for said in self._all_namings():
            if said.value.decision not in self._later:
                yield said

    def findings(self) -> Iterator[Said[Finding]]:
        """Yield the findings on nodes of the selection; of a day, those that had begun, even where they have ended since."""
        for said in self._all_findings():
            late = self._on is not None and said.value.start is not None and said.value.start > self._on
            if not late and said.value.decision not in self._later:
                yield said

    def links(self) -> Iterator[Fact[DecisionLink]]:
        """Yield what decisions that are both told have to do with each other."""
        told = self._spoken.decisions
        about = None if self._whole else sorted(told)
        for recorded in self._store.facts(["link"], self.version, about=about) if told else ():
            value = recorded.fact.value
            if (
                isinstance(value, DecisionLink)
                and value.decision in told
                and value.other in told
                and not self._is_late(value.since)
            ):
                yield recorded.fact  # type: ignore[misc]

    def undescribed(self) -> Sequence[str]:
        """Return the decisions of which somebody speaks and that nobody describes."""
        return self._spoken.undescribed

    def repeated(self) -> Set[str]:
        """Return the decisions that several statements describe."""
        return self._spoken.repeated

    def besides(self) -> dict[str, int]:
        """Count what else is recorded of the selection and stands in no export: events and rulings on who is who."""
        about = None if self._whole else sorted(self._bases | self._spoken.decisions)
        counts: Counter[str] = Counter()
        for recorded in self._store.facts(["event", "ruling"], self.version, about=about):
            counts[recorded.fact.key.partition("/")[0]] += self._decision is None or self._decision in spoken_of(
                recorded.fact.value
            )
        return dict(counts)

    @cached_property
    def _spoken(self) -> _Spoken:
        parties: dict[str, str] = {}
        told: set[str] = set()
        repeated: set[str] = set()
        heard: set[str] = set()

        def speak(party: str, name: str = "") -> None:
            if not self._has(party):
                parties[party] = name

        for said in self.decisions():
            (repeated if said.value.id in told else told).add(said.value.id)
            speak(said.party)
        for naming in self.namings():
            if naming.value.decision not in told:
                heard.add(naming.value.decision)
            speak(naming.party, naming.value.name if naming.value.party is None else "")
        for finding in self.findings():
            if finding.value.decision not in told:
                heard.add(finding.value.decision)
            speak(finding.party)
            speak(finding.value.company)
        told |= heard
        return _Spoken(dict(sorted(parties.items())), told, tuple(sorted(heard)), frozenset(repeated))

    @cached_property
    def _later(self) -> frozenset[str]:
        """Decisions that are certainly later than the day."""
        return frozenset(fact.value.id for fact in self._all_decisions() if self._is_late(fact.value.date))

    def _is_late(self, day: PartialDate | None) -> bool:
        return self._on is not None and day is not None and day.earliest > self._on

    def _all_decisions(self) -> Iterator[Fact[Decision]]:
        for recorded in self._store.facts(["decision"], self.version, about=self._about(self._referred)):
            value = recorded.fact.value
            if isinstance(value, Decision) and (
                self._concerned(value.id, self._whom.node(value.respondent, value.id)) or value.id in self._referred
            ):
                yield recorded.fact  # type: ignore[misc]

    def _all_namings(self) -> Iterator[Said[Naming]]:
        for recorded in self._store.facts(["naming"], self.version, about=self._about()):
            value = recorded.fact.value
            if isinstance(value, Naming):
                party = self._whom.node(value.party, value.decision) if value.party else f"{UNREAD}{recorded.fact.key}"
                if self._concerned(value.decision, party):
                    yield Said(recorded.fact, party)  # type: ignore[arg-type]

    def _all_findings(self) -> Iterator[Said[Finding]]:
        for recorded in self._store.facts(["finding"], self.version, about=self._about()):
            value = recorded.fact.value
            if isinstance(value, Finding) and self._concerned(value.decision, party := self._whom.person(value.party)):
                yield Said(recorded.fact, party)  # type: ignore[arg-type]

    @cached_property
    def _referred(self) -> frozenset[str]:
        """Decisions that namings and findings of the selection speak of; of a whole store nobody asks."""
        if self._whole or self._decision is not None:
            return frozenset()
        return frozenset(said.value.decision for told in (self._all_namings(), self._all_findings()) for said in told)

    def _about(self, more: Iterable[str] = ()) -> Iterable[str] | None:
        if self._decision is not None:
            return [self._decision]
        return None if self._whole else sorted(self._bases.union(more))

    def _concerned(self, decision: str, party: str) -> bool:
        return self._whole or (self._decision == decision if self._decision is not None else self._has(party))

    def _has(self, node: str) -> bool:
        number = self._number(node)
        return number >= 0 and bool(self._in[number])

    def _number(self, node: str) -> int:
        late = self._columns.added_nodes.get(node)
        return self._columns.nodes.find(node) if late is None else late
