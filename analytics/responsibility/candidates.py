"""Whom a clause may reach: the respondent, the people the decision names, and holders of an office that answers by office.

Invariants (tests/unit/test_analytics_candidates.py holds one test a number)
1. A holder is a candidate by office only for roles that no document must find, and only where the date test is yes or maybe, or
   where the register certainly still shows what the law says had ended (a human should see that). Dates of registration that say
   nothing are none.
2. Nobody is a candidate through another enterprise: candidates hold an office in the respondent itself, or are named.
3. A person the decision names by a name that two people bear is a candidate of his own, never one of the two; see 7.
4. Of an office that one person at a time can hold nobody is the certain holder on days on which another certainly held it.
5. Where the decision states one holder of such an office and the register another for the same days, neither is certain, but for a
   rule that asks the register itself.
6. Somebody whom the decision names without the office that a clause asks for is a candidate where the register knows the office.
7. Who is known to be one person, by a strong identifier or a ruling, is one candidate with all that is said of him, under the node
   of the respondent's own people where he has one. Taking the ruling back makes two of him again.
8. What a decision orders binds its respondent by itself, where the act that the rule answers is the measure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from analytics.responsibility.case import Case, offices_of
from analytics.responsibility.catalogue import RESPONDENT, Clause, Rule
from graph.codes.roles import found_only, roles_of
from graph.codes.roles import single as one_at_a_time
from graph.dates import OPEN, UNKNOWN, PartialDate, Period, Truth
from graph.errors import NotFound
from graph.model import Imposed
from graph.names import normalise_name
from graph.snapshot.identity import STRONG, Party
from graph.snapshot.view import Holding, Named

NAMED = "named_person"
"""Role of somebody the decision names without a role that the clause asks for."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office that matters for a clause: the period on the timeline that the clause reads, and the answer of the date test."""

    holding: Holding
    period: Period
    truth: Truth


@dataclass(frozen=True)
class Candidate:
    """A party that a clause may reach, with everything that speaks of him here.

    `posts_stated` are namings that state an office; `contradicting` the register's entries of that office by which it was not held;
    `rivals` those by which another held it, where one person at a time can, on all the days that count; `denied_by` the namings by
    which the decision states another than the register does.
    """

    party: Party
    kind: str
    role: str
    offices: tuple[Office, ...] = ()
    named: tuple[Named, ...] = ()
    posts_stated: tuple[Named, ...] = ()
    contradicting: tuple[Holding, ...] = ()
    rivals: tuple[Holding, ...] = ()
    denied_by: tuple[Named, ...] = ()
    own_imposed: tuple[Imposed, ...] = ()

    @cached_property
    def statements(self) -> tuple[str, ...]:
        """The statements that make him a candidate."""
        return tuple(sorted({*(o.holding.fact.id for o in self.offices), *(n.fact.id for n in self.named)}))

    @cached_property
    def _suffered(self) -> tuple[Imposed, ...]:
        """What the decision itself imposed on him."""
        return (*self.own_imposed, *(item for named in self.named for item in named.value.imposed))

    def suffered(self, acts: Collection[str]) -> tuple[Imposed, ...]:
        """Return what the decision itself imposed on him, of these acts."""
        return tuple(item for item in self._suffered if item.act in acts) if self._suffered else ()


def test_period(case: Case, clause: Clause) -> Period:
    """Return the period in which the clause asks for the office."""
    return case.decided if clause.when == "office_at_listing" else case.conduct


def candidates(case: Case, rule: Rule, clause: Clause) -> Iterator[Candidate]:
    """Yield whom a clause of a rule may reach, in the order of ids."""
    party, kind = case.respondent, case.snapshot.kind(case.respondent.id)
    if clause.when == "respondent" or (clause.also_respondent and kind == "person"):
        yield Candidate(party, kind, RESPONDENT, own_imposed=_own_imposed(case, rule, clause))
    if clause.when != "respondent":
        yield from _others(case, clause)


def _others(case: Case, clause: Clause) -> Sequence[Candidate]:
    """Return whom a clause may reach beside the respondent: the same as any other that asks alike for the same roles."""
    asked = clause.when, clause.roles, clause.timeline
    if asked not in case.reached:
        case.reached[asked] = (
            [found for found in _named(case, clause) if found.party.id != case.respondent.id]
            if clause.when == "named"
            else [*_by_office(case, clause)]
        )
    return case.reached[asked]


def _own_imposed(case: Case, rule: Rule, clause: Clause) -> tuple[Imposed, ...]:
    """Return what the decision imposed on its respondent: what it says so, and its acts that the clause asks for or that order it.

    An act that it imposes on somebody else whom it names is not thereby one against the respondent, but for an order that binds
    enterprises: that is made against its respondent, whomever it names besides.
    """
    decision = case.decision.value
    namings = [named.value for named in case.named if not named.party or named.party.id != case.respondent.id]
    own, theirs = {item.act for item in decision.imposed}, {item.act for naming in namings for item in naming.imposed}
    measures = rule.measures_of(clause)
    ordering = {act for measure in measures for act in measure.imposed_by}.intersection(clause.acts or rule.acts)
    asked = ordering.union(clause.penalised_by)
    against = ordering if any(measure.target != "person" for measure in measures) else set()
    acts = (act for act in decision.acts if act in asked - own and (act not in theirs or act in against))
    return (*decision.imposed, *(Imposed(act) for act in acts))


def _named(case: Case, clause: Clause) -> Iterator[Candidate]:
    wanted = set(clause.roles)
    anybody = bool(wanted & found_only())
    for _, namings in sorted(case.namings.items()):
        roles = {role for n in namings for role in n.value.found_as}
        roles |= {role for n in namings for role in stated_here(case, n)}
        party = namings[0].party
        assert party is not None  # noqa: S101 - grouped by party
        if anybody or wanted & roles:
            yield Candidate(party, case.snapshot.kind(party.id), _role(clause, namings, roles), named=tuple(namings))
        elif held := _known_offices(case, clause, party):
            role = next(role for role in clause.roles if any(role in offices_of(office.holding) for office in held))
            yield Candidate(party, case.snapshot.kind(party.id), role, offices=held, named=tuple(namings))


def _known_offices(case: Case, clause: Clause, party: Party) -> tuple[Office, ...]:
    """Return the offices that the register alone knows of somebody named: held, it may be, then or when it was decided."""
    wanted = set(clause.roles)
    found: list[Office] = []
    for holding, roles in case.held:
        if holding.party.id == party.id and wanted & roles:
            period = read_period(holding, clause)
            truths = (period.meets(case.conduct), period.meets(case.decided))
            found += [Office(holding, period, truths[0])] if set(truths) != {Truth.NO} else []
    return tuple(found)


def _role(clause: Clause, namings: Iterable[Named], roles: set[str]) -> str:
    """Return the role in which the document speaks of somebody; never one that it does not say."""
    found = any(n.value.responsible or n.value.found_as or n.value.imposed for n in namings)
    plain = any(n.value.responsible and not n.value.found_as for n in namings)
    meant = {"responsible_person_found"} if found else set()
    meant |= {"directly_responsible"} if plain else set()
    return next((role for role in clause.roles if role in roles | meant), NAMED)


def _by_office(case: Case, clause: Clause) -> Iterator[Candidate]:
    wanted = frozenset(clause.roles) - found_only()
    period = test_period(case, clause)
    offices: dict[str, list[Office]] = defaultdict(list)
    denied: dict[str, list[Holding]] = defaultdict(list)
    alone = one_at_a_time()
    single = [holding for holding, roles in case.held if wanted & alone & roles]
    for holding, roles in case.held:
        if wanted & roles:
            office = _office(holding, clause, period)
            if office is not None:
                offices[holding.party.id].append(office)
            else:
                denied[holding.party.id].append(holding)
    namings = case.namings
    stated = _stated(case, clause, wanted)
    at_listing = clause.when == "office_at_listing"
    if at_listing:
        stated = {node: found for node, found in stated.items() if node not in offices}
    held: dict[str, set[str]] = {node: {r for o in found for r in offices_of(o.holding)} for node, found in offices.items()}
    for node, found in stated.items():
        held[node] = held.get(node, set()) | {r for n in found for post in n.value.posts for r in roles_of(post)}
    rivals = {
        node: _rivals(case, clause, node, _days(offices.get(node, ()), period), single) if roles & wanted <= alone else ()
        for node, roles in held.items()
    }
    known = {node for node in stated if node in offices or _of_another_day(case, clause, denied.get(node, ()))}
    if at_listing:  # a stated post may be that of the conduct: by itself it proves none of this day, it only doubts the register's
        stated = {node: found for node, found in stated.items() if rivals[node] and node not in known}
    for node in sorted({*offices, *stated}):
        parties = [office.holding.party for office in offices.get(node, ())]
        parties += [named.party for named in stated.get(node, ()) if named.party]
        others = () if node in stated else (o for o in stated if o not in known and any(h.party.id == node for h in rivals[o]))
        yield Candidate(
            party=parties[0],
            kind=case.snapshot.kind(node),
            role=next(role for role in clause.roles if role in held[node]),
            offices=tuple(offices.get(node, ())),
            named=tuple(namings.get(node, ())),
            posts_stated=tuple(stated.get(node, ())),
            contradicting=_contradicting(offices.get(node, ()), denied.get(node, ())),
            rivals=rivals[node],
            denied_by=tuple(named for other in others for named in stated[other]),
        )


def _contradicting(offices: Iterable[Office], denied: Iterable[Holding]) -> tuple[Holding, ...]:
    """Return the entries by which the office was not held, those that only the register went on showing among them."""
    ended = [office.holding for office in offices if office.truth is Truth.NO]
    return () if any(office.truth is not Truth.NO for office in offices) else (*denied, *ended)


def _stated(case: Case, clause: Clause, wanted: frozenset[str]) -> dict[str, list[Named]]:
    """Return the namings by which the decision states the office of certain people; none where the register alone counts."""
    stated: dict[str, list[Named]] = {}
    if clause.when == "office_at_listing" and clause.timeline == "register":
        return stated
    for node, found in case.namings.items():
        here = [n for n in found if n.party and n.party.certain and _here(case, n)]
        posts = [n for n in here if any(wanted & roles_of(post) for post in n.value.posts)]
        if posts:
            stated[node] = posts
    return stated


def _of_another_day(case: Case, clause: Clause, holdings: Iterable[Holding]) -> bool:
    """Say whether the register explains a post that the decision states: it may be of the other day that a decision speaks of.

    That is the decision's own day for a rule that asks about the conduct, and the conduct for one that asks about the decision.
    """
    other = case.conduct if clause.when == "office_at_listing" else case.decided
    periods = (period for h in holdings for period in (h.value.period, registered_period(h)) if period)
    return any(period.meets(other) is not Truth.NO for period in periods)


def _days(offices: Iterable[Office], asked: Period) -> list[tuple[date, date]]:
    """Return the days of the period that is asked for on which each office may have been held; all of it for one that is stated."""
    held = [office.period for office in offices if office.truth is Truth.YES] or [asked]
    return [(max(p.start.earliest, asked.start.earliest), min(p.end.latest, asked.end.latest)) for p in held]


def _rivals(
    case: Case, clause: Clause, node: str, days: Iterable[tuple[date, date]], single: Iterable[Holding]
) -> tuple[Holding, ...]:
    """Return the certain holdings of others that leave somebody no day; none where he has one, or may be the same person."""
    others = [h for h in single if h.party.certain and h.party.id != node and not may_be_one(case, node, h.party.id)]
    periods = sorted((read_period(h, clause) for h in others), key=lambda period: period.start.latest)
    if not others or not all(_covered(first, last, periods) for first, last in days):
        return ()
    return tuple(h for h in others if any(read_period(h, clause).meets(_span(first, last)) is not Truth.NO for first, last in days))


def may_be_one(case: Case, node: str, other: str) -> bool:
    """Say whether two who bear one name may be one person: each has no number of his own that says he is not."""
    if _names(case, node).isdisjoint(_names(case, other)):
        return False
    return not (_numbered(case, node) and _numbered(case, other))


def _names(case: Case, node: str) -> frozenset[str]:
    """Return the names that somebody bears now: sources may call one person differently, and a former name is none."""
    if node not in case.called:
        try:
            current = [name.text for name in case.snapshot.entity(node).current]
        except NotFound:
            current = []
        case.called[node] = frozenset(normalise_name(text) for text in current or [case.snapshot.label(node)])
    return case.called[node]


def _numbered(case: Case, node: str) -> bool:
    try:
        return any(identifier.scheme == STRONG for identifier in case.snapshot.entity(node).identifiers)
    except NotFound:
        return False


def _covered(first: date, last: date, periods: Iterable[Period]) -> bool:
    """Say whether the periods, in the order in which they certainly began, certainly leave no day out."""
    for period in periods:
        if period.start.latest <= first <= period.end.earliest:
            if period.end.earliest >= last:
                return True
            first = period.end.earliest + timedelta(days=1)
    return False


def _span(first: date, last: date) -> Period:
    return Period(PartialDate.on(first), PartialDate.on(last))


def stated_here(case: Case, named: Named) -> set[str]:
    """Return the roles that the posts of a naming make their holder in the respondent."""
    return {role for post in named.value.posts for role in roles_of(post)} if _here(case, named) else set()


def _here(case: Case, named: Named) -> bool:
    """Say whether the post that a naming states is one in the respondent, not in another enterprise (a parent, say)."""
    party = named.value.party
    return party is not None and party.entity.startswith(f"{case.decision.value.respondent.entity}#")


def _office(holding: Holding, clause: Clause, period: Period) -> Office | None:
    registered, read = registered_period(holding), read_period(holding, clause)
    truth = read.meets(period)
    if truth is Truth.NO and (clause.timeline == "register" or registered is None or registered.meets(period) is not Truth.YES):
        return None
    return Office(holding, read, truth)


def registered_period(holding: Holding) -> Period | None:
    """Return the period on the timeline of the register; None where its dates say nothing: the columns are there and blank."""
    registered = holding.value.registered
    blank = registered is None or (registered.start == UNKNOWN and registered.end in (UNKNOWN, OPEN))
    return None if blank else registered


def read_period(holding: Holding, clause: Clause) -> Period:
    """Return the period on the timeline that the clause reads."""
    return (registered_period(holding) or holding.value.period) if clause.timeline == "register" else holding.value.period
