"""How an act on a case is refused: why, where the case stands, and what would be possible, in both languages.

It is the second half of invariant 1 of `api.use_cases.case_acts`.

Invariants (tests/unit/test_api_refusing.py holds one test a number)
1. A refusal in Chinese is Chinese: codes stay where programs and commands need them, and no reason is in English.
2. What is offered instead would have effect today, done by somebody else if need be.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from analytics.lifecycle.ground import Dated, Ground, Life
from analytics.lifecycle.life import live
from analytics.lifecycle.table import EventRule
from api.use_cases.acts import Act, Done
from api.use_cases.cases import Cases
from graph.dates import PartialDate
from graph.errors import Refused
from graph.model import Event

Why = tuple[str, str]
"""A reason in English and Chinese."""
_LEAST: Final = {"stage": 1, "scope": 2}
"""Reasons that say less than any other why an act has no effect."""
_TRIAL: Final = "trial"
_ANYBODY: Final = "somebody who did nothing in the case"


def open_in(lives: Iterable[Life]) -> dict[str, Event]:
    """Return what is open in some lives and waits for an answer, by id."""
    return {item.id: item.event for life in lives for item in life.judged if item.id in life.paused}


def refusal(cases: Cases, act: Act, reason: str, done: Done, more: Why | None = None) -> Refused:
    """Return why an act is refused: for this reason, or else for the one that says most of those of the findings it reaches."""
    row = done.rows[0] if reason else min(done.rows, key=lambda each: _LEAST.get(each["reason"], 0))
    reason, table = reason or row["reason"], cases.table
    stages = list(dict.fromkeys(each["stage"] for each in done.rows))
    possible = _possible(cases, act, done)
    why, (which, which_zh) = table.reasons[reason], (f" ({more[0]})", f"（{more[1]}）") if more else ("", "")
    at, at_zh = ", ".join(map(repr, stages)), "、".join(f"“{table.stages[stage].zh}”" for stage in stages)
    words, words_zh = ", ".join(possible), "、".join(f"{name_of(cases, table.commands[word])}（{word}）" for word in possible)
    return Refused(
        f"{act.kind} refused [{reason}]: {why.en}{which}; {act.about} is at stage {at}; possible at it: {words or 'nothing'}",
        zh=f"{name_of(cases, act.kind)}：不予办理：{why.zh}{which_zh}；"
        f"{act.about} 现为{at_zh}；现可办理：{words_zh or '无'}。代码 [{reason}]",
    )


def name_of(cases: Cases, kind: str) -> str:
    """Return what a kind of event is called in Chinese."""
    return cases.table.label(kind, "zh")


def _possible(cases: Cases, act: Act, done: Done) -> list[str]:
    """Return the commands, other than this one, that would have effect today on anything that an act reaches."""
    scope = cases.scope_of(act.about)
    return [
        rule.command
        for kind, rule in cases.table.events.items()
        if rule.command
        and scope in rule.scope
        and kind != act.kind
        and any(_would(cases, kind, rule, act.about, done.today, *each) for each in done.reached)
    ]


def _would(cases: Cases, kind: str, rule: EventRule, about: str, today: date, ground: Ground, restriction: str, life: Life) -> bool:
    """Say whether an event of a kind, with whatever it needs of papers and people, would have effect on a ground today."""
    if life.stage not in rule.starts:
        return False
    given, before = cases.happened.of(ground, restriction), {item.id for item in life.judged if not item.reason}
    for refers in _targets(rule, life):
        event = Event(kind, about, PartialDate.on(today), _ANYBODY, kind, "1号", refers)
        after = live(ground, [*given, Dated(_TRIAL, event)], today, cases.table)
        stand = {item.id for item in after.judged if not item.reason}
        if _TRIAL in stand and (rule.above or before <= stand):
            return True
    return False


def _targets(rule: EventRule, life: Life) -> list[str]:
    """Return what an event could answer or undo; of one that does neither, nothing in particular."""
    if rule.closes:
        return [each for each, event in open_in([life]).items() if event.kind == rule.closes]
    if rule.undoes:
        return [item.id for item in life.judged if not item.reason and item.event.kind in rule.undoes]
    return [""]
