"""The invariant of `api.http.patience`, over a real server on a free port; and whose word the service takes for who asks."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from time import monotonic, sleep

import httpx
import pytest
import uvicorn

from api.http import limits, patience
from api.http.app import create_app
from api.http.server import _config
from api.settings import Settings
from tests.access_world import headers_for
from tests.api_world import catalogue
from tests.integration.test_http import make_store

WAIT = 60.0


@contextmanager
def served(url: str, **settings: object) -> Iterator[tuple[str, int]]:
    """Serve as the command does, from a thread; give the address."""
    given = Settings.model_validate({"store": url, **settings})
    server = uvicorn.Server(_config(create_app(given, catalogue()), given))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield listener.getsockname()[:2]
        finally:
            server.should_exit = True
            thread.join()


def closes(sock: socket.socket, drip: Callable[[], None] = lambda: None) -> bool:
    """Say whether the other end closes, while something more is sent from time to time."""
    sock.settimeout(0.1)
    until = monotonic() + WAIT
    while monotonic() < until:
        try:
            drip()
            if not sock.recv(4096):
                return True
        except TimeoutError:
            continue
        except ConnectionError:
            return True
    return False


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_store(tmp_path_factory.mktemp("patience") / "zeren.db")


def test_1_a_connection_without_a_whole_head_is_closed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.5)
    with served(url) as address:
        with socket.create_connection(address) as silent:
            assert closes(silent)
        with socket.create_connection(address) as slow:
            slow.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
            assert closes(slow, lambda: slow.sendall(b"x"))
        with socket.create_connection(address) as second:
            second.sendall(b"GET /v1/purposes HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert second.recv(15) == b"HTTP/1.1 200 OK"
            assert closes(second, lambda: second.sendall(b"G"))


def test_1_one_on_which_something_is_asked_stays(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.5)
    with served(url, body_bytes=1_000) as (host, port), socket.create_connection((host, port)) as sock:
        sock.settimeout(WAIT)
        body = b'{"name": "a", "password": "b"}'
        head = b"POST /v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        sock.sendall(head % len(body) + body[:1])
        sleep(3)  # six looks
        sock.sendall(body[1:])
        assert b" 401 " in sock.recv(65_536), "a body has a time of its own"


def test_2_one_that_was_answered_may_rest(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.5)
    with served(url) as (host, port), socket.create_connection((host, port)) as sock:
        sock.settimeout(WAIT)
        for _ in range(2):
            sock.sendall(b"GET /v1/purposes HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert sock.recv(65_536).startswith(b"HTTP/1.1 200 ")
            sleep(6.5)  # thirteen looks, and longer than the web server itself would wait


def test_a_request_that_offers_an_upgrade_is_taken_as_it_is(url: str) -> None:
    """What follows its head is its body, and no request of its own (RFC 9110, 7.8: an offer may be ignored)."""
    inner = b"GET /v1/purposes HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with served(url) as address:
        for protocol in (b"h2c", b"websocket"):
            head = b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: " + protocol
            with socket.create_connection(address) as sock:
                sock.sendall(head + b"\r\nContent-Length: %d\r\n\r\n" % len(inner))
                sock.sendall(inner)
                sock.settimeout(1.0)
                said = b""
                with contextlib.suppress(TimeoutError):
                    while part := sock.recv(65_536):
                        said += part
                assert said.count(b"HTTP/1.1 ") == 1, said
                assert said.startswith(b"HTTP/1.1 401 ")


def rates(url: str, sent: Callable[[int], dict[str, str]], **settings: object) -> set[int]:
    with served(url, rate_public=3, **settings) as (host, port), httpx.Client(trust_env=False) as client:
        return {client.get(f"http://{host}:{port}/v1/purposes", headers=sent(number)).status_code for number in range(30)}


def test_an_address_that_somebody_states_is_believed_of_a_named_proxy_alone(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def another(number: int) -> dict[str, str]:
        return {"X-Forwarded-For": f"10.0.0.{number}"}

    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")  # which the web server would read by itself
    assert rates(url, another) == {200, 429}
    assert rates(url, another, proxies="10.9.9.9") == {200, 429}
    assert rates(url, another, proxies="127.0.0.1, 10.9.9.9") == {200}


@pytest.mark.parametrize("address", ["/v1/session", "/v1/loads?mapping=cn_court_defaulters&file=defaulters.csv"])
def test_a_body_that_does_not_come_is_told_so_and_its_connection_closed(
    url: str, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.5)
    head = (
        f"POST {address} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {headers_for(url, 'official')['Authorization']}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    with served(url) as (host, port), socket.create_connection((host, port)) as sock:
        sock.settimeout(WAIT)
        sock.sendall(head.encode())
        said = b"".join(iter(lambda: sock.recv(65_536), b""))
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"body_too_slow"' in said
    assert b"application/problem+json" in said
