"""Tables of the city as columns of numbers, and how they become the texts of a register, some thousand rows at a time.

A date is a number: days since 1990, then the months, the years, `unknown` and nothing at all. So a table of millions of rows is
a few bytes a row until somebody reads it.

Invariants (tests/unit/test_synthetic_columns.py holds one test a number)
1. How many rows are in a chunk changes nothing of what they say.
2. A date is written as a register writes it: a day, a month, a year, `unknown`, or nothing for what goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Ints: TypeAlias = NDArray[np.integer]
"""Numbers or places: codes of dates, enterprises, people."""
Flags: TypeAlias = NDArray[np.bool_]
Chances: TypeAlias = NDArray[np.float64]
Chunk: TypeAlias = dict[str, list[str]]
"""Some rows of a table: column -> texts, all of one length."""
Column: TypeAlias = Callable[[Ints], list[str]]
"""Writes out the rows at these places."""

_FIRST: Final = np.datetime64("1990-01-01")
_AFTER: Final = np.datetime64("2041-01-01")
_DAYS: Final = np.arange(_FIRST, _AFTER)
_MONTHS: Final = np.arange("1990-01", "2041-01", dtype="datetime64[M]")
_YEARS: Final = np.arange("1990", "2041", dtype="datetime64[Y]")
_MONTH_0: Final = len(_DAYS)
_YEAR_0: Final = _MONTH_0 + len(_MONTHS)
UNKNOWN: Final = _YEAR_0 + len(_YEARS)
OPEN: Final = UNKNOWN + 1
_DATE_TEXTS: Final = np.array(
    [*np.datetime_as_string(_DAYS), *np.datetime_as_string(_MONTHS), *np.datetime_as_string(_YEARS), "unknown", ""], dtype=object
)
_MONTH_OF: Final = _MONTH_0 + (_DAYS.astype("datetime64[M]") - _MONTHS[0]).astype(np.int32)
_YEAR_OF: Final = _YEAR_0 + (_DAYS.astype("datetime64[Y]") - _YEARS[0]).astype(np.int32)
YEAR_TEXTS: Final = np.array([str(text)[:4] for text in np.datetime_as_string(_DAYS)], dtype=object)
"""The year of each day."""


def day(year: int, month: int, of_month: int) -> int:
    """Return the number of a day."""
    return int((np.datetime64(date(year, month, of_month)) - _FIRST).astype(int))


def day_of(text: str) -> int:
    """Return the number of a day written YYYY-MM-DD."""
    return day(*map(int, text.split("-")))


def date_text(code: int) -> str:
    """Return what stands in the register for one number."""
    return str(_DATE_TEXTS[code])


def month_of(days: Ints) -> Ints:
    """Return the numbers of the months that days are in."""
    months: Ints = _MONTH_OF[days]
    return months


def year_of(days: Ints) -> Ints:
    """Return the numbers of the years that days are in."""
    years: Ints = _YEAR_OF[days]
    return years


# Columns


def pooled(texts: Sequence[str] | NDArray[np.object_], codes: Ints) -> Column:
    """Return a column of texts that each stand many times: `codes` are places in `texts`."""
    pool = texts if isinstance(texts, np.ndarray) else np.array(texts, dtype=object)
    return lambda rows: list(pool[codes[rows]].tolist())


def dates(codes: Ints) -> Column:
    """Return a column of dates."""
    return pooled(_DATE_TEXTS, codes)


def numbered(form: str, numbers: Ints | Chances) -> Column:
    """Return a column of numbers with a letter, zeros or a unit around them: `form` is what `str.format` takes."""
    write = form.format
    return lambda rows: [write(number) for number in numbers[rows].tolist()]


# Tables


@dataclass(frozen=True)
class Table:
    """One table: rows in columns of numbers, then rows that were written down one by one, in the order of `order`.

    Parameters
    ----------
    name : str
        The file without its ending, which is the table's id in the mapping.
    columns : dict
        How each column is written out, for the rows in numbers.
    counted : int
        How many rows are in numbers.
    written : dict
        The same columns of the rows after these.
    order : array, optional
        Places of all rows in the order in which they are delivered.
    """

    name: str
    columns: dict[str, Column]
    counted: int
    written: dict[str, list[str]] = field(default_factory=dict)
    order: Ints | None = None

    @property
    def rows(self) -> int:
        """Return how many rows there are in all."""
        return self.counted + len(next(iter(self.written.values()), ()))

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Yield the rows, at most `size` at once; a table without rows is one empty chunk, so that its columns are known."""
        for start in range(0, max(self.rows, 1), size):
            end = min(start + size, self.rows)
            places = np.arange(start, end) if self.order is None else self.order[start:end]
            yield self._chunk(places)

    def _chunk(self, places: Ints) -> Chunk:
        in_numbers = places < self.counted
        if in_numbers.all():
            return {name: column(places) for name, column in self.columns.items()}
        chunk: Chunk = {}
        beyond = (places[~in_numbers] - self.counted).tolist()
        for name, column in self.columns.items():
            texts = np.empty(len(places), dtype=object)
            texts[in_numbers] = column(places[in_numbers])
            known = self.written[name]
            texts[~in_numbers] = [known[place] for place in beyond]
            chunk[name] = texts.tolist()
        return chunk


def written_out(kind: type[DataclassInstance], rows: Sequence[DataclassInstance]) -> dict[str, list[str]]:
    """Return the columns of rows that were written down one by one."""
    return {column.name: [getattr(row, column.name) for row in rows] for column in fields(kind)}


def written_table(name: str, kind: type[DataclassInstance], rows: Sequence[DataclassInstance]) -> Table:
    """Return a table of which every row was written down one by one."""
    written = written_out(kind, rows)
    return Table(name, dict.fromkeys(written, _nothing), 0, written)


def _nothing(rows: Ints) -> list[str]:
    return [""] * len(rows)


def by_rank(subjects: Ints, rank: Ints) -> Ints:
    """Return the places of rows so that they stand in the order of the enterprises they are about."""
    return np.argsort(rank[subjects], kind="stable").astype(np.int32)
