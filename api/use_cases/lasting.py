"""How long what a finding means lasts, in words.

Invariants (tests/unit/test_api_lasting.py holds one test a number)
1. A term that the law leaves open, and what is over at once, are told as such: only a term that had to be read is `not read`.
2. A day that is known is told, and a term that the decision states is no open one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from analytics.responsibility.catalogue import Catalogue
from api.locales import Texts
from graph.model import Finding, Imposed

_WITHOUT_DAY: Final = {"open": "explain.term_open", "none": "explain.term_at_once"}
"""Type of a term that has no last day of its own -> how that is said."""


def until_text(until: str | None, words: Texts) -> str:
    """Return a last day in words: a date, life, or that none is known."""
    return {None: words.say("date.none"), "life": words.say("date.life")}.get(until, str(until))


def lasts(catalogue: Catalogue, finding: Finding, imposed: Iterable[Imposed], start: str, until: str | None, words: Texts) -> str:
    """Return from when to when a finding has effect, in words.

    Parameters
    ----------
    catalogue : Catalogue
        The rules: the term of the clause says what it means that there is no last day.
    finding : Finding
        What lasts.
    imposed : iterable of Imposed
        What the decision itself imposes on the party.
    start : str
        The first day, in words.
    until : str, optional
        The last day, `life`, or None where there is none or none is known.
    words : Texts
        The language.
    """
    if until == "life":
        return words.say("explain.term_life", start=start)
    if until is not None:
        return words.say("explain.term", start=start, until=until_text(until, words))
    stated = any(item.term.known for item in imposed)
    return words.say("explain.term_not_read" if stated else _without_day(catalogue, finding), start=start)


def _without_day(catalogue: Catalogue, finding: Finding) -> str:
    rule = catalogue.version_or_last(finding.rule, finding.rule_version)
    clause = next((each for each in rule.clauses if each.id == finding.clause), None) if rule else None
    return _WITHOUT_DAY.get(rule.term_of(clause).type if rule and clause else "", "explain.term_not_read")
