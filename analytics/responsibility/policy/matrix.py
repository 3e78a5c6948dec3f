"""Measures of the city policy by roles: what is reachable on a day, and the article behind every cell.

A city document carries nothing by itself. A cell is more than a lead only through the measure of another instrument that does what
the city's measure says (`carried_by`), in a clause that names the role.

Invariants (tests/unit/test_analytics_policy.py holds one test a number)
5. A cell is `established` only through a clause in use, of a rule in force on the day, whose measure an instrument may carry by an
   article that somebody read.
6. Every cell names an article: of what reaches the role, or of the city's measure, which does not name it. What is proposed on the
   office alone is told apart, article by article, from what asks for a document that names the person.
7. A cell agrees with what `propagate` makes of a decision: no role is reached in fact and never in the matrix.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from analytics.responsibility.catalogue import RESPONDENT, BasisRef, Catalogue, Clause, MeasureRule, Rule
from analytics.responsibility.policy.document import Policy, city_measures

State = Literal["established", "lead", "disabled", "never"]
ORDER: Final[tuple[State, ...]] = ("established", "lead", "disabled", "never")
"""What is reachable, most first."""

ENTERPRISE: Final = "enterprise"
INDIVIDUAL: Final = "individual"
COLUMNS: Final = (
    ENTERPRISE, INDIVIDUAL,
    "legal_representative", "principal_responsible_person", "person_in_charge", "senior_manager",
    "director", "shareholder", "supervisor", "actual_controller", "registered_professional",
    "directly_responsible_supervisor", "other_directly_responsible", "directly_responsible", "responsible_person_found",
)  # fmt: skip
"""The enterprise and the natural person that a decision is against, and the roles; 监事 and 实际控制人 stand nowhere in it."""


@dataclass(frozen=True, slots=True)
class Way:
    """One clause by which a measure reaches a role, how far, and why not further."""

    rule: Rule
    clause: Clause
    measure: MeasureRule
    state: State
    why: str
    basis: tuple[BasisRef, ...]

    @property
    def by_office(self) -> bool:
        """Whether it asks for no document that names the person."""
        return self.clause.when.startswith("office")


@dataclass(frozen=True, slots=True)
class Cell:
    """One measure of the city and one role."""

    measure: MeasureRule
    column: str
    ways: tuple[Way, ...]

    @property
    def state(self) -> State:
        """What is reachable: the most that any way gives."""
        return min((way.state for way in self.ways), key=ORDER.index, default="never")

    @property
    def basis(self) -> tuple[BasisRef, ...]:
        """The articles behind the state; where nothing reaches the role, those of the city's measure, which does not name it."""
        found = [basis for way in self.giving for basis in way.basis]
        return tuple(dict.fromkeys(found or self.measure.basis))

    @property
    def giving(self) -> tuple[Way, ...]:
        """The ways that give the state: first those by office alone."""
        return tuple(sorted((way for way in self.ways if way.state == self.state), key=lambda way: not way.by_office))


def matrix(policy: Policy, catalogue: Catalogue, on: date) -> list[Cell]:
    """Return every cell, measure by measure, on a day."""
    carried = {measure.id: measure.carried_by for measure in policy.measures}
    ways = [way for rule in catalogue.versions if _in_force(rule, on) for way in _ways(rule, catalogue, on)]
    return [
        Cell(measure, column, tuple(way for way in mine if column in _columns(way.clause, way.measure)))
        for _, measure in city_measures(policy, catalogue)
        for mine in [[way for way in ways if way.measure.id in {measure.id, *carried.get(measure.id, ())}]]
        for column in COLUMNS
    ]


def _in_force(rule: Rule, on: date) -> bool:
    """Say whether a rule is in force; one whose start nobody read is shown as not in use."""
    return (rule.in_force.start or date.min) <= on <= (rule.in_force.until or date.max)


def _ways(rule: Rule, catalogue: Catalogue, on: date) -> Iterator[Way]:
    for clause in rule.clauses:
        reason = rule.why_disabled(clause)
        for measure in rule.measures_of(clause):
            then = catalogue.instruments.dated(measure, on)
            carrying = tuple(catalogue.instruments.read(then) or catalogue.instruments.carrying(then))
            gate = catalogue.instruments.gap
            gap = gate(clause, [measure]) or ("basis_not_in_force" if gate(clause, [then], on) else "")
            state: State = "disabled" if reason else "lead" if gap else "established"
            why = reason or gap
            yield Way(rule, clause, measure, state, why, tuple(dict.fromkeys(carrying or measure.basis)))


def _columns(clause: Clause, measure: MeasureRule) -> set[str]:
    """Return the columns that a clause reaches with a measure: a measure on enterprises reaches nobody behind one."""
    found: set[str] = set()
    if RESPONDENT in clause.roles:
        found |= {ENTERPRISE} if measure.target != "person" else set()
    if RESPONDENT in clause.roles or clause.also_respondent:
        found |= {INDIVIDUAL} if measure.target != "enterprise" else set()
    return found | ({role for role in clause.roles if role != RESPONDENT} if measure.target != "enterprise" else set())
