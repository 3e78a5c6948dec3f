"""A second process of this program: Python works on one core, and what is asked here goes on beside it on another.

What is asked is a function of ours with what it takes; one question after another is answered. Nothing of it speaks to anybody
else: both ends of the line are this program.

Invariants (tests/unit/test_graph_beside.py holds one test a number)
1. Answers come in the order of the questions.
2. A question that fails is answered with `Failed`, and so is every question after it: whoever asked does it himself, in order, and
   hears of what is wrong there.
3. The second process ends when whoever started it ends, killed or not, as soon as it has done what it is doing.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, Self, TypeVar, cast

T = TypeVar("T")
_START: Final = "import sys; sys.path[:] = sys.argv[1:]; from graph.beside import main; main()"


class Failed(Exception):
    """The second process could not do it, or not any more."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Second:
    """A second process; use it in a `with` statement, which ends it when what was asked is done."""

    def __init__(self) -> None:
        command = [sys.executable, "-c", _START, *sys.path]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own
        self._line = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        """Return it; it is starting."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Let it end."""
        self._line.shutdown()
        self._process.communicate()

    def ask(self, work: Callable[..., T], *given: Any) -> Future[T]:
        """Ask for a function of a module with what it takes; the answer may be `Failed`."""
        return self._line.submit(self._answer, pickle.dumps((work, given), pickle.HIGHEST_PROTOCOL))

    def _answer(self, asked: bytes) -> Any:
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        try:
            self._process.stdin.write(asked)
            self._process.stdin.flush()
            done, answer = pickle.load(self._process.stdout)  # noqa: S301 - our own process wrote it
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise Failed("the second process is gone") from error
        if not done:
            raise Failed(answer)
        return answer


def main() -> None:
    """Answer what is asked on the standard input, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it hears of that, and closes the line
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed is no answer
    why = ""
    while True:
        try:
            work, given = cast("tuple[Callable[..., Any], tuple[Any, ...]]", pickle.load(sys.stdin.buffer))  # noqa: S301 - ours
        except EOFError:
            return
        answer: tuple[bool, Any] = (False, why)
        if not why:
            try:
                answer = (True, work(*given))
            except Exception as error:
                why = f"{type(error).__name__}: {error}"
                answer = (False, why)
        pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()
