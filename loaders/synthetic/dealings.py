"""What enterprises of the city do with one another: guarantees and tenders.

Invariants (tests/unit/test_synthetic_city.py holds one test a number)
1. Nobody guarantees or bids before he is founded, nobody guarantees for himself or bids twice for one tender.
2. Every tender has one winner; outside a ring it is the lowest bid.
3. The bids of a ring lie within a few percent above the winner's, and its members win in turn.
4. A guarantee ring closes, each for the next; a look-alike chain does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from loaders.synthetic.columns import YEAR_TEXTS, Chances, Ints, Table, by_rank, dates, day, numbered, pooled
from loaders.synthetic.labels import DISTRICTS, TRADES
from loaders.synthetic.town import LAST, Town

TENDER_NUMBER: Final = "Z{:06d}"
_GUARANTEES: Final = 0.05
_MUTUAL: Final = 0.02
_TENDERS_SINCE: Final = day(2020, 3, 1)
_ENTERPRISES_A_TENDER: Final = 55
_BIDS: Final = (3, 8)
_BUSY: Final = 1.7
_WON, _LOST = 1, 0
_BUYERS: Final = ("住房和城乡建设局", "教育和体育局", "交通运输局", "卫生健康委员会", "水利局", "城市管理局")


@dataclass(frozen=True)
class Guarantees:
    """Guarantees by number of the enterprises; amounts in 10,000 yuan."""

    guarantor: Ints
    debtor: Ints
    amount: Ints
    start: Ints
    end: Ints
    ring_days: dict[int, int]
    """First day of a ring by its first member."""


def guarantees(town: Town) -> Guarantees:
    """Let some guarantee for others."""
    rng = town.dice.of("guarantees")
    others = np.concatenate([town.plots.others, np.arange(town.planted, dtype=np.int32)])
    count = round(len(others) * _GUARANTEES)
    guarantor = others[(len(others) * rng.random(count) ** 1.3).astype(np.int64)]
    debtor = others[rng.integers(0, len(others), count)]
    mutual = rng.random(count) < _MUTUAL
    groups = [*town.plots.guarantee_rings, *town.plots.chains]
    open_ended = [group[:-1] for group in town.plots.chains]
    first = [*town.plots.guarantee_rings, *open_ended]
    second = [*(np.roll(group, -1) for group in town.plots.guarantee_rings), *(group[1:] for group in town.plots.chains)]
    giver = np.concatenate([guarantor, debtor[mutual], *first]).astype(np.int32)
    taker = np.concatenate([debtor, guarantor[mutual], *second]).astype(np.int32)
    since = np.maximum(town.founded[giver], town.founded[taker])
    start = since + (rng.random(len(giver)) * (LAST - since)).astype(np.int32)
    amount = 10 * np.maximum(1, np.exp(rng.normal(3.2, 1.0, len(giver))).astype(np.int64))
    ring_days: dict[int, int] = {}
    place = count + int(mutual.sum())
    for group, links in zip(groups, first, strict=True):
        here = slice(place, place + len(links))
        begin = int(since[here].max()) + int(rng.integers(30, 1500))
        start[here] = begin + np.sort(rng.integers(0, 60, len(links)))
        amount[here] = 10 * round(int(amount[place]) / 10 * float(rng.uniform(0.9, 1.1))) or 10
        ring_days[int(group[0])] = int(start[here].min())
        place += len(links)
    keep = giver != taker
    end = start + 365 * rng.integers(1, 6, len(start))
    return Guarantees(giver[keep], taker[keep], amount[keep], start[keep], end[keep], ring_days)


@dataclass(frozen=True)
class Tenders:
    """Tenders, and the bids for them by tender and enterprise; prices in 10,000 yuan with two decimals, as hundredths."""

    trade: Ints
    district: Ints
    opened: Ints
    tender: Ints
    bidder: Ints
    price: Ints
    handed_in: Ints
    result: Ints
    rigged: dict[int, list[int]]
    """Tenders of a ring by its first member."""


def tenders(town: Town) -> Tenders:
    """Let enterprises bid against each other, and some only seem to."""
    rng = town.dice.of("tenders")
    trade, opened, tender, bidder = _open_tenders(town, rng)
    rigged: dict[int, list[int]] = {}
    rig: list[Ints] = [np.empty(0, np.int64)]
    turn: list[Ints] = [np.empty(0, np.int64)]
    extra: list[tuple[int, int, Ints]] = []
    for group in (*town.plots.bid_rings, *town.plots.rivals):
        for round_ in range(int(rng.integers(6, 15))):
            number = len(trade) + len(extra)
            extra.append((int(town.trade[group[0]]), int(rng.integers(_TENDERS_SINCE, LAST - 30)), group))
            if any(group is ring for ring in town.plots.bid_rings):
                rigged.setdefault(int(group[0]), []).append(number)
                rig.append(np.array([number]))
                turn.append(group[[round_ % len(group)]])
    members = [group for _, _, group in extra]
    tender = np.concatenate([tender, *(np.full(len(group), len(trade) + place) for place, group in enumerate(members))])
    bidder = np.concatenate([bidder, *members]).astype(np.int32)
    trade = np.concatenate([trade, np.array([row[0] for row in extra], np.int64)])
    opened = np.concatenate([opened, np.array([row[1] for row in extra], np.int64)])
    # Scattered, so that a tender's number does not tell what it is.
    scatter = rng.permutation(len(trade))
    winner = np.full(len(trade), -1, np.int64)
    winner[np.concatenate(rig)] = np.concatenate(turn)
    price, result = _prices(tender, bidder, winner, rng)
    handed_in = opened[tender] - rng.integers(1, 8, len(tender))
    order = np.argsort(scatter[tender], kind="stable")
    back = np.argsort(scatter)
    return Tenders(
        trade[back], rng.integers(0, len(DISTRICTS), len(trade)), opened[back], scatter[tender][order], bidder[order],
        price[order], handed_in[order], result[order],
        {ring: sorted(int(scatter[number]) for number in numbers) for ring, numbers in rigged.items()},
    )  # fmt: skip


def _open_tenders(town: Town, rng: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints]:
    """Return trade and day of tenders to which anybody of the trade comes, and (tender, bidder) of each bid."""
    count = town.size // _ENTERPRISES_A_TENDER
    trade = rng.integers(0, len(TRADES), count)
    opened = rng.integers(_TENDERS_SINCE, LAST, count)
    tender = np.repeat(np.arange(count), rng.integers(*_BIDS, count))
    free = np.concatenate([town.plots.others, np.arange(town.planted, dtype=np.int32)])
    by_trade = free[np.argsort(town.trade[free], kind="stable")]
    begin = np.searchsorted(town.trade[by_trade], np.arange(len(TRADES) + 1))
    wide = begin[1:] - begin[:-1]
    chance = rng.random(len(tender)) ** _BUSY
    bidder = by_trade[np.minimum(begin[trade[tender]] + (wide[trade[tender]] * chance).astype(np.int64), len(by_trade) - 1)]
    able = (town.founded[bidder] < opened[tender] - 30) & (town.trade[bidder] == trade[tender])
    _, once = np.unique(tender[able].astype(np.int64) * town.size + bidder[able], return_index=True)
    tender, bidder = tender[able][once], bidder[able][once]
    held = np.unique(tender)
    return trade[held], opened[held], np.searchsorted(held, tender), bidder


def _prices(tender: Ints, bidder: Ints, winner: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return price and result of each bid: the lowest wins, unless it is settled who does."""
    worth = 100 * np.exp(rng.normal(5.0, 1.1, len(winner)))
    price = worth[tender] * rng.uniform(0.82, 1.05, len(tender))
    settled = winner[tender] >= 0
    low = worth[tender] * 0.99
    price = np.where(settled, np.where(winner[tender] == bidder, low, low * rng.uniform(1.005, 1.03, len(tender))), price)
    cents: Ints = np.maximum(price, 100).astype(np.int64)
    order = np.lexsort((bidder, cents, np.where(winner[tender] == bidder, 0, 1), tender))
    result = np.full(len(tender), _LOST, np.int8)
    if len(order):
        result[order[np.concatenate([[True], tender[order][1:] != tender[order][:-1]])]] = _WON
    return cents, result


# Tables


def _cents(values: Ints) -> Chances:
    return values.astype(np.float64) / 100


def dealing_tables(town: Town, given: Guarantees, bids: Tenders) -> tuple[Table, Table, Table]:
    """Return the tables of guarantees, tenders and bids."""
    scattered = town.dice.of("guarantee numbers").permutation(len(given.guarantor)) + 1
    guarantee = {
        "担保编号": numbered("G{:06d}", scattered),
        "担保人信用代码": pooled(town.codes, given.guarantor),
        "被担保人信用代码": pooled(town.codes, given.debtor),
        "担保金额": numbered("{}", given.amount),
        "起": dates(given.start),
        "止": dates(given.end),
    }
    names, years, districts = np.array(TRADES, dtype=object), YEAR_TEXTS, np.array(list(DISTRICTS.values()), dtype=object)
    numbers = np.arange(1, len(bids.trade) + 1)

    def titles(rows: Ints) -> list[str]:
        parts = zip(districts[bids.district[rows]], years[bids.opened[rows]], names[bids.trade[rows]], numbers[rows], strict=True)
        return [f"{place}示例{year}年{what}采购项目第{number}号" for place, year, what, number in parts]

    def buyers(rows: Ints) -> list[str]:
        parts = zip(districts[bids.district[rows]], (bids.trade[rows] % len(_BUYERS)).tolist(), strict=True)
        return [f"{place}{_BUYERS[buyer]}（示例）" for place, buyer in parts]

    tender = {
        "招标编号": numbered(TENDER_NUMBER, numbers),
        "项目名称": titles,
        "招标人": buyers,
        "开标日期": dates(bids.opened),
    }
    bid = {
        "招标编号": numbered(TENDER_NUMBER, bids.tender + 1),
        "投标人信用代码": pooled(town.codes, bids.bidder),
        "报价": numbered("{:.2f}", _cents(bids.price)),
        "投标日期": dates(bids.handed_in),
        "结果": pooled(("未中标", "中标"), bids.result),
    }
    return (
        Table("guarantees", guarantee, len(given.guarantor), order=by_rank(given.debtor, town.rank)),
        Table("tenders", tender, len(bids.trade)),
        Table("bids", bid, len(bids.bidder)),
    )
