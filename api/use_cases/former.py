"""What is read of a store about cases: findings that are current, those that are no longer, and what happened to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from analytics.lifecycle.evidence import Course, evidence_of
from analytics.lifecycle.ground import Dated
from analytics.lifecycle.life import live
from analytics.lifecycle.restrictions import Events, ground_of, is_accessory, restriction_id
from analytics.lifecycle.table import load_table
from analytics.responsibility.catalogue import RESPONDENT, Catalogue
from api.use_cases.resting import history_of
from graph.model import Decision, Event, Finding, Recorded
from graph.store.base import Store


def findings_of(store: Store, known_at: int | None, about: Iterable[str] | None = None) -> dict[str, Finding]:
    """Return the findings that were current at a version, those that speak of some things or all."""
    values = (r.fact.value for r in store.facts(["finding"], known_at, about=about))
    return {value.id: value for value in values if isinstance(value, Finding)}


def decisions_of(store: Store, known_at: int | None, about: Iterable[str] | None = None) -> dict[str, Decision]:
    """Return the decisions that were known at a version, those that are or speak of some things or all."""
    values = (r.fact.value for r in store.facts(["decision"], known_at, about=about))
    return {value.id: value for value in values if isinstance(value, Decision)}


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


def principals_gone(store: Store, findings: Mapping[str, Finding], catalogue: Catalogue, known_at: int | None) -> set[str]:
    """Return the withdrawn findings on enterprises that something had happened to, and that one of these is accessory to.

    What is current tells nothing of them. So where something accessory has no finding on the enterprise itself beside it, every
    wording of a finding that rests on its decision is read.
    """
    restricting = [finding for finding in findings.values() if finding.effect == "restrict"]
    own = {(finding.decision, finding.rule) for finding in restricting if finding.role == RESPONDENT}
    alone = {(each.decision, each.rule) for each in restricting if is_accessory(each, catalogue)} - own
    if not alone:
        return set()
    about = {decision for decision, _ in alone}
    ever = (r.fact.value for r in store.wordings(["finding"], about) if known_at is None or r.version <= known_at)
    known = {v.id for v in ever if isinstance(v, Finding) and v.role == RESPONDENT and (v.decision, v.rule) in alone}
    gone = known - findings.keys() - findings_of(store, known_at, about).keys()
    return {item.event.about for item in events_of(store, known_at, gone)} & gone if gone else set()


def former_of(
    store: Store,
    findings: Mapping[str, Finding],
    events: Sequence[Dated],
    catalogue: Catalogue,
    known_at: int | None,
    courses: Mapping[str, Course],
) -> dict[str, Finding]:
    """Return the findings that something has happened to and that are withdrawn or changed since, as they were then.

    Of what was confirmed that is the finding with the evidence that the decision names, if that decision has effect, or had until
    the finding rested on that no more (`courses`); of what is withdrawn without one, the last that was recorded.
    """
    about: dict[str, list[Dated]] = {}
    for item in events:
        about.setdefault(item.event.about, []).extend([item] if item.event.kind == "decision" else [])
    happened, former = Events(events), dict[str, Finding]()
    for each, decided in sorted(about.items()):
        current = findings.get(each)
        if current is not None and all(evidence_of(item.event) in ("", current.evidence_hash) for item in decided):
            continue
        history = (recorded.fact.value for recorded in history_of(store, each, known_at))
        known = [value for value in history if isinstance(value, Finding)]
        course = courses.get(each, ())
        then = next((v for item in reversed(decided) for v in known if _confirms(item, v, happened, catalogue, course)), None)
        if then is not None and (current is None or then.evidence_hash != current.evidence_hash):
            former[each] = then
        elif current is None and known:
            former[each] = known[-1]
    return former


def _confirms(item: Dated, finding: Finding, happened: Events, catalogue: Catalogue, course: Course) -> bool:
    """Say whether a decision has effect on a finding as it was, for any of its measures, as if that had never changed."""
    if evidence_of(item.event) != finding.evidence_hash:
        return False
    kept = tuple(replace(rest, covers=rest.covers | {finding.evidence_hash}) for rest in course)
    for measure in finding.measures:
        ground = ground_of(finding, catalogue, measure=measure.name_zh, course=kept)
        given = happened.of(ground, restriction_id(finding.party, measure.name_zh))
        if any(each.id == item.id for each in live(ground, given, date.max, load_table()).happened("decision")):
            return True
    return False
