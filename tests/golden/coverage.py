"""What the golden cases exercise: kinds of case for each rule, and for each clause the cases that show whom it reaches.

A clause in use is exercised by a positive case that ends with a finding under it that no missing premise holds back, but for the
basis: what the hierarchy gate leaves a lead can be no more. A clause not in use is exercised by a case that shows it refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from analytics.responsibility.catalogue import Clause, Rule
from graph.model import Finding, PremiseState
from tests.builder import shipped
from tests.golden.cases import cases, told

GATE = {"basis_missing", "basis_not_in_force", "basis_unread"}
KINDS = ("positive", "negative", "boundary", "out_of_force", "disabled")


class Exercised(NamedTuple):
    """One clause: why it is not in use (empty where it is), whether the gate leaves it a lead, and the cases that show it."""

    rule: Rule
    clause: Clause
    disabled: str
    lead_only: bool
    cases: tuple[str, ...]


def wanted_kinds(rule: Rule) -> set[str]:
    """Kinds of case that a rule needs: one not in use reaches nobody, one of unknown start has no day before it."""
    in_use = any(not rule.why_disabled(clause) for clause in rule.clauses)
    dated = {"boundary", "out_of_force"} if rule.in_force.start else set()
    office = {"boundary"} if any(clause.when.startswith("office") for clause in rule.clauses) else set()
    return {"negative", *dated, *office, "positive" if in_use else "disabled"}


def kinds_of(rule: str) -> dict[str, int]:
    """Count the cases of a rule by what they show; a case may show several things."""
    shown = [kind for case in cases() if case["rule"] == rule for kind in case["shows"]]
    return {kind: shown.count(kind) for kind in KINDS}


@cache
def clauses() -> tuple[Exercised, ...]:
    """Run every case once, and say of every clause which of them show it."""
    found: dict[tuple[str, int, str], list[str]] = {}
    for case in cases():
        for finding in told(case).findings(rule=case["rule"]):
            if _shows(case["shows"], finding):
                found.setdefault((finding.rule, finding.rule_version, finding.clause), []).append(case["case"])
    return tuple(_exercised(found))


def _shows(kinds: list[str], finding: Finding) -> bool:
    refuted = {p.reason for p in finding.premises if p.state is PremiseState.REFUTED}
    missing = {p.reason for p in finding.premises if p.state is PremiseState.MISSING}
    reached = "positive" in kinds and not refuted and missing <= GATE
    return reached or ("disabled" in kinds and refuted == {"rule_disabled"} and missing <= GATE)


def _exercised(found: dict[tuple[str, int, str], list[str]]) -> Iterator[Exercised]:
    instruments = shipped().instruments
    for rule in shipped().versions:
        for clause in rule.clauses:
            gap = instruments.gap(clause, rule.measures_of(clause))
            shown = dict.fromkeys(found.get((rule.id, rule.version, clause.id), ()))
            yield Exercised(rule, clause, rule.why_disabled(clause), bool(gap), tuple(shown))
