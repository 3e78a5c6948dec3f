"""Where the enterprises of the city are and how they are reached: addresses and telephones, some of them of very many.

No telephone can be real: mobile numbers of China do not begin with 10. Streets say 示例.

Invariants (tests/unit/test_synthetic_city.py holds one test a number)
1. Every enterprise is at one address at a time, and no address is written like another.
2. Most addresses are one enterprise's; a few busy ones, where people of all kinds sit, are those of hundreds.
3. A mill has an address of its own and one or two telephones; a re-emerged enterprise has those of the old one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from loaders.synthetic.columns import OPEN, Ints, Table, by_rank, dates, numbered, pooled
from loaders.synthetic.labels import DISTRICTS
from loaders.synthetic.town import LAST, Town

ADDRESS_NUMBER: Final = "A{:07d}"
_TELEPHONE: Final = "10{:09d}"
_OWN_ADDRESS, _OWN_TELEPHONE = 0.74, 0.78
_BUSY: Final = 2.0
_MOVES: Final = 0.07
_REACHED: Final = 0.74
_LINES: Final = 1_000_000_000
_STREET_SIGNS: Final = "金银青红兰桂松柏梅竹朝夕南北东西沂沭祊涑"
_STREETS: Final = tuple(f"示例{first}{second}路" for first in _STREET_SIGNS for second in "山水阳阴溪河泉湖桥门")
_HOUSES: Final = tuple(f"{number}号" for number in range(1, 401))
_ROOMS: Final = tuple(f"{floor}{room:02d}室" for floor in range(1, 21) for room in range(1, 11))
_IN_DISTRICT: Final = len(_STREETS) * len(_HOUSES) * len(_ROOMS)
_STRIDE: Final = 7_368_787
"""A prime that shares no factor with the addresses of a district: neighbours by number are no neighbours in the street."""


@dataclass(frozen=True)
class Places:
    """Who is where and reached at what, by number, since when and until when; and what an address is called."""

    seated: Ints
    address: Ints
    since: Ints
    until: Ints
    district: Ints
    """Of each address."""
    local: Ints
    """Number of each address in its district."""
    reached: Ints
    telephone: Ints

    def address_texts(self, addresses: Ints) -> list[str]:
        """Write out addresses."""
        place = (self.local[addresses].astype(np.int64) * _STRIDE) % _IN_DISTRICT
        street, rest = np.divmod(place, len(_HOUSES) * len(_ROOMS))
        house, room = np.divmod(rest, len(_ROOMS))
        districts = list(DISTRICTS.values())
        return [
            f"临沂市{districts[d]}{_STREETS[s]}{_HOUSES[h]}{_ROOMS[r]}"
            for d, s, h, r in zip(self.district[addresses].tolist(), street.tolist(), house.tolist(), room.tolist(), strict=True)
        ]

    def current_address(self) -> Ints:
        """Return the number of the address at which each enterprise is now."""
        now = self.until == OPEN
        found = np.zeros(int(self.seated.max()) + 1, np.int32)
        found[self.seated[now]] = self.address[now]
        return found


def _shared(rng: np.random.Generator, count: int, own: float) -> tuple[Ints, int]:
    """Give each of so many a number of its own or one of those that others have, few of them very often; and how many there are."""
    new = rng.random(count) < own
    new[:1] = True
    made = int(new.sum())
    numbers = np.empty(count, np.int32)
    numbers[new] = np.arange(made)
    picked = (made * rng.random(count - made) ** _BUSY).astype(np.int64)
    numbers[~new] = rng.permutation(made)[picked]
    return numbers, made


def places(town: Town, again: list[tuple[int, int]], rooms: list[tuple[int, int]]) -> Places:
    """Seat every enterprise; `again` are (old, new) that share rooms and telephone, `rooms` those that share the rooms only."""
    rng, size = town.dice.of("addresses"), town.size
    fixed = np.zeros(size, bool)
    for group in town.plots.mills:
        fixed[group] = True
    for old, new in [*again, *rooms]:
        fixed[[old, new]] = True
    movers = np.flatnonzero((rng.random(size) < _MOVES) & ~fixed & (LAST - town.founded > 800))
    seated = np.concatenate([np.arange(size), movers]).astype(np.int32)
    since, until = town.founded[seated].copy(), np.full(len(seated), OPEN, np.int32)
    moved = town.founded[movers] + 200 + (rng.random(len(movers)) * (LAST - town.founded[movers] - 400)).astype(np.int32)
    until[movers], since[size:] = moved, moved + 1
    address, district, local = _addresses(town, seated, rng)
    for old, new in [*again, *rooms]:
        address[new] = address[old]
    # Whoever moved to where he was has not moved.
    stays = np.flatnonzero(address[size:] == address[movers])
    until[movers[stays]] = OPEN
    keep = np.ones(len(seated), bool)
    keep[size + stays] = False
    reached, telephone = _telephones(town, again)
    return Places(seated[keep], address[keep], since[keep], until[keep], district, local, reached, telephone)


def _addresses(town: Town, seated: Ints, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Return the address of each seat, and of each address the district and its number there."""
    address = np.empty(len(seated), np.int32)
    of, districts, locals_ = town.district[seated], [], []
    base = 0
    for place in range(len(DISTRICTS)):
        here = np.flatnonzero(of == place)
        numbers, made = _shared(rng, len(here), _OWN_ADDRESS) if len(here) else (np.empty(0, np.int32), 0)
        mills = [group for group in town.plots.mills if town.district[group[0]] == place]
        address[here] = base + numbers
        for number, group in enumerate(mills):
            address[group] = base + made + number
        made += len(mills)
        districts.append(np.full(made, place, np.uint8))
        locals_.append(np.arange(made, dtype=np.int32))
        base += made
    return address, np.concatenate(districts), np.concatenate(locals_)


def _telephones(town: Town, again: list[tuple[int, int]]) -> tuple[Ints, Ints]:
    rng = town.dice.of("telephones")
    has = rng.random(town.size) < _REACHED
    for group in town.plots.mills:
        has[group] = True
    for pair in again:
        has[list(pair)] = True
    reached = np.flatnonzero(has).astype(np.int32)
    line, made = _shared(rng, len(reached), _OWN_TELEPHONE)
    of = np.zeros(town.size, np.int32)
    of[reached] = line
    for number, group in enumerate(town.plots.mills):
        of[group] = made + 2 * number + rng.integers(0, 2, len(group))
    for old, new in again:
        of[new] = of[old]
    scattered = (of[reached].astype(np.int64) * 387_420_489 + 123_456_789) % _LINES
    return reached, scattered


def telephone_text(number: int) -> str:
    """Return a telephone as it stands in the register."""
    return _TELEPHONE.format(number)


def place_tables(town: Town, where: Places) -> tuple[Table, Table]:
    """Return the tables of addresses and telephones."""
    addresses = {
        "信用代码": pooled(town.codes, where.seated),
        "地址编号": numbered(ADDRESS_NUMBER, where.address.astype(np.int64) + 1),
        "地址": lambda rows: where.address_texts(where.address[rows]),
        "起": dates(where.since),
        "止": dates(where.until),
    }
    telephones = {
        "信用代码": pooled(town.codes, where.reached),
        "电话": numbered(_TELEPHONE, where.telephone),
        "起": dates(town.founded[where.reached]),
        "止": dates(np.full(len(where.reached), OPEN)),
    }
    return (
        Table("addresses", addresses, len(where.seated), order=by_rank(where.seated, town.rank)),
        Table("telephones", telephones, len(where.reached), order=by_rank(where.reached, town.rank)),
    )
