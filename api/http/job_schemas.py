"""Jobs and loads: what goes in and comes out, for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from api.http.schemas import LONGEST, Day, KnownAt, Model, Page, PageParameters, Parameters, WordsParameters

Kind = Literal["load", "propagate", "snapshot", "export", "diff", "quality", "undo", "status", "backup", "verify"]
State = Literal["waiting", "running", "done", "failed", "cancelled"]
Law = Annotated[str | None, Field(pattern=r"^(shipped|[0-9a-f]{6,64}|[0-9]{1,15}|[12][0-9]{3}-[0-9]{2}-[0-9]{2})$")]
Short = Annotated[str | None, Field(min_length=1, max_length=LONGEST)]


Code = Annotated[str, Field(max_length=100)]
Examples = Annotated[int | None, Field(ge=1, le=100)]
_SO_MANY = "so many examples of each kind and table; five if none is said."


class Ordering(Parameters):
    """A job that is wanted; what goes with another kind is refused."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"kind": "propagate", "full": True}]})
    kind: Kind
    what: Short = Field(None, description="load: a source that ships with its data. Rows of your own go to `POST /v1/loads`.")
    delivered: Day | None = Field(None, description="load: the day as of which the rows are.")
    accept_shrinkage: bool = Field(False, description="load: take a snapshot that lacks more rows than its mapping allows.")
    older: bool = Field(False, description="load: take a delivery older than the last one.")
    dry_run: bool = Field(False, description="load, propagate, undo: say what would be done, and record nothing.")
    compare: bool = Field(False, description="load: what it would change, with examples; records nothing.")
    examples: Examples = Field(None, description=f"load, with `compare`: {_SO_MANY}")
    full: bool = Field(False, description="propagate: derive every decision, whatever changed.")
    to: Literal["bods", "csv", "cypher", "xlsx", "ftm", "graphml", "neo4j-import", "parquet"] | None = Field(
        None, description="export: the format."
    )
    around: Short = Field(None, description="export: what is around a party.")
    hops: int | None = Field(None, ge=1, le=10, description="export: how far around it.")
    decision: Short = Field(None, description="export: a decision, with all whom it concerns. propagate: derive this one alone.")
    whole: bool = Field(False, description="export: everything.")
    role: list[Code] = Field([], max_length=50, description="export around a party: over these offices and interests alone.")
    kind_of_party: list[Code] = Field([], max_length=20, description="export around a party: only to these kinds of party.")
    share: str = Field("0", max_length=20, description="export around a party: over holdings of at least so many percent.")
    hub: int = Field(200, ge=1, le=1_000_000_000, description="export around a party: not through what has more relationships.")
    certain: bool = Field(False, description="export around a party: leave out what held only possibly.")
    old: Law = Field(None, description="diff: `shipped`, the hash of a recorded catalogue, or a version or day.")
    new: Law = Field(None, description="diff: the same.")
    rules: str | None = Field(
        None,
        min_length=1,
        max_length=500_000,
        description="diff, instead of `new`: a file of rules (YAML), laid over those that ship; every error is answered at once.",
    )
    delivery: Short = Field(None, description="undo: id of a delivery.")
    reason: str = Field("", max_length=LONGEST, description="undo: why; kept with the delivery and with each statement.")
    keep_later: bool = Field(False, description="undo: leave what was altered or said again since, and undo the rest.")
    source: Short = Field(None, description="quality: of this source alone.")
    anchor: list[Annotated[str, Field(max_length=100)]] = Field(
        [], max_length=50, description="verify: LENGTH:CHAIN, as it was answered before and kept elsewhere."
    )
    as_of: Day | None = Field(None, description="diff: of no decision later than this day. export, quality: the day that it is of.")
    known_at: KnownAt = Field(None, description="diff, export, quality, status: as known at a version, a day (its end) or a time.")


class JobParameters(PageParameters):
    """Which jobs are wanted."""

    state: State | None = None


class Job(Model):
    """A job as it stands."""

    id: str
    kind: str
    asked: dict[str, Any]
    by: str = Field(
        description="Who ordered it, or tried it again: then whoever ordered it sees it no more, unless he may run jobs."
    )
    made_at: str
    state: State
    attempts: int = Field(description="Times that it was taken up; more than one where a worker died.")
    progress: str | None
    cancelling: bool
    answer: dict[str, Any] | None = Field(description="What the command of the same name answers.")
    error: str | None = Field(description="Why it failed, in the language asked for.")
    error_code: str | None = Field(description="The same as a code, as in the `code` of a problem.")
    changed_at: str


class JobPage(Page):
    """A page of jobs, the latest first."""

    items: list[Job]


class LoadParameters(WordsParameters):
    """What the rows are."""

    mapping: str = Field(min_length=1, max_length=200, description="A mapping that ships.", examples=["cn_court_defaulters"])
    file: str = Field(
        pattern=r"^[0-9A-Za-z一-鿿_][0-9A-Za-z一-鿿_.-]{0,199}$",
        description="Name of the file that the rows are: it says which table of the mapping, and by its end whether they are CSV "
        "(`.csv`) or NDJSON (`.jsonl`).",
        examples=["defaulters.csv"],
    )
    delivered: Day | None = Field(None, description="The day as of which the rows are; a snapshot needs one.")
    accept_shrinkage: bool = False
    older: bool = False
    dry_run: bool = Field(False, description="Check everything and record nothing.")
    compare: bool = Field(False, description="Say what the rows would change, with examples, and record nothing.")
    examples: Examples = Field(None, description=f"With `compare`: {_SO_MANY}")
    later: bool = Field(False, description="Answer at once with a job (202), which loads them.")


class Issue(Model):
    """Why a row was refused or flagged; the header is row 1.

    What the cell says is for whoever sees persons in full and sends a purpose: others get … for it in the reason, no value, and no
    column that the mapping does not read.
    """

    level: Literal["flagged", "refused", "signal"]
    file: str
    row: int | None
    column: str | None
    reason: str
    value: str


class Change(Model):
    """A statement that a load would add, alter or end: as it is recorded, and as it would be, the fields that differ.

    What it says is for whoever sees persons in full and sends a purpose: others get … for the key, and no fields.
    """

    table: str
    change: Literal["new", "changed", "corrected", "vanished"]
    file: str
    row: int | None
    key: str
    old: dict[str, Any]
    new: dict[str, Any]


class LoadReport(Model):
    """What became of every row."""

    source: str
    dry_run: bool
    delivery: str | None
    failed: bool = Field(description="Whether anything was refused, or the delivery is not what the mapping expects.")
    tables: dict[str, dict[str, int]]
    issues: list[Issue] = Field(description="The first thousand.")
    total_issues: int
    totals: dict[str, int]
    examples: list[Change] | None = Field(None, description="With `compare` alone: the first of each kind and table.")
