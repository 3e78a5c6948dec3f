"""How long a name, an id and a key may be: the same on every backend, so that a store can always be moved to another.

Invariants (tests/contract/test_store.py and tests/unit/test_loaders_lengths.py)
1. What is longer is refused before anything of the batch is recorded, on every backend alike.
2. A load refuses the row, with its column, and records the rows around it.
"""

from __future__ import annotations

from typing import Final

from graph.codec import Encoded
from graph.errors import InputError
from graph.model import Fact, Payload
from graph.store.mentions import about_of, names_of

MOST: Final = 2_000
"""Bytes in UTF-8 of a name or an id: over 600 Chinese characters, three times the longest name that any register has."""
MOST_IN_KEY: Final = 6_000
"""Bytes of a key, which is made of ids; an index on a server holds 8,000."""
_SURELY_FITS: Final = MOST // 4


def see_that_it_fits(fact: Fact[Payload] | Encoded) -> None:
    """Refuse a statement with a name, an id or a key that is too long.

    Raises
    ------
    InputError
        It says what is how long.
    """
    texts = [text for _, name, entity in names_of(fact) for text in (name, entity)]
    for text in (*texts, *about_of(fact)):
        if len(text) > _SURELY_FITS:
            _see("a name or an id", text, MOST)
    if len(fact.key) > _SURELY_FITS:
        _see("the key of a statement", fact.key, MOST_IN_KEY)


def _see(what: str, text: str, most: int) -> None:
    if (size := len(text.encode())) > most:
        raise InputError(f"{what} is {size:,} bytes long, and may be {most:,} ({text[:20]}…)")
