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
    asked = digest(question)
    start = bisect_right(items, _read(cursor, asked), key=key) if cursor is not None else 0
    found = items[start : start + limit]
    more = start + limit < len(items)
    return found, _write(asked, key(found[-1])) if more else None


def _write(asked: str, key: Key) -> str:
    text = json.dumps([asked, *key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, asked: str) -> Key:
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise InputError("that is no cursor of ours: take it from `next` of the page before") from None
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts) or len(parts) < 2:
        raise InputError("that is no cursor of ours: take it from `next` of the page before")
    if parts[0] != asked:
        raise InputError("that cursor belongs to a question with other filters: start without a cursor")
    return tuple(parts[1:])
