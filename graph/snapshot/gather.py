"""Facts become a table of edges, with everybody resolved as `graph.snapshot.view` does, and accepted claims followed.

They are read once, and of each no more is kept than its columns need: a whole city's statements do not fit into memory.

Invariants (tests/unit/test_snapshot_gather.py holds one test a number)
1. An edge stands on the person that its references resolve to: bearers are kept apart, accepted claims join.
2. The order in which facts come does not matter.
3. `truth` on the columns answers for each relationship what its own period answers.
4. Who is resolved from what is kept of the statements is who is resolved from all of them.
5. No statement is kept after it was read, but those of people with a number of their own, and rulings.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, cast

import numpy as np

from graph import codes
from graph.model import ClaimRuling, Decision, Entity, Fact, Naming, PartyRef, Payload, Relationship, appearance_parts
from graph.snapshot.columns import DESCRIBED, Columns
from graph.snapshot.edges import EdgeRows, code_names, hashed
from graph.snapshot.identity import STRONG, Identity, bearer_of
from graph.snapshot.strings import Strings
from graph.uncollected import uncollected

BEARER_END = "\x1f"
"""Between the appearance, the source and the bearer in `Columns.mentions`, and a node and its person in `Columns.joined`."""


def kind_names() -> tuple[str, ...]:
    """Return the kinds by number; 0 where nothing says what a node is."""
    return ("", *(kind.code for kind in codes.load("entity_kinds")))


def from_facts(facts: Iterable[Fact[Payload]], version: int = 0) -> Columns:
    """Build the columns of one version.

    Parameters
    ----------
    facts : iterable of Fact
        Statements current at that version, in any order; only entities, relationships, namings, decisions and rulings count.
    version : int
        Version of the store.

    Raises
    ------
    InputError
        A statement whose id is no hash, or a code of interest that no list has.
    """
    with uncollected():
        gathering = Gathering()
        for fact in facts:
            gathering.add(fact)
        return gathering.columns(version)


class Gathering:
    """What the columns need of the statements that were read so far."""

    def __init__(self) -> None:
        self._references: dict[str, int] = {}
        self._heard: set[str] = set()
        self._sources: dict[str, int] = {}
        self._edges = EdgeRows()
        self._kinds = {kind: number for number, kind in enumerate(kind_names())}
        self._described, self._kind, self._fact = array("i"), array("B"), array("Q")
        self._numbered: list[Fact[Entity]] = []
        self._rulings: list[Fact[ClaimRuling]] = []

    def add(self, fact: Fact[Payload]) -> None:
        """Read a statement; raises `InputError`."""
        value, source = fact.value, fact.origin.source
        if isinstance(value, Relationship):
            party, subject = self._reference(value.interested_party, source), self._reference(value.subject, source)
            said_by = self._sources.setdefault(source, len(self._sources))
            self._edges.add(cast("Fact[Relationship]", fact), party, subject, said_by)
        elif isinstance(value, Entity):
            self._fact.append(hashed(fact.id))
            self._described.append(self._reference(PartyRef(value.id, value.bearer), source))
            self._kind.append(self._kinds.get(value.kind, 0))
            if strong_numbers(value):
                self._numbered.append(_numbers_of(cast("Fact[Entity]", fact)))
        elif isinstance(value, ClaimRuling):
            self._rulings.append(cast("Fact[ClaimRuling]", fact))
        else:
            self._heard |= {
                told_apart(ref.entity, said_by, ref.bearer) for said_by, ref in mentions([fact]) if ref.bearer is not None
            }

    def _reference(self, ref: PartyRef, source: str) -> int:
        text = f"{ref.entity}{BEARER_END}{source}" if ref.bearer is None else told_apart(ref.entity, source, ref.bearer)
        return self._references.setdefault(text, len(self._references))

    def columns(self, version: int) -> Columns:
        """Return the columns of all that was read; nothing can be added afterwards."""
        marks = {text for text in self._references if text.count(BEARER_END) > 1} | self._heard
        marks |= {told_apart(fact.value.id, "", number) for fact in self._numbered for number in strong_numbers(fact.value)}
        borne = sorted(marks)
        del marks
        identity = Identity(_doubtful(borne), self._numbered, self._rulings)
        nodes, node_of, unsure = self._resolved(identity)
        names = sorted(self._sources)
        place = {name: number for number, name in enumerate(names)}
        renumbered = np.array([place[name] for name in self._sources], np.uint16)
        edges = self._edges.table()
        edges = replace(
            edges,
            party=node_of[edges.party],
            subject=node_of[edges.subject],
            unsure=unsure[edges.party] | unsure[edges.subject],
            source=renumbered[edges.source],
        )
        joined = (BEARER_END.join(pair) for pair in sorted(identity.joined.items()))
        return Columns.build(
            Strings.of(nodes),
            self._kinds_of(nodes, node_of),
            kind_names(),
            code_names(),
            edges,
            version=version,
            sources=names or ("",),
            mentions=Strings.of(borne),
            joined=Strings.of(joined),
        )

    def _resolved(self, identity: Identity) -> tuple[Sequence[str], Any, Any]:
        """Return the nodes in order, and for each reference the number of its node and whether it could be another."""
        seen: dict[str, int] = {}
        place, unsure = array("i"), bytearray()
        for text in self._references:
            entity, source, *bearer = text.split(BEARER_END)
            party = identity.resolve(PartyRef(entity, bearer[0] if bearer else None), source)
            place.append(seen.setdefault(identity.person(party.id), len(seen)))
            unsure.append(not party.certain)
        self._references.clear()
        nodes = sorted(seen)
        rank = np.empty(len(nodes), np.int32)
        rank[np.fromiter((seen[node] for node in nodes), np.int64, len(nodes))] = np.arange(len(nodes), dtype=np.int32)
        return nodes, rank[np.array(place, np.int64)], np.array(unsure, np.bool_)

    def _kinds_of(self, nodes: Sequence[str], node_of: Any) -> Any:
        """Return the kind of each node; of several statements the one with the least id says it."""
        described = node_of[np.array(self._described, np.int64)]
        order = np.argsort(np.array(self._fact, np.uint64))
        told, first = np.unique(described[order], return_index=True)
        names = kind_names()
        said: dict[int, str] = dict(
            zip(told.tolist(), (names[k] for k in np.array(self._kind)[order][first].tolist()), strict=True)
        )
        return np.fromiter((kind_of(node, said.get(place), names) for place, node in enumerate(nodes)), np.uint8, len(nodes))


def _numbers_of(fact: Fact[Entity]) -> Fact[Entity]:
    """Return a statement about a person with no more than the numbers that identify him."""
    strong = tuple(item for item in fact.value.identifiers if item.scheme == STRONG)
    return replace(fact, value=Entity(fact.value.id, fact.value.kind, identifiers=strong, bearer=fact.value.bearer))


def _doubtful(marks: Sequence[str]) -> Iterator[tuple[str, PartyRef]]:
    """Yield who speaks of whom where an appearance has more than one mark: with a single one it stands for one person."""
    for entity, group in groupby(marks, key=lambda mark: mark.partition(BEARER_END)[0]):
        found = list(group)
        for mark in found if len(found) > 1 else ():
            _, source, bearer = mark.split(BEARER_END)
            if source:
                yield source, PartyRef(entity, bearer)


def told_apart(entity: str, source: str, bearer: str) -> str:
    """Return how `Columns.mentions` writes that a source (none: the person's own number) tells a bearer of an appearance apart."""
    return BEARER_END.join((entity, source, bearer))


def strong_numbers(value: Entity) -> list[str]:
    """Return the numbers that identify a person by themselves, as bearers."""
    return [bearer_of(item.value) for item in value.identifiers if item.scheme == STRONG and value.kind == "person"]


def mentions(facts: Iterable[Fact[Payload]]) -> Iterator[tuple[str, PartyRef]]:
    """Yield who speaks of whom, in every statement that does."""
    for fact in facts:
        value, source = fact.value, fact.origin.source
        if isinstance(value, Entity):
            yield source, PartyRef(value.id, value.bearer)
        elif isinstance(value, Relationship):
            yield source, value.interested_party
            yield source, value.subject
        elif isinstance(value, Naming) and value.party:
            yield source, value.party
        elif isinstance(value, Decision):
            yield source, value.respondent


def kind_of(node: str, described: str | None, names: Sequence[str]) -> int:
    """Return the number of a node's kind: an appearance is a person, whatever is said of it."""
    kind = "person" if appearance_parts(node) else described
    return (names.index(kind) if kind in names else 0) | (DESCRIBED if described is not None else 0)
