"""Restrictions: one measure on one party, resting on findings, and how it stands on a day.

Invariants (tests/unit/test_lifecycle_restrictions.py holds one test a number)
1. One measure on one party is one restriction; it stands as long as one of its grounds does.
2. A revoked decision reaches every restriction that rests on it alone, and no other.
3. Only what was established restricts; a lead can be proposed by nobody.
4. The id of a restriction is a hash of party and measure: deriving again gives the same.
5. An independent ban, and any that its rule limits in time and lets nobody repair, keeps its own clock, on an enterprise as on a
   person.
"""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from analytics.lifecycle.bars import Shown, of_rule
from analytics.lifecycle.basis import Bases
from analytics.lifecycle.evidence import Course
from analytics.lifecycle.ground import Dated, Ground, Life, code_of
from analytics.lifecycle.life import live, refused_above, with_decision, with_restriction
from analytics.lifecycle.principal import with_principal
from analytics.lifecycle.repair import ASKED, class_of
from analytics.lifecycle.table import Table
from analytics.responsibility.catalogue import RESPONDENT, Catalogue, Rule
from analytics.responsibility.partial import Model
from graph import codes, strict_yaml
from graph.codec import digest
from graph.model import Decision, Finding, Measure, Outcome, PremiseState

FILE: Final = Path(__file__).parent / "procedure.yaml"
STRENGTH: Final = (
    "in_force", "end_unknown", "paused", "not_yet", "decided", "heard", "notified", "proposed", "derived", "expired", "repaired",
    "released", "ended_with_listing", "lapsed", "rejected", "revoked", "withdrawn", "annulled",
)  # fmt: skip
"""How a restriction with several grounds stands: as the first of these that one of them is at."""
BINDING: Final = ("in_force", "end_unknown")
"""What a restriction is at while it is to be executed."""
APPLIED: Final = "repair_pending"
"""The stage of what binds while somebody decides on its repair."""


class Occupation(Model):
    """How a measure that restricts what somebody may do for a living is known."""

    acts: tuple[str, ...]
    words: tuple[str, ...]


class Procedure(Model):
    """What the confirmation of a finding must respect, as data."""

    occupation: Occupation


RESTRICTION: Final = "restriction-"
"""How the id of a restriction begins."""
_NONE: Final[Mapping[str, Finding]] = {}
_NO_COURSES: Final[Mapping[str, Course]] = {}
_NOTHING: Final = Life("withdrawn", None, None)
_NO_DECISIONS: Final[Mapping[str, Decision]] = {}
_NO_BARS: Final[Mapping[str, tuple[Shown, ...]]] = {}
_NO_BASES: Final[Mapping[str, Bases]] = {}
_LIMITED: Final = ("fixed", "range", "by_decision", "life")
"""Kinds of term that say themselves when they are over: not with a list, nor when something was paid or done."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """One measure on one party and the findings that carry it."""

    id: str
    party: str
    party_kind: str
    measure: Measure
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """How a restriction stands on a day: a code of `STRENGTH`, the ground that makes it so, and the life of each ground."""

    code: str
    ground: str
    start: date | None
    until: str | None
    lives: Mapping[str, Life]


Principals = Mapping[str, Sequence[tuple[Ground, str]]]
Decided = Callable[[str, date], Life]
"""What tells the life of a decision itself on a day."""


@cache
def procedure() -> Procedure:
    """Return what ships."""
    return Procedure.model_validate(strict_yaml.read(FILE.read_text(encoding="utf-8")))


def restriction_id(party: str, measure: str) -> str:
    """Return the id of the restriction of a party by a measure (by its name: two rules may carry the same)."""
    return f"{RESTRICTION}{digest(party, measure)}"


def restrictions_of(
    findings: Iterable[Finding],
    catalogue: Catalogue,
    former: Mapping[str, Finding] = _NONE,
    decisions: Mapping[str, Decision] = _NO_DECISIONS,
    courses: Mapping[str, Course] = _NO_COURSES,
    doubted: Collection[str] = (),
    bars: Mapping[str, tuple[Shown, ...]] = _NO_BARS,
    bases: Mapping[str, Bases] = _NO_BASES,
) -> list[Restriction]:
    """Group findings into restrictions, in the order of party and measure.

    Parameters
    ----------
    findings : iterable of Finding
        Those of the store; records and leads make no restriction, but a lead is shown as what it is.
    catalogue : Catalogue
        The rules: whether a ban is accessory or keeps its own clock.
    former : mapping of id to Finding
        What something has happened to, as it was then, where it is not derived any more, or with other measures: a measure
        that no finding carries any more is withdrawn.
    decisions : mapping of id to Decision
        What the findings rest on: the class of the conduct says how it may be repaired, and a list may be left.
    courses : mapping of id to Course
        What findings that were proposed rested on since when.
    doubted : collection of str
        Former ones that are derived no more for the sole reason that it is doubtful by now whom they mean.
    bars : mapping of decision to what is shown
        What bars a repair of what rests on it.
    bases : mapping of decision to bases
        What decisions rest on, of those that do on several.
    """
    findings = list(findings)
    restricting = [finding for finding in findings if _restricts(finding)]
    before = [finding for finding in former.values() if _restricts(finding)]
    principals = {(f.decision, f.rule): f.id for known in (former.values(), findings) for f in _own(known)}
    grouped: dict[tuple[str, str], dict[str, tuple[Finding, Measure, bool]]] = defaultdict(dict)
    for gone, known in ((True, before), (False, restricting)):
        for finding in known:
            for measure in finding.measures:
                grouped[finding.party, measure.name_zh][finding.id] = (finding, measure, gone)
    made = []
    for (party, name), carried in sorted(grouped.items()):
        first = carried[min(carried)]
        grounds = tuple(
            ground_of(
                f,
                catalogue,
                principals.get((f.decision, f.rule), ""),
                name,
                decisions.get(f.decision),
                bars,
                gone=gone,
                course=courses.get(f.id, ()),
                doubted=gone and f.id in doubted,
                bases=bases.get(f.decision, ()),
            )
            for _, (f, _, gone) in sorted(carried.items())
        )
        made.append(Restriction(restriction_id(party, name), party, first[0].party_kind, first[1], grounds))
    return made


def _own(findings: Iterable[Finding]) -> list[Finding]:
    """Return those on the enterprise itself, what restricts it last: one that is current is the principal, whatever was before."""
    return sorted((f for f in findings if f.role == RESPONDENT and f.effect == "restrict"), key=_restricts)


def _restricts(finding: Finding) -> bool:
    return finding.effect == "restrict" and finding.outcome is Outcome.ESTABLISHED


def ground_of(
    finding: Finding,
    catalogue: Catalogue,
    principal: str = "",
    measure: str = "",
    decision: Decision | None = None,
    bars: Mapping[str, tuple[Shown, ...]] = _NO_BARS,
    *,
    gone: bool = False,
    course: Course = (),
    doubted: bool = False,
    bases: Bases = (),
) -> Ground:
    """Return what the life of a finding depends on."""
    rule = catalogue.version(finding.rule, finding.rule_version)
    return Ground(
        finding=finding.id,
        decision=finding.decision,
        imposed=finding.origin == "imposed",
        proved=finding.outcome is Outcome.ESTABLISHED and all(p.state is PremiseState.PROVED for p in finding.premises),
        start=finding.start,
        until=finding.until,
        own_clock=_keeps_its_clock(finding, rule),
        occupation=finding.party_kind == "person" and any(_is_occupation(measure, rule) for measure in finding.measures),
        gone=gone,
        doubted=doubted,
        principal=principal if is_accessory(finding, catalogue) and principal != finding.id else "",
        measure=measure,
        rule=finding.rule,
        kind=finding.party_kind,
        class_=class_of(decision),
        listed=is_list(decision) if decision else None,
        course=course,
        bars=of_rule(bars.get(finding.decision, ()), finding.rule),
        bases=bases,
    )


def is_accessory(finding: Finding, catalogue: Catalogue) -> bool:
    """Say whether a finding rests on the one on the enterprise itself, and ends with its listing."""
    rule = catalogue.version(finding.rule, finding.rule_version)
    return rule is not None and rule.relation in ("accessory", "unclear") and finding.role != RESPONDENT


def _keeps_its_clock(finding: Finding, rule: Rule | None) -> bool:
    """Say whether a ban ends with its own term, and not with a listing or by a repair."""
    if rule is None or rule.relation != "none":
        return finding.role != RESPONDENT if rule is None else rule.relation == "independent"
    term = next((clause.term for clause in rule.clauses if clause.id == finding.clause and clause.term), rule.term)
    return finding.role != RESPONDENT or (not rule.repair and term.type in _LIMITED)


def is_list(decision: Decision) -> bool:
    """Say whether a decision puts somebody on a list, which can be left."""
    return decision.kind == "listing" or _lists(decision.acts)


@cache
def _lists(acts: tuple[str, ...]) -> bool:
    known = codes.load("acts")
    return any(act in known and known.get(act).listing for act in acts)


def _is_occupation(measure: Measure, rule: Rule | None) -> bool:
    if _names_an_occupation(measure.name_zh):
        return True
    imposed_by = next((m.imposed_by for m in (rule.measures if rule else ()) if m.id == measure.id), ())
    return not set(procedure().occupation.acts).isdisjoint(imposed_by)


@lru_cache(maxsize=4_096)
def _names_an_occupation(measure: str) -> bool:
    return any(word in measure for word in procedure().occupation.words)


class Events:
    """What has happened, by what it is about."""

    def __init__(self, events: Iterable[Dated] = ()) -> None:
        self._about: MutableMapping[str, list[Dated]] = {}
        for item in events:
            self._about.setdefault(item.event.about, []).append(item)

    def and_then(self, item: Dated) -> Events:
        """Return these and one more."""
        more = Events()
        more._about = {**self._about, item.event.about: [*self._about.get(item.event.about, ()), item]}
        return more

    def without(self, gone: Iterable[Dated]) -> Events:
        """Return these but for some; what happened to anything else is shared with these, not copied."""
        left: dict[str, list[Dated]] = {}
        for item in gone:
            about = item.event.about
            left[about] = [each for each in left.get(about, self._about.get(about, ())) if each.id != item.id]
        less = Events()
        less._about = ChainMap(left, self._about)
        return less

    def about(self) -> set[str]:
        """Return what anything happened to."""
        return {each for each, items in self._about.items() if items}

    def of(self, ground: Ground, restriction: str = "") -> Sequence[Dated]:
        """Return what happened to a finding, to its decision, or to the restriction."""
        if not self._about:
            return ()
        return [item for about in (ground.finding, ground.decision, restriction) if about for item in self._about.get(about, ())]


def status(
    restriction: Restriction,
    events: Events,
    day: date,
    table: Table,
    principals: Principals | None = None,
    decided: Decided | None = None,
) -> Status:
    """Return how a restriction stands on a day.

    Parameters
    ----------
    restriction : Restriction
        The measure, the party and its grounds.
    events : Events
        What is known to have happened; what is known decides, not when it was told.
    day : date
        The day.
    table : Table
        The transitions.
    principals : mapping of finding to grounds, optional
        Those on enterprises to which others are accessory, each with the restriction that it carries.
    decided : callable, optional
        Tells the life of a decision itself on a day.
    """
    lives = {g.finding: life_of(g, events, day, table, principals, restriction.id, decided) for g in restriction.grounds}
    if len(lives) == 1:
        ((only, life),) = lives.items()
        return Status(code_of(life, day, table), only, life.start, life.until, lives)
    best = min(lives, key=lambda finding: (STRENGTH.index(code_of(lives[finding], day, table)), _ends(lives[finding]), finding))
    life = lives[best]
    return Status(code_of(life, day, table), best, life.start, life.until, lives)


def life_of(
    ground: Ground,
    events: Events,
    day: date,
    table: Table,
    principals: Principals | None,
    restriction: str = "",
    decided: Decided | None = None,
) -> Life:
    """Return the life of a ground, the listing of the enterprise that it is accessory to considered.

    Where the finding on the enterprise itself restricts nothing (any more), nothing can be accessory to it.
    """

    def alone(each: Ground, given: Sequence[Dated], refused: Mapping[str, str]) -> Life:
        life = live(each, given, day, table, refused)
        missed = decided is not None and not each.imposed and any(i.reason and i.event.about == each.decision for i in life.judged)
        life = with_decision(life, each, decided(each.decision, day), table) if decided and missed else life
        return with_restriction(life, each, given, day, table)

    own = events.of(ground, restriction)
    if principals is None or not ground.principal:
        return alone(ground, own, {})
    above = [(each, events.of(each, carries)) for each, carries in principals.get(ground.principal, ())]
    asked = any(item.event.kind in ASKED and item.event.about == ground.decision for item in own)
    life = alone(ground, own, refused_above(ground.decision, above, table) if asked else {})
    return with_principal(life, [alone(each, given, {}) for each, given in above] or [_NOTHING], table)


def principals_of(restrictions: Sequence[Restriction]) -> Principals:
    """Return the grounds that others are accessory to, each with every restriction that it carries."""
    wanted = {ground.principal for restriction in restrictions for ground in restriction.grounds} - {""}
    found: dict[str, list[tuple[Ground, str]]] = {finding: [] for finding in wanted}
    for restriction in restrictions:
        for ground in restriction.grounds:
            if ground.finding in wanted:
                found[ground.finding].append((ground, restriction.id))
    return found


def _ends(life: Life) -> str:
    """Return something that sorts the longest term first."""
    if life.until == "life":
        return ""
    return "".join(chr(ord("9") - int(c)) if c.isdigit() else c for c in life.until) if life.until else "~"
