"""Which decisions new statements touch, and what that changes in the findings that are stored.

Invariants (tests/unit/test_analytics_updates.py holds one test a number)
1. Incremental equals from scratch: deriving only what was touched, after each change in any order, gives what one derivation of
   everything gives.
2. Deriving again without a change changes nothing.
3. A finding that is gone is withdrawn with the reason; one whose evidence changed is recorded anew, under the same id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from graph.model import (
    ClaimRuling,
    Decision,
    DecisionLink,
    Entity,
    Finding,
    Naming,
    PartyRef,
    Payload,
    Relationship,
    appearance_parts,
)
from graph.snapshot import Snapshot
from graph.snapshot.identity import STRONG


class Compared(Protocol):
    """What is derived, and compared with what is stored."""

    @property
    def id(self) -> str:
        """Under which it is stored."""

    @property
    def evidence_hash(self) -> str:
        """What tells whether its grounds are the same."""


C = TypeVar("C", bound=Compared)


@dataclass(frozen=True, slots=True)
class Difference(Generic[C]):
    """What a derivation changes: findings to record first, to record anew, and to withdraw; the rest stays untouched."""

    new: tuple[C, ...]
    changed: tuple[C, ...]
    gone: tuple[Finding, ...]
    untouched: int


def touched_decisions(wordings: Iterable[Payload], snapshot: Snapshot) -> set[str]:
    """Return the decisions whose findings may differ since these statements (old wordings and new ones) came or went."""
    decisions: set[str] = set()
    entities: set[str] = set()
    persons: set[str] = set()
    everybody_unsure = False
    for value in wordings:
        if isinstance(value, Decision):
            decisions.add(value.id)
        elif isinstance(value, Naming):
            decisions.add(value.decision)
            entities |= _of_refs(value.party)
        elif isinstance(value, DecisionLink):
            decisions |= {value.decision, value.other}
        elif isinstance(value, Entity):
            entities |= _of_refs(PartyRef(value.id))
            persons |= {value.id, *snapshot.identity.bearers(value.id)}
            if any(identifier.scheme == STRONG for identifier in value.identifiers):
                everybody_unsure = True
        elif isinstance(value, Relationship):
            entities |= _of_refs(value.interested_party) | _of_refs(value.subject)
        elif isinstance(value, ClaimRuling):
            persons |= {value.first, value.second}
            everybody_unsure = True
    entities |= _same_people(snapshot, persons) | _where_held(snapshot, persons)
    known = {fact.value.id: fact.value for fact in snapshot.decisions()}
    for decision in known.values():
        refs = {naming.value.party.entity for naming in snapshot.named_by(decision.id) if naming.value.party}
        if (
            decision.respondent.entity in entities
            or refs & entities
            or (everybody_unsure and _has_unsure(decision, refs, snapshot))
        ):
            decisions.add(decision.id)
    return linked(decisions, snapshot)


def _of_refs(ref: PartyRef | None) -> set[str]:
    """Return the entity of a reference and, for a person, the enterprise at which he appears."""
    if ref is None:
        return set()
    parts = appearance_parts(ref.entity)
    return {ref.entity, parts[0]} if parts else {ref.entity}


def _same_people(snapshot: Snapshot, nodes: Iterable[str]) -> set[str]:
    """Return the entities of all who are known to be the same as somebody of these, and the enterprises at which they appear.

    Who was the same before a ruling was taken back, or a number corrected, is among them: each part that is left has one of these,
    or accepted claims lead to it that join nobody any more.
    """
    identity = snapshot.identity
    claimed = {each for node in nodes for member in identity.members(node) for each in identity.claimed(member)}
    members = {member for node in claimed for member in identity.members(node)}
    entities = members | {member.rpartition("@")[0] for member in members}
    return set[str]().union(*(_of_refs(PartyRef(entity)) for entity in entities if entity))


def _where_held(snapshot: Snapshot, nodes: Iterable[str]) -> set[str]:
    """Return the enterprises in which somebody of these holds something: a namesake there may be the same as he, or another."""
    identity = snapshot.identity
    claimed = {each for node in nodes for each in identity.claimed(node)}
    members = {member for node in claimed for member in identity.members(node)}
    return {holding.subject.id for member in members for holding in snapshot.held(member)}


def _has_unsure(decision: Decision, named: Iterable[str], snapshot: Snapshot) -> bool:
    people = {*named, *(holding.value.interested_party.entity for holding in snapshot.holders(decision.respondent.entity))}
    return any(snapshot.identity.is_split(person) for person in people)


def linked(decisions: set[str], snapshot: Snapshot) -> set[str]:
    """Return the decisions and all that are linked with them: whether one stands may decide whether another does."""
    found: set[str] = set()
    waiting = list(decisions)
    while waiting:
        decision = waiting.pop()
        if decision not in found:
            found.add(decision)
            waiting += _neighbours(decision, snapshot)
    return found


def _neighbours(decision: str, snapshot: Snapshot) -> Iterator[str]:
    yield from (link.value.other for link in snapshot.links_from(decision))
    yield from (link.value.decision for link in snapshot.links_to(decision))


def difference(stored: Mapping[str, Finding], derived: Iterable[C], scope: set[str] | None = None) -> Difference[C]:
    """Compare what is stored with what was derived.

    Parameters
    ----------
    stored : mapping of id to Finding
        What is current in the store.
    derived : iterable
        What the statements give now: findings, or what has their ids and hashes.
    scope : set of str, optional
        The decisions that were derived; findings of others are left alone. None means all.
    """
    fresh = {finding.id: finding for finding in sorted(derived, key=lambda finding: finding.id)}
    old = {key: finding for key, finding in stored.items() if scope is None or finding.decision in scope}
    new = [finding for key, finding in fresh.items() if key not in old]
    changed = [f for key, f in fresh.items() if key in old and f.evidence_hash != old[key].evidence_hash]
    gone = [finding for key, finding in sorted(old.items()) if key not in fresh]
    return Difference(tuple(new), tuple(changed), tuple(gone), len(fresh) - len(new) - len(changed))
