"""The level of a body that decides, where a source gives its code or its name alone.

Invariants (tests/unit/test_loaders_authority_levels.py holds one test a number)
1. By the code: the place of the registrar of public bodies, where the code is one of theirs and passes its check.
2. By the name: a court is a court; the last place that the name has says whether it is a county's, a city's or a province's.
3. What neither tells is unknown, and so is what code and name tell differently: nothing is guessed upwards.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from graph import strict_yaml
from graph.identifiers import check_uscc, normalise_uscc
from graph.reading import plain
from loaders.cell_specs import Model

FILE: Final = Path(__file__).parent / "authority_levels.yaml"
_PLACE: Final = re.compile("[一-鿿]{2,}?(?:自治区|自治州|自治县|省|市(?!场)|州(?=[^市])|(?<!地)区(?!域)|县(?!级)|旗)")


class _Levels(Model):
    registrars: tuple[str, ...]
    municipalities: tuple[str, ...]
    courts: tuple[str, ...]
    beneath: tuple[str, ...]
    national: tuple[str, ...]
    municipal: tuple[str, ...]
    cities: tuple[str, ...]


@cache
def _known() -> _Levels:
    return _Levels.model_validate(strict_yaml.read(FILE.read_text(encoding="utf-8")))


def level_of(code: str, name: str) -> str | None:
    """Return the level of a body by its credit code and its name, None where it is unknown or they differ."""
    read = plain(name).text.replace(" ", "")
    if read.endswith(_known().courts):
        return "court"
    if any(word in read for word in _known().beneath):
        return None
    found = {level for level in (_by_code(normalise_uscc(code)), _by_name(read)) if level}
    return found.pop() if len(found) == 1 else None


def _by_code(code: str) -> str | None:
    known = _known()
    if not check_uscc(code).ok or not code.startswith(known.registrars):
        return None
    place = code[2:8]
    if place == "100000":
        return "national"
    if place.endswith("0000") or (place.startswith(known.municipalities) and place.endswith("00")):
        return "province"
    return "city" if place.endswith("00") else "county"


def _by_name(name: str) -> str | None:
    known = _known()
    bare = name.removeprefix("国家税务总局") or name
    places = _PLACE.findall(bare)
    if not places:
        return "national" if name.startswith(known.national) else None
    last = places[-1]
    if last.endswith(("省", "自治区")):
        return "province"
    if last.endswith("市"):
        cities = [place for place in places if place.endswith("市")]
        own = last.removesuffix("市")
        if own.endswith(known.municipal):
            return "province"
        if own.endswith(known.cities):
            return "city"
        return "county" if len(cities) > 1 else None
    return "city" if last.endswith(("州", "自治州")) else "county"
