"""The default store: one SQLite file.

Layout and triggers are in `migrations/`; what each wording may be followed by is in `graph.store.wording`; writing is in
`_sqlite_write`, looking up in `_sqlite_index`, searching in `_sqlite_search`.

A `Store` has one connection, and a lock around each of its uses, so several threads may share it. Reading by the thousand goes in
pages that are bounded by a version, so neither a writer in another thread nor one in another process disturbs it, and the lock is
free between pages. Other processes open the file themselves: readers are never blocked, writers wait for each other.

Sealing and the disk: deleted text is overwritten with zeros in the file (`secure_delete`), the full-text index is merged so that no
old segment holds it, and the log is emptied afterwards. If another process is reading at that moment, the log is emptied at a later
checkpoint instead. What the file system or the disk keeps of old blocks, and backups, are beyond reach of this program.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from itertools import chain
from pathlib import Path
from threading import RLock
from typing import Any, Self

import orjson

from graph.dates import PartialDate
from graph.errors import NotFound, StoreError
from graph.model import Operation, Recorded
from graph.store import _sqlite_check, _sqlite_rows
from graph.store._sqlite_check import reading
from graph.store._sqlite_index import ABOUT, ID, KEY, MOST_FACTS, Index
from graph.store._sqlite_rows import CURRENT, LISTED, RECORDED, SEALED, recorded, recorded_again, sealed, split
from graph.store._sqlite_search import Search
from graph.store._sqlite_write import Writer
from graph.store.audit import moment, verify
from graph.store.base import MAX_BATCH, Act, Appended, AuditRow, Hit, Sealed, Write, keys_of
from graph.store.block import Block
from graph.store.copying import Entry
from graph.store.in_use import InPlace
from graph.store.listing import Listed, OfFile
from graph.store.mentions import about_of
from graph.store.sqlite_file import MEMORY, connect, opened, reported, transaction
from graph.store.together import Together
from graph.store.wording import closed, text_of

_PAGE = 2_000
_FEW = 400
"""Statements that one question reads, of which the same answer, or the next, perhaps reads some again."""
_BESIDE = frozenset({"ruling", "delivery"})
"""Kinds that are read whole beside whatever is asked, and of which little is recorded."""
_TOUCHED = """
SELECT EXISTS (SELECT 1 FROM facts WHERE kind = :kind AND seq > :after AND seq <= :last)
OR EXISTS (SELECT 1 FROM audit WHERE version > :version AND sealed IS NOT NULL)
"""
_ENDS = 1_000
"""Versions of which the last fact is remembered."""
_LATEST = {
    "key": "SELECT seq, operation FROM facts WHERE seq IN (SELECT value FROM json_each(?)) AND key = ? ORDER BY seq DESC LIMIT 1",
    "id": "SELECT seq, operation FROM facts WHERE seq IN (SELECT value FROM json_each(?)) AND id = ? ORDER BY seq DESC LIMIT 1",
}
_VERSION_AT = "SELECT coalesce((SELECT min(version) - 1 FROM audit WHERE at > ?), (SELECT max(version) FROM audit), 0)"
_RETRACTED = Operation.RETRACTION.value


class SqliteStore:
    """A store in one SQLite file; see `graph.store.base.Store` for what each method promises."""

    def __init__(self, place: str, *, create: bool = True, busy_seconds: float = 5.0, held: bool = False) -> None:
        self._place, self._lock = place, RLock()
        self.stands = None if place == MEMORY else InPlace(place, held=held and (create or Path(place).exists()))
        try:
            self._db = connect(place, create=create, busy_seconds=busy_seconds)
        except BaseException:
            self._leave()
            raise
        if self.stands is not None:
            self.stands.note()
        self._index = Index(self._db)
        self._search = Search(self._db, self._index)
        self._writer = Writer(self._db, self._index, self._search)
        self._together = Together(self._db, self._lock, self._index.forget)
        self._beside: dict[str, tuple[int, int, list[Recorded]]] = {}
        """Of each kind of `_BESIDE` the version and the last fact as of which it was read, and what was current."""
        self._ends: dict[int, int] = {}
        """Versions that were asked for, each with the number of its last fact, which never changes."""

    def __enter__(self) -> Self:
        """Return the store, which is open already."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
            self._leave()

    def _leave(self) -> None:
        if self.stands is not None:
            self.stands.leave()

    def _see_in_place(self) -> None:
        if self.stands is not None:
            self.stands.check()

    def see_writable(self) -> None:
        """See that the file stands where it was opened, and that its disk takes something; raises `StoreError`."""
        if self.stands is not None:
            self.stands.see_writable()

    @property
    def file(self) -> str:
        """The file that other processes may open, empty where it is in memory."""
        return "" if self._place == MEMORY else str(Path(self._place).resolve())

    # Writing

    def append(self, writes: Sequence[Write], act: Act) -> Appended:
        """Record statements in one transaction."""
        if len(writes) > MAX_BATCH:
            raise StoreError(f"{len(writes)} statements in one append; at most {MAX_BATCH}")
        self._see_in_place()
        texts = writes.texts if isinstance(writes, Block) else [text_of(write.fact) for write in writes]
        with reported(self._place):
            return self._together.do(lambda: self._writer.append(writes, texts, act), len(writes))

    def close(self, key: str, end: PartialDate, act: Act) -> Appended:
        """End the validity of a relationship."""
        self._see_in_place()
        with self._lock, reported(self._place), transaction(self._db, self._index.forget):
            now = self.get(key)
            if not isinstance(now, Recorded):
                raise NotFound(f"nothing current has the key {key}")
            fact = closed(now.fact, end)
            return self._writer.append([Write(fact, Operation.CHANGE)], [text_of(fact)], act)

    def seal(self, keys: str | Collection[str], article: str, act: Act) -> None:
        """Take every wording of keys out of every read; a key that is sealed stays sealed as it is."""
        self._see_in_place()
        with self._lock, reported(self._place):
            with transaction(self._db, self._index.forget):
                if not self._writer.seal(keys_of(keys), article, act):
                    return
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    # Reading

    def get(self, key: str, known_at: int | None = None) -> Recorded | Sealed | None:
        """Return the wording of `key` current at `known_at`."""
        with self._lock, reported(self._place):
            last = MOST_FACTS if known_at is None else self._last_seq(known_at)
            found = self._latest("key", key, [seq for seq in self._index.find(KEY, key) if seq <= last])
            if found is None or found[1] == _RETRACTED:
                return None
            return self._said(found[0])

    def standing(self, keys: Sequence[str]) -> dict[str, str]:
        """Return the id current under each of the keys that were ever recorded."""
        with self._lock, reported(self._place):
            stands, _ = self._writer.standing(keys)
        return {key: "" if each.retracted or each.article else each.id for key, each in stands.items()}

    def by_id(self, fact_id: str) -> Recorded | Sealed | None:
        """Return the latest version that has this fact id."""
        with self._lock, reported(self._place):
            found = self._latest("id", fact_id, self._index.find(ID, fact_id))
            return self._said(found[0]) if found else None

    def by_ids(self, fact_ids: Collection[str]) -> dict[str, Recorded]:
        """Return the latest versions that have these fact ids."""
        wanted = set(fact_ids)
        with self._lock, reported(self._place):
            seqs = _json(self._index.find_all(ID, sorted(wanted)).tolist())
            mine = "WHERE f.seq IN (SELECT value FROM json_each(?)) AND f.value IS NOT NULL ORDER BY f.seq"
            rows = self._db.execute(f"{RECORDED} {mine}", (seqs,)).fetchall()
        read = recorded_again if len(rows) <= _FEW else _with_about
        return {each.fact.id: each for each, _ in map(read, rows) if each.fact.id in wanted}

    def history(self, key: str) -> list[Recorded]:
        """Return every recorded version of `key`, oldest first."""
        with self._lock, reported(self._place):
            seqs = _json(self._index.find(KEY, key))
            mine = "WHERE f.seq IN (SELECT value FROM json_each(?)) AND f.key = ? AND f.value IS NOT NULL ORDER BY f.seq"
            return [recorded(row) for row in self._db.execute(f"{RECORDED} {mine}", (seqs, key)).fetchall()]

    def facts(
        self,
        kinds: Iterable[str] | None = None,
        known_at: int | None = None,
        keys: str = "",
        about: Iterable[str] | None = None,
    ) -> Iterator[Recorded]:
        """Yield the wordings current at `known_at`, or at the call."""
        asked = None if about is None else set(about)
        if asked is not None and not asked:
            return
        wanted = None if kinds is None else sorted(kinds)
        if asked is None and not keys and wanted is not None and len(wanted) == 1 and wanted[0] in _BESIDE:
            yield from self._of_kind_beside(wanted[0], known_at)
            return
        last = self._bound(known_at)
        where, values = [CURRENT, "f.value IS NOT NULL"], {"kinds": "", "keys": keys, "seqs": ""}
        if keys:
            where.append("f.key >= :keys AND f.key < :keys || char(1114111)")
            if wanted is None and "/" in keys:
                wanted = [keys.partition("/")[0]]
        if wanted is not None:
            where.append(
                "+f.kind IN (SELECT value FROM json_each(:kinds))" if asked is not None or not wanted else _of_kinds(wanted)
            )
            values["kinds"] = _json(wanted)
        yield from self._pages(where, 0, last, values) if asked is None else self._about(asked, where, last, values)

    def _of_kind_beside(self, kind: str, known_at: int | None) -> list[Recorded]:
        """Return what is current of a kind: as it was last read, unless something of the kind was recorded or sealed since."""
        with self._lock, reported(self._place):
            (version, last), kept = self._end(known_at), self._beside.get(kind)
            if kept is not None and kept[0] <= version:
                since = {"kind": kind, "version": kept[0], "after": kept[1], "last": last}
                if not self._db.execute(_TOUCHED, since).fetchone()[0]:
                    self._beside[kind] = version, last, kept[2]
                    return kept[2]
        where = [CURRENT, "f.value IS NOT NULL", _of_kinds([kind])]
        found = list(self._pages(where, 0, last, {"kinds": _json([kind])}))
        if kept is None or kept[0] < version:
            self._beside[kind] = version, last, found
        return found

    def wordings(self, kinds: Iterable[str], about: Iterable[str], since: int = 0) -> Iterator[Recorded]:
        """Yield every wording that speaks of any of these, whether current or not."""
        where = ["f.value IS NOT NULL", "+f.kind IN (SELECT value FROM json_each(:kinds))"]
        after = self._bound(since) if since else 0
        return self._about(set(about), where, self._bound(None), {"kinds": _json(sorted(kinds))}, after)

    def _about(self, asked: set[str], where: list[str], last: int, values: dict[str, Any], after: int = 0) -> Iterator[Recorded]:
        with self._lock, reported(self._place):
            seqs = self._index.find_all(ABOUT, sorted(asked)).tolist()
        seqs = seqs[bisect_right(seqs, after) : bisect_right(seqs, last)]
        mine = [*where, "f.seq IN (SELECT value FROM json_each(:seqs))"]
        read = recorded_again if len(seqs) <= _FEW else _with_about
        for start in range(0, len(seqs), _PAGE):
            given = {**values, "seqs": _json(seqs[start : start + _PAGE])}
            for found, about in map(read, chain.from_iterable(self._rows(RECORDED, mine, after, last, given))):
                if not asked.isdisjoint(about):
                    yield found

    def listed(self, kind: str, keys: str, of_file: OfFile | None = None) -> Iterator[list[Listed]]:
        """Yield the current wordings of a kind under keys that start so, unread (graph.store.listing.Lists)."""
        last = self._bound(None)
        with self._lock, reported(self._place):
            rows = self._db.execute("SELECT id, source, file FROM origins").fetchall()
        places = {place: (source, file) for place, source, file in rows if of_file is None or of_file(file)}
        where = ["f.kind = :kind AND f.value IS NOT NULL AND f.key >= :keys AND f.key < :keys || char(1114111)", CURRENT]
        where += [] if of_file is None else ["f.origin IN (SELECT value FROM json_each(:places))"]
        values = {"kind": kind, "keys": keys, "places": _json(list(places))}
        for page in self._rows(LISTED, where, 0, last, values):
            yield [
                Listed(fact_id, key, text, split(flags), *places[place], row, version)
                for _, fact_id, key, text, flags, place, row, version in page
            ]

    def search(self, text: str, limit: int = 20) -> list[Hit]:
        """Return the entities whose names or identifiers match, best first."""
        with self._lock, reported(self._place):
            return self._search.find(text, limit)

    def called(self, name: str, limit: int) -> list[str]:
        """Return the entities that bear this very name or identifier."""
        with self._lock, reported(self._place):
            return self._search.called(name, limit)

    def changes_since(self, version: int) -> Iterator[Recorded]:
        """Yield what was recorded after `version`, in order, up to what is recorded at the call."""
        return self._pages(["f.value IS NOT NULL"], self._bound(version), self._bound(None), {})

    def version(self, at: datetime | None = None) -> int:
        """Return the current version, or the one that was current at a moment."""
        asked = ("SELECT coalesce(max(version), 0) FROM audit", ()) if at is None else (_VERSION_AT, (moment(at),))
        with self._lock, reported(self._place):
            found = self._db.execute(*asked).fetchone()
            return int(found[0])

    def audit(self, since: int = 0) -> Iterator[AuditRow]:
        """Yield the audit log after version `since`."""
        while True:
            with self._lock, reported(self._place):
                rows = self._db.execute(
                    "SELECT version, at, by, what, chain, contents, sealed FROM audit WHERE version > ? ORDER BY version LIMIT ?",
                    (since, _PAGE),
                ).fetchall()
            for version, at, *rest in rows:
                yield AuditRow(version, _sqlite_rows.time(at), *rest)
            if len(rows) < _PAGE:
                return
            since = rows[-1][0]

    def progress(self, name: str) -> str | None:
        """Return the value of a progress mark."""
        with self._lock, reported(self._place):
            found = self._db.execute("SELECT value FROM progress WHERE name = ?", (name,)).fetchone()
            return found[0] if found else None

    def verify(self, tell: Callable[[int], object] = int) -> int | None:
        """Return the first version that was altered behind the store's back."""
        broken = verify(self.audit())
        if broken is not None:
            return broken
        if not self.file:
            with self._lock, reported(self._place):
                return _sqlite_check.first_altered(self._db, tell)
        with reported(self._place), closing(opened(self._place, one_thread=False)) as db, reading(db):
            return _sqlite_check.first_altered(db, tell)

    # Copying (graph.store.copying.Movable)

    def entries(self, version: int) -> list[Entry]:
        """Return everything recorded in a version, what is sealed included, in order."""
        with self._lock, reported(self._place):
            bounds = (self._last_seq(version - 1), self._last_seq(version))
            return [_sqlite_rows.entry(row) for row in self._db.execute(_sqlite_rows.ENTRIES, bounds).fetchall()]

    def marks(self) -> dict[str, str]:
        """Return every progress mark."""
        with self._lock, reported(self._place):
            return dict(self._db.execute("SELECT name, value FROM progress ORDER BY name").fetchall())

    def sealings(self) -> dict[str, str]:
        """Return every key that is sealed, with the article."""
        with self._lock, reported(self._place):
            return dict(self._db.execute("SELECT key, article FROM sealed ORDER BY key").fetchall())

    def take(self, row: AuditRow, entries: Sequence[Entry], article: str = "") -> None:
        """Record a version as another store has it, as the next one."""
        self._see_in_place()
        with self._lock, reported(self._place), transaction(self._db, self._index.forget):
            self._writer.take(row, entries, article)

    def _latest(self, column: str, value: str, seqs: Sequence[int]) -> tuple[int, str] | None:
        """Return number and operation of the last of these facts that has the value."""
        if not seqs:
            return None
        found: tuple[int, str] | None = self._db.execute(
            _LATEST[column],
            (_json(seqs), value),
        ).fetchone()
        return found

    def _said(self, seq: int) -> Recorded | Sealed:
        found = self._db.execute(f"{RECORDED} WHERE f.seq = ? AND f.value IS NOT NULL", (seq,)).fetchone()
        return recorded(found) if found else sealed(self._db.execute(f"{SEALED} WHERE f.seq = ?", (seq,)).fetchone())

    def _bound(self, version: int | None) -> int:
        with self._lock, reported(self._place):
            return self._last_seq(version)

    def _last_seq(self, version: int | None) -> int:
        return self._end(version)[1]

    def _end(self, version: int | None) -> tuple[int, int]:
        """Return the last version up to one, or of all, and the number of its last fact."""
        if version is not None and (known := self._ends.get(version)) is not None:
            return version, known
        found: tuple[int, int] | None = self._db.execute(
            "SELECT version, last_seq FROM audit WHERE version <= ? ORDER BY version DESC LIMIT 1",
            (2**62 if version is None else version,),
        ).fetchone()
        if found and version == found[0]:
            if len(self._ends) >= _ENDS:
                self._ends.clear()
            self._ends[version] = found[1]
        return found or (0, 0)

    def _pages(self, where: list[str], after: int, last: int, values: dict[str, Any]) -> Iterator[Recorded]:
        return map(recorded, chain.from_iterable(self._rows(RECORDED, where, after, last, values)))

    def _rows(self, select: str, where: list[str], after: int, last: int, values: dict[str, Any]) -> Iterator[list[Any]]:
        statement = f"{select} WHERE {' AND '.join(where)} AND f.seq > :after AND f.seq <= :last ORDER BY f.seq LIMIT {_PAGE}"
        while after < last:
            with self._lock, reported(self._place):
                rows = self._db.execute(statement, {**values, "after": after, "last": last}).fetchall()
            yield rows
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]


def _with_about(row: tuple[Any, ...]) -> tuple[Recorded, tuple[str, ...]]:
    found = recorded(row)
    return found, about_of(found.fact)


def _json(values: Sequence[object]) -> str:
    return orjson.dumps(values).decode()


def _of_kinds(kinds: Sequence[str]) -> str:
    """Return the condition on kinds: the index of one kind is in the order of facts, that of several is not."""
    return (
        "f.kind = (SELECT value FROM json_each(:kinds))" if len(kinds) == 1 else "+f.kind IN (SELECT value FROM json_each(:kinds))"
    )
