"""What a mapping says of one cell: its column, what its texts mean, and how dates, shares, amounts and terms are read."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from graph import codes


class Model(BaseModel):
    """Base of everything in a mapping: nothing unknown, nothing altered."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def as_texts(value: object) -> object:
    """Take `chairman`, `[chairman, director]`, `true` and nothing alike."""
    if value is None:
        return ()
    if isinstance(value, bool):
        return (str(value).lower(),)
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def as_cell(value: object) -> object:
    """Take `name: person_name` for `name: {column: person_name}`."""
    return {"column": value} if isinstance(value, str) else value


def quoted(value: object) -> object:
    """Refuse `yes:` and `no:` without quotes, which YAML reads as true and false: the cells hold the words."""
    if isinstance(value, dict) and any(isinstance(key, bool) for key in value):
        raise ValueError('quote yes/no (and on/off, true/false): YAML reads them as true and false; write "yes":')
    return value


def some(value: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse an empty list."""
    if not value:
        raise ValueError("must not be empty")
    return value


def as_const(value: object) -> object:
    """Take `company` for `{const: company}`: a code, where a plain text is no column."""
    return {"const": value} if isinstance(value, str) else value


def as_cells(value: object) -> object:
    """Take one cell, or a list of them."""
    return tuple(map(as_cell, value)) if isinstance(value, list | tuple) else (as_cell(value),)


Texts = Annotated[tuple[str, ...], BeforeValidator(as_texts)]
Meanings = Annotated[dict[str, Texts], BeforeValidator(quoted)]


class Lookup(Model):
    """Read the column in another table: in the row whose `key` is what this row has in `by`."""

    table: str
    key: str
    by: str

    def cell(self, column: str) -> str:
        """Return under which name a row holds what was found there in a column."""
        return f"{self.table}[{self.key}={self.by}].{column}"


class Cell(Model):
    """What one cell says.

    Parameters
    ----------
    column, const : str
        Where to read, or what to take without reading.
    split : str
        Characters that each separate several values in one cell.
    values : dict
        Text of a part -> what it means (one, several or, with `[]`, nothing).
    contains : dict
        The same for a part that contains the text; the first that fits, in the order written, counts.
    otherwise : str
        A part that `values` or `contains` do not have: `refuse` the row, `ignore` the part, or `keep` it as it is.
    empty : list
        Texts that mean nothing was given.
    pad : int
        Put zeros before the text up to this length.
    lookup : Lookup
        Read the column in another table.
    """

    code_lists: ClassVar[tuple[str, ...]] = ()

    column: str | None = None
    const: str | None = None
    split: str = ""
    values: Meanings | None = None
    contains: Meanings | None = None
    otherwise: Literal["refuse", "ignore", "keep"] = "refuse"
    empty: tuple[str, ...] = ()
    pad: int | None = Field(default=None, ge=1, le=64)
    lookup: Lookup | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.column is None) == (self.const is None):
            raise ValueError("give either `column` or `const`")
        if self.lookup is not None and self.column is None:
            raise ValueError("`lookup` reads a `column`; a `const` is read nowhere")
        if self.values is not None and self.contains is not None:
            raise ValueError("give `values` or `contains`, not both")
        if self.code_lists:
            table = self.values or self.contains or {}
            meant = [code for given in table.values() for code in given] + ([self.const] if self.const and not table else [])
            if unknown := sorted({code for code in meant if not self.is_code(code)}):
                raise ValueError(f"no code {', '.join(unknown)} in {' or '.join(self.code_lists)}")
        return self

    @property
    def place(self) -> str | None:
        """The column of this table that an error about the cell names."""
        return self.lookup.by if self.lookup else self.column

    @classmethod
    def is_code(cls, text: str) -> bool:
        """Whether the text is a code of one of the lists that this cell draws from."""
        return not cls.code_lists or any(text in codes.load(name) for name in cls.code_lists)


class InterestCell(Cell):
    """A cell of offices or other interests."""

    code_lists = ("roles", "interests")


class RoleCell(Cell):
    """A cell of roles."""

    code_lists = ("roles",)


class ActCell(Cell):
    """A cell of acts."""

    code_lists = ("acts",)


class KindCell(Cell):
    """A cell with the kind of a decision."""

    code_lists = ("decision_kinds",)


class EntityKindCell(Cell):
    """A cell with the kind of an entity."""

    code_lists = ("entity_kinds",)


class LevelCell(Cell):
    """A cell with the level of an authority."""

    code_lists = ("authority_levels",)


class LevelOf(Model):
    """Tell the level of an authority by its credit code, its name, or both (`loaders.authority_levels`)."""

    code: Annotated[Cell, BeforeValidator(as_cell)] | None = None
    name: Annotated[Cell, BeforeValidator(as_cell)] | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.code is None and self.name is None:
            raise ValueError("give `code`, `name` or both")
        return self


def as_level(value: object) -> object:
    """Take a cell that says the level, or where code and name of the authority stand."""
    if isinstance(value, dict) and value.keys() & {"code", "name"}:
        return LevelOf.model_validate(value)
    return LevelCell.model_validate(as_cell(value))


class RelationCell(Cell):
    """A cell with how one decision relates to another."""

    code_lists = ("decision_links",)


class FlagCell(Cell):
    """A cell that means yes, no or nothing; its values are `true`, `false` or `[]`."""

    @model_validator(mode="after")
    def _flags(self) -> Self:
        for meant in (self.values or self.contains or {}).values():
            if any(text not in ("true", "false") for text in meant):
                raise ValueError("its values must be true, false or []")
        return self


class NameCell(Cell):
    """A cell with a name."""

    kind: Literal["full", "short", "former", "alias"] = "full"


LISTED: Final = "listed"
"""Stands for the start of a relationship that is known only from the deliveries that list it."""


class DateCell(Cell):
    """A cell with a date; an empty one is `unknown` unless `when_empty: open`; `exclusive` is the first day it no longer held.

    `order` says how a full date is written: year first, or `mdy` (03/29/2018), or `dmy` (29/03/2018).
    """

    when_empty: Literal["unknown", "open"] = "unknown"
    exclusive: bool = False
    order: Literal["ymd", "mdy", "dmy"] = "ymd"


class ShareCell(Cell):
    """A cell with a share and its unit; `bound` says whether it is exact, or at least or at most so much."""

    unit: Literal["percent", "fraction", "ppm"]
    bound: Literal["exact", "minimum", "maximum"] = "exact"


class AmountCell(Cell):
    """A cell with an amount of money and its unit."""

    unit: Literal["yuan", "10k_yuan"]


class ImposedAmountCell(AmountCell):
    """A cell with the amount of something imposed; only the acts in `applies_to` have it."""

    applies_to: tuple[str, ...]

    @model_validator(mode="after")
    def _acts(self) -> Self:
        _known_acts(self.applies_to)
        return self


class TermCell(Cell):
    """A cell with how long something lasts; `life` is the text for life; only the acts in `applies_to` last so long."""

    unit: Literal["years", "months"] = "years"
    life: str | None = None
    applies_to: tuple[str, ...]

    @model_validator(mode="after")
    def _acts(self) -> Self:
        _known_acts(self.applies_to)
        return self


def _known_acts(given: tuple[str, ...]) -> None:
    if unknown := [act for act in given if act not in codes.load("acts")]:
        raise ValueError(f"no code {', '.join(unknown)} in acts")


AnyCell = Annotated[Cell, BeforeValidator(as_cell)]
AnyDate = Annotated[DateCell, BeforeValidator(as_cell)]
AnyRole = Annotated[RoleCell, BeforeValidator(as_cell)]
AnyAct = Annotated[ActCell, BeforeValidator(as_cell)]
Scheme = Literal["uscc", "cn_stock", "registration"]
