"""The life of one ground: what stage it is at on a day, folded from dated events.

Invariants (tests/unit/test_lifecycle_life.py holds one test a number)
1. Status is a function of the set of events: any order of arrival gives the same.
2. An event that may not have effect is kept, and judged without effect with a reason, until what it needs has come.
3. Nothing derived binds before a decision with a document number was served, by other people than those who proposed: whoever
   entered a report counts as one of them, and one name in two spellings is one person. Its term begins with the service at the
   earliest.
4. Nothing stops the clock of a term: what was paused ends on the day on which it would have ended.
5. A ruling that undoes an event leaves what stood before it standing from that day on.
6. What is void from the beginning was never in force, on any day.
7. What ends with the enterprise's listing ends when that ends, and stands again when that does; what has its own clock keeps it.
8. Of two events of one kind and day the one done here comes before the one that was reported.
9. A proposal begins a procedure: no notice, request, hearing or statement of an earlier one serves it or stands in its way.
10. An objection is answered by other people than those who recorded it; what an authority or court imposed is not lifted by it.
11. No text among the details of a report breaks the fold: what is no day is as if it were not said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from analytics.lifecycle.table import EventRule, Table
from graph.dates import add_months
from graph.document_numbers import document_key
from graph.model import Event
from graph.names import normalise_name, user_key

ENTERED_BY: Final = "entered_by"
"""Label, among the details of a report, of who entered it."""


class Dated(NamedTuple):
    """An event with its id."""

    id: str
    event: Event


@dataclass(frozen=True, slots=True)
class Ground:
    """One finding that a restriction rests on, as far as its life depends on it.

    `proved`: every premise is, and it is certain who is meant. `own_clock`: an independent ban of a person. `occupation`: the
    measure restricts what somebody may do for a living. `gone`: the finding is no longer derived. `principal`: the finding on
    the enterprise itself that this one is accessory to.
    """

    finding: str
    decision: str
    imposed: bool
    proved: bool
    start: date | None
    until: str | None
    own_clock: bool = False
    occupation: bool = False
    gone: bool = False
    principal: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """An event and whether it has effect; `reason` is a code of the table where it has none."""

    id: str
    event: Event
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """Where a ground stands on a day: stage, term, open pauses, and every event with how it was judged.

    `start` is the first day on which it binds, `counted` the day from which its term is counted: of what was derived often an
    earlier one, as that of a listing.
    """

    stage: str
    start: date | None
    until: str | None
    paused: tuple[str, ...] = ()
    judged: tuple[Judged, ...] = ()
    counted: date | None = None

    def happened(self, kind: str) -> list[Judged]:
        """Return the events of a kind that have effect, in order."""
        return [item for item in self.judged if item.event.kind == kind and not item.reason]


@dataclass(slots=True)
class _State:
    """What the fold carries along."""

    stage: str
    start: date | None
    counted: date | None
    until: str | None
    paused: list[str] = field(default_factory=list)
    effective: dict[str, Event] = field(default_factory=dict)
    procedure: list[Event] = field(default_factory=list)

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
    given = in_order(events, table)
    if not given and not ground.gone:
        return _untouched(ground, day)
    known = [item for item in given if item.event.on.day is not None and item.event.on.day <= day]
    state, judged = _fold(ground, known, table)
    looked_at = {item.id for item in known}
    judged += [Judged(i.id, i.event, "future" if i.event.on.day else "day") for i in given if i.id not in looked_at]
    _run_out(state, day, table)
    if _void(ground, given, day, table):
        state.stage = "annulled"
    stage = "withdrawn" if ground.gone and not table.stages[state.stage].ended else state.stage
    return Life(stage, state.start, state.until, tuple(state.paused), tuple(judged), state.counted)


def _untouched(ground: Ground, day: date) -> Life:
    """Return the life of a ground to which nothing has happened, as most."""
    if not ground.imposed:
        return Life("derived", ground.start, ground.until, counted=ground.start)
    over = ground.until not in (None, "life") and day > date.fromisoformat(str(ground.until))
    return Life("expired" if over else "active", ground.start, ground.until, counted=ground.start)


def _fold(ground: Ground, known: list[Dated], table: Table) -> tuple[_State, list[Judged]]:
    """Let every event have its effect, in order."""
    state = _State("active" if ground.imposed else "derived", ground.start, ground.start, ground.until)
    undone = _undone(known, table)
    return state, [Judged(item.id, item.event, _judge(state, ground, item, undone, table)) for item in known]


def _void(ground: Ground, given: list[Dated], day: date, table: Table) -> bool:
    """Say whether it turned out later that it was void from the beginning."""
    later = any(table.events[i.event.kind].void and i.event.on.day and i.event.on.day > day for i in given)
    if not later:
        return False
    _, judged = _fold(ground, [item for item in given if item.event.on.day is not None], table)
    return any(table.events[item.event.kind].void and not item.reason for item in judged)


def in_order(events: Iterable[Dated], table: Table) -> list[Dated]:
    """Return the events that move a stage, in the order in which they are judged: by day, as in the table, reports last, by id."""
    return sorted(
        (item for item in events if item.event.kind in table.rank),
        key=lambda item: (item.event.on, table.rank[item.event.kind], ENTERED_BY in dict(item.event.details), item.id),
    )


def _undone(known: list[Dated], table: Table) -> set[str]:
    """Return the events that a later one, which is not undone itself, holds void."""
    place = {item.id: (number, item.event.kind) for number, item in enumerate(known)}
    undone: set[str] = set()
    for number in range(len(known) - 1, -1, -1):
        item = known[number]
        target = place.get(item.event.refers)
        rule = table.events[item.event.kind]
        answers = target is not None and target[0] < number and target[1] in rule.undoes
        if answers and item.id not in undone and document_key(item.event.number):
            undone.add(item.event.refers)
    return undone


def _judge(state: _State, ground: Ground, item: Dated, undone: set[str], table: Table) -> str:
    """Let one event have its effect, or return why it has none."""
    event, rule = item.event, table.events[item.event.kind]
    assert event.on.day is not None  # noqa: S101 - only dated events come here
    _run_out(state, event.on.day - timedelta(days=1), table)
    if item.id in undone:
        return "undone"
    if rule.undoes:
        return next(
            (need for need in rule.needs if need == "number" and not document_key(event.number)),
            "" if event.refers in undone else "refers",
        )
    if state.stage not in rule.starts:
        return "stage"
    reason = next((need for need in rule.needs if not _HOLDS[need](state, ground, event, rule)), "")
    if reason:
        return reason
    _apply(state, item, rule)
    return ""


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
    if event.kind == "service":
        state.start = max(event.on.day, state.start or event.on.day)
        state.counted = state.counted or event.on.day
    if rule.restarts:
        state.until = restarted(state.counted, state.until, event.on.day)
        state.start = state.counted = event.on.day


def _run_out(state: _State, day: date, table: Table) -> None:
    """Let the term end what binds, if its last day has passed."""
    if table.stages[state.stage].binds and state.until not in (None, "life") and day > date.fromisoformat(str(state.until)):
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
    try:
        return date.fromisoformat(dict(notice.details).get(label, "")) if notice else None
    except ValueError:
        return None


def _heard_or_over(state: _State, event: Event) -> bool:
    last = _told_day(state, "until")
    return state.stage == "heard" or (last is not None and event.on.day is not None and event.on.day > last)


def _in_time(state: _State, event: Event) -> bool:
    last = _told_day(state, "hearing")
    return last is not None and event.on.day is not None and event.on.day <= last


def people_of(event: Event) -> set[str]:
    """Return who stands behind an event, in one spelling: who did it, and who entered it where it was done elsewhere."""
    return {user_key(each) for each in (event.by, dict(event.details).get(ENTERED_BY, ""))} - {""}


def _other_people(before: Event | None, event: Event) -> bool:
    return before is not None and bool(people_of(event)) and people_of(before).isdisjoint(people_of(event))


def _in_term(ground: Ground, event: Event) -> bool:
    if ground.until in (None, "life") or event.on.day is None:
        return True
    return event.on.day <= date.fromisoformat(str(ground.until))


def _hearing_offered(state: _State, ground: Ground) -> bool:
    return not ground.occupation or _told_day(state, "hearing") is not None


def _hearing_held(state: _State) -> bool:
    last = state.latest("hearing_request", "hearing")
    return last is None or last.kind == "hearing"


_HOLDS: Mapping[str, Callable[[_State, Ground, Event, EventRule], bool]] = {
    "premises": lambda _s, ground, _e, _r: ground.proved and not ground.gone,
    "in_term": lambda _s, ground, event, _r: _in_term(ground, event),
    "number": lambda _s, _g, event, _r: bool(document_key(event.number)),
    "reason": lambda _s, _g, event, _r: bool(normalise_name(event.text)),
    "told": lambda _s, _g, event, _r: bool(document_key(event.number) or normalise_name(event.text)),
    "four_eyes": lambda state, _g, event, _r: _other_people(state.latest("proposal"), event),
    "two_people": lambda state, _g, event, _r: _other_people(state.effective.get(event.refers), event),
    "derived_only": lambda _s, ground, _e, _r: not ground.imposed,
    "in_time": lambda state, _g, event, _r: _in_time(state, event),
    "heard_or_over": lambda state, _g, event, _r: _heard_or_over(state, event),
    "hearing_offered": lambda state, ground, _e, _r: _hearing_offered(state, ground),
    "hearing_held": lambda state, _g, _e, _r: _hearing_held(state),
    "no_open_objection": lambda state, _g, _e, _r: not state.paused,
    "refers": lambda state, _g, event, rule: event.refers in state.paused and state.effective[event.refers].kind == rule.closes,
    "not_own_clock": lambda _s, ground, event, _r: not (ground.own_clock and event.about == ground.decision),
}
"""What each `needs` of the table asks."""


def with_principal(life: Life, principal: Life | None, table: Table) -> Life:
    """Let what is accessory to the enterprise's listing end with it."""
    if principal is None or table.stages[life.stage].ended or not table.stages[principal.stage].ended:
        return life
    if principal.stage in ("annulled", "revoked"):
        return replace(life, stage=principal.stage)
    return replace(life, stage="ended_with_listing")
