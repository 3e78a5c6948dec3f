"""Who holds the enterprises of the city, in shares that never sum to more than all of one.

As in real registers nine stakes of ten are held by somebody at the end of a chain in an enterprise at its other end: a person,
in an enterprise that holds nothing. A few go through holding enterprises, up or down a layer, and a small core holds itself in
circles.

Invariants (tests/unit/test_synthetic_city.py holds one test a number)
1. The holders of an enterprise never hold more than all of it at a time; a share may be unknown.
2. About 91 % of the stakes are of people in enterprises that hold nothing, 3 to 5 % a layer up, 3 to 5 % a layer down.
3. No holder stands twice at one enterprise, and none holds itself.
4. In a planted circle each holds more than half of the next; elsewhere what is held back is a small share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from loaders.synthetic.columns import OPEN, Chances, Flags, Ints, Table, by_rank, dates, pooled, written_out
from loaders.synthetic.records import Holding
from loaders.synthetic.staff import Staff
from loaders.synthetic.town import LAST, Town

_HOLDINGS: Final = 0.036
_MORE_STAKES: Final = 0.034
_LAYERED: Final = 0.17
_WHOLE: Final = 10_000
"""Shares are counted in hundredths of a percent."""
_UNKNOWN_SHARE: Final = _WHOLE + 1
_PERCENTS: Final = np.array([*(f"{share / 100:.2f}".rstrip("0").rstrip(".") for share in range(_WHOLE + 1)), ""], dtype=object)
_BACK, _ORDINARY, _CIRCULAR = 0, 1, 2


@dataclass(frozen=True)
class Stakes:
    """Stakes of enterprises in enterprises, by number; `kind` is an ordinary one, one held back, or of a planted circle."""

    holder: Ints
    subject: Ints
    kind: Ints


def corporate_stakes(town: Town) -> Stakes:
    """Choose which enterprises hold which."""
    rng, others = town.dice.of("corporate"), town.plots.others
    count = min(max(2, round(len(others) * _HOLDINGS)), len(others))
    upper, ends = others[:count], others[count:]
    if len(ends) == 0:
        return Stakes(*(np.empty(0, np.int32) for _ in range(3)))
    # The higher an enterprise stands in `upper`, the more it holds: all hold something, few hold much.
    more = round(len(others) * _MORE_STAKES)
    place = np.concatenate([np.arange(count), (count * rng.random(more) ** 2).astype(np.int64)])
    below = place + 1 + (rng.random(len(place)) * (count - place - 1)).astype(np.int64)
    layered = (rng.random(len(place)) < _LAYERED) & (below < count)
    subject = np.where(layered, upper[np.minimum(below, count - 1)], ends[rng.integers(0, len(ends), len(place))])
    in_planted = np.flatnonzero(rng.random(town.planted) < 0.15)
    forward = (
        np.concatenate([upper[place], upper[rng.integers(0, count, len(in_planted))]]),
        np.concatenate([subject, in_planted]),
    )
    held_back = rng.permutation(np.flatnonzero(layered))[: max(1, town.size // 2500)]
    rings = [(group, np.roll(group, -1)) for group in town.plots.circular]
    holder = np.concatenate([forward[0], subject[held_back], *(ring[0] for ring in rings)]).astype(np.int32)
    held = np.concatenate([forward[1], upper[place[held_back]], *(ring[1] for ring in rings)]).astype(np.int32)
    sizes = (len(forward[0]), len(held_back), sum(len(group) for group in town.plots.circular))
    kind = np.repeat(np.array([_ORDINARY, _BACK, _CIRCULAR], np.int8), sizes)
    _, first = np.unique(holder.astype(np.int64) * town.size + held, return_index=True)
    first = np.sort(first[holder[first] != held[first]])
    return Stakes(holder[first], held[first], kind[first])


@dataclass(frozen=True)
class Ownership:
    """All stakes in enterprises of the background, and those of enterprises in planted ones."""

    slots: Ints
    """Of the people who hold."""
    slot_share: Ints
    slot_start: Ints
    slot_end: Ints
    corporate: Stakes
    corporate_share: Ints
    corporate_start: Ints
    holding: Flags
    """For each slot whether it holds, or held."""


def ownership(town: Town, people: Staff) -> Ownership:
    """Say who holds what part of which enterprise, since when."""
    rng = town.dice.of("shares")
    founded = town.founded[town.planted :]
    holds, weight = _holders(town, people, rng)
    slots = np.flatnonzero(holds)
    stakes = corporate_stakes(town)
    in_background = stakes.subject >= town.planted
    subject = np.concatenate([people.firm[slots], stakes.subject[in_background] - town.planted])
    drawn = rng.random(int(in_background.sum()))
    kind = stakes.kind[in_background]
    corporate_weight = np.where(kind == _CIRCULAR, 3 + 5 * drawn, np.where(kind == _BACK, 0.05 + 0.05 * drawn, 0.6 + 1.4 * drawn))
    share = _divided(subject, np.concatenate([weight[slots], corporate_weight]), len(founded), rng)
    corporate_share = np.empty(len(stakes.subject), np.int32)
    corporate_share[in_background] = share[len(slots) :]
    corporate_share[~in_background] = 100 * rng.integers(1, 10, int((~in_background).sum()))
    corporate_share[(rng.random(len(stakes.subject)) < 0.03) & (stakes.kind != _CIRCULAR)] = _UNKNOWN_SHARE
    slot_share = share[: len(slots)].copy()
    # He who represented it before held what his successor holds, as often as not.
    former = np.flatnonzero((people.position == people.heads[people.firm] + people.before[people.firm] - 1) & (people.position > 0))
    former = former[(people.before[people.firm[former]] > 0) & holds[people.begin[people.firm[former]]]]
    former = former[rng.random(len(former)) < 0.5]
    place = np.zeros(len(people.firm), np.int64)
    place[slots] = np.arange(len(slots))
    heirs = place[people.begin[people.firm[former]]]
    start = founded[people.firm[slots]].copy()
    start[heirs] = people.left[people.firm[former]] + 1
    ends = np.concatenate([np.full(len(slots), OPEN, np.int32), people.left[people.firm[former]]])
    every, shares = np.concatenate([slots, former]), np.concatenate([slot_share, slot_share[heirs]])
    shares[rng.random(len(shares)) < 0.03] = _UNKNOWN_SHARE
    holds[former] = True
    since = np.maximum(town.founded[stakes.holder], town.founded[stakes.subject])
    return Ownership(
        every, shares, np.concatenate([start, founded[people.firm[former]]]), ends,
        stakes, corporate_share, np.minimum(since, LAST), holds,
    )  # fmt: skip


def _holders(town: Town, people: Staff, rng: np.random.Generator) -> tuple[Flags, Chances]:
    """Return which slots hold, and how much beside the others of their enterprise."""
    founded = town.founded[town.planted :]
    many = np.minimum(rng.geometric(0.58, len(founded)), people.heads)
    many[rng.random(len(founded)) < 0.22] = 0
    first = np.zeros(len(founded), np.int8)
    for group in town.plots.nominees:
        many[group - town.planted], first[group - town.planted] = 1, 1
    for group in (*town.plots.circular, *town.plots.founders, *town.plots.mills):
        many[group - town.planted] = 1
    position, firm = people.position, people.firm
    holds = (position >= first[firm]) & (position < many[firm] + first[firm]) & (position < people.heads[firm])
    weight = np.where(position == 0, 3.0, 1.0) * (0.3 + 0.7 * rng.random(len(firm)))
    for group in town.plots.circular:
        weight[people.begin[group - town.planted]] = 1.0
    return holds, weight


def _divided(subject: Ints, weight: Chances, enterprises: int, rng: np.random.Generator) -> Ints:
    """Divide each enterprise among its holders, in whole percents where most registers have them; some leave a part out."""
    total = np.where(rng.random(enterprises) < 0.9, _WHOLE, 100 * rng.integers(70, 100, enterprises))
    sums = np.bincount(subject, weight, enterprises)
    share = (total[subject] * weight / sums[subject]).astype(np.int32)
    rounded = (rng.random(enterprises) < 0.8)[subject] & (share >= 100)
    share[rounded] -= share[rounded] % 100
    # What rounding left goes to the one who has most.
    order = np.lexsort((-weight, subject))
    largest = order[np.concatenate([[True], subject[order][1:] != subject[order][:-1]])] if len(order) else order
    rest = total - np.bincount(subject, share, enterprises).astype(np.int64)
    share[largest] += rest[subject[largest]].astype(np.int32)
    return share


def shareholder_tables(town: Town, people: Staff, own: Ownership, planted: list[Holding]) -> tuple[Table, Table]:
    """Return the tables of people and of enterprises that hold."""
    subject = people.firm[own.slots] + town.planted
    columns = {
        "信用代码": pooled(town.codes, subject),
        "股东名称": people.person_names(own.slots),
        "人员编号": people.person_numbers(own.slots),
        "持股比例": pooled(_PERCENTS, own.slot_share),
        "起": dates(own.slot_start),
        "止": dates(own.slot_end),
    }
    places = {code: place for place, code in enumerate(town.codes[: town.planted].tolist())}
    about = np.array([places[row.信用代码] for row in planted], np.int32)
    order = by_rank(np.concatenate([subject, about]), town.rank)
    held = own.corporate
    corporate = {
        "信用代码": pooled(town.codes, held.subject),
        "股东信用代码": pooled(town.codes, held.holder),
        "持股比例": pooled(_PERCENTS, own.corporate_share),
        "起": dates(own.corporate_start),
        "止": dates(np.full(len(held.subject), OPEN)),
    }
    return (
        Table("shareholders", columns, len(own.slots), written_out(Holding, planted), order),
        Table("corporate_shareholders", corporate, len(held.subject), order=by_rank(held.subject, town.rank)),
    )
