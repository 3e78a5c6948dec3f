"""Since when a restriction binds without a break, whichever of its grounds carried it meanwhile.

Invariants (tests/unit/test_lifecycle_unbroken.py holds one test a number)
1. The first day is that on which one of the grounds began to bind and since which on every day one did; a pause breaks nothing.
2. A first day that is not known is not guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from analytics.lifecycle.ground import Life, day_said
from analytics.lifecycle.table import Table

_A_DAY: Final = timedelta(days=1)


class Stretch(NamedTuple):
    """Days on which something binds, both included."""

    first: date
    last: date


def stretches(own: Callable[[date], Life], others: Iterable[Callable[[date], Life]], happened: Iterable[date], day: date,
              table: Table) -> Iterator[Stretch]:  # fmt: skip
    """Yield the days up to a day on which a ground binds.

    Parameters
    ----------
    own : callable
        Tells the life of the ground on a day.
    others : iterable of callable
        Tell the lives on which that depends: those on the enterprise to which it is accessory.
    happened : iterable of date
        The days on which something happened to any of them.
    day : date
        The last day to look at.
    table : Table
        The transitions.
    """
    known = sorted(each for each in turns((own, *others), {each for each in happened if each <= day} | {day}) if each <= day)
    for place, first in enumerate(known):
        if _binds(own(first), first, table):
            yield Stretch(first, known[place + 1] - _A_DAY if place + 1 < len(known) else day)


def turns(lives: Iterable[Callable[[date], Life]], happened: Iterable[date]) -> set[date]:
    """Return every day from which something may stand otherwise than the day before, the first of all days included.

    Parameters
    ----------
    lives : iterable of callable
        Tell the lives on which it depends on a day.
    happened : iterable of date
        The days on which something happened to any of them.
    """
    asked = {date.min, *happened}
    return asked.union(*(_turns(tell(on)) for tell in lives for on in asked))


def _turns(life: Life) -> set[date]:
    """Return the days from which a life may be another, without anything happening."""
    over = day_said(life.until)
    after = {over + _A_DAY} if over and over < date.max else set()
    return after | {each for each in (life.start, life.again) if each}


def _binds(life: Life, day: date, table: Table) -> bool:
    return table.stages[life.stage].binds and (life.stands_from or date.min) <= day


def first_day(known: Iterable[Stretch], day: date) -> date | None:
    """Return the first of the days up to a day that are covered without a gap; the day itself must be. None if it is not known."""
    first = day + _A_DAY
    for stretch in sorted(known, key=lambda each: each.last, reverse=True):
        if stretch.last < first - _A_DAY:
            break
        first = min(first, stretch.first)
    return first if first > date.min else None
