"""A sorted run of the index: in memory where it is small, else in a temporary file with a table of contents in memory.

What is in memory is bounded: fifteen small runs a level, and of the others one number in `_PAGE`.

Invariants (tests/unit/test_store_index.py holds one test a number)
3. What is near to tokens holds every entry of them, in order, wherever the run is kept.
4. Of a large run less than a hundredth is in memory; where there is no room for its file, that is said.
"""

from __future__ import annotations

import io
import os
import sqlite3
import tempfile
import weakref
from bisect import bisect_left
from itertools import pairwise
from typing import IO, Final, Protocol

import numpy as np
import numpy.typing as npt

from graph.errors import StoreError

Numbers = npt.NDArray[np.int64]
LARGE: Final = 1 << 18
"""Bytes from which on a run is kept in a file."""
_PAGE: Final = 256
"""Entries that are read at once."""
_GAP: Final = 2
"""Pages that are read along rather than passed over."""
_COPIED: Final = 512 * _PAGE
"""Entries that are copied at once."""
_BYTES: Final = 8
"""Of an entry."""


class Run(Protocol):
    """Entries in order."""

    def near(self, lows: Numbers, highs: Numbers) -> Numbers:
        """Return entries of the run in order, and all of those among them that are in [low, high) of any bounds, which ascend."""
        ...

    def between(self, low: int, high: int) -> list[int]:
        """Return the entries in [low, high)."""
        ...


class InMemory:
    """A small run."""

    def __init__(self, entries: Numbers) -> None:
        self._entries, self._seen = entries, entries.data

    def near(self, _lows: Numbers, _highs: Numbers) -> Numbers:
        """Return the whole run."""
        return self._entries

    def between(self, low: int, high: int) -> list[int]:
        """Return the entries in [low, high)."""
        return _between(self._seen, low, high)


class OnDisk:
    """A large run.

    Parameters
    ----------
    file : file
        Has the entries, and is closed when the run is dropped.
    heads : int array
        The first entry of each page.
    """

    def __init__(self, file: IO[bytes], heads: Numbers) -> None:
        self._file, self.heads, self._seen = file, heads, heads.data
        weakref.finalize(self, file.close)

    def near(self, lows: Numbers, highs: Numbers) -> Numbers:
        """Return the pages on which there may be any."""
        first = np.maximum(np.searchsorted(self.heads, lows, "right") - 1, 0)
        last = np.maximum(np.searchsorted(self.heads, highs, "left") - 1, first)
        wanted = np.zeros(len(self.heads) + 1, bool)
        wanted[first] = wanted[last] = True
        for each in np.flatnonzero(last > first + 1):
            wanted[first[each] : last[each]] = True
        pages = np.flatnonzero(wanted)
        ends = [0, *(np.flatnonzero(np.diff(pages) > _GAP) + 1).tolist(), len(pages)]
        read = [self._pages(int(pages[start]), int(pages[end - 1])) for start, end in pairwise(ends) if start < end]
        return np.frombuffer(b"".join(read), np.int64)

    def between(self, low: int, high: int) -> list[int]:
        """Return the entries in [low, high), which are of one page or of neighbours."""
        page = bisect_left(self._seen, low)  # an entry stands once: that of `low` may begin a page
        beyond = bisect_left(self._seen, high, page)
        return _between(memoryview(self._pages(max(page - 1, 0), max(beyond - 1, 0))).cast("q"), low, high)

    def _pages(self, first: int, last: int) -> bytes:
        return os.pread(self._file.fileno(), (last - first + 1) * _PAGE * _BYTES, first * _PAGE * _BYTES)


def _between(entries: memoryview[int], low: int, high: int) -> list[int]:
    """Return what is in [low, high) of entries in order; of a few, this is quicker than with arrays."""
    first = bisect_left(entries, low)
    return entries[first : bisect_left(entries, high, first)].tolist()


def opened(db: sqlite3.Connection, run: int) -> Run:
    """Return a stored run.

    Raises
    ------
    StoreError
        There is no room for it where temporary files are.
    """
    (size,) = db.execute("SELECT length(entries) FROM runs WHERE id = ?", (run,)).fetchone()
    if size < LARGE:
        return InMemory(np.frombuffer(_whole(db, run), np.int64))
    with _reader(db, run) as stored:
        file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed with the run
        heads = []
        try:
            while part := stored.read(_COPIED * _BYTES):
                file.write(part)
                heads.append(np.frombuffer(part, np.int64)[::_PAGE].copy())
        except BaseException as error:
            file.close()
            if not isinstance(error, OSError):
                raise
            raise StoreError(f"no room in {tempfile.gettempdir()} for a temporary file: {error.strerror}") from error
        return OnDisk(file, np.concatenate(heads))


def _reader(db: sqlite3.Connection, run: int) -> sqlite3.Blob | io.BytesIO:
    """Return what reads a stored run part by part."""
    try:
        return db.blobopen("runs", "entries", run, readonly=True)
    except OverflowError:  # Python 3.11.2, which Debian 12 has, opens no row of a number beyond 31 bits: the run is read at once
        return io.BytesIO(_whole(db, run))


def _whole(db: sqlite3.Connection, run: int) -> bytes:
    (entries,) = db.execute("SELECT entries FROM runs WHERE id = ?", (run,)).fetchone()
    return bytes(entries)
