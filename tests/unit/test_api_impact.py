"""The invariants of `api.use_cases.impact`, by number."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.responsibility.catalogue import RULES, Catalogue, load_catalogue
from analytics.responsibility.impact import Impact
from api.locales import texts
from api.use_cases.altering import current
from api.use_cases.impact import Side, catalogue_of, of_rules, of_statement, rules_json, side_of, statement_json
from api.use_cases.propagating import propagate, stored_findings
from graph.dates import Period
from graph.errors import InputError, NotFound, Refused
from graph.model import Operation, Relationship
from graph.store.base import Store, Write
from tests.api_world import actor, case, catalogue, stored


def hashes(store: Store) -> dict[str, str]:
    return {fact.value.id: fact.value.evidence_hash for fact in stored_findings(store)}


def came_true(foreseen: Impact, before: dict[str, str], after: dict[str, str]) -> None:
    said = {how: {e.finding.id for e in foreseen.effects if e.how == how} for how in ("appears", "vanishes", "changes")}
    assert said["appears"] == after.keys() - before.keys()
    assert said["vanishes"] == before.keys() - after.keys()
    assert said["changes"] == {key for key in before.keys() & after.keys() if before[key] != after[key]}


def test_1_nothing_is_recorded_by_asking():
    with stored() as store:
        before = (store.version(), hashes(store))
        of_statement(store, catalogue(), "D1", {})
        of_rules(store, catalogue(), catalogue(2))
        assert (store.version(), hashes(store)) == before


PERIODS = ["2021-01-01/open", "2021-01-01/2022-06-30", "2015-01-01/2019-12-31", "2022/unknown", "unknown/open"]


@given(place=st.integers(0, len(case().facts) - 1), period=st.sampled_from([None, *PERIODS]))
@settings(max_examples=60, deadline=None)
def test_2_what_is_foreseen_is_what_happens(place: int, period: str | None):
    fact = case().facts[place]
    with stored() as store:
        before = hashes(store)
        if period is None or not isinstance(fact.value, Relationship):
            foreseen = of_statement(store, catalogue(), fact.id, {})
            store.append([Write(fact, Operation.RETRACTION, "wrong")], actor(10).act("test"))
        else:
            foreseen = of_statement(store, catalogue(), fact.id, {"period": period})
            other = foreseen.corrected
            assert other is not None
            assert other.value == replace(fact.value, period=Period.parse(period))
            if other.id != fact.id:
                store.append([Write(other, Operation.CORRECTION, "wrong")], actor(10).act("test"))
        propagate(store, catalogue(), actor(11, store))
        came_true(foreseen.impact, before, hashes(store))


@pytest.mark.parametrize("years", [2, 3, 5])
def test_3_what_is_foreseen_of_another_catalogue_is_what_happens(years: int):
    with stored() as store:
        before = hashes(store)
        foreseen = of_rules(store, catalogue(), catalogue(years))
        document = rules_json(Side(catalogue(), "old"), Side(catalogue(years), "new"), foreseen, texts("en"))
        propagate(store, catalogue(years), actor(11, store))
        came_true(foreseen.impact, before, hashes(store))
    assert bool(document["findings"]) == (years != 3)
    assert {tuple(item["fields"]) for item in document["findings"]} <= {("until",)}
    assert document["rules"]["changes"] == ([] if years == 3 else ["T-OFFICE v1"])


def test_3_on_what_was_known_at_a_version():
    with stored() as store:
        before = store.version()
        of_all = of_rules(store, catalogue(), catalogue(2))
        store.append([Write(current(store, "D1"), Operation.RETRACTION, "wrong")], actor(10).act("test"))
        now = of_rules(store, catalogue(), catalogue(2))
        then = of_rules(store, catalogue(), catalogue(2), before)
    assert then.impact == of_all.impact
    assert len(now.impact.effects) < len(then.impact.effects)


def test_4_what_cannot_be_previewed_is_refused():
    with stored() as store:
        office = next(r.fact for r in store.facts(["relationship"]))
        finding = stored_findings(store)[0]
        for given_id, changes, error, told in (
            ("nothing", {}, NotFound, "no statement"),
            (finding.id, {}, Refused, "nothing is derived from it"),
            (office.id, {"colour": "red"}, InputError, "no field colour"),
            (office.id, {"period": "soon"}, InputError, "soon"),
            (office.id, {"share": "[1"}, InputError, "share"),
            (office.id, {"share": '{"minimum": 1}'}, InputError, "share"),
            (office.id, {"interest": "boss"}, InputError, "interest: no code boss in interests"),
            (finding.value.decision, {"acts": '["foo"]'}, InputError, "acts: no code foo in acts"),
        ):
            with pytest.raises(error, match=told):
                of_statement(store, catalogue(), given_id, changes)
        store.append([Write(office, Operation.RETRACTION, "wrong")], actor(10).act("test"))
        with pytest.raises(Refused, match="not current"):
            of_statement(store, catalogue(), office.id, {})


NAMING, OFFICE, DECISION = "naming", "relationship", "decision"


@pytest.mark.parametrize(
    ("kind", "field", "text", "told"),
    [
        (OFFICE, "subject", "nobody", "subject: cannot hold 'nobody': it takes JSON with entity, bearer; now it has"),
        (OFFICE, "share", "0.5", "share: cannot hold '0.5': it takes JSON with minimum, maximum"),
        (OFFICE, "share", '{"minimum": "a"}', "share: cannot hold"),
        (OFFICE, "subject", '{"entity"', "subject: cannot hold"),
        (DECISION, "cites", "ABC", "cites: cannot hold 'ABC': it takes a list"),
        (DECISION, "number", '{"a": 1}', "number: cannot hold"),
        (DECISION, "date", "null", "date: cannot hold 'null'; now it has \"2023-05-10\""),
        (DECISION, "date", "soon", "date: 'soon' is not a date"),
        (NAMING, "responsible", "5", "responsible: cannot hold '5': it takes true or false"),
        (NAMING, "imposed", "[5]", "imposed: cannot hold '[5]': it takes a list of JSON with act, text, term"),
    ],
)
def test_4_a_value_that_does_not_fit_is_told_in_our_own_words(kind: str, field: str, text: str, told: str):
    with stored() as store:
        fact = next(r.fact for r in store.facts([kind]))
        with pytest.raises(InputError) as caught:
            of_statement(store, catalogue(), fact.id, {field: text})
    assert str(caught.value).startswith(told)
    assert not re.search("Exception|Error|invalid literal|isoformat|attrs|structur|Expecting|While|class |__", str(caught.value))


def test_a_statement_is_given_by_its_id_its_key_or_the_decision():
    with stored() as store:
        decision = current(store, "D1")
        assert current(store, decision.id) == current(store, decision.key) == decision
        document = statement_json(of_statement(store, catalogue(), "D1", {"date": "2020"}), texts("en"))
    assert document["statement"]["id"] == decision.id
    assert document["corrected"]["text"] != document["statement"]["text"]


def test_a_catalogue_is_what_ships_a_folder_a_file_a_hash_or_a_version(tmp_path: Path):
    def told(given: Catalogue) -> str:
        return given.hash

    with stored() as store:
        assert told(catalogue_of(store, "shipped")) == told(load_catalogue())
        assert told(catalogue_of(store, str(RULES))) == told(load_catalogue())
        file = tmp_path / "wage_arrears.yaml"
        file.write_text((RULES / file.name).read_text(encoding="utf-8").replace("years: 3", "years: 2"), encoding="utf-8")
        assert told(catalogue_of(store, str(file))) != told(load_catalogue())
        assert told(catalogue_of(store, catalogue().hash[:8])) == told(catalogue())
        assert told(catalogue_of(store, str(store.version()))) == told(catalogue())
        with pytest.raises(NotFound, match="no catalogue was recorded"):
            catalogue_of(store, "0")
        with pytest.raises(NotFound, match="no file or folder"):
            catalogue_of(store, "./no-such-folder")


def test_5_a_changed_level_is_told_though_nothing_loaded_shows_it(tmp_path):
    file = tmp_path / "instruments.yaml"
    file.write_text("levels: {}\ninstruments: {防范和处置非法集资条例: normative_document}\n", encoding="utf-8")
    with stored() as store:
        old, new = side_of(store, ["shipped"]), side_of(store, [str(file)])
        foreseen = of_rules(store, old.catalogue, new.catalogue)
        document = rules_json(old, new, foreseen, texts("en"))
    (told,) = document["instruments"]
    assert (told["name"], told["change"], told["rules"]) == ("防范和处置非法集资条例", "changes", ["D2-FUNDRAISE v1"])
    assert told["fields"][0] == {"field": "level", "old": "administrative_regulation", "new": "normative_document"}
    assert "the same rules" not in document["taken"]["new"]
    assert "防范和处置非法集资条例" in document["taken"]["new"]
