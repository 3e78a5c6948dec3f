"""What a fact speaks of, and the names it gives: what every backend indexes.

Invariants (tests/unit/test_store_mentions.py holds one test a number)
1. A fact that a question about an enterprise, a decision or a strong identifier needs is about it: persons count at the enterprise
   where they appear.
2. An office or a decision names the person it speaks of, so a person is found even where no source describes him further.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.codec import Encoded, digest, dump, kind_of
from graph.model import (
    ClaimRuling,
    Decision,
    DecisionLink,
    Entity,
    Event,
    Fact,
    Finding,
    Naming,
    Origin,
    PartyRef,
    Payload,
    Relationship,
    appearance_parts,
)

STRONG = "resident_id_hmac"
"""Scheme of the identifiers that identify a person by themselves; nobody types one, and no search finds one."""


def base_of(entity: str) -> str:
    """Return the enterprise at which a person appears, and anything else as it is."""
    return entity.partition("#")[0]


def about_of(fact: Fact[Payload] | Encoded) -> tuple[str, ...]:
    """Return what a fact speaks of: enterprises, things, decisions, findings and strong identifiers, each once."""
    if isinstance(fact, Encoded):
        return fact.about
    return tuple(dict.fromkeys(spoken_of(fact.value)))


def encoded(value: Payload, key: str, origin: Origin, text: str = "") -> Encoded:
    """Return a fact as `graph.codec.make_fact` makes it, with its text written once: here, or by who says it."""
    kind, text = kind_of(value), text or dump(value)
    full = f"{kind}/{origin.source}/{key}"
    own = digest(full, text, "")
    return Encoded(own, full, text, origin, (), tuple(_names(value)), tuple(dict.fromkeys(spoken_of(value))))


def spoken_of(value: Payload) -> Iterator[str]:
    """Yield what a payload speaks of."""
    if isinstance(value, Entity):
        yield base_of(value.id)
        yield from (strong_token(item.value) for item in value.identifiers if item.scheme == STRONG)
    elif isinstance(value, Relationship):
        yield base_of(value.interested_party.entity)
        yield base_of(value.subject.entity)
    elif isinstance(value, Decision):
        yield value.id
        yield base_of(value.respondent.entity)
    elif isinstance(value, Naming):
        yield value.decision
        if value.party is not None:
            yield base_of(value.party.entity)
    elif isinstance(value, DecisionLink):
        yield value.decision
        yield value.other
    elif isinstance(value, ClaimRuling):
        yield base_of(value.first)
        yield base_of(value.second)
    elif isinstance(value, Finding):
        yield value.id
        yield value.decision
        yield base_of(value.party)
    elif isinstance(value, Event):
        yield base_of(value.about)


def strong_token(value: str) -> str:
    """Return under what a strong identifier is looked up."""
    return f"{STRONG}:{value}"


def names_of(fact: Fact[Payload] | Encoded) -> tuple[tuple[str, str, str], ...]:
    """Return (kind of name, name, entity) of everything that a fact gives a name to."""
    if isinstance(fact, Encoded):
        return fact.names
    return tuple(_names(fact.value))


def _names(value: Payload) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, Entity):
        for name in value.names:
            yield name.kind, name.text, value.id
        for identifier in value.identifiers:
            if identifier.scheme != STRONG:
                yield identifier.scheme, identifier.value, value.id
    elif isinstance(value, Relationship):
        yield from _named(value.interested_party)
    elif isinstance(value, Naming) and value.party is not None:
        yield from _named(value.party)


def _named(party: PartyRef) -> Iterator[tuple[str, str, str]]:
    parts = appearance_parts(party.entity)
    if parts is not None:
        yield "full", parts[1], party.entity
