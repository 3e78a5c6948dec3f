"""Find entities by name, pinyin, initials or number."""

from __future__ import annotations

from typing import Any

from graph.model import appearance_parts
from graph.store.base import Store


def search(store: Store, text: str, limit: int = 20) -> list[dict[str, Any]]:
    """Return whose names or identifiers match, best first; `enterprise` is where a person appears."""
    return [
        {
            "id": hit.entity,
            "name": hit.name,
            "name_kind": hit.kind,
            "kind": "person" if appearance_parts(hit.entity) else "enterprise",
            "enterprise": (appearance_parts(hit.entity) or (None,))[0],
            "score": hit.score,
        }
        for hit in store.search(text, limit)
    ]
