"""What a table is read into: its header, its rows one by one or together, and what stands for a row that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from graph.errors import InputError
from loaders.record_files import Lists


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number, its cells by column (white space around them removed), and the lists of records that some hold."""

    number: int
    cells: dict[str, str]
    lists: Lists = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns; those of a list `a` are `a.b`."""
        inside = (f"{name}.{column}" for name, records in self.lists.items() for record in records for column in record)
        return tuple(dict.fromkeys((*self.cells, *inside)))


class UnreadLine(InputError):
    """A row that cannot be read: `text` is what it holds."""

    def __init__(self, reason: str, row: int, text: str, column: str | None = None) -> None:
        self.text = text
        super().__init__(reason, row=row, column=column)


class Rows:
    """Rows that were read together, by column.

    Parameters
    ----------
    numbers : list of int
        The number of each row.
    columns : dict
        Their cells, each column as long as there are rows.
    """

    def __init__(self, numbers: list[int], columns: dict[str, list[str]]) -> None:
        self.numbers, self._columns = numbers, columns

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.numbers)

    @property
    def names(self) -> Iterable[str]:
        """The columns that the rows have."""
        return self._columns

    @property
    def lists(self) -> Iterable[str]:
        """The lists inside the rows."""
        return ()

    def column(self, name: str) -> list[str]:
        """Return the cells of a column, empty ones where there is none of the name."""
        return self._columns.get(name) or [""] * len(self)

    def row(self, place: int) -> Row:
        """Return one row."""
        return Row(self.numbers[place], {name: cells[place] for name, cells in self._columns.items()})

    def at(self, places: Sequence[int]) -> Rows:
        """Return the rows at these places."""
        columns = {name: [cells[place] for place in places] for name, cells in self._columns.items()}
        return Rows([self.numbers[place] for place in places], columns)


class Apart(Rows):
    """Rows that were read one by one, and may have other columns each."""

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__([row.number for row in rows], {})
        self._rows = rows

    @property
    def names(self) -> Iterable[str]:
        """The columns that the rows have."""
        return dict.fromkeys(name for row in self._rows for name in row.columns)

    @property
    def lists(self) -> Iterable[str]:
        """The lists inside the rows."""
        return {name for row in self._rows for name in row.lists}

    def column(self, name: str) -> list[str]:
        """Return the cells of a column, an empty one where a row has none of the name."""
        return [row.cells.get(name, "") for row in self._rows]

    def row(self, place: int) -> Row:
        """Return one row."""
        return self._rows[place]

    def at(self, places: Sequence[int]) -> Rows:
        """Return the rows at these places."""
        return Apart([self._rows[place] for place in places])


@dataclass(frozen=True, slots=True)
class Unended:
    """Stands after the last row of a file whose last line has no line end, although the lines before it have."""

    row: int


@dataclass(frozen=True, slots=True)
class NotKept:
    """Stands for what a file says beside its rows, and for which there is no word here; of the whole file where no row is given."""

    row: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table that names them once, before its rows."""

    columns: tuple[str, ...]


Line = Header | Row | InputError | Unended | NotKept
"""The header, a row, or why there is none."""
Part = Header | Rows | InputError | Unended | NotKept
"""The header, some rows, or why there is none."""
