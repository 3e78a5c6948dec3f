"""Merged cells of a sheet: what they show stands in every row that they cover, for so a person sees it.

Invariants (tests/unit/test_loaders_merged_cells.py holds one test a number)
1. Cells of one column that are merged have, in each of their rows, what the first of them says, whatever is left in the others.
2. What is merged over several columns, or with the header, is refused in each of its rows: nobody knows for which it was meant.
3. Where the first cell cannot be read, none of the rows that it covers can.
4. A row in which nothing stands but what is merged with the row above is no row of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from openpyxl.utils import column_index_from_string, get_column_letter

from graph.errors import InputError

MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
"""A merged cell in the file of a sheet."""


class Area(NamedTuple):
    """The rows and columns of a merged cell, from 1."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        """Return it as Excel writes it."""
        return f"{get_column_letter(self.left)}{self.top}:{get_column_letter(self.right)}{self.bottom}"


def areas_in(text: bytes) -> Iterable[Area]:
    """Return the merged cells in a part of the file of a sheet."""
    for first, top, last, bottom in MERGED.findall(text):
        yield Area(int(top), column_index_from_string(first.decode()), int(bottom), column_index_from_string(last.decode()))


class Merged:
    """The merged cells of a sheet, as its rows go by."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._waiting = sorted(areas, reverse=True)
        self._open: list[tuple[Area, str | InputError]] = []

    def seen(
        self, number: int, header: Sequence[str], found: tuple[int, list[str]] | InputError
    ) -> tuple[int, list[str]] | InputError:
        """Return a row as it is seen, rows being given in order from the one below the header; an error where that is not clear."""
        self._open = [each for each in self._open if each[0].bottom >= number]
        while self._waiting and self._waiting[-1].top <= number:
            area = self._waiting.pop()
            if area.bottom >= number and area.left <= len(header):
                self._open.append((area, _first(area, number, found)))
        if isinstance(found, InputError):
            return found
        for area, said in self._open:
            column, place = header[area.left - 1], f"{get_column_letter(area.left)}{number}"
            if isinstance(said, InputError):
                return InputError(
                    f"cell {place} is part of the merged cell {area}, which cannot be read", row=number, column=column
                )
            if area.top == 1 or (said and any(header[area.left : area.right])):
                return InputError(
                    f"cell {place} is part of the merged cell {area}, over {'the header' if area.top == 1 else 'several columns'}: "
                    "unmerge it, and give each cell its value",
                    row=number,
                    column=column,
                )
            found[1][area.left - 1] = said
        return found


def _first(area: Area, number: int, found: tuple[int, list[str]] | InputError) -> str | InputError:
    """Return what the first cell says; a row that was passed over for being empty says nothing."""
    if area.top < number:
        return ""
    return found if isinstance(found, InputError) else found[1][area.left - 1]
