"""The invariants of `api.use_cases.barring`, by number, and what follows from it for repair and publication."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.lifecycle.bars import questions, standing
from api.http import case_schemas as schemas
from api.locales import texts
from api.use_cases.case_acts import Act, Done
from api.use_cases.case_reading import cases_about, cases_of, cases_of_decisions, read_cases
from api.use_cases.propagating import propagate
from api.use_cases.publishing import judged
from api.use_cases.reading import snapshot_of
from api.use_cases.repairs import plan_rows, plans, repair
from graph.codec import make_fact
from graph.errors import Refused
from graph.model import Decision, Entity
from graph.store import open_store
from graph.store.base import Store
from tests.api_world import actor, add, not_before
from tests.builder import Case, shipped
from tests.case_world import cases, clerk, confirm, do, under_wages, wages

MARKET = "临沂市市场监督管理局"
ARTICLE = "市场监督管理行政处罚信息公示规定（总局令第45号）第14条"


def also(store: Store, build: Callable[[Case], None], *, derive: bool = True, authority: str = "") -> None:
    """Load more on A."""
    world = Case(shipped())
    build(world)
    facts = [make_fact(f.value, f"more{f.key.rpartition('/')[2]}{authority}{build.__name__}", f.origin) for f in world.facts]
    add(store, *_of(authority, facts))
    if derive:
        propagate(store, shipped(), actor(store=store))


def _of(authority: str, facts):
    for fact in facts:
        decided = isinstance(fact.value, Decision) and authority
        yield make_fact(replace(fact.value, authority=authority), fact.key.rpartition("/")[2], fact.origin) if decided else fact


def arrears_again(world: Case) -> None:
    world.decision(
        "A",
        ["listed_wage_arrears"],
        name="D9",
        date="2024-09-10",
        conduct="2024-07/2024-08",
        authority_level="city",
        number="示例〔2024〕90号",
    )


def penalised(*acts: str, on: str = "2026-05-11", derive: bool = True) -> Store:
    """A market supervision penalty on A."""
    store = open_store("sqlite:///:memory:")
    world = Case(shipped())
    world.company("A").legal_representative("王示例", since="2021-01-01")
    world.decision(
        "A", [*acts], kind="penalty", date=on, conduct="2026-01/2026-03", authority_level="city", number="临市监罚〔2026〕1号"
    )
    add(store, *_of(MARKET, world.facts))
    if derive:
        propagate(store, shipped(), actor(store=store))
    return store


def barred(known, decision: str, day: str) -> list[str]:
    return [item.decision for item in standing(known.bars.get(decision, ()), date.fromisoformat(day))]


def asked(store: Store, kind: str, about: str, on: str, by: str = "zhao", *, reported: bool = False) -> Done:
    day = date.fromisoformat(on)
    who = clerk(by, day)
    given = Act(kind, about, day, by, "reason", f"修{kind}{on}号", reported=reported)
    return repair(store, cases(store, shipped()), replace(who, at=not_before(store, who.at)), given, day)


def steps_done(store: Store, about: str, on: str) -> None:
    for kind in ("conduct_corrected", "pledge"):
        do(store, kind, about, on, law=shipped())


def verdict(store: Store, day: str) -> tuple[str, date | None]:
    found = {
        item.decision.id: item.verdict for item in judged(snapshot_of(store), cases(store, shipped()), date.fromisoformat(day))
    }
    return found["D1"].reason, found["D1"].until


def planned(store: Store, day: str, lang: str = "en", decision: str = "D1") -> list[dict]:
    known, words = cases(store, shipped()), texts(lang)
    made = plans(known, {"test:A"}, date.fromisoformat(day))
    rows = [row for of, item in made for row in plan_rows(known, of, item, words)]
    assert rows
    for row in rows:
        schemas.RepairStep.model_validate(row)
    return [row for row in rows if row["decision"] == decision]


def test_1_what_is_read_of_a_part_is_what_is_read_of_all():
    law = shipped()
    with wages() as store:
        firm = under_wages(store, "test:A")
        also(store, arrears_again)
        also(
            store,
            lambda world: world.decision(
                "A", ["wage_refusal_crime"], name="C1", kind="criminal", date="2024-10-10", authority_level="court"
            ),
        )
        do(store, "revocation", "D9", "2024-11-01", law=law)
        every = read_cases(store, law)
        assert not cases_about(store, law, ["test:A"]).bars, "no repair was asked for: nothing that it tells depends on them"
        parts = (
            cases_of(store, {firm.id: firm}, law, None),
            cases_of_decisions(store, ["D1"], law, None),
        )
        assert every.bars["D1"]
        assert [part.bars["D1"] for part in parts] == [every.bars["D1"]] * 2
        assert read_cases(store, law, 3).bars["D1"] != every.bars["D1"], "what came later was not known by then"
        ground = every.grounds(firm.id)[0][0]
        assert [part.grounds(firm.id)[0][0].bars for part in parts] == [ground.bars] * 2
        do(store, "repair_application", firm.id, "2024-11-20", law=law, reported=True)
        assert cases_about(store, law, ["test:A"]).bars == read_cases(store, law).bars


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [("revocation", ["D9"], []), ("annulment", [], []), ("listing_ended", ["D9"], ["D9"]), (None, ["D9"], ["D9"])],
)
def test_2_new_conduct_bars_until_its_decision_is_revoked_and_never_where_that_is_void(kind, before, after):
    law = shipped()
    with wages() as store:
        also(store, arrears_again)
        if kind:
            do(store, kind, "D9", "2024-11-01", law=law)
        known = read_cases(store, law)
        assert (barred(known, "D1", "2024-10-31"), barred(known, "D1", "2024-11-01")) == (before, after)
        assert barred(known, "D9", "2024-11-01") == []


@pytest.mark.parametrize(
    ("relation", "before", "after"),
    [("annuls_from_now", ["D9"], []), ("annuls_from_beginning", [], []), ("same_conduct", ["D9"], ["D9"])],
)
def test_2_what_a_later_decision_ended_bars_no_longer(relation, before, after):
    with wages() as store:
        also(store, arrears_again)

        def ended(world: Case) -> None:
            world.decision("A", [], name="D10", kind="order", date="2024-11-01", authority_level="city")
            world.link("D10", relation, "D9")

        also(store, ended)
        known = read_cases(store, shipped())
        assert (barred(known, "D1", "2024-10-31"), barred(known, "D1", "2024-11-02")) == (before, after)


def test_2_what_somebody_may_have_ended_who_perhaps_cannot_is_a_question():
    with wages() as store:
        also(store, arrears_again)

        def ended(world: Case) -> None:
            world.decision("A", [], name="D10", kind="order", date="2024-11-01", authority_level="county")
            world.link("D10", "annuls_from_beginning", "D9")

        also(store, ended)
        known = read_cases(store, shipped())
        assert barred(known, "D1", "2024-12-11") == []
        assert questions(known.bars["D1"], date(2024, 12, 11))["new_arrears"] == ("D9",)


def test_2_a_correction_of_the_listing_finds_no_new_arrears():
    with wages() as store:

        def corrected(world: Case) -> None:
            world.decision("A", ["listed_wage_arrears"], name="D7", date="2024-06-11", conduct=None, authority_level="city")
            world.link("D7", "corrects", "D1")

        also(store, corrected)
        known = read_cases(store, shipped())
        assert questions(known.bars["D1"], date(2024, 12, 11))["new_arrears"] == ()


def test_1_many_enterprises_with_events_of_their_own_change_nothing_of_each_other():
    law = shipped()
    with wages() as store:
        also(store, arrears_again)
        alone = read_cases(store, law).bars["D1"]

        def others(world: Case) -> None:
            world.company("B")
            given = {"authority_level": "city", "conduct": "2023-05/2023-12"}
            world.decision("B", ["listed_wage_arrears"], name="B1", date="2024-02-10", **given)
            world.decision("B", ["listed_wage_arrears"], name="B9", date="2024-09-10", **given | {"conduct": "2024-07/2024-08"})

        also(store, others)
        do(store, "revocation", "B9", "2024-11-01", law=law)
        do(store, "objection", "D9", "2024-10-01", law=law)
        known = read_cases(store, law)
        assert (known.bars["D1"], barred(known, "B1", "2024-10-31")) == (alone, ["B9"])


def test_2_on_a_list_that_was_left_or_repaired_nobody_is():
    law = shipped()
    with penalised("fine") as store:

        def entered(world: Case) -> None:
            world.decision("A", ["abnormal_operation"], name="L1", date="2026-06-01", conduct=None, authority_level="city")
            world.decision("A", ["listed_market_supervision"], name="L2", date="2026-06-02", conduct=None, authority_level="city")
            world.decision("A", [], name="L3", kind="delisting", date="2026-07-01", authority_level="city")
            world.link("L3", "annuls_from_now", "L1")

        also(store, entered, authority=MARKET)
        known = read_cases(store, law)
        assert barred(known, "D1", "2026-06-30") == ["L1", "L2"]
        assert barred(known, "D1", "2026-07-02") == ["L2"]
        steps_done(store, "L2", "2026-06-10")
        asked(store, "repair_application", "L2", "2027-06-02")
        asked(store, "repair", "L2", "2027-06-03", by="qian")
        known = read_cases(store, law)
        assert (barred(known, "D1", "2027-06-02"), barred(known, "D1", "2027-06-03")) == (["L2"], [])


def test_a_penalty_that_is_never_taken_off_early_is_not_repaired_here_or_elsewhere_and_ends_with_its_time():
    with penalised("fine", "business_licence_revoked") as store:
        steps_done(store, "D1", "2026-05-20")
        with pytest.raises(Refused) as refused:
            asked(store, "repair_application", "D1", "2026-08-12")
        assert "[law_bars]" in str(refused.value)
        assert f"never taken off publication early (D1 临市监罚〔2026〕1号 2026-05-11; {ARTICLE})" in str(refused.value)
        assert "不得提前停止公示" in refused.value.zh
        assert "总局令第45号）第14条" in refused.value.zh
        told = asked(store, "repair_application", "D1", "2026-08-12", reported=True)
        assert {(row["effect"], row["reason"]) for row in told.rows if not row["finding"]} == {(False, "law_bars")}
        told = asked(store, "repair", "D1", "2026-08-13", by="qian", reported=True)
        assert {(row["effect"], row["reason"]) for row in told.rows if not row["finding"]} == {(False, "law_bars")}
        assert verdict(store, "2026-08-20") == ("published", date(2027, 5, 11))
        assert verdict(store, "2027-05-12")[0] == "over", "at the longest time of its class it ends by itself"
        (row,) = [row for row in planned(store, "2026-08-20") if row["finding"] is None]
        assert (row["bar"], row["bar_by"], row["bar_number"]) == ("never_early", ["D1"], "临市监罚〔2026〕1号")
        assert row["bar_basis"] == ARTICLE
        assert "Nothing lifts it" in row["bar_lift"]
        (row,) = [row for row in planned(store, "2026-08-20", "zh") if row["finding"] is None]
        assert row["bar_text"] == "所受处罚属于不得提前停止公示的种类"
        assert "不能解除" in row["bar_lift"]


def test_any_other_market_supervision_penalty_is_repaired_by_its_class_and_the_plan_asks_what_nothing_shows():
    with penalised("fine", "confiscation") as store:
        steps_done(store, "D1", "2026-05-20")
        with pytest.raises(Refused, match=r"\[too_early\].*2026-08-11"):
            asked(store, "repair_application", "D1", "2026-08-10")
        rows = planned(store, "2026-08-12")
        questions = {row["question"]: row for row in rows if "question" in row}
        assert questions.keys() == {"penalised_again", "on_a_list"}
        assert questions["on_a_list"]["question_answer"] == "If it is so: zeren case bar-repair D1 --text REASON"
        assert questions["on_a_list"]["question_by"] == []
        asked(store, "repair_application", "D1", "2026-08-12")
        asked(store, "repair", "D1", "2026-08-13", by="qian")
        assert verdict(store, "2026-08-20")[0] == "repaired"


def test_a_penalty_of_before_the_national_classes_waits_for_no_least_time_and_is_barred_all_the_same():
    with penalised("ordered_to_suspend", on="2025-12-01") as store:
        steps_done(store, "D1", "2025-12-10")
        with pytest.raises(Refused, match=r"\[law_bars\]"):
            asked(store, "repair_application", "D1", "2026-03-02")
    with penalised("fine", on="2025-12-01") as store:
        steps_done(store, "D1", "2025-12-10")
        assert asked(store, "repair_application", "D1", "2025-12-11").effective


def test_a_second_penalty_of_which_nobody_knows_what_for_is_named_in_the_question():
    with penalised("fine") as store:

        def again(world: Case) -> None:
            world.decision("A", ["fine"], name="D9", kind="penalty", date="2026-07-01", conduct="2026-06", authority_level="city")

        also(store, again, authority=MARKET)
        texts_asked = {row["question"]: row["question_text"] for row in planned(store, "2026-08-12", "zh") if "question" in row}
        assert "请核对 D9" in texts_asked["penalised_again"]
        assert "请核对" not in texts_asked["on_a_list"]


def test_new_arrears_while_listed_bar_the_repair_of_the_enterprise_its_head_and_the_decision():
    law = shipped()
    with wages() as store:
        firm, head = under_wages(store, "test:A").id, under_wages(store, "test:A#王示例").id
        confirm(store, firm, head, law=law)
        steps_done(store, "D1", "2024-06-10")
        also(store, arrears_again)
        for about in (firm, "D1"):
            with pytest.raises(Refused) as refused:
                asked(store, "repair_application", about, "2024-12-11")
            assert "[law_bars]" in str(refused.value)
            assert "new arrears of wages while listed (D9 示例〔2024〕90号 2024-09-10; 人社部令第45号第14条)" in str(refused.value)
            assert "列入期间再次拖欠农民工工资（D9 示例〔2024〕90号 2024-09-10；人社部令第45号第14条）" in refused.value.zh
            asked(store, "repair_application", about, "2024-12-11", reported=True)
            told = asked(store, "repair", about, "2024-12-12", by="qian", reported=True)
            assert {(row["effect"], row["reason"]) for row in told.rows if row["before"] == "in_force"} == {(False, "law_bars")}
        known, day = cases(store, law), date(2025, 1, 1)
        assert {known.standing(known.finding(each), day) for each in (firm, head)} == {"in_force"}
        assert {row["bar"] for row in planned(store, "2024-12-11") if row["finding"]} == {"new_arrears"}
        assert known.decision_stage("D1", day) == "active"


def test_what_was_granted_before_the_new_arrears_were_decided_stands_and_what_came_after_does_not():
    law = shipped()
    with wages() as store:
        firm = under_wages(store, "test:A").id
        confirm(store, firm, law=law)
        steps_done(store, firm, "2024-06-10")
        asked(store, "repair_application", firm, "2024-12-11")
        asked(store, "repair", firm, "2024-12-12", by="qian")

        def later(world: Case) -> None:
            world.decision("A", ["listed_wage_arrears"], name="D9", date="2025-02-10", conduct="2024-07", authority_level="city")

        also(store, later)
        assert cases(store, law).standing(cases(store, law).finding(firm), date(2025, 3, 1)) == "repaired"


def test_a_correction_of_before_the_new_arrears_is_none_once_their_decision_is_revoked():
    law = shipped()
    with wages() as store:
        firm = under_wages(store, "test:A").id
        confirm(store, firm, law=law)
        steps_done(store, firm, "2024-06-10")
        also(store, arrears_again)
        do(store, "revocation", "D9", "2024-11-01", law=law)
        steps = {
            row["step"]: (row["done"], row["earliest"])
            for row in planned(store, "2024-12-11")
            if row.get("step") and row["finding"]
        }
        assert steps["conduct_corrected"] == (None, "2024-12-11")
        assert steps["repair_application"] == (None, "2025-06-11")
        steps_done(store, firm, "2024-12-02")
        with pytest.raises(Refused, match=r"\[too_early\].*2025-06-02"):
            asked(store, "repair_application", firm, "2025-06-01")
        assert asked(store, "repair_application", firm, "2025-06-02").effective


EVENTS = st.permutations(["arrears", "corrected", "pledge", "apply", "grant"])


@settings(max_examples=12, deadline=None)
@given(order=EVENTS)
def test_any_order_of_arrival_gives_the_same(order):
    law = shipped()
    with wages() as store:
        firm = under_wages(store, "test:A").id
        confirm(store, firm, law=law)
        steps = {
            "corrected": lambda: do(store, "conduct_corrected", firm, "2024-06-10", today=date(2025, 1, 2), law=law),
            "pledge": lambda: do(store, "pledge", firm, "2024-06-10", today=date(2025, 1, 2), law=law),
            "apply": lambda: _reported(store, "repair_application", firm, "2024-12-11"),
            "grant": lambda: _reported(store, "repair", firm, "2024-12-12", by="qian"),
            "arrears": lambda: also(store, arrears_again),
        }
        for each in order:
            steps[each]()
        known = cases(store, law)
        judged_so = [(item.event.kind, item.reason) for item in known.lives_of(firm, date(2025, 1, 2))[0][1].judged][-2:]
        assert judged_so == [("repair_application", "law_bars"), ("repair", "law_bars")]


def _reported(store: Store, kind: str, about: str, on: str, by: str = "zhao") -> None:
    do(store, kind, about, on, by=by, today=date(2025, 1, 2), reported=True, law=shipped())


def test_of_people_nothing_is_told():
    law = shipped()
    with wages() as store:
        person = make_fact(Entity("test:A#王示例", "person", ()), "person", next(iter(store.facts(["entity"]))).fact.origin)
        world = Case(law)
        world.decision("A#王示例", ["wage_refusal_crime"], name="C1", kind="criminal", date="2024-10-10", authority_level="court")
        add(store, person, make_fact(world.facts[0].value, "crime", world.facts[0].origin))
        propagate(store, law, actor(store=store))
        assert barred(read_cases(store, law), "D1", "2024-12-01") == []
