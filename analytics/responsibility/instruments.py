"""Instruments, their levels, and what a level may carry: the hierarchy gate.

Invariants (tests/unit/test_analytics_instruments.py holds one test a number)
1. A measure is carried by an instrument whose level may carry its nature, and by nothing else; the article that names the role is
   of an instrument that may carry something.
2. What stands above an instrument is a known instrument of no lower level, and nothing stands above itself, by whatever detour.
3. All of it is told at once: neither an unknown level nor a value of the wrong kind hides anything else that is wrong.
4. An article that nobody read carries what its level may carry, and shows nothing: it is never among those that were read.
5. An article carries nothing by a day before its instrument was in force; a rule that nothing ever carries while it is in force is
   refused, and one that is carried only later than it begins is in doubt.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, Literal, Self

from pydantic import ValidationError, model_validator

from analytics.responsibility.partial import Model
from analytics.responsibility.rule_format import Clause, Rule
from analytics.responsibility.rule_measures import WEAK, BasisRef, MeasureRule, Nature
from analytics.responsibility.rule_terms import Day
from analytics.responsibility.said import Label


class Level(Model):
    """What instruments of one level may carry; `disabled` levels start nothing at all."""

    carries: tuple[Nature, ...] = ()
    disabled: bool = False
    label: Label
    note: str = ""


class Instruments(Model):
    """Levels of instruments, highest first, the instruments (name -> level), what is above some, and since when they are law."""

    levels: Mapping[str, Level]
    instruments: Mapping[str, str]
    superior: Mapping[str, tuple[str, ...]] = {}
    since: Mapping[str, Day] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [*problems_of(self.levels, self.instruments, self.superior), *_undated(self.since, self.instruments)]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def level(self, basis: BasisRef) -> Level:
        """Return the level of the instrument of a basis."""
        return self.levels[self.instruments[basis.instrument]]

    def knows(self, bases: Iterable[BasisRef]) -> bool:
        """Say whether all of them are instruments of a known level: in a file with errors of its own some may not be."""
        return all(self.instruments.get(basis.instrument) in self.levels for basis in bases)

    def carrying(self, measure: MeasureRule) -> list[BasisRef]:
        """Return the bases of a measure whose level may carry its nature."""
        return [basis for basis in measure.basis if measure.nature in self.level(basis).carries]

    def first_day(self, basis: BasisRef) -> date:
        """Return the first day of the instrument of a basis; the first of all days where none is on record."""
        return self.since.get(basis.instrument) or date.min

    def in_force(self, bases: Iterable[BasisRef], by: date) -> tuple[BasisRef, ...]:
        """Return the bases whose instrument was in force by a day."""
        return tuple(basis for basis in bases if self.first_day(basis) <= by)

    def dated(self, measure: MeasureRule, by: date) -> MeasureRule:
        """Return a measure with the bases alone that were in force by a day."""
        bases = self.in_force(measure.basis, by)
        return measure if len(bases) == len(measure.basis) else measure.model_copy(update={"basis": bases})

    def carried_from(self, measure: MeasureRule) -> date:
        """Return the first day on which a basis of sufficient level carries a measure; the last of all days where none does."""
        return min((self.first_day(basis) for basis in self.carrying(measure)), default=date.max)

    def read(self, measure: MeasureRule) -> list[BasisRef]:
        """Return those of them whose text somebody read, in the official version or in a copy."""
        return [basis for basis in self.carrying(measure) if (basis.evidence or "not_read") not in WEAK]

    def names(self, clause: Clause, by: date = date.max) -> bool:
        """Say whether an instrument that may carry anything, in force by a day, names whom a clause reaches.

        Where the clause cites none it is the instrument of the measure that does.
        """
        return not clause.basis or any(self.level(basis).carries for basis in self.in_force(clause.basis, by))

    def gap(
        self, clause: Clause, measures: Iterable[MeasureRule], by: date = date.max
    ) -> Literal["", "basis_missing", "basis_unread"]:
        """Return what holds measures back at the gate: nothing may carry one, or name the role, or nobody read what may."""
        asked = [*measures]
        if not self.names(clause, by) or not all(self.carrying(measure) for measure in asked):
            return "basis_missing"
        return "" if all(self.read(measure) for measure in asked) else "basis_unread"


def partly(content: Mapping[str, Any]) -> Instruments:
    """Return what can be read of a file with errors: levels that are right, and instruments of these."""
    levels: dict[str, Level] = {}
    for name, level in _table(content.get("levels")).items():
        with suppress(ValidationError):
            levels[name] = Level.model_validate(level)
    given = _table(content.get("instruments"))
    named = {name: level for name, level in given.items() if isinstance(level, str) and level in levels}
    since = {name: day for name, day in _table(content.get("since")).items() if isinstance(day, date)}
    return Instruments.model_construct(levels=levels, instruments=named, superior={}, since=since)


def late(rule: Rule, instruments: Instruments) -> Iterator[tuple[str, date, bool]]:
    """Yield each field of a rule in use whose articles are younger than it: the field, their first day, whether too young.

    Too young are those that came into force after the rule had ended.
    """
    if rule.disabled or rule.in_force.start is None:
        return
    used = {name for clause in rule.clauses if not clause.disabled for name in clause.measures}
    days = {
        f"measures.{measure.id}.basis": instruments.carried_from(measure)
        for measure in rule.measures
        if measure.id in used and instruments.knows(measure.basis) and instruments.carrying(measure)
    }
    days |= {f"clauses.{clause.id}.basis": _earliest(clause, instruments) for clause in rule.clauses if not clause.disabled}
    for field, day in days.items():
        if day > rule.in_force.start:
            yield field, day, day > (rule.in_force.until or date.max)


def _earliest(clause: Clause, instruments: Instruments) -> date:
    return min((instruments.first_day(basis) for basis in clause.basis), default=date.min)


def problems_in(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield what contradicts itself in a file with errors of its own; a value of the wrong kind hides nothing else."""
    superior = {
        name: [other for other in above if isinstance(other, str)]
        for name, above in _table(content.get("superior")).items()
        if isinstance(above, list)
    }
    levels = content.get("levels")
    if isinstance(levels, dict):
        yield from problems_of(levels, _table(content.get("instruments")), superior)
    yield from _undated(_table(content.get("since")), _table(content.get("instruments")))


def _undated(since: Mapping[str, Any], instruments: Mapping[str, Any]) -> Iterator[str]:
    """Name what has a first day and is no instrument, and what has an entry without a day."""
    yield from (f"since.{name}: no instrument {name!r}" for name in since if name not in instruments)
    yield from (f"since.{name}: has no day; leave it out where none is known" for name, day in since.items() if day is None)


def _table(given: object) -> dict[str, Any]:
    return {key: value for key, value in given.items() if isinstance(key, str)} if isinstance(given, dict) else {}


def problems_of(levels: Collection[str], instruments: Mapping[str, Any], superior: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Yield what contradicts itself: a level that is none, what stands above an instrument and may not.

    A cycle comes first: what is of a lower level in it is so because of the cycle.
    """
    yield from (f"superior: {' -> '.join(cycle)} is a cycle" for cycle in _cycles(superior))
    unknown = {name: level for name, level in instruments.items() if isinstance(level, str) and level not in levels}
    yield from (f"instruments.{name}: no level {level!r} in `levels`" for name, level in unknown.items())
    rank = {level: place for place, level in enumerate(levels)}
    rank_of = {name: rank[level] for name, level in instruments.items() if isinstance(level, str) and level in rank}
    for name, above in superior.items():
        yield from (f"superior.{name}: no instrument {other!r}" for other in (name, *above) if other not in instruments)
        for other in above:
            if name in rank_of and rank_of.get(other, -1) > rank_of[name]:
                yield f"superior.{name}: {other} is of a lower level"


def _cycles(superior: Mapping[str, Collection[str]]) -> Iterator[tuple[str, ...]]:
    """Yield one shortest cycle of every knot of names that stand above each other, from the first of its names on.

    Not every cycle: a dense table has more of them than anybody could read. The time is that of a few walks over the table.
    """
    left = _knotted({name: {other for other in above if other in superior} for name, above in superior.items()})
    below: dict[str, set[str]] = {name: set() for name in left}
    for name, above in left.items():
        for other in above:
            below[other].add(name)
    told: set[str] = set()
    for name in sorted(left):
        if name not in told and (cycle := _round(name, left)):
            told |= _reached(name, left) & _reached(name, below)
            yield cycle


def _knotted(superior: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """Return what is left of the table when whatever has nothing above it is taken away, again and again."""
    waiting_for = {name: len(above) for name, above in superior.items()}
    below: dict[str, list[str]] = {name: [] for name in superior}
    for name, above in superior.items():
        for other in above:
            below[other].append(name)
    free = [name for name, count in waiting_for.items() if not count]
    gone: set[str] = set()
    while free:
        name = free.pop()
        gone.add(name)
        for other in below[name]:
            waiting_for[other] -= 1
            free += [] if waiting_for[other] else [other]
    return {name: [other for other in sorted(above) if other not in gone] for name, above in superior.items() if name not in gone}


def _round(start: str, superior: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Return a shortest way from a name back to itself, empty where there is none."""
    came: dict[str, str] = {}
    waiting = [start]
    for name in waiting:
        for other in superior.get(name, ()):
            if other == start:
                way = [start, name]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return tuple(reversed(way)) if name != start else (start, start)
            if other not in came:
                came[other] = name
                waiting.append(other)
    return ()


def _reached(start: str, superior: Mapping[str, Collection[str]]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        new = set(superior.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found
