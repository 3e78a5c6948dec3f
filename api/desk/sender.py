"""Send what waits in the outbox: signed, retried with back-off, never lost.

Invariants (tests/unit/test_desk_sender.py holds one test a number)
1. A receiver can tell that a message is ours and unaltered: the signature covers the time, the key and the body.
2. Only an answer of the 200 kind counts as delivered; anything else is a failure to be tried again.
3. No redirect is followed: what is asked elsewhere, by another method, was not told to the unit.
4. Whatever one request dies of is an attempt at it that counts, and keeps no other unit's message back, nor does a receiver that
   is slow; one that hangs, or whose answer does not end, is not waited for again in the same round.
5. An address that can never be asked is no receiver, and is told apart from one that does not answer.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import time
import urllib.error
import urllib.request
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPException
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from api.desk.outbox import Message, Outbox
from graph.errors import ConfigError, InputError

TIMEOUT_SECONDS: Final = 10
"""How long a receiver may say nothing."""
WHOLE_SECONDS: Final = 15
"""How long it may take to answer, however it does: one that says a letter every few seconds is never silent."""
_LONGEST_ANSWER: Final = 1 << 16
"""Bytes of an answer that are waited for."""
Post = Callable[[str, bytes, dict[str, str]], int]
"""Sends a body with headers to a URL and returns the status; raises where nobody answers, or none that can be understood."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the answer is what it is."""

    def redirect_request(self, *_: Any) -> None:
        """Make no other request."""


_OPENER: Final = urllib.request.build_opener(_Stay)


@dataclass(frozen=True, slots=True)
class Sent:
    """What one round of sending did."""

    delivered: int
    failed: int
    dead: int


def unit_key(key: bytes, unit: str) -> bytes:
    """Return the key that signs the messages of a unit, made of the installation's: no unit can forge another's."""
    if not key:
        raise ConfigError("ZEREN_HOOK_KEY is not set: messages are signed with it", zh="未设置 ZEREN_HOOK_KEY：推送须用它签名")
    return hmac.new(key, unit.encode(), hashlib.sha256).digest()


def signature(key: bytes, at: str, message_key: str, body: bytes) -> str:
    """Return the signature of a message."""
    return hmac.new(key, b"\n".join((at.encode(), message_key.encode(), body)), hashlib.sha256).hexdigest()


def receiver(url: str) -> str:
    """Return an address to which messages can be sent; raises `InputError` for one that can never be asked."""
    en, zh = _fault(url)
    if en:
        raise InputError(f"{url!r} is no address of a receiver: {en}", zh=f"“{url}”不能作为接收地址：{zh}")
    return url


def _fault(url: str) -> tuple[str, str]:
    """Return what is wrong with an address, in both languages; empty where nothing is."""
    if not url.startswith(("http://", "https://")):
        return "it must begin with http:// or https://", "须以 http:// 或 https:// 开头"
    if any(sign.isspace() or not sign.isprintable() for sign in url):
        return "it holds a blank (write it as %20)", "不得含空格（须写作 %20）"
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return "its host or its port is none (a port is a number from 1 to 65535)", "主机名或端口有误（端口为 1 至 65535 的数字）"
    if parts.username is not None:
        return "it may hold no user and no password: messages are signed", "不得含用户名或口令：推送已有签名"
    if port == 0 or parts.netloc.endswith(":"):
        return "its port is none (a port is a number from 1 to 65535)", "端口有误（端口为 1 至 65535 的数字）"
    try:
        name.encode("idna")
    except UnicodeError:
        name = ""
    if not name.strip("."):
        return (
            "it names no host (a name whose parts have 1 to 63 signs, or an IP address)",
            "没有可用的主机名（各段 1 至 63 个字符，或 IP 地址）",
        )
    if not url.partition("://")[2].removeprefix(parts.netloc).isascii():
        return "write what is not ASCII after the host as %XX", "主机名之后的非 ASCII 字符须写作 %XX"
    return "", ""


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Send a message over HTTP, and return the status of the answer once it has ended, or is longer than any answer here is.

    Raises
    ------
    OSError
        The receiver was not reached, or did not end its answer (`TimeoutError`).
    """
    if not url.startswith(("http://", "https://")):
        raise OSError(f"{url!r} is no http address")
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - checked above
    try:
        end = time.monotonic() + WHOLE_SECONDS
        with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as answer:
            left = _LONGEST_ANSWER
            while left > 0 and (part := answer.read1(left)):
                left -= len(part)
                if time.monotonic() > end:
                    raise TimeoutError(f"no answer that ends within {WHOLE_SECONDS} s")
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return int(error.code)


def send(
    outbox: Outbox,
    key: bytes,
    now: Callable[[], datetime],
    transport: Post = post,
    limit: int = 100,
    *,
    whole: float = WHOLE_SECONDS,
    end: float = math.inf,
    due: datetime | None = None,
) -> Sent:
    """Send what is due once, to all units at the same time and to each in order, and note how it went.

    Parameters
    ----------
    outbox : Outbox
        What waits.
    key : bytes
        The installation's key.
    now : callable
        The clock.
    transport : callable
        How a message is sent; called in a thread of each unit.
    limit : int
        Messages at most of each unit.
    whole : float
        Seconds after which a receiver that has not ended its answer counts as one that hangs.
    end : float
        The time by `time.monotonic` from which no further message is sent.
    due : datetime, optional
        What was due by this time, if not by now: what fails in a round of before is left for later.
    """
    hooks, said = outbox.hooks(), SimpleQueue[_Tried]()
    lanes: dict[str, _Lane] = {}
    for message in outbox.due(due or now(), limit):
        if message.unit not in lanes:
            lanes[message.unit] = _Lane(hooks[message.unit], unit_key(key, message.unit), end)
        lanes[message.unit].waiting.append(message)
    for lane in lanes.values():
        Thread(target=lane.run, args=(tuple(lane.waiting), now, transport, said), daemon=True).start()
    count: Counter[str] = Counter()
    while lanes:
        try:
            tried = said.get(timeout=max(0.0, min(lane.since for lane in lanes.values()) + whole - time.monotonic()))
        except Empty:
            late = [lane for lane in lanes.values() if lane.since + whole <= time.monotonic()]
            for each in late:
                each.over = True
                said.put(_Tried(each.waiting[0], f"TimeoutError: no answer that ends within {whole:g} s", hangs=True, last=True))
            continue
        own = lanes.get(tried.message.unit)
        if own is None or own.waiting[0] is not tried.message:
            continue  # a receiver that was given up answered after all: it is asked again, and knows the message by its key
        own.waiting.popleft()
        own.since = time.monotonic()
        count[_noted(outbox, tried, now())] += 1
        if tried.last:
            del lanes[tried.message.unit]
    return Sent(count["delivered"], count["waiting"], count["dead"])


class _Tried(NamedTuple):
    """How it went with a message: what went wrong, empty if nothing did; whether the receiver hung; whether none follows."""

    message: Message
    error: str
    hangs: bool
    last: bool


@dataclass(slots=True)
class _Lane:
    """What goes to one unit, one after the other: a receiver that is slow or broken is nobody else's matter."""

    url: str
    key: bytes
    end: float
    waiting: deque[Message] = field(default_factory=deque)
    since: float = field(default_factory=time.monotonic)
    over: bool = False
    """Whether it was given up."""

    def run(self, messages: Sequence[Message], now: Callable[[], datetime], transport: Post, said: SimpleQueue[_Tried]) -> None:
        """Send messages until one of them hangs or the time is over."""
        for message in messages:
            error, hangs = _deliver(message, self.url, self.key, now(), transport)
            last = hangs or self.over or message is messages[-1] or time.monotonic() >= self.end
            said.put(_Tried(message, error, hangs, last))
            if last:
                return


def _noted(outbox: Outbox, tried: _Tried, at: datetime) -> str:
    """Note how it went, and return the state in which the message is now."""
    if not tried.error:
        outbox.delivered([tried.message.seq])
        return "delivered"
    state = outbox.failed(tried.message, tried.error, at)
    if tried.hangs:
        outbox.keep_back(tried.message)
    return state


def _deliver(message: Message, url: str, key: bytes, at: datetime, transport: Post) -> tuple[str, bool]:
    """Send one message; return what went wrong, empty if nothing did, and whether the receiver hung."""
    body = json.dumps(message.body, ensure_ascii=False, sort_keys=True).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": message.key,
        "X-Zeren-Time": at.isoformat(),
        "X-Zeren-Signature": signature(key, at.isoformat(), message.key, body),
    }
    try:
        status = transport(url, body, headers)
    except Exception as error:  # a receiver, or an address, can break a request in more ways than anybody lists
        # What no HTTP answer is, a receiver wrote: its words do not come into a list here.
        said = "" if isinstance(error, HTTPException) and not isinstance(error, OSError) else error
        text = f"{type(error).__name__}: {said}".removesuffix(": ")
        return text, isinstance(getattr(error, "reason", error), TimeoutError)
    return "" if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES else f"answered {status}", False
