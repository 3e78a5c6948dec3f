"""Rules, publications and letters over HTTP: what the use cases of the commands answer; a real server on a free port."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from analytics.lifecycle.departments import departments
from analytics.responsibility.remedies import load_remedies
from api.http import law_schemas as schemas
from api.http.department_schemas import Coverage
from api.letter_page import Sender, letter_page
from api.locales import texts
from api.use_cases import checking, publishing
from api.use_cases.case_reading import read_cases
from api.use_cases.findings import find_one
from api.use_cases.lawbook import Filter, list_rules, rule_json
from api.use_cases.letter import letter
from api.use_cases.reading import snapshot_of
from tests.api_world import catalogue
from tests.case_world import finding
from tests.integration.test_http import assert_problem, today
from tests.integration.test_http_writes import Served, confirm, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("reads")) as made:
        confirm(made, finding(made.store, "王示例"))
        yield made


def test_1_rules_are_those_of_the_use_case_and_open_to_everybody(served: Served) -> None:
    for params, wanted in (({}, Filter()), ({"act": "securities_market_ban"}, Filter(act="securities_market_ban"))):
        answer = served.client.get("/v1/rules", params=params).json()
        schemas.RuleList.model_validate(answer)
        assert answer == {"items": list_rules(catalogue(), wanted), "catalogue": catalogue().hash}
    whole = served.client.get("/v1/rules/T-BAN").json()
    schemas.WholeRule.model_validate(whole)
    assert whole == json.loads(json.dumps(rule_json(catalogue(), "T-BAN")))
    assert_problem(served.client.get("/v1/rules/NONE"), 404, "not_found")
    assert_problem(served.client.get("/v1/rules/T-BAN", params={"as_of": "1990-01-01"}), 404, "not_found")
    assert_problem(served.client.get("/v1/rules", params={"act": "none"}), 422, "invalid_parameter")


def test_1_publications_are_those_of_the_use_case_and_name_no_natural_person(served: Served) -> None:
    page = served.client.get("/v1/publication", params={"lang": "en"}).json()
    schemas.PublicationPage.model_validate(page)
    snapshot = snapshot_of(served.store)
    every = publishing.judged(snapshot, read_cases(served.store, catalogue()), today())
    shown = [publishing.published(snapshot, item, texts("en")) for item in every if item.verdict.publish]
    assert page["items"] == json.loads(json.dumps(sorted(shown, key=lambda row: row["decision"])))
    assert not any(name in json.dumps(page, ensure_ascii=False) for name in ("王示例", "孙示例", "吴示例"))


def test_1_a_letter_is_that_of_the_use_case_as_page_or_document(served: Served) -> None:
    head = finding(served.store, "王示例")
    address = f"/v1/findings/{head}/letter"
    expected = letter(served.store, snapshot_of(served.store), catalogue(), load_remedies(), find_one(served.store, head), today())
    document = served.get(address, "looker")
    schemas.Letter.model_validate(document.json())
    assert document.json() == json.loads(json.dumps(expected))
    page = served.client.get(address, headers=served.sent["looker"] | {"Accept": "text/html,*/*;q=0.8"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.text == letter_page(expected, Sender())
    assert_problem(served.get(address, "clerk"), 403, "permission_missing")
    assert_problem(served.client.get(address), 401, "login_required")
    bare = {"Authorization": served.sent["looker"]["Authorization"]}
    assert_problem(served.client.get(address, headers=bare), 403, "purpose_required")


def test_1_what_is_withheld_is_told_with_the_reason_to_whoever_may_read_decisions(served: Served) -> None:
    page = served.get("/v1/publication", withheld=True, lang="en").json()
    schemas.PublicationPage.model_validate(page)
    every = publishing.judged(snapshot_of(served.store), read_cases(served.store, catalogue()), today())
    kept = [publishing.withheld(snapshot_of(served.store), item, texts("en")) for item in every if not item.verdict.publish]
    assert kept
    assert page["items"] == json.loads(json.dumps(sorted(kept, key=lambda row: row["decision"])))
    known = served.get("/v1/publication", withheld=True, known_at=1)
    assert {row["decision"] for row in known.json()["items"]} <= {row["decision"] for row in page["items"]}
    lines = served.client.get("/v1/publication?withheld=true", headers=served.sent["zhao"] | {"Accept": "text/csv"}).text
    assert lines.splitlines()[0] == ",".join(publishing.WITHHELD_COLUMNS)
    assert_problem(served.client.get("/v1/publication", params={"withheld": True}), 401, "login_required")
    assert_problem(served.get("/v1/publication", "clerk", withheld=True), 403, "permission_missing")


def test_1_who_looks_up_and_who_does_not_is_counted(served: Served) -> None:
    served.post("/v1/check", {"uscc": "91371300000000001X", "purpose": "any", "why": "招标1号"}, "fgw")
    answer = served.get("/v1/lookups/coverage", "auditor").json()
    Coverage.model_validate(answer)
    rows = checking.lookups(served.store)
    assert answer["items"] == checking.coverage(rows, checking.units_counted(None))
    assert {"unit": departments().name_of("court"), "purpose": None, "lookups": 0, "restricted": 0} in answer["items"]
    (own,) = served.get("/v1/lookups/coverage", "auditor", unit="fgw", purpose="any").json()["items"]
    assert (own["unit"], own["lookups"]) == (departments().name_of("fgw"), 1)
    before = {"as_of": "2020-01-01"}, {"known_at": served.store.version() - 1}
    assert [served.get("/v1/lookups/coverage", "auditor", unit="fgw", **each).json()["items"][0]["lookups"] for each in before] == [
        0,
        0,
    ]
    form = served.sent["auditor"] | {"Accept": "text/csv"}
    assert served.client.get("/v1/lookups/coverage", headers=form).text.startswith("unit,purpose,lookups,restricted")
    assert_problem(served.get("/v1/lookups/coverage", "zhao"), 403, "permission_missing")
    assert_problem(served.get("/v1/lookups/coverage", "auditor", purpose="bogus"), 422, "invalid_parameter")
