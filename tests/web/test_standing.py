"""How somebody stands on the day looked at: the same on card, reasons, graph, timeline, slider, table and queue."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from analytics.responsibility.catalogue import load_catalogue
from api.use_cases.acting import Actor
from api.use_cases.case_acts import Act, perform
from api.use_cases.case_reading import cases_about
from graph.dates import day_in_law
from graph.store import open_store
from graph.store.mentions import base_of
from tests.web.conftest import Watched
from tests.web.test_official import running

pytestmark = [pytest.mark.required, pytest.mark.slow]
TODAY = day_in_law(datetime.now(UTC))
STEPS = [("proposal", "甲"), ("notice", "甲"), ("hearing_waiver", "甲"), ("statement", "甲"), ("decision", "乙"), ("service", "甲")]
WORDS = {
    "zh": {"paused": "‖ 暂停执行", "timeline": "时间线", "parties": "主体"},
    "en": {"paused": "‖ paused", "timeline": "Timeline", "parties": "Parties"},
}


def do(web: Watched, case: dict[str, Any], kind: str, by: str) -> None:
    """Record an act of today, as the service would."""
    law, finding = load_catalogue(), case["grounds"][0]["finding"]
    with open_store(web.world.url) as store:
        known = cases_about(store, law, [base_of(case["party"]["id"]), case["grounds"][0]["decision"]])
        if kind == "hearing_waiver" and not any(ground.occupation for ground, _ in known.grounds(finding)):
            return
        act = Act(kind, finding, TODAY, by, f"理由 {kind}", f"文〔2026〕{kind}{finding[:4]}号", "")
        perform(store, known, Actor(by, datetime.now(UTC)), act, TODAY)


def confirmed(web: Watched, place: int) -> dict[str, Any]:
    """A measure that was confirmed and served today, on somebody of whom nothing else restricts more."""
    case = running(web, place)
    for kind, by in STEPS:
        do(web, case, kind, by)
    return case


def look(web: Watched, case: dict[str, Any], lang: str, day: date | None, more: str = "") -> None:
    party, ground = quote(case["party"]["id"]), case["grounds"][0]
    on = f"&on={day}" if day else ""
    web.page.goto("about:blank")
    web.open(f"g={party}&p={party}&s={party}&d={quote(ground['decision'])}&f={ground['finding']}{on}{more}", lang=lang)
    web.page.locator("#panel-why .premises").first.wait_for()
    web.until(f"window.zeren.drawn().some((one) => one.id === {case['party']['id']!r})")


def signs(web: Watched, case: dict[str, Any], lang: str) -> dict[str, str]:
    """The sign of the standing of somebody at every place of the screen."""
    card, drawn = web.page.locator("#panel-card"), next(one for one in web.graph() if one["id"] == case["party"]["id"])
    web.page.locator(".switch").get_by_role("button", name=WORDS[lang]["parties"]).click()
    row = web.page.locator("#panel-table tbody tr", has_text=case["party"]["id"]).first
    measure = card.locator(".finding", has_text=case["measure"]["name_zh"] if lang == "zh" else "").first
    told = {
        "card": card.locator(".kind-line .badge").inner_text(),
        "measure": measure.locator(".badge").inner_text(),
        "reasons": web.page.locator("#panel-why .why-head .badge").inner_text(),
        "graph": drawn["label"].split("\n")[-1],
        "table": row.locator(".badge").inner_text(),
    }
    return {place: text.strip()[0] for place, text in told.items()}


def test_nobody_is_in_force_before_it_was_confirmed_and_what_is_paused_says_so(web: Watched) -> None:
    lang, case = "zh", confirmed(web, -1)
    before = TODAY - timedelta(days=1)
    look(web, case, lang, before)
    assert set(signs(web, case, lang).values()) == {"◇"}, "it was a proposal on the day before"
    assert not web.page.locator(".badge.measure").count()
    look(web, case, lang, None)
    assert set(signs(web, case, lang).values()) == {"■"}
    bars = web.page.locator(".marks .measure title").all_text_contents()
    assert {text.split()[0] for text in bars} == {TODAY.isoformat()}, "one start everywhere"
    web.page.locator(".time .day").first.fill(before.isoformat())
    web.page.locator("#panel-card .kind-line .badge.proposal").wait_for()
    web.until("!document.querySelector('#panel-why .badge.measure')")
    assert set(signs(web, case, lang).values()) == {"◇"}, "also by moving the slider, and nothing is asked anew"

    do(web, case, "objection", "甲")
    for each in ("en", "zh"):
        look(web, case, each, None)
        assert set(signs(web, case, each).values()) == {"‖"}
        assert web.page.locator("#panel-card .kind-line .badge").inner_text().replace("\n", " ") == WORDS[each]["paused"]
        assert not web.page.locator(".badge.measure").count()
        web.page.get_by_role("tab", name=WORDS[each]["timeline"]).wait_for()
    look(web, case, lang, None, "&known=2026-11-02")
    assert set(signs(web, case, lang).values()) == {"◇"}, "as known before it was confirmed, measures and all"
    look(web, case, lang, None)
    web.page.get_by_role("tab", name=WORDS[lang]["timeline"]).click()
    web.page.locator(".timeline .lane").first.wait_for()
    assert not web.page.locator(".timeline .lane.measure").count(), "served and paused on one day"
    paused = web.page.locator(".timeline .lane.paused title").first.text_content()
    assert TODAY.isoformat() in str(paused)
    assert before.isoformat() in str(web.page.locator(".timeline .lane.proposal title").first.text_content())

    web.world.user("承办停", "official")
    web.page.goto("about:blank")
    web.log_in("承办停")
    web.open(f"v=queue&who={quote(case['party']['id'])}", lang=lang)
    item = web.page.locator(f'.case-item[data-finding="{case["grounds"][0]["finding"]}"] .badge').first
    item.wait_for()
    assert item.inner_text().strip()[0] == "‖"
    web.page.goto("about:blank")
    web.open(f"v=record&p={quote(case['party']['id'])}", lang=lang)
    web.page.locator(".record-card .kind-line .badge.paused").wait_for()
    assert web.page.locator(".record-page .timeline .lane.paused").count()
