"""The invariants of `api.use_cases.succeeding`, by number: what was decided for somebody follows him to another id."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from api.desk.outbox import Outbox
from api.use_cases import pushing
from api.use_cases.acting import Actor
from api.use_cases.calendars import calendar_of
from api.use_cases.case_reading import cases_about, cases_of
from api.use_cases.dues import dues
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.reading import snapshot_of
from graph.codec import make_fact
from graph.errors import Refused
from graph.model import Entity, Finding, Operation, Relationship
from graph.store.base import Store, Write
from tests.api_world import actor, add, case, catalogue, not_before, stored
from tests.builder import Case
from tests.case_world import STEPS, cases, confirm, do, finding

DAY = date(2024, 6, 12)
BANNED, HEAD = ("B", "孙示例"), ("A", "王示例")


def learn(store: Store, build: object) -> None:
    """Record what the register tells more, without describing the enterprises anew."""
    world = Case(catalogue())
    build(world)  # type: ignore[operator]
    facts = [fact for fact in world.facts if not isinstance(fact.value, Entity) or fact.value.kind == "person"]
    add(store, *(make_fact(f.value, f"more-{i}-{store.version()}", f.origin) for i, f in enumerate(facts)))
    propagate(store, catalogue(), actor(store=store))


def two_of(store: Store, where: str, name: str) -> None:
    """The register lists two people of one name, with numbers of their own."""

    def build(world: Case) -> None:
        made = world.company(where)
        made.post("supervisor", name, since="2019-01-01", bearer="77", source="register2")
        made.post("director", name, since="2019-01-01", bearer="78", source="register2")

    learn(store, build)


def say_which(store: Store, decision: str, where: str, name: str, ruling: str = "accepted") -> None:
    """A human says which of the two a decision names."""
    learn(store, lambda world: world.rule_on(f"test:{where}#{name}@?{decision}", f"test:{where}#{name}@register2:77", ruling))


def on(store: Store, name: str) -> Finding:
    """The restricting finding on somebody that is current and not blocked."""
    known = [fact.value for fact in stored_findings(store) if f"#{name}" in fact.value.party]
    (found,) = [each for each in known if each.outcome == "established"]
    return found


def code(store: Store, found: Finding, day: date = DAY) -> str:
    return cases(store).standing(found, day)


@pytest.mark.parametrize(
    ("kind", "stands"),
    [("release", "released"), ("annulment", "annulled"), ("suspension_order", "paused"), ("objection", "paused")],
)
@pytest.mark.parametrize("whole", [False, True])
def test_1_what_ended_or_paused_a_ban_holds_under_the_id_by_which_its_bearer_is_known_later(kind: str, stands: str, whole: bool):
    if whole and kind == "annulment":
        return  # no ruling is about a restriction whole
    with stored() as store:
        banned = finding(store, "孙示例")
        about = cases(store).restrictions_on(banned)[0].id if whole else banned
        do(store, kind, about, "2024-06-03")
        two_of(store, *BANNED)
        say_which(store, "D2", *BANNED)
        now = on(store, "孙示例")
        assert now.id != banned
        assert code(store, now) == stands
        for part in (cases_about(store, catalogue(), ["test:B"]), cases_of(store, {now.id: now}, catalogue(), None)):
            assert part.standing(now, DAY) == stands
        say_which(store, "D2", *BANNED, ruling="undone")


def test_1_an_answer_reaches_whom_it_pauses():
    with stored() as store:
        do(store, "suspension_order", finding(store, "孙示例"), "2024-06-03")
        two_of(store, *BANNED)
        say_which(store, "D2", *BANNED)
        now = on(store, "孙示例")
        do(store, "order_lifted", now.id, "2024-06-10")
        assert code(store, now) == "in_force"


def test_2_who_is_known_anew_is_proposed_anew():
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        learn(store, lambda w: w.company("A").legal_representative("王示例", since="2021-01-01", bearer="77", source="register2"))
        learn(store, lambda w: w.company("A").director("王示例", since="2021-01-01", bearer="78", source="register2"))
        known = cases(store)
        current = [f for f in known.findings.values() if f.id not in known.former and "#王示例" in f.party and f.id != head]
        assert current
        assert {known.standing(f, DAY) for f in current} <= {"derived", "blocked", "to_review"}


@pytest.mark.parametrize("where", [BANNED, HEAD])
def test_3_a_namesake_pauses_what_binds_and_ends_nothing(where: tuple[str, str]):
    with stored() as store, Outbox(":memory:") as outbox:
        own = finding(store, where[1])
        if where is HEAD:
            confirm(store, own)

        def told(day: str) -> list[tuple[str, str]]:
            pushing.plan(outbox, cases(store), snapshot_of(store), date.fromisoformat(day), datetime.now(UTC))
            new = [m for m in outbox.messages("waiting") if where[1] in m.body["party"]["name"]]
            outbox.delivered([message.seq for message in outbox.messages("waiting")])
            return [(message.action, message.body["status"]) for message in new]

        assert told("2024-06-10") == [("execute", "in_force")]
        two_of(store, *where)
        known = cases(store)
        (restriction,) = [r for r in known.restrictions if own in {g.finding for g in r.grounds}]
        assert known.status(restriction, DAY).code == "paused"
        assert known.status(restriction, DAY).lives[own].paused == ("identity",)
        (part,) = [r for r in cases_about(store, catalogue(), [f"test:{where[0]}"]).restrictions if r.id == restriction.id]
        assert cases_about(store, catalogue(), [f"test:{where[0]}"]).status(part, DAY).code == "paused"
        assert told("2024-06-12") == [("pause", "paused")]
        assert {f.outcome for f in known.findings.values() if "@?" in f.party} == {"blocked"}
        if where is BANNED:
            say_which(store, "D2", *where)
            assert sorted(told("2024-06-13")) == [("execute", "in_force"), ("stop", "withdrawn")]
            assert code(store, on(store, where[1])) == "in_force"


def test_4_nothing_follows_to_another_name_or_decision():
    with stored() as store:
        banned = finding(store, "孙示例")
        do(store, "release", banned, "2024-06-03")
        two_of(store, *BANNED)
        say_which(store, "D2", *BANNED)
        known = cases(store)
        assert {(old.id, new.id) for old, new in known.successions} == {(banned, on(store, "孙示例").id)}
        assert code(store, known.finding(finding(store, "王示例"))) == "derived"


def numbered(store: Store) -> None:
    """The register gives the head of A a number, and lists a director of his name with another."""

    def build(world: Case) -> None:
        made = world.company("A").legal_representative("王示例", since="2021-01-01", bearer="77", source="register2")
        made.director("王示例", since="2021-01-01", bearer="78", source="register2")

    learn(store, build)


def _bearer(edge: object) -> str | None:
    return edge.interested_party.bearer if isinstance(edge, Relationship) else None


def due(store: Store, day: date = DAY) -> list[tuple[str, str]]:
    """Which objections wait for their answer, each with whom it is about."""
    found = dues(cases(store), calendar_of(store), day)
    return [(item.about, item.state) for item, _ in found if item.deadline.id == "O1" and item.state in ("open", "overdue")]


@pytest.mark.parametrize("stage", ["notice", "service"])
@pytest.mark.parametrize(("answer", "stands"), [("dismissal", "derived"), ("upheld", "revoked"), ("correction", "derived")])
def test_1_an_objection_stays_open_under_another_id_and_is_answered_there(stage: str, answer: str, stands: str):
    with stored() as store:
        head = finding(store, "王示例")
        _until(store, head, stage)
        do(store, "objection", head, "2024-06-10")
        assert due(store) == [(head, "open")]
        numbered(store)
        now = on(store, "王示例")
        assert now.id != head
        assert due(store) == [(now.id, "open")]
        for kind, day, by in (
            ("proposal", "2024-06-11", "zhao"),
            ("notice", "2024-06-12", "zhao"),
            ("statement", "2024-06-13", "zhao"),
        ):
            do(store, kind, now.id, day, by=by)
        with pytest.raises(Refused, match="still being verified"):
            do(store, "decision", now.id, "2024-06-20", by="qian")
        do(store, answer, now.id, "2024-06-21", by="qian")
        assert due(store, date(2024, 6, 21)) == []
        assert code(store, now, date(2024, 6, 21)) == ("revoked" if stands == "revoked" else "heard")


@pytest.mark.parametrize(("answer", "stands"), [("dismissal", "derived"), ("upheld", "revoked")])
def test_1_it_is_answered_before_anything_is_proposed_and_follows_back(answer: str, stands: str):
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        do(store, "objection", head, "2024-06-10")
        numbered(store)
        now = on(store, "王示例")
        do(store, answer, now.id, "2024-06-11", by="qian")
        assert code(store, now) == stands
        (other,) = (
            each.fact for each in store.facts(["relationship"], about=["test:A"]) if _bearer(each.fact.value) == "register2:78"
        )
        add(store, other, operation=Operation.RETRACTION)
        propagate(store, catalogue(), actor(store=store))
        again = on(store, "王示例")
        assert again.id not in (now.id,)
        assert due(store) == []
        assert (again.id, code(store, again)) == (head, "revoked" if answer == "upheld" else "in_force")


@pytest.mark.parametrize("whole", [False, True])
def test_1_whom_an_authority_released_is_not_proposed_under_another_id(whole: bool):
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        about = cases(store).restrictions_on(head)[0].id if whole else head
        released = do(store, "release", about, "2024-06-10").event.id
        numbered(store)
        now = on(store, "王示例")
        assert code(store, now) == "released"
        with pytest.raises(Refused, match="released"):
            do(store, "proposal", now.id, "2024-06-12")
        do(store, "held_void", about, "2024-06-13", by="qian", refers=released)
        assert code(store, now, date(2024, 6, 13)) == "derived"


@pytest.mark.parametrize("whole", [False, True])
def test_1_whom_a_court_spared_is_not_confirmed_under_another_id_before_the_order_is_lifted(whole: bool):
    with stored() as store:
        head = finding(store, "王示例")
        confirm(store, head)
        do(store, "suspension_order", cases(store).restrictions_on(head)[0].id if whole else head, "2024-06-10")
        numbered(store)
        now = on(store, "王示例")
        for kind, day in (("proposal", "2024-06-11"), ("notice", "2024-06-12"), ("statement", "2024-06-13")):
            do(store, kind, now.id, day)
        with pytest.raises(Refused, match="still being verified"):
            do(store, "decision", now.id, "2024-06-20", by="qian")
        do(store, "order_lifted", cases(store).restrictions_on(now.id)[0].id if whole else now.id, "2024-06-21")
        do(store, "decision", now.id, "2024-06-24", by="qian")


def _until(store: Store, head: str, last: str) -> date:
    """Do what leads to a step, and return its day."""
    for kind, day, by in STEPS:
        do(store, kind, head, day, by=by, number=f"文{kind}1号")
        if kind == last:
            return date.fromisoformat(day)
    raise AssertionError(last)


@pytest.mark.parametrize("last", ["proposal", "notice", "statement", "decision", "service"])
@pytest.mark.parametrize("later", [0, 1])
@pytest.mark.parametrize("then", ["", "objection", "suspension_order"])
def test_3_a_namesake_at_any_moment_ends_nothing_that_binds_and_loses_nothing_that_is_open(last: str, later: int, then: str):
    made = case()
    made.names("吴示例", "A", found_as=("directly_responsible_supervisor",), responsible=True)
    with stored(made) as store, Outbox(":memory:") as outbox:
        own = finding(store, "吴示例")
        day = _until(store, own, last)
        admitted = then and cases(store).life_of(cases(store).finding(own), day).stage in cases(store).table.events[then].starts
        opened = {do(store, then, own, day.isoformat()).event.id} if admitted else set()

        def told() -> list[str]:
            pushing.plan(outbox, cases(store), snapshot_of(store), day + timedelta(days=later), datetime.now(UTC))
            new = outbox.messages("waiting")
            outbox.delivered([message.seq for message in new])
            return [message.action for message in new if "吴示例" in message.body["party"]["name"]]

        before = told()
        at = Actor("loader", not_before(store, datetime.combine(day + timedelta(days=later), time(10), UTC)))
        world = Case(catalogue())
        for bearer in ("78", "79"):
            world.company("A").director("吴示例", since="2020-01-01", bearer=bearer)
        new = [fact for fact in world.facts if not isinstance(fact.value, Entity)]
        store.append([Write(make_fact(f.value, f"late-{n}", f.origin)) for n, f in enumerate(new)], at.act("load"))
        propagate(store, catalogue(), at)
        known, today = cases(store), day + timedelta(days=later)
        life = known.life_of(known.finding(own), today)
        assert opened <= set(life.paused)
        assert told() == (["pause"] if before == ["execute"] else [])
        assert ("identity" in life.paused) == (last == "service" or bool(opened))
        assert [about for about, _ in due(store, today)] == ([own] if opened and then == "objection" else [])
        with pytest.raises(Refused, match="premise"):
            do(store, "proposal", own, today.isoformat())
        if opened and then == "objection":
            do(store, "dismissal", own, today.isoformat(), by="qian")
            assert due(store, today) == []
