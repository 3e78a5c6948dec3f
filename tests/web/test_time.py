"""Time: the slider, the life of a party, and what was known when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from tests.web.conftest import HUB, Watched
from tests.web.test_investigating import at_case, case_of

pytestmark = [pytest.mark.required, pytest.mark.slow]


def line_of(web: Watched, party: str) -> dict:
    return next(line for line in web.page.evaluate("window.zeren.lines()") if party in (line["from"], line["to"]))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_role_held_then_and_role_held_now_look_different(web: Watched, lang: str) -> None:
    case = at_case(web, lang)
    then, gone = case["party"]["id"], case["not_party"]["id"]
    now = {key: line_of(web, key)["classes"] for key in (then, gone)}
    assert "former" in now[gone]
    web.page.locator(".time .day").first.fill("2023-02-15")
    web.until("location.hash.includes('on=2023-02-15')")
    web.until(f"window.zeren.lines().some((l) => l.from === '{then}' && l.classes.includes('then'))")
    assert line_of(web, then)["classes"] != now[then]
    assert "2023" in line_of(web, then)["label"], "dates stand on an edge that differs from the day looked at"
    words = {"zh": "当日有，现已结束", "en": "then, ended since"}[lang]
    web.until(f"document.querySelector('#panel-table').innerText.includes('{words}')")
    web.page.locator(".time").get_by_role("button", name={"zh": "今天", "en": "Today"}[lang], exact=True).click()
    web.until("!location.hash.includes('on=')")
    assert line_of(web, then)["classes"] == now[then]


def test_the_slider_moves_the_picture_at_once_and_stops_at_changes(web: Watched) -> None:
    case = at_case(web)
    before = {item["id"]: (item["x"], item["y"]) for item in web.graph()}
    slider = web.page.locator(".time input[type=range]")
    slider.focus()
    days = []
    for _ in range(4):
        web.page.keyboard.press("PageDown")
        days.append(web.page.locator(".time .day").first.input_value())
    assert days == sorted(days, reverse=True)
    assert len(set(days)) == 4
    assert days[0] == "2026-07-28" or days[0] < "2026-11-27"
    web.page.keyboard.press("ArrowLeft")
    taken = web.page.evaluate("performance.getEntriesByName('zeren-day').map((e) => e.duration)")
    assert min(taken) < 50, taken
    assert {item["id"]: (item["x"], item["y"]) for item in web.graph()} == before
    assert case["company"]["id"] in before
    marks = web.page.locator(".marks rect")
    classes = {marks.nth(i).get_attribute("class") for i in range(marks.count())}
    assert {"role", "conduct", "listing", "today"} <= classes


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_timeline_of_a_party_and_its_table(web: Watched, lang: str) -> None:
    at_case(web, lang)
    web.page.get_by_role("tab", name={"zh": "时间线", "en": "Timeline"}[lang]).click()
    lanes = web.page.locator(".timeline .lane")
    lanes.first.wait_for()
    assert lanes.count() == web.page.locator("#panel-table tbody tr").count()
    assert web.page.locator(".timeline .lane.conduct").count() == 1
    right = "(e) => [e, e.closest('.centre-other')].map((each) => each.getBoundingClientRect().right)"
    edges = web.page.locator(".timeline svg").evaluate(right)
    assert edges[0] <= edges[1], "today is in the picture without scrolling sideways"
    lanes.first.click()
    web.until("location.hash.includes('on=')")
    web.page.locator("#panel-table tbody th .link").last.press("Enter")
    web.until("new URLSearchParams(location.hash.slice(1)).get('on') > '2020'")
    web.page.wait_for_timeout(400)  # the table is drawn anew for the day
    assert web.page.evaluate("document.activeElement.matches('#panel-table tbody tr:last-child th .link')"), (
        "the keys stay in the row"
    )
    assert web.page.locator("#panel-table .source").count() >= 5


def test_what_was_known_on_another_day(web: Watched) -> None:
    case = at_case(web)
    web.allowed = ("Failed to load resource",)
    known = web.page.locator(".time .known .day")
    known.fill("2026-10-01")
    web.page.locator(".banner").wait_for()
    web.page.locator("#panel-card .state-title").wait_for()
    assert "还没有" in web.page.locator("#panel-card").inner_text()
    known.fill("2026-11-02")
    web.until(f"document.querySelector('#card-title')?.textContent === '{case['company']['name']}'")
    web.until("window.zeren.drawn().length > 3")
    web.page.locator("#panel-table .switch button").nth(1).click()
    told = dict(web.page.locator("#panel-table tbody tr").evaluate_all("(all) => all.map((r) => [r.dataset.id, r.innerText])"))
    assert any("该时点未查明" in text for text in told.values()), "of whom the card does not speak nothing is told"
    assert not [text for text in told.values() if "无结论" in text and "决定" not in text]
    assert "未查明" not in told[case["company"]["id"]]
    web.page.locator(".banner button").click()
    web.until("!location.hash.includes('known=')")
    assert not web.page.locator(".banner").is_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_reasons_are_those_of_the_day_looked_at(web: Watched, lang: str) -> None:
    case = at_case(web, lang, f"&f={case_of(web)['finding']}")
    web.allowed = ("Failed to load resource",)
    why, day = web.page.locator("#panel-why"), web.page.locator(".time .day").first
    why.locator(".premises").first.wait_for()
    decided = case["decision"]["date"]
    day.fill(str(date.fromisoformat(decided) - timedelta(days=1)))
    why.get_by_text({"zh": "下面的文字按今天", "en": "The text is about how it stands today"}[lang]).wait_for()
    assert "as_of" not in (why.locator("a[href*='/letter']").get_attribute("href") or ""), "before the decision: as it stands today"
    with web.page.expect_response(lambda answer: "/explanation" in answer.url and f"as_of={decided}" in answer.url) as asked:
        day.fill(decided)
    assert asked.value.ok
    letter = why.locator(f"a[href*='/letter'][href*='as_of={decided}']")
    letter.wait_for()
    web.page.locator(".graph-tools .tool").last.click()
    shown = letter.get_attribute("href")
    assert web.page.locator("dialog a[href*='/letter']").get_attribute("href") == shown, "one screen, one letter"
    web.page.keyboard.press("Escape")
    web.page.locator(".time .known .day").fill("2026-10-01")
    why.get_by_text({"zh": "在所选的时点还没有这一项", "en": "It was not on record at the time chosen"}[lang]).wait_for()
    web.page.locator(".time").get_by_role("button", name={"zh": "今天", "en": "Today"}[lang], exact=True).click()
    web.page.locator(".banner button").click()
    why.locator(".premises").first.wait_for()
    assert "as_of" not in (why.locator("a[href*='/letter']").get_attribute("href") or "")


@pytest.mark.context(locale="en-US")
def test_a_day_is_written_alike_in_every_language_and_read_as_officials_write_it(web: Watched) -> None:
    at_case(web, "zh")
    field = web.page.locator(".time .day").first
    field.fill("2023年2月15日")
    field.press("Enter")
    web.until("location.hash.includes('on=2023-02-15')")
    assert field.input_value() == "2023-02-15"
    for wrong in ("2023-02-30", "昨天", "15/02/2023"):
        field.fill(wrong)
        field.press("Enter")
        assert field.evaluate("field => field.validationMessage") == "不是日期：请写作 2024-05-01"
        assert field.get_attribute("aria-invalid") == "true"
        assert "on=2023-02-15" in web.page.evaluate("location.hash"), "what cannot be read changes nothing"
    picker = web.page.locator(".time .picker").first
    web.page.get_by_role("button", name="打开日历").first.click()
    picker.evaluate("field => { field.value = '2022-06-01'; field.dispatchEvent(new Event('change')); }")
    web.until("location.hash.includes('on=2022-06-01')")
    assert (field.input_value(), field.get_attribute("aria-invalid")) == ("2022-06-01", "false")


def test_claims_and_search_are_of_the_time_looked_at(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    web.world.user("核对人", "official")
    web.page.goto("about:blank")
    web.log_in("核对人")
    claim = web.asked("identity", state="open", limit="500")["items"][-1]
    person = quote(claim["first"]["id"])

    def shown(more: str) -> Any:
        web.page.goto("about:blank")
        web.open(f"g={person}&p={person}{more}")
        web.page.locator("#panel-card summary", has_text="身份线索").click()
        one = web.page.locator("#panel-card .claim", has_text=claim["second"]["enterprise"]).first
        one.wait_for()
        return one

    shown("").get_by_role("button", name="认定为不同人").click()
    web.page.locator("dialog #act-reason").fill("比对签名")
    web.page.locator("dialog form .strong").click()
    web.page.locator("dialog").wait_for(state="detached")
    web.page.locator("#panel-card .claim .badge", has_text="认定为不同人").first.wait_for()
    then = shown("&known=2026-11-02")
    assert then.locator(".badge").inner_text() == "待定"
    assert not then.locator(".acts button").count(), "nobody rules on what was known once"
    with web.page.expect_request(lambda sent: "/v1/search" in sent.url) as sent:
        assert "枢纽示例公司" in web.search("枢纽示例").first.inner_text()
    assert "known_at=2026-11-02" in sent.value.url
    web.page.goto("about:blank")
    web.open(f"g={HUB}&p={HUB}&on=2020-02-02")
    with web.page.expect_request(lambda sent: "/v1/search" in sent.url and "as_of=2020-02-02" in sent.url):
        nobody = web.search("没有这个名字").first
    assert "2020-02-02" in nobody.inner_text(), "and it says among which names it looked"
    shown("").get_by_role("button", name="撤销认定").click()
    web.page.locator("dialog #act-reason").fill("恢复")
    web.page.locator("dialog form .strong").click()
    web.page.locator("dialog").wait_for(state="detached")


def test_the_table_holds_what_the_reasons_bring_into_the_picture(web: Watched) -> None:
    person = case_of(web)["party"]["id"]
    web.open(f"g={person}&p={person}".replace("#", "%23"))
    rows = "document.querySelectorAll('#panel-table tbody tr').length"
    web.until(f"window.zeren?.drawn().length && {rows} === window.zeren.ties()")
    before = web.page.evaluate(rows)
    web.page.locator("#panel-card .why").first.click()
    web.page.locator("#panel-why .premise").first.wait_for()
    web.until(f"window.zeren.ties() > {before} && {rows} === window.zeren.ties()")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_names_on_the_timeline_are_seen_and_inside_their_column(web: Watched, lang: str) -> None:
    at_case(web, lang, "&c=time")
    lanes = web.page.locator(".timeline .lane.role")
    lanes.first.wait_for()
    told = web.page.evaluate(
        """[...document.querySelectorAll('.timeline .lane')].map((lane) => ({
          role: lane.classList.contains('role'), shown: lane.querySelector('.name').textContent,
          whole: lane.querySelector('title').textContent.split(' · ')[1],
          right: lane.querySelector('.name').getBBox().width,
          column: Math.round(Math.min(250, Math.max(lane.ownerSVGElement.width.baseVal.value, 480) * 0.36)) + 12 }))"""
    )
    for lane in told:
        assert lane["right"] <= lane["column"], lane
    assert {lane["shown"].split(" · ")[1] for lane in told if lane["role"]} == {lane["whole"] for lane in told if lane["role"]}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_two_findings_of_one_rule_are_told_apart_on_the_card(web: Watched, lang: str) -> None:
    rows = web.asked("findings", rule="D1-FOOD", limit="500")["items"]
    several = next(row for row in rows if sum(one["party"]["id"] == row["party"]["id"] for one in rows) > 1)
    person = quote(several["party"]["id"])
    web.open(f"g={person}&p={person}", lang=lang)
    web.page.locator("#panel-card .finding").first.wait_for()
    lines = [line for line in web.page.locator("#panel-card .finding").all_text_contents() if line.strip()]
    assert len(lines) == len(set(lines)), "no two lines say the same"


def test_the_card_follows_the_day_whatever_changes_with_it(web: Watched) -> None:
    case = at_case(web, more="&on=2020-01-01")
    card = web.page.locator("#panel-card")
    card.get_by_text("按 2020-01-01 的情况显示").wait_for()
    company = case["company"]["id"]
    web.page.evaluate(f"location.hash = '#lang=zh&c=time&g={company}&p={company}'")
    web.page.locator(".timeline").wait_for()
    assert "按 2020-01-01" not in card.inner_text()
    web.page.evaluate(f"location.hash = '#lang=zh&g={company}&p={company}&on=2020-01-01'")
    card.get_by_text("按 2020-01-01 的情况显示").wait_for()


def test_before_anything_was_known_the_slider_has_no_marks(web: Watched) -> None:
    web.allowed = ("404",)
    at_case(web)
    web.until("document.querySelectorAll('.time .marks rect:not(.today)').length > 0")
    web.page.locator(".time .known .day").fill("2001-01-01")
    web.page.locator(".over .state-title", has_text="还没有").wait_for()
    assert web.page.locator(".time .marks rect:not(.today)").count() == 0
    assert "第 0 版" not in web.page.locator("body").inner_text()


def test_the_slider_tells_years(web: Watched) -> None:
    at_case(web)
    years = [int(text) for text in web.page.locator(".time .years span").all_inner_texts()]
    assert 3 <= len(years) <= 9
    assert years == sorted(years)


def test_one_measure_in_several_states_is_told_apart_by_signs(web: Watched) -> None:
    case = at_case(web)
    web.page.goto(f"{web.world.address}/#lang=zh&v=record&p={case['company']['id']}")
    timeline = web.page.locator(".record-page .timeline")
    timeline.wait_for()
    signs = {"measure": "■", "paused": "‖", "proposal": "◇"}
    found = [kind for kind in signs if timeline.locator(f".lane.{kind}").count()]
    assert found
    for kind in found:
        assert timeline.locator(f".lane.{kind} .name").first.inner_html().startswith(signs[kind])
        assert signs[kind] in timeline.locator(".legend").inner_text()
