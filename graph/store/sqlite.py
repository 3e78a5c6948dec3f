"""The default store: one SQLite file.

Layout and triggers are in `migrations/`; what each wording may be followed by is in `graph.store.wording`.

A `Store` has one connection, and a lock around each of its uses, so several threads may share it. Reading by the thousand goes in
pages that are bounded by a version, so neither a writer in another thread nor one in another process disturbs it, and the lock is
free between pages. Other processes open the file themselves: readers are never blocked, writers wait for each other.

Sealing and the disk: deleted text is overwritten with zeros in the file (`secure_delete`), the full-text index is merged so that no
old segment holds it, and the log is emptied afterwards. If another process is reading at that moment, the log is emptied at a later
checkpoint instead. What the file system or the disk keeps of old blocks, and backups, are beyond reach of this program.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from threading import RLock
from typing import Self

from graph.dates import PartialDate
from graph.errors import NotFound, StoreError
from graph.model import Fact, Operation, Payload, Recorded
from graph.store import _sqlite_rows, _sqlite_search
from graph.store._sqlite_file import connect, reported, transaction
from graph.store._sqlite_rows import RECORDED, SEALED, recorded, sealed
from graph.store.audit import chained, contents_of, mark_of, moment, verify
from graph.store.base import MAX_BATCH, Act, Appended, AuditRow, Hit, Sealed, Write
from graph.store.wording import Standing, closed, needs_wording, operation_for, text_of

_PAGE = 2_000
_STANDING = """
SELECT k.key, k.id, f.id, f.operation, s.article
FROM json_each(?) wanted CROSS JOIN keys k ON k.key = wanted.value
JOIN facts f ON f.seq = (SELECT max(seq) FROM facts WHERE key_id = k.id)
LEFT JOIN sealed s ON s.key_id = k.id
"""
_RETRACTED = Operation.RETRACTION.value


class SqliteStore:
    """A store in one SQLite file; see `graph.store.base.Store` for what each method promises."""

    def __init__(self, place: str, *, create: bool = True, busy_seconds: float = 5.0) -> None:
        self._place, self._lock = place, RLock()
        self._db = connect(place, create=create, busy_seconds=busy_seconds)

    def __enter__(self) -> Self:
        """Return the store, which is open already."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    # Writing

    def append(self, writes: Sequence[Write], act: Act) -> Appended:
        """Record statements in one transaction."""
        if len(writes) > MAX_BATCH:
            raise StoreError(f"{len(writes)} statements in one append; at most {MAX_BATCH}")
        texts = [text_of(write.fact) for write in writes]
        with self._lock, reported(self._place), transaction(self._db):
            return self._append(writes, texts, act)

    def close(self, key: str, end: PartialDate, act: Act) -> Appended:
        """End the validity of a relationship."""
        with self._lock, reported(self._place), transaction(self._db):
            now = self.get(key)
            if not isinstance(now, Recorded):
                raise NotFound(f"nothing current has the key {key}")
            fact = closed(now.fact, end)
            return self._append([Write(fact, Operation.CHANGE)], [text_of(fact)], act)

    def seal(self, key: str, article: str, act: Act) -> None:
        """Take every wording of `key` out of every read; a key that is sealed stays sealed as it is."""
        with self._lock, reported(self._place):
            with transaction(self._db):
                if not self._seal(key, article, act):
                    return
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _append(self, writes: Sequence[Write], texts: Sequence[str], act: Act) -> Appended:
        standing, numbers = self._standing({write.fact.key for write in writes})
        former, known = set(numbers.values()), len(standing)
        wordings: dict[str, Fact[Payload] | None] = {}
        taken: list[tuple[Write, Operation, str]] = []
        for write, text in zip(writes, texts, strict=True):
            fact, stands = write.fact, standing.get(write.fact.key)
            wording = None
            if needs_wording(write, stands):
                wording = wordings[fact.key] if fact.key in wordings else self._wording(fact.key)
            operation = operation_for(write, stands, wording)
            if operation is None:
                continue
            retracted = operation is Operation.RETRACTION
            standing[fact.key] = Standing(fact.id, retracted)
            wordings[fact.key] = None if retracted else fact
            taken.append((write, operation, text))
        if act.progress is not None:
            self._db.execute("INSERT OR REPLACE INTO progress (name, value) VALUES (?, ?)", act.progress)
        if not taken:
            moment(act.at)
            return Appended(self.version(), 0)
        if len(standing) > known:
            self._number([write.fact.key for write, _, _ in taken], numbers)
        version = self._record(taken, numbers, act)
        changed = {numbers[key]: wording for key, wording in wordings.items()}
        _sqlite_search.reindex(self._db, changed, former & changed.keys())
        return Appended(version, len(taken))

    def _standing(self, keys: Iterable[str]) -> tuple[dict[str, Standing], dict[str, int]]:
        """Return what is recorded under each key, and the number of each key that has one."""
        standing, numbers = {}, {}
        for key, number, fact_id, operation, article in self._db.execute(_STANDING, (json.dumps(list(keys)),)):
            standing[key] = Standing(fact_id, operation == _RETRACTED, article)
            numbers[key] = number
        return standing, numbers

    def _wording(self, key: str) -> Fact[Payload] | None:
        now = self.get(key)
        return now.fact if isinstance(now, Recorded) else None

    def _number(self, keys: Iterable[str], numbers: dict[str, int]) -> None:
        """Give a number to every key that has none yet."""
        (last,) = self._db.execute("SELECT coalesce(max(id), 0) FROM keys").fetchone()
        new = [key for key in dict.fromkeys(keys) if key not in numbers]
        numbers.update((key, last + step) for step, key in enumerate(new, 1))
        self._db.executemany(
            "INSERT INTO keys (id, key, kind) VALUES (?, ?, ?)",
            [(numbers[key], key, key.partition("/")[0]) for key in new],
        )

    def _record(self, taken: Sequence[tuple[Write, Operation, str]], numbers: dict[str, int], act: Act) -> int:
        marks = [mark_of(write.fact.id, operation, write.reason, write.fact.origin) for write, operation, _ in taken]
        first = self._last_seq(None) + 1
        version = self._log(act, contents_of(marks), None, first + len(taken) - 1)
        facts, payloads = [], []
        for seq, ((write, operation, text), mark) in enumerate(zip(taken, marks, strict=True), first):
            fact, origin = write.fact, write.fact.origin
            facts.append((seq, numbers[fact.key], version, fact.id, operation.value, mark))
            flags = _sqlite_rows.joined(fact.flags)
            payloads.append((seq, text, flags, origin.source, origin.file, origin.row, write.reason))
        self._db.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)", facts)
        self._db.executemany("INSERT INTO payloads VALUES (?, ?, ?, ?, ?, ?, ?)", payloads)
        return version

    def _log(self, act: Act, contents: str, sealed: str | None, last_seq: int) -> int:
        last = self._db.execute("SELECT version, chain FROM audit ORDER BY version DESC LIMIT 1").fetchone()
        version, before = (last[0] + 1, last[1]) if last else (1, "")
        row = AuditRow(version, act.at, act.by, act.what, "", contents, sealed)
        self._db.execute(
            "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (version, moment(act.at), act.by, act.what, contents, sealed, chained(before, row), last_seq),
        )
        return version

    def _seal(self, key: str, article: str, act: Act) -> bool:
        standing, numbers = self._standing([key])
        if key not in standing:
            raise NotFound(f"nothing has the key {key}")
        if standing[key].article is not None:
            return False
        number = numbers[key]
        version = self._log(act, contents_of(()), key, self._last_seq(None))
        self._db.execute("INSERT INTO sealed VALUES (?, ?, ?)", (number, article, version))
        self._db.execute("DELETE FROM payloads WHERE seq IN (SELECT seq FROM facts WHERE key_id = ?)", (number,))
        _sqlite_search.reindex(self._db, {}, [number])
        self._db.execute("INSERT INTO terms (terms) VALUES ('optimize')")
        return True

    # Reading

    def get(self, key: str, known_at: int | None = None) -> Recorded | Sealed | None:
        """Return the wording of `key` current at `known_at`."""
        last = "(SELECT max(seq) FROM facts WHERE key_id = (SELECT id FROM keys WHERE key = ?) AND seq <= ?)"
        with self._lock, reported(self._place):
            bounds = (key, self._last_seq(known_at))
            found = self._db.execute(f"{RECORDED} WHERE f.seq = {last} AND f.operation <> '{_RETRACTED}'", bounds).fetchone()
            if found:
                return recorded(found)
            kept = self._db.execute(f"{SEALED} WHERE f.seq = {last} AND f.operation <> '{_RETRACTED}'", bounds).fetchone()
            return sealed(kept) if kept else None

    def by_id(self, fact_id: str) -> Recorded | Sealed | None:
        """Return the latest version that has this fact id."""
        last = "(SELECT max(seq) FROM facts WHERE id = ?)"
        with self._lock, reported(self._place):
            found = self._db.execute(f"{RECORDED} WHERE f.seq = {last}", (fact_id,)).fetchone()
            if found:
                return recorded(found)
            kept = self._db.execute(f"{SEALED} WHERE f.seq = {last}", (fact_id,)).fetchone()
            return sealed(kept) if kept else None

    def history(self, key: str) -> list[Recorded]:
        """Return every recorded version of `key`, oldest first."""
        mine = "WHERE f.key_id = (SELECT id FROM keys WHERE key = ?) ORDER BY f.seq"
        with self._lock, reported(self._place):
            return [recorded(row) for row in self._db.execute(f"{RECORDED} {mine}", (key,)).fetchall()]

    def facts(self, kinds: Iterable[str] | None = None, known_at: int | None = None, keys: str = "") -> Iterator[Recorded]:
        """Yield the wordings current at `known_at`, or at the call; with a prefix of keys they are read at once."""
        last = self._bound(known_at)
        where = [
            f"f.operation <> '{_RETRACTED}'",
            "NOT EXISTS (SELECT 1 FROM facts later WHERE later.key_id = f.key_id AND later.seq > f.seq AND later.seq <= :last)",
        ]
        wanted = json.dumps(None if kinds is None else sorted(kinds))
        if kinds is not None:
            where.append("k.kind IN (SELECT value FROM json_each(:kinds))")
        if keys:  # found by the key's own index, all at once: a prefix chooses few
            where.append(
                "f.seq IN (SELECT seq FROM facts JOIN keys ON keys.id = facts.key_id"
                " WHERE key >= :keys AND key < :keys || char(1114111))"
            )
        return self._pages(where, 0, last, -1 if keys else _PAGE, {"kinds": wanted, "keys": keys})

    def search(self, text: str, limit: int = 20) -> list[Hit]:
        """Return the entities whose names or identifiers match, best first."""
        with self._lock, reported(self._place):
            return _sqlite_search.find(self._db, text, limit)

    def changes_since(self, version: int) -> Iterator[Recorded]:
        """Yield what was recorded after `version`, in order, up to what is recorded at the call."""
        return self._pages(["1"], self._bound(version), self._bound(None), _PAGE, {})

    def version(self, at: datetime | None = None) -> int:
        """Return the current version, or the one that was current at a moment."""
        until = "~" if at is None else moment(at)
        with self._lock, reported(self._place):
            found = self._db.execute("SELECT coalesce(max(version), 0) FROM audit WHERE at <= ?", (until,)).fetchone()
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

    def verify(self) -> int | None:
        """Return the first version that was altered behind the store's back."""
        broken = verify(self.audit())
        if broken is not None:
            return broken
        with self._lock, reported(self._place):
            return _sqlite_rows.first_altered(self._db)

    def _bound(self, version: int | None) -> int:
        with self._lock, reported(self._place):
            return self._last_seq(version)

    def _last_seq(self, version: int | None) -> int:
        found = self._db.execute(
            "SELECT last_seq FROM audit WHERE version <= ? ORDER BY version DESC LIMIT 1",
            (2**62 if version is None else version,),
        ).fetchone()
        return found[0] if found else 0

    def _pages(self, where: list[str], after: int, last: int, size: int, values: dict[str, str]) -> Iterator[Recorded]:
        statement = f"{RECORDED} WHERE {' AND '.join(where)} AND f.seq > :after AND f.seq <= :last ORDER BY f.seq LIMIT :size"
        while after < last:
            with self._lock, reported(self._place):
                rows = self._db.execute(statement, {**values, "after": after, "last": last, "size": size}).fetchall()
            for row in rows:
                yield recorded(row)
            if len(rows) != size:
                return
            after = rows[-1][0]
