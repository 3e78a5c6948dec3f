"""The numbered invariants of `api.jobs.queue`, each in a test named after its number."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.access.database import Database
from api.jobs.queue import MAX_ATTEMPTS, Cancelled, Queue
from graph.errors import NotFound, Refused, ZerenError
from tests.access_world import now

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from api.access.database import Database
from api.jobs.queue import Queue
with Database(Path(sys.argv[1])) as db:
    queue = Queue(db)
    with queue.working() as mine:
        print(mine, queue.take(datetime.now(UTC)).id if mine else "", flush=True)
        time.sleep(60)
"""


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    with Database(tmp_path / "access.db") as db:
        yield Queue(db)


def add(queue: Queue, *ids: str) -> None:
    for each in ids:
        queue.add(each, "propagate", {}, "wang", now())


def taken(queue: Queue) -> str | None:
    job = queue.take(now())
    return job.id if job else None


def test_1_one_process_works_at_a_time_and_the_lock_of_a_killed_one_is_free(queue: Queue, tmp_path: Path) -> None:
    add(queue, "a", "b")
    arguments = [sys.executable, "-c", HOLDER, str(tmp_path / "access.db")]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline().split() == ["True", "a"]
        with queue.working() as mine:
            assert not mine
        other.kill()
        other.wait()
        with queue.working() as mine:
            assert mine
            with queue.working() as twice:
                assert not twice
            assert taken(queue) == "a", "what the killed one had comes first"


def test_1_a_job_is_taken_by_one_alone(queue: Queue) -> None:
    def attempt(_: int) -> bool:
        with queue.working() as mine:
            return mine

    with queue.working() as mine, ThreadPoolExecutor(8) as pool:
        assert mine
        assert not any(pool.map(attempt, range(50)))


def test_2_one_that_kills_its_workers_fails_in_the_end(queue: Queue) -> None:
    add(queue, "a", "b")
    assert [taken(queue) for _ in range(MAX_ATTEMPTS)] == ["a"] * MAX_ATTEMPTS
    assert taken(queue) == "b"
    assert queue.get("a").state == "failed"
    assert queue.get("a").error == "whoever worked on it died 3 times"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_6_why_it_failed_is_told_in_a_language_and_by_a_code(queue: Queue, lang: str) -> None:
    add(queue, "a", "b")
    queue.take(now())
    queue.end("a", "failed", now(), error=NotFound("no such party", zh="没有该主体"))
    told = queue.get("a").as_json(lang)
    assert (told["error"], told["error_code"]) == ({"en": "no such party", "zh": "没有该主体"}[lang], "not_found")
    assert queue.retry("a", "wang", now()).as_json(lang)["error_code"] is None
    assert [taken(queue) for _ in range(MAX_ATTEMPTS)] == ["a"] * MAX_ATTEMPTS
    assert taken(queue) == "b"
    told = queue.get("a").as_json(lang)
    assert told["error"] == {"en": "whoever worked on it died 3 times", "zh": "执行该任务的进程已 3 次意外终止"}[lang]
    assert told["error_code"] == "internal_error"


def test_3_in_the_order_in_which_it_came_and_what_ended_stays(queue: Queue) -> None:
    add(queue, "a", "b", "c")
    for expected, state in (("a", "done"), ("b", "failed"), ("c", "done")):
        assert queue.open()
        assert taken(queue) == expected
        queue.end(
            expected,
            state,
            now(),
            {"n": 1} if state == "done" else None,
            ZerenError("why", zh="为何") if state == "failed" else None,
        )
    assert taken(queue) is None
    assert not queue.open()
    with pytest.raises(Refused, match="only what failed or was cancelled"):
        queue.retry("a", "wang", now())
    again = queue.retry("b", "li", now())
    assert (again.error, again.by) == ("", "li")
    assert taken(queue) == "b"
    assert queue.get("a").answer == {"n": 1}
    assert [job.id for job in queue.all()] == ["c", "b", "a"]
    assert [job.id for job in queue.all("done")] == ["c", "a"]


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_what_has_ended_says_nothing_of_waiting(queue: Queue, state: str) -> None:
    add(queue, "a")
    assert taken(queue) == "a"
    queue.tell("a", "waiting for the turn to load", now())
    queue.end("a", state, now())
    assert queue.get("a").as_json()["progress"] is None


def test_3_what_is_given_back_was_no_attempt(queue: Queue) -> None:
    add(queue, "a")
    for _ in range(MAX_ATTEMPTS * 2):
        assert taken(queue) == "a"
        queue.give_back("a", now())
    assert queue.get("a").attempts == 0


def test_4_cancelled_at_once_or_at_the_next_sign_of_progress(queue: Queue) -> None:
    add(queue, "a", "b", "c")
    assert taken(queue) == "a"
    queue.tell("a", "half", now())
    assert queue.get("a").progress == "half"
    assert queue.cancel("b", now()).state == "cancelled"
    assert queue.cancel("a", now()).as_json()["cancelling"]
    with pytest.raises(Cancelled):
        queue.tell("a", "more", now())
    assert taken(queue) == "c", "the worker of a died before it could stop it"
    assert queue.get("a").state == "cancelled"
    with pytest.raises(Refused, match="only what waits or runs"):
        queue.cancel("a", now())
    with pytest.raises(NotFound):
        queue.cancel("none", now())


def test_5_the_same_id_is_the_same_job(queue: Queue) -> None:
    first, new = queue.add("a", "diff", {"old": "1", "new": "2"}, "wang", now())
    assert new
    again, new = queue.add("a", "diff", {"new": "2", "old": "1"}, "wang", now())
    assert (again.seq, new) == (first.seq, False)
    for other in (("diff", {"old": "1", "new": "3"}), ("export", {"old": "1", "new": "2"})):
        with pytest.raises(Refused, match="another job"):
            queue.add("a", *other, "wang", now())
    queue.cancel("a", now())
    queue.retry("a", "li", now())
    again, new = queue.add("a", "diff", first.asked, "wang", now())
    assert (again.seq, again.by, new) == (first.seq, "li", False), "who ordered it asks again after another tried it again"
