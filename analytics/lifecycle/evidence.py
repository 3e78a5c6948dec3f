"""What a finding rested on from which day, and on which of what was proposed or confirmed it still rested then.

Invariants (tests/unit/test_lifecycle_evidence.py holds one test a number)
1. What was proposed or confirmed is gone from the day on which the finding, though derived, rests on it no more, and back from the
   day on which it does again. While nothing at all derives the finding, neither changes.
2. Of a finding of which nothing is known nothing is held against what was confirmed; of evidence that no wording of it ever had,
   everything is.
3. A proposal on evidence to which an earlier one does not extend takes the place of it, whatever comes back later.
4. Of several wordings of one day the last one counts; but what was proposed or decided on a day rested on any that the day knew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from graph.model import Event

EVIDENCE: Final = "evidence"
"""Label, among the details of a proposal and a decision, of the evidence that is proposed or confirmed."""
PROPOSING: Final = ("proposal", "decision")
"""Kinds of event that say on which evidence they are."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What a finding rested on from a day until the next: one wording of it.

    `evidence`: the hash of the wording, empty while nothing derives the finding. `covers`: the evidence of proposals and decisions
    on which it still rests. `measures`: the names of those that it carries.
    """

    first: date
    evidence: str
    covers: frozenset[str] = frozenset()
    measures: frozenset[str] = frozenset()


Course = tuple[Rest, ...]
"""What a finding rested on, in the order recorded."""


def evidence_of(event: Event) -> str:
    """Return on which evidence something was proposed or confirmed, empty where the event does not say so."""
    return dict(event.details).get(EVIDENCE, "") if event.kind in PROPOSING else ""


def is_gone(course: Course, evidence: str, day: date) -> bool:
    """Say whether a finding rests no more, on a day, on what was proposed or confirmed."""
    if not evidence or not course:
        return False
    if all(evidence != rest.evidence for rest in course):
        return True
    known = [evidence in rest.covers for rest in course if rest.evidence and rest.first <= day]
    return any(known) and not known[-1]


def is_away(course: Course, measure: str, day: date) -> bool:
    """Say whether nothing derives a finding on a day, or not with this measure, though something had before."""
    carried = [_carries(rest, measure) for rest in course if rest.first <= day]
    return any(carried) and not carried[-1]


def was_away(course: Course, measure: str, day: date) -> bool:
    """Say whether nothing derived a finding at any time of a day, or not with this measure, though something had before."""
    known = [rest for rest in course if rest.first < day][-1:] + [rest for rest in course if rest.first == day]
    return is_away(course, measure, day) and not any(_carries(rest, measure) for rest in known)


def _carries(rest: Rest, measure: str) -> bool:
    return measure in rest.measures if measure else bool(rest.evidence)


def is_back(course: Course, evidence: str, measure: str, day: date) -> bool:
    """Say whether it is on this day that a finding came to rest again on what was confirmed, and to carry the measure."""
    before = [rest.first for rest in course if rest.first < day]
    if not before or is_gone(course, evidence, day) or is_away(course, measure, day):
        return False
    return is_gone(course, evidence, max(before)) or is_away(course, measure, max(before))


class Said(NamedTuple):
    """A proposal or a decision by its id, on which evidence it is, and on which day."""

    id: str
    evidence: str
    on: date
    proposes: bool


def gone_on(course: Course, said: Sequence[Said], day: date, has_effect: Callable[[str, frozenset[str]], bool]) -> frozenset[str]:
    """Return what was proposed and confirmed to no effect on a day: the finding rests no more on that, or was proposed on other.

    Parameters
    ----------
    course : Course
        What the finding rested on.
    said : sequence of Said
        What was proposed and confirmed, in order.
    day : date
        The day.
    has_effect : callable
        Tells whether a proposal has effect while some of what was said has none.
    """
    replaced: dict[str, frozenset[str]] = {}

    def among(earlier: Sequence[Said], on: date) -> frozenset[str]:
        gone = frozenset(each.id for each in earlier if is_gone(course, each.evidence, on))
        for each in earlier:
            if each.proposes and each.id not in gone and not replaced[each.id] <= gone:
                tried = gone | replaced[each.id]
                gone = tried if has_effect(each.id, tried) else gone
        return gone

    for place, each in enumerate(said):
        if each.proposes:
            earlier = said[:place]
            replaced[each.id] = among(earlier, each.on) | _not_meant(course, each.evidence, earlier)
    return among(said, day)


def _not_meant(course: Course, evidence: str, earlier: Iterable[Said]) -> frozenset[str]:
    """Return what was said before on evidence to which the finding did not extend as it was when it was proposed."""
    then = [rest for rest in course if rest.evidence and rest.evidence == evidence]
    return frozenset(each.id for each in earlier if each.evidence and any(each.evidence not in rest.covers for rest in then))
