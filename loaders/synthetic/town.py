"""The enterprises of the city in numbers: the planted ones first, then those of the background, and what each part draws from.

Invariants (tests/unit/test_synthetic_city.py holds one test a number)
1. A part of the city draws from a stream of its own: what one part draws moves no other.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loaders.synthetic.columns import Ints, Table, dates, day, day_of, pooled, written_out
from loaders.synthetic.desk import Registry
from loaders.synthetic.labels import DISTRICT_SHARES, DISTRICTS, TRADES, enterprise_codes, former_name
from loaders.synthetic.networks import Plots, choose
from loaders.synthetic.records import Enterprise

FIRST: Final = day(1995, 1, 1)
LAST: Final = day(2025, 12, 31)
"""The last day that anything is entered for; the register is of a month later."""
DELIVERED: Final = day(2026, 1, 31)
_LATELY: Final = 0.6
"""Below 1: more enterprises are young than old."""
_FORMER: Final = 0.08
_SETTLED: Final = day(2019, 12, 31)
_MILLS_SINCE: Final = day(2016, 1, 1)


class Dice:
    """Random numbers of one seed and size, a stream for each part of the city."""

    def __init__(self, seed: int, size: int) -> None:
        self._seed = (seed % 2**64, size)

    def of(self, part: str) -> np.random.Generator:
        """Return the stream of a part, from its beginning."""
        return np.random.default_rng([*self._seed, zlib.crc32(part.encode())])


@dataclass(frozen=True)
class Town:
    """Enterprises by number: the first `planted` of them are the scenarios'.

    `rank` is the place of each in the register, which is not sorted by what a reader is looking for.
    """

    size: int
    planted: int
    dice: Dice
    founded: Ints
    district: Ints
    trade: Ints
    rank: Ints
    codes: NDArray[np.object_]
    plots: Plots

    @property
    def background(self) -> Ints:
        """Return the numbers of the enterprises of the background."""
        return np.arange(self.planted, self.size, dtype=np.int32)


def settle(registry: Registry, size: int, dice: Dice, listed: list[tuple[int, int]]) -> Town:
    """Found the background around the planted enterprises; `listed` are some of these, with the day of the decision."""
    rng = dice.of("enterprises")
    planted = len(registry.enterprises)
    count = size - planted
    plots = choose(dice.of("networks"), planted, size, len(listed))
    founded = np.empty(size, np.int32)
    founded[:planted] = [day_of(row.成立日期) for row in registry.enterprises]
    founded[planted:] = FIRST + ((LAST - 40 - FIRST) * rng.random(count) ** _LATELY).astype(np.int32)
    places = {code: place for place, code in enumerate(DISTRICTS)}
    district = np.empty(size, np.uint8)
    district[:planted] = [places[row.县区] for row in registry.enterprises]
    bounds = np.cumsum(DISTRICT_SHARES) / sum(DISTRICT_SHARES)
    district[planted:] = np.searchsorted(bounds[:-1], rng.random(count), side="right")
    trade = np.empty(size, np.uint8)
    trade[:planted] = [TRADES.index(name) for name in registry.trades]
    trade[planted:] = rng.integers(0, len(TRADES), count)
    _fit(plots, listed, founded, district, trade, dice.of("fitting"))
    codes = np.array(enterprise_codes(np.arange(1, size + 1), district), dtype=object)
    rank = rng.permutation(size).astype(np.int32)
    return Town(size, planted, dice, founded, district, trade, rank, codes, plots)


def _fit(plots: Plots, listed: list[tuple[int, int]], founded: Ints, district: Ints, trade: Ints, rng: np.random.Generator) -> None:
    """Make the members of a network what they must be for it: in one place, of one trade, founded one after the other."""
    for group in plots.mills:
        begin = rng.integers(_MILLS_SINCE, LAST - 500)
        founded[group] = begin + np.sort(rng.integers(0, 150, len(group)))
        district[group] = district[group[0]]
    for group in (*plots.circular, *plots.guarantee_rings, *plots.bid_rings, *plots.rivals, *plots.chains):
        founded[group] = np.minimum(founded[group], _SETTLED - rng.integers(0, 2000, len(group)))
    for group in (*plots.bid_rings, *plots.rivals):
        trade[group] = trade[group[0]]
    for tenant, (planted, decided) in zip(plots.tenants, listed, strict=True):
        founded[tenant] = min(decided + int(rng.integers(30, 300)), LAST)
        district[tenant] = district[planted]


def enterprise_table(town: Town, registry: Registry) -> Table:
    """Return the table of enterprises."""
    background = town.background
    has_former = town.dice.of("former names").random(len(background)) < _FORMER

    def names(rows: Ints) -> list[str]:
        return registry.names.many(background[rows] + 1, town.trade[background[rows]])

    def former(rows: Ints) -> list[str]:
        return [former_name(name) if had else "" for name, had in zip(names(rows), has_former[rows].tolist(), strict=True)]

    columns = {
        "统一社会信用代码": pooled(town.codes, background),
        "企业名称": names,
        "曾用名": former,
        "成立日期": dates(town.founded[background]),
        "县区": pooled(list(DISTRICTS), town.district[background]),
    }
    # Places of the table are the background's first, the planted ones' after them.
    order = np.argsort(np.roll(town.rank, -town.planted), kind="stable").astype(np.int32)
    return Table("enterprises", columns, len(background), written_out(Enterprise, registry.enterprises), order)
