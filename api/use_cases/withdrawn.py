"""Findings that nothing derives any more: since when, how to ask for them as they were, and which of them bound somebody.

Invariants (tests/unit/test_api_withdrawn.py holds one test a number)
1. Whoever asks for a finding that was withdrawn is told when, and how to ask as it was known before; one that never was is not.
2. What something had happened to before it was withdrawn stays on the record of its party.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.propagation import propagate
from api.use_cases.former import events_of
from api.use_cases.reading import catalogue_at
from api.use_cases.resting import history_of
from graph.dates import day_in_law
from graph.errors import NotFound
from graph.model import Finding, Operation, Recorded
from graph.snapshot.scope import GRAPH, snapshot_about
from graph.store.base import Store
from graph.store.mentions import base_of


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A finding as it was last, the day and version by which nothing derives it any more, and the last at which it was."""

    finding: Finding
    on: date
    version: int
    known_at: int

    def as_json(self) -> dict[str, Any]:
        """Return when it was withdrawn, and the version at which it was last known."""
        return {"on": self.on.isoformat(), "version": self.version, "known_at": self.known_at}

    def not_found(self) -> NotFound:
        """Return why it is not found, and how to ask for it."""
        return NotFound(
            f"the finding {self.finding.id!r} was withdrawn on {self.on} (version {self.version}): nothing derives it any more;"
            f" ask as it was known before that: --known-at {self.known_at}",
            zh=f"认定“{self.finding.id}”已于 {self.on} 撤回（版本 {self.version}），现已不再成立；"
            f"此前的内容请查询当时所知：--known-at {self.known_at}",
        )


def withdrawal(store: Store, finding: str, catalogue: Catalogue, known_at: int | None = None) -> Withdrawal | None:
    """Return since when a finding is withdrawn, as known at a version; None where it is current, or never was."""
    if (last := last_wording(store, finding, known_at)) is None:
        return None
    value, since, gone = last
    about = [value.decision, value.company, base_of(value.party)]
    changed = {each.version for each in store.wordings(GRAPH, about) if since < each.version < gone.version}
    asked = [version - 1 for version in (gone.version, *sorted(changed, reverse=True))]
    before = next((version for version in asked if _derived(store, value, catalogue, version)), since)
    return Withdrawal(value, day_in_law(gone.recorded_at), gone.version, before)


def last_wording(store: Store, finding: str, known_at: int | None = None) -> tuple[Finding, int, Recorded] | None:
    """Return how a finding was last and since which version, and its retraction; None where it is current, or never was."""
    history = history_of(store, finding, known_at)
    if not history or history[-1].operation is not Operation.RETRACTION:
        return None
    told = (each for each in reversed(history) if each.operation is not Operation.RETRACTION)
    return next(((each.fact.value, each.version, history[-1]) for each in told if isinstance(each.fact.value, Finding)), None)


def _derived(store: Store, finding: Finding, catalogue: Catalogue, version: int) -> bool:
    """Say whether a finding followed from what was known at a version."""
    graph = snapshot_about(store, [finding.decision, finding.party], version)
    known = {fact.value.id for fact in graph.decisions()}
    rules = catalogue_at(store, version, catalogue)
    return finding.decision in known and any(each.id == finding.id for each in propagate(graph, finding.decision, rules))


def acted_upon(store: Store, parties: Collection[str], known_at: int | None = None) -> set[str]:
    """Return the findings on some parties that are withdrawn, and that something had happened to."""
    about = sorted({base_of(party) for party in parties})
    known = (each for each in store.wordings(["finding"], about) if known_at is None or each.version <= known_at)
    values = ((each, each.fact.value) for each in known)
    last = {value.id: each for each, value in values if isinstance(value, Finding) and value.party in parties}
    gone = {each for each, recorded in last.items() if recorded.operation is Operation.RETRACTION}
    return {item.event.about for item in events_of(store, known_at, gone)} & gone if gone else set()
