"""Casework: each role lands on its own home, and reads what waits for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from api.access.desk import Access
from graph import codes
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
    measures = "document.querySelectorAll('.case-item li[data-id]').length"
    assert web.page.evaluate(measures) == 60
    web.page.get_by_role("button", name={"zh": "继续显示", "en": "Show more"}[lang]).click()
    web.until(f"{measures} === 120")
    ids = web.page.evaluate("[...document.querySelectorAll('.case-item li[data-id]')].map((e) => e.dataset.id)")
    assert len(set(ids)) == 120
    matters = web.page.evaluate("[...document.querySelectorAll('.case-item')].map((e) => e.dataset.finding)")
    assert len(set(matters)) == len(matters) < 120, "measures of one finding are one matter: an act reaches them all"
    case, party = answer["items"][0], answer["items"][0]["party"]
    ground, told = case["grounds"][0], items.filter(has=web.page.locator(f'[data-id="{case["id"]}"]')).first.inner_text()
    rule = web.asked("codes", lang=lang)["lists"]["rules"][ground["rule"]]
    for text in (party["name"], ground["number"] or ground["decision"], ground["date"], rule):
        assert text in told, "for which decision, under which rule"
    assert ground["company"]["id"] == party["id"] or ground["company"]["name"] in told
    assert told.count({"zh": "待确认", "en": "to be confirmed"}[lang]) == 1, "nothing is said twice"
    if lang == "en":
        told = web.page.locator(".case-item li[data-id]").all_inner_texts()
        assert not [text for text in told if re.search("[\u4e00-\u9fff]", text)], "a measure without its English name"
    items.first.locator(".button").first.click()
    web.page.locator("#panel-why .premise").first.wait_for()
    web.page.go_back()
    items.first.wait_for()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_deadlines_tasks_and_claims_say_so_when_there_are_none(web: Watched, lang: str) -> None:
    web.open("v=due&on=2000-01-01", lang=lang)
    web.page.locator(".work .table .state").wait_for()
    none = {"zh": "没有正在核实的异议", "en": "No objection is being verified"}[lang]
    web.page.locator(".work", has_text=none).wait_for()
    web.page.locator(".side a", has_text={"zh": "部门任务", "en": "Tasks of departments"}[lang]).click()
    none = {"zh": "没有任务。", "en": "No tasks."}[lang]
    web.page.locator(".work .table .state", has_text=none).wait_for()
    assert "zeren" not in web.page.locator(".work").inner_text(), "no command of who runs the service"
    web.page.locator(".side a", has_text={"zh": "身份核对", "en": "Identity claims"}[lang]).click()
    web.page.locator(".claim, .work .state-title").first.wait_for()
    claims = web.asked("identity", limit="30")["items"]
    assert web.page.locator(".claim").count() == len(claims)
    if claims:
        assert str(claims[0]["name_count"]) in web.page.locator(".claim").first.inner_text()
        assert web.page.locator(".claim").first.locator(".features li").count() == len(claims[0]["features"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_official_proposes_sees_what_it_would_do_and_loses_nothing(web: Watched, lang: str) -> None:
    web.world.user(f"审批-{lang}", "official")
    web.log_in(f"审批-{lang}")
    web.open("v=queue&st=derived", lang=lang)
    item = web.page.locator(".case-item").first
    item.wait_for()
    before = web.asked("cases", status="derived", limit="1")["counts"]["derived"]
    case = str(item.get_attribute("data-id"))
    item.get_by_role("button", name={"zh": "提出拟采取", "en": "Propose"}[lang]).click()
    form = web.page.locator("dialog form")
    form.locator("#act-text").fill("核对无误 <b>示例</b>")
    web.page.keyboard.press("Escape")
    item.get_by_role("button", name={"zh": "提出拟采取", "en": "Propose"}[lang]).click()
    assert form.locator("#act-text").input_value() == "核对无误 <b>示例</b>", "what was typed is kept"
    form.get_by_role("button", name={"zh": "先看结果", "en": "What it would do"}[lang]).click()
    form.locator(".lines li").first.wait_for()
    assert "→" in form.locator(".lines li").first.inner_text()
    assert web.asked("cases", status="derived", limit="1")["counts"]["derived"] == before, "nothing was recorded"
    form.locator(".strong").click()
    web.until(f"![...document.querySelectorAll('.case-item')].some((e) => e.dataset.id === '{case}')")
    after = web.asked("cases", status="proposed", limit="500")
    assert case in {each["id"] for each in after["items"]}
    assert after["counts"]["derived"] < before


def test_an_act_that_is_refused_says_why(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    web.world.user("审批-丙", "official")
    web.log_in("审批-丙")
    web.open("v=queue&st=derived")
    item = web.page.locator(".case-item").last
    item.wait_for()
    ground = web.asked("cases", status="derived", limit="25")["items"][-1]["grounds"][0]["finding"]
    shown = "(m) => document.body.append(m.actButton(m.onCase('serve', id, ['甲某']), () => {}))"
    web.page.evaluate(f"(id) => import('/web/page/acting.js').then({shown})", ground)
    web.page.locator("body > .button").click()
    web.page.locator("dialog form .strong").click()
    web.page.locator("dialog .warn").wait_for()
    assert ground in web.page.locator("dialog .warn").inner_text()


def test_a_hearing_is_offered_only_where_one_may_be_asked_for(web: Watched) -> None:
    web.world.user("审批-辛", "official")
    web.log_in("审批-辛")
    web.open("v=queue&st=derived")
    found = web.asked("cases", status="derived", limit="500", kind="enterprise")["items"]
    ground = next(each for each in found if (each["until"] or "life") > "2030")["grounds"][0]["finding"]
    for word, number in (("propose", ""), ("notice", "听〔2026〕7号")):
        answer = web.page.request.post(
            f"{web.world.address}/v1/cases/{ground}/{word}",
            data={"number": number},
            headers={"Zeren-Purpose": "supervision", "X-CSRF-Token": web.asked("session")["csrf"]},
        )
        assert answer.ok, answer.text()
    may = web.asked(f"cases/{ground}", possible="true")["possible"]
    assert {"statement", "object", "reject"} <= set(may)
    assert not {"request-hearing", "waive-hearing", "hearing"} & set(may), "an enterprise is offered no hearing"
    web.open("v=queue&st=notified")
    more = web.page.locator(f'.case-item[data-finding="{ground}"] .more-acts')
    with web.page.expect_response(lambda answer: "possible=true" in answer.url):
        more.locator("summary").click()
    more.get_by_role("button", name="异议").wait_for()
    assert not [text for text in more.locator(".button").all_inner_texts() if "听证" in text]


def test_a_claim_is_ruled_on_and_the_ruling_undone(web: Watched) -> None:
    web.world.user("审批-丁", "official")
    web.log_in("审批-丁")
    web.open("v=claims&st=open")
    web.page.locator(".claim").first.wait_for()
    claim = web.asked("identity", state="open", limit="1")["items"][0]["id"]
    for name, state in (("认定为不同人", "rejected"), ("撤销认定", "open")):
        web.page.locator(".claim").first.get_by_role("button", name=name).click()
        web.page.locator("dialog #act-reason").fill("比对签名")
        web.page.locator("dialog form .strong").click()
        web.page.locator("dialog").wait_for(state="detached")
        assert claim in {each["id"] for each in web.asked("identity", state=state, limit="500")["items"]}
        again = "撤销认定" if state == "rejected" else "认定为同一人"
        web.until(f"document.activeElement.textContent === '{again}'")
        assert web.page.evaluate("document.activeElement.closest('.claim') === document.querySelector('.claim')"), "the list stays"
    web.allowed = ("Failed to load resource",)
    web.page.route("**/v1/identity?**", lambda route: route.fulfill(status=503, json={"code": "other", "detail": "忙"}))
    web.page.locator(".claim").first.get_by_role("button", name="认定为不同人").click()
    web.page.locator("dialog #act-reason").fill("比对签名")
    web.page.locator("dialog form .strong").click()
    web.page.locator(".claim").first.locator(".error").wait_for()
    assert not web.page.locator(".claim").first.get_by_role("button", name="认定").count(), "what is ruled is not offered again"
    web.page.unroute("**/v1/identity?**")
    web.page.locator(".claim .error button").click()
    web.page.locator(".claim").first.get_by_role("button", name="撤销认定").wait_for()
    total = web.asked("identity", state="open", limit="1")["count"]
    web.page.reload()
    web.page.locator(".claim").first.wait_for()
    assert f"共 {total} 条" in web.page.locator(".work").inner_text()
    name = web.asked("identity", state="open", limit="1")["items"][0]["first"]["name"]
    web.page.locator("#claims-who").fill(name)
    web.page.keyboard.press("Enter")
    few = web.asked("identity", state="open", party=name, limit="500")["count"]
    web.page.locator(".work", has_text=f"共 {few} 条").wait_for()
    assert few < total


def test_a_department_feeds_back_on_its_task(web: Watched) -> None:
    web.world.user("法院甲", "department", unit="court")
    web.log_in("法院甲")
    web.open("v=tasks")
    rows = web.page.locator(".work tbody tr")
    rows.first.wait_for()
    count = rows.count()
    assert count == len(web.asked("tasks", limit="500")["items"])
    first = web.asked("tasks", limit="1")["items"][0]
    told = web.page.locator(".work tbody").inner_text()
    assert first["decision"]["number"] in told, "for which decision"
    assert f"{first['basis'][0]['instrument']} {first['basis'][0]['article']}" in told, "and on which article"
    rows.first.get_by_role("button", name="反馈").click()
    web.page.locator("#act-outcome").select_option("refused")
    web.page.locator("#act-reason").select_option("no_more")
    web.page.locator("#act-text").fill("被执行人已死亡")
    web.page.get_by_role("button", name="先看结果").click()
    web.page.locator("dialog", has_text="如果登记，结果是：拒绝").wait_for()
    assert not web.asked("tasks", state="refused")["items"], "nothing is recorded yet"
    web.page.locator("dialog form .strong").click()
    web.until("document.querySelector('.work tbody')?.innerText.includes('被执行人已死亡')")
    refused = web.asked("tasks", state="refused")["items"]
    assert [task["reason"] for task in refused] == ["被执行人已死亡"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_check_never_pretends(web: Watched, lang: str) -> None:
    web.open("v=check", lang=lang)
    web.page.locator("#check-uscc").fill("91371322MAFK00029B")
    web.page.locator("#check-person").fill("李'永民")
    web.page.locator("#check-why").fill("招标 资格审查")
    web.page.locator("form.check .strong").click()
    assert not web.page.locator(".verdict").count(), "for what and by whom is chosen, and never given"
    choose_for_check(web, None)
    web.page.reload()
    assert web.page.locator("#check-person").input_value() == "李'永民", "what was typed is kept"
    web.page.locator("form.check .strong").click()
    verdict = web.page.locator(".verdict")
    verdict.wait_for()
    assert verdict.locator("h2").inner_text()
    with Access(Path(web.world.access)) as access:
        looks = [row.look for row in access.trail.rows() if row.look.what == "POST /v1/check"]
    assert ("测试甲", "李'永民") in {(look.by, look.asked) for look in looks}


def test_a_verdict_stands_under_the_form_that_asked_for_it_and_is_asked_once(web: Watched) -> None:
    said = {
        "answer": "clear", "on": "2026-03-01", "purpose": {"code": "any", "label": "不限"}, "subject": None,
        "restrictions": [], "paused": 0, "same_name_elsewhere": False, "lookup": "lookup-1",
    }  # fmt: skip
    held: list[Any] = []
    keys: list[str | None] = []

    def answer(route: Any) -> None:
        keys.append(route.request.headers.get("idempotency-key"))
        if len(keys) == 1:
            held.append(route)
        else:
            told(route)

    def told(route: Any) -> None:
        route.fulfill(json=said | {"answer_text": f"结论 {route.request.post_data_json['uscc']}"})

    web.page.route("**/v1/check", answer)
    web.open("v=check")
    web.page.locator("#check-uscc").fill("AAA")
    web.page.locator("#check-why").fill("招标")
    choose_for_check(web)
    go = web.page.locator("form.check .strong")
    go.dblclick()
    web.page.locator("form.check + div .loading").wait_for()
    web.page.wait_for_timeout(200)
    assert len(keys) == 1, "a double click looks up once"
    web.page.locator("#check-uscc").fill("BBB")
    assert not web.page.locator("form.check + div .loading").count()
    go.click()
    web.page.locator(".verdict", has_text="结论 BBB").wait_for()
    told(held[0])
    web.page.wait_for_timeout(200)
    assert web.page.locator(".verdict h2").all_inner_texts() == ["结论 BBB"], "an answer that comes late is shown to nobody"
    assert "BBB" in web.page.locator(".verdict .asked").inner_text()
    go.click()
    web.until("!document.querySelector('form.check .strong').disabled")
    assert len(set(keys)) == len(keys) == 3, "asked anew it is a look-up of its own"
    web.page.locator("#check-person").fill("李四")
    assert not web.page.locator(".verdict").count(), "of this nothing was asked yet"
    web.page.unroute("**/v1/check")


@pytest.mark.parametrize(("answer", "lines"), [("namesake", 0), ("restricted", 1), ("unknown_person", 1)])
def test_the_check_says_that_a_namesake_is_restricted_elsewhere(web: Watched, answer: str, lines: int) -> None:
    said = {
        "answer": answer, "answer_text": "结论", "on": "2026-03-01", "purpose": {"code": "any", "label": "不限"}, "subject": None,
        "restrictions": [], "paused": 0, "same_name_elsewhere": True, "lookup": "lookup-1",
    }  # fmt: skip
    web.page.route("**/v1/check", lambda route: route.fulfill(json=said))
    web.open("v=check", lang="zh")
    web.page.locator("#check-uscc").fill("91371322MAFK00029B")
    web.page.locator("#check-why").fill("招标 资格审查")
    choose_for_check(web)
    web.page.locator("form.check .strong").click()
    verdict = web.page.locator(f".verdict.{answer}")
    verdict.wait_for()
    assert verdict.locator(".warn", has_text="请先由人工核实身份").count() == lines
    web.page.unroute("**/v1/check")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_enterprise_without_a_code_is_checked_by_its_stock_code(web: Watched, lang: str) -> None:
    web.open("v=check", lang=lang)
    web.page.locator("#check-uscc").fill("999001")
    web.page.locator("#check-why").fill("招标 资格审查")
    choose_for_check(web, None)
    web.page.locator("form.check .strong").click()
    verdict = web.page.locator(".verdict.clear")
    verdict.wait_for()
    assert "枢纽示例公司" in verdict.inner_text()
    taken = {"zh": "按股票代码 999001 查得", "en": "Found by stock code 999001"}[lang]
    assert taken in verdict.locator(".warn").first.inner_text()


def choose_for_check(web: Watched, unit: str | None = "court") -> None:
    """Say for what it is looked up, and who looks."""
    web.page.locator("#check-purpose").select_option("any")
    if unit:
        web.page.locator("#check-unit").select_option(unit)


def test_the_check_says_until_when_by_whom_and_what_is_paused(web: Watched) -> None:
    basis = [
        {"instrument": "示例条例", "article": "第1条", "evidence": "memory"},
        {"instrument": "示例法", "article": "第2条", "evidence": "verbatim"},
    ]
    row = {
        "do": "必须执行：市场禁入",
        "from": "2026-01-01",
        "until": "life",
        "basis": basis,
        "authority": "示例局",
        "number": "示字1号",
    }
    said = {
        "answer": "restricted", "answer_text": "结论", "on": "2026-03-01", "purpose": {"code": "any", "label": "不限"},
        "subject": None, "restrictions": [row], "paused": 3, "same_name_elsewhere": False, "lookup": "lookup-1",
    }  # fmt: skip
    asked: list[dict[str, str]] = []
    web.page.route("**/v1/check", lambda route: (asked.append(route.request.post_data_json), route.fulfill(json=said)))
    web.open("v=check")
    web.page.locator("#check-uscc").fill("91371322MAFK00029B")
    web.page.locator("#check-why").fill("招标 资格审查")
    choose_for_check(web, None)
    web.page.locator("#check-unit").select_option(label="其他单位（写明名称）")
    web.page.locator("#check-unit_name").fill("市公共资源交易中心")
    web.page.locator("form.check .strong").click()
    verdict = web.page.locator(".verdict")
    verdict.wait_for()
    told = verdict.inner_text()
    assert all(
        text in told for text in ("2026-01-01", "终身", "示例局", "示字1号", "第1条（凭记忆", "示例法 第2条", "3 项措施现已暂停")
    )
    assert "第2条（" not in told
    assert [(each["unit_name"], "unit" in each) for each in asked] == [("市公共资源交易中心", False)]
    web.page.unroute("**/v1/check")


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
    web.page.keyboard.press("Escape")
    web.page.locator("dialog").wait_for(state="detached")
    web.page.locator(".cell.lead").first.click()
    assert not re.search("[a-z]+_[a-z]+", web.page.locator("dialog").inner_text()), "a code instead of words"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_has_charts_with_their_numbers(web: Watched, lang: str) -> None:
    web.open("v=report&since=2015-01-01", lang=lang)
    charts = web.page.locator(".chart svg")
    charts.first.wait_for()
    rows = web.asked("report", since="2015-01-01")["rows"]
    decisions = sum(row["count"] for row in rows if row["measure_of"] == "1 decisions")
    told = web.page.evaluate(
        """async () => (await import('/web/page/charts.js'))
             .bars('', [...Array(15).keys()].map((i) => ({ label: `${i}`, value: i }))).lastElementChild.textContent"""
    )
    assert re.findall(r"\d+", told) == ["3", "39"], "a chart says how many it leaves out, and their sum"
    assert str(decisions) in (charts.first.get_attribute("aria-label") or "")
    places = {row["key"] for row in rows if row["section"] == "funnel" and row["key"] in codes.load("divisions")}
    shown = web.page.locator(".work .table tbody").inner_text()
    assert places
    assert all(codes.load("divisions").label(place, lang) in shown for place in places)
    assert web.page.locator(".work .table tbody tr").count() == len(rows)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_calls_everything_that_it_counts(web: Watched, lang: str) -> None:
    rows = [
        {"section": "funnel", "key": "00", "measure_of": "1 decisions", "count": 22},
        {"section": "case", "key": "confirmations", "measure_of": "served", "count": 3},
    ]
    web.page.route("**/v1/report?*", lambda route: route.fulfill(json={"rows": rows, "lang": lang}))
    web.open("v=report", lang=lang)
    web.page.locator(".chart svg").first.wait_for()
    shown = web.page.locator(".work").inner_text()
    assert {"zh": "全国性机关", "en": "national authority"}[lang] in shown
    assert {"zh": "确认、异议与修复", "en": "Confirmations, objections and repairs"}[lang] in shown
    person = web.page.locator(".who .person").inner_text()
    assert person.split() == ["测试甲", "·", {"zh": "调查人员", "en": "investigator"}[lang]], "a name, a sign, a role"
    web.page.unroute("**/v1/report?*")


def test_a_refusal_calls_acts_as_the_buttons_do(web: Watched) -> None:
    web.open("v=home")
    said = (
        "作出决定：不予办理：提出人不得自行决定；f1 现为“提出”；现可办理：决定不予采取（reject）、异议（object）。代码 [four_eyes]"
    )
    told = "decision made: refused [four_eyes]: whoever; f1 is at the stage 'notice'; possible at it: object, reject"
    speak = "(text) => import('/web/page/acting.js').then((m) => m.spoken(text))"
    assert web.page.evaluate(speak, said).endswith("现可办理：决定不予采取、登记异议"), "no code in a Chinese sentence"
    web.page.goto("about:blank")  # else the page that is there would go on in the other language
    web.open("v=home", lang="en")
    assert web.page.evaluate(speak, told).endswith("possible at it: Record an objection, Do not adopt")


def test_a_cell_of_the_matrix_says_in_chinese_what_it_lacks(web: Watched) -> None:
    web.open("v=matrix")
    cells = web.page.locator(".matrix .cell.disabled")
    cells.first.wait_for()
    seen = 0
    for cell in cells.all()[:6]:
        cell.click()
        lines = web.page.locator("dialog h3:has-text('规则与条款') + ul li").all_inner_texts()
        assert len(lines) == len(set(lines)), "no line stands twice"
        assert not [line for line in lines if re.search("[a-z]{3,}", line)], lines
        seen += sum("凭记忆" in line or "未读到" in line for line in lines)
        web.page.keyboard.press("Escape")
    assert seen


def test_a_missing_calendar_says_who_enters_it(web: Watched) -> None:
    due = {"due": None, "state": "no_calendar", "days_left": None, "title": "核实异议", "party": {"id": "t:gone", "name": "甲"}}
    row = due | {"who": "providing", "basis": "示例第1条", "finding": "f1", "about": "e1"}
    web.page.route("**/v1/dues?*", lambda route: route.fulfill(json={"items": [row], "next": None, "version": 1}))
    web.open("v=due")
    web.page.locator(".work .hint", has_text="zeren calendar enter").wait_for()
    assert "事项" in web.page.locator(".work thead").inner_text()
    web.page.unroute("**/v1/dues?*")
