"""How the fast lane writes what it read: JSON, parts of keys, and which texts may be too long.

Invariants: 1 and 2 of `loaders.lane`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from json.encoder import encode_basestring
from typing import Final

from loaders.references import escaped

_SHORT: Final = 300
"""Characters that every name and id may have."""

quoted: Callable[[str], str] = encode_basestring
"""Write a text as JSON."""


def named(kind: str, text: str) -> str:
    """Write a name as JSON."""
    return f'{{"text":{quoted(text)}}}' if kind == "full" else f'{{"kind":"{kind}","text":{quoted(text)}}}'


def labelled(found: Sequence[tuple[str, list[str]]], write: Callable[[str, str], str], label: str, size: int) -> list[str]:
    """Write the texts of several columns as one JSON list a row, each once, with a comma before it; nothing for none."""
    if not found:
        return [""] * size
    written = [[write(kind, text) if text else "" for text in texts] for kind, texts in found]
    rows = (dict.fromkeys(filter(None, row)) for row in zip(*written, strict=True))
    together = written[0] if len(written) == 1 else map(",".join, rows)
    return [f',"{label}":[{said}]' if said else "" for said in together]


def escaped_all(texts: list[str]) -> list[str]:
    """Return parts of keys as they stand between slashes."""
    together = "".join(texts)
    return list(map(escaped, texts)) if "%" in together or "/" in together else texts


def each_once(ones: list[str], others: list[str]) -> list[tuple[str, ...]]:
    """Return the two of each row, or the one if they are the same."""
    return [(one, other) if one != other else (one,) for one, other in zip(ones, others, strict=True)]


def long(texts: list[str]) -> list[int]:
    """Return the places of texts that may be too long for a name or an id (`graph.store.lengths`)."""
    if max(map(len, texts), default=0) <= _SHORT:
        return []
    return [place for place, text in enumerate(texts) if len(text) > _SHORT]
