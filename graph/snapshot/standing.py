"""Which decisions stand: what annuls, replaces or carries them, judged for all of them together.

Invariants (tests/unit/test_graph_standing.py holds one test a number)
1. A decision falls where one that stands, and may end it, annuls or replaces it, or where all that it rests on falls. What ends it
   from a day on leaves it standing until then; what it rests on carries it as long as one of several stands, and without doubt
   while one of them does.
2. Who cannot end a decision (a lower authority, or an authority the decision of a court) ends nothing of it and leaves it in doubt.
3. What waits for itself ends nothing: decisions that end each other, and what these end, all stand in doubt.
4. What decisions are called, and in which order they came, changes nothing.
5. An end from a day on that a later decision corrects, which states it anew, is as the correction states it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from graph import codes
from graph.dates import UNKNOWN, PartialDate, Truth, not_after
from graph.deciding import decides, may_correct, may_end
from graph.model import Decision, DecisionLink, Fact

Links = Callable[[str], Sequence[Fact[DecisionLink]]]

ENDS = frozenset({"annuls_from_beginning", "annuls_from_now", "replaces"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a decision stands, until when at most, the statements that say so, and those that leave it in doubt.

    `undated` are those that end it from a day on that nobody told; `unable` are those of the doubts by which somebody ends it who
    cannot.
    """

    stands: bool
    until: PartialDate | None = None
    evidence: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    undated: tuple[str, ...] = ()
    unable: tuple[str, ...] = ()

    @property
    def last(self) -> date | None:
        """The last day on which it stands, None where nothing ends it: of a vague end the earliest that it may be."""
        return self.until.earliest if self.until else None


STANDS = Standing(stands=True)


def judge_all(
    decisions: Mapping[str, Fact[Decision]], ids: Iterable[str], links_to: Links, links_from: Links, *, lists: bool
) -> dict[str, Standing]:
    """Return the standing of every linked decision (`ids`); without `lists`, removals from a list are left aside."""
    court = _Court(decisions, links_to, links_from, lists)
    court.settle(sorted(ids))
    judged = {each: court.own(each) for each in sorted(ids)}
    return court.passed_on(judged)


def carrying(decision: str, rests_on: Callable[[str], Iterable[str]]) -> set[str]:
    """Return which of those that a decision rests on can carry it: none that rests on it by way of others, unless all do."""
    direct = set(rests_on(decision))
    if len(direct) < 2:
        return direct
    return {each for each in direct if decision not in _above(each, rests_on)} or direct


def _above(decision: str, rests_on: Callable[[str], Iterable[str]]) -> set[str]:
    """Return what a decision rests on, by way of others too, itself included."""
    found, waiting = {decision}, [decision]
    for each in waiting:
        new = set(rests_on(each)) - found
        waiting += sorted(new)
        found |= new
    return found


@dataclass(slots=True)
class _Court:
    """The decisions and their links, and what is settled of them: the evidence that one fell, or None where it stands."""

    decisions: Mapping[str, Fact[Decision]]
    links_to: Links
    links_from: Links
    lists: bool
    settled: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    _grounds: dict[str, list[Fact[DecisionLink]]] = field(default_factory=dict)

    def settle(self, ids: Sequence[str]) -> None:
        """Settle what does not wait for itself: each once something that is settled fells it, or nothing is left that could."""
        left = {each: len(self._awaited(each)) for each in ids}
        ready = deque(each for each in ids if not left[each])
        self.settled |= dict.fromkeys(ready)
        while ready:
            source = ready.popleft()
            for other, fells in self._waiting(source):
                left[other] -= 1
                if other in self.settled:
                    continue
                felled = self._felled(other) if fells else None
                if felled or not left[other]:
                    self.settled[other] = felled
                    ready.append(other)

    def own(self, decision: str) -> Standing:
        """Return the standing of a decision by what is said of itself."""
        if felled := self.settled.get(decision):
            return Standing(stands=False, evidence=felled)
        until: list[PartialDate] = []
        evidence: list[str] = []
        doubts: list[str] = []
        undated: list[str] = []
        unable: list[str] = []
        for link in self._ends_of(decision):
            source = link.value.decision
            if felled := self.settled.get(source):
                evidence += (link.id, *felled)
            elif not self._effective(link.value) or source not in self.settled:
                doubts.append(link.id)
                unable += () if self._able(link.value) else (link.id,)
            elif self._restated(link.value):
                continue
            elif (last := self._last_day(link.value)) is None:
                undated.append(link.id)
            else:
                until.append(self._not_before(decision, last))
                evidence.append(link.id)
        return Standing(True, min(until, default=None), tuple(evidence), tuple(doubts), tuple(undated), tuple(unable))

    def passed_on(self, judged: dict[str, Standing]) -> dict[str, Standing]:
        """Return the standings with those of what each rests on: it lasts no longer, and is in doubt as that is."""
        passed, grounds = dict(judged), {each: self._grounds_of(each) for each in sorted(judged)}
        resting: dict[str, list[str]] = {}
        for each, links in grounds.items():
            for link in links:
                resting.setdefault(link.value.other, []).append(each)
        waiting = deque(each for each, links in grounds.items() if links and judged[each].stands)
        while waiting:
            each = waiting.popleft()
            joined = self._joined(each, judged[each], [self._carried(link, passed) for link in grounds[each]])
            if _told(joined) != _told(passed[each]):
                waiting += (other for other in resting.get(each, ()) if judged[other].stands and other not in waiting)
            passed[each] = joined
        return passed

    def _carried(self, link: Fact[DecisionLink], passed: Mapping[str, Standing]) -> Standing:
        """Return how one stands that a decision rests on: what only announces carries nothing without doubt."""
        ground = passed.get(link.value.other, STANDS)
        return ground if self._final(link.value.other) else replace(ground, doubts=(*ground.doubts, link.id))

    def _joined(self, decision: str, standing: Standing, grounds: Sequence[Standing]) -> Standing:
        """Return the standing of a decision with that of what it rests on: the best of several carries it."""
        carrying = [ground for ground in grounds if ground.stands]
        if not carrying or any(_is_plain(ground) for ground in carrying):
            return standing
        last = [self._not_before(decision, ground.until) for ground in carrying if ground.until]
        ends = [end for end in (standing.until, max(last) if len(last) == len(carrying) else None) if end]
        return replace(
            standing,
            until=min(ends, default=None),
            doubts=_all(standing.doubts, *(ground.doubts for ground in carrying)),
            undated=_all(standing.undated, *(ground.undated for ground in carrying)),
            unable=_all(standing.unable, *(ground.unable for ground in carrying)),
        )

    def _awaited(self, decision: str) -> list[Fact[DecisionLink]]:
        """Return the links on which it depends whether a decision stands."""
        ends = [link for link in self._ends_of(decision) if self._effective(link.value)]
        return ends + self._grounds_of(decision)

    def _waiting(self, source: str) -> list[tuple[str, bool]]:
        """Return what waits for a decision that is settled now, a time a link, and whether this may fell it."""
        fell = bool(self.settled[source])
        ended = [link.value for link in self.links_from(source) if link.value.relation in ENDS]
        found = [(link.other, not fell) for link in ended if self._counts(link) and self._effective(link)]
        resting = [link for link in self.links_to(source) if link.value.relation == "rests_on"]
        return found + [(link.value.decision, fell) for link in resting if link in self._grounds_of(link.value.decision)]

    def _felled(self, decision: str) -> tuple[str, ...] | None:
        """Return the evidence that a decision fell, by what is settled; None where nothing did."""
        for link in self._ends_of(decision):
            stands = self.settled.get(link.value.decision, ()) is None
            if stands and self._effective(link.value) and self._from_the_first_day(link.value):
                return (link.id,)
        grounds = self._grounds_of(decision)
        fell = {link.id: self.settled.get(link.value.other) for link in grounds}
        return (
            tuple(each for link, felled in fell.items() for each in (link, *(felled or ())))
            if fell and all(fell.values())
            else None
        )

    def _ends_of(self, decision: str) -> list[Fact[DecisionLink]]:
        return [link for link in self.links_to(decision) if link.value.relation in ENDS and self._counts(link.value)]

    def _grounds_of(self, decision: str) -> list[Fact[DecisionLink]]:
        if decision not in self._grounds:
            carry = carrying(decision, lambda each: [link.value.other for link in self._rests_on(each)])
            self._grounds[decision] = [link for link in self._rests_on(decision) if link.value.other in carry]
        return self._grounds[decision]

    def _rests_on(self, decision: str) -> list[Fact[DecisionLink]]:
        return [link for link in self.links_from(decision) if link.value.relation == "rests_on"]

    def _counts(self, link: DecisionLink) -> bool:
        """Say whether a link may end anything that is asked: who made it decides or is not known, and more than a listing ends."""
        known = self.decisions.get(link.decision)
        if known is None:
            return True
        removal = codes.load("decision_kinds").get(known.value.kind).only_lists and link.relation == "annuls_from_now"
        return decides(known.value) and (self.lists or not removal)

    def _effective(self, link: DecisionLink) -> bool:
        """Say whether a link ends something if its decision stands: this is known, may end it, and was not certainly before."""
        source, ended = self.decisions.get(link.decision), self.decisions.get(link.other)
        if source is None:
            return False
        earlier = ended is not None and not_after(ended.value.date, source.value.date) is Truth.NO
        return self._able(link) and not earlier

    def _able(self, link: DecisionLink) -> bool:
        source, ended = self.decisions.get(link.decision), self.decisions.get(link.other)
        return source is None or ended is None or may_end(source.value, ended.value)

    def _from_the_first_day(self, link: DecisionLink) -> bool:
        """Say whether what a link ends never stood: it is void from the beginning, or from a day before it was made."""
        if link.relation != "annuls_from_now":
            return True
        last, ended = self._last_day(link), self.decisions.get(link.other)
        return last is not None and ended is not None and not_after(ended.value.date, last) is Truth.NO

    def _last_day(self, link: DecisionLink) -> PartialDate | None:
        """Return the last day of what a decision ends from a day on: the one stated, else its own; None where neither is known."""
        days = (link.since, self.decisions[link.decision].value.date)
        return next((day for day in days if day is not None and day.earliest != UNKNOWN.earliest), None)

    def _restated(self, link: DecisionLink) -> bool:
        """Say whether a correction of who ends a decision stands, is certainly later, and states the day of that end anew."""
        for each in self.links_to(link.decision):
            source = each.value.decision
            stands = each.value.relation == "corrects" and self.settled.get(source, ()) is None and source in self.decisions
            if stands and self._may_restate(each.value) and any(self._anew(link, own.value) for own in self.links_from(source)):
                return True
        return False

    def _may_restate(self, link: DecisionLink) -> bool:
        first, second = self.decisions[link.decision].value, self.decisions[link.other].value
        later = first.date.earliest > second.date.latest
        return later and may_correct(first, second)

    def _anew(self, link: DecisionLink, own: DecisionLink) -> bool:
        same = own.relation == "annuls_from_now" and own.other == link.other
        return same and self._counts(own) and self._effective(own) and self._last_day(own) is not None

    def _not_before(self, decision: str, last: PartialDate) -> PartialDate:
        """Return a last day without what of it lies before the decision itself, where some of it does not."""
        known = self.decisions.get(decision)
        made = known.value.date.earliest if known else UNKNOWN.earliest
        return PartialDate(made, last.latest) if last.earliest < made <= last.latest else last

    def _final(self, decision: str) -> bool:
        """Say whether a decision is none that only announces; one that is not known may decide."""
        known = self.decisions.get(decision)
        return known is None or codes.load("decision_kinds").get(known.value.kind).final


def _is_plain(standing: Standing) -> bool:
    """Say whether a decision stands without an end and without doubt."""
    return standing.stands and not (standing.until or standing.doubts or standing.undated)


def _told(standing: Standing) -> tuple[object, ...]:
    """Return what a standing says, in whatever order it came to be known."""
    return standing.until, *(frozenset(each) for each in (standing.doubts, standing.undated, standing.unable))


def _all(*several: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for every in several for each in every))
