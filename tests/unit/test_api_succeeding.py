"""The invariants of `api.use_cases.succeeding`, by number: what was decided for somebody follows him to another id."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from api.desk.outbox import Outbox
from api.use_cases import pushing
from api.use_cases.case_reading import cases_about, cases_of
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.reading import snapshot_of
from graph.model import Entity, Finding
from graph.store.base import Store
from tests.api_world import actor, add, catalogue, stored
from tests.builder import Case
from tests.case_world import cases, confirm, do, finding

DAY = date(2024, 6, 12)
BANNED, HEAD = ("B", "孙示例"), ("A", "王示例")


def learn(store: Store, build: object) -> None:
    """Record what the register tells more, without describing the enterprises anew."""
    world = Case(catalogue())
    build(world)  # type: ignore[operator]
    facts = [fact for fact in world.facts if not isinstance(fact.value, Entity) or fact.value.kind == "person"]
    from graph.codec import make_fact

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
