"""How a decision can be read: with its corrections while they stand, with or without those of which that is open, in each order.

Invariants (tests/unit/test_analytics_readings.py holds one test a number)
1. A correction counts on the days on which it stands: after its last day the decision speaks again as it was, to everybody.
2. What would be another finding, or none, if a correction in doubt did not count is a lead that says so, with the shorter term.
3. What is the same in every reading stays as it is, without a word of the correction in doubt.
4. A finding is of the days on which it is strongest; where these are no one span, it is a lead that says so.
5. Where corrections can be read in several orders, what is not the same in each is a lead that says so, with the shorter term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, pairwise

from analytics.responsibility.correcting import Correction
from analytics.responsibility.ordering import Order
from graph.dates import PartialDate
from graph.model import Finding, Outcome, Premise, PremiseState
from graph.snapshot.standing import Standing

Without = frozenset[str]
"""The corrections (by decision id) that do not count in a reading."""
Derive = Callable[[Without, Order], Sequence[Finding]]
Standings = Mapping[str, Standing]
NAME = "correction_stands"
IN_DOUBT = "correction_in_doubt"
ORDER_OPEN = "correction_order_open"
_PREMISES = {IN_DOUBT: NAME, ORDER_OPEN: "correction_order"}
STRENGTH = {Outcome.BLOCKED: 0, Outcome.LEAD: 1, Outcome.ESTABLISHED: 2}
_TOGETHER = 4
"""Of so many corrections in doubt every combination is read; of more each by itself, each left out, and all together."""


def outcome(premises: Iterable[Premise]) -> Outcome:
    """Return what premises make of a finding: one refuted, or nobody certainly meant, blocks it; one missing leaves a lead."""
    found = Outcome.ESTABLISHED
    for premise in premises:
        if premise.state is PremiseState.REFUTED or (premise.state is PremiseState.MISSING and premise.name == "identity"):
            return Outcome.BLOCKED
        if premise.state is PremiseState.MISSING:
            found = Outcome.LEAD
    return found


def read(
    fact: str, corrections: Sequence[Correction], standings: Standings, orders: Sequence[Order], derive: Derive
) -> list[Finding]:
    """Return the findings of a decision over the days, and over the readings that are open.

    Parameters
    ----------
    fact : str
        The statement of the decision.
    corrections : sequence of Correction
        Those that may count.
    standings : mapping of decision id to Standing
        How each of them stands.
    orders : sequence of Order
        In which they can be read.
    derive : callable
        Gives the findings of the decision without some of its corrections, with the others in an order.
    """
    doubtful = [each for each in corrections if _in_doubt(standings[each.fact.value.id])]
    spans = {never: _spans(standings, never) for never in _readings([each.fact.value.id for each in doubtful])}
    wanted = dict.fromkeys((span.without, order) for each in spans.values() for span in each for order in orders)
    derived = {each: {finding.id: finding for finding in derive(*each)} for each in wanted}
    ended = [each for each in corrections if standings[each.fact.value.id].until]
    counted, doubted, ordered = (_told(fact, each, standings) for each in (ended, doubtful, corrections))
    found: list[Finding] = []
    for finding in sorted({finding for each in derived.values() for finding in each}):
        over = [
            _agreed(
                [_over_time([(span, derived[span.without, order].get(finding)) for span in each], counted) for order in orders],
                ORDER_OPEN,
                ordered,
            )
            for each in spans.values()
        ]
        if (one := _agreed(over, IN_DOUBT, doubted)) is not None:
            found.append(one)
    return found


def open_to_reading(standings: Standings) -> bool:
    """Say whether a decision can be read in several ways: one of its corrections ended, or may have."""
    return any(standing.until or _in_doubt(standing) for standing in standings.values())


@dataclass(frozen=True, slots=True)
class _Span:
    """Days on which some corrections do not count; None: without a beginning, or an end."""

    first: date | None
    last: date | None
    without: Without


def _in_doubt(standing: Standing) -> bool:
    return bool(standing.doubts or standing.undated)


def _readings(doubtful: Sequence[str]) -> list[Without]:
    """Return what may never count, of the corrections in doubt: nothing first, all of them last."""
    some: Iterable[tuple[str, ...]]
    if len(doubtful) <= _TOGETHER:
        some = (each for size in range(len(doubtful) + 1) for each in combinations(doubtful, size))
    else:
        alone = combinations(doubtful, 1)
        some = ((), *alone, *combinations(doubtful, len(doubtful) - 1), tuple(doubtful))
    return list(dict.fromkeys(map(frozenset, some)))


def _spans(standings: Standings, never: Without) -> list[_Span]:
    """Return the days before, between and after the ends of the corrections; of a vague end only what is certainly so."""
    ends = {each: standing.until for each, standing in standings.items() if standing.until and each not in never}
    spans: list[_Span] = []
    gone, first = never, None
    for last in sorted(set(ends.values()), key=lambda end: (end.earliest, end.latest)):
        if first is None or first <= last.earliest:
            spans.append(_Span(first, last.earliest, gone))
        gone = gone.union(each for each, end in ends.items() if end == last)
        first = max(first or date.min, _after(last))
    return [*spans, _Span(first, None, gone)]


def _after(last: PartialDate) -> date:
    return last.latest + timedelta(days=1) if last.latest < date.max else last.latest


def _over_time(found: Sequence[tuple[_Span, Finding | None]], evidence: tuple[str, ...]) -> Finding | None:
    """Return what a finding is over all days: of those on which it is strongest."""
    if len({_said(finding) for _, finding in found}) == 1:
        return found[-1][1]
    pieces = [(place, span, piece) for place, (span, finding) in enumerate(found) if (piece := _within(finding, span))]
    if not pieces:
        return None
    most = max(STRENGTH[piece.outcome] for *_, piece in pieces)
    strongest = [each for each in pieces if STRENGTH[each[2].outcome] == most]
    first, last = strongest[0][2], strongest[-1][2]
    one = all(_meet(before, after) for before, after in pairwise(strongest))
    compared = _counted(piece for *_, piece in strongest)
    state, reason = (PremiseState.PROVED, "correction_ended") if one else (PremiseState.MISSING, "correction_ended_between")
    return _with(replace(last, start=first.start), Premise(NAME, state, reason, evidence, compared))


def _within(finding: Finding | None, span: _Span) -> Finding | None:
    """Return a finding for the days of a span; None where it has none of them."""
    if finding is None:
        return None
    start, until = finding.start, finding.until
    if span.first and (start is None or start < span.first):
        start = span.first
    if span.last and (until in (None, "life") or date.fromisoformat(until) > span.last):
        until = span.last.isoformat()
    nothing = start is not None and until not in (None, "life") and date.fromisoformat(until) < start
    return None if nothing else replace(finding, start=start, until=until)


def _meet(before: tuple[int, _Span, Finding], after: tuple[int, _Span, Finding]) -> bool:
    """Say whether a piece lasts until the decision reads otherwise, and the next goes on from there."""
    (place, span, piece), (later, then, other) = before, after
    lasts = span.last is not None and piece.until == span.last.isoformat()
    return later == place + 1 and lasts and other.start == then.first


def _agreed(readings: Sequence[Finding | None], reason: str, evidence: tuple[str, ...]) -> Finding | None:
    """Return what a finding is whichever reading is right: the same in all, or a lead that says that it is open."""
    if len({_said(finding) for finding in readings}) == 1:
        return readings[-1]
    told = [finding for finding in readings if finding is not None]
    most = max(STRENGTH[finding.outcome] for finding in told)
    base = min((finding for finding in told if STRENGTH[finding.outcome] == most), key=_shortest)
    compared = _counted(sorted(told, key=_shortest)) if reason == ORDER_OPEN else _counted(told)
    return _with(base, Premise(_PREMISES[reason], PremiseState.MISSING, reason, evidence, compared))


def _shortest(finding: Finding) -> tuple[int, str, int, str, str]:
    """Return what orders findings by their last day (one that is known first, for life last), then from the latest first day."""
    first = finding.start.toordinal() if finding.start else 0
    last = {None: 1, "life": 2}.get(finding.until, 0)
    return last, finding.until or "", -first, finding.role, finding.origin


def _counted(findings: Iterable[Finding]) -> tuple[tuple[str, str], ...]:
    """Return the days of findings, as what is told."""
    days = ((each.start or "unknown", {None: "unknown", "life": "open"}.get(each.until, each.until)) for each in findings)
    return tuple(dict.fromkeys(("counted", f"{first}/{last}") for first, last in days))


def _said(finding: Finding | None) -> object:
    """Return what counts of a finding when two readings are compared; why it is so may differ."""
    if finding is None:
        return None
    return finding.outcome, finding.origin, finding.role, finding.start, finding.until, finding.measures, finding.unverified


def _with(finding: Finding, premise: Premise) -> Finding:
    premises = (*finding.premises, premise)
    became = outcome(premises)
    origin = finding.origin if became is Outcome.ESTABLISHED else "derived"
    return replace(finding, premises=premises, outcome=became, origin=origin)


def _told(fact: str, corrections: Iterable[Correction], standings: Standings) -> tuple[str, ...]:
    """Return the decision, its corrections of these, and what says that they ended or may have."""
    found = [fact]
    for each in corrections:
        how = standings[each.fact.value.id]
        found += [each.link, each.fact.id, *how.evidence, *how.doubts, *how.undated]
    return tuple(dict.fromkeys(found))
