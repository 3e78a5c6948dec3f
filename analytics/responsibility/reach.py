"""What the rules alone say of a clause and one kind of party: found once a catalogue, and not once a finding.

Invariants (tests/unit/test_analytics_reach.py holds one test a number)
1. What carries a clause on a day is what the instruments say of that day, on whatever days it was asked before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from analytics.responsibility.instruments import Instruments
from analytics.responsibility.rule_format import Clause, Rule
from analytics.responsibility.rule_measures import MARKS, BasisRef, MeasureRule
from analytics.responsibility.rule_terms import TermRule
from graph.model import Basis, Measure

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Carried:
    """What carries the measures of a clause by a day: the articles, what the hierarchy gate says of them, and what is told of it.

    `unread` are, of each measure that an article carries which nobody read, the acts that impose it.
    """

    basis: tuple[Basis, ...]
    reason: str
    told: Pairs
    unread: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, eq=False)
class Reach:
    """A clause of a rule, for parties of one kind (`person` or `enterprise`)."""

    rule: Rule
    clause: Clause
    kind: str
    instruments: Instruments

    @cached_property
    def measures(self) -> tuple[MeasureRule, ...]:
        """The measures of the clause that are aimed at such a party, in its order."""
        return tuple(m for m in self.rule.measures_of(self.clause) if m.target in ("both", self.kind))

    @cached_property
    def shown(self) -> tuple[Measure, ...]:
        """The measures as a finding states them."""
        return tuple(Measure(m.id, m.name.zh, m.kind, m.category) for m in self.measures)

    @cached_property
    def imposed_by(self) -> frozenset[str]:
        """The acts by which a decision itself imposes one of the measures."""
        return frozenset(act for measure in self.measures for act in measure.imposed_by)

    @cached_property
    def other_penalties(self) -> frozenset[str]:
        """The acts that other clauses of the rule ask for as a penalty, and this one does not."""
        others = {act for other in self.rule.clauses for act in other.penalised_by}
        return frozenset(others.difference(self.clause.penalised_by))

    @cached_property
    def term(self) -> TermRule:
        """How long the measures last, where the decision says nothing else."""
        return self.rule.term_of(self.clause)

    @cached_property
    def disabled(self) -> str:
        """Why the clause is not in use, empty where it is."""
        return self.rule.why_disabled(self.clause)

    @cached_property
    def unverified(self) -> tuple[str, ...]:
        """What of the clause nobody read in the official text."""
        return self.rule.unverified_in(self.clause)

    def carried(self, by: date) -> Carried:
        """Return what carries the measures by a day."""
        since = bisect_right(self._first_days, by)
        if since not in self._carried:
            self._carried[since] = self._carried_by(by)
        return self._carried[since]

    @cached_property
    def _cited(self) -> tuple[BasisRef, ...]:
        return (*self.clause.basis, *(basis for measure in self.measures for basis in measure.basis))

    @cached_property
    def _first_days(self) -> Sequence[date]:
        """The days on which something changes in what carries the clause."""
        return sorted({self.instruments.first_day(basis) for basis in self._cited})

    @cached_property
    def _carried(self) -> dict[int, Carried]:
        """What was found before, by how many of these days had come."""
        return {}

    def _carried_by(self, by: date) -> Carried:
        instruments, basis = self.instruments, self._basis(by)
        if instruments.gap(self.clause, self.measures) == "basis_missing":
            return Carried(basis, "basis_missing", _articles(self._cited))
        then = [instruments.dated(measure, by) for measure in self.measures]
        gap = instruments.gap(self.clause, then, by)
        if gap == "basis_missing":
            young = [each for each in self._cited if instruments.first_day(each) > by]
            days = ((each.instrument, f"{each.article} {instruments.first_day(each)}/open") for each in young)
            return Carried(basis, "basis_not_in_force", tuple(dict.fromkeys(days)))
        if gap == "basis_unread":
            unread = [measure for measure in then if not instruments.read(measure)]
            told = _articles(b for measure in unread for b in instruments.carrying(measure))
            return Carried(basis, "basis_unread", told, tuple(frozenset(measure.imposed_by) for measure in unread))
        return Carried(basis, "basis_carries", _articles(b for measure in then for b in instruments.read(measure)))

    def _basis(self, by: date) -> tuple[Basis, ...]:
        """Return the articles that were law by a day, each once, with the weaker mark where two uses of it differ.

        Where none was, all of them: the finding is a lead that says so.
        """
        found: dict[tuple[str, str], BasisRef] = {}
        for basis in self.instruments.in_force(self._cited, by) or self._cited:
            key = basis.instrument, basis.article
            found[key] = max(found.get(key, basis), basis, key=_weakness)
        return tuple(Basis(*key, MARKS[_weakness(basis)]) for key, basis in found.items())


def _articles(bases: Iterable[BasisRef]) -> Pairs:
    return tuple(sorted({(basis.instrument, basis.article) for basis in bases}))


def _weakness(basis: BasisRef) -> int:
    """Return how badly the text of an article is known; without a mark nobody read it."""
    return MARKS.index(basis.evidence or "not_read")
