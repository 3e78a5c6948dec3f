"""Answers to writes, kept by the key that came with the request, so that a client may send it again after a cut.

Invariants (tests/unit/test_access_answers.py holds one test a number)
1. An answer is on the disk when `keep` returns, and is that of one attempt alone; an attempt at something else is refused.
2. It is kept for a week, and then gone, whether or not others follow: it may name persons.
3. What is done in the file of access itself is done once for each key, in one transaction with its answer; the same key for
   something else is refused, and so is it for what is done elsewhere. No secret is kept. What is only tried is undone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from api.access.database import Database
from graph.errors import Refused
from graph.store.audit import moment

KEPT: Final = timedelta(days=7)
_ONCE: Final = "once "
"""Begins what stands in place of an attempt for what was done in this file: that was done, and its answer is replaced by none."""


def used() -> Refused:
    """Return why a key is not taken that stands for something else."""
    return Refused(
        "this Idempotency-Key was used for another request: take a new key for each act",
        zh="该 Idempotency-Key 已用于另一请求：每次操作请用新的键",
    )


class _Undone(Exception):
    """What was tried is undone."""


class Answers:
    """The kept answers of a file of access."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def keep(self, mark: str, attempt: str, answer: dict[str, Any], now: datetime) -> None:
        """Keep the answer that an attempt will have; one of an earlier attempt at the same, which had no effect, is replaced.

        An attempt is a digest of what is asked, a blank, and what tells it from others at the same.

        Raises
        ------
        Refused
            The key was used for something else.
        """
        text = json.dumps(answer, ensure_ascii=False)
        with self._db.transaction() as db:
            self.sweep(now)
            found = self._attempt(mark)
            if found and found.partition(" ")[0] != attempt.partition(" ")[0]:
                raise used()
            db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", (mark, attempt, text, moment(now)))

    def did(self, mark: str) -> bool:
        """Say whether something was done in this file under a mark."""
        return self._attempt(mark).startswith(_ONCE)

    def began(self, mark: str) -> bool:
        """Say whether an answer is kept under a mark of something that is done elsewhere, or was to be."""
        found = self._attempt(mark)
        return bool(found) and not found.startswith(_ONCE)

    def drop(self, mark: str, attempt: str) -> None:
        """Forget an attempt that was refused: its key is free."""
        self._db.change("DELETE FROM answers WHERE mark = ? AND attempt = ?", (mark, attempt))

    def sweep(self, now: datetime) -> None:
        """Delete what was kept for long enough."""
        self._db.change("DELETE FROM answers WHERE at < ?", (moment(now - KEPT),))

    def of(self, mark: str, attempt: str) -> dict[str, Any] | None:
        """Return the answer of an attempt, None where it is not kept (any more)."""
        found = self._db.row("SELECT answer FROM answers WHERE mark = ? AND attempt = ?", (mark, attempt))
        return json.loads(found[0]) if found else None

    def _attempt(self, mark: str) -> str:
        found = self._db.row("SELECT attempt FROM answers WHERE mark = ?", (mark,))
        return str(found[0]) if found else ""

    def tried(self, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what doing something in the file of access would answer, and undo it."""
        answer: dict[str, Any] = {}
        with suppress(_Undone), self._db.transaction():
            answer = do()
            raise _Undone
        return answer

    def once(
        self, mark: str, asked: str, do: Callable[[], dict[str, Any]], secrets: frozenset[str], now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Do something in the file of access unless it was done under this mark, and say whether it was.

        Parameters
        ----------
        mark : str
            Whose key it is; empty to do it whatever was done.
        asked : str
            A digest of what is asked.
        do : callable
            Does it, in a transaction of this file, and returns the answer.
        secrets : frozenset of str
            Fields of the answer that are shown once: they are kept as None.
        now : datetime
            When.

        Raises
        ------
        Refused
            The key was used for something else.
        """
        with self._db.transaction() as db:
            done = db.execute("SELECT attempt, answer FROM answers WHERE mark = ?", (mark,)).fetchone() if mark else None
            if done is not None:
                if done[0].removeprefix(_ONCE) != asked:
                    raise used()
                return json.loads(done[1]), True
            answer = do()
            if mark:
                public = {name: None if name in secrets else value for name, value in answer.items()}
                self.keep(mark, f"{_ONCE}{asked}", public, now)
            return answer, False
