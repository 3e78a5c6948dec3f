"""What was compared for a premise, in words: codes, places and nodes by their names, periods as periods, documents by number.

Invariants (tests/unit/test_api_comparing.py holds one test a number)
1. A rule that was not in force is told with the days on which it is, version by version, and the days that were asked about.
2. A decision that states something is named by its number, by its id only where it has none.
3. A territory is told by its name, by its code only where it has none here; what is not stated is not known, and no date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.why_not import Reason
from api.locales import Texts
from api.use_cases.citing import with_mark
from api.use_cases.describing import number_of
from api.use_cases.rule_messages import told_of_rules
from graph.dates import Period
from graph.errors import InputError
from graph.model import Decision
from graph.snapshot import Snapshot

Labelled = list[dict[str, str]]
_NO_MARKS: Mapping[str, str] = {}


def compared_in_words(
    snapshot: Snapshot, compared: Iterable[tuple[str, str]], words: Texts, marks: Mapping[str, str] = _NO_MARKS
) -> Labelled:
    """Return what was compared in words; an article that nobody read in the official text says so."""
    return [
        {
            "label": words.label("compared", name),
            "value": with_mark(_value(snapshot, name, value, words), marks.get(f"{name} {value}", "verbatim"), words),
        }
        for name, value in compared
    ]


def _value(snapshot: Snapshot, name: str, value: str, words: Texts) -> str:
    """Return what was compared in words: codes by their labels, periods as periods, nodes with their names."""
    if name in ("act", "circumstance", "penalty"):
        return words.code("acts", value)
    if name in ("authority_level", "decision_kind"):
        return words.code(f"{name}s", value) if value else words.say("not_known")
    if name in ("jurisdiction", "region"):
        return words.place(value) if value else words.say("not_known")
    if name in ("found_as", "posts"):
        return words.codes("roles", value.split(", "))
    if name == "why":
        return told_of_rules(value, words.lang)
    if name == "timeline":
        return words.label("timeline", value)
    if name == "stated_in":
        return number_of(value, snapshot)
    if name in ("could_be", "other_holder"):
        return f"{snapshot.label(value)} ({value})"
    if name == "cited_in_force":
        version, _, period = value.rpartition(" ")
        return f"{version} {words.period(Period.parse(period))}"
    if name in ("asked", "held", "registered", "in_force", "conduct", "conduct_end", "decision", "counted"):
        try:
            return words.period(Period.parse(value))
        except InputError:
            return value
    return value


def with_days_in_force(catalogue: Catalogue, decision: Decision, reason: Reason) -> tuple[tuple[str, str], ...]:
    """Return what a reason compared; of a rule that was out of force, its days in force and those of the conduct and decision."""
    if reason.code != "out_of_force":
        return reason.compared
    versions = (rule.in_force for rule in catalogue.versions if rule.id == reason.rule)
    in_force = (("in_force", f"{each.start or 'unknown'}/{each.until or 'open'}") for each in versions)
    asked = (("conduct", str(decision.conduct)),) if decision.conduct else ()
    return tuple(chain(in_force, asked, (("decision", str(decision.date)),)))
