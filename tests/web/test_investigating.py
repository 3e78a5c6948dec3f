"""What an investigator does: search, card, graph, table, reasons; in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

import pytest

from graph.codec import make_fact
from graph.model import Entity, Name, Origin, appearance
from graph.store import open_store
from graph.store.base import Write
from tests.api_world import not_before
from tests.web.conftest import ACTOR, HUB, Watched, held

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
    code = next(
        item["value"] for item in web.asked(f"parties/{case_of(web)['company']['id']}")["identifiers"] if item["scheme"] == "uscc"
    )
    assert web.search(code).first.inner_text().count(code) == 1
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
    web.until("document.activeElement.id === 'card-title'")


def test_enter_takes_nobody_from_the_answer_to_another_text(web: Watched) -> None:
    web.open(f"p={HUB}")
    web.search("枢纽")
    web.page.route("**/v1/search?*", lambda route: (web.page.wait_for_timeout(300), route.continue_()))
    web.page.locator("#search").fill("新名")
    web.page.keyboard.press("Enter")
    web.until("document.querySelector('#card-title')?.textContent === '新名示例公司'")
    web.page.unroute("**/v1/search?*")


def test_of_namesakes_none_is_taken_without_being_pointed_at(web: Watched) -> None:
    web.open(f"p={HUB}")
    found = web.asked("search", q="王", limit="50")["items"]
    several = next(item for item in found if item["namesakes"] > 1 and item["kind"] == "person")
    web.search(several["name"])
    web.page.keyboard.press("Enter")
    chosen = web.page.locator(".top .found li[aria-selected=true]")
    chosen.wait_for()
    assert web.page.locator("#card-title").inner_text() == "枢纽示例公司"
    web.page.keyboard.press("Enter")
    web.until(f"document.querySelector('#card-title')?.textContent === '{several['name']}'")
    told = web.page.locator(".namesakes").inner_text()
    assert "同名不等于同一人" in told
    assert "uscc:" not in told, "each is told apart by where he appears"


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
    assert len(re.findall(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b", dialog.inner_text())) >= 2, "times are written as days are"
    row = re.search(r"\d+", text)
    assert row
    assert row[0] in dialog.inner_text()
    assert dialog.locator(".wordings li").count() >= 1
    web.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert card.locator("summary .number").count() >= 2
    card.locator(".origin .source").first.click()
    dialog.locator("pre.values").wait_for()
    assert case["company"]["name"] in dialog.inner_text(), "who it is leads to its own row"


def test_whoever_answers_stands_above_leads_and_records(web: Watched) -> None:
    case = at_case(web, more="&on=2023-07-28")
    answers = web.page.locator("#panel-card .part", has_text="由此对他人的结论").locator(".badge")
    answers.first.wait_for()
    rank = ["措施执行中", "拟议，待确认", "线索，待人工审查", "记录，不是惩戒", "期限已满", "不成立或已结束"]
    shown = [next(i for i, word in enumerate(rank) if word in text) for text in answers.all_inner_texts()]
    assert shown == sorted(shown)
    assert shown[0] == 1
    web.page.locator(".time .day").first.fill("2099-01-01")
    web.until("location.hash.includes('on=2099')")
    web.page.locator("#panel-card .badge", has_text="期限已满").first.wait_for()
    assert web.page.locator("#panel-card .badge.proposal").count() == 0, "nobody can confirm what is over"
    assert case["party"]["name"] in web.page.locator("#panel-card").inner_text()


@pytest.mark.parametrize("lang", LANGS)
def test_the_identity_claims_of_a_person_stand_on_the_card(web: Watched, lang: str) -> None:
    claim = web.asked("identity", limit="1")["items"][0]
    web.open(f"g={quote(claim['first']['id'])}&p={quote(claim['first']['id'])}", lang=lang)
    web.page.locator("#panel-card summary", has_text={"zh": "身份线索", "en": "Identity claims"}[lang]).click()
    shown = web.page.locator("#panel-card .claim").first
    shown.wait_for()
    assert str(claim["name_count"]) in shown.inner_text()
    assert claim["first"]["enterprise"] in shown.inner_text()
    assert claim["second"]["enterprise"] in shown.inner_text()


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
    back = {"zh": "恢复 1 个隐藏的", "en": "Show 1 hidden"}[lang]
    web.page.locator(".graph-bar").get_by_role("button", name=back).click()
    web.until(f"window.zeren.drawn().some((n) => n.id === '{other['id']}')")


def test_whoever_is_chosen_is_seen_and_not_under_its_own_tools(web: Watched) -> None:
    case = at_case(web)
    before = {item["id"]: (item["x"], item["y"]) for item in web.graph()}
    for item in web.graph():
        web.page.evaluate(f"window.zeren.tap('{item['id']}')")
        web.page.locator(".selection strong", has_text=item["label"].splitlines()[0]).wait_for()
        box, tools = web.page.evaluate(f"window.zeren.box('{item['id']}')"), web.page.locator(".selection").bounding_box()
        stage = web.page.locator(".canvas").bounding_box()
        assert min(box["x1"], box["y1"]) >= 0, item
        assert box["y2"] <= tools["y"] - stage["y"] or box["x1"] >= tools["x"] - stage["x"] + tools["width"], item
    assert {item["id"]: (item["x"], item["y"]) for item in web.graph()} == before, "the view moves, nobody in it"
    assert case["company"]["id"] in before


def test_at_most_a_hundred_and_fifty_stand_on_the_screen(web: Watched) -> None:
    web.open(f"g={HUB}&p={HUB}")
    web.until("window.zeren && window.zeren.drawn().length > 10")
    left, shown, took = web.page.evaluate(
        """async () => {
          const { Model } = await import('/web/page/model.js');
          const { place } = await import('/web/page/placing.js');
          const model = new Model();
          const held = (i) => ({ id: `e${i}`, way: 'up', interest: 'shareholding', label: '', period: 'unknown/open' });
          const person = (i) => ({ id: `p${i}`, name: `p${i}`, kind: 'person' });
          const items = [...Array(200).keys()].map((i) => ({ party: person(i), edges: [held(i)] }));
          const party = { id: 'h', name: 'h', kind: 'company' };
          const without = model.open({ party, count: 200, groups: [], next: {}, marks: {}, items });
          const start = performance.now();
          place(model);
          return [without, model.shown().length, performance.now() - start];
        }"""
    )
    assert (left, shown) == (51, 150)
    assert took < 1000


def test_whoever_has_no_room_stays_to_be_opened(web: Watched) -> None:
    with open_store(web.world.url) as store:
        facts = [make_fact(Entity("t:crowd", "company", (Name("人数众多示例公司"),)), "crowd", Origin("odd", "odd.csv", 9))]
        facts += [held(f"crowd{i:03}", appearance("t:crowd", f"众人{i:03}"), "t:crowd", 5_000 - i) for i in range(170)]
        store.append([Write(fact) for fact in facts], replace(ACTOR, at=not_before(store, ACTOR.at)).act("test"))
    asked: list[str] = []
    web.page.on("request", lambda sent: asked.append(sent.url) if "/neighbours" in sent.url else None)
    web.open("g=t:crowd&p=t:crowd&s=t:crowd&open=t:crowd~up.shareholding~0~130")
    web.until("window.zeren && window.zeren.drawn().length === 143")
    links = web.page.locator(".selection .groups .link, .table-foot .link")
    assert min(chip["size"] for chip in web.page.evaluate("window.zeren.chips()")) >= 8, "the way on can be read"
    assert web.page.evaluate("window.zeren.seen()")
    assert links.all_inner_texts() == ["还有 28 个持股"] * 2, "the table has the same way on; all would have no room"
    links.first.click()
    web.until("window.zeren.drawn().length === 150")
    assert "limit=7" in asked[-1], "nobody is asked for who has no room"
    for _ in range(2):
        links.last.click()
        web.page.locator("#toast.shown", has_text="放不下更多").wait_for()
    assert len(asked) == 3
    assert links.first.inner_text() == "还有 21 个持股"
    some = [item["id"] for item in web.graph() if item["id"] != "t:crowd"][:30]
    web.page.goto(web.page.url + "".join(f"&hide={quote(each)}" for each in some))
    web.until("window.zeren.drawn().length === 120")
    web.page.locator(".selection .groups").get_by_role("button", name="展开全部 21 个持股").click()
    web.until("window.zeren.drawn().length === 141")
    assert links.count() == 0
    assert len({item["id"] for item in web.graph()} | set(some)) == 171, "everybody was there once"
    assert web.page.locator("#panel-table tbody tr").count() == 140
    address, seen = web.page.url, sorted(item["id"] for item in web.graph())
    web.page.goto("about:blank")
    web.page.goto(address)
    web.until("window.zeren && window.zeren.drawn().length === 141")
    assert sorted(item["id"] for item in web.graph()) == seen


def test_whoever_came_and_had_no_room_waits_for_some(web: Watched) -> None:
    web.open(f"g={HUB}&p={HUB}")
    told = web.page.evaluate(
        """async () => {
          const { Model } = await import('/web/page/model.js');
          const model = new Model();
          const edge = (i) => ({ id: `e${i}`, way: 'up', interest: 'shareholding', label: '', period: 'unknown/open' });
          const items = [...Array(160).keys()].map((i) => ({ party: { id: `p${i}`, name: '', kind: 'person' }, edges: [edge(i)] }));
          const groups = [{ group: 'up.shareholding', way: 'up', interest: 'shareholding', label: '', count: 160 }];
          const hub = { id: 'h', name: 'h', kind: 'company' };
          const without = model.open({ party: hub, count: 160, groups, next: {}, marks: {}, items });
          const left = () => model.rest(model.nodes.get('h')).map((group) => group.left);
          const before = left();
          const full = model.take(model.nodes.get('h'), 'up.shareholding', 12);
          model.hidden = new Set(['p0', 'p1', 'p2']);
          const some = model.take(model.nodes.get('h'), 'up.shareholding', 12);
          model.hidden = new Set([...Array(50).keys()].map((i) => `p${i}`));
          model.open({ party: { id: 'p155', name: '', kind: 'person' }, count: 0, groups: [], next: {}, marks: {}, items: [] });
          const joined = left();
          const rest = model.take(model.nodes.get('h'), 'up.shareholding', 12);
          return [without, before, full, some, joined, rest, left(), model.edges.size];
        }"""
    )
    assert told == [11, [11], 0, 3, [7], 7, [], 160]


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


def test_only_what_held_on_the_day_is_opened(web: Watched) -> None:
    case = case_of(web)
    web.open(f"g={case['company']['id']}&p={case['company']['id']}&on=2023-02-15")
    web.until("window.zeren && window.zeren.drawn().length > 3")
    assert any(item["id"] == case["not_party"]["id"] for item in web.graph())
    web.page.get_by_role("button", name="展开前筛选").click()
    web.page.locator("#filter-held").check()
    assert "2023-02-15" in web.page.locator("dialog").inner_text()
    web.page.get_by_role("button", name="应用").click()
    there = "window.zeren.drawn().some((n) => n.id === '{}')"
    web.until(f"{there.format(case['party']['id'])} && !{there.format(case['not_party']['id'])}")
    web.page.wait_for_timeout(300)
    before = {item["id"]: (item["x"], item["y"]) for item in web.graph()}
    web.page.locator(".time .day").first.fill("2022-06-01")
    web.until(there.format(case["not_party"]["id"]))
    after = {item["id"]: (item["x"], item["y"]) for item in web.graph()}
    assert before.keys() & after.keys()
    assert all(after[key] == before[key] for key in before.keys() & after.keys()), "whoever stays keeps his place"
    address = web.page.url
    web.page.goto("about:blank")
    web.page.goto(address)
    web.until(f"window.zeren && window.zeren.drawn().length === {len(after)}")
    assert {item["id"] for item in web.graph()} == after.keys(), "another person sees the same parties"


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
    assert why.locator(".lifts > li").count() == len(told["lifts"]["sets"])
    lit = web.page.evaluate("window.zeren.lit()")
    assert {step["id"] for step in told["path"]} <= set(lit), "the whole evidence path is in the graph and lit"
    with web.page.expect_popup() as opened:
        why.locator("a[target=_blank]").click()
    opened.value.locator("h1").first.wait_for()  # the popup is there before the letter is
    assert case["party"]["name"] in opened.value.content()
    letter = web.asked(f"findings/{case['finding']}/letter")
    acted = told["finding"]["status"] in (
        "proposed",
        "notified",
        "heard",
        "decided",
        "in_force",
        "not_yet",
        "paused",
        "end_unknown",
    )
    title = "告知书" if acted else "情况说明"
    assert letter["title"] == opened.value.title() == opened.value.locator("h1").first.inner_text() == title


@pytest.mark.parametrize("lang", LANGS)
def test_why_not_the_other_one(web: Watched, lang: str) -> None:
    case = at_case(web, lang)
    web.page.evaluate(f"window.zeren.tap('{case['not_party']['id']}')")
    web.page.locator(".selection").get_by_role("button", name={"zh": "为何不担责", "en": "Why not"}[lang]).click()
    why = web.page.locator("#panel-why")
    why.locator(".premises li").first.wait_for()
    assert {"zh": "不担责", "en": "does not answer"}[lang] in why.locator(".badge").inner_text()
    assert "2023-01-27" in why.inner_text() or "held" in why.inner_text() or "任职" in why.inner_text()
