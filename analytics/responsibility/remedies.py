"""How somebody may object, as data: to whom, by when, and what an objection does.

Invariants (tests/unit/test_analytics_remedies.py holds one test a number)
1. Whoever an authority's decision reaches has a remedy; against a court's only what was read is offered, and nothing is made up.
2. A remedy against an administrative decision is not offered against a court's, nor the other way round.
3. A last day is told only where the day on which it can have been learnt of is known; it is the earliest that it can be, and a
   working day. Where nobody has published the calendar of that year there is none, never a wrong one.
4. What a territory or its authorities provide is offered only against their decisions: not where it is unknown whose one is,
   nor of what level.
5. What is against a measure is offered only where a finding has the measure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from analytics.lifecycle.workdays import WorkCalendar
from analytics.responsibility.competence import of_court
from analytics.responsibility.partial import Model
from analytics.responsibility.rule_files import read_document
from analytics.responsibility.rule_format import BasisRef, Label, Mark, unknown_acts
from graph import codes
from graph.dates import add_months
from graph.model import Decision, Finding

FILE: Final = Path(__file__).parent / "remedies.yaml"


class Count(Model):
    """How long one has, counted from when one learns of the decision."""

    days: Annotated[int, Field(ge=0, strict=True)] = 0
    months: Annotated[int, Field(ge=0, strict=True)] = 0


Area = Annotated[str, Field(pattern=r"^\d{2,6}$")]
"""Code of a territory, and of everything in it."""


class Fits(Model):
    """What a remedy fits: kinds of party, whose decisions (a court's or not, of which territory and level), acts, measures."""

    parties: tuple[Literal["person", "enterprise"], ...] = Field(min_length=1)
    court: bool | None = None
    acts: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    areas: tuple[Area, ...] = ()
    not_areas: tuple[Area, ...] = ()
    levels: tuple[str, ...] = ()

    def governs(self, decision: Decision) -> bool:
        """Say whether the decision is of a territory, and of an authority, that it is provided for."""
        if self.areas and not (decision.region or "").startswith(self.areas):
            return False
        if self.not_areas and (decision.region or "").startswith(self.not_areas):
            return False
        return not self.levels or decision.authority_level in self.levels


class Remedy(Model):
    """One way to object."""

    id: str
    title: Label
    to: Label
    deadline: Label
    effect: Label
    days: Count | None = None
    basis: tuple[BasisRef, ...] = Field(min_length=1)
    evidence: Mark
    fits: Fits = Field(alias="for")

    def suits(self, decision: Decision, finding: Finding, *, court: bool) -> bool:
        """Say whether it is open against what a decision, of a court or not, means for a party."""
        fits = self.fits
        return (
            finding.party_kind in fits.parties
            and fits.court in (None, court)
            and fits.governs(decision)
            and (not fits.acts or not set(fits.acts).isdisjoint(decision.acts))
            and (not fits.measures or not set(fits.measures).isdisjoint(measure.id for measure in finding.measures))
        )

    def last_day(self, learnt: date | None, calendar: WorkCalendar) -> date | None:
        """Return the earliest that the last day can be, as the party learnt of the decision on this day; None if not known.

        Raises
        ------
        NoCalendar
            Nobody has published which days are worked in that year, so that it is not known whether the day is put off.
        """
        if self.days is None or learnt is None:
            return None
        return calendar.next_workday(add_months(learnt, self.days.months) + timedelta(days=self.days.days))


class Remedies(Model):
    """The file."""

    remedies: tuple[Remedy, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [*self._problems()]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _problems(self) -> Iterator[str]:
        if len({remedy.id for remedy in self.remedies}) != len(self.remedies):
            yield "remedies: two share an id"
        for remedy in self.remedies:
            yield from unknown_acts(remedy.fits.acts, f"remedies.{remedy.id}.for.acts")
            yield from _area_problems(remedy.fits, f"remedies.{remedy.id}.for")

    def open_to(self, decision: Decision, finding: Finding) -> list[Remedy]:
        """Return the remedies that fit, in the order of the file."""
        court = of_court(decision)
        return [remedy for remedy in self.remedies if remedy.suits(decision, finding, court=court)]


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
