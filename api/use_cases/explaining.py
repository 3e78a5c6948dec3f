"""Why a party answers, and why not: as plain values for a program, in the words of one language for a human.

Invariants (tests/unit/test_api_explaining.py holds one test a number)
1. Every statement that an explanation rests on is shown with source, file and row.
2. An explanation says what the finding is not: a lead or a proposal is no restriction.
3. A name that several bear is refused, and the choices are listed; nobody is taken for another.
4. Nobody is said to answer, or not to, unless it is so: title and summary of `why_not` follow the findings. Where the decision
   itself imposes something, and no rule of its day is known, that is what is said.
5. A missing premise says which fact would settle it, in `explain` and in `why_not`; of what is blocked, what blocks it says so,
   and nothing else is said to be missing or to lift it.
6. A finding stands as that of its measures which stands most; a measure that stands otherwise says so itself, and the term is that
   which was confirmed.
7. A finding, and each reason why not, bears the title of the version of its rule that was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from analytics.lifecycle.ground import Life, code_of, is_over
from analytics.lifecycle.table import Stage
from analytics.responsibility.catalogue import RESPONDENT, Catalogue
from analytics.responsibility.propagation import propagate as derive
from analytics.responsibility.settling import SETTLED_BY, settled_by
from analytics.responsibility.why_not import Reason, WhyNot, open_reason
from analytics.responsibility.why_not import why_not as reasons_against
from api.locales import Texts
from api.use_cases.bases import lost_in_words
from api.use_cases.case_reading import cases_around
from api.use_cases.cases import Cases
from api.use_cases.citing import fields_unread, unread, with_mark
from api.use_cases.comparing import Labelled, compared_in_words, with_days_in_force
from api.use_cases.describing import evidence, imposed_text
from api.use_cases.findings import as_json, decision_json, decision_of
from api.use_cases.lasting import lasts
from api.use_cases.lawbook import known_rule
from api.use_cases.lifting import lifts
from api.use_cases.outcomes import outcome_of, over
from api.use_cases.reading import party_of
from api.use_cases.ways_out import ways_out
from graph.dates import PartialDate, Truth, not_after
from graph.model import Finding, Imposed, Outcome, Premise, PremiseState
from graph.snapshot import Snapshot
from graph.store.base import Store


def explain(store: Store, snapshot: Snapshot, catalogue: Catalogue, finding: Finding, words: Texts, day: date) -> dict[str, Any]:
    """Say why a finding came to be.

    Parameters
    ----------
    store : Store
        Where the statements are.
    snapshot : Snapshot
        The graph they make.
    catalogue : Catalogue
        The rules, for titles and marks.
    finding : Finding
        What is to be explained.
    words : Texts
        The language.
    day : date
        The day of the status.
    """
    premises = [_premise(store, snapshot, finding, premise, words) for premise in finding.premises]
    cases = cases_around(store, snapshot, catalogue, [finding])
    life = cases.life_of(finding, day)
    footing = footing_of(snapshot, cases, finding, day)
    status = cases.standing(finding, day)
    confirmed = _confirmation(life)
    document = {
        "number": "",
        "on": "",
        "served": "",
        **(confirmed or {}),
        "status": words.label("status", status),
    }
    start = life.start.isoformat() if life.start else words.say("date.unknown")
    imposed = _imposed_on(snapshot, finding.decision, finding.party)
    document |= {"footing": footing, "term": lasts(catalogue, finding, imposed, start, life.until, words)}
    measures = _measures(cases, catalogue, finding, words, day)
    document |= {"measures": words.words["list.clause"].join(item["name"] for item in measures)}
    return {
        "finding": as_json(snapshot, finding, status),
        "lang": words.lang,
        "title": words.say(
            "explain.title",
            party=snapshot.label(finding.party),
            kind=words.label("party", finding.party_kind),
            rule=rule_title(catalogue, finding.rule, finding.rule_version, words),
            outcome=words.label("outcome", finding.outcome),
        ),
        "summary": _summary(snapshot, finding, words, day, document) + lost_in_words(cases, finding.decision, day, words),
        "is_not": words.say(f"explain.not_{footing}", **document),
        "confirmed": confirmed,
        "over": footing == "over",
        "articles": [{"instrument": basis.instrument, "article": basis.article} for basis in finding.basis],
        "measures": measures,
        "premises": premises,
        "missing": [item for item in premises if item["state"] == PremiseState.MISSING and _wanting(finding, item["name"])],
        "against": [item for item in premises if item["state"] == PremiseState.REFUTED],
        "documents": _documents(snapshot, finding),
        "unverified": _unverified(catalogue, finding, words),
        "path": [evidence(store, snapshot, fact_id, words) for fact_id in finding.path],
        "lifts": _NOTHING_TO_LIFT if finding.outcome is Outcome.BLOCKED else lifts(store, snapshot, catalogue, finding, words),
        "ways_out": _out(catalogue, snapshot, finding, words, day) if footing in _BURDENS else None,
    }


_NOTHING_TO_LIFT: Final[Mapping[str, Any]] = {"sets": [], "complete": True}
_BURDENS: Final = frozenset({"imposed", "established", "decided", "confirmed", "paused"})
"""Footings on which a measure is taken or may come to be: only then there is something to come out of."""


def _out(catalogue: Catalogue, snapshot: Snapshot, finding: Finding, words: Texts, day: date) -> dict[str, Any] | None:
    return ways_out(catalogue, finding, decision_of(snapshot, finding.decision), words, day)


def _wanting(finding: Finding, premise: str) -> bool:
    """Say whether a missing premise is what a finding wants: of a blocked one only who is meant, for nothing else would help."""
    return finding.outcome is not Outcome.BLOCKED or premise == "identity"


def _measures(cases: Cases, catalogue: Catalogue, finding: Finding, words: Texts, day: date) -> list[dict[str, str]]:
    """Return the measures of a finding; one that is only recommended says so, one that stands otherwise than it how it stands."""
    stands = cases.standing(finding, day)
    codes = {ground.measure: code_of(life, day, cases.table) for ground, life in cases.lives_of(finding.id, day)}
    told = []
    for measure in finding.measures:
        name, code = measure_name(catalogue, finding, measure.id, words), codes.get(measure.name_zh, stands)
        if measure.kind == "recommended":
            name = words.say("explain.measure_recommended", name=name)
        if code != stands and finding.outcome is Outcome.ESTABLISHED:
            name = words.say("explain.measure_stands", name=name, status=words.label("status", code))
        told.append({"id": measure.id, "name": name})
    return told


def _unverified(catalogue: Catalogue, finding: Finding, words: Texts) -> Labelled:
    """Return what nobody has checked against the official text: fields of the rule, and the articles that the finding cites."""
    fields = fields_unread(catalogue, finding, words).items()
    articles = [(name, with_mark(name, mark, words)) for name, mark in unread(finding.basis).items()]
    return [{"field": field, "label": label} for field, label in (*fields, *articles)]


def _confirmation(life: Life) -> dict[str, str | None] | None:
    """Return the document that made what was derived binding: its number, its day and the day of service; None if none did."""
    if not (decided := life.happened("decision")):
        return None
    served = life.happened("service")
    event = decided[-1].event
    return {"number": event.number, "on": str(event.on), "served": str(served[-1].event.on) if served else None}


def footing_of(snapshot: Snapshot, cases: Cases, finding: Finding, day: date) -> str:
    """Return on what footing a finding stands on a day; what the decision itself imposes stands by that, whatever rule is known."""
    if no_law(snapshot, finding):
        return "imposed"
    life = cases.life_of(finding, day)
    return _footing(finding, life, cases.table.stages[life.stage], day)


def _footing(finding: Finding, life: Life, stage: Stage, day: date) -> str:
    """Return on what footing a finding stands at a stage of its life: imposed, proposed, decided, over, a lead, or nothing."""
    if finding.outcome is Outcome.LEAD and is_over(finding.until, day):
        return "lead_over"
    if finding.outcome is not Outcome.ESTABLISHED:
        return finding.outcome.value
    if stage.ended or is_over(life.until, day):
        return "over"
    decided = bool(life.happened("decision"))
    if life.paused and (decided or finding.origin == "imposed"):
        return "paused"
    if not decided:
        return _footing_before(finding)
    return "confirmed" if stage.binds else "decided"


def _footing_before(finding: Finding) -> str:
    """Return on what footing a finding stands before anything has happened to it."""
    if finding.outcome is not Outcome.ESTABLISHED:
        return finding.outcome.value
    return "imposed" if finding.origin == "imposed" else "established"


def _summary(snapshot: Snapshot, finding: Finding, words: Texts, day: date, document: Mapping[str, str | None]) -> str:
    decision = decision_of(snapshot, finding.decision)
    early = decision is not None and not_after(decision.date, PartialDate.on(day)) is Truth.NO
    ahead = words.say("explain.future", date=words.date(decision.date), day=day.isoformat()) if decision and early else ""
    open_premises = [p.reason for p in finding.premises if p.state is not PremiseState.PROVED]
    key = "imposed_only" if no_law(snapshot, finding) else _summary_key(finding)
    if finding.effect == "restrict" and document["footing"] == "over":
        key = "over_restrict"
    elif document["footing"] == "lead_over":
        key = "lead_over"
    elif key == "established_restrict" and document["on"]:
        key = "confirmed_restrict"
    return ahead + words.say(
        f"explain.{key}",
        imposed=imposed_text(_imposed_on(snapshot, finding.decision, finding.party), words),
        confirmed=document["number"],
        on=document["on"],
        party=snapshot.label(finding.party),
        company=snapshot.label(finding.company),
        role=words.label("party", RESPONDENT) if finding.role == RESPONDENT else words.code("roles", finding.role),
        number=(decision.number if decision else "") or finding.decision,
        date=words.date(decision.date) if decision else words.say("date.unknown"),
        measures=document["measures"],
        term=document["term"],
        status=document["status"],
        open=words.words["list.clause"].join(words.code("reasons", code).rstrip("。.") for code in open_premises),
    )


def _summary_key(finding: Finding) -> str:
    """Return which sentence sums a finding up; a mark or record never reads like a sanction."""
    footing = _footing_before(finding)
    if footing == "blocked":
        return "exonerated" if _exonerated(finding) else footing
    if footing != "established" or finding.effect != "record":
        return f"{footing}_{finding.effect}"
    if finding.role == RESPONDENT:
        return "record_respondent"
    return "record_found" if any(premise.name == "named_and_found" for premise in finding.premises) else "record_office"


def no_law(snapshot: Snapshot, finding: Finding) -> bool:
    """Say whether a finding is blocked only because no rule of that day is known, though the decision itself imposes something."""
    refuted = {premise.reason for premise in finding.premises if premise.state is PremiseState.REFUTED}
    return refuted == {"cited_out_of_force"} and bool(_imposed_on(snapshot, finding.decision, finding.party))


def _exonerated(finding: Finding) -> bool:
    return any(premise.reason == "exonerated" for premise in finding.premises)


def rule_title(catalogue: Catalogue, rule: str, version: int, words: Texts) -> str:
    """Return the title of a version of a rule with its id, the id alone where the catalogue no longer has the rule."""
    known = catalogue.version_or_last(rule, version)
    if known is None:
        return rule
    return f"{known.title.zh if words.lang == 'zh' else known.title.en} [{rule}]"


def measure_name(catalogue: Catalogue, finding: Finding, measure: str, words: Texts) -> str:
    """Return the name of a measure; the finding keeps the Chinese one, the catalogue has both."""
    rule = catalogue.version_or_last(finding.rule, finding.rule_version)
    known = next((m for m in rule.measures if m.id == measure), None) if rule else None
    if words.lang == "en" and known is not None:
        return known.name.en
    return next(m.name_zh for m in finding.measures if m.id == measure)


def _documents(snapshot: Snapshot, finding: Finding) -> list[dict[str, Any]]:
    decision = decision_of(snapshot, finding.decision)
    if decision is None:
        return [decision_json(snapshot, finding.decision)]
    particulars = {"authority": decision.authority, "basis": list(decision.basis), "cites": list(decision.cites)}
    linked = [link.value.other for link in snapshot.links_from(finding.decision)]
    linked += [link.value.decision for link in snapshot.links_to(finding.decision)]
    return [
        {**decision_json(snapshot, finding.decision), **particulars},
        *(decision_json(snapshot, other) for other in dict.fromkeys(linked)),
    ]


def _premise(store: Store, snapshot: Snapshot, finding: Finding, premise: Premise, words: Texts) -> dict[str, Any]:
    return {
        "name": premise.name,
        "label": words.label("premise", premise.name),
        "state": premise.state.value,
        "mark": words.label("mark", premise.state),
        "reason": premise.reason,
        "reason_text": words.code("reasons", premise.reason),
        "compared": compared_in_words(snapshot, premise.compared, words, unread(finding.basis)),
        "evidence": [evidence(store, snapshot, fact_id, words) for fact_id in premise.evidence],
        "settled_by": _settling(finding, premise, words),
    }


_OVERCOME: Final = {
    "register_lag": "relationship",
    "exonerated": "naming",
    "rule_disabled": "rule",
    "cited_out_of_force": "decision",
    "term_over": "decision",
    "ended_before_it_began": "decision",
}
"""Reason of a refuted premise -> the kind of statement with which it would not be refuted."""


def _settling(finding: Finding, premise: Premise, words: Texts) -> dict[str, Any] | None:
    """Return which fact would settle a missing premise, or could overcome one that is refuted; None for one that needs none."""
    if premise.state is PremiseState.REFUTED:
        kind, about = (
            _OVERCOME[premise.reason],
            (finding.rule,) if premise.name == "rule_enabled" else (finding.decision, finding.party),
        )
        return {"kind": kind, "about": list(about), "text": words.label("settle", premise.reason)}
    wanted = settled_by(finding, premise)
    if wanted is None:
        return None
    return {"kind": wanted.kind, "about": list(wanted.about), "text": words.label("settle", premise.reason)}


def why_not(
    store: Store,
    snapshot: Snapshot,
    catalogue: Catalogue,
    decision: str,
    party: str,
    words: Texts,
    day: date,
    rule: str | None = None,
) -> dict[str, Any]:
    """Say why a party does not answer for a decision, clause by clause; or that it does, did, or may.

    Parameters
    ----------
    store, snapshot, catalogue, words, day
        See `explain`.
    decision : str
        Id of the decision.
    party : str
        Id of the party, or its name if only one bears it; whoever the decision concerns comes first.
    rule : str, optional
        Ask about one rule.

    Raises
    ------
    NotFound
        There is no such decision, party or rule.
    Refused
        Several bear the name.
    """
    if rule is not None:
        known_rule(catalogue, rule)
    node = party_of(snapshot, party, decision=snapshot.decision(decision).value.id)
    answer = reasons_against(snapshot, decision, node, catalogue, rule)
    findings = [f for f in derive(snapshot, decision, catalogue) if f.party in snapshot.identity.members(node)]
    ended = over(cases_around(store, snapshot, catalogue, findings), findings, day) if findings else ()
    outcome, reached = outcome_of([f for f in findings if rule in (None, f.rule)], ended)
    imposed = _imposed_on(snapshot, decision, node)
    if imposed and answer.reason in _NO_LAW_KNOWN and outcome_of(findings, ended) == (outcome, reached) == ("does_not_answer", []):
        outcome = "imposed_only"
    about = decision_json(snapshot, decision)
    name = snapshot.label(node)
    over_only = outcome == "may_answer" and answer.reason == "finding_reached"
    why = open_reason(f for f in findings if f.id in reached) if over_only else answer.reason
    told = "may_answer_still" if over_only else outcome
    if outcome == "over" and all(f.outcome is Outcome.LEAD for f in findings if f.id in reached):
        told = "lead_over"
    reason = words.code("reasons", why)
    ids = words.words["list.join"].join(reached)
    besides = [f.id for f in findings if f.id in ended and f.effect == "restrict" and f.outcome is Outcome.ESTABLISHED]
    also = words.words["list.join"].join(sorted(set(besides) - set(reached))) if outcome in _STANDS else ""
    summary = words.say(f"why_not.summary.{told}", party=name, reason=reason, ids=ids, imposed=imposed_text(imposed, words))
    return {
        "lang": words.lang,
        "title": words.say(f"why_not.title.{told}", party=name, number=about["number"] or decision),
        "summary": summary + (words.say("why_not.also_over", ids=also) if also else ""),
        "outcome": outcome,
        "decision": about,
        "party": {"id": node, "name": name, "kind": snapshot.kind(node)},
        "reason": why,
        "reason_text": reason,
        "findings": reached,
        "clauses": [_clause(store, snapshot, catalogue, decision, item, words) for item in _closest_first(answer, why)],
    }


_STANDS: Final = frozenset({"answers", "marked"})
"""Outcomes beside which another finding may be over; the other outcomes say so themselves."""
_NO_LAW_KNOWN: Final = frozenset({"no_rule_for_act", "out_of_force", "cited_out_of_force"})
"""Reasons that say of our rules, not of the party, why nothing follows."""


def _imposed_on(snapshot: Snapshot, decision: str, node: str) -> tuple[Imposed, ...]:
    """Return what a decision itself imposes on a party that it names for certain, or is against."""
    value = snapshot.decision(decision).value
    members = snapshot.identity.members(node)
    own = value.imposed if snapshot.identity.resolve(value.respondent, value.id).id in members else ()
    named = [n for n in snapshot.named_by(decision) if n.party and n.party.id in members and n.party.certain]
    return tuple(dict.fromkeys((*own, *(item for n in named for item in n.value.imposed))))


def _closest_first(answer: WhyNot, reason: str) -> list[Reason]:
    return sorted(answer.clauses, key=lambda item: item.code != reason)


def _clause(store: Store, snapshot: Snapshot, catalogue: Catalogue, decision: str, reason: Reason, words: Texts) -> dict[str, Any]:
    compared = with_days_in_force(catalogue, snapshot.decision(decision).value, reason)
    return {
        "rule": reason.rule,
        "rule_title": rule_title(catalogue, reason.rule, reason.version, words),
        "clause": reason.clause or None,
        "reason": reason.code,
        "reason_text": words.code("reasons", reason.code),
        "compared": compared_in_words(snapshot, compared, words),
        "evidence": [evidence(store, snapshot, fact_id, words) for fact_id in reason.evidence],
        "settled_by": words.label("settle", reason.code) if reason.code in SETTLED_BY else None,
    }
