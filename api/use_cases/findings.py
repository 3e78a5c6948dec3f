"""Find findings: those of today as they are stored, those of a past version derived again.

Invariants (tests/unit/test_api_findings.py holds one test a number)
1. `known_at` is never read back: it is derived from the statements and the catalogue as known then.
2. What is imposed is in force from its first day to its last, both included; what is derived, once it was decided and served.
3. A term that was not read is null, and its status says so: begun, with an end that is not known.
4. As of a day a finding is what follows without the decisions that certainly came later (`graph.snapshot.then`), in every answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.propagation import propagate as derive
from api.use_cases import choosing
from api.use_cases.case_reading import cases_around, cases_of
from api.use_cases.cases import Cases
from api.use_cases.citing import unread
from api.use_cases.past import as_known
from api.use_cases.propagating import all_decisions, stored_findings
from api.use_cases.reading import catalogue_at, party_of, seeds_of
from api.use_cases.withdrawn import withdrawal
from graph.dates import UNKNOWN, PartialDate, Truth, not_after
from graph.errors import NotFound
from graph.model import Decision, DecisionLink, Fact, Finding, Recorded
from graph.snapshot import Holding, Snapshot
from graph.snapshot.scope import snapshot_about
from graph.snapshot.then import came_by, left_out, on_day, touched
from graph.store.base import Store


@dataclass(frozen=True, slots=True)
class Query:
    """Which findings are wanted; `known_at` is a version.

    `person` and `company` are ids or names, `company` also a number of the enterprise. `as_of` leaves out decisions that are
    certainly later, and is the day of the status.
    """

    decision: str | None = None
    person: str | None = None
    company: str | None = None
    outcome: str | None = None
    effect: str | None = None
    kind: str | None = None
    rule: str | None = None
    as_of: date | None = None
    known_at: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Findings, with the graph they are to be read on, what has happened to them, and the day of their status."""

    findings: tuple[Finding, ...]
    snapshot: Snapshot
    day: date
    cases: Cases

    def as_json(self) -> list[dict[str, Any]]:
        """Return the findings as plain values."""
        return [as_json(self.snapshot, finding, self.cases.standing(finding, self.day)) for finding in self.findings]


def find(store: Store, catalogue: Catalogue, query: Query, today: date, snapshot: Snapshot | None = None) -> Answer:
    """Return the findings that a query asks for, in the order of decision, company, party and rule.

    Parameters
    ----------
    store : Store
        What to search.
    catalogue : Catalogue
        The rules of today; a past version uses the one of its day.
    query : Query
        What is wanted.
    today : date
        The day of the status, where the query gives none.
    snapshot : Snapshot, optional
        The current graph about the decisions of every finding, if the caller has it already.

    Raises
    ------
    NotFound
        The decision, person or company of the query is not known.
    NoChoice
        There is no such rule.
    Refused
        Several bear the name.
    """
    past = as_known(store, query.known_at)
    seeds = {seed for text in (query.person, query.company) if text for seed in seeds_of(past, text)}
    if query.decision is not None:
        seeds.add(query.decision)
    if query.known_at is not None:
        near = graph = snapshot_about(past, seeds if query.decision else seeds | all_decisions(store, query.known_at))
        catalogue = catalogue_at(store, query.known_at, catalogue)
        known = list(_derived(on_day(near, query.as_of), catalogue, query.decision))
    else:
        near = snapshot_about(store, seeds)
        known = [fact.value for fact in stored_findings(store, None if query.decision is None else [query.decision])]
        if query.as_of is not None:
            known = _as_of(store, catalogue, known, query.as_of, query.decision)
    if query.rule is not None and query.rule not in {finding.rule for finding in known}:
        choosing.rule(query.rule, catalogue)
    people, company = _parties(near, query)
    wanted = [finding for finding in known if _is_wanted(finding, query, people, company)]
    if query.known_at is None:
        graph = snapshot or snapshot_about(store, seeds | {finding.decision for finding in wanted})
    dated = (finding for finding in wanted if dated_by(graph, finding.decision, query.as_of))
    order = sorted(dated, key=lambda f: (f.decision, f.company, f.party, f.rule, f.clause, f.id))
    decisions = {finding.decision for finding in order}
    around = {finding.id: finding for finding in known if finding.decision in decisions}
    cases = cases_of(store, around, catalogue, query.known_at)
    return Answer(tuple(order), on_day(graph, query.as_of), query.as_of or today, cases)


def _derived(snapshot: Snapshot, catalogue: Catalogue, decision: str | None) -> Iterator[Finding]:
    for each in [fact.value.id for fact in snapshot.decisions()]:
        if decision in (None, each):
            yield from derive(snapshot, each, catalogue)


def _as_of(store: Store, catalogue: Catalogue, known: Iterable[Finding], day: date, decision: str | None = None) -> list[Finding]:
    """Return findings with those derived again, as of a day, on whose decision a later one has told something."""
    links = [cast("Fact[DecisionLink]", recorded.fact) for recorded in store.facts(["link"])]
    ends = {end for link in links for end in (link.value.decision, link.value.other)}
    dates = {d.id: d.date for r in store.facts(["decision"], about=ends) if isinstance(d := r.fact.value, Decision)}
    again = touched(links, {each for each, made in dates.items() if not came_by(made, day)})
    again &= again if decision is None else {decision}
    if not again:
        return list(known)
    then = on_day(snapshot_about(store, again), day)
    derived = [f for fact in then.decisions() if fact.value.id in again for f in derive(then, fact.value.id, catalogue)]
    return [*(finding for finding in known if finding.decision not in again), *derived]


def _parties(snapshot: Snapshot, query: Query) -> tuple[set[str] | None, str | None]:
    """Return every node that is the person, and the company."""
    if query.decision is not None:
        snapshot.decision(query.decision)
    person = party_of(snapshot, query.person, kind="person", decision=query.decision) if query.person else None
    company = party_of(snapshot, query.company, kind="enterprise") if query.company else None
    return (set(snapshot.identity.members(person)) if person else None), company


def _is_wanted(finding: Finding, query: Query, people: set[str] | None, company: str | None) -> bool:
    exact = ((query.decision, finding.decision), (company, finding.company), (query.outcome, finding.outcome))
    coded = ((query.effect, finding.effect), (query.rule, finding.rule), (query.kind, finding.party_kind))
    if any(wanted is not None and wanted != given for wanted, given in (*exact, *coded)):
        return False
    return people is None or finding.party in people


def as_of(finding: Finding, snapshot: Snapshot, catalogue: Catalogue, day: date | None) -> tuple[Finding, Snapshot]:
    """Return a finding as it follows on a day, and the graph of the day.

    Raises
    ------
    NotFound
        Its decision certainly came after the day, or nothing follows without what came after.
    """
    see_that_it_came(snapshot, finding.decision, day)
    if day is None:
        return finding, snapshot
    then = on_day(snapshot, day)
    if not left_out(snapshot, day):
        return finding, then
    found = next((each for each in derive(then, finding.decision, catalogue) if each.id == finding.id), None)
    if found is None:
        raise NotFound(
            f"no finding {finding.id!r} as of {day}: it rests on what came later", zh=f"{day} 时没有编号为“{finding.id}”的认定"
        )
    return found, then


def find_one(
    store: Store, finding_id: str, catalogue: Catalogue | None = None, known_at: int | None = None, day: date | None = None
) -> Finding:
    """Return a finding by its id: a current one, or (with the catalogue of today) one of a past version, derived again.

    Where there is none, it may be one that follows as of a day, without what came later.

    Raises
    ------
    NotFound
        There is no such finding, or there was none at that version.
    """
    key = f"finding/zeren/{finding_id}"
    if known_at is None:
        found = store.get(key)
        if isinstance(found, Recorded) and isinstance(found.fact.value, Finding):
            return found.fact.value
        if catalogue is not None and day is not None and found is None:
            for finding in _as_of(store, catalogue, (), day):
                if finding.id == finding_id:
                    return finding
        raise _gone(store, finding_id, catalogue) or NotFound(f"no finding {finding_id!r}", zh=f"没有编号为“{finding_id}”的认定")
    assert catalogue is not None  # noqa: S101 - what is derived is derived with rules
    decisions = {each.fact.value.decision for each in store.history(key) if isinstance(each.fact.value, Finding)}
    wanted = decisions or all_decisions(store, known_at)
    graph = snapshot_about(store, wanted, known_at)
    rules = catalogue_at(store, known_at, catalogue)
    known = [fact.value.id for fact in graph.decisions() if fact.value.id in wanted]
    for finding in (each for view in (graph, on_day(graph, day)) for decision in known for each in _derived(view, rules, decision)):
        if finding.id == finding_id:
            return finding
    if gone := _gone(store, finding_id, catalogue, known_at):
        raise gone
    raise NotFound(f"no finding {finding_id!r} at version {known_at}", zh=f"版本 {known_at} 时没有编号为“{finding_id}”的认定")


def _gone(store: Store, finding: str, catalogue: Catalogue | None, known_at: int | None = None) -> NotFound | None:
    """Return that a finding was withdrawn and how to ask for it, None where it never was."""
    found = withdrawal(store, finding, catalogue, known_at) if catalogue else None
    return found.not_found() if found else None


def findings_on(snapshot: Snapshot, catalogue: Catalogue, nodes: Iterable[str], also: Iterable[str] = ()) -> list[Finding]:
    """Derive the findings on these nodes; see `decisions_on`; `also` are decisions to be asked whatever they say of them."""
    wanted = set(nodes)
    decisions = decisions_on(snapshot, wanted).union(also)
    known = [fact.value.id for fact in snapshot.decisions() if fact.value.id in decisions]
    return [finding for each in known for finding in derive(snapshot, each, catalogue) if finding.party in wanted]


def decisions_on(snapshot: Snapshot, nodes: Iterable[str]) -> set[str]:
    """Return the decisions against these nodes, that name them, or against where they hold something."""
    decisions: set[str] = set()
    for node in nodes:
        decisions |= {named.value.decision for named in snapshot.named_in(node)}
        for enterprise in {node, *(held.subject.id for held in snapshot.held(node))}:
            decisions |= {fact.value.id for fact in snapshot.decisions_against(enterprise)}
    return decisions


def dated_by(snapshot: Snapshot, decision_id: str, day: date | None) -> bool:
    """Say whether a decision is not certainly later than a day; every one is where no day is given."""
    if day is None:
        return True
    decision = decision_of(snapshot, decision_id)
    return not_after(decision.date if decision else UNKNOWN, PartialDate.on(day)) is not Truth.NO


def begun(held: Holding, day: date | None) -> bool:
    """Say whether a post had not certainly begun only after a day; every one had where no day is given."""
    return day is None or not_after(held.value.period.start, PartialDate.on(day)) is not Truth.NO


def decision_of(snapshot: Snapshot, decision: str) -> Decision | None:
    """Return a decision, None where it is not known (any more)."""
    try:
        return snapshot.decision(decision).value
    except NotFound:
        return None


def shown_date(day: PartialDate) -> str | None:
    """Return a date as text, None where it is not known."""
    return None if day == UNKNOWN else str(day)


def decision_json(snapshot: Snapshot, decision_id: str) -> dict[str, Any]:
    """Return the particulars of a decision that every answer shows."""
    decision = decision_of(snapshot, decision_id)
    if decision is None:
        return {"id": decision_id, "number": None, "kind": None, "date": None}
    return {"id": decision_id, "number": decision.number, "kind": decision.kind, "date": shown_date(decision.date)}


def see_that_it_came(snapshot: Snapshot, decision_id: str, day: date | None) -> None:
    """Refuse a decision that certainly came after a day; raises `NotFound`."""
    if not dated_by(snapshot, decision_id, day):
        raise NotFound(f"decision {decision_id} came after {day}", zh=f"决定 {decision_id} 在 {day} 之后才作出")


def finding_json(store: Store, snapshot: Snapshot, catalogue: Catalogue, finding: Finding, day: date) -> dict[str, Any]:
    """Return one finding with how it stands on a day, as plain values."""
    return as_json(snapshot, finding, cases_around(store, snapshot, catalogue, [finding]).standing(finding, day))


def as_json(snapshot: Snapshot, finding: Finding, status: str) -> dict[str, Any]:
    """Return a finding and how it stands (see `Cases.standing`) as plain values (the contract that scripts rely on)."""
    return {
        "id": finding.id,
        "outcome": finding.outcome.value,
        "origin": finding.origin,
        "effect": finding.effect,
        "status": status,
        "decision": decision_json(snapshot, finding.decision),
        "company": {"id": finding.company, "name": snapshot.label(finding.company)},
        "party": {"id": finding.party, "name": snapshot.label(finding.party), "kind": finding.party_kind},
        "role": finding.role,
        "rule": {"id": finding.rule, "version": finding.rule_version},
        "clause": finding.clause,
        "measures": [{"id": m.id, "name_zh": m.name_zh, "kind": m.kind, "category": m.category} for m in finding.measures],
        "basis": [{"instrument": basis.instrument, "article": basis.article} for basis in finding.basis],
        "from": finding.start.isoformat() if finding.start else None,
        "until": finding.until,
        "premises": [{"name": p.name, "state": p.state.value, "evidence": list(p.evidence)} for p in finding.premises],
        "path": list(finding.path),
        "unverified": [*finding.unverified, *unread(finding.basis)],
    }
