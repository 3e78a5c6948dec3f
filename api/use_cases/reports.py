"""Reports for supervision (items 13, 14, 26): the funnel from listing to executed, per department, county and period.

Invariants (tests/unit/test_api_reports.py holds one test a number)
1. The funnel only narrows: what was executed had been told, what was told had bound, what bound rests on a finding.
2. A voluntary body never counts as failing.
3. Counted is what falls into the period, both ends included; a report holds no name and no number of anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from analytics.lifecycle.departments import departments
from analytics.lifecycle.publication import leaving
from api.use_cases.cases import Cases
from graph.model import Decision
from graph.snapshot import Snapshot

COLUMNS = ("section", "key", "measure_of", "count")
_ANSWERS = {"correction": "corrected", "upheld": "upheld", "dismissal": "dismissed"}


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included."""

    start: date
    end: date

    def __contains__(self, day: object) -> bool:
        """Whether a day falls into it."""
        return isinstance(day, date) and self.start <= day <= self.end


def report(
    cases: Cases, snapshot: Snapshot, tasks: Iterable[Mapping[str, Any]], lookups: Iterable[Mapping[str, Any]], period: Period
) -> list[dict[str, Any]]:
    """Return the report as rows: section, key (a county, a department, a reason), what is counted, how many.

    Parameters
    ----------
    cases : Cases
        Findings, restrictions and events.
    snapshot : Snapshot
        The decisions.
    tasks : iterable of mapping
        See `api.use_cases.pushing.tasks`.
    lookups : iterable of mapping
        See `api.use_cases.checking.lookups`.
    period : Period
        Decisions, events, tasks and look-ups of these days.
    """
    told = [task for task in tasks if date.fromisoformat(task["told_on"]) in period]
    rows = [
        *_funnel(cases, snapshot, told, period),
        *_by_unit(told),
        *_objections(cases, period),
        *_lookups(lookups, period),
    ]
    out: list[dict[str, Any]] = leaving(rows)
    return out


def _rows(section: str, counts: Mapping[tuple[str, str], int]) -> Iterator[dict[str, Any]]:
    for (key, counted), count in sorted(counts.items()):
        yield {"section": section, "key": key, "measure_of": counted, "count": count}


def _funnel(cases: Cases, snapshot: Snapshot, told: list[Mapping[str, Any]], period: Period) -> Iterator[dict[str, Any]]:
    """Count by county: decisions, findings, restrictions, those that bound, those told, those executed."""
    decisions = {f.value.id: f.value for f in snapshot.decisions() if f.value.date.day in period}
    counts: Counter[tuple[str, str]] = Counter()
    for decision in decisions.values():
        counts[_county(decision), "1 decisions"] += 1
    for finding in cases.findings.values():
        if finding.decision in decisions:
            counts[_county(decisions[finding.decision]), "2 findings"] += 1
    known = {task["restriction"] for task in told}
    done = {task["restriction"] for task in told if task["executed"]}
    for restriction in cases.restrictions:
        resting = [decisions[ground.decision] for ground in restriction.grounds if ground.decision in decisions]
        if not resting:
            continue
        county, lives = _county(resting[0]), cases.status(restriction, period.end).lives.values()
        counts[county, "3 restrictions"] += 1
        bound = any(cases.table.stages[life.stage].binds or life.happened("service") for life in lives) or restriction.id in known
        counts[county, "4 bound"] += bound
        counts[county, "5 told"] += restriction.id in known
        counts[county, "6 executed"] += restriction.id in done
    yield from _rows("funnel", counts)


def _county(decision: Decision) -> str:
    return decision.region or "unknown"


def _by_unit(told: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    counts: Counter[tuple[str, str]] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    for task in told:
        voluntary = departments().unit(task["unit"]).voluntary
        counts[task["unit"], "tasks"] += 1
        counts[task["unit"], "asked only" if voluntary else task["state"]] += 1
        if task["state"] == "refused":
            reasons[task["unit"], str(task["reason"])] += 1
    yield from _rows("department", counts)
    yield from _rows("refusal", reasons)


def _objections(cases: Cases, period: Period) -> Iterator[dict[str, Any]]:
    """Count objections, their outcome and repairs."""
    effective = _effective(cases, period.end)
    answers = [item.event for item in cases.events if item.event.kind in _ANSWERS and item.id in effective]
    answered = {event.refers: _ANSWERS[event.kind] for event in answers}
    counts = Counter({("objections", outcome): 0 for outcome in ("filed", "open", *_ANSWERS.values())})
    counts.update({("repairs", kind): 0 for kind in cases.table.events if kind.startswith("repair")})
    for item in cases.events:
        if item.event.on.day not in period or item.id not in effective:
            continue
        if item.event.kind == "objection":
            counts["objections", "filed"] += 1
            counts["objections", answered.get(item.id, "open")] += 1
        elif ("repairs", item.event.kind) in counts:
            counts["repairs", item.event.kind] += 1
    yield from _rows("case", counts)


def _effective(cases: Cases, day: date) -> set[str]:
    """Return the events that have effect on anything on a day."""
    about = {item.event.about for item in cases.events}
    touched = (f.id for f in cases.findings.values() if {f.id, f.decision, *(r.id for r in cases.restrictions_on(f.id))} & about)
    lives = (life for finding in touched for _, life in cases.lives_of(finding, day))
    return {item.id for life in lives for item in life.judged if not item.reason}


def _lookups(lookups: Iterable[Mapping[str, Any]], period: Period) -> Iterator[dict[str, Any]]:
    counts = Counter((row["unit"], row["purpose"]) for row in lookups if date.fromisoformat(row["at"][:10]) in period)
    yield from _rows("lookup", counts)


def workbook(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a report as an Excel workbook, a sheet for each section."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets: dict[str, Any] = {}
    for row in rows:
        if row["section"] not in sheets:
            sheets[row["section"]] = book.create_sheet(row["section"])
            sheets[row["section"]].append(COLUMNS[1:])
        cells = [f"'{row[c]}" if str(row[c]).startswith(("=", "+", "-", "@")) else row[c] for c in COLUMNS[1:]]
        sheets[row["section"]].append(cells)
    if not sheets:
        book.create_sheet("empty")
    out = BytesIO()
    book.save(out)
    return out.getvalue()
