"""The invariants of `api.use_cases.access_report`, by number."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from api.access.trail import EVERYBODY, Anchor, Look
from api.use_cases.access_report import access_report, note_begun, verify_trail, was_begun
from graph.codec import make_fact
from graph.errors import NotFound, Refused
from graph.model import ClaimRuling, Entity, Name, Origin
from tests.access_world import fresh, now
from tests.api_world import add, case, stored


def look(number: int, *people: str, asked: str = "") -> Look:
    return Look(f"2026-01-01T00:00:0{number}", f"u{number}", "token", "GET /x", asked, number, "audit", "", "r", people)


@pytest.fixture
def access(tmp_path):
    with fresh(tmp_path) as made:
        yield made


def test_1_every_look_at_any_appearance_and_every_search_in_order(access):
    world = case()
    world.company("B").director("王示例")
    store = stored(world)
    access.trail.append([look(1, "test:A#王示例", "test:A#赵示例"), look(2, "test:B#王示例"), look(3, asked="王示例")])
    access.trail.append([look(4, "test:A#赵示例"), look(5, asked="王示例2")])
    with pytest.raises(Refused, match="2 bear the name"):
        access_report(access.trail, store, "王示例")
    report = access_report(access.trail, store, "test:A#王示例")
    assert [(row["by"], row["how"]) for row in report["rows"]] == [("u1", "shown"), ("u3", "searched")]
    ruling = ClaimRuling("claim-1", "test:A#王示例", "test:B#王示例", "accepted", "tester")
    add(store, make_fact(ruling, "claim-1", Origin("zeren")))
    joined = access_report(access.trail, store, "test:B#王示例")
    assert [row["by"] for row in joined["rows"]] == ["u1", "u2", "u3"]


def test_1_an_export_of_all_is_a_look_at_whoever_was_on_record_then(access):
    store = stored()
    before = store.version()
    world = case()
    world.company("Z").director("后来人")
    add(store, *world.facts[-2:])
    exports = [replace(look(number, EVERYBODY), version=version) for number, version in ((1, before), (2, store.version()))]
    access.trail.append(exports)
    rows = {name: access_report(access.trail, store, name)["rows"] for name in ("后来人", "李示例")}
    assert [row["by"] for row in rows["后来人"]] == ["u2"]
    assert [row["by"] for row in rows["李示例"]] == ["u1", "u2"]
    assert {row["how"] for row in rows["李示例"]} == {"shown"}


def test_1_whoever_has_a_record_of_his_own_is_found_by_each_of_his_names(access):
    store = stored()
    add(store, case().add(Entity("list:1", "person", (Name("吴独行"), Name("Wu Duxing"))), "list"))
    access.trail.append([look(1, "list:1"), look(2, asked="Wu Duxing"), look(3, EVERYBODY)])
    rows = access_report(access.trail, store, "吴独行")["rows"]
    assert [(row["by"], row["how"]) for row in rows] == [("u1", "shown"), ("u2", "searched"), ("u3", "shown")]


def test_2_of_others_it_says_nothing(access):
    access.trail.append([look(1, "test:A#王示例", "test:A#赵示例")])
    report = access_report(access.trail, stored(), "王示例")
    assert "赵示例" not in json.dumps(report, ensure_ascii=False)
    with pytest.raises(NotFound):
        access_report(access.trail, stored(), "无此人")


def test_3_a_store_that_was_cut_off_is_told_by_the_trail(access):
    access.trail.append([look(7, "test:A#王示例")])
    assert verify_trail(access.db.place, 7)["versions_missing"] == 0
    assert verify_trail(access.db.place, 5)["versions_missing"] == 2
    assert verify_trail(access.db.place, 7, [Anchor(9, "0" * 64)])["missing"] == 8


def test_4_a_trail_that_was_taken_away_is_missed_and_none_is_made(tmp_path):
    store, place = stored(), tmp_path / "access.db"
    assert not was_begun(store, place)
    Path(f"{place}.anchor").write_text(f"1:{'0' * 64}")
    assert was_begun(store, place), "what lies beside it tells"
    verdict = verify_trail(place, 1)
    assert (verdict["gone"], verdict["whole"], verdict["missing"]) == (True, False, 1)
    Path(f"{place}.anchor").unlink()
    version = store.version()
    note_begun(store, now())
    assert was_begun(store, place)
    assert store.version() == version, "it is no version"
    verdict = verify_trail(place, 1)
    assert (verdict["gone"], verdict["whole"], verdict["rows"]) == (True, False, 0)
    assert list(tmp_path.iterdir()) == []


def test_5_whoever_is_not_on_record_is_told_who_searched_for_him(access):
    report = replace(look(2, asked="无此人某"), what="GET /v1/audit/of/{person}")
    access.trail.append([report])
    with pytest.raises(NotFound):
        access_report(access.trail, stored(), "无此人某")
    access.trail.append([look(1, asked="无此人某"), look(3, asked="无此人")])
    told = access_report(access.trail, stored(), "无此人某")
    assert told["person"]["name"] == "无此人某"
    assert [(row["by"], row["how"]) for row in told["rows"]] == [("u1", "searched")]
