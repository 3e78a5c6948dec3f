"""What a row of a table says, in the mapping language: entities, relationships, decisions, namings and links."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from loaders.cell_specs import (
    LISTED,
    AmountCell,
    AnyAct,
    AnyCell,
    AnyDate,
    AnyRole,
    Cell,
    EntityKindCell,
    FlagCell,
    ImposedAmountCell,
    InterestCell,
    KindCell,
    LevelCell,
    LevelOf,
    Model,
    NameCell,
    RelationCell,
    Scheme,
    ShareCell,
    TermCell,
    as_cell,
    as_cells,
    as_const,
    as_level,
    some,
)
from loaders.reference_specs import EnterpriseRef, OwnId, PartySpec, PersonRef


class IdentifierSpec(Model):
    """A further number of an entity."""

    scheme: Scheme
    column: str
    pad: int | None = Field(default=None, ge=1, le=64)


class EnterpriseSpec(Model):
    """A row says that there is such an enterprise, authority or thing, or such a person whom the source itself numbers."""

    kind: Annotated[EntityKindCell, BeforeValidator(as_const)]
    id: OwnId
    names: tuple[Annotated[NameCell, BeforeValidator(as_cell)], ...] = ()
    identifiers: tuple[IdentifierSpec, ...] = ()
    attributes: dict[str, AnyCell] = Field(default_factory=dict)


class PersonSpec(PersonRef):
    """A row says that there is such a person."""

    kind: Literal["person"] = "person"
    attributes: dict[str, AnyCell] = Field(default_factory=dict)


EntitySpec = Annotated[
    Annotated[PersonSpec, Tag("@person")] | Annotated[EnterpriseSpec, Tag("@enterprise")],
    Discriminator(lambda value: "@person" if isinstance(value, PersonSpec) or "at" in value else "@enterprise"),
]


class RelationshipSpec(Model):
    """A row says that a party has an interest in a subject; `seen` is a day on which it held, where nothing else is known.

    `text` holds the words of the source where they do not stand in the cell of the interest.
    """

    party: PartySpec
    subject: EnterpriseRef
    interest: Annotated[InterestCell, BeforeValidator(as_cell)]
    start: AnyDate | None = None
    end: AnyDate | None = None
    seen: AnyDate | None = None
    registered_start: AnyDate | None = None
    registered_end: AnyDate | None = None
    share: ShareCell | None = None
    amount: AmountCell | None = None
    text: AnyCell | None = None
    key: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _dated_once(self) -> Self:
        if self.seen is not None and (self.start is not None or self.end is not None):
            raise ValueError("give `seen`, or `start` and `end`, not both")
        return self

    @property
    def listed(self) -> bool:
        """Whether its start follows from the deliveries that list it."""
        return self.start is not None and self.start.const == LISTED


class Span(Model):
    """From one date to another."""

    start: AnyDate | None = Field(default=None, alias="from")
    end: AnyDate | None = Field(default=None, alias="to")


DecisionId = Annotated[tuple[Cell, ...], BeforeValidator(as_cells), AfterValidator(some)]


class DecisionSpec(Model):
    """A row says that an authority decided something against a respondent; an id may be made of several cells."""

    id: DecisionId
    kind: Annotated[KindCell, BeforeValidator(as_cell)]
    acts: tuple[AnyAct, ...]
    respondent: PartySpec
    authority: AnyCell
    authority_level: Annotated[LevelCell | LevelOf, BeforeValidator(as_level)] | None = None
    region: AnyCell | None = None
    number: AnyCell | None = None
    date: AnyDate | None = None
    date_basis: AnyCell | None = None
    conduct: Span | None = None
    conduct_text: AnyCell | None = None
    valid: Span | None = None
    basis: AnyCell | None = None
    cites: AnyCell | None = None
    imposed: AnyAct | None = None
    term: TermCell | None = None
    amounts: tuple[ImposedAmountCell, ...] = ()
    parties_complete: FlagCell | None = None


class NamingSpec(Model):
    """A row says what a decision says of a person.

    Without `responsible`, a person is responsible where `found_as` has something, and otherwise it is not known.
    """

    decision: DecisionId
    party: PersonRef
    posts: AnyRole | None = None
    post_text: AnyCell | None = None
    found_as: AnyRole | None = None
    responsible: FlagCell | None = None
    imposed: AnyAct | None = None
    term: TermCell | None = None
    amounts: tuple[ImposedAmountCell, ...] = ()
    text: AnyCell | None = None
    key: tuple[str, ...] = ()


class LinkSpec(Model):
    """A row says how one decision relates to another; an empty `other` says nothing."""

    decision: DecisionId
    relation: Annotated[RelationCell, BeforeValidator(as_const)]
    other: DecisionId
    since: AnyDate | None = None


class Given(Model):
    """Whether a column holds anything, and another cell means yes."""

    given: str
    only: FlagCell | None = None


When = Annotated[
    Annotated[Given, Tag("@given")] | Annotated[FlagCell, Tag("@cell")],
    Discriminator(
        lambda value: "@given" if isinstance(value, Given) or (isinstance(value, dict) and "given" in value) else "@cell"
    ),
]


class FactSpec(Model):
    """One kind of statement that every row makes; `when` it says so, or once for `each` record of a list inside the row."""

    when: When | None = None
    each: str = ""
    entity: EntitySpec | None = None
    relationship: RelationshipSpec | None = None
    decision: DecisionSpec | None = None
    naming: NamingSpec | None = None
    link: LinkSpec | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set - {"when", "each"}) != 1 or self.spec is None:
            raise ValueError("give exactly one of entity, relationship, decision, naming, link")
        return self

    @property
    def spec(self) -> EnterpriseSpec | PersonSpec | RelationshipSpec | DecisionSpec | NamingSpec | LinkSpec | None:
        """The one that is given."""
        return self.entity or self.relationship or self.decision or self.naming or self.link
