"""Opening a store's SQLite file: settings, migrations, and SQLite's errors as ours.

The numbered files of `migrations/` are applied in order, each in a transaction, and recorded in the file with their hash.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from graph.errors import StoreBusy, StoreDamaged, StoreError

MEMORY = ":memory:"
_SETTINGS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "cache_size = -65536",  # KiB: the pages of a chunk stay in memory until it is whole, so each is written once
    "wal_autocheckpoint = 4000",  # pages: a page that several chunks write goes into the file once
)
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class Migration(NamedTuple):
    """One numbered step of the file's layout."""

    number: int
    name: str
    sha256: str
    text: str


def migrations() -> list[Migration]:
    """Return the steps that this version of the program knows, in order."""
    found = []
    for file in sorted(files("graph.store").joinpath("migrations").iterdir(), key=lambda file: file.name):
        number, _, rest = file.name.partition("_")
        if number.isdigit() and rest.endswith(".sql"):
            text = file.read_text("utf-8")
            found.append(Migration(int(number), file.name, hashlib.sha256(text.encode()).hexdigest(), text))
    return found


class reported:
    """Turn SQLite's errors into ours, with the file named; in which folder of the machine it is, is not told to whoever asks.

    It stands around every statement: a generator would cost as much as the statement.
    """

    __slots__ = ("_place",)

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Tell what went wrong in our words."""
        if not isinstance(error, sqlite3.Error):
            return
        place = Path(self._place).name
        # Extended codes carry the plain one in their low byte; misuse of the library carries none.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _BUSY:
            zh = f"{place}：另一进程正在写入；请稍后重试"
            raise StoreBusy(f"{place}: another process is writing; try again", zh=zh) from error
        if code in _DAMAGED:
            raise StoreDamaged(
                f"{place} is damaged or no file of ours ({error}): restore a backup",
                zh=f"{place} 已损坏，或者不是本系统的文件（{error}）：请恢复备份",
            ) from error
        raise StoreError(f"{place}: {error}") from error


def opened(place: str | Path, *, dry_run: bool = False, one_thread: bool = True, busy_seconds: float = 30) -> sqlite3.Connection:
    """Open a file, made for its owner alone where there is none; a dry run gets a copy in memory.

    Parameters
    ----------
    place : str or Path
        The file, or `:memory:`.
    dry_run : bool
        The file stays as it is, and none is made: what is returned holds all that it holds.
    one_thread : bool
        Only the thread that opens it uses it.
    busy_seconds : float
        How long a statement waits for another process.
    """
    if not dry_run:
        if str(place) != MEMORY and not Path(place).exists():
            with suppress(OSError):  # where it cannot be made SQLite says so
                os.close(os.open(place, os.O_CREAT | os.O_WRONLY, 0o600))  # it holds names of people
        return sqlite3.connect(place, timeout=busy_seconds, isolation_level=None, check_same_thread=one_thread)
    db = sqlite3.connect(MEMORY, isolation_level=None, check_same_thread=one_thread)
    if str(place) != MEMORY and Path(place).exists():
        with closing(sqlite3.connect(f"{Path(place).resolve().as_uri()}?mode=rw", uri=True, timeout=30)) as file:
            file.backup(db)
    return db


@contextmanager
def transaction(db: sqlite3.Connection, undone: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Take the writer's place at once, so that what is read inside is still true at the commit; `undone` hears of a rollback."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        undone()
        raise


def connect(place: str, *, create: bool, busy_seconds: float) -> sqlite3.Connection:
    """Open the file, bring its layout up to date, and return the connection.

    Raises
    ------
    StoreError
        There is no file and none is to be made, or it cannot be opened.
    StoreDamaged
        The file is not a store, is torn, or is of a later version.
    """
    if place != MEMORY and not create and not Path(place).exists():
        raise StoreError(f"there is no store at {place}", zh=f"{place} 处没有存储")
    log = Path(f"{place}-wal")
    if place != MEMORY and not Path(place).exists() and log.exists() and log.stat().st_size:  # a new file would empty it
        raise StoreError(
            f"{log.name} stands here without {Path(place).name}, of which it is a part: put the two together again first",
            zh=f"此处只有 {log.name}，没有它所属的 {Path(place).name}：请先将两者放回一处",
        )
    with reported(place):
        db = opened(place, one_thread=False, busy_seconds=busy_seconds)
        try:
            _check_kind(db, place, create=create)
            for setting in _SETTINGS:
                db.execute(f"PRAGMA {setting}")
            _migrate(db, place)
        except BaseException:
            db.close()
            raise
    return db


def _check_kind(db: sqlite3.Connection, place: str, *, create: bool) -> None:
    db.execute("BEGIN")  # while a reader looks, nobody can empty the log, so file and log are seen as they belong together
    try:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        (size,) = db.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").fetchone()
    finally:
        log = Path(f"{place}-wal")
        bare = place != MEMORY and not (log.exists() and log.stat().st_size)
        there = Path(place).stat().st_size if bare else 0
        db.execute("ROLLBACK")
    if bare and size > there:
        raise StoreDamaged(f"{place} is torn: {there} of {size} bytes are there; restore a backup")
    if "migrations" not in tables and (tables or not create):
        raise StoreDamaged(f"{place} is a database, but not a store")


def _migrate(db: sqlite3.Connection, place: str) -> None:
    known = migrations()
    if _applied(db, place, known) == len(known):
        return
    with transaction(db):
        done = _applied(db, place, known)  # another process may have been faster
        if not done:
            db.execute(
                "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL)"
            )
        for step in known[done:]:
            for statement in statements(step.text):
                db.execute(statement)
            db.execute("INSERT INTO migrations VALUES (?, ?, ?)", (step.number, step.name, step.sha256))


def _applied(db: sqlite3.Connection, place: str, known: list[Migration]) -> int:
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").fetchone():
        return 0
    rows = db.execute("SELECT number, name, sha256 FROM migrations ORDER BY number").fetchall()
    for row, step in zip(rows, known, strict=False):
        if row != step[:3]:
            raise StoreDamaged(f"{place} was made with another {row[1]} than this program's {step.name}")
    if len(rows) > len(known):
        raise StoreDamaged(f"{place} is of a later version (it has {rows[-1][1]}): update the program")
    return len(rows)


def statements(script: str) -> Iterator[str]:
    """Cut a script where SQLite says a statement is complete; its own way to run a script would commit in between."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
