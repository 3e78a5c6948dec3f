"""The invariants of `api.desk.sender`, by number."""

from __future__ import annotations

import json
import re
import socket
import time
import urllib.error
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from api.desk.outbox import Outbox, Planned
from api.desk.sender import post, receiver, send, signature, unit_key
from graph.errors import ConfigError, InputError

NOW = datetime(2024, 6, 3, 9, tzinfo=UTC)


def filled() -> Outbox:
    box = Outbox(":memory:")
    box.hook("court", "http://receiver/x")
    box.put([Planned("court", "r1", "execute", {"task": "t1"}), Planned("tax", "r1", "execute", {"task": "t2"})], NOW)
    return box


def test_1_a_receiver_verifies_a_signature_as_the_documentation_shows_with_the_key_as_it_is_printed():
    page = (Path(__file__).parents[2] / "docs" / "service.md").read_text(encoding="utf-8")
    (example,) = [each for each in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "hmac" in each]
    known: dict[str, Callable[..., bool]] = {}
    exec(example, known)  # noqa: S102 - it is ours, and what a reader would run
    verified, seen = known["signed_by_zeren"], []
    with filled() as box:
        send(box, b"secret", lambda: NOW, lambda *sent: seen.append(sent) or 200)
    ((_, body, headers),) = seen
    printed = unit_key(b"secret", "court").hex()
    assert verified(printed, headers, body)
    assert not verified(printed, headers, body + b" ")
    assert not verified(printed.encode().hex(), headers, body), "the letters are not the key"


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


@contextmanager
def answering(status: int, location: str = "") -> Iterator[tuple[str, list[str]]]:
    """A receiver that answers so; its address, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            asked.append(f"{self.command} {self.path}")
            self.send_response(status if self.path == "/x" else 200)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = _answer

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/x", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_3_a_redirect_is_a_failure_and_is_not_followed(status):
    with answering(status, "/login") as (url, asked), Outbox(":memory:") as box:
        box.hook("court", url)
        box.put([Planned("court", "r1", "execute", {"task": "t1"})], NOW)
        assert (send(box, b"secret", lambda: NOW).failed, asked) == (1, ["POST /x"])
        assert box.messages()[0].error == f"answered {status}"


@contextmanager
def saying(*parts: bytes, seconds: float = 0.0) -> Iterator[str]:
    """A receiver that answers once, with these bytes, so many seconds apart."""

    def answer() -> None:
        there, _ = listening.accept()
        with there, suppress(OSError):
            there.recv(65_536)
            for part in parts:
                there.sendall(part)
                time.sleep(seconds)

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


def speaking_no_http() -> AbstractContextManager[str]:
    """A receiver that answers something else."""
    return saying(b"hello I am no http\r\n\r\n")


@pytest.mark.parametrize(
    ("told", "parts", "seconds"),
    [
        ("no answer that ends within 1 s", [b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", *[b"x"] * 15], 0.2),
        ("", [b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x" * 70_000], 0.0),
        ("", [b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", b"ye", b"s"], 0.1),
    ],
)
def test_4_an_answer_of_which_only_the_head_came_has_not_ended(told, parts, seconds):
    with saying(*parts, seconds=seconds) as url, Outbox(":memory:") as box:
        box.hook("tax", url)
        box.put([Planned("tax", "r1", "execute", {})], NOW)
        done = send(box, b"secret", lambda: NOW, whole=1)
        assert (done.delivered, done.failed) == ((0, 1) if told else (1, 0))
        assert told in (box.messages()[0].error or "")


def test_4_what_a_receiver_writes_that_is_no_http_stands_in_no_list():
    with speaking_no_http() as garbage, Outbox(":memory:") as box:
        box.hook("tax", garbage)
        box.put([Planned("tax", "r1", "execute", {})], NOW)
        send(box, b"secret", lambda: NOW)
        assert [message.error for message in box.messages()] == ["BadStatusLine"]


@pytest.mark.parametrize("broken", ["http://127.0.0.1:x/", "http://127.0.0.1/a b", f"http://{'a' * 70}.example/", "", None])
def test_4_one_broken_receiver_keeps_no_other_message_back(broken):
    with speaking_no_http() as garbage, answering(200) as (url, _), Outbox(":memory:") as box:
        box.hook("tax", garbage if broken is None else broken)
        box.hook("court", url)
        box.put([Planned("tax", "r1", "execute", {}), Planned("court", "r2", "stop", {})], NOW)
        done = send(box, b"secret", lambda: NOW)
        assert (done.delivered, done.failed) == (1, 1)
        first, second = box.messages()
        assert (first.state, first.attempts, bool(first.error), second.state) == ("waiting", 1, True, "delivered")


@pytest.mark.parametrize("error", [TimeoutError("timed out"), urllib.error.URLError(TimeoutError("timed out"))])
def test_4_a_receiver_that_hangs_is_asked_once_a_round_and_the_others_do_not_wait_for_it(error):
    asked = []

    def transport(url: str, _body: bytes, _headers: dict[str, str]) -> int:
        asked.append(url)
        if "tax" in url:
            raise error
        return 200

    with Outbox(":memory:") as box:
        box.hook("tax", "http://tax/x")
        box.hook("court", "http://court/x")
        box.put([*(Planned("tax", f"r{n}", "execute", {}) for n in range(200)), Planned("court", "r0", "stop", {})], NOW)
        at = NOW
        for _ in range(3):
            send(box, b"secret", lambda at=at: at, transport)
            at += timedelta(milliseconds=300)
        assert sorted(asked) == ["http://court/x", "http://tax/x"]
        send(box, b"secret", lambda: NOW + timedelta(seconds=1), transport)
        assert asked[2:] == ["http://tax/x"]
        assert sum(message.attempts for message in box.messages(unit="tax")) == 2


def test_4_an_answer_that_does_not_end_is_given_up_and_the_others_do_not_wait_for_it():
    free, asked = Event(), []

    def transport(url: str, _body: bytes, _headers: dict[str, str]) -> int:
        asked.append(url)
        if "tax" in url:
            free.wait(60)
        return 200

    with Outbox(":memory:") as box:
        box.hook("tax", "http://tax/x")
        box.hook("court", "http://court/x")
        box.put([*(Planned("tax", f"r{n}", "execute", {}) for n in range(3)), Planned("court", "r0", "stop", {})], NOW)
        done = send(box, b"secret", lambda: NOW, transport, whole=0.3)
        assert (done.delivered, done.failed, done.dead) == (1, 1, 0)
        assert [(m.unit, m.state, m.attempts) for m in box.messages()] == [
            ("tax", "waiting", 1), ("tax", "waiting", 0), ("tax", "waiting", 0), ("court", "delivered", 0),
        ]  # fmt: skip
        assert "within 0.3 s" in box.messages()[0].error
        assert box.due(NOW) == []
        free.set()
        later = send(box, b"secret", lambda: NOW + timedelta(seconds=2), transport)
        assert (later.delivered, [m.state for m in box.messages()]) == (3, ["delivered"] * 4)
        assert len(asked) == 5, "who was given up was sent nothing more in that round"


def test_4_a_slow_receiver_and_a_failing_one_take_no_place_of_another():
    asked = []

    def transport(url: str, _body: bytes, _headers: dict[str, str]) -> int:
        asked.append(url)
        if "tax" in url:
            time.sleep(0.2)
            return 503
        return 200

    with Outbox(":memory:") as box:
        box.hook("tax", "http://tax/x")
        box.hook("court", "http://court/x")
        box.put([*(Planned("tax", f"r{n}", "execute", {}) for n in range(150)), Planned("court", "r0", "stop", {})], NOW)
        done = send(box, b"secret", lambda: NOW, transport, end=time.monotonic() + 0.5)
        assert done.delivered == 1
        assert 1 <= done.failed < 100, "nothing more was sent when the time was over"
        assert [m.state for m in box.messages(unit="court")] == ["delivered"]
        assert sum(m.attempts for m in box.messages(unit="tax")) == done.failed == asked.count("http://tax/x")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://tax.example/", "must begin with"),
        ("", "must begin with"),
        ("http://tax.example:x/", "port"),
        ("http://tax.example:0/", "port"),
        ("http://tax.example:70000/", "port"),
        ("http://tax.example:/", "port"),
        ("http://tax.example/a b", "blank"),
        ("http://tax.example/\n", "blank"),
        (f"http://{'a' * 70}.example/", "no host"),
        ("http:///zeren", "no host"),
        ("http://a..example/", "no host"),
        ("http://[::1/", "host"),
        ("http://user:word@tax.example/", "no user"),
        ("http://tax.example/税务", "%XX"),
    ],
)
def test_5_an_address_that_can_never_be_asked_is_refused(url, why):
    with pytest.raises(InputError, match=why) as refused:
        receiver(url)
    assert "不能作为接收地址" in refused.value.zh


@pytest.mark.parametrize(
    "url", ["https://tax.example/zeren?unit=tax", "http://127.0.0.1:8080", "http://[::1]:80/", "http://税务.example/"]
)
def test_5_any_other_address_is_taken(url):
    assert receiver(url) == url
