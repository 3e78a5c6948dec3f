"""Red lists and what follows from them, for one party.

Invariants (tests/unit/test_api_rewarding.py holds one test a number)
1. An entry is recorded with its recogniser, level and standard, and taken off with a reason; its history stays.
2. What an authority has revoked or annulled breaks no clean years, nor does what an objection of the party undid: it was no ground.
3. What stands against a benefit is named: each measure that binds, the finding and the decision that it rests on, until when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from analytics.lifecycle.ground import code_of
from analytics.lifecycle.incentives import RedListing, eligibility, honour, incentives, is_clean
from analytics.lifecycle.publication import is_body, leaving
from analytics.lifecycle.restrictions import BINDING, Restriction
from api.locales import Texts
from api.use_cases.acting import Actor
from api.use_cases.cases import Cases
from api.use_cases.explaining import measure_name, until_text
from api.use_cases.people_told import people_told
from graph import codes
from graph.codec import digest, make_fact
from graph.dates import PartialDate
from graph.errors import InputError, NotFound
from graph.model import Event, Measure, Operation, Origin, Outcome, Recorded
from graph.snapshot import Snapshot
from graph.store.base import Store, Write

KIND = "red_listed"
_OURS = Origin("zeren")
_UNDONE = frozenset({"revoked", "annulled"})


def recognise(store: Store, actor: Actor, party: str, entry: RedListing, number: str, *, dry_run: bool = False) -> str:
    """Record an entry of a red list and return its id; raises `InputError` where recogniser or number is missing."""
    if not entry.recogniser.strip() or not number.strip():
        raise InputError("an entry needs its recogniser and the number of the document")
    codes.load("authority_levels").get(entry.level)
    details = [("level", entry.level), ("standard", entry.standard)]
    details += [("until", entry.until.isoformat())] if entry.until else []
    event = Event(KIND, party, PartialDate.on(entry.start), entry.recogniser, "", number, "", tuple(details))
    fact = make_fact(event, f"red-{digest(party, number)}", _OURS)
    if not dry_run:
        store.append([Write(fact)], actor.act(f"red list {party}"))
    return fact.key.rpartition("/")[2]


def take_off(store: Store, actor: Actor, entry: str, reason: str, *, dry_run: bool = False) -> None:
    """Take an entry off; raises `NotFound`, or `InputError` without a reason."""
    if not reason.strip():
        raise InputError("taking an entry off needs a reason (--text)")
    found = store.get(f"event/zeren/{entry}")
    if not isinstance(found, Recorded) or not isinstance(found.fact.value, Event) or found.fact.value.kind != KIND:
        raise NotFound(f"no entry {entry!r} of a red list")
    if not dry_run:
        store.append([Write(found.fact, Operation.RETRACTION, reason)], actor.act(f"red list off {entry}"))


def entries_of(store: Store, party: str) -> list[RedListing]:
    """Return the entries of a party."""
    found = []
    for recorded in store.facts(["event"], keys="event/zeren/red-"):
        value = recorded.fact.value
        if isinstance(value, Event) and value.about == party:
            details = dict(value.details)
            until = date.fromisoformat(details["until"]) if "until" in details else None
            key = recorded.fact.key.rpartition("/")[2]
            found.append(RedListing(value.by, details["level"], details["standard"], value.on.earliest, until, key))
    return found


def incentives_json(store: Store, cases: Cases, snapshot: Snapshot, node: str, day: date, words: Texts) -> dict[str, Any]:
    """Return what may be given to a party, and what stands against it, as plain values."""
    members = set(snapshot.identity.members(node))
    red = entries_of(store, node)
    against = [
        fact.value
        for member in members
        for fact in snapshot.decisions_against(member)
        if snapshot.standing(fact.value.id).stands and not _undone(cases, fact.value.id, members, day)
    ]
    binding = [r for r in cases.restrictions if r.party in members and cases.status(r, day).code in BINDING]
    clean = is_clean(against, day)
    known = incentives()
    return {
        "party": {"id": node, "name": snapshot.label(node)},
        "on": day.isoformat(),
        "clean_years": known.clean_years if clean else 0,
        "red_list": [
            {"id": e.id, "recogniser": e.recogniser, "level": e.level, "standard": e.standard or None, "counts": e.counts(day)}
            for e in red
        ],
        "conflicts": [conflict for restriction in binding for conflict in _conflicts(cases, snapshot, restriction, day, words)],
        "benefits": [
            {
                "benefit": answer.benefit,
                "label": words.pick(known.benefits[answer.benefit]),
                "may": answer.may,
                "reason": answer.reason,
                "basis": f"{known.basis} {known.benefits[answer.benefit].item}",
            }
            for answer in eligibility(red, clean=clean, conflict=bool(binding), day=day)
        ],
        "honours": honour([r.measure.name_zh for r in binding], [m.name_zh for m in _leads(cases, members)]),
    }


def _undone(cases: Cases, decision: str, members: set[str], day: date) -> bool:
    """Say whether a decision is no ground against a party any more: it was undone, or what it did to the party, and none binds."""
    if cases.decision_stage(decision, day) in _UNDONE:
        return True
    own = [f for f in cases.findings.values() if f.decision == decision and f.party in members]
    stages = {life.stage for finding in own for _, life in cases.lives_of(finding.id, day)}
    return not stages.isdisjoint(_UNDONE) and not any(cases.table.stages[stage].binds for stage in stages)


def _conflicts(cases: Cases, snapshot: Snapshot, restriction: Restriction, day: date, words: Texts) -> Iterator[dict[str, Any]]:
    """Yield what a measure that binds rests on, each finding that makes it bind: what an official needs to know it by."""
    lives = cases.status(restriction, day).lives
    for ground in restriction.grounds:
        life, found = lives[ground.finding], cases.finding(ground.finding)
        if (code := code_of(life, day, cases.table)) in BINDING:
            decision = cases.decisions.get(ground.decision)
            told = {label: getattr(decision, label) for label in ("number", "authority")} if decision else {}
            yield {
                "restriction": restriction.id,
                "measure": measure_name(cases.catalogue, found, restriction.measure.id, words),
                "status": code,
                "until": life.until,
                "finding": found.id,
                "rule": found.rule,
                "decision": ground.decision,
                "date": str(decision.date) if decision else None,
                **{
                    label: leaving(text, people_told(snapshot, decision, text), known=[text] if is_body(text) else ())
                    for label, text in told.items()
                    if decision
                },
            }


def ground_lines(document: Mapping[str, Any], words: Texts) -> Iterator[str]:
    """Yield in words what a benefit may rest on: the entries of red lists, each with whether it counts, and the clean years."""
    for entry in document["red_list"]:
        yield words.say(
            "incentive.red_list",
            recogniser=entry["recogniser"],
            level=words.code("authority_levels", entry["level"]),
            standard=entry["standard"] or words.say("incentive.no_standard"),
            counts=words.say("incentive.counts" if entry["counts"] else "incentive.reference"),
            entry=entry["id"],
        )
    if not document["red_list"]:
        yield words.say("incentive.not_listed")
    years = incentives().clean_years
    yield words.say("incentive.clean" if document["clean_years"] else "incentive.not_clean", years=years)


def conflict_text(conflict: Mapping[str, Any], words: Texts) -> str:
    """Return in words what stands against a benefit."""
    known = {label: value or words.say("date.unknown") for label, value in conflict.items()}
    return words.say("incentive.conflict", **known | {"until": until_text(conflict["until"], words)})


def _leads(cases: Cases, members: set[str]) -> list[Measure]:
    """Return the measures of what is only a lead, or proposed and not yet confirmed, on a party."""
    open_ = [
        f for f in cases.findings.values() if f.party in members and f.outcome is not Outcome.BLOCKED and f.effect == "restrict"
    ]
    return [measure for finding in open_ for measure in finding.measures]
