"""What must be done until when: the deadlines that run on the cases of a store.

Invariants (tests/unit/test_api_dues.py holds one test a number)
1. A deadline that one event about a decision began stands once, not once for each finding that rests on it.
2. Only events with effect begin a deadline; of what is over only that runs which its end began, or which can still be answered:
   an objection that was open at the end of the term, and the days of the party to apply for review or to sue.
3. Only what may be published is due to be published.
4. A decision has the deadlines of its publication and of what happens to it, also where no finding rests on it or nobody confirmed
   one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from analytics.lifecycle.deadlines import Due, running
from analytics.lifecycle.ground import Dated, Ground, Life
from analytics.lifecycle.masking import leaving
from analytics.lifecycle.table import Note
from analytics.lifecycle.workdays import WorkCalendar
from analytics.responsibility.catalogue import RESPONDENT
from api.locales import Texts
from api.use_cases.cases import Cases
from api.use_cases.effects import judged_truly
from api.use_cases.passing import is_passed_on
from graph.model import Decision, Finding, Outcome, appearance_parts
from graph.snapshot import Snapshot

COLUMNS = ("due", "state", "deadline", "title", "about", "party.name", "party.id", "who", "began", "basis", "evidence")


@dataclass(frozen=True, slots=True)
class Alone:
    """A decision itself, as what a deadline concerns; its `id` is empty, as that of no finding."""

    decision: str
    company: str
    party_kind: str
    id: str = ""

    @property
    def party(self) -> str:
        """Whom the decision is against."""
        return self.company


Concerned = Finding | Alone


def dues(cases: Cases, calendar: WorkCalendar, today: date, *, publication: Collection[str] = ()) -> list[tuple[Due, Concerned]]:
    """Return the deadlines that run or ran, the most urgent first, each with a finding (or a decision alone) that it concerns.

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
    known: dict[tuple[str, str, str, date], tuple[Due, Concerned]] = {}
    dated_by: set[str] = set()
    about = cases.happened.about()
    for finding in sorted(cases.findings.values(), key=lambda finding: (finding.role != RESPONDENT, finding.id)):
        decision = cases.decisions.get(finding.decision)
        if finding.outcome is not Outcome.ESTABLISHED:
            continue
        lives = cases.lives_of(finding.id, today) if about else []
        given = _with_effect(cases, finding, lives, today)
        dated = (decision.id, decision.date.day) if decision and decision.id in publication and decision.date.day else None
        if not given and dated is None:
            continue
        dated_by |= {finding.decision} if dated else set()
        authority, kind, region = (decision.authority, decision.kind, decision.region or "") if decision else ("", "", "")
        voided = _voided(life for _, life in lives)
        runs = running(
            given,
            finding.rule,
            authority,
            calendar,
            today,
            dated,
            kind=kind,
            party=finding.party_kind,
            region=region,
            voided=voided,
        )
        for due in runs:
            if due.state in ("done", "done_late") or not _fallen_away(cases, due, [life for _, life in lives]):
                known.setdefault((due.deadline.id, due.about, due.started_by, due.began), (due, finding))
    for each in sorted({*about, *publication}):
        if each in cases.decisions:
            published = each in publication and each not in dated_by
            for due, alone in _alone(cases, calendar, today, cases.decisions[each], published=published):
                known.setdefault((due.deadline.id, due.about, due.started_by, due.began), (due, alone))
    return sorted(known.values(), key=lambda pair: (pair[0].day or date.max, pair[0].deadline.id, pair[0].about, pair[0].began))


def _alone(
    cases: Cases, calendar: WorkCalendar, today: date, decision: Decision, *, published: bool
) -> Iterator[tuple[Due, Alone]]:
    """Yield the deadlines of a decision itself, whatever rests on it."""
    life, ground = cases.decision_life(decision.id, today), cases.bare(decision.id)
    effective = {item.id for item in life.judged if not item.reason}
    given = [i for i in cases.happened.of(ground) if _counts(cases, i, effective)]
    dated = (decision.id, decision.date.day) if published and decision.date.day else None
    kind = "person" if appearance_parts(decision.respondent.entity) else "enterprise"
    whom = Alone(decision.id, decision.respondent.entity, kind)
    voided = _voided([life])
    for due in running(
        given,
        ground.rule,
        decision.authority,
        calendar,
        today,
        dated,
        kind=decision.kind,
        party=kind,
        region=decision.region or "",
        voided=voided,
    ):
        if due.state in ("done", "done_late") or not _fallen_away(cases, due, [life]):
            yield due, whom


def _fallen_away(cases: Cases, due: Due, lives: Sequence[Life]) -> bool:
    """Say whether a deadline runs no more: all that it is about is over, and what would answer it has no effect there."""
    about = [life for life in lives if any(item.id == due.started_by and not item.reason for item in life.judged)]
    rules = [cases.table.event(kind) for kind in due.deadline.until]
    if not about or not all(cases.table.stages[life.stage].ended for life in about):
        return False
    return not any(isinstance(rule, Note) or life.stage in rule.starts for rule in rules for life in about)


def party_of(due: Due, finding: Concerned) -> str:
    """Return whom a deadline concerns: of one about the decision itself the enterprise that it is against."""
    return finding.company if due.about == finding.decision else finding.party


def _voided(lives: Iterable[Life]) -> list[tuple[Dated, date]]:
    """Return the events that had effect until they were held void, each with the day of the ruling."""
    found: dict[str, tuple[Dated, date]] = {}
    for life in lives:
        rulings = {item.event.refers: item.event.on.earliest for item in life.happened("held_void")}
        found |= {item.id: (Dated(item.id, item.event), rulings[item.id]) for item in life.judged if item.stood}
    return list(found.values())


def _with_effect(cases: Cases, finding: Finding, lives: Sequence[tuple[Ground, Life]], today: date) -> list[Dated]:
    """Return the events that have effect on a finding, those on its restrictions and the records beside them included."""
    grounds = cases.grounds(finding.id) if lives else []
    effective = {item.id for _, life in lives for item in life.judged if not item.reason}
    for (ground, life), (_, restriction) in zip(lives, grounds, strict=True):
        if any(item.reason and item.event.about == restriction for item in life.judged):
            told = judged_truly(cases, ground, restriction, today)  # one about the decision stands with that
            effective |= {item.id for item in told if not item.reason and item.event.about == restriction}
    every = {item.id: item for ground, restriction in grounds for item in cases.happened.of(ground, restriction)}
    return [item for item in every.values() if _counts(cases, item, effective)]


def _counts(cases: Cases, item: Dated, effective: Collection[str]) -> bool:
    """Say whether something that happened begins or ends a deadline; an objection to what it rests on is answered there."""
    if item.event.kind in cases.table.records:
        return True
    rule = cases.table.events[item.event.kind]
    return item.id in effective and not (is_passed_on(item) and (rule.opens or rule.closes))


def due_json(near: Snapshot, due: Due, finding: Concerned, today: date, words: Texts) -> dict[str, Any]:
    """Return a deadline as plain values; the graph knows the name of whom it concerns."""
    item, node = due.deadline, party_of(due, finding)
    document = {
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
        "finding": finding.id or None,
    }
    out: dict[str, Any] = leaving(document)
    return out
