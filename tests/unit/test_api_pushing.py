"""The invariants of `api.use_cases.pushing`, by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from analytics.lifecycle.departments import departments, units_for
from analytics.lifecycle.workdays import WorkCalendar
from api.desk.outbox import Outbox, Planned
from api.use_cases.pushing import Feedback, feedback, plan, tasks, told_by
from api.use_cases.reading import snapshot_of
from graph.codec import make_fact
from graph.errors import InputError, NotFound, Refused
from graph.model import Operation, Origin
from graph.store import open_store
from graph.store.base import Write
from tests.api_world import actor, add, stored
from tests.builder import shipped
from tests.case_world import cases, confirm, do, finding, under_wages, wages

NOW = datetime(2024, 6, 10, 9, tzinfo=UTC)
DAY = date(2024, 6, 11)


def told(store, box, day: date = DAY) -> int:
    """Plan, and let every unit acknowledge what it is told."""
    count = plan(box, cases(store), snapshot_of(store), day, NOW)
    box.delivered([message.seq for message in box.messages("waiting")])
    return count


def listed(store, box, day: date = DAY, name: str = "王示例"):
    return [task for task in tasks(told_by(store, box, day), WorkCalendar(), day) if task["party"]["name"] == name]


def test_1_planning_twice_without_a_change_adds_nothing_and_each_change_is_told_once():
    with stored() as store, Outbox(":memory:") as box:
        head = finding(store, "王示例")
        assert told(store, box) == 2  # two bans that the decision itself imposed
        confirm(store, head)
        assert (told(store, box), told(store, box)) == (1, 0)
        objection = do(store, "objection", head, "2024-06-11")
        assert told(store, box) == 1
        do(store, "dismissal", head, "2024-06-12", refers=objection.event.id, by="qian")
        assert told(store, box, date(2024, 6, 12)) == 1
        do(store, "revocation", "D1", "2024-06-13")
        assert told(store, box, date(2024, 6, 13)) == 1
        actions = [m.action for m in box.messages() if m.body["party"]["name"] == "王示例"]
        assert actions == ["execute", "pause", "resume", "stop"]


def test_1_whoever_executes_is_told_anew_when_the_last_day_or_the_decision_is_another():
    with stored() as store, Outbox(":memory:") as box:
        told(store, box)
        banned = finding(store, "孙示例")
        known = next(r.fact.value for r in store.facts(["finding"]) if r.fact.value.id == banned)
        add(store, make_fact(replace(known, until="2030-01-01"), banned, Origin("zeren")), operation=Operation.CORRECTION)
        assert (told(store, box), told(store, box)) == (1, 0)
        last = box.messages()[-1]
        assert (last.action, last.body["until"]) == ("execute", "2030-01-01")
        assert last.body["number"] > max(message.body["number"] for message in box.messages()[:-1])


def test_1_whoever_executes_is_told_anew_when_the_first_day_was_corrected():
    with stored() as store, Outbox(":memory:") as box:
        told(store, box)
        banned = finding(store, "孙示例")
        known = next(r.fact.value for r in store.facts(["finding"]) if r.fact.value.id == banned)
        add(store, make_fact(replace(known, start=date(2024, 1, 15)), banned, Origin("zeren")), operation=Operation.CORRECTION)
        assert (told(store, box), told(store, box)) == (1, 0)
        last = box.messages()[-1]
        assert (last.action, last.body["from"], last.body["until"]) == ("execute", "2024-01-15", "life")


def test_1_nothing_is_planned_for_a_day_before_the_last_plan():
    with stored() as store, Outbox(":memory:") as box:
        told(store, box)
        with pytest.raises(Refused, match="told on 2024-06-11 already"):
            told(store, box, date(2024, 6, 10))


def test_5_a_message_names_the_document_that_binds():
    with stored() as store, Outbox(":memory:") as box:
        confirm(store, finding(store, "王示例"))
        told(store, box)
        said = {m.body["party"]["name"]: m.body["document"] for m in box.messages()}
        assert said["王示例"] == {"number": "示例〔2024〕9号", "on": "2024-06-06"}
        assert said["孙示例"] is None, "what the decision itself imposed is bound by that"


def test_2_a_unit_reports_on_its_own_tasks_once_and_a_refusal_needs_a_reason():
    with stored() as store, Outbox(":memory:") as box:
        confirm(store, finding(store, "王示例"))
        told(store, box)
        (task,) = listed(store, box)
        assert (task["unit"], task["state"], task["must"]) == ("fgw", "open", True)
        with pytest.raises(Refused, match=r"\[not_your_task\]: it is a task of .*\(fgw\).*its own tasks only") as refused:
            feedback(store, box, actor(11, store), Feedback("court", task["task"], "executed"), DAY)
        assert "不予受理 [not_your_task]：该任务属于市发改委，市中级人民法院只能反馈本单位的任务" in refused.value.zh
        with pytest.raises(NotFound):
            feedback(store, box, actor(11, store), Feedback("court", "task-none", "executed"), DAY)
        with pytest.raises(InputError, match="reason"):
            feedback(store, box, actor(11, store), Feedback("fgw", task["task"], "refused"), DAY)
        for hidden in ("\u200b", "\u2060", "无\u202e人"):
            with pytest.raises(InputError, match="text: has a character that is not seen"):
                feedback(store, box, actor(11, store), Feedback("fgw", task["task"], "refused", hidden), DAY)
        with pytest.raises(InputError, match="no reason for which it was not"):
            feedback(store, box, actor(11, store), Feedback("fgw", task["task"], "executed", code="other"), DAY)
        feedback(store, box, actor(11, store), Feedback("fgw", task["task"], "executed"), DAY, dry_run=True)
        assert listed(store, box)[0]["state"] == "open"
        feedback(store, box, actor(11, store), Feedback("fgw", task["task"], "refused", "已注销"), DAY)
        assert [(t["state"], t["reason"]) for t in listed(store, box)] == [("refused", "已注销")]
        with pytest.raises(Refused, match=r"\[answered\]: the task was answered already"):
            feedback(store, box, actor(11, store), Feedback("fgw", task["task"], "executed"), DAY)
        do(store, "revocation", "D1", "2024-06-13")
        told(store, box, date(2024, 6, 13))
        assert [(t["action"], t["state"]) for t in listed(store, box, date(2024, 6, 13))] == [("stop", "open")]


def test_2_an_answer_is_to_what_the_unit_knows_and_never_to_what_is_under_way():
    with stored() as store, Outbox(":memory:") as box:
        confirm(store, finding(store, "王示例"))
        plan(box, cases(store), snapshot_of(store), DAY, NOW)
        (task,) = listed(store, box)
        given = Feedback("fgw", task["task"], "executed")
        with pytest.raises(Refused, match=r"\[not_told\]"):
            feedback(store, box, actor(11, store), given, DAY)
        box.delivered([message.seq for message in box.messages("waiting")])
        do(store, "revocation", "D1", "2024-06-12")
        plan(box, cases(store), snapshot_of(store), date(2024, 6, 12), NOW)
        stop = listed(store, box, date(2024, 6, 12))[0]["message"]
        # The answer to the execution comes after the stop was planned, and before that is delivered.
        answer = feedback(store, box, actor(12, store), replace(given, on=DAY), date(2024, 6, 12))
        assert answer.refers != stop
        (row,) = listed(store, box, date(2024, 6, 12))
        assert (row["action"], row["state"], row["executed"]) == ("stop", "open", True)
        with pytest.raises(Refused, match=r"\[answered\]"):
            feedback(store, box, actor(12, store), given, date(2024, 6, 12))
        box.fetched("fgw", box.messages()[-1].seq)
        assert feedback(store, box, actor(13, store), given, date(2024, 6, 13)).refers == stop
        assert [row["state"] for row in listed(store, box, date(2024, 6, 13))] == ["executed"]


def test_2_an_answer_that_names_its_message_is_to_that():
    with stored() as store, Outbox(":memory:") as box:
        told(store, box)
        (task,) = {each["task"] for each in listed(store, box, name="孙示例")}
        (first,) = [message.key for message in box.messages() if message.body["task"] == task]
        do(store, "revocation", "D2", "2024-06-12")
        plan(box, cases(store), snapshot_of(store), date(2024, 6, 12), NOW)
        stop = next(message.key for message in box.messages() if message.body["task"] == task and message.key != first)
        given = Feedback("fgw", task, "executed")
        # It is acted on before its acknowledgement is on record.
        assert feedback(store, box, actor(12, store), replace(given, message=stop), date(2024, 6, 12)).refers == stop
        # What it answered by name it knows: an answer that names none is to that, and never to what came before it.
        with pytest.raises(Refused, match=r"\[answered\]"):
            feedback(store, box, actor(12, store), given, date(2024, 6, 12))
        assert feedback(store, box, actor(12, store), replace(given, message=first), date(2024, 6, 12)).refers == first
        with pytest.raises(NotFound, match="no message 'another'"):
            feedback(store, box, actor(12, store), replace(given, message="another"), date(2024, 6, 12))


@pytest.mark.parametrize("outcome", ["executed", "refused"])
def test_2_of_two_answers_at_once_the_second_is_refused(tmp_path, outcome):
    """Another process answers after this one has read that nobody did."""
    place = str(tmp_path / "store.db")
    with stored(place=place) as store, Outbox(":memory:") as box:
        told(store, box)
        (task,) = listed(store, box, name="孙示例")[:1]
        first = Feedback("fgw", task["task"], "executed")
        second = replace(first, outcome=outcome, reason="" if outcome == "executed" else "查无此人")

        class Slow:
            def __getattr__(self, name):
                return getattr(store, name)

            def append(self, *given):
                with open_store(f"sqlite:///{place}") as other:
                    feedback(other, box, actor(11, other), first, DAY)
                return store.append(*given)

        with pytest.raises(Refused, match=r"\[answered\]"):
            feedback(Slow(), box, actor(11, store), second, DAY)
        assert [each["state"] for each in listed(store, box, name="孙示例") if each["task"] == task["task"]] == ["executed"]


def test_2_no_answer_is_dated_before_its_task_or_after_today():
    with stored() as store, Outbox(":memory:") as box:
        confirm(store, finding(store, "王示例"))
        told(store, box)
        (task,) = listed(store, box)
        for today, on, rule in (
            (date(2024, 6, 10), None, "before_task"),
            (date(2024, 6, 14), date(2024, 6, 10), "before_task"),
            (date(2024, 6, 14), date(2024, 6, 15), "future"),
        ):
            with pytest.raises(Refused, match=rf"\[{rule}\]"):
                feedback(store, box, actor(11, store), Feedback("fgw", task["task"], "executed", on=on), today)
        feedback(store, box, actor(11, store), Feedback("fgw", task["task"], "executed", on=DAY), date(2024, 6, 14))
        assert [each["answered_on"] for each in listed(store, box)] == ["2024-06-11"]


def test_3_a_task_is_overdue_after_its_last_working_day():
    with stored() as store, Outbox(":memory:") as box:
        confirm(store, finding(store, "王示例"))
        told(store, box)
        states = {day: listed(store, box, date(2024, 6, day))[0]["state"] for day in (20, 21)}
        assert states == {20: "open", 21: "overdue"}
        assert listed(store, box)[0]["due"] == "2024-06-20"


def test_3_a_voluntary_body_has_no_due_date_and_is_never_overdue():
    body = {
        "task": "t",
        "must": False,
        "as_of": "2024-06-11",
        "party": {"name": "王示例"},
        "measure": "m",
        "decision": {"region": None},
    }
    with stored() as store, Outbox(":memory:") as box:
        box.put([Planned("bank", "r", "execute", body), Planned("bank", "r", "stop", body)], NOW)
        assert [(t["due"], t["state"]) for t in listed(store, box, date(2026, 6, 1))] == [(None, "open")]


def test_3_a_voluntary_body_is_told_of_enterprises_and_of_no_natural_person():
    voluntary = {code for code, unit in departments().units.items() if unit.voluntary}
    for executes in ("financial_institution", "credit_service", "association", "public"):
        assert set(units_for(executes, "示例限制")) & voluntary
        assert not set(units_for(executes, "示例限制", "person")) & voluntary
    law = shipped()
    with wages() as store, Outbox(":memory:") as box:
        confirm(store, *(under_wages(store, party).id for party in ("test:A", "test:A#王示例")), law=law)
        plan(box, cases(store, law), snapshot_of(store), DAY, NOW)
        kinds = {message.body["party"]["kind"] for message in box.messages() if message.unit in voluntary}
        assert kinds == {"enterprise"}
        assert "person" in {message.body["party"]["kind"] for message in box.messages()}


def test_4_who_was_told_to_take_what_is_derived_no_more_is_told_to_stop():
    with stored() as store, Outbox(":memory:") as box:
        assert told(store, box) == 2
        banned = finding(store, "孙示例")
        (kept,) = [r.fact for r in store.facts(["finding"]) if r.fact.value.id == banned]
        store.append([Write(kept, Operation.RETRACTION, "wrong")], actor(10, store).act("test"))
        assert (told(store, box), told(store, box)) == (1, 0)
        last = box.messages()[-1]
        assert (last.action, last.body["party"]["name"], last.body["status"]) == ("stop", "孙示例", "withdrawn")
        assert last.body["number"] > max(message.body["number"] for message in box.messages()[:-1])


def test_4_who_was_told_that_a_term_is_over_is_told_that_the_objection_was_upheld():
    with stored() as store, Outbox(":memory:") as box:
        head = finding(store, "王示例")
        confirm(store, head)
        told(store, box)
        do(store, "objection", head, "2026-05-08")
        told(store, box, date(2026, 5, 8))
        assert told(store, box, date(2026, 5, 11)) == 1
        do(store, "upheld", head, "2026-05-12", by="qian")
        assert (told(store, box, date(2026, 5, 12)), told(store, box, date(2026, 5, 13))) == (1, 0)
        said = [(m.action, m.body["status"]) for m in box.messages() if m.body["party"]["name"] == "王示例"]
        assert said == [("execute", "in_force"), ("pause", "paused"), ("stop", "expired"), ("stop", "revoked")]


@pytest.mark.parametrize(("first", "about"), [("listing_ended", "D1"), ("release", "")])
def test_4_who_was_told_that_it_is_over_is_told_that_it_was_revoked(first, about):
    with stored() as store, Outbox(":memory:") as box:
        head = finding(store, "王示例")
        confirm(store, head)
        told(store, box)
        do(store, first, about or head, "2024-06-12")
        assert told(store, box, date(2024, 6, 12)) == 1
        do(store, "revocation", "D1", "2024-06-13")
        assert (told(store, box, date(2024, 6, 13)), told(store, box, date(2024, 6, 14))) == (1, 0)
        said = [(m.action, m.body["status"]) for m in box.messages() if m.body["party"]["name"] == "王示例"]
        over = "released" if first == "release" else "ended_with_listing"
        assert said == [("execute", "in_force"), ("stop", over), ("stop", "revoked")]


def test_5_what_stands_again_says_from_when():
    with stored() as store, Outbox(":memory:") as box:
        told(store, box)
        revocation = do(store, "revocation", "D2", "2024-06-12")
        told(store, box, date(2024, 6, 12))
        do(store, "held_void", "D2", "2024-06-17", refers=revocation.event.id, by="qian")
        told(store, box, date(2024, 6, 18))
        said = [(m.action, m.body["from"]) for m in box.messages() if m.body["party"]["name"] == "孙示例"]
        first, last = said[0], said[-1]
        assert (first[0], last) == ("execute", ("execute", "2024-06-17"))
        assert first[1] < "2024-01-01"


def test_5_a_message_has_what_a_unit_needs():
    with stored() as store, Outbox(":memory:") as box:
        confirm(store, finding(store, "王示例"))
        told(store, box)
        body = next(m.body for m in box.messages() if m.body["party"]["name"] == "王示例")
        assert (body["action"], body["until"], body["measure"], body["decision"]["region"]) == (
            "execute", "2026-05-10", "示例限制", "3713",
        )  # fmt: skip
        assert {"instrument": "示例法", "article": "第二条", "evidence": "verbatim"} in body["basis"]
