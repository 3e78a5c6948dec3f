"""Which new wording of a statement may follow which: the rules that every backend applies before it records.

Invariants (tests/contract/test_store.py runs them on every backend)
1. A wording that is current already is not recorded again, whatever the operation.
2. A change may only end what was open or not exactly known, or add to it. It never alters what was said of the past.
3. Nothing follows a sealed statement.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from graph.codec import Encoded, digest, dump, kind_of, make_fact
from graph.dates import OPEN, PartialDate, Period
from graph.errors import InputError, StoreConflict
from graph.model import Entity, Fact, Name, Operation, Payload, Relationship
from graph.store.base import Write

CHANGING = frozenset({"ruling", "finding", "event", "catalogue", "delivery"})
"""Kinds whose newer wording is by nature a change: a judgement was made anew, nothing was wrong before."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a store has under a key: its latest wording's id, whether that is current, and the article if it is sealed."""

    id: str
    retracted: bool = False
    article: str | None = None


def text_of(fact: Fact[Payload] | Encoded) -> str:
    """Return the canonical text of what `fact` says; an encoded one was made of its text.

    Raises
    ------
    InputError
        The key is not of the value's kind, or the id is not the hash of key, text and flags.
    """
    if isinstance(fact, Encoded):
        return fact.text
    kind, text = kind_of(fact.value), dump(fact.value)
    if not fact.key.startswith(f"{kind}/{fact.origin.source}/"):
        raise InputError(f"the key {fact.key!r} should start with '{kind}/{fact.origin.source}/'")
    if fact.id != digest(fact.key, text, ",".join(fact.flags)):
        raise InputError(f"{fact.key}: the id {fact.id} is not the hash of what it says; build it with make_fact")
    return text


def needs_wording(write: Write, standing: Standing | None) -> bool:
    """Say whether `operation_for` will compare with the current wording itself, so that a store reads it only then."""
    return write.operation is Operation.CHANGE and standing is not None and not standing.retracted and standing.id != write.fact.id


def operation_for(write: Write, standing: Standing | None, wording: Fact[Payload] | None = None) -> Operation | None:
    """Return how `write` is to be recorded, None if it is recorded already.

    Parameters
    ----------
    write : Write
        What is to be recorded.
    standing : Standing or None
        What the store has under the key, None if nothing.
    wording : Fact, optional
        The current wording; only needed where `needs_wording` says so.

    Raises
    ------
    StoreConflict
        The write contradicts what is recorded; the message says what would be right.
    """
    fact, operation = write.fact, write.operation
    same = standing is not None and standing.id == fact.id
    current = standing is not None and not standing.retracted
    if standing is not None and standing.article is not None:
        if same and operation is not Operation.RETRACTION:
            return None
        raise StoreConflict(f"{fact.key} is sealed under {standing.article}: nothing can follow it")
    if operation is Operation.RETRACTION:
        if same:
            return Operation.RETRACTION if current else None
        raise StoreConflict(f"{fact.key}: a retraction names the current wording" if current else f"{fact.key}: nothing to retract")
    if same and current:
        return None
    if operation is Operation.NEW:
        if current:
            raise StoreConflict(f"{fact.key} has another wording: say whether this is a change or a correction")
        return Operation.NEW if same or standing is None else Operation.CORRECTION
    if standing is None:
        raise StoreConflict(f"{fact.key}: nothing to make a {operation} of")
    if operation is Operation.CHANGE:
        if wording is None:
            raise StoreConflict(f"{fact.key} is retracted: what is not current cannot change")
        reason = _alters(wording, decoded(fact))
        if reason:
            raise StoreConflict(f"{fact.key}: {reason}; if the old wording was wrong, this is a correction")
    return operation


def decoded(fact: Fact[Payload] | Encoded) -> Fact[Payload]:
    """Return a fact with what it says read."""
    return Fact(fact.id, fact.key, fact.value, fact.origin, fact.flags) if isinstance(fact, Encoded) else fact


def closed(fact: Fact[Payload], end: PartialDate) -> Fact[Payload]:
    """Return the wording of a relationship with its period ended at `end`.

    Raises
    ------
    StoreConflict
        It is no relationship, has ended already, or would end before its start.
    """
    value = fact.value
    if not isinstance(value, Relationship):
        raise StoreConflict(f"{fact.key} is no relationship: only a relationship can end")
    if value.period.end != OPEN and value.period.end.day is not None:
        raise StoreConflict(f"{fact.key} has ended already, on {value.period.end}")
    try:
        period = Period(value.period.start, end)
    except InputError as error:
        raise StoreConflict(f"{fact.key}: {error}") from error
    own = fact.key.removeprefix(f"{kind_of(value)}/{fact.origin.source}/")
    return make_fact(replace(value, period=period), own, fact.origin, fact.flags)


def _alters(old: Fact[Payload], new: Fact[Payload]) -> str:
    """Return what of the past the new wording alters, "" if nothing."""
    before, after = old.value, new.value
    if kind_of(before) in CHANGING:
        return ""
    if not set(old.flags) <= set(new.flags):
        return "a change cannot take a flag away"
    if isinstance(before, Relationship) and isinstance(after, Relationship):
        return _alters_relationship(before, after)
    if isinstance(before, Entity) and isinstance(after, Entity):
        return _alters_entity(before, after)
    return f"what a {kind_of(before)} says does not change"


def _alters_relationship(old: Relationship, new: Relationship) -> str:
    if replace(new, period=old.period, registered=old.registered) != old:
        return "a change of a relationship can only end it"
    if not _only_ends(old.period, new.period):
        return f"the period {old.period} cannot change into {new.period}"
    if old.registered is None or new.registered is None:
        return "" if old.registered == new.registered else "a change cannot add or remove the registered period"
    if not _only_ends(old.registered, new.registered):
        return f"the registered period {old.registered} cannot change into {new.registered}"
    return ""


def _alters_entity(old: Entity, new: Entity) -> str:
    if (old.id, old.kind, old.bearer) != (new.id, new.kind, new.bearer):
        return "a change cannot alter id, kind or bearer"
    for name in old.names:
        if not any(_continues(name, later) for later in new.names):
            return f"the name {name.text!r} ({name.kind}) is missing or altered"
    if not set(old.identifiers) <= set(new.identifiers):
        return "a change cannot take an identifier away"
    if not set(old.attributes) <= set(new.attributes):
        return "a change cannot take an attribute away"
    return ""


def _continues(old: Name, new: Name) -> bool:
    return (old.text, old.kind) == (new.text, new.kind) and _only_ends(old.period, new.period)


def _only_ends(old: Period, new: Period) -> bool:
    if old.start != new.start:
        return False
    first, last = old.end, new.end
    within = first.earliest <= last.earliest and last.latest <= first.latest
    return first in (last, OPEN) or (first.day is None and within)
