"""A second process: each test quotes an invariant of graph/beside.py."""

from __future__ import annotations

import operator
import os
import subprocess
import sys
import time

import pytest

from graph.beside import Failed, Second

STARTS = """
import os, time
from graph.beside import Second
with Second() as second:
    print(second.ask(os.getpid).result(), flush=True)
    time.sleep(600)
"""


def test_answers_come_in_the_order_of_the_questions():
    """1. Answers come in the order of the questions."""
    with Second() as second:
        asked = [second.ask(divmod, number, 7) for number in range(50)]
        assert [each.result() for each in asked] == [divmod(number, 7) for number in range(50)]
        assert second.ask(os.getpid).result() != os.getpid()
        second.ask(print, "is no answer").result()


def test_after_one_that_failed_nothing_is_done_any_more():
    """2. A question that fails is answered with `Failed`, and so is every question after it."""
    with Second() as second:
        first, wrong, later = second.ask(abs, -1), second.ask(operator.truediv, 1, 0), second.ask(abs, -2)
        assert first.result() == 1
        for each in (wrong, later):
            with pytest.raises(Failed, match="ZeroDivisionError"):
                each.result()


def test_one_that_was_killed_answers_failed():
    """2. … whoever asked does it himself."""
    with Second() as second:
        pid = second.ask(os.getpid).result()
        asked = second.ask(time.sleep, 600)
        os.kill(pid, 9)
        with pytest.raises(Failed, match="gone"):
            asked.result()
        with pytest.raises(Failed, match="gone"):
            second.ask(abs, -1).result()


def test_it_ends_with_whoever_started_it():
    """3. The second process ends when whoever started it ends, killed or not."""
    starter = subprocess.Popen([sys.executable, "-c", STARTS], stdout=subprocess.PIPE, text=True)
    pid = int(starter.stdout.readline())
    assert is_there(pid)
    starter.kill()
    starter.communicate()
    until = time.monotonic() + 60
    while is_there(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_there(pid)


def is_there(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123 - a line of the kernel
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
