"""How the fast lane reads a column: each text once, and all of a column or the places of the rows that are left.

Invariants: 2 and 3 of `loaders.lane`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache, partial
from typing import Final, NamedTuple, TypeVar

from graph.errors import InputError
from graph.identifiers import check_uscc, normalise_uscc
from graph.names import is_of_body, is_unnamed, normalise_name
from graph.store.block import Names
from graph.uscc_together import are_uscc
from loaders.cell_specs import AmountCell, Cell, DateCell, Lookup, ShareCell
from loaders.cells import Cells, amount_of, date_of, one_of, padded, parts_of, share_of, text_of
from loaders.fact_specs import IdentifierSpec, Span
from loaders.facts import doubtful_start
from loaders.known import Known
from loaders.lane_memo import Left, Memo, whole
from loaders.lane_texts import quoted
from loaders.reference_specs import EnterpriseRef, IdRef, PartySpec
from loaders.references import MASKS
from loaders.rows import Rows

T = TypeVar("T")
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Said(NamedTuple):
    """Statements in columns, in the order of the rows; `at` is the place of the row that each is of."""

    at: Sequence[int]
    keys: list[str]
    texts: list[str]
    names: list[Names]
    about: list[tuple[str, ...]]


class Columns:
    """The columns of some rows while they are read, what was read of them, and what they say there is.

    That is, a list of one a row for each statement of the mapping: entities, decisions with their texts, and the two ends of links.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._texts: dict[str, list[str]] = {}
        self.all = range(len(rows))
        self.entities: list[list[str]] = []
        self.decided: list[tuple[list[str], list[str]]] = []
        self.linked: list[tuple[list[str], list[str]]] = []
        self.enterprises: dict[_Same, list[str]] = {}
        self.people: dict[str, list[str]] = {}

    def column(self, name: str) -> list[str]:
        """Return the cells of a column."""
        if name not in self._texts:
            self._texts[name] = self._rows.column(name)
        return self._texts[name]

    @staticmethod
    def leave(places: Iterable[int]) -> None:
        """Leave rows to the slow lane, if there are any."""
        if found := set(places):
            raise Left(found)


Read = Callable[[Columns], list[T]]
"""Reads something of every row."""
Say = Callable[[Columns], Said]
"""Says one kind of statement of every row."""
Day = date
Days = tuple[str, date, date]
"""A date as text, and the days between which it lies."""
_UNSAID: Final[Days] = ("", date.min, date.min)
_Same = tuple[str | None, str, int | None, Lookup | None]
"""Tells what one reference reads from what others do."""


class Readers:
    """Turns what a mapping says of cells into functions of columns."""

    def __init__(self, source: str, known: Known) -> None:
        self._source, self._known = source, known
        self._numbers: dict[_Same, Read[str]] = {}
        self._people: dict[str, Memo[str, str]] = {}

    # Cells

    def of(self, cell: Cell | None, read: Callable[[Cells], T | None]) -> Read[T]:
        """Return what reads something that depends on one cell alone."""
        column = cell.column if cell is not None else None
        if column is None:
            try:
                const = read({})
            except InputError:  # every row is refused for it, with its reason, by the slow lane
                const = None
            return lambda columns: whole([const] * len(columns.all))
        memo: Memo[str, T] = Memo(lambda text: read({column: text}))
        return lambda columns: memo.of(columns.column(column))

    def together(self, cells: Iterable[Cell | None], read: Callable[[Cells], T | None]) -> Read[T]:
        """Return what reads something that depends on several cells."""
        names = tuple(dict.fromkeys(cell.column for cell in cells if cell is not None and cell.column is not None))
        memo: Memo[tuple[str, ...], T] = Memo(lambda texts: read(dict(zip(names, texts, strict=True))))
        return lambda columns: memo.of(zip(*map(columns.column, names), strict=True) if names else [()] * len(columns.all))

    def text(self, cell: Cell | None) -> Read[str]:
        """Return what reads a text."""
        column = cell.column if cell is not None else None
        if column is not None and cell is not None and _is_plain(cell):
            return lambda columns: columns.column(column)
        return self.of(cell, lambda cells: text_of(cell, cells))

    def required(self, cell: Cell) -> Read[str]:
        """Return what reads the one thing that a cell means; nothing leaves the row."""
        column = cell.column
        if column is None or not _is_verbatim(cell):
            return self.of(cell, lambda cells: one_of(cell, cells) or None)

        def read(columns: Columns) -> list[str]:
            texts = columns.column(column)
            if "" in texts:
                columns.leave(place for place, text in enumerate(texts) if not text)
            return texts

        return read

    def person(self, cell: Cell) -> Read[str]:
        """Return what reads the name of a person as it is compared; one that could not be read leaves the row."""
        column = cell.column
        if column is None or not _is_plain(cell):
            return self.of(cell, lambda cells: _called(text_of(cell, cells)))
        memo = self._people.setdefault(column, Memo(_called))

        def read_all(columns: Columns) -> list[str]:
            if column not in columns.people:
                columns.people[column] = memo.of(columns.column(column))
            return columns.people[column]

        return read_all

    def attributes(self, cells: dict[str, Cell]) -> Read[str]:
        """Return what writes attributes as JSON, with a comma after them."""
        reads = [self._attribute(name, cell) for name, cell in sorted(cells.items())]

        def write(columns: Columns) -> list[str]:
            found = [read(columns) for read in reads]
            if not found:
                return [""] * len(columns.all)
            together = found[0] if len(found) == 1 else (",".join(filter(None, row)) for row in zip(*found, strict=True))
            return [f'"attributes":[{said}],' if said else "" for said in together]

        return write

    def _attribute(self, name: str, cell: Cell) -> Read[str]:
        begin = f"[{quoted(name)},"

        def read(cells: Cells) -> str:
            stated = one_of(cell, cells)
            return f"{begin}{quoted(stated)}]" if stated else ""

        column = cell.column
        if column is None or not _is_verbatim(cell):
            return self.of(cell, read)
        return lambda columns: [f"{begin}{quoted(text)}]" if text else "" for text in columns.column(column)]

    def interests(self, cell: Cell) -> Read[tuple[tuple[str, str], ...]]:
        """Return what reads (code, JSON of the words) of each interest that a cell means."""

        def read(cells: Cells) -> tuple[tuple[str, str], ...]:
            texts: dict[str, list[str]] = {}
            for part in parts_of(cell, cells):
                for code in part.meant:
                    texts.setdefault(code, []).append(part.text)
            shown = cell.column is not None
            return tuple(
                (code, f',"text":{quoted("/".join(words))}' if shown and "/".join(words) else "") for code, words in texts.items()
            )

        return self.of(cell, read)

    def share(self, cell: ShareCell | None) -> Read[str]:
        """Return what writes a share as JSON, with a comma before it."""

        def read(cells: Cells) -> str:
            share = share_of(cell, cells)
            return f',"share":{{"maximum":{share.maximum},"minimum":{share.minimum}}}' if share else ""

        return self.of(cell, read)

    def amount(self, cell: AmountCell | None) -> Read[str]:
        """Return what writes an amount as JSON, with a comma after it."""

        def read(cells: Cells) -> str:
            fen = amount_of(cell, cells)
            return "" if fen is None else f'"amount_fen":{fen},'

        return self.of(cell, read)

    def date(self, cell: DateCell | None) -> Read[Days]:
        """Return what reads a date: as text, and the days between which it lies."""
        return self.of(cell, _date(cell))

    def span(self, span: Span | None) -> Read[Days]:
        """Return what reads a period: as text, empty for none, with the first days of its start and of its end."""
        if span is None:
            return lambda columns: [_UNSAID] * len(columns.all)
        given, dates = [self.text(span.start), self.text(span.end)], [self.date(span.start), self.date(span.end)]

        def read(columns: Columns) -> list[Days]:
            said = map(any, zip(*(texts(columns) for texts in given), strict=True))
            shown = list(zip(said, *(days(columns) for days in dates), strict=True))
            columns.leave(place for place, (is_said, one, two) in enumerate(shown) if is_said and not _may_be(one, two))
            return [(f"{one[0]}/{two[0]}", one[1], two[1]) if is_said else _UNSAID for is_said, one, two in shown]

        return read

    def period(self, start: DateCell | None, end: DateCell | None, delivered: Day | None = None) -> Read[str]:
        """Return what writes the period between two cells as JSON; one that cannot be, or begins doubtfully, leaves the row."""
        first, last = self.date(start), self.date(end)

        def write(columns: Columns) -> list[str]:
            starts = first(columns)
            if delivered is not None:
                columns.leave(place for place, (_, *one) in enumerate(starts) if doubtful_start(one[0], one[1], delivered))
            pairs = zip(starts, last(columns), strict=True)
            return whole([f'"{begun[0]}/{ended[0]}"' if _may_be(begun, ended) else None for begun, ended in pairs])

        return write

    # Numbers

    def number(self, ref: IdRef | IdentifierSpec) -> Read[str]:
        """Return what reads a number, empty for an empty cell."""
        known = _same(ref)
        if known not in self._numbers:
            self._numbers[known] = self._number(ref)
        return self._numbers[known]

    def _given(self, ref: IdRef | IdentifierSpec) -> Read[str]:
        """Return what reads the text of a number; one that is looked up, and not there, leaves the row."""
        lookup, column = ref.lookup if isinstance(ref, IdRef) else None, ref.column
        if lookup is None:
            return lambda columns: columns.column(column)
        find, by = partial(self._known.look_up, lookup.table, lookup.key, column), lookup.by
        return lambda columns: whole(list(map(find, columns.column(by))))

    def _number(self, ref: IdRef | IdentifierSpec) -> Read[str]:
        given = self._given(ref)

        def read(text: str) -> str | None:
            if not text:
                return ""
            number = padded(text, ref.pad, ref.column)
            if "#" in number or (ref.scheme and not MASKS.isdisjoint(text)):
                return None
            if ref.scheme == "uscc" and not (check_uscc(number).ok and normalise_uscc(number) == number):
                return None
            return number

        memo = Memo(read)

        def read_all(columns: Columns) -> list[str]:
            texts = given(columns)
            if ref.pad is not None:
                return memo.of(texts)
            if ref.scheme != "uscc":
                together = "".join(texts)
                return texts if "#" not in together and (not ref.scheme or MASKS.isdisjoint(together)) else memo.of(texts)
            sound = are_uscc(texts)
            return texts if sound.all() else memo.of(texts)

        return read_all

    def enterprise(self, ref: EnterpriseRef | PartySpec) -> Read[str]:
        """Return what reads the id of an enterprise that is known, or that a row up to this one says there is."""
        assert isinstance(ref, IdRef)  # noqa: S101 - the caller looked
        number, scheme, same = self.number(ref), ref.scheme or self._source, _same(ref)

        def read(columns: Columns) -> list[str]:
            found = columns.enterprises.get(same)
            if found is None:
                own = number(columns)
                columns.leave(place for place, text in enumerate(own) if not text)
                found = [f"{scheme}:{text}" for text in own]
                if unheard := _untold(columns, found, self._known.unheard(found)):
                    unknown = self._known.missing({found[place] for place in unheard})
                    columns.leave(place for place in unheard if found[place] in unknown)
                columns.enterprises[same] = found
            return found

        return read


def _same(ref: IdRef | IdentifierSpec) -> _Same:
    return ref.scheme, ref.column, ref.pad, ref.lookup if isinstance(ref, IdRef) else None


def _untold(columns: Columns, found: list[str], unheard: set[str]) -> list[int]:
    """Return the places of enterprises of which neither the load before these rows nor a row up to theirs has told."""
    if not unheard:
        return []
    first: dict[str, int] = {}
    for said in columns.entities:
        for place in range(len(said) - 1, -1, -1):
            first[said[place]] = min(place, first.get(said[place], place))
    return [place for place, entity in enumerate(found) if entity in unheard and first.get(entity, len(found)) > place]


def _called(text: str) -> str | None:
    """Return the name of a person as it is compared, None for one that could not be read, or is doubtful."""
    return None if is_unnamed(text) or "#" in text or "@" in text or is_of_body(text) else normalise_name(text)


def _is_plain(cell: Cell) -> bool:
    """Whether what a cell holds is taken as it is."""
    return not cell.empty and cell.pad is None


def _is_verbatim(cell: Cell) -> bool:
    """Whether what a cell holds is also what it means."""
    return _is_plain(cell) and cell.values is None and cell.contains is None and not cell.split and not cell.code_lists


def _date(cell: DateCell | None) -> Callable[[Cells], Days]:
    """Return what reads a date: as text, and the days between which it lies."""
    plain = cell is not None and _is_plain(cell) and not cell.exclusive

    def read(cells: Cells) -> Days:
        text = cells.get(cell.column, "") if plain and cell is not None and cell.column is not None else ""
        if text and (day := _day(text)):
            return day
        found = date_of(cell, cells)
        return str(found), found.earliest, found.latest

    return read


def _may_be(begun: Days, ended: Days) -> bool:
    """Whether a period may be: it begins some day, and not after its end."""
    return begun[1] <= ended[2] and begun[1] != date.max


@lru_cache(1 << 16)
def _day(text: str) -> Days | None:
    """Return a day as it is written, None where the text is something else."""
    if not _ISO_DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text!r} is not a day that exists") from error
    return (text, day, day) if day != date.max else None  # which is written as open
