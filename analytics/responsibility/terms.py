"""From when to when a finding restricts: by the term that the decision states, else by the law's.

Invariants (tests/unit/test_analytics_terms.py holds one test a number)
1. Of different acts that a decision imposes each is counted from its own day, and the last of them counts.
2. Where it states two terms for one act and one party, it can be read in two ways: the finding is a lead until somebody has
   looked, and shows the shorter, never the longer.
3. One term said twice is one term, also where only one of them says from which day it runs, or the other was not read.
4. Without a day from which it runs no term is certain: the finding is a lead, also where the day is too vague to count from. What
   ends the decision makes no such term certain, and what is shown is never later than the term can last.
5. A term that was over before the decision was made is none: the finding is blocked, and a lead where the days leave it open.
6. A removal from a list ends what follows from the list; what stands by itself (`relation: independent`) keeps its own clock.
7. What was ended before the first day that the decision states never began: it is blocked, and a lead where the days leave it
   open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from analytics.responsibility.candidates import Candidate
from analytics.responsibility.case import Case, End
from analytics.responsibility.rule_terms import TermRule
from graph.dates import UNKNOWN, PartialDate, Truth, add_years, not_after
from graph.model import Imposed, Premise, PremiseState, Term


def first_day(case: Case, imposed: Sequence[Imposed]) -> date | None:
    """Return the first day: of what the decision imposes the earliest that it states, else its own day."""
    return (_stated_first(imposed) or case.begins).day


def last_day(case: Case, own: End, imposed: Sequence[Imposed]) -> str | None:
    """Return the last day: of the term the decision states, else of the law's, but never later than the decision stands.

    Where the term is too vague to have a last day, what ends the decision gives one, but none later than the term can last.
    """
    ended = _ended(case, imposed)
    if own is None or own == "life":
        return ended.isoformat() if ended else own
    last = own.day if ended is None else min(own.latest, ended)
    return last.isoformat() if last else None


def two_terms(case: Case, candidate: Candidate, imposed: Sequence[Imposed]) -> Premise | None:
    """Doubt a decision that states two terms for one act and one party; None where it states one."""
    if len(imposed) < 2:
        return None
    differ = {act: stated for act, stated in _stated(imposed).items() if len(stated) > 1}
    if not differ:
        return None
    evidence = tuple(sorted(named.fact.id for named in candidate.named)) or (case.decision.id,)
    compared = tuple(
        pair
        for act, stated in differ.items()
        for pair in (("act", act), *(("until", _told(item, case)) for item in sorted(stated, key=lambda one: _reach(one, case))))
    )
    return Premise("one_term", PremiseState.MISSING, "terms_differ", evidence, compared)


def day_known(case: Case, own: End, imposed: Sequence[Imposed]) -> Premise | None:
    """Doubt a decision of which no day is known, and one whose day is too vague for the term that runs from it; else None."""
    begins = case.begins
    if begins == UNKNOWN and case.decision.value.date != UNKNOWN:
        return None
    vague = isinstance(own, PartialDate) and own.day is None
    if not vague and (begins != UNKNOWN or first_day(case, imposed) is not None):
        return None
    return Premise(
        "decision_dated", PremiseState.MISSING, "decision_day_unknown", (case.decision.id,), (("decision", str(begins)),)
    )


def in_term(case: Case, term: TermRule, imposed: Sequence[Imposed]) -> Premise | None:
    """Refute a term that the law counts from the conduct and that was over before the decision, doubt one that may have been.

    None where it was not, and where the law counts from another day or the decision says how long.
    """
    if term.starts != "conduct_end" or term.years is None or any(item.term.known for item in imposed):
        return None
    if (end := case.conduct_end) is None:
        return None
    first, last = add_years(end.earliest, term.years), add_years(end.latest, term.years)
    if first >= case.begins.latest:
        return None
    over = last < case.begins.earliest
    compared = (("conduct_end", str(end)), ("until", str(last)), ("decision", str(case.begins)))
    state, reason = (PremiseState.REFUTED, "term_over") if over else (PremiseState.MISSING, "term_over_perhaps")
    return Premise("in_term", state, reason, (case.decision.id,), compared)


def began(case: Case, imposed: Sequence[Imposed]) -> Premise | None:
    """Refute what was ended before the first day that the decision states, doubt what may have been; None where it was not."""
    first, last = _stated_first(imposed), case.standing.until
    if first is None or last is None or (in_order := not_after(first, last)) is Truth.YES:
        return None
    state, reason = (
        (PremiseState.REFUTED, "ended_before_it_began")
        if in_order is Truth.NO
        else (PremiseState.MISSING, "ended_before_it_began_perhaps")
    )
    evidence = (case.decision.id, *case.standing.evidence)
    return Premise("began", state, reason, evidence, (("first_day", str(first)), ("ended", str(last))))


def own_last(case: Case, term: TermRule, imposed: Sequence[Imposed]) -> End:
    """Return between which days the term ends, whatever ends the decision."""
    if not imposed:
        asked = term.type, term.years, term.starts
        if asked not in case.ends:
            case.ends[asked] = _by_law(case, term, imposed)
        return case.ends[asked]
    shortest = [min(stated, key=lambda item: _reach(item, case)) for stated in _stated(imposed).values()]
    longest = max(shortest, key=lambda item: _reach(item, case), default=None)
    return _end(longest.term, longest.start or case.begins) if longest else _by_law(case, term, imposed)


def _by_law(case: Case, term: TermRule, imposed: Sequence[Imposed]) -> End:
    """Return between which days the law's term ends."""
    lasts = Term(years=term.years if term.type in ("fixed", "cap") else None, life=term.type == "life")
    return _end(lasts, _counted_from(case, term, imposed))


def _end(lasts: Term, counted_from: PartialDate | None) -> End:
    if lasts.life:
        return "life"
    if counted_from is None or not lasts.known:
        return None
    earliest = lasts.after(counted_from.earliest)
    return PartialDate(earliest, earliest if counted_from.day else lasts.after(counted_from.latest))


def _counted_from(case: Case, term: TermRule, imposed: Sequence[Imposed]) -> PartialDate | None:
    """Return the day from which the law counts a term, None where it is not known: of a vague end of the conduct the latest."""
    if term.starts == "decision":
        return _stated_first(imposed) or case.begins
    end = case.conduct_end if term.starts == "conduct_end" else None
    return PartialDate.on(end.latest) if end else None


def _ended(case: Case, imposed: Sequence[Imposed]) -> date | None:
    """Return the last day on which the decision stands: of a vague end the earliest on which what it imposes can have begun."""
    until, first = case.standing.until, _stated_first(imposed)
    if until is None or first is None or not_after(first, until) is Truth.NO:
        return case.standing.last
    return max(until.earliest, first.earliest)


def _stated_first(imposed: Sequence[Imposed]) -> PartialDate | None:
    if not imposed:
        return None
    return min((item.start for item in imposed if item.start is not None), key=lambda day: day.earliest, default=None)


def _stated(imposed: Sequence[Imposed]) -> Mapping[str, list[Imposed]]:
    """Return, of each act, the terms that were read and are not the same; one with a first day before the same without."""
    found: dict[str, list[Imposed]] = defaultdict(list)
    for item in sorted(imposed, key=lambda one: one.start is None):
        same = (each for each in found[item.act] if _length(each.term) == _length(item.term) and item.start in (None, each.start))
        if item.term.known and not any(same):
            found[item.act].append(item)
    return {act: stated for act, stated in found.items() if stated}


def _length(term: Term) -> tuple[bool, int]:
    return term.life, 0 if term.life else 12 * (term.years or 0) + (term.months or 0)


def _reach(item: Imposed, case: Case) -> tuple[bool, date, int]:
    """Return what orders impositions by when they end: for life last, those from a day that is not known by their length."""
    return item.term.life, (_ends(item, case) if not item.term.life else None) or date.min, _length(item.term)[1]


def _ends(item: Imposed, case: Case) -> date | None:
    start = (item.start or case.begins).day
    return item.term.after(start) if start else None


def _told(item: Imposed, case: Case) -> str:
    """Tell a term in signs that need no language: its last day, else its length (ISO 8601), or without end."""
    last = None if item.term.life else _ends(item, case)
    return "∞" if item.term.life else last.isoformat() if last else f"P{_length(item.term)[1]}M"
