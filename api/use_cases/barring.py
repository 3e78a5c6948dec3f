"""What other decisions on the same enterprise show against a repair, read of a store.

Two decisions are against the same enterprise if they are against the same id; of people nothing is told here.

Invariants (tests/unit/test_api_barring.py holds one test a number)
1. What is read of a part of the cases is what is read of all of them; of who only is looked up, where a repair was asked for.
2. A decision shows something on the days on which it stands: by its links with others, and by what was done about it here. On a
   list that was left, or repaired, nobody is. Where it is in doubt whether it stands, somebody must look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from analytics.lifecycle.bars import Time, may_show, shown
from analytics.responsibility.catalogue import Catalogue
from api.use_cases.former import decisions_of, events_of
from api.use_cases.passing import read_links
from graph.model import Decision, appearance_parts
from graph.snapshot import Snapshot
from graph.store.base import Store

if TYPE_CHECKING:
    from api.use_cases.cases import Cases

_FELL: Final = ("revoked", "annulled", "withdrawn")
_SAME: Final = ("corrects", "replaces", "same_conduct")
_A_DAY: Final = timedelta(days=1)
_Read = Callable[[Store, Iterable[str], Catalogue, int | None], "Cases"]


def with_bars(store: Store, cases: Cases, known_at: int | None, read: _Read, every: Iterable[Decision] | None = None) -> Cases:
    """Return cases with what decisions show against a repair of what rests on each of theirs.

    Parameters
    ----------
    store : Store
        Where all other decisions on the same enterprises are.
    cases : Cases
        The cases, without that.
    known_at : int, optional
        The version, the latest by default.
    read : callable
        Reads the cases of some decisions.
    every : iterable of Decision, optional
        All decisions of the store, where they are known already.
    """
    decisions = cases.decisions
    rules = {each: {cases.findings[finding].rule for finding in cases.resting(each)} for each in decisions}
    against = _against(store, decisions, known_at, every)
    pairs = {
        each: [o for o in against.get(value.respondent.entity, ()) if o.id != each and may_show(value, rules[each], o)]
        for each, value in decisions.items()
    }
    telling = {other.id for others in pairs.values() for other in others}
    graph = read_links(store, known_at, telling).graph
    days = _Days(store, graph, telling, known_at, lambda ids: read(store, ids, cases.catalogue, known_at))
    found = {
        each: shown(decisions[each], rules[each], others, days, _same(graph, each) if others else ())
        for each, others in pairs.items()
    }
    return replace(cases, bars={each: told for each, told in found.items() if told})


def _against(
    store: Store, decisions: Mapping[str, Decision], known_at: int | None, every: Iterable[Decision] | None
) -> dict[str, list[Decision]]:
    """Return every decision on the enterprises that some decisions are against, by enterprise."""
    firms = {value.respondent.entity for value in decisions.values() if not appearance_parts(value.respondent.entity)}
    found: dict[str, list[Decision]] = defaultdict(list)
    if every is None and firms:
        every = decisions_of(store, known_at, firms).values()
    for value in every or ():
        if value.respondent.entity in firms:
            found[value.respondent.entity].append(value)
    return found


class _Days:
    """Tells when a decision stands, or is a list that somebody is on."""

    def __init__(
        self, store: Store, graph: Snapshot, telling: set[str], known_at: int | None, read: Callable[[set[str]], Cases]
    ) -> None:
        self._graph = graph
        self._touched = {item.event.about for item in events_of(store, known_at, telling)} & telling if telling else set()
        self._cases = read(self._touched) if self._touched else None

    def __call__(self, decision: str, listed: bool) -> Iterator[Time]:
        """Yield each time."""
        standing = self._graph.standing(decision)
        sure = not (standing.doubts or standing.undated)
        for time in self._by_events(decision, listed) if standing.stands else ():
            over = min(filter(None, (time.last, standing.last)), default=None)
            if over is None or time.first <= over:
                yield Time(time.first, over, sure)

    def _by_events(self, decision: str, listed: bool) -> Iterator[Time]:
        """Yield each time by what was done about the decision here; it changes on the days on which something was."""
        if self._cases is None or decision not in self._touched:
            yield Time(date.min)
            return
        known = (self._cases.happened.of(ground, carries) for ground, carries in self._cases.reached(decision))
        turns = sorted({date.min, *(item.event.on.day for happened in known for item in happened if item.event.on.day)})
        standing = [day for day in turns if not _over(self._cases, decision, day, listed)]
        begun = [day for place, day in enumerate(turns) if day in standing and (place == 0 or turns[place - 1] not in standing)]
        for first in begun:
            ends = next((day for day in turns if day > first and day not in standing), None)
            yield Time(first, ends - _A_DAY if ends else None)


def _over(cases: Cases, decision: str, day: date, listed: bool) -> bool:
    """Say whether a decision fell by a day, or a list was left."""
    stage = cases.decision_life(decision, day).stage
    return cases.table.stages[stage].ended if listed else stage in _FELL


def _same(graph: Snapshot, decision: str) -> set[str]:
    """Return what is for the same conduct as a decision, by links that say so."""
    found, waiting = {decision}, [decision]
    for each in waiting:
        links = [link.value for link in (*graph.links_from(each), *graph.links_to(each)) if link.value.relation in _SAME]
        new = {end for link in links for end in (link.decision, link.other)} - found
        found |= new
        waiting += sorted(new)
    return found
