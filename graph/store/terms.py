"""The terms that a name or an identifier is found by: the same on every backend, so that one search finds the same everywhere.

A Chinese text has its characters, its pairs of neighbours, how it begins, and its pinyin and initials from every syllable on, as
one word (`zhangshili`, `shili`, `li`), so that a term that begins as typed answers whatever begins at any syllable.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from graph.names import normalise_name, spelled

LONGEST: Final = 24
"""Letters of one indexed run of syllables; of what is typed no more are looked at."""
BEGINS: Final = "\ue000"
"""Stands before the first characters of a text in the term that says how it begins."""


@lru_cache(maxsize=65_536)
def normalised(name: str) -> str:
    """Return `normalise_name(name)`; one name is said by many statements."""
    return normalise_name(name)


def terms_of(text: str) -> tuple[str, ...]:
    """Return the terms of a normalised text, each once."""
    if text.isascii() and text.isalnum():
        return (text,)
    terms, syllables = spelled(text)
    if not text[:1].isascii():
        terms += (BEGINS + text[:1], BEGINS + text[:2])
    terms += _tails(syllables)
    initials = "".join([part[0] for part in syllables])
    terms += [initials[start : start + LONGEST] for start in range(len(initials))]
    return tuple(dict.fromkeys(terms))


def _tails(parts: Sequence[str]) -> list[str]:
    """Return every tail of the parts as one word: zhang shi li -> zhangshili, shili, li."""
    word, start, tails = "".join(parts), 0, []
    for part in parts:
        tails.append(word[start : start + LONGEST])
        start += len(part)
    return tails
