"""A text as somebody reads it who looks past the spelling: width, traditional characters, blanks, separators, numerals.

What is found in a view is found in the text itself: every character of a view knows its place there.

Invariants (tests/unit/test_graph_reading.py holds one test a number)
1. A view's places rise, and each is a place in the text.
2. Full width, circled and other numerals, marks on letters, invisible and traditional characters make no difference to `plain`.
3. `tight` knows no blank, no separator and no numeral in Chinese: the same letters and numerals in the same order are the same.
4. `close` joins what blanks part within Chinese, and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from graph.names import folded_name

Span = tuple[int, int]
HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff"
WANTED: Final = "it"
"""Name of the group of a pattern that is what is looked for; the rest is what stands around it."""
_FIGURES: Final = str.maketrans("〇零○◯一壹幺二贰三叁四肆五伍六陆七柒八捌九玖", "00001112233445566778899")
_TITLES: Final = "《》"
_BLANK_LETTERS: Final = "\u115f\u1160\u3164\uffa0\u2800"
"""Letters and signs that show nothing."""
_STROKES: Final = "−ーｰ─━⁃ㅡ"
"""Signs that are taken for a dash."""
_COUNTED: Final = frozenset({"Nd", "Nl", "No"})
_UNSEEN: Final = frozenset({"Cf", "Cc", "Mn", "Me"})
_IDLE: Final = frozenset(" _-*·.~|/\\+=^'\"`…#&")
"""What may stand between the characters of a word and says nothing."""
_IS_HAN: Final = re.compile(f"[{HAN}]")
_NOT_HAN: Final = re.compile(f"[^{HAN}]+")


@dataclass(frozen=True, slots=True)
class View:
    """A text as it is read, and where each of its characters stands in the text itself."""

    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """Return where a part of the view, which is not empty, stands in the text."""
        return self.places[start], self.places[end - 1] + 1

    def found(self, pattern: re.Pattern[str]) -> Iterator[Span]:
        """Yield where in the text a pattern is found in the view: its group `it` where it has one."""
        group = WANTED if WANTED in pattern.groupindex else 0
        for match in pattern.finditer(self.text):
            if match[group]:
                yield self.span(*match.span(group))

    def __len__(self) -> int:
        """Return how many characters it has."""
        return len(self.text)


class _Letters(dict[str, str]):
    """How a character is read; looked up once in a run."""

    def __missing__(self, letter: str) -> str:
        self[letter] = _read(letter)
        return self[letter]


def _read(letter: str) -> str:
    kind = unicodedata.category(letter)
    if letter.isspace():
        return " "
    if kind in _UNSEEN or letter in _BLANK_LETTERS:
        return ""
    if letter in _TITLES or letter == "〇":
        return letter
    if kind in _COUNTED and (value := unicodedata.numeric(letter, 0.5)).is_integer() and value < 10**6:
        return str(int(value))
    if kind == "Pd" or letter in _STROKES:
        return "-"
    return folded_name("".join(part for part in unicodedata.normalize("NFKD", letter) if unicodedata.category(part) != "Mn"))


_LETTERS: Final = _Letters()


def plain(text: str) -> View:
    """Return a text in half width, capitals and simplified characters, without what cannot be seen."""
    read = [_LETTERS[letter] for letter in text]
    return View("".join(read), [place for place, letters in enumerate(read) for _ in letters])


def figures(view: View) -> View:
    """Return a view with Chinese numerals, place by place, as figures; it is as long as the view."""
    return View(view.text.translate(_FIGURES), view.places)


def close(view: View) -> View:
    """Return a view without the idle signs that stand beside a Chinese character."""
    text = view.text
    kept: list[int] = []
    waiting: list[int] = []
    for place, letter in enumerate(text):
        if letter in _IDLE:
            waiting.append(place)
            continue
        if waiting and not (_IS_HAN.match(letter) or (kept and _IS_HAN.match(text[kept[-1]]))):
            kept += waiting
        waiting = []
        kept.append(place)
    return _picked(view, kept)


def tight(view: View) -> View:
    """Return the letters and numerals of a view alone, Chinese numerals as figures."""
    return figures(_picked(view, [place for place, letter in enumerate(view.text) if letter.isalnum()]))


def _picked(view: View, kept: list[int]) -> View:
    return View("".join(view.text[place] for place in kept), [view.places[place] for place in kept])


def covered(text: str, spans: Sequence[Span], cover: str) -> str:
    """Return a text with a cover in place of each span; spans that overlap have one."""
    parts: list[str] = []
    done = 0
    for start, end in sorted(spans):
        if start >= done:
            parts += (text[done:start], cover)
        done = max(done, end)
    return "".join((*parts, text[done:])) if spans else text


def han_key(name: str) -> str:
    """Return the Chinese characters of a name alone, simplified: by it a name is hidden however it is spelled."""
    return _NOT_HAN.sub("", folded_name(name))
