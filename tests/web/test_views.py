"""Views are addresses: saved, named, shared; and what leaves the page."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.web.conftest import HUB, Watched
from tests.web.test_investigating import at_case, case_of

pytestmark = [pytest.mark.required, pytest.mark.slow]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_view_is_saved_named_opened_and_removed(web: Watched, lang: str) -> None:
    case = at_case(web, lang, "&on=2023-02-15&t=parties")
    web.page.locator(".own .tool").first.click()
    web.page.locator("#view-name").fill("我的视图 <b>1</b>")
    web.page.locator("dialog .strong").click()
    web.page.locator(".own .tool").first.click()
    web.page.locator("#view-name").fill("我的视图 <b>1</b>")
    web.page.locator("dialog .strong").click()
    web.page.locator("dialog .warn", has_text="我的视图").wait_for()
    web.page.locator("dialog .strong").click()
    web.until("!document.querySelector('dialog')")
    web.page.goto(f"{web.world.address}/#lang={lang}&v=home")
    web.page.locator(".views .link").first.wait_for()
    assert web.page.locator(".views .link").count() == 1, "asked first, then replaced"
    assert web.page.locator(".views .link").first.inner_text() == "我的视图 <b>1</b>"
    web.page.locator(".views .link").first.click()
    web.until(f"document.querySelector('#card-title')?.textContent === '{case['company']['name']}'")
    web.until("document.querySelector('.time .day').value === '2023-02-15'")
    web.page.goto(f"{web.world.address}/#lang={lang}&v=home")
    web.page.locator(".views .tool").first.click()
    assert web.page.locator(".views .link").count() == 0


def test_an_address_shows_another_person_the_same_picture(web: Watched) -> None:
    at_case(web)
    other = next(item["id"] for item in web.graph() if item["kind"] == "address")
    web.page.evaluate(f"window.zeren.tap('{other}')")
    web.page.locator(".selection").get_by_role("button", name="展开", exact=True).click()
    web.until(f"window.zeren.opened('{other}')")
    seen = sorted(item["id"] for item in web.graph())
    address = web.page.url
    web.page.goto("about:blank")
    web.page.goto(address)
    web.until(f"window.zeren && window.zeren.drawn().length === {len(seen)}")
    assert sorted(item["id"] for item in web.graph()) == seen
    web.page.go_back()
    web.page.go_forward()


def exported(web: Watched, name: str) -> bytes:
    with web.page.expect_download() as waiting:
        web.page.locator("dialog .export").get_by_role("button", name=name, exact=True).click()
    return Path(waiting.value.path()).read_bytes()


def told(cell: Any) -> str:
    """Return what somebody reads in a cell of a workbook."""
    return f"{round(cell.value * 100, 4):g}%" if "%" in cell.number_format else cell.value or ""


def test_the_picture_of_the_lines_says_who_holds_whom_and_what_is_lit(web: Watched) -> None:
    case = case_of(web)
    at_case(web, more=f"&f={case['finding']}&on=2023-02-15")
    web.page.locator("#panel-why .premise").first.wait_for()
    web.until("window.zeren.lit().length > 2")
    web.page.get_by_role("button", name="导出").click()
    picture = ET.fromstring(exported(web, "SVG").decode())
    space = "{http://www.w3.org/2000/svg}"
    lines = [part for part in picture.iter(f"{space}g") if part.find(f"{space}line") is not None]
    assert len(lines) == len(web.page.evaluate("window.zeren.lines()"))
    assert all(part.find(f"{space}polygon[@class='head']") is not None for part in lines), "every line has a head"
    assert 0 < sum(part.get("class") == "lit" for part in lines) < len(lines)
    decision = next(part for part in picture.iter(f"{space}g") if part.get("class") == "decision")
    assert decision.find(f"{space}polygon").get("fill") == "#e8f0f9"
    texts = [each.text or "" for each in picture.iter(f"{space}text")]
    assert any(re.search(r"\d{4}-\d\d-\d\d", each) for each in texts)
    assert not [each for each in texts if re.search(r"(^|\D)\d{4}-(\d\d?)?-?$|^-\d", each)], "no day is broken"


def test_exports_hold_what_is_shown(web: Watched) -> None:
    at_case(web)
    rows = web.page.evaluate("window.zeren.ties()")
    drawn = web.graph()
    web.page.get_by_role("button", name="导出").click()
    assert exported(web, "PNG")[:8] == b"\x89PNG\r\n\x1a\n"
    picture = exported(web, "SVG").decode()
    assert ET.fromstring(picture).tag.endswith("svg")
    assert all(item["label"].splitlines()[0][:6] in picture for item in drawn)
    table = list(csv.reader(io.StringIO(exported(web, "CSV").decode("utf-8-sig"))))
    assert len(table) == rows + 1
    day = web.page.locator(".time .day").first.input_value()
    assert {line[-1] for line in table} == {"所看日期", day}, "every file says of which day it is"
    assert f"所看日期 {day}" in picture
    sheet = load_workbook(io.BytesIO(exported(web, "Excel"))).active
    assert [[told(cell) for cell in line] for line in sheet.iter_rows()] == table
    shares = [cell.value for line in sheet.iter_rows() for cell in line if "%" in cell.number_format]
    assert shares, "shares are numbers to count with"
    assert all(isinstance(share, int | float) and 0 < share <= 1 for share in shares)
    assert sheet.freeze_panes == "A2"
    assert len({sheet.column_dimensions[letter].width for letter in "ABCDE"}) > 1
    graph = ET.fromstring(exported(web, "GraphML").decode())
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    assert len(graph.findall(".//g:node", space)) == len(drawn)
    assert len(graph.findall(".//g:edge", space)) == rows
    assert {each.get("key"): each.text for each in graph.findall("g:graph/g:data", space)} == {"as_of": day, "made": day}
    assert len(graph.findall(".//g:node/g:data[@key='standing']", space)) == sum(
        each["kind"] in ("person", "company") for each in drawn
    )
    web.page.locator("dialog").get_by_role("button", name="复制链接").click()
    assert web.page.evaluate("navigator.clipboard.readText()") == web.page.url


@pytest.mark.parametrize(("hash_", "ready"), [("c=owners", ".tree"), ("c=time", ".timeline"), ("t=parties", ".switch")])
def test_the_table_that_is_shown_is_what_leaves(web: Watched, hash_: str, ready: str) -> None:
    at_case(web, "zh", f"&{hash_}")
    web.page.locator(ready).first.wait_for()
    web.page.locator("#panel-table tbody tr").first.wait_for()
    shown = web.page.locator("#panel-table tbody tr").count()
    heads = web.page.locator("#panel-table thead th").all_inner_texts()
    web.page.get_by_role("button", name="导出").locator("visible=true").first.click()
    table = list(csv.reader(io.StringIO(exported(web, "CSV").decode("utf-8-sig"))))
    assert [each.strip() for each in heads] == table[0][: len(heads)]
    assert table[0][len(heads) :] == ([] if hash_ == "c=time" else ["所看日期"]), "a life is of no day"
    assert len(table) == shown + 1
    assert load_workbook(io.BytesIO(exported(web, "Excel"))).active.max_row == shown + 1
    assert web.page.locator("dialog").get_by_role("button", name="PNG").count() == (hash_ == "t=parties")


def test_hostile_names_leave_as_text(web: Watched) -> None:
    web.open(
        f"g={HUB}&p={HUB}&open={HUB}~up.shareholding~0&open={HUB}~up.shareholding~1&open={HUB}~up.shareholding~2&open={HUB}~up.shareholding~3"
    )
    web.until("window.zeren && window.zeren.drawn().some((n) => n.id === 't:html')")
    web.page.get_by_role("button", name="导出").click()
    ET.fromstring(exported(web, "SVG").decode())
    odd = ["\t=1+1", "＝1", "\u00ad@x", "a\n-2", "1-2"]
    tamed = web.page.evaluate("(odd) => import('/web/page/table.js').then((m) => odd.map(m.tame))", odd)
    assert tamed == ["'\t=1+1", "'＝1", "'\u00ad@x", "a\n'-2", "1-2"]
    graph = exported(web, "GraphML").decode()
    ET.fromstring(graph)
    assert "<img" not in graph


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_way_says_who_holds_whom_wherever_it_is_told(web: Watched, lang: str) -> None:
    web.open("g=t:quotes&p=t:quotes&c=paths&to=t:marks", lang=lang)
    web.page.locator(".ways li").first.wait_for()
    web.page.locator("#panel-table tbody tr").first.wait_for()
    web.page.locator("#panel-table .table-tools .tool").first.click()
    copied = [line.split("\t") for line in web.page.evaluate("navigator.clipboard.readText()").splitlines()]
    web.page.get_by_role("button", name={"zh": "导出", "en": "Export"}[lang]).locator("visible=true").first.click()
    left = list(csv.reader(io.StringIO(exported(web, "CSV").decode("utf-8-sig"))))
    sheet = [list(line) for line in load_workbook(io.BytesIO(exported(web, "Excel"))).active.iter_rows(values_only=True)]
    for rows in (copied, left, sheet):
        told = {(line[2], line[4]) if str(line[3])[0] == "→" else (line[4], line[2]) for line in rows[1:]}
        assert {held for _, held in told} == {"枢纽示例公司"}, "both hold it, whichever way one goes"
        assert len(told) == 2
        assert {str(line[3])[0] for line in rows[1:]} == {"→", "←"}
