"""Writing to a store's SQLite file: what of a batch is recorded, under which numbers, and what the indexes learn of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, count
from typing import NamedTuple

import numpy as np

from graph.errors import NotFound
from graph.model import Fact, Operation, Origin, Payload
from graph.store._sqlite_index import ABOUT, ID, KEY, Index, tokens
from graph.store._sqlite_rows import RECORDED, joined, recorded
from graph.store._sqlite_runs import Numbers
from graph.store._sqlite_search import Search
from graph.store.audit import chained, contents_of, mark_of, marks_of_new, moment
from graph.store.base import Act, Appended, AuditRow, Write
from graph.store.block import Block, Names
from graph.store.clock import in_order
from graph.store.copying import Entry, see_that_it_follows
from graph.store.mentions import about_of, names_of
from graph.store.taking import Taken, entry_of, taken_of
from graph.store.wording import Standing

_NEW, _RETRACTED = Operation.NEW.value, Operation.RETRACTION.value
_STANDING = """
SELECT f.key, f.seq, f.id, f.operation, s.article
FROM facts f LEFT JOIN sealed s ON s.key = f.key WHERE f.seq IN (SELECT value FROM json_each(?)) ORDER BY f.seq
"""

_OF_KEY = "WHERE f.seq IN (SELECT value FROM json_each(?)) AND f.key = ?"
_PLACES = "SELECT f.seq, f.before FROM facts f "
_BLANK = "UPDATE facts AS f SET value = NULL, flags = '', origin = 0, row = 0, reason = ''"
_INSERT = "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class Writer:
    """Writes through one connection; every method is called in a transaction."""

    def __init__(self, db: sqlite3.Connection, index: Index, search: Search) -> None:
        self._db, self._index, self._search = db, index, search

    def append(self, writes: Sequence[Write], texts: Sequence[str], act: Act) -> Appended:
        """Record what is not recorded already, and the progress mark."""
        head = self._head()
        first = head.last_seq + 1
        if isinstance(writes, Block) and writes and self._is_new(writes):
            return self._record_block(writes, head, act)
        taken = self._taken(writes, texts, first)
        self._note(act)
        if not taken:
            moment(act.at)
            return Appended(head.version, 0)
        row = AuditRow(head.version + 1, in_order(act.at, head.at), act.by, act.what, "", "")
        return Appended(self._record([entry_of(each, seq) for seq, each in enumerate(taken, first)], row, head), len(taken))

    def seal(self, keys: Sequence[str], article: str, act: Act) -> bool:
        """Blank every wording of keys, keeping their marks; say whether any was not sealed before."""
        new = [key for key in keys if not self._db.execute("SELECT 1 FROM sealed WHERE key = ?", (key,)).fetchone()]
        for key in new:
            if not self.standing([key])[0]:
                raise NotFound(f"nothing has the key {key}")
            head = self._head()
            at = in_order(act.at, head.at)
            self._seal(AuditRow(head.version + 1, at, act.by, act.what, "", contents_of(()), key), article, head)
        if new:
            self._search.merge()
        return bool(new)

    def take(self, row: AuditRow, entries: Sequence[Entry], article: str) -> None:
        """Record a version as another store has it, unless it is there."""
        if self._chain_of(row.version) == row.chain:
            return
        head = self._head()
        see_that_it_follows(row, entries, head.version, head.chain)
        if row.sealed is None:
            self._record(entries, row, head)
        else:
            self._seal(row, article, head)
            self._search.merge()

    def _seal(self, row: AuditRow, article: str, head: _Head) -> None:
        key = row.sealed
        seqs = json.dumps(self._index.find(KEY, str(key)))
        rows = self._db.execute(f"{RECORDED} {_OF_KEY} ORDER BY f.seq", (seqs, key)).fetchall()
        before = dict(self._db.execute(_PLACES + _OF_KEY, (seqs, key)).fetchall())
        wordings = {row[0]: recorded(row) for row in rows}
        self._log(row, head.last_seq, head.chain)
        self._db.execute("INSERT INTO sealed VALUES (?, ?, ?)", (key, article, row.version))
        for seq, said in wordings.items():
            mark = mark_of(said.fact.id, said.operation, said.reason, said.fact.origin, before[seq])
            self._db.execute("INSERT INTO sealed_marks VALUES (?, ?)", (seq, mark))
        self._db.execute(f"{_BLANK} {_OF_KEY}", (seqs, key))
        self._search.forget([said.fact for said in wordings.values()])

    # What is to be recorded

    def _taken(self, writes: Sequence[Write], texts: Sequence[str], first: int) -> list[Taken]:
        standing, places = self.standing([write.fact.key for write in writes])
        return taken_of(writes, texts, standing, places, first, self._wording)

    def standing(self, keys: Sequence[str]) -> tuple[dict[str, Standing], dict[str, int]]:
        """Return what is recorded last under each key, and its number."""
        standing, places = {}, {}
        wanted = set(keys)
        seqs = self._index.find_all(KEY, list(wanted)).tolist()
        for key, seq, fact_id, operation, article in self._db.execute(_STANDING, (json.dumps(seqs),)) if seqs else ():
            if key in wanted:
                standing[key] = Standing(fact_id, operation == _RETRACTED, article)
                places[key] = seq
        return standing, places

    def _wording(self, seq: int) -> Fact[Payload] | None:
        found = self._db.execute(f"{RECORDED} WHERE f.seq = ? AND f.operation <> '{_RETRACTED}'", (seq,)).fetchone()
        return recorded(found).fact if found else None

    # Recording

    def _note(self, act: Act) -> None:
        if act.progress is not None:
            self._db.execute("INSERT OR REPLACE INTO progress (name, value) VALUES (?, ?)", act.progress)

    def _is_new(self, block: Block) -> bool:
        """Whether nothing in the block is recorded, and nothing said twice."""
        return len(set(block.keys)) == len(block) and not self.standing(block.keys)[0]

    def _record_block(self, block: Block, head: _Head, act: Act) -> Appended:
        """Record a block of new statements a column at a time."""
        version, first, size = head.version + 1, head.last_seq + 1, len(block)
        self._note(act)
        contents = contents_of(marks_of_new(block.ids, block.source, block.file, block.rows))
        self._log(AuditRow(version, in_order(act.at, head.at), act.by, act.what, "", contents), first + size - 1, head.chain)
        kinds = [key[: key.index("/")] for key in block.keys]
        flags, place = map(joined, block.flags), self._origin(Origin(block.source, block.file), {})
        # What is the same of all of them stands in the statement: each value that is bound costs.
        insert = f"INSERT INTO facts VALUES (?, {version:d}, 0, ?, ?, ?, '{_NEW}', ?, ?, {place:d}, ?, '')"  # noqa: S608 - numbers of ours
        columns = (count(first), kinds, block.keys, block.ids, block.texts, flags, block.rows)
        self._db.executemany(insert, zip(*columns, strict=False))
        self._learn(first, block.keys, block.ids, block.about, block.names)
        self._index.fold(first + size - 1)
        return Appended(version, size)

    def _record(self, entries: Sequence[Entry], row: AuditRow, head: _Head) -> int:
        last = entries[-1].seq if entries else head.last_seq
        self._log(replace(row, contents=contents_of(entry.mark for entry in entries)), last, head.chain)
        origins: dict[tuple[str, str], int] = {}
        self._db.executemany(_INSERT, [self._columns(entry, row.version, origins) for entry in entries])
        if sealed := [(entry.seq, entry.mark) for entry in entries if entry.fact is None]:
            self._db.executemany("INSERT INTO sealed_marks VALUES (?, ?)", sealed)
        if entries:
            about = [about_of(entry.fact) if entry.fact else () for entry in entries]
            stays = (entry.fact if entry.operation is not Operation.RETRACTION else None for entry in entries)
            names = [names_of(fact) if fact else () for fact in stays]
            self._learn(entries[0].seq, [entry.key for entry in entries], [entry.id for entry in entries], about, names)
            if gone := [row for entry in entries if entry.before for row in self._former(entry.before)]:
                self._search.forget(gone)
            self._index.fold(entries[-1].seq)
        return row.version

    def _columns(self, entry: Entry, version: int, origins: dict[tuple[str, str], int]) -> tuple[object, ...]:
        kind = entry.key.partition("/")[0]
        first = (entry.seq, version, entry.before, kind, entry.key, entry.id, entry.operation.value, entry.text)
        if entry.fact is None:
            return (*first, "", 0, 0, "")
        origin = entry.fact.origin
        place = origins.get((origin.source, origin.file)) or self._origin(origin, origins)
        return (*first, joined(entry.fact.flags), place, origin.row, entry.reason)

    def _learn(
        self, first: int, keys: Sequence[str], ids: Sequence[str], about: Sequence[Sequence[str]], names: Sequence[Names]
    ) -> None:
        """Tell the indexes of the statements from number `first` on."""
        size = len(keys)
        seqs = np.arange(first, first + size, dtype=np.int64)
        self._index.add(KEY, tokens(keys), seqs, size)
        self._index.add(ID, tokens(ids), seqs, size)
        self._index.add(ABOUT, tokens(chain.from_iterable(about)), _repeated(seqs, about), size)
        self._search.learn([name for group in names for _, name, _ in group], _repeated(seqs, names), size)

    def _former(self, seq: int) -> list[Fact[Payload]]:
        rows = self._db.execute(f"{RECORDED} WHERE f.seq = ? AND f.kind IN ('entity', 'relationship', 'naming')", (seq,))
        return [recorded(row).fact for row in rows.fetchall()]

    def _origin(self, origin: Origin, known: dict[tuple[str, str], int]) -> int:
        at = (origin.source, origin.file)
        found = self._db.execute("SELECT id FROM origins WHERE source = ? AND file = ?", at).fetchone()
        if found is None:
            found = self._db.execute("INSERT INTO origins (source, file) VALUES (?, ?) RETURNING id", at).fetchone()
        known[at] = found[0]
        return known[at]

    def _log(self, row: AuditRow, last_seq: int, before: str) -> None:
        chain = chained(before, row)
        said = (row.version, moment(row.at), row.by, row.what, row.contents, row.sealed, chain, last_seq)
        self._db.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", said)

    def _chain_of(self, version: int) -> str:
        found = self._db.execute("SELECT chain FROM audit WHERE version = ?", (version,)).fetchone()
        return str(found[0]) if found else ""

    def _head(self) -> _Head:
        found = self._db.execute("SELECT version, last_seq, chain, at FROM audit ORDER BY version DESC LIMIT 1").fetchone()
        return _Head(*found) if found else _Head(0, 0, "", "")


class _Head(NamedTuple):
    """The end of the audit log: the last version, the number of its last fact, its chain and its time."""

    version: int
    last_seq: int
    chain: str
    at: str


def _repeated(seqs: Numbers, groups: Sequence[Sequence[object]]) -> Numbers:
    """Return the number of each fact as often as its group has members."""
    return np.repeat(seqs, np.fromiter(map(len, groups), np.int64, len(groups)))
