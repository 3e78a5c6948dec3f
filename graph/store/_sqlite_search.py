"""The search index inside a store's SQLite file.

A text that is a name or an identifier of something current stands in `texts` once, with the terms it is found by in `terms`; which
facts give it is in the index of names (`_sqlite_index`). The last few texts, those numbered above the highest in `terms`, wait
until there are enough: to write one to the full-text index changes as many pages as to write all of them.

Pinyin is indexed from every syllable on, as one word (`zhangshili`, `shili`, `li`), and initials likewise, so that one prefix query
answers what begins at any syllable. A Chinese text has one term more, that says how it begins: what begins as typed is found first,
however many texts contain it somewhere.

Invariants (tests/contract/test_store.py, number 8; of texts that wait tests/unit/test_store_waiting.py; of many terms
tests/unit/test_store_search.py)
1. The index finds what is current and nothing else; a text that nobody says any more leaves it.
2. Nothing that is typed is ever query syntax.
3. Of many terms the rarest are asked for, and what is found has the others too.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

import numpy as np

from graph.model import Fact, Payload
from graph.names import asked_as, folded_name, normalise_name
from graph.store._sqlite_index import NAME, TEXT, Index, tokens
from graph.store._sqlite_rows import CURRENT, RECORDED, recorded_again
from graph.store._sqlite_runs import Numbers
from graph.store.base import Hit
from graph.store.mentions import names_of
from graph.store.terms import Wanted, normalised, terms_of, wanted
from graph.store.terms_together import words_of

_LOOKED_AT: Final = 300
"""Texts that are ranked, of those that begin as typed and of the others, where no more are asked for."""
_FEW: Final = 3
"""Terms that are asked for together at most."""
_SELECTIVE: Final = 3
"""Letters or figures from which on few enough texts have what begins so."""
_COMMON: Final = 1_000
"""Times that terms which begin with fewer stand in texts, from which on they are too many."""
_COUNTED: Final = 100
_HEAD: Final = 2
"""Characters that the term has which says how a text begins."""
_BEARERS: Final = 100
_WAITING: Final = 64
"""Texts that may wait for the full-text index."""
_INDEXED: Final = "SELECT coalesce(max(id), 0) FROM terms_content"
_ENDS: Final = f"SELECT coalesce(max(id), 0), ({_INDEXED}) FROM texts"  # noqa: S608 - a text of ours
_WAIT: Final = f"SELECT id, text FROM texts WHERE id > ({_INDEXED}) ORDER BY id"  # noqa: S608 - a text of ours
_LAST: Final = chr(0x10FFFF)
_AMONG: Final = "WHERE f.seq IN (SELECT value FROM json_each(:seqs)) AND f.value IS NOT NULL AND"
_SAYING: Final = f"{RECORDED} {_AMONG} {CURRENT} ORDER BY f.seq"
_NOW: Final = {"last": 2**62}


class Search:
    """The search index of one connection; `learn`, `forget` and `merge` are called in a transaction."""

    def __init__(self, db: sqlite3.Connection, index: Index) -> None:
        self._db, self._index = db, index

    def learn(self, said: Sequence[str], seqs: Numbers, facts: int) -> None:
        """Take in the names that a batch of so many facts gives, with the number of the fact that gives each."""
        if not said:
            return
        texts = list(map(normalised, said))
        self._index.add(NAME, tokens(texts), seqs, facts)
        wanted = list(dict.fromkeys(texts))
        known = {text for _, text in self._texts(self._index.find_all(TEXT, wanted).tolist())}
        new = [text for text in wanted if text not in known]
        if not new:
            return
        last, indexed = self._db.execute(_ENDS).fetchone()
        ids = range(last + 1, last + 1 + len(new))
        if ids[-1] - indexed > _WAITING:
            due = [*self._waiting(), *zip(ids, new, strict=True)]
            words = words_of([text for _, text in due])
            self._db.executemany(
                "INSERT INTO terms (rowid, words) VALUES (?, ?)", zip([number for number, _ in due], words, strict=True)
            )
        self._db.executemany("INSERT INTO texts VALUES (?, ?)", zip(ids, new, strict=True))
        self._index.add(TEXT, tokens(new), np.arange(last + 1, last + 1 + len(new), dtype=np.int64), facts)

    def forget(self, former: Iterable[Fact[Payload]]) -> None:
        """Take out the texts of wordings that are not current any more, as far as nothing current says them."""
        texts = {normalised(name) for fact in former for _, name, _ in names_of(fact)}
        unsaid = [text for text in texts if next(self._bearers(text), None) is None]
        for text in unsaid:
            ids = [(number,) for number, found in self._texts(self._index.find(TEXT, text)) if found == text]
            self._db.executemany("DELETE FROM terms WHERE rowid = ?", ids)
            self._db.executemany("DELETE FROM texts WHERE id = ?", ids)

    def merge(self) -> None:
        """Write the full-text index anew, so that no old part of it holds what was deleted."""
        self._db.execute("INSERT INTO terms (terms) VALUES ('optimize')")

    def find(self, text: str, limit: int) -> list[Hit]:
        """Return the best name of each entity that `text` finds, best first."""
        best: dict[str, Hit] = {}
        for ranked in self._forms(normalise_name(text), asked_as(text), max(limit, _LOOKED_AT)) if limit > 0 else ():
            for rank, size, found in ranked:
                for entity, name, kind in self._bearers(found):
                    best.setdefault(entity, Hit(entity, name, kind, rank + min(size, 999) / 1000))
                    if len(best) >= limit:
                        return list(best.values())
        return list(best.values())

    def _forms(self, exact: str, forms: Sequence[str], most: int) -> Iterator[Sequence[tuple[int, int, str]]]:
        """Yield what each form finds, best first: before all others the very text, as a sign that is no letter may stand in it."""
        if exact and exact not in forms:
            yield [(0, len(exact), exact)]
        for typed in forms:
            yield sorted(self._ranked(typed, most))

    def called(self, name: str, limit: int) -> list[str]:
        """Return the entities that bear this very name, as recorded first."""
        found: dict[str, None] = {}
        for entity, _, _ in self._bearers(normalise_name(name)) if limit > 0 else ():
            found[entity] = None
            if len(found) == limit:
                break
        return list(found)

    def _ranked(self, typed: str, most: int) -> Iterator[tuple[int, int, str]]:
        """Yield (rank, length, text) of the texts that are found: the same, beginning so, containing it, others."""
        ids = dict.fromkeys(self._index.find(TEXT, typed))
        words, beginning = wanted(typed)
        waiting = [(number, _words(text)) for number, text in self._waiting()]  # before the others: no text is in neither
        telling, common = self._telling(words)
        left = [word for word in words if word not in telling]
        head, short = beginning[:1], len(typed) <= _HEAD
        begun = self._matching([*head, *telling], most) if head and short else []
        found = self._matching(telling, most) if len(begun) < most else []  # else none of the others would be among the best
        if len(found) == most:  # there are more
            begun = self._matching([*head, *telling], most) if head and not short else begun
            found += self._matching([word for word in words if word not in common], most) if left else []
        if common:  # whole, it is in few
            found += self._matching([*(Wanted(word.term, open=False) for word in common), *telling], most)
        ids |= dict.fromkeys(chain(begun, found))
        sought = [_sought(word) for word in words]
        ids |= dict.fromkeys(number for number, terms in waiting if words and all(word in terms for word in sought))
        for _, text in self._texts(list(ids)):
            at = text.find(typed)
            rank = 3 if at < 0 else 0 if text == typed else 1 if at == 0 else 2
            if rank < 3 or (words and _has(text, left)):
                yield rank, len(text), text

    def _telling(self, words: Sequence[Wanted]) -> tuple[list[Wanted], list[Wanted]]:
        """Return the terms that the index is asked for, of those that a text must have, and those with which too many begin.

        Of many the rarest: most of a name is in half of all names of a city.
        """
        closed = [word for word in words if not word.open]
        common = [word for word in words if word.open and closed and self._is_common(word)]
        rare = closed if len(words) <= _FEW else sorted(closed, key=self._rarity)[:_FEW]
        return [*rare, *(word for word in words if word.open and word not in common)], common

    def _is_common(self, word: Wanted) -> bool:
        """Say whether so many terms begin as one that to gather them would take longer than all else."""
        return len(word.term) < _SELECTIVE and len(self._beginning(word.term, _COMMON)) == _COMMON

    def _rarity(self, word: Wanted) -> tuple[int, int]:
        """Return how many texts have a term, as far as is worth counting, and how densely the first of these stand."""
        first = self._matching([word], _COUNTED)
        return len(first), -max(first, default=0)

    def _matching(self, words: Sequence[Wanted], most: int) -> list[int]:
        if not words:
            return []
        if len(words) == 1 and words[0].open:
            return self._beginning(words[0].term, most)
        statement = "SELECT rowid FROM terms WHERE terms MATCH ? LIMIT ?"
        return [number for (number,) in self._db.execute(statement, (" AND ".join(map(_needed, words)), most))]

    def _beginning(self, begins: str, most: int) -> list[int]:
        """Return texts with a term that begins so, in the order of terms: the index of a million codes is not read for a few."""
        self._db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.instances USING fts5vocab(main, terms, instance)")
        statement = "SELECT doc FROM temp.instances WHERE term >= ? AND term < ? LIMIT ?"
        return [number for (number,) in self._db.execute(statement, (begins, f"{begins}{_LAST}", most))]

    def _waiting(self) -> list[tuple[int, str]]:
        """Return the texts that are not in the full-text index yet."""
        return self._db.execute(_WAIT).fetchall()

    def _texts(self, ids: Sequence[int]) -> list[tuple[int, str]]:
        statement = "SELECT id, text FROM texts WHERE id IN (SELECT value FROM json_each(?))"
        return self._db.execute(statement, (json.dumps(ids),)).fetchall() if ids else []

    def _bearers(self, text: str) -> Iterator[tuple[str, str, str]]:
        """Yield (entity, name, kind of name) of what is called so now, in the order recorded."""
        seqs = self._index.find(NAME, text)
        for start in range(0, len(seqs), _BEARERS):
            for row in self._db.execute(_SAYING, {"seqs": json.dumps(seqs[start : start + _BEARERS]), **_NOW}).fetchall():
                for kind, name, entity in names_of(recorded_again(row)[0].fact):
                    if normalised(name) == text:
                        yield entity, name, kind


@lru_cache(maxsize=4 * _WAITING)
def _words(text: str) -> str:
    """Return the terms of a text, each between spaces: a search in one text is quicker than one over terms."""
    return f" {' '.join(terms_of(text))} "


def _sought(word: Wanted) -> str:
    """Return what stands in `_words` of a text that has the term."""
    return f" {word.term}" if word.open else f" {word.term} "


def _has(text: str, words: Sequence[Wanted]) -> bool:
    """Say whether a text has terms: how its characters are read is found out last, which takes longest."""
    folded = folded_name(text) if words else ""
    if any(word.term not in folded for word in words if word.term.isdigit() or not word.term[0].isascii()):
        return False
    return all(_sought(word) in _words(text) for word in words if word.term[0].isascii())


def _needed(word: Wanted) -> str:
    return f'"{word.term}"{"*" if word.open else ""}'
