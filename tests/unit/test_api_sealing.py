"""The invariants of `api.use_cases.sealing`, by number."""

from __future__ import annotations

from datetime import date

import pytest

from api.locales import texts
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.publishing import seal_on, to_seal
from api.use_cases.reading import snapshot_of
from api.use_cases.sealing import begun, seal
from api.use_cases.showing import show
from graph.codec import make_fact
from graph.dates import PartialDate
from graph.errors import Refused, StoreError
from graph.model import Event, Operation, Origin
from graph.store.base import Sealed, Store
from tests.api_world import actor, add, catalogue, stored
from tests.builder import Case
from tests.case_world import cases, do, finding

DAY, TODAY = date(2024, 6, 10), date(2032, 6, 10)
NUMBER = "示例罚〔2024〕77号"


def world(*, second: bool = False) -> Case:
    """A listing of A which says a thing of its head and names somebody; if asked, another that stays."""
    made = Case(catalogue())
    made.company("A").legal_representative("王示例", since="2015-01-01")
    more = {"number": NUMBER, "conduct_text": "拖欠十二人工资", "authority_level": "city"}
    made.decision("A", ["listed_wage_arrears"], name="D1", date="2022-05-10", conduct="2021-01/2021-05", **more)
    made.names("钱示例", "A", decision="D1")
    if second:
        made.decision("A", ["listed_wage_arrears"], name="D2", date="2023-05-10", conduct="2022-06/2022-12", number="乙号")
    return made


def readable(store: Store) -> set[str]:
    """Every wording that can still be read, by its key."""
    return {recorded.fact.key for recorded in store.changes_since(0)}


def of(store: Store, decision: str, kind: str) -> list[str]:
    every = [each.fact for each in store.changes_since(0)]
    return sorted({fact.key for fact in every if fact.key.startswith(f"{kind}/") and decision == fact.value.decision})


def sealed(store: Store, *decisions: str) -> list[str]:
    return seal(store, snapshot_of(store), cases(store), list(decisions), actor(20, store))


def test_1_with_a_decision_go_its_namings_and_every_finding_on_it_whatever_became_of_it():
    with stored(world()) as store:
        head = finding(store, "王示例")
        (known,) = [fact for fact in stored_findings(store) if fact.value.id == head]
        add(store, known, operation=Operation.RETRACTION, hour=11)
        (naming,), findings = of(store, "D1", "naming"), of(store, "D1", "finding")
        assert f"finding/zeren/{head}" in findings
        sealed(store, "D1")
        assert not {naming, *findings} & readable(store)
        said = [store.get(key, version) for key in findings for version in range(store.version() + 1)]
        assert {type(each) for each in said} == {Sealed, type(None)}, "no past version tells it either"
        (current,) = (key.rpartition("/")[2] for key in findings if head not in key)
        for given in (current, known.id):
            with pytest.raises(Refused, match="is sealed under"):
                show(store, snapshot_of(store), catalogue(), given, texts("en"), DAY)
        propagate(store, catalogue(), actor(21, store))
        assert stored_findings(store) == []
        assert store.verify() is None


def test_1_all_of_a_decision_is_sealed_in_one_transaction(monkeypatch):
    """Whoever dies on the way has sealed nothing of it; the next run seals all."""
    with stored(world()) as store:
        before = readable(store)
        blanked = store._writer._seal

        def dies(row, article, head):
            if row.sealed.startswith("decision/"):
                raise StoreError("killed")
            blanked(row, article, head)

        with monkeypatch.context() as patched:
            patched.setattr(store._writer, "_seal", dies)
            with pytest.raises(StoreError, match="killed"):
                sealed(store, "D1")
        assert readable(store) == before
        assert [key.partition("/")[0] for key in sealed(store, "D1")] == ["finding", "finding", "naming", "decision"]
        assert not [key for key in readable(store) if key.startswith(("decision/", "naming/", "finding/"))]


def test_2_what_repeats_its_words_is_sealed_and_what_does_not_stays():
    with stored(world(second=True)) as store:
        head = next(fact.value for fact in stored_findings(store) if fact.value.decision == "D1" and "王示例" in fact.value.party)
        repeats = do(store, "objection", head.id, "2024-06-03", text=f"对{NUMBER}有异议", reported=True).event.event
        other = do(store, "suit_filed", head.id, "2024-06-04", text="起诉", reported=True).event.event
        lookups = [
            Event("lookup", party, PartialDate.on(DAY), "clerk", why, details=(("unit", "窗口"),))
            for party, why in ((head.party, NUMBER), ("test:A", "招标1号"), ("test:B", NUMBER))
        ]
        keys = [make_fact(each, f"lookup-{place}", Origin("zeren")) for place, each in enumerate(lookups)]
        add(store, *keys, hour=12)
        events = {each.fact.key: each.fact.value for each in store.facts(["event"])}
        sealed(store, "D1")
        left = {each.fact.key for each in store.facts(["event"])}
        gone = [events[key] for key in events.keys() - left]
        assert {(each.kind, each.about) for each in gone} == {("objection", repeats.about), ("lookup", head.party)}
        assert [each.about for key, each in events.items() if key in left and each.kind == other.kind] == [head.id]


def test_2_look_ups_of_whom_it_concerned_go_too_where_no_finding_rests_on_it():
    made = Case(catalogue())
    made.company("A").legal_representative("王示例", since="2015-01-01")
    made.decision("A", ["fine"], name="D1", kind="penalty", date="2015-05-10", conduct="2015-01/2015-02", number=NUMBER)
    made.names("钱独特", "A", decision="D1")
    made.names("王示例", "A", decision="D1")
    with stored(made) as store:
        assert not list(stored_findings(store))
        lookups = [
            Event("lookup", party, PartialDate.on(DAY), "clerk", why, details=(("unit", "窗口"),))
            for party, why in (
                ("test:A", f"因{NUMBER}"), ("test:A", "招标1号"), ("test:A#钱独特", "招标2号"), ("test:A#王示例", "招标3号"),
                ("test:A#王示例", "查钱独特"), ("test:B", NUMBER),
            )
        ]  # fmt: skip
        add(store, *(make_fact(each, f"lookup-{place}", Origin("zeren")) for place, each in enumerate(lookups)), hour=12)
        sealed(store, "D1")
        assert [each.fact.value.text for each in store.facts(["event"])] == ["招标1号", "招标3号", NUMBER]


def test_2_what_is_on_a_restriction_that_rests_on_another_decision_too_stays():
    with stored(world(second=True)) as store:
        (restriction,) = [each.id for each in cases(store).restrictions if "王示例" in each.party]
        do(store, "objection", restriction, "2024-06-03", text=f"对{NUMBER}有异议", reported=True)
        sealed(store, "D1")
        assert [each.fact.value.about for each in store.facts(["event"])] == [restriction]
        sealed(store, "D2")
        assert len(list(store.facts(["event"]))) == 1, "the second does not say what the event repeats"


@pytest.mark.parametrize("relation", ["same_conduct", "rests_on", "corrects"])
def test_3_what_rests_on_a_linked_decision_stays_and_is_derived_anew(relation):
    made = world(second=True)
    made.link("D2", relation, "D1")
    with stored(made) as store:
        told = {each.fact.id for each in store.facts(["decision", "naming"], about=["D1"])}
        sealed(store, "D1")
        now = {fact.value.id: fact.value for fact in stored_findings(store)}
        assert {value.decision for value in now.values()} == {"D2"}
        assert not told & {step for value in now.values() for step in value.path}
        propagate(store, catalogue(), actor(21, store))
        assert {fact.value.id: fact.value for fact in stored_findings(store)} == now, "they were derived anew already"


def test_4_what_an_earlier_run_left_is_sealed_by_the_next():
    with stored(world()) as store:
        snapshot = snapshot_of(store)
        store.seal(snapshot.decision("D1").key, "第一条", actor(18, store).act("seal D1"))
        assert begun(store, snapshot_of(store)) == ["D1"]
        known = (store, snapshot_of(store), cases(store), actor(19, store), TODAY, TODAY)
        assert to_seal(*known[1:3], TODAY) == []
        assert seal_on(*known, dry_run=True) == (["D1"], 0)
        decisions, count = seal_on(*known)
        assert (decisions, count > 1) == (["D1"], True)
        assert not [key for key in readable(store) if key.startswith(("naming/", "finding/"))]
        assert begun(store, snapshot_of(store)) == []


def test_4_what_was_withdrawn_after_it_was_left_is_sealed_too():
    with stored(world()) as store:
        for key in (snapshot_of(store).decision("D1").key, *of(store, "D1", "naming")):
            store.seal(key, "第一条", actor(18, store).act("seal D1"))
        propagate(store, catalogue(), actor(19, store))
        assert stored_findings(store) == []
        assert of(store, "D1", "finding")
        assert begun(store, snapshot_of(store)) == ["D1"]
        sealed(store, "D1")
        assert of(store, "D1", "finding") == []
        assert begun(store, snapshot_of(store)) == []


def test_nothing_to_seal_records_nothing():
    with stored(world()) as store:
        version = store.version()
        assert sealed(store) == []
        assert store.version() == version
