"""Where two wordings of one statement differ, in the columns that they were read in.

Invariants (tests/unit/test_loaders_differing.py holds one test a number)
1. What differs is named by the column of the file, not by the field of the statement.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, Final

from graph.codec import converter, kind_of
from graph.dates import Period
from graph.model import Payload
from loaders.cell_specs import Cell
from loaders.fact_specs import Span
from loaders.mapping import Table

_ENDS: Final = {"period": ("start", "end"), "registered": ("registered_start", "registered_end")}
_CALLED: Final = {"amount_fen": "amount", "text": "interest"}
"""What a mapping calls fields of a relationship that it has another word for."""


def differing(table: Table, old: Payload, new: Payload) -> list[tuple[str, str, str]]:
    """Return (column, what the old says, what the new says) of what two wordings of a statement say otherwise.

    What is read in several cells is named by the first of them.
    """
    kind = kind_of(new)
    for spec in (getattr(fact, kind) for fact in table.facts if getattr(fact, kind, None) is not None):
        columns = ((_column(getattr(spec, name, None)), before, after) for name, before, after in _said(kind, old, new))
        found = [(column, _shown(before), _shown(after)) for column, before, after in columns if column and before != after]
        if found:
            return found
    return []


def _said(kind: str, old: Payload, new: Payload) -> Iterator[tuple[str, Any, Any]]:
    """Yield the fields of two wordings under the names that a mapping has for them."""
    for each in fields(new):
        before, after = getattr(old, each.name, None), getattr(new, each.name)
        if each.name in _ENDS and (isinstance(before, Period) or isinstance(after, Period)):
            for name, side in zip(_ENDS[each.name], ("start", "end"), strict=True):
                yield name, getattr(before, side, None), getattr(after, side, None)
        else:
            yield _CALLED.get(each.name, each.name) if kind == "relationship" else each.name, before, after


def _column(cell: object) -> str | None:
    """Return the column of a cell, of the first of several, or of the start or end of a span."""
    if isinstance(cell, Span):
        return _column(cell.start) or _column(cell.end)
    if isinstance(cell, tuple):
        return next(filter(None, map(_column, cell)), None)
    return cell.place if isinstance(cell, Cell) else None


def _shown(value: object) -> str:
    said = converter().unstructure(value)
    return said if isinstance(said, str) else "nothing" if said in (None, [], ()) else json.dumps(said, ensure_ascii=False)
