"""Which department executes which measure, and what it is to be told when a restriction changes.

Invariants (tests/unit/test_lifecycle_departments.py holds one test a number)
1. Every restricting measure has a unit; what no unit takes goes to the one that assigns.
2. Banks and associations are asked and never bound: no mandatory measure, no due date.
3. A unit is told only what changed for it: execute, pause, resume, stop, in that logic and never twice in a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

from analytics.lifecycle.restrictions import BINDING
from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.partial import Model
from analytics.responsibility.rule_measures import VOLUNTARY
from analytics.responsibility.said import Label
from graph import strict_yaml
from graph.errors import UnknownCode
from graph.model import Finding

FILE: Final = Path(__file__).parent / "departments.yaml"
Action = Literal["", "execute", "pause", "resume", "stop"]


class Unit(Label):
    """One department, or a kind of body that is asked."""

    annex: tuple[str, ...]
    executes: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    voluntary: bool = False

    def takes(self, executes: str, measure: str) -> bool:
        """Say whether the unit takes a measure: as its own, or because its name is of the unit's matter."""
        if executes in self.executes:
            return True
        named = any(word in measure for word in self.words) and not any(word in measure for word in self.but)
        return executes in self.shares and named


class DueDays(Model):
    """Working days to report execution, and to stop."""

    execute: int
    stop: int


class Departments(Model):
    """All units."""

    due: DueDays
    fallback: str
    refusals: Mapping[str, Label]
    units: Mapping[str, Unit]

    def unit(self, code: str) -> Unit:
        """Return a unit; raises `UnknownCode`."""
        if code not in self.units:
            raise UnknownCode(f"no unit {code!r}; there are {', '.join(self.units)}")
        return self.units[code]

    def code_of(self, text: str) -> str:
        """Return the code of the unit that a code or a name means, empty where no unit has it."""
        return next((code for code, unit in self.units.items() if text.strip() in (code, unit.zh, unit.en)), "")

    def name_of(self, text: str) -> str:
        """Return the Chinese name of the unit that a code or a name means, the text itself where no unit has it."""
        code = self.code_of(text)
        return self.units[code].zh if code else text.strip()


@cache
def departments() -> Departments:
    """Return the departments that ship."""
    return Departments.model_validate(strict_yaml.read(FILE.read_text(encoding="utf-8")))


@cache
def units_for(executes: str, measure: str, kind: str = "enterprise") -> tuple[str, ...]:
    """Return the units that take a measure on a party of a kind.

    A voluntary body is told of enterprises alone: what is on record of a natural person is shared among authorities, and anybody
    else has it by an authorised query (山东省社会信用条例第20条).
    """
    known = departments()
    taking = tuple(code for code, unit in known.units.items() if unit.takes(executes, measure)) or (known.fallback,)
    return tuple(code for code in taking if kind != "person" or not known.units[code].voluntary)


def executes_of(finding: Finding, measure: str, catalogue: Catalogue) -> str:
    """Return who takes a measure of a finding, as its rule has it."""
    rule = catalogue.version(finding.rule, finding.rule_version)
    found = (m.executes for m in (rule.measures if rule else ()) if m.name.zh == measure)
    return next(found, "competent_authority")


def is_bound(unit: str, kind: str, executes: str) -> bool:
    """Say whether a unit must execute a measure."""
    return kind == "mandatory" and executes not in VOLUNTARY and not departments().unit(unit).voluntary


def action(last: str, code: str) -> Action:
    """Return what a unit must be told of a restriction that stands at `code`, `last` being what it was told before."""
    told = last in ("execute", "resume")
    if code in BINDING:
        return "" if told else ("resume" if last == "pause" else "execute")
    if code == "paused":
        return "pause" if told else ""
    return "stop" if told or last == "pause" else ""
