"""How somebody may object, as data: to whom, by when, and what an objection does.

Invariants (tests/unit/test_analytics_remedies.py holds one test a number)
1. Whoever an authority's measure reaches has a remedy; against a court's only what was read is offered, and nothing is made up.
2. A remedy is against whoever takes the measure: what an authority does after a court's list is open to review, suit and objection,
   what a court itself does only to the court's remedies, and its list only to the objection of whoever stands on it.
3. A last day is told only where the day on which it can have been learnt of is known; it is the earliest that it can be, and a
   working day. Where nobody has published the calendar of that year there is none, never a wrong one.
4. What a territory or its authorities provide is offered only against their decisions: not where it is unknown whose one is,
   nor of what level.
5. What is against a measure is offered only where a finding has the measure.
6. Nobody sues against, or asks for review of, what is not taken and cannot be: a lead, what is blocked, what has lapsed.
7. How many days somebody has stands in `lifecycle/deadlines.yaml`, and nowhere else.
8. While a listing is only intended, the objection that stops it takes the place of that to a record.
9. A remedy is that of the law of its day: of the day of what it is against, or of the letter where it is against what is on record
   now. Versions of one id follow each other; where it is not certain which was law, that is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from string import Formatter
from typing import Annotated, Final, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from analytics.lifecycle.deadlines import Area, Deadline, last_day, load_deadlines
from analytics.lifecycle.workdays import WorkCalendar
from analytics.responsibility.partial import Model
from analytics.responsibility.rule_files import read_document
from analytics.responsibility.rule_format import RESPONDENT, Rule
from analytics.responsibility.rule_measures import BasisRef, Mark, Nature, unknown_acts
from analytics.responsibility.said import Label
from graph import codes
from graph.dates import OPEN, PartialDate, Period, Truth
from graph.deciding import bodies
from graph.model import Decision, Finding

FILE: Final = Path(__file__).parent / "remedies.yaml"

Taker = Literal["court", "authority"]
Stage = Literal["none", "intended", "taken"]
"""Whether what somebody objects to is taken, may come to be, or is neither: a lead, what is blocked, what has lapsed."""


@dataclass(frozen=True, slots=True)
class Against:
    """What somebody objects to: what a decision means for a party, under a version of a rule (None: no longer known).

    `own`: the decision itself imposes it. `day` is that of what takes the measure, `asked` the day of the letter.
    """

    decision: Decision
    finding: Finding
    rule: Rule | None
    stage: Stage
    own: bool
    day: PartialDate
    asked: date


class CourtsOwn(Model):
    """What a court itself does, of what the rules say: by the nature of a measure, or by its id."""

    natures: tuple[Nature, ...] = ()
    measures: tuple[str, ...] = ()


class Fits(Model):
    """What a remedy fits: kinds of party, who takes the measure, whose the decision is, its acts, measures, rules, how far it is.

    `listed`: only for whoever stands on the list, the respondent of the decision.
    """

    parties: tuple[Literal["person", "enterprise"], ...] = Field(min_length=1)
    taker: Taker | None = None
    stages: tuple[Stage, ...] = ("none", "intended", "taken")
    listed: bool = False
    acts: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    areas: tuple[Area, ...] = ()
    not_areas: tuple[Area, ...] = ()
    levels: tuple[str, ...] = ()

    def suits(self, against: Against, takers: frozenset[Taker]) -> bool:
        """Say whether it is open against what these take."""
        decision, finding = against.decision, against.finding
        return (
            finding.party_kind in self.parties
            and (self.taker is None or self.taker in takers)
            and against.stage in self.stages
            and (not self.listed or finding.role == RESPONDENT)
            and (not self.acts or not set(self.acts).isdisjoint(decision.acts))
            and (not self.measures or not set(self.measures).isdisjoint(measure.id for measure in finding.measures))
            and (not self.rules or finding.rule in self.rules)
            and self.governs(decision)
        )

    def governs(self, decision: Decision) -> bool:
        """Say whether the decision is of a territory, and of an authority, that it is provided for."""
        if self.areas and not (decision.region or "").startswith(self.areas):
            return False
        if self.not_areas and (decision.region or "").startswith(self.not_areas):
            return False
        return not self.levels or decision.authority_level in self.levels


class Days(Model):
    """First and last day on which it is law."""

    start: Annotated[date, Field(alias="from")]
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.start:
            raise ValueError("ends before it starts")
        return self

    @property
    def period(self) -> Period:
        """The days as a period."""
        return Period(PartialDate.on(self.start), PartialDate.on(self.until) if self.until else OPEN)


class Remedy(Model):
    """One version of one way to object.

    `counts`: each number in the text of the deadline, as the id of a deadline, with `/` and a detail the longer one. `last`: the
    deadline that gives the last day.
    """

    id: str
    title: Label
    to: Label
    deadline: Label
    effect: Label
    counts: Mapping[str, str] = {}
    last: str = ""
    basis: tuple[BasisRef, ...] = Field(min_length=1)
    evidence: Mark
    in_force: Days
    law_of: Literal["measure", "letter"] = "measure"
    in_place_of: tuple[str, ...] = ()
    fits: Fits = Field(alias="for")

    @property
    def runs(self) -> Deadline | None:
        """The deadline that gives the last day, if there is one."""
        return _deadline(self.last)

    def deadline_text(self, lang: str) -> str:
        """Return by when one must act, with the numbers of the deadlines."""
        counted = {name: _count(reference) or 0 for name, reference in self.counts.items()}
        if lang == "zh":
            return self.deadline.zh.format(**{name: chinese_number(count) for name, count in counted.items()})
        return self.deadline.en.format(**counted)

    def last_day(self, learnt: date | None, calendar: WorkCalendar) -> date | None:
        """Return the earliest that the last day can be, as the party learnt of it on this day; None if not known.

        Raises
        ------
        NoCalendar
            Nobody has published which days are worked in that year, so that it is not known whether the day is put off.
        """
        runs = self.runs
        return None if runs is None or learnt is None else last_day(runs, learnt, calendar)

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with it."""
        place = f"remedies.{self.id}"
        yield from unknown_acts(self.fits.acts, f"{place}.for.acts")
        yield from _area_problems(self.fits, f"{place}.for")
        if self.last and self.runs is None:
            yield f"{place}.last: {self.last!r} is no deadline of lifecycle/deadlines.yaml"
        yield from (
            f"{place}.counts.{name}: {reference!r} is no deadline of lifecycle/deadlines.yaml"
            for name, reference in self.counts.items()
            if _count(reference) is None
        )
        for lang, text in (("zh", self.deadline.zh), ("en", self.deadline.en)):
            if {name for _, name, _, _ in Formatter().parse(text) if name is not None} != set(self.counts):
                yield f"{place}.deadline.{lang}: its places are not those of `counts`"


class Offered(NamedTuple):
    """A remedy that is open; `certain`: it is certain that this version of it is the law of its day."""

    remedy: Remedy
    certain: bool


class Remedies(Model):
    """The file."""

    courts_own: CourtsOwn
    remedies: tuple[Remedy, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [*self._problems()]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _problems(self) -> Iterator[str]:
        for first, second in combinations(self.remedies, 2):
            if first.id == second.id and first.in_force.period.meets(second.in_force.period) is not Truth.NO:
                yield f"remedies.{first.id}: two versions are law on one day"
        known = {remedy.id for remedy in self.remedies}
        for remedy in self.remedies:
            yield from remedy.problems()
            missing = [other for other in remedy.in_place_of if other not in known]
            yield from (f"remedies.{remedy.id}.in_place_of: there is no remedy {other!r}" for other in missing)

    def takers(self, against: Against) -> frozenset[Taker]:
        """Return who takes what somebody objects to: whoever decided, or of what follows from it whoever the rule says.

        Where no rule is known that says it, or nothing is taken, it is of whoever decided.
        """
        decided: Taker = "court" if True in bodies(against.decision) else "authority"
        if against.own or against.rule is None or not against.finding.measures:
            return frozenset({decided})
        natures = {measure.id: measure.nature for measure in against.rule.measures}
        own = [
            measure.id in self.courts_own.measures or natures.get(measure.id) in self.courts_own.natures
            for measure in against.finding.measures
        ]
        return frozenset("court" if each else "authority" for each in own)

    def open_to(self, against: Against) -> list[Offered]:
        """Return the remedies that are open, in the order of the file."""
        takers = self.takers(against)
        found: dict[str, Offered] = {}
        for remedy in self.remedies:
            if remedy.fits.suits(against, takers):
                day = against.day if remedy.law_of == "measure" else PartialDate.on(against.asked)
                law = remedy.in_force.period.holds_on(day)
                if law is Truth.YES or (law is Truth.MAYBE and remedy.id not in found):
                    found[remedy.id] = Offered(remedy, certain=law is Truth.YES)
        replaced = {other for offered in found.values() for other in offered.remedy.in_place_of}
        return [offered for name, offered in found.items() if name not in replaced]


_DIGITS: Final = "零一二三四五六七八九"


def chinese_number(count: int) -> str:
    """Return a number up to ninety-nine as a law writes it, a greater one in figures."""
    tens, ones = divmod(count, 10)
    if tens > len(_DIGITS) - 1:
        return str(count)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def _deadline(name: str) -> Deadline | None:
    return next((item for item in load_deadlines() if item.id == name), None)


def _count(reference: str) -> int | None:
    """Return the number of days or months of a deadline, or of the longer one that it has for a detail; None: there is none."""
    name, _, detail = reference.partition("/")
    item = _deadline(name)
    if item is None:
        return None
    return item.longer.get(detail) if detail else item.days


def _area_problems(fits: Fits, place: str) -> Iterator[str]:
    levels = codes.load("authority_levels")
    yield from (f"{place}.levels: {level!r} is not in codes/authority_levels.yaml" for level in fits.levels if level not in levels)
    outside = [area for area in fits.not_areas if fits.areas and not area.startswith(fits.areas)]
    yield from (f"{place}.not_areas: {area} is in none of `areas`" for area in outside)


def load_remedies(path: Path = FILE) -> Remedies:
    """Read and check the file.

    Raises
    ------
    ConfigError
        One message a line: file, field, reason.
    """
    return read_document(Remedies, path)
