"""The invariants of `api.use_cases.succeeding`, by number: what was decided for somebody follows him to another id."""

from __future__ import annotations

from datetime import date

import pytest

from api.use_cases.cases import cases_about, cases_of
from api.use_cases.propagating import propagate, stored_findings
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


def test_3_nothing_follows_to_another_name_or_decision():
    with stored() as store:
        banned = finding(store, "孙示例")
        do(store, "release", banned, "2024-06-03")
        two_of(store, *BANNED)
        say_which(store, "D2", *BANNED)
        known = cases(store)
        assert {(old.id, new.id) for old, new in known.successions} == {(banned, on(store, "孙示例").id)}
        assert code(store, known.finding(finding(store, "王示例"))) == "derived"
