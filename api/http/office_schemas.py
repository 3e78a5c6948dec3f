"""What goes in and comes out around the cases: deliveries, measures and policy, incentives, calendars, messages."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from api.http.case_schemas import ShowParameters
from api.http.schemas import LONGEST, Day, Filter, Model, Page, PageParameters, Parameters, Ref, ThenParameters

Text = Annotated[str, Field(min_length=1, max_length=LONGEST)]
_NOTICE = """holidays: [2027-01-01, 2027-02-05/2027-02-11, 2027-04-05, 2027-05-01/2027-05-05, 2027-06-09, 2027-09-15,
  2027-10-01/2027-10-07]
workdays: [2027-02-20]"""
"""A made-up notice, as an example."""


class DeliveryParameters(PageParameters, ThenParameters):
    """Which deliveries are wanted."""

    source: Filter = Field(None, description="Deliveries of this source.")


class Delivery(Model):
    """What was delivered, and what it brought."""

    id: str
    source: str
    day: str | None
    mode: str
    delivery_status: str
    by: str
    at: str
    version: int
    rows: int
    new: int
    changed: int
    corrected: int
    known: int
    flagged: int
    refused: int
    vanished: int
    ended: int
    reason: str


class DeliveryPage(Page):
    """A page of deliveries, in the order in which they came."""

    items: list[Delivery]


class WholeDelivery(Delivery):
    """A delivery with its files, tables and first statements."""

    precedence: Any
    mapping: str | None = Field(description="What stands for how its mapping reads the rows; null for a delivery of before.")
    mapping_changed: bool | None = Field(
        description="Whether the delivery before it was read by another mapping; null where that is not known."
    )
    files: list[dict[str, Any]]
    tables: list[dict[str, Any]]
    versions: dict[str, int]
    statements: dict[str, int]
    first_statements: list[dict[str, Any]]


class MeasureParameters(ThenParameters):
    """Which measures are wanted."""

    kind: Literal["mandatory", "recommended"] | None = None
    category: Literal["administrative", "market", "industry", "social"] | None = None
    target: Literal["enterprise", "person", "both"] | None = None


class MeasureList(Model):
    """The list of measures; `version` is null where the rules are not those that it was issued for."""

    version: str | None
    issued: str | None
    measures: list[dict[str, Any]]


class PolicyParameters(ShowParameters):
    """Of which day, and what of it."""

    tasks: bool = Field(False, description="The tasks of the annex with their responsible units instead of the items.")


class PolicyRows(Model):
    """The items, or tasks, of the city policy, and what serves each."""

    on: str
    not_yet: str | None = Field(description="That the policy was not in force on the day; then there are no rows.")
    rows: list[dict[str, Any]]


class IncentiveParameters(ShowParameters):
    """Of whom."""

    party: str = Field(min_length=1, max_length=LONGEST, description="Id, number or name of a person or enterprise.")


class Incentives(Model):
    """What may be given to a party, and what stands against it."""

    party: Ref
    on: str
    clean_years: int
    founded_since: str | None = Field(description="The day of its foundation, where that is too late for the clean years.")
    red_list: list[dict[str, Any]]
    conflicts: list[dict[str, Any]]
    benefits: list[dict[str, Any]]
    honours: Any


class Recognising(Parameters):
    """An entry of a red list."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"party": "uscc:91371300MA00000017", "recogniser": "示例局", "level": "city", "number": "示例〔2026〕1号"}]
        },
    )
    party: Text
    recogniser: Text
    level: str = Field(max_length=100, description="A code of `authority_levels.yaml`.")
    number: Text
    standard: str = Field("", max_length=LONGEST, description="Without one the entry is for reference.")
    since: Day | None = Field(None, description="First day, else today.")
    until: Day | None = Field(None, description="Last day, if it has one.")
    dry_run: bool = False


class Recognised(Model):
    """The entry."""

    entry: str
    counts: bool = Field(description="Whether it is more than a reference today.")


class TakingOff(Parameters):
    """Why an entry is taken off a red list."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "认定已撤销"}]})
    text: Text
    dry_run: bool = False


class TakenOff(Model):
    """The entry that is no more."""

    entry: str
    taken_off: Literal[True]


class Entering(Parameters):
    """The official notice on the working days of a year."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"year": 2027, "number": "国办发明电〔2026〕1号", "notice": _NOTICE}]},
    )
    year: int = Field(ge=2000, le=date.max.year)
    number: Text
    notice: str = Field(min_length=1, max_length=20_000, description="YAML with `holidays` and `workdays`: days, or periods.")
    dry_run: bool = False


class Entered(Model):
    """The notice as it was understood."""

    year: int
    number: str
    holidays: list[str]
    workdays: list[str]


class MessageParameters(PageParameters, ThenParameters):
    """Which messages of the outbox are wanted."""

    unit: Filter = Field(None, description="Of this unit; else the own one, or all for whoever may ask for all.")
    state: Literal["waiting", "delivered", "dead", "superseded"] | None = None


class QueuedMessage(Model):
    """A message in the outbox, with the state in which it is now."""

    seq: int
    key: str
    unit: str
    action: str
    restriction: str
    state: str
    attempts: int
    error: str
    made_at: str
    party: dict[str, Any]
    measure: Any


class MessagePage(Page):
    """A page of messages, the earliest first."""

    items: list[QueuedMessage]
