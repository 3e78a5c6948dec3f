"""For everybody: axe-core finds nothing serious or critical in any view, dialog, language and width, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import HUB, Watched
from tests.web.test_investigating import at_case, case_of

pytestmark = [pytest.mark.required, pytest.mark.slow]
AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
CENTRES = {
    "owners": ".tree",
    "controls": ".tree, .notes",
    "controlled": ".tree, .notes",
    "paths": ".centre-other .search",
    "time": ".timeline",
}
PAGES = ["queue", "queue&st=to_review", "due", "claims", "tasks", "check", "record", "matrix", "report&since=2015-01-01", "home"]
LOOKS = [("zh", "light"), ("en", "dark")]
"""Words depend on the language alone and colours on the theme alone, so that two looks see all of both."""


def serious(web: Watched) -> list[str]:
    """What axe-core holds against the page, in one line each."""
    if web.page.evaluate("!window.axe"):
        web.page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = web.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert found["testEngine"]["version"] == "4.14.1", "docs/page.md names the version"
    return [
        f"{item['id']}: {node['target']} {node['failureSummary'][:200]}"
        for item in found["violations"]
        if item["impact"] in ("serious", "critical")
        for node in item["nodes"][:3]
    ]


def went_on(web: Watched, place: str, hash_: str, ready: str) -> None:
    """Go to another address within the page, and wait until a place has nothing left of what stood in it."""
    web.page.evaluate(f"document.querySelectorAll('{place}').forEach((each) => (each.dataset.before = '1'))")
    web.page.evaluate(f"location.hash = '{hash_}'")
    web.page.locator(ready).first.wait_for()
    web.until("!document.querySelector('[data-before]')")
    web.page.locator(ready).first.wait_for()


def dressed(web: Watched, theme: str) -> None:
    web.page.add_init_script(f"if (location.protocol === 'http:') localStorage.setItem('zeren.theme', '{theme}')")


@pytest.mark.parametrize(("lang", "theme"), LOOKS)
def test_nothing_serious_on_the_screen(web: Watched, lang: str, theme: str) -> None:
    dressed(web, theme)
    case = case_of(web)
    at_case(web, lang, f"&f={case['finding']}&s={case['party']['id']}")
    address = web.page.evaluate("location.hash")
    web.page.locator("#panel-why .premise").first.wait_for()
    assert serious(web) == [], "graph"
    for centre, ready in CENTRES.items():
        went_on(web, ".centre-other > *", f"{address}&c={centre}", ready)
        assert serious(web) == [], centre
    web.search("示例")
    assert serious(web) == [], "search"
    web.page.goto("about:blank")
    at_case(web, lang, f"&n={case['not_party']['id']}&t=parties&on=2023-02-15")
    web.page.locator("#panel-why .premise.refuted").first.wait_for()
    assert serious(web) == [], "why not, parties, another day"


@pytest.mark.parametrize(("lang", "theme"), LOOKS)
def test_nothing_serious_in_casework(web: Watched, lang: str, theme: str) -> None:
    dressed(web, theme)
    web.world.user(f"看台-{lang}", "official")
    web.log_in(f"看台-{lang}")
    web.open("v=home", lang=lang)
    for page in PAGES:
        went_on(web, ".work", f"#lang={lang}&v={page}", ".work h1")
        web.until("!document.querySelector('.work .loading')", 40)
        assert serious(web) == [], page
    went_on(web, ".work", f"#lang={lang}&v=record&p={case_of(web)['party']['id']}", ".record-card h1")
    assert serious(web) == [], "a record"


def opened_act(web: Watched) -> None:
    web.page.goto(f"{web.world.address}/#v=queue&st=derived&kind=person")
    web.page.locator(".case-item .button.strong").first.click()


def opened_question(web: Watched) -> None:
    web.page.goto(f"{web.world.address}/#v=queue&st=to_review")
    web.page.locator(".case-item").first.get_by_role("button").nth(2).click()
    web.page.locator("dialog pre, dialog p").first.wait_for()


def opened_cell(web: Watched) -> None:
    web.page.goto(f"{web.world.address}/#v=matrix")
    web.page.locator(".cell.established").first.click()


DIALOGS: dict[str, Callable[[Watched], Any]] = {
    "filter": lambda web: web.page.locator(".graph-tools .tool").nth(5).click(),
    "export": lambda web: web.page.locator(".graph-tools .tool").last.click(),
    "source": lambda web: web.page.locator("#panel-card button.source").first.click(),
    "view": lambda web: web.page.locator(".own .tool").first.click(),
    "act": opened_act,
    "ask": opened_question,
    "cell": opened_cell,
}


@pytest.mark.parametrize(("lang", "theme"), LOOKS)
def test_nothing_serious_in_a_dialog(web: Watched, lang: str, theme: str) -> None:
    dressed(web, theme)
    web.world.user(f"问台-{lang}", "official")
    web.log_in(f"问台-{lang}")
    at_case(web, lang)
    for name, opened in DIALOGS.items():
        opened(web)
        web.page.locator("dialog h2").wait_for()
        web.until("!document.querySelector('dialog .loading')")
        assert serious(web) == [], name
        web.page.keyboard.press("Escape")
        web.page.locator("dialog").wait_for(state="detached")


@pytest.mark.stranger
def test_nothing_serious_before_the_login_and_in_it(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    web.open(f"g={HUB}&p={HUB}")
    web.page.locator("#card-title").wait_for()
    assert serious(web) == []
    web.page.locator(".who .button").click()
    web.page.locator("#login-name").wait_for()
    assert serious(web) == []
    web.page.goto(f"{web.world.address}/login")
    web.page.locator("#password").wait_for()
    assert serious(web) == []


@pytest.mark.context(viewport={"width": 640, "height": 360}, device_scale_factor=2)
def test_nothing_serious_at_two_hundred_per_cent(web: Watched) -> None:
    case = case_of(web)
    at_case(web, more=f"&f={case['finding']}")
    address = web.page.evaluate("location.hash")
    for panel in ("card", "graph", "why", "table"):
        web.page.evaluate(f"location.hash = '{address}&tab={panel}'")
        web.page.locator(f"#panel-{panel}").wait_for()
        assert serious(web) == [], panel
