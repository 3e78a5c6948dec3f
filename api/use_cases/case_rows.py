"""Restrictions and what happened to them, as plain values that are shown.

The invariants are those of `api.use_cases.cases`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any

from analytics.lifecycle.ground import Judged, code_of
from analytics.lifecycle.restrictions import Restriction, Status
from api.locales import Texts
from api.use_cases.cases import Cases
from api.use_cases.effects import judged_truly
from api.use_cases.findings import shown_date
from graph.dates import PartialDate
from graph.names import folded_name
from graph.snapshot import Snapshot


def restriction_json(cases: Cases, snapshot: Snapshot, restriction: Restriction, day: date) -> dict[str, Any]:
    """Return a restriction and how it stands as plain values: `again` where it stands again, and did not for a time.

    Where several grounds carry it, `from` is the first day since which one of them always did. The graph has to hold the
    enterprises that the findings are about (see `told_of`), if their names are to be told.
    """
    stands = cases.status(restriction, day)
    measure = restriction.measure
    first, again = begun(cases, restriction, stands, day)
    return {
        "id": restriction.id,
        "party": {"id": restriction.party, "name": snapshot.label(restriction.party), "kind": restriction.party_kind},
        "measure": {"id": measure.id, "name_zh": measure.name_zh, "kind": measure.kind, "category": measure.category},
        "status": stands.code,
        "from": first.isoformat() if first else None,
        "again": again.isoformat() if again else None,
        "until": stands.until,
        "grounds": [
            {
                "finding": ground.finding,
                "decision": ground.decision,
                **_decided(cases, snapshot, ground.finding),
                "rule": cases.finding(ground.finding).rule,
                "origin": "imposed" if ground.imposed else "derived",
                "status": code_of(own, day, cases.table),
                "stage": own.stage,
                "from": own.stands_from.isoformat() if own.stands_from else None,
                "until": own.until,
                "paused_by": list(own.paused),
            }
            for ground in restriction.grounds
            for own in (stands.lives[ground.finding],)
        ],
    }


def begun(cases: Cases, restriction: Restriction, stands: Status, day: date) -> tuple[date | None, date | None]:
    """Return the first day of a restriction as it stands on a day, and from when it stands again, if it did not for a time."""
    life = stands.lives[stands.ground]
    binds, since = cases.table.stages[life.stage].binds, cases.since(restriction, stands, day)
    again = life.again if binds and life.again and (since is None or since >= life.again) else None
    return since if binds and not again else life.first or stands.start, again


def called_so(cases: Cases, snapshot: Snapshot, restrictions: Iterable[Restriction], text: str) -> Iterator[Restriction]:
    """Return the restrictions whose party, enterprise or decision has a text in its name or number, however it is written."""
    part = folded_name(text)

    @cache
    def called(name: str) -> bool:
        return part in folded_name(name)

    @cache
    def concerns(party: str, findings: frozenset[str]) -> bool:
        known = [cases.finding(each) for each in findings]
        named = {snapshot.label(node) for node in (party, *(each.company for each in known))}
        decided = {each.decision for each in known}
        numbers = {cases.decisions[each].number for each in decided if each in cases.decisions}
        return any(map(called, {*named, *decided, *numbers} - {""}))

    return (r for r in restrictions if concerns(r.party, frozenset(ground.finding for ground in r.grounds)))


def told_of(cases: Cases, restrictions: Iterable[Restriction]) -> set[str]:
    """Return whom answers on restrictions name: their parties, and the enterprises that the findings below them are about."""
    several = list(restrictions)
    return {r.party for r in several} | {cases.finding(ground.finding).company for r in several for ground in r.grounds}


def _decided(cases: Cases, snapshot: Snapshot, finding: str) -> dict[str, Any]:
    """Return what a finding is about as somebody at work calls it: the enterprise, and the decision by number and date."""
    found = cases.finding(finding)
    decision = cases.decisions.get(found.decision)
    return {
        "company": {"id": found.company, "name": snapshot.label(found.company)},
        "number": decision.number or None if decision else None,
        "date": shown_date(decision.date) if decision else None,
    }


def history_json(cases: Cases, about: str, day: date, words: Texts) -> list[dict[str, Any]]:
    """Return every event on what an id names, in order, with the effect that it has or the reason why it has none."""
    judged: dict[str, Judged] = {}
    for ground, restriction in cases.reached(about):
        for item in judged_truly(cases, ground, restriction, day):
            if item.id not in judged or not item.reason:
                judged[item.id] = item
    grounds = {each for ground, restriction in cases.reached(about) for each in (ground.finding, ground.decision, restriction)}
    notes = [
        Judged(item.id, item.event, "future" if item.event.on.earliest > day else "")
        for item in cases.events
        if item.event.kind in cases.table.records
    ]
    every = [*judged.values(), *(note for note in notes if note.event.about in grounds)]
    rank = cases.table.rank
    order = sorted(every, key=lambda item: (item.event.on, rank.get(item.event.kind, len(rank)), item.id))
    return [_event_json(item, cases, words) for item in order]


def in_order(cases: Cases, events: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return events of several histories in one order, those of one day as a case goes on."""
    rank = cases.table.rank
    return sorted(events, key=lambda event: (PartialDate.parse(event["on"]), rank.get(event["kind"], len(rank)), event["id"]))


def _whom(cases: Cases, about: str) -> str:
    """Return whom a finding or a restriction is on, or a decision is against; empty where that is not known any more."""
    if about in cases.findings:
        return cases.finding(about).party
    if about in cases.by_id:
        return cases.by_id[about].party
    return cases.decisions[about].respondent.entity if about in cases.decisions else ""


def _event_json(item: Judged, cases: Cases, words: Texts) -> dict[str, Any]:
    table = cases.table
    reason = table.reasons.get(item.reason)
    return {
        "id": item.id,
        "on": str(item.event.on),
        "kind": item.event.kind,
        "kind_text": table.label(item.event.kind, words.lang),
        "about": item.event.about,
        "party": _whom(cases, item.event.about),
        "by": item.event.by,
        "number": item.event.number or None,
        "text": item.event.text or None,
        "refers": item.event.refers or None,
        "details": dict(item.event.details),
        "effect": not item.reason,
        "why_none": item.reason or None,
        "why_none_text": words.pick(reason) if reason else None,
    }
