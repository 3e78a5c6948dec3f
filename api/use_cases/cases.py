"""The cases of a store: findings, the restrictions that they make, what has happened to them, and how each stands.

Invariants (tests/unit/test_api_cases.py holds one test a number)
1. What is known decides: at a past version, only what had been recorded by then.
2. A finding that was withdrawn after something had happened to it is still shown, as withdrawn.
3. How a finding stands follows its life wherever it is told: what is confirmed, paused, revoked or over says so.
4. Whatever happens to a decision happens to the decision itself too, whether or not a finding rests on it; it is repaired when
   what binds the enterprise by it allows that, else by its sector's rule or its class, from its day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from analytics.lifecycle.bars import Shown, of_rule
from analytics.lifecycle.evidence import Course
from analytics.lifecycle.ground import LAPSED, Dated, Ground, Life, code_of, is_over
from analytics.lifecycle.life import live, refused_above
from analytics.lifecycle.repair import ASKED, class_of, sector_of
from analytics.lifecycle.restrictions import (
    APPLIED,
    BINDING,
    STRENGTH,
    Events,
    Principals,
    Restriction,
    Status,
    ground_of,
    is_list,
    life_of,
    principals_of,
    restriction_id,
    restrictions_of,
    status,
)
from analytics.lifecycle.table import Table, load_table
from analytics.lifecycle.unbroken import Stretch, first_day, stretches
from analytics.responsibility.catalogue import RESPONDENT, Catalogue
from api.use_cases.passing import NONE, Links, ended_above, passed_on
from api.use_cases.succeeding import Succession, followed
from graph.errors import NotFound
from graph.model import Decision, Finding, Outcome

_KEPT_DAYS = 4
"""Days of which it is kept how everything stands."""
_UNPROVED = {Outcome.BLOCKED: "blocked", Outcome.LEAD: "to_review"}
_WITHOUT_EVENTS = ("restrictions", "by_id", "principals", "_carried", "_resting", "_bare")
"""What is worked out of the cases without asking what happened."""


@dataclass(frozen=True)
class Cases:
    """Everything that the life of restrictions depends on, as known at a version.

    Parameters
    ----------
    findings : mapping of id to Finding
        Those that are current, and those withdrawn that something has happened to.
    former : mapping of id to Finding
        Those that something has happened to and that are withdrawn, or were something else when they were confirmed: as they were.
    events : tuple of Dated
        Everything that happened.
    catalogue : Catalogue
        The rules.
    decisions : mapping of id to Decision
        What the findings rest on.
    links : Links
        How decisions relate to others: what rests on what, and what ended what.
    successions : tuple of (Finding, Finding)
        Findings that are derived no more, each with one that is now on the same person.
    courses : mapping of id to Course
        What findings that were proposed rested on since when.
    doubted : frozenset of str
        Former findings that are derived no more for the sole reason that it is doubtful by now whom they mean.
    bars : mapping of decision to what is shown
        What bars a repair of what rests on it, as decisions show it.
    """

    findings: Mapping[str, Finding]
    former: Mapping[str, Finding]
    events: tuple[Dated, ...]
    catalogue: Catalogue
    decisions: Mapping[str, Decision]
    links: Links = NONE
    successions: tuple[Succession, ...] = ()
    courses: Mapping[str, Course] = field(default_factory=dict)
    doubted: frozenset[str] = frozenset()
    bars: Mapping[str, tuple[Shown, ...]] = field(default_factory=dict)

    @cached_property
    def table(self) -> Table:
        """The transitions."""
        return load_table()

    @cached_property
    def happened(self) -> Events:
        """The events by what they are about, also those that come by way of other decisions or followed a person.

        See `api.use_cases.passing` and `api.use_cases.succeeding`.
        """
        here = self._here(self.events)
        return Events((*here, *self._followed(self.events, here)))

    def _here(self, events: tuple[Dated, ...]) -> tuple[Dated, ...]:
        """Return what was recorded, and what comes by way of other decisions."""
        passed = (*passed_on(self.links, events, self.table), *ended_above(self.links, self.table))
        return (*events, *passed, *self.links.ended)

    def _followed(self, events: tuple[Dated, ...], here: tuple[Dated, ...]) -> tuple[Dated, ...]:
        """Return what of the events recorded follows people to other ids, `here` being all that happened under the former ones."""
        if not self.successions:
            return ()
        happened = Events(here)

        def had_effect(old: Finding, item: Dated) -> bool:
            decision, course = self.decisions.get(old.decision), self.courses.get(old.id, ())
            bases = self.links.several.get(old.decision, ())
            for measure in old.measures:
                name = measure.name_zh
                ground = ground_of(old, self.catalogue, measure=name, decision=decision, gone=True, course=course, bases=bases)
                given = happened.of(ground, restriction_id(old.party, name))
                life = live(ground, given, item.event.on.day or date.max, self.table)
                if any(each.id == item.id and not each.reason for each in life.judged):
                    return True
            return False

        return tuple(followed(self.successions, events, self.table, had_effect))

    @cached_property
    def restrictions(self) -> tuple[Restriction, ...]:
        """Every restriction, in the order of party and measure."""
        current = [finding for finding in self.findings.values() if self.former.get(finding.id) is not finding]
        known = (self.courses, self.doubted, self.bars, self.links.several)
        return tuple(restrictions_of(current, self.catalogue, self.former, self.decisions, *known))

    @cached_property
    def by_id(self) -> Mapping[str, Restriction]:
        """The restrictions by id."""
        return {restriction.id: restriction for restriction in self.restrictions}

    @cached_property
    def principals(self) -> Principals:
        """The grounds on enterprises to which others are accessory."""
        return principals_of(self.restrictions)

    def with_event(self, event: Dated) -> Cases:
        """Return the cases as they would be after one more event: no restriction is another one by it."""
        happened = self.happened.and_then(event)
        events = (*self.events, event)
        more = self._followed(events, self._here(events)) if self.successions else ()
        for item in (*passed_on(self.links, (event,), self.table), *(item for item in more if item.id.startswith(event.id))):
            happened = happened.and_then(item)
        return self._with(events, happened)

    def without(self, gone: Collection[Dated]) -> Cases:
        """Return the cases as all would be judged if some events had not happened; `events` is still what was recorded."""
        return self._with(self.events, self.happened.without([*gone, *passed_on(self.links, gone, self.table)]))

    def _with(self, events: tuple[Dated, ...], happened: Events) -> Cases:
        other = replace(self, events=events)
        known = {name: self.__dict__[name] for name in _WITHOUT_EVENTS if name in self.__dict__}
        other.__dict__.update(known | {"happened": happened})
        return other

    def status(self, restriction: Restriction, day: date) -> Status:
        """Return how a restriction stands on a day."""
        return status(restriction, self.happened, day, self.table, self.principals, self.decision_life)

    def codes(self, restriction: Restriction, day: date) -> frozenset[str]:
        """Return by which codes a restriction is found on a day: how it stands, and of what binds that a repair of it waits.

        It is worked out once for the days that were asked about last: a list of thousands counts them all on each of its pages.
        """
        if day not in self._codes and len(self._codes) >= _KEPT_DAYS:
            self._codes.clear()
        known = self._codes.setdefault(day, {})
        if restriction.id not in known:
            known[restriction.id] = codes_of(self.status(restriction, day))
        return known[restriction.id]

    @cached_property
    def _codes(self) -> dict[date, dict[str, frozenset[str]]]:
        return {}

    def since(self, restriction: Restriction, stands: Status, day: date) -> date | None:
        """Return the first day of the time for which a restriction binds without a break, whichever ground carried it meanwhile.

        Of what does not bind, that of the ground by which it stands as it does. None where it is not known.
        """
        life = stands.lives[stands.ground]
        begun = self.table.stages[life.stage].binds and (life.stands_from or date.min) <= day
        if len(restriction.grounds) == 1 or not begun:
            return life.stands_from
        return first_day((each for ground in restriction.grounds for each in self._stretches(ground, restriction.id, day)), day)

    def _stretches(self, ground: Ground, restriction: str, day: date) -> Iterator[Stretch]:
        """Yield the days up to a day on which a ground binds."""

        def told(each: Ground, carries: str) -> Callable[[date], Life]:
            return lambda on: self.life(each, on, carries)

        above = self.principals.get(ground.principal, ()) if ground.principal else ()
        happened = [item for each, carries in ((ground, restriction), *above) for item in self.happened.of(each, carries)]
        turned = {rest.first for each in (ground, *(each for each, _ in above)) for rest in each.course}
        days = turned.union(item.event.on.day for item in happened if item.event.on.day)
        return stretches(told(ground, restriction), [told(*each) for each in above], days, day, self.table)

    @cached_property
    def _carried(self) -> Mapping[str, list[tuple[Ground, Restriction]]]:
        carried: dict[str, list[tuple[Ground, Restriction]]] = defaultdict(list)
        for restriction in self.restrictions:
            for ground in restriction.grounds:
                carried[ground.finding].append((ground, restriction))
        return dict(carried)

    def grounds(self, finding: str) -> list[tuple[Ground, str]]:
        """Return a finding as the ground of each restriction that it carries; one that carries none is judged alone."""
        if carried := self._carried.get(finding):
            return [(ground, restriction.id) for ground, restriction in carried]
        found = self.finding(finding)
        decision = self.decisions.get(found.decision)
        course = self.courses.get(finding, ())
        gone, bases = finding in self.former, self.links.several.get(found.decision, ())
        return [(ground_of(found, self.catalogue, decision=decision, bars=self.bars, gone=gone, course=course, bases=bases), "")]

    def restrictions_on(self, finding: str) -> list[Restriction]:
        """Return the restrictions that rest on a finding."""
        return [restriction for _, restriction in self._carried.get(finding, ())]

    def finding(self, identifier: str) -> Finding:
        """Return a finding by id; raises `NotFound`."""
        if identifier not in self.findings:
            raise NotFound(f"no finding {identifier!r}", zh=f"没有编号为“{identifier}”的认定")
        return self.findings[identifier]

    def life(self, ground: Ground, day: date, restriction: str = "") -> Life:
        """Return the life of a ground on a day."""
        if not ground.finding:
            return self.decision_life(ground.decision, day)
        return life_of(ground, self.happened, day, self.table, self.principals, restriction, self.decision_life)

    def lives_of(self, finding: str, day: date) -> list[tuple[Ground, Life]]:
        """Return the life of a finding on a day as the ground of each restriction that it carries."""
        return [(ground, self.life(ground, day, restriction)) for ground, restriction in self.grounds(finding)]

    def life_of(self, finding: Finding, day: date) -> Life:
        """Return the life of a finding on a day: of several restrictions that it carries, that which stands most."""
        lives = [life for _, life in self.lives_of(finding.id, day)]
        return min(lives, key=lambda life: STRENGTH.index(code_of(life, day, self.table)))

    def standing(self, finding: Finding, day: date) -> str:
        """Return how a finding stands on a day: by its life where it can have one, as a lead until its last day, or as blocked."""
        if finding.outcome is Outcome.LEAD and is_over(finding.until, day):
            return LAPSED
        if finding.outcome is not Outcome.ESTABLISHED:
            return _UNPROVED[finding.outcome]
        return code_of(self.life_of(finding, day), day, self.table)

    @cached_property
    def _resting(self) -> Mapping[str, Sequence[str]]:
        resting: dict[str, list[str]] = defaultdict(list)
        for finding in sorted(self.findings.values(), key=lambda finding: finding.id):
            resting[finding.decision].append(finding.id)
        return dict(resting)

    def resting(self, decision: str) -> Sequence[str]:
        """Return the findings that rest on a decision."""
        return self._resting.get(decision, ())

    def stands_alone(self, about: str) -> bool:
        """Say whether this is a decision that no finding rests on: what happens to it happens to it alone."""
        return about in self.decisions and about not in self._resting

    def bare(self, decision: str) -> Ground:
        """Return a decision itself as a ground, which is repaired by its sector's rule or class, from its day."""
        if decision not in self._bare:
            self._bare[decision] = self._bare_of(decision)
        return self._bare[decision]

    @cached_property
    def _bare(self) -> dict[str, Ground]:
        return {}

    def _bare_of(self, decision: str) -> Ground:
        bases = self.links.several.get(decision, ())
        bare = Ground("", decision, imposed=True, proved=True, start=None, until=None, bases=bases)
        value = self.decisions.get(decision)
        if value is None:
            return bare
        rule, bars = sector_of(finding.rule for finding in self._own(decision)), self.bars.get(decision, ())
        known = replace(bare, rule=rule, class_=class_of(value), listed=is_list(value), bars=of_rule(bars, rule))
        return replace(known, start=value.date.day, until="life", kind="enterprise")

    def _own(self, decision: str) -> list[Finding]:
        """Return what restricts the enterprise itself by a decision."""
        known = map(self.finding, self.resting(decision))
        return [f for f in known if f.role == RESPONDENT and f.effect == "restrict" and f.outcome is Outcome.ESTABLISHED]

    def binds_enterprise(self, decision: str, day: date) -> bool:
        """Say whether anything that a decision does to the enterprise binds it on a day, paused or not."""
        lives = (life for finding in self._own(decision) for _, life in self.lives_of(finding.id, day))
        return any(self.table.stages[life.stage].binds for life in lives)

    def decision_life(self, decision: str, day: date) -> Life:
        """Return what the events about a decision itself make of it on a day, whatever rests on it.

        It is worked out once a day: each of the thousands of findings that may rest on it asks.
        """
        if (decision, day) not in self._decision_lives:
            self._decision_lives[decision, day] = self._decision_life_of(decision, day)
        return self._decision_lives[decision, day]

    @cached_property
    def _decision_lives(self) -> dict[tuple[str, date], Life]:
        return {}

    def _decision_life_of(self, decision: str, day: date) -> Life:
        bare = self.bare(decision)
        given = self.happened.of(bare)
        refused: Mapping[str, str] = {}
        if any(item.event.kind in ASKED for item in given):
            grounds = [reached for finding in self._own(decision) for reached in self.grounds(finding.id)]
            refused = refused_above(decision, [(each, self.happened.of(each, carries)) for each, carries in grounds], self.table)
        return live(bare, given, day, self.table, refused)

    def decision_stage(self, decision: str, day: date) -> str:
        """Return the stage to which the events about a decision itself bring it on a day, whatever rests on it."""
        return self.decision_life(decision, day).stage

    def party(self, finding: str, about: str) -> str:
        """Return whom a finding is on; where there is none, whom the decision is against that it is about."""
        return self.finding(finding).party if finding else self.decisions[about].respondent.entity

    def party_kind(self, finding: str) -> str:
        """Return what a finding is on; a decision itself is none on a person."""
        return self.finding(finding).party_kind if finding else ""

    def reached(self, about: str) -> list[tuple[Ground, str]]:
        """Return the grounds that an event about this reaches, each with its restriction (empty where it carries none).

        One about a decision reaches the decision itself too, which comes last.

        Raises
        ------
        NotFound
            It is no finding, no restriction, and no decision.
        """
        if about in self.findings:
            return self.grounds(about)
        if about in self.by_id:
            return [(ground, about) for ground in self.by_id[about].grounds]
        itself = [(self.bare(about), "")] if about in self.decisions else []
        if not itself and about not in self._resting:
            zh = f"“{about}”不是认定、限制，也不是已载入的决定"
            raise NotFound(f"{about!r} is no finding, no restriction, and no decision that is known", zh=zh)
        return [*(reached for finding in self.resting(about) for reached in self.grounds(finding)), *itself]

    def reached_below(self, about: str) -> list[tuple[Ground, str]]:
        """Return the grounds that an event about a decision reaches by way of what rests on it, these decisions included."""
        known = [each for each in self.links.resting.get(about, ()) if each in self.decisions or each in self._resting]
        return [reached for each in known for reached in self.reached(each)]

    def kinds_reached(self, about: str) -> list[tuple[Ground, str]]:
        """Return of what an event about this reaches one of each kind: what is told alike, to which the same happened."""
        alike: dict[tuple[Ground, tuple[str, ...]], tuple[Ground, str]] = {}
        for ground, restriction in self.reached(about):
            happened = tuple(item.id for item in self.happened.of(ground, restriction))
            alike.setdefault((replace(ground, finding=""), happened), (ground, restriction))
        return list(alike.values())

    def scope_of(self, about: str) -> str:
        """Return what an id names: a finding, a restriction or a decision."""
        if about in self.findings:
            return "finding"
        return "restriction" if about in self.by_id else "decision"


def codes_of(stands: Status) -> frozenset[str]:
    """Return by which codes a restriction is found that stands so."""
    applied = stands.code in BINDING and stands.lives[stands.ground].stage == APPLIED
    return frozenset({stands.code, APPLIED} if applied else {stands.code})
