"""What comes out where rules, publications and letters are read.

Invariants (tests/integration/test_http_reads.py holds one test a number)
1. Every answer fits its model; a rule whole has further fields, which `zeren rules schema` describes.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.case_schemas import Moment, ShowParameters
from api.http.schemas import Confirmed, Filter, Model, Page, PageParameters, WaysOut


class RuleParameters(Moment):
    """Which rules are wanted."""

    role: Filter = Field(None, description="Rules that speak of this role; or `respondent`.", examples=["director"])
    act: Filter = Field(None, description="Rules that this coded act triggers.", examples=["listed_wage_arrears"])
    domain: Literal["D1", "D2", "D3", "D4"] | None = None
    disabled: bool = Field(False, description="Rules with a clause that is not in use.")


class RuleRow(Model):
    """A version of a rule."""

    id: str
    version: int
    title: dict[Literal["zh", "en"], str]
    domains: list[str]
    acts: list[str]
    from_: str | None = Field(alias="from")
    until: str | None
    clauses: int
    enabled: int = Field(description="How many clauses are in use.")
    disabled: str | None
    not_in_use: list[str]
    unverified: list[str]


class RuleList(Model):
    """Every version of every rule that was asked for, in the order of ids."""

    items: list[RuleRow]
    catalogue: str = Field(description="Hash of the rules.")


class WholeRule(BaseModel):
    """A rule as its file has it; every article bears its mark."""

    model_config = ConfigDict(extra="allow")
    id: str
    version: int
    unverified: list[str]
    clauses: list[dict[str, Any]]


class MatrixColumn(Model):
    """A role of the matrix."""

    code: str
    label: str


class Matrix(Model):
    """Measures of the city policy by roles."""

    on: str
    not_yet: str | None = Field(description="That the policy was not in force on the day; then there are no cells.")
    columns: list[MatrixColumn]
    cells: list[dict[str, Any]]


class PublicationParameters(PageParameters, ShowParameters):
    """Which publications are wanted."""

    withheld: bool = Field(False, description="What is not published instead, and why; for whoever may read decisions.")


class Publication(Model):
    """What is published of a decision."""

    decision: str
    number: str | None
    kind: str
    kind_text: str
    respondent: str
    uscc: str | None
    authority: str | None
    date: str
    until: str | None
    acts: list[str]
    acts_text: Any
    basis: list[Any]


class Withheld(Model):
    """Why a decision is not published."""

    decision: str | None
    kind: str
    reason: str
    reason_text: str
    until: str | None
    sealed: bool = Field(description="Beyond the cap of the province: it is to be sealed.")


class PublicationPage(Page):
    """A page of publications, or of what is withheld."""

    items: list[Publication | Withheld]


class LetterReason(Model):
    """A statement that a letter rests on."""

    id: str
    text: str
    source: str


class LetterRemedy(Model):
    """How the party may object."""

    id: str
    title: str
    to: str
    deadline: str
    earliest_last_day: str | None
    counted_from: Literal["decision", "service", "notice"] | None
    effect: str
    basis: list[str]
    unverified: bool
    no_last_day: str | None


class LetterBeside(Model):
    """What else stands on the party."""

    finding: str
    decision: str
    same_decision: bool
    text: str


class Letter(Model):
    """The letter to the party of a finding, in Chinese."""

    finding: str
    date: str = Field(description="The day that it speaks of.")
    made: str = Field(description="The day on which it is made.")
    then: str | None = Field(description="Where it speaks of another day, or as known then: that it does; else null.")
    to: str
    case: str = Field(description="Reference number of the case, and the decision that it rests on.")
    title: str
    about: str
    summary: Any
    is_not: Any
    confirmed: Confirmed | None
    nothing_follows: str | None
    over: str | None
    beside: list[LetterBeside] = Field(description="What else stands on the party, where nothing follows, or no longer.")
    reasons: list[str]
    reasons_short: list[str]
    articles: list[str]
    measures: list[str]
    measures_stand: Literal["taken", "intended", "over", "not_taken", "not_derived"]
    unverified: list[str]
    evidence: list[LetterReason]
    ways_out: WaysOut | None
    remedies: list[LetterRemedy]
