"""The city around the planted scenarios: its tables in columns, and the CSV files of a register made of them.

The scenarios are planted first, one by one; the background is drawn around them in columns of numbers, and its texts are made some
thousand rows at a time. So a city of millions needs little more memory than its numbers do.

Invariants (tests/unit/test_loaders_synthetic.py holds one test a number)
6. The same seed and size give the same files, byte for byte.
7. The background touches no planted answer: it adds no post and no decision to a planted enterprise, and no number twice.
8. The files say exactly what the columns say.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from graph.errors import InputError
from loaders.synthetic.columns import Chunk, Ints, Table, by_rank, dates, day_of, pooled, written_table
from loaders.synthetic.dealings import TENDER_NUMBER, dealing_tables, guarantees, tenders
from loaders.synthetic.desk import Registry
from loaders.synthetic.network_cases import Followed, plant_networks
from loaders.synthetic.networks import Ids, followed_rounds, members
from loaders.synthetic.ownership import ownership, shareholder_tables
from loaders.synthetic.places import ADDRESS_NUMBER, Places, place_tables, places, telephone_text
from loaders.synthetic.records import Answer, Case, Link, Member, Named, Ruling
from loaders.synthetic.staff import Staff, posts_table, staff
from loaders.synthetic.town import Dice, Town, enterprise_table, settle
from loaders.synthetic.truth import ENTERPRISES_A_ROUND, plant

ENTERPRISES_FOR_A_ROUND: Final = 160
"""One round of scenarios for so many enterprises, so that most of the city has nothing to do with any decision."""
MOST_ROUNDS: Final = 506
"""About 20,000 decisions: no city has more, however large."""
CHUNK_ROWS: Final = 50_000
_SOURCE: Final = "synthetic_city"
_BRANCHES: Final = 50

Progress = Callable[[str, int], None]
"""Told the file and how many rows of it are written."""


@dataclass(frozen=True)
class CityReport:
    """What was written: rows a file, in the order of the files."""

    folder: Path
    seed: int
    rows: dict[str, int]
    outcomes: dict[str, int]


@dataclass(frozen=True)
class City:
    """A city: what the register delivers, in the order in which the mapping loads it, and the truth about it."""

    cases: list[Case]
    """Scenarios with their answers, those of the networks last."""
    register: tuple[Table, ...]
    truth: tuple[Table, ...]


@dataclass(frozen=True)
class Settled:
    """A city of which the enterprises stand and the scenarios are planted, before anything else is drawn."""

    registry: Registry
    cases: list[Case]
    followed: Followed
    rooms: list[tuple[int, int]]
    town: Town


def settled(enterprises: int = 1000, seed: int = 0) -> Settled:
    """Plant the scenarios and found a city of so many enterprises around them.

    Raises
    ------
    InputError
        Too few enterprises for one round of scenarios.
    """
    if enterprises < ENTERPRISES_A_ROUND:
        raise InputError(
            f"a city of {enterprises} has no room for every scenario once: {ENTERPRISES_A_ROUND} or more",
            zh=f"{enterprises} 家企业的城市容不下每种情形各一次：至少 {ENTERPRISES_A_ROUND} 家",
        )
    registry = Registry(random.Random(seed))
    rounds = min(max(1, enterprises // ENTERPRISES_FOR_A_ROUND), MOST_ROUNDS)
    cases = plant(registry, rounds)
    swaps, returns = followed_rounds(enterprises, rounds)
    rooms = _left_rooms(registry, cases, returns)
    followed = plant_networks(registry, swaps, returns)
    town = settle(registry, enterprises, Dice(seed, enterprises), rooms)
    return Settled(registry, cases + followed.cases, followed, rooms, town)


def build_city(enterprises: int = 1000, seed: int = 0) -> City:
    """Plant the scenarios and build a city of so many enterprises around them (see `settled` for what is refused)."""
    made = settled(enterprises, seed)
    return _around(made.registry, made.town, made.cases, made.followed, made.rooms)


def _left_rooms(registry: Registry, cases: list[Case], count: int) -> list[tuple[int, int]]:
    """Choose planted enterprises into whose rooms somebody else moves after the decision, with the day of it."""
    number = {row.统一社会信用代码: place for place, row in enumerate(registry.enterprises)}
    plain = [case.rulings[0] for case in cases if case.scenario == "plain"]
    return [(number[ruling.信用代码], day_of(ruling.决定日期)) for ruling in plain[:count]]


def _around(registry: Registry, town: Town, cases: list[Case], followed: Followed, rooms: list[tuple[int, int]]) -> City:
    people = staff(town, registry.people)
    own = ownership(town, people)
    new_tenants = [(old, new) for (old, _), new in zip(rooms, town.plots.tenants, strict=True)]
    where = places(town, followed.again, new_tenants)
    given, bids = guarantees(town), tenders(town)
    shareholders, corporate = shareholder_tables(town, people, own, [row for case in cases for row in case.holdings])
    decided = (
        written_table("decisions", Ruling, [row for case in cases for row in case.rulings]),
        written_table("decision_people", Named, [row for case in cases for row in case.named]),
        written_table("decision_links", Link, [row for case in cases for row in case.links]),
    )
    ring_days = {int(group[0]): int(town.founded[group].max()) for group in town.plots.circular} | given.ring_days
    ring_days |= {ring: int(bids.opened[numbers[0]]) for ring, numbers in bids.rigged.items()}
    met = {ring: [_own(TENDER_NUMBER.format(number + 1)) for number in numbers] for ring, numbers in bids.rigged.items()}
    told = members(town.plots, _ids(town, people, where), town.founded, ring_days, met)
    register = (
        enterprise_table(town, registry),
        _branches(town),
        posts_table(town, people, own.holding, [row for case in cases for row in case.posts]),
        shareholders,
        corporate,
        *place_tables(town, where),
        *dealing_tables(town, given, bids),
        *decided,
    )
    truth = (
        written_table("truth", Answer, [row for case in cases for row in case.answers]),
        written_table("networks", Member, [*followed.members, *told]),
    )
    return City(cases, register, truth)


def _own(number: str) -> str:
    """Return the id in Zeren of what the register has a number of its own for."""
    return f"{_SOURCE}:{number}"


def _ids(town: Town, people: Staff, where: Places) -> Ids:
    address = where.current_address()
    lines: dict[int, list[int]] = {}
    mills = {firm for group in town.plots.mills for firm in group.tolist()}
    for firm, telephone in zip(where.reached.tolist(), where.telephone.tolist(), strict=True):
        if firm in mills:
            lines.setdefault(firm, []).append(telephone)

    def company(firm: int) -> str:
        return f"uscc:{town.codes[firm]}"

    def person_at(firm: int, position: int) -> tuple[str, str]:
        slot = np.array([people.begin[firm - town.planted] + position])
        only = np.zeros(1, np.int64)
        return f"{company(firm)}#{people.person_names(slot)(only)[0]}", people.person_numbers(slot)(only)[0]

    return Ids(
        company,
        lambda firm: _own(ADDRESS_NUMBER.format(int(address[firm]) + 1)),
        lambda firm: [_own(telephone_text(line)) for line in lines.get(firm, [])],
        person_at,
    )


def _branches(town: Town) -> Table:
    """Return the table of branches: some of the background have them among themselves."""
    rng, others = town.dice.of("branches"), town.plots.others
    branch = rng.permutation(others)[: len(others) // _BRANCHES]
    head: Ints = others[rng.integers(0, max(len(others), 1), len(branch))]
    apart = head != branch
    head, branch = head[apart], branch[apart]
    columns = {
        "总公司信用代码": pooled(town.codes, head),
        "分公司信用代码": pooled(town.codes, branch),
        "设立日期": dates(np.maximum(town.founded[head], town.founded[branch])),
    }
    return Table("branches", columns, len(branch), order=by_rank(branch, town.rank))


def city_columns(enterprises: int = 1000, seed: int = 0, *, chunk_rows: int = CHUNK_ROWS) -> Iterator[tuple[str, Chunk]]:
    """Yield the city without writing it: (table of the mapping, its next rows by column), in the order of the mapping.

    Parameters
    ----------
    enterprises, seed : int
        As for `write_city`, which writes exactly this.
    chunk_rows : int
        Rows in a chunk at most; it changes nothing of what they say. A table without rows is one chunk without rows.
    """
    if chunk_rows < 1:
        raise InputError(f"a chunk has at least one row, not {chunk_rows}")
    for table in build_city(enterprises, seed).register:
        for chunk in table.chunks(chunk_rows):
            yield table.name, chunk


def write_city(
    folder: Path, enterprises: int = 1000, seed: int = 0, *, progress: Progress = lambda _file, _rows: None
) -> CityReport:
    """Write the files of a city, and truth.csv and networks.csv with what is planted, into a folder (made where it is missing).

    Parameters
    ----------
    folder : Path
        Files of the same names in it are overwritten.
    enterprises : int
        Size of the city.
    seed : int
        The same seed and size give the same bytes.
    progress : callable, optional
        Told how far it is.
    """
    city = build_city(enterprises, seed)
    folder.mkdir(parents=True, exist_ok=True)
    rows = {f"{table.name}.csv": _write(folder, table, progress) for table in (*city.register, *city.truth)}
    outcomes = Counter({"established": 0, "lead": 0, "blocked": 0, "none": 0})
    outcomes.update(answer.outcome for case in city.cases for answer in case.answers)
    return CityReport(folder, seed, rows, dict(outcomes))


def _write(folder: Path, table: Table, progress: Progress) -> int:
    path, done = folder / f"{table.name}.csv", 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.columns)
        for chunk in table.chunks(CHUNK_ROWS):
            writer.writerows(zip(*chunk.values(), strict=True))
            done += len(next(iter(chunk.values())))
            progress(path.name, done)
    return done
