"""Red lists and what follows from them, for one party.

Invariants (tests/unit/test_api_rewarding.py holds one test a number)
1. An entry is recorded with its recogniser, level and standard, and taken off with a reason; its history stays.
2. What an authority has revoked or annulled breaks no clean years, nor does what an objection of the party undid: it was no ground.
3. What stands against a benefit is named: each measure that binds, the finding and the decision that it rests on, until when.
4. Adverse is a decision against the party, one that imposed something on a person by name, and the one that confirmed and served
   what was derived on it; what is only derived is not, nor a naming of which it is not certain whom it means.
5. What is not confirmed yet puts an honour to a human; what was revoked, not adopted, released, or is over or paused does not.
6. An entry says only what can be seen, its number has a numeral in it, it begins today at the latest and does not end before it
   begins. One document of one body, however its number is spelled, is one entry of a party; another body's is another.
7. An entry is that of everybody with whom the party was joined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from analytics.lifecycle.ground import code_of
from analytics.lifecycle.incentives import RedListing, eligibility, honour, incentives, is_clean, is_young
from analytics.lifecycle.publication import is_body, leaving
from analytics.lifecycle.restrictions import BINDING, Restriction
from api.locales import Texts
from api.use_cases.acting import Actor, record
from api.use_cases.cases import Cases
from api.use_cases.explaining import measure_name
from api.use_cases.lasting import until_text
from api.use_cases.people_told import people_told
from api.use_cases.written import seen
from graph import codes
from graph.codec import digest, make_fact
from graph.dates import PartialDate, day_in_law
from graph.document_numbers import document_key
from graph.errors import InputError, NotFound, Refused
from graph.model import Decision, Event, Operation, Origin, Outcome, Recorded
from graph.names import normalise_name
from graph.snapshot import Snapshot
from graph.snapshot.standing import ENDS
from graph.store.base import Store, Write

KIND = "red_listed"
_OURS = Origin("zeren")
_UNDONE = frozenset({"revoked", "annulled"})
_NO_GROUND = _UNDONE | {"withdrawn", "rejected"}
"""Stages of what was confirmed on a party and says nothing against it any more."""
_OPEN = frozenset({"derived", "proposed", "notified", "heard", "decided", "not_yet"})
"""How stands what may yet come to bind."""


def recognise(store: Store, actor: Actor, party: str, entry: RedListing, number: str, *, dry_run: bool = False) -> str:
    """Record an entry of a red list and return its id.

    Raises
    ------
    InputError
        Recogniser or number is missing, something in it is not seen, or its days cannot be.
    Refused
        The party has an entry by this document already.
    """
    _refuse_flawed(entry, number, day_in_law(actor.at))
    codes.load("authority_levels").get(entry.level)
    body, document = normalise_name(entry.recogniser), document_key(number)
    for key, other in _recorded(store):
        if (other.about, normalise_name(other.by), document_key(other.number)) == (party, body, document):
            zh = f"该主体已按{other.by} {other.number} 列入红名单：{key}"
            raise Refused(f"the party is on the red list by {other.number} of {other.by} already: {key}", zh=zh)
    details = [("level", entry.level), ("standard", entry.standard.strip())]
    details += [("until", entry.until.isoformat())] if entry.until else []
    event = Event(KIND, party, PartialDate.on(entry.start), entry.recogniser.strip(), "", number.strip(), "", tuple(details))
    fact = make_fact(event, f"red-{digest(party, body, document)}", _OURS)
    record(store, actor, f"red list {party}", [Write(fact)], dry_run=dry_run)
    return fact.key.rpartition("/")[2]


def _refuse_flawed(entry: RedListing, number: str, today: date) -> None:
    for label, text in (("recogniser", entry.recogniser), ("standard", entry.standard), ("number", number)):
        seen(label, text)
    if not entry.recogniser.strip() or not document_key(number):
        zh = "列入红名单须写明认定单位和文号，文号应含数字"
        raise InputError("an entry needs its recogniser and the number of the document, which has a numeral in it", zh=zh)
    if entry.start > today:
        zh = f"首日 {entry.start} 在今天（{today}）之后：到那天再录入"
        raise InputError(f"the first day, {entry.start}, is after today, {today}: record it when it has come", zh=zh)
    if entry.until and entry.until < entry.start:
        zh = f"末日 {entry.until} 早于首日 {entry.start}"
        raise InputError(f"the last day, {entry.until}, is before the first, {entry.start}", zh=zh)


def take_off(store: Store, actor: Actor, entry: str, reason: str, *, dry_run: bool = False) -> None:
    """Take an entry off; raises `NotFound`, or `InputError` without a reason."""
    if not reason.strip():
        raise InputError("taking an entry off needs a reason (--text)", zh="移出红名单须说明理由（--text）")
    found = store.get(f"event/zeren/{entry}")
    if not isinstance(found, Recorded) or not isinstance(found.fact.value, Event) or found.fact.value.kind != KIND:
        raise NotFound(f"no entry {entry!r} of a red list", zh=f"红名单没有编号为“{entry}”的记录")
    record(store, actor, f"red list off {entry}", [Write(found.fact, Operation.RETRACTION, reason)], dry_run=dry_run)


def _recorded(store: Store) -> Iterator[tuple[str, Event]]:
    """Yield the entries of all red lists with their ids."""
    for recorded in store.facts(["event"], keys="event/zeren/red-"):
        value = recorded.fact.value
        if isinstance(value, Event) and value.kind == KIND:
            yield recorded.fact.key.rpartition("/")[2], value


def entries_of(store: Store, *parties: str) -> list[RedListing]:
    """Return the entries of a party, or of all that are one."""
    found = []
    for key, value in _recorded(store):
        if value.about in parties:
            details = dict(value.details)
            until = date.fromisoformat(details["until"]) if "until" in details else None
            found.append(RedListing(value.by, details["level"], details["standard"], value.on.earliest, until, key))
    return found


def incentives_json(store: Store, cases: Cases, snapshot: Snapshot, node: str, day: date, words: Texts) -> dict[str, Any]:
    """Return what may be given to a party, and what stands against it, as plain values."""
    members = set(snapshot.identity.members(node))
    red = entries_of(store, *sorted(members))
    binding = [r for r in cases.restrictions if r.party in members and cases.status(r, day).code in BINDING]
    young = _founded_since(snapshot, node, day)
    clean = not young and is_clean(_adverse(cases, snapshot, members, day), day)
    known = incentives()
    return {
        "party": {"id": node, "name": snapshot.label(node)},
        "on": day.isoformat(),
        "clean_years": known.clean_years if clean else 0,
        "founded_since": str(young) if young else None,
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
        "honours": honour([r.measure.name_zh for r in binding], _unconfirmed(cases, members, day)),
    }


def _adverse(cases: Cases, snapshot: Snapshot, members: set[str], day: date) -> Iterator[tuple[str, PartialDate]]:
    """Yield kind and day of each decision that stands against a party: see invariant 4."""
    against = {fact.value.id for member in members for fact in snapshot.decisions_against(member)}
    for named in (named for member in members for named in snapshot.named_in(member)):
        if named.value.imposed and named.party is not None and named.party.certain:
            against.add(named.value.decision)
    for each in sorted(against & cases.decisions.keys()):
        stands = snapshot.standing(each).stands and not _only_ends(snapshot, cases.decisions[each])
        if stands and not _undone(cases, each, members, day):
            yield cases.decisions[each].kind, cases.decisions[each].date
    for finding in (f for f in cases.findings.values() if f.party in members and f.effect == "restrict"):
        if finding.decision in cases.decisions and cases.decision_stage(finding.decision, day) not in _UNDONE:
            kind = cases.decisions[finding.decision].kind
            for _, life in cases.lives_of(finding.id, day):
                if life.stage not in _NO_GROUND and life.happened("service"):
                    yield from ((kind, item.event.on) for item in life.happened("decision"))


def _only_ends(snapshot: Snapshot, decision: Decision) -> bool:
    """Say whether a decision does nothing but end, or put right, what another did: to have won is no adverse record."""
    relations = {link.value.relation for link in snapshot.links_from(decision.id)}
    return "corrects" in relations or (not decision.acts and bool(relations & ENDS))


def _founded_since(snapshot: Snapshot, node: str, day: date) -> PartialDate | None:
    """Return when an enterprise was founded, where by all that sources say that is surely too late for clean years."""
    said = [text for name, text in snapshot.entity(node).attributes if name == "founded"] if snapshot.is_described(node) else []
    known = [founded for text in said if (founded := _day_of(text)) is not None]
    return min(known) if known and all(is_young(founded, day) for founded in known) else None


def _day_of(text: str) -> PartialDate | None:
    """Return the day that a source gives, None where it gives none that can be read."""
    try:
        return PartialDate.parse(text)
    except InputError:
        return None


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
    if document["founded_since"]:
        yield words.say("incentive.young", years=years, founded=document["founded_since"])
    else:
        yield words.say("incentive.clean" if document["clean_years"] else "incentive.not_clean", years=years)


def conflict_text(conflict: Mapping[str, Any], words: Texts) -> str:
    """Return in words what stands against a benefit."""
    known = {label: value or words.say("date.unknown") for label, value in conflict.items()}
    return words.say("incentive.conflict", **known | {"until": until_text(conflict["until"], words)})


def _unconfirmed(cases: Cases, members: set[str], day: date) -> Iterator[str]:
    """Yield the names of the measures of what is only a lead, or derived and not yet confirmed, on a party."""
    for finding in cases.findings.values():
        if finding.party not in members or finding.outcome is Outcome.BLOCKED or finding.effect != "restrict":
            continue
        if cases.decision_stage(finding.decision, day) in _UNDONE:
            continue
        for ground, life in cases.lives_of(finding.id, day):
            if code_of(life, day, cases.table) in _OPEN:
                yield from [ground.measure] if ground.measure else [measure.name_zh for measure in finding.measures]
