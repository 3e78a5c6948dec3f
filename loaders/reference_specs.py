"""How a mapping refers to enterprises and people: by a number, by a name, by the source's own id, or as a column chooses."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from loaders.cell_specs import AnyCell, Lookup, Model, Scheme


class IdRef(Model):
    """An id made of a scheme and a column; without a scheme it is the source's own."""

    scheme: Scheme | None = None
    column: str
    pad: int | None = Field(default=None, ge=1, le=64)
    lookup: Lookup | None = None

    @property
    def place(self) -> str:
        """The column of this table that an error names."""
        return self.lookup.by if self.lookup else self.column


class NameRef(Model):
    """An enterprise known by its full name only; one that nobody has told us of is refused, or created by the row."""

    by_name: AnyCell
    otherwise: Literal["refuse", "create"] = "refuse"
    kind: Literal["company", "authority", "other_organisation"] = "company"

    @property
    def place(self) -> str | None:
        """The column of this table that an error names."""
        return self.by_name.place


class OwnRef(Model):
    """The source's own id, made of several columns."""

    own: tuple[str, ...] = Field(min_length=1)

    @property
    def place(self) -> str:
        """The column of this table that an error names."""
        return self.own[0]


class FirstRef(Model):
    """The first of several references that says whom; a number that is empty, masked or malformed is passed over."""

    first: tuple[Annotated[IdRef, Tag("@id")] | Annotated[NameRef, Tag("@name")], ...] = Field(min_length=2)

    @property
    def place(self) -> str | None:
        """The column of this table that an error names."""
        return self.first[-1].place


class ChooseRef(Model):
    """One reference or another, as a column says."""

    choose: str
    cases: dict[str, EnterpriseRef]

    @property
    def place(self) -> str:
        """The column of this table that an error names."""
        return self.choose


_FORMS = {"choose": "@choose", "by_name": "@name", "own": "@own", "first": "@first"}


def _enterprise_form(value: object) -> str:
    known = value if isinstance(value, dict) else type(value).model_fields if isinstance(value, Model) else ()
    return next((form for word, form in _FORMS.items() if word in known), "@id")


EnterpriseRef = Annotated[
    Annotated[IdRef, Tag("@id")]
    | Annotated[NameRef, Tag("@name")]
    | Annotated[OwnRef, Tag("@own")]
    | Annotated[FirstRef, Tag("@first")]
    | Annotated[ChooseRef, Tag("@choose")],
    Discriminator(_enterprise_form),
]
OwnId = Annotated[
    Annotated[IdRef, Tag("@id")] | Annotated[OwnRef, Tag("@own")] | Annotated[FirstRef, Tag("@first")],
    Discriminator(_enterprise_form),
]


class PersonRef(Model):
    """The person of a name at an enterprise, with the source's own id of him or his resident number (kept as a keyed hash)."""

    name: AnyCell
    at: EnterpriseRef
    bearer: AnyCell | None = None
    resident_id: AnyCell | None = None

    @property
    def place(self) -> str | None:
        """The column of this table that an error names."""
        return self.name.place


def _party_form(value: object) -> str:
    if isinstance(value, PersonRef) or (isinstance(value, dict) and "at" in value):
        return "@person"
    return _enterprise_form(value)


PartySpec = Annotated[
    Annotated[PersonRef, Tag("@person")]
    | Annotated[IdRef, Tag("@id")]
    | Annotated[NameRef, Tag("@name")]
    | Annotated[OwnRef, Tag("@own")]
    | Annotated[FirstRef, Tag("@first")]
    | Annotated[ChooseRef, Tag("@choose")],
    Discriminator(_party_form),
]
