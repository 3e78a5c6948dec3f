"""A picture of many: laid out to be read, and who is under the same control told in picture, legend, table and files."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from tests.web.conftest import HUB, Watched
from tests.web.test_views import exported

pytestmark = [pytest.mark.required, pytest.mark.slow]
SIZES = {"person": (112, 40), "company": (158, 52)}


def hub(web: Watched, many: int) -> None:
    """Open the hub and then everybody who has room."""
    web.open(f"g={HUB}&p={HUB}")
    web.until("window.zeren && window.zeren.drawn().length > 10")
    while (count := len(web.graph())) < many:
        web.page.locator(".table-foot .link").last.click()
        web.until(f"window.zeren.drawn().length > {count}")


def upon(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two boxes lie upon each other."""
    (wide, high), (wide_too, high_too) = SIZES[one["kind"]], SIZES[other["kind"]]
    return abs(one["x"] - other["x"]) < (wide + wide_too) / 2 and abs(one["y"] - other["y"]) < (high + high_too) / 2


@pytest.mark.parametrize("name", ["从左到右排列", "自由排列"])
def test_many_are_arranged_to_be_read_and_none_upon_another(web: Watched, name: str) -> None:
    hub(web, 54)
    web.page.get_by_role("button", name=name).click()
    web.page.wait_for_timeout(300)
    assert [(one["id"], other["id"]) for one, other in combinations(web.graph(), 2) if upon(one, other)] == []
    assert web.page.evaluate("window.zeren.seen()"), "nobody stands outside of the picture"
    letters = sorted(web.page.evaluate("window.zeren.letters()"))
    assert letters[0] >= 5, "whose name fills the box is small"
    assert letters[len(letters) // 10] >= 6


def test_who_is_under_the_same_control_is_told_everywhere_and_the_others_can_be_drawn(web: Watched) -> None:
    def found(route: Any) -> None:
        answer = route.fetch(timeout=90_000).json()  # a machine compiles the graph's kernels once
        other = {"id": "t:quotes", "name": "引号公司", "kind": "company", "enterprise": None}
        row = {**answer["rows"][0], "party": other} if answer["rows"] else {"party": other}
        route.fulfill(json={**answer, "rows": [*answer["rows"], row], "notes": ["集团共2家"]})

    hub(web, 11)
    web.page.route("**/group?*", found)
    web.page.get_by_role("button", name="标出同一控制下的各方").click()
    legend = web.page.locator(".group-note")
    legend.wait_for()
    assert "◎" in legend.inner_text()
    assert "集团共2家" in legend.inner_text()
    assert next(each for each in web.graph() if each["id"] == HUB)["label"].endswith("◎ 集团")
    web.page.locator(".switch button").nth(1).click()
    row = web.page.locator(f'#panel-table tr[data-id="{HUB}"]')
    assert "◎ 是" in row.inner_text()
    web.page.locator(".graph-tools").get_by_role("button", name="导出").click()
    head, *rows = [line.split(",") for line in exported(web, "CSV").decode("utf-8-sig").splitlines()]
    column = head.index('"同一控制"')
    assert {line[column] for line in rows} == {'"是"', '"—"'}
    assert exported(web, "GraphML").decode().count('<data key="together">yes</data>') == 1
    web.page.keyboard.press("Escape")
    assert "◎ 集团" in web.page.evaluate("window.zeren.svg()")
    legend.get_by_role("button", name="画入其余 1 个").click()
    web.until("window.zeren.drawn().some((n) => n.id === 't:quotes' && n.classes.includes('together'))")
    assert legend.get_by_role("button").count() == 0


def test_of_a_decision_or_an_address_nothing_is_said_of_how_it_stands(web: Watched) -> None:
    case = web.asked("start")["case"]
    web.open(f"g={case['company']['id']}&p={case['company']['id']}&d={case['decision']['id']}&t=parties")
    web.until("window.zeren && window.zeren.drawn().length > 3")
    kinds = {"决定": set(), "地址": set(), "企业": set()}
    for cells in (row.locator("td").all_inner_texts() for row in web.page.locator("#panel-table tbody tr").all()):
        if cells[0] in kinds:
            kinds[cells[0]].add(cells[1].strip())
    assert kinds["决定"] == {"—"}
    assert kinds["地址"] <= {"—"}
    assert "—" not in kinds["企业"]
