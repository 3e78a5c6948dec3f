"""What casework asks for: the queue, deadlines, tasks, claims, the matrix and reports."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from api.http import schemas
from api.http.graph_schemas import Node
from api.http.party_schemas import KnownAt, Restriction
from api.http.schemas import LONGEST, Day, Model, PageParameters, WordsParameters

Answer = Literal["open", "accepted", "rejected", "undone"]


class QueueParameters(PageParameters):
    """Which restrictions are wanted."""

    status: list[str] = Field([], max_length=30, description="How they stand; all where none is given.")
    kind: Literal["person", "enterprise"] | None = Field(None, description="On whom.")
    rule: str | None = Field(None, max_length=LONGEST, description="Resting on this rule.")
    as_of: Day | None = Field(None, description="Day of the status; today where not given.")


class QueuePage(schemas._Page):
    """A page of restrictions, and how many stand how."""

    items: list[Restriction]
    counts: dict[str, int] = Field(description="Status -> how many, before the filter by status.")


class DueParameters(WordsParameters):
    """Which deadlines are wanted."""

    as_of: Day | None = Field(None, description="Day that says what is overdue; today where not given.")
    every: bool = Field(default=False, description="Also those that were met.")
    publication: bool = Field(default=False, description="Also those that run from the date of a decision.")


class Deadline(Model):
    """One deadline."""

    deadline: str
    title: str
    state: str
    due: str | None
    days_left: int | None
    about: str
    party: Node
    who: str
    began: str
    basis: str
    evidence: str
    ended_by: str | None
    finding: str


class Deadlines(Model):
    """Deadlines, the most urgent first."""

    version: int
    items: list[Deadline]


class TaskParameters(WordsParameters):
    """Which tasks are wanted."""

    unit: str | None = Field(None, max_length=100, description="Code of a department.")
    state: str | None = Field(None, max_length=40, description="open, overdue, executed, refused, not_applicable.")
    as_of: Day | None = Field(None, description="Day of the state; today where not given.")


class Tasks(Model):
    """Tasks of departments, and the departments there are."""

    version: int
    units: dict[str, str]
    items: list[dict[str, Any]]


class ClaimParameters(PageParameters):
    """Which claims are wanted."""

    state: Answer | None = Field(None, description="How they stand.")
    party: str | None = Field(None, max_length=LONGEST, description="Claims on this node alone.")
    lang: Literal["zh", "en"] | None = Field(None, description="Language; else Accept-Language, else the installation's.")


class Feature(Model):
    """A reason for or against."""

    name: str
    result: str
    first: str
    second: str
    text: str


class Claim(Model):
    """Two that may be one person."""

    id: str
    state: Answer
    in_conflict: bool
    score: float
    first: schemas.Ref
    second: schemas.Ref
    source: str
    name_count: int
    features: list[Feature]


class ClaimPage(schemas._Page):
    """A page of claims, and how many stand how."""

    items: list[Claim]
    counts: dict[str, int]


class MatrixParameters(WordsParameters):
    """The law of which day, as known when."""

    as_of: Day | None = Field(None, description="Law of this day; today where not given.")
    known_at: str | None = KnownAt


class MatrixColumn(Model):
    """A role of the matrix."""

    code: str
    label: str


class Matrix(Model):
    """Measures by roles."""

    on: str
    columns: list[MatrixColumn]
    cells: list[dict[str, Any]]


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
