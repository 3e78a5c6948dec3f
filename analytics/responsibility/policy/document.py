"""临政发〔2018〕3号 as data: 26 items, 22 tasks with the responsible units, and what carries out each of its measures.

Invariants (tests/unit/test_analytics_policy.py holds one test a number)
1. Items are numbered 1 to 26 and tasks 1 to 22, and every item is one of some task, each once.
2. An item is served by commands of this system, or it says why it is not software: one of the two.
3. Every measure of the city's rules is in the table, and whatever carries it out is a measure of the rules.
4. The list of measures has a version: whoever changes a measure raises it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from analytics.responsibility.catalogue import Catalogue, Rule
from analytics.responsibility.partial import Model
from analytics.responsibility.rule_files import read_document
from analytics.responsibility.rule_measures import MeasureRule
from analytics.responsibility.said import Label
from graph.codec import digest

FILE: Final = Path(__file__).parent / "linyi_2018_3.yaml"
ITEMS: Final = range(1, 27)
TASKS: Final = range(1, 23)


class Item(Model):
    """One of the 26 items, and what of this system serves it."""

    number: Annotated[int, Field(strict=True)]
    title: Label
    text: str
    served_by: tuple[str, ...] = ()
    """Commands, as they are typed."""
    how: Label | None = None
    not_software: Label | None = None


class Task(Model):
    """One of the 22 tasks of the annex, with the units that it makes responsible."""

    number: Annotated[int, Field(strict=True)]
    task: str
    items: tuple[int, ...] = Field(min_length=1)
    units: str
    """As the annex has it."""
    lead: tuple[str, ...] = ()
    others: tuple[str, ...] = Field(default=(), alias="with")


class CityMeasure(Model):
    """One measure of the city, the item that it stands in, and the measures of other instruments that do what it says."""

    id: str
    item: int
    carried_by: tuple[str, ...] = ()


class ListVersion(Model):
    """One version of the list of measures; `digest` is that of the list as it was."""

    version: Annotated[int, Field(ge=1, strict=True)]
    issued: date
    digest: str


class Policy(Model):
    """The document."""

    instrument: str
    issued: date
    version: Annotated[int, Field(ge=1, strict=True)]
    items: tuple[Item, ...]
    tasks: tuple[Task, ...]
    measures: tuple[CityMeasure, ...]
    measure_list: tuple[ListVersion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [*self._numbers(), *self._services(), *self._versions()]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _numbers(self) -> Iterator[str]:
        if [item.number for item in self.items] != [*ITEMS]:
            yield "items: are not numbered 1 to 26"
        if [task.number for task in self.tasks] != [*TASKS]:
            yield "tasks: are not numbered 1 to 22"
        if sorted(number for task in self.tasks for number in task.items) != [*ITEMS]:
            yield "tasks.items: every item is one of some task, each once"

    def _services(self) -> Iterator[str]:
        for item in self.items:
            if bool(item.served_by) == bool(item.not_software) or bool(item.served_by) != bool(item.how):
                yield f"items.{item.number}: either `served_by` with `how`, or `not_software`"

    def _versions(self) -> Iterator[str]:
        if [listed.version for listed in self.measure_list] != [*range(1, len(self.measure_list) + 1)]:
            yield "measure_list: versions are numbered from 1"

    def stands_on(self, day: date) -> bool:
        """Say whether the document had been issued on a day."""
        return self.issued <= day

    @cached_property
    def by_number(self) -> Mapping[int, Item]:
        """Items by their number."""
        return {item.number: item for item in self.items}

    def served(self, task: Task) -> tuple[str, ...]:
        """Return the commands that serve a task: those of its items, each once."""
        return tuple(dict.fromkeys(command for number in task.items for command in self.by_number[number].served_by))


def load_policy(path: Path = FILE) -> Policy:
    """Read and check the document.

    Raises
    ------
    ConfigError
        One message a line: file, field, reason.
    """
    return read_document(Policy, path)


def listed_measures(catalogue: Catalogue) -> list[tuple[Rule, MeasureRule]]:
    """Return the list of measures (item 18): every measure of every version of every rule, one that rules share once."""
    found: dict[tuple[str, MeasureRule], tuple[Rule, MeasureRule]] = {}
    for rule in catalogue.versions:
        for measure in rule.measures:
            found.setdefault((measure.id, measure), (rule, measure))
    return sorted(found.values(), key=lambda pair: (pair[1].id, pair[0].id, pair[0].version))


def list_digest(catalogue: Catalogue) -> str:
    """Return the digest of the list of measures: another one where any of them says something else.

    A field that came later (`bars`) counts only where it says something, and a note that is one text for both languages counts as
    it was written before there were two: lists issued before keep their digest.
    """
    return digest(*(f"{rule.id} {_written(measure)}" for rule, measure in listed_measures(catalogue)))


def _written(measure: MeasureRule) -> str:
    content = measure.model_dump(mode="json", exclude=None if measure.bars else {"bars"})
    note = measure.note
    if note is None or note.zh == note.en:
        content["note"] = note.zh if note else ""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def unknown_measures(policy: Policy, catalogue: Catalogue) -> list[str]:
    """Name the measures of the table that no rule has, and those of the city's rules that the table lacks."""
    known = {measure.id for _, measure in listed_measures(catalogue)}
    own = {measure.id for _, measure in city_measures(policy, catalogue)}
    table = {measure.id for measure in policy.measures}
    carried = {other for measure in policy.measures for other in measure.carried_by}
    return [
        *(f"measures.{name}: no rule has it" for name in sorted((table | carried) - known)),
        *(f"measures: {name} is missing" for name in sorted(own - table)),
    ]


def city_measures(policy: Policy, catalogue: Catalogue) -> Iterable[tuple[Rule, MeasureRule]]:
    """Return the measures that rest on the city policy, each once, in the order of the table."""
    place = {measure.id: number for number, measure in enumerate(policy.measures)}
    own = [
        (rule, measure)
        for rule, measure in listed_measures(catalogue)
        if all(basis.instrument == policy.instrument for basis in measure.basis)
    ]
    return sorted(own, key=lambda pair: place.get(pair[1].id, len(place)))
