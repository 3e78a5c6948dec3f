"""The mapping language: a YAML file that says what the columns of a source's tables mean.

A mapping is data that a department can write itself; `docs/mapping.md` explains it with a worked example.

Invariants (tests/unit/test_loaders_mapping.py holds one test a number)
1. All errors of a mapping are reported at once, each with file, entry, field and reason.
2. A word that the language does not have is an error, and so is a code that no code list has.
3. Every column that a mapping uses can be listed, so that one that is neither used nor ignored can be noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from pathlib import PurePath
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, Discriminator, Field, Tag, model_validator

from loaders.cell_specs import (
    AmountCell,
    AnyAct,
    AnyCell,
    AnyDate,
    AnyRole,
    Cell,
    FlagCell,
    InterestCell,
    KindCell,
    LevelCell,
    Model,
    NameCell,
    RelationCell,
    Scheme,
    ShareCell,
    TermCell,
    as_cell,
    entity_kind,
    some,
)


class Lookup(Model):
    """Read the column in another table: in the row whose `key` is what this row has in `by`."""

    table: str
    key: str
    by: str


class IdRef(Model):
    """An id made of a scheme and a column; without a scheme it is the source's own."""

    scheme: Scheme | None = None
    column: str
    pad: int | None = Field(default=None, ge=1, le=64)
    lookup: Lookup | None = None


class NameRef(Model):
    """An enterprise known by its full name only; one that nobody has told us of is refused, or created by the row."""

    by_name: AnyCell
    otherwise: Literal["refuse", "create"] = "refuse"
    kind: Literal["company", "authority", "other_organisation"] = "company"


class ChooseRef(Model):
    """One reference or another, as a column says."""

    choose: str
    cases: dict[str, EnterpriseRef]


def _enterprise_form(value: object) -> str:
    if isinstance(value, ChooseRef | NameRef):
        return "@choose" if isinstance(value, ChooseRef) else "@name"
    if isinstance(value, dict):
        return "@choose" if "choose" in value else "@name" if "by_name" in value else "@id"
    return "@id"


EnterpriseRef = Annotated[
    Annotated[IdRef, Tag("@id")] | Annotated[NameRef, Tag("@name")] | Annotated[ChooseRef, Tag("@choose")],
    Discriminator(_enterprise_form),
]


class PersonRef(Model):
    """The person of a name at an enterprise, with the source's own id of him or his resident number (kept as a keyed hash)."""

    name: AnyCell
    at: EnterpriseRef
    bearer: AnyCell | None = None
    resident_id: AnyCell | None = None


def _party_form(value: object) -> str:
    if isinstance(value, PersonRef) or (isinstance(value, dict) and "at" in value):
        return "@person"
    return _enterprise_form(value)


PartySpec = Annotated[
    Annotated[PersonRef, Tag("@person")]
    | Annotated[IdRef, Tag("@id")]
    | Annotated[NameRef, Tag("@name")]
    | Annotated[ChooseRef, Tag("@choose")],
    Discriminator(_party_form),
]


class IdentifierSpec(Model):
    """A further number of an entity."""

    scheme: Scheme
    column: str
    pad: int | None = Field(default=None, ge=1, le=64)


class EnterpriseSpec(Model):
    """A row says that there is such an enterprise, authority or thing."""

    kind: Annotated[str, AfterValidator(entity_kind)]
    id: IdRef
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
    """A row says that a party has an interest in a subject."""

    party: PartySpec
    subject: EnterpriseRef
    interest: Annotated[InterestCell, BeforeValidator(as_cell)]
    start: AnyDate | None = None
    end: AnyDate | None = None
    registered_start: AnyDate | None = None
    registered_end: AnyDate | None = None
    share: ShareCell | None = None
    amount: AmountCell | None = None
    key: tuple[str, ...] = ()


class Span(Model):
    """From one date to another."""

    start: AnyDate | None = Field(default=None, alias="from")
    end: AnyDate | None = Field(default=None, alias="to")


class DecisionSpec(Model):
    """A row says that an authority decided something against a respondent."""

    id: AnyCell
    kind: Annotated[KindCell, BeforeValidator(as_cell)]
    acts: tuple[AnyAct, ...]
    respondent: PartySpec
    authority: AnyCell
    authority_level: Annotated[LevelCell, BeforeValidator(as_cell)] | None = None
    region: AnyCell | None = None
    number: AnyCell | None = None
    date: AnyDate | None = None
    date_basis: AnyCell | None = None
    conduct: Span | None = None
    conduct_text: AnyCell | None = None
    basis: AnyCell | None = None
    cites: AnyCell | None = None
    imposed: AnyAct | None = None
    term: TermCell | None = None
    parties_complete: FlagCell | None = None


class NamingSpec(Model):
    """A row says what a decision says of a person.

    Without `responsible`, a person is responsible where `found_as` has something, and otherwise it is not known.
    """

    decision: AnyCell
    party: PersonRef
    posts: AnyRole | None = None
    post_text: AnyCell | None = None
    found_as: AnyRole | None = None
    responsible: FlagCell | None = None
    imposed: AnyAct | None = None
    term: TermCell | None = None
    text: AnyCell | None = None
    key: tuple[str, ...] = ()


class LinkSpec(Model):
    """A row says how one decision relates to another; an empty `other` says nothing."""

    decision: AnyCell
    relation: Annotated[RelationCell, BeforeValidator(lambda value: {"const": value} if isinstance(value, str) else value)]
    other: AnyCell
    since: AnyDate | None = None


class FactSpec(Model):
    """One kind of statement that every row makes."""

    entity: EntitySpec | None = None
    relationship: RelationshipSpec | None = None
    decision: DecisionSpec | None = None
    naming: NamingSpec | None = None
    link: LinkSpec | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1 or self.spec is None:
            raise ValueError("give exactly one of entity, relationship, decision, naming, link")
        return self

    @property
    def spec(self) -> EnterpriseSpec | PersonSpec | RelationshipSpec | DecisionSpec | NamingSpec | LinkSpec | None:
        """The one that is given."""
        return self.entity or self.relationship or self.decision or self.naming or self.link


class Expect(Model):
    """How many rows a delivery has."""

    rows: int | None = None
    minimum: int | None = Field(default=None, alias="min")
    maximum: int | None = Field(default=None, alias="max")

    def misses(self, rows: int) -> str | None:
        """Say what was expected, if it is not so many."""
        if self.rows is not None and rows != self.rows:
            return f"exactly {self.rows}"
        if self.minimum is not None and rows < self.minimum:
            return f"at least {self.minimum}"
        return f"at most {self.maximum}" if self.maximum is not None and rows > self.maximum else None


class Table(Model):
    """One table of a source: the files that hold it and what their rows say."""

    file: str
    name: str = ""
    format: Literal["csv", "tsv", "xlsx", "jsonl"] | None = None
    sheet: str | None = None
    encoding: str | None = None
    expect: Expect | None = None
    ignore: tuple[str, ...] = ()
    facts: Annotated[tuple[FactSpec, ...], AfterValidator(some)]

    @property
    def id(self) -> str:
        """Name of the table in keys and reports: `name`, else the file's without its ending."""
        return self.name or PurePath(self.file).stem.rstrip("*-_ ") or "table"

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that the facts read, in the order they are first read."""
        return tuple(dict.fromkeys(_columns(self.facts)))

    @cached_property
    def resident_columns(self) -> frozenset[str]:
        """The columns that hold resident numbers."""
        return frozenset(column for ref in _person_refs(self.facts) for column in _columns(ref.resident_id))

    def lookups(self) -> list[tuple[str, str, str]]:
        """Return (table, key, column) of what is read in other tables."""
        return [(ref.lookup.table, ref.lookup.key, ref.column) for ref in _id_refs(self.facts) if ref.lookup]


class Mapping(Model):
    """What a source's tables mean.

    `altered` says what an altered past value is: `correction` (the source was wrong and says so), or refused.
    """

    source: str = Field(pattern=r"^[A-Za-z0-9_.-]+$")
    title: dict[Literal["zh", "en"], str] = Field(default_factory=dict)
    licence: str = ""
    mode: Literal["snapshot", "delta", "events"]
    altered: Literal["refuse", "correction"] = "refuse"
    region: str | None = None
    delivered: date | None = None
    tables: Annotated[tuple[Table, ...], AfterValidator(some)]

    @model_validator(mode="after")
    def _tables(self) -> Self:
        names = [table.id for table in self.tables]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"tables need different names: {', '.join(twice)} stands more than once; add `name:`")
        for place, table in enumerate(self.tables):
            for other, _, _ in table.lookups():
                if other not in names[:place]:
                    raise ValueError(f"table {table.id}: lookup in {other!r}, which is no table before it")
        return self

    @cached_property
    def by_name(self) -> bool:
        """Whether some table speaks of enterprises by their name alone."""
        return any(True for table in self.tables for _ in _name_refs(table.facts))

    def looked_up(self, table: Table) -> list[tuple[str, str]]:
        """Return the (key, column) pairs that tables after this one read in it."""
        found = [(key, column) for other in self.tables for name, key, column in other.lookups() if name == table.id]
        return list(dict.fromkeys(found))


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, BaseModel):
        return [part for name, part in value if name != "key"]
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, tuple | list) else ()


def _columns(value: object) -> Iterator[str]:
    if isinstance(value, ChooseRef):
        yield value.choose
    elif isinstance(value, IdRef | IdentifierSpec):
        yield value.lookup.by if isinstance(value, IdRef) and value.lookup else value.column
        return
    elif isinstance(value, Cell):
        if value.column is not None:
            yield value.column
        return
    elif isinstance(value, RelationshipSpec | NamingSpec):
        yield from value.key
    for part in _parts(value):
        yield from _columns(part)


def _id_refs(value: object) -> Iterator[IdRef]:
    if isinstance(value, IdRef):
        yield value
        return
    for part in _parts(value):
        yield from _id_refs(part)


def _name_refs(value: object) -> Iterator[NameRef]:
    if isinstance(value, NameRef):
        yield value
        return
    for part in _parts(value):
        yield from _name_refs(part)


def _person_refs(value: object) -> Iterator[PersonRef]:
    if isinstance(value, PersonRef):
        yield value
    for part in _parts(value):
        yield from _person_refs(part)
