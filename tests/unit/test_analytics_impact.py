"""The numbered invariants of `analytics.responsibility.impact`."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from analytics.responsibility.impact import HOWS, changed_rules, compare, differing
from graph.codec import digest
from graph.model import Finding, Outcome
from tests.api_world import case, catalogue

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
