"""What somebody writes into the record: it is to be seen by whoever reads it.

Invariants (tests/unit/test_api_written.py holds one test a number)
1. No character in it is invisible or turns the writing round; line ends and tabs are seen.
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
    hidden = next((each for each in text if unicodedata.category(each) in _UNSEEN and each not in "\t\n\r"), "")
    if hidden:
        code = f"U+{ord(hidden):04X}"
        raise InputError(f"{label}: has a character that is not seen ({code})", zh=f"{label}：含有不可见的字符（{code}）")
