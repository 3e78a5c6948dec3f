"""What is no error in a rule, and what a lawyer should look at all the same: told as warnings by the check.

Invariants (tests/unit/test_analytics_rule_doubts.py holds one test a number)
1. A clause by which nobody can ever be restricted says why: nothing of sufficient level carries it, or its text was not read.
2. One id of a measure that stands for two measures in two rules is told of the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from analytics.responsibility.instruments import Instruments, late
from analytics.responsibility.rule_format import Rule

_NOT_CARRIED: Final = "no instrument of sufficient level carries their measures: whoever they name is a lead at most"

_NOT_NAMED: Final = "no instrument of sufficient level names whom they reach: whoever they name is a lead at most"


def doubts_of(rule: Rule, instruments: Instruments) -> Iterator[str]:
    """Yield what is no error in a rule, and what a lawyer should look at."""
    for measure in rule.measures:
        yield from measure.doubts()
    if not rule.disabled:
        yield from _reaching_nobody(rule, instruments)
    for field, day, _ in late(rule, instruments):
        yield f"{field}: in force since {day}, the rule since {rule.in_force.start}: an older decision gives a lead at most"


def _reaching_nobody(rule: Rule, instruments: Instruments) -> Iterator[str]:
    """Yield the clauses of a rule by which nobody is ever reached, or with a lead at most; each reason is told once."""
    idle: dict[str, list[str]] = {}
    for clause in rule.clauses:
        why = rule.why_disabled(clause)
        if not why and clause.effect == "restrict" and instruments.gap(clause, rule.measures_of(clause)) == "basis_missing":
            why = _NOT_CARRIED if instruments.names(clause) else _NOT_NAMED
        if why and why != clause.disabled:
            idle.setdefault(why, []).append(clause.id)
    for why, names in idle.items():
        yield f"clauses {', '.join(names)}: {why}"


def shared_ids(rules: Iterable[tuple[str, Rule]]) -> Iterator[str]:
    """Yield the measures whose id another rule has for something else; one measure may stand in several rules."""
    known: dict[str, Rule] = {}
    for file, rule in rules:
        for measure in rule.measures:
            other = known.setdefault(measure.id, rule)
            called = next(each.name.zh for each in other.measures if each.id == measure.id)
            if other.id != rule.id and called != measure.name.zh:
                yield f"{file}: {rule.id}: measures.{measure.id}: {other.id} calls another measure so ({called}): an id is of one"
