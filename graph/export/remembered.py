"""What an export remembers of what has passed by: texts under ids, on the disk, so that memory does not grow with them.

Invariants (tests/unit/test_export_remembered.py holds one test a number)
1. It answers as a dict does: an id stands where it came first, with the last text that it was given.
2. However much is put down, no more is in memory than a few pages and what was put down last.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator
from typing import Final

from graph.store.sqlite_file import reported

_TOGETHER: Final = 1_000
"""Ids that are written at once, and read at once."""
_WHERE: Final = "the temporary folder"
# No place is 0, and no id is empty: what comes after these is all.
_BY_PLACE: Final = "SELECT place, id, text FROM said WHERE place > ? ORDER BY place LIMIT ?"
_BY_ID: Final = "SELECT place, id, text FROM said WHERE id > ? ORDER BY id LIMIT ?"
_SETTINGS: Final = ("temp_store = FILE", "cache_size = -1024", "journal_mode = OFF", "synchronous = OFF")


class Remembered:
    """Texts under ids; the file is gone as soon as nobody has it."""

    def __init__(self) -> None:
        self._new: dict[str, str] = {}
        with reported(_WHERE):
            # A place without a name is a file of SQLite's own, which is made when there is more than a few pages.
            self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            weakref.finalize(self, self._db.close)
            for setting in _SETTINGS:
                self._db.execute(f"PRAGMA {setting}").fetchall()
            self._db.execute("CREATE TABLE said (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT NOT NULL)")

    def put(self, own: str, text: str = "") -> None:
        """Put an id down, with a text."""
        self._new[own] = text
        if len(self._new) >= _TOGETHER:
            self._write()

    def get(self, own: str) -> str | None:
        """Return the text of an id, None if it was not put down."""
        if (text := self._new.get(own)) is not None:
            return text
        with reported(_WHERE):
            found = self._db.execute("SELECT text FROM said WHERE id = ?", (own,)).fetchone()
        return None if found is None else str(found[0])

    def __contains__(self, own: str) -> bool:
        """Say whether an id was put down."""
        return self.get(own) is not None

    def __iter__(self) -> Iterator[str]:
        """Yield the ids in the order in which they came first."""
        return (own for _, own, _ in self._pages(_BY_PLACE, 0, 0))

    def in_order(self) -> Iterator[tuple[str, str]]:
        """Yield ids with their texts, in the order of ids."""
        return ((own, text) for _, own, text in self._pages(_BY_ID, "", 1))

    def _pages(self, statement: str, after: int | str, column: int) -> Iterator[tuple[int, str, str]]:
        self._write()
        while True:
            with reported(_WHERE):
                rows = self._db.execute(statement, (after, _TOGETHER)).fetchall()
            yield from rows
            if len(rows) < _TOGETHER:
                return
            after = rows[-1][column]

    def _write(self) -> None:
        with reported(_WHERE):
            self._db.execute("BEGIN")
            self._db.executemany(
                "INSERT INTO said (id, text) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET text = excluded.text", self._new.items()
            )
            self._db.execute("COMMIT")
        self._new.clear()
