"""A decision as later decisions correct it: a slip is put right, and what was imposed stands.

Invariants (tests/unit/test_analytics_correcting.py holds one test a number)
1. A correction starts nothing of its own: what it says is said of the decision that it corrects, once, and counts from its day.
2. What a correction states takes the place of what was stated alike: the conduct, what is cited, the posts of a person, and the
   term or first day of what was imposed on a party. What it leaves unsaid stays.
3. What it finds of a person is added; that it clears him is for the premise on exoneration.
4. Only a decision that stands, decides, is not earlier, and is against the same respondent corrects another as its part; none of an
   exchange, association or bank does, nor a lower authority's, nor an authority's that of a court or the other way round.
   One against another respondent is a decision of its own, whose terms run from the day of what it corrects.
5. A correction of what is not on record is a lead at most, and counts from no day but one that it states.
6. Who replaces, or annuls from the beginning, what he says that he corrects decides anew: it is no correction, begins its own term,
   and is a lead, for the two contradict each other.
7. Whom corrections alone name answers no longer than they stand, and where their standing is in doubt there is a doubt
   (`analytics.responsibility.readings` says the same of whatever rests on them).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from analytics.responsibility.ordering import Order, orders
from graph import codes
from graph.dates import UNKNOWN, PartialDate, Period, Truth, not_after
from graph.deciding import decides, may_correct
from graph.errors import NotFound
from graph.model import Decision, DecisionLink, Fact, Imposed, Naming
from graph.snapshot.view import Named, Snapshot

CORRECTS = "corrects"
VOIDS = frozenset({"replaces", "annuls_from_beginning"})


@dataclass(frozen=True, slots=True)
class Correction:
    """A decision that corrects another, and the id of the link that says so."""

    link: str
    fact: Fact[Decision]


def corrections_of(snapshot: Snapshot, decision: str, without: Collection[str] = ()) -> tuple[Correction, ...]:
    """Return what corrects a decision, and what corrects that, in the first order that is possible; `without` some, and theirs."""
    found = _found(snapshot, decision, without)
    return in_order(found.values(), orders_of(snapshot, found.values())[0])


def orders_of(snapshot: Snapshot, corrections: Iterable[Correction]) -> list[Order]:
    """Return the orders in which corrections of one decision can be read (`analytics.responsibility.ordering`)."""
    days = {each.fact.value.id: each.fact.value.date for each in corrections}
    links = {each: {link.value.other for link in _targets(snapshot, each)} & days.keys() for each in days}
    return orders(days, {one: [other for other in sorted(links[one]) if _corrects(snapshot, one, other)] for one in days})


def in_order(corrections: Iterable[Correction], order: Order) -> tuple[Correction, ...]:
    """Return corrections in the order of their decisions."""
    return tuple(sorted(corrections, key=lambda each: order.index(each.fact.value.id)))


def _found(snapshot: Snapshot, decision: str, without: Collection[str]) -> dict[str, Correction]:
    """Return what corrects a decision, and what corrects that, by its id; `without` some, and theirs."""
    found: dict[str, Correction] = {}
    waiting = [decision]
    while waiting:
        target = waiting.pop()
        for link in snapshot.links_to(target):
            source = link.value.decision
            if link.value.relation != CORRECTS or source in found or source in without:
                continue
            if _corrects(snapshot, source, target):
                found[source] = Correction(link.id, snapshot.decision(source))
                waiting.append(source)
    return found


def is_correction(snapshot: Snapshot, decision: str) -> bool:
    """Say whether a decision is a part of one on record, which it corrects."""
    return any(_corrects(snapshot, decision, link.value.other) for link in _targets(snapshot, decision))


def of_unknown(snapshot: Snapshot, decision: str) -> tuple[str, ...]:
    """Return the links by which a decision corrects what is not on record; none where it corrects something that is."""
    links = _targets(snapshot, decision)
    known = any(_known(snapshot, link.value.other) is not None for link in links)
    return () if known else tuple(sorted(link.id for link in links))


def first_told(snapshot: Snapshot, fact: Fact[Decision]) -> PartialDate:
    """Return the day of the first decision that this one corrects, though it were no part of it; its own where it corrects none."""
    days: list[PartialDate] = []
    waiting, seen = [fact.value], {fact.value.id}
    while waiting:
        value = waiting.pop()
        targets = [_known(snapshot, link.value.other) for link in _targets(snapshot, value.id)]
        known = [each.value for each in targets if each is not None and _final(each)]
        if not known:
            days.append(UNKNOWN if targets and not any(targets) else value.date)
        waiting += [each for each in known if each.id not in seen]
        seen.update(each.id for each in known)
    if not days:
        return fact.value.date
    return PartialDate(min(day.earliest for day in days), min(day.latest for day in days))


def amended(fact: Fact[Decision], corrections: Iterable[Correction]) -> Fact[Decision]:
    """Return a decision with what its corrections say of it; the statement keeps its id."""
    value = fact.value
    for said in (correction.fact.value for correction in corrections):
        value = replace(
            value,
            acts=tuple(dict.fromkeys((*value.acts, *said.acts))),
            conduct=_period(said.conduct, value.conduct),
            conduct_text=said.conduct_text or value.conduct_text,
            valid=_period(said.valid, value.valid),
            cites=said.cites or value.cites,
            imposed=(*_unsaid(value.imposed, said.imposed), *_with(value.imposed, said.imposed)),
        )
    return fact if value == fact.value else replace(fact, value=value)


def names(snapshot: Snapshot, decision: str, corrections: Iterable[Correction]) -> Sequence[Named]:
    """Return whom a decision names, with what its corrections find of people."""
    found = list(snapshot.named_by(decision))
    for correction in corrections:
        said = [each for each in snapshot.named_by(correction.fact.value.id) if each.value.responsible is not False]
        added = [_imposing(each, _with(_imposed_on(snapshot, found, each), each.value.imposed)) for each in said]
        found = [_corrected(snapshot, each, said) for each in found] + added
    return found


def also_replaced(snapshot: Snapshot, decision: str) -> tuple[str, ...]:
    """Return the links by which a decision is said to correct what it makes void itself, and those by which it does that."""
    said = ((link, _replacing(snapshot, link.value)) for link in _said_to_correct(snapshot, decision))
    return tuple(sorted({each.id for link, void in said if void for each in (link, *void)}))


def _targets(snapshot: Snapshot, decision: str) -> list[Fact[DecisionLink]]:
    """Return the links by which a decision puts a slip right: what it makes void itself it does not correct, but decides anew."""
    return [link for link in _said_to_correct(snapshot, decision) if not _replacing(snapshot, link.value)]


def _said_to_correct(snapshot: Snapshot, decision: str) -> list[Fact[DecisionLink]]:
    return [link for link in snapshot.links_from(decision) if link.value.relation == CORRECTS and link.value.other != decision]


def _replacing(snapshot: Snapshot, correcting: DecisionLink) -> list[Fact[DecisionLink]]:
    """Return the links by which a document makes void what it is said to correct, or what that corrects in turn."""
    void = {link.value.other: link for link in snapshot.links_from(correcting.decision) if link.value.relation in VOIDS}
    seen, waiting = set[str](), [correcting.other] if void else []
    while waiting:
        if (each := waiting.pop()) not in seen:
            seen.add(each)
            waiting += [link.value.other for link in _said_to_correct(snapshot, each)]
    return [link for other, link in void.items() if other in seen and other != correcting.decision]


def _known(snapshot: Snapshot, decision: str) -> Fact[Decision] | None:
    try:
        return snapshot.decision(decision)
    except NotFound:
        return None


def _final(fact: Fact[Decision]) -> bool:
    return codes.load("decision_kinds").get(fact.value.kind).final


def _corrects(snapshot: Snapshot, source: str, target: str) -> bool:
    """Say whether one decision corrects another as its part."""
    first, second = _known(snapshot, source), _known(snapshot, target)
    if first is None or second is None or not snapshot.standing(source).stands or _leads_to(snapshot, target, source):
        return False
    resolve = snapshot.identity.resolve
    same = resolve(first.value.respondent, source).id == resolve(second.value.respondent, target).id
    able = decides(first.value) and may_correct(first.value, second.value)
    return able and _final(second) and same and not_after(second.value.date, first.value.date) is not Truth.NO


def _leads_to(snapshot: Snapshot, start: str, goal: str) -> bool:
    """Say whether what a decision corrects comes back to another: of such a circle nothing corrects anything."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        decision = waiting.pop()
        if decision == goal:
            return True
        if decision not in seen:
            seen.add(decision)
            waiting += [link.value.other for link in _targets(snapshot, decision)]
    return False


def _with(before: Iterable[Imposed], said: Iterable[Imposed]) -> tuple[Imposed, ...]:
    """Return what a correction imposes, with what it leaves unsaid of an act as it was stated before."""
    stated: dict[str, Imposed] = {}
    for item in before:
        if item.act not in stated or item.term.known:
            stated[item.act] = item
    return tuple(_completed(item, stated.get(item.act)) for item in said)


def _completed(item: Imposed, before: Imposed | None) -> Imposed:
    if before is None:
        return item
    term = item.term if item.term.known else before.term
    amount = before.amount_fen if item.amount_fen is None else item.amount_fen
    return replace(item, text=item.text or before.text, term=term, start=item.start or before.start, amount_fen=amount)


def _period(said: Period | None, before: Period | None) -> Period | None:
    """Return a period as a correction states it: an end that it leaves out stays, unless what it says is not of that period."""
    if said is None or before is None:
        return said or before
    start = before.start if said.start == UNKNOWN else said.start
    end = before.end if said.end == UNKNOWN else said.end
    return said if not_after(start, end) is Truth.NO else Period(start, end)


def _unsaid(before: Iterable[Imposed], said: Iterable[Imposed]) -> tuple[Imposed, ...]:
    acts = {item.act for item in said}
    return tuple(item for item in before if item.act not in acts)


def _imposed_on(snapshot: Snapshot, found: Iterable[Named], named: Named) -> list[Imposed]:
    return [item for other in found if _same(snapshot, other, named) for item in other.value.imposed]


def _corrected(snapshot: Snapshot, named: Named, said: Iterable[Named]) -> Named:
    """Return a naming without what a correction imposes anew on the same person, nor the post where it states one of him there."""
    of_him = [each.value for each in said if _same(snapshot, each, named)]
    if named.value.posts and any(each.posts and _where(each) == _where(named.value) for each in of_him):
        named = replace(named, fact=replace(named.fact, value=replace(named.value, posts=())))
    return _imposing(named, _unsaid(named.value.imposed, [item for each in of_him for item in each.imposed]))


def _where(naming: Naming) -> str:
    """Return the enterprise at which a naming speaks of somebody."""
    return naming.party.entity.partition("#")[0] if naming.party else ""


def _imposing(named: Named, imposed: tuple[Imposed, ...]) -> Named:
    if imposed == named.value.imposed:
        return named
    return replace(named, fact=replace(named.fact, value=replace(named.value, imposed=imposed)))


def _same(snapshot: Snapshot, one: Named, other: Named) -> bool:
    return one.party is not None and other.party is not None and one.party.id in snapshot.identity.members(other.party.id)
