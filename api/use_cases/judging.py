"""How decisions and findings stand on the day of an export: by what other decisions do to them, and by what happened.

Invariants (tests/unit/test_api_judging.py holds one test a number)
1. The status of a finding is the one that `zeren findings` tells.
2. A decision says by which other, or by which document, it is void, over or in doubt, and on which day.
3. A decision by which nothing binds its respondent any more is over: as the last of what was imposed by it, or confirmed, ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from analytics.lifecycle.ground import Life, code_of, is_over
from analytics.lifecycle.table import Table
from analytics.responsibility.catalogue import RESPONDENT, Catalogue
from api.use_cases.case_reading import cases_of_decisions
from api.use_cases.cases import Cases
from api.use_cases.findings import decision_of
from graph.dates import UNKNOWN
from graph.export.standings import ANNULLED, ENDED, IN_DOUBT, PAUSED, REPLACED, STANDS, Judge, Judged, Stand
from graph.model import DecisionLink, Outcome
from graph.snapshot import Snapshot
from graph.snapshot.standing import ENDS
from graph.snapshot.then import on_day
from graph.store.base import Store


def judge_of(store: Store, version: int, catalogue: Catalogue, day: date, as_of: date | None) -> Judge:
    """Return what judges blocks of decisions.

    Parameters
    ----------
    store, version : Store, int
        Where the statements are, and as of which version.
    catalogue : Catalogue
        The rules of that version.
    day : date
        The day of the status.
    as_of : date, optional
        Leave out decisions that certainly came later than this day.
    """

    def judge(decisions: Sequence[str]) -> Judged:
        cases = cases_of_decisions(store, decisions, catalogue, version)
        linked = on_day(cases.links.graph, as_of)
        return Judged(
            {each: stand(linked, cases, each, day) for each in decisions},
            {finding.id: cases.standing(finding, day) for finding in cases.findings.values()},
        )

    return judge


def stand(snapshot: Snapshot, cases: Cases, decision: str, day: date) -> Stand:
    """Return how a decision stands on a day."""
    linked, life = snapshot.standing(decision), cases.decision_life(decision, day)
    if not linked.stands:
        return _by_link(snapshot, decision, linked.evidence, "")
    if linked.last is not None and linked.last < day:
        return _by_link(snapshot, decision, linked.evidence, str(linked.until))
    if cases.table.stages[life.stage].ended:
        return _by_event(life, day, cases.table)
    if (over := _by_findings(cases, decision, day)) is not None:
        return over
    if linked.doubts or linked.undated:
        return _made(snapshot, IN_DOUBT, next(_links(snapshot, decision, (*linked.doubts, *linked.undated)), None))
    return Stand(PAUSED if life.paused else STANDS)


def _by_link(snapshot: Snapshot, decision: str, evidence: Sequence[str], until: str) -> Stand:
    """Return how a decision stands that another made void, or whose last day (`until`) another made."""
    link = next((each for each in _links(snapshot, decision, evidence) if each.relation in ENDS), None)
    code = ENDED if until else REPLACED if link is not None and link.relation == "replaces" else ANNULLED
    return _made(snapshot, code, link, until)


def _made(snapshot: Snapshot, code: str, link: DecisionLink | None, on: str = "") -> Stand:
    """Return how a decision stands by the other one of a link: on a day, or on that of the other."""
    if link is None:
        return Stand(code, on=on)
    by = link.other if link.relation == "rests_on" else link.decision
    made = decision_of(snapshot, by)
    dated = str(made.date) if made is not None and made.date != UNKNOWN else ""
    return Stand(code, by, made.number if made is not None else "", on or dated)


def _links(snapshot: Snapshot, decision: str, evidence: Sequence[str]) -> Iterator[DecisionLink]:
    """Yield the links among the evidence on a decision, then those on what it rests on, over whatever number of decisions."""
    asked, waiting = {decision}, [decision]
    for each in waiting:
        grounds = [fact for fact in snapshot.links_from(each) if fact.value.relation == "rests_on"]
        yield from (fact.value for fact in (*snapshot.links_to(each), *grounds) if fact.id in evidence)
        waiting += [fact.value.other for fact in grounds if fact.value.other not in asked]
        asked.update(fact.value.other for fact in grounds)


def _by_event(life: Life, day: date, table: Table) -> Stand:
    """Return how something stands that an event ended, or its last day."""
    code = code_of(life, day, table)
    leads = {kind for kind, rule in table.events.items() if rule.to == life.stage}
    event = next((item.event for item in reversed(life.judged) if not item.reason and item.event.kind in leads), None)
    if event is not None:
        return Stand(code, number=event.number, on=str(event.on))
    return Stand(code, on=life.until if life.until not in (None, "life") and is_over(life.until, day) else "")


def _by_findings(cases: Cases, decision: str, day: date) -> Stand | None:
    """Return how a decision ended by the end of all that it did to its respondent; None where something binds, or nothing did."""
    own = (f for f in map(cases.finding, cases.resting(decision)) if f.role == RESPONDENT and f.effect == "restrict")
    lives = [pair for f in own if f.outcome is Outcome.ESTABLISHED for pair in cases.lives_of(f.id, day)]
    bound = [life for ground, life in lives if ground.imposed or life.happened("decision")]
    if not bound or not all(cases.table.stages[life.stage].ended or is_over(life.until, day) for life in bound):
        return None
    return max((_by_event(life, day, cases.table) for life in bound), key=lambda each: each.on)
