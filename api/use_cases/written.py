"""What somebody writes into the record, and what was read from others: it is to be seen by whoever reads it.

Invariants (tests/unit/test_api_written.py holds one test a number)
1. No character that somebody writes is invisible or turns the writing round; line ends and tabs are seen.
2. What others wrote with such a character is shown with its number in the place of it: it steers no terminal and no page, and is
   not taken for another text.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from graph.errors import InputError

_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Categories of Unicode whose characters are not seen: control, format (width, direction), private, surrogate, line, paragraph."""
_BLANK: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0" + "".join(map(chr, range(0xFE00, 0xFE10)))
)
"""Letters, marks and signs that show nothing, whatever their category says. The page has the same list (`words.js`)."""


def seen(label: str, text: str) -> None:
    """Refuse a text with characters that nobody sees or that turn the writing round.

    Raises
    ------
    InputError
        It has one; the message names it.
    """
    hidden = next(filter(_unseen, text), "")
    if hidden:
        code = f"U+{ord(hidden):04X}"
        raise InputError(f"{label}: has a character that is not seen ({code})", zh=f"{label}：含有不可见的字符（{code}）")


def shown(text: str) -> str:
    """Return a text as it is shown: `[U+202E]` for a character that nobody sees; line ends and tabs stay."""
    if text.isprintable() and _BLANK.isdisjoint(text):
        return text
    lines = text.replace("\r\n", "\n")
    return "".join(f"[U+{ord(each):04X}]" if each == "\r" or _unseen(each) else each for each in lines)


def _unseen(character: str) -> bool:
    return (unicodedata.category(character) in _UNSEEN and character not in "\t\n\r") or character in _BLANK
