"""What is answered from a part of the graph is what the whole graph answers: records, previews, claims, publication."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from analytics.detection.identity import claims
from analytics.responsibility.catalogue import shipped
from api.locales import texts
from api.use_cases import publishing
from api.use_cases.case_reading import graph_of, read_cases
from api.use_cases.identity import claim_json, claimed, claims_about
from api.use_cases.loading import load_city
from api.use_cases.previewing import preview
from api.use_cases.propagating import propagate
from api.use_cases.reading import snapshot_of
from api.use_cases.records import record_of, whose
from graph.errors import NotFound
from graph.snapshot import Snapshot
from graph.snapshot.kept import Kept
from graph.snapshot.people import Elsewhere, People
from graph.store import open_store
from graph.store.base import Store
from tests.api_world import TODAY, actor

Parts = tuple[Store, Snapshot, Elsewhere, Kept]


@pytest.fixture(scope="module")
def parts() -> Iterator[Parts]:
    with open_store("sqlite:///:memory:", create=True) as store:
        load_city(store, actor(), 150, 11)
        propagate(store, shipped(), actor(10))
        kept = Kept(store, None)
        yield store, snapshot_of(store), Elsewhere(People(), kept.columns()), kept


def some(snapshot: Snapshot, kind: str, count: int) -> list[str]:
    """Parties about whom something was decided first, then others."""
    named = [named.party.id for fact in snapshot.decisions() for named in snapshot.named_by(fact.value.id) if named.party]
    every = [node for node in dict.fromkeys([*named, *snapshot.entities()]) if snapshot.kind(node) == kind]
    return every[: count // 2] + every[-count // 2 :]


def test_a_record_and_a_preview(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    store, whole, elsewhere, _ = parts
    monkeypatch.setattr("api.use_cases.records.snapshot_of", lambda *_: whole)  # read once, not for each person
    words, law = texts("zh"), shipped()
    for person in some(whole, "person", 40):
        node, near = whose(store, person, None, elsewhere)
        told = record_of(store, near, law, node, words, TODAY, elsewhere=elsewhere)
        assert told == record_of(store, whole, law, person, words, TODAY)
        assert preview(store, law, person, words, TODAY, elsewhere=elsewhere) == preview(store, law, person, words, TODAY)


def test_claims(parts: Parts) -> None:
    store, whole, elsewhere, _ = parts
    every = [claim_json(claim, whole) for claim in claims(whole)]
    assert every
    for side in sorted({claim["first"]["id"] for claim in every})[:40]:
        near, found = claims_about(store, elsewhere, side)
        own = [claim_json(claim, near) for claim in found if side in (claim.first, claim.second)]
        assert own == [claim for claim in every if side in (claim["first"]["id"], claim["second"]["id"])]


def test_claims_of_a_city(parts: Parts) -> None:
    """Those that findings wait for; a part of a name means nobody there."""
    store, _, elsewhere, _ = parts
    every = {claim.id for claim in claimed(store, elsewhere).claims}
    waiting = claimed(store, elsewhere, large=True)
    assert {claim.id for claim in waiting.claims} < every
    split = {found.fact.value.party for found in store.facts(["finding"]) if "@" in found.fact.value.party}  # type: ignore[union-attr]
    assert split
    for party in split:
        assert any(party in (claim.first, claim.second) for claim in waiting.claims)
    part = "有限公司"
    assert claimed(store, elsewhere, part).claims
    with pytest.raises(NotFound):
        claimed(store, elsewhere, part, large=True)


def test_publication(parts: Parts) -> None:
    store, whole, _, kept = parts
    cases, words = read_cases(store, shipped()), texts("zh")
    near, known = graph_of(store, cases), partial(People().known, kept.columns())
    items = list(publishing.judged(whole, cases, TODAY))
    assert list(publishing.judged(near, cases, TODAY)) == items
    published = [item for item in items if item.verdict.publish]
    assert published
    for item in published:
        assert publishing.published(near, item, words, known) == publishing.published(whole, item, words)
