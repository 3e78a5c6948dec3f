"""The invariants of `api.use_cases.propagating`, by number."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.use_cases.findings import Query, find
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.underived import MARK, pending
from graph.codec import make_fact
from graph.dates import PartialDate, Period
from graph.errors import NotFound
from graph.model import Decision, DecisionLink, Operation, Origin, PartyRef, Recorded, Relationship
from graph.store import open_store
from graph.store.base import Store, Write
from tests.api_world import TODAY, actor, add, case, catalogue, stored


def state(store: Store) -> dict[str, str]:
    return {fact.value.id: fact.value.evidence_hash for fact in stored_findings(store)}


def test_1_propagating_again_records_nothing():
    with stored() as store:
        version, mark = store.version(), store.progress(MARK)
        done = propagate(store, catalogue(), actor(10, store))
        assert (done.new, done.changed, done.withdrawn, done.decisions) == (0, 0, 0, 0)
        assert (store.version(), store.progress(MARK)) == (version, mark)
        again = propagate(store, catalogue(), actor(11), full=True)
        assert (again.new, again.changed, again.withdrawn) == (0, 0, 0)
        assert again.untouched == len(stored_findings(store)) > 0
        assert store.version() == version


@given(order=st.permutations(range(len(case().facts))), cuts=st.sets(st.integers(1, 20), max_size=4))
def test_2_incremental_equals_full(order: list[int], cuts: set[int]):
    facts = case().facts
    with open_store("sqlite:///:memory:") as store:
        for place, index in enumerate(order):
            add(store, facts[index])
            if place in cuts:
                propagate(store, catalogue(), actor(store=store))
        propagate(store, catalogue(), actor(store=store))
        with stored() as whole:
            assert state(store) == state(whole)


def test_2_a_correction_reaches_what_the_old_wording_reached():
    with stored() as store:
        office = next(
            r.fact
            for r in store.facts(["relationship"])
            if "#王示例" in r.fact.value.interested_party.entity  # type: ignore[union-attr]
        )
        assert isinstance(office.value, Relationship)
        elsewhere = replace(office.value, subject=PartyRef("test:B"), interested_party=PartyRef("test:B#王示例"))
        key = office.key.rsplit("/", 1)[1]
        add(store, make_fact(elsewhere, key, office.origin), operation=Operation.CORRECTION, hour=10)
        done = propagate(store, catalogue(), actor(11, store))
        assert (done.withdrawn, done.full) == (1, False)
        after = state(store)
        propagate(store, catalogue(), actor(12), full=True)
        assert state(store) == after


def test_3_a_finding_that_is_gone_is_retracted_with_the_reason():
    with stored() as store:
        gone = next(f for f in stored_findings(store) if "#孙示例" in f.value.party)
        annulment = Decision("D9", "penalty", (), PartyRef("test:B"), "示例会", date=PartialDate.parse("2024-01-01"))
        origin = Origin("decisions")
        link = DecisionLink("D9", "annuls_from_beginning", "D2")
        add(store, make_fact(annulment, "D9", origin), make_fact(link, "link", origin), hour=10)
        done = propagate(store, catalogue(), actor(11, store))
        assert done.withdrawn == 2
        last = store.history(gone.key)[-1]
        assert (last.operation, last.reason) == (Operation.RETRACTION, "decision_annulled")
        assert store.get(gone.key) is None


def test_3_the_findings_of_a_decision_that_was_retracted_go_too():
    with stored() as store:
        decision = next(r.fact for r in store.facts(["decision"]) if r.fact.value.id == "D2")  # type: ignore[union-attr]
        store.append([Write(decision, Operation.RETRACTION, "never made")], actor(10).act("test"))
        gone = {f.key for f in stored_findings(store) if f.value.decision == "D2"}
        propagate(store, catalogue(), actor(11, store))
        assert {store.history(key)[-1].reason for key in gone} == {"decision_annulled"}


def test_4_a_past_answer_is_derived_with_the_catalogue_of_its_day():
    with stored() as store:
        before = store.version()
        longer = catalogue(5)
        done = propagate(store, longer, actor(12, store))
        assert (done.full, done.changed) == (True, 2)
        now = find(store, longer, Query(decision="D1"), TODAY)
        then = find(store, longer, Query(decision="D1", known_at=before), TODAY)
        assert {f.until for f in now.findings} == {"2028-05-10"}
        assert {f.until for f in then.findings} == {"2026-05-10"}


def test_a_seal_means_deriving_everything():
    with stored() as store:
        key = next(r.fact.key for r in store.facts(["relationship"]) if "#王示例" in str(r.fact.value))
        store.seal(key, "示例法第九条", actor(10).act("seal"))
        assert pending(store, catalogue()).full
        assert propagate(store, catalogue(), actor(11, store)).withdrawn == 1


def test_one_decision_alone_leaves_the_rest_pending():
    with stored(derive=False) as store:
        done = propagate(store, catalogue(), actor(), decision="D2")
        assert done.decisions == 1
        assert {f.value.decision for f in stored_findings(store)} == {"D2"}
        assert pending(store, catalogue())
        propagate(store, catalogue(), actor(10, store))
        assert {f.value.decision for f in stored_findings(store)} == {"D1", "D2"}


def test_a_decision_that_is_not_there_is_refused():
    with stored() as store, pytest.raises(NotFound, match="D7"):
        propagate(store, catalogue(), actor(), decision="D7")


def test_an_ended_office_is_derived_from_its_new_wording():
    with stored() as store:
        office = next(r for r in store.facts(["relationship"]) if "#王示例" in str(r.fact.value))
        assert isinstance(office, Recorded)
        store.close(office.fact.key, PartialDate.parse("2022-01-01"), actor(10).act("end"))
        assert propagate(store, catalogue(), actor(11, store)).withdrawn == 1
        assert Period.parse("2021-01-01/2022-01-01") == store.history(office.fact.key)[-1].fact.value.period  # type: ignore[union-attr]


def test_5_a_dry_run_counts_what_would_be_recorded_and_records_nothing():
    with stored(derive=False) as store:
        version = store.version()
        tried = propagate(store, catalogue(), actor(10, store), dry_run=True)
        assert (store.version(), store.progress(MARK), stored_findings(store)) == (version, None, [])
        done = propagate(store, catalogue(), actor(10, store))
        assert tried.new > 0
        assert replace(tried, version=done.version) == done
        assert tried.version == version < done.version
