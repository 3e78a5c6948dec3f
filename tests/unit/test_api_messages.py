"""The invariants of `api.use_cases.messages`, by number."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.lifecycle.ground import Dated
from analytics.lifecycle.restrictions import BINDING
from api.client import grounds
from api.desk.outbox import Outbox, Planned
from api.http import department_schemas as schemas
from api.locales import texts
from api.use_cases.case_rows import restriction_json
from api.use_cases.cases import Cases
from api.use_cases.checking import Question, check
from api.use_cases.propagating import propagate
from api.use_cases.pushing import plan
from api.use_cases.reading import snapshot_of
from api.use_cases.records import restrictions
from api.use_cases.telling import grounds_of
from graph.identifiers import uscc_check_character
from graph.model import Entity, Identifier, Name, Term
from graph.snapshot import Snapshot
from tests.api_world import actor, case, catalogue, stored
from tests.builder import Case, shipped
from tests.case_world import cases, clerk, confirm, do, under_wages
from tests.lifecycle_world import happened

NOW = datetime(2024, 6, 10, 9, tzinfo=UTC)
WHO = "test:A#王示例"
"""He is head of A, which follows from D1 and is to be confirmed, and banned by D3 itself for two years."""


def world():
    made = case()
    given = {"date": "2022-08-01", "conduct": "2021-05/2021-12", "number": "示例〔2022〕3号"}
    made.decision("A", ["securities_market_ban"], name="D3", kind="market_ban", **given)
    made.names("王示例", "A", decision="D3", imposed={"securities_market_ban": Term(years=2)})
    return made


def tell(known: Cases, snapshot: Snapshot, box: Outbox, day: str | date) -> list[dict]:
    """Plan for a day, and return what was told of him that day."""
    on = day if isinstance(day, date) else date.fromisoformat(day)
    plan(box, known, snapshot, on, NOW)
    return [m.body for m in box.messages() if m.body["party"]["id"] == WHO and m.body["as_of"] == on.isoformat()]


def told_parts(body: dict) -> dict:
    """What a message says that bound, by what and for how long; not how that stands."""
    plain = [{part: value for part, value in ground.items() if part != "status"} for ground in body["grounds"]]
    return {part: body[part] for part in ("decision", "document", "basis", "from", "until", "must")} | {"grounds": plain}


def decisions(body: dict) -> list[str]:
    return sorted(ground["decision"]["id"] for ground in body["grounds"])


def of(store, decision: str) -> str:
    """His finding on a decision."""
    (found,) = [f.id for f in cases(store).findings.values() if f.party == WHO and f.decision == decision]
    return found


def test_1_every_ground_is_named_with_its_document_and_days_and_none_that_does_not_bind():
    with stored(world()) as store, Outbox(":memory:") as box:
        (first,) = tell(cases(store), snapshot_of(store), box, "2024-06-03")
        assert (decisions(first), first["from"], first["until"], first["document"]) == (["D3"], "2022-08-01", "2024-08-01", None)
        confirm(store, of(store, "D1"))
        (both,) = tell(cases(store), snapshot_of(store), box, "2024-06-11")
        assert (both["action"], both["decision"]["id"], both["until"]) == ("execute", "D1", "2026-05-10")
        assert both["from"] == "2022-08-01", "it has bound without a break since the ban, whatever came later"
        said = {ground["decision"]["id"]: (ground["document"], ground["from"], ground["until"]) for ground in both["grounds"]}
        assert said == {
            "D1": ({"number": "示例〔2024〕9号", "on": "2024-06-06"}, "2024-06-07", "2026-05-10"),
            "D3": (None, "2022-08-01", "2024-08-01"),
        }
        schemas.Message.model_validate({"cursor": 1, "key": "k", "number": 1, **both})
        (alone,) = tell(cases(store), snapshot_of(store), box, "2024-08-02")
        assert (decisions(alone), alone["from"], alone["action"]) == (["D1"], "2022-08-01", "execute")
        assert tell(cases(store), snapshot_of(store), box, "2024-08-03") == []


@pytest.mark.parametrize(("first", "second"), [("D1", "D3"), ("D3", "D1")])
def test_2_a_stop_names_the_ground_that_was_told_and_bound_last(first, second):
    with stored(world()) as store, Outbox(":memory:") as box:
        confirm(store, of(store, "D1"))
        tell(cases(store), snapshot_of(store), box, "2024-06-11")
        do(store, "revocation", first, "2024-06-12")
        (alone,) = tell(cases(store), snapshot_of(store), box, "2024-06-12")
        assert (alone["action"], alone["decision"]["id"], decisions(alone), alone["from"]) == (
            "execute", second, [second], "2022-08-01",
        )  # fmt: skip
        do(store, "revocation", second, "2024-06-13")
        (over,) = tell(cases(store), snapshot_of(store), box, "2024-06-13")
        assert (over["action"], over["status"]) == ("stop", "revoked")
        assert told_parts(over) == told_parts(alone)
        assert [(g["decision"]["id"], g["status"]) for g in over["told_before"]] == [(first, "revoked")]


def test_2_a_stop_does_not_name_what_was_never_confirmed():
    with stored(world()) as store, Outbox(":memory:") as box:
        (told,) = tell(cases(store), snapshot_of(store), box, "2024-06-03")
        do(store, "release", of(store, "D3"), "2024-06-04")
        (over,) = tell(cases(store), snapshot_of(store), box, "2024-06-04")
        assert (over["action"], over["status"], over["decision"]["id"]) == ("stop", "released", "D3")
        assert told_parts(over) == told_parts(told)
        do(store, "revocation", "D3", "2024-06-05")
        (again,) = tell(cases(store), snapshot_of(store), box, "2024-06-05")
        assert (again["action"], again["status"], decisions(again)) == ("stop", "revoked", ["D3"])
        assert tell(cases(store), snapshot_of(store), box, "2024-06-06") == []


def test_3_a_message_of_before_grounds_were_listed_has_the_one_that_it_names_and_is_not_sent_anew_for_that():
    with stored(world()) as store, Outbox(":memory:") as box:
        (told,) = tell(cases(store), snapshot_of(store), box, "2024-06-03")
        old = {label: value for label, value in told.items() if label not in ("grounds", "key", "number")}
        box.put([Planned(told["unit"], told["restriction"], "execute", old)], NOW)
        assert grounds_of(old) == grounds(old)
        assert [(g["finding"], g["decision"], g["from"]) for g in grounds(old)] == [(None, told["decision"], told["from"])]
        assert grounds(told) == told["grounds"]
        assert tell(cases(store), snapshot_of(store), box, "2024-06-04") == []
        do(store, "revocation", "D3", "2024-06-05")
        (over,) = tell(cases(store), snapshot_of(store), box, "2024-06-05")
        assert (over["status"], told_parts(over)["grounds"]) == ("revoked", told_parts({**old, "grounds": grounds(old)})["grounds"])


CODE = (BODY := "91371300000000001") + uscc_check_character(BODY)


def numbered():
    made = world()
    made.add(Entity("test:A", "company", (Name("示例A公司"),), (Identifier("uscc", CODE),)), "codes")
    return made


def test_4_a_message_names_the_enterprise_with_its_numbers():
    with stored(numbered()) as store, Outbox(":memory:") as box:
        (told,) = tell(cases(store), snapshot_of(store), box, "2024-06-03")
        numbers = [{"scheme": "uscc", "value": CODE}]
        assert told["enterprise"] == {"id": "test:A", "name": "示例A公司", "numbers": numbers}
        do(store, "revocation", "D3", "2024-06-05")
        (over,) = tell(cases(store), snapshot_of(store), box, "2024-06-05")
        assert (over["action"], over["enterprise"]) == ("stop", told["enterprise"])


def test_1_the_check_tells_the_first_day_that_the_list_tells():
    with stored(numbered()) as store:
        confirm(store, of(store, "D1"))
        day = date(2024, 6, 11)
        asked = Question(CODE, "any", "市示例中心", "示例", "王示例")
        (shown,) = check(store, catalogue(), clerk("zhao", day), asked, day, texts("en"))["restrictions"]
        known = cases(store)
        (row,) = [restriction_json(known, snapshot_of(store), r, day) for r in known.restrictions if r.party == WHO]
        assert (shown["from"], shown["until"]) == (row["from"], row["until"]) == ("2022-08-01", "2026-05-10")
        schemas.Bound.model_validate(shown)


@cache
def two_grounds() -> tuple[Cases, Snapshot]:
    """His restriction with both grounds, the derived one confirmed."""
    with stored(world()) as store:
        confirm(store, of(store, "D1"))
        return cases(store), snapshot_of(store)


FIRST = date(2024, 6, 10)
KINDS = ("revocation", "release", "objection", "suspension_order", "listing_ended")
ANSWERS = {"objection": "dismissal", "suspension_order": "order_lifted", "revocation": "held_void", "release": "held_void"}


@st.composite
def histories(draw) -> list[Dated]:
    """What happens to either ground in the twelve weeks in which the term of one ends, some of it answered or undone."""
    known, _ = two_grounds()
    mine = [f for f in known.findings.values() if f.party == WHO]
    made: list[Dated] = []
    for number in range(draw(st.integers(0, 5))):
        found, kind = draw(st.sampled_from(mine)), draw(st.sampled_from(KINDS))
        about = found.decision if kind in ("revocation", "listing_ended") else found.id
        on = FIRST + timedelta(draw(st.integers(1, 70)))
        made.append(happened(kind, str(on), about, number=f"文{number}号"))
        if kind in ANSWERS and draw(st.booleans()):
            later, answers = on + timedelta(draw(st.integers(1, 14))), made[-1].id
            made.append(happened(ANSWERS[kind], str(later), about, refers=answers, by="li", number=f"复{number}号"))
    return made


def known_on(base: Cases, events: list[Dated], day: date) -> Cases:
    for item in events:
        if item.event.on.latest <= day:
            base = base.with_event(item)
    return base


def days() -> Iterator[date]:
    return (FIRST + timedelta(number) for number in range(90))


@settings(max_examples=6, deadline=None)
@given(histories())
def test_1_and_2_feed_list_and_status_agree_on_every_day(events):
    base, snapshot = two_grounds()
    (mine,) = [r for r in base.restrictions if r.party == WHO]
    before: dict = {}
    with Outbox(":memory:") as box:
        for day in days():
            known = known_on(base, events, day)
            stands, row = known.status(mine, day), restriction_json(known, snapshot, mine, day)
            (record,) = restrictions(known, [WHO], texts("en"), day)
            new = tell(known, snapshot, box, day)
            assert len(new) <= 1
            last = new[-1] if new else before
            if stands.code in BINDING:
                assert last["action"] in ("execute", "resume")
                assert {last["from"], record["from"]} == {row["again"] or row["from"]} == {first_bound(known, mine, day)}
                assert (last["until"], last["status"] in BINDING) == (row["until"], True) == (stands.until, True)
                bound = [g for g in row["grounds"] if g["status"] in BINDING]
                named = [(g["finding"], g["decision"]["id"], g["from"], g["until"]) for g in last["grounds"]]
                assert named == [(g["finding"], g["decision"], g["from"], g["until"]) for g in bound]
                assert last["decision"]["id"] in {g["decision"] for g in bound}
            elif last:
                assert last["action"] == ("pause" if stands.code == "paused" and before["action"] != "stop" else "stop")
            if new and last["action"] == "stop":
                assert told_parts(last) == told_parts(before)
            assert json.loads(json.dumps(last)) == last
            before = last


def first_bound(known: Cases, restriction, day: date) -> str:
    """The first of the days in a row up to this on which it bound, asked one by one; a pause breaks nothing."""
    while day > FIRST and any(binds(known, restriction, day - timedelta(1))):
        day -= timedelta(1)
    return "2022-08-01" if day == FIRST else day.isoformat()  # on the first day both bind, and nothing happened before


def binds(known: Cases, restriction, day: date) -> Iterator[bool]:
    for life in known.status(restriction, day).lives.values():
        yield known.table.stages[life.stage].binds and life.stands_from <= day


def test_5_a_voluntary_body_is_told_the_name_of_no_natural_person_wherever_it_stands():
    world = Case(shipped())
    world.company("A").legal_representative("王示例", since="2021-01-01")
    given = {"date": "2024-02-10", "conduct": "2023-05/2023-12", "authority_level": "city"}
    world.decision("A", ["listed_wage_arrears"], name="王示例-1", number="临人社列（王示例案）〔2024〕1号", **given)
    with stored(world, derive=False) as store, Outbox(":memory:") as box:
        propagate(store, shipped(), actor(store=store))
        confirm(store, under_wages(store, "test:A").id, law=shipped())
        known, day = cases(store, shipped()), date(2024, 6, 20)
        plan(box, known, snapshot_of(store), day, NOW)
        bank, *others = sorted(box.messages(), key=lambda message: message.unit != "bank")
        assert bank.unit == "bank"
        assert "王示例" not in json.dumps(bank.body, ensure_ascii=False)
        assert (bank.body["party"]["name"], bank.body["decision"]["id"]) == ("示例A公司", "█-1")
        assert all("王示例" in each.body["decision"]["number"] for each in others)
        assert others
        assert plan(box, known, snapshot_of(store), day, NOW) == 0, "what is hidden is no change"
        do(store, "revocation", "王示例-1", "2024-06-21", law=shipped())
        plan(box, cases(store, shipped()), snapshot_of(store), date(2024, 6, 21), NOW)
        last = box.messages(unit="bank")[-1]
        assert (last.action, last.body["grounds"][0]["status"]) == ("stop", "revoked")
        assert "王示例" not in json.dumps(last.body, ensure_ascii=False)
