"""The invariants of `api.use_cases.rewarding`, by number."""

from __future__ import annotations

from datetime import date

import pytest

from analytics.lifecycle.incentives import RedListing
from api.locales import texts
from api.use_cases.reading import snapshot_of
from api.use_cases.rewarding import conflict_text, entries_of, ground_lines, incentives_json, recognise, take_off
from graph.errors import InputError, NotFound, UnknownCode
from graph.model import Operation
from tests.api_world import actor, stored
from tests.builder import shipped
from tests.case_world import cases, confirm, do, finding, under_wages, wages

DAY = date(2024, 6, 10)
ENTRY = RedListing("示例局", "city", "A级纳税人", date(2024, 1, 1), date(2026, 1, 1))


def shown(store, node: str):
    return incentives_json(store, cases(store), snapshot_of(store), node, DAY, texts("en"))


def test_1_an_entry_is_recorded_and_taken_off_with_its_history():
    with stored() as store:
        key = recognise(store, actor(11), "test:A", ENTRY, "红〔2024〕1号")
        (entry,) = entries_of(store, "test:A")
        assert (entry.recogniser, entry.level, entry.standard, entry.until) == ("示例局", "city", "A级纳税人", date(2026, 1, 1))
        assert entries_of(store, "test:B") == []
        with pytest.raises(InputError):
            take_off(store, actor(12), key, " ")
        take_off(store, actor(12), key, "新的处罚")
        assert entries_of(store, "test:A") == []
        assert [(r.operation, r.reason) for r in store.history(f"event/zeren/{key}")][-1] == (Operation.RETRACTION, "新的处罚")
        with pytest.raises(NotFound):
            take_off(store, actor(12), "red-none", "x")


def test_3_what_a_benefit_rests_on_is_told_too_who_recognised_by_which_standard_and_the_clean_years():
    with stored() as store:
        assert list(ground_lines(shown(store, "test:A"), texts("en"))) == [
            "red list: no entry",
            "clean years: none, there is an adverse decision within 3 years, or one of an unknown day",
        ]
        assert list(ground_lines(shown(store, "test:C"), texts("zh")))[-1] == "连续无不良记录：满 3 年"
        key = recognise(store, actor(11), "test:A", ENTRY, "红〔2024〕1号")
        of_association = RedListing("示例协会", "city", "", DAY, None)
        other = recognise(store, actor(12), "test:A", of_association, "红〔2024〕2号")
        told = list(ground_lines(shown(store, "test:A"), texts("en")))
        assert f"red list: 示例局 (city), standard A级纳税人: counts [{key}]" in told
        assert f"red list: 示例协会 (city), standard none: for reference only [{other}]" in told


def test_1_an_entry_without_recogniser_number_or_a_known_level_is_refused():
    with stored() as store:
        with pytest.raises(InputError):
            recognise(store, actor(11), "test:A", ENTRY, "")
        with pytest.raises(UnknownCode):
            recognise(store, actor(11), "test:A", RedListing("x", "galaxy", "", DAY, None), "1号")


def test_2_what_was_revoked_breaks_no_clean_years():
    with stored() as store:
        assert shown(store, "test:A")["clean_years"] == 0
        do(store, "revocation", "D1", "2024-06-03")
        assert shown(store, "test:A")["clean_years"] == 3


def test_2_what_an_upheld_objection_undid_breaks_no_clean_years():
    law = shipped()

    def clean(store, day: date = DAY) -> int:
        return incentives_json(store, cases(store, law), snapshot_of(store), "test:A", day, texts("en"))["clean_years"]

    with wages() as store:
        firm = under_wages(store, "test:A").id
        confirm(store, firm, law=law)
        objection = do(store, "objection", firm, "2024-06-10", law=law).event.id
        assert clean(store) == 0, "it is only asked whether it is true"
        do(store, "upheld", firm, "2024-06-11", by="li", refers=objection, number="示例〔2024〕70号", law=law)
        assert (clean(store), clean(store, date(2024, 6, 11))) == (0, 3)
    with wages() as store:
        head = under_wages(store, "test:A#王示例").id
        confirm(store, head, law=law)
        objection = do(store, "objection", head, "2024-06-10", law=law).event.id
        do(store, "upheld", head, "2024-06-11", by="li", refers=objection, number="示例〔2024〕70号", law=law)
        assert clean(store, date(2024, 6, 11)) == 0, "what was wrong of its head is not wrong of the enterprise"


def test_an_active_ban_stands_against_everything():
    with stored() as store:
        recognise(store, actor(11), "test:B#孙示例", ENTRY, "红〔2024〕2号")
        document = shown(store, "test:B#孙示例")
        assert {row["reason"] for row in document["benefits"]} == {"conflict"}
        assert document["honours"] == "free"


def test_3_what_stands_against_a_benefit_is_named():
    with stored() as store:
        (conflict,) = shown(store, "test:B#孙示例")["conflicts"]
        banned = finding(store, "孙示例")
        assert (conflict["finding"], conflict["decision"], conflict["rule"]) == (banned, "D2", "T-BAN")
        assert (conflict["number"], conflict["authority"], conflict["date"]) == ("示例〔2023〕1号", "示例局", "2023-01-02")
        assert (conflict["measure"], conflict["status"], conflict["until"]) == ("example limit", "in_force", "life")
        for lang in ("en", "zh"):
            told = conflict_text(conflict, texts(lang))
            assert not [each for each in ("示例〔2023〕1号", "示例局", "D2", banned, "T-BAN") if each not in told]
        assert shown(store, "test:A")["conflicts"] == []
