"""How quick the page is on a made-up city: first paint, opening a hub, 150 parties laid out, the slider, search while typing.

Run `python -m bench.page [ENTERPRISES [STORE]]`: a city of so many (default 2,000) is loaded, or the store that is given is served
as it is. A real Chromium shows the page of a real server, all on this machine; each figure is the median of several.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import sync_playwright

from analytics.responsibility.catalogue import load_catalogue
from api.access.desk import Access
from api.locales import texts
from api.use_cases.acting import Actor
from api.use_cases.demo import finish
from api.use_cases.loading import load
from api.use_cases.propagating import propagate
from api.use_cases.suggesting import suggest
from graph.codec import make_fact
from graph.dates import OPEN, UNKNOWN, Period
from graph.model import Entity, Fact, Finding, Name, Origin, Outcome, PartyRef, Payload, Relationship, Share, appearance
from graph.store import open_store
from graph.store.base import Write
from loaders.synthetic.city import write_city

ROOT = Path(__file__).resolve().parent.parent
HUB = "bench:hub"
USER = {"name": "示例用户", "password": "示例口令-of-the-bench"}
TYPED = ("王", "王伟", "wang", "lsl", "临沂", "临沂示例", "9137", "91371302", "示例", "李")


def hub(holders: int = 2_000) -> list[Fact[Payload]]:
    """Return an enterprise with so many holders."""
    origin = Origin("bench", "bench.csv", 2)
    facts: list[Fact[Payload]] = [make_fact(Entity(HUB, "company", (Name("枢纽基准公司"),)), "hub", origin)]
    for number in range(holders):
        party = PartyRef(appearance(HUB, f"持股人{number:04}"))
        value = Relationship(party, PartyRef(HUB), "shareholding", Period(UNKNOWN, OPEN), share=Share.exact(400))
        facts.append(make_fact(value, f"h{number}", origin))
    return facts


def filled(folder: str, enterprises: int) -> str:
    """Load a city and the hub; return the URL of the store."""
    url, actor = f"sqlite:///{folder}/zeren.db", Actor("bench", datetime(2026, 1, 1, tzinfo=UTC))
    write_city(Path(folder) / "city", enterprises, 7)
    with open_store(url) as store:
        load(store, actor, [f"{folder}/city"], mapping="synthetic_city")
        propagate(store, load_catalogue(), actor)
        finish(store, actor)
    return url


def somebody(url: str) -> str:
    """Add the hub where it is missing; return an enterprise that answers for something."""
    with open_store(url) as store:
        if next(store.facts(["entity"], about=[HUB]), None) is None:
            store.append([Write(fact) for fact in hub()], Actor("bench", datetime(2026, 1, 1, tzinfo=UTC)).act("bench"))
        answering = (r.fact.value for r in store.facts(["finding"]))
        return next(f.company for f in answering if isinstance(f, Finding) and f.outcome is Outcome.ESTABLISHED)


@contextmanager
def served(url: str, folder: str) -> Iterator[str]:
    """Serve a store from a process of its own; give the address."""
    place = f"{folder}/access.db"
    with Access(Path(place)) as access:
        access.users.add(USER["name"], ["investigator"], datetime.now(UTC), USER["password"])
    environment = {
        **os.environ, "ZEREN_STORE": url, "ZEREN_PORT": "0", "ZEREN_DESK": f"{folder}/desk.db", "ZEREN_ACCESS": place,
        "ZEREN_RATE": "0", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, "-c", "from api.cli.main import main; main()", "serve"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)  # noqa: S603 - our own command
    try:
        assert process.stderr is not None
        found = next(match for text in process.stderr if (match := re.search(r"http://127\.0\.0\.1:\d+", text)))
        yield found[0]
    finally:
        process.terminate()
        process.wait()


def until(page: Any, expression: str) -> None:
    """Wait until something is so."""
    while not page.evaluate(expression):
        page.wait_for_timeout(10)


def measured(page: Any, address: str, company: str) -> Iterator[tuple[str, float, str]]:
    """Yield what was measured: name, milliseconds, target."""
    page.request.post(f"{address}/v1/session", data=USER)
    page.add_init_script("if (location.protocol === 'http:') sessionStorage.setItem('zeren.purpose', 'supervision')")
    paints, ready = [], []
    for _ in range(5):
        page.goto("about:blank")
        begun = time.perf_counter()
        page.goto(f"{address}/#lang=zh&g={company}&p={company}", wait_until="commit")
        until(page, "window.zeren && window.zeren.drawn().length > 3")
        ready.append((time.perf_counter() - begun) * 1_000)
        paints.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
    yield "first paint", statistics.median(paints), ""
    yield "interactive: card and graph stand", statistics.median(ready), ""
    page.goto(f"{address}/#lang=zh&g={HUB}&p={HUB}")
    until(page, "window.zeren && window.zeren.drawn().length > 10")
    for step in range(12):
        before = len(page.evaluate("window.zeren.drawn()"))
        if before >= 150:
            break
        page.evaluate(f"window.zeren.tap('more:{HUB}:up.shareholding')")
        until(page, f"window.zeren.drawn().length > {before} || {step} > 10")
    opened = page.evaluate("performance.getEntriesByName('zeren-open').map((e) => e.duration)")
    yield "open 12 more of a hub with 2,000 holders", statistics.median(opened), ""
    count = len(page.evaluate("window.zeren.drawn()"))
    for name in ("从左到右排列", "自由排列"):
        taken = page.evaluate(
            """(name) => { const button = document.querySelector(`[aria-label="${name}"]`);
            const begun = performance.now(); button.click(); return performance.now() - begun; }""",
            name,
        )
        yield f"{count} parties laid out ({'left to right' if name[0] == '从' else 'freely'})", taken, "1000"
    slider = page.locator(".time input[type=range]")
    slider.focus()
    for _ in range(30):
        page.keyboard.press("ArrowLeft")
    moved = page.evaluate("performance.getEntriesByName('zeren-day').map((e) => e.duration)")
    yield f"slider to the new picture, {count} parties", statistics.median(moved), "50"
    yield "the slowest of 30", max(moved), "50"
    yield from searched(page)


def searched(page: Any) -> Iterator[tuple[str, float, str]]:
    """Yield how long a search takes, as the page waits for it and within the service."""
    ask = """async (q) => { const begun = performance.now(), headers = {"Zeren-Purpose": "supervision"};
    await (await fetch(`/v1/search?q=${q}`, {headers})).json();
    return performance.now() - begun; }"""
    for typed in TYPED:  # warm
        page.evaluate(ask, typed)
    waited = [page.evaluate(ask, typed) for typed in TYPED * 3]
    yield "search while typing, as the page waits: median", statistics.median(waited), ""
    yield "the slowest of 30", max(waited), ""


def within(url: str) -> Iterator[tuple[str, float, str]]:
    """Yield how long a search takes on the server's side, without the way there and back."""
    with open_store(url) as store:
        for typed in TYPED:  # warm
            suggest(store, None, texts("zh"), typed)
        taken = []
        for typed in TYPED * 3:
            begun = time.perf_counter()
            suggest(store, None, texts("zh"), typed)
            taken.append((time.perf_counter() - begun) * 1_000)
    yield "search, on the server's side: median", statistics.median(taken), "30"
    yield "the slowest of 30", max(taken), "30"


def main() -> None:
    """Measure and print."""
    enterprises = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with TemporaryDirectory(prefix="zeren-bench-") as folder:
        url = sys.argv[2] if len(sys.argv) > 2 else filled(folder, enterprises)
        company = somebody(url)
        with served(url, folder) as address, sync_playwright() as running:
            browser = running.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
            page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
            page.add_init_script("if (location.protocol === 'http:') localStorage.setItem('zeren.tour', '1')")
            page.set_default_timeout(300_000)
            print(f"city of {enterprises:,} enterprises")
            for name, taken, target in measured(page, address, company):
                print(f"{name:<48}{taken:>9.1f} ms{f'   (target {target})' if target else ''}", flush=True)
            browser.close()
        for name, taken, target in within(url):
            print(f"{name:<48}{taken:>9.1f} ms   (target {target})", flush=True)


if __name__ == "__main__":
    main()
