"""What an official should weigh before another decision or rule reaches somebody: warnings, never a finding.

Only established restrictions are looked at: a lead comes to nothing. Whether a burden is out of proportion is for a human to judge;
this says where to look, with the findings and the days.

Invariants (tests/unit/test_analytics_proportionality.py holds one test a number)
1. Pure, and blind to order: the same findings give the same warnings.
2. One finding on each measure, within its rule's maximum, warns of nothing.
3. `overlap`: two findings of one measure are in force on some same day; `rests_on_several`: the restriction stays when one falls.
4. `beyond_maximum`: terms of one measure under one rule that run on without a gap last longer than the rule allows for one.
   Terms never add up: the warning gives the last day that the maximum allows.
5. `accumulation`: several decisions put different measures on the party on some same day.
6. `same_conduct`: decisions that restrict the party answer the same conduct, or the rules of one decision restrict him twice alike.
7. What is to be said of several measures alike, of the same findings and days, is one warning.
8. `below_minimum`: what a decision imposed ends before the least that its article allows; what ended early is not below it.
9. `cleared_later`: a decision on the same conduct, not made before, finds the party not responsible, and this one stands.
10. `one_act`: what one decision imposed by one act is told under several rules as different measures: it is to be confirmed once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from analytics.responsibility.catalogue import Catalogue
from analytics.responsibility.rule_terms import TermRule
from graph.dates import add_months, add_years
from graph.errors import NotFound
from graph.model import Finding, Outcome
from graph.snapshot import Snapshot


@dataclass(frozen=True, slots=True, order=True)
class Warned:
    """One warning: its code, the measures (Chinese names) and findings it is about, and the days that matter, as (label, value)."""

    code: str
    measures: tuple[str, ...]
    findings: tuple[str, ...]
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Spell:
    """The days on which one finding restricts; what is not known reaches as far as it may."""

    first: date
    last: date
    finding: Finding

    def meets(self, other: Spell) -> bool:
        """Say whether some day is in both."""
        return self.first <= other.last and other.first <= self.last


def spell(finding: Finding) -> Spell:
    """Return the days on which a finding restricts."""
    until = finding.until
    last = date.max if until is None or until == "life" else date.fromisoformat(until)
    return Spell(finding.start or date.min, last, finding)


def warnings(
    findings: Iterable[Finding],
    catalogue: Catalogue,
    same_conduct: Callable[[str, str], bool],
    ended: Callable[[str], date | None] = lambda _: None,
    cleared: Callable[[Finding], tuple[str, ...]] = lambda _: (),
) -> list[Warned]:
    """Say what to weigh about the findings on one party.

    Parameters
    ----------
    findings : iterable of Finding
        All findings on the party.
    catalogue : Catalogue
        The rules, for their maxima.
    same_conduct : callable
        Says whether two decisions (by id) answer the same conduct; see `answers_same_conduct`.
    ended : callable
        Gives the last day of a decision (by id) that does not stand any more; see `last_day_of`.
    cleared : callable
        Gives the decisions (by id) that clear the party of a finding; see `clearing.cleared_later`.
    """
    chosen = {f.id: f for f in findings if f.effect == "restrict" and f.outcome is Outcome.ESTABLISHED}
    spells = sorted((spell(f) for f in chosen.values()), key=lambda each: (each.first, each.last, each.finding.id))
    by_measure: dict[str, list[Spell]] = defaultdict(list)
    for each in spells:
        for measure in each.finding.measures:
            by_measure[measure.name_zh].append(each)
    found = [warned for name, of_one in by_measure.items() for warned in _of_measure(name, of_one, catalogue)]
    found += [*_accumulation(spells), *_same_conduct(by_measure, same_conduct), *_one_act(chosen.values(), catalogue)]
    found += [*_below_minimum(chosen.values(), catalogue, ended), *_cleared_later(chosen.values(), cleared)]
    return _grouped(found)


def _grouped(found: Iterable[Warned]) -> list[Warned]:
    """Tell of several measures at once where the same is to be said of them: nine things that one order forbids are one warning."""
    measures: dict[tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]], list[str]] = {}
    for each in found:
        measures.setdefault((each.code, each.findings, each.values), []).extend(each.measures)
    return sorted(Warned(code, tuple(sorted(set(of))), ids, values) for (code, ids, values), of in measures.items())


def _of_measure(name: str, spells: Sequence[Spell], catalogue: Catalogue) -> Iterator[Warned]:
    together = {each.finding.id: each for pair in combinations(spells, 2) if pair[0].meets(pair[1]) for each in pair}
    if together:
        yield Warned("rests_on_several", (name,), _ids(together.values()))
        yield Warned("overlap", (name,), _ids(together.values()))
    by_rule: dict[str, list[Spell]] = defaultdict(list)
    for each in spells:
        rule = catalogue.version(each.finding.rule, each.finding.rule_version)
        by_rule[(rule and rule.family) or each.finding.rule].append(each)
    for of_rule in by_rule.values():
        yield from _beyond_maximum(name, of_rule, catalogue)


def runs(spells: Iterable[Spell]) -> Iterator[list[Spell]]:
    """Yield spells that run on without a gap, together."""
    run: list[Spell] = []
    reached = date.min
    for each in sorted(spells, key=lambda one: (one.first, one.last, one.finding.id)):
        if run and each.first > (reached + timedelta(days=1) if reached < date.max else reached):
            yield run
            run = []
        reached = max(reached, each.last) if run else each.last
        run.append(each)
    if run:
        yield run


def _beyond_maximum(name: str, spells: Iterable[Spell], catalogue: Catalogue) -> Iterator[Warned]:
    for run in runs(spells):
        years = [maximum(each.finding, catalogue) for each in run]
        known = [each for each in years if each is not None]
        if len(known) < len(years) or run[0].first == date.min:
            continue  # a rule without a maximum, or a first day that is not known
        allowed = add_years(run[0].first, max(known))
        last = max(each.last for each in run)
        if last > allowed:
            values = (("from", run[0].first.isoformat()), ("until", _day(run)), ("allowed", allowed.isoformat()))
            unread = any(each.finding.until is None for each in run)
            yield Warned("term_not_read" if unread else "beyond_maximum", (name,), _ids(run), values)


def maximum(finding: Finding, catalogue: Catalogue) -> int | None:
    """Return the longest term, in years, that the rule of a finding allows, None where it sets none."""
    term = _term(finding, catalogue)
    if term is None or term.type == "life" or term.max_years == "life":
        return None
    return term.max_years or term.years


def _term(finding: Finding, catalogue: Catalogue) -> TermRule | None:
    rule = catalogue.version(finding.rule, finding.rule_version)
    clause = next((each for each in rule.clauses if each.id == finding.clause), None) if rule else None
    return rule.term_of(clause) if rule and clause else None


def least(finding: Finding, catalogue: Catalogue) -> str | None:
    """Return the last day of the shortest term that the rule of a finding allows, `life`, or None where it sets none."""
    term = _term(finding, catalogue)
    if term is None or finding.start is None or term.starts != "decision":
        return None
    if term.type == "life":
        return "life"
    months = term.least_months if term.type in ("fixed", "range") else 0
    return add_months(finding.start, months).isoformat() if months else None


def _below_minimum(findings: Iterable[Finding], catalogue: Catalogue, ended: Callable[[str], date | None]) -> Iterator[Warned]:
    """Warn where what a decision itself imposed ends before its article allows; one that ended since is not short for it."""
    for finding in findings:
        shortest = least(finding, catalogue)
        if finding.origin != "imposed" or shortest is None or finding.until in (None, "life") or finding.start is None:
            continue
        last = ended(finding.decision)
        early = last is not None and last.isoformat() <= str(finding.until)
        if not early and (shortest == "life" or str(finding.until) < shortest):
            values = (("from", finding.start.isoformat()), ("until", str(finding.until)), ("least", shortest))
            yield Warned("below_minimum", tuple(measure.name_zh for measure in finding.measures), (finding.id,), values)


def _cleared_later(findings: Iterable[Finding], cleared: Callable[[Finding], tuple[str, ...]]) -> Iterator[Warned]:
    """Warn where another decision clears somebody whom the decision of a finding finds responsible."""
    for finding in findings:
        if others := cleared(finding):
            values = tuple(("decision", decision) for decision in (finding.decision, *others))
            yield Warned("cleared_later", tuple(measure.name_zh for measure in finding.measures), (finding.id,), values)


def _day(run: Iterable[Spell]) -> str:
    last = max(run, key=lambda each: each.last)
    return last.finding.until or "unknown"


def _accumulation(spells: Sequence[Spell]) -> Iterator[Warned]:
    """Warn where several decisions put different measures on the party at the same time."""
    together: dict[str, Spell] = {}
    for one, other in combinations(spells, 2):
        differ = {m.name_zh for m in one.finding.measures} ^ {m.name_zh for m in other.finding.measures}
        if one.finding.decision != other.finding.decision and differ and one.meets(other):
            together |= {each.finding.id: each for each in (one, other)}
    if together:
        measures = sorted({m.name_zh for each in together.values() for m in each.finding.measures})
        decisions = sorted({each.finding.decision for each in together.values()})
        values = (("measures", str(len(measures))), *(("decision", decision) for decision in decisions))
        yield Warned("accumulation", tuple(measures), _ids(together.values()), values)


def _same_conduct(by_measure: dict[str, list[Spell]], same: Callable[[str, str], bool]) -> Iterator[Warned]:
    for name, spells in by_measure.items():
        by_decision: dict[str, list[Spell]] = defaultdict(list)
        for each in spells:
            by_decision[each.finding.decision].append(each)
        for decision, of_one in by_decision.items():
            if len(of_one) > 1:
                yield Warned("several_rules", (name,), _ids(of_one), (("decision", decision),))
        for one, other in combinations(spells, 2):
            first, second = sorted((one.finding.decision, other.finding.decision))
            if first != second and same(first, second):
                yield Warned("same_conduct", (name,), _ids((one, other)), (("decision", first), ("decision", second)))


def _one_act(findings: Iterable[Finding], catalogue: Catalogue) -> Iterator[Warned]:
    """Warn where what a decision imposed by one act is told under several rules, and so looks like several restrictions."""
    told: dict[tuple[str, str], dict[str, Finding]] = defaultdict(dict)
    for finding in findings:
        for act in _imposed(finding, catalogue):
            told[finding.decision, act][finding.id] = finding
    for (decision, _), found in told.items():
        rules = {finding.rule for finding in found.values()}
        measures = {measure.name_zh for finding in found.values() for measure in finding.measures}
        alike = all({m.name_zh for m in finding.measures} == measures for finding in found.values())
        if len(rules) > 1 and not alike:
            values = (("decision", decision), ("measures", str(len(measures))))
            yield Warned("one_act", tuple(sorted(measures)), tuple(sorted(found)), values)


def _imposed(finding: Finding, catalogue: Catalogue) -> set[str]:
    """Return the acts by which the decision imposed the measures of a finding; none for what is derived."""
    rule = catalogue.version(finding.rule, finding.rule_version)
    if rule is None or finding.origin != "imposed":
        return set()
    ours = {measure.id for measure in finding.measures}
    return {act for measure in rule.measures if measure.id in ours for act in measure.imposed_by}


def _ids(spells: Iterable[Spell]) -> tuple[str, ...]:
    return tuple(sorted({each.finding.id for each in spells}))


def last_day_of(snapshot: Snapshot) -> Callable[[str], date | None]:
    """Return what gives the last day of a decision that was annulled from some day on, or whose ground was."""

    def last(decision: str) -> date | None:
        return snapshot.standing(decision).last

    return last


def answers_same_conduct(snapshot: Snapshot) -> Callable[[str, str], bool]:
    """Return the test whether two decisions answer the same conduct: one of them says so, or its notice and it are linked so."""

    def linked(decision: str) -> Collection[str]:
        links = [*snapshot.links_from(decision), *snapshot.links_to(decision)]
        return {end for link in links if link.value.relation == "same_conduct" for end in (link.value.decision, link.value.other)}

    def overlap(first: str, second: str) -> bool:
        try:
            one, other = snapshot.decision(first).value, snapshot.decision(second).value
        except NotFound:
            return False
        alike = one.respondent == other.respondent and bool(set(one.acts) & set(other.acts))
        return alike and one.conduct is not None and one.conduct == other.conduct

    return lambda first, second: second in linked(first) or overlap(first, second)
