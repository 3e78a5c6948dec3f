"""How a store stands: its version, what it holds, and what is still to be derived; and whether its audit log is whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from analytics.responsibility.catalogue import Catalogue
from api.use_cases.underived import MARK, pending
from graph.store.base import Store


def status(store: Store, catalogue: Catalogue) -> dict[str, Any]:
    """Return the state of a store as plain values."""
    counts = Counter(recorded.fact.key.split("/", 1)[0] for recorded in store.facts())
    waiting = pending(store, catalogue)
    last = max((row.at for row in store.audit(max(store.version() - 1, 0))), default=None)
    return {
        "version": store.version(),
        "last_write": last.isoformat() if last else None,
        "statements": dict(sorted(counts.items())),
        "catalogue": {"hash": catalogue.hash, "rules": len(catalogue.rules)},
        "propagated": store.progress(MARK),
        "pending": "all" if waiting.full else len(waiting.wordings),
    }


def verify(store: Store, tell: Callable[[int], object] = int) -> dict[str, Any]:
    """Return whether the audit log and the statements under it are as they were recorded."""
    broken = store.verify(tell)
    return {"version": store.version(), "whole": broken is None, "first_altered": broken}
