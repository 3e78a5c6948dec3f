"""Who a text means: each test quotes an invariant of api/use_cases/reading.py."""

from __future__ import annotations

from datetime import UTC, datetime
from time import tzset

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.use_cases.past import as_known
from api.use_cases.reading import StillToCome, members_of, moment_of, party_of, snapshot_of, version_of, whom
from graph.errors import NotFound, Refused
from tests.api_world import stored
from tests.builder import Case
from tests.unit.test_graph_scope import COMPANIES, PEOPLE, filled, worlds

TEXTS = (
    *PEOPLE,
    "王",
    "无此人",
    *(f"示例{name}公司" for name in COMPANIES),
    *(f"test:{name}" for name in COMPANIES),
    *(f"test:{name}#{person}" for name in COMPANIES for person in PEOPLE),
    "test:A#王示例@register:1",
    "test:B#李示例@?D1",
)


def said(ask):
    try:
        return ask()
    except (NotFound, Refused) as error:
        return type(error), str(error)


@given(worlds(), st.sampled_from(TEXTS), st.sampled_from([None, "person", "enterprise"]), st.sampled_from([None, "D1", "D2"]))
def test_1_whom_a_text_means_is_the_same_in_part_and_in_all_of_the_graph(world, text, kind, decision):
    with filled(world) as store:
        whole = snapshot_of(store)
        wanted = said(lambda: party_of(whole, text, kind=kind, decision=decision))
        assert said(lambda: whom(store, text, kind=kind, decision=decision)[0]) == wanted
        if isinstance(wanted, str) and kind is decision is None:
            assert members_of(store, text) == set(whole.identity.members(wanted))


@given(worlds(), st.sampled_from(TEXTS), st.floats(0, 1))
def test_1_also_at_an_earlier_version(world, text, when):
    with filled(world) as store:
        version = int(store.version() * when)
        whole = snapshot_of(store, version)
        wanted = said(lambda: party_of(whole, text))
        assert said(lambda: whom(as_known(store, version), text)[0]) == wanted


def test_2_whoever_a_decision_concerns_comes_before_everybody_else_of_the_name():
    world = Case()
    world.company("A").legal_representative("王示例")
    world.company("B").director("王示例")
    world.decision("A", ["listed_wage_arrears"])
    with filled(world) as store:
        assert whom(store, "王示例", decision="D1")[0] == "test:A#王示例"
        with pytest.raises(Refused, match="2 bear the name"):
            whom(store, "王示例")


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles"])
def test_a_day_at_which_something_was_known_is_a_day_in_china(monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    tzset()
    try:
        assert moment_of("2026-03-01T09:00") == datetime(2026, 3, 1, 1, tzinfo=UTC)
        assert moment_of("2026-03-01") == datetime(2026, 3, 1, 15, 59, 59, 999999, tzinfo=UTC)
        with stored() as store:
            night = datetime(2026, 3, 1, 17, tzinfo=UTC)
            assert version_of(store, "2026-03-02", night) == store.version()
            with pytest.raises(StillToCome):
                version_of(store, "2026-03-03", night)
    finally:
        monkeypatch.undo()
        tzset()
