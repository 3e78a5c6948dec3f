"""The invariants of `api.use_cases.reports`, by number."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from analytics.lifecycle.workdays import WorkCalendar
from api.desk.outbox import Outbox, Planned
from api.locales import texts
from api.use_cases.propagating import propagate
from api.use_cases.pushing import Feedback, feedback, plan, tasks, told_by
from api.use_cases.reading import snapshot_of
from api.use_cases.report_workbook import workbook
from api.use_cases.reports import Period, period_of, report
from graph.errors import InputError
from tests import evidence_world
from tests.api_world import actor, stored
from tests.builder import Case, shipped
from tests.case_world import cases, confirm, do, finding, under_wages, wages

NOW = datetime(2024, 6, 10, 9, tzinfo=UTC)
OF_A_CASE = ("objections", "repairs")
YEARS = Period(date(2023, 1, 1), date(2024, 12, 31))
BODY = {"must": False, "as_of": "2024-06-11", "party": {"name": "x"}, "measure": "m", "decision": {"region": None}}


def counted(store, box, period=YEARS) -> dict[tuple[str, str, str], int]:
    rows = report(cases(store), snapshot_of(store), told_by(store, box, period.end), [], period, WorkCalendar())
    return {(row["section"], row["key"], row["measure_of"]): row["count"] for row in rows}


def tell(store, box, day: date) -> None:
    """Plan, and let every unit acknowledge what it is told."""
    plan(box, cases(store), snapshot_of(store), day, NOW)
    box.delivered([message.seq for message in box.messages("waiting")])


def task_of(store, box, name: str = "王示例", day: date = date(2024, 6, 11)) -> str:
    """The task that is about somebody."""
    (task,) = [each["task"] for each in tasks(told_by(store, box, day), WorkCalendar(), day) if each["party"]["name"] == name]
    return task


def funnel(store, box, start: date, end: date) -> dict[str, int]:
    every: Counter[str] = Counter()
    for key, count in counted(store, box, Period(start, end)).items():
        every.update({key[2]: count} if key[0] == "funnel" else {})
    return dict(every)


def test_a_place_that_is_none_is_nobodys_words_in_a_report():
    world = Case(shipped())
    world.company("A")
    world.decision("A", ["listed_wage_arrears"], name="D1", date="2024-02-10", region="兰山区（举报人冯陌生）")
    world.decision("A", ["listed_wage_arrears"], name="D2", date="2024-02-10", region="371302")
    with stored(world, derive=False) as store, Outbox(":memory:") as box:
        keys = {key for section, key, _ in counted(store, box) if section == "funnel"}
    assert keys == {"unknown", "371302"}


def lived(store, box) -> None:
    """王示例 is confirmed, told and executed; an objection to the ban is dismissed; a bank is asked."""
    confirm(store, finding(store, "王示例"))
    objection = do(store, "objection", "D2", "2024-06-07")
    do(store, "dismissal", "D2", "2024-06-10", refers=objection.event.id, by="qian")
    tell(store, box, date(2024, 6, 11))
    feedback(store, box, actor(11, store), Feedback("fgw", task_of(store, box), "executed"), date(2024, 6, 11))
    box.put([Planned("bank", "r", "execute", BODY | {"task": "t", "status": "in_force"})], NOW)


def test_1_the_funnel_only_narrows():
    with stored() as store, Outbox(":memory:") as box:
        lived(store, box)
        every = funnel(store, box, YEARS.start, YEARS.end)
        assert every == {
            "1 decisions": 2, "2 findings": 4, "3 restrictions": 4, "4 bound": 4, "5 told": 4, "6 executed": 1,
        }  # fmt: skip
        steps = [count for step, count in sorted(every.items()) if step > "3"]
        assert steps == sorted(steps, reverse=True)


def test_1_a_stage_is_counted_in_the_period_in_which_it_happened():
    with stored() as store, Outbox(":memory:") as box:
        lived(store, box)
        assert funnel(store, box, date(2024, 6, 1), date(2024, 6, 10)) == {"4 bound": 1}
        confirmed = counted(store, box, Period(date(2024, 6, 1), date(2024, 6, 10)))
        assert (confirmed["case", "confirmations", "decided"], confirmed["case", "confirmations", "served"]) == (1, 1)
        told = funnel(store, box, date(2024, 6, 11), date(2024, 6, 30))
        # A bank was asked about what nothing carries: it is told, and with that day stands for what comes before.
        assert told == {"3 restrictions": 1, "4 bound": 1, "5 told": 4, "6 executed": 1}


def casework(store, start: str, end: str) -> Counter[str]:
    """What the section on cases counts of a period, under the rules that ship."""
    period = Period(date.fromisoformat(start), date.fromisoformat(end))
    rows = report(cases(store, shipped()), snapshot_of(store), [], [], period, WorkCalendar())
    return +Counter({f"{row['key']} {row['measure_of']}": row["count"] for row in rows if row["section"] == "case"})


def test_1_what_a_later_ruling_took_the_effect_of_counts_on_its_day():
    with wages() as store:
        law, firm = shipped(), under_wages(store, "test:A").id
        confirm(store, firm, law=law)
        for kind in ("conduct_corrected", "pledge"):
            do(store, kind, firm, "2024-07-01", law=law)
        do(store, "repair_application", firm, "2025-01-06", law=law)
        do(store, "repair", firm, "2025-01-10", by="qian", law=law)
        fraud = do(store, "repair_fraud", firm, "2025-03-03", by="sun", law=law).event.id
        do(store, "objection", firm, "2025-03-04", by="wang", law=law)
        before = casework(store, "2025-01-01", "2025-03-31")
        do(store, "held_void", firm, "2025-04-10", by="li", law=law, refers=fraud)
        first, second = casework(store, "2025-01-01", "2025-03-31"), casework(store, "2025-04-01", "2025-12-31")
        assert (
            before
            == first
            == Counter({"repairs repair_application": 1, "repairs repair": 1, "repairs repair_fraud": 1, "objections filed": 1})
        )
        assert first + second == casework(store, "2025-01-01", "2025-12-31")


def test_1_what_has_effect_only_by_a_later_ruling_counts_on_its_day_too():
    with wages() as store:
        law, firm = shipped(), under_wages(store, "test:A").id
        confirm(store, firm, law=law)
        do(store, "revocation", firm, "2024-07-01", by="sun", law=law)
        do(store, "objection", firm, "2024-07-05", by="wang", law=law, reported=True)
        assert not casework(store, "2024-07-01", "2024-07-31")
        do(store, "held_void", firm, "2024-08-10", by="li", law=law)
        july, august = casework(store, "2024-07-01", "2024-07-31"), casework(store, "2024-08-01", "2024-08-31")
        assert july == Counter({"objections filed": 1})
        assert july + august == casework(store, "2024-07-01", "2024-08-31")


def test_1_what_was_void_from_the_beginning_never_bound():
    with stored() as store, Outbox(":memory:") as box:
        confirm(store, finding(store, "王示例"))
        whole = YEARS.start, YEARS.end
        assert funnel(store, box, *whole)["4 bound"] == 3
        do(store, "annulment", "D1", "2024-06-13")
        assert funnel(store, box, *whole)["4 bound"] == 2
        do(store, "annulment", "D2", "2024-06-13")
        assert "4 bound" not in funnel(store, box, *whole)


@given(cut=st.integers(0, 730) | st.integers(515, 560))
def test_1_the_figures_of_two_periods_add_up_to_those_of_both_line_by_line(lived_once, cut):
    store, box = lived_once
    last, first = YEARS.start + timedelta(days=cut), YEARS.start + timedelta(days=cut + 1)

    def figures(start: date, end: date) -> Counter[tuple[str, str, str]]:
        return +Counter({key: count for key, count in counted(store, box, Period(start, end)).items() if key[0] != "department"})

    assert figures(YEARS.start, last) + figures(first, YEARS.end) == figures(YEARS.start, YEARS.end)


@given(cut=st.integers(515, 560))
def test_5_a_department_has_as_many_tasks_as_it_was_told_of_and_each_stands_in_one_way(lived_once, cut):
    store, box = lived_once
    end = YEARS.start + timedelta(days=cut)
    found = Counter()
    for (section, unit, what), count in counted(store, box, Period(YEARS.start, end)).items():
        found.update({(unit, what == "tasks"): count} if section == "department" else {})
    known: dict[str, set[str]] = {}
    for each in told_by(store, box, end):
        known.setdefault(each.message.unit, set()).add(each.message.body["task"])
    assert {unit: found[unit, True] for unit in known} == {unit: len(every) for unit, every in known.items()}
    assert all(found[unit, True] == found[unit, False] for unit in known)


@pytest.fixture(scope="module")
def lived_once():
    with stored() as store, Outbox(":memory:") as box:
        lived(store, box)
        banned = task_of(store, box, "孙示例")
        feedback(store, box, actor(12, store), Feedback("fgw", banned, "refused", "王示例已离职"), date(2024, 6, 12))
        revoked = do(store, "revocation", "D1", "2024-06-13")
        do(store, "held_void", "D1", "2024-06-20", refers=revoked.event.id, by="qian")
        tell(store, box, date(2024, 6, 21))
        # A dismissal that is itself held void later, and a second one.
        objection = do(store, "objection", "D1", "2024-06-24")
        tell(store, box, date(2024, 6, 24))
        do(store, "dismissal", "D1", "2024-06-25", refers=objection.event.id, by="qian")
        tell(store, box, date(2024, 6, 25))
        second = do(store, "revocation", "D2", "2024-07-02")
        tell(store, box, date(2024, 7, 2))
        do(store, "held_void", "D2", "2024-07-08", refers=second.event.id, by="qian")
        tell(store, box, date(2024, 7, 8))
        yield store, box


def test_4_every_refusal_counts_in_the_period_in_which_it_was_given():
    with stored() as store, Outbox(":memory:") as box:
        confirm(store, finding(store, "王示例"))
        day = date(2024, 6, 11)
        tell(store, box, day)
        task = task_of(store, box)
        feedback(store, box, actor(11, store), Feedback("fgw", task, "refused", "查无此人", code="not_found"), date(2024, 6, 12))
        # An objection pauses, and its dismissal lets it resume: the unit refuses again, and then executes.
        do(store, "objection", "D1", "2024-06-13")
        tell(store, box, date(2024, 6, 13))
        do(store, "dismissal", "D1", "2024-06-14", by="qian")
        tell(store, box, date(2024, 6, 14))
        feedback(
            store, box, actor(11, store), Feedback("fgw", task, "refused", "系统未开通", code="系统或条件不具备"), date(2024, 7, 2)
        )

        def refusals(start: date, end: date) -> dict[str, int]:
            return {key[2]: count for key, count in counted(store, box, Period(start, end)).items() if key[0] == "refusal"}

        assert refusals(date(2024, 6, 1), date(2024, 6, 30)) == {"not_found": 1}
        assert refusals(date(2024, 7, 1), date(2024, 7, 31)) == {"no_means": 1}
        assert refusals(YEARS.start, YEARS.end) == {"not_found": 1, "no_means": 1}


def test_2_a_voluntary_body_never_counts_as_failing():
    with stored() as store, Outbox(":memory:") as box:
        lived(store, box)
        by_unit = {key[1:]: count for key, count in counted(store, box).items() if key[0] == "department"}
        assert by_unit == {
            ("bank", "tasks"): 1, ("bank", "asked only"): 1, ("fgw", "tasks"): 3, ("fgw", "executed"): 1, ("fgw", "overdue"): 2,
        }  # fmt: skip


def test_6_an_objection_to_a_restriction_whole_counts_before_anything_is_confirmed():
    with stored() as store, Outbox(":memory:") as box:
        (restriction,) = cases(store).restrictions_on(finding(store, "王示例"))
        objection = do(store, "objection", restriction.id, "2024-06-10").event.id
        do(store, "dismissal", restriction.id, "2024-06-12", by="qian", refers=objection)
        found = counted(store, box)
        assert found["case", "objections", "filed"] == found["case", "objections", "dismissed"] == 1


def test_3_counted_is_what_falls_into_the_period_and_nobody_is_named():
    with stored() as store, Outbox(":memory:") as box:
        lived(store, box)
        found = counted(store, box)
        assert found["case", "objections", "filed"] == found["case", "objections", "dismissed"] == 1
        assert set(counted(store, box, Period(date(2024, 6, 8), date(2024, 6, 9))).values()) == {0}
        tenth = counted(store, box, Period(date(2024, 6, 10), date(2024, 6, 10)))
        assert {key: count for key, count in tenth.items() if count} == {("case", "objections", "dismissed"): 1}
        assert not [name for name in ("王示例", "孙示例") if name in json.dumps([list(key) for key in found], ensure_ascii=False)]


def test_3_the_words_of_a_refusal_are_in_no_report():
    with stored() as store, Outbox(":memory:") as box:
        confirm(store, finding(store, "王示例"))
        tell(store, box, date(2024, 6, 11))
        said = "王示例已于2023年离职，其子王小明就读私立学校"
        feedback(store, box, actor(11, store), Feedback("fgw", task_of(store, box), "refused", said), date(2024, 6, 12))
        found = counted(store, box)
        assert found["refusal", "fgw", "other"] == 1
        assert not [part for key in found for part in key if "王" in part or "离职" in part]


def test_5_a_task_stands_as_the_last_message_and_its_answer_have_it_on_the_last_day():
    with stored() as store, Outbox(":memory:") as box:
        confirm(store, finding(store, "王示例"))
        tell(store, box, date(2024, 6, 11))
        task = task_of(store, box)
        feedback(store, box, actor(11, store), Feedback("fgw", task, "executed"), date(2024, 7, 1))
        do(store, "objection", "D2", "2024-06-12")
        tell(store, box, date(2024, 6, 12))
        first, june, july = (
            {key[2]: count for key, count in counted(store, box, Period(*days)).items() if key[:2] == ("department", "fgw")}
            for days in (
                (date(2024, 6, 1), date(2024, 6, 11)),
                (date(2024, 6, 1), date(2024, 6, 30)),
                (date(2024, 6, 1), date(2024, 7, 31)),
            )
        )
        # Three things to execute; the next day two of them, the bans, are paused: five messages, and three tasks.
        assert first == {"tasks": 3, "open": 3}
        assert june == {"tasks": 3, "overdue": 3}
        assert july == {"tasks": 3, "overdue": 2, "executed": 1}


def test_a_workbook_has_a_sheet_for_each_section_and_no_formula():
    rows = [
        {"section": "refusal", "key": "fgw", "measure_of": "=1+1", "count": 1},
        {"section": "funnel", "key": "3713", "measure_of": "1 decisions", "count": 2},
        {"section": "funnel", "key": "3799", "measure_of": "1 decisions", "count": 1},
    ]
    book = load_workbook(BytesIO(workbook(rows, "题", texts("zh"))))
    assert book.sheetnames == ["拒绝理由", "办理情况"]
    assert [[cell.value for cell in row] for row in book["拒绝理由"]] == [
        ["题", None, None],
        ["对象", "计数项", "数量"],
        ["市发改委", "'=1+1", 1],
    ]
    assert [cell.value for cell in book["办理情况"][3]] == ["临沂市", "1 决定", 2]
    assert book["办理情况"][4][0].value == "山东省（3799）", "what has no name here is told by where it lies"
    english = load_workbook(BytesIO(workbook(rows, "title", texts("en"))))
    cells = [str(cell.value) for sheet in english for row in sheet for cell in row]
    assert {"Linyi", "Shandong (3799)"} <= set(cells)
    assert not re.search("[\u4e00-\u9fff]", " ".join(cells + english.sheetnames))
    assert load_workbook(BytesIO(workbook([], "title", texts("en")))).sheetnames == ["nothing"]


def test_7_a_period_that_ends_before_it_begins_or_after_today_is_refused():
    today = date(2026, 6, 1)
    day = today.replace
    assert period_of(day(day=1), None, today) == Period(today, today)
    assert period_of(day(month=1), day(month=2), today) == Period(date(2026, 1, 1), date(2026, 2, 1))
    for since, until, why in (
        (day(month=3), day(month=2), "since: 2026-03-01 is after the last day of the period, 2026-02-01"),
        (day(day=2), None, "since: 2026-06-02 is after the last day of the period, today, 2026-06-01"),
        (day(month=1), day(day=2), "until: 2026-06-02 is after today, 2026-06-01"),
    ):
        with pytest.raises(InputError, match=why) as refused:
            period_of(since, until, today)
        assert "之后" in refused.value.zh


def of_cases(store, start: str, end: str, law=None) -> Counter[str]:
    period = Period(date.fromisoformat(start), date.fromisoformat(end))
    rows = report(cases(store, law), snapshot_of(store), [], [], period, WorkCalendar())
    return Counter({row["measure_of"]: row["count"] for row in rows if row["section"] == "case" and row["count"]})


def test_6_a_repair_undone_for_fraud_counts_whatever_a_court_says_of_the_repair_later():
    law = shipped()
    with wages() as store:
        firm = under_wages(store, "test:A").id
        confirm(store, firm, law=law)
        steps = [("conduct_corrected", "2024-07-01", "zhao"), ("pledge", "2024-07-01", "zhao")]
        steps += [
            ("repair_application", "2025-01-06", "zhao"),
            ("repair", "2025-01-10", "qian"),
            ("repair_fraud", "2025-03-03", "sun"),
        ]
        repair = [do(store, kind, firm, on, by=by, law=law).event.id for kind, on, by in steps][3]
        before = of_cases(store, "2025-01-01", "2025-03-31", law)
        assert before == {"repair_application": 1, "repair": 1, "repair_fraud": 1}
        do(store, "held_void", firm, "2025-04-10", by="li", refers=repair, reported=True, law=law)
        assert of_cases(store, "2025-01-01", "2025-03-31", law) == before
        assert before + of_cases(store, "2025-04-01", "2025-12-31", law) == of_cases(store, "2025-01-01", "2025-12-31", law)


def test_6_an_objection_that_has_effect_by_a_later_ruling_counts_on_the_day_on_which_it_was_filed():
    law = shipped()
    with wages() as store:
        firm = under_wages(store, "test:A").id
        confirm(store, firm, law=law)
        revoked = do(store, "revocation", firm, "2024-07-01", by="sun", law=law).event.id
        do(store, "objection", firm, "2024-07-05", by="wang", reported=True, law=law)
        assert of_cases(store, "2024-07-01", "2024-07-31", law) == {}
        do(store, "held_void", firm, "2024-08-10", by="li", refers=revoked, law=law)
        periods = (("2024-07-01", "2024-07-31"), ("2024-08-01", "2024-08-31"), ("2024-07-01", "2024-08-31"))
        assert [of_cases(store, *each, law)["filed"] for each in periods] == [1, 0, 1]


def test_6_a_confirmation_counts_on_its_day_also_when_its_evidence_is_gone_since():
    june = Period(date(2024, 6, 1), date(2024, 6, 30))
    with evidence_world.world() as store, Outbox(":memory:") as box:
        confirm(store, evidence_world.about(store))
        before = counted(store, box, june)
        assert before["case", "confirmations", "served"] == before["funnel", "3713", "4 bound"] == 1
        evidence_world.gone(store, "2024-07-01", evidence_world.row(store))
        evidence_world.alter(store, "2024-07-02", evidence_world.office("9"))
        assert counted(store, box, june) == before


def test_6_what_happens_to_a_decision_without_findings_counts():
    world = Case(shipped())
    world.company("A")
    world.decision("A", ["fine"], kind="penalty", date="2024-02-10", authority_level="city", number="示例罚〔2024〕5号")
    with stored(world, derive=False) as store:
        for filed, answered in (("2024-06-03", "2024-06-05"), ("2024-06-10", "2024-06-12")):
            objection = do(store, "objection", "D1", filed, by="wang").event.id
            do(store, "dismissal", "D1", answered, by="qian", refers=objection)
        for kind in ("conduct_corrected", "pledge"):
            do(store, kind, "D1", "2024-06-13")
        do(store, "repair_application", "D1", "2026-05-11")
        do(store, "repair", "D1", "2026-05-12", by="qian")
        assert of_cases(store, "2024-06-01", "2024-06-30") == {"filed": 2, "dismissed": 2}
        assert of_cases(store, "2024-01-01", "2026-12-31") == {"filed": 2, "dismissed": 2, "repair_application": 1, "repair": 1}


@pytest.mark.parametrize("derived", [False, True])
def test_1_what_happened_to_a_decision_counts_whether_or_not_a_finding_rests_on_it(derived):
    law = shipped()
    made = Case(law)
    made.company("A")
    act, kind = ("listed_wage_arrears", "listing") if derived else ("fine", "penalty")
    made.decision("A", [act], kind=kind, date="2024-02-10", conduct="2023-05/2023-12", authority_level="city")
    with stored(made, derive=False) as store:
        propagate(store, law, actor(store=store))
        assert bool(cases(store, law).findings) is derived
        for month in (6, 7):
            objection = do(store, "objection", "D1", f"2024-0{month}-03", law=law).event.id
            do(store, "dismissal", "D1", f"2024-0{month}-05", by="qian", refers=objection, law=law)
        for step in ("conduct_corrected", "pledge"):
            do(store, step, "D1", "2024-07-08", law=law)
        do(store, "repair_application", "D1", "2025-03-03", law=law)
        do(store, "repair", "D1", "2025-03-05", by="qian", law=law)

        def figures(since: str, until: str) -> Counter[tuple[str, str]]:
            period = Period(date.fromisoformat(since), date.fromisoformat(until))
            rows = report(cases(store, law), snapshot_of(store), [], [], period, WorkCalendar())
            return Counter({(r["key"], r["measure_of"]): r["count"] for r in rows if r["key"] in OF_A_CASE and r["count"]})

        whole = figures("2024-01-01", "2025-12-31")
        assert whole == figures("2024-01-01", "2024-06-30") + figures("2024-07-01", "2025-12-31")
    assert whole == {
        ("objections", "filed"): 2,
        ("objections", "dismissed"): 2,
        ("repairs", "repair_application"): 1,
        ("repairs", "repair"): 1,
    }
