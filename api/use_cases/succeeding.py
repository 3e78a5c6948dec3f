"""What happened to a person under another id: a namesake came to light, or a claim was accepted or undone.

The id of a finding holds whom it is on. So when the graph comes to know somebody by another id, the finding by the same decision,
rule and clause on the same name succeeds one that is derived no more, and what was decided for that person must not be lost.

Invariants (tests/unit/test_api_succeeding.py holds one test a number)
1. What ended, paused or contested a measure follows the person to the finding that succeeds it, with the answers to it, at whatever
   stage that is: what is open is answered there, and what ended it for him is not proposed anew.
2. What confirmed it does not: whoever is known anew is proposed anew.
3. What bound somebody is paused, and neither over nor in force, while it is doubtful whom it means, also where a namesake came to
   light on the day of the service; it stands again if that is settled for him, and is over where it is settled for another. What he
   contested stays open.
4. Where several come after one it follows to each: nobody is bound by doubt. Nothing follows to another name, decision or clause.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from analytics.lifecycle.ground import Dated
from analytics.lifecycle.restrictions import RESTRICTION, restriction_id
from analytics.lifecycle.table import Table
from api.use_cases.passing import AT, as_recorded
from graph.model import Finding, Outcome, appearance_name
from graph.store.base import Store

_UNKNOWN: Final = "@?"
"""In the id of a party: one of several of a name, and it is not known which."""
Succession = tuple[Finding, Finding]
"""A finding that is derived no more, and one that is now, on the same person."""


def successions(findings: Iterable[Finding], gone: Iterable[Finding]) -> tuple[Succession, ...]:
    """Return which findings on people succeed which that are derived no more."""
    current: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.party_kind == "person":
            current[_key(finding)].append(finding)
    pairs = [(old, new) for old in gone for new in _after(old, current.get(_key(old), ()))]
    return tuple(sorted(pairs, key=lambda pair: (pair[0].id, pair[1].id)))


def predecessors(store: Store, findings: Iterable[Finding], known_at: int | None) -> dict[str, Finding]:
    """Return the findings that some of these may succeed, as they were last: of the same decisions, and derived no more."""
    people = {finding.id: finding for finding in findings if finding.party_kind == "person"}
    if not people:
        return {}
    decisions = {finding.decision for finding in people.values()}
    ever = (r.fact.value for r in store.wordings(["finding"], decisions) if known_at is None or r.version <= known_at)
    gone = {value.id: value for value in ever if isinstance(value, Finding) and value.id not in people}
    return {old.id: old for old, _ in successions(people.values(), gone.values())}


def in_doubt(findings: Mapping[str, Finding]) -> list[Finding]:
    """Return the findings by the decisions of which one does not know (any more) whom of several of a name it means."""
    decisions = {finding.decision for finding in findings.values() if _is_doubt(finding)}
    return [finding for finding in findings.values() if finding.decision in decisions] if decisions else []


def doubted(pairs: Iterable[Succession]) -> dict[str, Finding]:
    """Return what was established and is derived no more for the sole reason that it is doubtful by now whom it means."""
    after: dict[str, list[Succession]] = defaultdict(list)
    for pair in pairs:
        after[pair[0].id].append(pair)
    return {
        each: several[0][0]
        for each, several in after.items()
        if several[0][0].outcome is Outcome.ESTABLISHED and all(_is_doubt(new) for _, new in several)
    }


def _is_doubt(finding: Finding) -> bool:
    return finding.outcome is Outcome.BLOCKED and _UNKNOWN in finding.party


def lost(events: Iterable[Dated], findings: Mapping[str, Finding]) -> bool:
    """Say whether something happened to what no finding carries any more, so that it may have to follow somebody."""
    about = {item.event.about for item in events if item.event.about.startswith(RESTRICTION)}
    carried = {restriction_id(f.party, m.name_zh) for f in findings.values() for m in f.measures} if about else set()
    return not about <= carried


def followed(
    pairs: Sequence[Succession], events: Sequence[Dated], table: Table, had_effect: Callable[[Finding, Dated], bool]
) -> Iterator[Dated]:
    """Yield what follows people from findings that are derived no more to those that succeed them.

    Parameters
    ----------
    pairs : sequence of Succession
        What succeeds what.
    events : sequence of Dated
        What was recorded.
    table : Table
        What follows.
    had_effect : callable
        Tells whether something had effect on a finding that is derived no more.
    """
    about: dict[str, dict[str, list[tuple[Finding, str]]]] = defaultdict(dict)
    for old, new in pairs:
        about[new.id].setdefault(old.id, []).append((old, new.id))
        for measure in old.measures:
            his, here = (restriction_id(each.party, measure.name_zh) for each in (old, new))
            about[new.id].setdefault(his, []).append((old, here))
    for to in about.values():
        new_ids = {here for each in to.values() for _, here in each}
        own = [(item, *each) for item in events for each in to.get(item.event.about, ())]
        known = {item.id: item.id for item in events if item.event.about in new_ids}
        known |= {item.id: f"{item.id}{AT}{here}" for item, _, here in own}
        for item, old, here in own:
            rule = table.events.get(item.event.kind)
            if rule and rule.follows:
                refers = known.get(as_recorded(item.event.refers), item.event.refers)
                held = not (rule.to and table.stages[rule.to].binds) and not rule.undoes and had_effect(old, item)
                yield Dated(known[item.id], replace(item.event, about=here, refers=refers), held)


def _key(finding: Finding) -> tuple[str, ...]:
    return (finding.decision, finding.rule, finding.clause, finding.effect, finding.company)


def _after(old: Finding, candidates: Sequence[Finding]) -> Sequence[Finding]:
    """Return which of the findings by the same clause are on the same name; one on somebody known by a number alone may be."""
    name = appearance_name(old.party)
    same = [new for new in candidates if new.party != old.party and appearance_name(new.party) == name != ""]
    unnamed = [new for new in candidates if not name or not appearance_name(new.party)]
    return same or (unnamed if len(unnamed) == 1 else ())
