"""The city of `zeren synth` as numbers, for `bench/graph_speed.py`: the background with its offices, stakes, places and guarantees.

No peer knows partial dates or a register's own dates, so that a day here is the day itself, and a share that the city keeps to
itself is what the others leave. Scenarios that are planted in the city are left aside: they have people of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from graph.snapshot.columns import DESCRIBED, Columns, EdgeTable, Side
from graph.snapshot.days import STILL, number
from graph.snapshot.strings import Strings
from loaders.synthetic.city import settled
from loaders.synthetic.columns import OPEN, UNKNOWN
from loaders.synthetic.dealings import guarantees
from loaders.synthetic.ownership import Ownership, ownership
from loaders.synthetic.places import places
from loaders.synthetic.staff import TITLES, Posts, Staff, posts, staff
from loaders.synthetic.town import Town

OFFICES: Final = {"法定代表人": 1, "执行董事": 2, "董事长": 2, "董事": 2, "监事": 3, "经理": 4, "副总经理": 5, "财务负责人": 5}
CODES: Final = (
    "shareholding", "legal_representative", "director", "supervisor", "general_manager",
    "senior_manager", "address", "telephone", "guarantee",
)  # fmt: skip
KINDS: Final = ("", "company", "person", "address", "telephone")
FIRST: Final = number(date(1990, 1, 1))
NOW: Final = number(date(2026, 1, 31))
WHOLE: Final = 1_000_000
Ints = npt.NDArray[Any]


@dataclass(frozen=True)
class City:
    """Edges in any order: enterprises are nodes 0 to `enterprises`, people follow, then places; -1 is no share.

    `hidden` are the stakes whose share the city's register does not tell; enterprises from `background` on are not planted.
    """

    enterprises: int
    persons: int
    nodes: int
    background: int
    party: Ints
    subject: Ints
    code: Ints
    start: Ints
    end: Ints
    share: Ints
    hidden: Ints

    def columns(self, unknown: float = 0.0, seed: int = 1) -> Columns:
        """Return it as columns; with `unknown`, hidden shares are not told, and a part of the others only between bounds."""
        share, side = self.share, Side()
        if unknown:
            rng = np.random.default_rng(seed)
            chosen = np.flatnonzero((share >= 0) & (rng.random(len(share)) < unknown))
            chosen = np.setdiff1d(chosen, self.hidden)
            low = share[chosen] // 2
            share = share.copy()
            share[chosen], share[self.hidden] = low, -1
            days = np.stack([self.start, self.start, self.end, self.end] * 2, 1)[chosen].astype(np.uint16)
            bounds = np.stack([low, np.minimum(low * 2 + WHOLE // 10, WHOLE)], 1).astype(np.int32)
            side = Side(chosen, days, bounds, np.zeros(len(chosen), np.bool_))
        firms, people = self.enterprises, self.enterprises + self.persons
        names = Strings.of(f"{'E' if i < firms else 'P' if i < people else 'X'}{i}" for i in range(self.nodes))
        kinds = np.full(self.nodes, 3 | DESCRIBED, np.uint8)
        kinds[:people] = 2 | DESCRIBED
        kinds[:firms] = 1 | DESCRIBED
        table = EdgeTable(self.party, self.subject, self.code, self.start, self.end, share, side=side)
        return Columns.build(names, kinds, KINDS, CODES, table)


def make_city(enterprises: int, seed: int = 7) -> City:
    """Return the city of so many enterprises: some five edges an enterprise and two people of three."""
    made = settled(enterprises, seed)
    town = made.town
    people = staff(town, made.registry.people)
    persons = int(people.person.max()) + 1
    own = ownership(town, people)
    held, hidden = _held(town, people, own)
    parts = [held, _posts(town, people, posts(town, people, own.holding))]
    where, given = places(town, made.followed.again, []), guarantees(town)
    base = enterprises + persons
    told = town.founded[where.reached]
    lines = base + int(where.address.max()) + 1
    telephones, line = np.unique(where.telephone, return_inverse=True)
    parts += [
        _rows(base + where.address, where.seated, 6, where.since, where.until),
        _rows(lines + line, where.reached, 7, told, np.full(len(told), OPEN)),
        _rows(given.guarantor, given.debtor, 8, given.start, given.end),
    ]
    party, subject, code, start, end, share = (np.concatenate(column) for column in zip(*parts, strict=True))
    nodes = lines + len(telephones)
    return City(enterprises, persons, nodes, town.planted, party, subject, code, start, end, share, hidden)


def _rows(party: Ints, subject: Ints, code: Ints | int, start: Ints, end: Ints, share: Ints | int = -1) -> tuple[Ints, ...]:
    ends = np.where((end == OPEN) | (end == UNKNOWN), STILL, end.astype(np.int64) + FIRST)
    same = (np.broadcast_to(np.asarray(column, np.int64), len(party)) for column in (code, start + FIRST, ends, share))
    return party.astype(np.int64), subject.astype(np.int64), *same


def _posts(town: Town, people: Staff, held: Posts) -> tuple[Ints, ...]:
    """Return an edge an office: many a title stands for several."""
    parts = []
    for place, title in enumerate(TITLES):
        chosen = np.flatnonzero(held.title == place)
        slots = held.slots[chosen]
        for code in sorted({OFFICES.get(office, 5) for office in title.split("、")}):
            person, firm = town.size + people.person[slots], town.planted + people.firm[slots]
            parts.append(_rows(person, firm, code, held.start[chosen], held.end[chosen]))
    party, subject, code, start, end, share = (np.concatenate(column) for column in zip(*parts, strict=True))
    return party, subject, code, start, end, share


def _held(town: Town, people: Staff, own: Ownership) -> tuple[tuple[Ints, ...], Ints]:
    """Return stakes of people and of enterprises, and which of them the register does not tell."""
    stakes = own.corporate
    party = np.concatenate([town.size + people.person[own.slots], stakes.holder])
    subject = np.concatenate([town.planted + people.firm[own.slots], stakes.subject])
    start = np.concatenate([own.slot_start, own.corporate_start])
    end = np.concatenate([own.slot_end, np.full(len(stakes.holder), OPEN)])
    share = np.concatenate([own.slot_share, own.corporate_share]).astype(np.int64) * 100
    hidden = np.flatnonzero(share > WHOLE)
    share[hidden] = 0
    now = end == OPEN
    left = WHOLE - np.bincount(subject[now], share[now], town.size).astype(np.int64)
    open_ = hidden[now[hidden]]
    count = np.bincount(subject[open_], minlength=town.size)
    share[hidden] = (left // np.maximum(count, 1))[subject[hidden]]
    return _rows(party, subject, 0, start, end, share), hidden
