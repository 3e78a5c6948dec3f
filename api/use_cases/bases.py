"""What is said of a finding whose decision rests on several others, of which some are over or paused.

Invariants (tests/unit/test_api_several_bases.py)
1. It says so as long as another carries the decision: a human judges whether that is enough. Once none does, the decision is over
   itself.
"""

from __future__ import annotations

from datetime import date

from analytics.lifecycle.ground import code_of
from api.locales import Texts
from api.use_cases.cases import Cases


def lost_bases(cases: Cases, decision: str, day: date) -> dict[str, str]:
    """Return which of several decisions that one rests on are over or paused on a day, with how; empty once none carries it."""
    rows = dict(cases.links.several.get(decision, ()))
    stands = {}
    for base in rows.get(decision, ()):
        life = cases.decision_life(base, day)
        if life.paused or cases.table.stages[life.stage].ended:
            stands[base] = code_of(life, day, cases.table)
    return stands if len(stands) < len(rows.get(decision, ())) else {}


def lost_in_words(cases: Cases, decision: str, day: date, words: Texts) -> str:
    """Return the sentence that says so, empty where nothing is to be said."""
    lost = lost_bases(cases, decision, day)
    known = {each: fact.value.number for each, fact in cases.links.decisions.items()}
    named = [
        words.say("explain.lost_basis", number=known.get(each) or each, status=words.label("status", lost[each])) for each in lost
    ]
    return words.say("explain.other_basis", lost=words.words["list.clause"].join(named)) if named else ""
