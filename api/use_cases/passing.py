"""What happens to a decision by way of another: what befalls the one that it rests on, and what a later decision says of it.

Invariants (tests/unit/test_api_passing.py holds one test a number)
1. An event that the table passes on happens to whatever rests on its decision, however many decisions lie between, and to nothing
   else; it does there what it does above, and an answer to it, or a ruling on it, reaches there too. What rests on several has
   of it what the best of these leaves (`analytics.lifecycle.basis`).
2. A decision that a later one annuls is annulled on the day of that, and one that a later one ends from a day on is revoked from
   the next day: as the graph judges who may end what, and as it would be were it reported.
3. A removal from a list is the end of the listing from the next day, and no revocation; a decision that was made anew is none
   either.
4. Without links nothing is passed on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import Final, cast

from analytics.lifecycle.basis import FROM, Bases
from analytics.lifecycle.ground import Dated
from analytics.lifecycle.table import Table
from graph.dates import PartialDate
from graph.model import Decision, DecisionLink, Event, Fact
from graph.snapshot import Snapshot
from graph.snapshot.standing import ENDS, Standing, carrying
from graph.store.base import Store

AT: Final = "@"


@dataclass(frozen=True)
class Links:
    """How decisions relate, with every decision that one of the relations is about."""

    links: tuple[Fact[DecisionLink], ...] = ()
    decisions: Mapping[str, Fact[Decision]] = field(default_factory=dict)

    @cached_property
    def graph(self) -> Snapshot:
        """The graph of these decisions alone, which judges how each stands."""
        return Snapshot.of((*self.links, *self.decisions.values()))

    @cached_property
    def resting(self) -> Mapping[str, tuple[str, ...]]:
        """What rests on each decision, by way of others too."""
        below: dict[str, list[str]] = defaultdict(list)
        for link in self.links:
            if link.value.relation == "rests_on":
                below[link.value.other].append(link.value.decision)
        return {each: tuple(_reach(each, below)) for each in sorted(below)}

    @cached_property
    def bases(self) -> Mapping[str, tuple[str, ...]]:
        """What each decision rests on, by way of others too."""
        above: dict[str, list[str]] = defaultdict(list)
        for base, resting in self.resting.items():
            for each in resting:
                above[each].append(base)
        return {each: tuple(bases) for each, bases in above.items()}

    @cached_property
    def several(self) -> Mapping[str, Bases]:
        """What each decision rests on directly, and each of those above it, where one of them rests on several."""
        direct: dict[str, set[str]] = defaultdict(set)
        for link in self.links:
            if link.value.relation == "rests_on":
                direct[link.value.decision].add(link.value.other)
        found, carry = {}, {each: carrying(each, lambda one: direct.get(one, ())) for each in direct}
        for each in direct:
            rows = tuple((one, tuple(sorted(carry[one]))) for one in sorted({each, *self.bases.get(each, ())}) if one in direct)
            if any(len(others) > 1 for _, others in rows):
                found[each] = rows
        return found

    @cached_property
    def ended(self) -> tuple[Dated, ...]:
        """What later decisions made of decisions, as events."""
        if not self.links:
            return ()
        known = {link.id: link.value for link in self.links}
        found = []
        for each in sorted(self.decisions):
            standing = self.graph.standing(each)
            why = standing.evidence or self._by_bases(each, standing)
            ending = [known[i] for i in why if i in known and known[i].relation in ENDS]
            if not ending or any(link.relation == "replaces" for link in ending):
                continue
            said = self.decisions[ending[-1].decision].value
            if not standing.stands:
                found.append(_said("annulment", each, said, said.date))
            elif standing.until and standing.until.day:
                itself = self.graph.standing(each, lists=False).until == standing.until
                kind = "revocation" if itself else "listing_ended"
                found.append(_said(kind, each, said, PartialDate.on(standing.until.day + timedelta(days=1))))
        return tuple(found)

    def _by_bases(self, decision: str, standing: Standing) -> list[str]:
        """Return what ends what a decision rests on: the last of it, where that ends with it."""
        above = [self.graph.standing(base) for base in self.bases.get(decision, ())]
        last = [each for each in above if each.until == standing.until] or above
        return [evidence for each in last for evidence in each.evidence]


NONE: Final = Links()


def read_links(store: Store, known_at: int | None, about: Iterable[str] | None = None) -> Links:
    """Return how decisions relate: all of them, or those that some are connected with."""
    facts: dict[str, Fact[DecisionLink]] = {}
    if about is None:
        facts = _links(store, known_at, None)
    else:
        asked: set[str] = set()
        wanted = set(about)
        while wanted:
            new = _links(store, known_at, wanted)
            asked |= wanted
            facts |= new
            wanted = {end for fact in new.values() for end in (fact.value.decision, fact.value.other)} - asked
    if not facts:
        return NONE
    ends = {end for fact in facts.values() for end in (fact.value.decision, fact.value.other)}
    recorded = sorted((each.fact for each in store.facts(["decision"], known_at, about=ends)), key=lambda fact: fact.id)
    decisions = {fact.value.id: cast("Fact[Decision]", fact) for fact in recorded if isinstance(fact.value, Decision)}
    links = tuple(sorted(facts.values(), key=lambda fact: fact.id))
    return Links(links, {each: decisions[each] for each in ends & decisions.keys()})


def _links(store: Store, known_at: int | None, about: Iterable[str] | None) -> dict[str, Fact[DecisionLink]]:
    found = (recorded.fact for recorded in store.facts(["link"], known_at, about=about))
    return {fact.id: cast("Fact[DecisionLink]", fact) for fact in found}


def passed_on(links: Links, events: Iterable[Dated], table: Table) -> Iterator[Dated]:
    """Yield what events do to the decisions that rest on those which they are about."""
    if not links.resting:
        return
    for item in events:
        rule = table.events.get(item.event.kind)
        if rule and rule.passes_on:
            for each in links.resting.get(item.event.about, ()):
                yield _passed(item, each)


def ended_above(links: Links, table: Table) -> Iterator[Dated]:
    """Yield what later decisions made of some of what a decision rests on that stands by the rest."""
    over = {item.event.about for item in links.ended}
    for item in links.ended if links.several else ():
        yield from (each for each in passed_on(links, (item,), table) if each.event.about in links.several.keys() - over)


def id_on(event: Dated, decision: str) -> str:
    """Return the id under which an event happens to a decision that it is passed on to."""
    return f"{event.id}{AT}{decision}"


def as_recorded(event: str) -> str:
    """Return the id under which an event was recorded, by whatever way it came to what it happened to."""
    return event.partition(AT)[0]


def is_passed_on(item: Dated) -> bool:
    """Say whether something happened to a decision by way of what that rests on."""
    return FROM in dict(item.event.details)


def _passed(item: Dated, decision: str) -> Dated:
    event = item.event
    refers = f"{event.refers}{AT}{decision}" if event.refers else ""
    details = tuple(sorted({*event.details, (FROM, event.about)}))
    return Dated(id_on(item, decision), replace(event, about=decision, refers=refers, details=details))


def _said(kind: str, decision: str, by: Decision, on: PartialDate) -> Dated:
    return Dated(f"{by.id}{AT}{decision}", Event(kind, decision, on, by.authority, number=by.number or by.id))


def _reach(start: str, below: Mapping[str, list[str]]) -> list[str]:
    """Return what can be reached from a decision, itself left out."""
    found = dict.fromkeys([start])
    for each in (waiting := [start]):
        new = [other for other in below.get(each, ()) if other not in found]
        found |= dict.fromkeys(new)
        waiting += new
    return list(found)[1:]
