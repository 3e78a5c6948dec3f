"""The numbered invariants of `analytics.responsibility.rule_doubts`, one test a number, on small rule files."""

from __future__ import annotations

from api.use_cases.rule_messages import told_of_rules
from tests.unit.test_analytics_catalogue import CITY, basis, clause, measure, parsed, rule


def doubts(*rules: dict) -> list[str]:
    return [line for line in parsed(*rules).doubts if ".kind: " not in line]


def test_1_a_clause_by_which_nobody_can_be_restricted_says_why():
    assert doubts(rule()) == []
    (line,) = doubts(rule(measures=[measure(basis=basis(CITY))]))
    assert line.startswith("test.yaml: T-1: clauses head: no instrument of sufficient level carries")
    assert "至多列为线索" in told_of_rules(line, "zh")
    (line,) = doubts(rule(clauses=[clause(basis=basis(CITY))]))
    assert line.startswith("test.yaml: T-1: clauses head: no instrument of sufficient level names whom they reach")
    assert "没有层级足够的文件规定其所涉人员" in told_of_rules(line, "zh")
    weak = rule()["evidence"] | {"roles": "memory"}
    (line,) = doubts(rule(evidence=weak))
    assert line == "test.yaml: T-1: clauses head: known from memory only: role"
    assert told_of_rules(line, "en").endswith("clauses head are not in use: known from memory only (role)")
    assert doubts(rule(disabled="to be read", evidence=weak)) == [], "which it says itself"


def test_2_an_id_that_stands_for_two_measures_is_told():
    other = measure("M1") | {"name": {"zh": "另一措施", "en": "another"}}
    (line,) = doubts(rule(), rule(id="T-2", measures=[other]))
    assert line.startswith("test.yaml: T-2: measures.M1: T-1 calls another measure so (")
    assert "一个编号只指一项措施" in told_of_rules(line, "zh")
    assert doubts(rule(), rule(id="T-2")) == [], "one measure may stand in several rules"
    versions = [
        rule(in_force={"from": "2020-01-01", "until": "2021-12-31"}),
        rule(version=2, measures=[other], in_force={"from": "2022-01-01"}),
    ]
    assert doubts(*versions) == []
