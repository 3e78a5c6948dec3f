"""The invariants of `api.use_cases.identity`, by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from api.locales import texts
from api.rendering import shown
from api.use_cases.describing import feature_text
from api.use_cases.identity import list_claims, rule_on
from api.use_cases.propagating import propagate, stored_findings
from api.use_cases.reading import snapshot_of
from api.use_cases.showing import show
from graph.errors import InputError, NotFound, Refused
from graph.model import Term
from graph.store.base import Store
from tests.api_world import TODAY, actor, case, catalogue, stored


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
