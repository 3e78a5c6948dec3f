"""Sealing decisions with everything that says again what they said.

Invariants (tests/unit/test_api_sealing.py holds one test a number)
1. A decision is sealed together with its namings and with every finding that rests on it, every wording of them, also what was
   withdrawn before: in one transaction, so that whoever is killed has sealed all of it or nothing.
2. Events on it, on these findings, and on restrictions and tasks that rest on nothing else, and look-ups of whom it concerned, are
   sealed where they repeat its number or its words, or name whom it named; so are all look-ups of somebody of whom nothing else
   tells. What does not repeat them stays.
3. What rests on another decision stays, and is derived anew without the sealed one.
4. What an earlier run left of a decision that it sealed is sealed by the next.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from analytics.lifecycle.departments import departments
from analytics.lifecycle.publication import publication
from analytics.lifecycle.restrictions import restriction_id
from analytics.responsibility.updates import linked
from api.use_cases.acting import Actor
from api.use_cases.cases import Cases
from api.use_cases.checking import KIND as LOOKUP
from api.use_cases.messages import task_id
from api.use_cases.propagating import propagate
from graph.model import Decision, Event, Finding, Naming, Recorded, Relationship
from graph.snapshot import Snapshot
from graph.store.base import Store
from graph.store.mentions import base_of

_SEAL, _WHOLE = "seal ", " with what rests on it"
"""How the audit log says that a decision was sealed, and that nothing of it was left."""
_ACTS: Final = ("case ", "check ", "feedback ", _SEAL)
"""How the audit log says of a version that it records no naming and no finding."""
_LEAST: Final = 4
"""Characters that a text has at least for its repetition to be one."""
_Said = dict[str, list[Recorded]]
"""Every wording by its key."""


def seal(store: Store, snapshot: Snapshot, cases: Cases, decisions: Sequence[str], actor: Actor) -> list[str]:
    """Seal decisions with everything that says again what they said; return the keys.

    What rests on a linked decision as well is derived anew afterwards.
    """
    if not decisions:
        return []
    article, sealed = publication().cap.basis, list[str]()
    own = {fact.value.id: fact.key for fact in snapshot.decisions() if fact.value.id in decisions}
    said = _said_of(store, decisions)
    for place, decision in enumerate(decisions, 1):
        repeating = _repeating(store, snapshot, cases, decision, said[decision], own.get(decision), set(decisions[:place]))
        keys = [*said[decision], *repeating, *([own[decision]] if decision in own else [])]
        store.seal(keys, article, actor.act(f"{_SEAL}{decision}{_WHOLE}"))
        sealed += keys
    for other in sorted((linked(set(decisions), snapshot) & {fact.value.id for fact in snapshot.decisions()}) - {*decisions}):
        propagate(store, cases.catalogue, actor, decision=other)
    return sealed


def begun(store: Store, snapshot: Snapshot) -> list[str]:
    """Return the decisions that are sealed while something that rests on them is not."""
    what = [row.what.removeprefix(_SEAL) for row in store.audit() if row.sealed and row.what.startswith(_SEAL)]
    sealed = {each.removesuffix(_WHOLE) for each in what} - {fact.value.id for fact in snapshot.decisions()}
    whole = sealed & {each.removesuffix(_WHOLE) for each in what if each.endswith(_WHOLE)}
    left = {value.decision for value in _values(store.facts(["naming", "finding"], about=sealed))} if sealed else set()
    left |= {decision for decision, said in _said_of(store, sealed - whole).items() if said}
    return sorted(left & sealed)


def _values(said: Iterator[Recorded]) -> Iterator[Naming | Finding]:
    return (each.fact.value for each in said if isinstance(each.fact.value, Naming | Finding))


def _said_of(store: Store, decisions: Collection[str]) -> dict[str, _Said]:
    """Return every wording of the namings and findings of decisions that was ever recorded and is not sealed."""
    found: dict[str, _Said] = {decision: {} for decision in decisions}
    if not decisions:
        return found
    for version in [row.version for row in store.audit() if not row.what.startswith(_ACTS)]:
        for recorded in store.facts(["naming", "finding"], version, about=decisions):
            value = recorded.fact.value
            if isinstance(value, Naming | Finding) and value.decision in found:
                found[value.decision].setdefault(recorded.fact.key, [])
    return {decision: {key: store.history(key) for key in sorted(keys)} for decision, keys in found.items()}


def _repeating(
    store: Store, snapshot: Snapshot, cases: Cases, decision: str, said: _Said, own: str | None, gone: set[str]
) -> list[str]:
    """Return the keys of the events that repeat what a decision said, where they are on nothing that stays."""
    values = [each.fact.value for wordings in said.values() for each in wordings]
    findings = [value for value in values if isinstance(value, Finding)]
    values += [each.fact.value for each in (store.history(own) if own else ())]
    words = {*_words(values)}
    if not words:
        return []
    carried = {restriction_id(finding.party, measure.name_zh) for finding in findings for measure in finding.measures}
    stay = {each for each in carried if each in cases.by_id and {g.decision for g in cases.by_id[each].grounds} - gone}
    tasks = {task_id(restriction, unit) for restriction in carried - stay for unit in departments().units}
    about = {decision, *(finding.id for finding in findings), *(carried - stay), *tasks}
    parties = {party for finding in findings for party in (finding.party, finding.company)} | {*_concerned(snapshot, values)}
    alone = {party for party in parties if "#" in party and _is_known_by(store, party, gone)}
    events = store.facts(["event"], about=about | {base_of(party) for party in parties})
    return sorted({each.fact.key for each in events if _repeats(each.fact.value, about, parties, alone, words)})


def _concerned(snapshot: Snapshot, values: Sequence[object]) -> Iterator[str]:
    """Yield whom decisions are against, and whom namings mean or may mean."""
    for value in values:
        ref = value.respondent if isinstance(value, Decision) else value.party if isinstance(value, Naming) else None
        if ref is not None and isinstance(value, Decision | Naming):
            meant = snapshot.identity.resolve(ref, value.id if isinstance(value, Decision) else value.decision)
            yield from (ref.entity, meant.id, *meant.candidates)


def _is_known_by(store: Store, person: str, decisions: Collection[str]) -> bool:
    """Say whether nothing but decisions that are sealed tells that there is such a person."""
    for recorded in store.facts(["relationship", "naming"], about=[base_of(person)]):
        value = recorded.fact.value
        ref = value.party if isinstance(value, Naming) else value.interested_party if isinstance(value, Relationship) else None
        sealed = isinstance(value, Naming) and value.decision in decisions
        if ref is not None and not sealed and (person == ref.entity or person.startswith(f"{ref.entity}@")):
            return False
    return True


def _words(values: Sequence[object]) -> Iterator[str]:
    """Yield what decisions and namings say in words of their own, and whom they name."""
    for value in values:
        texts: tuple[str, ...] = ()
        if isinstance(value, Decision):
            texts = (value.number, value.conduct_text)
        elif isinstance(value, Naming):
            texts = (value.text,)
            if value.name:
                yield value.name
        yield from (text for text in texts if len(text) >= _LEAST)


def _repeats(
    value: object, about: Collection[str], parties: Collection[str], alone: Collection[str], words: Collection[str]
) -> bool:
    if not isinstance(value, Event) or not (value.about in about or (value.kind == LOOKUP and value.about in parties)):
        return False
    if value.kind == LOOKUP and value.about in alone:
        return True
    written = (value.text, value.number, *(text for _, text in value.details))
    return any(word in text for word in words for text in written)
