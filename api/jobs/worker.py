"""The worker: takes jobs up one after another, until there is none or it is told to stop.

`python -m api.jobs.worker [FILE]` is what the service starts when there is something to do; it ends when its standard input does.
FILE says which file of the store the jobs are of (`graph.store.in_use.file_at`).

Invariants (tests/integration/test_jobs.py holds one test a number)
2. A worker that is killed at any moment leaves a job that the next one takes up, and never two at work on one.
3. Told to stop, it gives the job back, to be gone on with.
5. A worker whose work is done ends in order, although whoever started it is still there.
8. While another file stands in the place of the store that the jobs are of, or none, they wait.
9. A job that waited is done in the store that it was ordered for: where another is served now, it fails and says so.
"""

from __future__ import annotations

import os
import shutil
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Final

from analytics.responsibility.catalogue import Catalogue, shipped
from api.access.database import Database, place_of
from api.access.errors import PermissionMissing
from api.access.roles import load_roles
from api.jobs.allowing import may_still
from api.jobs.queue import Cancelled, Job, Queue
from api.jobs.work import KINDS, LEAVES, Desk
from api.settings import Settings, read_settings
from api.use_cases.acting import Actor
from graph.errors import StoreMoved, ZerenError

_BEAT_SECONDS: Final = 0.5
"""How often progress is written down at most."""


class Stopped(Exception):
    """The worker is to stop."""


def work(
    settings: Settings,
    catalogue: Catalogue | None = None,
    stop: Callable[[], bool] = lambda: False,
    *,
    makes_store: bool = True,
    file: str = "",
) -> int:
    """Do what waits, unless another does; return how many jobs ended.

    Parameters
    ----------
    settings : Settings
        Of the installation.
    catalogue : Catalogue, optional
        The rules, if not those that ship.
    stop : callable
        Whether to stop.
    makes_store : bool
        Whether a load makes the store where there is none.
    file : str
        Which file of the store the jobs are of; empty for whichever stands there.
    """
    with Database(place_of(settings.store, settings.access)) as db:
        queue, roles, ended = Queue(db), load_roles(), 0
        with queue.working() as mine:
            while mine and not stop() and (job := queue.take(_now())) is not None:
                try:
                    may_still(db, roles, job.by, job.kind, job.asked)
                except PermissionMissing as error:
                    queue.end(job.id, "failed", _now(), error=error)
                else:
                    desk = Desk(
                        settings,
                        catalogue or shipped(),
                        Actor.now(job.by),
                        queue.folder / job.id,
                        _Teller(queue, job.id, stop),
                        makes_store=makes_store,
                        file=file,
                        ordered_for=job.store,
                    )
                    if not _do(queue, job, desk):
                        break
                ended += 1
        return ended


def _do(queue: Queue, job: Job, desk: Desk) -> bool:
    """Do one job, and say whether it ended."""
    try:
        desk.see_store()
        answer = KINDS[job.kind](desk, job.asked)
    except (Stopped, StoreMoved):
        queue.give_back(job.id, _now())
        return False
    except Cancelled:
        queue.end(job.id, "cancelled", _now())
    except ZerenError as error:
        queue.end(job.id, "failed", _now(), error=error)
    except Exception as error:  # one job that nobody foresaw must not keep the others from being done; its words may hold a name
        where = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}"
        queue.end(job.id, "failed", _now(), error=ZerenError(f"unforeseen: {what}", zh=f"意外错误：{what}"))
    else:
        queue.end(job.id, "done", _now(), answer)
        if job.kind not in LEAVES:
            shutil.rmtree(desk.folder, ignore_errors=True)  # what was sent to be loaded
    return True


class _Teller:
    """Notes how far a job is, not more often than somebody can read it."""

    def __init__(self, queue: Queue, job: str, stop: Callable[[], bool]) -> None:
        self._queue, self._job, self._stop, self._last = queue, job, stop, 0.0

    def __call__(self, progress: str) -> None:
        if self._stop():
            raise Stopped
        if monotonic() - self._last >= _BEAT_SECONDS:
            self._queue.tell(self._job, progress, _now())
            self._last = monotonic()


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    """Work for whoever started this process, and stop when that one is gone."""
    gone = Event()

    def watch() -> None:
        while os.read(0, 4096):  # through `sys.stdin` its lock would be held, and nobody could end this process in order
            pass
        gone.set()

    Thread(target=watch, daemon=True).start()
    # The service has it open: where none stands, it was moved away.
    work(read_settings(), stop=gone.is_set, makes_store=False, file="".join(sys.argv[1:2]))


if __name__ == "__main__":
    main()
