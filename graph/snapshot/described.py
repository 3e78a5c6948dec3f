"""What is said of one party, by all sources together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph.calling import called, current_names
from graph.model import Entity, Fact, Identifier, Name


@dataclass(frozen=True, slots=True)
class EntityView:
    """What all sources together say of one entity, with the statements that say it."""

    id: str
    kind: str
    names: tuple[Name, ...]
    identifiers: tuple[Identifier, ...]
    attributes: tuple[tuple[str, str], ...]
    facts: tuple[Fact[Entity], ...]
    day: date | None = None

    @property
    def label(self) -> str:
        """The name to show: the current full name (that of the day of the view), else any name, else the id."""
        return called(self.names, self.day) or self.id

    @property
    def current(self) -> tuple[Name, ...]:
        """The names that are borne now, or on the day of the view."""
        return current_names(self.names, self.day)
