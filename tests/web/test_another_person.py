"""Another person at the machine: acts are recorded under the name on the screen; nothing typed or kept is shared."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import HUB, PASSWORD, Watched

pytestmark = [pytest.mark.required, pytest.mark.slow]


def begun(web: Watched, *names: str) -> tuple[Any, str]:
    """Two officials; the first has typed into an act when the login ends and the second logs in. Returns the form and its case."""
    web.allowed = ("Failed to load resource",)
    for name in names:
        web.world.user(name, "official")
    web.log_in(names[0])
    web.open("v=queue&st=derived")
    item = web.page.locator(".case-item").first
    item.wait_for()
    case = str(item.get_attribute("data-id"))
    item.get_by_role("button", name="提出拟采取").click()
    form = web.page.locator("dialog form:has(#act-text)")
    form.locator("#act-text").fill("甲写的理由")
    web.world.end_sessions()
    form.locator(".strong").click()
    log_in(web, names[1])
    web.page.get_by_text(f"这些内容是 {names[0]} 填写的，现在登录的是 {names[1]}").wait_for()
    assert names[1] in web.page.locator(".who").inner_text(), "the header follows at once"
    assert not web.page.locator("#main").is_visible(), "nothing that was shown to the former stands behind the form"
    assert case in {each["id"] for each in web.asked("cases", status="derived", limit="500")["items"]}, "nothing is recorded yet"
    return form, case


def log_in(web: Watched, name: str) -> None:
    login = web.page.locator("dialog form:has(#login-password)")
    login.locator("#login-name").fill(name)
    login.locator("#login-password").fill(PASSWORD)
    login.locator(".strong").click()


def asked_what_for(web: Watched) -> None:
    """The purpose of the former person is not that of the next."""
    web.page.locator("#purpose-kind").select_option("supervision")
    web.page.locator("dialog form:has(#purpose-kind) .strong").click()


def test_what_another_one_typed_is_not_recorded_unasked(web: Watched) -> None:
    form, case = begun(web, "审批-换甲", "审批-换乙")
    web.page.get_by_role("button", name="不登记").click()
    web.page.locator("#toast", has_text="没有登记").wait_for()
    form.wait_for(state="detached")
    asked_what_for(web)
    again = web.page.locator(f'.case-item[data-id="{case}"]')
    again.get_by_role("button", name="提出拟采取").click()
    assert form.locator("#act-text").input_value() == "", "the draft is the other one's"
    web.page.keyboard.press("Escape")
    web.page.get_by_role("button", name="退出").click()
    log_in(web, "审批-换甲")
    asked_what_for(web)
    again.get_by_role("button", name="提出拟采取").click()
    assert form.locator("#act-text").input_value() == "甲写的理由", "and waits for him"


def test_what_another_one_typed_is_recorded_under_the_name_that_is_shown(web: Watched) -> None:
    _, case = begun(web, "审批-换丙", "审批-换丁")
    web.page.get_by_role("button", name="以 审批-换丁 的名义登记").click()
    asked_what_for(web)
    web.until(f"document.querySelector('.case-item') && !document.querySelector('.case-item[data-id=\"{case}\"]')")
    found = next(each for each in web.asked("cases", status="proposed", limit="500")["items"] if each["id"] == case)
    events = web.asked(f"cases/{found['grounds'][0]['finding']}")["events"]
    assert [event["by"] for event in events] == ["审批-换丁"]


def test_who_comes_after_a_logout_finds_nothing_of_the_former(web: Watched) -> None:
    web.world.user("窗口-后来", "clerk")
    web.open(f"p={HUB}")
    web.page.locator("#card-title").wait_for()
    web.page.get_by_role("button", name="保存视图").click()
    web.page.locator("#view-name").fill("前一人的视图")
    web.page.locator("dialog .strong").click()
    web.page.goto(f"{web.world.address}/#lang=zh&v=check")
    web.page.locator("#check-person").fill("前一人查的人")
    web.page.get_by_role("button", name="退出").click()
    log_in(web, "窗口-后来")
    web.until("document.querySelector('.who')?.textContent.includes('窗口-后来') && document.querySelector('#check-person')")
    assert web.page.locator("#check-person").input_value() == ""
    web.page.goto(f"{web.world.address}/#lang=zh&v=home")
    web.page.locator(".views li").first.wait_for()
    assert "前一人的视图" not in web.page.locator(".work").inner_text()
    web.log_in()
    web.page.reload()
    web.page.locator(".views li", has_text="前一人的视图").wait_for()
