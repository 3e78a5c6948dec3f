"""Deliveries, policy, incentives, calendars, messages and the verdict on the logs over HTTP; a real server on a free port."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from time import sleep
from typing import Any

import pytest

from analytics.responsibility.catalogue import shipped
from analytics.responsibility.policy.document import load_policy
from api.http import access_schemas, case_schemas
from api.http import office_schemas as schemas
from api.http.once import REPLAYED
from api.locales import texts
from api.use_cases import deliveries, policy, rewarding
from api.use_cases.calendars import calendar_of
from api.use_cases.case_reading import read_cases
from api.use_cases.reading import whom
from api.use_cases.status import status
from tests.api_world import add, case, catalogue
from tests.case_world import finding
from tests.integration.test_http import assert_problem, today
from tests.integration.test_http_loads import SAMPLE, send
from tests.integration.test_http_writes import Served, confirm, plan, serving
from tests.integration.test_jobs import ended
from tests.notice_text import notice_text

NOTICE = notice_text(2031)


@pytest.fixture
def served(request, tmp_path) -> Iterator[Served]:
    request.getfixturevalue("worker_here")
    with serving(tmp_path) as made:
        yield made


def plain(document: object) -> Any:
    return json.loads(json.dumps(document))


def test_measures_and_policy_are_those_of_the_use_case_and_open_to_everybody(served: Served) -> None:
    for params, wanted in (({}, {}), ({"kind": "mandatory", "target": "both"}, {"kind": "mandatory", "target": "both"})):
        answer = served.client.get("/v1/measures", params=params).json()
        schemas.MeasureList.model_validate(answer)
        assert answer == plain(policy.measure_list(load_policy(), catalogue(), **wanted))
        assert answer["measures"]
    for tasks in (False, True):
        answer = served.get("/v1/policy", tasks=tasks).json()
        schemas.PolicyRows.model_validate(answer)
        assert answer["rows"] == plain((policy.task_rows if tasks else policy.item_rows)(load_policy()))
    before = served.client.get("/v1/policy", params={"as_of": "1999-01-01", "lang": "en"}).json()
    assert (before["rows"], bool(before["not_yet"])) == ([], True)


def test_the_law_as_it_ships_is_the_same_for_everybody_word_for_word(served: Served) -> None:
    rules = served.get("/v1/rules").json()["items"]
    of_law = ("/v1/policy", "/v1/policy?tasks=true", "/v1/measures", "/v1/matrix", "/v1/rules", f"/v1/rules/{rules[0]['id']}")
    for address in of_law:
        assert served.client.get(address).json() == served.client.get(address, headers=served.sent["zhao"]).json()
    items = {row["number"]: row["text"] for row in served.client.get("/v1/policy").json()["rows"]}
    assert "家庭住址" in items[3]  # the item that says what is to be hidden


def test_incentives_are_shown_entered_once_and_taken_off(served: Served) -> None:
    given = {"party": "test:A", "recogniser": "示例局", "level": "city", "number": "示例〔2026〕1号", "standard": "示例标准"}
    assert_problem(served.post("/v1/incentives", given, "looker"), 403, "permission_missing")
    before = served.store.version()
    assert served.post("/v1/incentives", given | {"dry_run": True}).status_code == 200
    assert served.store.version() == before
    first, again = (served.post("/v1/incentives", given, key="12345678") for _ in range(2))
    schemas.Recognised.model_validate(first.json())
    assert (again.json(), again.headers[REPLAYED]) == (first.json(), "true")
    assert served.store.version() == before + 1
    answer = served.get("/v1/incentives", party="test:A", lang="en").json()
    schemas.Incentives.model_validate(answer)
    node, near = whom(served.store, "test:A")
    expected = rewarding.incentives_json(served.store, read_cases(served.store, catalogue()), near, node, today(), texts("en"))
    assert answer == plain(expected)
    assert [entry["id"] for entry in answer["red_list"]] == [first.json()["entry"]]
    assert served.get("/v1/incentives", party="test:A", known_at=str(before)).json()["red_list"] == []
    off = served.post(f"/v1/incentives/{first.json()['entry']}/take-off", {"text": "撤销"})
    schemas.TakenOff.model_validate(off.json())
    assert served.get("/v1/incentives", party="test:A").json()["red_list"] == []
    assert_problem(served.post("/v1/incentives/none/take-off", {"text": "x"}), 404, "not_found")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_incentives_on_the_first_and_the_last_day_there_is(served: Served, day: str) -> None:
    answer = served.get("/v1/incentives", party="test:A", as_of=day)
    assert (answer.status_code, answer.json()["on"]) == (200, day)


def test_a_calendar_is_entered_by_whoever_confirms(served: Served) -> None:
    given = {"year": 2031, "number": "示例〔2030〕9号", "notice": NOTICE}
    assert_problem(served.post("/v1/calendars", given, "fgw"), 403, "permission_missing")
    answer = served.post("/v1/calendars", given)
    schemas.Entered.model_validate(answer.json())
    assert "2031-02-11" in answer.json()["holidays"]
    assert not calendar_of(served.store).is_workday(date(2031, 2, 11))
    refused = served.client.post(
        "/v1/calendars", json=given | {"notice": "holidays: [2031-13-01]"}, headers=served.sent["zhao"] | {"Accept-Language": "zh"}
    )
    assert "不是日期" in assert_problem(refused, 400, "invalid_input")["detail"]


def test_deliveries_are_listed_shown_and_undone_by_a_job(served: Served) -> None:
    assert served.get("/v1/deliveries").json()["items"] == []
    loaded = send(served, SAMPLE.read_bytes())
    version = served.store.version()
    listed = served.get("/v1/deliveries").json()
    schemas.DeliveryPage.model_validate(listed)
    assert listed["items"] == plain(deliveries.list_deliveries(served.store)), loaded.text
    (row,) = listed["items"]
    one = served.get(f"/v1/deliveries/{row['id']}").json()
    schemas.WholeDelivery.model_validate(one)
    assert one == plain(deliveries.show_delivery(served.store, row["id"]))
    assert_problem(served.get("/v1/deliveries", source="none"), 422, "invalid_parameter")
    assert_problem(served.get(f"/v1/deliveries/{row['id']}", as_of="1999-01-01"), 404, "not_found")
    assert_problem(served.post("/v1/jobs", {"kind": "undo"}), 400, "invalid_input")
    done = ended(served, served.post("/v1/jobs", {"kind": "undo", "delivery": row["id"], "reason": "示例"}).json()["id"])
    assert (done["state"], done["answer"]["status"]) == ("done", "undone"), done
    assert served.get("/v1/deliveries").json()["items"][0]["delivery_status"] == "undone"
    assert served.get("/v1/deliveries", known_at=str(version)).json()["items"] == [row]
    counted = ended(served, served.post("/v1/jobs", {"kind": "status"}).json()["id"])
    assert counted["answer"] == plain(status(served.store, shipped()))


def test_the_outbox_is_a_units_own(served: Served) -> None:
    confirm(served, finding(served.store, "王示例"))
    plan(served)
    every = served.get("/v1/messages").json()
    schemas.MessagePage.model_validate(every)
    assert every["items"]
    own = served.get("/v1/messages", "fgw").json()["items"]
    assert own == [row for row in every["items"] if row["unit"] == "fgw"]
    assert_problem(served.get("/v1/messages", "fgw", unit="court"), 403, "permission_missing")
    assert served.get("/v1/messages", state="dead").json()["items"] == []
    assert served.get("/v1/messages", as_of="1999-01-01").json()["items"] == []
    assert served.get("/v1/messages", known_at="1").json()["items"] == []


def test_the_logs_are_verified_with_what_was_noted_elsewhere(served: Served) -> None:
    first = served.get("/v1/audit/verify", "auditor").json()
    access_schemas.Verdict.model_validate(first)
    assert (first["whole"], first["trail"]["whole"]) == (True, True)
    assert served.get("/v1/findings", "zhao").json()["items"], "who looks at findings looks at persons"
    again = served.get("/v1/audit/verify", "auditor", anchor=first["trail"]["anchor"]).json()
    assert again["trail"]["whole"]
    assert again["trail"]["rows"] > first["trail"]["rows"]
    assert_problem(served.get("/v1/audit/verify", "auditor", anchor="x"), 400, "invalid_input")
    served.access.db.change("DROP TRIGGER trail_as_said")
    served.access.db.change("UPDATE trail SET by = 'nobody' WHERE seq = 1")
    assert served.get("/v1/audit/verify", "auditor").json()["trail"]["first_altered"] == 1


@pytest.mark.parametrize(("bound", "most"), [("_ROWS", -1), ("_SECONDS", -1.0)])
def test_long_logs_are_not_read_while_somebody_waits(
    served: Served, monkeypatch: pytest.MonkeyPatch, bound: str, most: float
) -> None:
    monkeypatch.setattr(f"api.http.routes.audit.{bound}", most)
    said = assert_problem(served.get("/v1/audit/verify", "auditor"), 409, "refused")
    assert "order a job of the kind verify" in said["detail"]
    monkeypatch.setattr("api.http.routes.audit._ROWS", 10_000)
    monkeypatch.setattr("api.http.routes.audit._SECONDS", 0.02)
    check = served.store.verify
    monkeypatch.setattr(served.app.state.service.store, "verify", lambda tell: (sleep(0.03), check(tell))[1])
    assert_problem(served.get("/v1/audit/verify", "auditor"), 409, "refused")


def test_a_report_says_what_its_codes_are_called_and_that_more_is_to_be_derived(served: Served) -> None:
    def report(lang: str) -> dict[str, Any]:
        return case_schemas.Report.model_validate(served.get("/v1/report", since="2000-01-01", lang=lang).json()).model_dump()

    en, zh = report("en"), report("zh")
    (counted,) = {row["measure_of_text"] for row in en["rows"] if row["measure_of"] == "1 decisions"}
    assert counted == "1 decisions"
    assert {(row["section_text"], row["measure_of_text"]) for row in zh["rows"]} >= {("办理情况", "1 决定")}
    assert not [row for row in zh["rows"] if re.search("[a-z]{3,}", row["section_text"] + row["key_text"] + row["measure_of_text"])]
    assert (en["title"], en["not_derived"]) == (f"Report on 2000-01-01 to {today()}, made on {today()}", None)
    world = case()
    world.decision("A", ["listed_wage_arrears"], name="D9")
    add(served.store, *world.facts)
    assert "zeren propagate" in report("zh")["not_derived"]
    past = served.get("/v1/report", since="2000-01-01", known_at="1").json()
    assert past["not_derived"] is None, "what was known then is all there is of it"
