"""The invariants of `api.use_cases.beside`, by number."""

from __future__ import annotations

from datetime import date

import pytest

from api.locales import texts
from api.use_cases.beside import beside
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.reading import snapshot_of
from graph.model import Outcome, Term
from tests.api_world import TODAY, actor, case, catalogue, stored
from tests.builder import Case, shipped
from tests.case_world import confirm, do


def court(world: Case, company: str, name: str) -> None:
    """A court's listing of an enterprise: it leaves a lead on its head, and proposes a limit."""
    world.company(company).legal_representative("王示例", since="2015-01-01")
    number = f"（2023）示例执{name}号"
    world.decision(company, ["listed_judgment_defaulter"], name=name, kind="judgment", authority_level="court", number=number)


@pytest.mark.parametrize("ruling", ["accepted", "rejected", None])
def test_1_whoever_is_ruled_to_be_one_person_counts_as_one_and_a_namesake_does_not(ruling: str | None):
    world = Case(shipped())
    court(world, "A", "D1")
    court(world, "B", "D2")
    if ruling:
        world.rule_on("test:A#王示例", "test:B#王示例", ruling)
    with stored(world, derive=False) as store:
        propagate(store, shipped(), actor(store=store))
        found = [fact.value for fact in stored_findings(store)]
        lead = next(f for f in found if f.party == "test:A#王示例" and f.outcome is Outcome.LEAD)
        told = beside(store, snapshot_of(store), shipped(), lead, texts("zh"), TODAY)
    own = [item for item in told if item["same_decision"]]
    other = [item for item in told if not item["same_decision"]]
    assert own
    assert bool(other) is (ruling == "accepted")
    assert all("另一决定 （2023）示例执D2号：" in item["text"] for item in other)
    assert told == [*own, *other]


def test_2_what_stands_is_told_and_what_is_over_is_not():
    world = case()
    world.decision("A", ["securities_market_ban"], name="D8", kind="market_ban", date="2023-05-10", conduct="2023-05-10/2023-05-10")
    world.names("王示例", "A", decision="D8", imposed={"securities_market_ban": Term(life=True)})
    with stored(world) as store:
        found = {fact.value.decision: fact.value for fact in stored_findings(store) if "#王示例" in fact.value.party}

        def told(day: date) -> list[str]:
            graph = snapshot_of(store)
            return [item["text"] for item in beside(store, graph, catalogue(), found["D8"], texts("zh"), day)]

        head = found["D1"].id
        assert [text.endswith("（建议，待确认）") for text in told(date(2024, 6, 3))] == [True]
        confirm(store, head)
        do(store, "release", head, "2024-06-12", number="示例〔2024〕77号")
        assert [text.endswith("（已决定并送达）") for text in told(date(2024, 6, 11))] == [True]
        assert told(date(2024, 6, 12)) == []
        graph = snapshot_of(store)
        (own,) = beside(store, graph, catalogue(), found["D1"], texts("zh"), date(2024, 6, 12))
    assert (own["decision"], own["text"].endswith("（由该决定本身作出）")) == ("D8", True)


def test_2_what_a_decision_imposed_before_any_rule_of_its_day_is_told():
    world = Case(shipped())
    told = {"date": "2000-05-10", "conduct": "1999", "cites": ("证券法（2005年修订）",)}
    world.decision("A", ["securities_market_ban"], kind="market_ban", **told)
    world.names("王示例", "A", imposed={"securities_market_ban": Term(life=True)})
    court(world, "A", "D2")
    with stored(world, derive=False) as store:
        propagate(store, shipped(), actor(store=store))
        found = [fact.value for fact in stored_findings(store) if fact.value.party == "test:A#王示例"]
        lead = next(f for f in found if f.decision == "D2" and f.outcome is Outcome.LEAD)
        others = beside(store, snapshot_of(store), shipped(), lead, texts("zh"), TODAY)
    (blocked,) = {f.id for f in found if f.decision == "D1" and f.rule == "D2-SECURITIES-2006"}
    assert blocked in {item["finding"] for item in others if not item["same_decision"]}
