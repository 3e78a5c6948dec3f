"""Instruments, their levels, and what a level may carry: the hierarchy gate.

Invariants (tests/unit/test_analytics_instruments.py holds one test a number)
1. A measure is carried by an instrument whose level may carry its nature, and by nothing else.
2. What stands above an instrument is a known instrument of no lower level, and nothing stands above itself, by whatever detour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Self

from pydantic import model_validator

from analytics.responsibility.rule_format import BasisRef, Label, MeasureRule, Model, Nature


class Level(Model):
    """What instruments of one level may carry; `disabled` levels start nothing at all."""

    carries: tuple[Nature, ...] = ()
    disabled: bool = False
    label: Label
    note: str = ""


class Instruments(Model):
    """Levels of instruments, highest first, the instruments (name -> level), and what stands above some of them."""

    levels: Mapping[str, Level]
    instruments: Mapping[str, str]
    superior: Mapping[str, tuple[str, ...]] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        unknown = {f"{name}: {level}" for name, level in self.instruments.items() if level not in self.levels}
        problems = [f"instruments of unknown level: {sorted(unknown)}"] if unknown else [*self._superior_problems()]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _superior_problems(self) -> Iterator[str]:
        rank = {level: place for place, level in enumerate(self.levels)}
        for name, above in self.superior.items():
            missing = [other for other in (name, *above) if other not in self.instruments]
            yield from (f"superior.{name}: no instrument {other!r}" for other in missing)
            for other in above:
                if not missing and rank[self.instruments[other]] > rank[self.instruments[name]]:
                    yield f"superior.{name}: {other} is of a lower level"
        yield from (f"superior: {' -> '.join(cycle)} is a cycle" for cycle in self._cycles())

    def _cycles(self) -> Iterator[tuple[str, ...]]:
        """Yield each cycle once, from the first of its names on."""
        for name in sorted(self.superior):
            waiting: list[tuple[str, ...]] = [(name,)]
            while waiting:
                path = waiting.pop()
                for other in self.superior.get(path[-1], ()):
                    if other == name and name == min(path):
                        yield (*path, other)
                    elif other not in path:
                        waiting.append((*path, other))

    def level(self, basis: BasisRef) -> Level:
        """Return the level of the instrument of a basis."""
        return self.levels[self.instruments[basis.instrument]]

    def carrying(self, measure: MeasureRule) -> list[BasisRef]:
        """Return the bases of a measure whose level may carry its nature."""
        return [basis for basis in measure.basis if measure.nature in self.level(basis).carries]
