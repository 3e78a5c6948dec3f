"""What an investigator does: search, card, graph, table, reasons; in both languages."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import HUB, Watched

pytestmark = [pytest.mark.required, pytest.mark.slow]
LANGS = ("zh", "en")


def case_of(web: Watched) -> dict:
    return web.asked("start")["case"]


def at_case(web: Watched, lang: str = "zh", more: str = "") -> dict:
    case = case_of(web)
    web.open(f"g={case['company']['id']}&p={case['company']['id']}&d={case['decision']['id']}{more}", lang=lang)
    web.until("window.zeren && window.zeren.drawn().length > 3")
    return case


@pytest.mark.parametrize("lang", LANGS)
def test_search_by_name_pinyin_initials_number_and_former_name(web: Watched, lang: str) -> None:
    web.open(f"p={HUB}", lang=lang)
    for typed in ("枢纽", "shuniu", "snsl", "999001"):
        assert "枢纽示例公司" in web.search(typed).first.inner_text(), typed
    former = web.search("旧名示例")
    assert "新名示例公司" in former.first.inner_text()
    assert "旧名示例商行" in former.first.inner_text()


def test_search_is_worked_by_keyboard_alone(web: Watched) -> None:
    web.open(f"p={HUB}")
    web.page.locator("body").press("/")
    assert web.page.evaluate("document.activeElement.id") == "search"
    web.page.keyboard.type("新名")
    web.page.wait_for_selector(".top .found li[role=option]")
    web.page.keyboard.press("ArrowDown")
    chosen = web.page.locator(".found li[aria-selected=true]")
    assert chosen.count() == 1
    assert web.page.locator("#search").get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    web.page.keyboard.press("Enter")
    web.until("document.querySelector('#card-title')?.textContent === '新名示例公司'")
    assert "t%3Arenamed" in web.page.url


@pytest.mark.parametrize("lang", LANGS)
def test_namesakes_stand_apart_with_their_number(web: Watched, lang: str) -> None:
    web.open(f"p={HUB}", lang=lang)
    found = web.asked("search", q="王", limit="50")["items"]
    several = next(item for item in found if item["namesakes"] > 1 and item["kind"] == "person")
    rows = web.search(several["name"])
    texts = rows.all_inner_texts()
    assert len(texts) >= 2
    assert re.search(rf"{several['namesakes']} (个同名|of this name)", texts[0])
    assert len(set(texts)) == len(texts), "two namesakes look the same"


@pytest.mark.parametrize("lang", LANGS)
def test_the_card_leads_to_the_source_row(web: Watched, lang: str) -> None:
    case = at_case(web, lang)
    card = web.page.locator("#panel-card")
    assert card.locator("h1").inner_text() == case["company"]["name"]
    post = card.locator(".post .source").first
    text = post.inner_text()
    post.click()
    dialog = web.page.locator("dialog")
    dialog.locator("pre.values").wait_for()
    row = re.search(r"\d+", text)
    assert row
    assert row[0] in dialog.inner_text()
    assert dialog.locator(".wordings li").count() >= 1
    web.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert card.locator("summary .number").count() >= 2


def test_hub_opens_with_counts_and_positions_never_jump(web: Watched) -> None:
    web.open(f"g={HUB}&p={HUB}")
    web.until("window.zeren && window.zeren.drawn().length > 10")
    before = {item["id"]: (item["x"], item["y"]) for item in web.graph()}
    chips = web.page.evaluate("window.zeren.chips()")
    assert any("41" in chip["label"] for chip in chips), chips
    web.page.evaluate(f"window.zeren.tap('{chips[0]['id']}')")
    web.until(f"window.zeren.drawn().length > {len(before)}")
    web.page.wait_for_timeout(300)
    after = {item["id"]: (item["x"], item["y"]) for item in web.graph()}
    assert {key: after[key] for key in before} == before
    web.page.evaluate(f"window.zeren.tap('{next(key for key in after if key != HUB)}')")
    web.page.wait_for_timeout(200)
    assert {item["id"]: (item["x"], item["y"]) for item in web.graph()} == after


@pytest.mark.parametrize("lang", LANGS)
def test_expand_collapse_hide_and_pin(web: Watched, lang: str) -> None:
    case = at_case(web, lang)
    other = next(item for item in web.graph() if item["id"].startswith("synthetic_city:A") or item["kind"] == "address")
    names = {"zh": ("展开", "收起", "隐藏", "固定"), "en": ("Open", "Close", "Hide", "Pin")}[lang]
    web.page.evaluate(f"window.zeren.tap('{other['id']}')")
    tools = web.page.locator(".selection")
    tools.get_by_role("button", name=names[0], exact=True).click()
    web.until(f"window.zeren.opened('{other['id']}')")
    tools.get_by_role("button", name=names[1], exact=True).click()
    web.until(f"!window.zeren.opened('{other['id']}')")
    tools.get_by_role("button", name=names[3], exact=True).click()
    assert "pin=" in web.page.url
    tools.get_by_role("button", name=names[2], exact=True).click()
    web.until(f"!window.zeren.drawn().some((n) => n.id === '{other['id']}')")
    assert any(item["id"] == case["company"]["id"] for item in web.graph())


def test_filter_before_opening(web: Watched) -> None:
    at_case(web)
    web.page.get_by_role("button", name="展开前筛选").click()
    web.page.locator("dialog input[data-code=shareholding]").check()
    web.page.get_by_role("button", name="应用").click()
    web.until("location.hash.includes('role=shareholding')")
    web.page.wait_for_timeout(800)
    labels = set(web.page.locator("#panel-table tbody tr td:nth-child(2)").all_inner_texts())
    assert "持股" in labels
    web.open(f"g={HUB}&p={HUB}&role=shareholding&share=1.004")
    web.until("window.zeren && window.zeren.drawn().length > 3")
    shares = web.page.locator("#panel-table tbody tr td:nth-child(3)").all_inner_texts()
    assert shares
    assert all(float(share.rstrip("%")) >= 1.004 for share in shares)


def test_parallel_edges_are_one_line_with_one_label(web: Watched) -> None:
    at_case(web)
    ties = web.page.locator("#panel-table tbody tr")
    pairs = web.page.evaluate("window.zeren.lines()")
    assert len(pairs) < ties.count()
    assert any("\n" in pair["label"] for pair in pairs)


@pytest.mark.parametrize("lang", LANGS)
def test_the_table_is_the_graph_sortable_and_copyable(web: Watched, lang: str) -> None:
    at_case(web, lang)
    table = web.page.locator("#panel-table")
    rows = table.locator("tbody tr")
    assert rows.count() == web.page.evaluate("window.zeren.ties()")
    head = table.locator("thead th").nth(2)
    head.locator("button").click()
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    shares = [float(text.rstrip("%") or -1) for text in table.locator("tbody td:nth-child(3)").all_inner_texts()]
    assert shares == sorted(shares, reverse=True)
    table.locator(".table-tools .tool").click()
    copied = web.page.evaluate("navigator.clipboard.readText()")
    assert len(copied.splitlines()) == rows.count() + 1
    table.locator(".switch button").nth(1).click()
    assert table.locator("tbody tr").count() == len(web.graph())


@pytest.mark.parametrize("lang", LANGS)
def test_the_reasons_with_premises_articles_documents_and_the_lit_path(web: Watched, lang: str) -> None:
    case = case_of(web)
    at_case(web, lang, f"&f={case['finding']}")
    why = web.page.locator("#panel-why")
    why.locator(".premise").first.wait_for()
    told = web.asked(f"findings/{case['finding']}/explanation", lang=lang)
    assert why.locator(".premises > li").count() == len(told["premises"])
    assert why.locator(".premise.proved .sign").first.inner_text() == "✓"
    for text in (told["summary"], told["articles"][0]["article"], told["premises"][0]["label"], told["is_not"]):
        assert text in why.inner_text()
    lit = web.page.evaluate("window.zeren.lit()")
    assert {step["id"] for step in told["path"]} <= set(lit), "the whole evidence path is in the graph and lit"
    with web.page.expect_popup() as opened:
        why.locator("a[target=_blank]").click()
    opened.value.locator("h1").wait_for()  # the popup is there before the letter is
    assert case["party"]["name"] in opened.value.content()
    assert "告知书" in opened.value.title() or opened.value.locator("h1").count()


@pytest.mark.parametrize("lang", LANGS)
def test_why_not_the_other_one(web: Watched, lang: str) -> None:
    case = at_case(web, lang)
    web.page.evaluate(f"window.zeren.tap('{case['not_party']['id']}')")
    web.page.locator(".selection").get_by_role("button", name={"zh": "为何不担责", "en": "Why not"}[lang]).click()
    why = web.page.locator("#panel-why")
    why.locator(".premises li").first.wait_for()
    assert {"zh": "不担责", "en": "does not answer"}[lang] in why.locator(".badge").inner_text()
    assert "2023-01-27" in why.inner_text() or "held" in why.inner_text() or "任职" in why.inner_text()
