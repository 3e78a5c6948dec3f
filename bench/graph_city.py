"""A city of numbers for `bench/graph_speed.py`: enterprises, persons, offices and shareholdings with dates, from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from graph.snapshot.columns import DESCRIBED, Columns, EdgeTable, Side
from graph.snapshot.days import STILL
from graph.snapshot.strings import Strings

CODES: Final = ("shareholding", "legal_representative", "director", "supervisor", "general_manager")
KINDS: Final = ("", "company", "person")
NOW: Final = 45_800
Ints = npt.NDArray[Any]


@dataclass(frozen=True)
class City:
    """Edges in any order: enterprises are nodes 0 to `enterprises`, persons follow; -1 is no share."""

    enterprises: int
    persons: int
    party: Ints
    subject: Ints
    code: Ints
    start: Ints
    end: Ints
    share: Ints

    @property
    def nodes(self) -> int:
        """Count the nodes."""
        return self.enterprises + self.persons

    def columns(self, unknown: float = 0.0, seed: int = 1) -> Columns:
        """Return it as columns; a part of the shareholdings is known only between bounds."""
        share = self.share
        side = Side()
        if unknown:
            rng = np.random.default_rng(seed)
            chosen = np.flatnonzero((share >= 0) & (rng.random(len(share)) < unknown))
            low = share[chosen] // 2
            share = share.copy()
            share[chosen] = low
            days = np.stack([self.start, self.start, self.end, self.end] * 2, 1)[chosen].astype(np.uint16)
            bounds = np.stack([low, np.minimum(low * 2 + 100_000, 1_000_000)], 1).astype(np.int32)
            side = Side(chosen, days, bounds, np.zeros(len(chosen), np.bool_))
        names = Strings.of(f"{'E' if i < self.enterprises else 'P'}{i}" for i in range(self.nodes))
        kinds = np.full(self.nodes, 2 | DESCRIBED, np.uint8)
        kinds[: self.enterprises] = 1 | DESCRIBED
        table = EdgeTable(self.party, self.subject, self.code, self.start, self.end, share, side=side)
        return Columns.build(names, kinds, KINDS, CODES, table)


def make_city(enterprises: int, seed: int = 20261) -> City:
    """Return a city of so many enterprises, 1.67 times as many persons and about 5.5 edges an enterprise."""
    rng = np.random.default_rng(seed)
    persons = enterprises * 5 // 3
    parts = [_offices(rng, enterprises, persons), *_holdings(rng, enterprises, persons)]
    party, subject, code, start, end, share = (np.concatenate(column) for column in zip(*parts, strict=True))
    # Numbers of neighbours lie near each other, as those of a register sorted by district do.
    return City(enterprises, persons, party, subject, code, start, end, share)


def _person(rng: np.random.Generator, subject: Ints, enterprises: int, persons: int) -> Ints:
    """Most people stand near their enterprise, some anywhere, a few everywhere."""
    near = subject * persons // enterprises + rng.integers(0, 6, len(subject))
    anywhere = (persons * rng.random(len(subject)) ** 2.5).astype(np.int64)
    return enterprises + np.where(rng.random(len(subject)) < 0.75, near, anywhere) % persons


def _dates(rng: np.random.Generator, count: int, ended: float) -> tuple[Ints, Ints]:
    start = NOW - (16_000 * rng.random(count) ** 1.4).astype(np.int64)
    end = start + (1 + (NOW - start) * rng.random(count)).astype(np.int64)
    return start, np.where(rng.random(count) < ended, end, STILL)


def _offices(rng: np.random.Generator, enterprises: int, persons: int) -> tuple[Ints, ...]:
    counts = np.stack([1 + (rng.random(enterprises) < 0.25), rng.poisson(1.1, enterprises), rng.random(enterprises) < 0.7], 1)
    counts = np.concatenate([counts, (rng.random(enterprises) < 0.6)[:, None]], 1).astype(np.int64)
    subject = np.repeat(np.arange(enterprises), counts.sum(1))
    code = np.repeat(np.tile(np.arange(1, 5), enterprises), counts.ravel())
    start, end = _dates(rng, len(subject), 0.25)
    return _person(rng, subject, enterprises, persons), subject, code, start, end, np.full(len(subject), -1)


def _holdings(rng: np.random.Generator, enterprises: int, persons: int) -> list[tuple[Ints, ...]]:
    """Persons hold all of most enterprises; a fifth is held by enterprises of a lower number too, some in a circle."""
    count = 1 + rng.poisson(0.45, enterprises)
    owned = rng.random(enterprises) < 0.22
    owned[0] = False
    free = np.full(enterprises, 1_000_000)
    subject = np.flatnonzero(owned)
    parent = (subject * rng.random(len(subject)) ** 1.5).astype(np.int64)
    share = rng.choice([1_000_000, 700_000, 510_000, 500_000, 400_000, 250_000, 100_000], len(subject))
    free[subject] -= share
    # Some subsidiaries hold a twentieth of their parent.
    circle, first_ = np.unique(parent, return_index=True)
    chosen = (free[circle] >= 50_000) & (rng.random(len(circle)) < 0.04) & (subject[first_] != circle)
    circle, above = circle[chosen], subject[first_][chosen]
    free[circle] -= 50_000
    holders = np.repeat(np.arange(enterprises), np.where(free > 0, count, 0))
    first = np.r_[True, holders[1:] != holders[:-1]] if len(holders) else np.zeros(0, np.bool_)
    each = free[holders] // count[holders]
    held = np.where(first, free[holders] - each * (count[holders] - 1), each)
    parts = [(_person(rng, holders, enterprises, persons), holders, held), (parent, subject, share)]
    parts += [(above, circle, np.full(len(circle), 50_000))]
    rows: list[tuple[Ints, ...]] = []
    for party, subject_, ppm in parts:
        start = NOW - (16_000 * rng.random(len(party)) ** 1.4).astype(np.int64)
        rows.append((party, subject_, np.zeros(len(party), np.int64), start, np.full(len(party), STILL), ppm))
    return [*rows, _former(rng, rows[0], enterprises, persons)]


def _former(rng: np.random.Generator, rows: tuple[Ints, ...], enterprises: int, persons: int) -> tuple[Ints, ...]:
    """Return those whose share somebody else holds now."""
    _, subject, code, start, _, share = rows
    chosen = rng.random(len(subject)) < 0.15
    began = start[chosen] - rng.integers(1, 3_000, int(chosen.sum()))
    party = _person(rng, subject[chosen], enterprises, persons)
    return party, subject[chosen], code[chosen], began, start[chosen] - 1, share[chosen]
