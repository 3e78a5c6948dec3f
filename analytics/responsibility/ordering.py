"""In which orders the corrections of a decision can be read, where what one says takes the place of what another said.

Invariants (tests/unit/test_analytics_corrections_ordering.py holds one test a number)
1. What corrects comes after what it corrects, whatever their days.
2. Of others the later comes after the earlier, where their days say for certain which that is.
3. Where nothing says which of two is later, each order is one in which the decision can be read: what they are called
   settles nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import permutations

from graph.dates import PartialDate

Order = tuple[str, ...]
Before = Callable[[str, str], bool]
_TOGETHER = 4
"""Of so many corrections every order is read; of more those in which each, of those whose place is open, comes first or last."""


def orders(days: Mapping[str, PartialDate], corrected: Mapping[str, Iterable[str]]) -> list[Order]:
    """Return the orders in which corrections can be read, at least one.

    Parameters
    ----------
    days : mapping of id to PartialDate
        The days of the corrections.
    corrected : mapping of id to ids
        What each of them corrects, of these; nothing comes back to itself.
    """
    above = {each: _above(each, corrected) for each in days}

    def before(one: str, other: str) -> bool:
        return one in above[other] or (other not in above[one] and days[one].latest < days[other].earliest)

    ids = sorted(days, key=lambda each: (days[each], each))
    if len(ids) <= _TOGETHER and (every := [each for each in permutations(ids) if _kept(each, before)]):
        return every
    free = [one for one in ids if any(one != other and not before(one, other) and not before(other, one) for other in ids)]
    found = [_sorted(ids, above, before, set())]
    for one in free:
        found.append(_sorted(ids, above, before, set(ids) - {one} - above[one]))
        found.append(_sorted(ids, above, before, {each for each in ids if each == one or one in above[each]}))
    return list(dict.fromkeys(found))


def _above(one: str, corrected: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Return what a correction corrects, and what that does."""
    found: dict[str, None] = {}
    waiting = list(corrected[one])
    while waiting:
        each = waiting.pop()
        if each not in found:
            found[each] = None
            waiting += corrected[each]
    return frozenset(found)


def _kept(order: Order, before: Before) -> bool:
    return not any(before(later, one) for place, one in enumerate(order) for later in order[place + 1 :])


def _sorted(ids: list[str], above: Mapping[str, frozenset[str]], before: Before, late: Collection[str]) -> Order:
    """Return an order in which whatever is to be late waits for all that may come before it; links prevail over days."""
    left, found = list(ids), list[str]()
    while left:
        able = [each for each in left if not any(before(other, each) for other in left)]
        able = able or [each for each in left if above[each].isdisjoint(left)]
        found.append(min(able, key=lambda each: each in late))
        left.remove(found[-1])
    return tuple(found)
