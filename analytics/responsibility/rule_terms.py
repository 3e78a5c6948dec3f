"""When a rule is in force, and how long its measures last.

Invariants (tests/unit/test_analytics_rule_format.py holds one test a number)
4. A term is what its type says, and nothing else: years with a fixed term or a cap, a range with both ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from analytics.responsibility.partial import Model, holds
from analytics.responsibility.said import Said

FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Between these a rule came into force or ends; anything else is a slip."""


def _written_day(value: object) -> object:
    """Refuse a bare number: `from: 2022` would be read as seconds since 1970."""
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str) or len(value) != len("2022-01-01"):
        raise ValueError(f"{value!r} is not a day: write YYYY-MM-DD")
    return value


def _real_year(value: date | None) -> date | None:
    if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"{value} is no year of a rule: it lies between {FIRST_YEAR} and {LAST_YEAR}")
    return value


Day = Annotated[date | None, BeforeValidator(_written_day), AfterValidator(_real_year)]


class InForce(Model):
    """First and last day of a rule; no `from` disables the rule, no `until` means still in force."""

    model_config = ConfigDict(populate_by_name=True)
    start: Day = Field(alias="from")
    """First day in force, YYYY-MM-DD; empty: unknown, and the rule is disabled."""
    until: Day = None
    """Last day in force, YYYY-MM-DD; absent: still in force."""


Years = Annotated[int, Field(ge=1, le=100, strict=True)]
Months = Annotated[int, Field(ge=1, le=1200, strict=True)]


class TermRule(Model):
    """How long the measures last unless the decision states a term, which always governs."""

    type: Literal["fixed", "life", "range", "by_decision", "open", "cap", "by_source_rule", "none"]
    """`fixed`: so many years; `life`: the law says for life; `range`: the decision chooses; `none`: over at once (a fine)."""
    years: Years | None = None
    """Years of a fixed term, or of a cap."""
    min_years: Years | None = None
    """The shortest that a decision may choose (`range`)."""
    min_months: Months | None = None
    """The same in months, where it is no whole years."""
    max_years: Years | Literal["life"] | None = None
    """The longest that a decision may choose, in years or `life`."""
    starts: Literal["decision", "conduct_end", "publication", "sentence_served"] = "decision"
    """What the term is counted from; publication and the end of a sentence are not known from the decision, so no end is either."""
    note: Said | None = None
    """What else the text says of the term."""

    def problems(self) -> Iterator[str]:
        """Yield what contradicts itself."""
        if holds(lambda: (self.type in ("fixed", "cap")) != (self.years is not None)):
            yield "term.years: goes with a fixed term or a cap, and with nothing else"
        if holds(lambda: (self.type == "range") != (self.min_years is not None or self.min_months is not None)):
            yield "term.min_years: goes with a range, and with nothing else (in months: term.min_months)"
        if holds(lambda: self.min_years is not None and self.min_months is not None):
            yield "term.min_months: takes the place of term.min_years, and does not add to it"
        if holds(lambda: self.type == "range" and self.max_years is None):
            yield "term.max_years: a range has an end"
        if holds(lambda: self.max_years is not None and self.type not in ("range", "fixed", "by_decision")):
            yield "term.max_years: goes with a range, a fixed term or a term by decision"
        if holds(self._ends_too_early):
            yield "term.max_years: is less than the least"

    def _ends_too_early(self) -> bool:
        return isinstance(self.max_years, int) and 12 * self.max_years < self.least_months

    @property
    def least_months(self) -> int:
        """The shortest that a decision may choose in months; 0 where the text sets none."""
        return self.min_months or 12 * (self.min_years or self.years or 0)
