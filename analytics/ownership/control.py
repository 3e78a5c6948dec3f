"""Control: who decides, by votes added up over everything that he controls already.

Invariants (tests/unit/test_ownership_control.py holds one test a number)
1. What somebody controls is the least set that holds with the rule: an enterprise is in it exactly where he, those who act in
   concert with him, and the set hold enough of it together.
2. Each step of a proof names holders that were controlled before, whose least shares sum up to enough.
3. For everybody at once the head of a group is the one that controls it and is controlled by nobody.
4. A chain that holds its own head, and circular holdings, are named with their circuits; a limit says what it left out.
5. An enterprise that is only controlled if shares that are not known are large is `possible`, never controlled.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from analytics.ownership.control_kernels import control_heads
from analytics.ownership.stake_kernels import closure
from analytics.ownership.stakes import Flag, Stakes
from analytics.ownership.thresholds import CN_CONTROL, Threshold
from graph.errors import InputError
from graph.model import PPM
from graph.snapshot.columns import Columns
from graph.snapshot.days import window
from graph.snapshot.numbers import check_node
from graph.snapshot.rows import LEGAL, YES, truth
from graph.snapshot.walk import Asked

CONCERT = "acting_in_concert"
"""The interest of two who have agreed to vote as one."""


@dataclass(frozen=True, slots=True)
class Step:
    """One enterprise that is controlled: its holders within the group, with their least shares, and what these sum up to."""

    subject: int
    holders: tuple[tuple[int, int], ...]
    votes_ppm: int


@dataclass(frozen=True, slots=True)
class Controlled:
    """What a party, or several who act in concert, control.

    Attributes
    ----------
    group : tuple of int
        Who was asked about.
    steps : tuple of Step
        What they certainly control; each rests on those before it.
    possible : tuple of int
        What they control only if shares that are not known are large enough.
    votes : mapping
        Node -> least ppm that the group holds of everything it holds anything of.
    """

    group: tuple[int, ...]
    steps: tuple[Step, ...]
    possible: tuple[int, ...]
    votes: dict[int, int]

    @property
    def nodes(self) -> tuple[int, ...]:
        """What is certainly controlled, in the order of the proof."""
        return tuple(step.subject for step in self.steps)


def controlled(stakes: Stakes, group: Iterable[int], threshold: Threshold = CN_CONTROL) -> Controlled:
    """Return everything that a party controls, alone or (several) together.

    Parameters
    ----------
    stakes : Stakes
        Who holds what.
    group : iterable of int
        One party, or several who act in concert.
    threshold : Threshold
        When votes are enough.

    Raises
    ------
    InputError
        There is no node of that number.
    """
    who = tuple(dict.fromkeys(group))
    for node in who:
        check_node(len(stakes), node)
    steps, votes = _spread(stakes, who, threshold, most=False)
    nodes = {step.subject for step in steps}
    wider, _ = _spread(stakes, who, threshold, most=True)
    possible = tuple(step.subject for step in wider if step.subject not in nodes)
    return Controlled(who, tuple(steps), possible, votes)


def _spread(stakes: Stakes, group: Sequence[int], threshold: Threshold, *, most: bool) -> tuple[list[Step], dict[int, int]]:
    """Return what is controlled, and all votes; with `most`, were every share as large as it may be beside those of others."""
    inside, waiting = set(group), deque(group)
    holders: dict[int, list[tuple[int, int]]] = {}
    votes: dict[int, int] = {}
    left: dict[int, int] = {}
    steps: list[Step] = []
    while waiting:
        node = waiting.popleft()
        for subject, low, high in stakes.held(node):
            share = high if most else low
            if not share:
                continue
            holders.setdefault(subject, []).append((node, share))
            votes[subject] = votes.get(subject, 0) + share
            if most:
                left[subject] = (left[subject] if subject in left else _left(stakes, subject)) + low
            if subject not in inside and threshold.met(min(votes[subject], left.get(subject, PPM))):
                inside.add(subject)
                waiting.append(subject)
                steps.append(Step(subject, tuple(holders[subject]), votes[subject]))
    return steps, votes


def _left(stakes: Stakes, subject: int) -> int:
    """Return what nobody certainly holds of an enterprise; all of it where what is stated is more than the whole."""
    total = sum(low for _, low, _ in stakes.row(subject))
    return PPM - total if total <= PPM else PPM


@dataclass(frozen=True, slots=True)
class Chain:
    """Who controls (one, or several in concert) with nobody behind him who does too, and the steps that the last one rests on.

    `votes_ppm` are all that they certainly have in the enterprise; a step has as many of its holders as were enough. Who controls
    it only if shares that are not known are large enough is not `certain`, and has no steps.
    """

    controllers: tuple[int, ...]
    steps: tuple[Step, ...]
    votes_ppm: int
    certain: bool = True


def proof(found: Controlled, subject: int) -> tuple[Step, ...]:
    """Return the steps that the control of one enterprise rests on, itself last; empty where it is not controlled."""
    by_subject = {step.subject: step for step in found.steps}
    needed, waiting = set(), [subject]
    while waiting:
        node = waiting.pop()
        if node in by_subject and node not in needed:
            needed.add(node)
            waiting += [holder for holder, _ in by_subject[node].holders]
    return tuple(step for step in found.steps if step.subject in needed)


def ultimate_controllers(
    stakes: Stakes,
    subject: int,
    threshold: Threshold = CN_CONTROL,
    *,
    concert: Sequence[Sequence[int]] = (),
    maybe_concert: Sequence[Sequence[int]] = (),
    most_candidates: int = 2_000,
) -> tuple[Chain, ...]:
    """Return who controls an enterprise, with nobody behind him who controls it too, each with the chain that proves it.

    After them stand those who only may control it, with nobody behind them who may too.

    Parameters
    ----------
    stakes : Stakes
        Who holds what.
    subject : int
        The enterprise.
    threshold : Threshold
        When votes are enough.
    concert : sequence of groups
        Who acts in concert (see `concert_groups`): asked about together.
    maybe_concert : sequence of groups
        Who may act in concert, those who do included: asked about together for who only may control it.
    most_candidates : int
        Parties above the enterprise at most.

    Raises
    ------
    InputError
        More parties stand above it, or there is no node of a number.
    """
    for node in (subject, *(node for group in (*concert, *maybe_concert) for node in group)):
        check_node(len(stakes), node)
    nodes, *_ = closure(stakes.begin, stakes.holder, subject, most_candidates)
    if len(nodes) > most_candidates:
        raise InputError(
            f"more than {most_candidates} parties stand above the enterprise, too many to try who controls it: "
            "its owners, its group and its holders by share can be asked for",
            zh=f"该企业上方有 {most_candidates} 个以上的持有人，无法逐一核对由谁控制："
            "可改看其所有人、同一控制下的各方，或按持股比例筛选后展开",
        )
    above, place = stakes_within(stakes, nodes), {int(node): i for i, node in enumerate(nodes)}

    @cache
    def asked(group: _Group) -> Controlled:
        return controlled(above, [place[each] for each in group if each in place], threshold)

    certain = _certain(subject, nodes, _together(concert, {subject}), asked)
    apart = {subject, *(node for group in certain for node in group)}
    possible = _possible(subject, nodes, (_together(concert, apart), _together(maybe_concert or concert, apart)), asked, certain)
    votes = {group: asked(group).votes.get(place[subject], 0) for group in (*certain, *possible)}
    proofs = {group: tuple(_named(step, nodes) for step in proof(asked(group), place[subject])) for group in certain}
    return (
        *(Chain(group, proofs[group], votes[group]) for group in certain),
        *(Chain(group, (), votes[group], certain=False) for group in possible),
    )


_Group = tuple[int, ...]
_Asked = Callable[[_Group], Controlled]


def _together(groups: Sequence[Sequence[int]], apart: AbstractSet[int]) -> dict[int, _Group]:
    """Return with whom each acts in concert, himself included; what acts so with its own parent is controlled by the others."""
    kept = (tuple(each for each in group if each not in apart) for group in groups)
    return {member: group for group in kept for member in group}


def _certain(subject: int, nodes: npt.NDArray[np.int32], together: Mapping[int, _Group], asked: _Asked) -> list[_Group]:
    """Return who certainly controls, first who acts together, then each alone; nobody is named twice."""
    alone = [(int(node),) for node in nodes if int(node) != subject]
    groups = dict.fromkeys((*(together.get(node, (node,)) for (node,) in alone), *alone))
    reach = {group: _reached(asked(group), nodes, certain=True) for group in groups}
    found: list[_Group] = []
    for group in groups:
        if subject not in reach[group] or any(not set(group).isdisjoint(other) for other in found):
            continue
        # Whoever stands behind one of several in concert makes way for nobody by it, unless he controls the enterprise too.
        behind = (other for other in groups if other != group and subject in reach[other] and set(group) & reach[other])
        if all(set(other) & reach[group] for other in behind):
            found.append(group)
    return found


def _possible(
    subject: int,
    nodes: npt.NDArray[np.int32],
    concert: tuple[Mapping[int, _Group], Mapping[int, _Group]],
    asked: _Asked,
    certain: Sequence[_Group],
) -> list[_Group]:
    """Return who only may control: who may act in concert, who does, and each alone; `certain` are those who do control.

    One makes way for whoever may control him and the enterprise too, and for those with whom he certainly acts in concert; several
    make way only for whoever certainly controls all of them that he is not himself. A pact that only may hold takes nobody's place.
    """
    alone = [(int(node),) for node in nodes if int(node) != subject]
    does, may = ([each.get(node, (node,)) for (node,) in alone] for each in concert)
    named = {node for group in certain for node in group}
    units = {group: _reached(asked(group), nodes, certain=False) for group in (*certain, *does, *alone)}
    surely = {group: _reached(asked(group), nodes, certain=True) for group in units}
    able = {group: frozenset(group) for group, reach in units.items() if subject in reach}
    found: list[_Group] = []
    for group in dict.fromkeys((*may, *does, *alone)):
        who = frozenset(group)
        mine = units[group] if group in units else _reached(asked(group), nodes, certain=False)
        if subject not in mine or not named.isdisjoint(who) or subject in surely.get(group, ()):
            continue
        if any(who < able[other] for other in found if other in able):
            continue
        reach = units if len(group) == 1 else surely
        behind = (other for unit, other in able.items() if who - other <= reach[unit])
        if not any(not who <= other and mine.isdisjoint(other) for other in behind):
            found.append(group)
    return found


def _reached(found: Controlled, nodes: npt.NDArray[np.int32], *, certain: bool) -> set[int]:
    """Return what is controlled, or at least may be, by the numbers of the whole graph."""
    return {int(nodes[node]) for node in (found.nodes if certain else (*found.nodes, *found.possible))}


def _named(step: Step, nodes: npt.NDArray[np.int32]) -> Step:
    return Step(int(nodes[step.subject]), tuple((int(nodes[holder]), share) for holder, share in step.holders), step.votes_ppm)


def stakes_within(stakes: Stakes, nodes: npt.NDArray[np.int32]) -> Stakes:
    """Return the stakes among some nodes only, numbered as they stand in `nodes`; each row must be within them or is cut."""
    number = {int(node): i for i, node in enumerate(nodes)}
    begin, places, holder = [0], [], []
    for node in nodes.tolist():
        for place in range(stakes.begin[node], stakes.begin[node + 1]):
            other = number.get(int(stakes.holder[place]))
            if other is not None:
                places.append(place)
                holder.append(other)
        begin.append(len(places))
    chosen = np.array(places, np.int64)
    return Stakes(
        np.array(begin, np.int32), np.array(holder, np.int32), stakes.least[chosen], stakes.most[chosen], stakes.flags[nodes]
    )


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of control in the whole graph.

    Attributes
    ----------
    head : int32 array
        Of each node who stands at the top of its group; the node itself where nobody certainly controls it.
    circular : bool array
        Of each head whether its own group holds enough of it: nobody outside decides.
    flags : uint8 array
        `Flag` of each node.
    """

    head: npt.NDArray[np.int32]
    circular: npt.NDArray[np.bool_]
    flags: npt.NDArray[np.uint8]

    @property
    def undecided(self) -> npt.NDArray[np.bool_]:
        """Nodes whose shares sum over 100 %: more than one could control them, and one of those is named."""
        return np.asarray((self.flags & Flag.OVER_FULL) != 0)

    def members(self, head: int) -> npt.NDArray[np.intp]:
        """Return the nodes of a head's group, itself included; raises `InputError` where there is no node of that number."""
        check_node(len(self.head), head)
        return np.flatnonzero(self.head == head)


def control_groups(stakes: Stakes, threshold: Threshold = CN_CONTROL) -> Groups:
    """Return the control groups of the whole graph, in one pass.

    Raises
    ------
    InputError
        Under a half, several could control one enterprise: ask `controlled` for each party instead.
    """
    enough = threshold.share_ppm if threshold.inclusive else threshold.share_ppm + 1
    if enough <= PPM // 2:
        raise InputError(
            "control groups need a threshold over one half: two parties can each hold one half or less",
            zh="划分控制集团须以过半数为标准：半数或以下可能同时有两方达到",
        )
    nodes, room = len(stakes), len(stakes.holder)
    head, circular = np.arange(nodes, dtype=np.int32), np.zeros(nodes, np.bool_)
    votes = (np.empty(room, np.int32), np.empty(room, np.int64), np.zeros(nodes, np.int32), np.empty(nodes, np.int32))
    marks = (stakes.held_at_all, circular)
    control_heads((stakes.begin, stakes.holder, stakes.least), stakes.parts, enough, marks, votes, head)
    return Groups(head, circular, stakes.flags)


def concert_groups(columns: Columns, asked: Asked = None, *, timeline: int = LEGAL, least: int = YES) -> list[list[int]]:
    """Return who acts in concert on a day: connected groups of two and more, in the order of their nodes.

    Parameters
    ----------
    columns : Columns
        The graph.
    asked : date, PartialDate, Period or None
        When.
    timeline : int
        `LEGAL` or `REGISTERED`.
    least : int
        `MAYBE` to join those, too, who only may act in concert on that day.
    """
    key = (CONCERT, asked, timeline)
    pacts: tuple[tuple[int, int, int], ...] = columns.remembered(key, lambda: _pacts(columns, asked, timeline))
    joined: dict[int, int] = {}

    def top(node: int) -> int:
        while joined.setdefault(node, node) != node:
            node = joined[node]
        return node

    for party, other, held in pacts:
        if held >= least:
            first, second = sorted((top(party), top(other)))
            joined[second] = first
    groups: dict[int, list[int]] = {}
    for node in sorted(joined):
        groups.setdefault(top(node), []).append(node)
    return [group for group in groups.values() if len(group) > 1]


def _pacts(columns: Columns, asked: Asked, timeline: int) -> tuple[tuple[int, int, int], ...]:
    """Return every two of whom it is stated that they act in concert, and whether they did: 0 no, 1 maybe, 2 yes."""
    if CONCERT not in columns.codes:
        return ()
    arrays, when, wanted = columns.arrays, tuple(window(asked)), columns.codes.index(CONCERT)
    rows, subjects = columns.rows(), columns.subjects()
    places = np.flatnonzero((rows["what"] & 255) == wanted).tolist()
    return tuple((int(rows[at]["other"]), int(subjects[at]), int(truth(rows[at], arrays, timeline, when))) for at in places)
