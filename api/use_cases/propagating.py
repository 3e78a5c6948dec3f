"""Derive the findings and record what changed.

Invariants (tests/integration/test_propagating.py holds one test a number)
1. Propagating again without a change records nothing: the version stays where it is.
2. Incremental equals full: after any change, deriving only what was touched leaves the same findings as deriving everything.
3. A finding that is gone is retracted, with the reason.
4. Every answer can be derived again: the catalogue is recorded before the findings that were derived with it.
5. A dry run counts what the derivation would record, and records nothing, the rules and the mark neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.updates import Difference, difference, linked, touched_decisions
from analytics.responsibility.why_not import why_not
from api.use_cases.acting import Actor, record
from api.use_cases.deriving import OURS, Derived, derived_of, derived_on
from api.use_cases.reading import CATALOGUE
from api.use_cases.underived import MARK, Pending, pending
from graph.codec import make_fact
from graph.errors import NotFound
from graph.model import CatalogueVersion, Decision, Fact, Finding, Operation, Payload, Recorded
from graph.snapshot import Snapshot
from graph.snapshot.scope import snapshot_about
from graph.store.base import Store, Write
from graph.store.mentions import spoken_of
from graph.uncollected import uncollected


@dataclass(frozen=True, slots=True)
class Propagated:
    """What a derivation did: decisions looked at, their findings new, changed, withdrawn and untouched, and the version then."""

    decisions: int
    new: int
    changed: int
    withdrawn: int
    untouched: int
    version: int
    full: bool


@uncollected()
def propagate(
    store: Store,
    catalogue: Catalogue,
    actor: Actor,
    *,
    decision: str | None = None,
    full: bool = False,
    dry_run: bool = False,
) -> Propagated:
    """Derive what was touched since the last time and record the difference.

    Parameters
    ----------
    store : Store
        Where the statements are, and where the findings go.
    catalogue : Catalogue
        The rules.
    actor : Actor
        Who asks for it, and when.
    decision : str, optional
        Derive this decision alone; what else is pending stays so.
    full : bool
        Derive every decision, whatever was touched.
    dry_run : bool
        Derive and compare, and record nothing: the version stays where it is.

    Raises
    ------
    NotFound
        There is no such decision.
    """
    version = store.version()
    waiting = Pending(full=True) if full or decision else pending(store, catalogue)
    if not waiting:
        return Propagated(0, 0, 0, 0, len(stored_findings(store)), version, full=False)
    scope = None if waiting.full and decision is None else _scope(store, version, waiting, decision)
    standing = {fact.value.id: fact for fact in stored_findings(store, scope)}
    if scope is None:
        decisions = all_decisions(store, version)
        derived = derived_of(store, decisions, version, catalogue)
    else:
        snapshot = snapshot_about(store, scope, version)
        if decision is not None:
            snapshot.decision(decision)
        decisions = {fact.value.id for fact in snapshot.decisions()} & scope
        derived = derived_on(snapshot, sorted(decisions), catalogue)
    change = difference({key: fact.value for key, fact in standing.items()}, derived, scope)
    writes = _catalogue(store, catalogue) + _writes(change, standing, store, version, catalogue)
    mark = None if decision else _moved(store, version, catalogue)
    record(store, actor, f"propagate {decision or ''}".strip(), writes, mark, dry_run=dry_run)
    return Propagated(
        decisions=len(decisions),
        new=len(change.new),
        changed=len(change.changed),
        withdrawn=len(change.gone),
        untouched=change.untouched,
        version=store.version(),
        full=scope is None,
    )


def stored_findings(store: Store, decisions: Iterable[str] | None = None) -> list[Fact[Finding]]:
    """Return the findings that are current in the store, of these decisions or of all."""
    found = [cast("Fact[Finding]", recorded.fact) for recorded in store.facts(["finding"], about=decisions)]
    wanted = None if decisions is None else set(decisions)
    return found if wanted is None else [fact for fact in found if fact.value.decision in wanted]


def all_decisions(store: Store, version: int) -> set[str]:
    """Return the ids of all decisions known at a version."""
    return {fact.value.id for recorded in store.facts(["decision"], version) if isinstance((fact := recorded.fact).value, Decision)}


def _scope(store: Store, version: int, waiting: Pending, decision: str | None) -> set[str]:
    """Return the decisions to derive: the one, or those that the statements touch and all that are linked with them."""
    return {decision} if decision is not None else touched_by(store, version, waiting.wordings)


def touched_by(store: Store, version: int, wordings: Sequence[Payload]) -> set[str]:
    """Return the decisions that statements touch, old wordings and new ones, and all that are linked with them."""
    near = snapshot_about(store, {each for value in wordings for each in spoken_of(value)}, version)
    touched = touched_decisions(wordings, near)
    return linked(touched, snapshot_about(store, touched, version))


def _moved(store: Store, version: int, catalogue: Catalogue) -> tuple[str, str] | None:
    """Return the mark that says up to where everything is derived, None where it says so already."""
    value = f"{version}:{catalogue.hash}"
    return None if store.progress(MARK) == value else (MARK, value)


def _catalogue(store: Store, catalogue: Catalogue) -> list[Write]:
    fact = make_fact(CatalogueVersion(catalogue.hash, catalogue.text), CATALOGUE.rsplit("/", 1)[1], OURS)
    known = store.get(CATALOGUE)
    if isinstance(known, Recorded) and known.fact.id == fact.id:
        return []
    return [Write(fact, Operation.CORRECTION if known else Operation.NEW)]


def _writes(
    change: Difference[Derived], standing: dict[str, Fact[Finding]], store: Store, version: int, catalogue: Catalogue
) -> list[Write]:
    writes = [Write(each.fact) for each in change.new]
    writes += [Write(each.fact, Operation.CHANGE) for each in change.changed]
    if change.gone:
        snapshot = snapshot_about(store, {finding.decision for finding in change.gone}, version)
        writes += [
            Write(standing[finding.id], Operation.RETRACTION, _why_gone(finding, snapshot, catalogue)) for finding in change.gone
        ]
    return writes


def _why_gone(finding: Finding, snapshot: Snapshot, catalogue: Catalogue) -> str:
    try:
        return why_not(snapshot, finding.decision, finding.party, catalogue, finding.rule).reason
    except NotFound:
        return "decision_annulled"
