"""The file of access: users, tokens, sessions and the trail, in SQLite beside the store, shared by every process that serves it.

Invariants (tests/unit/test_access_database.py holds one test a number)
1. The numbered migrations are applied once, in order, whichever process comes first; a file of a later version is refused.
2. Nobody but its owner can read the file.
3. A transaction inside another of the same thread is part of it: both are done, or neither.
4. A dry run works on a copy in memory: no file is altered or made.
5. Nothing is written into a file that was moved away or replaced.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path
from threading import RLock
from typing import Any, Final, Self

from graph.errors import StoreDamaged, StoreError
from graph.store.in_use import InPlace
from graph.store.sqlite_file import MEMORY, opened, reported, statements

_BUSY_SECONDS: Final = 30
_FILE: Final = "sqlite:///"
_THERE: Final = re.compile("already exists|duplicate column name")
"""What SQLite says of a table, an index or a column that is made again."""


def place_of(store_url: str, setting: str = "") -> Path:
    """Return where the file is: as the setting says, else beside the store's own file, else (a server) in the working folder."""
    if setting:
        return Path(setting)
    place = store_url.removeprefix(_FILE)
    return Path(f"{place}.access.db") if store_url.startswith(_FILE) and place != ":memory:" else Path("zeren-access.db")


class Database:
    """One connection to the file, used by several threads in turn; use it in a `with` statement.

    Parameters
    ----------
    place : Path
        The file, made where there is none.
    dry_run : bool
        Work on a copy in memory: the file stays as it is, and is not made where there is none.

    Raises
    ------
    StoreError
        It cannot be opened.
    StoreDamaged
        It is none of ours, or of a later version.
    """

    def __init__(self, place: Path, *, dry_run: bool = False) -> None:
        self.place, self.dry_run, self._lock = place, dry_run, RLock()
        self._stands = InPlace(place)
        with self._reported():
            self._db = opened(place, dry_run=dry_run, one_thread=False, busy_seconds=_BUSY_SECONDS)
            try:
                for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                    self._db.execute(f"PRAGMA {setting}")
                self._migrate()
            except BaseException:
                self._db.close()
                raise
        if not dry_run and str(place) != MEMORY:
            self._stands.note()

    def __enter__(self) -> Self:
        """Open."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close."""
        self._db.close()

    def see_in_place(self) -> None:
        """See that the file stands where it was opened; raises `StoreError`."""
        self._stands.check()

    def see_writable(self) -> None:
        """See that the file stands where it was opened, and that its disk takes something; raises `StoreError`."""
        self._stands.see_writable()

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return what a statement finds."""
        with self._reported(), self._lock:
            return self._db.execute(statement, values).fetchall()

    def each(self, statement: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield what a statement finds, row by row, over a connection of its own: nobody waits for whoever reads everything."""
        if self.dry_run:
            yield from self.rows(statement, values)
            return
        with self._reported(), closing(opened(self.place, one_thread=False, busy_seconds=_BUSY_SECONDS)) as db:
            yield from db.execute(statement, values)

    def row(self, statement: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """Return the first that a statement finds."""
        with self._reported(), self._lock:
            found: tuple[Any, ...] | None = self._db.execute(statement, values).fetchone()
            return found

    def change(self, statement: str, values: Sequence[object] = ()) -> int:
        """Carry out one statement, durably, and return how many rows it changed."""
        self._stands.check()
        with self._reported(), self._lock:
            return self._db.execute(statement, values).rowcount

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Take the writer's place at once, so that what is read inside is still true at the commit; one inside another joins it."""
        self._stands.check()
        with self._reported(), self._lock:
            if self._db.in_transaction:  # only this thread's own: the lock keeps others out
                yield self._db
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            with reported(self.place.name):
                yield
        except OSError as error:
            raise StoreError(f"{self.place.name}: {error.strerror}") from error

    def _migrate(self) -> None:
        with self.transaction() as db:
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if tables and "migrations" not in tables:
                raise StoreDamaged(f"{self.place.name} is a database, but no file of access")
            db.execute("CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, sha256 TEXT NOT NULL) STRICT")
            done = db.execute("SELECT number, sha256 FROM migrations ORDER BY number").fetchall()
            steps = _steps()
            known = [(number, hashlib.sha256(text.encode()).hexdigest()) for number, text in steps]
            if done != known[: len(done)]:
                raise StoreDamaged(f"{self.place.name} is of a later or another version: update the program")
            for (number, text), (_, sha256) in zip(steps[len(done) :], known[len(done) :], strict=True):
                for statement in statements(text):
                    try:
                        db.execute(statement)
                    except sqlite3.OperationalError as error:
                        if not _THERE.search(str(error)):
                            raise
                        raise StoreDamaged(
                            f"{self.place.name} has more than its migrations say ({error}): it was altered; restore a backup",
                            zh=f"{self.place.name} 的内容多于其迁移记录（{error}）：文件被改动，请恢复备份",
                        ) from error
                db.execute("INSERT INTO migrations VALUES (?, ?)", (number, sha256))


def _steps() -> list[tuple[int, str]]:
    folder = files("api.access").joinpath("migrations")
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return [(int(file.name.partition("_")[0]), file.read_text(encoding="utf-8")) for file in found]
