"""The invariants of `api.http.turns`, by number."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Event, get_ident
from time import monotonic, sleep

import pytest

from api.http.turns import SLICE, THREADS, Threads, aside
from tests.apart import run_apart

Work = Callable[[], object]


def done(*works: Work) -> list[object]:
    """Do these, given in this order, and return what came of each."""

    async def all_of_them() -> list[object]:
        with Threads() as threads:
            return await asyncio.gather(*(threads.do(work) for work in works), return_exceptions=True)

    return run_apart(all_of_them())


def test_1_one_computes_at_a_time_in_the_order_in_which_they_came() -> None:
    """Invariant 1."""
    now, most, order = 0, 0, list[int]()

    def work(number: int) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        sleep(SLICE / 20)
        order.append(number)
        now -= 1

    done(*(lambda number=number: work(number) for number in range(30)))
    assert order == list(range(30))
    assert most <= 2, "one, and one that was kept from computing for longer than its time"


def test_1_who_waits_for_the_disk_lets_others_compute_and_goes_on_before_those_who_have_not_begun() -> None:
    """Invariant 1."""
    said, written = list[str](), Event()

    def first() -> None:
        said.append("first begins")
        with aside():
            assert written.wait(10)
        said.append("first goes on")

    def second() -> None:
        said.append("second")
        written.set()
        sleep(SLICE / 3)

    done(first, second, lambda: said.append("third"))
    assert said == ["first begins", "second", "first goes on", "third"]


def test_2_a_long_answer_keeps_nobody_waiting() -> None:
    """Invariant 2."""
    end = Event()

    def long() -> bool:
        return end.wait(10)

    begun = monotonic()
    assert done(long, long, long, lambda: monotonic(), lambda: end.set()) == [True, True, True, pytest.approx(begun, abs=5), None]


def test_2_who_took_long_and_stands_aside_gets_its_turn_again() -> None:
    """Invariant 2."""

    def long() -> str:
        sleep(3 * SLICE)
        with aside():
            sleep(SLICE / 3)
        return "through"

    assert done(*[long] * 5, lambda: "short") == ["through"] * 5 + ["short"]


def test_3_where_there_is_no_turn_standing_aside_is_nothing() -> None:
    """Invariant 3."""
    with aside():
        pass
    with pytest.raises(ValueError, match="as it is"), aside():
        raise ValueError("as it is")


def test_4_what_was_begun_is_done_and_what_comes_after_is_refused() -> None:
    """Invariant 4."""
    said = list[int]()

    async def ask() -> None:
        with Threads() as threads:
            waiting = [asyncio.ensure_future(threads.do(lambda number=number: said.append(number))) for number in range(20)]
            await asyncio.sleep(0)
        await asyncio.gather(*waiting)
        with pytest.raises(RuntimeError, match="have ended"):
            await threads.do(lambda: None)

    run_apart(ask())
    assert said == list(range(20))


def test_what_is_raised_is_told_and_the_threads_go_on() -> None:
    def wrong() -> None:
        raise LookupError("nothing there")

    first, second, third = done(wrong, wrong, lambda: 3)
    assert (type(first), type(second), third) == (LookupError, LookupError, 3)


def test_no_more_threads_are_made_than_there_may_be() -> None:
    together, idents = Event(), set[int]()

    def waits() -> None:
        idents.add(get_ident())
        with aside():
            assert together.wait(20)

    def last() -> None:
        idents.add(get_ident())
        together.set()

    async def ask() -> None:
        with Threads() as threads:
            waiting = [asyncio.ensure_future(threads.do(waits)) for _ in range(THREADS + 10)]
            await asyncio.sleep(1)
            assert len(idents) == THREADS
            last()
            await asyncio.gather(*waiting)

    run_apart(ask())
