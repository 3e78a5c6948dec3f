"""What a delivery may make of a statement that it words differently from before.

Invariants (tests/unit/test_loaders_ingest.py holds one test a number)
2. A newer delivery may end what was open, and add to an entity; anything else alters the past, which is a correction only if the
   source says so.
3. Two names for one id within one delivery are a conflict; in a newer one it was renamed on an unknown day between.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from graph.codec import kind_of, make_fact
from graph.dates import OPEN, PartialDate, Period
from graph.errors import InputError, StoreConflict
from graph.model import Entity, Fact, Name, Operation, Payload
from graph.names import normalise_name
from graph.store.base import Write
from graph.store.wording import Standing, operation_for

PAST: Final = "an altered past value is a correction only if the source says so (`altered: correction` in the mapping)"


def merged(old: Entity, new: Entity, renamed: PartialDate | None) -> tuple[Entity, list[str]]:
    """Return what two rows say of one entity together, and the names of attributes that the newer alters.

    Parameters
    ----------
    old, new : Entity
        The two, of one id.
    renamed : PartialDate, optional
        When a full name gave way to the other; None if both are of one delivery.

    Raises
    ------
    InputError
        They differ in kind, or have two full names at one time.
    """
    if (old.kind, old.bearer) != (new.kind, new.bearer):
        raise InputError(f"{new.id} is of kind {new.kind} here, and was of kind {old.kind}")
    names = list(old.names)
    for name in new.names:
        standing = [other for other in names if other.kind == name.kind and other.period.end == OPEN]
        if any(normalise_name(other.text) == normalise_name(name.text) for other in standing):
            continue
        if name.kind == "full" and standing:
            if renamed is None:
                raise InputError(f"name_conflict: {new.id} is called {name.text!r} here and {standing[0].text!r} there")
            names = [_ended(other, renamed) if other in standing else other for other in names]
            names.append(replace(name, period=Period(renamed, OPEN)))
        else:
            names.append(name)
    before, after = dict(old.attributes), dict(new.attributes)
    altered = [key for key, value in after.items() if key in before and before[key] != value]
    both = replace(
        old,
        names=tuple(names),
        identifiers=tuple(dict.fromkeys((*old.identifiers, *new.identifiers))),
        attributes=tuple(sorted((before | after).items())),
    )
    return both, altered


def _ended(name: Name, on: PartialDate) -> Name:
    return replace(name, period=Period(name.period.start, on))


def reworded(fact: Fact[Payload], value: Payload, flags: tuple[str, ...]) -> Fact[Payload]:
    """Return a fact of the same key and origin that says `value`."""
    own = fact.key.removeprefix(f"{kind_of(value)}/{fact.origin.source}/")
    return make_fact(value, own, fact.origin, flags)


def follow(old: Fact[Payload], new: Fact[Payload], *, correction: bool) -> Write:
    """Return the write that puts `new` after `old`: a change where it is one, else a correction where that is allowed.

    Raises
    ------
    InputError
        It alters the past, and the source does not say that this is a correction.
    """
    change = Write(new, Operation.CHANGE)
    try:
        operation_for(change, Standing(old.id), old)
    except StoreConflict as error:
        if not correction:
            raise InputError(f"{error}. Refused: {PAST}") from error
        return Write(new, Operation.CORRECTION, "the source altered it")
    return change
