"""For everybody: tablets and 200 % zoom keep everything, light and dark, no colour alone."""

from __future__ import annotations

import json

import pytest

from tests.web.conftest import HUB, Watched
from tests.web.test_investigating import at_case

pytestmark = [pytest.mark.required, pytest.mark.slow]
PAGES = ["queue", "due", "claims", "tasks", "check", "record", "matrix", "report", "home"]


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
    web.page.goto("about:blank")
    at_case(web, more="&tab=card")
    web.page.locator(".panel-tabs").get_by_role("tab", name="关系图").click()
    web.until("window.zeren.seen() || window.zeren.zoom() === 0.85", 10)
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


@pytest.mark.parametrize(("stops", "place"), [(1, "panel-card"), (2, "canvas"), (3, "panel-why"), (4, "panel-table")])
def test_the_tab_key_leads_past_everything_to_a_panel(web: Watched, stops: int, place: str) -> None:
    at_case(web)
    web.page.evaluate("document.activeElement?.blur()")
    for _ in range(stops):
        web.page.keyboard.press("Tab")
    assert "跳到" in web.page.evaluate("document.activeElement.textContent")
    web.page.keyboard.press("Enter")
    web.until(f"document.activeElement.id === '{place}' || document.activeElement.classList.contains('{place}')")


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
