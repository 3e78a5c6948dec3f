"""What is printed from the page: whole, on as many sheets as it takes, with the day it speaks of and who made it."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import HUB, Watched

pytestmark = [pytest.mark.required, pytest.mark.slow]


def sheets(web: Watched) -> int:
    """On how many sheets of paper the page goes."""
    return len(re.findall(rb"/Type\s*/Page\b", web.page.pdf(format="A4")))


def test_a_record_is_printed_whole_and_says_of_which_day_it_is(web: Watched) -> None:
    web.page.add_init_script("window.print = () => { window.asked = true; }")
    web.open(f"v=record&p={HUB}&on=2026-10-01")
    web.page.locator(".record-card h1").wait_for()
    holders = web.asked(f"parties/{HUB}")["holders"]
    card = web.page.locator(".record-card")
    assert len(holders) > 50
    assert card.locator(".post").count() >= len(holders), "paper has no more"
    assert "还有" not in card.inner_text()
    assert not card.locator("details:not([open])").count()
    web.page.get_by_role("button", name="打印").click()
    web.until("window.asked === true")

    web.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    web.page.emulate_media(media="print")
    made = web.page.locator(".printed")
    assert "截至 2026-10-01" in made.inner_text()
    assert "测试甲" in made.inner_text()
    assert re.search(r"打印于 \d{4}-\d\d-\d\d \d\d:\d\d", made.inner_text())
    assert web.page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 37, 48)", (
        "dark ink on white, whatever the screen has"
    )
    box = web.page.evaluate("[document.getElementById('main').clientHeight, document.getElementById('main').scrollHeight]")
    assert box[0] == box[1], "nothing is left in a part that scrolls"
    assert not web.page.locator(".side").is_visible()
    assert sheets(web) > 1


def test_of_a_person_the_paper_has_the_claims_and_every_measure_by_its_name(web: Watched) -> None:
    person = web.asked("start")["case"]["party"]
    web.open(f"v=record&p={person['id'].replace('#', '%23')}")
    web.page.locator(".record-card h1").wait_for()
    claims = web.asked("identity", party=person["id"], limit="500")["items"]
    web.until(f"document.querySelectorAll('.record-card .claim').length === {len(claims)}")
    cut = [text for text in web.page.locator(".record-card .finding small").all_inner_texts() if "…" in text or "另 " in text]
    assert cut == []
