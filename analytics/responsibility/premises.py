"""The premises of a clause: small named predicates over the snapshot.

Each returns a `Premise`: proved, missing or refuted, with the statements that show it and what was compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

from analytics.responsibility.candidates import NAMED, Candidate, stated_here
from analytics.responsibility.case import Case, offices_of
from analytics.responsibility.catalogue import Clause, Rule
from analytics.responsibility.clearing import clears
from analytics.responsibility.conduct import contradicts
from analytics.responsibility.correcting import also_replaced, of_unknown
from analytics.responsibility.reach import Reach
from graph.codes.roles import found_only
from graph.dates import Truth, not_after
from graph.errors import NotFound
from graph.model import Imposed, Naming, Premise, PremiseState

PROVED, MISSING, REFUTED = PremiseState.PROVED, PremiseState.MISSING, PremiseState.REFUTED


def act(case: Case, rule: Rule) -> Premise:
    """Name the acts of the decision that trigger the rule."""
    acts = [code for code in case.decision.value.acts if code in rule.acts]
    return Premise("act", PROVED, "act_matches", (case.decision.id, *case.correcting), tuple(("act", code) for code in acts))


def of_decision(case: Case) -> Sequence[Premise]:
    """Ask of the decision itself whether it stands, what it corrects, and whether its days agree: once a case."""
    if not case.asked:
        case.asked.extend(premise for premise in (standing(case), correction(case), dated(case)) if premise)
    return case.asked


def standing(case: Case) -> Premise:
    """Show that the decision stands (nothing is derived from one that does not), or that it may have ended.

    It may where we do not have the decision that ends it, where whoever made that cannot end it, or where it ends it from a day on
    that is not known.
    """
    if doubts := case.standing.doubts:
        grounds = {link.id for link in case.snapshot.links_from(case.decision.value.id) if link.value.relation == "rests_on"}
        if grounds.issuperset(doubts):
            return Premise("decision_stands", MISSING, "ground_decides_nothing", (case.decision.id, *doubts))
        if set(case.standing.unable).issuperset(doubts):
            shown = (case.decision.id, *doubts, *_makers(case, doubts))
            return Premise("decision_stands", MISSING, "annulment_beyond_power", shown)
        return Premise("decision_stands", MISSING, "annulment_unclear", (case.decision.id, *doubts))
    if undated := case.standing.undated:
        return Premise("decision_stands", MISSING, "annulment_undated", (case.decision.id, *undated))
    return Premise("decision_stands", PROVED, "decision_stands", (case.decision.id, *case.standing.evidence))


def _makers(case: Case, links: Iterable[str]) -> tuple[str, ...]:
    """Return the decisions (by statement) that make these links to the decision or to what it rests on."""
    snapshot, reached, made = case.snapshot, [case.decision.value.id], dict[str, str]()
    for each in reached:
        made |= {link.id: snapshot.decision(link.value.decision).id for link in snapshot.links_to(each) if link.id in set(links)}
        grounds = [link.value.other for link in snapshot.links_from(each) if link.value.relation == "rests_on"]
        reached += [ground for ground in dict.fromkeys(grounds) if ground not in reached]
    return tuple(dict.fromkeys(made[link] for link in links))


def correction(case: Case) -> Premise | None:
    """Doubt what corrects a decision that we do not have (from when it counts, what it leaves as it was) or replaces as well."""
    if contradictory := also_replaced(case.snapshot, case.decision.value.id):
        return Premise("corrects", MISSING, "replaces_and_corrects", (case.decision.id, *contradictory))
    links = of_unknown(case.snapshot, case.decision.value.id)
    return Premise("corrects", MISSING, "corrected_not_read", (case.decision.id, *links)) if links else None


def dated(case: Case) -> Premise | None:
    """Doubt a decision that is certainly older than the conduct it decides on; None where the dates agree."""
    decision = case.decision.value
    if not contradicts(decision):
        return None
    compared = (("decision", str(decision.date)), ("conduct", str(decision.conduct)))
    return Premise("dates_agree", MISSING, "conduct_after_decision", (case.decision.id,), compared)


def competence(case: Case, rule: Rule, clause: Clause) -> Premise | None:
    """Doubt an act that whoever decided cannot have done, of those that the clause is about; None where it fits."""
    acts = [code for code in case.decision.value.acts if code in (clause.acts or rule.acts)]
    foreign = case.foreign.intersection(acts)
    if not all(code in foreign or code in case.above for code in acts):
        return None
    told, level = [("act", act) for act in acts if act in foreign or not foreign], case.decision.value.authority_level or ""
    compared = (*told, ("authority_level", level))
    if foreign:
        compared = (*compared, ("decision_kind", case.decision.value.kind))
        return Premise("competence", MISSING, "act_of_another_authority", (case.decision.id,), compared)
    return Premise("competence", MISSING, "authority_too_low", (case.decision.id,), compared)


def jurisdiction(case: Case, rule: Rule) -> Premise | None:
    """Ask whether the authority acts where the rule applies; None for a rule that applies everywhere."""
    if rule.jurisdiction is None:
        return None
    region = case.decision.value.region
    compared = (("jurisdiction", rule.jurisdiction), ("region", region or ""))
    if region is None:
        return Premise("jurisdiction", MISSING, "jurisdiction_unknown", (case.decision.id,), compared)
    if not region.startswith(rule.jurisdiction):
        return Premise("jurisdiction", MISSING, "jurisdiction_wider", (case.decision.id,), compared)
    return Premise("jurisdiction", PROVED, "within_jurisdiction", (case.decision.id,), compared)


def enabled(case: Case, reach: Reach) -> Premise | None:
    """Refute a clause that is not in use; None where it is."""
    if not reach.disabled:
        return None
    return Premise("rule_enabled", REFUTED, "rule_disabled", (case.decision.id,), (("why", reach.disabled),))


def respondent(case: Case) -> Premise:
    """Show that the decision is against this party."""
    return Premise("respondent", PROVED, "is_respondent", (case.decision.id,))


def circumstance(case: Case, clause: Clause) -> Premise | None:
    """Ask whether the decision contains what the clause asks for besides the act; None for a clause that asks for nothing."""
    if not clause.circumstances:
        return None
    found = [code for code in case.decision.value.acts if code in clause.circumstances]
    compared = tuple(("circumstance", code) for code in found or clause.circumstances)
    state, reason = (PROVED, "circumstance_found") if found else (MISSING, "circumstance_not_read")
    return Premise("circumstance", state, reason, (case.decision.id,), compared)


def penalty(case: Case, clause: Clause, candidate: Candidate) -> Premise | None:
    """Ask whether the decision penalises the party himself as the clause demands; None for a clause that demands nothing."""
    if not clause.penalised_by:
        return None
    acts = [item.act for item in candidate.suffered(clause.penalised_by)]
    evidence = tuple(sorted(named.fact.id for named in candidate.named)) or (case.decision.id,)
    compared = tuple(("penalty", code) for code in dict.fromkeys(acts or clause.penalised_by))
    state, reason = (PROVED, "penalty_imposed") if acts else (MISSING, "penalty_not_read")
    return Premise("penalised", state, reason, evidence, compared)


def finding(case: Case, clause: Clause, candidate: Candidate, imposed: Sequence[Imposed]) -> Premise:
    """Ask whether the document names and finds the person as the clause demands; what it imposes on him is itself the finding."""
    evidence = tuple(sorted(named.fact.id for named in candidate.named))
    compared = tuple(
        (label, value)
        for named in candidate.named
        for label, value in (("found_as", ", ".join(named.value.found_as)), ("posts", ", ".join(named.value.posts)))
        if value
    )
    if imposed:
        return Premise("named_and_found", PROVED, "imposed_by_decision", evidence, compared)
    if candidate.suffered(clause.penalised_by):
        return Premise("named_and_found", PROVED, "penalty_imposed", evidence, compared)
    registered = {role for office in candidate.offices for role in offices_of(office.holding)} if clause.when == "named" else set()
    if any(_found(clause, named.value, stated_here(case, named) | registered) for named in candidate.named):
        return Premise("named_and_found", PROVED, "named_and_found", evidence, compared)
    return Premise("named_and_found", MISSING, "finding_not_read", evidence, compared)


def _found(clause: Clause, naming: Naming, roles: set[str]) -> bool:
    wanted, found_as, responsible = set(clause.roles), naming.found_as, naming.responsible
    if responsible is False:
        return False
    fault = finds_fault(naming)
    if wanted & fault_roles() & set(found_as):
        return True
    if "responsible_person_found" in wanted and fault:
        return True
    if "directly_responsible" in wanted and responsible and not found_as:
        return True
    return fault and bool(wanted & {*roles, *found_as})


@cache
def fault_roles() -> frozenset[str]:
    """Return the roles that say by themselves that somebody is found responsible; being named, or an office, says nothing of it."""
    return found_only() - {NAMED}


def finds_fault(naming: Naming) -> bool:
    """Say whether a document finds somebody responsible whom it names."""
    return bool(naming.responsible) or (naming.responsible is None and not fault_roles().isdisjoint(naming.found_as))


def personal_fault(case: Case, candidate: Candidate) -> Premise:
    """Ask whether the document finds that the office holder bears personal responsibility."""
    evidence = tuple(sorted(named.fact.id for named in candidate.named)) or (case.decision.id,)
    if any(finds_fault(named.value) for named in candidate.named):
        return Premise("personal_fault", PROVED, "fault_found", evidence)
    return Premise("personal_fault", MISSING, "fault_not_found", evidence)


def heard(case: Case, candidate: Candidate) -> Premise:
    """Ask whether the party was told beforehand what was intended, and so could be heard: by a notice against him or naming him.

    A notice that does not stand, whose end or day is open, or that may be of after the decision proves nothing.
    """
    notices = [link for link in case.snapshot.links_to(case.decision.value.id) if link.value.relation == "notice_of"]
    told = tuple(link.id for link in notices if _told(case, link.value.decision, candidate))
    if told:
        return Premise("heard", PROVED, "notice_served", told)
    return Premise("heard", MISSING, "notice_not_read", (case.decision.id, *(link.id for link in notices)))


def _told(case: Case, notice: str, candidate: Candidate) -> bool:
    try:
        value = case.snapshot.decision(notice).value
    except NotFound:
        return False
    standing = case.snapshot.standing(notice)
    if not standing.stands or standing.doubts or standing.undated:
        return False
    decided = case.decision.value.date
    if not_after(value.date, decided) is not Truth.YES:
        return False
    if standing.until and not_after(decided, standing.until) is not Truth.YES:
        return False
    parties = {case.snapshot.identity.resolve(value.respondent, notice).id}
    parties |= {named.party.id for named in case.snapshot.named_by(notice) if named.party and named.party.certain}
    return not parties.isdisjoint(case.snapshot.identity.members(candidate.party.id))


def own_act(case: Case, rule: Rule, clause: Clause, candidate: Candidate) -> Premise | None:
    """Doubt that what a document finds of somebody is the act of the clause, where it is read as another; None where nothing is.

    A document may find several things of several people. Somebody whom it punishes for another of them is not thereby found
    responsible for this one, nor is anybody where it says itself whom this one is found of.
    """
    if not clause.acts or clause.penalised_by or candidate.suffered(clause.acts):
        return None
    done, asked = set(case.decision.value.acts), set(clause.acts)
    others = {act for other in rule.clauses for act in other.acts} - asked
    beside = {act for other in rule.clauses if done & set(other.acts) - asked for act in other.penalised_by}
    namings = [named for node, found in case.namings.items() if node != candidate.party.id for named in found]
    told = [named for named in namings if any(item.act in asked for item in named.value.imposed)] if others & done else []
    own = candidate.suffered((others | beside) - asked)
    found = told or ([named for named in namings if finds_fault(named.value)] if own else [])
    if not found:
        return None
    evidence = tuple(sorted({named.fact.id for named in (*candidate.named, *found)}))
    compared = (*(("act", act) for act in clause.acts), *(("penalty", act) for act in dict.fromkeys(item.act for item in own)))
    return Premise("own_act", MISSING, "act_of_somebody_else", evidence, compared)


def exoneration(case: Case, candidate: Candidate, imposed: Sequence[Imposed]) -> Premise | None:
    """Refute what a document contradicts: it says that this person is *not* responsible; doubt it where it may mean him."""
    return (_exonerated(case, candidate) if case.clearing else None) or _exonerated_elsewhere(case, candidate, imposed)


def _exonerated(case: Case, candidate: Candidate) -> Premise | None:
    """Ask whether the decision itself says that this person, or somebody who may be he, is not responsible."""
    own = (named for named in case.namings.get(candidate.party.id, ()) if named.party and named.party.certain)
    evidence = tuple(sorted({named.fact.id for named in (*candidate.named, *own) if named.value.responsible is False}))
    if evidence:
        return Premise("not_exonerated", REFUTED, "exonerated", evidence)
    members = set(case.snapshot.identity.members(candidate.party.id))
    unclear = [named for named in case.clearing if named.party and not named.party.certain]
    meant = tuple(sorted(n.fact.id for n in unclear if n.party and members & set(n.party.candidates)))
    return Premise("not_exonerated", MISSING, "exoneration_unclear", meant) if meant else None


def _exonerated_elsewhere(case: Case, candidate: Candidate, imposed: Sequence[Imposed]) -> Premise | None:
    """Doubt what a standing decision on the same conduct, or one that this decision rests on, or one of theirs, says of his fault.

    What this decision itself finds of him, or imposes on him, prevails over what another says, but for one that corrects it.
    """
    if not case.corrections and not case.related:
        return None
    prevails = bool(imposed) or any(finds_fault(named.value) for named in candidate.named)
    snapshot, party = case.snapshot, candidate.party.id
    beside = () if prevails else case.related
    told = [((each.link,), each.fact.value.id) for each in case.corrections] + [*beside]
    evidence = {fact for links, other in told for named in clears(snapshot, other, party) for fact in (*links, named.fact.id)}
    return Premise("not_exonerated", MISSING, "exonerated_elsewhere", tuple(sorted(evidence))) if evidence else None


def identity(case: Case, candidate: Candidate) -> Premise:
    """Ask whether it is certain who is meant."""
    evidence = (*candidate.statements, *candidate.party.evidence) or (case.decision.id,)
    if candidate.party.certain:
        return Premise("identity", PROVED, "identity_certain", evidence)
    compared = tuple(("could_be", node) for node in candidate.party.candidates)
    return Premise("identity", MISSING, "identity_uncertain", evidence, compared)


def superior_basis(case: Case, reach: Reach, candidate: Candidate, by: date) -> Premise:
    """Ask whether an instrument of sufficient level, in force then, whose article somebody read, carries the measures (the gate).

    The article that names these people has to have been in force as well, where it is not that of the measure.
    What the decision itself imposes stands by the decision, whatever was read of the article behind it.
    """
    evidence, carried = (case.decision.id,), reach.carried(by)
    if carried.reason == "basis_missing":
        return Premise("superior_basis", MISSING, "basis_missing", evidence, carried.told)
    if carried.reason == "basis_not_in_force":
        decided = ("decision", str(case.decision.value.date))
        return Premise("superior_basis", MISSING, "basis_not_in_force", evidence, (*carried.told, decided))
    if carried.reason == "basis_carries":
        return Premise("superior_basis", PROVED, "basis_carries", evidence, carried.told)
    if all(candidate.suffered(acts) for acts in carried.unread):
        return Premise("superior_basis", PROVED, "imposed_unread", evidence, carried.told)
    return Premise("superior_basis", MISSING, "basis_unread", evidence, carried.told)
