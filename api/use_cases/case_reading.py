"""The cases of a store, read: all of them, or those of some parties, findings or decisions with what these depend on.

The invariants are those of `api.use_cases.cases`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from analytics.lifecycle.repair import ASKED
from analytics.lifecycle.restrictions import restriction_id
from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.propagation import propagate as derive
from api.use_cases.barring import with_bars
from api.use_cases.cases import Cases
from api.use_cases.former import decisions_of, events_of, findings_of, former_of, principals_gone
from api.use_cases.passing import Links, read_links
from api.use_cases.resting import courses_of
from api.use_cases.succeeding import doubted, in_doubt, lost, predecessors, successions
from api.use_cases.withdrawn import last_wording
from graph.model import Finding
from graph.snapshot import Snapshot
from graph.snapshot.scope import snapshot_about
from graph.snapshot.then import on_day
from graph.store.base import Store


def read_cases(store: Store, catalogue: Catalogue, known_at: int | None = None) -> Cases:
    """Read all cases of a store.

    Parameters
    ----------
    store : Store
        Where the findings and events are.
    catalogue : Catalogue
        The rules.
    known_at : int, optional
        The version, the latest by default.
    """
    findings, events = findings_of(store, known_at), events_of(store, known_at)
    courses = courses_of(store, findings, events, catalogue, known_at)
    former = former_of(store, findings, events, catalogue, known_at, courses)
    decisions, links = decisions_of(store, known_at), read_links(store, known_at)
    gone = {each: old for each, old in former.items() if each not in findings}
    gone |= predecessors(store, findings.values() if lost(events, former | findings) else in_doubt(findings), known_at)
    cases = _followed(Cases(findings, former, events, catalogue, decisions, links, courses=courses), gone)
    return with_bars(store, cases, known_at, _cases_of_decisions, decisions.values())


def _followed(cases: Cases, gone: Mapping[str, Finding]) -> Cases:
    """Return cases of what is current with what was before it, and which of that is derived no more and followed by what."""
    pairs = successions(cases.findings.values(), gone.values()) if gone else ()
    doubtful = doubted(pairs)
    former = {**doubtful, **cases.former}
    return replace(cases, findings={**former, **cases.findings}, former=former, successions=pairs, doubted=frozenset(doubtful))


def cases_about(store: Store, catalogue: Catalogue, parties: Iterable[str], gone: Collection[str] = ()) -> Cases:
    """Read the cases of some parties (enterprises, with the people who appear there), and what these depend on.

    What bars a repair is read only where one was asked for: nothing else of how they stand depends on it. `gone` are findings that
    were withdrawn, to be told of too.
    """
    own = findings_of(store, None, parties)
    findings = own | (findings_of(store, None, {finding.decision for finding in own.values()}) if own else {})
    cases = _cases_of(store, findings, catalogue, None, gone=gone)
    asked = any(item.event.kind in ASKED for item in cases.events)
    return with_bars(store, cases, None, _cases_of_decisions) if asked else cases


def cases_around(
    store: Store, snapshot: Snapshot, catalogue: Catalogue, findings: Iterable[Finding], gone: Collection[str] = ()
) -> Cases:
    """Return the cases of some findings and of all others of their decisions, as known at the version of the graph.

    Parameters
    ----------
    store : Store
        Where the events are.
    snapshot : Snapshot
        The graph; what it lacks of these decisions is read.
    catalogue : Catalogue
        The rules of that version.
    findings : iterable of Finding
        Those that are wanted.
    gone : collection of str
        Findings that were withdrawn, to be told of too.
    """
    own = {finding.id: finding for finding in findings}
    decisions = {finding.decision for finding in own.values()}
    if not decisions <= {fact.value.id for fact in snapshot.decisions()}:
        snapshot = on_day(snapshot_about(store, decisions, snapshot.version), snapshot.day)
    known = {fact.value.id for fact in snapshot.decisions()}
    around = {each.id: each for decision in sorted(decisions & known) for each in derive(snapshot, decision, catalogue)}
    return cases_of(store, around | own, catalogue, snapshot.version, gone)


def graph_of(store: Store, cases: Cases) -> Snapshot:
    """Return the graph about every decision, and about whom the cases reach."""
    reached = {each for finding in cases.findings.values() for each in (finding.decision, finding.company, finding.party)}
    return snapshot_about(store, reached | cases.decisions.keys())


def cases_of(
    store: Store, findings: Mapping[str, Finding], catalogue: Catalogue, known_at: int | None, gone: Collection[str] = ()
) -> Cases:
    """Return the cases of findings that are known already, with what happened to these and to nothing else."""
    return with_bars(store, _cases_of(store, findings, catalogue, known_at, gone=gone), known_at, _cases_of_decisions)


def _cases_of(
    store: Store,
    findings: Mapping[str, Finding],
    catalogue: Catalogue,
    known_at: int | None,
    links: Links | None = None,
    gone: Collection[str] = (),
) -> Cases:
    last = [each[0] for each in (last_wording(store, one, known_at) for one in sorted(gone)) if each]
    if not findings and not last:
        return Cases(findings, {}, (), catalogue, {})
    before = predecessors(store, findings.values(), known_at)
    away = principals_gone(store, findings, catalogue, known_at) | before.keys() | set(gone)
    wanted, ids = findings.keys() | away, _happens_about([*findings.values(), *before.values(), *last]) | away
    rested = {finding.decision for finding in (*findings.values(), *last)}
    links = read_links(store, known_at, rested) if links is None else links
    ids |= {base for decision in rested for base in links.bases.get(decision, ())}
    events = events_of(store, known_at, ids)
    courses = courses_of(store, findings, events, catalogue, known_at)
    known = former_of(store, findings, events, catalogue, known_at, courses)
    former = {about: finding for about, finding in known.items() if about in wanted}
    if more := _happens_about(former.values()) - ids:
        events = events_of(store, known_at, ids | more)
    decisions = decisions_of(store, known_at, rested)
    return _followed(Cases(findings, former, events, catalogue, decisions, links, courses=courses), before)


def cases_of_decisions(store: Store, decisions: Iterable[str], catalogue: Catalogue, known_at: int | None) -> Cases:
    """Return the cases of all that rests on some decisions, and what happened to those on which nothing does."""
    return with_bars(store, _cases_of_decisions(store, decisions, catalogue, known_at), known_at, _cases_of_decisions)


def _cases_of_decisions(store: Store, decisions: Iterable[str], catalogue: Catalogue, known_at: int | None) -> Cases:
    asked = set(decisions)
    links = read_links(store, known_at, asked)
    asked |= {each for decision in asked for each in links.resting.get(decision, ())}
    found = {each: finding for each, finding in findings_of(store, known_at, asked).items() if finding.decision in asked}
    cases = _cases_of(store, found, catalogue, known_at, links)
    if not (alone := asked - {finding.decision for finding in found.values()}):
        return cases
    above = {base for decision in asked for base in links.bases.get(decision, ())}
    more = events_of(store, known_at, alone | above)
    events = tuple({item.id: item for item in (*cases.events, *more)}.values())
    return replace(cases, events=events, decisions={**cases.decisions, **decisions_of(store, known_at, alone)}, links=links)


def _happens_about(findings: Iterable[Finding]) -> set[str]:
    """Return what an event may be about that reaches one of these findings: itself, its decision, a restriction that it carries."""
    known = list(findings)
    ids = {each for finding in known for each in (finding.id, finding.decision)}
    return ids | {restriction_id(finding.party, measure.name_zh) for finding in known for measure in finding.measures}
