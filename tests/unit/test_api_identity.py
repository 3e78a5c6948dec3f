"""The invariants of `api.use_cases.identity`, by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from analytics.detection.identity import claim_of
from api.locales import texts
from api.rendering import shown
from api.use_cases.describing import feature_text
from api.use_cases.identity import list_claims, rule_on
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.reading import snapshot_of
from api.use_cases.showing import show
from graph.codec import make_fact
from graph.errors import InputError, NotFound, Refused
from graph.model import Term
from graph.snapshot import Snapshot
from graph.store.base import Store
from tests.api_world import TODAY, actor, add, case, catalogue, stored


def doubtful() -> Store:
    """C has two 吴示例, and a decision bans one of them without saying which."""
    world = case()
    world.company("C").post("director", "吴示例", bearer="1").post("director", "吴示例", bearer="2")
    world.decision("C", ["securities_market_ban"], name="D3", kind="market_ban", date="2023-03-01")
    world.names("吴示例", "C", decision="D3", imposed={"securities_market_ban": Term(life=True)})
    return stored(world)


def outcomes(store: Store) -> dict[str, str]:
    return {f.value.party: str(f.value.outcome) for f in stored_findings(store) if f.value.decision == "D3"}


def test_1_a_ruling_is_kept_with_who_and_why_and_can_be_undone():
    with doubtful() as store:
        assert outcomes(store) == {"test:C#吴示例@?D3": "blocked"}
        claim = next(c for c in list_claims(snapshot_of(store)) if c["second"]["id"].endswith("register:1"))
        rule_on(store, snapshot_of(store), actor(10), claim["id"], "accepted", "same signature")
        propagate(store, catalogue(), actor(11, store))
        assert outcomes(store) == {"test:C#吴示例@register:1": "established"}
        assert {c["first"]["name"] for c in list_claims(snapshot_of(store))} == {"吴示例"}
        rule_on(store, snapshot_of(store), actor(12), claim["id"], "undone", "another person's")
        propagate(store, catalogue(), actor(13, store))
        assert outcomes(store) == {"test:C#吴示例@?D3": "blocked"}
        said = [(r.fact.value.ruling, r.fact.value.by, r.fact.value.reason) for r in store.history(f"ruling/zeren/{claim['id']}")]  # type: ignore[union-attr]
        assert said == [("accepted", "tester", "same signature"), ("undone", "tester", "another person's")]
        assert {c["state"] for c in list_claims(snapshot_of(store))} == {"open"}
        document = show(store, snapshot_of(store), catalogue(), claim["id"], texts("en"), TODAY)
        text = "\n".join(shown(document, texts("en")))
        for part in (claim["id"], "bear the name", "tester: accepted same signature", "tester: undone another person's"):
            assert part in text


def test_2_a_claim_that_stands_so_already_is_refused():
    with doubtful() as store:
        claim = list_claims(snapshot_of(store), "open")[0]["id"]
        rule_on(store, snapshot_of(store), actor(10), claim, "rejected", "other years")
        version = store.version()
        for answer in ("rejected", "accepted"):
            with pytest.raises(Refused, match="rejected"):
                rule_on(store, snapshot_of(store), actor(11), claim, answer, "x")  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            rule_on(store, snapshot_of(store), actor(11), "claim-none", "accepted", "x")
        with pytest.raises(InputError, match="needs a reason"):
            rule_on(store, snapshot_of(store), actor(11), claim, "undone", " \n")
        assert store.version() == version
        assert [c["id"] for c in list_claims(snapshot_of(store), "rejected")] == [claim]


def test_3_what_was_ruled_after_the_graph_was_read_is_refused():
    with doubtful() as store:
        before = snapshot_of(store)
        claim = list_claims(before, "open")[0]["id"]
        rule_on(store, before, actor(10), claim, "rejected", "other years")
        version = store.version()
        for answer, said, zh in (("accepted", "undo that first", "请先撤回"), ("rejected", "already", "已拒绝")):
            with pytest.raises(Refused, match=said) as error:
                rule_on(store, before, actor(11), claim, answer, "x")  # type: ignore[arg-type]
            assert zh in error.value.zh
        assert store.version() == version
        rule_on(store, before, actor(12), claim, "undone", "x")
        with pytest.raises(Refused, match="open already"):
            rule_on(store, before, actor(13), claim, "undone", "x")


def test_3_a_ruling_that_comes_between_is_told_in_words(monkeypatch):
    with doubtful() as store:
        before = snapshot_of(store)
        claim = list_claims(before, "open")[0]["id"]
        rule_on(store, before, actor(10), claim, "rejected", "other years")
        monkeypatch.setattr(store, "get", lambda _key: None)
        with pytest.raises(Refused, match="ruled on by somebody else meanwhile") as error:
            rule_on(store, before, actor(11), claim, "accepted", "x")
        assert "他人" in error.value.zh
        assert "wording" not in str(error.value)


def test_4_a_dry_run_is_refused_as_the_ruling_would_be_and_records_nothing():
    with doubtful() as store:
        before, version = snapshot_of(store), store.version()
        claim = list_claims(before, "open")[0]["id"]
        assert rule_on(store, before, actor(10), claim, "rejected", "x", dry_run=True).ruling == "rejected"
        assert (store.version(), list_claims(snapshot_of(store), "rejected")) == (version, [])
        with pytest.raises(Refused, match="open already"):
            rule_on(store, before, actor(10), claim, "undone", "x", dry_run=True)
        early = replace(actor(10), at=actor(10).at - timedelta(days=9_000))
        for dry_run in (True, False):
            with pytest.raises(Refused, match="the clock is set back"):
                rule_on(store, before, early, claim, "rejected", "x", dry_run=dry_run)


def test_a_reason_is_said_in_words():
    post = {"name": "post", "result": "agrees", "first": "director, supervisor", "second": "director"}
    assert feature_text(post, texts("en")) == "same post (director, supervisor / director)"
    assert feature_text(post, texts("zh")) == "职务相同（董事、监事 / 董事）"
    sex = {"name": "gender", "result": "agrees", "first": "male", "second": "male"}
    assert feature_text(sex, texts("zh")) == "性别相同（男 / 男）"
    assert feature_text(sex, texts("en")) == "same gender (male / male)"
    assert feature_text({"name": "same_source_id", "result": "yes", "first": "", "second": ""}, texts("en")).startswith(
        "the source"
    )


def ruled(store: Store, number: int, answer: str, *, graph: Snapshot | None = None, **more: bool) -> str:
    """Somebody rules on the claim between D3 and a bearer, on a graph that was read before or now."""
    before = graph or snapshot_of(store)
    claim = claim_of("test:C#吴示例@?D3", f"test:C#吴示例@register:{number}")
    rule_on(store, before, actor(10, store), claim, answer, "x", **more)  # type: ignore[arg-type]
    return claim


def test_5_a_second_claim_that_would_join_two_whom_the_register_tells_apart_is_refused():
    with doubtful() as store:
        before = snapshot_of(store)
        first = ruled(store, 1, "accepted")
        version = store.version()
        for graph in (before, None):
            for dry_run in (True, False):
                with pytest.raises(Refused, match="whom a source or their numbers tell apart") as error:
                    ruled(store, 2, "accepted", graph=graph, dry_run=dry_run)
        assert "register:1" in error.value.zh
        assert "请先接受 claim-" in error.value.zh
        assert store.version() == version
        between = claim_of("test:C#吴示例@register:1", "test:C#吴示例@register:2")
        assert between in str(error.value)
        assert between not in {c["id"] for c in list_claims(snapshot_of(store))}, "nobody is asked"
        assert show(store, snapshot_of(store), catalogue(), between, texts("en"), TODAY)
        rule_on(store, snapshot_of(store), actor(11, store), between, "accepted", "one number is an error of the register")
        ruled(store, 2, "accepted")
        propagate(store, catalogue(), actor(12, store))
        assert outcomes(store) == {"test:C#吴示例@register:1": "established"}
        states = {c["id"]: c["state"] for c in list_claims(snapshot_of(store))}
        assert (states[between], states[first]) == ("accepted", "accepted")


def test_5_nor_a_pair_that_was_rejected():
    with doubtful() as store:
        between = claim_of("test:C#吴示例@register:1", "test:C#吴示例@register:2")
        ruled(store, 1, "accepted")
        ruled(store, 2, "rejected")
        with pytest.raises(Refused, match="who are two by the ruling on claim-") as error:
            rule_on(store, snapshot_of(store), actor(11, store), between, "accepted", "x")
        assert "请先撤回该裁定" in error.value.zh


def test_5_where_both_were_accepted_all_the_same_nobody_is_joined_and_the_claims_are_in_conflict():
    with doubtful() as store:
        ruled(store, 1, "accepted")
        propagate(store, catalogue(), actor(11, store))
        world = case()
        world.rule_on("test:C#吴示例@?D3", "test:C#吴示例@register:2", "accepted")
        add(store, make_fact(world.facts[-1].value, "other", world.facts[-1].origin), hour=12)
        propagate(store, catalogue(), actor(13, store))
        assert outcomes(store) == {"test:C#吴示例@?D3": "blocked"}
        assert {(c["state"], c["in_conflict"]) for c in list_claims(snapshot_of(store))} == {("accepted", True)}
        ruled(store, 1, "undone")
        propagate(store, catalogue(), actor(14, store))
        assert outcomes(store) == {"test:C#吴示例@register:2": "established"}
