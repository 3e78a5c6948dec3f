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
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, model_validator

from graph.codec import digest
from loaders.cell_specs import (
    Cell,
    DateCell,
    FlagCell,
    Lookup,
    Model,
    ShareCell,
    some,
)
from loaders.fact_specs import (
    FactSpec,
    Given,
    IdentifierSpec,
    NamingSpec,
    RelationshipSpec,
)
from loaders.reference_specs import ChooseRef, IdRef, NameRef, OwnRef, PersonRef
from loaders.tables import Form
from loaders.workbooks import Meant


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


DELIVERED: Final = "{delivered}"
"""Stands in the name of a file for the day of the delivery."""


def _said(facts: tuple[FactSpec, ...], info: ValidationInfo) -> tuple[FactSpec, ...]:
    return facts if info.data.get("looked_up_only") else some(facts)


class Table(Model):
    """One table of a source: the files that hold it and what their rows say.

    Parameters
    ----------
    file : str
        Pattern of the names of its files; `{delivered}` in it is the day of the delivery.
    columns : list
        Names of the columns, where the file does not name them.
    looked_up_only : bool
        Its rows say nothing by themselves; other tables look things up in them.
    """

    file: str
    name: str = ""
    format: Literal["csv", "tsv", "xlsx", "jsonl", "record", "bods", "ftm"] | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    header: Annotated[tuple[str, ...], Field(alias="columns")] = ()
    expect: Expect | None = None
    ignore: tuple[str, ...] = ()
    looked_up_only: bool = False
    facts: Annotated[tuple[FactSpec, ...], AfterValidator(_said)] = Field(default=(), validate_default=True)

    @cached_property
    def id(self) -> str:
        """Name of the table in keys and reports: `name`, else the file's without its ending."""
        return self.name or PurePath(self.file.replace(DELIVERED, "")).stem.rstrip("*-_ ") or "table"

    @property
    def form(self) -> Form:
        """How its files are written."""
        return Form(self.format, self.encoding, self.sheet, self.delimiter, self.header, self._meant)

    @cached_property
    def _meant(self) -> Meant:
        """How numbers in a workbook are meant."""
        cells = [cell for cell in reading(self.facts) if isinstance(cell, Cell) and cell.lookup is None and cell.column]
        fractions = (cell.column for cell in cells if isinstance(cell, ShareCell) and cell.unit == "fraction")
        return Meant(
            frozenset(cell.column for cell in cells if isinstance(cell, DateCell) and cell.column),
            frozenset(column for column in fractions if column),
            frozenset(self.ignore).union(cell.column for cell in cells if isinstance(cell, FlagCell) and cell.column),
        )

    def pattern(self, day: date | None) -> str:
        """Return the pattern of the names of its files in the delivery of a day, of any delivery without one."""
        return self.file.replace(DELIVERED, day.isoformat() if day else "*")

    @cached_property
    def lists(self) -> frozenset[str]:
        """The lists inside a row of which facts are made."""
        return frozenset(fact.each for fact in self.facts if fact.each)

    def list_of(self, column: str) -> str | None:
        """Return the list inside a row that a column `list.column` is of, None where it is of the row itself."""
        return next((name for name in self.lists if column.startswith(f"{name}.")), None)

    def accounts_for(self, column: str) -> bool:
        """Whether the mapping ignores a column, or the whole list that it is of."""
        return column in self.ignore or any(column.startswith(f"{name}.") for name in self.ignore)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that the facts read, in the order they are first read."""
        return tuple(dict.fromkeys(_columns(self.facts)))

    @cached_property
    def resident_columns(self) -> frozenset[str]:
        """The columns that hold resident numbers."""
        return frozenset(column for ref in _person_refs(self.facts) for column in _columns(ref.resident_id))

    @cached_property
    def name_columns(self) -> frozenset[str]:
        """The columns that hold names of people."""
        return frozenset(column for ref in _person_refs(self.facts) for column in _columns(ref.name))

    @cached_property
    def credit_columns(self) -> frozenset[str]:
        """The columns that hold credit codes."""
        return frozenset(_credit_columns(self.facts))

    @cached_property
    def looking_up(self) -> tuple[tuple[Lookup, str], ...]:
        """What is read in other tables: how, and which column."""
        found = ((ref.lookup, ref.column) for ref in reading(self.facts) if ref.lookup and ref.column)
        return tuple(dict.fromkeys(found))

    def lookups(self) -> list[tuple[str, str, str]]:
        """Return (table, key, column) of what is read in other tables."""
        return [(lookup.table, lookup.key, column) for lookup, column in self.looking_up]


_BESIDE: Final[Any] = dict.fromkeys(("title", "licence", "delivered", "shrinkage", "precedence"), True) | {
    "tables": {"__all__": {"expect"}}
}
"""What of a mapping alters nothing in what its rows say."""


class Mapping(Model):
    """What a source's tables mean.

    `altered` says what an altered past value is: `correction` (the source was wrong and says so), or refused. `shrinkage` is the
    part of its rows that may be absent from a newer snapshot before that is refused. Where sources contradict each other, the one
    of higher `precedence` is preferred.
    """

    source: str = Field(pattern=r"^[A-Za-z0-9_.-]+$")
    title: dict[Literal["zh", "en"], str] = Field(default_factory=dict)
    licence: str = ""
    mode: Literal["snapshot", "delta", "events"]
    altered: Literal["refuse", "correction"] = "refuse"
    region: str | None = None
    delivered: date | None = None
    shrinkage: float = Field(default=0.2, ge=0, le=1)
    precedence: int = 0
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

    @model_validator(mode="after")
    def _listed(self) -> Self:
        for table in self.tables:
            if self.mode != "snapshot" and any(fact.relationship and fact.relationship.listed for fact in table.facts):
                raise ValueError(f"table {table.id}: a start that is `listed` follows from deliveries in mode snapshot only")
        return self

    @cached_property
    def digest(self) -> str:
        """What stands for all in it that decides what its rows say, which its title does not."""
        return digest(self.model_dump_json(exclude=_BESIDE, exclude_defaults=True))

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
    if isinstance(value, ChooseRef | Given):
        yield value.choose if isinstance(value, ChooseRef) else value.given
    elif isinstance(value, OwnRef):
        yield from value.own
    elif isinstance(value, IdRef | IdentifierSpec):
        yield value.place if isinstance(value, IdRef) else value.column
        return
    elif isinstance(value, Cell):
        if value.place is not None:
            yield value.place
        return
    elif isinstance(value, RelationshipSpec | NamingSpec):
        yield from value.key
    for part in _parts(value):
        yield from _columns(part)


def reading(value: object) -> Iterator[IdRef | Cell]:
    """Yield every id and cell that a part of a mapping reads."""
    if isinstance(value, IdRef | Cell):
        yield value
        return
    for part in _parts(value):
        yield from reading(part)


def _credit_columns(value: object) -> Iterator[str]:
    if isinstance(value, IdRef | IdentifierSpec) and value.scheme == "uscc":
        yield value.column
    for part in _parts(value):
        yield from _credit_columns(part)


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
