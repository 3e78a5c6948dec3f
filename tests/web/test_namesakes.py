"""Several people of one name at one enterprise: whatever the page says of one of them says which one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from tests.web.conftest import Watched

pytestmark = [pytest.mark.required, pytest.mark.slow]
LANGS = ("zh", "en")
UNSETTLED = {"zh": "〔未定〕", "en": "〔not settled〕"}


def people(web: Watched) -> dict[str, list[str]]:
    """Whoever stands at an enterprise where another bears the name, by enterprise and name."""
    found = defaultdict(set)
    for finding in web.asked("findings", limit="500")["items"]:
        entry, mark, _ = finding["party"]["id"].partition("@")
        if mark:
            found[entry].add(finding["party"]["id"])
    return {entry: sorted(ids) for entry, ids in found.items() if len(ids) > 1}


def sign(who: str, lang: str) -> str:
    bearer = who.partition("@")[2]
    return UNSETTLED[lang] if bearer.startswith("?") else f"〔{bearer.rpartition(':')[2]}〕"


def shown(web: Watched, selector: str) -> Any:
    return web.page.locator(selector).inner_text()


@pytest.mark.parametrize("lang", LANGS)
def test_each_is_called_by_which_one_it_is_wherever_he_stands(web: Watched, lang: str) -> None:
    entry, ids = next(iter(people(web).items()))
    company, _, name = entry.partition("#")
    signs = {who: sign(who, lang) for who in ids}
    assert len(set(signs.values())) == len(ids)
    web.open(f"g={company}&p={company}", lang=lang)
    web.page.locator("#card-title").wait_for()
    for told in signs.values():
        assert f"{name}{told}" in shown(web, "#panel-card"), "findings on others say on which"
    registered = next(who for who in ids if "@?" not in who)
    web.until(f"window.zeren?.drawn().some((n) => n.id === {registered!r})")
    label = next(node["label"] for node in web.graph() if node["id"] == registered)
    assert label.startswith(f"{name}{signs[registered]}")
    assert f"{name}{signs[registered]}" in shown(web, "#panel-table")
    tools = web.page.locator(".table-tools").get_by_role("button").last
    tools.click()
    assert f"{name}{signs[registered]}" in web.page.evaluate("navigator.clipboard.readText()")
    drawn = web.page.evaluate("window.zeren.svg()")
    assert signs[registered] in drawn.replace("</text>", "").replace("\n", "") or signs[registered][1:-1] in drawn
    web.page.goto(f"{web.world.address}/#lang={lang}&g={company}&p={registered.replace('#', '%23')}&c=time")
    web.until(f"document.querySelector('#card-title')?.textContent === '{name}{signs[registered]}'")
    web.page.locator(".centre-head h2", has_text=signs[registered]).wait_for()
    listed = next(each for each in web.asked("cases", limit="500")["items"] if "@" in each["party"]["id"])["party"]
    web.page.goto(f"{web.world.address}/#lang={lang}&v=queue&who={listed['id'].replace('#', '%23')}")
    web.page.locator(".case-item .big-name", has_text=f"{listed['name']}{sign(listed['id'], lang)}").first.wait_for()


@pytest.mark.parametrize("lang", LANGS)
def test_whoever_the_search_gives_is_found(web: Watched, lang: str) -> None:
    entry, ids = next((entry, ids) for entry, ids in people(web).items() if any("@?" in who for who in ids))
    company, _, name = entry.partition("#")
    web.open(f"g={company}&p={company}", lang=lang)
    for who in ids:
        option = web.search(name).filter(has_text=sign(who, lang)).first
        option.click()
        web.until(f"document.querySelector('#card-title')?.textContent === '{name}{sign(who, lang)}'")
        web.until(f"window.zeren.drawn().some((n) => n.id === {who!r})")
        assert web.page.locator("#main .error").count() == 0
