"""What would lift a finding: the least sets of changes to what is recorded after which it is no longer derived.

A change withdraws one statement (a register deletes a post, a naming was misread, a ruling on identity is undone), annuls a
decision that the finding rests on (its own, a ground of it, one that corrects it or chooses the law, one by which fell what spoke
against it), or lets the document find the person not responsible. Nothing is recorded: each set is applied to a graph beside the
one in use, and everything is derived again on it.

Invariants (tests/unit/test_analytics_lifting.py holds one test a number)
1. Every set lifts the finding, and no proper subset of it does: both were derived, neither is assumed.
2. A finding is lifted when nothing as strong is derived for the same party, clause and effect; what else then reaches the party by
   the decision is told, and nothing that reaches his namesake.
3. A finding that is not derived any more is lifted by the empty set.
4. Where more or larger sets may exist than were tried, the answer says so.
5. What a finding rests on includes that what spoke against it fell. Every statement near it is tried by itself, though no premise
   shows it, unless there are too many; then the answer says that it is not complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.clearing import RESTS_ON, SAME_CONDUCT
from analytics.responsibility.propagation import propagate
from graph.codec import digest, make_fact
from graph.dates import UNKNOWN
from graph.model import Decision, DecisionLink, Fact, Finding, Naming, Origin, Outcome, PartyRef, Payload, node_parts
from graph.snapshot import Snapshot
from graph.snapshot.identity import UNSAID

Way = Literal["annulled", "exonerated", "withdrawn"]
SUPPOSED = Origin("supposed")
"""Source of statements that nobody made: what a change would add."""
_STRENGTH = {Outcome.BLOCKED: 0, Outcome.LEAD: 1, Outcome.ESTABLISHED: 2}


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """A statement (by its fact id) withdrawn, a decision annulled, or a decision that finds the person not responsible."""

    way: Way
    fact: str


@dataclass(frozen=True, slots=True)
class Lifting:
    """A least set of changes, what then becomes of the finding ("" where it is gone), and what else then reaches the party."""

    changes: tuple[Change, ...]
    leaves: str
    others: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Lifts:
    """The least sets, the smallest first; `complete` where no other was left untried."""

    sets: tuple[Lifting, ...]
    complete: bool


def what_lifts(snapshot: Snapshot, finding: Finding, catalogue: Catalogue, most: int = 3, tries: int = 400) -> Lifts:
    """Find the least sets of changes that lift a finding.

    Parameters
    ----------
    snapshot : Snapshot
        The graph; the part of it about the decision and the party is enough, and much quicker.
    finding : Finding
        What is derived on it.
    catalogue : Catalogue
        The rules.
    most : int
        Changes in a set at most.
    tries : int
        Sets to derive at most.
    """
    search = _Search(snapshot, finding, catalogue, tries)
    waiting: list[frozenset[Change]] = search.begin()
    for _ in range(most):
        waiting = search.extended(waiting)
    return Lifts(search.answers(), complete=not waiting and not search.spent and not search.crowded)


def applied(snapshot: Snapshot, finding: Finding, changes: Iterable[Change]) -> Snapshot:
    """Return the graph as it would be after the changes."""
    known = {fact.id: fact for fact in snapshot.statements()}
    without: set[str] = set()
    plus: list[Fact[Payload]] = []
    for change in changes:
        fact = known.get(change.fact)
        if change.way == "withdrawn":
            without.add(change.fact)
        elif fact is not None and isinstance(fact.value, Decision):
            plus += _annulment(fact.value) if change.way == "annulled" else _exoneration(fact.value, finding)
    return snapshot.altered(without, plus)


def _annulment(decision: Decision) -> list[Fact[Payload]]:
    """Return an order, made at some time, that annuls a decision from the beginning."""
    name = f"supposed:{digest('annulled', decision.id)}"
    order = Decision(name, "order", (), decision.respondent, "", date=UNKNOWN)
    return [make_fact(order, name, SUPPOSED), make_fact(DecisionLink(name, "annuls_from_beginning", decision.id), name, SUPPOSED)]


def _exoneration(decision: Decision, finding: Finding) -> list[Fact[Payload]]:
    """Return a naming by which the decision finds the person not responsible: under a number only where a source gives him one."""
    person, bearer = node_parts(finding.party)
    told = None if not bearer or bearer.startswith(UNSAID) else bearer
    naming = Naming(decision.id, PartyRef(person, told), person.partition("#")[2], responsible=False)
    return [make_fact(naming, digest("exonerated", decision.id, finding.party), SUPPOSED)]


class _Search:
    """A tree of sets: each set that does not lift is extended by whatever the finding then still rests on."""

    def __init__(self, snapshot: Snapshot, finding: Finding, catalogue: Catalogue, tries: int) -> None:
        self._snapshot, self._finding, self._catalogue, self._tries = snapshot, finding, catalogue, tries
        self._derived: dict[frozenset[Change], list[Finding]] = {}
        self._found: list[frozenset[Change]] = []
        self._known = {fact.id: fact for fact in snapshot.statements()}
        self._decisions = {fact.value.id: fact.id for fact in snapshot.decisions()}
        links = (*snapshot.links_from(finding.decision), *snapshot.links_to(finding.decision))
        self._beside = {link.id for link in links if link.value.relation == SAME_CONDUCT}
        """The links by which other decisions may choose the version of the law."""
        self._single = [fact.id for fact in self._known.values() if not isinstance(fact.value, Decision)]
        self._before = {each.id for each in self._derive(frozenset())}

    @property
    def crowded(self) -> bool:
        """Whether there is too much near the finding to try each statement by itself."""
        return len(self._single) > self._tries // 4

    @property
    def spent(self) -> bool:
        """Whether no more may be tried."""
        return len(self._derived) > self._tries

    def _graph(self, changes: frozenset[Change]) -> Snapshot:
        return applied(self._snapshot, self._finding, changes) if changes else self._snapshot

    def begin(self) -> list[frozenset[Change]]:
        """Return the empty set, to be extended; where it lifts already (the finding is out of date), nothing has to change."""
        nothing = frozenset[Change]()
        if not self._lifts(nothing):
            return [nothing]
        self._found.append(nothing)
        return []

    def extended(self, waiting: Sequence[frozenset[Change]]) -> list[frozenset[Change]]:
        """Try every set with one change more; return those that do not lift and may be extended again."""
        kept: dict[frozenset[Change], None] = {}
        for base in waiting:
            shown = dict.fromkeys((*self._options(base), *self._falls(base)))
            for change in (*shown, *(each for each in self._others(base) if each not in shown)):
                tried = base | {change}
                if self.spent or tried in self._derived or any(found <= tried for found in self._found):
                    continue
                if self._lifts(tried):
                    self._found.append(self._least(tried))
                elif self._may_suffice(base, change, shown=change in shown):
                    kept[tried] = None
        return [each for each in kept if not any(found <= each for found in self._found)]

    def answers(self) -> tuple[Lifting, ...]:
        """Return what was found, the smallest sets first."""
        ordered = sorted({tuple(sorted(found)) for found in self._found}, key=lambda changes: (len(changes), changes))
        return tuple(self._answer(changes) for changes in ordered)

    def _answer(self, changes: tuple[Change, ...]) -> Lifting:
        after = self._derive(frozenset(changes))
        leaves = next((f.outcome.value for f in after if f.id == self._finding.id), "")
        return Lifting(changes, leaves, tuple(f for f in after if f.id != self._finding.id and self._is_his(f)))

    def _is_his(self, other: Finding) -> bool:
        """Say whether a finding is on the same party, or on one of his name that only the changes made; a namesake is another."""
        own = self._snapshot.identity.members(self._finding.party)
        named = node_parts(other.party)[0] == node_parts(self._finding.party)[0]
        return other.party in own or (named and other.id not in self._before)

    def _derive(self, changes: frozenset[Change]) -> list[Finding]:
        if changes not in self._derived:
            self._derived[changes] = propagate(self._graph(changes), self._finding.decision, self._catalogue)
        return self._derived[changes]

    def _lifts(self, changes: frozenset[Change]) -> bool:
        return not any(self._as_strong(each) for each in self._derive(changes))

    def _as_strong(self, other: Finding) -> bool:
        """Say whether a finding is this one still, or the same said of the same person under another id."""
        mine = self._finding
        if other.id != mine.id and (other.id in self._before or node_parts(other.party)[0] != node_parts(mine.party)[0]):
            return False
        same = (other.rule, other.clause, other.effect) == (mine.rule, mine.clause, mine.effect)
        return same and _STRENGTH[other.outcome] >= _STRENGTH[mine.outcome]

    def _least(self, changes: frozenset[Change]) -> frozenset[Change]:
        """Return the smallest subset that lifts: all that are smaller were tried and do not."""
        ordered = sorted(changes)
        subsets = (frozenset(some) for size in range(1, len(ordered)) for some in combinations(ordered, size))
        return next((some for some in subsets if self._lifts(some)), changes)

    def _may_suffice(self, base: frozenset[Change], change: Change, *, shown: bool) -> bool:
        """Say whether a change that does not lift by itself may do so with others: it shows, or makes the finding another."""
        if change.way == "exonerated":
            return False
        if shown and (change.way == "withdrawn" or change in self._falls(base)):
            return True
        before, after = self._derive(base), self._derive(base | {change})
        return before != after if shown else [*filter(self._as_strong, before)] != [*filter(self._as_strong, after)]

    def _falls(self, base: frozenset[Change]) -> list[Change]:
        """Return what gives back its effect to a decision that fell, of all that are linked with this one: it may speak against.

        That is to withdraw what ended it, or to annul the decision that did.
        """
        graph = self._graph(base)
        near = [self._finding.decision]
        for each in near:
            ends = {link.value.other for link in graph.links_from(each)} | {link.value.decision for link in graph.links_to(each)}
            near += sorted(ends.difference(near))
        fallen = (graph.standing(each) for each in near)
        facts = {fact for each in fallen if not each.stands for fact in each.evidence} & self._known.keys()
        values = {fact: self._known[fact].value for fact in sorted(facts)}
        enders = {v.decision for v in values.values() if isinstance(v, DecisionLink) and v.relation != RESTS_ON}
        annulled = [Change("annulled", self._decisions[each]) for each in sorted(enders & self._decisions.keys())]
        return [*(Change("withdrawn", fact) for fact in values), *annulled]

    def _others(self, base: frozenset[Change]) -> list[Change]:
        """Return the withdrawal of every other statement near the finding: it may matter though no premise shows it."""
        return [] if base or self.crowded else [Change("withdrawn", each) for each in self._single]

    def _options(self, base: frozenset[Change]) -> Iterator[Change]:
        """Yield what may be changed next: whatever the finding rests on after the changes so far."""
        mine = [each for each in self._derive(base) if self._as_strong(each)]
        ids = {fact for each in mine for fact in (*each.path, *(e for p in each.premises for e in p.evidence))} | self._beside
        evidence = [self._known[fact_id] for fact_id in sorted(ids & self._known.keys())]
        yield from (Change("withdrawn", fact.id) for fact in evidence if not isinstance(fact.value, Decision))
        yield from (Change("annulled", fact_id) for fact_id in sorted(self._grounds(evidence)))
        if not base and self._finding.party_kind == "person":
            yield Change("exonerated", self._snapshot.decision(self._finding.decision).id)

    def _grounds(self, evidence: Iterable[Fact[Payload]]) -> set[str]:
        """Return the decision, those by which the evidence speaks, and those that they rest on, and so on."""
        found: dict[str, str] = {}
        waiting = [self._finding.decision, *(decision for fact in evidence for decision in _spoken_by(fact.value))]
        while waiting:
            decision = waiting.pop()
            if decision in found or decision not in self._decisions:
                continue
            found[decision] = self._decisions[decision]
            waiting += [link.value.other for link in self._snapshot.links_from(decision) if link.value.relation == "rests_on"]
        return set(found.values())


def _spoken_by(value: Payload) -> tuple[str, ...]:
    """Return the decisions that a statement comes from or joins."""
    if isinstance(value, Decision):
        return (value.id,)
    if isinstance(value, Naming):
        return (value.decision,)
    return (value.decision, value.other) if isinstance(value, DecisionLink) else ()
