"""The invariants of `api.use_cases.repairs`, by number."""

from __future__ import annotations

from datetime import date

import pytest

from api.http import case_schemas as schemas
from api.locales import texts
from api.use_cases.case_acts import Act
from api.use_cases.propagating import propagate
from api.use_cases.repairs import plan_rows, plans, repair
from graph.errors import NotFound, Refused
from graph.model import Outcome
from tests.api_world import catalogue, stored
from tests.builder import Case, shipped
from tests.case_world import cases, clerk, confirm, do, finding, under_wages, wages

LATER = date(2024, 9, 2)


def act(store, kind: str, about: str, on: date = LATER, number: str = "修〔2024〕1号", by: str = "zhao"):
    return repair(store, cases(store), clerk(by, on), Act(kind, about, on, by, "reason", number), on)


def code(store, day: date = LATER) -> str:
    known = cases(store)
    (restriction,) = [r for r in known.restrictions if r.party == "test:A#王示例"]
    return known.status(restriction, day).code


def test_1_a_repair_is_refused_with_the_rule_that_refuses_it_until_the_steps_are_done():
    with stored() as store:
        head = finding(store, "王示例")
        with pytest.raises(Refused, match=r"\[barred\].*not in force"):
            act(store, "repair_application", head)
        confirm(store, head)
        with pytest.raises(
            Refused, match=r"\[steps\].*misconduct corrected.*at the stage 'in force'; possible at it: object, "
        ) as refused:
            act(store, "repair_application", head)
        assert "现为“生效”；现可办理：异议（object）" in refused.value.zh
        do(store, "conduct_corrected", head, "2024-07-01")
        do(store, "pledge", head, "2024-07-01")
        with pytest.raises(Refused, match=r"\[stage\]"):
            act(store, "repair", head)
        assert act(store, "repair_application", head).effective
        with pytest.raises(NotFound):
            act(store, "repair", "D9")


def test_1_an_application_before_its_earliest_day_is_refused():
    world = Case(catalogue())
    world.company("A").legal_representative("王示例", since="2021-01-01")
    world.decision("A", ["listed_wage_arrears"], date="2026-02-10", conduct="2025-05/2025-12")
    with stored(world) as store:
        head = finding(store, "王示例")
        for step, by in (
            ("proposal", "zhao"),
            ("notice", "zhao"),
            ("hearing_waiver", "zhao"),
            ("statement", "zhao"),
            ("decision", "qian"),
            ("service", "zhao"),
        ):
            do(store, step, head, "2026-04-07", by=by, number=f"文{step}1号")
        do(store, "conduct_corrected", head, "2026-04-07")
        do(store, "pledge", head, "2026-04-07")
        with pytest.raises(Refused, match=r"\[too_early\].*2027-02-10.*is at the stage 'in force'; possible at it: object"):
            act(store, "repair_application", head, date(2026, 4, 8))
        assert act(store, "repair_application", head, date(2027, 2, 10)).effective


def test_1_an_independent_ban_is_barred():
    with stored() as store, pytest.raises(Refused, match=r"\[barred\].*its own term"):
        act(store, "repair_application", finding(store, "孙示例"))


@pytest.mark.parametrize("given", ["food_licence_revoked", "bidding_disqualified"])
def test_1_no_repair_and_no_leaving_of_a_list_ends_a_ban_of_an_enterprise_that_has_its_own_term(given):
    law, world = shipped(), Case(shipped())
    world.company("A")
    world.decision("A", [given], kind="penalty", date="2026-05-10", conduct="2026-01/2026-02", authority_level="city")
    with stored(world, derive=False) as store:
        propagate(store, law, clerk("zhao", date(2026, 5, 11)))
        ban = next(f for f in cases(store, law).findings.values() if f.effect == "restrict" and f.outcome is Outcome.ESTABLISHED)
        derived = [("proposal", "zhao"), ("notice", "zhao"), ("statement", "zhao"), ("decision", "qian"), ("service", "zhao")]
        for kind, by in derived if ban.origin == "derived" else []:  # what the decision imposed needs nobody's confirmation
            do(store, kind, ban.id, "2026-05-11", by=by, number=f"文{kind}1号", law=law)
        for kind in ("conduct_corrected", "pledge"):
            do(store, kind, ban.id, "2026-05-20", law=law)
        day = date(2026, 9, 1)
        asked = Act("repair_application", ban.id, day, "zhao", "reason", "修〔2026〕1号")
        with pytest.raises(Refused, match=r"\[barred\].*its own term"):
            repair(store, cases(store, law), clerk("zhao", day), asked, day)
        with pytest.raises(Refused, match=r"enterprise removed from the list: refused \[(listing|not_own_clock)\]"):
            do(store, "listing_ended", "D1", "2026-09-01", law=law)
        assert cases(store, law).standing(ban, day) in ("in_force", "end_unknown", "active")


def test_2_a_repair_ends_the_measure_and_fraud_restores_it():
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        do(store, "conduct_corrected", head, "2024-07-01")
        do(store, "pledge", head, "2024-07-01")
        act(store, "repair_application", head)
        assert code(store) == "in_force"
        before = store.version()
        with pytest.raises(Refused, match=r"\[repair_two_people\].*possible at it.*repair grant"):
            act(store, "repair", head, date(2024, 9, 3))
        act(store, "repair", head, date(2024, 9, 3), by="qian")
        assert (store.version(), code(store, date(2024, 9, 3))) == (before + 1, "repaired")
        act(store, "repair_fraud", head, date(2024, 10, 8), number="修〔2024〕2号")
        assert code(store, date(2024, 10, 8)) == "in_force"


def test_1_a_repair_of_a_decision_reaches_all_that_rests_on_it():
    with wages() as store:
        law = shipped()
        firm, head = (under_wages(store, party).id for party in ("test:A", "test:A#王示例"))
        confirm(store, firm, head, law=law)

        def asked(kind: str, on: date, by: str = "zhao", **more: str):
            number = more.get("number", "修〔2024〕1号")
            return repair(store, cases(store, law), clerk(by, on), Act(kind, "D1", on, by, "reason", number), on)

        with pytest.raises(Refused, match=r"credit restoration applied for: refused \[(steps|barred)\].*D1 is at the stage"):
            asked("repair_application", date(2024, 6, 10))
        for kind in ("conduct_corrected", "pledge"):
            do(store, kind, "D1", "2024-06-10", law=law)
        asked("repair_application", date(2024, 12, 11))
        assert asked("repair", date(2024, 12, 12), by="qian").effective
        known = cases(store, law)
        assert {known.standing(known.finding(each), date(2024, 12, 12)) for each in (firm, head)} == {"repaired"}


def test_a_decision_by_which_nothing_binds_the_enterprise_has_a_plan_of_its_own():
    law = shipped()
    with wages() as store:
        known = cases(store, law)
        of, made = next((of, made) for of, made in plans(known, {"test:A"}, LATER) if not made.finding)
        rows = plan_rows(known, of, made, texts("en"))
        told = {(row["decision"], row["restriction"], row["finding"], row["rule"]) for row in rows}
        assert told == {("D1", None, None, "D2-WAGE")}
        assert [(row["step"], row["earliest"]) for row in rows if "step" in row] == [
            ("conduct_corrected", "2024-09-02"),
            ("pledge", "2024-09-02"),
            ("repair_application", "2025-03-02"),
        ]
        confirm(store, under_wages(store, "test:A").id, law=law)
        assert all(made.finding for _, made in plans(cases(store, law), {"test:A"}, LATER)), "that of the finding goes instead"


def test_a_plan_as_rows_shows_steps_days_and_articles():
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        known = cases(store)
        ((restriction, made),) = plans(known, {"test:A#王示例"}, LATER)
        rows = plan_rows(known, restriction, made, texts("zh"))
        assert [(row["step"], row["earliest"], row["optional"]) for row in rows] == [
            ("conduct_corrected", "2024-09-02", False),
            ("pledge", "2024-09-02", False),
            ("repair_application", "2024-09-02", False),
            ("public_service", "2024-09-02", True),
        ]
        assert {row["basis"] for row in rows} == {"临政发〔2018〕3号第19项"}
        ((_, banned),) = plans(known, {"test:B#孙示例"}, LATER)
        assert [row["bar"] for row in plan_rows(known, restriction, banned, texts("en"))] == ["independent_ban"]


def test_2_the_fraud_of_the_enterprise_makes_the_term_of_what_is_accessory_on_its_head_no_longer():
    law = shipped()
    with wages() as store:
        head, firm = under_wages(store, "test:A#王示例").id, under_wages(store, "test:A").id
        confirm(store, firm, head, law=law)

        def ends(about: str, on: str) -> tuple[str, str | None]:
            known, day = cases(store, law), date.fromisoformat(on)
            ((code, until),) = {(s.code, s.until) for s in (known.status(r, day) for r in known.restrictions_on(about))}
            return code, until

        for kind, on, by in (
            ("conduct_corrected", "2024-07-01", "zhao"),
            ("pledge", "2024-07-01", "zhao"),
            ("repair_application", "2025-01-06", "zhao"),
            ("repair", "2025-01-10", "qian"),
        ):
            do(store, kind, firm, on, by=by, law=law)
        assert (ends(firm, "2025-01-11")[0], ends(head, "2025-01-11")[0]) == ("repaired", "ended_with_listing")
        do(store, "repair_fraud", firm, "2025-03-03", by="sun", law=law)
        assert ends(firm, "2025-03-04") == ("in_force", "2028-03-03")
        assert ends(head, "2025-03-04") == ("in_force", "2027-02-10")
        assert ends(head, "2027-02-11")[0] == "expired"


def test_a_bar_says_which_one_it_is_until_when_and_how_it_is_lifted():
    law = shipped()
    with wages() as store:
        firm = under_wages(store, "test:A").id
        confirm(store, firm, law=law)
        given = {"number": "示例〔2024〕30号", "details": {"until": "2025-03-01"}}
        barred = do(store, "repair_bar", "D1", "2024-06-10", law=law, **given).event.id
        known, day = cases(store, law), date(2024, 7, 1)
        made = [(each, plan) for each, plan in plans(known, ["test:A"], day) if plan.finding == firm]
        (row,) = {tuple(sorted(r.items(), key=str)) for r in map(_plain, plan_rows(known, *made[0], texts("en")))}
        told = dict(row)
        assert (told["bar"], told["bar_by"], told["bar_number"], told["bar_until"]) == (
            "bar_recorded", str([barred]), "示例〔2024〕30号", "2025-03-01",
        )  # fmt: skip
        assert told["bar_basis"]
        assert f"zeren case lift-bar D1 --refers {barred}" in told["bar_lift"]
        schemas.RepairStep.model_validate(plan_rows(known, *made[0], texts("zh"))[0])
        with pytest.raises(Refused, match=rf"\[barred\].*{barred}.*until 2025-03-01"):
            repair(store, known, clerk("zhao", day), Act("repair_application", firm, day, "zhao", "reason", "修1号"), day)
        which = f"{barred} bar against credit restoration recorded 2024-06-10 示例〔2024〕30号, of D1, until 2025-03-01"
        with pytest.raises(Refused, match=rf"--refers one of: {which}") as refused:
            do(store, "repair_bar_lifted", firm, "2024-07-01", by="li", law=law)
        assert f"--refers 可填：{barred} " in refused.value.zh
        do(store, "repair_bar_lifted", "D1", "2024-07-01", by="li", law=law, refers=barred)
        with pytest.raises(Refused, match="there is none"):
            do(store, "repair_bar_lifted", firm, "2024-07-02", by="li", law=law, number="再1号")


def test_1_what_stands_against_a_decision_is_what_stands_against_the_enterprise_and_no_step_of_its_head():
    law = shipped()

    def apply(store, about: str, day: date):
        asked = Act("repair_application", about, day, "zhao", "reason", "修1号")
        return repair(store, cases(store, law), clerk("zhao", day), asked, day)

    with wages() as store:
        firm, head = under_wages(store, "test:A").id, under_wages(store, "test:A#王示例").id
        confirm(store, firm, head, law=law)
        for kind in ("conduct_corrected", "pledge"):
            do(store, kind, firm, "2024-06-10", law=law)
        for about in (firm, "D1"):
            with pytest.raises(Refused, match=r"\[too_early\].*2024-12-10"):
                apply(store, about, date(2024, 10, 10))
        barred = do(store, "repair_bar", firm, "2024-10-11", law=law).event.id
        for about in (firm, "D1"):
            with pytest.raises(Refused, match=r"\[barred\]"):
                apply(store, about, date(2025, 1, 10))
        do(store, "repair_bar_lifted", firm, "2025-01-10", by="li", law=law, refers=barred)
        with pytest.raises(Refused, match="refers"):
            do(store, "repair_bar_lifted", firm, "2025-01-10", by="qian", law=law, refers=barred, number="再2号")
        assert apply(store, "D1", date(2025, 1, 10)).effective


def test_what_is_over_is_not_ended_again():
    law = shipped()
    with wages() as store:
        firm = under_wages(store, "test:A").id
        confirm(store, firm, law=law)
        filed = do(store, "review_filed", firm, "2024-06-17", law=law).event.id
        do(store, "proceedings_ended", firm, "2024-06-20", law=law, refers=filed)
        with pytest.raises(Refused, match="refers"):
            do(store, "proceedings_ended", firm, "2024-06-21", law=law, refers=filed)
        again = do(store, "suit_filed", firm, "2024-06-24", law=law).event.id
        assert do(store, "proceedings_ended", firm, "2024-06-25", law=law, refers=again).recorded


def test_a_pause_and_an_independent_ban_say_what_they_rest_on_and_how_they_end():
    with stored() as store:
        objection = do(store, "objection", finding(store, "孙示例"), "2024-06-04")
        known = cases(store)
        (item,) = plans(known, ["test:B#孙示例"], date(2024, 6, 5))
        (row,) = plan_rows(known, *item, texts("zh"))
        assert (row["bar"], row["bar_until"], row["bar_basis"]) == ("independent_ban", "life", "示例法 第二条")
        assert "至终身期满" in row["bar_lift"]
        assert row["bar_number"] == "示例〔2023〕1号"
        assert objection.effective
    law = shipped()
    with wages() as store:
        firm = under_wages(store, "test:A").id
        confirm(store, firm, law=law)
        objection = do(store, "objection", firm, "2024-06-11", law=law).event.id
        known = cases(store, law)
        item = next(each for each in plans(known, ["test:A"], date(2024, 6, 12)) if each[1].finding == firm)
        (row,) = plan_rows(known, *item, texts("en"))
        assert (row["bar"], row["bar_by"]) == ("paused", [objection])
        assert objection in row["bar_lift"]


def _plain(row):
    return {label: str(value) if isinstance(value, list) else value for label, value in row.items()}


def test_3_the_plan_of_what_is_accessory_shows_the_steps_of_what_frees_it():
    law = shipped()
    with wages() as store:
        own, head = (under_wages(store, party).id for party in ("test:A", "test:A#王示例"))
        confirm(store, own, head, law=law)
        known, words = cases(store, law), texts("zh")
        rows = [row for rid, made in plans(known, ["test:A#王示例"], LATER) for row in plan_rows(known, rid, made, words)]
        mine = [row for row in rows if row.get("through") == own]
        asked = next(row for row in mine if row.get("step") == "repair_application")
        (firm,) = {made.earliest for _, made in plans(known, ["test:A"], LATER) if made.finding == own}
        assert asked["earliest"] == firm.isoformat()
        assert asked["basis"]
        offered = next(row for row in mine if row.get("step") == "public_service")
        assert "不缩短期限" in offered["step_text"]


def test_3_a_mark_that_is_confirmed_has_a_plan_and_what_only_a_person_does_is_taken_of_persons_alone():
    law = shipped()
    with wages() as store:
        own = under_wages(store, "test:A").id
        with pytest.raises(Refused, match=r"\[person\]"):
            do(store, "public_service", own, "2024-06-10", law=law)
        marks = [f for f in cases(store, law).findings.values() if f.effect == "record" and f.origin == "derived"]
        mark = next(f for f in marks if f.outcome is Outcome.ESTABLISHED and f.party_kind == "person")
        assert mark.id not in {made.finding for _, made in plans(cases(store, law), [mark.party], LATER)}
        confirm(store, mark.id, law=law)
        assert mark.id in {made.finding for _, made in plans(cases(store, law), [mark.party], LATER)}
