"""What the columns tell of people at large: by which names they go, and where else one source tells of the same bearer.

A city has millions of people, so each is read from the columns once, and followed with what was added since.

Invariants (tests/unit/test_snapshot_people.py holds one test a number)
1. A name is known if a person of the graph goes by it, however it is spelled; beside these, only a name that has the hash of one.
2. Wherever a bearer who is told at an enterprise is told too is among what is returned, also where he was added after the columns
   were built.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from threading import Lock
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.model import appearance_name
from graph.reading import han_key
from graph.snapshot.columns import Columns
from graph.snapshot.gather import BEARER_END
from graph.snapshot.resolving import is_split
from graph.snapshot.strings import Strings
from graph.store.mentions import base_of

_Hashes = npt.NDArray[np.int64]


class _Told(NamedTuple):
    """Some mentions, their numbers in the order of their bearers' hashes, and these."""

    mentions: Strings
    order: npt.NDArray[np.intp]
    hashes: _Hashes


class People:
    """What the columns of one store tell of people; used by several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._named: tuple[Strings, _Hashes] | None = None
        self._told: _Told | None = None

    def known(self, columns: Columns, keys: Collection[str]) -> frozenset[str]:
        """Return those of some keys of names (`graph.reading.han_key`) that a person of the graph goes by."""
        with self._lock:
            if self._named is None or self._named[0] is not columns.nodes:
                self._named = columns.nodes, np.unique(_hashes(_keys(columns.nodes)))
            named = self._named[1]
        late = frozenset(_keys(columns.added_nodes))
        return frozenset(key for key in keys if key in late or len(named[_span(named, key)]))

    def told_with(self, columns: Columns, enterprises: Iterable[str]) -> frozenset[str]:
        """Return these enterprises, and every other where a bearer is told who is told at one of them."""
        with self._lock:
            if self._told is None or self._told.mentions is not columns.mentions:
                hashes = _hashes(map(_bearer, columns.mentions))
                order = np.argsort(hashes, kind="stable")
                self._told = _Told(columns.mentions, order, hashes[order])
            told = self._told
        found = set(enterprises)
        near = [mark for each in found for mark in columns.mentions.starting(f"{each}#")]
        bearers = {_bearer(mark) for mark in (*near, *columns.added_mentions) if _enterprise(mark) in found}
        for bearer in bearers:
            found |= {_enterprise(told.mentions[number]) for number in told.order[_span(told.hashes, bearer)].tolist()}
        return frozenset(found | {_enterprise(mark) for mark in columns.added_mentions if _bearer(mark) in bearers})


class Elsewhere:
    """Where else people are told of, in some columns."""

    def __init__(self, people: People, columns: Columns) -> None:
        self._people, self._columns = people, columns

    def __call__(self, enterprises: Iterable[str]) -> frozenset[str]:
        """Return these enterprises, and every other where a bearer is told who is told at one of them."""
        return self._people.told_with(self._columns, enterprises)

    def bearers(self, appearance: str) -> int:
        """Count the people that an appearance stands for."""
        before = f"{appearance}{BEARER_END}"
        late = (mark for mark in self._columns.added_mentions if mark.startswith(before))
        marks = {*self._columns.mentions.starting(before), *late}
        if not is_split(marks):
            return 1
        return len({bearer for _, source, bearer in (mark.split(BEARER_END) for mark in marks) if source}) or 1


def _hashes(texts: Iterable[str]) -> _Hashes:
    return np.fromiter(map(hash, texts), np.int64)


def _span(hashes: _Hashes, text: str) -> slice:
    """Return where the hash of a text stands among hashes in order."""
    first, last = (int(np.searchsorted(hashes, hash(text), side)) for side in ("left", "right"))
    return slice(first, last)


def _keys(nodes: Iterable[str]) -> Iterator[str]:
    return (han_key(name) for node in nodes if (name := appearance_name(node)))


def _bearer(mark: str) -> str:
    return mark.rpartition(BEARER_END)[2]


def _enterprise(mark: str) -> str:
    return base_of(mark.partition(BEARER_END)[0])
