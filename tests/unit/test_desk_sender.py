"""The invariants of `api.desk.sender`, by number."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from api.desk.outbox import Outbox, Planned
from api.desk.sender import post, send, signature, unit_key
from graph.errors import ConfigError

NOW = datetime(2024, 6, 3, 9, tzinfo=UTC)


def filled() -> Outbox:
    box = Outbox(":memory:")
    box.hook("court", "http://receiver/x")
    box.put([Planned("court", "r1", "execute", {"task": "t1"}), Planned("tax", "r1", "execute", {"task": "t2"})], NOW)
    return box


def test_1_the_signature_covers_time_key_and_body_and_is_the_units_own():
    seen = []
    with filled() as box:
        done = send(box, b"secret", lambda: NOW, lambda url, body, headers: seen.append((url, body, headers)) or 200)
    assert (done.delivered, done.failed) == (1, 0)
    ((url, body, headers),) = seen
    key = unit_key(b"secret", "court")
    expected = signature(key, headers["X-Zeren-Time"], headers["Idempotency-Key"], body)
    assert (url, headers["X-Zeren-Signature"]) == ("http://receiver/x", expected)
    assert json.loads(body)["key"] == headers["Idempotency-Key"]
    assert signature(key, headers["X-Zeren-Time"], headers["Idempotency-Key"], body + b" ") != expected
    assert unit_key(b"secret", "tax") != key
    with pytest.raises(ConfigError, match="ZEREN_HOOK_KEY"):
        unit_key(b"", "court")


@pytest.mark.parametrize("answer", [199, 302, 400, 500, OSError("nobody answers")])
def test_2_only_an_answer_of_the_200_kind_counts(answer):
    def transport(_url: str, _body: bytes, _headers: dict[str, str]) -> int:
        if isinstance(answer, OSError):
            raise answer
        return answer

    with filled() as box:
        assert send(box, b"secret", lambda: NOW, transport).failed == 1
        (message,) = box.messages(unit="court")
        assert (message.state, message.attempts) == ("waiting", 1)
        assert str(answer) in message.error
        assert send(box, b"secret", lambda: NOW + timedelta(seconds=1), lambda *_: 204).delivered == 1
        assert box.messages(unit="court")[0].state == "delivered"


def test_an_address_that_is_not_http_is_a_failure():
    with pytest.raises(OSError, match="no http address"):
        post("file:///etc/hosts", b"", {})
