"""What a load is given: files, or columns that nobody wrote to a file.

Invariants (tests/unit/test_loaders_given.py holds one test a number)
1. Columns are loaded as the file would be that holds them: the same facts, with the same rows of the same name.
2. Columns are asked for some rows at a time: memory does not grow with their number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from loaders.rows import Header, Part, Rows
from loaders.tables import TOGETHER, Form, read_parts
from loaders.text_files import Limits

Chunks = Callable[[int], Iterator[Mapping[str, Sequence[str]]]]
"""Yields the next rows, at most so many at once, as texts by column; a table without rows is one chunk without rows."""


class Given(Protocol):
    """One table of a delivery."""

    @property
    def name(self) -> str:
        """What an issue and the origin of a fact call it; the patterns of a mapping are of such names."""

    @property
    def is_there(self) -> bool:
        """Whether it can be read at all."""

    def digest(self) -> str:
        """Return the hash that tells it from any other."""

    def parts(self, form: Form, limits: Limits) -> Generator[Part, None, None]:
        """Yield its header and rows."""


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file."""

    path: Path

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name

    @property
    def is_there(self) -> bool:
        """Whether there is such a file."""
        return self.path.is_file()

    def digest(self) -> str:
        """Return the SHA-256 of the file, read in blocks."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def parts(self, form: Form, limits: Limits) -> Generator[Part, None, None]:
        """Yield what stands in the file."""
        return read_parts(self.path, form, limits)


@dataclass(frozen=True, slots=True)
class GivenColumns:
    """Columns, under the name of the file that they would be.

    Parameters
    ----------
    name : str
        Name of that file.
    what : str
        Says which columns these are: other columns of the name need another text. Their first rows are part of the hash too.
    chunks : callable
        Yields the rows; asked again it yields the same.
    """

    name: str
    what: str
    chunks: Chunks
    is_there: bool = True

    def digest(self) -> str:
        """Return a hash of what they are called and of the first rows."""
        first = next(self.chunks(TOGETHER))
        said = "\x1e".join([self.name, self.what, *("\x1f".join([name, *cells]) for name, cells in first.items())])
        return hashlib.sha256(said.encode()).hexdigest()

    def parts(self, form: Form, limits: Limits) -> Generator[Part, None, None]:
        """Yield header and rows; the first row after the header is row 2."""
        del form, limits
        number = 2
        for chunk in self.chunks(TOGETHER):
            columns = {name: list(map(str.strip, cells)) for name, cells in chunk.items()}
            if number == 2:
                yield Header(tuple(columns))
            if size := len(next(iter(columns.values()), ())):
                yield Rows(list(range(number, number + size)), columns)
            number += size
