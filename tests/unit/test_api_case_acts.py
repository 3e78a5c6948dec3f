"""The invariants of `api.use_cases.case_acts`, by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from time import tzset

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.lifecycle.workdays import NoCalendar, bundled_years
from api.use_cases.acting import Actor
from api.use_cases.case_acts import Act, perform
from api.use_cases.cases import Cases
from api.use_cases.propagating import propagate, stored_findings
from graph.codec import make_fact
from graph.errors import InputError, NotFound, Refused, UnknownCode
from graph.model import Finding, Measure, Operation, Origin, Outcome, Relationship
from graph.store.base import Write
from tests.api_world import actor, add, case, catalogue, stored
from tests.builder import Case, shipped
from tests.case_world import TODAY, cases, clerk, confirm, do, finding, under_wages, wages


def stands(store, name: str, day: date = date(2024, 6, 10)) -> str:
    party = f"test:A#{name}" if name != "孙示例" else "test:B#孙示例"
    known = cases(store)
    (restriction,) = [r for r in known.restrictions if r.party == party]
    return known.status(restriction, day).code


def test_1_a_derived_finding_is_confirmed_step_by_step_by_two_people():
    with stored() as store:
        head = finding(store, "王示例")
        assert stands(store, "王示例") == "derived"
        confirm(store, head)
        assert stands(store, "王示例") == "in_force"
        assert stands(store, "王示例", date(2024, 6, 6)) == "decided"


@pytest.mark.parametrize(
    ("done", "kind", "more", "told"),
    [
        ([], "decision", {}, r"\[stage\].*'derived'; possible at it: propose"),
        ([], "notice", {}, r"\[stage\]"),
        ([], "objection", {}, r"\[stage\]"),
        (["proposal"], "notice", {"number": ""}, r"\[number\].*possible at it: .*\bnotice"),
        (["proposal", "notice"], "decision", {"by": "qian"}, r"\[heard_or_over\].*possible at it: (?!.*decide)"),
        (["proposal", "notice", "statement"], "decision", {"by": "zhao"}, r"\[four_eyes\].*possible at it: (?!.*decide)"),
        (
            ["proposal", "notice", "statement", "hearing_waiver"],
            "decision",
            {"by": "zhao"},
            r"\[four_eyes\].*possible at it: .*\bdecide",
        ),
        (["proposal", "notice", "hearing_request", "statement"], "decision", {"by": "qian"}, r"\[hearing_held\]"),
        (["proposal", "notice", "objection", "statement"], "decision", {"by": "qian"}, r"\[no_open_objection\]"),
        (["proposal", "notice", "statement"], "rejection", {"text": ""}, r"\[reason\]"),
    ],
)
def test_1_an_act_that_is_not_allowed_is_refused_and_nothing_is_recorded(done, kind, more, told):
    with stored() as store:
        head = finding(store, "王示例")
        for step in done:
            do(store, step, head)
        version = store.version()
        with pytest.raises(Refused, match=told):
            do(store, kind, head, **more)
        assert store.version() == version


def test_1_a_refusal_judges_what_could_be_done_instead_once_for_all_that_stand_alike(monkeypatch):
    judged: list[str] = []

    def counted(self, ground, day, restriction=""):
        judged.append(ground.finding)
        return life(self, ground, day, restriction)

    with stored() as store:
        head, life = finding(store, "王示例"), Cases.life
        found = cases(store).finding(head)
        for number in range(40):
            another = replace(found, id=f"{number:016x}", party=f"test:A#王示例{number}")
            add(store, make_fact(another, another.id, Origin("zeren")))
        monkeypatch.setattr(Cases, "life", counted)
        do(store, "objection", "D2", dry_run=True)
        judged.clear()
        with pytest.raises(Refused, match=r"\[refers\].*possible at it: object, review, sue, suspend, delist, revoke, annul"):
            do(store, "dismissal", "D1")
        assert len(judged) < 41 * 6, "the act itself judges each of them four times, and each trial one of each kind"


def test_1_a_second_confirmation_is_refused():
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        with pytest.raises(Refused, match=r"\[stage\]"):
            do(store, "decision", head, "2024-06-10", by="qian")


def test_1_a_lead_cannot_be_proposed_for_a_premise_is_missing():
    with stored() as store, pytest.raises(Refused, match=r"\[premises\]"):
        do(store, "proposal", finding(store, "钱示例"))


def test_1_what_a_decision_imposed_is_not_confirmed_again():
    with stored() as store:
        banned = finding(store, "孙示例")
        assert stands(store, "孙示例") == "in_force"
        with pytest.raises(Refused, match="'in force'"):
            do(store, "proposal", banned)


def test_1_an_act_on_what_is_unknown_or_of_an_unknown_kind_is_an_error():
    with stored() as store:
        with pytest.raises(NotFound):
            do(store, "proposal", "no-such-finding")
        with pytest.raises(UnknownCode):
            do(store, "praise", finding(store, "王示例"))


def test_1_an_act_about_something_of_another_kind_is_refused():
    with stored() as store, pytest.raises(Refused, match=r"\[scope\]"):
        do(store, "proposal", "D1")


def test_2_what_is_reported_is_recorded_and_waits_for_what_it_needs():
    with stored() as store:
        head = finding(store, "王示例")
        reported = {"reported": True, "today": TODAY}
        early = do(store, "service", head, "2024-05-09", **reported)
        assert (early.recorded, early.effective) == (True, False)
        do(store, "decision", head, "2024-05-08", by="qian", **reported)
        do(store, "statement", head, "2024-05-07", **reported)
        do(store, "hearing_waiver", head, "2024-05-07", **reported)
        do(store, "proposal", head, "2024-05-06", **reported)
        assert stands(store, "王示例") == "proposed"
        do(store, "notice", head, "2024-05-06", details={"hearing": "2024-05-13"}, **reported)
        assert stands(store, "王示例") == "in_force"


def enter(store, who: str, kind: str, about: str, on: str, by: str = "another office", **more: object):
    """Somebody here enters what another office did."""
    given = {"text": "reason", "number": f"文{kind}{on}", "reported": True} | more
    act = Act(kind, about, date.fromisoformat(on), by, **given)  # type: ignore[arg-type]
    return perform(store, cases(store), clerk(who, TODAY), act, TODAY)


@pytest.mark.parametrize("proposed", [True, False])
def test_2_whoever_proposed_or_entered_the_proposal_makes_no_decision_by_entering_it_for_another(proposed):
    with stored() as store:
        head = finding(store, "王示例")
        if proposed:
            do(store, "proposal", head, "2024-05-06")
        else:
            enter(store, "zhao", "proposal", head, "2024-05-06", "a ghost")
        enter(store, "zhao", "notice", head, "2024-05-07", details={"hearing": "2024-05-14"})
        enter(store, "zhao", "hearing_waiver", head, "2024-05-08")
        enter(store, "zhao", "statement", head, "2024-05-08")
        own = enter(store, "zhao", "decision", head, "2024-05-09", "qian")
        assert (own.recorded, own.effective, own.rows[0]["reason"]) == (True, False, "four_eyes")
        assert stands(store, "王示例") == "heard"
        assert enter(store, "qian", "decision", head, "2024-05-09", "qian", number="示例〔2024〕8号").effective
        enter(store, "zhao", "service", head, "2024-05-10")
        assert stands(store, "王示例") == "in_force"


def test_2_a_report_says_who_entered_it_and_is_of_no_day_to_come():
    with stored() as store:
        head = finding(store, "王示例")
        told = enter(store, "zhao", "proposal", head, "2024-05-06", " another  office ")
        assert (told.event.event.by, dict(told.event.event.details)["entered_by"]) == ("another office", "zhao")
        with pytest.raises(Refused, match=r"\[future\]"):
            enter(store, "zhao", "notice", head, "2024-06-04")
        for label in ("entered_by", "evidence"):
            with pytest.raises(InputError, match=label):
                enter(store, "zhao", "notice", head, "2024-05-07", details={label: "qian"})


def test_3_a_document_number_confirms_one_party_only():
    with stored() as store:
        head = finding(store, "王示例")
        for step in ("proposal", "notice", "hearing_waiver", "statement"):
            do(store, step, head)
        with pytest.raises(Refused, match=r"\[number_used\].*by decision D2"):
            do(store, "decision", head, by="qian", number="示例〔2023〕1号")
        do(store, "decision", finding(store, "孙示例"), "2024-06-02", number="示例〔2024〕7号", reported=True, today=TODAY)
        with pytest.raises(Refused, match=r"\[number_used\]"):
            do(store, "decision", head, by="qian", number="示例〔2024〕7号")
        for spelt in (" 示例[2024]7号", "示例〔２０２４〕７号", "示例〔2024〕 7 号", "示例〔2024〕第07号", "示例〔二〇二四〕七号"):
            with pytest.raises(Refused, match=r"\[number_used\]"):
                do(store, "decision", head, by="qian", number=spelt)
        with pytest.raises(Refused, match=r"\[number_used\].*for 'prior notice served' of"):
            do(store, "decision", head, by="qian", number="文notice2024-06-03")
        for none in (" \t", "-", "无", "号"):
            with pytest.raises(Refused, match=r"\[number\]"):
                do(store, "decision", head, by="qian", number=none)
        done = do(store, "decision", head, by="qian", number=" 示例〔2024〕8号\n")
        assert (done.effective, done.event.event.number) == (True, "示例〔2024〕8号")


def test_3_a_document_is_not_the_one_that_it_undoes_nor_any_other():
    with stored() as store:
        head, banned = finding(store, "王示例"), finding(store, "孙示例")
        for step in ("proposal", "notice", "hearing_waiver", "statement"):
            do(store, step, head)
        confirm_number = "示例〔2024〕9号"
        do(store, "decision", head, "2024-06-04", by="qian", number=confirm_number)
        do(store, "service", head, "2024-06-05")
        for kind in ("release", "revocation", "annulment", "suspension_order"):
            for number, told in (
                (confirm_number, "for 'decision made' of"),
                ("文notice2024-06-03", "for 'prior notice served' of"),
            ):
                with pytest.raises(Refused, match=rf"\[number_used\].*{told}"):
                    do(store, kind, head, "2024-06-06", number=number)
        with pytest.raises(Refused, match=r"\[number_used\].*by decision D2"):
            do(store, "revocation", "D2", "2024-06-06", number="示例[2023]第1号")
        revoked = do(store, "revocation", head, "2024-06-06", number="撤〔2024〕1号")
        with pytest.raises(Refused, match=r"\[number_used\].*for 'ground or measure revoked' of"):
            do(store, "held_void", head, "2024-06-10", by="qian", number="撤〔2024〕1号", refers=revoked.event.id)
        with pytest.raises(Refused, match=r"\[two_people\]"):
            do(store, "held_void", head, "2024-06-10", number="判〔2024〕1号", refers=revoked.event.id)
        assert do(store, "release", banned, "2024-06-10", number="解〔2024〕1号").effective


def test_3_the_listing_of_the_enterprise_confirms_nobody_else():
    world = Case(catalogue())
    world.company("A").legal_representative("王示例", since="2021-01-01")
    world.decision("A", ["listed_wage_arrears"], number="示例〔2023〕9号")
    with stored(world) as store:
        head = finding(store, "王示例")
        for step in ("proposal", "notice", "hearing_waiver", "statement"):
            do(store, step, head)
        with pytest.raises(Refused, match=r"\[number_used\].*by decision D1"):
            do(store, "decision", head, by="qian", number="示例〔2023〕9号")


def test_6_what_a_finding_becomes_after_its_confirmation_is_not_confirmed():
    world = case()
    with stored(world) as store:
        head = finding(store, "王示例")
        confirm(store, head)
        (decided,) = [item for item in cases(store).events if item.event.kind == "decision"]
        kept = dict(decided.event.details)["measures"].splitlines()
        (known,) = [f.value for f in stored_findings(store) if f.value.id == head]
        assert sorted(measure.name_zh for measure in known.measures) == kept
        more = Measure("more", "更多的限制", "mandatory", "market")
        changed = replace(known, measures=(*known.measures[1:], more), until="2099-01-01", evidence_hash="another")
        add(store, make_fact(changed, head, Origin("zeren")), operation=Operation.CORRECTION)
        after = cases(store)
        mine = [r for r in after.restrictions if r.party == known.party]
        codes = {r.measure.name_zh: after.status(r, date(2024, 7, 1)).code for r in mine}
        assert codes == {known.measures[0].name_zh: "withdrawn", "更多的限制": "derived"} | {
            measure.name_zh: "in_force" for measure in known.measures[1:]
        }


def changed(store, known: Finding, **more: object) -> None:
    """The finding becomes something else, as other facts or rules would make it."""
    add(store, make_fact(replace(known, **more), known.id, Origin("zeren")), operation=Operation.CORRECTION)


def codes_of(store, party: str, day: date = date(2024, 7, 1)) -> set[str]:
    known = cases(store, shipped())
    return {known.status(restriction, day).code for restriction in known.restrictions if restriction.party == party}


def test_6_a_report_without_effect_says_nothing_of_what_was_confirmed():
    law, (head, firm) = shipped(), ("test:A#王示例", "test:A")
    with wages() as store:
        own = under_wages(store, firm)
        confirm(store, own.id, under_wages(store, head).id, law=law)
        changed(store, own, outcome=Outcome.LEAD, evidence_hash="another")
        assert (codes_of(store, firm), codes_of(store, head)) == ({"withdrawn"}, {"ended_with_listing"})
        report = do(store, "decision", own.id, "2024-06-10", number="假9号", reported=True, law=law)
        assert not report.effective
        assert (codes_of(store, firm), codes_of(store, head)) == ({"withdrawn"}, {"ended_with_listing"})


def test_6_what_is_accessory_to_nothing_that_is_established_does_not_bind():
    law = shipped()
    with wages() as store:
        confirm(store, under_wages(store, "test:A#王示例").id, law=law)
        assert codes_of(store, "test:A#王示例") == {"in_force"}
        changed(store, under_wages(store, "test:A"), outcome=Outcome.LEAD)
        assert codes_of(store, "test:A#王示例") == {"ended_with_listing"}


def test_6_a_measure_that_comes_later_brings_nothing_back():
    law = shipped()
    with wages() as store:
        own, head = under_wages(store, "test:A"), under_wages(store, "test:A#王示例")
        confirm(store, own.id, head.id, law=law)
        for restriction in cases(store, law).restrictions_on(own.id):
            do(store, "release", restriction.id, "2024-06-11", law=law, number="解1号")
        more = Measure("more", "更多的限制", "mandatory", "market")
        changed(store, own, measures=(*own.measures, more), evidence_hash="another")
        assert codes_of(store, "test:A") == {"released", "derived"}
        assert codes_of(store, "test:A#王示例") == {"ended_with_listing"}


def test_6_what_is_reported_of_an_earlier_day_is_what_the_finding_was_then():
    with stored() as store:
        head = finding(store, "王示例")
        known = next(fact.value for fact in stored_findings(store) if fact.value.id == head)
        more = Measure("more", "更多的限制", "mandatory", "market")
        later = replace(known, measures=(*known.measures, more), until="2099-01-01", evidence_hash="another")
        fact = make_fact(later, head, Origin("zeren"))
        store.append([Write(fact, Operation.CORRECTION)], Actor("t", datetime(2024, 6, 10, tzinfo=UTC)).act("t"))
        for kind, on, by in (
            ("proposal", "2024-05-06", "zhao"), ("notice", "2024-05-07", "zhao"), ("hearing_waiver", "2024-05-08", "zhao"),
            ("statement", "2024-05-08", "zhao"), ("decision", "2024-05-09", "qian"), ("service", "2024-05-10", "zhao"),
        ):  # fmt: skip
            details = {"hearing": "2024-05-14"} if kind == "notice" else {}
            do(store, kind, head, on, by=by, details=details, reported=True, today=date(2024, 6, 11))
        after = cases(store)
        stands = {r.measure.name_zh: after.status(r, date(2024, 7, 1)) for r in after.restrictions if r.party == known.party}
        assert {name: each.code for name, each in stands.items()} == {measure.name_zh: "in_force" for measure in known.measures} | {
            "更多的限制": "derived"
        }
        assert {each.until for each in stands.values() if each.code == "in_force"} == {known.until}


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles", "UTC"])
@pytest.mark.parametrize(("at", "covered"), [("2024-06-05T15:59", True), ("2024-06-05T16:01", False)])
def test_6_a_day_is_a_day_in_china_whatever_the_zone_of_the_machine(monkeypatch, zone, at, covered):
    """What came at 00:01 of 6 June in China (16:01 of 5 June in UTC) is not confirmed by what was decided on 5 June."""
    monkeypatch.setenv("TZ", zone)
    tzset()
    try:
        with stored() as store:
            head = finding(store, "王示例")
            known = next(fact.value for fact in stored_findings(store) if fact.value.id == head)
            fact = make_fact(replace(known, until="2099-01-01"), head, Origin("zeren"))
            store.append([Write(fact, Operation.CORRECTION)], Actor("t", datetime.fromisoformat(f"{at}+00:00")).act("t"))
            done = do(store, "decision", head, "2024-06-05", by="qian", reported=True, today=date(2024, 6, 7))
            assert (dict(done.event.event.details).get("last_day") == "2099-01-01") is covered
    finally:
        monkeypatch.undo()
        tzset()


def test_10_nobody_acts_who_is_not_named():
    with stored() as store:
        for by in ("", " ", "\u3000"):
            with pytest.raises(InputError, match="nobody is named"):
                do(store, "proposal", finding(store, "王示例"), by=by)


def test_11_a_bar_says_why_until_when_and_is_lifted_by_others():
    with stored() as store:
        head = finding(store, "王示例")
        with pytest.raises(InputError, match="details: until: 'soon'"):
            do(store, "repair_bar", head, details={"until": "soon"})
        with pytest.raises(Refused, match=r"\[told\]"):
            do(store, "repair_bar", head, text="", number="")
        bar = do(store, "repair_bar", head)
        with pytest.raises(Refused, match=r"\[refers\]"):
            do(store, "repair_bar_lifted", head, "2024-06-04", refers="nothing")
        for reported in (True, False):
            with pytest.raises(Refused, match=r"\[two_people\]"):
                do(store, "repair_bar_lifted", head, "2024-06-04", refers=bar.event.id, reported=reported)
        assert do(store, "repair_bar_lifted", head, "2024-06-04", refers=bar.event.id, by="qian").recorded


def test_4_the_clock_goes_forward():
    with stored() as store:
        head = finding(store, "王示例")
        do(store, "proposal", head, "2024-06-04")
        with pytest.raises(Refused, match=r"\[clock\].*2024-06-04"):
            do(store, "notice", head, "2024-06-03", today=date(2024, 6, 5))
        with pytest.raises(Refused, match=r"\[future\]"):
            do(store, "notice", head, "2024-06-06", today=date(2024, 6, 5))
        back, version = Actor("zhao", datetime(2024, 1, 1, tzinfo=UTC)), store.version()
        for reported in (False, True):
            act = Act("notice", head, date(2024, 6, 5), "zhao", "reason", "文1", reported=reported)
            for dry_run in (False, True):
                with pytest.raises(Refused, match="the clock is set back"):
                    perform(store, cases(store), back, act, date(2024, 6, 5), dry_run=dry_run)
        assert store.version() == version


def test_8_an_act_takes_the_effect_of_none_that_was_done_before_it_on_the_day():
    told = []
    for by in ("qian", "sun", "li", "wu", "zheng", "feng"):
        with stored() as store:
            head = finding(store, "王示例")
            for step in ("proposal", "notice", "hearing_waiver", "statement"):
                do(store, step, head)
            first = do(store, "decision", head, by="qian", number="示例〔2024〕8号")
            with pytest.raises(Refused, match=r"\[same_day\]|\[stage\]"):
                do(store, "decision", head, by=by, number=f"示例〔2024〕9号{by}")
            with pytest.raises(Refused, match=r"\[same_day\]|\[stage\]"):
                do(store, "proposal", head, by=by, text=by)
            (kept,) = cases(store).lives_of(head, TODAY)[0][1].happened("decision")
            told.append(kept.id == first.event.id)
    assert all(told)


def test_8_what_was_refused_may_be_proposed_again_on_another_day_and_says_so():
    with stored() as store:
        head = finding(store, "王示例")
        do(store, "proposal", head)
        do(store, "rejection", head)
        with pytest.raises(Refused, match=r"\[same_day\].*another day"):
            do(store, "proposal", head, by="qian")
        assert do(store, "proposal", head, "2024-06-04").effective


def test_8_what_exists_to_undo_does_undo_on_the_same_day():
    with stored() as store:
        revoked = do(store, "revocation", "D2")
        assert stands(store, "孙示例") == "revoked"
        assert do(store, "held_void", "D2", refers=revoked.event.id, by="qian").effective
        assert stands(store, "孙示例") == "in_force"


@pytest.mark.parametrize("kind", ["rejection", "objection"])
def test_8_a_late_report_takes_the_effect_of_nothing_that_was_confirmed(kind):
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        version = store.version()
        with pytest.raises(Refused, match=r"\[displaced\].*'decision made' would have no effect"):
            do(store, kind, head, "2024-06-05", reported=True, today=date(2024, 7, 1))
        assert store.version() == version
        assert stands(store, "王示例") == "in_force"


def test_8_what_an_authority_or_court_did_reaches_back_to_its_day():
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        done = do(store, "revocation", head, "2024-06-05", by="another office", reported=True, today=date(2024, 7, 1))
        assert done.effective
        assert [stands(store, "王示例", date(2024, 6, day)) for day in (4, 5, 10)] == ["notified", "revoked", "revoked"]


def test_1_nothing_is_done_to_what_ended_with_the_listing_of_the_enterprise():
    law = shipped()
    with wages() as store:
        head, firm = (under_wages(store, party).id for party in ("test:A#王示例", "test:A"))
        confirm(store, firm, head, law=law)
        for restriction in cases(store, law).restrictions_on(firm):
            do(store, "release", restriction.id, "2024-06-11", law=law, number="解1号")
        for kind in ("objection", "release", "suspension_order"):
            with pytest.raises(Refused, match=r"\[stage\].*'ended with the listing of the enterprise'"):
                do(store, kind, head, "2024-06-12", law=law, number="停1号")


def test_9_nothing_is_dated_before_the_decision_that_it_is_about():
    with stored() as store:
        head = finding(store, "王示例")
        for reported in (True, False):
            with pytest.raises(Refused, match=r"\[before_decision\].*D1 is of 2023-05-10"):
                do(store, "proposal", head, "2023-05-09", reported=reported)
        with pytest.raises(Refused, match=r"\[before_decision\].*D2 is of 2023-01-02"):
            do(store, "annulment", "D2", "2023-01-01", reported=True, today=TODAY)
        assert do(store, "proposal", head, "2023-05-10", reported=True, today=TODAY).effective


@pytest.mark.parametrize(("label", "told"), [("by", "by"), ("number", "number"), ("text", "text"), ("details", "served_by")])
def test_10_what_is_written_is_seen(label, told):
    with stored() as store:
        head = finding(store, "王示例")
        given = {"served_by": "a\u202eb"} if label == "details" else "a\u202eb1"
        with pytest.raises(InputError, match=rf"{told}: .*U\+202E"):
            do(store, "proposal", head, **{label: given}, **({"reported": True} if label == "by" else {}))
        assert do(store, "proposal", head, text="two\nlines").effective


@pytest.mark.parametrize("reported", [True, False])
def test_12_a_detail_has_a_label_that_something_reads(reported):
    with stored() as store:
        head, version = finding(store, "王示例"), store.version()
        for label in ("王某身份证371302198001010011患糖尿病", "served_by", ""):
            with pytest.raises(InputError, match=r"a label is one of another_unit, .*until") as error:
                do(store, "proposal", head, details={label: "x"}, reported=reported)
            assert "请写入理由" in error.value.zh
            assert not label or label not in str(error.value)
        assert store.version() == version


def test_5_a_dry_run_answers_and_records_nothing():
    with stored() as store:
        head, version = finding(store, "王示例"), store.version()
        done = do(store, "proposal", head, dry_run=True)
        assert [(row["before"], row["after"], row["effect"]) for row in done.rows] == [("derived", "proposed", True)]
        assert store.version() == version
        with pytest.raises(Refused):
            do(store, "decision", head, dry_run=True)


def test_7_the_notice_says_until_when_and_offers_a_hearing_where_an_occupation_is_restricted():
    with stored() as store:
        head = finding(store, "王示例")
        do(store, "proposal", head)
        notice = do(store, "notice", head)
        # Five working days from Monday 3 June; Monday 10 June 2024 is the Dragon Boat festival.
        assert dict(notice.event.event.details) == {"until": "2024-06-11", "hearing": "2024-06-11"}


def test_7_a_reported_notice_gives_as_long_as_the_law_does():
    with stored() as store:
        head = finding(store, "王示例")
        do(store, "proposal", head)
        for details in ({"until": "2024-06-10"}, {"hearing": "2020-01-01"}, {"until": "soon"}):
            with pytest.raises(InputError, match=r"details: (until|hearing)"):
                do(store, "notice", head, reported=True, details=details)
        told = do(store, "notice", head, reported=True, details={"until": "2024-06-20"}).event.event
        assert dict(told.details) == {"until": "2024-06-20", "entered_by": "zhao"}
    with stored() as store:
        do(store, "proposal", head)
        told = do(store, "notice", head, reported=True, details={"hearing": ""}).event.event
        assert dict(told.details) == {"until": "2024-06-11", "hearing": "2024-06-11", "entered_by": "zhao"}


def test_6_what_was_proposed_on_other_evidence_is_not_confirmed():
    world = case()
    with stored(world) as store:
        head = finding(store, "王示例")
        for step in ("proposal", "notice", "hearing_waiver", "statement"):
            do(store, step, head)
        (post,) = [
            f for f in world.facts if isinstance(f.value, Relationship) and f.value.interested_party.entity == "test:A#王示例"
        ]
        again = make_fact(replace(post.value, text="法定代表人"), post.key.split("/", 2)[2], post.origin)
        add(store, again, operation=Operation.CORRECTION)
        propagate(store, catalogue(), actor(10, store))
        with pytest.raises(Refused, match=r"\[evidence\]"):
            do(store, "decision", head, by="qian")
        do(store, "rejection", head)
        assert do(store, "proposal", head, "2024-06-04").effective


@given(data=st.data())
def test_2_two_stores_told_the_same_in_another_order_agree(data):
    told = [
        ("proposal", "王示例", "2024-05-06", "zhao"), ("notice", "王示例", "2024-05-07", "zhao"),
        ("hearing_waiver", "王示例", "2024-05-08", "zhao"), ("statement", "王示例", "2024-05-08", "zhao"),
        ("decision", "王示例", "2024-05-09", "qian"),
        ("service", "王示例", "2024-05-10", "zhao"), ("objection", "孙示例", "2024-05-08", "sun"),
        ("revocation", "孙示例", "2024-05-09", "zhao"), ("release", "孙示例", "2024-05-10", "zhao"),
    ]  # fmt: skip
    answers = []
    for order in (told, data.draw(st.permutations(told))):
        with stored() as store:
            for kind, name, on, by in order:
                offered = {"hearing": "2024-05-14"} if kind == "notice" else {}
                do(store, kind, finding(store, name), on, by=by, details=offered, reported=True, today=TODAY)
            answers.append([stands(store, name, date(2024, 5, day)) for name in ("王示例", "孙示例") for day in range(5, 12)])
    assert answers[0] == answers[1]
    assert answers[0][6] == "in_force"


def test_an_objection_to_the_decision_pauses_every_finding_that_rests_on_it_until_it_is_answered():
    with stored() as store:
        objection = do(store, "objection", "D2", "2024-06-03")
        assert {row["after"] for row in objection.rows} == {"paused"}
        with pytest.raises(Refused, match=r"\[refers\]"):
            do(store, "dismissal", "D2", "2024-06-05", refers="case-unknown")
        do(store, "dismissal", "D2", "2024-06-05", refers=objection.event.id, by="qian")
        assert stands(store, "孙示例") == "in_force"


def test_a_suit_pauses_nothing_and_an_order_does():
    with stored() as store:
        do(store, "suit_filed", "D2", "2024-06-03")
        assert stands(store, "孙示例") == "in_force"
        order = do(store, "suspension_order", "D2", "2024-06-04")
        assert stands(store, "孙示例") == "paused"
        do(store, "order_lifted", "D2", "2024-06-05", refers=order.event.id)
        assert stands(store, "孙示例") == "in_force"


@pytest.mark.parametrize(("told", "kept"), [("yes", "yes"), ("是", "yes"), ("no", "no"), ("否", "no")])
def test_12_a_detail_that_a_deadline_asks_is_answered_with_yes_or_no(told, kept):
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        for wrong in ("maybe", "", "市税务局"):
            for reported in (False, True):
                with pytest.raises(InputError, match=r"another_unit: .* is neither yes") as refused:
                    do(store, "objection", head, "2024-06-10", details={"another_unit": wrong}, reported=reported)
                assert "既不是“是”" in refused.value.zh
        done = do(store, "objection", head, "2024-06-10", details={"another_unit": told})
        assert dict(done.event.event.details)["another_unit"] == kept


@pytest.mark.parametrize("kind", ["proposal", "decision"])
def test_1_the_same_typed_twice_is_refused_with_stage_and_what_is_possible(kind):
    with stored() as store:
        head = finding(store, "王示例")
        steps = {"proposal": "zhao", "notice": "zhao", "hearing_waiver": "zhao", "statement": "zhao", "decision": "qian"}
        for step, by in steps.items():
            done = do(store, step, head, by=by)
            if step == kind:
                version = store.version()
                with pytest.raises(
                    Refused, match=r": refused \[recorded_already\].* is at the stage '.*'; possible at it: "
                ) as refused:
                    do(store, step, head, by=by)
                assert "此前已登记" in refused.value.zh
                assert "；现可办理：" in refused.value.zh
                assert store.version() == version
                break
        assert done.recorded


@pytest.mark.parametrize("kind", ["pledge", "conduct_corrected"])
def test_1_a_step_of_a_repair_says_how_it_was_done_and_is_recorded_once_a_day(kind):
    with stored() as store:
        head = finding(store, "王示例")
        with pytest.raises(Refused, match=r"\[told\]"):
            do(store, kind, head, text=" ", number="")
        do(store, kind, head)
        with pytest.raises(Refused, match=r"\[recorded_already\]"):
            do(store, kind, head, text="another")
        assert do(store, kind, head, "2024-06-04").recorded
        assert do(store, kind, head, text="told elsewhere", reported=True, by="另一局").recorded


def test_1_a_hearing_is_asked_for_or_waived_only_where_it_means_something():
    def refused(kind: str, on: str) -> str:
        with pytest.raises(Refused) as error:
            do(store, kind, head, on)
        return str(error.value).partition("[")[2].partition("]")[0]

    with stored() as store:
        head = finding(store, "王示例")
        for kind in ("proposal", "notice"):
            do(store, kind, head, "2024-06-03")
        do(store, "hearing_request", head, "2024-06-04")
        do(store, "hearing", head, "2024-06-05")
        assert [refused(kind, "2024-06-06") for kind in ("hearing_request", "hearing_waiver")] == ["hearing_open", "hearing_open"]
        assert refused("hearing", "2024-06-06") == "hearing_asked"
        do(store, "decision", head, "2024-06-07", by="qian", number="示例〔2024〕9号")
        assert {refused(kind, "2024-06-07") for kind in ("hearing_request", "hearing_waiver")} <= {"hearing_open", "stage"}
    with stored() as store:
        head = finding(store, "王示例")
        for kind in ("proposal", "notice"):
            do(store, kind, head, "2024-06-03")
        assert refused("hearing_waiver", "2024-06-13") == "to_waive"
        do(store, "rejection", head, "2024-06-13")
        assert refused("statement", "2024-06-13") == "stage", "what is done here comes after what was done before it on the day"
    with wages() as store:
        law, head = shipped(), under_wages(store, "test:A#王示例").id
        for kind in ("proposal", "notice"):
            do(store, kind, head, "2024-06-03", law=law)
        with pytest.raises(Refused, match=r"\[hearing_told\]"):
            do(store, "hearing_waiver", head, "2024-06-03", law=law)


def test_7_a_notice_that_was_reported_is_recorded_before_the_calendar_of_its_time_is_known():
    year = max(bundled_years())
    on, told = f"{year}-12-29", {"hearing": f"{year + 1}-01-05", "until": f"{year + 2}-01-05"}
    world = Case(catalogue())
    world.company("A").legal_representative("王示例", since="2021-01-01")
    world.decision("A", ["listed_wage_arrears"], date=f"{year}-02-10", conduct=f"{year - 1}-05/{year - 1}-12")
    with stored(world) as store:
        head = finding(store, "王示例")
        do(store, "proposal", head, f"{year}-12-28")
        with pytest.raises(NoCalendar):
            do(store, "notice", head, on)
        done = do(store, "notice", head, on, reported=True, by="另一局", details=told)
        assert done.effective
        said = dict(done.event.event.details)
        assert said["until"] == told["until"], "a later day than the law's may be told"
        assert said["hearing"] == f"{year + 1}-01-19", "an earlier one counts from when five working days are certainly over"


def test_1_a_number_without_a_numeral_is_said_to_have_none_and_what_an_act_may_refer_to_is_named():
    with stored() as store:
        head = finding(store, "王示例")
        for kind in ("proposal", "notice", "hearing_waiver", "statement"):
            do(store, kind, head)
        with pytest.raises(Refused, match=r"\[number\].*\('x' has no numeral\)") as refused:
            do(store, "decision", head, by="qian", number="x")
        assert "（所给的“x”没有数字，不是文书编号）" in refused.value.zh
        do(store, "decision", head, by="qian", number="决1号")
        do(store, "service", head)
        with pytest.raises(Refused, match=r"\[refers\].*\(there is none\)"):
            do(store, "held_void", head, "2024-06-10", by="sun")
        first = do(store, "objection", head, "2024-06-11", text="one").event.id
        second = do(store, "objection", head, "2024-06-11", text="two").event.id
        with pytest.raises(Refused, match=r"\[refers\].*--refers one of") as refused:
            do(store, "dismissal", head, "2024-06-12", by="qian")
        assert first in str(refused.value)
        assert f"{second} 异议 2024-06-11" in refused.value.zh


def test_1_what_is_held_void_needs_no_name_where_one_alone_can_be():
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        revoked = do(store, "revocation", head, "2024-06-11").event.id
        done = do(store, "held_void", head, "2024-06-12", by="qian")
        assert done.effective
        assert done.event.event.refers == revoked


def test_1_what_was_undone_already_or_restores_nothing_is_not_undone():
    with wages() as store:
        law, firm = shipped(), under_wages(store, "test:A").id
        confirm(store, firm, law=law)
        revoked = do(store, "revocation", firm, "2024-07-01", by="sun", law=law).event.id
        do(store, "held_void", firm, "2024-08-12", by="li", law=law)
        with pytest.raises(Refused, match=r"\[refers\]"):
            do(store, "held_void", firm, "2024-09-10", by="li", law=law, refers=revoked)
        released = do(store, "release", firm, "2024-09-11", by="sun", law=law).event.id
        do(store, "revocation", firm, "2024-09-12", by="zhou", law=law)
        with pytest.raises(Refused, match=r"\[refers\]"):
            do(store, "held_void", firm, "2024-09-13", by="li", law=law, refers=released)


def test_1_what_is_undone_after_a_fraud_is_its_finding_and_not_the_repair():
    with wages() as store:
        law, firm = shipped(), under_wages(store, "test:A").id
        confirm(store, firm, law=law)
        for kind in ("conduct_corrected", "pledge"):
            do(store, kind, firm, "2024-07-01", law=law)
        do(store, "repair_application", firm, "2025-01-06", law=law)
        repair = do(store, "repair", firm, "2025-01-10", by="qian", law=law).event.id
        fraud = do(store, "repair_fraud", firm, "2025-03-03", by="sun", law=law).event.id
        with pytest.raises(Refused, match=r"\[refers\]"):
            do(store, "held_void", firm, "2025-04-10", by="li", law=law, refers=repair)
        with pytest.raises(Refused, match=rf"\[refers\].*--refers one of: {fraud} credit restoration undone for fraud"):
            do(store, "held_void", firm, "2025-04-10", by="li", law=law)  # who says that something was void may mean the repair
        done = do(store, "held_void", firm, "2025-04-10", by="li", law=law, refers=fraud)
        assert {row["after"] for row in done.rows} == {"repaired"}


@pytest.mark.parametrize("ends", ["revocation", "annulment", "listing_ended"])
def test_1_whose_proposal_was_rejected_is_not_proposed_on_a_decision_that_fell(ends):
    with stored() as store:
        head = finding(store, "王示例")
        do(store, "proposal", head)
        do(store, "rejection", head, "2024-06-04", by="qian")
        fell = do(store, ends, "D1", "2024-06-05", by="sun")
        (row,) = [row for row in fell.rows if row["finding"] == head]
        assert (row["before"], row["effect"]) == ("rejected", True)
        with pytest.raises(Refused, match=r"\[stage\]"):
            do(store, "proposal", head, "2024-06-10")
        with pytest.raises(Refused, match=r"\[refers\]"):
            do(store, "held_void", head, "2024-06-11", by="li", refers=fell.event.id)
        do(store, "held_void", "D1", "2024-06-11", by="li", refers=fell.event.id)
        assert do(store, "proposal", head, "2024-06-12").effective


def test_1_who_is_released_while_he_is_repaired_is_not_bound_again_by_a_fraud():
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        for kind in ("conduct_corrected", "pledge"):
            do(store, kind, head, "2024-06-10")
        do(store, "repair_application", head, "2024-06-11")
        do(store, "repair", head, "2024-06-12", by="qian")
        order = do(store, "suspension_order", head, "2024-06-13", by="sun", reported=True)
        assert do(store, "repair_fraud", head, "2024-06-17", by="li", dry_run=True).rows[0]["after"] == "paused"
        do(store, "order_lifted", head, "2024-06-14", by="sun", refers=order.event.id)
        do(store, "release", head, "2024-06-15", by="sun")
        with pytest.raises(Refused, match=r"\[stage\].*'released'"):
            do(store, "repair_fraud", head, "2024-06-17", by="li")
