"""The invariants of `analytics.lifecycle.restrictions`, by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.lifecycle.restrictions import Events, ground_of, principals_of, restriction_id, restrictions_of, status
from analytics.lifecycle.table import load_table
from graph.model import Decision, Finding, Outcome, PartyRef
from tests.api_world import case, catalogue
from tests.builder import shipped
from tests.lifecycle_world import happened

TABLE = load_table()
DAY = date(2024, 6, 1)


def finding(decision: str = "D2", party: str = "B#孙示例") -> Finding:
    """The ban of the small world, resting on a decision of the test's own."""
    (found,) = [f for f in case().findings(decision="D2") if "孙示例" in f.party]
    return replace(found, id=f"f-{decision}-{party}", decision=decision, party=party)


def codes(findings, events=(), day=DAY) -> dict[str, str]:
    made = restrictions_of(findings, catalogue())
    principals = principals_of(made)
    return {r.party: status(r, Events(events), day, TABLE, principals).code for r in made}


@given(
    rests=st.dictionaries(st.sampled_from("PQRS"), st.sets(st.sampled_from(["D1", "D2", "D3"]), min_size=1), min_size=1),
    revoked=st.sets(st.sampled_from(["D1", "D2", "D3"])),
)
def test_1_and_2_a_revoked_decision_reaches_what_rests_on_it_alone(rests, revoked):
    findings = [finding(decision, party) for party, decisions in rests.items() for decision in sorted(decisions)]
    events = [happened("revocation", "2024-03-01", decision) for decision in sorted(revoked)]
    expected = {party: "revoked" if decisions <= revoked else "in_force" for party, decisions in rests.items()}
    assert codes(findings, events) == expected
    void = [happened("held_void", "2024-04-01", item.event.about, refers=item.id, by="li") for item in events]
    assert set(codes(findings, [*events, *void]).values()) == {"in_force"}


def test_2_an_objection_to_one_ground_leaves_the_other_in_force():
    both = [finding("D1"), finding("D2")]
    assert codes(both, [happened("objection", "2024-03-01", "D1")]) == {"B#孙示例": "in_force"}
    whole = happened("objection", "2024-03-01", restriction_id("B#孙示例", both[0].measures[0].name_zh))
    assert codes(both, [whole]) == {"B#孙示例": "paused"}


def test_3_a_lead_and_a_record_make_no_restriction():
    assert restrictions_of([replace(finding(), outcome=Outcome.LEAD), replace(finding("D3"), effect="record")], catalogue()) == []


def test_4_the_same_findings_give_the_same_restrictions():
    findings = [finding("D1"), finding("D2"), finding("D1", "Q")]
    assert restrictions_of(findings[::-1], catalogue()) == restrictions_of(findings, catalogue())
    assert len(restrictions_of(findings, catalogue())) == 2


def test_what_is_accessory_ends_with_the_listing_of_the_enterprise_and_returns_with_it():
    law = catalogue()
    head = next(f for f in case().findings(decision="D1") if "王示例" in f.party)
    head = replace(head, origin="imposed", until="2030-01-01", start=date(2024, 1, 1))
    firm = replace(head, id="f-firm", party="A", party_kind="enterprise", role="respondent")
    made = restrictions_of([firm, head], law)
    principals = principals_of(made)
    (mine,) = [r for r in made if r.party == head.party]
    assert principals.keys() == {"f-firm"}
    given = [happened(kind, "2024-02-01", "f-firm") for kind in ("conduct_corrected", "pledge", "repair_application")]
    granted = [*given, happened("repair", "2024-03-01", "f-firm", by="li")]
    fraud = happened("repair_fraud", "2024-05-01", "f-firm")

    def on(day: date, *events) -> str:
        return status(mine, Events(events), day, TABLE, principals).code

    assert on(date(2024, 4, 1)) == "in_force"
    assert on(date(2024, 4, 1), *granted) == "ended_with_listing"
    assert on(DAY, *granted, fraud) == "in_force"
    back = status(mine, Events([*granted, fraud]), DAY, TABLE, principals)
    assert back.until == head.until, "the term begins again for what was repaired, and for nobody who did not ask for it"
    (whole,) = [r for r in made if r.party == "A"]
    assert status(whole, Events([*granted, fraud]), DAY, TABLE, principals).until != firm.until
    (of_both,) = {status(r, Events([*granted, fraud]), DAY, TABLE, principals).code for r in made}
    assert of_both == "in_force"
    order = happened("suspension_order", "2024-02-01", restriction_id("A", firm.measures[0].name_zh))
    assert on(date(2024, 4, 1), order) == "paused"
    assert on(date(2024, 4, 1), happened("release", "2024-02-01", order.event.about)) == "ended_with_listing"


@pytest.mark.parametrize(
    ("rule", "role", "own"),
    [
        ("D1-FOOD", "respondent", True),
        ("D1-FOOD", "legal_representative", True),
        ("D2-PROC", "respondent", True),
        ("D2-BID", "respondent", True),
        ("D1-SAFETY-OFFICE", "principal_responsible_person", True),
        ("D2-WAGE", "respondent", False),
        ("D2-WAGE", "legal_representative", False),
        ("D2-SAMR", "respondent", False),
        ("D3-DEFAULTER", "respondent", False),
        ("D2-ABNORMAL", "respondent", False),
        ("D2-STAT", "respondent", False),
        ("LY-D2", "respondent", False),
    ],
)
def test_5_a_ban_that_ends_with_its_own_term_keeps_its_clock_on_an_enterprise_as_on_a_person(rule, role, own):
    law = shipped()
    known = next(each for each in law.versions if each.id == rule)
    found = replace(finding(), rule=rule, rule_version=known.version, role=role, clause=known.clauses[0].id)
    assert ground_of(found, law).own_clock is own


def test_5_what_a_decision_puts_on_a_list_can_leave_it():
    listing = Decision("D1", "listing", ("listed_wage_arrears",), PartyRef("A"), "示例局")
    penalty = replace(listing, kind="penalty", acts=("food_licence_revoked",))
    court = replace(listing, kind="judgment", acts=("listed_judgment_defaulter",))
    assert [ground_of(finding(), catalogue(), decision=each).listed for each in (listing, penalty, court, None)] == [
        True, False, True, None,
    ]  # fmt: skip


def test_the_principal_of_what_is_accessory_is_the_finding_that_is_current():
    law = catalogue()
    head = replace(next(f for f in case().findings(decision="D1") if "王示例" in f.party), start=date(2024, 1, 1))
    firm = replace(head, id="f-a", party="A", party_kind="enterprise", role="respondent")
    wrong = replace(firm, id="f-x", party="X")
    made = restrictions_of([firm, head], law, {"f-x": wrong})
    (mine,) = [r for r in made if r.party == head.party]
    assert [ground.principal for ground in mine.grounds] == ["f-a"], (
        "one that was loaded by mistake is over, and the right one stands"
    )
    (mine,) = [r for r in restrictions_of([head], law, {"f-x": wrong}) if r.party == head.party]
    assert [ground.principal for ground in mine.grounds] == ["f-x"], "without another it rests on the one that is over"
