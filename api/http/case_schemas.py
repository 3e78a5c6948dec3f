"""What goes in and comes out where cases are acted on: acts, restrictions, deadlines, repairs, claims, reports.

Invariants (tests/integration/test_http_writes.py holds one test a number)
6. Every answer fits its model, with no field more and none less; a field that we do not know is refused.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.schemas import (
    LONGEST,
    Day,
    Filter,
    KnownAt,
    Measure,
    Model,
    Page,
    PageParameters,
    Parameters,
    Party,
    Ref,
    WordsParameters,
)

Text = Annotated[str, Field(max_length=10_000)]
Short = Annotated[str, Field(max_length=LONGEST)]
Unit = Annotated[Filter, Field(description="Code of a unit; whoever belongs to one asks for that one alone.", examples=["fgw"])]


class Moment(WordsParameters):
    """When: the day of the status, and what was known when."""

    as_of: Day | None = Field(None, description="Day of the status; else today.", examples=["2026-01-01"])
    known_at: KnownAt = None


class CaseParameters(PageParameters, Moment):
    """Which restrictions are wanted."""

    party: Filter = Field(None, description="Id, number or name of a person or enterprise.")
    status: list[Short] = Field([], max_length=30, description="How they stand; all where none is given.", examples=[["in_force"]])
    kind: Literal["person", "enterprise"] | None = Field(None, description="On whom.")
    rule: Filter = Field(None, description="Resting on this rule.")
    q: Filter = Field(None, description="A part of a name or number: of party, enterprise or decision.", examples=["甲某"])


class Ground(Model):
    """A finding that a restriction rests on."""

    finding: str
    decision: str
    company: Ref = Field(description="The enterprise that the finding is about.")
    number: str | None = Field(description="Number of the decision.")
    date: str | None = Field(description="Day of the decision; partial where it is not known: 2016, 2016-03.")
    rule: str
    origin: Literal["imposed", "derived"]
    status: str
    stage: str = Field(
        description="How far it is, whether or not it binds today: `active`, or `repair_pending` where a repair waits."
    )
    from_: str | None = Field(alias="from", description="First day of the time for which this ground binds now.")
    until: str | None
    paused_by: list[str] = Field(description="Ids of events; `identity` where it is doubtful by now who is meant.")


class Restriction(Model):
    """One measure against one party, and how it stands."""

    id: str
    party: Party
    measure: Measure
    status: str
    from_: str | None = Field(
        alias="from", description="First day; of several grounds the one since which one of them always bound."
    )
    again: str | None = Field(description="The day from which it stands again, where it did not for a time.")
    until: str | None = Field(description="A day, `life`, or null where it is not known.")
    grounds: list[Ground]


class ListedRestriction(Restriction):
    """A restriction, with what whoever asks may object to."""

    objects: list[str] | None = Field(
        None, description="For a department: what of it that may object to, the restriction and whole findings."
    )


class RestrictionPage(Page):
    """A page of restrictions, and how many stand how."""

    items: list[ListedRestriction]
    counts: dict[str, int] = Field(
        description="Status -> how many, before the filter by status; `repair_pending` counts once more what binds while it waits."
    )


class Happened(Model):
    """One event, with its effect or the reason why it has none."""

    id: str
    on: str
    kind: str
    kind_text: str
    about: str
    party: str = Field(description="Whom that is on, or the decision is against; empty where it is not known.")
    by: str
    number: str | None
    text: str | None
    refers: str | None
    details: dict[str, str]
    effect: bool
    why_none: str | None
    why_none_text: str | None


class Withdrawn(Model):
    """When a finding was withdrawn: the day, the version, and the last version at which it was known."""

    on: str
    version: int
    known_at: int


class History(Model):
    """What happened to a finding, a decision or a restriction."""

    lang: Literal["zh", "en"]
    about: str
    withdrawn: Withdrawn | None = Field(description="Since when nothing derives the finding any more; null while something does.")
    events: list[Happened]
    possible: list[str] | None = Field(description="Acts that would have effect that day; null unless they are asked for.")


class ShowParameters(Moment):
    """When, and in which language."""

    lang: Literal["zh", "en"] | None = Field(None, description="Language; else Accept-Language, else the installation's.")


class HistoryParameters(ShowParameters):
    """When, in which language, and what of it."""

    possible: bool = Field(False, description="Also which acts would have effect on the day of the status, whoever may do them.")


class Acting(Parameters):
    """An act on a case."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"number": "告〔2026〕1号", "text": "拟采取限制措施", "dry_run": True}]},
    )
    on: Day | None = Field(None, description="Day on which it happened; else today.")
    number: Short = Field("", description="Number of the document that says so.")
    text: Text = Field("", description="Reason, or what was said.")
    refers: Short = Field("", description="Id of the event that this one answers or undoes.")
    details: dict[Short, Short] = Field(
        {},
        max_length=50,
        description="What a deadline asks (`another_unit`: yes), and last days told (`until`, `hearing`); no other label.",
    )
    reported: bool = Field(False, description="It was done elsewhere: recorded even if without effect.")
    by: Short | None = Field(None, description="Who did it elsewhere; with `reported` alone.")
    dry_run: bool = Field(False, description="Answer as the act would, and record nothing.")


class Reached(Model):
    """How a finding that an act reaches, or the decision itself, stood before the act and stands after it, today."""

    finding: str = Field(description="Empty: the decision itself.")
    decision: str = Field(description="That the finding rests on.")
    party: str = Field(description="Whom the finding is on; of a decision itself whom that is against.")
    before: str = Field(description="How it stood.")
    after: str = Field(description="How it stands.")
    stage_before: str
    stage_after: str
    paused_before: bool = Field(description="Whether an objection or an order was open.")
    paused_after: bool = Field(description="Whether one is.")
    effect: bool = Field(description="Whether the act has effect on it.")
    reason: str | None = Field(description="Code of why it has no effect.")


class Done(Model):
    """An act, as it was recorded or would be."""

    event: str
    recorded: bool
    effective: bool
    rows: list[Reached]


class DueParameters(PageParameters, ShowParameters):
    """Which deadlines are wanted."""

    state: Literal["open", "overdue", "lapsed", "no_calendar", "done", "done_late"] | None = Field(
        None, description="Those that stand so; else those that were not met."
    )
    every: bool = Field(False, description="Also those that were met.")
    publication: bool = Field(False, description="Also those that run from the date of a decision.")


class Due(Model):
    """A deadline."""

    deadline: str
    title: str
    state: Literal["open", "overdue", "lapsed", "no_calendar", "done", "done_late"]
    due: str | None
    days_left: int | None
    about: str
    party: Party
    finding: str | None = Field(description="Finding that it concerns; none where the decision stands alone.")
    who: str
    began: str
    basis: str
    evidence: Literal["verbatim", "secondary", "memory"]
    ended_by: str | None


class DuePage(Page):
    """A page of deadlines, the most urgent first."""

    items: list[Due]


class RepairParameters(ShowParameters):
    """Whose repair is planned."""

    party: str = Field(min_length=1, max_length=LONGEST, description="Id, number or name of a person or enterprise.")


class RepairStep(BaseModel):
    """A step of a repair; one without a step says what stands against it, or what a human must ask before it."""

    model_config = ConfigDict(extra="forbid")
    restriction: str | None = Field(description="None of a plan of the decision itself, by which nothing binds the enterprise.")
    decision: str
    finding: str | None
    rule: str | None
    class_: str | None = Field(alias="class")
    through: str | None
    bar: str | None = None
    bar_text: str | None = None
    bar_by: list[str] | None = Field(None, description="Ids of the events that bar or pause, or of the decisions that do.")
    bar_number: str | None = Field(None, description="Document of what bars, else of the decision.")
    bar_basis: str | None = None
    bar_until: str | None = Field(None, description="Last day; a day, `life`, or null where it has none.")
    bar_lift: str | None = Field(None, description="How it ends or is lifted.")
    step: str | None = None
    step_text: str | None = None
    done: str | None = None
    earliest: str | None = None
    basis: str | None = None
    evidence: Literal["verbatim", "secondary", "memory"] | None = None
    optional: bool | None = None
    question: str | None = Field(None, description="Code of a bar that no decision in the store shows, and that may stand.")
    question_text: str | None = None
    question_by: list[str] | None = Field(None, description="Ids of decisions that may show it.")
    question_answer: str | None = Field(None, description="What to do if it is so.")


class RepairPlan(Model):
    """How the restrictions of a party may be repaired."""

    lang: Literal["zh", "en"]
    rows: list[RepairStep]


class ClaimParameters(PageParameters, ShowParameters):
    """Which claims are wanted; `as_of` leaves out those of which one side certainly appears only later."""

    state: Literal["open", "accepted", "rejected"] | None = None
    party: Filter = Field(None, description="On nodes or at enterprises whose id or name has this text.")


class Feature(Model):
    """A reason for or against."""

    name: str
    result: str
    first: str
    second: str
    text: str


class Claimed(Ref):
    """One of two entries that a claim is about."""

    enterprise: str = Field(description="Name of the enterprise at which it stands.")


class LastRuling(Model):
    """The last ruling on a claim, also one that was undone."""

    ruling: Literal["accepted", "rejected", "undone"]
    by: str
    reason: str
    on: str | None = Field(None, description="Day on which it was recorded.")


class Claim(Model):
    """A claim that two entries are one person."""

    id: str
    state: Literal["open", "accepted", "rejected"]
    in_conflict: bool
    score: float
    first: Claimed
    second: Claimed
    source: str
    name_count: int
    features: list[Feature]
    ruled: LastRuling | None = None


class ClaimPage(Page):
    """A page of claims, the most convincing first."""

    items: list[Claim]
    count: int = Field(description="How many there are in all.")


class Ruling(Parameters):
    """A ruling on a claim."""

    reason: Text = Field(min_length=1, description="Why; kept with the ruling.")
    party: Filter = Field(None, description="Id of one of the two: then the claim is looked for around it alone.")
    dry_run: bool = Field(False, description="Answer as the ruling would, and record nothing.")


class Ruled(Model):
    """The claim as it stands now."""

    id: str
    state: Literal["accepted", "rejected", "undone"]
    first: dict[str, str]
    second: dict[str, str]


class ReportParameters(WordsParameters):
    """Of which period."""

    since: Day = Field(description="First day; not after the last.", examples=["2026-01-01"])
    until: Day | None = Field(None, description="Last day, today at the latest; today where not given.")
    as_of: Day | None = Field(None, description="Another name for `until`; one of the two.")
    known_at: KnownAt = None


class ReportRow(Model):
    """One count."""

    section: str
    section_text: str = Field(description="What it is called, in the language asked for; so too below.")
    key: str
    key_text: str
    measure_of: str
    measure_of_text: str
    count: int


class Report(Model):
    """A report: counts alone, no name and no number of anybody."""

    since: str
    until: str
    made: str
    title: str
    not_derived: str | None = Field(description="Said where not everything that is recorded is derived, so that counts may change.")
    rows: list[ReportRow]


class Purposes(Model):
    """What a look-up may be for, the departments there are, and their reasons to refuse."""

    purposes: dict[str, str]
    units: dict[str, str]
    refusals: dict[str, str]
