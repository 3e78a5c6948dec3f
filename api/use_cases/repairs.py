"""Repair of a party's restrictions: the plan, and the acts that follow it.

Invariants (tests/unit/test_api_repairs.py holds one test a number)
1. An application before its earliest day, with a step missing, or against a bar is refused with the rule that refuses it, the stage
   and what is possible; it is about a finding, a decision with all that rests on it, or a restriction.
2. A repair that is granted ends measure, sharing and publication with one event; one obtained by fraud restores all three.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any, Final

from analytics.lifecycle.ground import Ground, code_of
from analytics.lifecycle.masking import leaving
from analytics.lifecycle.repair import ASKED, Plan, basis_of, plan, repair_rules
from api.locales import Texts
from api.use_cases.acting import Actor
from api.use_cases.case_acts import Act, Done, perform, possible_to, tried
from api.use_cases.cases import Cases
from api.use_cases.citing import basis_json, with_mark
from api.use_cases.refusing import Why, refusal
from graph.store.base import Store

_REFUSALS: Final = frozenset({"barred", "steps", "too_early"})
"""Reasons that the plan gives."""
_EVIDENCE: Final = {"V": "verbatim", "S": "secondary", "M": "memory"}


def plans(cases: Cases, parties: Collection[str], today: date) -> list[tuple[str, Plan]]:
    """Return how each restriction of a party may be repaired, one plan for each finding that it rests on, by restriction.

    A decision against the party by which nothing binds it has a plan of its own, without a finding: it ends the publication.
    """
    made = [
        (restriction.id, _plan(cases, ground, restriction.id, today))
        for restriction in cases.restrictions
        if restriction.party in parties
        for ground in restriction.grounds
    ]
    of_decisions = [
        (decision, _plan(cases, cases.bare(decision), "", today))
        for decision in sorted(cases.decisions)
        if cases.decisions[decision].respondent.entity in parties and _by_itself(cases, decision, today)
    ]
    return [*made, *of_decisions]


def _by_itself(cases: Cases, decision: str, today: date) -> bool:
    """Say whether a decision that finds a misconduct stands, and binds the enterprise by nothing that is repaired instead."""
    life = cases.decision_life(decision, today)
    return (
        bool(cases.bare(decision).class_) and cases.table.stages[life.stage].binds and not cases.binds_enterprise(decision, today)
    )


def _plan(cases: Cases, ground: Ground, restriction: str, today: date) -> Plan:
    life = cases.life(ground, today, restriction)
    code = code_of(life, today, cases.table)
    records = [item for item in cases.happened.of(ground, restriction) if item.event.kind in cases.table.records]
    return plan(ground, life, code, records, today)


def repair(store: Store, cases: Cases, actor: Actor, act: Act, today: date, *, dry_run: bool = False) -> Done:
    """Apply for a repair, grant or refuse it, or restore what fraud obtained: of a finding, a decision or a restriction.

    Raises
    ------
    Refused
        The plan of nothing that it reaches, or the stage, allows it.
    """
    if act.kind in ASKED and not act.reported:
        made = [_plan(cases, _asked(ground, act), carried, act.on) for ground, carried in cases.reached(act.about)]
        refused = [_against(cases, each, act) for each in sorted(made, key=lambda each: each.bar == "not_in_force")]
        first, done = next(filter(None, refused), None), tried(store, cases, actor, act, today)
        reasons = {row["reason"] for row in done.rows}
        if first and (all(refused) or (reasons & _REFUSALS and reasons <= _REFUSALS | {"stage"})):
            raise refusal(cases, act, *first, done, possible_to(store, cases, actor, act, today))
    return perform(store, cases, actor, act, today, dry_run=dry_run)


def _asked(ground: Ground, act: Act) -> Ground:
    """Return a ground as an act asks for it: with the decision also what is accessory is asked for itself."""
    return replace(ground, principal="") if act.about == ground.decision else ground


def _against(cases: Cases, made: Plan, act: Act) -> tuple[str, Why] | None:
    """Return the reason of the table why the plan of one restriction does not allow an act, and which; None if it does."""
    steps = ("`zeren repair plan` shows the steps", "步骤见 `zeren repair plan`")
    if made.bar and not (act.kind == "repair" and made.bar == "not_in_force"):
        bar, last = repair_rules().bars[made.bar], made.until if made.until != "life" else None
        which, which_zh = (f" ({', '.join(made.against)})", f"（{'、'.join(made.against)}）") if made.against else ("", "")
        until, until_zh = (f" until {last}", f"，至{last}") if last else ("", "")
        return "barred", (f"{bar.en}{which}{until}; {steps[0]}", f"{bar.zh}{which_zh}{until_zh}；{steps[1]}")
    if made.through:
        return "barred", (
            f"it is accessory to finding {made.through}, and is repaired with that",
            f"该项随企业的认定 {made.through} 一并修复",
        )
    if missing := made.missing():
        told = [join.join(cases.table.label(kind, lang) for kind in missing) for lang, join in (("en", ", "), ("zh", "、"))]
        return "steps", (f"still missing: {told[0]}; {steps[0]}", f"尚缺：{told[1]}；{steps[1]}")
    if made.earliest is not None and act.on < made.earliest:
        basis = next(step.basis for step in made.steps if step.kind == ASKED[0])
        return "too_early", (f"{made.earliest}, {basis}", f"{made.earliest}，{basis}")
    return None


def _bar_told(cases: Cases, made: Plan, decision: str, words: Texts) -> dict[str, Any]:
    """Return what stands against a repair: which bar, by which decision or document and article, until when, and how it ends."""
    by = [item for item in cases.events if item.id in made.against]
    found = cases.finding(made.finding) if made.finding else None
    given = [basis_json(basis) for basis in found.basis] if found and made.bar == "independent_ban" else []
    cited = [with_mark(f"{basis['instrument']} {basis['article']}", basis["evidence"], words) for basis in given]
    if made.bar in ("bar_recorded", "paused"):
        bases = dict.fromkeys(basis_of(found.rule if found else "", item.event.on.earliest) for item in by)
        cited = [with_mark(basis, _EVIDENCE[evidence], words) for basis, evidence in bases]
    join, known = words.words["list.join"], cases.decisions.get(decision)
    named = [f"{cases.table.label(e.event.kind, words.lang)} {e.event.number} {e.event.on} ({e.id})".replace("  ", " ") for e in by]
    lift = words.say(
        f"repair_lift.{made.bar}",
        by=join.join(named),
        until=words.say("date.life") if made.until == "life" else made.until or words.say("date.none"),
        command=join.join(f"zeren case lift-bar {item.event.about} --refers {item.id}" for item in by),
    )
    return {
        "bar": made.bar,
        "bar_text": words.pick(repair_rules().bars[made.bar]),
        "bar_by": [item.id for item in by],
        "bar_number": join.join(item.event.number for item in by if item.event.number) or (known.number if known else None) or None,
        "bar_basis": join.join(cited) or None,
        "bar_until": made.until,
        "bar_lift": lift,
    }


def plan_rows(cases: Cases, restriction: str, made: Plan, words: Texts) -> list[dict[str, Any]]:
    """Return a plan as rows, one a step; a bar is a row without a step. One of a decision itself is given with that."""
    rows: list[dict[str, Any]] = leaving(_rows(cases, restriction, made, words))
    return rows


def _rows(cases: Cases, restriction: str, made: Plan, words: Texts) -> list[dict[str, Any]]:
    rules, found = repair_rules(), cases.finding(made.finding) if made.finding else None
    national = rules.national.classes.get(made.class_)
    head = {
        "restriction": restriction if found else None,
        "decision": found.decision if found else restriction,
        "finding": made.finding or None,
        "rule": found.rule if found else cases.bare(restriction).rule or None,
        "class": words.pick(national) if national else None,
        "through": made.through or None,
    }
    if made.bar:
        return [head | _bar_told(cases, made, found.decision if found else restriction, words)]
    return [
        head
        | {
            "step": step.kind,
            "step_text": cases.table.label(step.kind, words.lang),
            "done": step.done.isoformat() if step.done else None,
            "earliest": step.earliest.isoformat() if step.earliest else None,
            "basis": step.basis,
            "evidence": _EVIDENCE[step.evidence],
            "optional": step.optional,
        }
        for step in made.steps
    ] or [head]
