"""The invariants of `analytics.lifecycle.repair`, by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.lifecycle.bars import Shown
from analytics.lifecycle.ground import code_of
from analytics.lifecycle.life import live
from analytics.lifecycle.repair import Plan, against, class_of, plan, repair_rules
from analytics.lifecycle.table import load_table
from analytics.responsibility.catalogue import shipped
from graph.codes import load as codes
from graph.dates import PartialDate, add_months
from graph.model import Decision, PartyRef
from tests.lifecycle_world import IMPOSED, happened

TABLE = load_table()
FIRM = replace(IMPOSED, own_clock=False, start=date(2026, 5, 4), until="2029-05-04")
LISTING = Decision("D2", "listing", ("listed_wage_arrears",), PartyRef("A"), "示例局", date=PartialDate.parse("2026-05-04"))


def planned(ground, events=(), today=date(2026, 8, 3), rule="D1-FOOD", decision=LISTING, kind="enterprise") -> Plan:
    ground = replace(ground, rule=rule, class_=class_of(decision), kind=kind)
    life = live(ground, events, today, TABLE)
    records = [item for item in events if item.event.kind in TABLE.records]
    return plan(ground, life, code_of(life, today, TABLE), records, today)


def records(day: str) -> list:
    return [happened("conduct_corrected", day, "D2"), happened("pledge", day, "D2")]


def test_1_a_serious_listing_waits_twelve_months_from_its_date():
    made = planned(FIRM, records("2026-06-01"))
    assert (made.class_, made.earliest, made.missing()) == ("serious", date(2027, 5, 4), ())
    assert [step.kind for step in made.steps] == ["conduct_corrected", "pledge", "repair_application"]


@given(corrected=st.dates(date(2026, 5, 4), date(2028, 1, 1)), today=st.dates(date(2028, 1, 1), date(2029, 5, 1)))
def test_1_nobody_applies_before_correction_and_the_least_time(corrected, today):
    made = planned(FIRM, records(corrected.isoformat()), today)
    assert made.earliest >= max(corrected, add_months(FIRM.start, 12), today)
    wages = planned(FIRM, records(corrected.isoformat()), today, rule="D2-WAGE")
    assert wages.earliest >= add_months(corrected, 6)


def test_1_what_is_not_corrected_begins_today():
    made = planned(FIRM, rule="D2-WAGE")
    assert made.missing() == ("conduct_corrected", "pledge")
    assert made.earliest == date(2027, 2, 3)


def test_2_the_national_classes_hold_from_their_first_day_on():
    early = replace(FIRM, start=date(2025, 5, 4), until="2028-05-04")
    before = planned(early, records("2025-06-02"), date(2026, 3, 31))
    assert (before.earliest, before.steps[-1].basis) == (date(2026, 3, 31), repair_rules().city.basis)
    after = planned(early, records("2025-06-02"), date(2026, 4, 1))
    assert (after.earliest, after.steps[-1].basis) == (date(2026, 5, 4), repair_rules().national.basis)


def test_2_a_sector_rule_goes_before_the_classes_and_names_a_rule_that_exists():
    made = planned(FIRM, records("2026-05-05"), rule="D2-WAGE")
    assert (made.earliest, made.steps[-1].basis) == (date(2026, 11, 5), "人社部令第45号第14条")
    known = {rule.id for rule in shipped().versions}
    assert repair_rules().rules.keys() <= known


def test_3_after_fraud_everything_begins_anew():
    history = [
        *records("2026-05-05"),
        happened("repair_application", "2027-05-05", "f2"),
        happened("repair", "2027-06-01", "f2", by="li"),
        happened("repair_fraud", "2027-09-01", "f2"),
    ]
    made = planned(FIRM, history, date(2027, 10, 1))
    assert (made.earliest, made.missing()) == (date(2028, 9, 1), ("conduct_corrected", "pledge"))
    assert planned(FIRM, [*history, *records("2027-09-20")], date(2027, 10, 1)).missing() == ()


def test_4_an_independent_ban_is_not_repaired_and_what_is_accessory_goes_with_the_enterprise():
    assert planned(IMPOSED, kind="person", today=date(2025, 1, 1)).bar == "independent_ban"
    made = planned(replace(FIRM, principal="f-firm"), kind="person")
    assert (made.through, made.earliest) == ("f-firm", None)
    assert [(step.kind, step.optional) for step in made.steps] == [("public_service", True)]


def test_4_an_independent_ban_is_repaired_only_where_its_own_rule_asks_for_that():
    ban = replace(IMPOSED, start=date(2026, 5, 4), until="2031-05-04")
    assert planned(ban, kind="enterprise", rule="D1-FOOD").bar == "independent_ban"
    assert planned(ban, kind="enterprise", rule="D2-TELFRAUD").bar == ""
    assert set(repair_rules().though_independent) <= {rule.id for rule in shipped().versions}


@pytest.mark.parametrize(
    ("details", "today", "bar"),
    [
        ((), "2028-01-01", "bar_recorded"),
        ((("until", "2027-06-01"),), "2027-06-01", "bar_recorded"),
        ((("until", "2027-06-01"),), "2027-06-02", ""),
    ],
)
def test_5_a_bar_stands_until_its_last_day(details, today, bar):
    barred = happened("repair_bar", "2026-06-01", "D2", details=details)
    assert planned(FIRM, [barred], date.fromisoformat(today)).bar == bar


def test_what_is_paused_or_over_is_not_repaired():
    assert planned(FIRM, [happened("objection", "2026-06-01", "D2")]).bar == "paused"
    assert planned(FIRM, today=date(2030, 1, 1)).bar == "not_in_force"


@pytest.mark.parametrize(
    ("kind", "acts", "class_"),
    [
        ("penalty", ("warning",), "minor"),
        ("order", ("warning",), "minor"),
        ("penalty", ("environmental_violation", "warning"), "minor"),
        ("penalty", ("environmental_violation", "warning", "fine"), "general"),
        ("penalty", ("environmental_violation",), "general"),
        ("penalty", ("warning", "fine"), "general"),
        ("penalty", ("fine", "warning"), "general"),
        ("penalty", ("food_licence_revoked", "warning"), "general"),
        ("penalty", ("warning", "listed_wage_arrears"), "serious"),
        ("listing", ("warning",), "serious"),
        ("listing", ("listed_wage_arrears", "warning"), "serious"),
        ("listing", (), "serious"),
        ("listing", ("abnormal_operation",), ""),
        ("penalty", ("abnormal_operation",), ""),
        ("listing", ("memorandum_finance",), ""),
        ("listing", ("abnormal_operation", "warning"), "minor"),
        ("listing", ("abnormal_operation", "fine"), "general"),
        ("listing", ("abnormal_operation", "listed_market_supervision"), "serious"),
        ("judgment", ("warning",), "serious"),
        ("permit", ("permit_granted",), ""),
        ("permit", ("warning",), ""),
    ],
)
def test_6_the_gravest_act_gives_the_class(kind, acts, class_):
    assert class_of(replace(LISTING, kind=kind, acts=acts)) == class_
    assert class_of(replace(LISTING, kind=kind, acts=acts[::-1])) == class_


def test_6_what_has_no_class_is_a_coded_act_that_lists_nobody_as_seriously_dishonest():
    acts = codes("acts")
    assert [act for act in repair_rules().national.class_of.none if acts.get(act).listing] == []


def test_6_a_warning_beside_a_listing_makes_no_repair_earlier():
    both = replace(LISTING, acts=(*LISTING.acts, "warning"))
    assert planned(FIRM, records("2026-06-01"), decision=both).earliest == date(2027, 5, 4)


def test_the_class_follows_a_coded_act_before_the_kind_of_decision():
    assert class_of(LISTING) == "serious"
    assert class_of(replace(LISTING, kind="penalty", acts=("fine",))) == "general"
    assert class_of(replace(LISTING, kind="penalty", acts=("warning",))) == "minor"
    assert class_of(replace(LISTING, kind="permit")) == ""
    assert class_of(None) == ""


def test_7_after_a_refusal_the_application_is_open_again_and_a_second_one_has_its_own_day():
    history = [*records("2026-05-06"), happened("repair_application", "2027-05-05", "f2")]
    refused = [*history, happened("repair_refusal", "2027-05-12", "f2", by="li", text="材料不实")]
    again = [*refused, happened("repair_application", "2027-06-01", "f2")]

    def applied(events, day):
        return [(step.done, step.earliest) for step in planned(FIRM, events, day).steps if step.kind == "repair_application"]

    assert applied(history, date(2027, 5, 11)) == [(date(2027, 5, 5), None)]
    assert applied(refused, date(2027, 5, 20)) == [(None, date(2027, 5, 20))]
    assert applied(again, date(2027, 6, 2)) == [(date(2027, 6, 1), None)]


AGAIN = Shown("new_arrears", "D9", date(2027, 1, 11), certain=True, since=date(2026, 12, 1))


def test_8_what_decisions_show_bars_on_its_days_and_is_asked_where_it_is_not_certain():
    barred = replace(FIRM, bars=(AGAIN, Shown("wage_crime")))
    made = planned(barred, records("2026-05-05"), date(2027, 1, 11), rule="D2-WAGE")
    assert (made.bar, made.shown, made.earliest, made.asked) == ("new_arrears", (AGAIN,), None, ())
    before = planned(barred, records("2026-05-05"), date(2027, 1, 10), rule="D2-WAGE")
    assert (before.bar, before.asked) == ("", (("wage_crime", ()),))
    unsure = replace(FIRM, bars=(replace(AGAIN, certain=False, since=None), Shown("new_arrears")))
    assert planned(unsure, today=date(2027, 1, 11), rule="D2-WAGE").asked == (("new_arrears", ("D9",)),)
    until = replace(FIRM, bars=(Shown("on_a_list", "L1", date(2026, 6, 1), date(2027, 2, 1), certain=True),))
    assert planned(until, today=date(2027, 2, 1)).until == "2027-02-01"
    assert planned(until, today=date(2027, 2, 2)).bar == ""


@pytest.mark.parametrize("kind", ["repair_application", "repair"])
def test_8_a_repair_against_the_law_of_the_matter_has_no_effect_wherever_it_was_granted(kind):
    asked = happened(kind, "2027-02-01", "f2", details=(("entered_by", "wu"),))
    ground = replace(FIRM, rule="D2-WAGE", class_="serious", bars=(AGAIN,))
    done = records("2026-05-05")
    life = live(ground, [*done, asked], date(2027, 3, 1), TABLE)
    assert [(item.event.kind, item.reason) for item in life.judged] == [(kind, "law_bars")]
    assert against(ground, live(ground, [], asked.event.on.day, TABLE), "in_force", done, asked.event) == "law_bars"
    free = live(replace(ground, bars=()), [*done, asked], date(2027, 3, 1), TABLE)
    assert [item.reason for item in free.judged] == ["" if kind == "repair_application" else "stage"]


def test_9_the_last_correction_counts_and_none_of_before_new_conduct_ended():
    twice = [*records("2026-06-01"), happened("conduct_corrected", "2026-09-01", "D2")]
    assert planned(FIRM, twice, date(2026, 10, 1), rule="D2-WAGE").earliest == date(2027, 3, 1)
    over = replace(FIRM, bars=(replace(AGAIN, last=date(2027, 1, 20)),))
    assert planned(over, twice, date(2027, 1, 10), rule="D2-WAGE").missing() == ()
    made = planned(over, twice, date(2027, 1, 21), rule="D2-WAGE")
    assert (made.bar, made.missing(), made.earliest) == ("", ("conduct_corrected", "pledge"), date(2027, 7, 21))
    anew = [*twice, *records("2026-12-01")]
    assert planned(over, anew, date(2027, 1, 21), rule="D2-WAGE").earliest == date(2027, 6, 1)
