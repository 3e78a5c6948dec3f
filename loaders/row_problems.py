"""What else is wrong in a row that was refused: whoever corrects it should see all of it at once.

Invariant (tests/unit/test_loaders_row_problems.py)
1. Every cell of a refused row that cannot be read by itself is told of once, with its column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graph.errors import InputError
from loaders.cell_specs import AmountCell, Cell, DateCell, ShareCell, TermCell
from loaders.cells import Cells, amount_of, date_of, meant_by, share_of, term_of
from loaders.fact_specs import FactSpec
from loaders.facts import says_so
from loaders.mapping import Table, reading
from loaders.rows import Row
from loaders.workbooks import UnreadRow


def other_problems(table: Table, row: Row | InputError, first: InputError) -> Iterator[tuple[InputError, str]]:
    """Yield what is wrong in a row beside the error for which it was refused, one error a column, and what the cell says."""
    if isinstance(row, UnreadRow):
        yield from ((other, "") for other in row.others)
        told = {first.column, *(other.column for other in row.others)}
        yield from _problems(table, row.cells, told)
    elif isinstance(row, Row):
        yield from _problems(table, row.cells, {first.column})


def _problems(table: Table, cells: Mapping[str, str], told: set[str | None]) -> Iterator[tuple[InputError, str]]:
    for fact in table.facts:
        if fact.each or not _says_so(fact, cells):
            continue
        for cell in reading(fact.spec):
            if not isinstance(cell, Cell) or cell.column is None or cell.lookup is not None or cell.column in told:
                continue
            try:
                _read(cell, cells)
            except InputError as error:
                told.add(cell.column)
                yield error, cells.get(error.column or "", "")


def _says_so(fact: FactSpec, cells: Cells) -> bool:
    """Whether a row makes a statement for certain."""
    if fact.when is None:
        return True
    try:
        return says_so(fact.when, cells)
    except InputError:
        return False


def _read(cell: Cell, cells: Cells) -> None:
    match cell:
        case DateCell():
            date_of(cell, cells)
        case ShareCell():
            share_of(cell, cells)
        case AmountCell():
            amount_of(cell, cells)
        case TermCell():
            term_of(cell, cells)
        case _ if cell.values is not None or cell.contains is not None or cell.code_lists:
            meant_by(cell, cells)
