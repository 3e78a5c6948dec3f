"""The invariants of `graph.snapshot.people`, by number."""

from __future__ import annotations

from graph.reading import han_key
from graph.snapshot.kept import Kept
from graph.snapshot.people import People
from graph.store.base import Store, Write
from tests.api_world import actor, catalogue, stored
from tests.builder import Case


def world() -> Case:
    case = Case(catalogue())
    case.company("A").legal_representative("王示例", "2015", bearer="7").person("王示例", "7")
    case.company("B").director("王示例", "2016", bearer="7").director("陳-示衆", "2016")
    case.company("C").director("王示例", "2016", bearer="8")
    return case


def add(store: Store, case: Case, recorded: int) -> None:
    store.append([Write(fact) for fact in case.facts[recorded:]], actor(10).act("test"))


def test_1_a_name_is_known_however_it_is_spelled():
    case = world()
    with stored(case) as store:
        kept, people = Kept(store, None), People()
        asked = {han_key(name) for name in ("王示例", "陈 示众", "示例", "无此人", "A")}
        assert people.known(kept.columns(), asked) == {"王示例", "陈示众"}
        assert people.known(kept.columns(), ()) == frozenset()
        recorded = len(case.facts)
        case.company("F").supervisor("无此人", "2020")
        add(store, case, recorded)
        assert people.known(kept.columns(), asked) == {"王示例", "陈示众", "无此人"}


def test_2_wherever_else_a_bearer_is_told():
    case = world()
    with stored(case) as store:
        kept, people = Kept(store, None), People()
        assert people.told_with(kept.columns(), ["test:A"]) == {"test:A", "test:B"}
        assert people.told_with(kept.columns(), ["test:C"]) == {"test:C"}
        assert people.told_with(kept.columns(), []) == frozenset()
        recorded = len(case.facts)
        case.company("D").director("赵示例", "2016", bearer="8")
        case.company("E").director("赵示例", "2016", bearer="9").director("钱示例", "2016")
        add(store, case, recorded)
        columns = kept.columns()
        assert columns.added_mentions
        assert people.told_with(columns, ["test:C"]) == people.told_with(columns, ["test:D"]) == {"test:C", "test:D"}
        assert people.told_with(columns, ["test:E"]) == {"test:E"}
        kept.fold()
        assert not kept.columns().added_mentions
        assert people.told_with(kept.columns(), ["test:D"]) == {"test:C", "test:D"}
