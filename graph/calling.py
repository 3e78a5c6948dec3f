"""By which of its names somebody is called: the one that is borne now, or was on a day.

Invariants (tests/unit/test_graph_calling.py holds one test a number)
1. A name that ended is a former one as long as another follows it, also where nobody told the days: it is not shown for the current
   one, and no namesake is found by it.
2. On a day in the past, the name that was borne then is shown; where the days do not tell, the current one.
3. Of several that are borne at one time the first is shown, and all of them are current: two sources may differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from graph.dates import OPEN, PartialDate, Truth
from graph.model import Name


def current_names(names: Sequence[Name], day: date | None = None) -> tuple[Name, ...]:
    """Return the names that are borne now, or on a day: the full ones, else those of any kind but former ones, else all.

    Where every name ended, the one that certainly was borne last is current.
    """
    full = [name for name in names if name.kind == "full"] or [name for name in names if name.kind != "former"] or list(names)
    if day is not None:
        then = PartialDate.on(day)
        full = [name for name in full if name.period.holds_on(then) is not Truth.NO] or full
    ends = [name.period.end.earliest for name in full]
    last = max(ends, default=OPEN.earliest)
    return tuple(name for name, end in zip(full, ends, strict=True) if end == last)


def former_names(names: Sequence[Name]) -> tuple[str, ...]:
    """Return what was borne and is no more, in order: names that are told to be former ones, and full names that ended."""
    now = {name.text for name in current_names(names)}
    gone = (name for name in names if name.kind == "former" or (name.kind == "full" and name.period.end != OPEN))
    return tuple(dict.fromkeys(name.text for name in gone if name.text not in now))


def called(names: Sequence[Name], day: date | None = None) -> str:
    """Return the name to show, empty where there is none."""
    return next((name.text for name in current_names(names, day)), "")
