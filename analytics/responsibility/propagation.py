"""Who answers for a decision, under which rule.

Invariants (tests/unit/test_analytics_propagation.py holds one test a number)
1. Pure: the same snapshot, decision and catalogue give the same findings, byte for byte.
2. A director or shareholder is never `established` without a document that names and finds him.
3. The path that proves a finding was valid on the date the rule asks about, at every step.
4. Nothing goes from a person to his other enterprises, nor from an enterprise to its owners or subsidiaries.
5. A notice yields nothing, nor does what an exchange, association or bank decides, nor a decision that does not stand.
6. One finding per decision, clause, party and effect; its id is a hash of these.
7. What a final decision imposes on a person it names is `imposed`; everything else is `derived`, a proposal.
8. A term stated in the decision governs; a term that was not read is None, never life, unless the law itself says for life.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from analytics.responsibility import either, premises, premises_office
from analytics.responsibility.candidates import Candidate, candidates
from analytics.responsibility.case import Case, End
from analytics.responsibility.catalogue import RESPONDENT, Catalogue, Clause, Rule
from analytics.responsibility.clearing import SAME_CONDUCT
from analytics.responsibility.correcting import amended, corrections_of, in_order, is_correction, orders_of
from analytics.responsibility.ordering import Order
from analytics.responsibility.reach import Reach
from analytics.responsibility.readings import open_to_reading, outcome, read
from analytics.responsibility.sealed import sealed
from analytics.responsibility.selection import Selected, articles_by, select
from analytics.responsibility.terms import began, day_known, first_day, in_term, last_day, own_last, two_terms
from graph import codes
from graph.codec import digest
from graph.deciding import decides
from graph.errors import NotFound
from graph.model import Decision, Fact, Finding, Imposed, Outcome, Premise, PremiseState
from graph.snapshot import Snapshot
from graph.snapshot.standing import Standing


def propagate(snapshot: Snapshot, decision: str, catalogue: Catalogue) -> list[Finding]:
    """Derive the findings of one decision.

    Parameters
    ----------
    snapshot : Snapshot
        The graph, as known at a version.
    decision : str
        Id of the decision.
    catalogue : Catalogue
        The rules.

    Returns
    -------
    list of Finding
        In the order of ids.

    Raises
    ------
    NotFound
        There is no such decision.
    """
    return [sealed(finding) for finding in unsealed(snapshot, decision, catalogue)]


def unsealed(snapshot: Snapshot, decision: str, catalogue: Catalogue) -> list[Finding]:
    """Derive the findings of one decision as `propagate` does, without the hash of what each says."""
    case = open_case(snapshot, decision)
    if not starts(case):
        return []
    apart = replace(case, standing=snapshot.standing(decision, lists=False), lists=False)
    both = case, apart
    standings = [_of_corrections(each) for each in both]
    orders = orders_of(snapshot, case.corrections)
    if len(orders) == 1 and not any(map(open_to_reading, standings)):
        findings = _derive({False: case, True: case if apart.standing == case.standing else apart}, catalogue)
    else:
        findings = [f for each, stands in zip(both, standings, strict=True) for f in _in_readings(each, stands, orders, catalogue)]
    return sorted(findings, key=lambda finding: finding.id)


def _of_corrections(case: Case) -> dict[str, Standing]:
    """Return how the corrections of a decision stand."""
    ids = (each.fact.value.id for each in case.corrections)
    return {each: case.snapshot.standing(each, lists=case.lists) for each in ids}


def _in_readings(case: Case, standings: Mapping[str, Standing], orders: Sequence[Order], catalogue: Catalogue) -> list[Finding]:
    """Return the findings of a decision that can be read in several ways."""
    snapshot, decision = case.snapshot, case.decision.value.id
    derived: dict[Order, list[Finding]] = {}

    def derive(without: frozenset[str], order: Order) -> list[Finding]:
        kept = in_order(corrections_of(snapshot, decision, without), order)
        key = tuple(each.fact.value.id for each in kept)
        if key not in derived:
            own = replace(case, decision=amended(snapshot.decision(decision), kept), corrections=kept)
            derived[key] = _derive({not own.lists: own}, catalogue)
        return derived[key]

    return read(case.decision.id, case.corrections, standings, orders, derive)


def _derive(cases: Mapping[bool, Case], catalogue: Catalogue) -> list[Finding]:
    """Return the findings by the rules that answer a decision.

    Each rule is asked on the case in which removals count as they do for it: the one under whether it keeps its own clock.
    """
    case = next(iter(cases.values()))
    selected, _ = select(case.decision, catalogue.triggered_by(case.decision.value.acts), beside(case))
    asked = ((cases.get(_by_itself(item.rule)), item) for item in selected)
    return [finding for case, item in asked if case is not None for finding in _by_rule(case, item, catalogue)]


def _by_itself(rule: Rule) -> bool:
    """Say whether what a rule brings keeps its own clock, though the enterprise is taken off a list."""
    return rule.relation == "independent"


def open_case(snapshot: Snapshot, decision: str) -> Case:
    """Return the decision on its snapshot; raises `NotFound`."""
    corrections = corrections_of(snapshot, decision)
    return Case(snapshot, amended(snapshot.decision(decision), corrections), snapshot.standing(decision), corrections)


def beside(case: Case) -> list[Fact[Decision]]:
    """Return the final decisions on the same conduct that stand, in the order of their ids."""
    snapshot, own = case.snapshot, case.decision.value.id
    linked = {link.value.other for link in snapshot.links_from(own) if link.value.relation == SAME_CONDUCT}
    linked |= {link.value.decision for link in snapshot.links_to(own) if link.value.relation == SAME_CONDUCT}
    return [fact for other in sorted(linked - {own}) if (fact := _standing(snapshot, other)) is not None]


def _standing(snapshot: Snapshot, decision: str) -> Fact[Decision] | None:
    """Return an authority's or court's decision that stands, None where it is neither or is not known."""
    try:
        fact = snapshot.decision(decision)
    except NotFound:
        return None
    return fact if decides(fact.value) and snapshot.standing(decision).stands else None


def starts(case: Case) -> bool:
    """Say whether anything may follow from the decision: it decides, it is an authority's, and it stands."""
    return not why_nothing_starts(case)


def why_nothing_starts(case: Case) -> str:
    """Return the code of why nothing may follow from the decision, empty where something may."""
    decision = case.decision.value
    kind = codes.load("decision_kinds").get(decision.kind)
    if not kind.final:
        return "notice_imposes_nothing"
    if not kind.starts:
        return f"{kind.code}_starts_nothing"
    if decision.authority_level and codes.load("authority_levels").get(decision.authority_level).self_regulatory:
        return "not_an_authority"
    if not case.standing.stands:
        return "decision_annulled"
    return "correction_amends" if is_correction(case.snapshot, decision.id) else ""


def _by_rule(case: Case, item: Selected, catalogue: Catalogue) -> list[Finding]:
    """Apply the clauses of a rule: those by office first, so that whom they reach is not reached again as "somebody named"."""
    rule = item.rule
    of_rule = _OfRule(item, premises.act(case, rule), premises.jurisdiction(case, rule), articles_by(rule, case.decision.value))
    found: list[tuple[Clause, Finding]] = []
    for clause in sorted(rule.clauses, key=lambda clause: clause.when == "named"):
        if clause.acts and case.acts.isdisjoint(clause.acts):
            continue
        for candidate in candidates(case, rule, clause):
            if clause.when == "named" and _reached_already(found, clause, candidate):
                continue
            finding = _judge(case, of_rule, catalogue.reach(rule, clause, candidate.kind), candidate)
            if finding is not None:
                found.append((clause, finding))
    return [finding for clause, finding in found if not _on_other_grounds(clause, finding, found)]


@dataclass(frozen=True, slots=True)
class _OfRule:
    """What each clause of a rule has in common on one case: the premises, and by when its articles have to be in force."""

    item: Selected
    act: Premise
    jurisdiction: Premise | None
    by: date


def _on_other_grounds(clause: Clause, finding: Finding, found: Iterable[tuple[Clause, Finding]]) -> bool:
    """Say whether the decision gives another ground than the clause asks for, and reaches the party on that with the same measures.

    Nobody is told that a decision might say of him what it does not, where it says why it reaches him.
    """
    if not clause.circumstances or _ground(finding) is not PremiseState.MISSING:
        return False
    return any(
        _ground(other) is PremiseState.PROVED
        and other.outcome is not Outcome.BLOCKED
        and (other.party, other.effect) == (finding.party, finding.effect)
        and set(clause.measures) <= {measure.id for measure in other.measures}
        for _, other in found
    )


def _ground(finding: Finding) -> PremiseState | None:
    """Return whether the decision has the circumstance that a clause asks for, None for one that asks for none."""
    return next((premise.state for premise in finding.premises if premise.name == "circumstance"), None)


def _reached_already(found: Iterable[tuple[Clause, Finding]], clause: Clause, candidate: Candidate) -> bool:
    """Say whether others reach him with all measures of this clause; clauses on the same named people do not hide each other."""
    if any(set(clause.roles) & set(named.value.found_as) for named in candidate.named):
        return False
    own = clause.when, clause.roles
    others = [finding for other, finding in found if (other.when, other.roles) != own and finding.effect == clause.effect]
    reached = [f for f in others if f.party == candidate.party.id and f.outcome is Outcome.ESTABLISHED]
    return set(clause.measures) <= {measure.id for finding in reached for measure in finding.measures}


def _judge(case: Case, of_rule: _OfRule, reach: Reach, candidate: Candidate) -> Finding | None:
    if not reach.measures or _penalised_otherwise(case, reach, candidate):
        return None
    rule, clause, decision = reach.rule, reach.clause, case.decision.value
    imposed = candidate.suffered(reach.imposed_by)
    own = own_last(case, reach.term, imposed)
    answers = _premises(case, of_rule, reach, candidate, imposed, own)
    result = outcome(answers)
    binding = result is Outcome.ESTABLISHED and bool(imposed)
    return Finding(
        id=digest(decision.id, rule.id, clause.id, candidate.party.id, clause.effect),
        outcome=result,
        origin="imposed" if binding else "derived",
        effect=clause.effect,
        decision=decision.id,
        company=case.respondent.id,
        party=candidate.party.id,
        party_kind=candidate.kind,
        role=candidate.role,
        rule=rule.id,
        rule_version=rule.version,
        clause=clause.id,
        measures=reach.shown,
        basis=reach.carried(of_rule.by).basis,
        start=first_day(case, imposed),
        until=last_day(case, own, imposed),
        premises=tuple(answers),
        path=(*candidate.statements, case.decision.id),
        unverified=_unverified(reach, imposed),
    )


def _penalised_otherwise(case: Case, reach: Reach, candidate: Candidate) -> bool:
    """Say whether the clause is about another penalty than the one read of this party."""
    if not reach.clause.penalised_by or candidate.suffered(reach.clause.penalised_by):
        return False
    acts = case.acts if candidate.role == RESPONDENT else ()
    return bool(candidate.suffered(reach.other_penalties)) or not reach.other_penalties.isdisjoint(acts)


def _premises(
    case: Case, of_rule: _OfRule, reach: Reach, candidate: Candidate, imposed: Sequence[Imposed], own: End
) -> list[Premise]:
    rule, clause = reach.rule, reach.clause
    answers: list[Premise | None] = [
        of_rule.act,
        *premises.of_decision(case),
        of_rule.item.premise,
        premises.competence(case, rule, clause),
        of_rule.jurisdiction,
        premises.enabled(case, reach),
        premises.circumstance(case, clause),
    ]
    if candidate.role == RESPONDENT:
        answers.append(premises.respondent(case))
    elif clause.when == "named" or imposed:
        answers += [premises.finding(case, clause, candidate, imposed), premises_office.office_stated(clause, candidate)]
    else:
        answers += [
            premises_office.office(case, clause, candidate),
            premises_office.office_under(case, rule, clause, candidate),
            either.other_office(case, rule, clause, candidate),
        ]
    if "personal_fault" in clause.needs and not imposed:
        answers.append(premises.personal_fault(case, candidate))
    if "heard" in clause.needs:
        answers.append(premises.heard(case, candidate))
    answers += [
        premises.penalty(case, clause, candidate),
        premises.own_act(case, rule, clause, candidate),
        two_terms(case, candidate, imposed),
        day_known(case, own, imposed),
        in_term(case, reach.term, imposed),
        began(case, imposed),
        premises.exoneration(case, candidate, imposed),
        premises.identity(case, candidate),
        premises.superior_basis(case, reach, candidate, of_rule.by),
    ]
    return [answer for answer in answers if answer is not None]


def _unverified(reach: Reach, imposed: Sequence[Imposed]) -> tuple[str, ...]:
    """Return what nobody read in the official text; a term that the decision states is not of these."""
    stated = any(item.term.known for item in imposed)
    return tuple(field for field in reach.unverified if field != "term") if stated else reach.unverified
