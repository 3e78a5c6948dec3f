"""Everything known at one version, indexed for the questions that rules ask.

Invariants (tests/unit/test_graph_snapshot.py holds one test a number)
1. Immutable, and the same facts give the same answers in whatever order they come.
2. A statement about a party is found under the node it resolves to, never under a namesake's.
3. A decision stands unless one that stands annuls or replaces it, or one it rests on does not stand. Only what an authority
   decided ends another; where the ending decision is unknown, or certainly made before, or of somebody who cannot end it, or where
   it and this one end each other, or what it rests on only announces, the standing is in doubt.
   One that ends another from a day on does so from the earliest day that may be meant; where none is known, since when is open.
   An end that fell is among the evidence that the decision stands.
4. An altered graph is the one that its statements make, and leaves the first as it was; so is one by other rulings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from typing import TypeVar, cast

from graph.errors import NotFound
from graph.model import (
    ClaimRuling,
    Decision,
    DecisionLink,
    Entity,
    Fact,
    Name,
    Naming,
    PartyRef,
    Payload,
    Relationship,
    appearance_name,
    appearance_parts,
    node_parts,
)
from graph.preference import NO_PREFERENCE, Preference, ranking
from graph.snapshot.described import EntityView
from graph.snapshot.identity import Identity, Party
from graph.snapshot.standing import STANDS, Standing, judge_all

T = TypeVar("T")
R = TypeVar("R", "Holding", "Named")


@dataclass(frozen=True, slots=True)
class Holding:
    """One relationship, with the party and the subject it resolves to."""

    fact: Fact[Relationship]
    party: Party
    subject: Party

    @property
    def value(self) -> Relationship:
        """The relationship itself."""
        return self.fact.value


@dataclass(frozen=True, slots=True)
class Named:
    """One naming, with the person it resolves to (None where the name could not be read)."""

    fact: Fact[Naming]
    party: Party | None

    @property
    def value(self) -> Naming:
        """The naming itself."""
        return self.fact.value


class Snapshot:
    """The graph as known at one version. Build it with :meth:`of`."""

    def __init__(
        self,
        facts: Mapping[str, Sequence[Fact[Payload]]],
        version: int,
        preference: Preference,
        identity: Identity | None = None,
        day: date | None = None,
    ) -> None:
        self.version, self.day = version, day
        self._preference = preference
        self._facts = facts
        entities = cast("Sequence[Fact[Entity]]", facts.get("entity", ()))
        edges = cast("Sequence[Fact[Relationship]]", facts.get("relationship", ()))
        namings = cast("Sequence[Fact[Naming]]", facts.get("naming", ()))
        decisions = cast("Sequence[Fact[Decision]]", facts.get("decision", ()))
        links = cast("Sequence[Fact[DecisionLink]]", facts.get("link", ()))
        self.rulings = cast("Sequence[Fact[ClaimRuling]]", facts.get("ruling", ()))
        people = [fact for fact in entities if fact.value.kind == "person"]
        self.identity = identity or Identity(_mentions(entities, edges, namings, decisions), people, self.rulings)
        self._entities = _group(entities, lambda fact: (self._entity_node(fact), fact.value.id), ranking(preference))
        self._decisions = {fact.value.id: fact for fact in sorted(decisions, key=lambda fact: fact.id)}
        self._by_respondent = _group(decisions, lambda fact: (fact.value.respondent.entity,))
        held = [self._holding(fact) for fact in edges]
        self._holders = _group(held, lambda item: (item.subject.id,), lambda item: item.fact.id)
        self._held = _group(held, lambda item: (item.party.id,), lambda item: item.fact.id)
        named = [self._named(fact) for fact in namings]
        self._named_by = _group(named, lambda item: (item.value.decision,), lambda item: item.fact.id)
        self._named_in = _group(named, lambda item: (item.party.id,) if item.party else (), lambda item: item.fact.id)
        self._links_to = _group(links, lambda fact: (fact.value.other,))
        self._links_from = _group(links, lambda fact: (fact.value.decision,))
        self._standings = self._judge_all(lists=True)

    @classmethod
    def of(cls, facts: Iterable[Fact[Payload]], version: int = 0, preference: Preference = NO_PREFERENCE) -> Snapshot:
        """Build from statements in any order; what is no part of the graph is left aside.

        Of an entity that several sources describe, what the preferred one says stands first.
        """
        kinds: dict[str, list[Fact[Payload]]] = defaultdict(list)
        for fact in facts:
            kinds[fact.key.split("/", 1)[0]].append(fact)
        return cls(kinds, version, preference)

    def statements(self) -> Iterator[Fact[Payload]]:
        """Yield every statement that the graph is made of."""
        for facts in self._facts.values():
            yield from facts

    def altered(self, without: Collection[str], plus: Iterable[Fact[Payload]] = ()) -> Snapshot:
        """Return the graph as it would be without some statements (by id) and with others; this one stays as it is."""
        kept = (fact for fact in self.statements() if fact.id not in without)
        return Snapshot.of((*kept, *plus), self.version)

    def narrowed(self, day: date, without: Collection[str]) -> Snapshot:
        """Return the graph as of a day without some statements (by id); who is who stays as it is told here."""
        facts = {kind: [fact for fact in facts if fact.id not in without] for kind, facts in self._facts.items()}
        return Snapshot(facts, self.version, self._preference, self.identity, day)

    def ruled(self, rulings: Iterable[Fact[ClaimRuling]], version: int) -> Snapshot:
        """Return the graph by other rulings and by all else that is said here: only of whom they speak is resolved anew."""
        other = copy(self)
        other.version, other.rulings = version, list(rulings)
        other._facts = {**self._facts, "ruling": other.rulings}
        other.identity = self.identity.with_rulings(other.rulings)
        moved = tuple({f"{node_parts(node)[0]}@" for node in self.identity.changed(other.identity)})
        held = _standing_on(moved, self._held, self._holders)
        now = {each: other._holding(item.fact) for each, item in held.items()}
        other._held = _regrouped(self._held, held, now, lambda item: item.party.id)
        other._holders = _regrouped(self._holders, held, now, lambda item: item.subject.id)
        named = _standing_on(moved, self._named_in)
        meant = {each: other._named(item.fact) for each, item in named.items()}
        other._named_by = _regrouped(self._named_by, named, meant, lambda item: item.value.decision)
        other._named_in = _regrouped(self._named_in, named, meant, lambda item: item.party.id if item.party else "")
        return other

    def _entity_node(self, fact: Fact[Entity]) -> str:
        return self.identity.node(PartyRef(fact.value.id, fact.value.bearer), fact.origin.source)

    def _holding(self, fact: Fact[Relationship]) -> Holding:
        edge, source = fact.value, fact.origin.source
        return Holding(fact, self.identity.resolve(edge.interested_party, source), self.identity.resolve(edge.subject, source))

    def _named(self, fact: Fact[Naming]) -> Named:
        ref = fact.value.party
        return Named(fact, self.identity.resolve(ref, fact.value.decision) if ref else None)

    def entity(self, node: str) -> EntityView:
        """Return what is known of an entity; a person nobody described is still somebody's name at an enterprise.

        Raises
        ------
        NotFound
            No statement speaks of it.
        """
        facts = self._entities.get(node, ())
        parts = appearance_parts(node)
        if not facts and parts and (node in self._held or node in self._named_in):
            return EntityView(node, "person", (Name(parts[1]),), (), (), ())
        if not facts:
            raise NotFound(f"nothing is known of {node!r}", zh=f"没有关于“{node}”的记录")
        return EntityView(
            id=node,
            kind=facts[0].value.kind,
            names=tuple(dict.fromkeys(name for fact in facts for name in fact.value.names)),
            identifiers=tuple(dict.fromkeys(item for fact in facts for item in fact.value.identifiers)),
            attributes=tuple(dict.fromkeys(item for fact in facts for item in fact.value.attributes)),
            facts=facts,
            day=self.day,
        )

    def entities(self) -> Iterator[str]:
        """Yield every node that a statement describes, holds something or is named, in order; of a split appearance its bearers."""
        nodes = {*self._entities, *self._held, *self._named_in}
        yield from sorted(node for node in nodes if not self.identity.is_split(node))

    def label(self, node: str) -> str:
        """Return the name to show for a node; of a bearer who was joined to another, the name that stands in its id."""
        try:
            return self.entity(node).label
        except NotFound:
            return appearance_name(node) or node

    def is_described(self, node: str) -> bool:
        """Say whether a statement says what a node is."""
        return node in self._entities

    def described(self, node: str) -> Sequence[Fact[Entity]]:
        """Return the statements that say what a node is."""
        return self._entities.get(node, ())

    def kind(self, node: str) -> str:
        """Return `person` or `enterprise` (everything that is not a person)."""
        facts = self._entities.get(node, ())
        return "person" if appearance_parts(node) or (facts and facts[0].value.kind == "person") else "enterprise"

    def holders(self, subject: str) -> Sequence[Holding]:
        """Return who holds what in an enterprise."""
        return self._holders.get(subject, ())

    def held(self, node: str) -> Sequence[Holding]:
        """Return what a party holds; for a person, on this node alone (see `Identity.members`)."""
        return self._held.get(node, ())

    def decision(self, decision_id: str) -> Fact[Decision]:
        """Return a decision; raises `NotFound`."""
        try:
            return self._decisions[decision_id]
        except KeyError:
            raise NotFound(f"no decision {decision_id!r}", zh=f"没有编号为“{decision_id}”的决定") from None

    def has_decision(self, decision_id: str) -> bool:
        """Say whether a decision is known."""
        return decision_id in self._decisions

    def decisions(self) -> Iterator[Fact[Decision]]:
        """Yield every decision in the order of ids."""
        yield from (self._decisions[decision_id] for decision_id in sorted(self._decisions))

    def decisions_against(self, node: str) -> Sequence[Fact[Decision]]:
        """Return the decisions whose respondent this is."""
        return self._by_respondent.get(node, ())

    def named_by(self, decision_id: str) -> Sequence[Named]:
        """Return whom a decision names."""
        return self._named_by.get(decision_id, ())

    def named_in(self, node: str) -> Sequence[Named]:
        """Return the namings of a person, on this node alone."""
        return self._named_in.get(node, ())

    def links_from(self, decision_id: str) -> Sequence[Fact[DecisionLink]]:
        """Return the links that this decision makes to others."""
        return self._links_from.get(decision_id, ())

    def links_to(self, decision_id: str) -> Sequence[Fact[DecisionLink]]:
        """Return the links that others make to this decision."""
        return self._links_to.get(decision_id, ())

    def standing(self, decision_id: str, *, lists: bool = True) -> Standing:
        """Say whether a decision stands; where what it decides besides a listing is asked, `lists` is False.

        A removal from a list ends from its day on what the listing began, and nothing else that was decided with it.
        """
        return (self._standings if lists else self._apart).get(decision_id, STANDS)

    @cached_property
    def _apart(self) -> dict[str, Standing]:
        return self._judge_all(lists=False)

    def _judge_all(self, *, lists: bool) -> dict[str, Standing]:
        linked = {*self._links_to, *self._links_from}
        return judge_all(self._decisions, linked, self.links_to, self.links_from, lists=lists)


def _mentions(
    entities: Iterable[Fact[Entity]],
    edges: Iterable[Fact[Relationship]],
    namings: Iterable[Fact[Naming]],
    decisions: Iterable[Fact[Decision]],
) -> Iterator[tuple[str, PartyRef]]:
    for fact in entities:
        yield fact.origin.source, PartyRef(fact.value.id, fact.value.bearer)
    for edge in edges:
        yield edge.origin.source, edge.value.interested_party
        yield edge.origin.source, edge.value.subject
    for naming in namings:
        if naming.value.party:
            yield naming.origin.source, naming.value.party
    for decision in decisions:
        yield decision.origin.source, decision.value.respondent


def _group(
    items: Iterable[T],
    keys: Callable[[T], tuple[str, ...]],
    order: Callable[[T], str | tuple[int, int, str]] = lambda item: item.id,  # type: ignore[attr-defined]
) -> Mapping[str, tuple[T, ...]]:
    """Index items by each of their keys; within a key in the order of fact ids."""
    table: dict[str, list[T]] = defaultdict(list)
    for item in items:
        for key in dict.fromkeys(keys(item)):
            table[key].append(item)
    return {key: tuple(sorted(found, key=order) if len(found) > 1 else found) for key, found in table.items()}


def _standing_on(before: tuple[str, ...], *tables: Mapping[str, tuple[R, ...]]) -> dict[str, R]:
    """Return what stands on nodes that begin so, by the id of the statement."""
    found: dict[str, R] = {}
    for table in tables:
        for node, items in table.items():
            if node.startswith(before):
                found.update((item.fact.id, item) for item in items)
    return found


def _regrouped(
    table: Mapping[str, tuple[R, ...]], old: Mapping[str, R], new: Mapping[str, R], key: Callable[[R], str]
) -> Mapping[str, tuple[R, ...]]:
    """Return an index with some items in the place of those of the same statements; within a key in the order of fact ids."""
    found: dict[str, list[R]] = {}
    for item in chain(old.values(), new.values()):
        if (node := key(item)) and node not in found:
            found[node] = [each for each in table.get(node, ()) if each.fact.id not in old]
    for item in new.values():
        if node := key(item):
            found[node].append(item)
    changed = {node: tuple(sorted(items, key=lambda item: item.fact.id)) for node, items in found.items()}
    return {node: items for node, items in {**table, **changed}.items() if items}
