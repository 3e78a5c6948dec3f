"""The shapes of the statements and entities that are read, as the standards give them; what is not read may have any shape.

Invariants (tests/unit/test_loaders_standards_shapes.py holds one test a number)
1. A value of a wrong type is an error that names its field, wherever it stands.
2. A text holds no NUL, and nothing that is no character.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, ValidationError

from graph.errors import InputError

_NO_CHARACTER: Final = re.compile("[\0\ud800-\udfff]")


class Shape(BaseModel):
    """Base of all shapes: types as they are written; what we do not read stays aside."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    @property
    def unread(self) -> list[str]:
        """The fields that hold something and are not read."""
        return [name for name, value in (self.model_extra or {}).items() if value not in (None, "", [], {})]


def _sound(text: str) -> str:
    if _NO_CHARACTER.search(text):
        raise ValueError("holds a NUL, or what is no character (damaged, or cut off)")
    return text.strip()


def _some(text: str) -> str:
    if not text:
        raise ValueError("is missing")
    return text


Text = Annotated[str, AfterValidator(_sound)]
Needed = Annotated[Text, AfterValidator(_some)]
Percent = Annotated[Decimal, Field(ge=0, le=100)]


# BODS


class Identifier(Shape):
    """A number of a party in a scheme."""

    id: Text | None = None
    scheme: Text | None = None
    scheme_name: Text | None = Field(None, alias="schemeName")


class EntityType(Shape):
    """The kind of an entity."""

    type: Needed


class EntityDetails(Shape):
    """What a statement says of an enterprise, authority or arrangement."""

    entity_type: EntityType = Field(alias="entityType")
    unspecified: Unnamed | None = Field(None, alias="unspecifiedEntityDetails")
    name: Text | None = None
    alternate_names: list[Needed] | None = Field(None, alias="alternateNames")
    identifiers: list[Identifier] | None = None
    founding_date: Text | None = Field(None, alias="foundingDate")
    jurisdiction: Any = None


class Named(Shape):
    """A name of a person."""

    full_name: Needed = Field(alias="fullName")
    type: Text | None = None


class Unnamed(Shape):
    """Why somebody is not named."""

    reason: Needed
    description: Text | None = None


class PersonDetails(Shape):
    """What a statement says of a person."""

    person_type: Needed = Field(alias="personType")
    unspecified: Unnamed | None = Field(None, alias="unspecifiedPersonDetails")
    names: list[Named] | None = None


class ShareOf(Shape):
    """A share in percent, exactly or as bounds."""

    exact: Percent | None = None
    minimum: Percent | None = None
    maximum: Percent | None = None
    above: Percent | None = Field(None, alias="exclusiveMinimum")
    below: Percent | None = Field(None, alias="exclusiveMaximum")


class Interest(Shape):
    """One interest of a party in a subject."""

    type: Text | None = None
    direct: Text | None = Field(None, alias="directOrIndirect")
    details: Text | None = None
    share: ShareOf | None = None
    start: Text | None = Field(None, alias="startDate")
    end: Text | None = Field(None, alias="endDate")


Party = Annotated[
    Annotated[Needed, Tag("@id")] | Annotated[Unnamed, Tag("@reason")],
    Discriminator(lambda value: "@reason" if isinstance(value, dict | Unnamed) else "@id"),
]


class RelationshipDetails(Shape):
    """What a statement says of the interests of a party in a subject."""

    subject: Party
    party: Party = Field(alias="interestedParty")
    interests: list[Interest] | None = None


STATUSES: Final = ("new", "updated", "closed")
"""What a statement can say of its record."""
Details = EntityDetails | PersonDetails | RelationshipDetails
DETAILS: Final[Mapping[str, type[EntityDetails] | type[PersonDetails] | type[RelationshipDetails]]] = {
    "entity": EntityDetails,
    "person": PersonDetails,
    "relationship": RelationshipDetails,
}
"""Type of a record -> the shape of its details."""


class Publication(Shape):
    """When a statement was published."""

    day: Text | None = Field(None, alias="publicationDate")


class Statement(Shape):
    """A statement, its details still unread."""

    record: Needed = Field(alias="recordId")
    kind: Needed = Field(alias="recordType")
    details: dict[str, Any] = Field(alias="recordDetails")
    status: Text | None = Field(None, alias="recordStatus")
    day: Text | None = Field(None, alias="statementDate")
    publication: Publication | None = Field(None, alias="publicationDetails")


# FollowTheMoney


Texts = Annotated[
    list[Text],
    BeforeValidator(lambda value: [] if value is None else value),
    AfterValidator(lambda texts: [text for text in texts if text]),
]


class Thing(Shape):
    """An entity of FollowTheMoney, its properties still unread."""

    id: Needed
    of: Needed = Field(alias="schema")
    properties: dict[str, Any]


class Properties(BaseModel):
    """The properties of an entity that are read, each a list of texts.

    A lone text is refused: the package of the standard itself takes it for a list of its letters.
    """

    model_config = ConfigDict(strict=True)

    properties: dict[str, Texts]


S = TypeVar("S", bound=BaseModel)


def shaped(shape: type[S], value: object, within: str = "") -> S:
    """Return a value as the shape that it must have.

    Raises
    ------
    InputError
        It has another one; the error names the first field that is wrong, and says how many more are.
    """
    if not isinstance(value, dict):
        raise InputError("is no object" if within else "is no JSON object", column=within or None)
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        more = f" (and {len(faults) - 1} more of its fields are wrong)" if len(faults) > 1 else ""
        place = _place((within, *faults[0]["loc"]) if within else faults[0]["loc"])
        raise InputError(f"{_reason(faults[0])}{more}", column=place) from error


def _place(location: tuple[int | str, ...]) -> str:
    """Write the way to a field; what begins with @ says only which shape was chosen."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location if not str(part).startswith("@")]
    return "".join(parts).removeprefix(".")


_REASONS: Final = {
    "missing": "is missing",
    "string_type": "is no text",
    "string_unicode": "holds a NUL, or what is no character (damaged, or cut off)",
    "list_type": "is no list",
    "model_type": "is no object",
    "model_attributes_type": "is no object",
    "dict_type": "is no object",
    "is_instance_of": "is no number",
    "decimal_type": "is no number",
    "greater_than_equal": "lies below 0 %",
    "less_than_equal": "lies above 100 %",
}


def _reason(fault: Mapping[str, Any]) -> str:
    if fault["input"] is None and fault["loc"] and isinstance(fault["loc"][-1], str):
        return "is missing"
    return _REASONS.get(fault["type"]) or str(fault["msg"]).removeprefix("Value error, ")
