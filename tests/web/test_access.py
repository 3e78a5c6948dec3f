"""For everybody: axe-core finds nothing serious, tablets and 200 % zoom keep everything, light and dark, no colour alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import HUB, Watched
from tests.web.test_investigating import at_case, case_of

pytestmark = [pytest.mark.required, pytest.mark.slow]
AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
PAGES = ["queue", "due", "claims", "tasks", "check", "record", "matrix", "report", "home"]


def serious(web: Watched) -> list[str]:
    """What axe-core holds against the page, in one line each."""
    web.page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = web.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{item['id']}: {node['target']} {node['failureSummary'][:200]}"
        for item in found["violations"]
        if item["impact"] in ("serious", "critical")
        for node in item["nodes"][:3]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_serious_on_the_screen(web: Watched, theme: str, lang: str) -> None:
    web.page.add_init_script(f"localStorage.setItem('zeren.theme', '{theme}')")
    case = case_of(web)
    at_case(web, lang, f"&f={case['finding']}&s={case['party']['id']}")
    web.page.locator("#panel-why .premise").first.wait_for()
    assert serious(web) == []
    web.page.get_by_role("tab", name={"zh": "时间线", "en": "Timeline"}[lang]).click()
    web.page.locator(".timeline").wait_for()
    web.search("示例")
    assert serious(web) == []
    web.page.keyboard.press("Escape")
    web.page.get_by_role("tab", name={"zh": "股权穿透", "en": "Owners"}[lang]).click()
    web.page.locator(".tree").wait_for()
    assert serious(web) == []


@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_serious_in_casework(web: Watched, page: str) -> None:
    web.open(f"v={page}")
    web.page.locator(".work h1").wait_for()
    web.until("!document.querySelector('.work .loading')", 40)
    assert serious(web) == []


@pytest.mark.context(viewport={"width": 834, "height": 1112})
def test_a_tablet_shows_everything(web: Watched) -> None:
    at_case(web)
    assert web.page.evaluate("document.documentElement.scrollWidth") <= 834
    for panel in ("#panel-card", "#panel-graph", "#panel-why", "#panel-table"):
        assert web.page.locator(panel).is_visible()


@pytest.mark.context(viewport={"width": 640, "height": 360}, device_scale_factor=2)
def test_two_hundred_per_cent_shows_one_panel_at_a_time(web: Watched) -> None:
    at_case(web)
    assert web.page.evaluate("document.documentElement.scrollWidth") <= 640
    for name, panel in (("名片", "#panel-card"), ("理由", "#panel-why"), ("表格", "#panel-table"), ("关系图", "#panel-graph")):
        web.page.locator(".panel-tabs").get_by_role("tab", name=name).click()
        assert web.page.locator(panel).is_visible()
        assert web.page.locator(".investigate > .panel:visible").count() == 1
    for page in PAGES:
        web.page.goto(f"{web.world.address}/#lang=zh&v={page}")
        web.page.locator(".work h1").wait_for()
        assert web.page.evaluate("document.documentElement.scrollWidth") <= 640, page


def test_light_and_dark_are_chosen_and_kept(web: Watched) -> None:
    web.open(f"p={HUB}")
    first = web.page.evaluate("getComputedStyle(document.body).backgroundColor")
    web.page.get_by_role("button", name="切换明暗").click()
    second = web.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert first != second
    web.page.reload()
    web.page.locator("#card-title").wait_for()
    assert web.page.evaluate("getComputedStyle(document.body).backgroundColor") == second


def test_the_language_is_changed_without_losing_the_place(web: Watched) -> None:
    case = at_case(web)
    web.page.locator(".lang").click()
    web.page.get_by_role("tab", name="Timeline").wait_for()
    assert web.page.locator("html").get_attribute("lang") == "en"
    assert web.page.locator("#card-title").inner_text() == case["company"]["name"]
    assert case["decision"]["id"] in web.page.evaluate("new URLSearchParams(location.hash.slice(1)).get('d')")


def test_nothing_is_told_by_colour_alone(web: Watched) -> None:
    at_case(web)
    signs = {"measure": "■", "proposal": "◇", "lead": "▲", "record": "≡", "past": "○"}
    for item in web.graph():
        for how, sign in signs.items():
            assert (how in item["classes"]) == (sign in (item["label"] or "")), json.dumps(item, ensure_ascii=False)


def test_the_graph_is_worked_by_keyboard(web: Watched) -> None:
    case = at_case(web)
    web.page.locator(".canvas").focus()
    web.page.keyboard.press("ArrowLeft")
    web.until("new URLSearchParams(location.hash.slice(1)).get('s')")
    chosen = web.page.evaluate("new URLSearchParams(location.hash.slice(1)).get('s')")
    assert chosen != case["company"]["id"]
    web.page.keyboard.press("p")
    web.until("location.hash.includes('pin=')")
    web.page.keyboard.press("h")
    web.until("location.hash.includes('hide=')")
