"""What else stands on the party of a finding: under other clauses of its decision, and under other decisions on record here.

Invariants (tests/unit/test_api_beside.py holds one test a number)
1. Whoever is ruled to be one person counts as one; a namesake's findings are nobody else's.
2. What is over, a lead or blocked is not told; what a decision itself imposes is, also where no rule of its day is known.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from analytics.responsibility.catalogue import Catalogue
from api.locales import Texts
from api.use_cases.case_reading import cases_around
from api.use_cases.describing import number_of
from api.use_cases.explaining import footing_of
from api.use_cases.findings import findings_on
from api.use_cases.records import around
from graph.model import Finding
from graph.snapshot import Snapshot
from graph.snapshot.then import on_day
from graph.store.base import Store

_NOTHING = frozenset({"over", "lead", "lead_over", "blocked"})
"""Footings of what does not stand and is not proposed."""


def beside(
    store: Store, snapshot: Snapshot, catalogue: Catalogue, finding: Finding, words: Texts, day: date
) -> list[dict[str, Any]]:
    """Return what else stands on the party of a finding on a day: first under its decision, then under others.

    Parameters
    ----------
    store, snapshot, catalogue, words
        See `api.use_cases.explaining.explain`.
    finding : Finding
        What is not told again.
    day : date
        The day of the status; what was decided later is not known yet.
    """
    wide = on_day(around(store, [finding.party, finding.decision], snapshot.version)[1], day)
    members = wide.identity.members(finding.party)
    found = [each for each in findings_on(wide, catalogue, members, [finding.decision]) if each.id != finding.id]
    cases = cases_around(store, wide, catalogue, found)
    stands = [(each, footing_of(wide, cases, each, day)) for each in found]
    told = [_told(wide, catalogue, finding, each, footing, words) for each, footing in stands if footing not in _NOTHING]
    return sorted(told, key=lambda item: (not item["same_decision"], item["decision"], item["text"], item["finding"]))


def _told(snapshot: Snapshot, catalogue: Catalogue, finding: Finding, other: Finding, footing: str, words: Texts) -> dict[str, Any]:
    known, same = catalogue.version_or_last(other.rule, other.rule_version), other.decision == finding.decision
    number = number_of(other.decision, snapshot)
    return {
        "finding": other.id,
        "decision": other.decision,
        "same_decision": same,
        "text": words.say(
            "letter.beside.same" if same else "letter.beside.other",
            rule=known.title.zh if known else other.rule,
            number=words.say("letter.no_number") if number == other.decision else number,
            stands=words.label("letter_stands", footing),
        ),
    }
