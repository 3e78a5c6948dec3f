"""The invariants of `api.http.limits`, by number; the second over a real server in tests/integration/test_http_access.py."""

from __future__ import annotations

import asyncio
from itertools import chain, repeat

import pytest

from api.access.errors import TooManyRequests
from api.access.principal import anonymous, principal
from api.access.roles import load_roles
from api.http import limits
from api.http.limits import BodyLimit, Rates
from api.http.problems import Said
from tests.apart import run_apart

PUBLIC = anonymous(load_roles())
CLERK = principal(load_roles(), "clerk", ["clerk"], "token")
OTHER = principal(load_roles(), "other", ["clerk"], "token")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def granted(rates: Rates, who, address: str, times: int) -> int:
    count = 0
    for _ in range(times):
        try:
            rates.take(who, address)
        except TooManyRequests:
            continue
        count += 1
    return count


def test_1_nobody_gets_more_than_the_rate_and_one_second_at_once():
    clock = Clock()
    rates = Rates(10, 3, clock)
    total = 0
    for tenth in range(50):
        clock.now = tenth / 10
        total += granted(rates, CLERK, "a", 5)
    assert 10 * 4.9 <= total <= 10 * 5.9 + 1
    assert granted(rates, OTHER, "a", 20) == 10


def test_1_the_public_is_counted_by_its_address():
    rates = Rates(10, 3, Clock())
    assert granted(rates, PUBLIC, "a", 9) == 3
    assert granted(rates, PUBLIC, "b", 9) == 3
    assert granted(rates, CLERK, "a", 20) == 10


def test_1_nothing_is_no_limit():
    assert granted(Rates(0, 0, Clock()), PUBLIC, "a", 500) == 500


def test_1_many_addresses_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("api.http.limits._MOST", 10)
    rates = Rates(1, 1, Clock())
    for number in range(100):
        rates.take(PUBLIC, str(number))
    assert len(rates._buckets) == 10


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.5)


def body_of(pieces) -> bytes:
    """What an application reads of a body: each piece comes after a pause."""
    coming, read = iter(pieces), []

    async def receive():
        piece = next(coming, None)
        if piece is None:
            return {"type": "http.disconnect"}
        pause, body, more = piece
        await asyncio.sleep(pause)
        return {"type": "http.request", "body": body, "more_body": more}

    async def app(_scope, receive, _send):
        more = True
        while more:
            message = await receive()
            read.append(message["body"])
            more = message["more_body"]
        await asyncio.sleep(0.6)  # however long the answer takes
        assert (await receive())["type"] == "http.disconnect"

    async def send(_message):
        raise AssertionError

    scope = {"type": "http", "path": "/", "query_string": b"", "headers": []}
    run_apart(BodyLimit(app, 1_000_000)(scope, receive, send))
    return b"".join(read)


@pytest.mark.usefixtures("hurried")
def test_3_a_body_that_comes_in_time_is_read_and_its_answer_may_take_longer():
    assert body_of([(0, b"a", True), (0.01, b"b", False)]) == b"ab"


@pytest.mark.usefixtures("hurried")
def test_3_one_that_does_not_come_or_comes_byte_by_byte_is_refused():
    for pieces in ([(0, b"{", True), (60, b"}", False)], chain(repeat((0.05, b"x", True), 1_000), [(0, b"", False)])):
        with pytest.raises(Said) as refused:
            body_of(pieces)
        assert refused.value.status_code == 408
        assert refused.value.headers == {"Connection": "close"}


@pytest.mark.usefixtures("hurried")
def test_3_a_large_one_may_take_longer():
    pieces = [(0, b"x" * 20_000, True), *([(0.15, b"x", True)] * 8), (0, b"", False)]
    assert len(body_of(pieces)) == 20_008
