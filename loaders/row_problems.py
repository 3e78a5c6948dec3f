"""What else is wrong in a row that was refused: whoever corrects it should see all of it at once.

Invariant (tests/unit/test_loaders_row_problems.py)
1. Every cell of a refused row that cannot be read by itself is told of once, with its column.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.errors import InputError
from loaders.cell_specs import AmountCell, Cell, DateCell, ShareCell, TermCell
from loaders.cells import Cells, amount_of, date_of, flag_of, meant_by, share_of, term_of
from loaders.mapping import FactSpec, Table, reading


def other_problems(table: Table, cells: Cells, first: InputError) -> Iterator[InputError]:
    """Yield what is wrong in a row beside the error for which it was refused, one error a column."""
    told = {first.column}
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
                yield error


def _says_so(fact: FactSpec, cells: Cells) -> bool:
    """Whether a row makes a statement for certain."""
    if fact.when is None:
        return True
    try:
        return flag_of(fact.when, cells) is True if isinstance(fact.when, Cell) else bool(cells.get(fact.when.given, ""))
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
