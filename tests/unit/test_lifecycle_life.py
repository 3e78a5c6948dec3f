"""The invariants of `analytics.lifecycle.life`, by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.lifecycle.evidence import Rest
from analytics.lifecycle.ground import Dated, Ground, Judged, Life, code_of, people_of
from analytics.lifecycle.life import live, refused_above, restarted, with_decision, with_restriction
from analytics.lifecycle.principal import with_principal
from analytics.lifecycle.repair import against
from analytics.lifecycle.table import load_table
from graph.dates import PartialDate
from tests.lifecycle_world import DERIVED, IMPOSED, confirmed, happened

TABLE = load_table()
DAY = date(2024, 6, 1)
FIRST = date(2024, 2, 1)


def at(ground, events, day=DAY) -> Life:
    return live(ground, events, day, TABLE)


def reasons(life: Life) -> dict[str, str]:
    return {item.event.kind: item.reason for item in life.judged}


REPAIRABLE = replace(IMPOSED, own_clock=False, rule="D2-WAGE")
REPAIRED = [
    happened("conduct_corrected", "2024-06-01", "f2"),
    happened("pledge", "2024-06-01", "f2"),
    happened("repair_application", "2025-03-01", "f2"),
    happened("repair", "2025-04-01", "f2", by="li"),
]
OFFERED = (("hearing", "2024-02-20"), ("until", "2024-02-20"))
DETAILS = [(), OFFERED, (("entered_by", "zhao"),), (("entered_by", "qian"), *OFFERED)]


@st.composite
def histories(draw) -> list[Dated]:
    """Events of any kind, on any day, by few people, some of them about each other."""
    made: list[Dated] = []
    for _ in range(draw(st.integers(0, 14))):
        refers = draw(st.sampled_from(["", *(item.id for item in made)]))
        on = FIRST + timedelta(days=draw(st.integers(0, 40)))
        made.append(
            happened(
                draw(st.sampled_from(list(TABLE.events))),
                on.isoformat(),
                draw(st.sampled_from(["f1", "D1"])),
                by=draw(st.sampled_from(["zhao", "qian"])),
                refers=refers,
                details=draw(st.sampled_from(DETAILS)),
            )
        )
    return list({item.id: item for item in made}.values())


@given(history=histories(), data=st.data(), offset=st.integers(0, 60), imposed=st.booleans())
def test_1_any_order_of_arrival_gives_the_same(history, data, offset, imposed):
    day = FIRST + timedelta(days=offset)
    ground = replace(DERIVED, imposed=imposed)
    shuffled = data.draw(st.permutations(history))
    assert at(ground, shuffled, day) == at(ground, history, day)


@given(history=histories(), offset=st.integers(0, 60))
def test_3_nothing_derived_binds_without_a_served_decision_by_another_person(history, offset):
    life = at(DERIVED, history, FIRST + timedelta(days=offset))
    if TABLE.stages[life.stage].binds:
        (proposal, *_), (decision, *_) = life.happened("proposal"), life.happened("decision")
        assert people_of(decision.event).isdisjoint(people_of(proposal.event))
        assert decision.event.number
        assert life.happened("notice")
        assert life.happened("service")


@given(history=histories(), offset=st.integers(0, 60))
def test_6_what_turns_out_void_from_the_beginning_was_in_force_on_no_day(history, offset):
    ground = replace(DERIVED, imposed=True)
    everything = at(ground, history, FIRST + timedelta(days=60))
    if everything.stage == "annulled" and everything.happened("annulment"):
        assert at(ground, history, FIRST + timedelta(days=offset)).stage == "annulled"


@given(texts=st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=4, unique=True))
def test_8_what_was_done_here_comes_before_what_was_reported_of_the_same_day(texts):
    here = happened("proposal", "2024-03-01", by="zhao")
    reports = [happened("proposal", "2024-03-01", by="zhao", text=text, details=(("entered_by", "sun"),)) for text in texts]
    life = at(DERIVED, [*reports, here])
    assert [item.id for item in life.happened("proposal")] == [here.id]


def test_2_what_came_too_early_has_effect_once_what_it_needs_is_there():
    proposal, notice, statement, decision, service = confirmed()
    lone = at(DERIVED, [service, decision])
    assert lone.stage == "derived"
    assert reasons(lone) == {"decision": "stage", "service": "stage"}
    assert at(DERIVED, [service, decision, notice, proposal]).stage == "notified"
    assert at(DERIVED, [service, decision, notice, proposal, statement]).stage == "active"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"by": "zhao"}, "four_eyes"),
        ({"number": ""}, "number"),
    ],
)
def test_3_a_decision_without_a_number_or_by_the_proposer_has_no_effect(change, reason):
    proposal, notice, statement, decision, service = confirmed()
    wrong = happened("decision", "2024-03-04", **({"by": "qian"} | change))
    life = at(DERIVED, [proposal, notice, statement, wrong, service])
    assert life.stage == "heard"
    assert reasons(life)["decision"] == reason
    assert at(DERIVED, [proposal, notice, statement, decision, service]).stage == "active"


def test_3_without_a_statement_the_time_for_one_must_be_over():
    proposal, notice, _, _, _ = confirmed()
    last_day, day_after = (happened("decision", day, by="qian") for day in ("2024-03-11", "2024-03-12"))
    assert reasons(at(DERIVED, [proposal, notice, last_day]))["decision"] == "heard_or_over"
    assert at(DERIVED, [proposal, notice, day_after]).stage == "decided"


def test_3_a_measure_on_an_occupation_needs_the_hearing_to_be_offered_and_held_if_asked_for():
    ground = replace(DERIVED, occupation=True)
    proposal, notice, statement, decision, _ = confirmed()
    bare = happened("notice", "2024-03-02", details=(("until", "2024-03-11"),))
    assert reasons(at(ground, [proposal, bare, statement, decision]))["decision"] == "hearing_offered"
    asked = happened("hearing_request", "2024-03-03")
    assert reasons(at(ground, [proposal, notice, asked, statement, decision]))["decision"] == "hearing_held"
    held = happened("hearing", "2024-03-04")
    assert at(ground, [proposal, notice, asked, statement, held, decision]).stage == "decided"
    late = happened("hearing_request", "2024-03-12")
    assert reasons(at(ground, [proposal, notice, late]))["hearing_request"] == "in_time"


def test_3_a_missing_premise_or_a_withdrawn_finding_is_never_proposed():
    proposal = confirmed()[0]
    assert reasons(at(replace(DERIVED, proved=False), [proposal])) == {"proposal": "premises"}
    assert at(replace(DERIVED, gone=True), confirmed()).stage == "withdrawn"


def test_4_an_objection_pauses_and_stops_no_clock():
    objection = happened("objection", "2024-03-10", "f2")
    assert at(IMPOSED, [objection], date(2024, 3, 9)).paused == ()
    assert at(IMPOSED, [objection]).paused == (objection.id,)
    dismissal = happened("dismissal", "2024-03-13", "f2", refers=objection.id, by="qian")
    resumed = at(IMPOSED, [objection, dismissal])
    assert (resumed.stage, resumed.paused, resumed.until) == ("active", (), IMPOSED.until)
    assert at(IMPOSED, [objection], date(2027, 1, 11)).stage == "expired"


@pytest.mark.parametrize(("answer", "stage"), [("dismissal", "expired"), ("correction", "expired"), ("upheld", "revoked")])
def test_4_an_objection_that_is_open_at_the_end_of_the_term_is_answered_and_nothing_resumes(answer, stage):
    over = replace(DERIVED, until="2024-04-10")
    objection = happened("objection", "2024-04-09", by="sun")
    said = happened(answer, "2024-04-12", refers=objection.id, by="li")
    waiting = at(over, [*confirmed(), objection])
    assert (waiting.stage, waiting.paused) == ("expired", (objection.id,))
    life = at(over, [*confirmed(), objection, said])
    assert (life.stage, life.paused, reasons(life)[answer]) == (stage, (), "")
    late = happened("objection", "2024-04-12", by="sun")
    assert reasons(at(over, [*confirmed(), late]))["objection"] == "stage", "what is over is not objected to anew"


def test_4_two_pauses_end_each_by_its_own_answer_and_a_suit_pauses_nothing():
    objection = happened("objection", "2024-03-10", "f2")
    suit, order = happened("suit_filed", "2024-03-11", "f2"), happened("suspension_order", "2024-03-12", "f2")
    assert at(IMPOSED, [suit]).paused == ()
    wrong = happened("dismissal", "2024-03-13", "f2", refers=order.id)
    life = at(IMPOSED, [objection, suit, order, wrong])
    assert set(life.paused) == {objection.id, order.id}
    assert reasons(life)["dismissal"] == "refers"
    lifted = happened("order_lifted", "2024-03-14", "f2", refers=order.id)
    assert at(IMPOSED, [objection, order, lifted]).paused == (objection.id,)


def test_5_a_revocation_held_void_has_effect_again_from_the_day_of_the_ruling():
    revocation = happened("revocation", "2024-03-10", "D2")
    void = happened("held_void", "2024-04-10", "D2", refers=revocation.id, by="li")
    states = [at(IMPOSED, [void, revocation], day).stage for day in (date(2024, 3, 9), date(2024, 4, 9), date(2024, 4, 10))]
    assert states == ["active", "revoked", "active"]
    assert reasons(at(IMPOSED, [void, revocation])) == {"revocation": "undone", "held_void": ""}
    assert reasons(at(IMPOSED, [void])) == {"held_void": "refers"}
    for by in ("chen", " Chen ", "　"):
        alone = happened("held_void", "2024-04-10", "D2", refers=revocation.id, by=by)
        assert at(IMPOSED, [alone, revocation]).stage == "revoked"


def test_5_what_stands_again_says_from_when_and_its_term_is_the_old_one():
    revocation = happened("revocation", "2024-03-10", "D2")
    void = happened("held_void", "2024-04-10", "D2", refers=revocation.id, by="li")
    back = at(IMPOSED, [void, revocation])
    assert (back.stands_from, back.start, back.until) == (date(2024, 4, 10), IMPOSED.start, IMPOSED.until)
    assert at(IMPOSED, [revocation], date(2024, 3, 9)).stands_from == IMPOSED.start
    # One that never had effect ended nothing, so that nothing stands again.
    upheld = happened("upheld", "2024-03-12", "D2", by="li")
    ruling = happened("held_void", "2024-04-10", "D2", refers=upheld.id)
    never = at(IMPOSED, [happened("objection", "2024-03-10", "D2"), upheld, ruling])
    assert (never.stands_from, [item.stood for item in never.judged]) == (IMPOSED.start, [False, False, False])
    # What is accessory stands again with the first measure of the enterprise that does, if all had ended.
    accessory, firm = at(replace(IMPOSED, own_clock=False), []), at(replace(IMPOSED, until=None), [])
    assert with_principal(accessory, [back], TABLE).stands_from == date(2024, 4, 10)
    assert with_principal(accessory, [back, firm], TABLE).stands_from == IMPOSED.start


@pytest.mark.parametrize(("ends", "about", "stage"), [("release", "f2", "released"), ("listing_ended", "D2", "ended_with_listing")])
def test_5_what_was_released_or_left_the_list_may_be_revoked_and_the_revocation_held_void(ends, about, stage):
    listed = replace(IMPOSED, own_clock=False)
    end, revocation = happened(ends, "2024-03-10", about), happened("revocation", "2024-04-10", "D2")
    assert at(listed, [end, revocation], date(2024, 4, 9)).stage == stage
    assert at(listed, [end, revocation]).stage == "revoked"
    void = happened("held_void", "2024-04-20", "D2", refers=revocation.id, by="li")
    assert at(listed, [end, revocation, void]).stage == stage


def test_6_a_decision_annulled_was_never_in_force():
    annulment = happened("annulment", "2024-05-10", "D2")
    assert [at(IMPOSED, [annulment], day).stage for day in (date(2024, 2, 1), DAY)] == ["annulled", "annulled"]
    void = happened("held_void", "2024-05-20", "D2", refers=annulment.id, by="li")
    assert [at(IMPOSED, [annulment, void], day).stage for day in (date(2024, 2, 1), DAY)] == ["active", "active"]


def test_7_the_end_of_the_listing_reaches_what_is_accessory_and_not_what_has_its_own_clock():
    delisting = happened("listing_ended", "2024-03-10", "D2")
    assert reasons(at(IMPOSED, [delisting])) == {"listing_ended": "not_own_clock"}
    accessory = replace(IMPOSED, own_clock=False)
    assert at(accessory, [delisting]).stage == "ended_with_listing"
    assert reasons(at(replace(accessory, listed=False), [delisting])) == {"listing_ended": "listing"}, "there is no list to leave"
    assert at(replace(accessory, listed=True), [delisting]).stage == "ended_with_listing"
    repaired, restored = Life("repaired", None, None), Life("active", None, None)
    mine = at(accessory, [])
    assert with_principal(mine, [repaired], TABLE).stage == "ended_with_listing"
    assert with_principal(mine, [restored], TABLE).stage == "active"
    assert with_principal(mine, [Life("annulled", None, None)], TABLE).stage == "annulled"
    # What ended with the listing stays that when its own term is over too; what ran out first stays what it was.
    late = date(2024, 7, 1)
    over = at(replace(accessory, until="2024-06-15"), [], late)
    repairs = [replace(repaired, judged=(Judged("r", happened("release", day).event),)) for day in ("2024-03-10", "2024-06-20")]
    assert over.stage == "expired"
    assert [with_principal(over, [each], TABLE).stage for each in repairs] == ["ended_with_listing", "expired"]
    assert with_principal(over, repairs, TABLE).stage == "expired", "the last of them ended after it had run out"
    ran_out = [Life("expired", None, day) for day in ("2024-03-10", "2024-06-20", "life")]
    assert [with_principal(over, [each], TABLE).stage for each in ran_out] == ["ended_with_listing", "expired", "expired"]
    assert with_principal(over, [repairs[0], restored], TABLE).stage == "expired", "what binds again had ended after it"
    # Several measures on the enterprise: it ends with the last of them, and pauses while none of them runs.
    proposed, never = Life("proposed", None, None), Life("derived", None, None)
    again = replace(proposed, judged=(Judged("r", happened("upheld", "2024-03-10").event),))
    assert with_principal(mine, [never], TABLE) == with_principal(mine, [proposed, never], TABLE) == mine
    assert with_principal(mine, [again], TABLE).stage == "ended_with_listing", "a new proposal brings nothing back"
    rejected = replace(Life("rejected", None, None), judged=(Judged("r", happened("rejection", "2024-03-10").event),))
    assert with_principal(mine, [rejected], TABLE) == with_principal(mine, [rejected, never], TABLE) == mine
    assert with_principal(mine, [replace(rejected, stage="proposed")], TABLE) == mine
    assert with_principal(mine, [rejected, repaired], TABLE).stage == "ended_with_listing"
    assert with_principal(mine, [repaired, never], TABLE).stage == "ended_with_listing"
    assert with_principal(mine, [repaired, restored], TABLE).stage == "active"
    contested = replace(Life("notified", None, None), paused=("o",))
    assert with_principal(mine, [contested], TABLE).paused == ("o",), "what it hangs on is contested before it is confirmed"
    assert with_principal(mine, [contested, restored], TABLE).paused == ()
    assert with_principal(mine, [repaired, Life("released", None, None)], TABLE).stage == "ended_with_listing"
    halted = Life("active", None, None, ("order",))
    assert with_principal(mine, [halted, repaired], TABLE).paused == ("order",)
    assert with_principal(mine, [halted, never], TABLE).paused == ("order",)
    assert with_principal(mine, [halted, restored], TABLE).paused == ()


def test_a_repair_by_fraud_restores_and_begins_the_term_again():
    fraud = happened("repair_fraud", "2025-08-01", "f2")
    own = happened("repair_fraud", "2025-08-01", "f2", by="li")
    assert at(REPAIRABLE, REPAIRED, date(2025, 7, 1)).stage == "repaired"
    assert reasons(at(REPAIRABLE, [own, *REPAIRED], date(2025, 9, 1)))["repair_fraud"] == "repair_two_people"
    life = at(REPAIRABLE, [fraud, *REPAIRED], date(2025, 9, 1))
    assert (life.stage, life.start, life.until) == ("active", date(2025, 8, 1), "2028-08-01")


@pytest.mark.parametrize(
    ("start", "until", "day", "end"),
    [
        (date(2018, 12, 6), "2023-12-06", date(2020, 2, 29), "2025-02-28"),
        (date(2018, 12, 6), "2019-01-01", date(2020, 2, 29), "2020-03-26"),
        (date(2018, 12, 6), "life", date(2020, 2, 29), "life"),
        (None, "2019-01-01", date(2020, 2, 29), "2019-01-01"),
    ],
)
def test_a_term_that_begins_again_is_as_long_as_it_was(start, until, day, end):
    assert restarted(start, until, day) == end


def test_an_event_without_a_day_or_after_the_day_has_no_effect_yet():
    vague, later = happened("revocation", "2024-03", "D2"), happened("revocation", "2024-07-01", "D2")
    life = at(IMPOSED, [vague, later])
    assert life.stage == "active"
    assert {item.id: item.reason for item in life.judged} == {vague.id: "day", later.id: "future"}


@given(
    imposed=st.booleans(),
    until=st.sampled_from([None, "life", "2024-01-31", "2024-02-20"]),
    offset=st.integers(0, 60),
)
def test_without_events_it_stands_as_with_one_that_has_no_effect(imposed, until, offset):
    ground, day = replace(DERIVED, imposed=imposed, until=until), FIRST + timedelta(days=offset)
    nothing = happened("order_lifted", "2024-01-01", refers="nothing")
    assert at(ground, [], day) == replace(at(ground, [nothing], day), judged=())


@pytest.mark.parametrize("other", ["Zhao", "ZHAO", "ｚｈａｏ", "zh ao", "zhao\u200b"])
def test_3_one_name_in_two_spellings_is_one_person(other):
    proposal, notice, statement, _, service = confirmed()
    decision = happened("decision", "2024-03-04", by=other)
    life = at(DERIVED, [proposal, notice, statement, decision, service])
    assert (life.stage, reasons(life)["decision"]) == ("heard", "four_eyes")


@pytest.mark.parametrize("number", ["-", "无", "\u200b", "号"])
def test_3_what_has_no_numeral_is_no_number_of_a_document(number):
    proposal, notice, statement, _, service = confirmed()
    decision = happened("decision", "2024-03-04", by="qian", number=number)
    assert reasons(at(DERIVED, [proposal, notice, statement, decision, service]))["decision"] == "number"


def test_3_a_measure_begins_with_its_service_and_is_not_decided_after_its_last_day():
    life = at(DERIVED, confirmed())
    assert (life.start, life.until) == (date(2024, 3, 5), DERIVED.until)
    later = replace(DERIVED, start=date(2024, 5, 1))
    assert at(later, confirmed()).start == date(2024, 5, 1)
    over = replace(DERIVED, until="2024-03-03")
    assert reasons(at(over, confirmed()))["decision"] == "in_term"
    assert reasons(at(replace(DERIVED, until="2024-02-29"), confirmed()))["proposal"] == "in_term"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda events: events[1:], "steps"),
        (lambda events: [*events[:2], replace_day(events[2], "2024-07-01"), events[3]], "too_early"),
        (lambda events: [*events, happened("repair_bar", "2024-08-01", "f2")], "barred"),
        (lambda events: [*events, happened("repair_bar", "2024-08-01", "f2", details=(("until", "soon"),))], "barred"),
    ],
)
@pytest.mark.parametrize("reported", [True, False])
def test_12_a_repair_has_effect_when_its_plan_allows_it_wherever_it_was_granted(change, reason, reported):
    entered = (("entered_by", "zhao"),) if reported else ()
    events = [Dated(item.id, replace(item.event, details=item.event.details + entered)) for item in change(REPAIRED)]
    life = at(REPAIRABLE, events, date(2025, 7, 1))
    assert life.stage == "active"
    assert reasons(life)["repair_application"] == reason


def test_12_the_plan_of_a_repair_is_asked_once_for_each_event(monkeypatch):
    asked: list[str] = []

    def counted(*given):
        asked.append(given[-1].kind)
        return against(*given)

    monkeypatch.setattr("analytics.lifecycle.needs.against", counted)
    assert at(REPAIRABLE, REPAIRED, date(2025, 7, 1)).stage == "repaired"
    assert asked == ["repair_application", "repair"]


def replace_day(item: Dated, day: str) -> Dated:
    return happened(item.event.kind, day, item.event.about)


def test_12_whoever_recorded_the_application_does_not_grant_it():
    own = happened("repair", "2025-04-01", "f2")
    life = at(REPAIRABLE, [*REPAIRED[:3], own], date(2025, 7, 1))
    assert (life.stage, reasons(life)["repair"]) == ("repair_pending", "repair_two_people")


def test_12_a_bar_is_lifted_by_others_than_those_who_recorded_it():
    bar = happened("repair_bar", "2024-08-01", "f2")
    own, other = (happened("repair_bar_lifted", "2024-09-01", "f2", refers=bar.id, by=by) for by in ("chen", "li"))
    assert at(REPAIRABLE, [*REPAIRED, bar, own], date(2025, 7, 1)).stage == "active"
    assert at(REPAIRABLE, [*REPAIRED, bar, other], date(2025, 7, 1)).stage == "repaired"


def test_13_what_was_confirmed_covers_the_measures_and_the_term_of_its_day():
    proposal, notice, statement, _, service = confirmed()
    told = (("last_day", "2026-01-10"), ("measures", "甲\n乙"))
    decision = happened("decision", "2024-03-04", by="qian", details=told)
    first, late = (replace(DERIVED, measure=measure) for measure in ("甲", "丙"))
    chain = [proposal, notice, statement, decision, service]
    assert (at(first, chain).stage, at(first, chain).until) == ("active", "2026-01-10")
    assert (at(late, chain).stage, reasons(at(late, chain))["decision"]) == ("heard", "covered")
    assert at(replace(first, until="2025-01-10"), chain).until == "2025-01-10"
    assert at(replace(first, until="life"), chain).until == at(replace(first, until=None), chain).until == "2026-01-10"


def test_13_a_decision_on_other_evidence_than_was_proposed_has_no_effect():
    proposal, notice, statement, decision, service = confirmed()
    proposal, same, other = (
        Dated(item.id + evidence, replace(item.event, details=(("evidence", evidence),)))
        for item, evidence in ((proposal, "e1"), (decision, "e1"), (decision, "e2"))
    )
    assert at(DERIVED, [proposal, notice, statement, same, service]).stage == "active"
    assert reasons(at(DERIVED, [proposal, notice, statement, other, service]))["decision"] == "evidence"


def test_3_a_hearing_is_not_cut_off_by_a_statement_or_by_one_that_nobody_asked_for():
    ground = replace(DERIVED, occupation=True)
    proposal, notice, statement, decision, service = confirmed()
    assert reasons(at(ground, [proposal, notice, statement, decision]))["decision"] == "hearing_held"
    unasked = happened("hearing", "2024-03-02")
    assert reasons(at(ground, [proposal, notice, unasked, decision])) == {
        "proposal": "", "notice": "", "hearing": "hearing_asked", "decision": "heard_or_over",
    }  # fmt: skip
    waived = happened("hearing_waiver", "2024-03-03")
    assert at(ground, [proposal, notice, waived, statement, decision, service]).stage == "active"
    asked = happened("hearing_request", "2024-03-04")
    assert reasons(at(ground, [proposal, notice, waived, statement, asked, decision]))["decision"] == "hearing_held"
    over = happened("decision", "2024-03-12", by="qian")
    assert at(ground, [proposal, notice, statement, over]).stage == "decided"


@pytest.mark.parametrize("nobody", ["", "　", " \u200b"])
def test_3_who_is_nobody_proposes_nothing_that_binds(nobody):
    _, notice, statement, decision, service = confirmed()
    life = at(DERIVED, [happened("proposal", "2024-03-01", by=nobody), notice, statement, decision, service])
    assert (life.stage, reasons(life)["decision"]) == ("heard", "four_eyes")


def test_3_nothing_is_served_after_its_last_day():
    over = replace(DERIVED, until="2024-03-04")
    assert reasons(at(over, confirmed()))["service"] == "in_term"
    proposal, notice, statement, _, service = confirmed()
    sooner = happened("decision", "2024-03-04", by="qian", details=(("last_day", "2024-03-04"),))
    assert reasons(at(DERIVED, [proposal, notice, statement, sooner, service]))["service"] == "in_term"


def test_9_a_proposal_begins_a_procedure_of_its_own():
    ground = replace(DERIVED, occupation=True)
    offered = (("until", "2024-03-31"), ("hearing", "2024-03-31"))
    first = [
        happened("proposal", "2024-03-01", by="zhao"),
        happened("notice", "2024-03-02", details=offered),
        happened("hearing_request", "2024-03-03"),
    ]
    rejected = happened("rejection", "2024-03-05")
    again = [
        happened("proposal", "2024-03-06", by="zhao"),
        happened("notice", "2024-03-07", details=offered),
        happened("statement", "2024-03-09"),
    ]
    waiver = happened("hearing_waiver", "2024-03-08")
    decision = happened("decision", "2024-03-10", by="qian")
    # An old request that was never met does not stand in the way,
    assert at(ground, [*first, rejected, *again, waiver, decision]).stage == "decided"
    # an old hearing, or an old waiver, does not meet a new request,
    heard, asked = happened("hearing", "2024-03-04"), happened("hearing_request", "2024-03-08")
    assert reasons(at(ground, [*first, heard, rejected, *again, asked, decision]))["decision"] == "hearing_held"
    # nor does one before the request, nor an old notice serve a new proposal.
    before = [happened("hearing", "2024-03-08", text="early"), happened("hearing_request", "2024-03-09", text="late")]
    assert reasons(at(ground, [*again, *before, decision]))["decision"] == "hearing_held"
    assert reasons(at(ground, [*first, rejected, again[0], decision]))["decision"] == "stage"


@pytest.mark.parametrize("answer", ["correction", "dismissal", "upheld"])
def test_10_an_objection_is_answered_by_other_people(answer):
    ground = replace(DERIVED)
    objection = happened("objection", "2024-03-10", by="a party", details=(("entered_by", "sun"),))
    for by in ("sun", "SUN", "a party"):
        life = at(ground, [*confirmed(), objection, happened(answer, "2024-03-12", refers=objection.id, by=by)])
        assert (life.paused, reasons(life)[answer]) == ((objection.id,), "two_people")
    assert at(ground, [*confirmed(), objection, happened(answer, "2024-03-12", refers=objection.id, by="li")]).paused == ()


def test_10_what_was_imposed_is_not_lifted_by_an_answer_to_an_objection():
    objection = happened("objection", "2024-03-10", "f2", by="sun")
    upheld = happened("upheld", "2024-03-12", "f2", refers=objection.id, by="li")
    life = at(IMPOSED, [objection, upheld])
    assert (life.stage, reasons(life)["upheld"]) == ("active", "derived_only")
    assert at(IMPOSED, [objection, happened("revocation", "2024-03-12", "f2")]).stage == "revoked"


OWN = Ground("", "D1", imposed=True, proved=True, start=date(2024, 1, 10), until="life")


def with_own(ground, events, day=date(2024, 4, 1)):
    return with_decision(live(ground, events, day, TABLE), ground, live(OWN, events, day, TABLE), TABLE)


def asked_for_the_decision() -> list[Dated]:
    steps = [happened(kind, "2024-04-01", "D1") for kind in ("conduct_corrected", "pledge", "repair_application")]
    return [*steps, happened("repair", "2024-04-02", "D1", by="li")]


def test_14_what_is_repaired_with_the_enterprise_is_not_where_that_is_refused():
    firm, bar = replace(DERIVED, finding="f9"), happened("repair_bar", "2024-03-20", "f9")
    of_firm = [item._replace(event=replace(item.event, about="f9")) for item in confirmed()]
    asked, day = asked_for_the_decision(), date(2024, 5, 1)
    for events, refused in (
        ([*of_firm, *asked], set()),
        ([*of_firm, bar, *asked], {"barred", "steps"}),
        ([*of_firm, happened("objection", "2024-03-20", "f9"), *asked], {"barred", "steps"}),
        ([*of_firm, *asked[:2], asked[3]], {"steps"}),
        ([bar, *asked], set()),  # the enterprise was never bound
    ):
        reasons_above = refused_above("D1", [(firm, events)], TABLE)
        assert set(reasons_above.values()) == refused
        life = live(DERIVED, [*confirmed(), *asked], day, TABLE, reasons_above)
        assert (life.stage == "repaired") is (not refused)


AROUND_A_REPAIR = ("repair_application", "repair", "repair_refusal", "repair_bar", "objection", "suspension_order", "dismissal")


@given(
    drawn=st.lists(st.tuples(st.sampled_from(AROUND_A_REPAIR), st.sampled_from(["f1", "D1"]), st.integers(0, 20)), max_size=8),
    asked=st.tuples(st.integers(0, 20), st.integers(0, 20)),
    bound=st.booleans(),
)
def test_14_a_decision_is_never_repaired_while_the_enterprise_goes_on_being_bound(drawn, asked, bound):
    steps = [happened(kind, "2024-01-05", "D1") for kind in ("conduct_corrected", "pledge")]
    history = {
        happened(kind, str(FIRST + timedelta(days=on)), about, by="li" if kind == "repair" else "sun") for kind, about, on in drawn
    }
    asks = zip(("repair_application", "repair"), sorted(asked), strict=True)
    history |= {happened(kind, str(FIRST + timedelta(days=on)), "D1", by=f"{kind}er") for kind, on in asks}
    events = [*steps, *(confirmed("2024-01-1") if bound else ()), *history]
    refused = refused_above("D1", [(DERIVED, events)], TABLE)
    for granted in live(OWN, [item for item in events if item.event.about == "D1"], DAY, TABLE, refused).happened("repair"):
        assert not TABLE.stages[at(DERIVED, events, granted.event.on.earliest).stage].binds


def test_15_what_happened_to_the_decision_before_a_finding_was_confirmed_reaches_it():
    objection = happened("objection", "2024-02-20", "D1", by="sun")
    assert with_own(DERIVED, [objection]).paused == (objection.id,)
    assert with_own(DERIVED, [objection, *confirmed()]).paused == (objection.id,)
    dismissed = happened("dismissal", "2024-03-20", "D1", refers=objection.id, by="li")
    assert with_own(DERIVED, [objection, *confirmed(), dismissed]).paused == ()
    upheld = happened("upheld", "2024-03-20", "D1", refers=objection.id, by="li")
    assert with_own(DERIVED, [objection, upheld]).stage == "revoked"
    assert with_own(DERIVED, [objection, *confirmed(), upheld]).stage == "revoked"
    void = happened("held_void", "2024-03-25", "D1", refers=upheld.id, by="qian")
    life = with_own(DERIVED, [objection, *confirmed(), upheld, void])
    assert (life.stage, life.paused) == ("active", (objection.id,))
    order = happened("suspension_order", "2024-02-20", "D1")
    assert with_own(DERIVED, [order, *confirmed()]).paused == (order.id,)
    day = date(2024, 5, 1)
    assert with_own(DERIVED, asked_for_the_decision(), day).stage == "repaired"
    assert with_own(replace(DERIVED, own_clock=True), asked_for_the_decision(), day).stage == "derived"
    # What was imposed is not lifted by an objection that is upheld, and goes on to wait for the authority's answer.
    imposed = replace(IMPOSED, decision="D1")
    assert with_own(imposed, [objection, upheld]).stage == "active"


def test_15_what_pauses_a_restriction_whole_reaches_a_ground_that_is_confirmed_later():
    def told(*events: Dated) -> Life:
        given, day = [*events], date(2024, 4, 1)
        return with_restriction(at(DERIVED, given, day), DERIVED, given, day, TABLE)

    for kind, ends in (("suspension_order", "order_lifted"), ("objection", "dismissal")):
        begun = happened(kind, "2024-02-20", "restriction", by="sun")
        assert told(begun).paused == (begun.id,)
        life = told(begun, *confirmed())
        assert (life.paused, code_of(life, date(2024, 4, 1), TABLE)) == ((begun.id,), "paused")
        over = happened(ends, "2024-03-20", "restriction", refers=begun.id, by="li", number="示例〔2024〕9号")
        assert told(begun, *confirmed(), over).paused == ()
    assert told(*confirmed()).paused == ()


def test_15_an_objection_to_a_restriction_whole_that_is_upheld_reaches_a_ground_that_had_begun():
    objection = happened("objection", "2024-02-20", "restriction", by="sun")
    upheld = happened("upheld", "2024-03-20", "restriction", refers=objection.id, by="li", number="示例〔2024〕9号")
    given, day = [objection, upheld], date(2024, 4, 1)
    for start, stage in ((date(2024, 3, 20), "revoked"), (None, "revoked"), (date(2024, 3, 21), "derived")):
        ground = replace(DERIVED, start=start)
        assert with_restriction(at(ground, given, day), ground, given, day, TABLE).stage == stage
    assert with_restriction(at(IMPOSED, given, day), IMPOSED, given, day, TABLE).stage == "active"


@given(text=st.text(max_size=12))
def test_11_no_text_of_a_report_breaks_the_fold(text):
    proposal, _, statement, decision, _ = confirmed()
    notice = happened("notice", "2024-03-02", details=(("hearing", text), ("until", text)))
    asked = happened("hearing_request", "2024-03-03")
    life = at(replace(DERIVED, occupation=True), [proposal, notice, asked, statement, decision], date(2024, 3, 4))
    try:
        date.fromisoformat(text)
    except ValueError:
        assert reasons(life)["hearing_request"] == "hearing_told"
        assert reasons(life)["decision"] == "hearing_offered"


def fraudulent() -> list[Dated]:
    """The repair of `REPAIRED`, undone for fraud: the term begins again on 1 June 2025."""
    return [*REPAIRED, happened("repair_fraud", "2025-06-01", "f2", by="sun")]


def test_5_a_repair_that_was_undone_for_fraud_is_not_undone_again():
    history, late = fraudulent(), date(2027, 6, 1)
    ruling = happened("held_void", "2027-03-10", "f2", refers=history[3].id, by="zhou")
    life = at(REPAIRABLE, [*history, ruling], late)
    assert (life.stage, life.until, reasons(life)["held_void"]) == ("active", "2028-06-01", "refers")
    assert reasons(life)["repair_fraud"] == ""


def test_5_that_a_repair_was_undone_for_fraud_may_be_held_void():
    history = fraudulent()
    ruling = happened("held_void", "2025-08-01", "f2", refers=history[-1].id, by="zhou")
    days = (date(2025, 5, 31), date(2025, 7, 31), date(2025, 8, 1))
    assert [at(REPAIRABLE, [*history, ruling], day).stage for day in days] == ["repaired", "active", "repaired"]
    assert at(REPAIRABLE, [*history, ruling], days[-1]).until == REPAIRABLE.until
    alone = happened("held_void", "2025-08-01", "f2", refers=history[-1].id, by="sun")
    assert at(REPAIRABLE, [*history, alone], days[-1]).stage == "active", "who recorded the fraud does not undo it"
    void = happened("held_void", "2025-09-01", "f2", refers=history[3].id, by="wu")
    assert at(REPAIRABLE, [*history, ruling, void], date(2025, 9, 1)).stage == "repair_pending", (
        "it stands again, and can be undone"
    )


def test_5_a_second_ruling_on_the_same_changes_nothing():
    revocation = happened("revocation", "2024-03-10", "D2")
    first = happened("held_void", "2024-04-10", "D2", refers=revocation.id, by="li")
    second = happened("held_void", "2024-05-10", "D2", refers=revocation.id, by="li")
    life = at(IMPOSED, [second, first, revocation])
    assert life.stands_from == date(2024, 4, 10)
    assert {item.id: item.reason for item in life.judged} == {revocation.id: "undone", first.id: "", second.id: "refers"}


def test_7_the_term_of_what_is_accessory_does_not_begin_again_with_the_fraud_of_the_enterprise():
    on_both = [happened(item.event.kind, item.event.on.day.isoformat(), "D2", by=item.event.by) for item in fraudulent()]
    firm, head = (at(ground, on_both, date(2025, 7, 1)) for ground in (REPAIRABLE, replace(REPAIRABLE, principal="f0")))
    assert (firm.stage, firm.until, firm.stands_from) == ("active", "2028-06-01", date(2025, 6, 1))
    assert (head.stage, head.until, head.stands_from) == ("active", REPAIRABLE.until, date(2025, 6, 1))


GROUND_FALLS = [("revocation", "revoked"), ("annulment", "annulled"), ("listing_ended", "ended_with_listing")]


@pytest.mark.parametrize(("ends", "stage"), GROUND_FALLS)
def test_16_whose_proposal_was_rejected_is_not_bound_on_a_decision_that_fell(ends, stage):
    rejected = [happened("proposal", "2024-02-01", by="zhao"), happened("rejection", "2024-02-02", by="qian")]
    fell = happened(ends, "2024-02-03", "D1")
    life = at(DERIVED, [*rejected, fell, *confirmed()])
    assert (life.stage, reasons(life)["service"]) == (stage, "stage")
    assert at(DERIVED, [*rejected, *confirmed()]).stage == "active"
    void = happened("held_void", "2024-02-10", "D1", refers=fell.id, by="li")
    assert at(DERIVED, [*rejected, fell, void]).stage == "rejected"
    assert at(DERIVED, [*rejected, fell, void, *confirmed()]).stage == "active"


def test_16_a_ruling_on_one_finding_leaves_what_happened_to_its_decision():
    revocation = happened("revocation", "2024-03-10", "D1")
    on_finding, on_decision = (happened("held_void", "2024-04-10", about, refers=revocation.id, by="li") for about in ("f1", "D1"))
    life = at(DERIVED, [*confirmed(), revocation, on_finding])
    assert (life.stage, reasons(life)["held_void"]) == ("revoked", "refers")
    assert at(DERIVED, [*confirmed(), revocation, on_decision]).stage == "active"


def test_16_who_is_released_before_the_service_is_not_bound_by_it():
    *before, service = confirmed()
    released = happened("release", "2024-03-04", by="li")
    assert at(DERIVED, [*before, released, service]).stage == "released"


FALLS_OR_PAUSES = (
    "revocation", "annulment", "listing_ended", "release", "objection", "upheld", "dismissal", "correction", "suspension_order",
    "order_lifted", "held_void",
)  # fmt: skip
REPAIRS = ("repair_application", "repair_refusal", "repair", "repair_fraud")
STEPS = [happened(kind, "2024-01-05", "D1") for kind in ("conduct_corrected", "pledge")]
REJECTED = [happened("proposal", "2024-01-20", by="zhao"), happened("rejection", "2024-01-21", by="qian")]


@st.composite
def lived(draw, kinds=(*FALLS_OR_PAUSES, *REPAIRS)) -> list[Dated]:
    """Events on a finding and on its decision, drawn in the order of their days; what answers refers to what it may answer."""
    made: list[Dated] = []
    for on in sorted(draw(st.lists(st.integers(0, 40), min_size=1, max_size=8))):
        kind = draw(st.sampled_from(kinds))
        rule = TABLE.events[kind]
        answered = [item.id for item in made if item.event.kind in (*rule.undoes, rule.closes)]
        about = draw(st.sampled_from([of for of, scope in (("D1", "decision"), ("f1", "finding")) if scope in rule.scope]))
        by, refers = draw(st.sampled_from(["zhao", "qian", "sun", "li"])), draw(st.sampled_from(answered)) if answered else ""
        made.append(happened(kind, str(FIRST + timedelta(days=on)), about, by=by, refers=refers))
    return list({item.id: item for item in made}.values())


@given(
    history=lived(),
    on=st.integers(0, 40),
    before=st.sampled_from([[], REJECTED, confirmed("2024-01-1")]),
    after=st.booleans(),
    imposed=st.booleans(),
)
def test_16_nothing_binds_on_a_decision_that_fell(history, on, before, after, imposed):
    ground, day = replace(DERIVED, imposed=imposed), FIRST + timedelta(days=60)
    for fall in (happened(kind, str(FIRST + timedelta(days=on)), "D1", by="zheng") for kind, _ in GROUND_FALLS):
        events = [*STEPS, *before, *history, fall, *(confirmed() if after else ())]
        own = live(OWN, [item for item in events if item.event.about == "D1"], day, TABLE)
        life = with_decision(live(ground, events, day, TABLE), ground, own, TABLE)
        by_authority = any(own.happened(kind) for kind, _ in GROUND_FALLS)
        if own.stage in {stage for _, stage in GROUND_FALLS} and (by_authority or not imposed):
            assert not TABLE.stages[life.stage].binds


def repaired_and_undone(ends: list[Dated]) -> Life:
    steps = [happened(kind, "2024-03-10") for kind in ("conduct_corrected", "pledge")]
    granted = [happened("repair_application", "2024-03-11"), happened("repair", "2024-03-12", by="li")]
    return at(DERIVED, [*confirmed(), *steps, *granted, *ends, happened("repair_fraud", "2024-03-17", by="sun")])


@pytest.mark.parametrize(
    ("ends", "about", "stage"),
    [
        ("listing_ended", "D1", "ended_with_listing"),
        ("release", "f1", "released"),
        ("revocation", "f1", "revoked"),
        ("revocation", "D1", "revoked"),
        ("annulment", "D1", "annulled"),
    ],
)
def test_17_what_ended_while_it_was_repaired_is_over_after_the_fraud_too(ends, about, stage):
    end = happened(ends, "2024-03-13", about)
    assert repaired_and_undone([end]).stage == stage
    void = happened("held_void", "2024-03-20", about, refers=end.id, by="wu")
    assert repaired_and_undone([end, void]).stage == "active"


@pytest.mark.parametrize(("pause", "answer"), [("objection", "dismissal"), ("suspension_order", "order_lifted")])
@pytest.mark.parametrize("about", ["f1", "D1"])
def test_17_what_paused_it_while_it_was_repaired_still_does_after_the_fraud(pause, answer, about):
    paused = happened(pause, "2024-03-13", about)
    life = repaired_and_undone([paused])
    assert (life.stage, life.paused) == ("active", (paused.id,))
    answered = happened(answer, "2024-03-14", about, refers=paused.id, by="wu")
    assert repaired_and_undone([paused, answered]).paused == ()


def test_17_an_objection_that_was_upheld_is_not_lost_where_the_fraud_before_it_was_held_void():
    steps = [happened(kind, "2024-03-10") for kind in ("conduct_corrected", "pledge")]
    granted = [happened("repair_application", "2024-03-11"), happened("repair", "2024-03-12", by="li")]
    fraud, objection = happened("repair_fraud", "2024-03-13", by="sun"), happened("objection", "2024-03-14", by="zhao")
    upheld = happened("upheld", "2024-03-15", refers=objection.id, by="qian")
    void = happened("held_void", "2024-03-16", refers=fraud.id, by="wu")
    anew = happened("repair_fraud", "2024-03-17", by="zhou", text="anew")
    assert at(DERIVED, [*confirmed(), *steps, *granted, fraud, objection, upheld, void, anew]).stage == "revoked"


@given(
    between=lived(FALLS_OR_PAUSES),
    days=st.tuples(*[st.integers(0, 40)] * 2),
    about=st.tuples(*[st.sampled_from(["f1", "D1"])] * 3),
)
def test_17_after_a_fraud_it_stands_as_it_would_without_the_repair(between, days, about):
    first, last = (str(FIRST + timedelta(days=on)) for on in sorted(days))
    asked = happened("repair_application", first, about[0], by="wu")
    repair, fraud = happened("repair", first, about[1], by="zhou"), happened("repair_fraud", last, about[2], by="zheng")
    lasting = [*STEPS, *confirmed("2024-01-1"), *between, asked]
    ever, never = at(DERIVED, [*lasting, repair, fraud]), at(DERIVED, lasting)
    if TABLE.stages[ever.stage].binds:
        assert TABLE.stages[never.stage].binds
        assert ever.paused == never.paused


def test_15_a_repair_of_the_decision_reaches_a_finding_whose_confirmation_is_reported_later():
    asked, day = asked_for_the_decision(), date(2024, 6, 1)
    late = [item._replace(event=replace(item.event, on=shifted(item.event.on, 60))) for item in confirmed()]
    assert with_own(DERIVED, [*asked, *late], day).stage == "repaired"
    assert at(DERIVED, [*asked, *late], day).stage == "active", "its own events alone would bind it"
    fraud = happened("repair_fraud", "2024-05-10", "D1", by="sun")
    assert with_own(DERIVED, [*asked, *late, fraud], day).stage == "active"
    rejected = [happened("proposal", "2024-02-01", by="zhao"), happened("rejection", "2024-02-02", by="qian")]
    assert with_own(DERIVED, [*rejected, *asked], day).stage == "repaired"
    # What was asked for itself, and refused, goes on to bind.
    bar = happened("repair_bar", "2024-03-20", "f1")
    assert with_own(DERIVED, [*confirmed(), bar, *asked], day).stage == "active"


def shifted(on: PartialDate, days: int) -> PartialDate:
    assert on.day is not None
    return PartialDate.on(on.day + timedelta(days=days))


@pytest.mark.parametrize(
    ("first", "answer", "stage"),
    [
        ("objection", "upheld", "revoked"),
        ("objection", "dismissal", "active"),
        ("suspension_order", "order_lifted", "active"),
        ("revocation", "held_void", "active"),
    ],
)
def test_1_a_report_that_answers_what_is_told_later_has_effect_once_that_is_told(first, answer, stage):
    reported = (("entered_by", "sun"),)
    asked = happened(first, "2024-03-20", by="zhao", details=reported)
    said = happened(answer, "2024-03-25", by="qian", details=(("entered_by", "wu"),))
    events = [*confirmed(), asked, said]
    life = at(DERIVED, events)
    assert (life.stage, life.paused) == (stage, ())
    assert at(DERIVED, [said, *reversed(events[:-1])]) == life
    again = happened(first, "2024-03-21", by="zhao", text="another", details=reported)
    assert "refers" in reasons(at(DERIVED, [*events, again])).values(), "of two it may mean either"


def held(kind: str, on: str, **more: object) -> Dated:
    """What had effect under another id."""
    return happened(kind, on, **more)._replace(held=True)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "stage", "paused"),
    [("release", "released", 0), ("repair", "repaired", 0), ("objection", "derived", 1), ("suspension_order", "derived", 1)],
)
def test_20_what_had_effect_under_another_id_has_it_before_anything_is_confirmed(kind, stage, paused):
    followed = held(kind, "2024-03-01", number="解1号", text="x")
    life = at(DERIVED, [followed])
    assert (life.stage, len(life.paused)) == (stage, paused)
    assert at(DERIVED, [followed._replace(held=False)]).stage == "derived"
    anew = at(DERIVED, [followed, *confirmed("2024-04-0")])
    assert anew.stage in (stage, "heard"), "nothing is confirmed while it is open, and nothing is proposed where it ended"


def test_20_what_is_open_is_answered_at_whatever_stage():
    objection = held("objection", "2024-03-01", by="zhao", text="x")
    for kind, stage in (("dismissal", "derived"), ("upheld", "revoked")):
        answer = happened(kind, "2024-03-02", by="qian", refers=objection.id)
        life = at(DERIVED, [objection, answer])
        assert (life.stage, life.paused) == (stage, ())


def test_20_what_brings_back_a_measure_confirms_none():
    repair = held("repair", "2024-03-01", by="wu")
    fraud = happened("repair_fraud", "2024-03-02", by="zhou")
    life = at(DERIVED, [repair, fraud])
    assert (life.stage, life.again) == ("derived", None)
    assert at(DERIVED, [repair, fraud, *confirmed("2024-04-0")]).stage == "active"


@pytest.mark.parametrize("contested", [False, True])
def test_19_what_was_contested_stays_open_while_it_is_doubtful_whom_it_means(contested):
    events = [*confirmed()[:2], *([happened("objection", "2024-03-03", by="sun")] if contested else [])]
    course = (Rest(date(2024, 1, 10), "a", frozenset("a")), Rest(date(2024, 3, 4), ""))
    life = at(replace(DERIVED, gone=True, doubted=True, course=course), events)
    assert (life.stage, len(life.paused)) == (("notified", 2) if contested else ("withdrawn", 0))
