"""An official at work: a case from the proposal to the service, an objection and its answer, leads, and what to ask for."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from graph.dates import day_in_law
from tests.web.conftest import Watched

pytestmark = [pytest.mark.required, pytest.mark.slow]
NAMES = {
    "zh": {
        "propose": "提出拟采取", "notice": "事先告知", "statement": "记录陈述申辩", "waive": "放弃听证", "decide": "作出决定",
        "serve": "送达", "object": "登记异议", "dismiss": "异议不成立", "reject": "决定不予采取", "trial": "先看结果",
        "corrected": "已纠正失信行为", "apply": "申请信用修复", "revoke": "登记撤销", "reinstate": "登记前述行为无效，恢复",
        "grant": "准予修复", "annul": "登记确认无效",
        "more": "更多办理", "ask": "要补什么", "history": "经过", "leads": "待核查",
    },
    "en": {
        "propose": "Propose", "notice": "Give notice", "statement": "Record the statement", "waive": "Hearing waived",
        "decide": "Decide", "serve": "Serve", "object": "Record an objection", "dismiss": "Dismiss the objection",
        "reject": "Do not adopt", "trial": "What it would do", "more": "More acts", "ask": "What to ask for",
        "history": "What happened",
        "leads": "to be reviewed", "corrected": "The conduct was corrected", "apply": "Repair applied for",
        "revoke": "Record a revocation", "reinstate": "Record that what ended it was void",
    },
}  # fmt: skip


def running(web: Watched, place: int) -> dict[str, Any]:
    """A derived measure on a person whose term is not over."""
    today = day_in_law(datetime.now(UTC)).isoformat()
    rows = web.asked("cases", status="derived", kind="person", limit="500")["items"]
    found = [row for row in rows if row["until"] == "life" or (row["until"] or "") > today]
    people = sorted({row["party"]["id"] for row in found})
    return next(row for row in found if row["party"]["id"] == people[place])


def official(web: Watched, name: str) -> None:
    web.world.user(name, "official")
    web.page.goto("about:blank")  # nothing is being asked any more by who was there before
    web.log_in(name)


def at_party(web: Watched, party: str, lang: str) -> None:
    web.page.goto("about:blank")
    web.open(f"v=queue&who={quote(party)}", lang=lang)
    web.page.locator(".case-item").first.wait_for()


def act(web: Watched, finding: str, name: str, lang: str, **fields: str) -> None:
    """Do an act as a person does: find the button, fill the form, look at what it would do, record it."""
    article = web.page.locator(f'.case-item[data-finding="{finding}"]').first
    article.wait_for()
    wanted = article.get_by_role("button", name=called(NAMES[lang][name]))
    more = article.locator(".more-acts summary")
    wanted.or_(more).first.wait_for()
    if not wanted.count() or not wanted.first.is_visible():
        more.click()
    wanted.first.click()
    form = web.page.locator("dialog form")
    for key, text in fields.items():
        form.locator(f"#act-{key}").fill(text)
    form.get_by_role("button", name=NAMES[lang]["trial"]).click()
    form.locator("[role=status] .lines li").first.wait_for()
    form.locator(".strong").click()
    web.page.locator("dialog").wait_for(state="detached")


def called(title: str) -> re.Pattern[str]:
    """The name of the button of an act: what it does, and to whom, for several stand on one page."""
    return re.compile(rf"^{re.escape(title)}: .")


def recorded(web: Watched, finding: str, word: str, on: str) -> None:
    """Record an act over HTTP as who is logged in: what is not what a test is about."""
    csrf = web.page.request.get(f"{web.world.address}/v1/session").json()["csrf"]
    path = f"repairs/{finding}/{word[7:]}" if word.startswith("repair ") else f"cases/{finding}/{word}"
    given = {"number": f"文{word}{on}", "text": "核对无误", "on": on}
    headers = {"X-CSRF-Token": csrf, "Zeren-Purpose": "supervision"}
    answer = web.page.request.post(f"{web.world.address}/v1/{path}", data=given, headers=headers, timeout=120_000)
    assert answer.ok, answer.text()


def offers_hearing(web: Watched, finding: str) -> bool:
    """Whether the notice says until when a hearing may be asked for: only then can it be waived."""
    return any("hearing" in event["details"] for event in web.asked(f"cases/{finding}")["events"])


def status(web: Watched, case: dict[str, Any]) -> str:
    rows = web.asked("cases", party=case["party"]["id"], limit="500")["items"]
    return str(next(row["status"] for row in rows if row["id"] == case["id"]))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_case_lives_its_whole_life_on_the_page(web: Watched, lang: str) -> None:
    official(web, f"承办甲-{lang}")
    case = running(web, {"zh": 0, "en": 1}[lang])
    finding = case["grounds"][0]["finding"]
    at_party(web, case["party"]["id"], lang)
    act(web, finding, "propose", lang, text="核对无误")
    assert status(web, case) == "proposed"
    act(web, finding, "notice", lang, number=f"告〔2026〕{lang}1号", text="拟采取限制措施")
    act(web, finding, "statement", lang, text="当事人称不知情 <b>示例</b>")
    assert status(web, case) == "heard"

    official(web, f"承办乙-{lang}")  # two people: whoever proposes does not decide
    at_party(web, case["party"]["id"], lang)
    offered = offers_hearing(web, finding)
    if offered:
        act(web, finding, "waive", lang, text="书面声明")
    act(web, finding, "decide", lang, number=f"决〔2026〕{lang}1号")
    act(web, finding, "serve", lang, text="直接送达")
    assert status(web, case) in ("in_force", "end_unknown")
    act(web, finding, "object", lang, text="不是本人")
    assert status(web, case) == "paused"

    web.page.goto("about:blank")
    web.log_in(f"承办甲-{lang}")
    web.open("v=due", lang=lang)
    deadlines = web.page.locator(".work .table tbody tr")
    deadlines.first.wait_for()
    assert case["party"]["name"] in web.page.locator(".work .table").inner_text()
    assert not any(code in web.page.locator(".work .table").inner_text() for code in ("providing", "due."))
    act(web, finding, "dismiss", lang, text="已核实，是本人")
    assert status(web, case) in ("in_force", "end_unknown")

    at_party(web, case["party"]["id"], lang)
    web.page.locator(f'.case-item[data-finding="{finding}"] .history summary').first.click()
    events = web.page.locator(f'.case-item[data-finding="{finding}"] .history li')
    events.first.wait_for()
    assert events.count() == len(web.asked(f"cases/{finding}")["events"]) == 7 + offered
    assert "当事人称不知情 <b>示例</b>" in " ".join(events.all_inner_texts())
    assert NAMES[lang]["history"] in web.page.locator(".history summary").first.inner_text()

    act(web, finding, "corrected", lang, text="已全额支付")
    article = web.page.locator(f'.case-item[data-finding="{finding}"]').first
    with web.page.expect_response(lambda answer: "possible=true" in answer.url):
        article.locator(".more-acts summary").click()
    article.get_by_role("button", name=called(NAMES[lang]["revoke"])).wait_for()
    assert not article.get_by_role("button", name=called(NAMES[lang]["apply"])).count(), "before its earliest day none is offered"
    act(web, finding, "revoke", lang, number=f"撤〔2026〕{lang}1号")
    assert status(web, case) == "revoked"
    official(web, f"承办丙-{lang}")
    at_party(web, case["party"]["id"], lang)
    act(web, finding, "reinstate", lang, number=f"判〔2026〕{lang}1号")
    assert status(web, case) in ("in_force", "end_unknown")


def test_what_an_act_needs_is_said_before_it_is_sent(web: Watched) -> None:
    official(web, "承办丙")
    case = running(web, 2)
    finding = case["grounds"][0]["finding"]
    at_party(web, case["party"]["id"], "zh")
    act(web, finding, "propose", "zh")
    article = web.page.locator(f'.case-item[data-finding="{finding}"]').first
    article.get_by_role("button", name="决定不予采取").click()
    form = web.page.locator("dialog form")
    assert "必填" in form.locator("label", has=web.page.locator("#act-text")).inner_text()
    form.locator(".strong").click()
    assert form.is_visible(), "without a reason nothing is sent"
    web.allowed = ("Failed to load resource",)
    form.locator("#act-number").fill("不〔2026〕1号")
    form.locator("#act-text").fill("证据\u202e不足")
    form.locator(".strong").click()
    form.locator(".warn").wait_for()
    assert form.locator(".warn").inner_text() == "理由或内容：含有不可见的字符（U+202E）", (
        "the field is called as the form calls it"
    )
    assert web.page.evaluate("document.activeElement.id") == "act-text"
    assert form.locator("#act-text").get_attribute("aria-invalid") == "true"
    form.locator("#act-text").fill("证据不足")
    assert form.locator("#act-text").get_attribute("aria-invalid") is None
    web.page.evaluate("document.getElementById('toast').classList.remove('shown')")
    web.page.route("**/reject", lambda route: (web.page.wait_for_timeout(700), route.continue_()))
    form.locator(".strong").click()
    form.locator(".strong:disabled", has_text="正在登记").wait_for()
    assert form.get_by_role("button", name="先看结果").is_disabled()
    with web.page.expect_response("**/reject"):
        web.page.keyboard.press("Escape")  # closed while it is sent, it is recorded all the same, and that is said
    web.page.locator("#toast.shown", has_text="已登记").wait_for()
    web.page.unroute("**/reject")
    web.until(f"!document.querySelector('.case-item[data-finding=\"{finding}\"] .badge.proposal')")
    assert status(web, case) == "rejected"
    assert not web.page.evaluate("Object.keys(sessionStorage).some((key) => key.includes('/reject'))"), "no draft is left"


def test_whoever_proposed_cannot_decide_and_is_told_so(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    official(web, "承办丁")
    case = running(web, 3)
    finding = case["grounds"][0]["finding"]
    at_party(web, case["party"]["id"], "zh")
    act(web, finding, "propose", "zh")
    act(web, finding, "notice", "zh", number="告〔2026〕丁1号")
    act(web, finding, "statement", "zh", text="无异议")
    if offers_hearing(web, finding):
        act(web, finding, "waive", "zh", text="书面声明")
    article = web.page.locator(f'.case-item[data-finding="{finding}"]').first
    article.get_by_role("button", name="作出决定").click()
    form = web.page.locator("dialog form")
    assert "另一人" in form.inner_text()
    form.locator("#act-number").fill("决〔2026〕丁1号")
    form.locator(".strong").click()
    form.locator(".warn").wait_for()
    assert "自行决定" in form.locator(".warn").inner_text()
    assert status(web, case) == "heard"


def test_an_act_that_meets_a_server_that_is_away_is_kept_and_done_once(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    official(web, "承办戊")
    case = running(web, 4)
    finding = case["grounds"][0]["finding"]
    at_party(web, case["party"]["id"], "zh")
    web.page.locator(f'.case-item[data-finding="{finding}"]').first.get_by_role("button", name="提出拟采取").click()
    form = web.page.locator("dialog form")
    form.locator("#act-text").fill("核对了一半")
    web.world.stop()
    form.locator(".strong").click()
    form.locator(".warn").wait_for()
    assert "还在" in form.locator(".warn").inner_text()
    assert form.locator("#act-text").input_value() == "核对了一半"
    web.page.locator(".away-banner").wait_for()
    web.world.start()
    web.page.locator(".away-banner").wait_for(state="hidden")  # without anything being asked by hand
    form.locator(".strong").click()
    web.page.locator("dialog").wait_for(state="detached")
    events = web.asked(f"cases/{finding}")["events"]
    assert [event["text"] for event in events] == ["核对了一半"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_leads_say_what_is_missing_and_what_to_ask_for(web: Watched, lang: str) -> None:
    official(web, f"承办己-{lang}")
    web.open("v=queue", lang=lang)
    web.page.locator("#queue-st").select_option("to_review")
    web.page.locator(".case-item .badge.lead").first.wait_for()
    gaps = web.page.locator(".case-item", has=web.page.locator(".gap")).first
    assert web.page.locator(".case-item .badge").first.inner_text().startswith("▲")
    gaps.get_by_role("button", name=NAMES[lang]["ask"]).click()
    text = web.page.locator("dialog pre")
    text.wait_for()
    told = web.asked(f"findings/{gaps.get_attribute('data-id')}/explanation", lang=lang)
    for premise in told["premises"]:
        assert (premise["label"] in text.inner_text()) == (premise["state"] == "missing"), premise["label"]
    web.page.locator("dialog .strong").click()
    assert web.page.evaluate("navigator.clipboard.readText()") == text.inner_text()


def test_what_is_over_is_not_offered(web: Watched) -> None:
    official(web, "承办庚")
    today = day_in_law(datetime.now(UTC)).isoformat()
    rows = web.asked("cases", status="derived", limit="500")["items"]
    assert not [row for row in rows if row["until"] not in (None, "life") and row["until"] < today]
    over = next(iter(web.asked("cases", status="lapsed", limit="500")["items"]))
    at_party(web, over["party"]["id"], "zh")
    article = web.page.locator(f'.case-item:has(li[data-id="{over["id"]}"])')
    assert "期限已满" in article.inner_text()
    assert article.get_by_role("button", name="提出拟采取").count() == 0


def test_the_reasons_lead_to_the_work(web: Watched) -> None:
    official(web, "承办辛")
    case = web.asked("start")["case"]
    web.open(f"g={case['company']['id']}&p={case['company']['id']}&f={case['finding']}")
    web.page.locator("#panel-why").get_by_role("button", name="去办理").click()
    web.page.locator(".case-item").first.wait_for()
    assert {text.split()[0] for text in web.page.locator(".big-name").all_inner_texts()} == {case["party"]["name"]}


def test_a_department_objects_to_the_measure_that_it_executes(web: Watched) -> None:
    web.world.user("法院乙", "department", unit="court")
    web.log_in("法院乙")
    task = web.asked("tasks", limit="500")["items"][-1]
    at_party(web, task["party"]["id"], "zh")
    article = web.page.locator(f'.case-item:has(li[data-id="{task["restriction"]}"])')
    assert article.get_by_role("button", name="登记撤销").count() == 0, "a department revokes nothing"
    article.get_by_role("button", name=called(f"登记异议 · {task['measure']}")).click()
    form = web.page.locator("dialog form")
    form.locator("#act-text").fill("被执行人已履行完毕")
    form.locator(".strong").click()
    web.page.locator("dialog").wait_for(state="detached")
    rows = web.asked("cases", party=task["party"]["id"], limit="500")["items"]
    assert {row["id"] for row in rows if row["status"] == "paused"} == {task["restriction"]}, "that measure, and no other"


def test_a_department_is_offered_an_objection_to_what_it_executes_alone(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    web.world.user("市场监管甲", "department", unit="market")
    web.page.goto("about:blank")
    web.log_in("市场监管甲")
    held = [row for status in ("in_force", "end_unknown") for row in web.asked("cases", status=status, limit="500")["items"]]
    other = next(row for row in held if not any(each["objects"] for each in held if each["party"] == row["party"]))
    at_party(web, other["party"]["id"], "zh")
    assert web.page.get_by_role("button", name="登记异议").count() == 0
    assert "您单位不能提出异议" in web.page.locator(".case-item").first.inner_text()

    web.world.user("法院丙", "department", unit="court")
    web.page.goto("about:blank")
    web.log_in("法院丙")
    rows = [row for status in ("in_force", "end_unknown") for row in web.asked("cases", status=status, limit="500")["items"]]
    by_finding: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_finding.setdefault(row["grounds"][0]["finding"], []).append(row)
    finding, several = max(
        ((f, rows) for f, rows in by_finding.items() if all(f in row["objects"] for row in rows)), key=lambda pair: len(pair[1])
    )
    assert len(several) > 1
    at_party(web, several[0]["party"]["id"], "zh")
    article = web.page.locator(f'.case-item[data-finding="{finding}"]').first
    whole = article.get_by_role("button", name=called(f"登记异议 · 全部 {len(several)} 项"))
    with web.page.expect_response(lambda answer: "/object" in answer.url) as sent:
        whole.click()
        web.page.locator("dialog #act-text").fill("被执行人已履行完毕")
        web.page.locator("dialog form").get_by_role("button", name="先看结果").click()
    assert sent.value.ok, "all at once, and the service takes it"
    refused = {"status": 403, "json": {"code": "permission_missing", "detail": "只能对本单位执行的限制提出异议"}}
    web.page.route("**/object", lambda route: route.fulfill(**refused))
    web.page.locator("dialog form .strong").click()
    said = web.page.locator("dialog .warn[role=alert]")
    said.wait_for()
    assert said.inner_text() == "您不能办理这一项。 只能对本单位执行的限制提出异议", "words for acting, not for looking"


def test_an_objection_to_what_was_imposed_is_not_offered_to_be_upheld(web: Watched) -> None:
    official(web, "承办壬")
    rows = [row for status in ("in_force", "end_unknown") for row in web.asked("cases", status=status, limit="500")["items"]]
    case = next(row for row in rows if all(ground["origin"] == "imposed" for ground in row["grounds"]))
    at_party(web, case["party"]["id"], "zh")
    finding = case["grounds"][0]["finding"]
    act(web, finding, "object", "zh", text="当事人不服")
    article = web.page.locator(f'.case-item[data-finding="{finding}"]').first
    article.get_by_role("button", name="异议不成立").wait_for()
    assert article.get_by_role("button", name="异议成立，撤销").count() == 0, "nobody but who imposed it lifts it"
    official(web, "承办癸")
    at_party(web, case["party"]["id"], "zh")
    act(web, finding, "dismiss", "zh", text="已核实")


def test_a_repair_is_decided_on_the_page_and_what_is_paused_can_still_be_annulled(web: Watched) -> None:
    official(web, "承办修甲")
    rows = web.asked("cases", status="derived", kind="enterprise", rule="D2-WAGE", limit="500")["items"]
    case = min(rows, key=lambda row: row["from"])
    party, finding, year = case["party"], case["grounds"][0]["finding"], int(case["from"][:4])
    for word, day in (("propose", "03-03"), ("notice", "03-04"), ("statement", "03-06")):
        recorded(web, finding, word, f"{year}-{day}")
    official(web, "承办修乙")
    recorded(web, finding, "decide", f"{year}-03-20")
    for word, day in (("serve", "03-22"), ("corrected-conduct", "04-01"), ("pledge", "04-01")):
        recorded(web, finding, word, f"{year}-{day}")
    today = day_in_law(datetime.now(UTC))
    applied, granted = (str(today - timedelta(days=days)) for days in (20, 10))
    recorded(web, finding, "repair apply", applied)

    official(web, "承办修丙")
    web.open("v=queue&st=repair_pending")
    article = web.page.locator(f'.case-item[data-finding="{finding}"]')
    article.wait_for()
    assert "修复申请中" in article.locator(".badge").inner_text()
    assert "修复申请中（仍生效）" in web.page.locator(".work > .quiet").inner_text(), "it is counted"
    article.get_by_role("button", name=f"不予修复: {party['name']}").wait_for()
    at_party(web, party["id"], "zh")
    act(web, finding, "grant", "zh", number="修〔2026〕1号", on=granted)
    assert status(web, case) == "repaired"

    official(web, "承办修丁")
    recorded(web, finding, "repair fraud", str(today))
    at_party(web, party["id"], "zh")
    assert f"{today} 恢复" in web.page.locator(f'.case-item[data-finding="{finding}"]').inner_text()
    recorded(web, finding, "suspend", str(today))
    assert status(web, case) == "paused"
    at_party(web, party["id"], "zh")
    act(web, finding, "annul", "zh", number="判〔2026〕9号")
    assert status(web, case) == "annulled"
    web.until("document.querySelector('.case-item')?.innerText.includes('从未生效')")
    web.open(f"v=record&p={party['id']}")
    card = web.page.locator(".record-card")
    card.locator("h1").wait_for()
    assert "从未生效" in card.inner_text(), "the card says the same"
    told = card.locator(".part").last.locator("li").all_inner_texts()
    assert len(told) >= 10, told


def test_what_waited_on_another_day_is_not_acted_on(web: Watched) -> None:
    official(web, "承办往日")
    web.open("v=queue&on=2024-06-01&st=derived")
    web.page.locator(".case-item").first.wait_for()
    assert "2024-06-01" in web.page.locator(".work .banner").inner_text(), "of which day it is stands above"
    assert not web.page.get_by_role("button", name=called("提出拟采取")).count()
    web.page.locator(".work .banner button").click()
    web.page.get_by_role("button", name=called("提出拟采取")).first.wait_for()


def test_what_came_in_time_and_is_entered_late_is_offered_for_its_day(web: Watched) -> None:
    official(web, "承办补登")
    rows = web.asked("cases", status="derived", kind="person", limit="500")["items"]
    barred = [row for row in rows if any(word in row["measure"]["name_zh"] for word in ("不得从事", "不得担任", "从业", "禁入"))]
    case = max(barred, key=lambda row: (row["from"], row["id"]))
    finding, year = case["grounds"][0]["finding"], int(case["from"][:4]) + 1
    recorded(web, finding, "propose", f"{year}-01-06")
    recorded(web, finding, "notice", f"{year}-01-07")
    at_party(web, case["party"]["id"], "zh")
    article = web.page.locator(f'.case-item[data-finding="{finding}"]').first
    with web.page.expect_response(lambda answer: "possible=true" in answer.url):
        article.locator(".more-acts summary").click()
    article.get_by_role("button", name=called("登记异议")).wait_for()
    assert not article.get_by_role("button", name=called("申请听证")).count(), "today it is too late"
    article.locator(".more-acts .day").fill(f"{year}-01-08")
    article.get_by_role("button", name=called("申请听证")).click()
    form = web.page.locator("dialog form")
    assert form.locator("#act-on").input_value() == f"{year}-01-08"
    form.locator("#act-text").fill("当面提出")
    form.locator(".strong").click()
    web.page.locator("dialog").wait_for(state="detached")
    assert ("hearing_request", f"{year}-01-08", True) in {
        (event["kind"], event["on"], event["effect"]) for event in web.asked(f"cases/{finding}")["events"]
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_main_button_is_possible_today_and_a_wait_says_until_when(web: Watched, lang: str) -> None:
    official(web, f"承办听证-{lang}")
    today = day_in_law(datetime.now(UTC))
    rows = web.asked("cases", status="derived", kind="person", limit="500")["items"]
    barred = [
        row
        for row in rows
        if any(word in row["measure"]["name_zh"] for word in ("不得从事", "不得担任", "从业", "禁入"))
        and (row["until"] == "life" or (row["until"] or "") > str(today + timedelta(60)))
    ]
    people = sorted({row["party"]["id"] for row in barred})
    case = next(row for row in barred if row["party"]["id"] == people[-1])  # the one before is derived no more
    finding = case["grounds"][0]["finding"]
    ago = {"zh": 1, "en": 4}[lang]  # the numbers of documents are those of the days
    for word, days in (("propose", 2), ("notice", 1), ("statement", 0)):
        recorded(web, finding, word, str(today - timedelta(ago + days)))
    assert offers_hearing(web, finding)
    day = next(e["details"]["hearing"] for e in web.asked(f"cases/{finding}")["events"] if "hearing" in e["details"])
    at_party(web, case["party"]["id"], lang)
    article = web.page.locator(f'.case-item[data-finding="{finding}"]').first
    hint = article.locator(".waits")
    hint.wait_for()
    assert day in hint.inner_text(), "until when the party may ask for a hearing"
    assert {"zh": "当事人书面或当面放弃听证", "en": "the party waives it"}[lang] in hint.inner_text()
    possible = web.asked(f"cases/{finding}", possible="true")["possible"]
    assert "decide" not in possible
    decide = article.get_by_role("button", name=called(NAMES[lang]["decide"]))
    assert decide.count() == 0, "it would be refused"
    assert article.get_by_role("button", name=called(NAMES[lang]["waive"])).is_visible()
    act(web, finding, "waive", lang, text="书面声明")
    decide.and_(web.page.locator(".strong")).first.wait_for()
    assert hint.count() == 0
