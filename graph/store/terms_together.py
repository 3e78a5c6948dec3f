"""The terms of many texts at once: what `graph.store.terms` says of each, for a load that brings texts by the hundred thousand.

Every term of a text in common Chinese characters, with numbers between them or not, is a stretch of the text, of its pinyin or of
its initials: so the stretches of a whole batch are copied in one go, a character, a pair or a number that stands in the text before
left out. A text that could have one term of letters twice, or that a phrase makes read otherwise, goes to `terms_of` by itself, and
so does everything else.

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
_DIGITS: Final = 7
"""Of the longest number that is taken together with others."""
_SAID: Final = 33
"""Bits that tell the units of a text apart, and its pairs."""
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
            read = chr(point) if _is_digit(point) else read_alone(chr(point))
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


def _is_digit(points: Any) -> Any:
    return (points >= ord("0")) & (points <= ord("9"))


def _points(text: str) -> Array:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def _owners(texts: Sequence[str]) -> tuple[Array, Array]:
    """Return how long each text is, and of each character the place of its text."""
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    return sizes, np.repeat(np.arange(len(texts)), sizes)


def _plain(texts: Sequence[str]) -> Array:
    """Say of each text whether each of its characters is read as it is alone."""
    sizes, owner = _owners(texts)
    points = _points("".join(texts)).astype(np.int64)
    beyond = points >= _POINTS
    points[beyond] = 0
    _READINGS.meet(points)
    apart = np.zeros(len(texts), bool)
    apart[sizes < 2] = apart[sizes >= LONGEST] = True
    # It begins and ends in a character, so no number is a run of its letters or initials, nor how it begins.
    digit = _is_digit(points)
    ends = np.cumsum(sizes)[sizes > 0]
    for edge in (ends - 1, ends - sizes[sizes > 0]):
        apart[owner[edge[digit[edge]]]] = True
    if len(digit) > _DIGITS:
        long = np.lib.stride_tricks.sliding_window_view(digit, _DIGITS + 1).all(axis=1)
        apart[owner[:-_DIGITS][long]] = True
    apart[owner[beyond | (_READINGS.sizes[points] == 0)]] = True
    pairs = points[:-1] << 16 | points[1:]
    inside = owner[1:] == owner[:-1]
    at = np.searchsorted(_changing(), pairs[inside])
    apart[owner[1:][inside][np.take(_changing(), at, mode="clip") == pairs[inside]]] = True
    return ~apart


def _again(said: Array) -> Array:
    """Return the places of what stands at another place before."""
    order = np.argsort(said, kind="stable")
    again: Array = order[1:][said[order[1:]] == said[order[:-1]]]
    return again


class _Batch:
    """Plain texts, and where the stretches that are their terms begin.

    A unit is a character, or a number between characters; a run, units without a number between them, or one number.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._sizes, owner = _owners(texts)
        self._points = _points("".join(texts))
        self._letters = _READINGS.sizes[self._points].astype(np.int64)
        digit = _is_digit(self._points)
        goes_on = np.zeros(len(digit), bool)
        goes_on[1:] = digit[1:] & digit[:-1] & (owner[1:] == owner[:-1])
        self._starts = np.flatnonzero(~goes_on)
        self._owner, self._number = owner[self._starts], digit[self._starts]
        self._lengths = np.diff(self._starts, append=len(owner))
        self._units = np.bincount(self._owner, minlength=len(texts))
        self._ends = np.cumsum(self._units)
        self._within = np.arange(len(self._starts)) - (self._ends - self._units)[self._owner]

    def _spelled(self) -> Array:
        """Return the letters of all characters, one after another."""
        ends = np.cumsum(self._letters)
        away = _READINGS.begins[self._points] - (ends - self._letters)
        spelled: Array = _READINGS.letters[np.arange(ends[-1]) + np.repeat(away, self._letters)]
        return spelled

    def words(self) -> list[str]:
        """Return the terms of each text, nothing for one that might have a term twice."""
        spelled, owner, within = self._spelled(), self._owner, self._within
        texts, units, characters = len(self._sizes), len(owner), len(self._points)
        begins = (np.cumsum(self._letters) - self._letters)[self._starts]
        left = np.cumsum(self._letters)[np.cumsum(self._sizes) - 1][owner] - begins
        # What the stretches are copied from: each text with the sign for its beginning, the letters, the initials, and one more.
        begun = np.cumsum(self._sizes) - self._sizes
        source = np.concatenate([np.insert(self._points, begun, ord(BEGINS)), spelled, spelled[begins], [0]])
        letters_at, initials_at = characters + texts, characters + texts + len(spelled)
        # Of each run its units and then its pairs.
        begins_run = self._number | (within == 0)
        begins_run[1:] |= self._number[:-1]
        run = np.cumsum(begins_run) - 1
        opens = np.flatnonzero(begins_run)
        in_run = np.diff(opens, append=units)
        room = 2 * in_run - 1
        spoken = np.bincount(owner[opens], room, texts).astype(np.int64)
        many = spoken + 2 + 2 * self._units
        first = np.cumsum(many) - many
        starts, lengths = np.empty(int(many.sum()), np.int64), np.empty(int(many.sum()), np.int64)

        def put(at: Array, start: Array, length: Array | int) -> None:
            starts[at], lengths[at] = start, length

        before = np.cumsum(room) - room - (np.cumsum(spoken) - spoken)[owner[opens]]
        at = first[owner] + before[run] + np.arange(units) - opens[run]
        here, pair = self._starts + owner + 1, at + in_run[run]
        paired = np.append(run[1:] == run[:-1], False)
        put(at, here, self._lengths)
        put(pair[paired], here[paired], 2)
        heads = first + spoken
        put(heads, begun + np.arange(texts), 2)
        put(heads + 1, begun + np.arange(texts), 3)
        put(heads[owner] + 2 + within, letters_at + begins, np.minimum(left, LONGEST))
        put(heads[owner] + 2 + self._units[owner] + within, initials_at + np.arange(units), self._units[owner] - within)
        kept = self._kept(at, pair, np.flatnonzero(paired), len(starts))
        starts, lengths, many = starts[kept], lengths[kept], np.add.reduceat(kept, first, dtype=np.int64)
        first, ends = np.cumsum(many) - many, np.cumsum(lengths + 1)
        copied = source[np.arange(ends[-1]) + np.repeat(starts - (ends - lengths - 1), lengths + 1)]
        copied[ends - 1] = ord(" ")
        written = copied.astype("<u4").tobytes().decode("utf-32-le")
        cuts = [0, *ends[first + many - 1].tolist()]
        twice = self._twice(spelled, begins, left)
        return ["" if again else written[a : b - 1] for a, b, again in zip(cuts, cuts[1:], twice.tolist(), strict=False)]

    def _kept(self, at: Array, pair: Array, paired: Array, terms: int) -> Array:
        """Say of each term whether it is the first of its kind in its text; `at` and `pair` are where those of each unit stand."""
        kept = np.ones(terms, bool)
        points, owner = self._points[self._starts].astype(np.int64), self._owner
        said = points.copy()
        for place in range(1, _DIGITS):
            longer = np.flatnonzero(self._lengths > place)
            said[longer] = said[longer] << 4 | self._points[self._starts[longer] + place] & 15
        said[self._number] |= 1 << _SAID - 1
        kept[at[_again(owner << _SAID | said)]] = False
        kept[pair[paired[_again(owner[paired] << _SAID | points[paired] << 16 | points[paired + 1])]]] = False
        return kept

    def _twice(self, spelled: Array, begins: Array, left: Array) -> Array:
        """Say of each text whether a run of its letters may be a run of its initials, or stand in it a second time.

        The last letter of the one is that of the last character, of the other its first; and runs of letters that are cut to one
        length are compared by a hash.
        """
        last = self._ends - 1
        twice: Array = spelled[begins[last]] == spelled[begins[last] + left[last] - 1]
        cut = left >= LONGEST
        if cut.any():
            rows = spelled[begins[cut][:, None] + np.arange(LONGEST)].astype(np.uint8).view(np.uint64)
            own = self._owner[cut]
            hashes = (rows * _MIX).sum(axis=1, dtype=np.uint64) ^ (own.astype(np.uint64) << np.uint64(40))
            order = np.argsort(hashes)
            same = hashes[order][1:] == hashes[order][:-1]
            twice[own[order][1:][same]] = True
        return twice
