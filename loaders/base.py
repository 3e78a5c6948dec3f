"""What a load says about itself: issues that name row, column and reason, and counts a table.

Invariants (tests/unit/test_loaders_base.py holds one test a number)
1. The list of issues is capped, their number is not: a report of a bad file of a million rows stays small and says how bad it is.
2. A flag does not fail a load; a refusal or a signal does.
3. An issue never repeats a resident number, and shortens a long value.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from graph.delivered import Doubts, Place
from graph.errors import InputError
from graph.identifiers import check_resident_id, mask_resident_id
from graph.model import Operation

MAX_ISSUES: Final = 1_000
MAX_PLACES: Final = 10
"""Rows with a doubt of one kind that a delivery names."""
_SHOWN: Final = 60


class Level(StrEnum):
    """How much an issue weighs.

    ``flagged``: the record is kept, with a doubt. ``refused``: the record is kept out. ``signal``: nothing is wrong with a
    record, but the delivery is not what the mapping expects.
    """

    FLAGGED = "flagged"
    REFUSED = "refused"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is not as it should be; `row` counts as a person does in the file (the header is row 1)."""

    level: Level
    file: str
    row: int | None
    column: str | None
    reason: str
    value: str = ""

    def __str__(self) -> str:
        """Return the issue as one line."""
        place = ", ".join(part for part in (self.file, f"row {self.row}" if self.row else "", self.column or "") if part)
        return f"{self.level}: {place}: {self.reason}"


@dataclass(slots=True)
class Counts:
    """Rows of one table by what became of them, statements recorded, and statements whose row is no longer there.

    Every row is accepted, known or refused; a flagged one is one of the first two as well. An accepted row is new, changed (the
    world moved on) or corrected (it had been wrong). Of the statements that a snapshot no longer has, relationships are ended and
    the others noted; `vanished` counts both.
    """

    rows: int = 0
    accepted: int = 0
    new: int = 0
    changed: int = 0
    corrected: int = 0
    known: int = 0
    flagged: int = 0
    refused: int = 0
    recorded: int = 0
    vanished: int = 0
    ended: int = 0

    def accept(self, kind: Operation, rows: int = 1) -> None:
        """Count rows that were taken, as what they are to what was recorded before."""
        self.accepted += rows
        self.new += rows * (kind is Operation.NEW)
        self.changed += rows * (kind is Operation.CHANGE)
        self.corrected += rows * (kind is Operation.CORRECTION)


@dataclass(slots=True)
class Report:
    """Outcome of a load."""

    source: str
    dry_run: bool = False
    tables: dict[str, Counts] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Level, 0))
    doubts: dict[str, dict[str, Doubts]] = field(default_factory=dict)
    """Table -> code -> the rows with a doubt that no statement of theirs bears."""
    delivery: str | None = None
    """Id of the delivery that the load is, where it recorded anything."""

    @property
    def failed(self) -> bool:
        """Whether somebody has to look: something was refused, or the delivery is not what was expected."""
        return bool(self.totals[Level.REFUSED] or self.totals[Level.SIGNAL])

    @property
    def total_issues(self) -> int:
        """Number of issues, the ones beyond the cap included."""
        return sum(self.totals.values())

    def counts(self, table: str) -> Counts:
        """Return the counts of a table, new ones if it has none yet."""
        return self.tables.setdefault(table, Counts())

    def add(self, issue: Issue) -> None:
        """Take an issue up; beyond the cap it is only counted."""
        self.totals[issue.level] += 1
        if len(self.issues) < MAX_ISSUES:
            self.issues.append(issue)

    def note(
        self, level: Level, file: str, reason: str, *, row: int | None = None, column: str | None = None, value: str = ""
    ) -> None:
        """Take up an issue made of these parts, the value as it may be shown."""
        self.add(Issue(level, file, row, column, reason, shown(value)))

    def doubt(self, table: str, code: str, file: str, row: int) -> None:
        """Count a row with a doubt that no statement of it bears; the first are kept."""
        of_table = self.doubts.setdefault(table, {})
        before = of_table.get(code, Doubts(code, 0))
        place = () if len(before.places) >= MAX_PLACES else (Place(file, row),)
        of_table[code] = Doubts(code, before.count + 1, before.places + place)

    def refuse(self, file: str, error: InputError, row: int | None, value: str = "") -> None:
        """Take up an error that a record raised."""
        self.note(Level.REFUSED, file, error.reason, row=error.row or row, column=error.column, value=value)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values for JSON."""
        return {
            "source": self.source,
            "dry_run": self.dry_run,
            "delivery": self.delivery,
            "failed": self.failed,
            "tables": {name: asdict(counts) for name, counts in self.tables.items()},
            "issues": [asdict(issue) for issue in self.issues],
            "total_issues": self.total_issues,
            "totals": {str(level): count for level, count in self.totals.items()},
        }

    def as_text(self) -> str:
        """Return the report as lines for a terminal."""
        lines = [f"{self.source}{' (dry run, nothing recorded)' if self.dry_run else ''}"]
        for name, c in self.tables.items():
            gone = f", {c.vanished} vanished ({c.ended} of them ended)" if c.vanished else ""
            lines.append(
                f"  {name}: {c.rows} rows: {c.accepted} accepted ({c.new} new, {c.changed} changed, {c.corrected} corrected), "
                f"{c.known} known, {c.flagged} flagged, {c.refused} refused; {c.recorded} statements recorded{gone}"
            )
        lines += [f"  {issue}" for issue in self.issues]
        if self.total_issues > len(self.issues):
            lines.append(f"  … and {self.total_issues - len(self.issues)} more issues")
        return "\n".join(lines)


def shown(value: str) -> str:
    """Return a value as a report may show it: shortened, and masked if it is a resident number."""
    if check_resident_id(value).ok:
        return mask_resident_id(value)
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
