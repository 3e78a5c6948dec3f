"""Invariants 6 and 7 of `api.use_cases.identity`: claims that are kept, over random loads and rulings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.http import service as serving
from api.http.service import Service
from api.use_cases import identity
from api.use_cases.identity import every_claim, list_claims, rule_on
from api.use_cases.propagating import propagate
from graph.errors import Refused
from graph.model import Operation
from tests.api_world import actor, add, catalogue, stored
from tests.builder import Case
from tests.unit.test_graph_snapshot_ruled import NODES, ruling_facts, world


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_6_what_is_kept_is_what_is_worked_out_from_scratch(data):
    facts = world(data.draw(st.booleans()), parted=True).facts
    with stored(Case(), derive=False) as store:
        service = Service(store, catalogue(), "en")
        loaded, rest, ruled, keys = 0, data.draw(st.permutations(facts)), {}, {}
        for step in data.draw(
            st.lists(st.sampled_from(["load", "load", "rule", "rule", "rule", "act", "take back", "seal"]), max_size=9)
        ):
            if step == "load":
                more = data.draw(st.integers(1, 8))
                add(store, *rest[loaded : loaded + more])
                loaded += more
            elif step == "act":
                propagate(store, catalogue(), actor(store=store))
            elif step == "rule":
                pair = data.draw(st.tuples(*[st.sampled_from(NODES)] * 2).filter(lambda each: each[0] < each[1]))
                ruling = data.draw(st.sampled_from(["accepted", "rejected", "undone"]))
                if ruled.get(pair) not in (ruling, "sealed"):
                    (fact,) = ruling_facts({pair: ruling})
                    add(store, fact, operation=Operation.CHANGE if pair in ruled else Operation.NEW)
                    ruled[pair], keys[pair] = ruling, fact
            elif open_ := [pair for pair, ruling in ruled.items() if ruling != "sealed"]:
                pair = data.draw(st.sampled_from(open_))
                if step == "seal":
                    store.seal(keys[pair].key, "article", actor(store=store).act("test"))
                    ruled[pair] = "sealed"
                else:
                    add(store, keys[pair], operation=Operation.RETRACTION)
                    del ruled[pair]
            kept, fresh = service.claimed, every_claim(store)
            assert kept.claims == fresh.claims
            assert kept.graph.version == store.version()
            assert list_claims(kept.graph, made=kept.claims) == list_claims(fresh.graph)
        service.close()


def test_7_neither_a_ruling_nor_what_no_claim_is_made_of_makes_them_anew(monkeypatch):
    with stored(world(numbered=False, parted=True)) as store:
        service = Service(store, catalogue(), "en")
        graph, made = service.claimed
        for module in (identity, serving):
            for name in ("every_claim", "claimed", "claims", "snapshot_of"):
                if hasattr(module, name):
                    monkeypatch.setattr(module, name, lambda *_args, **_more: pytest.fail("made anew"))
        rule_on(store, graph, actor(store=store), made[0].id, "accepted", "same card", made=made)
        assert {each.id for each in service.claimed.claims if each.state == "accepted"} == {made[0].id}
        with pytest.raises(Refused, match="accepted already"):
            rule_on(store, *service.claimed[:1], actor(store=store), made[0].id, "accepted", "again", made=service.claimed.claims)
        propagate(store, catalogue(), actor(store=store))
        assert service.claimed.graph.version == store.version()
        service.close()
