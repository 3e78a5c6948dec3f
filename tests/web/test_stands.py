"""How a measure stood on any day: red only while in force, paused while it was, a proposal before; in every view the same."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from tests.web.conftest import Watched

pytestmark = [pytest.mark.required, pytest.mark.slow]
TODAY = date.today()  # noqa: DTZ011  the service knows no other
DAYS = {"propose": 90, "notice": 80, "statement": 70, "decide": 60, "serve": 50, "object": 40, "dismiss": 30, "revoke": 10}


def on(days: int) -> str:
    return (TODAY - timedelta(days)).isoformat()


LIVED: dict[str, dict] = {}
"""Store -> the case to which everything has happened: few fit, and one is enough for every language."""


def lived(web: Watched) -> dict:
    """Return a case to which everything has happened, each on its own day."""
    if web.world.url in LIVED:
        return LIVED[web.world.url]
    one, two = "逐日-一", "逐日-二"
    for name in (one, two):
        web.world.user(name, "official")
    web.log_in(one)
    cases = web.asked("cases", status="derived", limit="500", kind="enterprise")["items"]
    own = Counter(each["party"]["id"] for each in web.asked("findings", limit="500")["items"] if each["outcome"] == "established")
    fit = (each for each in cases if (each["until"] or "life") > "2029" and each["from"] < on(95) and own[each["party"]["id"]] == 1)
    told = next(fit)
    finding = told["grounds"][0]["finding"]
    for word, days in DAYS.items():
        web.log_in(two if word in ("decide", "serve", "dismiss") else one)
        refers = {}
        if word == "dismiss":
            events = web.asked(f"cases/{finding}")["events"]
            refers = {"refers": next(each["id"] for each in events if each["kind"] == "objection")}
        answer = web.page.request.post(
            f"{web.world.address}/v1/cases/{finding}/{word}",
            data={"on": on(days), "number": f"逐日〔2026〕{days}号", "text": "因", **refers},
            headers={"Zeren-Purpose": "supervision", "X-CSRF-Token": web.asked("session")["csrf"]},
        )
        assert answer.ok, answer.text()
    web.log_in()
    LIVED[web.world.url] = told
    return told


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_view_says_of_every_day_how_it_stood(web: Watched, lang: str) -> None:
    told = lived(web)
    party, finding = told["party"]["id"], told["grounds"][0]["finding"]
    words = {
        "zh": {"proposal": "拟议", "measure": "措施执行中", "paused": "暂停执行", "past": "不成立或已结束"},
        "en": {"proposal": "proposed", "measure": "measure in force", "paused": "paused", "past": "blocked or over"},
    }[lang]
    for days, how in ((65, "proposal"), (45, "measure"), (35, "paused"), (20, "measure"), (5, "past")):
        hash_ = f"g={party}&p={party}&f={finding}&on={on(days)}"
        if lang == "zh" or days == 65:  # opened on the day in one language, gone on to it in the other
            web.page.goto("about:blank")
            web.open(hash_, lang=lang)
        else:
            web.page.evaluate(f"location.hash = '#lang={lang}&{hash_}'")
        web.page.locator("#panel-why .premise").first.wait_for()
        web.until(f"document.querySelector('#panel-why .badge')?.textContent.includes({words[how]!r})")
        web.until(f"document.querySelector('#panel-card .badge')?.textContent.includes({words[how]!r})")
        label = next(each for each in web.graph() if each["id"] == party)
        assert how in label["classes"], (days, label)
    web.page.goto("about:blank")
    web.open(f"g={party}&p={party}&c=time", lang=lang)
    rows = web.page.locator("#panel-table tbody tr")
    rows.first.wait_for()
    kinds = {"zh": {"生效的措施", "暂停执行"}, "en": {"measure in force", "paused"}}[lang]
    lanes = [[cell.inner_text() for cell in row.locator("th, td").all()] for row in rows.all()]
    assert sorted(lane[0] for lane in lanes if lane[1] in kinds) == [on(50), on(40), on(30)], lanes
