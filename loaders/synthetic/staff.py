"""Who holds which office in the enterprises of the background, since when, and when the register showed it.

A *slot* is one person at one enterprise. The slots of an enterprise stand together: those of today first (slot 0 is the legal
representative), then those who represented it before.

Invariants (tests/unit/test_synthetic_city.py holds one test a number)
1. No two people of one name are at one enterprise; two of one name are always planted.
2. One legal representative follows another without a gap; the register shows both changes on the same, often a later, day.
3. A person may be at many enterprises, a few of them at very many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from loaders.synthetic.columns import (
    OPEN,
    UNKNOWN,
    Column,
    Flags,
    Ints,
    Table,
    by_rank,
    dates,
    month_of,
    numbered,
    pooled,
    written_out,
    year_of,
)
from loaders.synthetic.desk import PERSON_NUMBER
from loaders.synthetic.names import Names
from loaders.synthetic.records import Post
from loaders.synthetic.town import DELIVERED, LAST, Town

_HEADS: Final = np.cumsum([0.36, 0.35, 0.15, 0.07, 0.04, 0.02, 0.01])
_ONE_BEFORE, _TWO_BEFORE = 0.16, 0.025
_NEW_FACE: Final = 0.79
_BUSY: Final = 1.6
"""Above 1: a few people are at very many enterprises."""
_MONTH, _YEAR, _NO_END = 0.015, 0.005, 0.006
TITLES: Final = (
    "法定代表人", "法定代表人、执行董事", "法定代表人、执行董事、经理", "法定代表人、董事长",
    "监事", "经理", "财务负责人", "董事", "副总经理", "主要负责人", "实际控制人",
)  # fmt: skip
_SMALL, _LARGE = np.cumsum([0.66, 0.22, 0.12]), np.cumsum([0.5, 0.0, 0.0, 0.5])
_OTHERS: Final = np.cumsum([0.0, 0.3, 0.15, 0.25, 0.12, 0.08, 0.10])
_STATES: Final = ("在任", "离任", "不详")


@dataclass(frozen=True)
class Staff:
    """The slots of the background: `firm` counts from its first enterprise, `person` the people after the planted ones.

    `heads` are those of today at each enterprise, `left` the day on which the last representative before today's left (-1: none).
    """

    firm: Ints
    position: Ints
    person: Ints
    begin: Ints
    heads: Ints
    before: Ints
    left: Ints
    left_first: Ints
    names: Names
    planted_people: int

    def person_names(self, slots: Ints) -> Column:
        """Return a column of the names at these slots."""
        return lambda rows: self.names.texts(self.person[slots[rows]])

    def person_numbers(self, slots: Ints) -> Column:
        """Return a column of the register's numbers of the people at these slots."""
        return numbered(PERSON_NUMBER, self.person[slots].astype(np.int64) + self.planted_people + 1)


def _changes(rng: np.random.Generator, founded: Ints, stable: Ints) -> tuple[Ints, Ints, Ints]:
    """Return how many representatives there were before, and when the last and the first of them left."""
    chance = rng.random(len(founded))
    before = (chance < _ONE_BEFORE + _TWO_BEFORE).astype(np.int8) + (chance < _TWO_BEFORE)
    before[(LAST - founded < 900)] = 0
    before[stable] = 0
    room = np.maximum(LAST - founded - 300, 2)
    days = np.sort(founded[:, None] + 150 + (rng.random((len(founded), 2)) * room[:, None]).astype(np.int32), axis=1)
    days[:, 1] = np.maximum(days[:, 1], days[:, 0] + 1)
    last = np.where(before > 0, days[:, 1], -1).astype(np.int32)
    return before, last, np.where(before > 1, days[:, 0], -1).astype(np.int32)


def staff(town: Town, planted_people: int) -> Staff:
    """Bring people to the enterprises of the background."""
    rng, plots = town.dice.of("staff"), town.plots
    founded = town.founded[town.planted :]
    heads = (np.searchsorted(_HEADS[:-1], rng.random(len(founded)), side="right") + 1).astype(np.int8)
    represented = [group - town.planted for group in (*plots.nominees, *plots.founders)]
    for group in (*plots.nominees, *plots.circular):
        heads[group - town.planted] = 2
    for group in plots.mills:
        heads[group - town.planted] = rng.integers(1, 3, len(group))
    fixed = [group - town.planted for group in (*plots.nominees, *plots.founders, *plots.mills)]
    before, left, left_first = _changes(rng, founded, np.concatenate([*fixed, np.empty(0, np.int32)]).astype(np.int64))
    slots = heads + before
    begin = np.concatenate([[0], np.cumsum(slots, dtype=np.int64)[:-1]]).astype(np.int32)
    firm = np.repeat(np.arange(len(founded), dtype=np.int32), slots)
    position = (np.arange(len(firm), dtype=np.int32) - begin[firm]).astype(np.int8)
    new = rng.random(len(firm)) < _NEW_FACE
    faces = int(new.sum())
    person: Ints = np.empty(len(firm), np.int32)
    person[new] = np.arange(faces)
    # Who is at many enterprises is nobody that came first.
    known = (faces * rng.random(len(firm) - faces) ** _BUSY).astype(np.int64)
    person[~new] = rng.permutation(faces)[known]
    for number, group in enumerate(represented):
        person[begin[group]] = faces + number
    names = Names.draw(town.dice.of("names"), faces + len(represented))
    person, names = _told_apart(town, firm, person, names)
    return Staff(firm, position, person, begin, heads, before, left, left_first, names, planted_people)


def _told_apart(town: Town, firm: Ints, person: Ints, names: Names) -> tuple[Ints, Names]:
    """Put somebody new where two at one enterprise bear one name, or are one person, until nobody does."""
    rng = town.dice.of("told apart")
    while True:
        keys = names.keys()[person]
        twice = np.zeros(len(firm), bool)
        for apart in range(1, min(10, len(firm))):
            twice[apart:] |= (firm[apart:] == firm[:-apart]) & (keys[apart:] == keys[:-apart])
        count = int(twice.sum())
        if not count:
            return person, names
        person[twice] = np.arange(len(names), len(names) + count)
        names = names.and_more(Names.draw(rng, count))


# Posts


@dataclass
class _Terms:
    """Terms of office: legal first and last day, and the days between which the register showed them."""

    start: Ints
    end: Ints
    shown: Ints
    gone: Ints


def _lags(rng: np.random.Generator, days: Ints) -> Ints:
    """Draw how many days the register was late: none, weeks, months, seldom years; never later than it was delivered."""
    kind, much = rng.random(len(days)), rng.random(len(days))
    lag = np.where(kind < 0.3, 0, np.where(kind < 0.8, 1 + 29 * much, np.where(kind < 0.97, 31 + 150 * much, 181 + 700 * much)))
    return np.minimum(lag.astype(np.int32), DELIVERED - days - 2)


def _terms(people: Staff, founded: Ints, rng: np.random.Generator) -> _Terms:
    firm, position = people.firm, people.position
    heads, before = people.heads[firm], people.before[firm]
    since = founded[firm]
    start, end = since.copy(), np.full(len(firm), OPEN, np.int32)
    late_last = (people.left + _lags(rng, people.left)).astype(np.int32)
    late_first = np.minimum(people.left_first + _lags(rng, people.left_first), people.left - 1).astype(np.int32)
    late_first = np.maximum(late_first, people.left_first)
    # Others than representatives come and go as they like.
    other = (position > 0) & (position < heads)
    later = other & (rng.random(len(firm)) > 0.65)
    start[later] += (rng.random(later.sum()) * np.maximum(LAST - since[later], 1)).astype(np.int32)
    leaves = other & (rng.random(len(firm)) < 0.12) & (LAST - start > 90)
    end[leaves] = start[leaves] + 30 + (rng.random(leaves.sum()) * (LAST - start[leaves] - 60)).astype(np.int32)
    shown, gone = start.copy(), end.copy()
    shown[later] += np.maximum(_lags(rng, start[later]), 0)
    gone[leaves] += _lags(rng, end[leaves])
    shown[leaves] = np.minimum(shown[leaves], gone[leaves])
    # Representatives follow one another.
    today = (position == 0) & (before > 0)
    last, first = position == heads + before - 1, (position == heads) & (before == 2)
    last &= before > 0
    second = last & (before == 2)
    start[today], shown[today] = people.left[firm[today]] + 1, late_last[firm[today]] + 1
    end[last], gone[last] = people.left[firm[last]], late_last[firm[last]]
    start[second], shown[second] = people.left_first[firm[second]] + 1, late_first[firm[second]] + 1
    end[first], gone[first] = people.left_first[firm[first]], late_first[firm[first]]
    return _Terms(start, end, shown, gone)


def _titles(people: Staff, rng: np.random.Generator) -> Ints:
    """Return the place in `TITLES` of what each slot is, were it an office."""
    of_firm, chance = rng.random(len(people.heads)), rng.random(len(people.firm))
    small, large = (np.searchsorted(bounds, of_firm, side="right") for bounds in (_SMALL, _LARGE))
    representative = np.where(people.heads > 3, np.minimum(large, 3), np.minimum(small, 2))
    title = 4 + np.minimum(np.searchsorted(_OTHERS, chance, side="right"), 6)
    title = np.where(people.position == 1, 4, title)
    heads = people.heads[people.firm]
    return np.where((people.position == 0) | (people.position >= heads), representative[people.firm], title).astype(np.uint8)


@dataclass(frozen=True)
class Posts:
    """Posts of the background: slots, the place of each title in `TITLES`, and terms: as they were, as they are told, as shown."""

    slots: Ints
    title: Ints
    start: Ints
    end: Ints
    told_start: Ints
    told_end: Ints
    shown: Ints
    gone: Ints


def posts(town: Town, people: Staff, holding: Flags) -> Posts:
    """Return all representatives, most supervisors, and those others who hold no share (`holding` by slot)."""
    rng = town.dice.of("posts")
    founded = town.founded[town.planted :]
    terms, title = _terms(people, founded, rng), _titles(people, rng)
    chance = rng.random(len(people.firm))
    office = (title < 4) | ~holding | (chance < np.where(people.position == 1, 0.75, 0.5))
    slots = np.flatnonzero(office)
    start, end, shown, gone = (days[slots] for days in (terms.start, terms.end, terms.shown, terms.gone))
    nobody_knows = (end == OPEN) & (rng.random(len(slots)) < _NO_END)
    end[nobody_knows], gone[nobody_knows] = UNKNOWN, UNKNOWN
    return Posts(slots, title[slots], start, end, _partly_known(start, rng), _partly_known(end, rng), shown, gone)


def posts_table(town: Town, people: Staff, holding: Flags, planted: list[Post]) -> Table:
    """Return the table of posts, those of planted enterprises last."""
    held = posts(town, people, holding)
    state = np.where(held.end == UNKNOWN, 2, np.where(held.end == OPEN, 0, 1))
    subject = people.firm[held.slots] + town.planted
    columns = {
        "信用代码": pooled(town.codes, subject),
        "姓名": people.person_names(held.slots),
        "人员编号": people.person_numbers(held.slots),
        "职务": pooled(TITLES, held.title),
        "任职日期": dates(held.told_start),
        "离任日期": dates(held.told_end),
        "登记日期": dates(held.shown),
        "登记变更日期": dates(held.gone),
        "状态": pooled(_STATES, state),
    }
    places = {code: place for place, code in enumerate(town.codes[: town.planted].tolist())}
    about = np.array([places[row.信用代码] for row in planted], np.int32)
    order = by_rank(np.concatenate([subject, about]), town.rank)
    return Table("posts", columns, len(held.slots), written_out(Post, planted), order)


def _partly_known(days: Ints, rng: np.random.Generator) -> Ints:
    """Let some days be known to the month or the year only."""
    chance, known = rng.random(len(days)), days.copy()
    certain = days < UNKNOWN
    month, year = certain & (chance < _MONTH), certain & (chance > 1 - _YEAR)
    known[month], known[year] = month_of(days[month]), year_of(days[year])
    return known
