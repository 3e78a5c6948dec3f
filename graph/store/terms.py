"""The terms that a name or an identifier is found by: the same on every backend, so that one search finds the same everywhere.

A Chinese text has its characters, its pairs of neighbours, how it begins, and its pinyin and initials from every syllable on, as
one word (`zhangshili`, `shili`, `li`), so that a term that begins as typed answers whatever begins at any syllable.

Invariants (tests/contract/test_search.py holds one test a number)
1. A term is letters and numerals alone, of which an index makes one word: signs are in no term, and nothing typed is an error.
2. Every backend answers what is typed with the same names in the same order, whatever script it is in.
3. What is typed otherwise than it is indexed (tones, ü, initials before a number, a sign for any text) finds what it stands for.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from graph.names import normalise_name, query_terms, spelled

LONGEST: Final = 24
"""Letters of one indexed run of syllables; of what is typed no more are looked at."""
BEGINS: Final = "\ue000"
"""Stands before the first characters of a text in the term that says how it begins."""
_MOST: Final = 500
"""Terms of what is typed that are asked for; no name has so many that the others would matter."""


class Wanted(NamedTuple):
    """A term that a text must have.

    Parameters
    ----------
    term : str
        The term, or how it begins.
    open : bool
        Whether the term may go on after that, as pinyin, a number and a word may.
    """

    term: str
    open: bool


@lru_cache(maxsize=65_536)
def normalised(name: str) -> str:
    """Return `normalise_name(name)`; one name is said by many statements."""
    return normalise_name(name)


def terms_of(text: str) -> tuple[str, ...]:
    """Return the terms of a normalised text, each once."""
    if text.isascii() and text.isalnum():
        return (text.lower(),)
    terms, syllables = spelled(text)
    if head := _head(text):
        terms += (BEGINS + head[0], BEGINS + head)
    terms += _tails(syllables)
    initials = "".join([part[0] for part in syllables])
    terms += [initials[start : start + LONGEST] for start in range(len(initials))]
    return tuple(dict.fromkeys(terms if _folded(text) == text else map(_folded, terms)))


def wanted(typed: str) -> tuple[list[Wanted], list[Wanted]]:
    """Return the terms that a text must have to be found by a normalised one, and those of a text that begins so too."""
    needed = list(dict.fromkeys(map(_wanted, query_terms(typed))))[:_MOST]
    head = _head(typed)
    return needed, [Wanted(BEGINS + _folded(head), open=False), *needed] if head and needed else []


def _wanted(term: str) -> Wanted:
    term = _folded(term)
    return Wanted(term[:LONGEST], open=True) if term[0].isascii() else Wanted(term, open=False)


def _head(text: str) -> str:
    """Return the first two characters as far as they are letters or numerals, nothing for a text that begins in ASCII."""
    head = text[:2]
    if head[:1].isascii() or not head[:1].isalnum():
        return ""
    return head if head.isalnum() else head[0]


def _folded(term: str) -> str:
    """Return a term without the difference of capitals, letter by letter: a sigma is the same at the end of a word."""
    return term.lower().replace("ς", "σ")


def _tails(parts: Sequence[str]) -> list[str]:
    """Return every tail of the parts as one word: zhang shi li -> zhangshili, shili, li."""
    word, start, tails = "".join(parts), 0, []
    for part in parts:
        tails.append(word[start : start + LONGEST])
        start += len(part)
    return tails
