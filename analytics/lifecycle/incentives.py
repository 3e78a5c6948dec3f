"""Incentives: who may be given what, and what stands against it.

Invariants (tests/unit/test_lifecycle_incentives.py holds one test a number)
1. Three clean years are whole: an adverse decision within them, or of unknown date, breaks them; a revoked one does not. Whoever
   is surely younger has none.
2. A red list counts only with a competent recogniser and a standard, a blank one is none; one of an association is for reference.
3. An active serious finding stands against every benefit, whatever the list says.
4. An honour is blocked where a measure that bars it binds, and put to a human where there is only a lead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, Literal

from analytics.lifecycle.publication import publication
from analytics.responsibility.partial import Model
from analytics.responsibility.said import Label
from graph import strict_yaml
from graph.dates import PartialDate, Truth, add_years, not_after

FILE: Final = Path(__file__).parent / "incentives.yaml"


class Benefit(Label):
    """One benefit, and the ground that is enough for it."""

    by: Literal["red_list", "clean", "either", "both"]
    item: int


class Incentives(Model):
    """What ships."""

    clean_years: int
    adverse: tuple[str, ...]
    benefits: Mapping[str, Benefit]
    honours: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class RedListing:
    """An entry of a red list: who recognised it, at which level, by which standard, for which time."""

    recogniser: str
    level: str
    standard: str
    start: date
    until: date | None
    id: str = ""

    def counts(self, day: date) -> bool:
        """Say whether the entry is more than a reference on a day."""
        competent = self.level in publication().levels and bool(self.standard.strip())
        return competent and self.start <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a benefit may be given, and the code of why (not)."""

    benefit: str
    may: bool
    reason: Literal["red_list", "clean", "both", "conflict", "no_ground"]


@cache
def incentives() -> Incentives:
    """Return what ships."""
    return Incentives.model_validate(strict_yaml.read(FILE.read_text(encoding="utf-8")))


def is_clean(decisions: Iterable[tuple[str, PartialDate]], day: date) -> bool:
    """Say whether a party had no adverse record in the years before a day, from kind and day of each decision that stands."""
    known, before = incentives(), _years_before(day)
    adverse = [on for kind, on in decisions if kind in known.adverse]
    return all(not_after(on, before) is Truth.YES or on.earliest > day for on in adverse)


def is_young(founded: PartialDate, day: date) -> bool:
    """Say whether an enterprise that was founded then surely has not been there for the clean years before a day."""
    return not_after(founded, _years_before(day)) is Truth.NO


def _years_before(day: date) -> PartialDate:
    return PartialDate.on(add_years(day, -incentives().clean_years))


def eligibility(red: Iterable[RedListing], *, clean: bool, conflict: bool, day: date) -> list[Answer]:
    """Return, for each benefit, whether it may be given.

    Parameters
    ----------
    red : iterable of RedListing
        Entries of the party.
    clean : bool
        See `is_clean`.
    conflict : bool
        Whether a serious finding on the party is active.
    day : date
        The day.
    """
    listed = any(entry.counts(day) for entry in red)
    return [_answer(code, benefit, listed, clean, conflict) for code, benefit in incentives().benefits.items()]


def _answer(code: str, benefit: Benefit, listed: bool, clean: bool, conflict: bool) -> Answer:
    if conflict:
        return Answer(code, may=False, reason="conflict")
    if listed and clean:
        return Answer(code, may=True, reason="both")
    if listed and benefit.by in ("red_list", "either"):
        return Answer(code, may=True, reason="red_list")
    if clean and benefit.by in ("clean", "either"):
        return Answer(code, may=True, reason="clean")
    return Answer(code, may=False, reason="no_ground")


def honour(binding: Iterable[str], leads: Iterable[str]) -> Literal["blocked", "review", "free"]:
    """Return whether an honour may be given, from the names of the measures that bind a party, and of those that are leads."""
    words = incentives().honours
    if any(word in measure for measure in binding for word in words):
        return "blocked"
    return "review" if any(word in measure for measure in leads for word in words) else "free"
