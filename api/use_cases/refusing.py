"""How an act on a case is refused: why, where the case stands, and what would be possible, in both languages.

It is the second half of invariant 1 of `api.use_cases.case_acts`.

Invariants (tests/unit/test_api_refusing.py holds one test a number)
1. A refusal in Chinese is Chinese: codes stay where programs and commands need them, and no reason is in English.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from analytics.lifecycle.ground import Life
from api.use_cases.acts import Act, Done
from api.use_cases.cases import Cases
from graph.errors import Refused
from graph.model import Event

Why = tuple[str, str]
"""A reason in English and Chinese."""
_LEAST: Final = {"stage": 1, "scope": 2}
"""Reasons that say less than any other why an act has no effect."""


def open_in(lives: Iterable[Life]) -> dict[str, Event]:
    """Return what is open in some lives and waits for an answer, by id."""
    return {item.id: item.event for life in lives for item in life.judged if item.id in life.paused}


def refusal(cases: Cases, act: Act, reason: str, done: Done, more: Why | None = None) -> Refused:
    """Return why an act is refused: for this reason, or else for the one that says most of those of the findings it reaches."""
    row = done.rows[0] if reason else min(done.rows, key=lambda each: _LEAST.get(each["reason"], 0))
    reason, table = reason or row["reason"], cases.table
    stages = list(dict.fromkeys(each["stage"] for each in done.rows))
    possible = list(dict.fromkeys(word for stage in stages for word in _possible(cases, act, done, stage)))
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


def _possible(cases: Cases, act: Act, done: Done, stage: str) -> list[str]:
    """Return the commands, other than this one, that may have effect at a stage: what answers or undoes if there is anything."""
    table, scope = cases.table, cases.scope_of(act.about)
    there = {item.event.kind for life in done.lives for item in life.judged if not item.reason}
    paused = {event.kind for event in open_in(done.lives).values()}
    found = []
    for kind in table.allowed(stage):
        rule = table.events[kind]
        answers = not rule.closes or rule.closes in paused
        undoes = not rule.undoes or bool(there & set(rule.undoes))
        asked = "hearing_asked" not in rule.needs or "hearing_request" in there
        if rule.command and scope in rule.scope and kind != act.kind and answers and undoes and asked:
            found.append(rule.command)
    return found
