"""No telephone for whoever sees no person in clear: the kind of the thing, or of the tie, says what is one, not how it is written.

Invariants (tests/unit/test_access_telephones.py holds one test a number)
1. The number is in no field of the document, neither as name, nor as id, nor in a text.
2. One telephone is one thing in the document, and two are two: that enterprises share one stays to be seen.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, Final

from analytics.lifecycle.publication import HIDDEN

_KIND: Final = "telephone"
_TIE: Final = "reached_at"
_ENDS: Final = ("company", "subject")
"""Fields that hold the far end of a tie."""
_SECRET: Final = secrets.token_bytes(32)


def without_telephones(document: Any) -> Any:
    """Return a document with a mark in place of every telephone; it is not altered."""
    told: dict[str, str] = {}
    for node in _telephones(document):
        told[node["id"]] = f"telephone-{_mark(node['id'])}"
        if node.get("name"):
            told.setdefault(node["name"], HIDDEN)
    if not told:
        return document
    longest = sorted(told, key=len, reverse=True)
    return _put(document, re.compile(f"(?<![0-9A-Za-z])(?:{'|'.join(map(re.escape, longest))})(?![0-9A-Za-z])"), told)


def _mark(telephone: str) -> str:
    """Return twelve letters: digits could be taken for a number again, and a q for what QQ accounts are written with."""
    digest = hmac.new(_SECRET, telephone.encode(), hashlib.sha256).hexdigest()[:12]
    return digest.translate(str.maketrans("0123456789", "ghijkmnprs"))


def _telephones(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if value.get("kind") == _KIND and isinstance(value.get("id"), str):
            yield value
        if value.get("interest") == _TIE:
            yield from (end for end in map(value.get, _ENDS) if isinstance(end, Mapping) and isinstance(end.get("id"), str))
        for item in value.values():
            yield from _telephones(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _telephones(item)


def _put(value: Any, numbers: re.Pattern[str], told: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return numbers.sub(lambda found: told[found[0]], value)
    if isinstance(value, Mapping):
        return {_put(key, numbers, told): _put(item, numbers, told) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_put(item, numbers, told) for item in value]
    return value
