"""Facts become a table of edges, with everybody resolved as `graph.snapshot.view` does, and accepted claims followed.

Invariants (tests/unit/test_snapshot_gather.py holds one test a number)
1. An edge stands on the person that its references resolve to: bearers are kept apart, accepted claims join.
2. The order in which facts come does not matter.
3. `truth` on the columns answers for each relationship what its own period answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from graph import codes
from graph.codec import digest
from graph.errors import InputError
from graph.model import PPM, ClaimRuling, Decision, Entity, Fact, Naming, PartyRef, Payload, Relationship, appearance_parts
from graph.snapshot.columns import DESCRIBED, Columns, EdgeTable, Side
from graph.snapshot.days import clamped, extent
from graph.snapshot.identity import STRONG, Identity
from graph.snapshot.strings import Strings

BEARER_END = "\x1f"
"""Between the appearance, the source and the bearer in `Columns.mentions`, and a node and its person in `Columns.joined`."""


def kind_names() -> tuple[str, ...]:
    """Return the kinds by number; 0 where nothing says what a node is."""
    return ("", *(kind.code for kind in codes.load("entity_kinds")))


def code_names() -> tuple[str, ...]:
    """Return the codes of edges by number: every kind of interest and every role."""
    return tuple(dict.fromkeys([*(i.code for i in codes.load("interests")), *(r.code for r in codes.load("roles"))]))


@dataclass(frozen=True, slots=True)
class Line:
    """One relationship, resolved: what the columns keep of it."""

    fact: str
    key: str
    source: str
    party: str
    subject: str
    value: Relationship
    unsure: bool


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
    kinds: dict[str, list[Fact[Payload]]] = defaultdict(list)
    for fact in facts:
        kinds[fact.key.split("/", 1)[0]].append(fact)
    entities = cast("Sequence[Fact[Entity]]", kinds["entity"])
    edges = cast("Sequence[Fact[Relationship]]", kinds["relationship"])
    rulings = cast("Sequence[Fact[ClaimRuling]]", kinds["ruling"])
    spoken = list(mentions(fact for found in kinds.values() for fact in found))
    identity = Identity(spoken, [fact for fact in entities if fact.value.kind == "person"], rulings)
    described: dict[str, str] = {}
    for entity in sorted(entities, key=lambda fact: fact.id):
        node = identity.person(identity.node(PartyRef(entity.value.id, entity.value.bearer), entity.origin.source))
        described.setdefault(node, entity.value.kind)
    lines = sorted((line(fact, identity) for fact in edges), key=lambda item: item.fact)
    borne = {told_apart(ref.entity, source, ref.bearer) for source, ref in spoken if ref.bearer is not None}
    borne |= {told_apart(fact.value.id, "", number) for fact in entities for number in strong_numbers(fact.value)}
    joined = (BEARER_END.join(pair) for pair in sorted(identity.joined.items()))
    return _columns(lines, described, Strings.of(sorted(borne)), Strings.of(joined), version)


def told_apart(entity: str, source: str, bearer: str) -> str:
    """Return how `Columns.mentions` writes that a source (none: the person's own number) tells a bearer of an appearance apart."""
    return BEARER_END.join((entity, source, bearer))


def strong_numbers(value: Entity) -> list[str]:
    """Return the numbers that identify a person by themselves, as bearers."""
    return [f"{STRONG}:{item.value}" for item in value.identifiers if item.scheme == STRONG and value.kind == "person"]


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


def line(fact: Fact[Relationship], identity: Identity) -> Line:
    """Resolve the two ends of a relationship."""
    source = fact.origin.source
    party = identity.resolve(fact.value.interested_party, source)
    subject = identity.resolve(fact.value.subject, source)
    return Line(
        fact.id,
        fact.key,
        source,
        identity.person(party.id),
        identity.person(subject.id),
        fact.value,
        not (party.certain and subject.certain),
    )


def kind_of(node: str, described: str | None, names: Sequence[str]) -> int:
    """Return the number of a node's kind: an appearance is a person, whatever is said of it."""
    kind = "person" if appearance_parts(node) else described
    return (names.index(kind) if kind in names else 0) | (DESCRIBED if described is not None else 0)


def _columns(lines: Sequence[Line], described: Mapping[str, str], borne: Strings, joined: Strings, version: int) -> Columns:
    nodes = sorted({*described, *(item.party for item in lines), *(item.subject for item in lines)})
    number = {node: place for place, node in enumerate(nodes)}
    names = kind_names()
    sources = tuple(sorted({item.source for item in lines}))
    kinds = np.fromiter((kind_of(node, described.get(node), names) for node in nodes), np.uint8, len(nodes))
    edges = table(lines, number, {source: place for place, source in enumerate(sources)})
    return Columns.build(
        nodes, kinds, names, code_names(), edges, version=version, sources=sources or ("",), mentions=borne, joined=joined
    )


def table(lines: Sequence[Line], number: Mapping[str, int], sources: Mapping[str, int]) -> EdgeTable:
    """Return resolved relationships as columns."""
    code_number = {code: place for place, code in enumerate(code_names())}
    plain = np.array([_plain(item, number, code_number, sources) for item in lines], np.int64).reshape(len(lines), 6)
    extents = [_extents(item.value) for item in lines]
    aside = [place for place, item in enumerate(lines) if _is_aside(item.value, extents[place])]
    side = Side(
        np.array(aside, np.int64),
        np.array([extents[place] for place in aside], np.uint16).reshape(len(aside), 8),
        np.array([_bounds(lines[place].value) for place in aside], np.int32).reshape(len(aside), 2),
        np.array([_is_clamped(lines[place].value) for place in aside], np.bool_),
    )
    party, subject, code, share, unsure, source = plain.T
    starts = np.array([min(days[0], days[4]) for days in extents], np.uint16)
    ends = np.array([max(days[3], days[7]) for days in extents], np.uint16)
    facts = np.array([hashed(item.fact) for item in lines], np.uint64)
    keys = np.array([key_hash(item.key) for item in lines], np.uint64)
    return EdgeTable(party, subject, code, starts, ends, share, facts, keys, unsure.astype(np.bool_), source, side)


def _plain(item: Line, number: Mapping[str, int], codes_: Mapping[str, int], sources: Mapping[str, int]) -> tuple[int, ...]:
    if item.value.interest not in codes_:
        raise InputError(f"{item.key}: no list has the interest {item.value.interest!r}")
    share = item.value.share
    return (
        number[item.party],
        number[item.subject],
        codes_[item.value.interest],
        share.minimum if share else -1,
        item.unsure,
        sources[item.source],
    )


def _extents(value: Relationship) -> tuple[int, ...]:
    legal = extent(value.period)
    return (*legal, *(extent(value.registered) if value.registered else legal))


def _bounds(value: Relationship) -> tuple[int, int]:
    return (value.share.minimum, value.share.maximum) if value.share else (0, PPM)


def _is_clamped(value: Relationship) -> bool:
    return clamped(value.period) or bool(value.registered and clamped(value.registered))


def _is_aside(value: Relationship, days: tuple[int, ...]) -> bool:
    exact = days[0] == days[1] and days[2] == days[3] and days[:4] == days[4:]
    share_known = value.share is None or value.share.minimum == value.share.maximum
    return not exact or not share_known or _is_clamped(value)


def hashed(fact_id: str) -> int:
    """Return the id of a statement as a number.

    Raises
    ------
    InputError
        It is not the 16 hexadecimal digits that `graph.codec` gives.
    """
    try:
        if len(fact_id) == 16:
            return int(fact_id, 16)
    except ValueError:
        pass
    raise InputError(f"{fact_id!r} is no id of a statement (16 hexadecimal digits)")


def key_hash(key: str) -> int:
    """Return the key of a statement as a number."""
    return int(digest(key), 16)
