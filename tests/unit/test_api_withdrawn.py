"""The invariants of `api.use_cases.withdrawn`, by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from api.locales import texts
from api.use_cases.findings import find_one
from api.use_cases.portrait import portrait
from api.use_cases.propagating import propagate
from api.use_cases.reading import snapshot_of
from api.use_cases.records import record_of
from api.use_cases.showing import show
from api.use_cases.withdrawn import withdrawal
from graph.codec import make_fact
from graph.dates import Period
from graph.errors import NotFound
from graph.model import Operation
from graph.store.base import Store, Write
from tests.api_world import actor, catalogue, stored
from tests.case_world import confirm, do, finding

DAY = date(2024, 6, 20)


def world(*, acted: bool) -> tuple[Store, str, str]:
    """A head whose post ended long before as the register corrects it, after he was bound or before anything happened."""
    store = stored()
    head = finding(store, "王示例")
    party = find_one(store, head).party
    if acted:
        confirm(store, head)
    (post,) = [each.fact for each in store.facts(["relationship"]) if "王示例" in str(each.fact.value)]
    before = replace(post.value, period=Period.parse("2010/2011"))  # type: ignore[arg-type]
    corrected = make_fact(before, post.key.rpartition("/")[2], post.origin)
    store.append([Write(corrected, Operation.CORRECTION, "wrong")], actor(store=store).act("load"))
    propagate(store, catalogue(), actor(store=store))
    return store, head, party


@pytest.mark.parametrize("acted", [True, False])
def test_1_whoever_asks_for_it_is_told_since_when_and_how_to_ask(acted: bool):
    store, head, _ = world(acted=acted)
    with store:
        gone = withdrawal(store, head, catalogue())
        assert gone is not None
        assert (gone.finding.id, gone.version) == (head, store.version())
        with pytest.raises(NotFound, match=f"withdrawn on {gone.on} .*--known-at {gone.known_at}$") as refused:
            find_one(store, head, catalogue())
        assert "已于" in refused.value.zh
        assert find_one(store, head, catalogue(), gone.known_at).id == head, "and so it is"
        assert gone.known_at == gone.version - 2, "the load came between"
        assert withdrawal(store, head, catalogue(), gone.known_at) is None
        shown = show(store, snapshot_of(store), catalogue(), head, texts("en"), DAY)
        assert shown["withdrawn"] == {"on": str(gone.on), "version": gone.version, "known_at": gone.known_at}
        assert shown["history"][-1]["operation"] == "retraction"
        with pytest.raises(NotFound, match=r"^no finding 'x'"):
            find_one(store, "x")


@pytest.mark.parametrize(("revoked", "stands"), [(False, "withdrawn"), (True, "revoked")])
def test_2_what_bound_somebody_stays_on_his_record(revoked: bool, stands: str):
    store, head, party = world(acted=True)
    with store:
        if revoked:
            do(store, "revocation", head, "2024-06-12")
        record = record_of(store, snapshot_of(store), catalogue(), party, texts("en"), DAY)
        assert [(row["id"], row["status"]) for row in record["findings"]] == [(head, stands)]
        assert {row["status"] for row in record["restrictions"]} == {stands}
        card = portrait(store, catalogue(), party, texts("en"), DAY)
        assert {row["status"] for row in card["measures"]} == {stands}
        assert [event["kind"] for event in card["events"]][:2] == ["proposal", "notice"]


def test_2_what_nothing_happened_to_does_not():
    store, _, party = world(acted=False)
    with store:
        record = record_of(store, snapshot_of(store), catalogue(), party, texts("en"), DAY)
        assert (record["findings"], record["restrictions"]) == ([], [])
