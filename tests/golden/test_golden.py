"""The golden cases (`cases.py` says how they read), and that they leave no rule and no clause out."""

from __future__ import annotations

import pytest
import yaml

from graph import codes
from tests.builder import shipped
from tests.golden.cases import FOLDER, SHOWN, cases, match, said, told, wanted
from tests.golden.coverage import clauses, kinds_of, wanted_kinds


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['rule']}: {case['case']}")
def test_case(case):
    world, respondent = told(case), case.get("company", "甲")
    findings = [said(finding) for finding in world.findings()]
    expected = [wanted(item, case["rule"], respondent) for item in case["findings"]]
    missing, extra = match(expected, [f for f in findings if f["rule"] == case["rule"]])
    assert (missing, extra) == ([], [])
    also = [wanted(item, item["rule"], respondent) for item in case.get("also", ())]
    assert match(also, findings)[0] == []
    assert [f for f in findings if f["rule"] in case.get("never", ())] == []
    for person, reason in case.get("why_not", {}).items():
        at, _, name = person.rpartition("/")
        assert world.why_not(name, at or respondent, rule=case["rule"]).reason == reason, person


def test_every_rule_shows_who_is_reached_who_is_not_the_boundary_day_and_the_law_out_of_force():
    assert {kind for case in cases() for kind in case["shows"]} == SHOWN
    for rule in shipped().versions:
        shown = kinds_of(rule.id)
        assert [kind for kind in wanted_kinds(rule) if not shown[kind]] == [], rule.id
        assert sum(case["rule"] == rule.id for case in cases()) >= 4, rule.id


def test_every_clause_in_use_is_exercised_by_a_positive_case_and_every_other_is_shown_refused():
    assert [(item.rule.id, item.clause.id) for item in clauses() if not item.cases] == []
    assert len(clauses()) == sum(len(rule.clauses) for rule in shipped().versions)


def test_cases_are_told_once_and_of_rules_that_exist():
    titles = [(case["rule"], case["case"]) for case in cases()]
    assert len(titles) == len(set(titles))
    assert {rule for rule, _ in titles} == set(shipped().rules)
    assert all(case["article"] for case in cases())


def test_a_listing_rule_answers_every_listing_of_its_domain():
    listings = [act for act in codes.load("acts") if act.listing]
    rules = shipped().rules
    assert set(rules["SD-31"].acts) == {act.code for act in listings}
    for domain in ("D1", "D2", "D3", "D4"):
        assert set(rules[f"LY-{domain}"].acts) == {act.code for act in listings if act.domain == domain}


def test_every_reason_that_a_case_gives_has_a_label():
    labels = yaml.safe_load((FOLDER.parents[1] / "graph" / "codes" / "reasons.yaml").read_text(encoding="utf-8"))["codes"]
    given = {reason for case in cases() for reason in case.get("why_not", {}).values()}
    found = [item for case in cases() for item in (*case["findings"], *case.get("also", ()))]
    given |= {reason for item in found for reason in (*item.get("missing", ()), *item.get("refuted", ()))}
    assert given <= set(labels)
    assert all(label["zh"] and label["en"] for label in labels.values())
