"""Which other decisions clear somebody: those that a decision rests on and those on the same conduct, and theirs in turn.

Invariants (tests/unit/test_analytics_clearing.py holds one test a number)
1. The chain is followed to its end: a review of a review counts as the review does. Only a decision that stands clears anybody,
   never a notice, nor what an exchange, association or bank writes.
2. What a decision itself finds of somebody prevails over what is before or beside it; a later decision that clears him is told to
   the official.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analytics.responsibility.correcting import CORRECTS
from graph.dates import Truth, not_after
from graph.deciding import decides
from graph.errors import NotFound
from graph.model import Finding
from graph.snapshot.view import Named, Snapshot

SAME_CONDUCT = "same_conduct"
"""The link between decisions that answer the same conduct."""
RESTS_ON = "rests_on"


def related(snapshot: Snapshot, decision: str) -> Sequence[tuple[tuple[str, ...], str]]:
    """Return the decisions that one rests on, those on the same conduct, and theirs in turn, each after the links that lead to it.

    What corrects one of them is one of them; what corrects the decision itself is not.
    """
    found: dict[str, tuple[str, ...]] = {decision: ()}
    waiting = [decision]
    for each in waiting:
        for link, other in _next(snapshot, each, corrections=each != decision):
            if other not in found:
                found[other] = (*found[each], link)
                waiting.append(other)
    return [(links, other) for other, links in found.items() if links]


def clears(snapshot: Snapshot, decision: str, party: str) -> list[Named]:
    """Return the namings by which a decision that stands finds a party not responsible, or may mean him."""
    if not snapshot.standing(decision).stands or not _may_decide(snapshot, decision):
        return []
    members = frozenset(snapshot.identity.members(party))
    return [named for named in snapshot.named_by(decision) if named.value.responsible is False and _means(named, members)]


def cleared_later(snapshot: Snapshot) -> Callable[[Finding], tuple[str, ...]]:
    """Return what gives the related decisions, not made before that of a finding, that clear its party."""

    def later(finding: Finding) -> tuple[str, ...]:
        others = [other for _, other in related(snapshot, finding.decision) if clears(snapshot, other, finding.party)]
        return tuple(sorted(other for other in others if not _earlier(snapshot, other, finding.decision)))

    return later


def _next(snapshot: Snapshot, decision: str, *, corrections: bool) -> list[tuple[str, str]]:
    found = [
        (link.id, link.value.other) for link in snapshot.links_from(decision) if link.value.relation in (SAME_CONDUCT, RESTS_ON)
    ]
    inwards = (SAME_CONDUCT, CORRECTS) if corrections else (SAME_CONDUCT,)
    found += [(link.id, link.value.decision) for link in snapshot.links_to(decision) if link.value.relation in inwards]
    return sorted(set(found))


def _earlier(snapshot: Snapshot, other: str, decision: str) -> bool:
    try:
        return not_after(snapshot.decision(decision).value.date, snapshot.decision(other).value.date) is Truth.NO
    except NotFound:
        return False


def _may_decide(snapshot: Snapshot, decision: str) -> bool:
    """Say whether a decision is an authority's or court's; one that is not known may be."""
    try:
        return decides(snapshot.decision(decision).value)
    except NotFound:
        return True


def _means(named: Named, members: frozenset[str]) -> bool:
    """Say whether a naming means a party with these nodes, or may mean him."""
    return named.party is not None and not members.isdisjoint((named.party.id, *named.party.candidates))
