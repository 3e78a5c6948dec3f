"""In how many ways one name is said: the forms of it that differ in their letters, and the patterns of what others call its bearer.

The invariant is the second of `api.desk.reporter`, which asks here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final, Protocol

from graph.heteronyms import readings_of
from graph.names import search_terms
from graph.reading import HAN

_GAP: Final = "[ .·'-]{0,2}"
_INITIALS: Final = 3


class Calling(Protocol):
    """The words that a form is made with."""

    @property
    def titles(self) -> str:
        """What follows a surname."""

    @property
    def ranks(self) -> str:
        """What stands between surname and office."""

    @property
    def kin(self) -> str:
        """What follows a given name."""

    @property
    def familiar(self) -> str:
        """What stands before a surname."""

    @property
    def before_given(self) -> str:
        """What stands before the last character of a given name."""

    @property
    def hiding(self) -> str:
        """What stands in place of a character."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name: surname and given name in Chinese, or parts that each stand for themselves (Alice Smith, 买买提·艾力)."""

    surname: str
    given: str
    parts: tuple[str, ...] = ()


def forms_of(name: Name, words: Calling) -> Iterator[str]:
    """Yield a name in the forms that are looked for in any spelling."""
    if name.parts:
        yield "".join(name.parts)
        yield "".join(reversed(name.parts))
        for part in name.parts:
            yield part
            yield from _read_aloud(part)
        if not name.parts[0].isascii():
            yield from _read_aloud("".join(name.parts))
        return
    yield name.surname + name.given
    if len(name.surname) > 1:
        yield name.surname
    if len(name.given) > 1:
        yield name.given
    yield from (word + name.surname for word in words.familiar.split())
    for last, first in _pinyin(name):
        whole, called = "".join(last), "".join(first)
        yield from (whole + called, called + whole)
        if len(name.given) > 1:
            yield called
        initials = "".join(each[:1] for each in first)
        if len(initials) >= _INITIALS - 1:
            yield from (whole + initials, initials + whole)


def _read_aloud(part: str) -> Iterator[str]:
    if not part.isascii():
        yield from ("".join(s.replace("v", vowel) for s in search_terms(part).pinyin) for vowel in ("v", "u", "yu"))


def _pinyin(name: Name) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the syllables of surname and given name in each reading of their characters, with each way to write ü."""
    whole = name.surname + name.given
    every = [readings_of(character, read) for character, read in zip(whole, search_terms(whole).pinyin, strict=False)]
    for read in product(*every):
        for vowel in ("v", "u", "yu"):
            syllables = [each.replace("v", vowel) for each in read]
            yield syllables[: len(name.surname)], syllables[len(name.surname) :]


def patterns_of(name: Name, words: Calling) -> Iterator[re.Pattern[str]]:
    """Yield the patterns of what its bearer is called, for a text in capitals."""
    if name.parts:
        if name.parts[0].isascii() and len(name.parts) > 1:
            letters = [part[0] for part in name.parts]
            yield from (_initials(letters), _initials(letters[::-1]))
            for part in name.parts:
                others = [each[0] for each in name.parts if each != part]
                yield _word(_GAP.join((*map(re.escape, others), re.escape(part))))
                yield _word(_GAP.join((re.escape(part), *map(re.escape, others))))
        return
    yield from _called(name, words)
    for last, first in {(tuple(a), tuple(b)) for a, b in _pinyin(name)}:
        whole = _GAP.join(map(str.upper, last))
        yield _word(whole)
        letters = [each[0].upper() for each in (*last, *first)]
        if len(first) > 1:  # 晓dong
            yield _word(_GAP.join(f"(?:{han}|{read.upper()})" for han, read in zip(name.given, first, strict=False)))
        if first:
            yield from (_initials(letters), _initials([*letters[len(last) :], *letters[: len(last)]]))
            short = _GAP.join(letters[len(last) :])
            yield _word(f"(?:{whole}|{name.surname}){_GAP}{short}\\.?|{short}{_GAP}(?:{whole}|{name.surname})")
            yield _word(f"(?:{name.surname}){_GAP}{letters[len(last)]}\\.?")
        yield re.compile(f"(?<![A-Z]){letters[0]} ?(?:某|{_titles(words.titles, 2)})")


def _called(name: Name, words: Calling) -> Iterator[re.Pattern[str]]:
    surname, given = re.escape(name.surname), name.given
    hiding = re.escape(words.hiding)
    yield re.compile(f"{surname} ?[{hiding}]{{1,3}}[{re.escape(given[-1:]) or hiding}]?")
    ranks = "|".join(words.ranks.split())
    yield re.compile(f"{surname} ?(?:{ranks}){{0,2}} ?(?:{_titles(words.titles)})")
    if given:
        last = re.escape(given[-1])
        if len(name.surname) > 1:  # 老欧, 欧姐 of 欧阳
            first = re.escape(name.surname[0])
            yield re.compile(
                f"(?:{'|'.join(words.familiar.split())}){first}|{first}(?:{_titles(words.kin)}|{_titles(words.titles, 2)})"
            )
        yield re.compile(f"(?:{words.before_given}){last}|{last}(?:{_titles(words.kin)}|{last})")
        if len(given) == 1:
            yield re.compile(f"(?:{'|'.join(words.familiar.split())}){last}(?![{HAN}])")


@cache
def _titles(titles: str, least: int = 1) -> str:
    return "|".join(sorted((title for title in titles.split() if len(title) >= least), key=len, reverse=True))


def _initials(letters: list[str]) -> re.Pattern[str]:
    return re.compile(f"(?<![A-Z0-9]){_GAP.join(letters)}(?![A-Z0-9])\\.?")


def _word(pattern: str) -> re.Pattern[str]:
    return re.compile(f"(?<![A-Z])(?:{pattern})(?![A-Z])")
