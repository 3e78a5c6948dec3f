"""Whether somebody of the same name is restricted: said of a name, and nothing about who it is.

Same name is not same person: what is known here decides nothing about the person at the counter. That there is something to be told
apart is said, so that a human looks, and nobody's record is shown.

Invariants (tests/unit/test_api_namesakes.py holds one test a number)
1. Whoever is certainly the one that was asked about is no namesake of his own.
2. Only what binds on the day and matters for the purpose counts; what would bind but for the doubt whom of several of the name it
   means counts for each of them.
3. Where more bear the name than are looked at, it counts as if one of them were restricted.
4. Every name that somebody bears or bore is looked for, and whoever bears or bore it.
5. It is said whether that is at the enterprise that was asked about, or elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Final, Literal

from analytics.lifecycle.ground import IDENTITY, code_of
from analytics.lifecycle.purposes import matters
from analytics.lifecycle.restrictions import BINDING
from analytics.responsibility.catalogue import Catalogue
from api.use_cases.case_reading import cases_about
from api.use_cases.cases import Cases
from graph.model import Finding, Outcome, PremiseState, appearance_name, node_parts
from graph.names import normalise_name
from graph.store.base import Store
from graph.store.mentions import base_of

MOST: Final = 5_000
"""Bearers of a name that are looked at."""
Where = Literal["here", "elsewhere"]


def restricted_namesakes(
    store: Store,
    catalogue: Catalogue,
    names: Iterable[str],
    own: Collection[str],
    at: str,
    purpose: str,
    day: date,
    most: int = MOST,
) -> frozenset[Where]:
    """Say where anybody else of some names is restricted on a day by what matters for a purpose, or may be.

    Parameters
    ----------
    store : Store
        Where the statements are.
    catalogue : Catalogue
        The rules.
    names : iterable of str
        The names of one person.
    own : collection of str
        Where the person who is asked about appears.
    at : str
        The enterprise that was asked about.
    purpose : str
        For what it is asked.
    day : date
        The day of the status.
    most : int
        Bearers of a name that are looked at.
    """
    wanted = {normalise_name(name) for name in names}
    bearers: set[str] = set()
    for name in sorted(wanted):
        found = store.called(name, most)
        if len(found) >= most:
            return frozenset(("elsewhere",))
        bearers.update(found)
    places = {base_of(bearer) for bearer in bearers}
    read = (recorded.fact.value for recorded in store.facts(["finding"], about=places)) if places else ()
    parties = {found.party for found in read if isinstance(found, Finding) and found.effect == "restrict"}
    others = {party for party in parties - set(own) if _bears(party, bearers, wanted)}
    if not others:
        return frozenset()
    cases = cases_about(store, catalogue, {base_of(other) for other in others})
    bound = _bound(cases, purpose, day) | _doubtful(cases, purpose, day)
    return frozenset(
        "here" if base_of(party) == at else "elsewhere" for party in bound if _bears(party, bearers, wanted) and party not in own
    )


def _bears(party: str, bearers: Collection[str], wanted: Collection[str]) -> bool:
    return node_parts(party)[0] in bearers or normalise_name(appearance_name(party)) in wanted


def _bound(cases: Cases, purpose: str, day: date) -> set[str]:
    """Return whom a measure binds on a day, or is paused alone because it is doubtful whom it means."""
    found = set()
    for restriction in cases.restrictions:
        if matters(restriction.measure.name_zh, purpose):
            stands = cases.status(restriction, day)
            if stands.code in BINDING or (stands.code == "paused" and IDENTITY in stands.lives[stands.ground].paused):
                found.add(restriction.party)
    return found


def _doubtful(cases: Cases, purpose: str, day: date) -> set[str]:
    """Return whom a measure that a decision imposed would bind on a day, were it known that he is meant."""
    found = set()
    for finding in cases.findings.values():
        if _only_in_doubt(finding) and any(matters(measure.name_zh, purpose) for measure in finding.measures):
            for ground, restriction in cases.grounds(finding.id):
                life = cases.life(replace(ground, imposed=True, proved=True), day, restriction)
                found |= {finding.party} if code_of(life, day, cases.table) in BINDING else set()
    return found


def _only_in_doubt(finding: Finding) -> bool:
    """Say whether a finding on what a decision imposed is blocked for the sole reason that it is not known whom it means."""
    wanting = {premise.name for premise in finding.premises if premise.state is not PremiseState.PROVED}
    imposed = any(premise.reason == "imposed_by_decision" for premise in finding.premises)
    return imposed and finding.outcome is Outcome.BLOCKED and finding.effect == "restrict" and wanting == {IDENTITY}
