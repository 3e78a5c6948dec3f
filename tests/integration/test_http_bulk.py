"""Lists as a whole over HTTP, as NDJSON and CSV: a real server on a free port.

The numbered invariants of `api.http.listing`, each in a test named after its number.
"""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import httpx
import pytest

from api.csv_rows import cell_of
from api.http import party_schemas
from api.http.listing import CSV, NDJSON, VERSION
from api.http.routes import records
from graph.codec import make_fact
from graph.export.texts import harmless
from graph.model import Entity, Name, Operation, Origin, Recorded
from tests.access_world import PURPOSE, now
from tests.api_world import actor, add
from tests.case_world import finding
from tests.integration.test_http import assert_problem
from tests.integration.test_http_writes import Served, confirm, plan, serving

EVIL = '=HYPERLINK("http://evil.example","点我")'
LISTS = {
    "/v1/deliveries": "zhao",
    "/v1/messages": "zhao",
    "/v1/parties": "fgw",
    "/v1/relationships": "fgw",
    "/v1/decisions": "fgw",
    "/v1/findings": "looker",
    "/v1/cases": "zhao",
    "/v1/dues": "zhao",
    "/v1/tasks": "fgw",
    "/v1/identity": "looker",
    "/v1/lookups": "auditor",
    "/v1/publication": "zhao",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("bulk")) as made:
        confirm(made, finding(made.store, "王示例"))
        plan(made)
        add(made.store, make_fact(Entity("x:1", "company", (Name(EVIL),)), "x:1", Origin("x", "f.csv", 1)))
        for why in ("一", "二"):
            assert (
                made.post("/v1/check", {"uscc": "91371300000000001X", "purpose": "any", "unit": "fgw", "why": why}).status_code
                < 500
            )
        yield made


def walked(served: Served, address: str, by: str, **params: Any) -> list[dict[str, Any]]:
    """Everything, page by page."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = served.get(address, by, limit=2, **params, **cursor)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next"] is None:
            return found
        cursor = {"cursor": answer.json()["next"]}


def whole(served: Served, address: str, by: str, form: str = NDJSON, **params: Any) -> httpx.Response:
    return served.client.get(address, params=params, headers={**served.sent.get(by, {}), "Accept": form})


@pytest.mark.parametrize(("address", "by"), LISTS.items())
def test_1_the_lines_are_the_items_of_the_pages(served: Served, address: str, by: str) -> None:
    pages = walked(served, address, by)
    assert pages or address in ("/v1/publication", "/v1/deliveries")
    for limit in (2, 500):
        answer = whole(served, address, by, limit=limit)
        assert answer.headers["content-type"] == f"{NDJSON}; charset=utf-8"
        assert answer.headers[VERSION] == str(served.store.version())
        assert [json.loads(line) for line in answer.text.splitlines()] == pages
    answer = whole(served, address, by, CSV)
    assert answer.headers["content-type"] == f"{CSV}; charset=utf-8"
    columns, *rows = csv.reader(io.StringIO(answer.text, newline=""))
    assert rows == [[harmless(cell_of(item, column)) for column in columns] for item in pages]


def test_1_it_goes_on_from_a_cursor_with_the_same_filters_at_both_times(served: Served) -> None:
    for address, params in (
        ("/v1/findings", {"effect": "restrict"}),
        ("/v1/relationships", {"as_of": "2023-01-01"}),
        ("/v1/parties", {}),
    ):
        for known_at in (None, "1"):
            asked = params | ({"known_at": known_at} if known_at else {})
            pages = walked(served, address, "looker", **asked)
            cursor = served.get(address, "looker", limit=1, **asked).json()["next"]
            if cursor is None:
                continue
            lines = whole(served, address, "looker", cursor=cursor, **asked).text.splitlines()
            assert [json.loads(line) for line in lines] == pages[1:]
            if asked:
                assert_problem(whole(served, address, "looker", cursor=cursor), 400, "invalid_input")


def test_1_parties_and_relationships_fit_their_models_and_show_the_public_no_person(served: Served) -> None:
    party_schemas.StatedPartyPage.model_validate(served.get("/v1/parties").json())
    party_schemas.StatedRelationshipPage.model_validate(served.get("/v1/relationships").json())
    assert "王示例" in whole(served, "/v1/relationships", "zhao").text
    for address in ("/v1/parties", "/v1/relationships"):
        for form in (NDJSON, CSV):
            answer = whole(served, address, "nobody", form)
            assert answer.status_code == 200
            assert "示例A公司" in answer.text or address == "/v1/relationships"
            assert not any(name in answer.text for name in ("王示例", "孙示例", "吴示例"))
    for address in ("/v1/parties?kind=person&limit=1", "/v1/relationships?interest=legal_representative&limit=1"):
        page = served.client.get(address).json()
        assert (page["items"], page["next"]) == ([], None), "no page and no place in it tells that there is somebody"


def test_1_json_is_given_where_nothing_else_is_wanted_more(served: Served) -> None:
    for accept in ("*/*", "application/json, text/csv;q=0.5", "text/html, */*;q=0.1", ""):
        answer = served.client.get("/v1/decisions", headers=served.sent["fgw"] | {"Accept": accept})
        assert answer.headers["content-type"] == "application/json", accept


def many(number: int) -> Iterator[Recorded]:
    for each in range(number):
        fact = make_fact(Entity(f"m:{each}", "company", (Name(f"第{each}公司"),)), f"m:{each}", Origin("m", "f", each))
        yield Recorded(fact, 1, actor().at, Operation.NEW)


def test_1_the_trail_is_given_as_a_whole_up_to_where_it_was(served: Served) -> None:
    trail = served.access.trail
    assert served.get("/v1/relationships", "zhao").status_code == 200
    for limit in (1, 500):
        end = trail.head().length
        answer = whole(served, "/v1/audit", "auditor", limit=limit, after=1)
        assert answer.headers["content-type"] == f"{NDJSON}; charset=utf-8"
        rows = [json.loads(line) for line in answer.text.splitlines()]
        assert [row["seq"] for row in rows] == list(range(2, end + 1)), "what reading adds is not part of it"
        assert rows == [row.as_json() for row in trail.page(1, end - 1)]
        assert trail.head().length > end, "and reading is itself a row"
    lines = list(csv.DictReader(io.StringIO(whole(served, "/v1/audit", "auditor", CSV).text, newline="")))
    assert lines[0]["chain"] == trail.page(0, 1)[0].chain
    assert_problem(whole(served, "/v1/audit", "zhao"), 403, "permission_missing")
    bare = {"Authorization": served.sent["auditor"]["Authorization"], "Accept": NDJSON}
    assert_problem(served.client.get("/v1/audit", headers=bare), 403, "purpose_required")


def test_1_rules_are_given_as_a_whole_to_everybody(served: Served) -> None:
    items = served.client.get("/v1/rules").json()["items"]
    for by in ("nobody", "clerk", "zhao"):
        sent = {name: value for name, value in served.sent.get(by, {}).items() if name == "Authorization"}
        answer = served.client.get("/v1/rules", headers=sent | {"Accept": NDJSON})
        assert [json.loads(line) for line in answer.text.splitlines()] == items, by
        rows = list(csv.DictReader(io.StringIO(served.client.get("/v1/rules", headers=sent | {"Accept": CSV}).text, newline="")))
        assert [row["id"] for row in rows] == [item["id"] for item in items]
        assert rows[0]["title.zh"] == items[0]["title"]["zh"]


def test_2_what_is_not_taken_is_not_made(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [0]

    def counted(*_: object) -> Iterator[Recorded]:
        for each in many(200_000):
            made[0] += 1
            yield each

    monkeypatch.setattr(records, "stated", counted)
    with served.client.stream("GET", "/v1/parties", headers=served.sent["zhao"] | {"Accept": NDJSON}) as answer:
        lines = answer.iter_lines()
        assert json.loads(next(lines))["id"] == "m:0"
        for _ in range(100):  # until the buffers between us are full
            before = made[0]
            time.sleep(0.1)
            if made[0] == before:
                break
        assert made[0] < 50_000, "the list runs ahead of whoever reads it"
        rest = sum(1 for _ in islice(lines, 100_000))
    assert rest == 100_000


def test_3_every_part_is_in_the_trail_and_a_purpose_comes_first(served: Served) -> None:
    trail = served.access.trail
    before = trail.head().length
    bare = {"Authorization": served.sent["zhao"]["Authorization"], "Accept": NDJSON}
    assert_problem(served.client.get("/v1/decisions", headers=bare), 403, "purpose_required")
    assert trail.head().length == before
    assert whole(served, "/v1/relationships", "zhao", limit=2).status_code == 200
    rows = list(trail.rows(before))
    assert len(rows) > 1
    assert {row.look.what for row in rows} == {"GET /v1/relationships"}
    assert {person for row in rows for person in row.look.people} >= {"test:A#王示例", "test:B#孙示例"}


def test_3_who_sees_masks_reads_page_by_page(served: Served) -> None:
    assert_problem(whole(served, "/v1/relationships", "clerk"), 403, "permission_missing")
    assert served.get("/v1/relationships", "clerk").status_code == 200
    assert_problem(whole(served, "/v1/findings", "clerk"), 403, "permission_missing")


def test_4_one_that_breaks_off_does_not_look_whole(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Iterator[Recorded]:
        yield from many(1_000)
        raise OSError("the disk is gone")

    monkeypatch.setattr(records, "stated", broken)
    with pytest.raises(httpx.RemoteProtocolError):
        whole(served, "/v1/parties", "zhao")
    monkeypatch.undo()
    served.access.db.change("ALTER TABLE trail RENAME TO gone")
    try:
        assert_problem(whole(served, "/v1/relationships", "zhao"), 503, "store_unavailable")
    finally:
        served.access.db.change("ALTER TABLE gone RENAME TO trail")


def test_4_whoever_is_locked_reads_no_list_to_its_end(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "stated", lambda *_: many(100_000))
    served.access.users.add("leaving", ["investigator"], now())
    token = served.access.tokens.create("leaving", "test", served.access.roles.may(["investigator"]), 1, now())[1]
    sent = {**PURPOSE, "Authorization": f"Bearer {token}", "Accept": NDJSON}

    def read() -> None:
        with served.client.stream("GET", "/v1/parties", headers=sent) as answer:
            lines = answer.iter_lines()
            next(lines)
            served.access.users.lock("leaving")
            list(lines)

    with pytest.raises(httpx.RemoteProtocolError):
        read()
    assert_problem(served.client.get("/v1/parties", headers=sent), 401, "credentials_refused")


def test_5_no_cell_is_a_formula(served: Served) -> None:
    rows = list(csv.DictReader(io.StringIO(whole(served, "/v1/parties", "zhao", CSV).text, newline="")))
    assert [row["name"] for row in rows if row["id"] == "x:1"] == [f"'{EVIL}"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_what_publication_hides_is_hidden_in_bulk_too(served: Served) -> None:
    secrets = {"address": "沂蒙路88号2单元301室", "telephone": "13812345678", "person": "吴某某"}
    for row, (kind, text) in enumerate(secrets.items(), 1):
        add(served.store, make_fact(Entity(f"{kind}:{text}", kind, (Name(text),)), f"s:{row}", Origin("x", "f.csv", row)))
    for by, seen in (("nobody", set()), ("fgw", {"person"}), ("zhao", set(secrets))):
        for form in (NDJSON, CSV):
            text = whole(served, "/v1/parties", by, form).text
            assert {kind for kind, secret in secrets.items() if secret in text} == seen, by
