"""Take the pictures of docs/page.md: the worked case of the made-up city, in Chinese and English, light and dark.

Needs the extra `dev` and a Chromium on the path. Run `.venv/bin/python docs/make_screenshots.py`.
"""

from __future__ import annotations

import shutil
import socket
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import uvicorn
from playwright.sync_api import sync_playwright

from analytics.responsibility.catalogue import load_catalogue
from api.access.desk import Access
from api.http.app import create_app
from api.settings import Settings
from api.use_cases.acting import Actor
from api.use_cases.demo import finish
from api.use_cases.loading import load
from api.use_cases.propagating import propagate
from graph.store import open_store
from loaders.synthetic.city import write_city

DOCS = Path(__file__).resolve().parent
SIZE = {"width": 1440, "height": 900}
USER = {"name": "示例用户", "password": "示例口令-of-pictures"}
CONDUCT = "2023-02-15"
"""A day of the conduct of the worked case."""


@contextmanager
def served(enterprises: int = 400, seed: int = 7) -> Iterator[str]:
    """Serve a city of so many enterprises; give the address."""
    actor = Actor("pictures", datetime(2026, 1, 1, tzinfo=UTC))
    with TemporaryDirectory(prefix="zeren-pictures-") as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"sqlite:///{folder}/zeren.db"
        write_city(Path(folder) / "city", enterprises, seed)
        with open_store(url) as store:
            load(store, actor, [f"{folder}/city"], mapping="synthetic_city")
            propagate(store, load_catalogue(), actor)
            finish(store, actor)
        with Access(Path(folder) / "access.db") as access:
            access.users.add(USER["name"], ["investigator"], actor.at, USER["password"])
        app = create_app(Settings(store=url, desk=f"{folder}/desk.db", access=f"{folder}/access.db"))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
        thread = Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def chromium() -> str:
    """Return the browser; exits where there is none."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        sys.exit("no Chromium is installed: on Debian, apt-get install chromium")
    return found


def logged_in(page: Any, address: str) -> Any:
    """Log in and say what for; return the worked case."""
    page.request.post(f"{address}/v1/session", data=USER)
    page.add_init_script("sessionStorage.setItem('zeren.purpose', 'supervision')")
    return page.request.get(f"{address}/v1/start", headers={"Zeren-Purpose": "supervision"}).json()["case"]


def take(browser: Any, address: str, lang: str, theme: str, path: Path) -> None:
    """Take one picture of the worked case: with reasons on the day of the decision in light, on a day of the conduct in dark."""
    context = browser.new_context(viewport=SIZE, locale="zh-CN" if lang == "zh" else "en-GB")
    page = context.new_page()
    page.add_init_script(f"localStorage.setItem('zeren.theme', '{theme}'); localStorage.setItem('zeren.tour', '1')")
    case = logged_in(page, address)
    company, decision = case["company"]["id"], case["decision"]["id"]
    then = f"&on={CONDUCT if theme == 'dark' else case['decision']['date']}"
    page.goto(f"{address}/#lang={lang}&g={company}&p={company}&d={decision}&f={case['finding']}{then}")
    page.locator("#panel-why .premise").first.wait_for(timeout=120_000)
    page.wait_for_timeout(1_500)
    if theme == "dark":
        page.keyboard.press("Escape")
        page.locator(".bar-end .button:not([hidden])").first.click()
    page.wait_for_timeout(500)
    page.screenshot(path=path)
    context.close()


def main() -> None:
    """Take all four."""
    with served() as address, sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"])
        for lang in ("zh", "en"):
            for theme in ("light", "dark"):
                take(browser, address, lang, theme, DOCS / f"page-{lang}-{theme}.png")
        browser.close()


if __name__ == "__main__":
    ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter).parse_args()
    main()
