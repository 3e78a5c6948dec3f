"""The terms of many texts at once: what `graph.store.terms` says of each, for a load that brings texts by the hundred thousand.

Every term of a text in common Chinese characters is a stretch of the text, of its pinyin or of its initials: so the stretches of a
whole batch are copied in one go. A text that could have one term twice, or that a phrase makes read otherwise, goes to `terms_of`
by itself, and so does everything else.

Invariants (tests/unit/test_store_terms_together.py holds one test a number)
1. What is said of a text is what `terms_of` says of it, whatever else is in the batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from graph.names import changing_pairs, read_alone
from graph.store.terms import BEGINS, LONGEST, terms_of

Array = npt.NDArray[Any]
_FEW: Final = 200
"""Texts up to which it is quicker to take them one by one."""
_POINTS: Final = 1 << 16
_MIX: Final = np.array((0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9), np.uint64)


def words_of(texts: Sequence[str]) -> list[str]:
    """Return the terms of each of some normalised texts, with a space between them."""
    found: list[str] = [""] * len(texts)
    if len(texts) > _FEW:
        plain = np.flatnonzero(_plain(texts)).tolist()
        for place, words in zip(plain, _Batch([texts[place] for place in plain]).words(), strict=True) if plain else ():
            found[place] = words
    return [words or " ".join(terms_of(text)) for words, text in zip(found, texts, strict=True)]


class _Readings:
    """How characters are read, as far as they were met: where the letters of each begin, and how many there are."""

    def __init__(self) -> None:
        self.begins, self.sizes = np.zeros(_POINTS, np.int32), np.zeros(_POINTS, np.int32)
        self._known = np.zeros(_POINTS, bool)
        self._text = ""
        self.letters: Array = np.zeros(0, np.uint32)

    def meet(self, points: Array) -> None:
        """Look up the characters that were not met before."""
        new = np.unique(points[~self._known[points]])
        for point in new.tolist():
            read = read_alone(chr(point))
            self.begins[point], self.sizes[point] = len(self._text), len(read)
            self._text += read
        self._known[new] = True
        if len(new):
            self.letters = _points(self._text)


_READINGS: Final = _Readings()


@cache
def _changing() -> Array:
    """Return the pairs of neighbours that begin a phrase which is read otherwise, as numbers in order."""
    return np.sort(np.array([ord(pair[0]) << 16 | ord(pair[1]) for pair in changing_pairs() if max(pair) < "\U00010000"], np.int64))


def _points(text: str) -> Array:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def _owners(texts: Sequence[str]) -> tuple[Array, Array]:
    """Return how long each text is, and of each character the place of its text."""
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    return sizes, np.repeat(np.arange(len(texts)), sizes)


def _plain(texts: Sequence[str]) -> Array:
    """Say of each text whether each of its terms is another, and each character is read as it is alone."""
    sizes, owner = _owners(texts)
    points = _points("".join(texts)).astype(np.int64)
    beyond = points >= _POINTS
    points[beyond] = 0
    _READINGS.meet(points)
    apart = np.zeros(len(texts), bool)
    apart[sizes < 2] = apart[sizes > LONGEST] = True
    apart[owner[beyond | (_READINGS.sizes[points] == 0)]] = True
    said = np.sort(owner << 16 | points)
    apart[said[1:][said[1:] == said[:-1]] >> 16] = True
    pairs = points[:-1] << 16 | points[1:]
    inside = owner[1:] == owner[:-1]
    at = np.searchsorted(_changing(), pairs[inside])
    apart[owner[1:][inside][np.take(_changing(), at, mode="clip") == pairs[inside]]] = True
    return ~apart


class _Batch:
    """Plain texts, and where the stretches that are their terms begin."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._sizes, self._owner = _owners(texts)
        self._points = _points("".join(texts))
        self._letters = _READINGS.sizes[self._points].astype(np.int64)
        self._ends = np.cumsum(self._sizes)
        self._within = np.arange(len(self._points)) - (self._ends - self._sizes)[self._owner]

    def _spelled(self) -> Array:
        """Return the letters of all characters, one after another."""
        ends = np.cumsum(self._letters)
        away = _READINGS.begins[self._points] - (ends - self._letters)
        spelled: Array = _READINGS.letters[np.arange(ends[-1]) + np.repeat(away, self._letters)]
        return spelled

    def words(self) -> list[str]:
        """Return the terms of each text, nothing for one that might have a term twice."""
        spelled, sizes, owner, within = self._spelled(), self._sizes, self._owner, self._within
        texts, characters = len(sizes), len(self._points)
        begins = np.cumsum(self._letters) - self._letters
        left = np.cumsum(self._letters)[self._ends - 1][owner] - begins
        # What the stretches are copied from: each text with the sign for its beginning, the letters, the initials, and one more.
        heads = self._ends - sizes + np.arange(texts)
        source = np.concatenate([np.insert(self._points, self._ends - sizes, ord(BEGINS)), spelled, spelled[begins], [0]])
        letters_at, initials_at = characters + texts, characters + texts + len(spelled)
        many = 4 * sizes + 1
        first = np.cumsum(many) - many
        starts, lengths = np.empty(int(many.sum()), np.int64), np.empty(int(many.sum()), np.int64)

        def put(at: Array, start: Array, length: Array | int) -> None:
            starts[at], lengths[at] = start, length

        here, size, at = np.arange(characters) + owner + 1, sizes[owner], first[owner] + within
        put(at, here, 1)
        paired = within < size - 1
        put((at + size)[paired], here[paired], 2)
        put(first + 2 * sizes - 1, heads, 2)
        put(first + 2 * sizes, heads, 3)
        put(at + 2 * size + 1, letters_at + begins, np.minimum(left, LONGEST))
        put(at + 3 * size + 1, initials_at + np.arange(characters), size - within)
        ends = np.cumsum(lengths + 1)
        copied = source[np.arange(ends[-1]) + np.repeat(starts - (ends - lengths - 1), lengths + 1)]
        copied[ends - 1] = ord(" ")
        written = copied.astype("<u4").tobytes().decode("utf-32-le")
        cuts = [0, *ends[first + many - 1].tolist()]
        twice = self._twice(spelled, begins, left)
        return ["" if again else written[a : b - 1] for a, b, again in zip(cuts, cuts[1:], twice.tolist(), strict=False)]

    def _twice(self, spelled: Array, begins: Array, left: Array) -> Array:
        """Say of each text whether a run of its letters may be a run of its initials, or stand in it a second time.

        The last letter of the one is that of the last character, of the other its first; and runs of letters that are cut to one
        length are compared by a hash.
        """
        last = self._ends - 1
        twice: Array = spelled[begins[last]] == spelled[begins[last] + self._letters[last] - 1]
        cut = left >= LONGEST
        if cut.any():
            rows = spelled[begins[cut][:, None] + np.arange(LONGEST)].astype(np.uint8).view(np.uint64)
            own = self._owner[cut]
            hashes = (rows * _MIX).sum(axis=1, dtype=np.uint64) ^ (own.astype(np.uint64) << np.uint64(40))
            order = np.argsort(hashes)
            same = hashes[order][1:] == hashes[order][:-1]
            twice[own[order][1:][same]] = True
        return twice
