"""Who a statement speaks of.

A person is an appearance (enterprise, name), which every source that says no more shares. Where one source lists two bearers of
the name there, or two strong identifiers are given for it, each bearer is his own: a node `enterprise#name@bearer`. A statement
that gives no bearer is then a node of its own as well, `enterprise#name@?source-or-decision`, until a human accepts a claim that
says which bearer it is.

Invariants (tests/unit/test_graph_identity.py holds one test a number)
1. No name alone ever joins two enterprises.
2. The order in which statements arrive does not matter.
3. A reference that could be two people is never certain; an accepted claim makes it so, undoing the claim takes it back.
4. A rejected pair is never joined, neither directly nor through a third.
5. Two bearers whom one source, or their strong identifiers, tell apart are one person only by a claim on just these two. Where
   rulings together would join them otherwise, or a rejected pair, none of these rulings joins anybody, in whatever order they came.
6. No id holds a strong identifier: the keyed hash of a resident number stands nowhere but in the statement about the person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import combinations, product
from typing import TypeVar

from graph.codec import digest
from graph.model import ClaimRuling, Entity, Fact, PartyRef, node_parts

STRONG = "resident_id_hmac"
"""The scheme of identifiers that identify a person by themselves."""


def bearer_of(number: str) -> str:
    """Return the bearer that a strong identifier makes: a digest of it, for a bearer stands in ids, and ids leave the house."""
    return f"{STRONG}:{digest(number)}"


UNSAID = "?"
"""Begins the last part of a node that stands for "whom this source or decision means", so that no bearer has the same node."""


@dataclass(frozen=True, slots=True)
class Party:
    """The node a reference resolves to; uncertain where it could be one of several `candidates`."""

    id: str
    certain: bool = True
    evidence: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Join:
    first: str
    second: str
    evidence: str


T = TypeVar("T", bound=Hashable)
Pair = tuple[str, str]
"""Two nodes."""
_Person = tuple[str, ...]
"""Every node of somebody, as far as that is known."""


class Identity:
    """Resolves references to nodes and nodes to persons.

    Parameters
    ----------
    mentions : iterable of (source, PartyRef)
        Every reference with a bearer that any statement makes.
    people : iterable of Fact[Entity]
        Statements about persons; strong identifiers join them.
    rulings : iterable of Fact[ClaimRuling]
        Current rulings.
    """

    def __init__(
        self,
        mentions: Iterable[tuple[str, PartyRef]],
        people: Iterable[Fact[Entity]],
        rulings: Iterable[Fact[ClaimRuling]],
    ) -> None:
        described = sorted(people, key=lambda fact: fact.id)
        bearers: dict[tuple[str, str], set[str]] = defaultdict(set)
        numbers: dict[str, set[str]] = defaultdict(set)
        for source, ref in mentions:
            if ref.bearer is not None:
                bearers[ref.entity, source].add(ref.bearer)
                if ref.bearer.startswith(f"{STRONG}:"):
                    numbers[ref.entity].add(ref.bearer)
        for fact in described:
            numbers[fact.value.id] |= {bearer_of(i.value) for i in fact.value.identifiers if i.scheme == STRONG}
        split: dict[str, set[str]] = {entity: set() for (entity, _), found in bearers.items() if len(found) > 1}
        split |= {entity: set() for entity, found in numbers.items() if len(found) > 1}
        for (entity, _), found in bearers.items():
            if entity in split:
                split[entity] |= found
        self._bearers: Mapping[str, tuple[str, ...]] = {entity: tuple(sorted(found)) for entity, found in split.items()}
        self._listed: dict[str, list[set[str]]] = defaultdict(list)
        for (entity, _), found in bearers.items():
            if entity in split and len(found) > 1:
                self._listed[entity].append(found)
        self._numbered: dict[str, set[str]] = defaultdict(set)
        self._numbers: dict[str, set[str]] = defaultdict(set)
        strong: dict[str, str] = {}
        self._by_number: list[_Join] = []
        for fact in described:
            node = self.node(PartyRef(fact.value.id, fact.value.bearer), fact.origin.source)
            for identifier in fact.value.identifiers:
                if identifier.scheme == STRONG:
                    self._numbered[fact.value.id].add(node)
                    self._numbers[node].add(bearer_of(identifier.value))
                    self._by_number.append(_Join(strong.setdefault(identifier.value, node), node, fact.id))
        self._rule(rulings)

    def with_rulings(self, rulings: Iterable[Fact[ClaimRuling]]) -> Identity:
        """Return who is who by other rulings, and by all else that is said here."""
        other = copy(self)
        other._rule(rulings)
        return other

    def changed(self, other: Identity) -> set[str]:
        """Return the nodes that are the same person as others here than there, or by other statements."""
        return {
            node
            for node in self._members.keys() | other._members.keys()
            if (self.members(node), self.evidence(node)) != (other.members(node), other.evidence(node))
        }

    def _rule(self, rulings: Iterable[Fact[ClaimRuling]]) -> None:
        """Join who is joined by numbers, then by rulings on two who are told apart, then by all others."""
        current = sorted(rulings, key=lambda fact: fact.value.claim)
        self.rejected = frozenset(
            frozenset((fact.value.first, fact.value.second)) for fact in current if fact.value.ruling == "rejected"
        )
        self._members: dict[str, _Person] = {}
        self._evidence: dict[str, tuple[str, ...]] = {}
        self.refused: dict[str, Pair] = {}
        for join in self._by_number:
            if pair := next(filter(self._is_rejected, product(self.members(join.first), self.members(join.second))), None):
                self.refused[join.evidence] = pair
            else:
                self._join(join)
        accepted = [_Join(fact.value.first, fact.value.second, fact.id) for fact in current if fact.value.ruling == "accepted"]
        self._join_all([join for join in accepted if self.are_apart(join.first, join.second)], self._is_rejected)
        others = [join for join in accepted if not self.are_apart(join.first, join.second)]
        self._join_all(others, lambda pair: self._is_rejected(pair) or self.are_apart(*pair))
        self._claimed = _reached((join.first, join.second) for join in accepted)

    def _join_all(self, joins: Sequence[_Join], barred: Callable[[Pair], bool]) -> None:
        """Join by rulings, but by none of those that together join whom nothing may join."""
        ends = {join.evidence: (self.members(join.first), self.members(join.second)) for join in joins}
        for reached in {id(each): each for each in _reached(ends.values()).values()}.values():
            pairs = [pair for one, two in combinations(sorted(reached), 2) for pair in product(one, two) if barred(pair)]
            if pairs:
                own = {each: people for each, people in ends.items() if people[0] in reached}
                between = _between(own.values(), {self.members(node) for pair in pairs for node in pair})
                self.refused |= {each: pairs[0] for each, (one, two) in own.items() if one != two and {one, two} <= between}
        for join in joins:
            if join.evidence not in self.refused:
                self._join(join)

    def _join(self, join: _Join) -> None:
        first, second = self.members(join.first), self.members(join.second)
        if first == second:
            return
        together = tuple(sorted({*first, *second}))
        evidence = (*self._evidence.get(join.first, ()), *self._evidence.get(join.second, ()), join.evidence)
        for node in together:
            self._members[node], self._evidence[node] = together, evidence

    def _is_rejected(self, pair: Pair) -> bool:
        return frozenset(pair) in self.rejected

    def are_apart(self, first: str, second: str) -> bool:
        """Say whether one source, or their strong identifiers, tell two nodes apart; who have a number in common are one."""
        numbers, others = self._numbers_of(first), self._numbers_of(second)
        if numbers and others:
            return numbers.isdisjoint(others)
        (entity, bearer), (other, namesake) = node_parts(first), node_parts(second)
        if entity != other or bearer == namesake:
            return False
        return any({bearer, namesake} <= listed for listed in self._listed.get(entity, ()))

    def _numbers_of(self, node: str) -> set[str]:
        bearer = node_parts(node)[1] or ""
        return self._numbers.get(node, set()) | ({bearer} if bearer.startswith(f"{STRONG}:") else set())

    def claimed(self, node: str) -> Collection[str]:
        """Return every node that accepted claims lead to from this one, also by such as join nobody."""
        return self._claimed.get(node, (node,))

    def is_split(self, entity: str) -> bool:
        """Say whether one source lists two bearers of this appearance."""
        return entity in self._bearers

    def bearers(self, entity: str) -> tuple[str, ...]:
        """Return the nodes of the bearers of a split appearance."""
        return tuple(f"{entity}@{bearer}" for bearer in self._bearers.get(entity, ()))

    def node(self, ref: PartyRef, said_by: str) -> str:
        """Return the node that a reference stands on, before any claim; `said_by` is the source, or the decision that names."""
        if ref.entity not in self._bearers:
            return ref.entity
        return f"{ref.entity}@{ref.bearer or f'{UNSAID}{said_by}'}"

    def resolve(self, ref: PartyRef, said_by: str) -> Party:
        """Return whom a reference speaks of, with the claims that were needed to say so."""
        node = self.node(ref, said_by)
        if ref.bearer is not None or ref.entity not in self._bearers:
            return Party(node)
        candidates = self.bearers(ref.entity)
        meant = [candidate for candidate in candidates if candidate in self.members(node)]
        if meant:
            return Party(meant[0], evidence=self._evidence[node])
        return Party(node, certain=False, candidates=candidates)

    def settled(self, party: Party) -> Party:
        """Return who can only be bearers who are known to be one person as that person; anybody else as he is.

        Nobody rejected that it is he, and no number of the name stands on anybody else.
        """
        if party.certain or len(party.candidates) < 2:
            return party
        meant = party.candidates[0]
        one = self.members(meant)
        others = {*party.candidates, *self._numbered.get(party.id.rpartition(f"@{UNSAID}")[0], ())}.difference(one)
        rejected = any(frozenset((party.id, each)) in self.rejected for each in one)
        return party if others or rejected else Party(meant, evidence=self._evidence[meant])

    def members(self, node: str) -> tuple[str, ...]:
        """Return every node that is known to be the same person as this one, itself included."""
        return self._members.get(node, (node,))

    def evidence(self, node: str) -> tuple[str, ...]:
        """Return the statements by which a node and others are known to be the same person; none where it stands alone."""
        return self._evidence.get(node, ())

    @property
    def joined(self) -> Mapping[str, str]:
        """Every node that is known to be the same person as another -> the node that stands for the person."""
        return {node: members[0] for node, members in self._members.items()}

    def person(self, node: str) -> str:
        """Return the one node that stands for the person."""
        return self.members(node)[0]


def _reached(pairs: Iterable[tuple[T, T]]) -> dict[T, set[T]]:
    """Return for each end of some pairs all that are reached from it by way of them."""
    reached: dict[T, set[T]] = {}
    for first, second in pairs:
        together = reached.get(first, {first}) | reached.get(second, {second})
        reached |= dict.fromkeys(together, together)
    return reached


def _between(pairs: Collection[tuple[_Person, _Person]], ends: Collection[_Person]) -> set[_Person]:
    """Return what is left of some pairs' ends without the branches that lead to none of these."""
    beside: dict[_Person, set[_Person]] = defaultdict(set)
    for first, second in pairs:
        beside[first].add(second)
        beside[second].add(first)
    left = set(beside)
    while loose := {each for each in left if each not in ends and len(beside[each] & left - {each}) < 2}:
        left -= loose
    return left
