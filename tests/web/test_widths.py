"""Widths and papers: a tablet held upright, 200 % zoom, a panel that changes its size, and what leaves from the dark page."""

from __future__ import annotations

import re
import struct
import zlib

import pytest

from tests.web.conftest import Watched
from tests.web.test_investigating import at_case, case_of
from tests.web.test_views import exported

pytestmark = [pytest.mark.required, pytest.mark.slow]
HEADINGS = "[...document.querySelectorAll('h1')].filter((e) => e.offsetParent).map((e) => e.textContent)"


@pytest.mark.context(viewport={"width": 820, "height": 1180})
def test_a_tablet_held_upright_has_two_columns_and_no_empty_strip(web: Watched) -> None:
    at_case(web)
    places = {name: web.page.locator(f"#panel-{name}").bounding_box() for name in ("graph", "card", "table", "why")}
    assert all(place["width"] > 230 for place in places.values()), "every panel stands"
    assert places["card"]["x"] > places["graph"]["x"]
    assert max(place["y"] + place["height"] for place in places.values()) == 1180


@pytest.mark.context(viewport={"width": 640, "height": 360}, device_scale_factor=2)
def test_at_two_hundred_per_cent_the_graph_has_half_of_the_screen_and_each_panel_its_heading(web: Watched) -> None:
    case = at_case(web)
    stage, tools = web.page.locator(".stage").bounding_box(), web.page.locator(".graph-tools").bounding_box()
    assert min(stage["y"] + stage["height"], 360) - stage["y"] > 200
    assert tools["y"] + tools["height"] <= stage["y"] + stage["height"]
    found = []
    for name in ("名片", "关系图", "理由", "表格"):
        web.page.locator(".panel-tabs").get_by_role("tab", name=name).click()
        found.append(web.page.evaluate(HEADINGS))
    assert found == [[case["company"]["name"]], ["关系图"], ["理由"], ["表格"]]


def test_the_english_table_has_room_and_breaks_no_day(web: Watched) -> None:
    at_case(web, "en")
    scroll = web.page.locator("#panel-table .scroll")
    assert scroll.evaluate("(e) => e.scrollWidth - e.clientWidth") == 0, "no column is cut"
    days = web.page.locator("#panel-table tbody .nowrap")
    assert days.count() > 3
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", text) for text in days.all_inner_texts())
    assert all(box["height"] < 24 for box in (days.nth(i).bounding_box() for i in range(3)))


def test_the_picture_is_fitted_to_another_size_unless_somebody_moved_it(web: Watched) -> None:
    at_case(web)
    first = web.page.evaluate("window.zeren.zoom()")
    for size in ({"width": 1024, "height": 700}, {"width": 1280, "height": 720}):
        web.page.set_viewport_size(size)
        web.page.wait_for_timeout(400)
        assert web.page.evaluate("window.zeren.seen() || window.zeren.zoom() === 0.85"), "all, or what can be read"
    assert web.page.evaluate("window.zeren.zoom()") == pytest.approx(first, rel=0.02)
    web.page.locator(".canvas").hover()
    for _ in range(8):  # the first turns of a wheel are measured, not obeyed
        web.page.mouse.wheel(0, -120)
        web.page.wait_for_timeout(60)
    web.until(f"window.zeren.zoom() > {first} * 1.1")
    web.page.wait_for_timeout(400)
    mine = web.page.evaluate("window.zeren.zoom()")
    web.page.set_viewport_size({"width": 1024, "height": 700})
    web.page.wait_for_timeout(400)
    assert web.page.evaluate("window.zeren.zoom()") == mine


def first_pixel(png: bytes) -> tuple[int, ...]:
    """Colour of the upper left corner: no filter of PNG changes the first pixel of the first row."""
    parts, at = b"", 8
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        parts += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return tuple(zlib.decompress(parts)[1:4])


def test_what_leaves_from_the_dark_page_is_for_white_paper(web: Watched) -> None:
    web.page.add_init_script("if (location.protocol === 'http:') localStorage.setItem('zeren.theme', 'dark')")
    at_case(web, more=f"&s={case_of(web)['party']['id']}")
    web.page.get_by_role("button", name="导出").click()
    assert first_pixel(exported(web, "PNG")) == (0xF7, 0xF8, 0xFA)
    picture = exported(web, "SVG").decode()
    assert 'fill="#f7f8fa"' in picture
    assert "#12171e" not in picture
    assert web.page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.context(viewport={"width": 820, "height": 1180})
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_matrix_scrolls_in_its_own_frame_beside_the_names_of_its_measures(web: Watched, lang: str) -> None:
    web.open("v=matrix", lang=lang)
    web.page.locator(".matrix tbody tr").first.wait_for()
    assert web.page.locator("#main").evaluate("(e) => e.scrollWidth - e.clientWidth") == 0
    frame = web.page.locator("div.matrix")
    frame.evaluate("(e) => { e.scrollLeft = 9999; }")
    name = web.page.locator(".matrix tbody th").first.bounding_box()
    assert name["x"] == pytest.approx(frame.bounding_box()["x"], abs=2)
