"""Why a party does not answer for a decision: the reason, rule by rule and clause by clause.

Invariants (tests/unit/test_analytics_why_not.py holds one test a number)
1. Whoever has no established finding has a reason, and the reason is the one that came closest to reaching him: that of a lead,
   where there is one, before that of any clause that is not in use or that something stands against.
2. The same premises decide here and in propagation: a finding's own open premise is its reason.
3. Who held the office in several terms is told all of them, also where a document would have to name him besides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from analytics.responsibility.candidates import test_period
from analytics.responsibility.case import Case, offices_of
from analytics.responsibility.catalogue import RESPONDENT, Catalogue, Clause, Rule
from analytics.responsibility.propagation import beside, open_case, propagate, why_nothing_starts
from analytics.responsibility.selection import select
from graph.codes.roles import found_only
from graph.model import Finding, Outcome, PremiseState
from graph.snapshot import Holding, Snapshot

CLOSEST = (
    "exonerated",
    "rule_disabled",
    "register_lag",
    "identity_uncertain",
    "exonerated_elsewhere",
    "exoneration_unclear",
    "jurisdiction_unknown",
    "jurisdiction_wider",
    "conduct_after_decision",
    "corrected_not_read",
    "correction_in_doubt",
    "correction_order_open",
    "replaces_and_corrects",
    "correction_ended_between",
    "term_over",
    "term_over_perhaps",
    "ended_before_it_began",
    "ended_before_it_began_perhaps",
    "decision_day_unknown",
    "act_of_another_authority",
    "authority_too_low",
    "cited_out_of_force",
    "in_force_uncertain",
    "office_date_uncertain",
    "office_after_rule",
    "office_contested",
    "office_not_stated",
    "decision_and_register_differ",
    "documents_state_two",
    "other_office_answers",
    "fault_not_found",
    "notice_not_read",
    "terms_differ",
    "penalty_not_read",
    "act_of_somebody_else",
    "circumstance_not_read",
    "registers_conflict",
    "statements_conflict",
    "annulment_beyond_power",
    "annulment_unclear",
    "annulment_undated",
    "ground_decides_nothing",
    "finding_not_read",
    "basis_unread",
    "basis_missing",
    "basis_not_in_force",
    "not_in_office_at_conduct",
    "not_in_office_at_listing",
    "role_needs_naming",
    "named_beside_its_party",
    "role_not_reached",
    "act_not_of_clause",
    "not_named",
    "no_measure_for_party",
    "not_connected",
    "another_version_applies",
    "out_of_force",
    "outside_jurisdiction",
)
"""Reasons, the one that came closest to reaching the party first."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one clause of one version of a rule (no clause: the rule as a whole) did not reach the party."""

    rule: str
    version: int
    clause: str
    code: str
    evidence: tuple[str, ...] = ()
    compared: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The one reason to give first, and every clause's own; `finding_reached` for whom an established finding exists."""

    decision: str
    party: str
    reason: str
    clauses: tuple[Reason, ...]


def why_not(
    snapshot: Snapshot, decision: str, party: str, catalogue: Catalogue, rule: str | None = None, effect: str | None = None
) -> WhyNot:
    """Say why `party` does not answer for `decision`, under any rule or under one, with any effect or with one.

    Raises
    ------
    NotFound
        There is no such decision.
    """
    case = open_case(snapshot, decision)
    triggered = list(catalogue.triggered_by(case.decision.value.acts))
    if rule is not None and rule not in {each.id for each in triggered}:
        return WhyNot(decision, party, "no_rule_for_act", ())
    if nothing := why_nothing_starts(case):
        return WhyNot(decision, party, nothing, ())
    if not triggered:
        return WhyNot(decision, party, "no_rule_for_act", ())
    selected, passed = select(case.decision, triggered, beside(case))
    members = frozenset(snapshot.identity.members(party))
    found = [f for f in propagate(snapshot, decision, catalogue) if f.party in members]
    findings = [f for f in found if rule in (None, f.rule) and effect in (None, f.effect)]
    reasons = [Reason(p.rule.id, p.rule.version, "", p.reason, (case.decision.id,)) for p in passed if rule in (None, p.rule.id)]
    for item in selected:
        if rule in (None, item.rule.id):
            clauses = [clause for clause in item.rule.clauses if effect in (None, clause.effect)]
            reasons += _of_rule(case, item.rule, clauses, members, [f for f in findings if f.rule == item.rule.id])
    chosen = {item.rule.id for item in selected}
    reasons += [reason for f in findings if f.rule not in chosen for reason in open_premises(f)]  # another reading chooses these
    if any(f.outcome is Outcome.ESTABLISHED for f in findings):
        return WhyNot(decision, party, "finding_reached", tuple(reasons))
    if not reasons:
        return WhyNot(decision, party, "no_measure_for_party", ())
    return WhyNot(decision, party, open_reason(findings) or _closest(reasons).code, tuple(reasons))


def open_reason(findings: Iterable[Finding]) -> str:
    """Return the reason why the lead among these that came closest is none that is established; empty where there is no lead."""
    leads = [reason for f in findings if f.outcome is Outcome.LEAD for reason in open_premises(f)]
    return _closest(leads).code if leads else ""


def _closest(reasons: Iterable[Reason]) -> Reason:
    return min(reasons, key=lambda reason: (CLOSEST.index(reason.code), reason.rule, reason.clause))


def open_premises(finding: Finding) -> list[Reason]:
    """Return the premises of a finding that are not proved."""
    return [
        Reason(finding.rule, finding.rule_version, finding.clause, p.reason, p.evidence, p.compared)
        for p in finding.premises
        if p.state is not PremiseState.PROVED
    ]


def _of_rule(
    case: Case, rule: Rule, clauses: Iterable[Clause], members: Collection[str], findings: Iterable[Finding]
) -> list[Reason]:
    by_clause = {finding.clause: finding for finding in findings}
    held = [holding for holding in case.snapshot.holders(case.respondent.id) if holding.party.id in members]
    namings = [n for n in case.named if n.party and n.party.id in members]
    reasons: list[Reason] = []
    for clause in clauses:
        if clause.acts and not set(clause.acts) & set(case.decision.value.acts):
            reasons.append(Reason(rule.id, rule.version, clause.id, "act_not_of_clause", (case.decision.id,)))
        elif clause.id in by_clause:
            reasons += open_premises(by_clause[clause.id])
        elif case.respondent.id in members:
            code = "no_measure_for_party" if clause.when == "respondent" else "role_not_reached"
            reasons.append(Reason(rule.id, rule.version, clause.id, code, (case.decision.id,)))
        elif not held and not namings:
            reasons.append(Reason(rule.id, rule.version, clause.id, "not_connected", (case.decision.id,)))
        else:
            reasons.append(_of_clause(case, rule, clause, held, tuple(n.fact.id for n in namings)))
    return reasons


def _of_clause(case: Case, rule: Rule, clause: Clause, held: Iterable[Holding], named: tuple[str, ...]) -> Reason:
    wanted = set(clause.roles) - found_only() - {RESPONDENT}
    if clause.when == "respondent" and named and all(m.target == "person" for m in rule.measures_of(clause)):
        return Reason(rule.id, rule.version, clause.id, "named_beside_its_party", (case.decision.id, *named))
    matching = [holding for holding in held if wanted & offices_of(holding)]
    evidence = tuple(holding.fact.id for holding in matching)
    if not matching and clause.when == "named" and not named:
        return Reason(rule.id, rule.version, clause.id, "not_named", tuple(h.fact.id for h in held))
    if not matching:
        return Reason(rule.id, rule.version, clause.id, "role_not_reached", (*(h.fact.id for h in held), *named))
    terms = sorted(matching, key=lambda holding: holding.value.period.start.earliest)
    compared = (("asked", str(test_period(case, clause))), *(pair for holding in terms for pair in _days(holding)))
    if clause.when == "named" and not named:
        return Reason(rule.id, rule.version, clause.id, "role_needs_naming", evidence, compared)
    code = "not_in_office_at_listing" if clause.when == "office_at_listing" else "not_in_office_at_conduct"
    return Reason(rule.id, rule.version, clause.id, code, evidence, (*compared, ("timeline", clause.timeline)))


def _days(holding: Holding) -> Iterator[tuple[str, str]]:
    """Yield the days of one term of an office, and those of its registration."""
    yield "held", str(holding.value.period)
    if holding.value.registered:
        yield "registered", str(holding.value.registered)
