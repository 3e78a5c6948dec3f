"""The first second: a worked case with a tour, and states that say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.store import open_store
from tests.web.conftest import HUB, Watched, World

pytestmark = [pytest.mark.required, pytest.mark.slow]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_opens_on_the_worked_case_with_three_steps(web: Watched, lang: str) -> None:
    web.open(lang=lang, tour=True)
    tour = web.page.locator(".tour")
    tour.wait_for()
    case = web.asked("start")["case"]
    assert {"zh": "第 1 步", "en": "Step 1"}[lang] in tour.inner_text()
    assert case["company"]["name"] in tour.inner_text()
    assert f"on={case['decision']['date']}" in web.page.url, "the case is shown on its own day"
    web.page.locator("#panel-why .premise").first.wait_for()
    tour.locator(".strong").click()
    web.until(f"document.querySelector('#card-title')?.textContent === '{case['party']['name']}'")
    tour.locator(".strong").click()
    web.until(f"document.querySelector('#card-title')?.textContent === '{case['not_party']['name']}'")
    web.page.locator("#panel-why .premise.refuted").first.wait_for()
    tour.locator(".strong").click()
    assert not tour.is_visible()
    web.until("!location.hash.includes('on=')")
    web.page.reload()
    web.page.locator("#card-title").wait_for()
    assert not tour.is_visible(), "a tour that was seen is not shown again"


def test_the_tour_can_be_skipped_and_asked_for_again(web: Watched) -> None:
    web.open(tour=True)
    web.page.locator(".tour").wait_for()
    web.page.locator(".tour").get_by_role("button", name="跳过").click()
    web.page.get_by_role("button", name="看示例案件").click()
    web.page.locator(".tour").wait_for()
    assert "第 1 步" in web.page.locator(".tour").inner_text()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_store_says_what_to_load(web: Watched, tmp_path: Path, lang: str) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    with open_store(url):
        pass
    web.world = World(url, tmp_path)
    web.world.user("测试甲", "investigator", "department")
    web.world.start()
    try:
        web.log_in()
        web.open(lang=lang)
        web.page.locator(".over pre").wait_for()
        assert "zeren demo" in web.page.locator(".over").inner_text()
        web.page.locator("#search").fill("无人")
        web.page.locator(".found .none", has_text={"zh": "数据库还是空的", "en": "The store is empty"}[lang]).wait_for()
        web.page.get_by_role("link", name={"zh": "工作台", "en": "Casework"}[lang]).click()
        web.page.locator(".tile").first.wait_for()
    finally:
        web.world.stop()


def test_loading_and_error_states(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    web.page.route(
        "**/neighbours*",
        lambda route: route.fulfill(
            status=503, content_type="application/problem+json", body='{"code": "store_busy", "detail": "x"}'
        ),
    )
    web.open(f"g={HUB}&p={HUB}")
    web.page.locator(".over .error").wait_for()
    assert "数据正在写入" in web.page.locator(".over").inner_text()
    web.page.unroute("**/neighbours*")
    web.page.locator(".over").get_by_role("button", name="重试").click()
    web.until("window.zeren.drawn().length > 10")
    web.page.route("**/parties/**", lambda route: (web.page.wait_for_timeout(400), route.continue_()))
    web.search("新名")
    web.page.keyboard.press("Enter")
    web.page.locator("#panel-card .loading").wait_for()
    web.page.locator("#card-title").wait_for()
