"""What goes wrong outside: odd names, parties that vanish, sessions that end, servers that restart, roles that may not see."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph.model import Operation
from graph.store import open_store
from graph.store.base import Write
from tests.api_world import not_before
from tests.web.conftest import ACTOR, HOSTILE, HUB, PASSWORD, Watched, odd_facts

pytestmark = [pytest.mark.required, pytest.mark.slow]


@pytest.mark.parametrize(("party", "name"), HOSTILE.items())
def test_hostile_names_are_shown_as_text(web: Watched, party: str, name: str) -> None:
    web.open(f"g={party}&p={party}")
    title = web.page.locator("#card-title")
    title.wait_for()
    shown = name.replace("\u202e", "[U+202E]").replace("\u202c", "[U+202C]")
    shown = shown.replace("\u00ad", "[U+00AD]").replace("\u3164", "[U+3164]")
    assert title.evaluate("(e) => e.textContent") == shown, "what nobody sees, and what turns the writing round, is told"
    assert web.page.locator("#card-title *, .selection img, .panel img").count() == 0
    web.until("window.zeren && window.zeren.drawn().length >= 2")
    width = web.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 1280
    web.page.locator("#panel-table tbody tr").first.wait_for()
    assert not {"\u202e", "\u202c"} & set(web.page.locator("body").inner_text())
    labels = [item["label"] for item in web.graph() if item["id"] == party]
    assert labels
    assert not {"\u202e", "\u202c"} & set("".join(labels))
    assert (labels[0] == shown) == (party != "t:long"), "a long name is cut in the graph"
    assert title.evaluate("(e) => e.clientHeight") < 120, "and folded in the card"
    whole = web.page.locator(".card-head").get_by_role("button", name="显示或收起全名")
    assert whole.count() == (party == "t:long")
    if whole.count():
        whole.click()
        assert title.evaluate("(e) => e.clientHeight") > 200
        assert name in web.page.locator("#panel-table").inner_text(), "it stands whole in the table"
    assert web.search(name[:60]).count() >= 1


@pytest.mark.parametrize("typed", ["'\"<script>alert(1)</script>", "\u202e\u200b\u202c", "x" * 200, "%_\\", "𝕏👩‍👩‍👧", "  "])
def test_anything_can_be_typed_into_the_search(web: Watched, typed: str) -> None:
    web.open(f"p={HUB}")
    web.page.locator("#search").fill(typed)
    web.page.wait_for_timeout(600)
    assert web.page.locator(".found script").count() == 0
    web.page.keyboard.press("Enter")
    assert web.page.locator("#search").is_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_addresses_that_mean_nothing(web: Watched, lang: str) -> None:
    web.allowed = ("Failed to load resource",)
    web.open("g=no:body&p=no:body", lang=lang)
    web.page.locator("#panel-card [role=alert]").wait_for()
    assert {"zh": "没有您可以查看的记录", "en": "Nothing that you may see has this id"}[lang] in web.page.locator(
        "#panel-card"
    ).inner_text()
    web.open(f"g={HUB}&p={HUB}&f=nothing&on=2026-99-99&c=nonsense&t=nonsense&open=%25&hide=x&s=y", lang=lang)
    web.page.locator("#panel-why .error").wait_for()
    web.until("window.zeren.drawn().length > 10")


def test_a_party_that_vanished_in_a_correction(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    web.open("g=t:gone&p=t:gone")
    web.page.locator("#card-title").wait_for()
    fact = next(fact for fact in odd_facts() if fact.key.endswith("/gone"))
    with open_store(web.world.url) as store:
        later = replace(ACTOR, at=not_before(store, ACTOR.at))
        store.append([Write(fact, Operation.RETRACTION, "入错了")], later.act("retract"))
    web.page.reload()
    web.page.locator("#panel-card [role=alert]").wait_for()
    assert "更正" in web.page.locator("#panel-card").inner_text()


def answer(status: int, body: Any = None) -> dict[str, Any]:
    return {"status": status, "content_type": "application/problem+json", "body": json.dumps(body or {})}


def test_a_session_that_ends_in_mid_work_loses_nothing(web: Watched) -> None:
    """A login that ends while somebody types, and is taken up again above what was typed."""
    web.allowed = ("Failed to load resource",)
    web.open("v=check")
    web.page.locator("#check-why").fill("打了一半的字")
    assert "测试甲" in web.page.locator(".who").inner_text()
    web.world.end_sessions()
    web.page.locator("#search").press_sequentially("枢纽")
    dialog = web.page.locator("dialog")
    dialog.locator("#login-password").wait_for()
    dialog.locator("#login-name").fill("测试甲")
    dialog.locator("#login-password").fill("wrong")
    dialog.locator(".strong").click()
    dialog.locator(".warn", has_text="不对").wait_for()
    dialog.locator("#login-password").fill(PASSWORD)
    dialog.locator(".strong").click()
    web.page.locator(".top .found li[role=option]").first.wait_for()
    assert web.page.locator("#check-why").input_value() == "打了一半的字"


def test_a_person_needs_a_purpose_and_it_is_asked_once_before_anything_is_refused(web: Watched) -> None:
    sent: list[str] = []
    web.page.on("request", lambda each: sent.append(each.headers.get("zeren-purpose", "")) if "/v1/parties/" in each.url else None)
    web.page.add_init_script("if (location.protocol === 'http:') sessionStorage.removeItem('zeren.purpose')")
    web.open(f"g={HUB}&p={HUB}")
    dialog = web.page.locator("dialog")
    dialog.locator("#purpose-kind").select_option("investigation")
    dialog.locator("#purpose-number").fill("示例〔2026〕1号")
    dialog.locator(".strong").click()
    web.page.locator("#card-title").wait_for()
    web.until("window.zeren.drawn().length > 1")
    assert set(sent) == {"investigation; %E7%A4%BA%E4%BE%8B%E3%80%942026%E3%80%951%E5%8F%B7"}
    assert web.page.locator("dialog").count() == 0


@pytest.mark.parametrize(
    ("role", "first"), [("investigator", "#card-title"), ("official", ".case-item"), ("department", ".work .table")]
)
def test_the_first_opening_after_a_login_is_refused_nothing(web: Watched, role: str, first: str) -> None:
    """The console stays empty: whatever shows persons waits until it is said what for."""
    web.world.user(f"初次-{role}", role)
    web.log_in(f"初次-{role}")
    web.page.add_init_script("if (location.protocol === 'http:') sessionStorage.removeItem('zeren.purpose')")
    web.open()
    dialog = web.page.locator("dialog form:has(#purpose-kind)")
    dialog.locator("#purpose-kind").select_option("supervision")
    dialog.locator(".strong").click()
    web.page.locator(first).first.wait_for()
    assert dialog.count() == 0, "asked once"


def test_a_question_that_is_refused_late_does_not_ask_for_the_purpose_again(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    held: list[Any] = []
    web.open(f"g={HUB}&p={HUB}")
    web.page.locator("#card-title").wait_for()
    web.page.evaluate("sessionStorage.removeItem('zeren.purpose')")
    known = lambda each: bool(each.request.headers.get("zeren-purpose"))  # noqa: E731
    web.page.route("**/v1/search*", lambda each: each.continue_() if known(each) else held.append(each))
    web.page.locator("#search").fill("持股人")
    while not held:
        web.page.wait_for_timeout(50)
    dialog = web.page.locator("dialog form:has(#purpose-kind)")
    web.page.locator(".lang").click()  # the card is asked for anew
    dialog.locator("#purpose-kind").select_option("supervision")
    dialog.locator(".strong").click()
    web.page.locator("#card-title").wait_for()
    for route in held:
        route.continue_()
    web.page.wait_for_timeout(500)
    assert dialog.count() == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_whoever_says_no_purpose_is_told_so_and_may_still_say_one(web: Watched, lang: str) -> None:
    web.allowed = ("Failed to load resource",)
    web.page.add_init_script("if (location.protocol === 'http:') sessionStorage.removeItem('zeren.purpose')")
    web.open(f"g={HUB}&p={HUB}", lang=lang)
    web.page.locator("dialog").get_by_role("button", name={"zh": "取消", "en": "Cancel"}[lang]).click()
    card = web.page.locator("#panel-card [role=alert]")
    card.wait_for()
    assert {"zh": "没有说明用途，所以不显示", "en": "Not shown, for no purpose was said"}[lang] in card.inner_text()
    web.page.locator(".over").get_by_role("button", name={"zh": "说明用途", "en": "Say what for"}[lang]).click()
    web.page.locator("dialog #purpose-kind").select_option("supervision")
    web.page.locator("dialog .strong").click()
    web.page.locator("#card-title").wait_for()
    web.until("window.zeren.drawn().length > 3")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_cannot_be_read_in_an_address_is_left_out_and_said(web: Watched, lang: str) -> None:
    odd = "on=abc&known=zzz&share=1000&since=2023-02-30&until=0000-01-01&tab=nonsense&c=nonsense&t=nonsense&v=nonsense"
    web.open(f"g={HUB}&p={HUB}&__proto__=1&__defineGetter__=1&{odd}", lang=lang)
    web.page.locator("#toast.shown").wait_for()
    said = web.page.locator("#toast").inner_text()
    assert all(each in said for each in odd.split("&")), said
    assert {"zh": "没有采用", "en": "was left out"}[lang] in said
    web.page.locator("#card-title").wait_for()
    assert "abc" not in web.page.locator("#panel-card").inner_text()
    assert not web.page.locator(".banner").is_visible()


@pytest.mark.stranger
def test_a_stranger_sees_enterprises_and_is_asked_to_log_in_for_more(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    web.open(f"g={HUB}&p={HUB}")
    web.page.locator("#card-title").wait_for()
    assert "持股人" not in web.page.locator("body").inner_text()
    case = web.asked("start")["case"]["company"]["id"]
    web.page.goto(f"{web.world.address}/#lang=zh&g={case}&p={case}")
    web.until("window.zeren && window.zeren.drawn().some((n) => n.kind === 'address')")
    assert "〔不公开〕" in web.page.locator("#panel-table").inner_text()
    assert "█" not in web.page.locator("body").inner_text(), "it would be read as the sign of a measure in force"
    assert not [each for each in web.graph() if "█" in each["label"]]
    web.page.goto(f"{web.world.address}/#lang=zh&v=queue")
    dialog = web.page.locator("dialog")
    dialog.locator("#login-name").fill("测试甲")
    dialog.locator("#login-password").fill(PASSWORD)
    dialog.locator(".strong").click()
    web.page.locator(".work h1").wait_for()


@pytest.mark.stranger
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_first_visit_without_a_login_shows_the_enterprise_of_the_worked_case(web: Watched, lang: str) -> None:
    web.open(lang=lang, tour=True)
    web.page.locator("#card-title").wait_for()
    web.until("window.zeren && window.zeren.drawn().length > 0")
    assert web.page.locator("dialog").count() == 0, "nobody is asked before he wants more"
    assert web.page.locator(".tour").count() == 0, "the tour is about persons"
    panel = web.page.locator("#panel-why")
    assert {"zh": "登录后可以看理由", "en": "Log in to see the reasons"}[lang] in panel.inner_text()
    assert web.wrong == []
    web.allowed = ("Failed to load resource",)  # once logged in he is asked what he looks at persons for
    panel.get_by_role("button").click()
    dialog = web.page.locator("dialog")
    dialog.locator("#login-name").wait_for()
    assert web.page.evaluate("document.activeElement.id") == "login-name", "who types, types into the first field"
    web.page.keyboard.type("测试甲")
    dialog.locator("#login-password").fill(PASSWORD)
    web.page.keyboard.press("Enter")
    web.page.locator(".who .person").wait_for()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_role_that_may_not_see_the_person_is_told_and_shown_nothing(web: Watched, lang: str) -> None:
    web.allowed = ("Failed to load resource",)
    web.page.route("**/v1/parties/**", lambda route: route.fulfill(**answer(403, {"code": "forbidden", "detail": "张三的秘密"})))
    web.open(f"g={HUB}&p={HUB}", lang=lang)
    web.page.locator("#panel-card .error").wait_for()
    assert {"zh": "您的角色不能查看", "en": "Your role may not see"}[lang] in web.page.locator("#panel-card").inner_text()
    assert "张三" not in web.page.locator("body").inner_text()


def test_a_clerk_sees_the_graph_without_the_decision_and_no_way_to_what_is_not_his(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    case = web.asked("start")["case"]
    web.world.user("窗口乙", "clerk")
    web.log_in("窗口乙")
    web.open(f"g={case['company']['id']}&p={case['company']['id']}&d={case['decision']['id']}&f={case['finding']}")
    web.until("window.zeren && window.zeren.drawn().length > 3")
    web.page.locator("#card-title").wait_for()
    assert web.page.locator("#panel-card .link.why, #panel-card button.source").count() == 0
    assert "您的角色不查看结论的理由" in web.page.locator("#panel-why").inner_text()
    assert case["party"]["name"] not in web.page.locator("body").inner_text()
    web.page.goto(f"{web.world.address}/#lang=zh&v=home")
    web.page.locator(".tile").first.wait_for()
    pages = web.page.locator(".side a").evaluate_all("(all) => all.map((a) => new URLSearchParams(a.hash.slice(1)).get('v'))")
    assert pages == ["home", "check", "record", "matrix"], "no page is offered that he may not see"


def test_whom_a_clerk_sees_masked_leads_nowhere_and_the_page_says_so(web: Watched) -> None:
    case = web.asked("start")["case"]
    web.world.user("窗口丙", "clerk")
    web.log_in("窗口丙")
    web.allowed = ("Failed to load resource",)
    web.open(f"g={case['company']['id']}&p={case['company']['id']}")
    web.until("window.zeren && window.zeren.drawn().length > 3")
    web.page.locator("#card-title").wait_for()
    before = web.page.url
    web.page.locator("#panel-card button.link", has_text="**").first.click()
    assert "脱敏" in web.page.locator("#toast").inner_text()
    web.search(case["party"]["name"])
    web.page.locator("#search").press("Enter")
    web.page.locator("#search").press("Enter")
    assert (web.page.url, web.page.locator("#card-title").inner_text()) == (before, case["company"]["name"])


def test_a_clerk_sees_each_masked_person_once_and_is_told_of_no_standing(web: Watched) -> None:
    web.world.user("窗口丁", "clerk")
    web.log_in("窗口丁")
    web.open(f"g={HUB}&p={HUB}&t=parties")
    web.until("window.zeren && window.zeren.drawn().length === 13")
    web.page.evaluate(f"location.hash += '&open={HUB}~up.shareholding~0'")
    web.until("window.zeren.drawn().length === 25", 20)
    assert len({(line["from"], line["to"]) for line in web.page.evaluate("window.zeren.lines()")}) >= 24, "each has his own line"
    assert web.page.evaluate("window.zeren.ties()") == 24
    assert "29" in web.page.evaluate("window.zeren.chips().map((chip) => chip.label)")[0]
    table = web.page.locator("#panel-table")
    assert "状态" not in table.locator("thead").inner_text()
    assert "无结论" not in table.inner_text(), "whoever sees no finding is told of none"
    web.page.get_by_role("button", name="导出").click()
    with web.page.expect_download() as waiting:
        web.page.locator("dialog .export").get_by_role("button", name="GraphML").click()
    assert "standing" not in Path(waiting.value.path()).read_text(encoding="utf-8")


def test_a_server_that_restarts_is_waited_for(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    web.open(f"g={HUB}&p={HUB}")
    web.page.locator("#card-title").wait_for()
    web.world.stop()
    web.page.locator("#search").press_sequentially("新名")
    web.page.locator(".away-banner").wait_for()
    assert "不会丢失" in web.page.locator(".away-banner").inner_text()
    web.world.start()
    web.page.locator(".top .found li[role=option]").first.wait_for()
    assert not web.page.locator(".away-banner").is_visible()
    assert web.page.locator("#search").input_value() == "新名"


def test_whoever_gives_no_purpose_is_told_so_and_may_give_it(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    web.page.add_init_script("if (location.protocol === 'http:') sessionStorage.removeItem('zeren.purpose')")
    web.open(f"g={HUB}&p={HUB}")
    web.page.locator("#purpose-kind").wait_for()
    web.page.keyboard.press("Escape")
    card = web.page.locator("#panel-card")
    web.until("!document.querySelector('dialog') || document.querySelector('#panel-card .error')")
    while web.page.locator("dialog").count():  # one for the card, one for the graph
        web.page.keyboard.press("Escape")
        web.page.wait_for_timeout(200)
    assert "没有说明用途" in card.inner_text()
    assert "您的角色" not in card.inner_text()
    card.get_by_role("button", name="说明用途").click()
    web.page.locator("#purpose-kind").select_option("supervision")
    web.page.locator("dialog .strong").click()
    web.page.locator("#card-title").wait_for()


def test_an_unknown_language_is_said_and_the_page_is_not_drawn_anew_at_each_step(web: Watched) -> None:
    web.open(f"g={HUB}&p={HUB}", lang="fr")
    web.page.locator("#toast.shown").wait_for()
    assert "lang=fr" in web.page.locator("#toast").inner_text()
    web.page.locator("#card-title").wait_for()
    web.page.locator("#search").fill("持")
    web.page.locator(".time .day").first.fill("2020-03-01")
    web.until("location.hash.includes('on=2020-03-01')")
    web.page.wait_for_timeout(300)
    assert web.page.locator("#search").input_value() == "持"


@pytest.mark.parametrize("name", ["bogus", "__proto__", "constructor"])
def test_an_unknown_page_is_said_and_the_worked_case_stands(web: Watched, name: str) -> None:
    web.open(f"v={name}")
    web.page.locator("#toast.shown").wait_for()
    assert f"v={name}" in web.page.locator("#toast").inner_text()
    web.page.locator("#card-title").wait_for()
    web.until("window.zeren && window.zeren.drawn().length > 3 && !document.querySelector('.over .loading')")


def test_an_address_with_a_wrong_value_is_read_without_it(web: Watched) -> None:
    web.open(f"g={HUB}&p={HUB}&on=abc&known=zzz&share=many")
    web.page.locator("#card-title").wait_for()
    assert "abc" not in web.page.locator("#panel-card").inner_text()
    assert not web.page.locator(".banner").is_visible()
    web.until("window.zeren?.drawn().length > 10")
