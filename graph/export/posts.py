"""Posts in the words of other sources, as FollowTheMoney carries them: which of them are ours, and how the others are kept.

Invariants (tests/unit/test_export_posts.py holds one test a number)
1. A word that has an equal among our posts is that post, in capitals or not; any other is none of ours.
2. What is kept of a word that is none of ours says schema and word, and gives both back.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from graph import codes

_ALSO: Final = {
    "board member": "director",
    "member of the board": "director",
    "member of the board of directors": "director",
    "non-executive director": "director",
    "chair": "chairman",
    "chair of the board": "chairman",
    "chairman": "chairman",
    "chairman of the board of directors": "chairman",
    "chairperson": "chairman",
    "chairwoman": "chairman",
    "vice-chairman": "vice_chairman",
    "vice chairman": "vice_chairman",
    "deputy chairman": "vice_chairman",
    "board secretary": "board_secretary",
    "chief financial officer": "finance_head",
}
"""Other words for our posts -> the post."""
_BETWEEN: Final = ": "


def post_of(text: str) -> str:
    """Return the post of ours that a word in English means, empty for none."""
    return _posts().get(" ".join(text.casefold().split()), "")


@lru_cache(1)
def _posts() -> dict[str, str]:
    own = {code.en: code.code for code in codes.load("roles") if code.kind == "office" and code.ftm == "Directorship"}
    return own | _ALSO


def in_words(schema: str, word: str) -> str:
    """Return how a word is kept that is none of ours."""
    return f"{schema}{_BETWEEN}{word}"


def out_of_words(text: str) -> tuple[str, str]:
    """Return the schema and the word that were kept; the whole text as schema where it holds no word."""
    schema, _, word = text.partition(_BETWEEN)
    return schema, word
