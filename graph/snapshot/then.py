"""The graph as of a day in the world: without the decisions that certainly came later, and what these say.

Invariants (tests/unit/test_graph_then.py holds one test a number)
1. A decision that certainly came later is left out with whom it names, and with what it says of another: a correction, one conduct.
2. What ends a decision from its beginning counts on every day, and so does a revocation that takes effect by the day, whenever it
   was made: what is void never had effect.
3. Who is who is told as it is known now; of one day or the other, nobody is joined or parted.
4. Without a later decision the graph is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from graph.dates import UNKNOWN, PartialDate, Truth, not_after
from graph.model import DecisionLink, Fact
from graph.snapshot.view import Snapshot

_FROM_BEGINNING = frozenset({"annuls_from_beginning", "replaces"})


def came_by(day: PartialDate, asked: date) -> bool:
    """Say whether something did not certainly come only after a day."""
    return not_after(day, PartialDate.on(asked)) is not Truth.NO


def left_out(snapshot: Snapshot, day: date) -> frozenset[str]:
    """Return the statements (by id) that the graph as of a day is without."""
    decisions = {fact.value.id: fact for fact in snapshot.decisions()}
    later = {each for each, fact in decisions.items() if not came_by(fact.value.date, day)}
    if not later:
        return frozenset()
    voiding = _voiding(snapshot, later, day)
    gone = {decisions[each].id for each in later - voiding}
    gone |= {named.fact.id for each in later for named in snapshot.named_by(each)}
    joined = {link for each in later for link in (*snapshot.links_from(each), *snapshot.links_to(each))}
    return frozenset(gone | {link.id for link in joined if not _counts(link.value, later, voiding, day)})


def on_day(snapshot: Snapshot, day: date | None) -> Snapshot:
    """Return the graph as of a day; as it is where none is given."""
    return snapshot if day is None else snapshot.narrowed(day, left_out(snapshot, day))


def _voiding(snapshot: Snapshot, later: set[str], day: date) -> set[str]:
    """Return the later decisions that count on the day: they end what came by it, or one of these, or are the ground of one."""
    found: set[str] = set()
    waiting = [link for each in sorted(later) for link in snapshot.links_from(each) if _ends(link.value, day)]
    reached = [link.value.decision for link in waiting if link.value.other not in later]
    while reached:
        decision = reached.pop()
        if decision in found:
            continue
        found.add(decision)
        reached += [link.value.decision for link in waiting if link.value.other == decision]
        reached += [
            link.value.other
            for link in snapshot.links_from(decision)
            if link.value.relation == "rests_on" and link.value.other in later
        ]
    return found


def _ends(link: DecisionLink, day: date) -> bool:
    if link.relation in _FROM_BEGINNING:
        return True
    if link.relation != "annuls_from_now" or link.since is None:
        return False
    return link.since.earliest != UNKNOWN.earliest and came_by(link.since, day)


def _counts(link: DecisionLink, later: set[str], voiding: set[str], day: date) -> bool:
    """Say whether a link from or to a later decision counts on the day."""
    if not {link.decision, link.other} & later <= voiding:
        return False
    return _ends(link, day) or link.relation == "rests_on"


def touched(links: Iterable[Fact[DecisionLink]], later: set[str]) -> set[str]:
    """Return the decisions that links lead to from later ones, over whatever number of them, without these."""
    beside: dict[str, set[str]] = {}
    for link in links:
        for one, other in ((link.value.decision, link.value.other), (link.value.other, link.value.decision)):
            beside.setdefault(one, set()).add(other)
    found, waiting = set(later), list(later)
    while waiting:
        new = beside.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found - later
