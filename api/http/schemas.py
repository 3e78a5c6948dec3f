"""What goes in and comes out, for the OpenAPI document.

Answers are what the use cases return, unaltered: these models describe them and do not filter them.

Invariants (tests/integration/test_http.py holds one test a number)
1. Every answer of the service fits its model, with no field more and none less.
2. Every example fits its model.
3. A parameter that we do not know is refused: a misspelled filter never gives everything.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from api.http.paging import MAX_CURSOR, MAX_LIMIT

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = r"^([0-9]{1,15}|[12][0-9]{3}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?)$"
LONGEST = 1_000

Outcome = Literal["established", "lead", "blocked"]
Effect = Literal["restrict", "record"]
Id = Annotated[str, Path(description="An id, as an answer gave it.", max_length=LONGEST)]


def _iso_day(given: object) -> object:
    """Take a day as `YYYY-MM-DD` alone: pydantic would read a number as seconds."""
    if isinstance(given, str) and not _DAY.fullmatch(given):
        raise PydanticCustomError("iso_day", "expected YYYY-MM-DD")
    return given


Day = Annotated[date, BeforeValidator(_iso_day)]
Filter = Annotated[str | None, Field(min_length=1, max_length=LONGEST)]


KnownAt = Annotated[
    str | None,
    Field(
        pattern=MOMENT,
        description="A version, a day (its end) or a time: what was known then, derived again. Without a zone it is China time.",
        examples=["12", "2026-03-01", "2026-03-01T09:00:00+08:00"],
    ),
]


class Parameters(BaseModel):
    """What may be asked, and nothing else."""

    model_config = ConfigDict(extra="forbid")


class WordsParameters(Parameters):
    """In which language."""

    lang: Literal["zh", "en"] | None = Field(None, description="Language; else Accept-Language, else the installation's.")


class PageParameters(WordsParameters):
    """Which page is wanted."""

    cursor: str | None = Field(None, max_length=MAX_CURSOR, description="`next` of the page before; none for the first page.")
    limit: int = Field(100, ge=1, le=MAX_LIMIT, description="Items at most; of a list as a whole (NDJSON, CSV) so many at once.")


class DecisionParameters(PageParameters):
    """Which decisions are wanted."""

    as_of: Day | None = Field(None, description="Decisions dated by then.", examples=["2026-01-01"])
    known_at: KnownAt = None


class FindingParameters(PageParameters):
    """Which findings are wanted; the same filters as `zeren findings` has."""

    decision: Filter = Field(None, description="Id of a decision.")
    person: Filter = Field(None, description="Id or name of a person.", examples=["高某077"])
    company: Filter = Field(None, description="Id, name, stock code or other number of an enterprise.")
    outcome: Outcome | None = Field(None, description="What the finding amounts to.")
    effect: Effect | None = Field(None, description="Whether it restricts, or goes into a record.")
    kind: Literal["person", "enterprise"] | None = Field(None, description="On whom.")
    rule: Filter = Field(None, description="Id of a rule.")
    as_of: Day | None = Field(None, description="Decisions dated by then, status on that day.", examples=["2026-01-01"])
    known_at: KnownAt = None


class ThenParameters(WordsParameters):
    """Of which day, and as known when."""

    as_of: Day | None = Field(None, description="Day of the status, else today; a decision that came later is not found.")
    known_at: KnownAt = None


class ThenInWords(ThenParameters):
    """Of which day, as known when, and in which language."""


class LetterParameters(ThenParameters):
    """Of which day, as known when, and what for."""

    purpose: str | None = Field(
        None, description="What for, as in the header `Zeren-Purpose`, which a link that a browser follows cannot send."
    )


class WhyNotParameters(ThenInWords):
    """Of whom it is asked."""

    party: str = Field(min_length=1, max_length=LONGEST, description="Id of the party, or its name if one alone bears it.")
    rule: Filter = Field(None, description="Ask about one rule.")


class Model(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="forbid")


class Problem(Model):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str = Field(description="Stable: decide by this.")
    errors: list[dict[str, str]] | None = Field(None, description="One entry a parameter: in, name, reason.")


class StoreState(Model):
    """Where the store stands."""

    version: int


class CatalogueState(Model):
    """Which rules are in use."""

    hash: str
    rules: int


class Health(Model):
    """Whether the service can answer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"status": "ok", "version": "0.1.0", "store": {"version": 12}, "catalogue": {"hash": "0f1e2d3c", "rules": 60}}
            ]
        },
    )
    status: Literal["ok"]
    version: str = Field(description="Of the program.")
    store: StoreState
    catalogue: CatalogueState


class Ready(Model):
    """That it can answer."""

    status: Literal["ready"]
    store: StoreState


class DecisionRef(Model):
    """Particulars of a decision; null where they are not known (any more)."""

    id: str
    number: str | None
    kind: str | None
    date: str | None = Field(description="Partial where the day is not known: 2016, 2016-03.")


class Ref(Model):
    """Something with an id and a name."""

    id: str
    name: str


class Party(Ref):
    """Who answers."""

    kind: Literal["person", "enterprise"]


class RuleRef(Model):
    """A rule."""

    id: str
    version: int


class Measure(Model):
    """One measure of a finding."""

    id: str
    name_zh: str
    kind: Literal["mandatory", "recommended"]
    category: Literal["administrative", "market", "industry", "social"]


class Article(Model):
    """Instrument and article."""

    instrument: str
    article: str


class PremiseRef(Model):
    """A premise and the statements that answer it."""

    name: str
    state: Literal["proved", "refuted", "missing"]
    evidence: list[str] = Field(description="Ids of statements: `/v1/facts/{id}`.")


class Finding(Model):
    """One party answers, or may answer, for a decision under a clause."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "id": "1f0c5a7e9b3d2468",
                    "outcome": "established",
                    "origin": "imposed",
                    "effect": "restrict",
                    "status": "in_force",
                    "decision": {"id": "example:D1", "number": "示例〔2023〕1号", "kind": "market_ban", "date": "2023-05-10"},
                    "company": {"id": "example:A", "name": "示例公司"},
                    "party": {"id": "example:A#张示例", "name": "张示例", "kind": "person"},
                    "role": "director",
                    "rule": {"id": "example-rule", "version": 1},
                    "clause": "named",
                    "measures": [{"id": "ban", "name_zh": "证券市场禁入", "kind": "mandatory", "category": "market"}],
                    "basis": [{"instrument": "example-law", "article": "221"}],
                    "from": "2023-05-10",
                    "until": "life",
                    "premises": [{"name": "named_and_found", "state": "proved", "evidence": ["9a8b7c6d5e4f3021"]}],
                    "path": ["9a8b7c6d5e4f3021"],
                    "unverified": [],
                }
            ]
        },
    )
    id: str
    outcome: Outcome
    origin: Literal["imposed", "derived"]
    effect: Effect
    status: str = Field(description="How it stands: `to_review` of a lead, `blocked`, else as restrictions in `GET /v1/cases` do.")
    decision: DecisionRef
    company: Ref
    party: Party
    role: str
    rule: RuleRef
    clause: str
    measures: list[Measure]
    basis: list[Article]
    start: str | None = Field(alias="from")
    until: str | None = Field(description="A date, `life`, or null for not known.")
    premises: list[PremiseRef]
    path: list[str] = Field(description="Ids of statements, from the decision to the party.")
    unverified: list[str] = Field(description="What of the rule nobody has checked against the official text.")


class Page(Model):
    """A page of a list."""

    next: str | None = Field(description="Cursor of the next page; null on the last.")
    version: int = Field(description="Version of the store that was read.")


class FindingPage(Page):
    """A page of findings."""

    items: list[Finding]


class DecisionPage(Page):
    """A page of decisions."""

    items: list[DecisionRef]


class Line(Model):
    """A statement in words."""

    id: str
    text: str


class Evidence(Line):
    """A statement with the place where it was read."""

    kind: str
    source: str
    file: str
    row: int


class Compared(Model):
    """What was compared."""

    label: str
    value: str


class Settling(Model):
    """Which fact would settle a missing premise; `rule`: no fact does, an article has to."""

    kind: Literal["relationship", "naming", "decision", "ruling", "rule"]
    about: list[str] = Field(description="The parties, decision, statements or clause that it has to speak of.")
    text: str


class Premise(Model):
    """A premise in words."""

    name: str
    label: str
    state: Literal["proved", "refuted", "missing"]
    mark: str
    reason: str
    reason_text: str
    compared: list[Compared]
    evidence: list[Evidence]
    settled_by: Settling | None


class Document(DecisionRef):
    """A document that a finding rests on; linked ones without particulars."""

    authority: str | None = None
    basis: list[str] | None = None
    cites: list[str] | None = None


class UnverifiedField(Model):
    """A field of the rule that nobody has checked against the text."""

    field: str
    label: str


class LiftChange(Model):
    """One change of what is recorded."""

    way: Literal["annulled", "exonerated", "withdrawn"]
    label: str
    fact: str = Field(description="Id of the statement.")
    statement: Evidence


class OtherFinding(Model):
    """What the decision would then mean for the party."""

    id: str
    rule: str
    clause: str
    effect: Literal["restrict", "record"]
    outcome: Literal["established", "lead", "blocked"]


class LiftSet(Model):
    """A least set of changes that lifts the finding, and what is then left."""

    changes: list[LiftChange]
    leaves: Literal["lead", "blocked"] | None
    leaves_text: str
    others: list[OtherFinding]
    others_text: list[str] = Field(description="Those of the others that bind or may come to, by the title of their rule.")


class Lifts(Model):
    """What would lift the finding; not `complete`: larger combinations were not tried."""

    sets: list[LiftSet]
    complete: bool


class Confirmed(Model):
    """The document that made what was derived binding."""

    number: str
    on: str
    served: str | None = Field(description="Null while it is not served.")


class WaysOut(Model):
    """The ordinary ways out of a measure."""

    ends: list[str] = Field(description="What ends it, as its rule has it.")
    repair: list[str] = Field(description="How it is repaired, or that no rule on that was read.")
    basis: list[str] = Field(description="Under which articles it is repaired.")


class Explanation(Model):
    """Why a party answers."""

    finding: Finding
    lang: Literal["zh", "en"]
    title: str
    summary: str
    is_not: str = Field(description="What the finding does not do.")
    confirmed: Confirmed | None = Field(description="Null where nothing confirmed it.")
    over: bool = Field(description="Whether nothing of it has effect any more: ended, or its last day has passed.")
    articles: list[Article]
    measures: list[Ref]
    premises: list[Premise]
    missing: list[Premise]
    against: list[Premise]
    documents: list[Document]
    unverified: list[UnverifiedField]
    path: list[Evidence]
    lifts: Lifts
    ways_out: WaysOut | None = Field(description="How it ends and is repaired by its rule; null of what neither binds nor may.")


class ClauseReason(Model):
    """Why one clause did not reach the party; `clause` is null where the rule as a whole did not."""

    rule: str
    rule_title: str
    clause: str | None
    reason: str
    reason_text: str
    compared: list[Compared]
    evidence: list[Evidence]
    settled_by: str | None = Field(description="Which fact would settle it, where something is missing.")


class WhyNot(Model):
    """Why a party does not answer for a decision."""

    lang: Literal["zh", "en"]
    title: str
    summary: str
    decision: DecisionRef
    party: Party
    reason: str
    reason_text: str
    outcome: Literal["answers", "marked", "may_answer", "over", "unclear", "imposed_only", "does_not_answer"]
    findings: list[str] = Field(description="Ids of the findings from which the outcome follows.")
    clauses: list[ClauseReason]


class Wording(Model):
    """A version of a statement as it was recorded."""

    id: str
    key: str
    version: int
    recorded_at: str
    operation: Literal["new", "change", "correction", "retraction"]
    reason: str
    source: str
    file: str
    row: int
    flags: list[str]
    value: dict[str, Any] = Field(description="What it says; what is not said is left out.")


class Statement(Wording):
    """A statement with every version of it."""

    kind: str
    text: str
    history: list[Wording]
    finding: Finding | None = None


class Decision(Statement):
    """A decision with whom it names and what it is linked to."""

    namings: list[Line]
    links: list[Line]
