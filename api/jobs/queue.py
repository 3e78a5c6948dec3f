"""The queue of jobs: one table in the file of access, and a lock beside it that whoever works holds.

The operating system gives the lock back when a process ends, killed or not. So whoever holds it knows that a job that stands as
running is nobody's, and takes it up again; no clock is asked.

Invariants (tests/unit/test_jobs_queue.py holds one test a number)
1. One process works at a time, and a job is taken up by one alone.
2. A job whose worker died is taken up again, first of all; after so many times it has failed, and says so.
3. What waits is done in the order in which it came; a job that has ended is not begun again unless somebody says so.
4. A job that waits is cancelled at once, one that runs at its next sign of progress.
5. The same id again with the same question is the same job; with another question it is refused.
6. Why a job failed is told in the language of whoever asks, with a code that is the same in each.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from api.access.database import Database
from api.locales import texts
from api.problem_kinds import kind_of
from graph.errors import NotFound, Refused, ZerenError
from graph.store.audit import moment
from graph.store.base import Store

MAX_ATTEMPTS: Final = 3
EXPORTED: Final = "exported"
"""Part of the answer of an export that is kept for the trail and shown to nobody: the persons in it, and the version it is of."""
ENDED: Final = frozenset({"done", "failed", "cancelled"})
_COLUMNS: Final = (
    "seq, id, kind, asked, by, made_at, state, attempts, progress, cancel, answer, error, changed_at, error_zh, error_code, store"
)


class Cancelled(Exception):
    """Somebody wants the job stopped."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands; `store` says for which it was ordered (see `called`), empty for any."""

    seq: int
    id: str
    kind: str
    asked: dict[str, Any]
    by: str
    made_at: str
    state: str
    attempts: int
    progress: str
    cancel: bool
    answer: dict[str, Any] | None
    error: str
    changed_at: str
    error_zh: str = ""
    error_code: str = ""
    store: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.state in ENDED

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        """Return it as plain values, why it failed in a language."""
        return {
            "id": self.id,
            "kind": self.kind,
            "asked": self.asked,
            "by": self.by,
            "made_at": self.made_at,
            "state": self.state,
            "attempts": self.attempts,
            "progress": self.progress or None,
            "cancelling": self.cancel and not self.ended,
            "answer": self.answer and {name: value for name, value in self.answer.items() if name != EXPORTED},
            "error": (lang == "zh" and self.error_zh) or self.error or None,
            "error_code": self.error_code or None,
            "changed_at": self.changed_at,
        }


def called(store: Store) -> str:
    """Return what tells a store from others, wherever it stands: the first link of the chain of its log, empty of an empty one."""
    return next((row.chain for row in store.audit()), "")


def sent_in(folder: Path, sha256: str) -> Path:
    """Return the folder, within that of a job, of what was sent with that hash."""
    return folder / sha256[:32]


class Queue:
    """The jobs of a file of access.

    Parameters
    ----------
    db : Database
        The file; lock and folder of the jobs are beside it.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self.lock = Path(f"{db.place}.jobs-lock")
        self.folder = Path(f"{db.place}.jobs")

    def add(self, job: str, kind: str, asked: dict[str, Any], by: str, now: datetime, store: str = "") -> tuple[Job, bool]:
        """Add a job, for a store; return it, and whether it is new.

        Raises
        ------
        Refused
            The id is another job's.
        """
        text = json.dumps(asked, ensure_ascii=False, sort_keys=True)
        with self._db.transaction() as db:
            values = (job, kind, text, by, moment(now), moment(now), store)
            new = db.execute(
                "INSERT INTO jobs (id, kind, asked, by, made_at, changed_at, store) VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO NOTHING",
                values,
            ).rowcount
        found = self.get(job)
        if (found.kind, found.asked) != (kind, json.loads(text)):  # `by` may be whoever tried it again
            raise Refused(
                "this Idempotency-Key was used for another job: take a new key for each",
                zh="该 Idempotency-Key 已用于另一任务：每项任务请用新的键",
            )
        return found, bool(new)

    def get(self, job: str) -> Job:
        """Return a job; raises `NotFound`."""
        row = self._db.row(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", (job,))  # noqa: S608 - columns of our own
        if row is None:
            raise missing(job)
        return _job(row)

    def all(self, state: str | None = None) -> list[Job]:
        """Return the jobs, the latest first."""
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM jobs WHERE ? IS NULL OR state = ? ORDER BY seq DESC", (state, state))  # noqa: S608
        return [_job(row) for row in rows]

    def open(self) -> bool:
        """Say whether anything waits, or stands as running."""
        return self._db.row("SELECT 1 FROM jobs WHERE state IN ('waiting', 'running') LIMIT 1") is not None

    def has(self, job: str) -> bool:
        """Say whether there is a job of that id."""
        return self._db.row("SELECT 1 FROM jobs WHERE id = ?", (job,)) is not None

    def is_done(self, job: str) -> bool:
        """Say whether a job was done: what it read is needed no more."""
        return self._db.row("SELECT 1 FROM jobs WHERE id = ? AND state = 'done'", (job,)) is not None

    def cancel(self, job: str, now: datetime) -> Job:
        """Cancel a job.

        Raises
        ------
        Refused
            It has ended.
        """
        statement = (
            "UPDATE jobs SET cancel = 1, state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END, changed_at = ?"
            " WHERE id = ? AND state IN ('waiting', 'running')"
        )
        return self._changed(job, statement, (moment(now),), ("only what waits or runs is cancelled", "等待或进行中的任务才能取消"))

    def retry(self, job: str, by: str, now: datetime, store: str = "") -> Job:
        """Let a job that failed or was cancelled wait again, under the name of whoever wants that, for a store.

        Raises
        ------
        Refused
            It did neither.
        """
        statement = (
            "UPDATE jobs SET state = 'waiting', attempts = 0, cancel = 0, error = '', error_zh = '', error_code = '',"
            " progress = '', by = ?, changed_at = ?, store = ? WHERE id = ? AND state IN ('failed', 'cancelled')"
        )
        return self._changed(
            job,
            statement,
            (by, moment(now), store),
            ("only what failed or was cancelled is tried again", "失败或已取消的任务才能重试"),
        )

    def _changed(self, job: str, statement: str, values: tuple[str, ...], only: tuple[str, str]) -> Job:
        changed = self._db.change(statement, (*values, job))
        found = self.get(job)
        if not changed:
            zh = f"{job} 现为“{texts('zh').label('job_state', found.state)}”：{only[1]}"
            raise Refused(f"{job} is {found.state}: {only[0]}", zh=zh)
        return found

    # Working

    @contextmanager
    def working(self) -> Iterator[bool]:
        """Hold the lock if nobody else does, and say whether it is held."""
        opened = os.open(self.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(opened)

    def take(self, now: datetime) -> Job | None:
        """Take the next job up; only for whoever holds the lock."""
        with self._db.transaction() as db:
            db.execute("UPDATE jobs SET state = 'cancelled', changed_at = ? WHERE state = 'running' AND cancel = 1", (moment(now),))
            db.execute(
                "UPDATE jobs SET state = 'failed', error = ?, error_zh = ?, error_code = ?, changed_at = ?"
                " WHERE state = 'running' AND attempts >= ?",
                (*_told(_DIED), moment(now), MAX_ATTEMPTS),
            )
            row = db.execute(
                "UPDATE jobs SET state = 'running', attempts = attempts + 1, changed_at = ? WHERE seq = (SELECT seq FROM jobs"
                " WHERE state IN ('running', 'waiting') ORDER BY state = 'waiting', seq LIMIT 1) RETURNING id",
                (moment(now),),
            ).fetchone()
        return self.get(row[0]) if row else None

    def tell(self, job: str, progress: str, now: datetime) -> None:
        """Note how far a job is.

        Raises
        ------
        Cancelled
            It is to stop.
        """
        with self._db.transaction() as db:
            db.execute("UPDATE jobs SET progress = ?, changed_at = ? WHERE id = ?", (progress, moment(now), job))
            (cancel,) = db.execute("SELECT cancel FROM jobs WHERE id = ?", (job,)).fetchone()
        if cancel:
            raise Cancelled

    def end(
        self, job: str, state: str, now: datetime, answer: dict[str, Any] | None = None, error: ZerenError | None = None
    ) -> None:
        """Note how a job ended; how far it was is no longer told."""
        text = None if answer is None else json.dumps(answer, ensure_ascii=False)
        self._db.change(
            "UPDATE jobs SET state = ?, progress = '', answer = ?, error = ?, error_zh = ?, error_code = ?, changed_at = ?"
            " WHERE id = ?",
            (state, text, *(_told(error) if error else ("", "", "")), moment(now), job),
        )

    def give_back(self, job: str, now: datetime) -> None:
        """Let a job wait again that was not finished: whoever works is told to stop."""
        self._db.change(
            "UPDATE jobs SET state = 'waiting', attempts = attempts - 1, changed_at = ? WHERE id = ?", (moment(now), job)
        )


_DIED: Final = ZerenError(f"whoever worked on it died {MAX_ATTEMPTS} times", zh=f"执行该任务的进程已 {MAX_ATTEMPTS} 次意外终止")


def _told(error: ZerenError) -> tuple[str, str, str]:
    """Return what an error says in English and Chinese, and its code."""
    return str(error), error.zh, kind_of(error).code


def missing(job: str) -> NotFound:
    """Return what is raised of a job that is not there."""
    return NotFound(f"no job {job!r}", zh=f"没有编号为“{job}”的任务")


def _job(row: tuple[Any, ...]) -> Job:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    answer = json.loads(values["answer"]) if values["answer"] is not None else None
    return Job(**{**values, "asked": json.loads(values["asked"]), "cancel": bool(values["cancel"]), "answer": answer})
