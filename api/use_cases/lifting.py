"""What would lift a finding, with every statement that would have to change, for a program and in words.

Invariants (tests/unit/test_api_lifting.py holds one test a number)
1. Every change names its statement by the fact id, and shows it with source, file and row.
2. Nothing is recorded by asking.
3. Of what the decision would then still mean for the party, only what binds or may come to is told in words, by the title of its
   rule: what is blocked means nothing for him.
"""

from __future__ import annotations

from typing import Any

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.lifting import Change, Lifting, what_lifts
from api.locales import Texts
from api.use_cases.describing import evidence
from graph.model import Finding, Outcome
from graph.snapshot import Snapshot
from graph.snapshot.scope import snapshot_about
from graph.snapshot.then import on_day
from graph.store.base import Store


def lifts(store: Store, snapshot: Snapshot, catalogue: Catalogue, finding: Finding, words: Texts) -> dict[str, Any]:
    """Return the least sets of changes after which a finding is no longer derived.

    Parameters
    ----------
    store : Store
        Where the statements are; only those about the decision and the party are read.
    snapshot : Snapshot
        The graph that the finding was derived on, for its version and the names.
    catalogue : Catalogue
        The rules.
    finding : Finding
        What is to be lifted.
    words : Texts
        The language.
    """
    near = on_day(snapshot_about(store, [finding.decision, finding.party], snapshot.version), snapshot.day)
    found = what_lifts(near, finding, catalogue)
    return {
        "sets": [_set(store, snapshot, catalogue, lifting, words) for lifting in found.sets],
        "complete": found.complete,
    }


def _set(store: Store, snapshot: Snapshot, catalogue: Catalogue, lifting: Lifting, words: Texts) -> dict[str, Any]:
    return {
        "changes": [_change(store, snapshot, change, words) for change in lifting.changes],
        "leaves": lifting.leaves or None,
        "leaves_text": words.label("lift_leaves", lifting.leaves or "gone"),
        "others": [
            {"id": f.id, "rule": f.rule, "clause": f.clause, "effect": f.effect, "outcome": f.outcome.value} for f in lifting.others
        ],
        "others_text": _others_text(catalogue, lifting, words),
    }


def _others_text(catalogue: Catalogue, lifting: Lifting, words: Texts) -> list[str]:
    """Return what of the others binds or may come to, each title and outcome once."""
    told = [
        words.say("lift.other", rule=_title(catalogue, f, words), outcome=words.label("outcome", f.outcome))
        for f in lifting.others
        if f.outcome is not Outcome.BLOCKED
    ]
    return [*dict.fromkeys(told)]


def _title(catalogue: Catalogue, finding: Finding, words: Texts) -> str:
    rule = catalogue.version_or_last(finding.rule, finding.rule_version)
    if rule is None:
        return finding.rule
    return rule.title.zh if words.lang == "zh" else rule.title.en


def _change(store: Store, snapshot: Snapshot, change: Change, words: Texts) -> dict[str, Any]:
    return {
        "way": change.way,
        "label": words.label("lift_way", change.way),
        "fact": change.fact,
        "statement": evidence(store, snapshot, change.fact, words),
    }
