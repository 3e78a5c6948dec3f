"""What goes in and comes out where departments are told, answer and look up: feed, tasks, feedback, the mandatory check.

Invariants (tests/integration/test_http_writes.py holds one test a number)
6. Every answer fits its model, with no field more and none less; a field that we do not know is refused.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from analytics.lifecycle.departments import departments
from api.http.case_schemas import Moment, Text, Unit
from api.http.party_schemas import Number
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


class FeedParameters(WordsParameters):
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


class GroundOf(Model):
    """One of the grounds that a message rests on: what binds, by which document and for how long."""

    finding: str | None = Field(description="Null in messages of before grounds were listed.")
    decision: DecisionOf
    document: DocumentOf | None
    from_: str | None = Field(alias="from", description="First day of the time for which this ground binds now.")
    until: str | None
    status: str = Field(description="How it stands: `in_force` or `end_unknown`, `paused`, or how it ended.")


class NumberOf(Model):
    """A number of an enterprise."""

    scheme: Literal["uscc", "cn_stock", "registration"]
    value: str


class EnterpriseOf(Model):
    """An enterprise with the numbers by which it is known to everybody."""

    id: str
    name: str

    numbers: list[NumberOf]


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
    enterprise: EnterpriseOf | None = Field(None, description="The enterprise itself, or that for which a person answers.")
    measure: str
    must: bool
    status: str = Field(description="How it stands; of a `pause` or `stop`, the strongest of `grounds`.")
    from_: str | None = Field(alias="from", description="First day since which it binds without a break, by one ground or another.")
    until: str | None = Field(description="Last day of the ground that `decision` names; a day, `life`, or null if not known.")
    decision: DecisionOf = Field(description="The ground that lasts longest; of a `pause` or `stop`, the one that was told.")
    document: DocumentOf | None = Field(description="What binds a derived measure; null where the decision itself imposes it.")
    grounds: list[GroundOf] = Field(description="Every ground that binds; of a `pause` or `stop`, those told that it is about.")
    told_before: list[GroundOf] = Field(description="Every other ground that the unit was told of, and how each stands now.")
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
    decision: DecisionOf
    document: DocumentOf | None = Field(description="What binds a derived measure.")
    basis: list[Cited]
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
        description="Key of the message that is answered; by default the last that the unit knows.",
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
    uscc: str = Field(
        min_length=1,
        max_length=64,
        description="Unified social credit code of the enterprise; where it has none, its stock code or registration number.",
    )
    purpose: str = Field(min_length=1, max_length=64, description="tendering, licensing, appointment, …; `any` for everything.")
    why: str = Field(
        max_length=LONGEST, description="Reason, e.g. the number of the matter; kept on record, and refused where it is empty."
    )
    unit: Filter = Field(None, description="Department that asks, by code or name; whoever belongs to one asks for that one.")
    unit_name: Filter = Field(None, description="Name of the body that asks, where it is none of the departments.")
    person: str = Field("", max_length=LONGEST, description="Name of a person at this enterprise, if he is meant.")
    as_of: Day | None = Field(None, description="Today, if given: a check is of no other day.")
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
    from_: str | None = Field(alias="from", description="First day since which it binds without a break.")
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
    same_name_here: bool = Field(
        description="Somebody else of one of these names is restricted at this enterprise, or may be: a human tells them apart."
    )
    same_name_elsewhere: bool = Field(
        description="Somebody of one of these names is restricted elsewhere: a human tells them apart."
    )
    taken: Number | None = Field(description="The stock code or registration number that was taken, where there is no credit code.")
    paused: int = Field(description="How many restrictions that matter are paused today and are not to be executed.")
    lookup: str


class LookupParameters(PageParameters):
    """Which look-ups are wanted."""

    unit: Filter = None
    purpose: Filter = None
    by: Filter = None
    as_of: Day | None = Field(None, description="Up to this day.")
    known_at: KnownAt = None


class CoverageParameters(WordsParameters):
    """Whose look-ups are counted."""

    unit: Filter = None
    purpose: Filter = None
    by: Filter = None
    as_of: Day | None = Field(None, description="Up to this day.")
    known_at: KnownAt = None


class Covered(Model):
    """How many look-ups a unit made for a purpose; one that made none has no purpose."""

    unit: str
    purpose: str | None
    lookups: int
    restricted: int = Field(description="Those that showed a restriction.")


class Coverage(Model):
    """Look-ups counted by unit and purpose."""

    items: list[Covered]
    version: int = Field(description="Version of the store that was read.")


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
