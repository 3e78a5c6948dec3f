"""The cases of a store: findings, the restrictions that they make, what has happened to them, and how each stands.

Invariants (tests/unit/test_api_cases.py holds one test a number)
1. What is known decides: at a past version, only what had been recorded by then.
2. A finding that was withdrawn after something had happened to it is still shown, as withdrawn.
3. How a finding stands follows its life wherever it is told: what is confirmed, paused, revoked or over says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from analytics.lifecycle.life import Dated, Ground, Judged, Life, live
from analytics.lifecycle.restrictions import (
    Events,
    Restriction,
    Status,
    code_of,
    ground_of,
    life_of,
    principals_of,
    restriction_id,
    restrictions_of,
    status,
)
from analytics.lifecycle.table import Table, load_table
from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.propagation import propagate as derive
from api.locales import Texts
from graph.errors import NotFound
from graph.model import Event, Finding, Outcome, Recorded
from graph.snapshot import Snapshot
from graph.snapshot.scope import snapshot_about
from graph.store.base import Store

_UNPROVED = {Outcome.BLOCKED: "blocked", Outcome.LEAD: "to_review"}


@dataclass(frozen=True)
class Cases:
    """Everything that the life of restrictions depends on, as known at a version.

    Parameters
    ----------
    findings : mapping of id to Finding
        Those that are current, and those withdrawn that something has happened to.
    gone : frozenset of str
        The withdrawn among them.
    events : tuple of Dated
        Everything that happened.
    catalogue : Catalogue
        The rules.
    """

    findings: Mapping[str, Finding]
    gone: frozenset[str]
    events: tuple[Dated, ...]
    catalogue: Catalogue

    @cached_property
    def table(self) -> Table:
        """The transitions."""
        return load_table()

    @cached_property
    def happened(self) -> Events:
        """The events by what they are about."""
        return Events(self.events)

    @cached_property
    def restrictions(self) -> tuple[Restriction, ...]:
        """Every restriction, in the order of party and measure."""
        return tuple(restrictions_of(self.findings.values(), self.catalogue, self.gone))

    @cached_property
    def by_id(self) -> Mapping[str, Restriction]:
        """The restrictions by id."""
        return {restriction.id: restriction for restriction in self.restrictions}

    @cached_property
    def principals(self) -> Mapping[str, Ground]:
        """The grounds on enterprises to which others are accessory."""
        return principals_of(self.restrictions)

    def with_event(self, event: Dated) -> Cases:
        """Return the cases as they would be after one more event."""
        return Cases(self.findings, self.gone, (*self.events, event), self.catalogue)

    def status(self, restriction: Restriction, day: date) -> Status:
        """Return how a restriction stands on a day."""
        return status(restriction, self.happened, day, self.table, self.principals)

    @cached_property
    def _carried(self) -> Mapping[str, list[tuple[Ground, Restriction]]]:
        carried: dict[str, list[tuple[Ground, Restriction]]] = defaultdict(list)
        for restriction in self.restrictions:
            for ground in restriction.grounds:
                carried[ground.finding].append((ground, restriction))
        return dict(carried)

    def ground(self, finding: str) -> Ground:
        """Return a finding as a ground; one that makes no restriction is judged alone."""
        carried = self._carried.get(finding)
        return carried[0][0] if carried else ground_of(self.finding(finding), self.catalogue, self.gone)

    def restrictions_on(self, finding: str) -> list[Restriction]:
        """Return the restrictions that rest on a finding."""
        return [restriction for _, restriction in self._carried.get(finding, ())]

    def finding(self, identifier: str) -> Finding:
        """Return a finding by id; raises `NotFound`."""
        if identifier not in self.findings:
            raise NotFound(f"no finding {identifier!r}")
        return self.findings[identifier]

    def life(self, ground: Ground, day: date, restriction: str = "") -> Life:
        """Return the life of a ground on a day."""
        return life_of(ground, self.happened, day, self.table, self.principals, restriction)

    def life_of(self, finding: Finding, day: date) -> Life:
        """Return the life of a finding on a day, what happened to the first restriction that it carries included."""
        carried = self.restrictions_on(finding.id)
        return self.life(self.ground(finding.id), day, carried[0].id if carried else "")

    def standing(self, finding: Finding, day: date) -> str:
        """Return how a finding stands on a day: by its life where it can have one, else as a lead or as blocked."""
        if finding.outcome is not Outcome.ESTABLISHED:
            return _UNPROVED[finding.outcome]
        return code_of(self.life_of(finding, day), day, self.table)

    def decision_stage(self, decision: str, day: date) -> str:
        """Return the stage to which the events about a decision itself bring it on a day, whatever rests on it."""
        bare = Ground("", decision, imposed=True, proved=True, start=None, until=None)
        return live(bare, self.happened.of(bare), day, self.table).stage

    def reached(self, about: str) -> list[tuple[Ground, str]]:
        """Return the grounds that an event about this reaches, each with its restriction (empty for the event on a finding).

        Raises
        ------
        NotFound
            It is no finding, no restriction, and no decision that a finding rests on.
        """
        if about in self.findings:
            return [(self.ground(about), "")]
        if about in self.by_id:
            return [(ground, about) for ground in self.by_id[about].grounds]
        resting = sorted(finding.id for finding in self.findings.values() if finding.decision == about)
        if not resting:
            raise NotFound(f"{about!r} is no finding, no restriction, and no decision that a finding rests on")
        return [(self.ground(finding), "") for finding in resting]

    def scope_of(self, about: str) -> str:
        """Return what an id names: a finding, a restriction or a decision."""
        if about in self.findings:
            return "finding"
        return "restriction" if about in self.by_id else "decision"


def read_cases(store: Store, catalogue: Catalogue, known_at: int | None = None) -> Cases:
    """Read all cases of a store.

    Parameters
    ----------
    store : Store
        Where the findings and events are.
    catalogue : Catalogue
        The rules.
    known_at : int, optional
        The version, the latest by default.
    """
    events = events_of(store, known_at)
    findings = _findings(store, known_at)
    gone = _gone(store, {item.event.about for item in events} - findings.keys(), known_at)
    return Cases(findings | gone, frozenset(gone), events, catalogue)


def cases_about(store: Store, catalogue: Catalogue, parties: Iterable[str]) -> Cases:
    """Read the cases of some parties (enterprises, with the people who appear there), and what these depend on."""
    own = _findings(store, None, parties)
    findings = own | (_findings(store, None, {finding.decision for finding in own.values()}) if own else {})
    return _with_events(store, findings, catalogue, None)


def cases_around(store: Store, snapshot: Snapshot, catalogue: Catalogue, findings: Iterable[Finding]) -> Cases:
    """Return the cases of some findings and of all others of their decisions, as known at the version of the graph.

    Parameters
    ----------
    store : Store
        Where the events are.
    snapshot : Snapshot
        The graph; what it lacks of these decisions is read.
    catalogue : Catalogue
        The rules of that version.
    findings : iterable of Finding
        Those that are wanted.
    """
    own = {finding.id: finding for finding in findings}
    decisions = {finding.decision for finding in own.values()}
    if not decisions <= {fact.value.id for fact in snapshot.decisions()}:
        snapshot = snapshot_about(store, decisions, snapshot.version)
    known = {fact.value.id for fact in snapshot.decisions()}
    around = {each.id: each for decision in sorted(decisions & known) for each in derive(snapshot, decision, catalogue)}
    return _with_events(store, around | own, catalogue, snapshot.version)


def _with_events(store: Store, findings: Mapping[str, Finding], catalogue: Catalogue, known_at: int | None) -> Cases:
    ids = {each for finding in findings.values() for each in (finding.id, finding.decision)}
    ids |= {restriction_id(f.party, measure.name_zh) for f in findings.values() for measure in f.measures}
    return Cases(findings, frozenset(), events_of(store, known_at, ids) if ids else (), catalogue)


def _findings(store: Store, known_at: int | None, about: Iterable[str] | None = None) -> dict[str, Finding]:
    values = (r.fact.value for r in store.facts(["finding"], known_at, about=about))
    return {value.id: value for value in values if isinstance(value, Finding)}


def _gone(store: Store, unknown: Iterable[str], known_at: int | None) -> dict[str, Finding]:
    """Return the findings that something has happened to, and that are no longer derived."""
    gone: dict[str, Finding] = {}
    for about in sorted(unknown):
        history = [r for r in store.history(f"finding/zeren/{about}") if known_at is None or r.version <= known_at]
        if history and isinstance(history[-1].fact.value, Finding):
            gone[about] = history[-1].fact.value
    return gone


def events_of(store: Store, known_at: int | None = None, about: Iterable[str] | None = None) -> tuple[Dated, ...]:
    """Return what happened to cases, in the order recorded; what is kept about other matters is left out."""
    table = load_table()
    known = {*table.events, *table.records}
    return tuple(dated(r) for r in store.facts(["event"], known_at, about=about) if _kind(r) in known)


def dated(recorded: Recorded) -> Dated:
    """Return an event with its id, which is the last part of its key."""
    value = recorded.fact.value
    assert isinstance(value, Event)  # noqa: S101 - only events are asked for
    return Dated(recorded.fact.key.rpartition("/")[2], value)


def _kind(recorded: Recorded) -> str:
    return recorded.fact.value.kind if isinstance(recorded.fact.value, Event) else ""


def restriction_json(cases: Cases, snapshot: Snapshot, restriction: Restriction, day: date) -> dict[str, Any]:
    """Return a restriction and how it stands as plain values."""
    stands = cases.status(restriction, day)
    measure = restriction.measure
    return {
        "id": restriction.id,
        "party": {"id": restriction.party, "name": snapshot.label(restriction.party), "kind": restriction.party_kind},
        "measure": {"id": measure.id, "name_zh": measure.name_zh, "kind": measure.kind, "category": measure.category},
        "status": stands.code,
        "from": stands.start.isoformat() if stands.start else None,
        "until": stands.until,
        "grounds": [
            {
                "finding": ground.finding,
                "decision": ground.decision,
                "rule": cases.finding(ground.finding).rule,
                "origin": "imposed" if ground.imposed else "derived",
                "status": code_of(stands.lives[ground.finding], day, cases.table),
                "paused_by": list(stands.lives[ground.finding].paused),
            }
            for ground in restriction.grounds
        ],
    }


def history_json(cases: Cases, about: str, day: date, words: Texts) -> list[dict[str, Any]]:
    """Return every event on what an id names, in order, with the effect that it has or the reason why it has none."""
    judged: dict[str, Judged] = {}
    for ground, restriction in cases.reached(about):
        for item in cases.life(ground, day, restriction).judged:
            if item.id not in judged or not item.reason:
                judged[item.id] = item
    grounds = {each for ground, restriction in cases.reached(about) for each in (ground.finding, ground.decision, restriction)}
    notes = [Judged(item.id, item.event) for item in cases.events if item.event.kind in cases.table.records]
    every = [*judged.values(), *(note for note in notes if note.event.about in grounds)]
    rank = cases.table.rank
    order = sorted(every, key=lambda item: (item.event.on, rank.get(item.event.kind, len(rank)), item.id))
    return [_event_json(item, cases.table, words) for item in order]


def _event_json(item: Judged, table: Table, words: Texts) -> dict[str, Any]:
    reason = table.reasons.get(item.reason)
    return {
        "id": item.id,
        "on": str(item.event.on),
        "kind": item.event.kind,
        "kind_text": table.label(item.event.kind, words.lang),
        "about": item.event.about,
        "by": item.event.by,
        "number": item.event.number or None,
        "text": item.event.text or None,
        "refers": item.event.refers or None,
        "details": dict(item.event.details),
        "effect": not item.reason,
        "why_none": item.reason or None,
        "why_none_text": words.pick(reason) if reason else None,
    }
