"""What of a batch is to be recorded, and how: the same on every backend.

Recordings are numbered in order, from 1; each names the number of the recording under the same key whose place it takes. The
numbers are part of what the audit log hashes, so a backend that numbers otherwise would have another log of the same history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from graph.codec import Encoded
from graph.model import Fact, Operation, Payload
from graph.store.audit import mark_of
from graph.store.base import Write
from graph.store.copying import Entry
from graph.store.lengths import see_that_it_fits
from graph.store.wording import Standing, decoded, needs_wording, operation_for


@dataclass(frozen=True, slots=True)
class Taken:
    """A write that is to be recorded, how, and the number of the wording whose place it takes (0 if there is none)."""

    fact: Fact[Payload] | Encoded
    operation: Operation
    text: str
    reason: str
    before: int


def entry_of(each: Taken, seq: int) -> Entry:
    """Return what is to be recorded under a number."""
    fact = each.fact
    mark = mark_of(fact.id, each.operation, each.reason, fact.origin, each.before)
    return Entry(seq, each.before, fact.key, fact.id, each.operation, mark, fact, each.text, each.reason)


def taken_of(
    writes: Sequence[Write],
    texts: Sequence[str],
    standing: Mapping[str, Standing],
    places: Mapping[str, int],
    first: int,
    wording_at: Callable[[int], Fact[Payload] | None],
) -> list[Taken]:
    """Return what of a batch is recorded, in order; a later write of a key follows the earlier one of the batch.

    Parameters
    ----------
    writes, texts
        The batch, and the canonical text of each of its statements.
    standing, places
        What is recorded last under each key, and its number.
    first : int
        Number of the first recording of the batch.
    wording_at : callable
        Returns the wording of a number, None where it is a retraction.

    Raises
    ------
    StoreConflict
        A write contradicts what is recorded; nothing of the batch is to be recorded.
    InputError
        A name, an id or a key is too long for the index of some backend.
    """
    stands, numbers = dict(standing), dict(places)
    wordings: dict[str, Fact[Payload] | Encoded | None] = {}
    taken: list[Taken] = []
    for write, text in zip(writes, texts, strict=True):
        fact = write.fact
        known = stands.get(fact.key)
        wording = None
        if known is not None and needs_wording(write, known):
            latest = wordings[fact.key] if fact.key in wordings else wording_at(numbers[fact.key])
            wording = decoded(latest) if latest else None
        operation = operation_for(write, known, wording)
        if operation is None:
            continue
        retracted = operation is Operation.RETRACTION
        stands[fact.key] = Standing(fact.id, retracted)
        wordings[fact.key] = None if retracted else fact
        see_that_it_fits(fact)
        taken.append(Taken(fact, operation, text, write.reason, numbers.get(fact.key, 0)))
        numbers[fact.key] = first + len(taken) - 1
    return taken
