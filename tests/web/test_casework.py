"""Casework: each role lands on its own home, and reads what waits for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.access.desk import Access
from tests.web.conftest import Watched

pytestmark = [pytest.mark.required, pytest.mark.slow]
HOMES = {
    "official": "queue",
    "clerk": "check",
    "department": "tasks",
    "auditor": "report",
    "administrator": "matrix",
    "investigator": "",
}


@pytest.mark.parametrize(("role", "page"), HOMES.items())
def test_each_role_lands_on_its_own_home(web: Watched, role: str, page: str) -> None:
    web.world.user(f"测试{role}", role)
    web.log_in(f"测试{role}")
    web.open()
    web.until(f"location.hash.includes('v={page}')" if page else "location.hash.includes('g=')")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_queue_shows_proposals_and_leads_to_the_reasons(web: Watched, lang: str) -> None:
    web.open("v=queue", lang=lang)
    items = web.page.locator(".case-item")
    items.first.wait_for()
    answer = web.asked("cases", status="derived", limit="1")
    assert str(answer["counts"]["derived"]) in web.page.locator(".work > .quiet").inner_text()
    assert items.count() == 25
    web.page.get_by_role("button", name={"zh": "继续显示", "en": "Show more"}[lang]).click()
    web.until("document.querySelectorAll('.case-item').length === 50")
    ids = web.page.evaluate("[...document.querySelectorAll('.case-item')].map((e) => e.dataset.id)")
    assert len(set(ids)) == 50
    items.first.locator(".button").first.click()
    web.page.locator("#panel-why .premise").first.wait_for()
    web.page.go_back()
    items.first.wait_for()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_deadlines_tasks_and_claims_say_so_when_there_are_none(web: Watched, lang: str) -> None:
    web.open("v=due", lang=lang)
    web.page.locator(".work .table .state").wait_for()
    web.page.locator(".side a", has_text={"zh": "部门任务", "en": "Tasks of departments"}[lang]).click()
    web.until("document.body.innerText.includes('zeren push plan')")
    web.page.locator(".side a", has_text={"zh": "身份核对", "en": "Identity claims"}[lang]).click()
    web.page.locator(".claim, .work .state-title").first.wait_for()
    claims = web.asked("identity", limit="30")["items"]
    assert web.page.locator(".claim").count() == len(claims)
    if claims:
        assert str(claims[0]["name_count"]) in web.page.locator(".claim").first.inner_text()
        assert web.page.locator(".claim").first.locator(".features li").count() == len(claims[0]["features"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_check_never_pretends(web: Watched, lang: str) -> None:
    web.open("v=check", lang=lang)
    web.page.locator("#check-uscc").fill("91371322MAFK00029B")
    web.page.locator("#check-person").fill("李'永民")
    web.page.locator("#check-why").fill("招标 资格审查")
    web.page.reload()
    assert web.page.locator("#check-person").input_value() == "李'永民", "what was typed is kept"
    web.page.locator("form.check .strong").click()
    verdict = web.page.locator(".verdict")
    verdict.wait_for()
    assert verdict.locator("h2").inner_text()
    with Access(Path(web.world.access)) as access:
        looks = [row.look for row in access.trail.rows() if row.look.what == "POST /v1/check"]
    assert ("测试甲", "李'永民") in {(look.by, look.asked) for look in looks}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_record_of_a_person(web: Watched, lang: str) -> None:
    case = web.asked("start")["case"]
    web.open("v=record", lang=lang)
    web.page.locator(".work .search input").press_sequentially(case["party"]["name"], delay=10)
    web.page.locator(".work .found li[role=option]").first.click()
    web.page.locator(".record-card h1").wait_for()
    assert web.page.locator(".record-card .finding").count() >= 1
    assert web.page.locator(".record-page .timeline .lane").count() >= 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_matrix_has_an_article_behind_every_cell(web: Watched, lang: str) -> None:
    web.open("v=matrix", lang=lang)
    cells = web.page.locator(".matrix .cell")
    cells.first.wait_for()
    answer = web.asked("matrix", lang=lang)
    assert cells.count() == len(answer["cells"])
    web.page.locator(".cell.established").first.click()
    established = next(cell for cell in answer["cells"] if cell["state"] == "established")
    assert established["articles"][0] in web.page.locator("dialog").inner_text()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_has_charts_with_their_numbers(web: Watched, lang: str) -> None:
    web.open("v=report&since=2015-01-01", lang=lang)
    charts = web.page.locator(".chart svg")
    charts.first.wait_for()
    rows = web.asked("report", since="2015-01-01")["rows"]
    decisions = sum(row["count"] for row in rows if row["measure_of"] == "1 decisions")
    assert str(decisions) in (charts.first.get_attribute("aria-label") or "")
    assert web.page.locator(".work .table tbody tr").count() == len(rows)
