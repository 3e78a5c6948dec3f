"""The invariants of `api.use_cases.rewarding`, by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from analytics.lifecycle.incentives import RedListing
from api.locales import texts
from api.use_cases.reading import snapshot_of
from api.use_cases.rewarding import conflict_text, entries_of, ground_lines, incentives_json, recognise, take_off
from graph.errors import InputError, NotFound, Refused, UnknownCode
from graph.model import Entity, Name, Operation, Term
from tests.api_world import actor, case, catalogue, stored
from tests.builder import Case, Company, shipped
from tests.case_world import cases, confirm, do, finding, under_wages, wages

DAY = date(2024, 6, 10)
ENTRY = RedListing("示例局", "city", "A级纳税人", date(2024, 1, 1), date(2026, 1, 1))


def shown(store, node: str, day: date = DAY, law=None):
    return incentives_json(store, cases(store, law), snapshot_of(store), node, day, texts("en"))


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
        of_association = RedListing("示例协会", "city", "", ENTRY.start, None)
        other = recognise(store, actor(12), "test:A", of_association, "红〔2024〕2号")
        told = list(ground_lines(shown(store, "test:A"), texts("en")))
        assert f"red list: 示例局 (city), standard A级纳税人: counts [{key}]" in told
        assert f"red list: 示例协会 (city), standard none: for reference only [{other}]" in told


def test_1_an_entry_without_recogniser_number_or_a_known_level_is_refused():
    with stored() as store:
        with pytest.raises(InputError):
            recognise(store, actor(11), "test:A", ENTRY, "")
        with pytest.raises(UnknownCode):
            recognise(store, actor(11), "test:A", RedListing("x", "galaxy", "", ENTRY.start, None), "1号")


def test_2_what_was_revoked_breaks_no_clean_years():
    with stored() as store:
        assert shown(store, "test:A")["clean_years"] == 0
        do(store, "revocation", "D1", "2024-06-03")
        assert shown(store, "test:A")["clean_years"] == 3


def test_2_to_have_won_before_a_court_breaks_no_clean_years():
    world = case()
    world.decision("A", [], name="D6", kind="judgment", date="2024-06-01", authority_level="court")
    world.link("D6", "annuls_from_beginning", "D1")
    with stored(world) as store:
        assert shown(store, "test:A")["clean_years"] == 3
    world.decision("A", ["fine"], name="D7", kind="penalty", date="2024-06-02", authority_level="city")
    world.link("D7", "replaces", "D1")
    with stored(world) as store:
        assert shown(store, "test:A")["clean_years"] == 0, "what it decides besides stands against it"


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


def test_4_a_ban_imposed_by_name_breaks_the_clean_years_after_its_end_too():
    world = Case(catalogue())
    world.company("B").director("周示例")
    world.decision("B", ["securities_market_ban"], name="D2", kind="market_ban", date="2023-01-02", number="示例〔2023〕1号")
    world.names("周示例", "B", decision="D2", imposed={"securities_market_ban": Term(years=1)})
    world.names("吴示例", "B", decision="D2")
    with stored(world) as store:
        banned = shown(store, "test:B#周示例")
        assert (banned["conflicts"], banned["clean_years"]) == ([], 0)
        assert shown(store, "test:B#周示例", date(2026, 1, 2))["clean_years"] == 3
        assert shown(store, "test:B#吴示例")["clean_years"] == 3, "nothing was imposed on him"
        do(store, "revocation", "D2", "2024-06-03")
        assert shown(store, "test:B#周示例")["clean_years"] == 3


def test_4_what_was_confirmed_on_a_head_breaks_his_clean_years_after_a_release_and_what_is_derived_does_not():
    law = shipped()
    with wages() as store:
        head = under_wages(store, "test:A#王示例").id
        assert shown(store, "test:A#王示例", law=law)["clean_years"] == 3
        confirm(store, head, law=law)
        do(store, "release", head, "2024-07-01", by="sun", law=law)
        assert shown(store, "test:A#王示例", date(2024, 7, 2), law)["clean_years"] == 0
        assert shown(store, "test:A#王示例", date(2027, 6, 5), law)["clean_years"] == 0
        assert shown(store, "test:A#王示例", date(2027, 6, 6), law)["clean_years"] == 3, "three years from the decision on him"
        do(store, "revocation", head, "2024-07-03", by="li", law=law)
        assert shown(store, "test:A#王示例", date(2024, 7, 3), law)["clean_years"] == 3


def test_4_an_enterprise_that_is_younger_than_the_years_has_none_and_it_is_said_why():
    world = case()
    world.add(Entity("test:N", "company", (Name("示例新设公司"),), (), (("founded", "2024-06-01"),)))
    world.add(Entity("test:O", "company", (Name("示例老公司"),), (), (("founded", "2021"),)))
    world.add(Entity("test:U", "company", (Name("示例不明公司"),), (), (("founded", "不详"),)))
    with stored(world) as store:
        young = shown(store, "test:N")
        assert (young["clean_years"], young["founded_since"]) == (0, "2024-06-01")
        assert {row["may"] for row in young["benefits"]} == {False}
        assert list(ground_lines(young, texts("en")))[-1] == "clean years: none, it was founded 2024-06-01, within 3 years"
        assert [shown(store, node)["clean_years"] for node in ("test:O", "test:U")] == [3, 3], "may be old enough"


def test_5_an_honour_is_put_to_a_human_only_while_something_may_come_of_it():
    law = shipped()

    def honours(store, day: date) -> str:
        known = cases(store, law)
        alone = replace(known, findings={each: f for each, f in known.findings.items() if f.rule == "D2-WAGE"})
        return incentives_json(store, alone, snapshot_of(store), "test:A", day, texts("en"))["honours"]

    with wages() as store:
        firm = under_wages(store, "test:A").id
        assert honours(store, DAY) == "review"
        confirm(store, firm, law=law)
        assert honours(store, DAY) == "blocked"
        objection = do(store, "objection", firm, "2024-06-11", by="wang", law=law).event.id
        assert honours(store, date(2024, 6, 11)) == "free"
        do(store, "dismissal", firm, "2024-06-12", by="li", refers=objection, law=law)
        assert honours(store, date(2024, 6, 12)) == "blocked"
        do(store, "revocation", "D1", "2024-07-01", by="sun", law=law)
        assert [honours(store, day) for day in (date(2024, 7, 2), date(2040, 7, 2))] == ["free", "free"]
        assert shown(store, "test:A#王示例", date(2024, 7, 2), law)["honours"] == "free", "nor are leads of a revoked decision"
    with wages() as store:
        firm = under_wages(store, "test:A").id
        do(store, "proposal", firm, "2024-06-03", law=law)
        do(store, "rejection", firm, "2024-06-04", by="qian", law=law)
        assert honours(store, DAY) == "free"


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({}, "无"),
        ({}, "红〔2024〕1号\u200b"),
        ({"recogniser": "甲\u202e局"}, "1号"),
        ({"standard": "A级\u200b"}, "1号"),
        ({"start": date(2024, 1, 2), "until": None}, "1号"),
        ({"until": date(2023, 12, 31)}, "1号"),
    ],
)
def test_6_an_entry_that_cannot_be_is_refused(change, number):
    with stored() as store, pytest.raises(InputError):
        recognise(store, actor(11), "test:A", replace(ENTRY, **change), number)


def test_6_one_document_of_one_body_is_one_entry_of_a_party_and_may_list_several():
    with stored() as store:
        key = recognise(store, actor(11), "test:A", ENTRY, "红〔2024〕1号")
        with pytest.raises(Refused, match=key):
            recognise(store, actor(12), "test:A", ENTRY, "红[2024]01号")
        of_other_body = recognise(store, actor(13), "test:A", replace(ENTRY, recogniser="示例委"), "红〔2024〕1号")
        of_other_party = recognise(store, actor(14), "test:B", ENTRY, "红[2024]01号")
        assert len({key, of_other_body, of_other_party}) == 3
        take_off(store, actor(15), key, "录错")
        assert recognise(store, actor(16), "test:A", ENTRY, "红〔2024〕01号") == key


def test_7_an_entry_is_that_of_everybody_who_was_joined():
    world = case()
    Company(world, "A").director("孙示例")
    world.rule_on("test:A#孙示例", "test:B#孙示例", "accepted")
    with stored(world) as store:
        key = recognise(store, actor(11), "test:A#孙示例", ENTRY, "红〔2024〕1号")
        assert [[row["id"] for row in shown(store, f"test:{at}#孙示例")["red_list"]] for at in "AB"] == [[key], [key]]
