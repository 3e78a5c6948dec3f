"""Repair of a party's restrictions: the plan, and the acts that follow it.

Invariants (tests/unit/test_api_repairs.py holds one test a number)
1. An application before its earliest day, with a step missing, or against a bar is refused with the rule that refuses it, the stage
   and what is possible; it is about a finding, a decision with all that rests on it, or a restriction.
   So is what the law of the matter bars, with the decision that shows it and the article; what no decision shows the plan asks.
2. A repair that is granted ends measure, sharing and publication with one event; one obtained by fraud restores all three.
3. A mark has a plan as soon as it binds; the plan of what is accessory shows the steps and days of what it is repaired with.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any, Final

from analytics.lifecycle.bars import bars
from analytics.lifecycle.ground import Ground, code_of
from analytics.lifecycle.masking import leaving
from analytics.lifecycle.repair import ASKED, Plan, bar_label, basis_of, plan, repair_rules
from api.locales import Texts, texts
from api.use_cases.acting import Actor
from api.use_cases.case_acts import Act, Done, perform, possible_to, tried
from api.use_cases.cases import Cases
from api.use_cases.citing import basis_json, with_mark
from api.use_cases.passing import as_recorded
from api.use_cases.refusing import Why, refusal
from graph.model import Outcome
from graph.store.base import Store

_REFUSALS: Final = frozenset({"law_bars", "barred", "steps", "too_early"})
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
    marks = [
        (finding.id, _plan(cases, ground, "", today))
        for finding in sorted(cases.findings.values(), key=lambda finding: finding.id)
        if finding.party in parties and finding.effect == "record" and finding.outcome is Outcome.ESTABLISHED
        for ground, life in cases.lives_of(finding.id, today)
        if cases.table.stages[life.stage].binds
    ]
    return [*made, *marks, *of_decisions]


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
    made = plan(ground, life, code, records, today)
    if made.through and (above := cases.grounds(made.through)) and not (first := _plan(cases, *above[0], today)).bar:
        steps = (*(step for step in first.steps if not step.optional), *made.steps)
        return replace(made, steps=steps, earliest=first.earliest)
    return made


def repair(store: Store, cases: Cases, actor: Actor, act: Act, today: date, *, dry_run: bool = False) -> Done:
    """Apply for a repair, grant or refuse it, or restore what fraud obtained: of a finding, a decision or a restriction.

    Raises
    ------
    Refused
        The plan of nothing that it reaches, or the stage, allows it.
    """
    if act.kind in ASKED and not act.reported:
        reached = cases.reached(act.about)
        made = [(bool(ground.principal), _plan(cases, _asked(ground, act), carried, act.on)) for ground, carried in reached]
        # What is accessory goes with the enterprise's own, whose reason is therefore the one to follow.
        made.sort(key=lambda each: (each[1].bar == "not_in_force", each[0], not each[1].shown))
        refused = [_against(cases, each, act) for _, each in made]
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
    if made.shown:
        en, zh = (f"{bar_label(made.bar).model_dump()[lang]}{_by_law(cases, made, texts(lang))}" for lang in ("en", "zh"))
        return "law_bars", (en, zh)
    if made.bar and not (act.kind == "repair" and made.bar == "not_in_force"):
        bar, last = bar_label(made.bar), made.until if made.until != "life" else None
        by = list(dict.fromkeys(map(as_recorded, made.against)))
        which, which_zh = (f" ({', '.join(by)})", f"（{'、'.join(by)}）") if by else ("", "")
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


def _by_law(cases: Cases, made: Plan, words: Texts) -> str:
    """Return by which decisions and which article the law of the matter bars a repair, and until when."""
    by = words.say("repair_by_law", by=words.words["list.join"].join(_named(cases, made)), basis=_basis(made.bar, words))
    return by + (words.say("repair_by_law_until", until=made.until) if made.until else "")


def _basis(code: str, words: Texts) -> str:
    return with_mark(bars().bars[code].basis, _EVIDENCE[bars().bars[code].evidence], words)


def _named(cases: Cases, made: Plan) -> list[str]:
    """Return the decisions that show a bar, each with its number and day."""
    known = ((each, cases.decisions.get(each)) for each in dict.fromkeys(item.decision for item in made.shown))
    return [f"{each} {value.number} {value.date}".replace("  ", " ") if value else each for each, value in known]


def _law_told(cases: Cases, made: Plan, words: Texts) -> dict[str, Any]:
    """Return what stands against a repair by the law of the matter."""
    by, join = list(dict.fromkeys(item.decision for item in made.shown)), words.words["list.join"]
    numbers = [cases.decisions[each].number for each in by if each in cases.decisions]
    until = made.until or words.say("date.none")
    return {
        "bar": made.bar,
        "bar_text": words.pick(bar_label(made.bar)),
        "bar_by": by,
        "bar_number": join.join(filter(None, numbers)) or None,
        "bar_basis": _basis(made.bar, words),
        "bar_until": made.until,
        "bar_lift": words.say(f"repair_lift.law_{bars().bars[made.bar].shown}", by=join.join(_named(cases, made)), until=until),
    }


def _bar_told(cases: Cases, made: Plan, decision: str, words: Texts) -> dict[str, Any]:
    """Return what stands against a repair: which bar, by which decision or document and article, until when, and how it ends."""
    if made.shown:
        return _law_told(cases, made, words)
    against = set(map(as_recorded, made.against))
    by = [item for item in cases.events if item.id in against]
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
        "bar_text": words.pick(bar_label(made.bar)),
        "bar_by": [item.id for item in by],
        "bar_number": join.join(item.event.number for item in by if item.event.number) or (known.number if known else None) or None,
        "bar_basis": join.join(cited) or None,
        "bar_until": made.until,
        "bar_lift": lift,
    }


def _asked_told(code: str, by: tuple[str, ...], decision: str, words: Texts) -> dict[str, Any]:
    """Return what a human must ask before a repair, and how he records that it is so."""
    bar, join = bars().bars[code], words.words["list.join"]
    return {
        "question": code,
        "question_text": words.pick(bar.ask or bar) + (words.say("repair_asked_by", by=join.join(by)) if by else ""),
        "question_by": list(by),
        "question_answer": words.say("repair_asked", command=f"zeren case bar-repair {decision}"),
        "basis": bar.basis,
        "evidence": _EVIDENCE[bar.evidence],
    }


def plan_rows(cases: Cases, restriction: str, made: Plan, words: Texts) -> list[dict[str, Any]]:
    """Return a plan as rows, one a step; a bar is a row without a step. One of a decision itself is given with that."""
    rows: list[dict[str, Any]] = leaving(_rows(cases, restriction, made, words))
    return rows


def _rows(cases: Cases, restriction: str, made: Plan, words: Texts) -> list[dict[str, Any]]:
    rules, found = repair_rules(), cases.finding(made.finding) if made.finding else None
    national = rules.national.classes.get(made.class_)
    decision = found.decision if found else restriction
    head = {
        "restriction": restriction if found and restriction != made.finding else None,
        "decision": decision,
        "finding": made.finding or None,
        "rule": found.rule if found else cases.bare(restriction).rule or None,
        "class": words.pick(national) if national else None,
        "through": made.through or None,
    }
    if made.bar:
        return [head | _bar_told(cases, made, decision, words)]
    steps: list[dict[str, Any]] = [
        head
        | {
            "step": step.kind,
            "step_text": cases.table.label(step.kind, words.lang) + (words.say("repair_optional") if step.optional else ""),
            "done": step.done.isoformat() if step.done else None,
            "earliest": step.earliest.isoformat() if step.earliest else None,
            "basis": step.basis,
            "evidence": _EVIDENCE[step.evidence],
            "optional": step.optional,
        }
        for step in made.steps
    ]
    return [*steps, *(head | _asked_told(code, by, decision, words) for code, by in made.asked)] or [head]
