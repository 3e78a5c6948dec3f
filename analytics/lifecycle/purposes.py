"""Which restrictions matter for what a counter has to decide.

Invariants (tests/unit/test_lifecycle_purposes.py holds one test a number)
1. A restriction that no purpose can place matters for every purpose: it is shown, never left out.
2. Every measure of the rules is matched by a purpose that somebody asks for, or is listed as one that no counter asks for, with the
   reason; what keeps somebody out of a market or an occupation matters for whoever registers or appoints him, and joint discipline
   for everybody. A table (tests/data/purposes.yaml) says of each measure which purposes see it, and no others do.
3. An unknown purpose is refused with those that there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from analytics.responsibility.partial import Model
from analytics.responsibility.said import Label
from graph import strict_yaml
from graph.errors import UnknownCode

FILE: Final = Path(__file__).parent / "purposes.yaml"


class Purpose(Label):
    """One purpose of a look-up, and the words of the measures that matter for it."""

    words: tuple[str, ...]
    general: bool = False


class Purposes(Model):
    """All of them, the words of what matters for all, and the measures that no counter asks for, each with the reason."""

    purposes: Mapping[str, Purpose]
    everywhere: tuple[str, ...]
    unasked: Mapping[str, Label]


@cache
def _read() -> Purposes:
    return Purposes.model_validate(strict_yaml.read(FILE.read_text(encoding="utf-8")))


def load_purposes() -> Mapping[str, Purpose]:
    """Return the purposes that ship."""
    return _read().purposes


def everywhere() -> tuple[str, ...]:
    """Return the words of the measures that matter for every purpose."""
    return _read().everywhere


def unasked() -> Mapping[str, Label]:
    """Return the measures that no counter asks for, by name, each with the reason."""
    return _read().unasked


def purpose(code: str) -> Purpose:
    """Return a purpose; raises `UnknownCode`."""
    known = load_purposes()
    if code not in known:
        raise UnknownCode(f"no purpose {code!r}; there are {', '.join(known)}")
    return known[code]


def matters(measure: str, code: str) -> bool:
    """Say whether a measure (by its name) matters for a purpose."""
    wanted = purpose(code)
    return wanted.general or _has(measure, wanted.words) or not placed(measure)


def placed(measure: str) -> tuple[str, ...]:
    """Return the purposes that a measure (by its name) has a word of."""
    return tuple(code for code, wanted in load_purposes().items() if _has(measure, wanted.words))


@lru_cache(maxsize=4_096)
def _has(measure: str, words: tuple[str, ...]) -> bool:
    """Say whether the name of a measure has any of some words, or of those that matter everywhere; the names are few."""
    return any(word in measure for word in (*words, *everywhere()))
