"""The invariants of `analytics.lifecycle.deadlines`, by number."""

from __future__ import annotations

import json
from datetime import date

import pytest

from analytics.lifecycle.deadlines import asked_details, deadline, last_day, load_deadlines, running
from analytics.lifecycle.table import load_table
from analytics.lifecycle.workdays import WorkCalendar, bundled_years
from tests.lifecycle_world import happened

BUNDLED = WorkCalendar()
DAY = date(2024, 6, 20)


def found(events, rule="D1-FOOD", authority="示例局", day=DAY, decision=None) -> dict[str, tuple[str, str | None]]:
    runs = running(events, rule, authority, BUNDLED, day, decision)
    return {due.deadline.id: (due.state, due.day.isoformat() if due.day else None) for due in runs}


@pytest.mark.required
def test_1_every_deadline_of_the_material_is_in_the_data(shared):
    material = json.loads((shared / "law" / "rules_crosscutting.json").read_text(encoding="utf-8"))
    wanted = {f"objection/{entry['id']}" for entry in material["objection"]}
    wanted |= {f"revocation_deadlines/{number}" for number in range(len(material["revocation_deadlines"]))}
    wanted |= {
        f"publication_periods/{number}" for number, entry in enumerate(material["publication_periods"]) if "deadline" in entry
    }
    assert wanted <= {item.source for item in load_deadlines()}


def test_1_every_deadline_names_events_that_exist_and_a_basis():
    table = load_table()
    kinds = {*table.events, *table.records}
    for item in load_deadlines():
        assert set(item.starts) <= kinds | {"decision_date"}, item.id
        assert set(item.until) <= kinds, item.id
        assert item.basis
    assert {item.id for item in load_deadlines() if item.evidence == "M"} == {"statement", "hearing_request"}
    assert len({item.id for item in load_deadlines()}) == len(load_deadlines())


@pytest.mark.parametrize(
    ("name", "details", "last"),
    [
        ("O1", {}, "2024-06-06"),
        ("O1", {"another_unit": "yes"}, "2024-06-13"),
        ("O1", {"another_unit": "是"}, "2024-06-13"),
        ("O1", {"another_unit": "no"}, "2024-06-06"),
        ("O1", {"another_unit": "否"}, "2024-06-06"),
        ("O3-review", {}, "2024-08-02"),
        ("O3-suit", {}, "2024-12-03"),
        ("publish", {}, "2024-06-13"),
        ("publish-samr", {}, "2024-07-02"),
    ],
)
def test_2_the_first_day_is_not_counted(name, details, last):
    assert str(last_day(deadline(name), date(2024, 6, 3), BUNDLED, details)) == last


def test_5_a_deadline_that_asks_for_a_detail_runs_where_the_answer_is_yes():
    assert asked_details() == {"another_unit", "credit_reporting", "personal_information", "other_province"}
    for answer, runs in (("yes", True), ("是", True), ("no", False), ("否", False)):
        details = (("credit_reporting", answer), ("another_unit", answer))
        known = found([happened("objection", "2024-06-03", details=details)], day=date(2024, 6, 4))
        assert ("O5" in known, "O1" in known) == (runs, not runs)
        known = found([happened("objection", "2024-06-03", details=(("another_unit", answer),))], day=date(2024, 6, 4))
        assert known["O1"][1] == ("2024-06-13" if runs else "2024-06-06")


@pytest.mark.parametrize(
    ("details", "due"),
    [((), None), ((("hearing", ""),), None), ((("hearing", "2024-06-13"),), ("open", "2024-06-13"))],
)
def test_6_a_hearing_is_asked_for_only_where_the_notice_offered_one_and_until_the_day_that_it_told(details, due):
    notice = happened("notice", "2024-06-03", details=details)
    assert found([notice], day=date(2024, 6, 12)).get("hearing_request") == due
    assert "statement" in found([notice])


def test_7_what_is_due_at_once_is_due_on_its_day_and_overdue_from_the_next():
    objection = happened("objection", "2024-06-03", details=(("personal_information", "yes"),))
    assert found([objection], day=date(2024, 6, 3))["O6"] == ("open", "2024-06-03")
    assert found([objection], day=date(2024, 6, 4))["O6"] == ("overdue", "2024-06-03")
    for on, state in (("2024-06-03", "done"), ("2024-06-04", "done_late")):
        answered = happened("dismissal", on, refers=objection.id)
        assert found([objection, answered])["O6"] == (state, "2024-06-03")


def test_2_calendar_days_that_end_on_a_day_off_go_on_to_a_working_day():
    assert last_day(deadline("O4-court"), date(2024, 9, 17), BUNDLED) == date(2024, 10, 8)


def test_3_a_deadline_is_open_overdue_met_or_met_too_late():
    objection = happened("objection", "2024-06-03")
    assert found([objection], day=date(2024, 6, 6))["O1"] == ("open", "2024-06-06")
    assert found([objection], day=date(2024, 6, 7))["O1"] == ("overdue", "2024-06-06")
    in_time = happened("dismissal", "2024-06-06", refers=objection.id)
    late = happened("dismissal", "2024-06-07", refers=objection.id)
    other = happened("dismissal", "2024-06-06", refers="another")
    assert found([objection, in_time])["O1"][0] == "done"
    assert found([objection, late])["O1"][0] == "done_late"
    assert found([objection, other])["O1"][0] == "overdue"


def test_3_what_answered_in_time_and_was_held_void_did_answer_and_the_deadline_runs_anew_from_the_ruling():
    objection = happened("objection", "2024-06-03")
    upheld = happened("upheld", "2024-06-05", refers=objection.id)
    ruling = date(2024, 6, 17)
    for ends, state in (([], "overdue"), ([happened("dismissal", "2024-06-20", refers=objection.id)], "done")):
        runs = running([objection, *ends], "D1-FOOD", "示例局", BUNDLED, date(2024, 6, 21), voided=[(upheld, ruling)])
        told = [(due.state, due.began, due.day) for due in runs if due.deadline.id == "O1"]
        assert told == [("done", date(2024, 6, 3), date(2024, 6, 6)), (state, ruling, date(2024, 6, 20))]
    unrelated = [(happened("upheld", "2024-06-05", refers="another"), ruling)]
    runs = running([objection], "D1-FOOD", "示例局", BUNDLED, date(2024, 6, 6), voided=unrelated)
    assert [due.state for due in runs] == ["open"]


def test_3_which_deadlines_run_depends_on_rule_and_authority():
    revocation = happened("revocation", "2024-06-03")
    assert found([revocation]).keys() == {"revoke-penalty", "revoke-listing", "revoke-platform"}, "of what kind is not known"
    assert found([revocation], rule="D2-WAGE").keys() == {"revoke-wage", "revoke-platform"}
    assert "revoke-samr" in found([revocation], authority="某市市场监督管理局")
    listed = {
        due.deadline.id for due in running([revocation], "D1-FOOD", "示例局", BUNDLED, DAY, kind="listing", party="enterprise")
    }
    assert listed == {"revoke-listing", "revoke-platform"}
    decision = ("D1", date(2024, 6, 3))
    assert found([], decision=decision) == {"publish": ("overdue", "2024-06-13")}
    assert found([], authority="某市市场监督管理局", decision=decision) == {"publish-samr": ("open", "2024-07-02")}
    for kind, name in (("penalty", "publish-samr"), ("listing", "publish"), ("permit", "publish")):
        runs = running([], "D1-FOOD", "某市市场监督管理局", BUNDLED, DAY, decision, kind=kind, party="enterprise")
        assert {due.deadline.id for due in runs} == {name}, "the twenty days are those of a penalty"
    credit = happened("objection", "2024-06-03", details=(("credit_reporting", "yes"),))
    assert "O5" in found([credit])
    assert "O5" not in found([happened("objection", "2024-06-03")])


@pytest.mark.parametrize("ended", ["revocation", "annulment", "upheld"])
@pytest.mark.parametrize(
    ("rule", "authority", "kind", "names"),
    [("D1-FOOD", "示例局", "penalty", {"revoke-penalty"}),
     ("D1-FOOD", "某市市场监督管理局", "penalty", {"revoke-penalty", "revoke-samr"}),
     ("D1-FOOD", "示例局", "listing", {"revoke-listing"}),
     ("D2-WAGE", "示例局", "listing", {"revoke-wage"})],
)  # fmt: skip
def test_3_whatever_ends_what_is_published_it_is_withdrawn_by_the_rule_of_its_kind(ended, rule, authority, kind, names):
    runs = running([happened(ended, "2024-06-03")], rule, authority, BUNDLED, DAY, kind=kind, party="enterprise")
    assert {due.deadline.id for due in runs if "publication_withdrawn" in due.deadline.until} == names
    person = running([happened(ended, "2024-06-03")], rule, authority, BUNDLED, DAY, kind=kind, party="person")
    assert not [due for due in person if "publication_withdrawn" in due.deadline.until], "nothing is published of a person"


def test_3_a_list_that_an_enterprise_leaves_is_withdrawn_from_the_day_on_which_it_does():
    for rule, name in (("D1-FOOD", "revoke-listing"), ("D2-WAGE", "delist-wage"), ("D3-DEFAULTER", "revoke-defaulter")):
        left = [happened("listing_ended", "2024-06-03")]
        runs = running(left, rule, "示例局", BUNDLED, DAY, kind="listing", party="enterprise")
        assert [due.deadline.id for due in runs] == [name]


def test_4_without_a_calendar_it_is_neither_met_nor_missed():
    year = max(bundled_years()) + 1
    objection = happened("objection", f"{year}-03-01")
    answered = happened("dismissal", f"{year}-03-02", refers=objection.id)
    for events in ([objection], [objection, answered]):
        assert found(events, day=date(year, 6, 1))["O1"] == ("no_calendar", None)


def test_8_an_objection_to_an_intended_wage_listing_is_verified_in_its_own_days():
    notice, objection = happened("notice", "2024-06-04"), happened("objection", "2024-06-05")
    known = found([notice, objection], "D2-WAGE", day=date(2024, 6, 12))
    assert (known["O2-verify"], "O1" in known) == (("open", "2024-06-13"), False)
    answered = happened("dismissal", "2024-06-12", refers=objection.id)
    assert found([notice, objection, answered], "D2-WAGE")["O2-verify"] == ("done", "2024-06-13")
    assert "O1" in found([notice, objection], "D1-FOOD", day=date(2024, 6, 12)), "any other listing has the days of the province"


def test_8_an_objection_to_a_listing_that_was_decided_has_the_days_of_the_province():
    before = [happened("notice", "2024-06-04"), happened("decision", "2024-06-05")]
    later = happened("objection", "2024-06-17")
    assert found([*before, later], "D2-WAGE")["O1"] == ("open", "2024-06-20")
    assert "O2-verify" not in found([*before, later], "D2-WAGE")
    again = happened("notice", "2024-06-14")
    assert "O2-verify" in found([*before, again, later], "D2-WAGE"), "a second notice intends a second listing"


@pytest.mark.parametrize(
    ("rule", "details", "own"), [("D1-FOOD", (("credit_reporting", "yes"),), "O5"), ("D3-DEFAULTER", (), "O4-court")]
)
def test_8_a_matter_with_days_of_its_own_has_no_others_beside_them(rule, details, own):
    known = found([happened("objection", "2024-06-03", details=details)], rule, day=date(2024, 6, 12))
    assert (known[own][0], "O1" in known) == ("open", False)


@pytest.mark.parametrize(
    ("rule", "kind", "on", "withdrawn"),
    [
        ("D2-WAGE", "listing", "2024-06-03", {"delist-wage": ("open", "2024-06-18")}),
        ("D2-WAGE", "listing", "2026-06-03", {"delist-wage": ("open", "2026-06-17")}),
        ("D1-FOOD", "listing", "2024-06-03", {"repair-publication-before": ("open", "2024-06-06")}),
        ("D1-FOOD", "penalty", "2026-06-03", {"repair-publication": ("open", "2026-06-03")}),
    ],
)
def test_9_what_was_repaired_is_withdrawn_in_time_and_its_receivers_are_told(rule, kind, on, withdrawn):
    repair, day = happened("repair", on), date.fromisoformat(on)

    def runs(*more, party: str = "enterprise", until: date = day) -> dict[str, tuple[str, str]]:
        found = running([repair, *more], rule, "示例局", BUNDLED, until, kind=kind, party=party)
        return {due.deadline.id: (due.state, str(due.day)) for due in found}

    known = runs()
    told = known.pop("repair-platform")
    assert (known, told[0]) == (withdrawn, "open")
    assert runs(party="person") == {"repair-platform": told}, "nothing is published of a person"
    answered = runs(happened("publication_withdrawn", on), happened("receivers_told", on))
    assert {state for state, _ in answered.values()} == {"done"}
    assert {state for state, _ in runs(until=date(day.year, 7, 30)).values()} == {"overdue"}
    undone = runs(happened("repair_fraud", on), until=date(day.year, 7, 30))
    assert {state for state, _ in undone.values()} == {"done"}


@pytest.mark.parametrize(
    ("region", "names"),
    [("3713", {"publish", "O1"}), ("371302", {"publish", "O1"}), ("", {"publish", "O1"}), ("3701", {"O1"}), ("3201", set())],
)
def test_10_days_that_a_city_or_a_province_sets_bind_no_other_place(region, names):
    objection, decision = happened("objection", "2024-06-03"), ("D1", date(2024, 6, 3))
    runs = running([objection], "D1-FOOD", "示例局", BUNDLED, DAY, decision, region=region)
    assert {due.deadline.id for due in runs} == names


def test_10_whatever_the_city_or_the_province_sets_says_so():
    for item in load_deadlines():
        own = {"临政发": ("3713",), "山东省": ("37",)}.get(item.basis[:3], ())
        assert item.areas == own, item.id


def test_3_a_safety_listing_is_published_once_and_a_safety_penalty_by_its_own_law_too():
    for kind, names in (("listing", {"publish"}), ("penalty", {"publish", "publish-safety"})):
        runs = running([], "D1-SAFETY-LIST", "某市应急管理局", BUNDLED, DAY, ("D1", date(2024, 6, 3)), kind=kind)
        assert {due.deadline.id for due in runs} == names
