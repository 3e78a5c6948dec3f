"""Of one term of an office two statements disagree: by one it was held then, by the other it had ended or not begun.

Invariants (tests/unit/test_analytics_disagreeing.py holds one test a number)
1. No statement prevails over another by its source, its age, or because it says more: what they dispute is a lead that shows both.
2. Terms that follow each other do not disagree, nor do the terms of two who certainly are two, nor those of two offices.
3. An office is proved by any statement with which none disagrees, whatever is said of another term.
4. Of an office that one person at a time can hold no document alone proves the holder, where it states another for the one day that
   is asked about, or what corrects it states another. Whom the register shows in it is not doubted for that.
"""

from __future__ import annotations

from analytics.responsibility.candidates import Candidate, Office, may_be_one, read_period, stated_here, test_period
from analytics.responsibility.case import Case
from analytics.responsibility.catalogue import Clause
from graph.codes.roles import single
from graph.dates import PartialDate, Period, Truth
from graph.snapshot.view import Holding, Named


def disputed_by(case: Case, clause: Clause, office: Office) -> tuple[Holding, ...]:
    """Return the statements by which an office that is certain by one was not held then; none where it is not certain anyway."""
    if office.truth is not Truth.YES:
        return ()
    asked, held = test_period(case, clause), office.holding
    found = (other for other, _ in case.held if other.value.interest == held.value.interest and _one_holder(case, held, other))
    denying = (other for other in found if read_period(other, clause).meets(asked) is Truth.NO)
    return tuple(other for other in denying if _one_term(office.period, read_period(other, clause), alike=_source(held, other)))


def stated_otherwise(case: Case, clause: Clause, candidate: Candidate) -> tuple[Named, ...]:
    """Return the namings that state another holder of the office that documents alone state of somebody; see invariant 4."""
    roles = {role for named in candidate.posts_stated for role in stated_here(case, named)} & set(clause.roles)
    if not roles <= single() or any(office.truth is Truth.YES for office in candidate.offices):
        return ()
    asked, own = test_period(case, clause), {named.value.decision for named in candidate.posts_stated}
    one_day = asked.start.day is not None and asked.start.day == asked.end.day
    others = (named for node, found in case.namings.items() if not may_be_one(case, node, candidate.party.id) for named in found)
    stating = (named for named in others if named.party and named.party.certain and roles & stated_here(case, named))
    return tuple(named for named in stating if one_day or named.value.decision not in own)


def _source(one: Holding, other: Holding) -> bool:
    return one.fact.origin.source == other.fact.origin.source


def _one_holder(case: Case, one: Holding, other: Holding) -> bool:
    """Say whether two statements speak of one person, or may: one source tells two people apart, two sources may not."""
    if one.party.id == other.party.id:
        return one.fact.id != other.fact.id
    return not _source(one, other) and may_be_one(case, one.party.id, other.party.id)


def _one_term(one: Period, other: Period, *, alike: bool) -> bool:
    """Say whether two periods are of one term: they may begin on one day, or (of two sources) share more than a day for certain.

    One source may tell of terms that overlap where an office was given anew before it ended.
    """
    first, second = _start(one), _start(other)
    if first.earliest <= second.latest and second.earliest <= first.latest:
        return True
    return not alike and first.latest < other.end.earliest and second.latest < one.end.earliest


def _start(period: Period) -> PartialDate:
    """Return the first day, narrowed by the last: nothing begins after it ended."""
    return PartialDate(period.start.earliest, min(period.start.latest, period.end.latest))
