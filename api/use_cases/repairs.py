"""Repair of a party's restrictions: the plan, and the acts that follow it.

Invariants (tests/unit/test_api_repairs.py holds one test a number)
1. An application before its earliest day, with a step missing, or against a bar is refused with the rule that refuses it.
2. A repair that is granted ends measure, sharing and publication with one event; one obtained by fraud restores all three.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from analytics.lifecycle.ground import Ground, code_of
from analytics.lifecycle.repair import Plan, plan, repair_rules
from api.locales import Texts
from api.use_cases.acting import Actor
from api.use_cases.case_acts import Act, Done, perform
from api.use_cases.cases import Cases
from graph.errors import NotFound, Refused
from graph.store.base import Store

ASKED = ("repair_application", "repair")
"""Acts that the plan must allow."""


def plans(cases: Cases, parties: Collection[str], today: date) -> list[tuple[str, Plan]]:
    """Return how each restriction of a party may be repaired, one plan for each finding that it rests on, by restriction."""
    return [
        (restriction.id, _plan(cases, ground, restriction.id, today))
        for restriction in cases.restrictions
        if restriction.party in parties
        for ground in restriction.grounds
    ]


def _plan(cases: Cases, ground: Ground, restriction: str, today: date) -> Plan:
    life = cases.life(ground, today, restriction)
    code = code_of(life, today, cases.table)
    records = [item for item in cases.happened.of(ground, restriction) if item.event.kind in cases.table.records]
    return plan(ground, life, code, records, today)


def repair(store: Store, cases: Cases, actor: Actor, act: Act, today: date, *, dry_run: bool = False) -> Done:
    """Apply for a repair of a finding, or of a decision that stands alone, grant or refuse it, or restore what fraud obtained.

    Raises
    ------
    Refused
        The plan, or the stage, does not allow it.
    """
    if act.about not in cases.findings and not cases.stands_alone(act.about):
        zh = f"没有编号为“{act.about}”的认定：修复按认定申请和准予"
        raise NotFound(f"no finding {act.about!r}: a repair is asked for and granted for a finding", zh=zh)
    if act.kind in ASKED and not act.reported:
        refused = [_against(cases, _plan(cases, *each, act.on), act) for each in cases.reached(act.about)]
        if refused[0] is not None and all(refused):
            en, zh = refused[0]
            raise Refused(en, zh=zh)
    return perform(store, cases, actor, act, today, dry_run=dry_run)


def _against(cases: Cases, made: Plan, act: Act) -> tuple[str, str] | None:
    """Return why the plan of one restriction does not allow an act, in English and Chinese; None if it does."""
    en, zh = f"{act.kind} refused", f"{cases.table.label(act.kind, 'zh')}：不予办理："
    if made.bar and not (act.kind == "repair" and made.bar == "not_in_force"):
        bar = repair_rules().bars[made.bar]
        return (
            f"{en} [barred]: {bar.en}; `zeren repair plan` shows the steps",
            f"{zh}{bar.zh}；步骤见 `zeren repair plan`。代码 [barred]",
        )
    if made.through:
        return (
            f"{en} [barred]: it is accessory to finding {made.through}, and is repaired with that",
            f"{zh}该项随企业的认定 {made.through} 一并修复。代码 [barred]",
        )
    if missing := made.missing():
        told, told_zh = (
            join.join(cases.table.label(kind, lang) for kind in missing) for lang, join in (("en", ", "), ("zh", "、"))
        )
        return (
            f"{en} [steps]: still missing: {told}; `zeren repair plan` shows the steps",
            f"{zh}尚缺：{told_zh}；步骤见 `zeren repair plan`。代码 [steps]",
        )
    if made.earliest is not None and act.on < made.earliest:
        basis, early = made.steps[-1].basis, cases.table.reasons["too_early"]
        return (
            f"{en} [too_early]: {early.en}, {made.earliest} ({basis})",
            f"{zh}{early.zh}，{made.earliest}（{basis}）。代码 [too_early]",
        )
    return None


def plan_rows(cases: Cases, restriction: str, made: Plan, words: Texts) -> list[dict[str, Any]]:
    """Return a plan as rows, one a step; a bar is a row without a step."""
    found, rules = cases.finding(made.finding), repair_rules()
    national = rules.national.classes.get(made.class_)
    head = {
        "restriction": restriction,
        "finding": made.finding,
        "rule": found.rule,
        "class": words.pick(national) if national else None,
        "through": made.through or None,
    }
    if made.bar:
        told = rules.bars[made.bar]
        return [head | {"bar": made.bar, "bar_text": words.pick(told)}]
    return [
        head
        | {
            "step": step.kind,
            "step_text": cases.table.label(step.kind, words.lang),
            "done": step.done.isoformat() if step.done else None,
            "earliest": step.earliest.isoformat() if step.earliest else None,
            "basis": step.basis,
            "evidence": {"V": "verbatim", "S": "secondary", "M": "memory"}[step.evidence],
            "optional": step.optional,
        }
        for step in made.steps
    ] or [head]
