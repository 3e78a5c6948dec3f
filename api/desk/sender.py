"""Send what waits in the outbox: signed, retried with back-off, never lost.

Invariants (tests/unit/test_desk_sender.py holds one test a number)
1. A receiver can tell that a message is ours and unaltered: the signature covers the time, the key and the body.
2. Only an answer of the 200 kind counts as delivered; anything else is a failure to be tried again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from api.desk.outbox import Message, Outbox
from graph.errors import ConfigError

TIMEOUT_SECONDS: Final = 10
Post = Callable[[str, bytes, dict[str, str]], int]
"""Sends a body with headers to a URL and returns the status; raises `OSError` where nobody answers."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What one round of sending did."""

    delivered: int
    failed: int
    dead: int


def unit_key(key: bytes, unit: str) -> bytes:
    """Return the key that signs the messages of a unit, made of the installation's: no unit can forge another's."""
    if not key:
        raise ConfigError("ZEREN_HOOK_KEY is not set: messages are signed with it")
    return hmac.new(key, unit.encode(), hashlib.sha256).digest()


def signature(key: bytes, at: str, message_key: str, body: bytes) -> str:
    """Return the signature of a message."""
    return hmac.new(key, b"\n".join((at.encode(), message_key.encode(), body)), hashlib.sha256).hexdigest()


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Send a message over HTTP."""
    if not url.startswith(("http://", "https://")):
        raise OSError(f"{url!r} is no http address")
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return int(error.code)


def send(outbox: Outbox, key: bytes, now: Callable[[], datetime], transport: Post = post, limit: int = 100) -> Sent:
    """Send what is due once, and note how it went.

    Parameters
    ----------
    outbox : Outbox
        What waits.
    key : bytes
        The installation's key.
    now : callable
        The clock.
    transport : callable
        How a message is sent.
    limit : int
        Messages at most.
    """
    hooks = outbox.hooks()
    delivered = failed = dead = 0
    for message in outbox.due(now(), limit):
        error = _deliver(message, hooks[message.unit], unit_key(key, message.unit), now(), transport)
        if not error:
            outbox.delivered([message.seq])
            delivered += 1
        elif outbox.failed(message, error, now()) == "dead":
            dead += 1
        else:
            failed += 1
    return Sent(delivered, failed, dead)


def _deliver(message: Message, url: str, key: bytes, at: datetime, transport: Post) -> str:
    """Send one message; return what went wrong, empty if nothing did."""
    body = json.dumps(message.body, ensure_ascii=False, sort_keys=True).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": message.key,
        "X-Zeren-Time": at.isoformat(),
        "X-Zeren-Signature": signature(key, at.isoformat(), message.key, body),
    }
    try:
        status = transport(url, body, headers)
    except OSError as error:
        return str(error) or type(error).__name__
    return "" if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES else f"answered {status}"
