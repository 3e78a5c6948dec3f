"""Answers to writes, kept by the key that came with the request, so that a client may send it again after a cut.

Invariants (tests/unit/test_access_answers.py holds one test a number)
1. An answer is on the disk when `keep` returns, and is that of one attempt alone.
2. It is kept for a week, and then gone: it may name persons.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final

from api.access.database import Database
from graph.store.audit import moment

KEPT: Final = timedelta(days=7)


class Answers:
    """The kept answers of a file of access."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def keep(self, mark: str, attempt: str, answer: dict[str, Any], now: datetime) -> None:
        """Keep the answer that an attempt will have; one of an earlier attempt, which had no effect, is replaced."""
        text = json.dumps(answer, ensure_ascii=False)
        with self._db.transaction() as db:
            db.execute("DELETE FROM answers WHERE at < ?", (moment(now - KEPT),))
            db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", (mark, attempt, text, moment(now)))

    def of(self, mark: str, attempt: str) -> dict[str, Any] | None:
        """Return the answer of an attempt, None where it is not kept (any more)."""
        found = self._db.row("SELECT answer FROM answers WHERE mark = ? AND attempt = ?", (mark, attempt))
        return json.loads(found[0]) if found else None
