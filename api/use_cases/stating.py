"""What is on record of one kind, from beginning to end: parties with their names and numbers, and what relates them.

Invariants (tests/unit/test_api_stating.py holds one test a number)
1. Every statement that is current is given once, in the order recorded; one that was corrected stands where it was corrected.
2. Going on after any statement gives exactly what came after it, also where it was withdrawn meanwhile.
3. It is read as it is given: nothing of a list is held but what is being read.
4. By place it is the same, also where something was withdrawn meanwhile, and a place holds nothing of what is said there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby, islice
from typing import Any, Final, TypeVar

from api.use_cases.describing import origin
from graph.calling import called
from graph.dates import PartialDate, Truth
from graph.errors import InputError
from graph.model import Entity, Fact, Operation, Payload, Recorded, Relationship, appearance_name
from graph.store.base import Store

Mark = tuple[int, str]
"""Where a statement stands: the version that recorded it, and its id."""
Place = tuple[int, int]
"""The same by number: the version, and the how many-th change of it."""
_AT_ONCE: Final = 500
_NAMED_AT_ONCE: Final = 200
T = TypeVar("T")


def stated(store: Store, kind: str, after: Mark | None = None) -> Iterator[Recorded]:
    """Yield what is current of a kind, in the order recorded, after a statement.

    Raises
    ------
    InputError
        There is no such statement (any more): it was sealed.
    """
    if after is None:
        yield from store.facts([kind])
        return
    version, last = after
    rest = store.changes_since(version - 1)
    for change in rest:
        if change.version > version:
            raise InputError("the list has no such place any more: start without a cursor")
        if change.fact.id == last:
            break
    yield from (each for _, each in _current(store, kind, ((version, each) for each in rest)))


def placed(store: Store, kind: str, after: Place | None = None) -> Iterator[tuple[Place, Recorded]]:
    """Yield what is current of a kind, in the order recorded, each with a place that tells nothing of what is said there."""
    version, number = after or (0, 0)
    changes = store.changes_since(max(0, version - 1))
    rest = ((place, each) for place, each in _counted(changes) if place > (version, number))
    yield from _current(store, kind, rest)


def _counted(changes: Iterable[Recorded]) -> Iterator[tuple[Place, Recorded]]:
    for version, own in groupby(changes, lambda each: each.version):
        yield from (((version, number), each) for number, each in enumerate(own, 1))


def _current(store: Store, kind: str, changes: Iterable[tuple[T, Recorded]]) -> Iterator[tuple[T, Recorded]]:
    """Yield those of a kind that are current."""
    of_kind = (
        (place, each)
        for place, each in changes
        if each.fact.key.startswith(f"{kind}/") and each.operation is not Operation.RETRACTION
    )
    while some := list(islice(of_kind, _AT_ONCE)):
        now = store.standing([each.fact.key for _, each in some])
        latest = {each.fact.key: each for _, each in some}
        for place, each in some:
            if now[each.fact.key] == each.fact.id and latest[each.fact.key] is each:
                yield place, each


def mark_of(recorded: Recorded) -> Mark:
    """Return where a statement stands."""
    return recorded.version, recorded.fact.id


def party_json(fact: Fact[Payload]) -> dict[str, Any]:
    """Return a party as plain values: what one statement says of it."""
    value = fact.value
    if not isinstance(value, Entity):
        raise TypeError(f"{fact.key} is no party")
    return {
        "id": value.id,
        "kind": value.kind,
        "name": called(value.names) or appearance_name(value.id) or value.id,
        "names": [{"text": name.text, "kind": name.kind, "period": str(name.period)} for name in value.names],
        "identifiers": [{"scheme": each.scheme, "value": each.value} for each in value.identifiers],
        "statement": fact.id,
        **origin(fact),
    }


def relationship_json(fact: Fact[Payload]) -> dict[str, Any]:
    """Return a relationship as plain values."""
    value = fact.value
    if not isinstance(value, Relationship):
        raise TypeError(f"{fact.key} is no relationship")
    share = value.share
    return {
        "statement": fact.id,
        "party": _end(value.interested_party.entity),
        "subject": _end(value.subject.entity),
        "interest": value.interest,
        "period": str(value.period),
        "registered": str(value.registered) if value.registered else None,
        "share_least_percent": share.minimum / 10_000 if share else None,
        "share_most_percent": share.maximum / 10_000 if share else None,
        "amount_fen": value.amount_fen,
        **origin(fact),
    }


def named(store: Store, rows: Iterable[tuple[T, dict[str, Any]]]) -> Iterator[tuple[T, dict[str, Any]]]:
    """Yield relationships with the names of the enterprises in them, as they are called in the store; read some at once."""
    given = iter(rows)
    while some := list(islice(given, _NAMED_AT_ONCE)):
        ends = [row[end] for _, row in some for end in ("party", "subject") if row[end]["name"] is None]
        names = {
            value.id: called(value.names)
            for recorded in store.facts(["entity"], about={end["id"] for end in ends})
            if isinstance(value := recorded.fact.value, Entity) and value.kind != "person"
        }
        for end in ends:
            end["name"] = names.get(end["id"]) or None
        yield from some


def _end(node: str) -> dict[str, str | None]:
    """Return an end of a relationship: an appearance bears its name in its id, any other party has its own line."""
    return {"id": node, "name": appearance_name(node) or None}


def may_hold(fact: Fact[Payload], on: date | None) -> bool:
    """Say whether a relationship held on a day, or may have."""
    value = fact.value
    return on is None or not isinstance(value, Relationship) or value.period.holds_on(PartialDate.on(on)) is not Truth.NO
