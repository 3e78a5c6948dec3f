"""Relationships become rows of an `EdgeTable`, one after the other, in arrays that hold a few dozen bytes of each.

Invariants (tests/unit/test_snapshot_edges.py holds one test a number)
1. What does not fit into a row stands in the side table: days that are vague or differ between the timelines, bounds of a share,
   days outside the range.
2. A statement whose id is no hash, or whose interest no list has, is refused.
"""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from graph import codes
from graph.codec import digest
from graph.errors import InputError
from graph.model import PPM, Fact, Relationship
from graph.snapshot.columns import EdgeTable, Side
from graph.snapshot.days import clamped, extent


def code_names() -> tuple[str, ...]:
    """Return the codes of edges by number: every kind of interest and every role."""
    return tuple(dict.fromkeys([*(i.code for i in codes.load("interests")), *(r.code for r in codes.load("roles"))]))


class EdgeRows:
    """Relationships whose two ends and source have numbers."""

    def __init__(self) -> None:
        self._codes = {code: place for place, code in enumerate(code_names())}
        self._party, self._subject, self._share = array("i"), array("i"), array("i")
        self._code, self._source = array("H"), array("H")
        self._start, self._end = array("H"), array("H")
        self._fact, self._key = array("Q"), array("Q")
        self._unsure = bytearray()
        self._side, self._side_days, self._side_share = array("i"), array("H"), array("i")
        self._side_clamped = bytearray()

    def add(self, fact: Fact[Relationship], party: int, subject: int, source: int, *, unsure: bool = False) -> None:
        """Add a relationship.

        Raises
        ------
        InputError
            Its id is no hash, or no list has its interest.
        """
        value = fact.value
        if value.interest not in self._codes:
            raise InputError(f"{fact.key}: no list has the interest {value.interest!r}")
        hashed_id = hashed(fact.id)
        legal = extent(value.period)
        days = (*legal, *(extent(value.registered) if value.registered else legal))
        outside = clamped(value.period) or bool(value.registered and clamped(value.registered))
        if outside or not _is_plain(value, days):
            self._side.append(len(self._fact))
            self._side_days.extend(days)
            self._side_share.extend((value.share.minimum, value.share.maximum) if value.share else (0, PPM))
            self._side_clamped.append(outside)
        self._fact.append(hashed_id)
        self._key.append(key_hash(fact.key))
        self._party.append(party)
        self._subject.append(subject)
        self._source.append(source)
        self._code.append(self._codes[value.interest])
        self._share.append(value.share.minimum if value.share else -1)
        self._start.append(min(days[0], days[4]))
        self._end.append(max(days[3], days[7]))
        self._unsure.append(unsure)

    def table(self) -> EdgeTable:
        """Return what was added, in that order; the arrays are shared, so nothing may be added afterwards."""
        side = Side(
            _array(self._side, np.int32),
            _array(self._side_days, np.uint16).reshape(-1, 8),
            _array(self._side_share, np.int32).reshape(-1, 2),
            _array(self._side_clamped, np.bool_),
        )
        return EdgeTable(
            _array(self._party, np.int32),
            _array(self._subject, np.int32),
            _array(self._code, np.uint16),
            _array(self._start, np.uint16),
            _array(self._end, np.uint16),
            _array(self._share, np.int32),
            _array(self._fact, np.uint64),
            _array(self._key, np.uint64),
            _array(self._unsure, np.bool_),
            _array(self._source, np.uint16),
            side,
        )


def _array(values: array[int] | bytearray, kind: Any) -> Any:
    return np.frombuffer(values, kind) if len(values) else np.zeros(0, kind)


def _is_plain(value: Relationship, days: tuple[int, ...]) -> bool:
    exact = days[0] == days[1] and days[2] == days[3] and days[:4] == days[4:]
    return exact and (value.share is None or value.share.minimum == value.share.maximum)


def hashed(fact_id: str) -> int:
    """Return the id of a statement as a number.

    Raises
    ------
    InputError
        It is not the 16 hexadecimal digits that `graph.codec` gives.
    """
    try:
        if len(fact_id) == 16:
            return int(fact_id, 16)
    except ValueError:
        pass
    raise InputError(
        f"{fact_id!r} is no id of a statement (16 hexadecimal digits)", zh=f"“{fact_id}”不是记录编号（16 位十六进制数字）"
    )


def key_hash(key: str) -> int:
    """Return the key of a statement as a number."""
    return int(digest(key), 16)
