"""What rules are to each other: versions of one id by their days, and which is milder than which.

A file of thousands of entries is checked in the time that its length asks for; a pair is looked at only where it is told.

Invariants (tests/unit/test_analytics_rule_versions.py holds one test a number)
1. Every two versions with a day in common are found, once, at the one that begins later; the same version twice is no pair.
2. At each entry no more than three others are told, or one and how many more, so that what is told grows no faster than the file.
3. Milder than itself is whatever leads back to itself, directly or through others, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from heapq import heappop, heappush
from itertools import islice
from typing import Final, NamedTuple

TOLD: Final = 3
"""So many others are told at an entry one by one."""


class Span(NamedTuple):
    """The first and last day of a version."""

    version: str
    first: date
    last: date


class Overlap(NamedTuple):
    """Two entries of one id with a day in common, by their places, and how many more have one with the later."""

    earlier: int
    later: int
    more: int = 0


def overlaps(spans: Sequence[Span]) -> list[Overlap]:
    """Return what overlaps among the entries of one id, in their order."""
    found = [overlap for place, others, count in _in_force_before(spans) for overlap in _told(place, others, count)]
    return sorted(found, key=lambda overlap: (overlap.later, overlap.earlier))


def _told(place: int, others: Sequence[int], count: int) -> list[Overlap]:
    if count > TOLD:
        return [Overlap(others[0], place, count - 1)]
    return [Overlap(other, place) for other in others]


def _in_force_before(spans: Sequence[Span]) -> Iterator[tuple[int, list[int], int]]:
    """Yield each entry with the first of the other versions that are in force when it begins, and their number."""
    lasting: dict[str, dict[int, None]] = {}  # version -> its entries that are in force on the day looked at
    ending: list[tuple[date, int]] = []
    for first, place in sorted((span.first, place) for place, span in enumerate(spans) if span.first <= span.last):
        while ending and ending[0][0] < first:
            _, over = heappop(ending)
            left = lasting[spans[over].version]
            del left[over]
            if not left:
                del lasting[spans[over].version]
        version = spans[place].version
        beside = (other for name, entries in lasting.items() if name != version for other in entries)
        yield place, [*islice(beside, TOLD)], len(ending) - len(lasting.get(version, ()))
        lasting.setdefault(version, {})[place] = None
        heappush(ending, (spans[place].last, place))


def circles(milder: Mapping[str, Iterable[str]]) -> set[str]:
    """Return every rule that is milder than itself, directly or through others (rule -> those than which it is milder)."""
    below = {name: sorted(others) for name, others in milder.items()}
    above: dict[str, list[str]] = {}
    for name, others in below.items():
        for other in others:
            above.setdefault(other, []).append(name)
    found: set[str] = set()
    settled: set[str] = set()
    for start in reversed(_last_first(below)):  # from the last on, what leads to a rule and is not settled is of its knot
        knot = _reached(start, above, settled)
        if len(knot) > 1 or start in below.get(start, ()):
            found |= knot
    return found


def _last_first(below: Mapping[str, Sequence[str]]) -> list[str]:
    """Return every rule, after all those to which it leads."""
    order: list[str] = []
    seen: set[str] = set()
    for start in below:
        way = [] if start in seen else [(start, iter(below[start]))]
        seen.add(start)
        while way:
            name, others = way[-1]
            other = next((one for one in others if one not in seen), None)
            if other is None:
                order.append(name)
                way.pop()
            else:
                seen.add(other)
                way.append((other, iter(below.get(other, ()))))
    return order


def _reached(start: str, above: Mapping[str, Iterable[str]], settled: set[str]) -> set[str]:
    """Return what leads to a rule and was not settled before, the rule among it, and settle it."""
    if start in settled:
        return set()
    settled.add(start)
    found, waiting = {start}, [start]
    while waiting:
        new = {name for name in above.get(waiting.pop(), ()) if name not in settled}
        settled |= new
        found |= new
        waiting += new
    return found
