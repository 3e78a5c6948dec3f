"""What goes in and comes out where cases are acted on: acts, restrictions, deadlines, repairs, tasks, look-ups, claims.

Invariants (tests/integration/test_http_writes.py holds one test a number)
6. Every answer fits its model, with no field more and none less; a field that we do not know is refused.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from analytics.lifecycle.departments import departments
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


class Moment(Parameters):
    """When: the day of the status, and what was known when."""

    as_of: Day | None = Field(None, description="Day of the status; else today.", examples=["2026-01-01"])
    known_at: KnownAt = None


class CaseParameters(PageParameters, Moment):
    """Which restrictions are wanted."""

    party: Filter = Field(None, description="Id, number or name of a person or enterprise.")
    status: list[Short] = Field([], max_length=30, description="How they stand; all where none is given.", examples=[["in_force"]])
    kind: Literal["person", "enterprise"] | None = Field(None, description="On whom.")
    rule: Filter = Field(None, description="Resting on this rule.")


class Ground(Model):
    """A finding that a restriction rests on."""

    finding: str
    decision: str
    rule: str
    origin: Literal["imposed", "derived"]
    status: str
    paused_by: list[str] = Field(description="Ids of events.")


class Restriction(Model):
    """One measure against one party, and how it stands."""

    id: str
    party: Party
    measure: Measure
    status: str
    from_: str | None = Field(alias="from")
    again: str | None = Field(description="The day from which it stands again, where it did not for a time.")
    until: str | None = Field(description="A day, `life`, or null where it is not known.")
    grounds: list[Ground]


class RestrictionPage(Page):
    """A page of restrictions, and how many stand how."""

    items: list[Restriction]
    counts: dict[str, int] = Field(description="Status -> how many, before the filter by status.")


class Happened(Model):
    """One event, with its effect or the reason why it has none."""

    id: str
    on: str
    kind: str
    kind_text: str
    about: str
    by: str
    number: str | None
    text: str | None
    refers: str | None
    details: dict[str, str]
    effect: bool
    why_none: str | None
    why_none_text: str | None


class History(Model):
    """What happened to a finding, a decision or a restriction."""

    lang: Literal["zh", "en"]
    about: str
    events: list[Happened]


class ShowParameters(Moment):
    """When, and in which language."""

    lang: Literal["zh", "en"] | None = Field(None, description="Language; else Accept-Language, else the installation's.")


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
    details: dict[Short, Short] = Field({}, max_length=50, description="Further particulars.")
    reported: bool = Field(False, description="It was done elsewhere: recorded even if without effect.")
    by: Short | None = Field(None, description="Who did it elsewhere; with `reported` alone.")
    dry_run: bool = Field(False, description="Answer as the act would, and record nothing.")


class Reached(Model):
    """How a finding that an act reaches stood before and stands after it."""

    finding: str
    party: str
    before: str
    after: str
    stage: str
    paused: bool
    effect: bool
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
    """A step of a repair; one without a step says what stands against it."""

    model_config = ConfigDict(extra="forbid")
    restriction: str
    finding: str
    rule: str
    class_: str | None = Field(alias="class")
    through: str | None
    bar: str | None = None
    bar_text: str | None = None
    step: str | None = None
    step_text: str | None = None
    done: str | None = None
    earliest: str | None = None
    basis: str | None = None
    evidence: Literal["verbatim", "secondary", "memory"] | None = None
    optional: bool | None = None


class RepairPlan(Model):
    """How the restrictions of a party may be repaired."""

    lang: Literal["zh", "en"]
    rows: list[RepairStep]


class FeedParameters(Parameters):
    """Which messages are wanted."""

    unit: Unit = None
    since: int = Field(0, ge=0, le=2**62, description="`cursor` of the answer before; 0 from the beginning.")
    limit: int = Field(100, ge=1, le=500, description="Messages at most.")


class DecisionOf(Model):
    """The decision that a message rests on."""

    id: str
    number: str | None
    region: str | None


class Cited(Model):
    """An article."""

    instrument: str
    article: str
    evidence: str


class DocumentOf(Model):
    """The document that confirmed a measure."""

    number: str
    on: str


class Message(Model):
    """What a unit is told: what to do about which restriction, until when, on which basis."""

    cursor: int
    key: str = Field(description="Apply each key once.")
    number: int = Field(description="Grows with every message of a task, also after a backup was put back: ignore a lower one.")
    task: str
    action: Literal["execute", "pause", "resume", "stop"]
    unit: str
    restriction: str
    party: Party
    measure: str
    must: bool
    status: str
    from_: str | None = Field(alias="from")
    until: str | None
    decision: DecisionOf
    document: DocumentOf | None = Field(description="What binds a derived measure; null where the decision itself imposes it.")
    basis: list[Cited]
    as_of: str


class Feed(Model):
    """Messages of a unit, in order."""

    items: list[Message]
    cursor: int = Field(description="Send it as `since` next time, also when there is nothing new.")


class TaskParameters(PageParameters, Moment):
    """Which tasks are wanted."""

    unit: Unit = None
    state: Literal["open", "overdue", "no_calendar", "executed", "refused", "not_applicable"] | None = None


class Task(Model):
    """What a unit has to do, until when, and what it answered."""

    task: str
    message: str
    unit: str
    action: Literal["execute", "pause", "resume", "stop"]
    state: str
    due: str | None
    party: Party
    measure: str
    must: bool
    told_on: str
    restriction: str
    region: str | None
    reason: str | None
    answered_on: str | None
    executed: bool = Field(description="Whether the unit ever reported the measure as executed.")


class TaskPage(Page):
    """A page of tasks."""

    items: list[Task]


class Feeding(Parameters):
    """What the own unit did with a task."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"outcome": "refused", "reason": "no_more", "text": "企业已注销"}]}
    )
    outcome: Literal["executed", "refused", "not_applicable"]
    text: Text = Field("", description="Reason of a refusal, or why it does not apply, in words; reports do not hold it.")
    reason: str = Field("", max_length=64, description=f"Why, as reports count it: {', '.join(departments().refusals)}.")
    message: str = Field(
        "",
        max_length=64,
        description="Key of the message that is answered; by default the last that the unit acknowledged or fetched.",
    )
    on: Day | None = Field(None, description="Day on which it was done, by default today.")
    dry_run: bool = False


class Fed(Model):
    """Feedback on record."""

    task: str
    unit: str
    outcome: str
    by: str
    on: str


class Checking(Parameters):
    """The mandatory check: whom, for what, by which unit, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"uscc": "91371300MA3C0YRJ4T", "purpose": "tendering", "why": "招标2024-9号", "unit_name": "窗口"}]
        },
    )
    uscc: str = Field(min_length=1, max_length=64, description="Unified social credit code of the enterprise.")
    purpose: str = Field(min_length=1, max_length=64, description="tendering, licensing, appointment, …; `any` for everything.")
    why: str = Field(min_length=1, max_length=LONGEST, description="Reason, e.g. the number of the matter; kept on record.")
    unit: Filter = Field(None, description="Department that asks, by code or name; whoever belongs to one asks for that one.")
    unit_name: Filter = Field(None, description="Name of the body that asks, where it is none of the departments.")
    person: str = Field("", max_length=LONGEST, description="Name of a person at this enterprise, if he is meant.")
    as_of: Day | None = None
    lang: Literal["zh", "en"] | None = None


class PurposeRef(Model):
    """For what it is checked."""

    code: str
    label: str


class Bound(Model):
    """A restriction that matters for the purpose."""

    restriction: str
    measure: Measure
    do: str
    must: bool
    until: str | None
    basis: list[Cited]
    decision: str
    number: str = Field(description="Number of the decision that it rests on; empty where none is on record.")
    authority: str = Field(description="Who made that decision.")


class Checked(Model):
    """What the check found; on record as `lookup`."""

    lang: Literal["zh", "en"]
    answer: str
    answer_text: str
    purpose: PurposeRef
    on: str
    subject: Ref | None = Field(description="Null unless it is certain who is meant.")
    restrictions: list[Bound]
    same_name_elsewhere: bool = Field(description="Somebody of this name is restricted elsewhere: a human tells them apart.")
    paused: int = Field(description="How many restrictions that matter are paused today and are not to be executed.")
    lookup: str


class LookupParameters(PageParameters):
    """Which look-ups are wanted."""

    unit: Filter = None
    purpose: Filter = None
    by: Filter = None
    known_at: KnownAt = None


class Lookup(Model):
    """A look-up on record."""

    id: str
    by: str
    why: str
    subject: str
    answer: str
    asked: str
    at: str
    purpose: str
    shown: str = Field(description="Ids of the restrictions that were shown.")
    unit: str


class LookupPage(Page):
    """A page of look-ups, the earliest first."""

    items: list[Lookup]


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


class ClaimPage(Page):
    """A page of claims, the most convincing first."""

    items: list[Claim]


class Ruling(Parameters):
    """A ruling on a claim."""

    reason: Text = Field(min_length=1, description="Why; kept with the ruling.")


class Ruled(Model):
    """The claim as it stands now."""

    id: str
    state: Literal["accepted", "rejected", "undone"]
    first: dict[str, str]
    second: dict[str, str]


class ReportParameters(WordsParameters):
    """Of which period."""

    since: Day = Field(description="First day.")
    until: Day | None = Field(None, description="Last day; today where not given.")


class ReportRow(Model):
    """One count."""

    section: str
    key: str
    measure_of: str
    count: int


class Report(Model):
    """A report: counts alone, no name and no number of anybody."""

    since: str
    until: str
    rows: list[ReportRow]


class Purposes(Model):
    """What a look-up may be for, and the departments there are."""

    purposes: dict[str, str]
    units: dict[str, str]
    refusals: dict[str, str]
