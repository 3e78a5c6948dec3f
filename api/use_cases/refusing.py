"""Why an act is refused, and what would be possible instead: the second half of invariant 1 of `api.use_cases.case_acts`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from analytics.lifecycle.ground import Life
from api.use_cases.acts import Act, Done
from api.use_cases.cases import Cases
from graph.errors import Refused
from graph.model import Event

_LEAST: Final = {"stage": 1, "scope": 2}
"""Reasons that say less than any other why an act has no effect."""


def open_in(lives: Iterable[Life]) -> dict[str, Event]:
    """Return what is open in some lives and waits for an answer, by id."""
    return {item.id: item.event for life in lives for item in life.judged if item.id in life.paused}


def refusal(cases: Cases, act: Act, reason: str, done: Done, more: str = "") -> Refused:
    """Return why an act is refused: for this reason, or else for the one that says most of those of the findings it reaches."""
    row = done.rows[0] if reason else min(done.rows, key=lambda each: _LEAST.get(each["reason"], 0))
    reason, table = reason or row["reason"], cases.table
    stages = list(dict.fromkeys(each["stage"] for each in done.rows))
    possible = ", ".join(dict.fromkeys(word for stage in stages for word in _possible(cases, act, done, stage)))
    why, which = table.reasons[reason], f" ({more})" if more else ""
    there = ", ".join(repr(stage) for stage in stages)
    return Refused(
        f"{act.kind} refused [{reason}]: {why.en}{which}; {act.about} is at stage {there}; possible at it: {possible or 'nothing'}",
        zh=f"{table.label(act.kind, 'zh')}：不予办理 [{reason}]：{why.zh}{which}；"
        f"{act.about} 现为{'、'.join(f'“{table.stages[stage].zh}”' for stage in stages)}；现可办理：{possible or '无'}",
    )


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
