"""What the page asks about parties: search, card, neighbours, the picture of a decision, and what is seen first."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import Field

from api.http import schemas
from api.http.case_schemas import Happened, Restriction
from api.http.graph_schemas import Edge, Node, Tie
from api.http.paging import MAX_CURSOR
from api.http.schemas import LONGEST, Day, Filter, KnownAt, Model, Page, PageParameters, WordsParameters

PartyId = Annotated[str, Path(description="Id of a party, as an answer gave it.", max_length=LONGEST)]
Way = Literal["up", "down"]


class SuggestParameters(WordsParameters):
    """What has been typed, and when it was so."""

    q: str = Field(
        max_length=LONGEST,
        description="Name, part of it, pinyin, initials, former name or number; or a person and an enterprise, with a blank.",
    )
    limit: int = Field(12, ge=1, le=200, description="Answers at most.")
    as_of: Day | None = Field(None, description="Without names that were certainly not in use on this day.")
    known_at: schemas.KnownAt = None


class Matched(Model):
    """What matched, where it is not the name."""

    text: str
    kind: str


class Number(Model):
    """A number of an enterprise."""

    scheme: str
    value: str


class Suggestion(Model):
    """Somebody who may be meant."""

    id: str
    name: str
    kind: str
    matched: Matched | None
    enterprise: schemas.Ref | None = Field(description="Where a person appears.")
    posts: list[str] = Field(description="Offices of a person, whenever held; empty while the graph is being made ready.")
    numbers: list[Number]
    former: list[str]
    namesakes: int = Field(description="How many bear the name, this one included; at most 200 are counted.")
    ties: int | None = Field(description="Relationships, on whatever day; null while the graph is being made ready.")
    elsewhere: list[schemas.Ref] = Field(description="Where else somebody appears who is known to be this person.")
    decisions: list[str] = Field(description="Numbers of the decisions that name somebody of whom no post is known.")


class Suggestions(Model):
    """Who may be meant, best first."""

    items: list[Suggestion]
    version: int


class CardParameters(WordsParameters):
    """As known when, and how things stand on which day."""

    as_of: Day | None = Field(None, description="Day of the status; today where not given.")
    known_at: schemas.KnownAt = None


class NameOf(Model):
    """A name with its time."""

    text: str
    kind: str
    period: str


class Origin(Model):
    """Where a statement was read."""

    source: str
    file: str
    row: int


class CardSource(Origin):
    """A statement that the card of a party rests on."""

    id: str


class Post(Origin):
    """An office or share that the party holds."""

    id: str
    company: schemas.Ref
    interest: str
    label: str
    period: str
    period_text: str
    registered: str | None
    share_percent: float | None
    text: str


class CardHolder(Origin):
    """Somebody who holds an office or a share in the party."""

    id: str
    party: schemas.Party
    interest: str
    label: str
    period: str
    period_text: str
    share_least_percent: float | None
    share_most_percent: float | None


class CardDecision(schemas.DecisionRef):
    """A decision with what the card shows of it."""

    fact: str | None = Field(description="Id of the statement: `/v1/facts/{id}`.")
    kind_label: str
    acts_text: str
    authority: str
    conduct: str | None


class CardDecisionRow(CardDecision, Origin):
    """A decision against the party."""


class CardNaming(Origin):
    """A decision that names the party."""

    id: str
    decision: CardDecision
    company: schemas.Ref
    posts: list[str]
    posts_text: str
    found_as: list[str]
    found_text: str
    responsible: bool | None
    imposed: list[dict[str, Any]]
    imposed_text: str


class Namesake(Model):
    """Somebody who bears the same name; whether it is the same person nobody has said."""

    id: str
    enterprise: schemas.Ref | None = Field(description="Where a person appears.")


class Member(schemas.Ref):
    """Another entry of the same person."""

    enterprise: schemas.Ref | None = Field(description="Where it appears.")


class Namesakes(Model):
    """Who else bears the name."""

    count: int
    more: bool = Field(description="There are more than were counted.")
    items: list[Namesake]


class Stretch(Model):
    """How something stands from a day on, until the next one."""

    since: str | None = Field(description="The first day of it; null: from the first of all days.")
    status: str
    start: str | None = Field(alias="from", description="First day of the term, as it stands then.")
    again: str | None = Field(description="The day from which it stands again, where it did not for a time.")
    until: str | None = Field(description="Last day of the term, `life`, or null where it is not known.")


class Card(Model):
    """Everything known of a party."""

    lang: Literal["zh", "en"]
    version: int
    party: schemas.Party
    entity_kind: str
    names: list[NameOf]
    identifiers: list[Number]
    attributes: dict[str, str]
    sources: list[CardSource]
    members: list[Member]
    posts: list[Post]
    holders: list[CardHolder] = Field(description="At most 200; `holders_count` says how many there are.")
    holders_count: int
    namings: list[CardNaming]
    decisions: list[CardDecisionRow]
    restrictions: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    findings: list[schemas.Finding]
    measures: list[Restriction]
    answers: list[schemas.Finding] = Field(description="Findings on others for decisions against it.")
    events: list[Happened]
    courses: dict[str, list[Stretch]] = Field(description="Finding or measure of the card -> how it stands on every day.")
    namesakes: Namesakes


class NeighbourParameters(WordsParameters):
    """Which ties, how many, from where on."""

    as_of: Day | None = Field(None, description="Ties of that day, and how parties stand then.")
    ever: bool = Field(default=False, description="Ties of whatever day.")
    known_at: schemas.KnownAt = None
    role: list[str] = Field([], max_length=50, description="These offices and interests alone.")
    kind: list[str] = Field([], max_length=20, description="These kinds of party alone.")
    share: str = Field("0", max_length=20, description="Holdings of at least so many percent.")
    certain: bool = Field(default=False, description="Leave out what held only possibly.")
    group: str | None = Field(None, max_length=100, description="Go on with one kind of tie: `up.director`, `down.shareholding`, …")
    cursor: str | None = Field(None, max_length=MAX_CURSOR, description="`next` of the page before, with its group.")
    limit: int = Field(12, ge=1, le=150, description="Parties of each kind of tie at most; of the group, where one is named.")


class TieGroup(Model):
    """A kind of tie, with how many parties there are."""

    group: str
    way: Way
    interest: str
    label: str
    count: int


class Mark(Model):
    """A finding in short."""

    finding: str
    outcome: schemas.Outcome
    origin: Literal["imposed", "derived"]
    effect: schemas.Effect
    status: str
    rule: str
    measures: list[str] = Field(description="Their Chinese names: they tell findings of one rule apart.")
    decision: str
    number: str | None = Field(description="The number of the decision.")
    decided: str | None
    start: str | None = Field(alias="from")
    until: str | None
    course: list[Stretch] = Field(description="How it stands on every day, from the first on.")


class Neighbour(Model):
    """A party with every statement that ties it to the one asked about."""

    party: Node
    edges: list[Edge]


class NeighboursAnswer(Model):
    """Who is tied to a party."""

    version: int
    as_of: str | None
    party: Node
    count: int = Field(description="Parties tied to it, of every kind together.")
    groups: list[TieGroup]
    items: list[Neighbour]
    marks: dict[str, list[Mark]] = Field(description="Party -> the findings on it; the one asked about included.")
    next: dict[str, str] = Field(description="Group -> cursor of its next page; groups that are given whole are left out.")


class PictureEdge(Tie):
    """A statement between two nodes of a picture."""

    start: Node = Field(alias="from")
    to: Node


class Picture(Model):
    """A decision as a picture."""

    version: int
    decision: CardDecision
    company: Node
    edges: list[PictureEdge]
    marks: dict[str, list[Mark]]
    left_out: int = Field(description="Holdings of the enterprise that had no room.")


class WorkedCase(Model):
    """A case that shows what there is to see: of findings and people only to whoever may read findings, for a purpose."""

    decision: schemas.DecisionRef | None = None
    company: schemas.Ref
    finding: str | None = None
    party: schemas.Ref | None = None
    not_party: schemas.Ref | None = None


class Start(Model):
    """What somebody sees first."""

    version: int
    empty: bool
    case: WorkedCase | None


class LookPurpose(Model):
    """What a natural person may be looked at for; `reference`: the number of a case or document is needed too."""

    code: str
    label: str
    reference: bool


class Codes(Model):
    """Labels of codes in one language, list by list."""

    lang: Literal["zh", "en"]
    today: str
    logins: bool = Field(description="Whether `/v1/session` is there to log in.")
    purposes: list[LookPurpose] = Field(description="What a natural person may be looked at for.")
    lists: dict[str, dict[str, str]]


class StatedParameters(PageParameters):
    """Which statements are wanted."""

    kind: Filter = Field(None, description="Parties of this kind alone (`codes/entity_kinds.yaml`).", examples=["company"])
    known_at: KnownAt = None


class StatedParty(Model):
    """What one statement says of a party."""

    id: str
    kind: str
    name: str
    names: list[NameOf]
    identifiers: list[Number]
    statement: str
    source: str
    file: str
    row: int


class StatedPartyPage(Page):
    """A page of parties, in the order recorded."""

    items: list[StatedParty]


class RelationshipParameters(PageParameters):
    """Which relationships are wanted."""

    interest: Filter = Field(None, description="Of this interest alone: an office or a holding.", examples=["director"])
    as_of: Day | None = Field(None, description="Those that hold on the day, or may.", examples=["2026-01-01"])
    known_at: KnownAt = None


class End(Model):
    """An end of a relationship; a person of his own record is named by his line among the parties."""

    id: str
    name: str | None


class StatedRelationship(Model):
    """What one statement says that relates two parties."""

    statement: str
    party: End
    subject: End
    interest: str
    period: str
    registered: str | None = Field(description="Where the register's dates differ.")
    share_least_percent: float | None
    share_most_percent: float | None
    amount_fen: int | None
    source: str
    file: str
    row: int


class StatedRelationshipPage(Page):
    """A page of relationships, in the order recorded."""

    items: list[StatedRelationship]
