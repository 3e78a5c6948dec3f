"""The objects of a JSON file, one at a time: JSON lines, or one array of any length, on one line or on many.

Of an array only one part is held at once, and each is parsed by itself: one that is wrong or too long is an error with its number,
and those after it are still read. Numbers stay decimals, as they are written.

Invariants (tests/unit/test_loaders_standards_objects.py holds one test a number)
1. An array gives what its parts give as lines, however it is broken into lines.
2. A part that is no JSON or beyond the limit is an error with its number, and shifts no number after it.
3. An array that does not end, or goes on after its end, is an error of the whole file.
4. A key that stands twice in one object is an error with its number: nobody knows which value was meant.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TextIO

from graph.errors import InputError
from loaders.text_files import Limits, TooLong, bounded_lines, open_text

_BLOCK: Final = 1 << 16
_MARKS: Final = re.compile(r'["\[\]{},]')
_WITHIN: Final = re.compile(r'(?:[^"\[\]{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*")*', re.DOTALL)
"""What stands between two brackets inside a part, whole texts included; Python 3.11.2 repeats no group possessively."""
_IN_TEXT: Final = re.compile(r'["\\]')


def objects(path: Path, limits: Limits) -> Iterator[tuple[int, Any]]:
    """Yield the objects of a file, numbered from 1: the parts of an array, or the lines; an error where one is no JSON.

    Raises
    ------
    InputError
        The file is an array that does not end, or goes on after its end.
    """
    with open_text(path, "utf-8") as file:
        is_array = _first_mark(file) == "["
        file.seek(0)
        if not is_array:
            for number, line in enumerate(bounded_lines(file, limits.line), 1):
                if isinstance(line, TooLong) or line.strip():
                    yield number, _parsed(number, line, limits)
            return
        try:
            for number, part in enumerate(_Parts(file, limits.line), 1):
                yield number, _parsed(number, part, limits)
        except InputError as error:
            raise InputError(f"{path.name} is not JSON, or was cut off ({error.reason})") from error


def _first_mark(file: TextIO) -> str:
    while (mark := file.read(1)) and (mark.isspace() or mark == "\ufeff"):
        pass
    return mark


def _parsed(number: int, text: str | TooLong, limits: Limits) -> Any:
    if isinstance(text, TooLong):
        return InputError(f"is longer than {limits.line:,} characters", row=number)
    try:
        return json.loads(
            text.lstrip("\ufeff"), parse_float=Decimal, parse_int=Decimal, parse_constant=_no_constant, object_pairs_hook=_once
        )
    except InputError as error:
        return InputError(error.reason, row=number)
    except (ValueError, ArithmeticError, RecursionError) as error:
        return InputError(f"is not JSON ({error})", row=number)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of it")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = ", ".join(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise InputError(f"key {twice} stands more than once in an object")
    return made


class _Parts:
    """Parts of an array as texts, found by the brackets and quotes around them."""

    def __init__(self, file: TextIO, limit: int) -> None:
        self._file, self._limit = file, limit
        self._held: list[str] = []
        self._size = 0

    def __iter__(self) -> Iterator[str | TooLong]:
        depth = given = skip = 0
        quoted = ended = False
        while block := self._file.read(_BLOCK):
            begin, place = 0, skip
            while True:
                if depth > 1 and not quoted and (within := _WITHIN.match(block, place)):
                    place = within.end()
                match = (_IN_TEXT if quoted else _MARKS).search(block, place)
                if match is None:
                    break
                place, mark = match.end(), match[0]
                if mark == "\\":
                    place += 1
                elif mark == '"':
                    quoted = not quoted
                elif mark in "[{":
                    depth += 1
                    begin = place if depth == 1 else begin
                elif mark in "]}":
                    depth -= 1
                if ended:
                    raise InputError("it goes on after the end of its array")
                if not quoted and (depth == 0 or (depth == 1 and mark == ",")):
                    part = self._part(block[begin : match.start()])
                    begin, ended = place, depth == 0
                    # An array may be empty; between two commas, and after the last one, there must be something.
                    if given or not ended or isinstance(part, TooLong) or part.strip():
                        yield part
                    given += 1
            skip = max(place - len(block), 0)
            if ended and block[begin:].strip():
                raise InputError("it goes on after the end of its array")
            self._hold(block[begin:])
        if not ended:
            raise InputError("its array does not end")

    def _hold(self, text: str) -> None:
        self._size += len(text)
        if self._size > self._limit:
            self._held.clear()
        else:
            self._held.append(text)

    def _part(self, rest: str) -> str | TooLong:
        self._hold(rest)
        found = "".join(self._held) if self._size <= self._limit else TooLong()
        self._held, self._size = [], 0
        return found
