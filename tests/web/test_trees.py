"""Ways between parties, and who owns and controls."""

from __future__ import annotations

import pytest

from tests.web.conftest import HUB, Watched

pytestmark = [pytest.mark.required, pytest.mark.slow]


def owned(web: Watched) -> str:
    """An enterprise that another one holds."""
    found = [item for item in web.asked("search", q="示例", limit="50")["items"] if item["id"].startswith("uscc:")]
    for item in found:
        answer = web.asked(f"graph/{item['id']}/owners")
        if any(branch["children"] and branch["children"][0]["children"] for branch in answer["tree"]):
            return item["id"]
    return pytest.fail("no enterprise of the city has owners behind owners")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_owners_and_controllers_with_effective_shares_and_the_chain(web: Watched, lang: str) -> None:
    company = owned(web)
    web.open(f"g={company}&p={company}&c=owners", lang=lang)
    tree = web.page.locator(".tree [role=treeitem]")
    tree.first.wait_for()
    answer = web.asked(f"graph/{company}/owners")
    assert web.page.locator("#panel-table tbody tr").count() == len(answer["rows"])
    assert tree.count() >= 3
    web.page.locator(".tree button.share").first.click()
    web.page.locator("dialog .lines .source, dialog .hint").first.wait_for()
    web.page.keyboard.press("Escape")
    web.page.locator("dialog").wait_for(state="detached")
    web.page.locator(".fold").first.click()
    assert not tree.nth(1).is_visible()
    web.page.get_by_role("tab", name={"zh": "谁控制它", "en": "Controllers"}[lang]).click()
    web.until("document.querySelector('.centre-head h2') && location.hash.includes('c=controls')")
    web.page.locator(".centre-head .button[aria-pressed=true]").wait_for()
    chains = web.asked(f"graph/{company}/controls")["rows"]
    assert web.page.locator("#panel-table tbody tr").count() == len(chains)
    if chains:
        assert "→" in web.page.locator("#panel-table tbody td").last.inner_text()
    assert {"zh": "筛查事实", "en": "screening fact"}[lang] in web.page.locator(".centre-head").inner_text()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_ways_between_parties_are_filtered_and_drawn(web: Watched, lang: str) -> None:
    web.open("g=t:quotes&p=t:quotes&c=paths", lang=lang)
    box = web.page.locator(".centre-other input[type=search]")
    box.press_sequentially("从右向左", delay=10)
    web.page.locator(".centre-other .found li[role=option]").first.wait_for()
    web.page.keyboard.press("Enter")
    way = web.page.locator(".ways li")
    way.first.wait_for()
    web.until("document.activeElement.closest('.centre-other .search')")
    assert "枢纽示例公司" in way.first.inner_text()
    rows = web.page.locator("#panel-table tbody tr")
    assert [row.locator("td").nth(2).inner_text()[0] for row in rows.all()] == ["→", "←"], "who holds whom, as the list says"
    web.page.get_by_role("button", name={"zh": "画到图上", "en": "Draw into the graph"}[lang]).click()
    web.until("window.zeren.drawn().some((n) => n.id === 't:marks')")
    seen, address = sorted(item["id"] for item in web.graph()), web.page.url
    web.page.goto("about:blank")
    web.page.goto(address)
    web.until("window.zeren && window.zeren.drawn().some((n) => n.id === 't:marks')")
    assert sorted(item["id"] for item in web.graph()) == seen, "what was drawn stands in the address"
    web.page.goto(web.page.url.replace("c=graph", "") + "&c=paths&share=1")
    web.page.locator(".centre-other .notes").first.wait_for()
    assert web.page.locator(".ways li").count() == 0
    told = web.page.locator(".centre-head .warn").inner_text()
    assert {"zh": "持股不少于 1%", "en": "Holdings of at least 1%"}[lang] in told, "what the search leaves out"


def test_who_is_under_the_same_control_is_marked(web: Watched) -> None:
    web.open(f"g={HUB}&p={HUB}")
    web.until("window.zeren && window.zeren.drawn().length > 10")
    button = web.page.get_by_role("button", name="标出同一控制下的各方")
    button.click()
    web.until("window.zeren.drawn().some((n) => n.classes.includes('together'))")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    web.until("window.zeren.drawn().some((n) => n.classes.includes('together'))")
    web.page.locator(".time .day").first.fill("2020-03-01")
    web.until("!window.zeren.drawn().some((n) => n.classes.includes('together'))")
    assert button.get_attribute("aria-pressed") == "false", "of another day nothing is said"


def test_ways_between_three_parties(web: Watched) -> None:
    web.open("g=t:quotes&p=t:quotes&c=paths&to=t:marks&to=t:long")
    web.page.locator(".ways li").nth(2).wait_for()
    assert web.page.locator(".centre-other h3").count() == 3, "each with each"
    assert web.page.locator(".chosen-ends .end").count() == 2
    assert "END" in web.page.locator(".chosen-ends .end").last.inner_text(), "an end bears its name"
    web.page.locator(".chosen-ends .end button").first.click()
    web.until("document.querySelectorAll('.centre-other h3').length === 1")


@pytest.mark.parametrize("name", ["从左到右排列", "自由排列"])
def test_arranging_is_asked_for(web: Watched, name: str) -> None:
    web.open(f"g={HUB}&p={HUB}&pin={HUB}")
    web.until("window.zeren && window.zeren.drawn().length > 10")
    before = {item["id"]: (item["x"], item["y"]) for item in web.graph()}
    web.page.get_by_role("button", name=name).click()
    web.until(f"window.zeren.drawn().some((n) => n.id !== '{HUB}' && n.x !== {next(iter(before.values()))[0]})")
    after = {item["id"]: (item["x"], item["y"]) for item in web.graph()}
    assert after[HUB] == before[HUB], "who is pinned stays"
    assert after != before


def test_a_tree_is_of_the_day_and_of_the_party_that_stand_beside_it(web: Watched) -> None:
    company = owned(web)
    web.open(f"g={company}&p={company}&c=owners")
    title = web.page.locator(".centre-head h2")
    title.wait_for()
    assert "今日" in title.inner_text()
    with web.page.expect_response(lambda answer: "/owners" in answer.url and "as_of=2024-03-01" in answer.url):
        web.page.locator(".time .day").first.fill("2024-03-01")
    web.until("document.querySelector('.centre-head h2')?.textContent.includes('2024-03-01')")
    with web.page.expect_response(lambda answer: "/owners" in answer.url and "known_at=2026-11-02" in answer.url):
        web.page.locator(".time .known .day").fill("2026-11-02")
    web.page.locator(".banner button").click()
    web.page.get_by_role("tab", name="时间线").click()
    company_name = web.page.locator("#card-title").inner_text()
    web.until(f"document.querySelector('.centre-head h2')?.textContent.includes('{company_name}')")
    web.page.locator("#panel-card .post .link:visible").first.click()
    web.until(f"document.querySelector('#card-title')?.textContent !== '{company_name}'")
    party_name = web.page.locator("#card-title").inner_text()
    web.until(f"document.querySelector('.centre-head h2')?.textContent.includes('{party_name}')")
