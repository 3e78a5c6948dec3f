"""The premises on an office: whether it was held on the day, or in the period, that a clause asks about."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.responsibility.candidates import Candidate, Office, read_period, registered_period, test_period
from analytics.responsibility.case import Case
from analytics.responsibility.catalogue import Clause, Rule
from analytics.responsibility.disagreeing import disputed_by, stated_otherwise
from graph.dates import Truth
from graph.model import Premise, PremiseState
from graph.snapshot.view import Holding, Named

PROVED, MISSING, REFUTED = PremiseState.PROVED, PremiseState.MISSING, PremiseState.REFUTED


def office(case: Case, clause: Clause, candidate: Candidate) -> Premise:
    """Ask whether the office was held on the day, or in the period, that the clause asks about."""
    name = f"office_at_{'conduct' if clause.when == 'office_at_conduct' else 'listing'}"
    documents = candidate.posts_stated
    if documents:
        evidence = tuple(sorted(named.fact.id for named in documents))
        stated = ("stated_in", case.decision.value.id)
        if candidate.rivals and not candidate.offices and not candidate.contradicting:
            return _differs(name, case, clause, candidate, evidence)
        if candidate.rivals and not candidate.contradicting:
            return _contested(name, case, clause, candidate, evidence)
        if not candidate.contradicting and (stating := stated_otherwise(case, clause, candidate)):
            return _two_stated(name, case, clause, evidence, stating)
        if not candidate.contradicting:
            return Premise(name, PROVED, "office_held", evidence, (stated,))
        denied = tuple(("held", str(holding.value.period)) for holding in candidate.contradicting)
        evidence += tuple(sorted(holding.fact.id for holding in candidate.contradicting))
        return Premise(name, MISSING, "statements_conflict", evidence, (stated, ("asked", str(test_period(case, clause))), *denied))
    disputed = {office.holding.fact.id: disputed_by(case, clause, office) for office in candidate.offices}
    undisputed = [office for office in candidate.offices if office.truth is Truth.YES and not disputed[office.holding.fact.id]]
    best = best_office(undisputed or candidate.offices)
    if candidate.denied_by and best.truth is Truth.YES:
        return _differs(name, case, clause, candidate, (best.holding.fact.id,))
    if others := disputed[best.holding.fact.id]:
        return _disputed(name, case, clause, best, others)
    if candidate.rivals and best.truth is Truth.YES:
        return _contested(name, case, clause, candidate, (best.holding.fact.id,))
    return _by_dates(name, case, clause, best)


def _by_dates(name: str, case: Case, clause: Clause, best: Office) -> Premise:
    """Compare the dates of an office with the period in which it is asked for."""
    period = test_period(case, clause)
    compared = (
        ("asked", str(period)),
        ("held", str(best.holding.value.period)),
        *((("registered", str(registered)),) if (registered := registered_period(best.holding)) else ()),
        ("timeline", clause.timeline),
    )
    evidence = (best.holding.fact.id, case.decision.id)
    if best.truth is Truth.YES:
        return Premise(name, PROVED, "office_held", evidence, compared)
    if best.truth is Truth.MAYBE:
        return Premise(name, MISSING, "office_date_uncertain", evidence, compared)
    return Premise(name, REFUTED, "register_lag", evidence, compared)


def _disputed(name: str, case: Case, clause: Clause, best: Office, others: Sequence[Holding]) -> Premise:
    """Doubt an office of which two statements give days that do not agree, and by one of them it was not held then."""
    evidence = (best.holding.fact.id, case.decision.id, *sorted(other.fact.id for other in others))
    periods = (best.period, *(read_period(other, clause) for other in others))
    compared = (("asked", str(test_period(case, clause))), *(("held", str(period)) for period in periods))
    return Premise(name, MISSING, "registers_conflict", evidence, (*compared, ("timeline", clause.timeline)))


def _contested(name: str, case: Case, clause: Clause, candidate: Candidate, own: tuple[str, ...]) -> Premise:
    """Doubt an office that one person at a time can hold, as another certainly held it on the same days."""
    evidence = (*own, case.decision.id, *sorted(holding.fact.id for holding in candidate.rivals))
    others = tuple(("other_holder", holding.party.id) for holding in candidate.rivals)
    return Premise(name, MISSING, "office_contested", evidence, (("asked", str(test_period(case, clause))), *others))


def _differs(name: str, case: Case, clause: Clause, candidate: Candidate, own: tuple[str, ...]) -> Premise:
    """Doubt an office of which the decision states one holder, and the register another for the same days."""
    both: list[Named | Holding] = [*candidate.denied_by, *candidate.rivals]
    evidence = (*own, case.decision.id, *sorted(other.fact.id for other in both))
    others = tuple(("other_holder", other.party.id) for other in both if other.party)
    compared = (("asked", str(test_period(case, clause))), *dict.fromkeys(others), ("stated_in", case.decision.value.id))
    return Premise(name, MISSING, "decision_and_register_differ", evidence, compared)


def _two_stated(name: str, case: Case, clause: Clause, own: tuple[str, ...], others: Sequence[Named]) -> Premise:
    """Doubt an office of which the documents state two holders, where one person at a time can hold it."""
    evidence = (*own, case.decision.id, *sorted(other.fact.id for other in others))
    told = dict.fromkeys(("other_holder", other.party.id) for other in others if other.party)
    return Premise(name, MISSING, "documents_state_two", evidence, (("asked", str(test_period(case, clause))), *told))


def best_office(offices: Sequence[Office]) -> Office:
    """Return the office that proves most; a certain one before a vague one, a vague one before a lagging register."""
    rank = {Truth.YES: 0, Truth.MAYBE: 1, Truth.NO: 2}
    return min(offices, key=lambda office: (rank[office.truth], office.holding.fact.id))


def office_stated(clause: Clause, candidate: Candidate) -> Premise | None:
    """Doubt the office of somebody whom a document names without it, and of which the register alone knows; else None."""
    if clause.when != "named" or not candidate.offices:
        return None
    best = best_office(candidate.offices)
    evidence = (best.holding.fact.id, *sorted(named.fact.id for named in candidate.named))
    return Premise("office_stated", MISSING, "office_not_stated", evidence, (("held", str(best.period)),))


def office_under(case: Case, rule: Rule, clause: Clause, candidate: Candidate) -> Premise | None:
    """Doubt an office at the listing that was taken up when a text that answers older conduct was law no more; else None."""
    last = rule.in_force.until
    if last is None or clause.when != "office_at_listing" or case.decision.value.date.latest <= last:
        return None
    held = [office for office in candidate.offices if office.truth is Truth.YES]
    if not held or any(office.period.start.latest <= last for office in held):
        return None
    best = best_office(held)
    compared = (("held", str(best.period)), ("in_force", f"/{last}"))
    return Premise("office_under_rule", MISSING, "office_after_rule", (best.holding.fact.id, case.decision.id), compared)
