"""Incremental derivation, over random histories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.responsibility.catalogue import shipped
from analytics.responsibility.propagation import propagate
from analytics.responsibility.updates import difference, touched_decisions
from graph.dates import OPEN, UNKNOWN, PartialDate, Period
from graph.model import Entity, Fact, Finding, Name, Naming, Outcome, PartyRef, Payload, Relationship
from graph.snapshot import Snapshot
from tests.builder import Case

CATALOGUE = shipped()


def world() -> Case:
    case = Case()
    a = case.company("A").legal_representative("王示例", "2015", "2022-08-01", bearer="1")
    a.supervisor("王示例", "2015", "open", bearer="2").principal("李示例", "2022-06", "unknown").director("李示例", "2010")
    case.company("B").legal_representative("王示例", "2015", "open", registered="2015/open", bearer="1").person(
        "王示例", "1", "f00d"
    )
    case.decision("A", ["listed_wage_arrears"], name="D1")
    case.decision("A", ["food_licence_revoked"], name="D2", kind="penalty")
    case.decision("B", ["spending_restriction_order"], name="D3", kind="order", conduct=None)
    case.decision("B", ["order_to_correct"], name="D4", kind="order")
    case.names("王示例", "A", decision="D1", found_as=("other_directly_responsible",), responsible=True)
    case.names("王示例", "A", decision="D2", found_as=("directly_responsible",), responsible=True)
    case.names("李示例", "A", decision="D3", posts=("director",), responsible=False)
    case.link("D4", "annuls_from_beginning", "D1")
    case.link("D2", "rests_on", "D1")
    case.rule_on("test:A#王示例@?D1", "test:A#王示例@register:2", "accepted")
    case.rule_on("test:A#王示例@register:1", "test:B#王示例", "accepted")
    case.names("李示例", "C", decision="D2", posts=("director",), responsible=False)
    case.rule_on("test:A#李示例", "test:E#李示例", "accepted")
    case.rule_on("test:E#李示例", "test:C#李示例", "accepted")
    return with_corrections(case)


def with_corrections(case: Case) -> Case:
    """Return a world in which one correction of a decision ended on a day, and another perhaps."""
    case.company("G").legal_representative("周示例", "2015", "2022-12-31").legal_representative("吴示例", "2023-01-01")
    case.decision("G", ["listed_wage_arrears"], name="D7")
    for name, conduct in (("C1", "2023-01/2023-03"), ("C2", "2022-01/2022-03")):
        case.decision("G", ["listed_wage_arrears"], name=name, date="2023-06-10", conduct=conduct)
        case.link(name, "corrects", "D7")
    case.names("郑示例", "G", decision="C1", found_as=("other_directly_responsible",), responsible=True)
    case.decision("G", [], name="X1", kind="order", date="2024-01-10")
    case.link("X1", "annuls_from_now", "C1")
    case.link("X2", "annuls_from_beginning", "C2")
    return case


FACTS = world().facts


def with_own_ids() -> Case:
    """Return the world with people known by ids of a source: two of one name hold one office, one is named elsewhere."""
    case = world()
    case.company("F")
    case.decision("F", ["listed_wage_arrears"], name="D5")
    case.decision("B", ["listed_wage_arrears"], name="D6")
    for own in ("P1", "P2"):
        case.add(Entity(f"test:{own}", "person", (Name("王示例"),)))
        post = Period(PartialDate.parse("2015"), OPEN)
        case.add(Relationship(PartyRef(f"test:{own}"), PartyRef("test:F"), "legal_representative", post))
    case.add(Naming("D6", PartyRef("test:P2"), "王示例", found_as=("other_directly_responsible",), responsible=True), "decisions")
    return case


def renamed(fact: Fact[Payload], to: str) -> Fact[Payload]:
    """Return what a later delivery makes of a party that it calls otherwise: since when is not known."""
    names = tuple(replace(name, period=Period(name.period.start, UNKNOWN)) for name in cast("Entity", fact.value).names)
    value = replace(cast("Entity", fact.value), names=(*names, Name(to, period=Period(UNKNOWN, OPEN))))
    return replace(fact, id=f"{fact.id}{to}", value=value)


def whole(snapshot: Snapshot) -> dict[str, Finding]:
    decisions = [fact.value.id for fact in snapshot.decisions()]
    return {f.id: f for decision in decisions for f in propagate(snapshot, decision, CATALOGUE)}


def derive_all(facts: list[Fact[Payload]]) -> dict[str, Finding]:
    return whole(Snapshot.of(facts))


def step(
    stored: dict[str, Finding], snapshot: Snapshot, changed: list[Payload], every: Mapping[str, Finding]
) -> dict[str, Finding]:
    """Return what is stored after deriving only the touched decisions again; what they give is taken out of `every`."""
    scope = touched_decisions(changed, snapshot)
    derived = [finding for finding in every.values() if finding.decision in scope]
    found = difference(stored, derived, scope)
    kept = {key: f for key, f in stored.items() if key not in {g.id for g in found.gone}}
    return kept | {f.id: f for f in (*found.new, *found.changed)}


@given(st.permutations(with_own_ids().facts), st.data())
@settings(max_examples=25, deadline=None)
def test_1_incremental_equals_from_scratch_over_random_orders(order, data):
    present: list[Fact[Payload]] = []
    stored: dict[str, Finding] = {}
    waiting, losses, renames = list(order), 5, 4
    while waiting:
        take = data.draw(st.integers(1, 4))
        batch, waiting = waiting[:take], waiting[take:]
        changed: list[Payload] = [fact.value for fact in batch]
        present = [*present, *batch]
        if losses and len(present) > 3 and data.draw(st.booleans()):
            losses -= 1
            lost = data.draw(st.sampled_from(present))
            present = [fact for fact in present if fact is not lost]
            waiting.append(lost)
            changed.append(lost.value)
        described = [fact for fact in present if isinstance(fact.value, Entity)]
        if renames and described and data.draw(st.booleans()):
            renames -= 1
            old = data.draw(st.sampled_from(described))
            new = renamed(old, data.draw(st.sampled_from(["李示例", "王示例", "赵示例"])))
            present = [new if fact is old else fact for fact in present]
            changed += [old.value, new.value]
        snapshot = Snapshot.of(present)
        every = whole(snapshot)
        stored = step(stored, snapshot, changed, every)
        assert stored == every


def test_1_a_person_who_was_renamed_is_told_from_whom_he_was_taken_for():
    before = with_own_ids().facts
    second = next(fact for fact in before if isinstance(fact.value, Entity) and fact.value.id == "test:P2")
    new = renamed(second, "李示例")
    after = [new if fact is second else fact for fact in before]
    snapshot = Snapshot.of(after)
    every = whole(snapshot)
    stored = step(derive_all(before), snapshot, [second.value, new.value], every)
    assert stored == every
    listed = [f for found in (derive_all(before), stored) for f in found.values() if (f.decision, f.rule) == ("D5", "D2-WAGE")]
    assert [f.outcome for f in listed if f.party != "test:F"] == [Outcome.ESTABLISHED] * 2 + [Outcome.LEAD] * 2


def test_2_deriving_again_without_a_change_changes_nothing():
    stored = derive_all(FACTS)
    again = difference(stored, derive_all(FACTS).values())
    assert (again.new, again.changed, again.gone, again.untouched) == ((), (), (), len(stored))
    assert stored


def test_3_gone_and_changed_are_told_apart():
    stored = derive_all([fact for fact in FACTS if "link" not in fact.key])
    found = difference(stored, derive_all(FACTS).values())
    assert {f.decision for f in found.gone} >= {"D1", "D2"}
