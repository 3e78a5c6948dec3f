"""What is exported: parties, what they hold in each other, decisions and findings, each resolved to whom it means.

An extract is read block by block, so that a whole city passes through the same memory as a town: what has to be remembered of
what passed by is on the disk, and files that are mapped are let go after every block. Keyed hashes of resident numbers never leave.

Invariants (tests/unit/test_export_formats.py and test_export_references.py hold one test a number)
1. Every node and every statement of the selection comes once, an edge with the two nodes that the graph resolves it to.
2. Nobody outside the selection is in it, but whom a decision or finding of the selection speaks of; an edge is in it only with
   both of its ends.
3. Of a day: what certainly or possibly held then, and nothing that certainly did not; no decision, naming or finding that is
   certainly later.
4. What identifies a person by itself is not in it.
5. Nothing in it points to a party or decision that is not in it, even to one that no statement describes.
6. What is recorded of the selection and is not in it is counted: events on a decision, finding or restriction of it, rulings on who
   is who in it, and links of which one end alone is in it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import chain, islice
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from graph.calling import called
from graph.dates import PartialDate, Truth
from graph.export.remembered import Remembered
from graph.export.spoken import Spoken, spoken
from graph.export.standings import Judge, Judged, Standings
from graph.export.told import UNREAD, Edge, Node, Said
from graph.export.whom import Whom
from graph.model import (
    ClaimRuling,
    Decision,
    DecisionLink,
    Entity,
    Event,
    Fact,
    Finding,
    Naming,
    Recorded,
    Relationship,
    appearance_name,
    appearance_parts,
)
from graph.snapshot.columns import Columns
from graph.snapshot.file import let_go
from graph.snapshot.rows import UNSURE
from graph.store.base import Store
from graph.store.mentions import STRONG, base_of

_BLOCK: Final = 2_000
"""Nodes that are read at once."""
_BOTH: Final = 2
"""Ends of a link."""
_LOOKS: Final = 500
"""Nodes that are looked up before what was mapped for it is let go."""


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
        Only this decision, with its findings, and the decisions that links join with it; else all that concern a selected node.
    carried : callable, optional
        What a finding carries that something may happen to of its own: the ids of its restrictions.
    judge : callable, optional
        How decisions, and what rests on them, stand on the day of the export; without it nothing says so.
    hide : callable, optional
        What of the texts that sources wrote freely is hidden.
    """

    def __init__(
        self,
        store: Store,
        columns: Columns,
        selected: Sequence[int] | None = None,
        on: date | None = None,
        decision: str | None = None,
        carried: Callable[[Finding], Iterable[str]] = lambda _: (),
        judge: Judge = lambda _: Judged(),
        hide: Callable[[Recorded], Recorded] = lambda recorded: recorded,
    ) -> None:
        self._store, self._columns, self._on, self._decision = store, columns, on, decision
        self._carried, self._judge, self._hide = carried, judge, hide
        self._chosen = None if selected is None else np.zeros(len(columns), np.bool_)
        if self._chosen is not None:
            self._chosen[np.asarray(selected, np.int64)] = True
            self._chosen &= columns.all_known()
        self._bases = set() if self._whole else {base_of(columns.id(node)) for block in self._blocks() for node in block.tolist()}
        self._whom = Whom(columns)
        self._looks = 0

    @property
    def version(self) -> int:
        """Version of the store that is read."""
        return self._columns.version

    @property
    def _whole(self) -> bool:
        return self._chosen is None

    @property
    def store(self) -> Store:
        """Where the statements are read."""
        return self._store

    def _facts(self, kinds: Sequence[str], about: Iterable[str] | None) -> Iterator[Recorded]:
        return map(self._hide, self._store.facts(kinds, self.version, about=about))

    # Nodes

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes in the order of the graph, then those of whom decisions and findings speak besides."""
        for block in self._blocks():
            ids = [self._columns.id(number) for number in block.tolist()]
            said = self._said(ids)
            for number, node in zip(block.tolist(), ids, strict=True):
                yield self._node(node, self._columns.kind(number), said)
        more = self._spoken.parties.in_order()
        while part := dict(islice(more, _BLOCK)):
            said = self._said(part)
            for node, name in part.items():
                yield self._node(node, self.kind(node), said, name)

    def _blocks(self) -> Iterator[npt.NDArray[Any]]:
        for start in range(0, len(self._columns), _BLOCK):
            block = slice(start, start + _BLOCK)
            within = self._columns.all_known(block) if self._chosen is None else self._chosen[block]
            if len(found := np.flatnonzero(within)):
                yield found + start
            let_go(self._columns)

    def _said(self, nodes: Iterable[str]) -> dict[str, list[Fact[Entity]]]:
        """Return what is said of the entities of a block, by entity."""
        said: dict[str, list[Fact[Entity]]] = defaultdict(list)
        for recorded in self._store.facts(["entity"], self.version, about=sorted(set(map(base_of, nodes)))):
            if isinstance(recorded.fact.value, Entity):
                said[recorded.fact.value.id].append(recorded.fact)  # type: ignore[arg-type]
        return said

    def kind(self, node: str) -> str:
        """Return the kind of a node, empty where nobody says it."""
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
                for row in within if self._chosen is None else within[self._chosen[within["other"]]]:
                    own = columns.fact(int(row["fact"]))
                    recorded = found.get(own) or self._store.by_id(own)  # joined by a claim, it speaks of another enterprise
                    if isinstance(recorded, Recorded) and isinstance(recorded.fact.value, Relationship):
                        recorded = self._hide(recorded)
                        fact: Fact[Relationship] = recorded.fact  # type: ignore[assignment]
                        if self._held(fact.value):
                            other = int(row["other"])
                            self._looked()
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
            if not self._is_later(fact.value.id):
                yield Said(fact, self._whom.node(fact.value.respondent, fact.value.id))

    def namings(self) -> Iterator[Said[Naming]]:
        """Yield what decisions say of the people whom they name, as far as these are in the selection."""
        for said in self._all_namings():
            if not self._is_later(said.value.decision):
                yield said

    def findings(self) -> Iterator[Said[Finding]]:
        """Yield the findings on nodes of the selection; of a day, those that had begun, even where they have ended since."""
        for said in self._all_findings():
            late = self._on is not None and said.value.start is not None and said.value.start > self._on
            if not late and not self._is_later(said.value.decision):
                yield said

    def links(self) -> Iterator[Fact[DecisionLink]]:
        """Yield what decisions that are both told have to do with each other."""
        return (link for link in self._links() if self._ends_told(link.value) == _BOTH)

    def _links(self) -> Iterator[Fact[DecisionLink]]:
        told = self._spoken
        about = None if self._whole else sorted(chain(told.described, told.undescribed))
        for recorded in self._facts(["link"], about):
            value = recorded.fact.value
            if isinstance(value, DecisionLink) and not self._is_late(value.since):
                yield recorded.fact  # type: ignore[misc]

    def _ends_told(self, link: DecisionLink) -> int:
        return self._spoken.tells(link.decision) + self._spoken.tells(link.other)

    def _links_cut(self) -> int:
        """Count the links of which an end is told and the other is not, though it did not come later than the day."""
        cut, count = (link.value for link in self._links() if self._ends_told(link.value) != _BOTH), 0
        while part := list(islice(cut, _BLOCK)):
            ends = {end for link in part for end in (link.decision, link.other)}
            late = self._late_among(ends)
            count += sum(late.isdisjoint((link.decision, link.other)) for link in part)
        return count

    def _late_among(self, decisions: set[str]) -> set[str]:
        if self._on is None:
            return set()
        said = (recorded.fact.value for recorded in self._store.facts(["decision"], self.version, about=sorted(decisions)))
        return {value.id for value in said if isinstance(value, Decision) and self._is_late(value.date)}

    def undescribed(self) -> Iterator[str]:
        """Yield the decisions of which somebody speaks and that nobody describes."""
        return (decision for decision, _ in self._spoken.undescribed.in_order())

    def is_repeated(self, decision: str) -> bool:
        """Say whether several statements describe a decision."""
        return decision in self._spoken.repeated

    def described(self, decisions: Iterable[str]) -> Iterator[tuple[str, list[Decision]]]:
        """Yield decisions, each with all that statements say of it."""
        left = iter(decisions)
        while part := list(islice(left, _BLOCK)):
            said: dict[str, list[Decision]] = {decision: [] for decision in part}
            for fact in self._decisions_about(part):
                if fact.value.id in said:
                    said[fact.value.id].append(fact.value)
            yield from said.items()

    def besides(self) -> dict[str, int]:
        """Count what else is recorded of the selection and stands in no export.

        These are events (on a decision, finding or restriction of it too), rulings on who is who, and links of decisions to others
        that are not in it.
        """
        counts: Counter[str] = Counter()
        wanted = None if self._whole else {*self._bases, *self._happens_about()}
        for recorded in self._store.facts(["event", "ruling"], self.version, about=None if wanted is None else sorted(wanted)):
            match recorded.fact.value:
                case Event(about=about):
                    counts["event"] += wanted is None or about in wanted or self._is_party(about)
                case ClaimRuling(first=first, second=second):
                    counts["ruling"] += wanted is None or self._is_party(first) or self._is_party(second)
        counts["link"] = self._links_cut()
        return {kind: count for kind, count in counts.items() if count}

    def _happens_about(self) -> Iterator[str]:
        yield from chain(self._spoken.described, self._spoken.undescribed)
        for said in self.findings():
            yield said.value.id
            yield from self._carried(said.value)

    def _is_party(self, node: str) -> bool:
        """Say whether this is a party that is told, by whichever of its nodes."""
        return any(self._has(each) or each in self._spoken.parties for each in (node, self._whom.person(node)))

    @cached_property
    def standings(self) -> Standings:
        """How the decisions that are told stand, and what rests on them."""
        return Standings(self._judge, chain(self._spoken.described, self._spoken.undescribed))

    @cached_property
    def _spoken(self) -> Spoken:
        linked = self._referred if self._decision is not None else ()
        return spoken(self.decisions(), chain(self.namings(), self.findings()), self._has, linked)

    def _is_later(self, decision: str) -> bool:
        """Say whether a decision is certainly later than the day."""
        return self._on is not None and decision in self._later

    @cached_property
    def _later(self) -> Remembered:
        later = Remembered()
        for fact in self._all_decisions():
            if self._is_late(fact.value.date):
                later.put(fact.value.id)
        return later

    def _is_late(self, day: PartialDate | None) -> bool:
        return self._on is not None and day is not None and day.earliest > self._on

    def _all_decisions(self) -> Iterator[Fact[Decision]]:
        return self._decisions_about(self._about(self._referred))

    def _decisions_about(self, about: Iterable[str] | None) -> Iterator[Fact[Decision]]:
        for recorded in self._facts(["decision"], about):
            value = recorded.fact.value
            if isinstance(value, Decision) and (
                self._concerned(value.id, self._whom.node(value.respondent, value.id)) or value.id in self._referred
            ):
                yield recorded.fact  # type: ignore[misc]

    def _all_namings(self) -> Iterator[Said[Naming]]:
        for recorded in self._facts(["naming"], self._about()):
            value = recorded.fact.value
            if isinstance(value, Naming):
                party = self._whom.node(value.party, value.decision) if value.party else f"{UNREAD}{recorded.fact.key}"
                if self._concerned(value.decision, party):
                    yield Said(recorded.fact, party)  # type: ignore[arg-type]

    def _all_findings(self) -> Iterator[Said[Finding]]:
        for recorded in self._facts(["finding"], self._about()):
            value = recorded.fact.value
            if isinstance(value, Finding) and self._concerned(value.decision, party := self._whom.person(value.party)):
                yield Said(recorded.fact, party)  # type: ignore[arg-type]

    @cached_property
    def _referred(self) -> frozenset[str]:
        """Decisions that namings and findings of the selection speak of, or links of its one decision; of all nobody asks."""
        if self._decision is not None:
            return frozenset(self._linked_with(self._decision))
        if self._whole:
            return frozenset()
        return frozenset(said.value.decision for told in (self._all_namings(), self._all_findings()) for said in told)

    def _linked_with(self, decision: str) -> Iterator[str]:
        for recorded in self._facts(["link"], [decision]):
            value = recorded.fact.value
            if isinstance(value, DecisionLink) and not self._is_late(value.since):
                yield value.other if value.decision == decision else value.decision

    def _about(self, more: Iterable[str] = ()) -> Iterable[str] | None:
        if self._decision is not None:
            return sorted({self._decision, *more})
        return None if self._whole else sorted(self._bases.union(more))

    def _concerned(self, decision: str, party: str) -> bool:
        return self._whole or (self._decision == decision if self._decision is not None else self._has(party))

    def _has(self, node: str) -> bool:
        number = self._number(node)
        return number >= 0 and bool(self._columns.known(number) if self._chosen is None else self._chosen[number])

    def _number(self, node: str) -> int:
        self._looked()
        late = self._columns.added_nodes.get(node)
        return self._columns.nodes.find(node) if late is None else late

    def _looked(self) -> None:
        self._looks += 1
        if self._looks % _LOOKS == 0:
            let_go(self._columns)
