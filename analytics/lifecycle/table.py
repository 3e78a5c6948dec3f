"""The transition table as it is written (`transitions.yaml`), and what contradicts itself in it.

Invariants (tests/unit/test_lifecycle_table.py holds one test a number)
1. An event names only stages, reasons and events that the table has; a table that does not is refused with every fault at once.
2. Every stage can be reached, and no stage that has ended binds.
3. What is over for now loses nothing: at an ended stage from which something but a ruling leads on, what ends a decision has
   effect, and where it leads to what binds, whatever ends or pauses a measure, or answers that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Final, Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from analytics.responsibility.partial import Model
from analytics.responsibility.said import Label
from graph import strict_yaml
from graph.errors import ConfigError, UnknownCode

FILE: Final = Path(__file__).parent / "transitions.yaml"
BY_CLOCK: Final = ("derived", "active", "expired", "ended_with_listing", "withdrawn")
"""Stages that a ground begins in, or comes to without an event."""


class Stage(Label):
    """One stage of a life: whether the measure is to be executed in it, whether it is over, and whether the listing stays."""

    binds: bool = False
    ended: bool = False
    listing_stays: bool = False


class EventRule(Label):
    """What one kind of event does, and when; `does` says it of its command."""

    does: str = Field(min_length=1)
    command: str = ""
    scope: tuple[Literal["finding", "decision", "restriction"], ...] = Field(min_length=1)
    starts: tuple[str, ...] = Field(min_length=1, alias="from")
    to: str = ""
    needs: tuple[str, ...] = ()
    opens: bool = False
    closes: str = ""
    undoes: tuple[str, ...] = ()
    unmakes: str = ""
    void: bool = False
    restarts: bool = False
    above: bool = False
    passes_on: bool = False
    follows: bool = False


class Note(Label):
    """One kind of event that is recorded beside the life and moves no stage.

    `answers` names the kinds that it may refer to; one that happens `once` is not recorded twice of one day.
    """

    does: str = Field(min_length=1)
    command: str
    scope: tuple[Literal["finding", "decision", "restriction"], ...] = Field(min_length=1)
    needs: tuple[Literal["told", "refers", "two_people", "person"], ...] = ()
    answers: tuple[str, ...] = ()
    once: bool = False


class Table(Model):
    """Stages, events that move between them, records beside them, and reasons."""

    stages: Mapping[str, Stage]
    events: Mapping[str, EventRule]
    records: Mapping[str, Note]
    reasons: Mapping[str, Label]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if problems := list(self._problems()):
            raise ValueError("; ".join(problems))
        return self

    def _problems(self) -> Iterator[str]:
        for kind, rule in self.events.items():
            named = {*rule.starts, *((rule.to,) if rule.to else ())}
            yield from (f"events.{kind}: no stage {stage!r}" for stage in sorted(named - self.stages.keys()))
            yield from (f"events.{kind}: no reason {need!r}" for need in rule.needs if need not in self.reasons)
            others = {*rule.undoes, rule.closes, rule.unmakes} - {""}
            yield from (f"events.{kind}: no event {other!r}" for other in sorted(others - self.events.keys()))
        kinds = {*self.events, *self.records}
        for kind, note in self.records.items():
            yield from (f"records.{kind}: no event {other!r}" for other in note.answers if other not in kinds)
        reached = {*BY_CLOCK, *(rule.to for rule in self.events.values())}
        yield from (f"stages.{stage}: nothing leads to it" for stage in self.stages if stage not in reached)
        yield from (f"stages.{name}: over, and yet it binds" for name, stage in self.stages.items() if stage.ended and stage.binds)
        yield from (f"events.{kind}: lost at {stage!r}, from which it may bind again" for stage, kind in self._lost())

    def _lost(self) -> Iterator[tuple[str, str]]:
        """Yield what has no effect at a stage that is over for now, and would be missed when it is over no more."""
        binding, ended = ({name for name, stage in self.stages.items() if getattr(stage, of)} for of in ("binds", "ended"))
        for stage in sorted(ended):
            leads = {rule.to for rule in self.events.values() if stage in rule.starts and rule.to not in ("", stage)} - ended
            for kind, rule in self.events.items() if leads else ():
                ends = rule.to in ended and "decision" in rule.scope and rule.above
                touches = rule.to in ended or rule.opens or rule.closes
                again = leads & binding and touches and binding & {*rule.starts} and stage != rule.to
                if (ends or again) and stage not in rule.starts:
                    yield stage, kind

    @cached_property
    def commands(self) -> Mapping[str, str]:
        """Kind of event that each word of the command line does."""
        every: list[tuple[str, EventRule | Note]] = [*self.events.items(), *self.records.items()]
        return {rule.command: kind for kind, rule in every if rule.command}

    @cached_property
    def rank(self) -> Mapping[str, int]:
        """Place of each kind among the events of one day."""
        return {kind: place for place, kind in enumerate(self.events)}

    def event(self, kind: str) -> EventRule | Note:
        """Return what a kind of event does; an unknown kind raises `UnknownCode`."""
        known: dict[str, EventRule | Note] = {**self.events, **self.records}
        if kind not in known:
            raise UnknownCode(f"transitions: no event {kind!r}; there are {', '.join(known)}")
        return known[kind]

    def label(self, kind: str, lang: str) -> str:
        """Return what a kind of event is called."""
        entry = self.event(kind)
        return entry.zh if lang == "zh" else entry.en

    def allowed(self, stage: str) -> tuple[str, ...]:
        """Return the events that may have effect at a stage."""
        return tuple(kind for kind, rule in self.events.items() if stage in rule.starts)


def parse_table(text: str) -> Table:
    """Read a table; raises `ConfigError` with every fault."""
    try:
        return Table.model_validate(strict_yaml.read(text))
    except yaml.YAMLError as error:
        raise ConfigError(f"transitions: {strict_yaml.told(error)}") from error
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise ConfigError("transitions: " + "; ".join(faults)) from error


@cache
def load_table() -> Table:
    """Return the table that ships."""
    return parse_table(FILE.read_text(encoding="utf-8"))
