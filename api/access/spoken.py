"""Names and ids of people in running text, however they are spelled, and what stands in place of them.

Invariants (tests/unit/test_access_spoken.py holds one test a number)
1. A name is found in full width, in traditional characters and with blanks or separators in it, and so is an id as it is written.
2. What speaks of nobody is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from graph.reading import HAN, figures, plain, tight

_CHINESE: Final = re.compile(f"[{HAN}]")
_NOTHING: Final = "(?!)"
_ENOUGH: Final = 2
"""So many Chinese characters make a name that is looked for in any spelling."""
_USUAL: Final[set[str]] = set(",:;!?()[]，。、；：！？（）《》〔〕【】“”")
"""Characters met so far that are spelled as they are, and that nobody puts into a name."""


class Spoken:
    """What is said in place of people; made once for a document."""

    def __init__(self, told: Mapping[str, str]) -> None:
        self._told = told
        self._written = _any_of(text for text in told if len(text) > 1)
        names = {tight(plain(name)).text: shown for name, shown in told.items() if "#" not in name}
        self._names = {name: shown for name, shown in names.items() if len(_CHINESE.findall(name)) >= _ENOUGH}
        self._read = _any_of(self._names)

    def found_in(self, text: str) -> bool:
        """Say whether a text speaks of one of them."""
        return self._written.search(text) is not None or (
            self._worth(text) and self._read.search(tight(plain(text)).text) is not None
        )

    def renamed(self, text: str) -> str:
        """Return a text with what is said in place of them."""
        if text in self._told:
            return self._told[text]
        shown = self._written.sub(lambda found: self._told[found[0]], text)
        return self._renamed_as_read(shown) if self._worth(shown) else shown

    def _worth(self, text: str) -> bool:
        """Say whether a text may hold a name that is not spelled as it is; most do not."""
        return bool(self._names) and not _is_usual(text)

    def _renamed_as_read(self, text: str) -> str:
        view = tight(plain(text))
        parts: list[str] = []
        done = 0
        for found in self._read.finditer(view.text):
            start, end = view.span(*found.span())
            parts += (text[done:start], self._names[found[0]])
            done = end
        return "".join((*parts, text[done:]))


def _any_of(texts: Iterable[str]) -> re.Pattern[str]:
    """Return what finds any of some texts, the longest first; of none it finds nothing."""
    return re.compile("|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True)) or _NOTHING)


def _is_usual(text: str) -> bool:
    if text.isascii() or _USUAL.issuperset(text):
        return True
    _USUAL.update(letter for letter in text if letter.isalnum() and plain(letter).text == figures(plain(letter)).text == letter)
    return _USUAL.issuperset(text)
