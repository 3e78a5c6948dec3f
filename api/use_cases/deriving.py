"""The findings of decisions, as they are recorded: of many decisions one half is derived by a second process beside this one.

Invariants (tests/unit/test_api_deriving.py holds one test a number)
1. In two halves the findings are those of the whole, byte for byte: each half reads the part of the graph that is about it.
2. Where there is no second process, or it fails, everything is derived here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
_WORTH_HALVING: Final = 2_000
"""Decisions from which on a second process is worth its start."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A finding as it is recorded, and what it is compared by."""

    id: str
    evidence_hash: str
    fact: Encoded


def derived_of(store: Store, decisions: Iterable[str], version: int, catalogue: Catalogue) -> list[Derived]:
    """Return the findings of decisions, as known at a version."""
    wanted, place = sorted(decisions), place_of(store)
    if not place or len(wanted) < _WORTH_HALVING:
        return _here(store, wanted, version, catalogue)
    half = len(wanted) // 2
    with Second() as second:
        asked = second.ask(_in_file, place, wanted[half:], version, catalogue)
        found = _here(store, wanted[:half], version, catalogue)
        try:
            return found + [_unpacked(said) for said in asked.result()]
        except Failed:
            return found + _here(store, wanted[half:], version, catalogue)


def derived_on(snapshot: Snapshot, decisions: Iterable[str], catalogue: Catalogue) -> list[Derived]:
    """Return the findings of decisions on a graph that has what is about them."""
    return [_derived(finding) for decision in decisions for finding in unsealed(snapshot, decision, catalogue)]


def _derived(finding: Finding) -> Derived:
    seal, text = sealed_text(finding)
    return Derived(finding.id, seal, encoded(finding, finding.id, OURS, text))


def _here(store: Store, decisions: Sequence[str], version: int, catalogue: Catalogue) -> list[Derived]:
    return derived_on(snapshot_about(store, decisions, version), decisions, catalogue)


@uncollected()
def _in_file(place: str, decisions: Sequence[str], version: int, catalogue: Catalogue) -> list[tuple[Any, ...]]:
    """Return the findings of decisions of a store in a file, packed for the way."""
    with SqliteStore(place, create=False) as store:
        return [_packed(each) for each in _here(store, decisions, version, catalogue)]


def _packed(each: Derived) -> tuple[Any, ...]:
    fact = each.fact
    return each.id, each.evidence_hash, fact.id, fact.key, fact.text, fact.names, fact.about


def _unpacked(said: tuple[Any, ...]) -> Derived:
    own, evidence_hash, fact_id, key, text, names, about = said
    return Derived(own, evidence_hash, Encoded(fact_id, key, text, OURS, (), names, about))
