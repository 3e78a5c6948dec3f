"""What other decisions on the same enterprise show against a repair, read of a store.

Two decisions are against the same enterprise if they are against the same id; of people nothing is told here.

Invariants (tests/unit/test_api_barring.py holds one test a number)
1. What is read of a part of the cases is what is read of all of them.
2. A decision shows something on the days on which it stands: by its links with others, and by what was done about it here. On a
   list that was left, or repaired, nobody is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from analytics.lifecycle.bars import may_show, shown
from analytics.responsibility.catalogue import Catalogue
from api.use_cases.former import decisions_of, events_of
from graph.model import Decision, DecisionLink, Fact, Payload, appearance_parts
from graph.snapshot import Snapshot
from graph.snapshot.standing import Standing
from graph.store.base import Store

if TYPE_CHECKING:
    from api.use_cases.cases import Cases

_FELL: Final = ("revoked", "annulled", "withdrawn")
_A_DAY: Final = timedelta(days=1)
_Stretch = tuple[date, date | None]
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
        each: [other for other in against.get(value.respondent.entity, ()) if may_show(value, rules[each], other)]
        for each, value in decisions.items()
    }
    telling = {other.id for others in pairs.values() for other in others}
    days = _Days(store, telling, known_at, lambda: read(store, telling, cases.catalogue, known_at))
    found = {each: shown(decisions[each], rules[each], others, days) for each, others in pairs.items()}
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
    """Tells on which days a decision stands, or is a list that somebody is on."""

    def __init__(self, store: Store, telling: set[str], known_at: int | None, read: Callable[[], Cases]) -> None:
        self._standings = _standings(store, telling, known_at) if telling else {}
        self._cases = read() if telling and events_of(store, known_at, telling) else None
        events = self._cases.events if self._cases else ()
        self._turns = sorted({date.min, *(item.event.on.day for item in events if item.event.on.day)})

    def __call__(self, decision: str, listed: bool) -> Iterator[_Stretch]:
        """Yield the first and last day of each time."""
        standing = self._standings[decision]
        if not standing.stands:
            return
        for first, last in self._by_events(decision, listed) if self._cases else [(date.min, None)]:
            over = min(filter(None, (last, standing.last)), default=None)
            if over is None or first <= over:
                yield first, over

    def _by_events(self, decision: str, listed: bool) -> Iterator[_Stretch]:
        assert self._cases is not None  # noqa: S101 - asked only where something happened
        for place, first in enumerate(self._turns):
            if not _over(self._cases, decision, first, listed):
                yield first, self._turns[place + 1] - _A_DAY if place + 1 < len(self._turns) else None


def _over(cases: Cases, decision: str, day: date, listed: bool) -> bool:
    """Say whether a decision fell by a day, or a list was left."""
    stage = cases.decision_life(decision, day).stage
    return cases.table.stages[stage].ended if listed else stage in _FELL


def _standings(store: Store, decisions: set[str], known_at: int | None) -> Mapping[str, Standing]:
    """Return how decisions stand by their links, and by those of what they are linked with."""
    facts: dict[str, Fact[Payload]] = {}
    wanted, asked = set(decisions), set[str]()
    while wanted:
        asked |= wanted
        new = [recorded.fact for recorded in store.facts(["decision", "link"], known_at, about=wanted)]
        facts |= {fact.key: fact for fact in new}
        wanted = set(_linked(new)) - asked
    graph = Snapshot.of(facts.values())
    return {each: graph.standing(each) for each in decisions}


def _linked(facts: Iterable[Fact[Payload]]) -> Iterator[str]:
    for fact in facts:
        if isinstance(fact.value, DecisionLink):
            yield from (fact.value.decision, fact.value.other)
