"""A SQLite file copied while others write to it, and whether one is sound.

Invariants (tests/unit/test_store_file_copy.py holds one test a number)
1. The copy is the file as it stood at one moment, whatever is written meanwhile, and no writer waits for it.
2. The copy is one file: it needs no log beside it.
3. A file with a damaged page is not sound.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from graph.store.sqlite_file import reported


def copy_file(place: Path, out: Path) -> None:
    """Copy a SQLite file in one step, which sees one moment of it, and wait until the copy is on the disk.

    Raises
    ------
    StoreError
        It cannot be read, or the copy cannot be written.
    """
    address = f"{place.resolve().as_uri()}?mode=ro"
    with (
        reported(place.name),
        closing(sqlite3.connect(address, uri=True, timeout=30)) as source,
        closing(sqlite3.connect(out)) as target,
    ):
        source.backup(target, pages=-1)  # in several steps it would begin again after every write of another process
    settle(out)


def settle(place: Path) -> None:
    """Take what is in the log of a file that nobody else has open into the file itself, and wait until it is on the disk."""
    with reported(place.name), closing(sqlite3.connect(place, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = DELETE").fetchall()
    sync(place)


def fault_of(place: Path) -> str | None:
    """Return what SQLite finds wrong with a file, None if it is sound."""
    with closing(sqlite3.connect(place)) as db:
        try:
            found = [str(row[0]) for row in db.execute("PRAGMA integrity_check(1)")]
        except sqlite3.DatabaseError as error:
            return str(error)
    return None if found == ["ok"] else found[0]


def count(place: Path, table: str) -> int:
    """Return how many rows a table has, 0 where there is no such table."""
    with reported(place.name), closing(sqlite3.connect(place)) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone():
            return 0
        return int(db.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0])  # noqa: S608 - a name of our own


def sync(place: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    opened = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
