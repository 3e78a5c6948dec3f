"""Whether a finding still rests on what was proposed: read of a store, for the course of each finding that was.

Invariants (tests/unit/test_api_resting.py holds one test a number)
1. A finding rests on what was proposed as long as the statements that were, by their keys and as they are worded now, are enough to
   derive it: some may be gone, and others beside them. What it takes a new statement to carry was not proposed.
2. A statement that is corrected to speak of somebody with another number is another statement: same name is not same person.
3. All depends on what was recorded by a version: the statements and the rules of the version at which a wording was derived.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from analytics.lifecycle.evidence import PROPOSING, Course, Rest, evidence_of
from analytics.lifecycle.ground import Dated
from analytics.responsibility.catalogue import Catalogue, as_recorded
from analytics.responsibility.propagation import propagate
from api.use_cases.reading import recorded_at
from graph.dates import day_in_law
from graph.errors import NotFound
from graph.model import Fact, Finding, Naming, Operation, Outcome, Payload, PremiseState, Recorded, Relationship
from graph.snapshot import Snapshot
from graph.snapshot.scope import snapshot_about
from graph.store.base import Store

_as_recorded = lru_cache(maxsize=4)(as_recorded)


def history_of(store: Store, finding: str, known_at: int | None) -> list[Recorded]:
    """Return every version of a finding that was recorded by a version, retractions included."""
    return [r for r in store.history(f"finding/zeren/{finding}") if known_at is None or r.version <= known_at]


def courses_of(
    store: Store, findings: Mapping[str, Finding], events: Iterable[Dated], catalogue: Catalogue, known_at: int | None
) -> dict[str, Course]:
    """Return what each finding that was proposed rested on since when; one that has always been the same has no course.

    Parameters
    ----------
    store : Store
        Where the findings and their statements are.
    findings : mapping of id to Finding
        Those that are current.
    events : iterable of Dated
        What happened.
    catalogue : Catalogue
        The rules, where none are on record.
    known_at : int, optional
        The version, the latest by default.
    """
    proposed: dict[str, set[str]] = {}
    for item in events:
        if item.event.kind in PROPOSING:
            proposed.setdefault(item.event.about, set()).add(evidence_of(item.event))
    found: dict[str, Course] = {}
    for about, evidence in proposed.items():
        history, current = history_of(store, about, known_at), findings.get(about)
        only = history[0].fact.value if len(history) == 1 else None
        same = isinstance(only, Finding) and only == current and evidence <= {"", only.evidence_hash}
        if history and not same:
            found[about] = _course(store, history, current, evidence - {""}, catalogue)
    return found


def _course(
    store: Store, history: Sequence[Recorded], current: Finding | None, evidence: Iterable[str], catalogue: Catalogue
) -> Course:
    wordings = {r.fact.value.evidence_hash: r.fact.value for r in history if isinstance(r.fact.value, Finding)}
    first = {each: wordings[each] for each in sorted(evidence) if each in wordings}
    course = []
    for recorded in history:
        value = recorded.fact.value if recorded.operation is not Operation.RETRACTION else None
        assert value is None or isinstance(value, Finding)  # noqa: S101 - it is the history of a finding
        course.append(_rest(store, recorded, value, first, catalogue))
    last = history[-1]
    if current is not None and current.evidence_hash != course[-1].evidence:  # it was derived on a graph of another day
        course.append(_rest(store, last, current, first, catalogue))
    return tuple(course)


def _rest(store: Store, recorded: Recorded, now: Finding | None, first: Mapping[str, Finding], catalogue: Catalogue) -> Rest:
    day = day_in_law(recorded.recorded_at)
    if now is None or now.outcome is not Outcome.ESTABLISHED:
        return Rest(day, "")
    covers = (each for each, then in first.items() if still_rests(store, then, now, recorded.version, catalogue))
    measures = (measure.name_zh for measure in now.measures if now.effect == "restrict")
    return Rest(day, now.evidence_hash, frozenset(covers), frozenset(measures))


def still_rests(store: Store, then: Finding, now: Finding, version: int, catalogue: Catalogue) -> bool:
    """Say whether a finding as it is at a version still rests on what it did when it was proposed: see invariant 1."""
    if then.evidence_hash == now.evidence_hash:
        return True
    said = {each: recorded.fact for each, recorded in store.by_ids(_proof(then) | _proof(now)).items()}
    proposed = {said[each].key: said[each] for each in _proof(then) if each in said}
    new = _new(_proof(now), said, proposed)
    if not new:
        return True
    law = _law(store, version, catalogue)
    graph = snapshot_about(store, [now.decision, now.party], version)
    while new:
        graph = graph.altered(new)
        left = _derived(graph, now, law)
        if left is None:
            return False
        said |= {each: recorded.fact for each, recorded in store.by_ids(_proof(left)).items()}
        new = _new(_proof(left), said, proposed)
    return True


def _proof(finding: Finding) -> frozenset[str]:
    """Return the statements that show a finding: its path, and what proves its premises."""
    proved = (premise for premise in finding.premises if premise.state is PremiseState.PROVED)
    return frozenset(finding.path).union(*(premise.evidence for premise in proved))


def _derived(graph: Snapshot, now: Finding, law: Catalogue) -> Finding | None:
    """Return a finding as a graph leaves it, None where that proves it no more."""
    try:
        found = propagate(graph, now.decision, law)
    except NotFound:
        return None
    return next((each for each in found if each.id == now.id and each.outcome is Outcome.ESTABLISHED), None)


def _law(store: Store, version: int, catalogue: Catalogue) -> Catalogue:
    """Return the rules with which findings were derived by a version."""
    found = recorded_at(store, version)
    return catalogue if found is None or found.hash == catalogue.hash else _as_recorded(found.text)


def _new(proof: Iterable[str], said: Mapping[str, Fact[Payload]], proposed: Mapping[str, Fact[Payload]]) -> set[str]:
    """Return the statements on which a finding rests and did not when it was proposed."""
    return {each for each in proof if each not in said or not _is_same(said[each], proposed.get(said[each].key))}


def _is_same(now: Fact[Payload], then: Fact[Payload] | None) -> bool:
    """Say whether a statement is what was proposed, corrected or not: under its key, and of nobody with another number."""
    return then is not None and (_bearer(now) == _bearer(then) or "" in (_bearer(now), _bearer(then)))


def _bearer(fact: Fact[Payload]) -> str:
    value = fact.value
    party = value.interested_party if isinstance(value, Relationship) else value.party if isinstance(value, Naming) else None
    return (party.bearer if party else None) or ""
