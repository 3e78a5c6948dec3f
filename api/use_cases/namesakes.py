"""Whether somebody of the same name is restricted elsewhere: said of a name, and nothing about who it is.

Same name is not same person: what is known here decides nothing about the person at the counter. That there is something to be told
apart is said, so that a human looks, and nobody's record is shown.

Invariants (tests/unit/test_api_namesakes.py holds one test a number)
1. Whoever is certainly the one that was asked about is no namesake of his own.
2. Only what binds on the day and matters for the purpose counts.
3. Where more bear the name than are looked at, it counts as if one of them were restricted.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

from analytics.lifecycle.purposes import matters
from analytics.lifecycle.restrictions import BINDING
from analytics.responsibility.catalogue import Catalogue
from api.use_cases.case_reading import cases_about
from graph.model import Finding, appearance_parts
from graph.names import normalise_name
from graph.store.base import Store
from graph.store.mentions import base_of

MOST: Final = 5_000
"""Bearers of a name that are looked at."""


def restricted_elsewhere(
    store: Store, catalogue: Catalogue, name: str, own: Collection[str], purpose: str, day: date, most: int = MOST
) -> bool:
    """Say whether anybody else of a name is restricted on a day by what matters for a purpose.

    Parameters
    ----------
    store : Store
        Where the statements are.
    catalogue : Catalogue
        The rules.
    name : str
        The name.
    own : collection of str
        Where the person who is asked about appears.
    purpose : str
        For what it is asked.
    day : date
        The day of the status.
    most : int
        Bearers of the name that are looked at.
    """
    wanted = normalise_name(name)
    bearers = set(store.called(name, most))
    if len(bearers) >= most:
        return True
    places = {base_of(bearer) for bearer in bearers}
    read = (recorded.fact.value for recorded in store.facts(["finding"], about=places)) if places else ()
    parties = {found.party for found in read if isinstance(found, Finding) and found.effect == "restrict"}
    others = {party for party in parties - set(own) if party in bearers or _name_of(party) == wanted}
    if not others:
        return False
    cases = cases_about(store, catalogue, {base_of(other) for other in others})
    return any(
        cases.status(restriction, day).code in BINDING
        for restriction in cases.restrictions
        if restriction.party in others and matters(restriction.measure.name_zh, purpose)
    )


def _name_of(party: str) -> str:
    parts = appearance_parts(party)
    return normalise_name(parts[1]) if parts else ""
