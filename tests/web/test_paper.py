"""What is printed from the page: whole, on as many sheets as it takes, with the day it speaks of and who made it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.web.conftest import HUB, Watched
from tests.web.test_investigating import at_case

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


@pytest.mark.context(timezone_id="America/New_York")
def test_the_printed_moment_is_that_of_china_as_the_days_are(web: Watched) -> None:
    web.open(f"v=record&p={HUB}")
    made = web.page.locator(".printed")
    made.wait_for(state="attached")
    at = re.search(r"打印于 ([\d-]+ [\d:]+)", made.text_content() or "")
    assert at
    told = datetime.strptime(at[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone(timedelta(hours=8)))
    assert abs(datetime.now(UTC) - told) < timedelta(minutes=5)


def test_the_graph_is_printed_light_with_its_table_and_without_tools(web: Watched) -> None:
    web.page.add_init_script("if (location.protocol === 'http:') localStorage.setItem('zeren.theme', 'dark')")
    at_case(web)
    web.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    web.page.emulate_media(media="print")
    picture = web.page.locator(".stage .printed > svg")
    assert picture.is_visible()
    assert "#12171e" not in picture.evaluate("(e) => e.outerHTML"), "no dark ground"
    for hidden in (".top", ".graph-tools", ".graph-bar", ".canvas", ".time", ".table-tools .switch"):
        assert not web.page.locator(hidden).first.is_visible(), hidden
    for panel in ("card", "why", "table"):
        assert web.page.locator(f"#panel-{panel}").is_visible(), panel
    assert web.page.locator("#card-title").evaluate("(e) => getComputedStyle(e).color") == "rgb(28, 37, 48)"
    web.page.set_viewport_size({"width": 690, "height": 900})  # a sheet of A4
    assert web.page.locator("#panel-table table").evaluate("(e) => e.getBoundingClientRect().right") <= 690
    web.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert picture.count() == 0


def test_the_matrix_is_printed_whole_with_its_signs(web: Watched) -> None:
    web.open("v=matrix")
    web.page.locator(".matrix tbody tr").first.wait_for()
    web.page.emulate_media(media="print")
    web.page.set_viewport_size({"width": 690, "height": 900})
    assert web.page.locator(".matrix table").evaluate("(e) => e.getBoundingClientRect().right") <= 690
    assert web.page.locator(".legend").is_visible()
    assert web.page.locator(".printed").is_visible()
    assert sheets(web) > 1
