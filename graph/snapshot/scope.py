"""The part of the graph that a question needs, read from a store without the rest.

Invariants (tests/unit/test_graph_scope.py holds one test a number)
1. What a decision leads to is the same on the part about it as on the whole graph; so is what is on record of a party.
2. People are told apart as on the whole graph: whatever may join or part two of them is in the part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.model import ClaimRuling, Decision, DecisionLink, Entity, Fact, Naming, Payload, Relationship
from graph.preference import preference_of
from graph.snapshot.view import Snapshot
from graph.store.base import Store
from graph.store.mentions import STRONG, base_of, spoken_of, strong_token

GRAPH = ("entity", "relationship", "decision", "naming", "link", "ruling")
"""Kinds of statements that the graph is made of."""


def snapshot_about(store: Store, seeds: Iterable[str], known_at: int | None = None) -> Snapshot:
    """Return the graph about these.

    Parameters
    ----------
    store : Store
        Where the statements are.
    seeds : iterable of str
        Decisions, enterprises, people (whose enterprise is meant), strong identifiers.
    known_at : int, optional
        The version, the latest by default.

    Returns
    -------
    Snapshot
        Everything that speaks of the seeds; of the decisions linked with them, their respondents and where the people they name
        appear; and of every enterprise whose people a strong identifier or a ruling may join with theirs. What else is mentioned
        is there with its names, and a decision with what it says of itself.
    """
    version = store.version() if known_at is None else known_at
    found: dict[str, Fact[Payload]] = {}
    rulings = [recorded.fact for recorded in store.facts(["ruling"], version)]
    leading = [fact.value for fact in rulings]
    asked: set[str] = set()
    wanted = {base_of(seed) for seed in seeds}
    while wanted:
        asked |= wanted
        new = {recorded.fact.key: recorded.fact for recorded in store.facts(GRAPH, version, about=wanted)}
        found |= new
        # A fact read before may lead further now that more is asked; a relationship leads nowhere.
        leading += [fact.value for fact in new.values() if not isinstance(fact.value, Relationship)]
        wanted = {each for value in leading for each in _leads_to(value, asked)} - asked
    mentioned = {each for fact in found.values() for each in spoken_of(fact.value)} - asked
    shown = store.facts(["entity", "decision"], version, about=mentioned)
    found |= {recorded.fact.key: recorded.fact for recorded in shown}
    respondents = {base_of(fact.value.respondent.entity) for fact in found.values() if isinstance(fact.value, Decision)}
    found |= {
        recorded.fact.key: recorded.fact for recorded in store.facts(["entity"], version, about=respondents - mentioned - asked)
    }
    preference = preference_of(store.facts(["delivery"], version))
    return Snapshot.of((*found.values(), *(fact for fact in rulings if fact.key not in found)), version, preference)


def _leads_to(value: Payload, asked: set[str]) -> Iterator[str]:
    """Yield what else has to be read once these are asked about."""
    if isinstance(value, Decision):
        if value.id in asked:
            yield base_of(value.respondent.entity)
    elif isinstance(value, Naming):
        if value.decision in asked and value.party is not None:
            yield base_of(value.party.entity)
    elif isinstance(value, DecisionLink):
        if value.decision in asked or value.other in asked:
            yield from (value.decision, value.other)
    elif isinstance(value, ClaimRuling):
        ends = (base_of(value.first), base_of(value.second))
        if not asked.isdisjoint(ends):
            yield from ends
    elif isinstance(value, Entity):
        numbers = [strong_token(item.value) for item in value.identifiers if item.scheme == STRONG]
        if numbers and (base_of(value.id) in asked or not asked.isdisjoint(numbers)):
            yield from (base_of(value.id), *numbers)
