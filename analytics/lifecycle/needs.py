"""What the table asks of an event before it has effect: each `needs` of `transitions.yaml`, judged on what the fold knows by then.

The invariants are those of `analytics.lifecycle.life`, which asks here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from analytics.lifecycle.evidence import evidence_of
from analytics.lifecycle.ground import MEASURES, Dated, Ground, Judged, Life, code_of, day_said, people_of
from analytics.lifecycle.repair import against
from analytics.lifecycle.table import EventRule, Table
from graph.document_numbers import document_key
from graph.model import Event
from graph.names import normalise_name

_ABOUT_HEARING: Final = ("hearing_request", "hearing_waiver", "hearing")


@dataclass(slots=True)
class State:
    """What the fold carries along.

    `gone`: what was proposed and confirmed on evidence that is gone; `fell`: there was such. `waiting`: the days still to
    come on which the finding may rest again on what was confirmed.
    """

    table: Table
    stage: str
    start: date | None
    counted: date | None
    until: str | None
    paused: list[str] = field(default_factory=list)
    effective: dict[str, Event] = field(default_factory=dict)
    procedure: list[Event] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    records: list[Dated] = field(default_factory=list)
    known: Mapping[str, Event] = field(default_factory=dict)
    undone: Mapping[str, str] = field(default_factory=dict)
    stood: set[str] = field(default_factory=set)
    again: date | None = None
    first: date | None = None
    gone: frozenset[str] = frozenset()
    fell: bool = False
    waiting: list[date] = field(default_factory=list)
    above: dict[str, State] = field(default_factory=dict)
    """What became of each decision above one that rests on several."""
    fallen: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Which of these fell until a ruling, by which event, and to which stage."""
    asked: str | None = None
    """What stands against the repair that is judged, once the plan was asked."""

    def life(self) -> Life:
        """Return where it stands now."""
        return Life(
            self.stage, self.start, self.until, tuple(self.paused), tuple(self.judged), self.counted, self.again, self.first
        )

    def confirmed_on(self) -> str:
        """Return on which evidence the last decision confirmed, empty where it does not say so."""
        decided = self.latest("decision")
        return evidence_of(decided) if decided else ""

    def served(self) -> bool:
        """Say whether a decision that confirms it was ever served."""
        return any(event.kind == "service" for event in self.effective.values())

    def latest(self, *kinds: str) -> Event | None:
        """Return the last event of these kinds since the last proposal."""
        return next((event for event in reversed(self.procedure) if event.kind in kinds), None)


def admits(table: Table, stage: str, paused: Iterable[str], event: Event, rule: EventRule) -> bool:
    """Say whether an event may have effect at a stage; what is open can be answered at any that is not over."""
    answers = bool(rule.closes) and event.refers in paused and not table.stages[stage].ended
    return bool(rule.undoes) or stage in rule.starts or answers


def _told_day(state: State, label: str) -> date | None:
    """Return a day that the notice tells, None where it tells none that can be read."""
    notice = state.latest("notice")
    return day_said(dict(notice.details).get(label)) if notice else None


def _heard_or_over(state: State, event: Event) -> bool:
    last = _told_day(state, "until")
    return state.stage == "heard" or (last is not None and event.on.day is not None and event.on.day > last)


def _in_time(state: State, event: Event) -> bool:
    last = _told_day(state, "hearing")
    return last is not None and event.on.day is not None and event.on.day <= last


def other_people(before: Event | None, event: Event) -> bool:
    """Say whether it is certain that others did one event than did the other; who is not named could be anybody."""
    if before is None or not people_of(before) or not people_of(event):
        return False
    return people_of(before).isdisjoint(people_of(event))


def _in_term(state: State, event: Event) -> bool:
    if state.until in (None, "life") or event.on.day is None:
        return True
    return event.on.day <= date.fromisoformat(str(state.until))


def _hearing_offered(state: State, ground: Ground) -> bool:
    return not ground.occupation or _told_day(state, "hearing") is not None


def _hearing_held(state: State, ground: Ground, event: Event) -> bool:
    """Say whether a hearing that was asked for was held or, where one may still be asked for, the party waived it."""
    last = state.latest(*_ABOUT_HEARING)
    if last is not None:
        return last.kind != "hearing_request"
    return not ground.occupation or not _in_time(state, event)


def _hearing_asked(state: State) -> bool:
    """Say whether a hearing was asked for that was neither held nor waived since."""
    last = state.latest(*_ABOUT_HEARING)
    return last is not None and last.kind == "hearing_request"


def _hearing_open(state: State, event: Event) -> bool:
    """Say whether a request for a hearing, or a waiver of one, changes anything: not once it was held, nor twice."""
    last = state.latest(*_ABOUT_HEARING)
    return last is None or last.kind not in ("hearing", event.kind)


def _refers(state: State, event: Event, rule: EventRule) -> bool:
    if rule.undoes:
        ruling = state.undone.get(event.refers)
        return ruling is not None and state.known[ruling] == event
    return event.refers in state.paused and state.effective[event.refers].kind == rule.closes


def _answered(state: State, event: Event) -> Event | None:
    """Return the application that a repair answers, or the repair that its undoing does."""
    wanted = "repair_application" if event.kind == "repair" else "repair"
    return next((each for each in reversed(state.effective.values()) if each.kind == wanted), None)


def _on_the_same(state: State, event: Event) -> bool:
    """Say whether a decision confirms what was proposed; of one that says nothing of its evidence nothing is known against it."""
    proposal = state.latest("proposal")
    proposed, confirmed = (evidence_of(each) for each in (proposal or event, event))
    return not proposed or not confirmed or proposed == confirmed


def _covered(ground: Ground, event: Event) -> bool:
    """Say whether a proposal or a decision is about a measure: those that the finding had then are written down."""
    told = dict(event.details).get(MEASURES)
    return told is None or not ground.measure or ground.measure in told.splitlines()


def _against_repair(state: State, ground: Ground, event: Event) -> str:
    """Return what stands against a repair on the day of an event, in the words of the table; asked once for each event."""
    if state.asked is not None:
        return state.asked
    assert event.on.day is not None  # noqa: S101 - only dated events come here
    life = state.life()
    state.asked = against(ground, life, code_of(life, event.on.day, state.table), state.records, event)
    return state.asked


HOLDS: Mapping[str, Callable[[State, Ground, Event, EventRule], bool]] = {
    "premises": lambda _s, ground, event, _r: ground.proved and not ground.was_gone(event.on.day),
    "in_term": lambda state, _g, event, _r: _in_term(state, event),
    "number": lambda _s, _g, event, _r: bool(document_key(event.number)),
    "reason": lambda _s, _g, event, _r: bool(normalise_name(event.text)),
    "told": lambda _s, _g, event, _r: bool(document_key(event.number) or normalise_name(event.text)),
    "four_eyes": lambda state, _g, event, _r: other_people(state.latest("proposal"), event),
    "two_people": lambda state, _g, event, _r: event.refers not in state.known or other_people(state.known[event.refers], event),
    "derived_only": lambda _s, ground, _e, _r: not (ground.imposed and ground.finding),
    "in_time": lambda state, _g, event, _r: _in_time(state, event),
    "heard_or_over": lambda state, _g, event, _r: _heard_or_over(state, event),
    "hearing_offered": lambda state, ground, _e, _r: _hearing_offered(state, ground),
    "hearing_held": lambda state, ground, event, _r: _hearing_held(state, ground, event),
    "hearing_told": lambda state, _g, _e, _r: _told_day(state, "hearing") is not None,
    "hearing_asked": lambda state, _g, _e, _r: _hearing_asked(state),
    "hearing_open": lambda state, _g, event, _r: _hearing_open(state, event),
    "to_waive": lambda state, _g, event, _r: _hearing_asked(state) or _in_time(state, event),
    "evidence": lambda state, _g, event, _r: _on_the_same(state, event),
    "covered": lambda _s, ground, event, _r: _covered(ground, event),
    "repair_two_people": lambda state, _g, event, _r: other_people(_answered(state, event), event),
    "law_bars": lambda state, ground, event, _r: _against_repair(state, ground, event) != "law_bars",
    "barred": lambda state, ground, event, _r: _against_repair(state, ground, event) != "barred",
    "steps": lambda state, ground, event, _r: _against_repair(state, ground, event) != "steps",
    "too_early": lambda state, ground, event, _r: _against_repair(state, ground, event) != "too_early",
    "no_open_objection": lambda state, _g, _e, _r: not state.paused,
    "refers": lambda state, _g, event, rule: _refers(state, event, rule),
    "listing": lambda _s, ground, _e, _r: ground.listed is not False,
    "not_own_clock": lambda _s, ground, event, _r: not (ground.own_clock and event.about == ground.decision),
}
"""What each `needs` of the table asks."""
