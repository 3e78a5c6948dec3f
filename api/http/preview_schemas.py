"""What goes in and comes out where somebody looks before an act: third parties, a correction, the quality of what was delivered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.http.party_schemas import Origin
from api.http.schemas import LONGEST, DecisionRef, Filter, Line, Model, Party, Ref, RuleRef, ThenInWords, ThenParameters


class PreviewParameters(ThenInWords):
    """Of whom or what."""

    of: str = Field(
        min_length=1, max_length=LONGEST, description="Id of a finding; or id, or name that only one bears, of a person."
    )


class BarredPost(Origin):
    """A post that a measure bars from."""

    id: str
    interest: str
    label: str
    period: str
    others: int = Field(description="How many others certainly hold such a post there.")
    possible: int = Field(description="How many more may hold it: the dates are vague.")
    consequence: Literal["vacant", "perhaps_vacant", "shared", "uncertain"]
    text: str


class Touched(Model):
    """An enterprise that would lose somebody."""

    id: str
    name: str
    respondent: bool = Field(description="Whether the decision is against this enterprise.")
    posts: list[BarredPost]
    share_percent: float | None


class EndedFinding(Model):
    """A finding whose term is over on the day: its measures are none any more."""

    finding: str
    until: str
    text: str


class Preview(Model):
    """What the measures on a person would do to enterprises: no finding on any of them."""

    lang: Literal["zh", "en"]
    party: Ref
    day: str
    is_not: str
    findings: list[str]
    measures: list[str]
    ended: list[EndedFinding]
    bars: list[str]
    no_bar: str | None
    companies: list[Touched]
    open_claims: int


class ImpactParameters(ThenInWords):
    """What would be said otherwise."""

    set: list[Annotated[str, Field(min_length=2, max_length=LONGEST)]] = Field(
        [],
        max_length=50,
        description="FIELD=VALUE, as `zeren impact --set`; none for a retraction.",
        examples=[["date=2024-01-02"]],
    )


class Foreseen(Origin, Line):
    """The statement as it stands."""

    key: str


class ImpactCount(Model):
    """How many findings of a rule and role appear, vanish and change."""

    rule: dict[str, str]
    role: str
    appears: int
    vanishes: int
    changes: int


class ImpactSide(Model):
    """A finding before or after."""

    outcome: str
    origin: str
    rule_version: int
    measures: list[str]
    from_: str | None = Field(alias="from")
    until: str | None
    open: list[str]


class ImpactEffect(Model):
    """A finding that appears, vanishes or changes."""

    change: Literal["appears", "vanishes", "changes"]
    id: str
    decision: DecisionRef
    company: Ref
    party: Party
    role: str
    effect: str
    rule: RuleRef
    clause: str
    before: ImpactSide | None
    after: ImpactSide | None
    fields: list[str]


class StatementImpact(Model):
    """What the retraction or correction of a statement would change; nothing was recorded."""

    statement: Foreseen
    corrected: Line | None
    summary: list[ImpactCount]
    findings: list[ImpactEffect]
    unchanged: int


class QualityParameters(ThenParameters):
    """Of which source."""

    source: Filter = Field(None, description="This source alone.")


class QualityExample(Model):
    """A statement, or value, that a check found."""

    text: str
    file: str
    row: int


class QualityCheck(Model):
    """How often a check found something, among how many."""

    name: str
    count: int
    of: int
    share: float
    examples: list[QualityExample] = Field(description="The first.")


class QualityDelivery(Model):
    """A delivery of a source."""

    id: str
    day: str | None
    delivery_status: str
    rows: int | None
    new: int | None
    changed: int | None
    corrected: int | None
    known: int | None
    vanished: int | None
    flagged: int | None
    refused: int | None


class QualitySource(Model):
    """What is doubtful in what a source delivered."""

    source: str
    statements: dict[str, int] = Field(
        description="How many statements are on record, each counted under one key: the kind of an entity (`enterprise` is that of "
        "a company), `sharing` for a relationship with an address, a telephone or a tender, else the kind of the statement."
    )
    appearances: int
    names: int
    deliveries: list[QualityDelivery]
    checks: list[QualityCheck]


class Said(Model):
    """What a source says."""

    source: str
    value: str


class QualityConflict(Model):
    """Where sources contradict each other."""

    entity: str
    field: str
    shown: Said
    others: list[Said]
    why: str


class Quality(Model):
    """What is doubtful in what the sources delivered."""

    version: int
    day: str
    sources: list[QualitySource]
    conflicts: list[QualityConflict] = Field(description="The first.")
    conflict_count: int
