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

_UNSEEN: Final = ("Cc", "Cf", "Co", "Cs")
"""Categories of Unicode whose characters are not seen: control, format (zero width, direction), private, surrogate."""


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
    if text.isprintable():
        return text
    lines = text.replace("\r\n", "\n")
    return "".join(f"[U+{ord(each):04X}]" if each == "\r" or _unseen(each) else each for each in lines)


def _unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN and character not in "\t\n\r"
