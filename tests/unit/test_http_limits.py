"""The invariants of `api.http.limits`, by number; the second over a real server in tests/integration/test_http_access.py."""

from __future__ import annotations

import pytest

from api.access.errors import TooManyRequests
from api.access.principal import anonymous, principal
from api.access.roles import load_roles
from api.http.limits import Rates

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
