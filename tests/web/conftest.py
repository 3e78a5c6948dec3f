"""A small city with a worked case, served for real, and a browser that is watched.

Invariants (every test in this folder holds them)
1. No error on the console, nothing that the content security policy had to stop, no request to anywhere else.
"""

from __future__ import annotations

import socket
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

import api.access.users
from analytics.responsibility.catalogue import shipped
from api.access.desk import Access
from api.desk.outbox import Outbox
from api.http.app import create_app
from api.http.patience import REST_SECONDS
from api.settings import Settings
from api.use_cases.acting import Actor
from api.use_cases.case_reading import read_cases
from api.use_cases.demo import finish
from api.use_cases.loading import load
from api.use_cases.propagating import propagate
from api.use_cases.pushing import plan
from api.use_cases.reading import snapshot_of
from graph.codec import make_fact
from graph.dates import OPEN, UNKNOWN, Period
from graph.model import Entity, Fact, Identifier, Name, Origin, PartyRef, Payload, Relationship, Share, appearance
from graph.store import open_store
from graph.store.base import Write
from loaders.synthetic.city import write_city
from tests.chromium import missing, place

AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
ACTOR = Actor("测试甲", AT)
PASSWORD = "示例口令-7-of-the-page"
LIGHT = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
"""How hard a hash is to break is not the matter of a page; whoever verifies it reads in it how it was made."""
HUB = "t:hub"
HOSTILE = {
    "t:quotes": "引号\"'公司',;",
    "t:html": "<img src=x onerror=alert(1)><b>粗体</b>公司",
    "t:marks": "\u202e从右向左\u202c示例\u00ad\u3164公司",
    "t:long": "很长的名称" * 39 + "公司END",
}


def odd_facts() -> list[Fact[Payload]]:
    """An enterprise that many hold, enterprises with hostile names, and one with a former name."""
    origin = Origin("odd", "odd.csv", 7)
    facts: list[Fact[Payload]] = [
        make_fact(Entity(HUB, "company", (Name("枢纽示例公司"),), (Identifier("cn_stock", "999001"),)), "hub", origin),
        make_fact(Entity("t:gone", "company", (Name("将要消失的公司"),)), "gone", origin),
        make_fact(Entity("t:renamed", "company", (Name("新名示例公司"), Name("旧名示例商行", "former"))), "renamed", origin),
    ]
    facts += [make_fact(Entity(key, "company", (Name(name),)), key, origin) for key, name in HOSTILE.items()]
    facts += [held(f"hold-{key}", key, HUB, 1_000) for key in HOSTILE]
    for number in range(49):
        person = appearance(HUB, f"持股人{number:02}")
        facts.append(held(f"h{number}", person, HUB, 10_000 + number))
    return facts


def held(key: str, party: str, subject: str, ppm: int) -> Fact[Payload]:
    value = Relationship(PartyRef(party), PartyRef(subject), "shareholding", Period(UNKNOWN, OPEN), share=Share.exact(ppm))
    return make_fact(value, key, Origin("odd", "odd.csv", 8))


@dataclass
class World:
    """A store, and the server on it, which can be stopped and started again at the same address."""

    url: str
    folder: Path
    port: int = 0
    _server: Any = None
    _thread: Any = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def access(self) -> str:
        return str(self.folder / "access.db")

    def end_sessions(self) -> None:
        """End every session, as time would."""
        with sqlite3.connect(self.access) as db:
            db.execute("DELETE FROM sessions")

    def user(self, name: str, *roles: str, unit: str = "fgw") -> None:
        """Let somebody log in; of a unit, where he works for a department."""
        with Access(Path(self.access)) as access, pytest.MonkeyPatch.context() as patch:
            patch.setattr(api.access.users, "_hasher", lambda: LIGHT)
            access.users.add(name, roles, datetime.now(UTC), PASSWORD, unit if "department" in roles else "")

    def start(self) -> None:
        listener = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
        self.port = listener.getsockname()[1]
        settings = Settings(store=self.url, desk=str(self.folder / "desk.db"), access=self.access, rate=100_000)
        config = uvicorn.Config(create_app(settings), log_level="critical", access_log=False, timeout_keep_alive=REST_SECONDS)
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, args=([listener],))
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    reason = missing()
    if reason:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("page")
    made = World(f"sqlite:///{folder / 'zeren.db'}", folder)
    write_city(folder / "city", 200, 7)
    with open_store(made.url) as store:
        load(store, ACTOR, [str(folder / "city")], mapping="synthetic_city")
        store.append([Write(fact) for fact in odd_facts()], ACTOR.act("test"))
        propagate(store, shipped(), ACTOR)
        finish(store, ACTOR)
        with Outbox(str(folder / "desk.db")) as outbox:
            plan(outbox, read_cases(store, shipped()), snapshot_of(store), AT.date(), AT)
    made.user("测试甲", "investigator", "department")
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    reason = missing()
    if reason:
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        opened = running.chromium.launch(executable_path=place(), args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield opened
        opened.close()


@dataclass
class Watched:
    """A page of the browser, with what went wrong in it."""

    page: Any
    world: World
    wrong: list[str] = field(default_factory=list)
    allowed: tuple[str, ...] = ()
    who: str = ""

    def open(self, hash_: str = "", *, lang: str = "zh", tour: bool = False) -> Watched:
        """Open an address and wait until it stands."""
        if not tour:
            self.page.add_init_script("if (location.protocol === 'http:') localStorage.setItem('zeren.tour', '1')")
        self.page.goto(f"{self.world.address}/#lang={lang}{'&' if hash_ else ''}{hash_}")
        self.page.wait_for_selector(".top .search")
        return self

    def until(self, expression: str, seconds: float = 60) -> None:
        """Wait until something is so in the page; the policy forbids what Playwright would otherwise run there."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, f"never: {expression}"
            self.page.wait_for_timeout(50)

    def graph(self) -> list[dict[str, Any]]:
        """What is drawn: parties with label and place, from the table's model."""
        return self.page.evaluate("window.zeren.drawn()")  # type: ignore[no-any-return]

    def log_in(self, name: str = "测试甲") -> None:
        """Log in, as the form of the page would."""
        self.who = name
        self.page.context.clear_cookies()
        given = {"name": name, "password": PASSWORD}
        assert self.page.request.post(f"{self.world.address}/v1/session", data=given).ok

    def asked(self, path: str, **params: str) -> Any:
        """What the service answers to who is logged in."""
        answer = self.page.request.get(
            f"{self.world.address}/v1/{path}",
            params=params,
            headers={"Zeren-Purpose": "supervision"},
            timeout=120_000,
        )
        assert answer.ok, answer.text()
        return answer.json()

    def search(self, text: str) -> Any:
        """Type into the search and wait for answers."""
        box = self.page.locator("#search")
        box.fill("")
        box.press_sequentially(text, delay=15)
        self.page.wait_for_selector(".top .found:not([hidden]) li")
        self.page.wait_for_timeout(200)
        return self.page.locator(".top .found li")


@pytest.fixture
def web(browser: Any, world: World, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """A fresh page; afterwards nothing may have gone wrong in it."""
    marker = request.node.get_closest_marker("context")
    options = {
        "viewport": {"width": 1280, "height": 720},
        "locale": "zh-CN",
        "accept_downloads": True,
        **(marker.kwargs if marker else {}),
    }
    context = browser.new_context(**options)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    watched = Watched(page, world)
    page.add_init_script(
        "addEventListener('securitypolicyviolation', (e) => console.error(`CSP ${e.violatedDirective} ${e.blockedURI}`))"
    )
    page.on("console", lambda message: watched.wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: watched.wrong.append(f"{error}\n{error.stack}"))
    page.on("request", lambda sent: watched.wrong.append(f"left the machine: {sent.url}") if _foreign(sent.url) else None)
    if "stranger" not in request.keywords:
        watched.log_in()
        page.add_init_script("if (location.protocol === 'http:') sessionStorage.setItem('zeren.purpose', 'supervision')")
    _as_the_service(page, watched)
    page.set_default_timeout(90_000)  # a machine compiles the graph's kernels once
    yield watched
    context.close()
    wrong = [each for each in watched.wrong if not any(text in each for text in watched.allowed)]
    assert wrong == []


def _as_the_service(page: Any, watched: Watched) -> None:
    """Let answers that a test makes up say to whom they are given, as every answer of the service does."""
    route = page.route

    def named(pattern: Any, handler: Any, **more: Any) -> None:
        def answered(sent: Any) -> Any:
            fulfill = sent.fulfill

            def given(**answer: Any) -> None:
                if watched.who and "response" not in answer:
                    answer["headers"] = {"Zeren-Principal": quote(watched.who), **(answer.get("headers") or {})}
                fulfill(**answer)

            sent.fulfill = given
            return handler(sent)

        route(pattern, answered, **more)

    page.route = named


def _foreign(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))
