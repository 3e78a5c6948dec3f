"""Of two offices that a text joins with 或者 one answers: the one named first, unless the decision names the holder of the other.

Invariants (tests/unit/test_analytics_either.py holds one test a number)
1. The holder of an office named later is a lead where another person certainly held the first, and the decision names neither.
2. Whom the decision names answers; the holder of the other office is then a lead, unless it names him as well.
3. Nobody makes way for himself, for one who may be he, for an uncertain holder, or for whom the decision finds not responsible.
"""

from __future__ import annotations

from analytics.responsibility.candidates import Candidate, candidates, may_be_one, stated_here, test_period
from analytics.responsibility.case import Case
from analytics.responsibility.catalogue import RESPONDENT, Clause, Rule
from analytics.responsibility.disagreeing import disputed_by
from graph.dates import Truth
from graph.model import Premise, PremiseState


def other_office(case: Case, rule: Rule, clause: Clause, candidate: Candidate) -> Premise | None:
    """Doubt the holder of one office where the text asks for one of two, and another person answers in the other; else None."""
    if not clause.either or candidate.role == RESPONDENT or _named(candidate):
        return None
    others = [other for other in candidates(case, rule, clause) if _instead(case, clause, candidate, other)]
    if not others:
        return None
    evidence = (*(statement for other in others for statement in other.statements), case.decision.id)
    compared = (("asked", str(test_period(case, clause))), *(("other_holder", other.party.id) for other in others))
    return Premise("alternative", PremiseState.MISSING, "other_office_answers", evidence, compared)


def _instead(case: Case, clause: Clause, candidate: Candidate, other: Candidate) -> bool:
    """Say whether `other` certainly answers in another office: named in it by the decision, or the text names it before."""
    if other.role in (candidate.role, RESPONDENT) or other.party.id == candidate.party.id or not _certain(case, clause, other):
        return False
    if may_be_one(case, candidate.party.id, other.party.id):
        return False
    order = clause.roles.index
    return order(other.role) < order(candidate.role) or _chosen(case, clause, other)


def _certain(case: Case, clause: Clause, other: Candidate) -> bool:
    """Say whether it is certain that somebody held his office, and nothing in the decision speaks against him.

    Of two who are both said to have held it one did, so that neither leaves the other office to answer.
    """
    held = any(office.truth is Truth.YES and not disputed_by(case, clause, office) for office in other.offices)
    stated = other.posts_stated and not other.contradicting
    return bool(held or stated) and other.party.certain and not any(named.value.responsible is False for named in other.named)


def _named(candidate: Candidate) -> bool:
    """Say whether the decision names him, and does not find him not responsible."""
    return bool(candidate.named) and not any(named.value.responsible is False for named in candidate.named)


def _chosen(case: Case, clause: Clause, other: Candidate) -> bool:
    """Say whether the decision names somebody in one of the offices."""
    return any(set(clause.roles) & {*stated_here(case, named), *named.value.found_as} for named in other.named)
