"""The findings of decisions, as they are recorded: of many decisions a second process derives those that this one does not.

Invariants (tests/unit/test_api_deriving.py holds one test a number)
1. In pieces the findings are those of the whole, byte for byte: each piece reads the part of the graph that is about it.
2. Where there is no second process, or it fails, everything is derived here.
3. Each piece is derived once: this process begins at the first and the second one at the last, until they meet.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.propagation import unsealed
from analytics.responsibility.sealed import sealed_text
from graph.beside import Failed, Second
from graph.codec import Encoded
from graph.model import Finding, Origin
from graph.snapshot import Snapshot
from graph.snapshot.scope import snapshot_about
from graph.store.ahead import place_of
from graph.store.base import Store
from graph.store.mentions import encoded
from graph.store.sqlite import SqliteStore
from graph.uncollected import uncollected

OURS: Final = Origin("zeren")
_WORTH_SECOND: Final = 2_000
"""Decisions from which on a second process is worth its start."""
_PIECE: Final = 500
"""Decisions that are derived on one part of the graph: a larger part is slower to look things up in."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A finding as it is recorded, and what it is compared by."""

    id: str
    evidence_hash: str
    fact: Encoded


def derived_of(store: Store, decisions: Iterable[str], version: int, catalogue: Catalogue) -> list[Derived]:
    """Return the findings of decisions, as known at a version."""
    wanted, place = sorted(decisions), place_of(store)
    pieces = [wanted[start : start + _PIECE] for start in range(0, len(wanted), _PIECE)]
    if not place or len(wanted) < _WORTH_SECOND:
        return [each for piece in pieces for each in _here(store, piece, version, catalogue)]
    law = pickle.dumps(catalogue, pickle.HIGHEST_PROTOCOL)
    with Second() as second:
        asked = [second.ask(_in_file, place, piece, version, law) for piece in reversed(pieces)]
        found: list[Derived] = []
        for piece, answer in zip(pieces, reversed(asked), strict=True):
            try:
                found += _here(store, piece, version, catalogue) if answer.cancel() else map(_unpacked, answer.result())
            except Failed:
                found += _here(store, piece, version, catalogue)
        return found


def derived_on(snapshot: Snapshot, decisions: Iterable[str], catalogue: Catalogue) -> list[Derived]:
    """Return the findings of decisions on a graph that has what is about them."""
    return [_derived(finding) for decision in decisions for finding in unsealed(snapshot, decision, catalogue)]


def _derived(finding: Finding) -> Derived:
    seal, text = sealed_text(finding)
    return Derived(finding.id, seal, encoded(finding, finding.id, OURS, text))


def _here(store: Store, decisions: Sequence[str], version: int, catalogue: Catalogue) -> list[Derived]:
    return derived_on(snapshot_about(store, decisions, version), decisions, catalogue)


@uncollected()
def _in_file(place: str, decisions: Sequence[str], version: int, law: bytes) -> list[tuple[Any, ...]]:
    """Return the findings of decisions of a store in a file, packed for the way."""
    return [_packed(each) for each in _here(_opened(place), decisions, version, _catalogue(law))]


@cache
def _opened(place: str) -> SqliteStore:
    return SqliteStore(place, create=False)


@lru_cache(maxsize=1)
def _catalogue(law: bytes) -> Catalogue:
    found: Catalogue = pickle.loads(law)  # noqa: S301 - our own process wrote it
    return found


def _packed(each: Derived) -> tuple[Any, ...]:
    fact = each.fact
    return each.id, each.evidence_hash, fact.id, fact.key, fact.text, fact.names, fact.about


def _unpacked(said: tuple[Any, ...]) -> Derived:
    own, evidence_hash, fact_id, key, text, names, about = said
    return Derived(own, evidence_hash, Encoded(fact_id, key, text, OURS, (), names, about))
