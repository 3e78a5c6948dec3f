"""What the page says is plain at first sight: sizes, names in place of ids, and nothing offered that the role may not."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.web.conftest import HUB, Watched
from tests.web.test_investigating import at_case, case_of

pytestmark = [pytest.mark.required, pytest.mark.slow]


def log_in(web: Watched, role: str, name: str) -> None:
    web.world.user(name, role)
    web.log_in(name)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_first_neighbourhood_opens_large_enough_to_be_read(web: Watched, lang: str) -> None:
    case = at_case(web, lang)
    web.page.locator("#card-title").wait_for()
    assert min(web.page.evaluate("window.zeren.letters()")) >= 11
    assert min(web.page.evaluate("window.zeren.labels()")) >= 9
    box = web.page.evaluate(f"window.zeren.box('{case['company']['id']}')")
    room = web.page.locator(".canvas").bounding_box()
    assert room is not None
    assert 0 <= box["x1"] < box["x2"] <= room["width"], "whom it is about is in view"
    assert 0 <= box["y1"] < box["y2"] <= room["height"]
    view = web.page.evaluate("window.zeren.zoom()")
    web.page.evaluate(f"window.zeren.tap('{case['company']['id']}')")
    web.page.locator(".selection").wait_for()
    assert web.page.evaluate("window.zeren.zoom()") == view
    web.page.get_by_role("button", name={"zh": "全部显示", "en": "Show everything"}[lang]).click()
    web.until("window.zeren.seen()", 10)


def test_a_line_of_a_label_breaks_no_number_and_no_word(web: Watched) -> None:
    web.open(f"g={HUB}&p={HUB}", lang="en")
    web.page.locator("#card-title").wait_for()
    web.until("window.zeren.broken().some((line) => line.includes('1.0048%'))", 20)
    lines = [line.strip() for line in web.page.evaluate("window.zeren.broken()")]
    assert not any(re.search(r"^\d*%|\d\.\d*$|^s in", line) for line in lines), lines


def test_the_last_year_of_the_axis_has_room(web: Watched) -> None:
    """Whatever day is the last one: a year that begins shortly before it stands before its line."""
    web.open(f"g={HUB}&p={HUB}")
    web.page.locator("#card-title").wait_for()
    for end in ("2030-01-20", "2030-03-01", "2029-12-31", "2030-12-30"):
        web.page.locator(".time .day").first.fill(end)
        web.until(f"document.querySelector('.time .range').value == Date.parse('{end}') / 86400000")
        track = web.page.locator(".track").bounding_box()
        years = [each.bounding_box() for each in web.page.locator(".years span").all()]
        assert years
        assert all(box and track and box["height"] < 20 for box in years), end
        assert all(box and track and box["x"] + box["width"] <= track["x"] + track["width"] for box in years), end


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_threshold_is_told_in_one_language(web: Watched, lang: str) -> None:
    for centre in ("owners", "controls"):
        web.page.goto("about:blank")
        web.open(f"g={HUB}&p={HUB}&c={centre}", lang=lang)
        told = web.page.locator(".centre-head .quiet").first
        told.wait_for()
        words = told.evaluate("(e) => e.firstChild.textContent")
        assert bool(re.search("[\u4e00-\u9fff]", words)) == (lang == "zh"), words


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_empty_list_of_tasks_says_what_to_do_next(web: Watched, lang: str) -> None:
    log_in(web, "department", f"部门无事-{lang}")
    web.open("v=tasks&st=not_applicable", lang=lang)
    none = web.page.locator(".work .table .state")
    none.wait_for()
    assert {"zh": "选“全部”", "en": 'choose "all"'}[lang] in none.inner_text()
    web.page.route("**/v1/tasks?*", lambda route: route.fulfill(json={"items": [], "next": None, "counts": {}}))
    web.page.goto("about:blank")
    web.open("v=tasks", lang=lang)
    web.page.locator(".work .table .state", has_text={"zh": "应查必查", "en": "mandatory check"}[lang]).wait_for()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_before_anything_was_on_record_it_says_so_and_leads_back(web: Watched, lang: str) -> None:
    web.allowed = ("Failed to load resource",)
    web.open(f"g={HUB}&p={HUB}&on=2019-07-28&known=2020-01-01", lang=lang)
    card = web.page.locator("#panel-card .state-title", has_text={"zh": "当时还没有它的记录", "en": "not on record then"}[lang])
    card.wait_for()
    web.page.locator(".over .state-title").wait_for()
    assert HUB not in web.page.locator(".over").inner_text()
    knob = web.page.locator(".time .range").evaluate("(e) => [e.value, e.min, e.max].map(Number)")
    assert knob[1] < knob[0] < knob[2], "the knob stands at the day looked at, within the axis"
    assert web.page.locator(".years span").count() > 3
    back = {"zh": "回到现在所知", "en": "Back to what is known now"}[lang]
    web.page.locator("#panel-card").get_by_role("button", name=back).click()
    web.page.locator("#card-title").wait_for()
    assert "known=" not in web.page.url
    assert "on=2019-07-28" in web.page.url


def test_marks_of_common_control_stand_beside_the_graph_with_names(web: Watched) -> None:
    company = case_of(web)["company"]["id"]
    found = web.asked(f"graph/{company}/group")
    assert f"[{found['head']['id']}]" not in found["notes"][0]
    web.page.route("**/group?*", lambda route: route.fulfill(json={**found, "rows": [*found["rows"], {"party": found["head"]}]}))
    web.open(f"g={company}&p={company}")
    web.until("window.zeren && window.zeren.drawn().length > 3")
    web.page.get_by_role("button", name="标出同一控制下的各方").click()
    web.page.locator(".group-note").wait_for()
    note, canvas = (web.page.locator(each).bounding_box() for each in (".group-note", ".canvas"))
    assert note is not None
    assert canvas is not None
    assert note["y"] + note["height"] <= canvas["y"] + 1, "it covers nobody"


@pytest.mark.parametrize(("role", "pages"), [("clerk", ["应查必查", "信用记录"]), ("auditor", ["信用记录", "监督报告"])])
def test_whoever_may_not_see_findings_is_offered_no_reasons(web: Watched, role: str, pages: list[str]) -> None:
    case = case_of(web)
    log_in(web, role, f"无理由-{role}")
    where = f"g={case['company']['id']}&p={case['company']['id']}&d={case['decision']['id']}"
    web.open(f"{where}&f={case['finding']}")
    panel = web.page.locator("#panel-why")
    panel.locator(".state-title", has_text="不查看结论的理由").wait_for()
    assert panel.locator(".button").all_inner_texts() == pages
    assert "点名片" not in panel.inner_text()
    web.until("window.zeren && window.zeren.drawn().length > 3")
    people = [each["id"] for each in web.graph() if each["kind"] == "person"]
    for party in [case["company"]["id"], *(people[:3] if role == "auditor" else [])]:  # nobody who is masked can be chosen
        web.page.evaluate(f"window.zeren.tap({json.dumps(party)})")
        web.page.locator(".selection", has_text="查找路径").wait_for()
        assert web.page.locator(".selection").get_by_role("button", name="为何不担责").count() == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_findings_of_one_rule_are_told_apart_in_the_menu(web: Watched, lang: str) -> None:
    case = case_of(web)
    company, party = case["company"]["id"], case["party"]["id"]

    def doubled(route: Any) -> None:
        answer = route.fetch().json()
        for found in answer["marks"].values():
            if found:
                found[:] = [
                    found[0],
                    {**found[0], "finding": "other", "measures": ["市场和行业禁入"]},
                    {**found[0], "number": "示例〔2026〕9号"},
                ]
        route.fulfill(json=answer)

    web.page.route("**/neighbours?*", doubled)
    web.open(f"g={company}&p={company}&s={quote(party)}", lang=lang)
    web.page.locator(".selection .strong").nth(2).wait_for()
    texts = web.page.locator(".selection .strong").all_inner_texts()
    assert len(set(texts)) == len(texts) == 3, texts
    assert {"zh": "市场和行业禁入", "en": "market and industry ban"}[lang] in texts[1]
    assert "示例〔2026〕9号" in texts[2]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_ways_out_are_one_sentence_each(web: Watched, lang: str) -> None:
    case = case_of(web)

    def ending(route: Any) -> None:
        answer = route.fetch().json()
        ways = {"ends": ["期限届满"], "repair": ["应当撤销列入（第16条）。"], "basis": ["人社部令第45号第14条"]}
        route.fulfill(json={**answer, "ways_out": ways})

    web.page.route("**/explanation*", ending)
    at_case(web, lang, f"&f={case['finding']}")
    web.page.locator("#panel-why .premise").first.wait_for()
    told = web.page.locator("#panel-why").inner_text()
    assert {"zh": "（第16条）；人社部令", "en": "（第16条）; 人社部令"}[lang] in told
    assert not re.search(r"[。.][、,]", told)
