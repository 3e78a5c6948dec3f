"""Pages of an ordered list, by cursors.

A cursor says after which item a page starts, not how many came before: what is added or withdrawn between two pages neither
repeats an item nor hides one.

Invariants (tests/integration/test_http.py holds one test a number)
1. Walking from page to page gives every item once, in order.
2. A cursor answers the question it was given for; with other filters it is refused.
"""

from __future__ import annotations

import base64
import binascii
import json
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TypeVar

from graph.codec import digest
from graph.errors import InputError

MAX_LIMIT = 500
MAX_CURSOR = 8_000

T = TypeVar("T")
Key = tuple[str, ...]


def page(
    items: Sequence[T], key: Callable[[T], Key], question: str, cursor: str | None, limit: int
) -> tuple[Sequence[T], str | None]:
    """Return one page and the cursor of the next, None after the last.

    Parameters
    ----------
    items : sequence
        Everything, in the order of `key`.
    key : callable
        What tells an item from every other and orders them.
    question : str
        What was asked, in any wording that differs where the question does.
    cursor : str, optional
        Where to go on.
    limit : int
        Items at most.

    Raises
    ------
    InputError
        It is no cursor, or one of another question.
    """
    start = after(items, key, question, cursor)
    found = items[start : start + limit]
    more = start + limit < len(items)
    return found, write_cursor(question, key(found[-1])) if more else None


def after(items: Sequence[T], key: Callable[[T], Key], question: str, cursor: str | None) -> int:
    """Return where to go on: the place of the first item after the one that a cursor names.

    Raises
    ------
    InputError
        It is no cursor, or one of another question.
    """
    return bisect_right(items, read_cursor(question, cursor), key=key) if cursor is not None else 0


def write_cursor(question: str, key: Key) -> str:
    """Return the cursor that says after which item to go on."""
    asked = digest(question)
    text = json.dumps([asked, *key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(question: str, cursor: str) -> Key:
    """Return the key of the item after which a cursor goes on; raises `InputError`."""
    asked = digest(question)
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise InputError("that is no cursor of ours: take it from `next` of the page before") from None
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts) or len(parts) < 2:
        raise InputError("that is no cursor of ours: take it from `next` of the page before")
    if parts[0] != asked:
        raise InputError("that cursor belongs to a question with other filters: start without a cursor")
    return tuple(parts[1:])
