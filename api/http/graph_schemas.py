"""What goes in and comes out where the graph is asked: the same answers as the commands print with `--format json`."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from api.http.schemas import LONGEST, Day, KnownAt, Model, WordsParameters

Party_ = Annotated[str, Path(description="Id, number, or a name that only one bears.", max_length=LONGEST)]
AsOf = Field(None, description="The graph of that day; of today where not given.")
Answer = Literal["yes", "depends", "no"]


class GraphParameters(WordsParameters):
    """When, and as known when."""

    as_of: Day | None = AsOf
    known_at: KnownAt = None

    @property
    def parties(self) -> tuple[str, ...]:
        """Who else is named besides the party of the address."""
        return ()


class RuleParameters(GraphParameters):
    """By which rule, and how many rows."""

    threshold: str | None = Field(
        None, max_length=100, description="When a share is enough: a name as `zeren owners --help` has them."
    )
    limit: int = Field(100, ge=1, le=10_000, description="Rows at most; `rows_left_out` counts the others.")


class ConcertParameters(RuleParameters):
    """Who else is asked about."""

    others: list[Annotated[str, Field(max_length=LONGEST)]] = Field(
        [], max_length=50, description="Others who act in concert with it."
    )

    @property
    def parties(self) -> tuple[str, ...]:
        """The others."""
        return tuple(self.others)


class SearchParameters(GraphParameters):
    """What a search may walk."""

    role: list[str] = Field([], max_length=50, description="Walk over these offices and interests alone.")
    kind: list[str] = Field([], max_length=20, description="Enter these kinds of party alone.")
    share: str = Field("0", max_length=20, description="Walk over holdings of at least so many percent.")
    hub: int = Field(
        200, ge=1, le=1_000_000_000, description="Do not walk through what has more relationships; `left_out` names it."
    )
    certain: bool = Field(default=False, description="Leave out what held only possibly.")


class NetworkParameters(SearchParameters):
    """How far."""

    hops: int = Field(2, ge=1, le=10, description="Steps at most.")
    way: Literal["up", "down", "both"] = Field("both", description="To holders, to what is held, or both.")
    limit: int = Field(100, ge=1, le=10_000, description="Rows at most; `rows_left_out` counts the others.")


class PathParameters(SearchParameters):
    """Where to, how far, how many."""

    to: str = Field(min_length=1, max_length=LONGEST, description="The other end: id, number, or a name that only one bears.")
    hops: int = Field(8, ge=1, le=50, description="Steps at most.")
    most: int = Field(3, ge=1, le=100, description="Ways at most, shortest first.")

    @property
    def parties(self) -> tuple[str, ...]:
        """The other end."""
        return (self.to,)


class Node(Model):
    """A party, or what parties share."""

    id: str
    name: str
    kind: str = Field(description="A kind of entity: company, person, address, …")


class Tie(Model):
    """A statement that ties two nodes."""

    id: str = Field(description="Id of the statement: `/v1/facts/{id}`.")
    interest: str
    label: str
    period: str
    period_text: str
    share_least_percent: float | None
    share_most_percent: float | None
    source: str
    file: str
    row: int


class Edge(Tie):
    """A statement, seen from one of its ends."""

    way: Literal["up", "down"] = Field(description="`up` leads to the holder, `down` to what is held.")


class Branch(Model):
    """A part of a tree."""

    party: Node
    edge: Edge | None
    share_least_percent: float | None
    share_most_percent: float | None
    mark: Literal["loop", "above", "depends"] | None = Field(
        description="Why it does not go on: it stands above already, is followed there, or only may control."
    )
    children: list[Branch]
    left_out: int = Field(description="Children that are not shown.")


class Threshold(Model):
    """When a share is enough."""

    name: str
    share_percent: float
    inclusive: bool
    basis: str


class _Answered(BaseModel):
    model_config = ConfigDict(extra="forbid")
    question: Literal["owners", "controls", "controlled", "group", "paths", "network"]
    lang: Literal["zh", "en"]
    title: str
    version: int = Field(description="Version of the store that was read.")
    as_of: str | None
    parties: list[Node] = Field(description="Who was asked about.")
    notes: list[str] = Field(description="What a reader must know: flags, and what was left out.")
    tree: list[Branch]
    rows_left_out: int


class _ByRule(_Answered):
    threshold: Threshold


class OwnerRow(Model):
    """An ultimate owner."""

    party: Node
    share_least_percent: float
    share_most_percent: float
    answer: Answer = Field(description="Whether the share is enough.")


class OwnersAnswer(_ByRule):
    """The ultimate owners of an enterprise."""

    rows: list[OwnerRow]


class Holder(Model):
    """A holder by whom something is controlled."""

    party: Node
    share_percent: float


class ControlStep(Model):
    """One enterprise of a chain, with the holders that were controlled before."""

    party: Node
    votes_percent: float
    through: list[Holder]


class ControlRow(Model):
    """Who controls, with the proof, or may."""

    controllers: list[Node]
    votes_percent: float
    answer: Answer
    steps: list[ControlStep]


class ControlsAnswer(_ByRule):
    """Who ultimately controls an enterprise."""

    rows: list[ControlRow]


class ControlledRow(ControlStep):
    """What is controlled, or may be."""

    answer: Answer


class ControlledAnswer(_ByRule):
    """What a party controls."""

    rows: list[ControlledRow]


class GroupAnswer(ControlledAnswer):
    """The group of a party."""

    head: Node


class LeftOut(Model):
    """A hub that was not walked through."""

    party: Node
    edges: int


class _Search(_Answered):
    left_out: list[LeftOut]
    cut: bool = Field(description="The search was cut short: what is farthest is not complete.")


class NearRow(Model):
    """Somebody near, with the last step of a shortest way."""

    hops: int
    party: Node
    edge: Edge
    start: Node = Field(alias="from")


class NetworkAnswer(_Search):
    """What is near a party."""

    rows: list[NearRow]


class PathRow(Model):
    """One step of one way."""

    path: int
    step: int
    start: Node = Field(alias="from")
    edge: Edge
    party: Node


class PathsAnswer(_Search):
    """Ways between two parties."""

    rows: list[PathRow]
