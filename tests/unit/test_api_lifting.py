"""The invariants of `api.use_cases.lifting`, by number."""

from __future__ import annotations

import pytest

from analytics.responsibility.lifting import what_lifts
from api.locales import LANGS, texts
from api.rendering import explanation
from api.use_cases.explaining import explain
from api.use_cases.lifting import lifts
from api.use_cases.propagating import stored_findings
from api.use_cases.reading import snapshot_of
from tests.api_world import TODAY, catalogue, stored
from tests.builder import Case


def test_1_every_change_names_its_statement_and_shows_where_it_was_read():
    with stored() as store:
        for finding in (fact.value for fact in stored_findings(store)):
            document = lifts(store, snapshot_of(store), catalogue(), finding, texts("en"))
            assert document["sets"]
            for change in (change for found in document["sets"] for change in found["changes"]):
                assert store.by_id(change["fact"]) is not None
                assert change["statement"]["id"] == change["fact"]
                assert change["statement"]["file"] == "case.csv"
                assert change["statement"]["row"] > 1


def test_2_nothing_is_recorded_by_asking():
    with stored() as store:
        before = (store.version(), [fact.id for fact in stored_findings(store)])
        finding = stored_findings(store)[0].value
        lifts(store, snapshot_of(store), catalogue(), finding, texts("en"))
        assert (store.version(), [fact.id for fact in stored_findings(store)]) == before


@pytest.mark.parametrize("lang", LANGS)
def test_the_text_says_what_would_lift_it(lang):
    words = texts(lang)
    with stored() as store:
        finding = next(f.value for f in stored_findings(store) if "王示例" in f.value.party)
        document = explain(store, snapshot_of(store), catalogue(), finding, words, TODAY)
    text = "\n".join(explanation(document, words))
    section = text.split(words.say("explain.lifts"))[1]
    assert words.label("lift_way", "annulled") in section
    assert words.label("lift_leaves", "gone") in section
    assert all(change["fact"] in section for found in document["lifts"]["sets"] for change in found["changes"])


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_is_promised_of_a_correction_which_may_make_a_lead_established(lang):
    world = Case()
    world.company("A").legal_representative("王示例", "2015", "unknown")
    world.decision("A", ["listed_wage_arrears"])
    (lead,) = world.findings("王示例", rule="D2-WAGE")
    lifted = what_lifts(world.snapshot, lead, world.catalogue)
    register = next(c for each in lifted.sets for c in each.changes if c.way == "withdrawn")
    world.facts = [fact for fact in world.facts if fact.id != register.fact]
    world.company("A").legal_representative("王示例", "2015", "2023-12-31")
    assert world.outcomes("王示例", rule="D2-WAGE") == ["established"]
    words = texts(lang)
    assert {"en": "is corrected or", "zh": "被更正"}[lang] not in words.label("lift_way", "withdrawn")
    assert {"en": "record is withdrawn", "zh": "记录被撤回"}[lang] not in words.label("lift_way", "annulled")
