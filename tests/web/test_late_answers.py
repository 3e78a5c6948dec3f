"""Answers that come late or not at all: what stands on the screen is always of whom and of when the address says."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from graph.codec import make_fact
from graph.model import Entity, Name, Origin
from graph.store import open_store
from graph.store.base import Write
from tests.api_world import not_before
from tests.web.conftest import ACTOR, HUB, Watched, held

pytestmark = [pytest.mark.required, pytest.mark.slow]
DRAWN = "window.zeren && window.zeren.drawn().length"


class Gate:
    """Questions of one kind: they wait, are refused, or go through, as long as the test says so."""

    def __init__(self, web: Watched, of: Any) -> None:
        self.how, self.waiting = "through", list[Any]()
        web.page.route(lambda url: of in urlsplit(url).path if isinstance(of, str) else of(url), self._meet)
        self._web = web

    def _meet(self, route: Any) -> None:
        if self.how == "wait":
            self.waiting.append(route)
        elif self.how == "refuse":
            refuse(route)
        else:
            route.continue_()

    def until_asked(self) -> None:
        for _ in range(400):
            if self.waiting:
                return
            self._web.page.wait_for_timeout(50)
        raise AssertionError("nobody asked")

    def release(self, refused: bool = False) -> None:
        self.how = "through"
        for route in self.waiting:
            refuse(route) if refused else route.continue_()
        self.waiting.clear()
        self._web.page.wait_for_timeout(1200)  # whoever would be wrong now has time to be


def refuse(route: Any) -> None:
    route.fulfill(status=503, content_type="application/problem+json", body=json.dumps({"code": "store_busy", "detail": "忙"}))


def go(web: Watched, hash_: str) -> None:
    web.page.evaluate(f"location.hash = '#lang=zh&{hash_}'")


def title(web: Watched, text: str) -> None:
    web.until(f"document.querySelector('#card-title')?.textContent === {json.dumps(text)}")


def worked(web: Watched) -> tuple[dict[str, Any], str]:
    case = web.asked("start")["case"]
    return case, f"g={quote(case['company']['id'])}&p={quote(case['company']['id'])}"


def test_a_late_card_or_picture_stands_under_no_other_party(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    case, at = worked(web)
    pictures = Gate(web, "/v1/pictures/")
    cards = Gate(web, lambda url: f"/v1/parties/{quote(case['company']['id'], safe='')}?" in url)
    web.open(at)
    title(web, case["company"]["name"])
    web.until(f"{DRAWN} > 3")
    pictures.how = "wait"
    web.page.locator("#panel-card .decision button.link").first.click()
    pictures.until_asked()
    go(web, f"g={HUB}&p={HUB}")
    title(web, "枢纽示例公司")
    web.until(f"{DRAWN} > 10")
    pictures.release()
    assert {item["kind"] for item in web.graph()} <= {"company", "person"}, "no decision of somebody else"
    assert case["company"]["id"] not in {item["id"] for item in web.graph()}
    for refused in (False, True):
        cards.how = "wait"
        go(web, f"g={HUB}&p={quote(case['company']['id'])}")
        cards.until_asked()
        go(web, f"g={HUB}&p=t:quotes")
        web.until("document.querySelector('#card-title')?.textContent.startsWith('引号')")
        cards.release(refused)
        assert web.page.locator("#card-title").inner_text().startswith("引号")
        go(web, f"g={HUB}&p={HUB}")
        title(web, "枢纽示例公司")
    cards.how = "wait"
    go(web, at + "&known=1")
    cards.until_asked()
    go(web, at)
    for _ in range(200):
        if len(cards.waiting) > 1:
            break
        web.page.wait_for_timeout(50)
    cards.waiting.pop().continue_()
    title(web, case["company"]["name"])
    whole = web.page.locator("#panel-card").inner_text()
    cards.release()
    assert web.page.locator("#panel-card").inner_text() == whole, "what was known once does not stand as of today"


def test_the_reasons_are_those_that_were_chosen_last_and_light_no_other_path(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    case, at = worked(web)
    card = web.asked(f"parties/{quote(case['company']['id'], safe='')}")
    other = next(each["id"] for each in card["answers"] if each["id"] != case["finding"])
    ties, reasons = Gate(web, "/neighbours"), Gate(web, f"/findings/{other}/explanation")
    ties.how = "wait"
    web.open(f"{at}&f={case['finding']}")
    title(web, case["company"]["name"])
    go(web, f"{at}&f={other}")
    web.page.locator("#panel-why .premise").first.wait_for()
    web.page.get_by_role("tab", name="股权穿透").click()
    told = web.page.locator("#panel-why").inner_text()
    ties.release()
    web.page.locator(".centre-other h2").wait_for()
    assert not web.page.locator(".canvas").is_visible(), "what was chosen while the graph was on its way is shown"
    assert web.page.locator("#panel-why").inner_text() == told
    web.page.get_by_role("tab", name="关系图").first.click()
    go(web, f"{at}&f={case['finding']}")
    web.until("window.zeren.lit().length > 2")
    reasons.how = "refuse"
    go(web, f"{at}&f={other}")
    web.page.locator("#panel-why .error").wait_for()
    assert web.page.evaluate("window.zeren.lit()") == [], "nobody's evidence stands for another's"


def test_where_a_graph_cannot_be_had_nobody_else_stands_there_and_it_can_be_tried_again(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    case, at = worked(web)
    ties, pictures = Gate(web, "/neighbours"), Gate(web, "/v1/pictures/")
    web.open(f"g={HUB}&p={HUB}")
    web.until(f"{DRAWN} > 10")
    ties.how = "refuse"
    go(web, at)
    again = web.page.locator(".over").get_by_role("button")
    again.wait_for()
    title(web, case["company"]["name"])
    assert web.page.locator("#panel-table tbody tr").count() == 0, "the table is of whom the card is of"
    assert web.graph() == []
    web.page.get_by_role("button", name="导出").click()
    assert "没有可以导出" in web.page.locator("#toast").inner_text()
    ties.how = "through"
    again.click()
    web.until(f"{DRAWN} > 3")
    drawn = web.page.evaluate(DRAWN)
    pictures.how = "refuse"
    decision = web.page.locator("#panel-card .decision button.link").first
    decision.click()
    web.until("document.querySelector('#toast.shown')?.textContent === '忙'")
    pictures.how = "through"
    decision.click()
    web.until(f"{DRAWN} > {drawn}")
    go(web, at + "&held=1")
    web.until(f"{DRAWN} > 1")
    ties.how = "refuse"
    web.page.locator(".time .day").first.fill("2019-03-01")
    again.wait_for()
    assert web.graph() == [], "those of the former day are not those of this one"
    ties.how = "through"
    again.click()
    web.until(f"{DRAWN} > 0")


def test_a_way_to_whoever_is_gone_keeps_nothing_else_away_and_any_id_can_be_opened(web: Watched) -> None:
    web.allowed = ("Failed to load resource",)
    odd = "t:wave~x%7E"
    entity = make_fact(Entity(odd, "company", (Name("波浪示例公司"),)), "wave", Origin("odd", "odd.csv", 7))
    tie = held("wave", odd, "t:quotes", 1_000)
    with open_store(web.world.url) as store:
        store.append([Write(entity), Write(tie)], replace(ACTOR, at=not_before(store, ACTOR.at)).act("test"))
    web.open(f"g=t:quotes&p=t:quotes&c=paths&to={quote(odd)}&to=t:nobody")
    web.page.locator(".ways li").first.wait_for()
    assert web.page.locator(".centre-other .error").count() == 2, "two of three pairs end nowhere"
    web.page.get_by_role("button", name="画到图上").click()
    web.until(f"{DRAWN} > 1 && window.zeren.drawn().some((n) => n.id === {json.dumps(odd)})")
    way = web.page.url.partition("#")[2]
    assert "nobody" not in next(part for part in way.split("&") if part.startswith("way="))
    web.page.goto("about:blank")
    web.open(way.replace("lang=zh&", "") + "&way=t:quotes~t:nobody~")
    web.page.locator("#toast.shown").wait_for()
    assert "t:nobody" in web.page.locator("#toast").inner_text()
    web.until(f"{DRAWN} > 1 && window.zeren.drawn().some((n) => n.id === {json.dumps(odd)})")
    go(web, f"g=t:quotes&p=t:quotes&open={quote(odd.replace('%', '%25').replace('~', '%7E'))}&s={quote(odd)}")
    web.until(f"window.zeren.opened({json.dumps(odd)})")


def test_a_life_says_that_it_holds_the_first_holders_alone(web: Watched) -> None:
    def more(route: Any) -> None:
        card = route.fetch().json()
        route.fulfill(json={**card, "holders_count": card["holders_count"] + 4_800})

    web.page.route(lambda url: f"/v1/parties/{HUB}?" in url.replace("%3A", ":"), more)
    web.open(f"g={HUB}&p={HUB}&c=time")
    web.page.locator(".timeline").wait_for()
    assert "其余 4800 条" in web.page.locator(".centre-other").inner_text()
    assert "其余 4800 条" in web.page.locator("#panel-table").inner_text()


def test_an_end_of_a_way_is_called_by_no_id_while_its_name_is_on_its_way(web: Watched) -> None:
    def late(route: Any) -> None:
        web.page.wait_for_timeout(1500)
        route.continue_()

    web.page.route("**/paths?*", late)
    web.open("g=t:quotes&p=t:quotes&c=paths&to=t:long")
    end = web.page.locator(".chosen-ends .end")
    end.wait_for()
    assert "t:long" not in end.inner_text()
    web.until("document.querySelector('.chosen-ends .end').textContent.includes('END')")
