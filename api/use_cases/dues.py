"""What must be done until when: the deadlines that run on the cases of a store.

Invariants (tests/unit/test_api_dues.py holds one test a number)
1. A deadline that one event about a decision began stands once, not once for each finding that rests on it.
2. Only events with effect begin a deadline; of what is over only that runs which its end began.
3. Only what may be published is due to be published.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from analytics.lifecycle.deadlines import Due, running
from analytics.lifecycle.ground import Dated
from analytics.lifecycle.workdays import WorkCalendar
from analytics.responsibility.catalogue import RESPONDENT
from api.locales import Texts
from api.use_cases.cases import Cases
from graph.model import Finding, Outcome
from graph.snapshot import Snapshot

COLUMNS = ("due", "state", "deadline", "title", "about", "party.name", "party.id", "who", "began", "basis", "evidence")


def dues(cases: Cases, calendar: WorkCalendar, today: date, *, publication: Collection[str] = ()) -> list[tuple[Due, Finding]]:
    """Return the deadlines that run or ran, the most urgent first, each with a finding that it concerns.

    Parameters
    ----------
    cases : Cases
        The cases.
    calendar : WorkCalendar
        The working days.
    today : date
        The day that says what is overdue.
    publication : collection of str
        Decisions that may be published: also those that run from their dates.
    """
    known: dict[tuple[str, str, str], tuple[Due, Finding]] = {}
    about = {item.event.about for item in cases.events}
    for finding in sorted(cases.findings.values(), key=lambda finding: (finding.role != RESPONDENT, finding.id)):
        decision = cases.decisions.get(finding.decision)
        if finding.outcome is not Outcome.ESTABLISHED:
            continue
        given = _with_effect(cases, finding, today) if about else []
        dated = (decision.id, decision.date.day) if decision and decision.id in publication and decision.date.day else None
        if not given and dated is None:
            continue
        authority = decision.authority if decision else ""
        over = bool(given) and all(cases.table.stages[life.stage].ended for _, life in cases.lives_of(finding.id, today))
        kind = decision.kind if decision else ""
        for due in running(given, finding.rule, authority, calendar, today, dated, kind=kind, party=finding.party_kind):
            if not (over and due.state not in ("done", "done_late") and due.deadline.starts in _BEFORE_THE_END):
                known.setdefault((due.deadline.id, due.about, due.started_by), (due, finding))
    return sorted(known.values(), key=lambda pair: (pair[0].day or date.max, pair[0].deadline.id, pair[0].about))


_BEFORE_THE_END: Final = frozenset({"notice", "statement", "service", "objection", "review_filed", "repair_application"})
"""What begins deadlines that fall away with the measure."""


def party_of(due: Due, finding: Finding) -> str:
    """Return whom a deadline concerns: of one about the decision itself the enterprise that it is against."""
    return finding.company if due.about == finding.decision else finding.party


def _with_effect(cases: Cases, finding: Finding, today: date) -> list[Dated]:
    """Return the events that have effect on a finding, those on its restrictions and the records beside them included."""
    grounds = cases.grounds(finding.id)
    effective = {item.id for _, life in cases.lives_of(finding.id, today) for item in life.judged if not item.reason}
    every = {item.id: item for ground, restriction in grounds for item in cases.happened.of(ground, restriction)}
    return [item for item in every.values() if item.id in effective or item.event.kind in cases.table.records]


def due_json(near: Snapshot, due: Due, finding: Finding, today: date, words: Texts) -> dict[str, Any]:
    """Return a deadline as plain values; the graph knows the name of whom it concerns."""
    item, node = due.deadline, party_of(due, finding)
    return {
        "deadline": item.id,
        "title": words.pick(item.title),
        "state": due.state,
        "due": due.day.isoformat() if due.day else None,
        "days_left": (due.day - today).days if due.day and due.state == "open" else None,
        "about": due.about,
        "party": {"id": node, "name": near.label(node), "kind": finding.party_kind if node == finding.party else "enterprise"},
        "who": item.who,
        "began": due.began.isoformat(),
        "basis": item.basis,
        "evidence": {"V": "verbatim", "S": "secondary", "M": "memory"}[item.evidence],
        "ended_by": due.ended_by or None,
        "finding": finding.id,
    }
