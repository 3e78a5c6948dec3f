"""The city around the planted scenarios, written as the CSV files of a register.

Invariants (tests/unit/test_loaders_synthetic.py holds one test a number)
6. The same seed and size give the same files, byte for byte.
7. The background touches no planted answer: it adds no post and no decision to a planted enterprise, and no number twice.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field, fields
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graph.errors import InputError
from loaders.synthetic.desk import Registry
from loaders.synthetic.names import TRADES, person_name
from loaders.synthetic.records import (
    Answer,
    Branch,
    Case,
    CorporateHolding,
    Enterprise,
    Holding,
    Link,
    Named,
    Post,
    Ruling,
)
from loaders.synthetic.truth import ENTERPRISES_A_ROUND, plant

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ENTERPRISES_FOR_A_ROUND: Final = 160
"""One round of scenarios for so many enterprises, so that most of the city has nothing to do with any decision."""
_BOARD: Final = ("法定代表人", "董事长、总经理", "董事", "董事", "监事", "副总经理", "财务负责人")


@dataclass(frozen=True)
class CityReport:
    """What was written: rows a file, in the order of the files."""

    folder: Path
    seed: int
    rows: dict[str, int]
    outcomes: dict[str, int]


@dataclass
class City:
    """All rows of all files, and the cases they were planted from."""

    cases: list[Case]
    enterprises: list[Enterprise] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    corporate: list[CorporateHolding] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


def build_city(enterprises: int = 1000, seed: int = 0) -> City:
    """Plant the scenarios and build a city of so many enterprises around them.

    Raises
    ------
    InputError
        Too few enterprises for one round of scenarios.
    """
    if enterprises < ENTERPRISES_A_ROUND:
        raise InputError(f"a city of {enterprises} has no room for every scenario once: {ENTERPRISES_A_ROUND} or more")
    rng = random.Random(seed)
    registry = Registry(rng)
    city = City(plant(registry, max(1, enterprises // ENTERPRISES_FOR_A_ROUND)))
    for case in city.cases:
        city.enterprises += case.enterprises
        city.posts += case.posts
        city.holdings += case.holdings
        city.rulings += case.rulings
        city.named += case.named
        city.links += case.links
        city.answers += case.answers
    planted = list(city.enterprises)
    background = [_enterprise(registry, city) for _ in range(enterprises - len(planted))]
    _ownership(rng, city, background, planted)
    # A register is not sorted by what a reader is looking for.
    for rows in (city.enterprises, city.posts, city.holdings):
        rng.shuffle(rows)
    return city


def _enterprise(registry: Registry, city: City) -> Enterprise:
    """Found an enterprise of the background, with the people in its posts."""
    rng = registry.rng
    founded = date(2005, 1, 1) + timedelta(days=rng.randint(0, 6500))
    enterprise = registry.enterprise(rng.choice(TRADES), founded)
    city.enterprises.append(enterprise)
    code, taken = enterprise.统一社会信用代码, set[str]()
    holders: list[tuple[str, str]] = []
    for title in _BOARD[: rng.randint(2, len(_BOARD))]:
        name, number = person_name(rng, taken), registry.person_number()
        taken.add(name)
        start, end = founded, ""
        if rng.random() < 0.25:
            left = founded + timedelta(days=rng.randint(200, 1200))
            end = left.isoformat()
            successor, other = person_name(rng, taken), registry.person_number()
            taken.add(successor)
            came = (left + timedelta(days=1)).isoformat()
            city.posts.append(Post(code, successor, other, title, came, "", came, "", "在任"))
        first = start.isoformat()
        city.posts.append(Post(code, name, number, title, first, end, first, end, "离任" if end else "在任"))
        holders.append((name, number))
    percents = [55, 25, 10][: rng.randint(1, min(3, len(holders)))]
    for (name, number), percent in zip(holders, percents, strict=False):
        city.holdings.append(Holding(code, name, number, str(percent), founded.isoformat(), ""))
    return enterprise


def _ownership(rng: random.Random, city: City, background: list[Enterprise], planted: list[Enterprise]) -> None:
    """Let enterprises of the background hold others, planted ones too, and have branches among themselves."""
    if len(background) < 2:
        return
    for subject in [*background, *planted]:
        if rng.random() < 0.15:
            owner = rng.choice(background)
            if owner is subject:
                continue
            since = max(owner.成立日期, subject.成立日期)
            city.corporate.append(
                CorporateHolding(subject.统一社会信用代码, owner.统一社会信用代码, str(rng.randint(1, 9)), since, "")
            )
    for branch in rng.sample(background, len(background) // 50):
        head = rng.choice(background)
        if head is not branch:
            since = max(head.成立日期, branch.成立日期)
            city.branches.append(Branch(head.统一社会信用代码, branch.统一社会信用代码, since))


def write_city(folder: Path, enterprises: int = 1000, seed: int = 0) -> CityReport:
    """Write the files of a city, and truth.csv with the planted answers, into a folder (made where it is missing).

    Parameters
    ----------
    folder : Path
        Files of the same names in it are overwritten.
    enterprises : int
        Size of the city.
    seed : int
        The same seed and size give the same bytes.
    """
    city = build_city(enterprises, seed)
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, tuple[type[DataclassInstance], Iterable[DataclassInstance]]] = {
        "enterprises.csv": (Enterprise, city.enterprises),
        "posts.csv": (Post, city.posts),
        "shareholders.csv": (Holding, city.holdings),
        "corporate_shareholders.csv": (CorporateHolding, city.corporate),
        "branches.csv": (Branch, city.branches),
        "decisions.csv": (Ruling, city.rulings),
        "decision_people.csv": (Named, city.named),
        "decision_links.csv": (Link, city.links),
        "truth.csv": (Answer, city.answers),
    }
    rows = {name: _write(folder / name, kind, content) for name, (kind, content) in tables.items()}
    outcomes = {"established": 0, "lead": 0, "blocked": 0, "none": 0}
    for answer in city.answers:
        outcomes[answer.outcome] += 1
    return CityReport(folder, seed, rows, outcomes)


def _write(path: Path, kind: type[DataclassInstance], rows: Iterable[DataclassInstance]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in fields(kind)])
        for row in rows:
            writer.writerow(astuple(row))
            count += 1
    return count
