"""What a cell says: texts, codes, dates, shares, amounts, terms.

Invariants (tests/unit/test_loaders_cells.py holds one test a number)
1. A text that a value map does not have refuses the row, naming column and value; nothing falls into an "else" unasked.
2. Shares and amounts are computed in decimals: 33.3333 % is 333,333 millionths and 0.1 yuan is 10 fen. A share that is no whole
   number of millionths lies between the two next to it, and is never rounded to one of them.
3. A term that was not read is unknown, never life.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final, TypeVar

from graph.dates import OPEN, UNKNOWN, PartialDate, Period, day_before
from graph.errors import InputError
from graph.model import PPM, Imposed, Share, Term
from loaders.cell_specs import ActCell, AmountCell, Cell, DateCell, FlagCell, ImposedAmountCell, Lookup, ShareCell, TermCell
from loaders.fact_specs import Span

Cells = Mapping[str, str]
T = TypeVar("T")

_SHARE_SCALE: Final = {"percent": Decimal(PPM) / 100, "fraction": Decimal(PPM), "ppm": Decimal(1)}
_FEN: Final = {"yuan": 100, "10k_yuan": 1_000_000}
_MAX_FEN: Final = 2**63 - 1
_NUMBER: Final = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d*)?(?:[eE][+-]?\d{1,4})?")
"""A comma parts thousands. What is written `2,5` may be a half more than two, or twenty-five with a slip: it is refused."""
_LONGEST: Final = 28
"""Characters of a number; decimals of so many digits are multiplied without rounding."""
_YEAR_LAST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_HALF_WIDTH: Final = {ord(wide): half for wide, half in zip("０１２３４５６７８９－／．", "0123456789-/.", strict=True)}
_SHOWN: Final = 12
"""Values that a message names of those that a cell may have; the sheet of a template has more."""
MAX_YEARS: Final = 100
"""No term is longer; a larger number is a slip."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the values of a cell: its text and what it means."""

    text: str
    meant: tuple[str, ...]


def text_of(cell: Cell | None, cells: Cells) -> str:
    """Return what a cell holds, empty where it holds nothing or one of the texts that mean nothing."""
    if cell is None:
        return ""
    if cell.column is None:
        text = cell.const
    else:
        text = looked_up(cell.lookup, cell.column, cells) if cell.lookup else cells.get(cell.column, "")
    if not text or text in cell.empty:
        return ""
    return padded(text, cell.pad, cell.place)


def looked_up(lookup: Lookup, column: str, cells: Cells) -> str:
    """Return what a row of another table has in a column.

    Raises
    ------
    InputError
        There is no such row.
    """
    found = cells.get(lookup.cell(column))
    if found is None:
        raise InputError(f"no row of {lookup.table} has {cells.get(lookup.by, '')!r} in {lookup.key}", column=lookup.by)
    return found


def padded(text: str, width: int | None, column: str | None) -> str:
    """Return the text with zeros before it; one that is longer, or no number, is not what was announced."""
    if width is None:
        return text
    if len(text) > width or not text.isascii() or not text.isdigit():
        raise InputError(f"{text!r} is not a number of at most {width} digits", column=column)
    return text.zfill(width)


def parts_of(cell: Cell | None, cells: Cells) -> list[Part]:
    """Return the values of a cell, each with what it means.

    Raises
    ------
    InputError
        The mapping does not say what one of them means.
    """
    if cell is None:
        return []
    text = text_of(cell, cells)
    pieces = re.split(f"[{re.escape(cell.split)}]", text) if cell.split else [text]
    return [Part(piece, _meaning(cell, piece)) for piece in (piece.strip() for piece in pieces) if piece or _maps_empty(cell)]


def _maps_empty(cell: Cell) -> bool:
    return cell.values is not None and "" in cell.values


def _meaning(cell: Cell, text: str) -> tuple[str, ...]:
    if cell.values is not None and text in cell.values:
        return cell.values[text]
    for pattern, meant in (cell.contains or {}).items():
        if pattern in text:
            return meant
    if cell.values is None and cell.contains is None:
        if not cell.is_code(text):
            raise InputError(f"{text!r} is no code of {' or '.join(cell.code_lists)}; add `values:`", column=cell.place)
        return (text,)
    if cell.otherwise == "refuse":
        raise InputError(unknown(text, cell.values if cell.values is not None else cell.contains or {}), column=cell.place)
    return (text,) if cell.otherwise == "keep" else ()


def unknown(text: str, known: Iterable[str]) -> str:
    """Say that a mapping does not know a value, and which it does."""
    values = [value for value in known if value]
    shown, more = ", ".join(values[:_SHOWN]), len(values) - _SHOWN
    listed = f"; it takes {shown}" if values else ""
    return f"the mapping does not say what {text!r} means{listed}{f' and {more} more' if more > 0 else ''}"


def meant_by(cell: Cell | None, cells: Cells) -> tuple[str, ...]:
    """Return everything that a cell means, each once, in order."""
    return tuple(dict.fromkeys(meant for part in parts_of(cell, cells) for meant in part.meant))


def one_of(cell: Cell | None, cells: Cells) -> str | None:
    """Return the one thing that a cell means, None for nothing."""
    meant = meant_by(cell, cells)
    if len(meant) > 1:
        raise InputError(f"means {' and '.join(meant)}; it must be one", column=cell.place if cell else None)
    return meant[0] if meant else None


def required(cell: Cell, cells: Cells, what: str) -> str:
    """Return the one thing that a cell means; nothing is an error."""
    value = one_of(cell, cells)
    if not value:
        raise InputError(f"is empty; {what} is needed", column=cell.place)
    return value


def flag_of(cell: FlagCell | None, cells: Cells) -> bool | None:
    """Return yes, no or nothing: of several answers in one cell one yes is enough."""
    meant = meant_by(cell, cells)
    return "true" in meant if meant else None


def _at(column: str | None, read: Callable[[], T]) -> T:
    """Put the column to an error that does not know it."""
    try:
        return read()
    except InputError as error:
        raise InputError(error.reason, column=column) from error


def date_of(cell: DateCell | None, cells: Cells) -> PartialDate:
    """Return the date in a cell; an empty one is unknown, or open where the mapping says so."""
    text = text_of(cell, cells)
    if cell is None or not text:
        return OPEN if cell is not None and cell.when_empty == "open" else UNKNOWN
    text = text.translate(_HALF_WIDTH)
    found = _at(cell.place, lambda: PartialDate.parse(_year_first(text, cell.order)))
    return day_before(found) if cell.exclusive and found not in (OPEN, UNKNOWN) else found


def _year_first(text: str, order: str) -> str:
    match = None if order == "ymd" else _YEAR_LAST.fullmatch(text)
    if match is None:
        return text
    first, second, year = match.groups()
    return f"{year}-{first}-{second}" if order == "mdy" else f"{year}-{second}-{first}"


def period_of(start: DateCell | None, end: DateCell | None, cells: Cells) -> Period:
    """Return the period between two cells."""
    first, last = date_of(start, cells), date_of(end, cells)
    if first == OPEN:
        raise InputError("a start that is never to come is none", column=start.place if start else None)
    return _at(end.place if end else None, lambda: Period(first, last))


def span_of(span: Span | None, cells: Cells) -> Period | None:
    """Return the period of two cells, None where neither says anything."""
    if span is None or not (text_of(span.start, cells) or text_of(span.end, cells)):
        return None
    return period_of(span.start, span.end, cells)


def _number(text: str, column: str | None) -> Decimal:
    if len(text) > _LONGEST or _NUMBER.fullmatch(text) is None or not any(ch.isdigit() for ch in text.lower().partition("e")[0]):
        shown = text[:_LONGEST]
        if "," in text:
            raise InputError(f"{shown!r} is not a number; a comma parts groups of three digits alone", column=column)
        raise InputError(f"{shown!r} is not a number", column=column)
    number = Decimal(text.replace(",", ""))
    if abs(number.adjusted()) > 30:
        raise InputError(f"{text!r} is not a number that can be meant", column=column)
    return number


def share_of(cell: ShareCell | None, cells: Cells) -> Share | None:
    """Return the share in a cell, None for an empty one; `25..50` lies between the two, `25..` is at least so much."""
    text = text_of(cell, cells)
    if cell is None or not text:
        return None
    if text.endswith("%") and cell.unit != "percent":
        raise InputError(f"{text!r} has a percent sign, but the mapping says {cell.unit}", column=cell.place)
    least, between, most = text.partition("..")
    if between:
        floor, ceiling = _ppm(least, cell)[0] if least else 0, _ppm(most, cell)[1] if most else PPM
        if floor > ceiling:
            raise InputError(f"a share cannot lie between {least} and {most}", column=cell.place)
        return Share(floor, ceiling)
    floor, ceiling = _ppm(text, cell)
    return Share(*{"exact": (floor, ceiling), "minimum": (floor, PPM), "maximum": (0, ceiling)}[cell.bound])


def _ppm(text: str, cell: ShareCell) -> tuple[int, int]:
    """Return the whole millionths between which a share lies; the same twice where it is one of them."""
    ppm = _number(text.removesuffix("%").rstrip(), cell.place) * _SHARE_SCALE[cell.unit]
    if not 0 <= ppm <= PPM:
        raise InputError(f"a share lies between 0 % and 100 %, not {ppm / 10_000:g} %", column=cell.place)
    return int(ppm.to_integral_value(ROUND_FLOOR)), int(ppm.to_integral_value(ROUND_CEILING))


def amount_of(cell: AmountCell | None, cells: Cells) -> int | None:
    """Return the amount of money in a cell in fen, None for an empty one."""
    text = text_of(cell, cells)
    if cell is None or not text:
        return None
    fen = _number(text, cell.place) * _FEN[cell.unit]
    if not 0 <= fen <= _MAX_FEN:
        raise InputError(f"{text!r} {cell.unit} cannot be an amount", column=cell.place)
    return int(fen.to_integral_value())


def term_of(cell: TermCell | None, cells: Cells) -> Term:
    """Return the term in a cell; an empty one is unknown."""
    text = text_of(cell, cells)
    if cell is None or not text:
        return Term()
    if text == cell.life:
        return Term(life=True)
    digits = text.lstrip("0")
    if not text.isascii() or not digits.isdigit():
        raise InputError(f"{text!r} is not a number of {cell.unit}", column=cell.place)
    most = MAX_YEARS if cell.unit == "years" else 12 * MAX_YEARS
    # The length first: a number of thousands of digits is never made.
    if len(digits) > len(str(most)) or int(digits) > most:
        raise InputError(f"a term is at most {MAX_YEARS} years; `life` says what lasts for life", column=cell.place)
    return Term(years=int(text)) if cell.unit == "years" else Term(months=int(text))


def imposed_of(
    acts: ActCell | None, term: TermCell | None, cells: Cells, amounts: tuple[ImposedAmountCell, ...] = ()
) -> tuple[Imposed, ...]:
    """Return what a cell says was imposed, each with its words, and with term and amount where it is of an act that has one.

    An amount is that of the first thing imposed by an act: said twice, it would be twice as much.
    """
    lasts, applies = term_of(term, cells), term.applies_to if term else ()
    fen = {act: amount for cell in amounts if (amount := amount_of(cell, cells)) is not None for act in cell.applies_to}
    return tuple(
        Imposed(act, part.text, lasts if act in applies else Term(), amount_fen=fen.pop(act, None))
        for part in parts_of(acts, cells)
        for act in part.meant
    )
