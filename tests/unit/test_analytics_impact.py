"""The numbered invariants of `analytics.responsibility.impact`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.impact import HOWS, changed_instruments, changed_rules, compare, differing
from graph.codec import digest
from graph.model import Finding, Outcome
from tests.api_world import case, catalogue
from tests.builder import shipped

FINDINGS = [f for name in ("D1", "D2") for f in case().findings(decision=name)]


def altered(finding: Finding) -> Finding:
    return replace(finding, until="2030-01-01", outcome=Outcome.LEAD, evidence_hash=digest("altered", finding.id))


@given(st.lists(st.sampled_from(["old", "new", "both", "altered"]), min_size=len(FINDINGS), max_size=len(FINDINGS)))
def test_1_every_finding_is_accounted_for_once(places):
    placed = list(zip(FINDINGS, places, strict=True))
    before = [f for f, place in placed if place != "new"]
    after = [altered(f) if place == "altered" else f for f, place in placed if place != "old"]
    found = compare(before, after)
    assert {(e.finding.id, e.how) for e in found.effects} == {
        (f.id, {"old": "vanishes", "new": "appears", "altered": "changes"}[place]) for f, place in placed if place != "both"
    }
    assert len(found.effects) + found.same == len(FINDINGS)


def test_2_a_change_names_the_fields_that_differ_and_no_other():
    finding = FINDINGS[0]
    (effect,) = compare([finding], [altered(finding)]).effects
    assert set(effect.fields) == {
        name for name in ("outcome", "until") if getattr(finding, name) != getattr(altered(finding), name)
    }
    elsewhere = replace(finding, path=("another",), evidence_hash="x")
    assert differing(finding, elsewhere) == ("path",)


def test_3_the_summary_counts_what_the_list_holds():
    half = len(FINDINGS) // 2
    found = compare(FINDINGS[:half], [altered(FINDINGS[0]), *FINDINGS[half:]])
    counted = found.by_rule_and_role()
    assert sum(counts[how] for counts in counted.values() for how in HOWS) == len(found.effects) > 0
    for (rule, role), counts in counted.items():
        mine = [e for e in found.effects if (e.finding.rule, e.finding.role) == (rule, role)]
        assert {how: sum(e.how == how for e in mine) for how in HOWS} == counts


def test_rules_that_differ_are_named():
    assert changed_rules(catalogue(), catalogue()) == {"appears": [], "vanishes": [], "changes": []}
    assert changed_rules(catalogue(3), catalogue(2)) == {"appears": [], "vanishes": [], "changes": ["T-OFFICE v1"]}


def gated(**held: Any) -> Catalogue:
    """The rules that ship, with some tables of the hierarchy gate held otherwise."""
    known = shipped().instruments
    tables = {name: {**getattr(known, name), **table} for name, table in held.items()}
    return Catalogue(shipped().versions, known.model_copy(update=tables), "")


RAISED = "防范和处置非法集资条例"


@pytest.mark.parametrize(
    ("held", "field", "new"),
    [
        ({"instruments": {RAISED: "normative_document"}}, "level", "normative_document"),
        ({"since": {RAISED: date(2022, 1, 1)}}, "since", "2022-01-01"),
        ({"superior": {RAISED: ("证券法",)}}, "superior", "证券法"),
    ],
)
def test_4_an_instrument_that_is_held_otherwise_is_told_with_the_rules_that_cite_it(held, field, new):
    assert changed_instruments(shipped(), shipped()) == []
    (changed,) = changed_instruments(shipped(), gated(**held))
    assert (changed.instrument, changed.how, changed.rules) == (RAISED, "changes", ("D2-FUNDRAISE v1",))
    (was,) = [(before, after) for name, before, after in changed.fields if name == field]
    assert (was[0] != new, was[1]) == (True, new)


def test_4_what_a_level_may_carry_is_told_of_every_instrument_of_it():
    level = shipped().instruments.levels["administrative_regulation"].model_copy(update={"carries": ()})
    found = changed_instruments(shipped(), gated(levels={"administrative_regulation": level}))
    of_level = {name for name, level in shipped().instruments.instruments.items() if level == "administrative_regulation"}
    assert {each.instrument for each in found} == of_level
    assert {field for each in found for field, _, _ in each.fields} == {"carries"}


def test_4_an_instrument_that_comes_or_goes_is_told_too():
    more = gated(instruments={"示例条例": "law"})
    assert [(each.how, each.rules) for each in changed_instruments(shipped(), more)] == [("appears", ())]
    assert [each.how for each in changed_instruments(more, shipped())] == ["vanishes"]
