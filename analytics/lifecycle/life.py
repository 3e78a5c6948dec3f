"""The life of one ground: what stage it is at on a day, folded from dated events.

Invariants (tests/unit/test_lifecycle_life.py holds one test a number)
1. Status is a function of the set of events: any order of arrival gives the same.
2. An event that may not have effect is kept, and judged without effect with a reason, until what it needs has come.
3. Nothing derived binds before a decision with a document number was served, by other people than those who proposed: whoever
   entered a report counts as one of them, and one name in two spellings is one person. Its term begins with the service at the
   earliest. Where the measure restricts an occupation a hearing can be asked for until its last day, unless the party waives it.
4. Nothing stops the clock of a term: what was paused ends on the day on which it would have ended.
5. A ruling that undoes an event leaves what stood before it standing from that day on, and says so.
6. What is void from the beginning was never in force, on any day.
7. What ends with the enterprise's listing ends when that ends, and stands again when that does; what has its own clock keeps it.
8. Of two events of one kind and day the one done here comes before the one that was reported.
9. A proposal begins a procedure: no notice, request, hearing or statement of an earlier one serves it or stands in its way.
10. An objection is answered by other people than those who recorded it; what an authority or court imposed is not lifted by it.
11. No text among the details of a report breaks the fold: what is no day is as if it were not said.
12. A repair has effect when its plan allows it on its day, wherever it was granted; whoever recorded the application does not
    grant it, and whoever granted it does not undo it.
13. What a decision confirms are the measures and the term that the finding had then, on the evidence that was proposed; what the
    finding becomes later is covered only as far as it is less.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from analytics.lifecycle.ground import (
    ENTERED_BY,
    EVIDENCE,
    LAST_DAY,
    MEASURES,
    Dated,
    Ground,
    Judged,
    Life,
    code_of,
    day_said,
    people_of,
)
from analytics.lifecycle.repair import against
from analytics.lifecycle.table import EventRule, Table
from graph.dates import add_months
from graph.document_numbers import document_key
from graph.model import Event
from graph.names import normalise_name


@dataclass(slots=True)
class _State:
    """What the fold carries along."""

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
    undone: Collection[str] = ()
    stood: set[str] = field(default_factory=set)
    again: date | None = None
    asked: str | None = None
    """What stands against the repair that is judged, once the plan was asked."""

    def life(self) -> Life:
        """Return where it stands now."""
        return Life(self.stage, self.start, self.until, tuple(self.paused), tuple(self.judged), self.counted, self.again)

    def latest(self, *kinds: str) -> Event | None:
        """Return the last event of these kinds since the last proposal."""
        return next((event for event in reversed(self.procedure) if event.kind in kinds), None)


def live(ground: Ground, events: Iterable[Dated], day: date, table: Table) -> Life:
    """Return the life of a ground on a day.

    Parameters
    ----------
    ground : Ground
        The finding.
    events : iterable of Dated
        What is known to have happened to it, to its decision or to its restriction, in any order.
    day : date
        Events after it are not looked at.
    table : Table
        What may follow what.
    """
    every = list(events)
    given = in_order(every, table)
    if not given and not ground.gone:
        return _untouched(ground, day)
    records = [item for item in every if item.event.kind in table.records]
    known = [item for item in given if item.event.on.day is not None and item.event.on.day <= day]
    state = _fold(ground, known, records, table)
    looked_at = {item.id for item in known}
    state.judged += [Judged(i.id, i.event, "future" if i.event.on.day else "day") for i in given if i.id not in looked_at]
    _run_out(state, day)
    if _void(ground, given, records, day, table):
        state.stage = "annulled"
    if ground.gone and not table.stages[state.stage].ended:
        state.stage = "withdrawn"
    return state.life()


def _untouched(ground: Ground, day: date) -> Life:
    """Return the life of a ground to which nothing has happened, as most."""
    if not ground.imposed:
        return Life("derived", ground.start, ground.until, counted=ground.start)
    over = ground.until not in (None, "life") and day > date.fromisoformat(str(ground.until))
    return Life("expired" if over else "active", ground.start, ground.until, counted=ground.start)


def _fold(ground: Ground, known: list[Dated], records: list[Dated], table: Table) -> _State:
    """Let every event have its effect, in order."""
    state = _State(table, "active" if ground.imposed else "derived", ground.start, ground.start, ground.until, records=records)
    state.known, state.undone = {item.id: item.event for item in known}, _undone(known, table)
    for item in known:
        reason = _judge(state, ground, item)
        state.judged.append(Judged(item.id, item.event, reason, stood=item.id in state.stood))
    return state


def _void(ground: Ground, given: list[Dated], records: list[Dated], day: date, table: Table) -> bool:
    """Say whether it turned out later that it was void from the beginning."""
    later = any(table.events[i.event.kind].void and i.event.on.day and i.event.on.day > day for i in given)
    if not later:
        return False
    state = _fold(ground, [item for item in given if item.event.on.day is not None], records, table)
    return any(table.events[item.event.kind].void and not item.reason for item in state.judged)


def in_order(events: Iterable[Dated], table: Table) -> list[Dated]:
    """Return the events that move a stage, in the order in which they are judged: by day, as in the table, reports last, by id."""
    return sorted(
        (item for item in events if item.event.kind in table.rank),
        key=lambda item: (item.event.on, table.rank[item.event.kind], ENTERED_BY in dict(item.event.details), item.id),
    )


def _undone(known: list[Dated], table: Table) -> set[str]:
    """Return the events that a later one, which is not undone itself, holds void."""
    place = {item.id: (number, item.event) for number, item in enumerate(known)}
    undone: set[str] = set()
    for number in range(len(known) - 1, -1, -1):
        item = known[number]
        before, target = place.get(item.event.refers, (number, item.event))
        rule = table.events[item.event.kind]
        answers = before < number and target.kind in rule.undoes
        if answers and item.id not in undone and document_key(item.event.number) and _other_people(target, item.event):
            undone.add(item.event.refers)
    return undone


def _judge(state: _State, ground: Ground, item: Dated) -> str:
    """Let one event have its effect, or return why it has none."""
    event, rule = item.event, state.table.events[item.event.kind]
    assert event.on.day is not None  # noqa: S101 - only dated events come here
    if event.on.day > date.min:
        _run_out(state, event.on.day - timedelta(days=1))
    state.asked = None
    reason = "stage" if not rule.undoes and state.stage not in rule.starts else ""
    reason = reason or next((need for need in rule.needs if not _HOLDS[need](state, ground, event, rule)), "")
    if item.id in state.undone:
        state.stood |= set() if reason else {item.id}
        return "undone"
    if not reason and not rule.undoes:
        _apply(state, item, rule)
    elif not reason and event.refers in state.stood and state.table.stages[state.stage].binds:
        state.again = event.on.day
    return reason


def _apply(state: _State, item: Dated, rule: EventRule) -> None:
    event = item.event
    state.effective[item.id] = event
    state.procedure = [event] if event.kind == "proposal" else [*state.procedure, event]
    if rule.to:
        state.stage = rule.to
    if rule.opens:
        state.paused.append(item.id)
    if rule.closes:
        state.paused.remove(event.refers)
    assert event.on.day is not None  # noqa: S101 - only dated events come here
    if event.kind == "decision":
        state.until = _sooner(state.until, dict(event.details).get(LAST_DAY, ""))
    if event.kind == "service":
        state.start = max(event.on.day, state.start or event.on.day)
        state.counted = state.counted or event.on.day
    if rule.restarts:
        state.until = restarted(state.counted, state.until, event.on.day)
        state.start = state.counted = state.again = event.on.day


def _sooner(until: str | None, confirmed: str) -> str | None:
    """Return the last day of what was confirmed, sooner where it would be sooner by now: a decision covers no longer term."""
    if confirmed in ("", until):
        return until
    days = [day for day in (until, confirmed) if day not in (None, "life") and day_said(day)]
    return min(days) if days else confirmed


def _run_out(state: _State, day: date) -> None:
    """Let the term end what binds, if its last day has passed."""
    if state.table.stages[state.stage].binds and state.until not in (None, "life") and day > date.fromisoformat(str(state.until)):
        state.stage = "expired"


def restarted(start: date | None, until: str | None, day: date) -> str | None:
    """Return the last day of a term as long as the one from `start` to `until` that begins on `day`; None if not known."""
    if until in (None, "life") or start is None:
        return until
    end = date.fromisoformat(str(until))
    months = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, months) == end:
        return add_months(day, months).isoformat()
    return (day + (end - start)).isoformat()


def _told_day(state: _State, label: str) -> date | None:
    """Return a day that the notice tells, None where it tells none that can be read."""
    notice = state.latest("notice")
    return day_said(dict(notice.details).get(label)) if notice else None


def _heard_or_over(state: _State, event: Event) -> bool:
    last = _told_day(state, "until")
    return state.stage == "heard" or (last is not None and event.on.day is not None and event.on.day > last)


def _in_time(state: _State, event: Event) -> bool:
    last = _told_day(state, "hearing")
    return last is not None and event.on.day is not None and event.on.day <= last


def _other_people(before: Event | None, event: Event) -> bool:
    """Say whether it is certain that others did one event than did the other; who is not named could be anybody."""
    if before is None or not people_of(before) or not people_of(event):
        return False
    return people_of(before).isdisjoint(people_of(event))


def _in_term(state: _State, event: Event) -> bool:
    if state.until in (None, "life") or event.on.day is None:
        return True
    return event.on.day <= date.fromisoformat(str(state.until))


def _hearing_offered(state: _State, ground: Ground) -> bool:
    return not ground.occupation or _told_day(state, "hearing") is not None


def _hearing_held(state: _State, ground: Ground, event: Event) -> bool:
    """Say whether a hearing that was asked for was held or, where one may still be asked for, the party waived it."""
    last = state.latest("hearing_request", "hearing_waiver", "hearing")
    if last is not None:
        return last.kind != "hearing_request"
    return not ground.occupation or not _in_time(state, event)


def _refers(state: _State, event: Event, rule: EventRule) -> bool:
    if rule.undoes:
        return event.refers in state.undone
    return event.refers in state.paused and state.effective[event.refers].kind == rule.closes


def _answered(state: _State, event: Event) -> Event | None:
    """Return the application that a repair answers, or the repair that its undoing does."""
    wanted = "repair_application" if event.kind == "repair" else "repair"
    return next((each for each in reversed(state.effective.values()) if each.kind == wanted), None)


def _on_the_same(state: _State, event: Event) -> bool:
    """Say whether a decision confirms what was proposed; of one that says nothing of its evidence nothing is known against it."""
    proposal = state.latest("proposal")
    proposed, confirmed = (dict(each.details).get(EVIDENCE, "") for each in (proposal or event, event))
    return not proposed or not confirmed or proposed == confirmed


def _covered(ground: Ground, event: Event) -> bool:
    """Say whether a proposal or a decision is about a measure: those that the finding had then are written down."""
    told = dict(event.details).get(MEASURES)
    return told is None or not ground.measure or ground.measure in told.splitlines()


def _against_repair(state: _State, ground: Ground, event: Event) -> str:
    """Return what stands against a repair on the day of an event, in the words of the table; asked once for each event."""
    if state.asked is not None:
        return state.asked
    assert event.on.day is not None  # noqa: S101 - only dated events come here
    life = state.life()
    state.asked = against(ground, life, code_of(life, event.on.day, state.table), state.records, event)
    return state.asked


_HOLDS: Mapping[str, Callable[[_State, Ground, Event, EventRule], bool]] = {
    "premises": lambda _s, ground, _e, _r: ground.proved and not ground.gone,
    "in_term": lambda state, _g, event, _r: _in_term(state, event),
    "number": lambda _s, _g, event, _r: bool(document_key(event.number)),
    "reason": lambda _s, _g, event, _r: bool(normalise_name(event.text)),
    "told": lambda _s, _g, event, _r: bool(document_key(event.number) or normalise_name(event.text)),
    "four_eyes": lambda state, _g, event, _r: _other_people(state.latest("proposal"), event),
    "two_people": lambda state, _g, event, _r: event.refers not in state.known or _other_people(state.known[event.refers], event),
    "derived_only": lambda _s, ground, _e, _r: not ground.imposed,
    "in_time": lambda state, _g, event, _r: _in_time(state, event),
    "heard_or_over": lambda state, _g, event, _r: _heard_or_over(state, event),
    "hearing_offered": lambda state, ground, _e, _r: _hearing_offered(state, ground),
    "hearing_held": lambda state, ground, event, _r: _hearing_held(state, ground, event),
    "hearing_told": lambda state, _g, _e, _r: _told_day(state, "hearing") is not None,
    "hearing_asked": lambda state, _g, _e, _r: state.latest("hearing_request") is not None,
    "evidence": lambda state, _g, event, _r: _on_the_same(state, event),
    "covered": lambda _s, ground, event, _r: _covered(ground, event),
    "repair_two_people": lambda state, _g, event, _r: _other_people(_answered(state, event), event),
    "barred": lambda state, ground, event, _r: _against_repair(state, ground, event) != "barred",
    "steps": lambda state, ground, event, _r: _against_repair(state, ground, event) != "steps",
    "too_early": lambda state, ground, event, _r: _against_repair(state, ground, event) != "too_early",
    "no_open_objection": lambda state, _g, _e, _r: not state.paused,
    "refers": lambda state, _g, event, rule: _refers(state, event, rule),
    "not_own_clock": lambda _s, ground, event, _r: not (ground.own_clock and event.about == ground.decision),
}
"""What each `needs` of the table asks."""


def with_principal(life: Life, principals: Sequence[Life], table: Table) -> Life:
    """Let what is accessory to the enterprise's listing end and pause with it.

    It stands with any measure that binds the enterprise, and as long as nothing has happened to any of them; it pauses with those
    that are paused, and is over once nothing but what has ended, or was never confirmed, is left. It stands again with the first
    of them that does, if all that bind had ended.
    """
    if not principals or table.stages[life.stage].ended:
        return life
    binding = [each for each in principals if table.stages[each.stage].binds]
    back = [each.again for each in binding if each.again]
    if back and len(back) == len(binding):
        life = replace(life, again=max(min(back), life.again or date.min))
    if any(not each.paused for each in binding):
        return life
    if binding:
        pauses = (pause for each in binding for pause in each.paused)
        return replace(life, paused=tuple(dict.fromkeys((*life.paused, *pauses))))
    over = {each.stage for each in principals if _has_ended(each, table)}
    if not over:
        return life
    return replace(life, stage=next((stage for stage in ("annulled", "revoked") if over == {stage}), "ended_with_listing"))


def _has_ended(life: Life, table: Table) -> bool:
    """Say whether something is over, or was once and does not bind again: a new proposal brings nothing back."""
    ends = (table.events[item.event.kind].to for item in life.judged if not item.reason)
    return table.stages[life.stage].ended or any(table.stages[to].ended for to in ends if to)
