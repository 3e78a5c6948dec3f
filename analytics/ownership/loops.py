"""Circular holdings, and links through simple paths.

Invariants (tests/unit/test_ownership_control.py: 4, tests/unit/test_known_answers.py: close links)
1. A circuit is named once, from its smallest node; where there are more than the limit, `left_out` says so.
2. A close link is the sum over simple paths, exact; where the search was cut, `left` bounds what anybody's link could be larger by.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from analytics.ownership.stakes import Stakes
from analytics.ownership.thresholds import CLOSE_LINK, Threshold
from graph.dates import Truth
from graph.model import PPM
from graph.snapshot.numbers import check_node


@dataclass(frozen=True, slots=True)
class Loop:
    """Enterprises that hold each other in a circle: all of them, some circuits, and whether there are more."""

    nodes: tuple[int, ...]
    circuits: tuple[tuple[int, ...], ...]
    left_out: bool


def loops(stakes: Stakes, *, most_circuits: int = 100, most_steps: int = 100_000) -> list[Loop]:
    """Return every circular holding with its circuits, holder before held.

    Parameters
    ----------
    most_circuits, most_steps : int
        Circuits of one loop, and steps of the search for them, at most.
    """
    starts, order = stakes.parts
    found = []
    sizes = starts[1:] - starts[:-1]
    for part in (sizes > 1).nonzero()[0].tolist():
        nodes = tuple(sorted(order[starts[part] : starts[part + 1]].tolist()))
        found.append(Loop(nodes, *_circuits(stakes, set(nodes), most_circuits, most_steps)))
    own = stakes.holder[stakes.holder == stakes.subject].tolist()
    inside = {node for loop in found for node in loop.nodes}
    found += [Loop((node,), ((node,),), left_out=False) for node in dict.fromkeys(own) if node not in inside]
    return found


def _circuits(stakes: Stakes, nodes: set[int], most: int, most_steps: int) -> tuple[tuple[tuple[int, ...], ...], bool]:
    """Enumerate circuits from each smallest node, entering only larger ones that lead back to it."""
    held = {node: [subject for subject, *_ in stakes.held(node) if subject in nodes] for node in nodes}
    holders = {node: [holder for holder, *_ in stakes.row(node) if holder in nodes] for node in nodes}
    circuits: list[tuple[int, ...]] = []
    steps = 0
    for start in sorted(nodes):
        leading = _leading(start, holders)
        path, onward = [start], [iter(held[start])]
        while path:
            following = next(onward[-1], None)
            steps += 1
            if len(circuits) >= most or steps > most_steps:
                return tuple(circuits), True
            if following is None:
                path.pop()
                onward.pop()
            elif following == start:
                circuits.append(tuple(path))
            elif following in leading and following not in path:
                path.append(following)
                onward.append(iter(held[following]))
    return tuple(circuits), False


def _leading(start: int, holders: dict[int, list[int]]) -> set[int]:
    """Return the nodes, none smaller than `start`, from which it is reached."""
    found, waiting = {start}, [start]
    while waiting:
        for other in holders[waiting.pop()]:
            if other >= start and other not in found:
                found.add(other)
                waiting.append(other)
    return found


@dataclass(frozen=True, slots=True)
class Link:
    """A holding by simple paths, in ppm: the sum over the paths walked by least and by greatest shares, the latter with `left`."""

    subject: int
    least: Fraction
    most: Fraction
    answer: Truth


@dataclass(frozen=True, slots=True)
class Links:
    """The links of one party, largest first, and the ppm by which a link, or one that is not listed, could be larger."""

    found: tuple[Link, ...]
    left: Fraction


def close_links(
    stakes: Stakes, holder: int, threshold: Threshold = CLOSE_LINK, *, cut_ppm: float = 0.0, most_steps: int = 1_000_000
) -> Links:
    """Return whom a party is closely linked to: the products of shares over simple paths, added up, meet a threshold.

    On a loop this is less than integrated ownership, which walks around it again and again; the two are different measures.

    Parameters
    ----------
    cut_ppm : float
        A path under it is not followed; what it could carry is in `left`.
    most_steps : int
        Steps at most; what is not followed then is in `left`.

    Raises
    ------
    InputError
        There is no node of that number.
    """
    check_node(len(stakes), holder)
    low: dict[int, Fraction] = {}
    high: dict[int, Fraction] = {}
    cut = Fraction(0)
    path, carried = [holder], [(Fraction(1), Fraction(1))]
    onward = [iter(stakes.held(holder))]
    steps = 0
    while path:
        following = next(onward[-1], None)
        if following is None:
            path.pop()
            carried.pop()
            onward.pop()
            continue
        subject, least, most = following
        if subject in path:
            continue
        steps += 1
        low_on, high_on = carried[-1][0] * Fraction(least, PPM), carried[-1][1] * Fraction(most, PPM)
        low[subject] = low.get(subject, Fraction(0)) + low_on
        high[subject] = high.get(subject, Fraction(0)) + high_on
        if high_on * PPM < Fraction(cut_ppm) or steps > most_steps:
            cut += high_on if stakes.by_holder[0][subject] != stakes.by_holder[0][subject + 1] else 0
            continue
        path.append(subject)
        carried.append((low_on, high_on))
        onward.append(iter(stakes.held(subject)))
    found = []
    for subject in low:
        bounds = low[subject] * PPM, (high[subject] + cut) * PPM
        found.append(Link(subject, *bounds, threshold.answer(*bounds)))
    met = sorted((link for link in found if link.answer is not Truth.NO), key=lambda link: (-link.least, link.subject))
    return Links(tuple(met), cut * PPM)
