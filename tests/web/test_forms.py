"""Forms and lists of work: a form says on whom it acts and closes where the address changes, a list goes on where one is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from graph.dates import day_in_law
from tests.web.conftest import PASSWORD, Watched
from tests.web.test_official import at_party, official, recorded, running
from tests.web.test_who_is_there import go_to

pytestmark = [pytest.mark.required, pytest.mark.slow]
FOCUS = "document.activeElement"


def proposing(web: Watched) -> tuple[Any, dict[str, Any]]:
    """The first person of the queue and the button that proposes, with what the service says of him."""
    web.open("v=queue&st=derived&kind=person")
    item = web.page.locator(".case-item").first
    item.wait_for()
    found = web.asked("cases", status="derived", kind="person", limit="500")["items"]
    return item, next(each for each in found if each["id"] == item.get_attribute("data-id"))


def test_a_form_says_on_whom_and_on_what_it_acts_and_a_key_that_is_held_records_nothing(web: Watched) -> None:
    official(web, "表单-甲")
    item, case = proposing(web)
    ground = case["grounds"][0]
    item.get_by_role("button", name="提出拟采取").focus()
    for _ in range(4):
        web.page.keyboard.down("Enter")
        web.page.wait_for_timeout(150)
    web.page.keyboard.up("Enter")
    form = web.page.locator("dialog form")
    assert web.asked(f"cases/{ground['finding']}")["events"] == []
    told = form.locator(".act-on").inner_text()
    for text in (case["party"]["name"], ground["company"]["name"], ground["number"] or ground["decision"], ground["date"]):
        assert text in told
    for measure in item.locator("li[data-id]").all_inner_texts():
        assert measure.split(" ")[0].split("\n")[0][:6] in told, "every measure that it reaches"
    web.page.keyboard.type("文号1")
    go_to(web, kind="enterprise")
    web.page.locator("dialog").wait_for(state="detached")
    web.page.go_back()
    web.page.locator(f'.case-item[data-id="{case["id"]}"]').get_by_role("button", name="提出拟采取").click()
    assert form.locator("#act-number").input_value() == "文号1", "what was typed is kept"
    form.get_by_role("button", name="先看结果").click()
    form.locator("[role=status] li").first.wait_for()
    assert ground["finding"] not in form.inner_text()


def test_a_list_goes_on_where_one_is_when_more_comes_and_after_an_act(web: Watched) -> None:
    official(web, "表单-乙")
    web.open("v=queue&st=derived")
    items = web.page.locator(".case-item")
    items.first.wait_for()
    items.first.locator(".history summary").click()
    items.first.locator(".history[open]").wait_for()
    count = items.count()
    web.page.get_by_role("button", name="继续显示").focus()
    web.page.keyboard.press("Enter")
    web.until(f"document.querySelectorAll('.case-item').length > {count} && {FOCUS} !== document.body")
    place = f"[...document.querySelectorAll('.case-item')].indexOf({FOCUS}.closest('.case-item'))"
    assert web.page.evaluate(place) in (count, count - 1), "the last matter may go on in what came"
    assert items.first.locator(".history[open]").count() == 1, "what was opened stays open"
    count = items.count()
    last = items.nth(count - 2)
    finding = str(last.get_attribute("data-finding"))
    last.get_by_role("button", name="提出拟采取").focus()
    before = web.page.evaluate("document.querySelector('main').scrollTop")
    derived = web.asked("cases", status="derived", limit="1")["counts"]["derived"]
    web.page.keyboard.press("Enter")
    web.page.locator("dialog form .strong").click()
    web.until(f"!document.querySelector('.case-item[data-finding=\"{finding}\"] .strong')")
    web.until(f"{FOCUS}.closest('.case-item') && document.querySelectorAll('.case-item').length >= {count - 1}")
    assert abs(web.page.evaluate("document.querySelector('main').scrollTop") - before) < 400
    now = web.asked("cases", status="derived", limit="1")["counts"]["derived"]
    assert now < derived
    web.until(f"document.querySelector('.work > .quiet').textContent.includes(' {now}')")


def test_a_draft_is_of_one_objection_alone(web: Watched) -> None:
    official(web, "表单-丙")
    case = running(web, 5)
    finding = case["grounds"][0]["finding"]
    for word in ("propose", "notice", "object"):
        recorded(web, finding, word, _today())
    csrf = web.page.request.get(f"{web.world.address}/v1/session").json()["csrf"]
    given = {"text": "异议二", "number": "异2"}
    headers = {"X-CSRF-Token": csrf, "Zeren-Purpose": "supervision"}
    assert web.page.request.post(f"{web.world.address}/v1/cases/{finding}/object", data=given, headers=headers).ok
    at_party(web, case["party"]["id"], "zh")
    answers = web.page.locator(f'.case-item[data-finding="{finding}"]').first.get_by_role("button", name="异议不成立")
    answers.nth(1).wait_for()
    answers.first.click()
    web.page.locator("#act-text").fill("只答第一件")
    web.page.keyboard.press("Escape")
    answers.nth(1).click()
    assert web.page.locator("#act-text").input_value() == ""
    other = web.page.locator("dialog .act-on").inner_text()
    web.page.keyboard.press("Escape")
    answers.first.click()
    assert web.page.locator("#act-text").input_value() == "只答第一件"
    assert ("异议二" in web.page.locator("dialog .act-on").inner_text()) != ("异议二" in other), "which objection it answers"


def _today() -> str:
    return day_in_law(datetime.now(UTC)).isoformat()


def test_a_matter_is_found_by_name_or_number(web: Watched) -> None:
    official(web, "表单-丁")
    case = web.asked("cases", status="derived", kind="person", limit="500")["items"][-1]
    web.open("v=queue")
    web.page.locator(".case-item").first.wait_for()
    web.page.locator("#queue-q").fill(case["party"]["name"])
    web.page.keyboard.press("Enter")
    web.page.locator(f'.case-item:has([data-id="{case["id"]}"])').wait_for()
    names = {text.split("〔")[0] for text in web.page.locator(".big-name").all_inner_texts()}
    assert names == {case["party"]["name"]}
    web.page.locator("#queue-q").fill("没有这样的文号")
    web.page.keyboard.press("Enter")
    web.page.locator(".state-title", has_text="没有等待处理的措施").wait_for()


def test_the_check_is_drawn_for_who_may_check_and_a_refused_field_is_called_by_its_name(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    web.world.user("表单-管理", "administrator")
    web.log_in("表单-管理")
    web.open("v=check")
    web.page.locator(".work .error", has_text="您的角色不能查看").wait_for()
    assert not web.page.locator("form.check").count()
    official(web, "表单-戊")
    web.open("v=check")
    web.page.locator("#check-uscc").fill("91371322MAFK00029B")
    for name in ("purpose", "unit"):
        web.page.locator(f"#check-{name}").select_option(index=1)
    web.page.locator("#check-why").fill("招标\u202e甲")
    web.page.locator("form.check .strong").click()
    said = web.page.locator("#check-said .warn")
    said.wait_for()
    assert said.inner_text() == "事由：含有不可见的字符（U+202E）"
    assert web.page.evaluate(f"{FOCUS}.id") == "check-why"
    assert web.page.locator("#check-why").get_attribute("aria-invalid") == "true"
    web.page.locator("#check-why").fill("招标")
    assert web.page.locator("#check-why").get_attribute("aria-invalid") is None


@pytest.mark.stranger
def test_nobody_types_into_what_he_may_not_send_and_a_double_click_logs_in_once(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    web.world.user("表单-己", "clerk")
    begun: list[str] = []
    web.page.on("request", lambda sent: begun.append(sent.url) if sent.method == "POST" and sent.url.endswith("/session") else None)
    web.open("v=check")
    web.page.locator("#login-name").fill("表单-己")
    web.page.locator("#login-password").fill(PASSWORD)
    assert not web.page.locator("form.check").count()
    web.page.locator("dialog .strong").dblclick()
    web.page.locator("form.check").wait_for()
    assert len(begun) == 1
    web.page.locator("#check-why").fill("写了一半")
    web.page.get_by_role("button", name="退出").click()
    web.page.locator("#login-name").wait_for()
    assert not web.page.locator("form.check").count()
    web.page.locator("#login-name").fill("表单-己")
    web.page.locator("#login-password").fill(PASSWORD)
    web.page.locator("dialog .strong").click()
    web.page.locator("form.check").wait_for()
    assert web.page.locator("#check-why").input_value() == "写了一半", "what was typed is still his"


def test_the_reasons_of_a_task_stand_once_and_a_list_of_tasks_stays(web: Watched) -> None:
    web.world.user("法院丁", "department", unit="court")
    web.log_in("法院丁")
    web.open("v=tasks")
    rows = web.page.locator(".work tbody tr")
    rows.nth(1).wait_for()
    task = str(rows.nth(1).get_attribute("data-id"))
    rows.nth(1).get_by_role("button", name="反馈").click()
    reasons = web.page.locator("#act-reason option").all_inner_texts()
    assert len(reasons) == len(set(reasons))
    form = web.page.locator("dialog form")
    measure = next(each["measure"] for each in web.asked("tasks", limit="500")["items"] if each["task"] == task)
    assert measure in form.locator(".act-on").inner_text()
    form.locator("#act-outcome").select_option("not_applicable")
    form.locator("#act-text").fill("名下没有此项")
    form.locator(".strong").click()
    row = web.page.locator(f'tr[data-id="{task}"]')
    row.filter(has_text="名下没有此项").wait_for()
    web.until(f"{FOCUS}.closest('tr')?.dataset.id === {json.dumps(task)}")
