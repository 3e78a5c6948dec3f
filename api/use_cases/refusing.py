"""How an act on a case is refused: why, where the case stands, and what would be possible, in both languages.

It is the second half of invariant 1 of `api.use_cases.case_acts`.

Invariants (tests/unit/test_api_refusing.py holds one test a number)
1. A refusal in Chinese is Chinese: codes stay where programs and commands need them, and no reason is in English. One in English
   names events and stages in words too.
2. What is offered instead would be allowed on the day of the act, or today where that is still to come, with whatever whoever acts
   can give: another person, a number, a reason, the event that it refers to. Nothing that would be is left out, a repair and the
   refused act itself neither, but for other records beside the life.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from analytics.lifecycle.ground import Dated, Ground, Judged, Life
from analytics.lifecycle.repair import unlifted
from analytics.lifecycle.table import EventRule, Note, load_table
from api.use_cases.acts import Act, Done
from api.use_cases.cases import Cases
from graph.document_numbers import document_key
from graph.errors import Refused
from graph.model import Event

Why = tuple[str, str]
"""A reason in English and Chinese."""
_LEAST: Final = {"stage": 1, "scope": 2}
"""Reasons that say less than any other why an act has no effect."""
_ANYBODY: Final = "somebody who did nothing in the case"
_NUMBER: Final = "未用〔9999〕999999999号"
"""A number that no document has."""
_REASON: Final = "reason"
REPAIRS: Final = {"repair_application": "apply", "repair": "grant", "repair_refusal": "refuse", "repair_fraud": "fraud"}
"""The word under `zeren repair` that does each of these."""


def open_in(lives: Iterable[Life]) -> dict[str, Event]:
    """Return what is open in some lives and waits for an answer, by id."""
    return {item.id: item.event for life in lives for item in life.judged if item.id in life.paused}


def refusal(cases: Cases, act: Act, reason: str, more: Why | None, done: Done, may: Sequence[str]) -> Refused:
    """Return why an act is refused: for this reason, or else for the one that says most of those of the findings it reaches.

    `may` are the commands that are possible on its day.
    """
    row = done.rows[0] if reason else min(done.rows, key=lambda each: _LEAST.get(each["reason"], 0))
    reason, table = reason or row["reason"], cases.table
    stages = list(dict.fromkeys(each["stage_before"] for each in done.rows))
    kinds = {**table.commands, **{f"repair {word}": kind for kind, word in REPAIRS.items()}}
    then = min(act.on, done.today)
    day, day_zh = (f" on {then}", f"{then} 当日可办理") if act.on != done.today else ("", "现可办理")
    more = more or _more(cases, act, reason, done)
    why, (which, which_zh) = table.reasons[reason], (f" ({more[0]})", f"（{more[1]}）") if more else ("", "")
    at, at_zh = (
        ", ".join(repr(table.stages[stage].en) for stage in stages),
        "、".join(f"“{table.stages[stage].zh}”" for stage in stages),
    )
    if any(each["paused_before"] for each in done.rows):
        at, at_zh = f"{at} and paused", f"{at_zh}，暂停执行"
    words, words_zh = ", ".join(may), "、".join(f"{name_of(cases, kinds[word])}（{word}）" for word in may)
    return Refused(
        f"{name_of(cases, act.kind, 'en')}: refused [{reason}]: {why.en}{which};"
        f" {act.about} is at the stage {at}; possible at it{day}: {words or 'nothing'}",
        zh=f"{name_of(cases, act.kind)}：不予办理：{why.zh}{which_zh}；"
        f"{act.about} 现为{at_zh}；{day_zh}：{words_zh or '无'}。代码 [{reason}]",
    )


def _more(cases: Cases, act: Act, reason: str, done: Done) -> Why | None:
    """Return more of a reason of the table: what was given that is no number, and which events an act could refer to."""
    if reason in ("number", "told") and act.number.strip() and not document_key(act.number):
        return f"{act.number!r} has no numeral", f"所给的“{act.number}”没有数字，不是文书编号"
    rule = cases.table.event(act.kind)
    if reason != "refers":
        return None
    if isinstance(rule, EventRule):
        lives = [life for _, _, life in done.reached]
        known = {item.id: item.event for life in lives for item in life.judged}
        found = [(each, known[each]) for each in targets(rule, lives)]
    else:
        found = _noted(cases, rule, [(ground, carried) for ground, carried, _ in done.reached])
    if not found:
        return "there is none", "没有这样的在先事件"
    which = [(each, *_which(cases, act, event)) for each, event in found]
    en, zh = ", ".join(f"{each} {said}" for each, said, _ in which), "、".join(f"{each} {said}" for each, _, said in which)
    return f"--refers one of: {en}", f"--refers 可填：{zh}"


def _noted(cases: Cases, rule: Note, reached: Iterable[tuple[Ground, str]]) -> list[tuple[str, Event]]:
    """Return what a record beside the life could refer to, about anything that it reaches."""
    about = {each for ground, carried in reached for each in (ground.finding, ground.decision, carried)}
    known = [item for item in cases.events if item.event.about in about]
    kept = still_open(cases.events, rule)
    return [(item.id, item.event) for item in known if item.id in kept]


def still_open(events: Sequence[Dated], rule: Note) -> set[str]:
    """Return the events that a record beside the life can answer: no bar that was lifted, no proceedings that have ended."""
    kept = {item.id for item in unlifted(events)}
    ended = {item.event.refers for item in events if item.event.kind == "proceedings_ended"}
    over = {item.id for item in events if item.event.kind == "repair_bar"} - kept | ended
    return {item.id for item in events if item.event.kind in rule.answers} - over


def _which(cases: Cases, act: Act, event: Event) -> tuple[str, str]:
    """Return which record it is: of which day, by which document, about what, until when."""
    until = dict(event.details).get("until", "")
    dated = f"{event.on} {event.number}" if event.number else f"{event.on}"
    other = event.about if event.about != act.about else ""
    en = f"{name_of(cases, event.kind, 'en')} {dated}{f', of {other}' if other else ''}{f', until {until}' if until else ''}"
    zh = f"{name_of(cases, event.kind)} {dated}{f'，对象 {other}' if other else ''}{f'，至{until}' if until else ''}"
    return en, zh


def name_of(cases: Cases, kind: str, lang: str = "zh") -> str:
    """Return what a kind of event is called."""
    return cases.table.label(kind, lang)


def possible(cases: Cases, act: Act, day: date, allowed: Callable[[Act], bool]) -> list[str]:
    """Return the commands that are allowed on a day on what an act is about, its own where it lacks only what can be given.

    Parameters
    ----------
    cases : Cases
        The cases.
    act : Act
        What was to be done; of what happens beside the life (`records`) it alone is told of.
    day : date
        The day.
    allowed : callable
        Says whether an act would be.
    """
    scope = cases.scope_of(act.about)
    lives = [cases.life(ground, day, restriction) for ground, restriction in cases.kinds_reached(act.about)]
    stages = {life.stage for life in lives}
    meant: dict[str, Iterable[str]] = {
        kind: targets(rule, lives)
        for kind, rule in cases.table.events.items()
        if kind == act.kind or (scope in rule.scope and not stages.isdisjoint(rule.starts))
    }
    if note := cases.table.records.get(act.kind):
        meant[act.kind] = dict(_noted(cases, note, cases.reached(act.about))) if note.answers else [""]
    trial = Act("", act.about, day, _ANYBODY, _REASON, _NUMBER, reported=act.reported)
    return [
        command_of(cases.table.event(kind), kind)
        for kind, events in meant.items()
        if any(allowed(replace(trial, kind=kind, refers=refers)) for refers in events)
    ]


def command_of(rule: EventRule | Note, kind: str) -> str:
    """Return the command that does a kind of event: a word under `zeren case`, or two where it stands under `zeren repair`."""
    return rule.command or f"repair {REPAIRS[kind]}"


def _in_effect(life: Life) -> Iterator[Judged]:
    """Yield the events that have effect, but for those that a later one unmade."""
    given = [item for item in life.judged if not item.reason]
    events = load_table().events
    for place, item in enumerate(given):
        if all(events[later.event.kind].unmakes != item.event.kind for later in given[place + 1 :]):
            yield item


def targets(rule: EventRule, lives: Sequence[Life]) -> Sequence[str]:
    """Return what an event could answer or undo; of one that does neither, nothing in particular."""
    if rule.closes:
        return [each for each, event in open_in(lives).items() if event.kind == rule.closes]
    if rule.undoes:
        return list({item.id: "" for life in lives for item in _in_effect(life) if item.event.kind in rule.undoes})
    return [""]
