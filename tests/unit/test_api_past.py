"""The invariants of `api.use_cases.past`, by number."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from api.use_cases.altering import corrected
from api.use_cases.past import Past, as_known
from api.use_cases.propagating import propagate
from api.use_cases.reading import StillToCome, version_of
from graph.dates import PartialDate
from graph.errors import Refused
from graph.model import Fact, Operation, Recorded, Relationship
from graph.store import open_store
from graph.store.base import Store, Write
from tests.api_world import actor, add, case, catalogue


def said(store: Store, facts: list[Fact[Any]]) -> dict[str, Any]:
    """Everything that a store answers about some statements."""
    keys = [fact.key for fact in facts]
    return {
        "version": store.version(),
        "facts": list(store.facts()),
        "some": list(store.facts(["relationship"], about=["test:A"])),
        "get": [store.get(key) for key in keys],
        "history": [store.history(key) for key in keys],
        "by_id": [store.by_id(fact.id) for fact in facts],
        "standing": store.standing(keys),
        "search": [store.search(text) for text in ("示例", "王示例", "王新示例")],
        "called": [store.called(text, 5) for text in ("示例", "王示例", "王新示例")],
        "changes": list(store.changes_since(1)),
        "audit": [row.chain for row in store.audit()],
        "verify": store.verify(),
    }


def test_1_a_past_version_answers_as_it_did_when_it_was_the_latest():
    facts = list(case().facts)
    with open_store("sqlite:///:memory:") as store:
        then: dict[int, dict[str, Any]] = {}
        add(store, *facts[:4], hour=1)
        then[store.version()] = said(store, facts)
        add(store, *facts[4:], hour=2)
        then[store.version()] = said(store, facts)
        propagate(store, catalogue(), actor(3, store))
        office = next(fact for fact in facts if isinstance(fact.value, Relationship))
        store.append([Write(corrected(office, {"period": "2016"}), Operation.CORRECTION, "wrong")], actor(4).act("test"))
        then[store.version()] = said(store, facts)
        store.append([Write(corrected(office, {"period": "2016"}), Operation.RETRACTION, "wrong")], actor(5).act("test"))
        then[store.version()] = said(store, facts)
        store.append([Write(office)], actor(6).act("test"))
        for version, answers in then.items():
            with Past(store, version) as past:
                assert said(past, facts) == answers
        assert as_known(store, None) is store
        assert isinstance(as_known(store, 1), Past)


def test_1_what_was_sealed_since_stays_sealed():
    facts = list(case().facts)
    with open_store("sqlite:///:memory:") as store:
        add(store, *facts)
        before = store.version()
        store.seal(facts[-1].key, "示例法 第九条", actor(9).act("seal"))
        with Past(store, before) as past:
            assert not isinstance(past.get(facts[-1].key), Recorded)
            assert past.standing([facts[-1].key]) == {facts[-1].key: ""}
            assert facts[-1].id not in {recorded.fact.id for recorded in past.facts()}


def test_2_nothing_is_recorded():
    facts = list(case().facts)
    with open_store("sqlite:///:memory:") as store:
        add(store, *facts)
        version = store.version()
        with Past(store, version) as past:
            for do in (
                lambda: past.append([Write(facts[0])], actor().act("test")),
                lambda: past.close(facts[0].key, PartialDate.on(date(2024, 1, 1)), actor().act("test")),
                lambda: past.seal(facts[0].key, "x", actor().act("test")),
            ):
                with pytest.raises(Refused, match="nothing can be recorded"):
                    do()
        assert store.version() == version


NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-11-28", "2027-01-01T00:00", "2026-11-26T09:01+00:00", "9999-12-31", "7"])
def test_a_time_or_version_still_to_come_is_refused(text: str):
    with open_store("sqlite:///:memory:") as store:
        add(store, *case().facts)
        with pytest.raises(StillToCome, match=r"still to come|no version"):
            version_of(store, text, NOW)


@pytest.mark.parametrize("text", ["2026-11-26", "2026-11-26T08:59+00:00", "1", "0", "2023-12-31"])
def test_today_and_what_was_before_are_versions(text: str):
    with open_store("sqlite:///:memory:") as store:
        add(store, *case().facts)
        assert version_of(store, text, NOW) == (0 if text in ("0", "2023-12-31") else 1)
