"""What a ban on a person would do to the companies that he represents or directs: a preview, never a finding on them.

Invariants (tests/unit/test_analytics_third_party.py holds one test a number)
1. Only offices that a measure bars from count, held on the day, by the person himself or by whoever is ruled to be him: a
   namesake's never do.
2. A post whose dates are vague is listed, and said to be uncertain; one that had certainly ended is not.
3. Who else certainly holds the same office that day is counted, and so is, apart, who may: the dates are vague. A post is `vacant`
   only where nobody else may hold it, and `perhaps_vacant` where nobody certainly does and somebody may. A chairman or an
   independent director is a director too.
4. Nothing is derived: the companies of a preview have the findings that they had.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from graph import codes
from graph.codes.roles import roles_of
from graph.dates import PartialDate, Period, Truth
from graph.snapshot import Holding, Snapshot

OFFICES: Final = frozenset(role.code for role in codes.load("roles") if role.kind == "office")
Consequence = Literal["vacant", "perhaps_vacant", "shared", "uncertain"]


@dataclass(frozen=True, slots=True)
class Post:
    """One office on the day: `others` hold the same, and `possible` more may.

    It would be `shared`, `vacant` or `perhaps_vacant`; `uncertain`: whether he holds it himself, for the dates are vague.
    """

    holding: Holding
    others: int
    possible: int
    consequence: Consequence


@dataclass(frozen=True, slots=True)
class Touched:
    """One company that a ban would touch: the posts, and the share that the person holds in it (which a ban leaves with him)."""

    company: str
    posts: tuple[Post, ...]
    share_ppm: int | None


def touched(
    snapshot: Snapshot, person: str, day: date, barred: Callable[[str], Collection[str]] = lambda _: OFFICES
) -> tuple[Touched, ...]:
    """Return the companies that would lose the person, in the order of ids.

    Parameters
    ----------
    snapshot : Snapshot
        The graph, with the holders of every one of his companies.
    person : str
        A node of his.
    day : date
        The day on which the posts are looked at.
    barred : callable
        The roles that the person would be barred from in a company (by its id); every office where it is not given.
    """
    members = set(snapshot.identity.members(person))
    offices: dict[str, list[Post]] = defaultdict(list)
    shares: dict[str, int] = {}
    for member in sorted(members):
        for held in snapshot.held(member):
            truth = _on(held, day)
            if truth is Truth.NO:
                continue
            if not roles_of_office(held.value.interest).isdisjoint(barred(held.subject.id)):
                offices[held.subject.id].append(_post(snapshot, held, truth, members, day))
            elif held.value.share is not None:
                shares[held.subject.id] = max(shares.get(held.subject.id, 0), held.value.share.maximum)
    return tuple(Touched(company, tuple(offices[company]), shares.get(company)) for company in sorted(offices))


def _on(held: Holding, day: date) -> Truth:
    return held.value.period.meets(Period(PartialDate.on(day), PartialDate.on(day)))


def roles_of_office(interest: str) -> frozenset[str]:
    """Return the roles that an office makes its holder, none for what is no office (a share, an address)."""
    return roles_of(interest) if interest in OFFICES else frozenset()


def _post(snapshot: Snapshot, held: Holding, truth: Truth, members: set[str], day: date) -> Post:
    found: dict[Truth, set[str]] = {Truth.YES: set(), Truth.MAYBE: set(), Truth.NO: set()}
    for other in snapshot.holders(held.subject.id):
        if held.value.interest in roles_of_office(other.value.interest) and other.party.id not in members:
            found[_on(other, day)].add(other.party.id)
    others, possible = found[Truth.YES], found[Truth.MAYBE] - found[Truth.YES]
    vacant: Consequence = "perhaps_vacant" if possible else "vacant"
    consequence: Consequence = "uncertain" if truth is Truth.MAYBE else "shared" if others else vacant
    return Post(held, len(others), len(possible), consequence)
