"""Which version of the law answers a decision.

What the decision cites; where it cites no version, what a decision on the same conduct cites; else the law at the end of the
conduct (of the decision, where the rule rests on the list or order itself: `law_of: decision`), a later milder version prevailing.
Rules of one `family` answer an act once.

Invariants (tests/unit/test_analytics_selection.py holds one test a number)
1. A citation chooses only among versions that may have been in force at the end of the conduct or when the decision was made.
2. A citation of versions that were not is told: the version of that day is in doubt, and where there is none, what was cited is
   refuted. It is never passed over, and never establishes anything.
3. A rule that rests on a list or order (`law_of: decision`) asks what was law on that day, however old the debt behind it is.
4. Conduct of an unknown day proves no more than conduct of a vague one: it lay on some day up to the decision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analytics.responsibility.catalogue import Rule
from analytics.responsibility.conduct import conduct_of, some_day_before
from graph.dates import PartialDate
from graph.divisions import holding
from graph.model import Decision, Fact, Premise, PremiseState


@dataclass(frozen=True, slots=True)
class Selected:
    """A rule that answers a decision, and the premise that says why this version."""

    rule: Rule
    premise: Premise


@dataclass(frozen=True, slots=True)
class Passed:
    """A rule that its acts trigger and that does not answer, with the code of the reason."""

    rule: Rule
    reason: str


def law_date(decision: Decision, family: Iterable[Rule]) -> tuple[str, PartialDate]:
    """Return the day whose law applies to versions of one duty, and which day it is."""
    by_decision = all(rule.law_of == "decision" for rule in family)
    if by_decision:
        return "decision", decision.date
    return "conduct_end", (conduct_of(decision) or some_day_before(decision)).end


def articles_by(rule: Rule, decision: Decision) -> date:
    """Return by when an article has to be in force that answers a decision under a rule.

    That is the earliest day on which the decision can have been made; it was not made under a rule before there was one.
    """
    return max(decision.date.earliest, rule.in_force.start or date.min)


def select(
    decision: Fact[Decision], triggered: Iterable[Rule], beside: Sequence[Fact[Decision]] = ()
) -> tuple[list[Selected], list[Passed]]:
    """Split the triggered rules into those that answer the decision and those that do not, in the order of ids.

    Parameters
    ----------
    decision : Fact
        The decision.
    triggered : iterable of Rule
        Those that its acts trigger.
    beside : sequence of Fact
        Decisions on the same conduct that stand: where the decision cites no version itself, what they cite does.
    """
    selected: list[Selected] = []
    passed: list[Passed] = []
    families: dict[str, list[Rule]] = defaultdict(list)
    for rule in triggered:
        if not _within(decision.value.region, rule.jurisdiction):
            passed.append(Passed(rule, "outside_jurisdiction"))
        else:
            families[rule.family or f"={rule.id}"].append(rule)
    for family in families.values():
        chosen = _choose(decision, family, beside)
        if chosen is not None:
            selected.append(chosen)
        reason = "out_of_force" if chosen is None else "another_version_applies"
        passed += [Passed(rule, reason) for rule in family if chosen is None or rule is not chosen.rule]
    return sorted(selected, key=lambda item: item.rule.id), passed


def _within(region: str | None, jurisdiction: str | None) -> bool:
    """Say whether an authority acts where a rule applies, or may: its own area is not known, or holds the rule's."""
    return jurisdiction is None or region is None or region.startswith(jurisdiction) or jurisdiction.startswith(holding(region))


def _in_force(rule: Rule, day: date) -> bool:
    """Say whether a rule was in force on a day; one whose start is unknown is selected, and refused by its premise."""
    return (rule.in_force.start or date.min) <= day <= (rule.in_force.until or date.max)


def _winners(family: Sequence[Rule], day: PartialDate) -> list[Rule | None]:
    """Return the version in force (the latest to have come into force) on every possible day, latest version first, None last."""
    changes = {rule.in_force.start for rule in family} | {_after(rule.in_force.until) for rule in family}
    days = {day.earliest, day.latest} | {change for change in changes if change and day.earliest < change < day.latest}
    ordered = sorted(family, key=lambda rule: (rule.in_force.start or date.min, rule.id), reverse=True)
    found = {next((i for i, rule in enumerate(ordered) if _in_force(rule, each)), len(ordered)) for each in days}
    return [ordered[i] if i < len(ordered) else None for i in sorted(found)]


def _after(last: date | None) -> date | None:
    return last + timedelta(days=1) if last and last < date.max else None


@dataclass(frozen=True, slots=True)
class _Citation:
    """What a decision, or one on the same conduct, cites: the versions, the names, which decisions do, and the code for it."""

    rules: tuple[Rule, ...]
    names: tuple[str, ...]
    by: tuple[str, ...]
    reason: str


def _choose(decision: Fact[Decision], family: Sequence[Rule], beside: Sequence[Fact[Decision]]) -> Selected | None:
    value = decision.value
    citation = (_cited(decision, family) or _cited_beside(family, beside)) if len(family) > 1 else None
    if citation and (chosen := _citable(citation, value, family)):
        if len(chosen) == 1:
            return _say(chosen[0], citation.reason, decision, ("cites", ", ".join(citation.names)), citation.by)
        citation = None
    which, day = law_date(value, family)
    winner, *others = _winners(family, day)
    if winner is None:
        return None if citation is None else _misquoted(citation.rules[0], citation, decision, PremiseState.REFUTED)
    answers = _milder(winner, family, value.date) or winner
    if citation is not None:
        return _misquoted(answers, citation, decision, PremiseState.MISSING)
    asked = "order" if winner.law_of == "decision" else "conduct"
    reason = "in_force_uncertain" if others else f"in_force_at_{asked}"
    return _say(answers, reason, decision, (which, str(day)))


def _cited(decision: Fact[Decision], family: Sequence[Rule]) -> _Citation | None:
    cites = decision.value.cites
    cited = tuple(rule for rule in family if set(rule.cited_as) & set(cites))
    return _Citation(cited, cites, (), "cited_by_decision") if cited else None


def _cited_beside(family: Sequence[Rule], beside: Sequence[Fact[Decision]]) -> _Citation | None:
    """Take what decisions on the same conduct cite; nothing where they cite several versions, which is no choice."""
    names = {name for rule in family for name in rule.cited_as}
    citing = [fact for fact in beside if names & set(fact.value.cites)]
    cites = sorted({name for fact in citing for name in fact.value.cites if name in names})
    cited = tuple(rule for rule in family if set(rule.cited_as) & set(cites))
    return _Citation(cited, tuple(cites), tuple(fact.id for fact in citing), "cited_beside") if len(cited) == 1 else None


def _citable(citation: _Citation, decision: Decision, family: Iterable[Rule]) -> list[Rule]:
    """Return the cited versions that can have been law: in force on a possible last day of the conduct, or of the decision."""
    days = (law_date(decision, family)[1], decision.date)
    return [rule for rule in citation.rules if any(_may_be_in_force(rule, day) for day in days)]


def _may_be_in_force(rule: Rule, day: PartialDate) -> bool:
    return (rule.in_force.start or date.min) <= day.latest and day.earliest <= (rule.in_force.until or date.max)


def _milder(rule: Rule, family: Sequence[Rule], decided: PartialDate) -> Rule | None:
    days = (decided.earliest, decided.latest)
    later = [other for other in family if rule.id in other.milder_than and all(_in_force(other, day) for day in days)]
    return min(later, key=lambda other: other.id, default=None)


def _misquoted(answers: Rule, citation: _Citation, decision: Fact[Decision], state: PremiseState) -> Selected:
    """Doubt a citation of versions that were not in force: it names no law of that day."""
    which, day = law_date(decision.value, citation.rules)
    named = [("cites", ", ".join(citation.names))]
    named += [("cited_in_force", f"{rule.id} v{rule.version} {_force(rule)}") for rule in citation.rules]
    compared = (("in_force", _force(answers)), *named, (which, str(day)), ("decision", str(decision.value.date)))
    return Selected(
        answers, Premise("rule_in_force", state, "cited_out_of_force", (decision.id, *citation.by), tuple(dict.fromkeys(compared)))
    )


def _say(rule: Rule, reason: str, decision: Fact[Decision], compared: tuple[str, str], others: tuple[str, ...] = ()) -> Selected:
    state = PremiseState.MISSING if reason == "in_force_uncertain" else PremiseState.PROVED
    return Selected(rule, Premise("rule_in_force", state, reason, (decision.id, *others), (("in_force", _force(rule)), compared)))


def _force(rule: Rule) -> str:
    return f"{rule.in_force.start or 'unknown'}/{rule.in_force.until or 'open'}"
