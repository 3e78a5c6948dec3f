"""What bars a repair by the law of the matter, as far as decisions on the same enterprise show it.

Invariants (tests/unit/test_lifecycle_bars.py holds one test a number)
1. A decision bars from its own day on, on the days on which it surely stands, and names itself; none that fell bars anything.
2. New conduct is what certainly lasted into the time after the first decision. What may have is a question, and bars nothing. A
   decision that corrects or replaces the first, or answers the same conduct, finds none.
3. What nothing in a store shows is asked: each bar of the rule or the sector is a question while no decision answers it.
4. New conduct makes what was corrected or pledged before its last day stale, also once the decision that found it has ended.
5. A bar holds from the day on which its text is law, for the rule or the sector that it is of, and for no other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

from pydantic import Field

from analytics.responsibility.partial import Model
from analytics.responsibility.said import Label
from graph import strict_yaml
from graph.codes import load as codes
from graph.dates import OPEN, UNKNOWN, PartialDate, Truth, add_months
from graph.deciding import decides
from graph.model import Decision

FILE: Final = Path(__file__).parent / "bars.yaml"


class Time(NamedTuple):
    """First and last day of a time, and whether it is certain."""

    first: date
    last: date | None = None
    sure: bool = True


Days = Callable[[str, bool], Iterable[Time]]
"""Tells when a decision stands, or (True) when its respondent is on the list that it is."""


class By(Model):
    """Which decisions show a bar."""

    kinds: tuple[str, ...] = ()
    authority: str = ""


class Bar(Label):
    """What bars a repair, and how decisions show it (see bars.yaml)."""

    rules: tuple[str, ...] = ()
    authority: str = ""
    kinds: tuple[str, ...] = ()
    start: date = Field(alias="from")
    basis: str
    evidence: Literal["V", "S", "M"]
    shown: Literal["own", "again", "since", "listed"]
    by: By = By()
    acts: tuple[str, ...] = ()
    lists: Mapping[str, int | None] = {}
    ask: Label | None = None

    def concerns(self, decision: Decision, rules: Collection[str]) -> bool:
        """Say whether it is a bar of a decision on which findings under some rules rest."""
        if self.rules:
            return not set(self.rules).isdisjoint(rules)
        return self.authority in decision.authority and decision.kind in self.kinds


class Bars(Model):
    """Every bar that is data."""

    sanctions: tuple[str, ...]
    bars: Mapping[str, Bar]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a decision shows of a bar (a code), on which days.

    `decision` is empty where nothing in the store shows anything. `certain`: it bars; else somebody must look. `since`: of new
    conduct the day before which what was corrected is stale.
    """

    bar: str
    decision: str = ""
    first: date = date.min
    last: date | None = None
    certain: bool = False
    since: date | None = None

    def holds(self, day: date) -> bool:
        """Say whether it is so on a day."""
        return self.begun(day) and (self.last is None or day <= self.last)

    def begun(self, day: date) -> bool:
        """Say whether it is so on a day, or was before."""
        return max(bars().bars[self.bar].start, self.first) <= day


@cache
def bars() -> Bars:
    """Return what ships."""
    return Bars.model_validate(strict_yaml.read(FILE.read_text(encoding="utf-8")))


def may_show(decision: Decision, rules: Collection[str], other: Decision) -> bool:
    """Say whether one decision may show anything of the repair of another against the same enterprise."""
    given = (bar for bar in bars().bars.values() if bar.concerns(decision, rules))
    return any(_tells(bar, decision, other) is not Truth.NO for bar in given)


def shown(
    decision: Decision, rules: Collection[str], others: Iterable[Decision], days: Days, same: Collection[str] = ()
) -> tuple[Shown, ...]:
    """Return what is known of the bars of a decision, with a question for each of which something may not be known.

    Parameters
    ----------
    decision : Decision
        That on which a restriction rests.
    rules : collection of str
        Those under which findings rest on it.
    others : iterable of Decision
        All other decisions against the same enterprise.
    days : callable
        See `Days`; asked only of what `may_show` anything.
    same : collection of str
        Those that say themselves that they are for the same conduct: they find no new one.
    """
    others = sorted(others, key=lambda each: each.id)
    found = []
    for code, bar in bars().bars.items():
        if bar.concerns(decision, rules):
            telling = [other for other in others if other.id not in same or bar.shown != "again"]
            found += [item for other in (decision, *telling) for item in _by(code, bar, decision, other, days)]
            found += [Shown(code)] if bar.ask else []
    return tuple(found)


def of_rule(known: Iterable[Shown], rule: str) -> tuple[Shown, ...]:
    """Return what of the bars of a decision concerns a finding under a rule: those of another rule do not."""
    every = bars().bars
    return tuple(item for item in known if not every[item.bar].rules or rule in every[item.bar].rules)


def standing(known: Iterable[Shown], day: date) -> list[Shown]:
    """Return what bars on a day."""
    return [item for item in known if item.certain and item.holds(day)]


def questions(known: Iterable[Shown], day: date) -> dict[str, tuple[str, ...]]:
    """Return what must be asked on a day, by bar: each with the decisions that may show it."""
    asked: dict[str, tuple[str, ...]] = {}
    for item in known:
        if not item.certain and item.holds(day):
            asked[item.bar] = (*asked.get(item.bar, ()), *([item.decision] if item.decision else ()))
    return {code: tuple(dict.fromkeys(found)) for code, found in asked.items()}


def stale_before(known: Iterable[Shown], day: date) -> date | None:
    """Return the day before which what was corrected does not count any more, as known on a day; None if there is none."""
    return max((item.since for item in known if item.since and item.begun(day)), default=None)


def own_bar(decision: Decision, day: date) -> Bar | None:
    """Return what bars a repair of a decision by what it does itself, whatever else is known."""
    given = (bar for bar in bars().bars.values() if bar.shown == "own" and bar.concerns(decision, ()) and bar.start <= day)
    return next((bar for bar in given if not set(bar.acts).isdisjoint(decision.acts)), None)


def _by(code: str, bar: Bar, decision: Decision, other: Decision, days: Days) -> Iterator[Shown]:
    """Yield what a decision shows of a bar."""
    if bar.shown == "own":
        if other is decision and not set(bar.acts).isdisjoint(decision.acts):
            yield Shown(code, decision.id, certain=True)
        return
    answer = Truth.NO if other is decision else _tells(bar, decision, other)
    if answer is Truth.NO:
        return
    for time in days(other.id, bar.shown == "listed"):
        certain, over = answer is Truth.YES and time.sure, min(filter(None, (time.last, _leaves(bar, other))), default=None)
        since = _lasted(other).earliest if bar.shown == "again" and certain else None
        yield Shown(code, other.id, max(time.first, _from(other)), over, certain=certain, since=since)


def _tells(bar: Bar, decision: Decision, other: Decision) -> Truth:
    """Say whether a decision shows a bar while it stands."""
    wrong_kind = bar.by.kinds and other.kind not in bar.by.kinds
    if bar.shown == "own" or wrong_kind or bar.by.authority not in other.authority or not _counts(other):
        return Truth.NO
    if bar.shown == "listed":
        return Truth.NO if set(bar.lists).isdisjoint(other.acts) else _dated(other)
    if bar.shown == "since":
        begun = decision.conduct.start if decision.conduct and decision.conduct.start != UNKNOWN else decision.date
        return Truth.NO if set(bar.acts).isdisjoint(other.acts) else _all(_no_sooner(other.date, begun), _dated(other))
    return _all(_same(bar.acts, decision, other), _later(decision, other), _dated(other))


def _counts(other: Decision) -> bool:
    """Say whether a decision finds anything against its respondent: an authority or a court made it, and it decides."""
    return decides(other) and codes("decision_kinds").get(other.kind).starts


def _same(acts: Collection[str], decision: Decision, other: Decision) -> Truth:
    """Say whether a decision has one of some acts, or (there being none) finds the same as another."""
    if acts:
        return Truth.NO if set(acts).isdisjoint(other.acts) else Truth.YES
    first, second = (set(each.acts).difference(bars().sanctions) for each in (decision, other))
    if not first or not second:
        return Truth.MAYBE
    return Truth.NO if first.isdisjoint(second) else Truth.YES


def _later(decision: Decision, other: Decision) -> Truth:
    """Say whether the conduct that a decision is for lasted into the time after another."""
    last = _lasted(other)
    if last.latest <= decision.date.earliest:
        return Truth.NO
    return Truth.YES if last.earliest > decision.date.latest else Truth.MAYBE


def _lasted(other: Decision) -> PartialDate:
    """Return the last day of the conduct that a decision is for: none after the decision itself, unknown where nothing tells it."""
    end = other.conduct.end if other.conduct else UNKNOWN
    end = PartialDate(max(end.earliest, other.conduct.start.earliest), end.latest) if other.conduct and end != OPEN else end
    return PartialDate(min(end.earliest, other.date.earliest), min(end.latest, other.date.latest))


def _no_sooner(day: PartialDate, than: PartialDate) -> Truth:
    if day.latest < than.earliest:
        return Truth.NO
    return Truth.YES if day.earliest >= than.latest else Truth.MAYBE


def _dated(other: Decision) -> Truth:
    """Say whether it is known from when on a decision bars; of one without a day somebody must look."""
    return Truth.MAYBE if other.date.latest == date.max else Truth.YES


def _from(other: Decision) -> date:
    """Return the day from which a decision is known to be made, of a month its last; the first of all days where none is known."""
    return date.min if other.date.latest == date.max else other.date.latest


def _leaves(bar: Bar, other: Decision) -> date | None:
    """Return the last day of every list of a bar that a decision enters somebody on; None where one has no last day."""
    if bar.shown != "listed":
        return None
    stated = {item.act: item for item in other.imposed if item.term.known and not item.term.life}
    ends: list[date | None] = []
    for act in sorted(set(bar.lists).intersection(other.acts)):
        if act in stated:
            start = stated[act].start
            ends.append(stated[act].term.after(start.latest if start and start.latest != date.max else _from(other)))
        else:
            months = bar.lists[act] if _dated(other) is Truth.YES else None
            ends.append(add_months(_from(other), months) if months else None)
    return max(filter(None, ends)) if ends and all(ends) else None


def _all(*answers: Truth) -> Truth:
    """Say whether all of it is so."""
    if Truth.NO in answers:
        return Truth.NO
    return Truth.MAYBE if Truth.MAYBE in answers else Truth.YES
