"""Planted networks in the background, each beside innocent ones that look like it: who is in which, and the truth in networks.csv.

| kind | planted | looks like it, and is not |
|---|---|---|
| address_mill | many founded within five months at one address, one or two telephones | busy addresses, founded over decades |
| nominee | one represents very many and holds nothing; another holds all | a founder who represents his many, and holds them |
| circular_holding | each holds most of the next, the last of the first | small stakes held back and forth |
| guarantee_ring | each guarantees for the next, in a circle, within weeks | chains that end; two who guarantee for each other |
| bid_ring | always together, one after the other wins, the others just above | rivals who always meet, and each bids what he can |
| representative_swapped, re_emerged | see `network_cases` | officers who leave before a decision; a new tenant in the rooms |

Invariants (tests/unit/test_synthetic_city.py holds one test a number)
1. No enterprise is in two networks, and none of a network of the background is planted.
2. Every network has its innocent look-alikes, and none of them is in networks.csv.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from loaders.synthetic.columns import Ints, date_text
from loaders.synthetic.records import Member

SMALLEST: Final = 100
"""A city smaller than this has no networks."""


@dataclass(frozen=True)
class Plots:
    """Members of the networks of the background, of their look-alikes, and everybody else in no order."""

    mills: list[Ints]
    nominees: list[Ints]
    circular: list[Ints]
    guarantee_rings: list[Ints]
    bid_rings: list[Ints]
    founders: list[Ints]
    chains: list[Ints]
    rivals: list[Ints]
    tenants: list[int]
    others: Ints


def followed_rounds(size: int, rounds: int) -> tuple[int, int]:
    """Return how many swapped representatives and re-emerged enterprises are planted in a city of this size."""
    return (0, 0) if size < SMALLEST else (max(1, rounds // 2), max(1, rounds // 3))


def choose(rng: np.random.Generator, planted: int, size: int, tenants: int) -> Plots:
    """Choose the members of every network of the background."""
    order = rng.permutation(np.arange(planted, size, dtype=np.int32))
    taken = 0

    def groups(one_in: int, most: int, least: int, largest: int) -> list[Ints]:
        nonlocal taken
        made: list[Ints] = []
        for _ in range(max(1, min(most, size // one_in)) if size >= SMALLEST else 0):
            members = int(rng.integers(least, largest + 1))
            made.append(order[taken : taken + members])
            taken += members
        return made

    few, many = min(30, max(6, size // 150)), min(120, max(8, size // 80))
    some, lots = min(20, max(5, size // 200)), min(250, max(7, size // 100))
    mills = groups(1000, 80, few, many)
    nominees = groups(1000, 100, some, lots)
    circular = groups(500, 250, 3, 5)
    guarantee_rings = groups(500, 250, 3, 6)
    bid_rings = groups(600, 200, 4, 6)
    founders = groups(1000, 100, some, lots)
    chains = groups(500, 250, 3, 6)
    rivals = groups(600, 200, 4, 6)
    rooms = order[taken : taken + tenants].tolist()
    return Plots(mills, nominees, circular, guarantee_rings, bid_rings, founders, chains, rivals, rooms, order[taken + tenants :])


Entity = tuple[str, str]
"""Id in Zeren, and the register's number of a person."""


@dataclass(frozen=True)
class Ids:
    """How the entities of the background are called."""

    company: Callable[[int], str]
    address_of: Callable[[int], str]
    telephones_of: Callable[[int], Iterable[str]]
    person_at: Callable[[int, int], Entity]
    """Enterprise and slot -> the appearance there."""


def members(plots: Plots, ids: Ids, founded: Ints, ring_days: dict[int, int], tenders: dict[int, list[str]]) -> Iterator[Member]:
    """Yield the truth about the networks of the background.

    `ring_days` is the first day of what a ring is about, by its first member; `tenders` are the ids of those it met in.
    """
    for number, group in enumerate(plots.mills, 1):
        network, since = f"AM{number:04d}", date_text(founded[group[0]])
        yield Member(network, "address_mill", ids.address_of(group[0]), "", "address", since)
        for telephone in sorted({found for firm in group.tolist() for found in ids.telephones_of(firm)}):
            yield Member(network, "address_mill", telephone, "", "telephone", since)
        yield from _firms(network, "address_mill", group, "shell", ids, founded)
    for number, group in enumerate(plots.nominees, 1):
        network = f"NO{number:04d}"
        for firm in group.tolist():
            since = date_text(founded[firm])
            yield Member(network, "nominee", ids.company(firm), "", "fronted_company", since)
            for slot, role in ((0, "nominee"), (1, "owner_behind")):
                member, own = ids.person_at(firm, slot)
                yield Member(network, "nominee", member, own, role, since)
    for prefix, kind, groups in (
        ("CH", "circular_holding", plots.circular),
        ("GR", "guarantee_ring", plots.guarantee_rings),
        ("BR", "bid_ring", plots.bid_rings),
    ):
        for number, group in enumerate(groups, 1):
            network, since = f"{prefix}{number:04d}", date_text(ring_days[int(group[0])])
            for firm in group.tolist():
                yield Member(network, kind, ids.company(firm), "", _RING_ROLES[kind], since)
            for tender in tenders.get(int(group[0]), []):
                yield Member(network, kind, tender, "", "rigged_tender", since)


_RING_ROLES: Final = {"circular_holding": "holder", "guarantee_ring": "guarantor", "bid_ring": "bidder"}


def _firms(network: str, kind: str, group: Ints, role: str, ids: Ids, founded: Ints) -> Iterator[Member]:
    for firm in group.tolist():
        yield Member(network, kind, ids.company(firm), "", role, date_text(founded[firm]))
