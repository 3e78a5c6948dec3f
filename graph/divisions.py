"""Administrative divisions: the code of a place that a source names (GB/T 2260; ISO 3166-1 for what lies abroad).

Invariants (tests/unit/test_graph_divisions.py holds one test a number)
1. A code stays; a name is read where it is one that `graph/codes/divisions.yaml` has, alone or after the names of what it lies in.
2. Whatever else is no place: nobody's name comes through as one.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from graph import codes

_CODE: Final = re.compile(r"00|[1-8][0-9](?:[0-9]{2}){0,2}|[A-Z]{2}", re.ASCII)
"""The whole of the country (00), a division by two, four or six figures, or another country."""

_WHOLE: Final = re.compile(r"(?:00)+$", re.ASCII)


def is_division(text: str) -> bool:
    """Say whether a text is the code of a place."""
    return _CODE.fullmatch(text) is not None


def holding(code: str) -> str:
    """Return the figures with which the code of every place in a place begins: 37 for 370000, none for the country (00, CN)."""
    return "" if code == "CN" else _WHOLE.sub("", code)


def division_of(text: str) -> str | None:
    """Return the code of the place that a text names or is the code of; None where it is neither."""
    said = "".join(text.split())
    return said if is_division(said) else _named().get(said)


@cache
def _named() -> dict[str, str]:
    """Return the codes by names: a place alone, and with some or all of what it lies in before it."""
    places = codes.load("divisions")
    found: dict[str, str] = {}
    for place in places:
        paths = [""]
        for digits in (2, 4):
            above = place.code[:digits]
            if digits < len(place.code) and above in places:
                paths += [path + places.get(above).zh for path in paths]
        found |= {path + place.zh: place.code for path in paths}
    return found
