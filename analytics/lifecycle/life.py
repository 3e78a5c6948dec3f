"""The life of one ground: what stage it is at on a day, folded from dated events.

Invariants (tests/unit/test_lifecycle_life.py holds one test a number)
1. Status is a function of the set of events: any order of arrival gives the same.
2. An event that may not have effect is kept, and judged without effect with a reason, until what it needs has come.
3. Nothing derived binds before a decision with a document number was served, by other people than those who proposed: whoever
   entered a report counts as one of them, and one name in two spellings is one person. Its term begins with the service at the
   earliest. Where the measure restricts an occupation a hearing can be asked for until its last day, unless the party waives it.
4. Nothing stops the clock of a term: what was paused ends on the day on which it would have ended.
5. A ruling that undoes an event leaves what stood before it standing from that day on, and says so. It does so once; what was
   unmade already (a repair, for fraud) is not undone again: that it was unmade may itself be held void.
6. What is void from the beginning was never in force, on any day.
7. What ends with the enterprise's listing ends when that ends, and stands again when that does; what has its own clock keeps it.
   A measure that is not adopted against the enterprise ends no listing.
   The term that a fraud begins anew is that of what was repaired: what is accessory stands again until its own last day.
8. Of two events of one kind and day the one done here comes before the one that was reported.
9. A proposal begins a procedure: no notice, request, hearing or statement of an earlier one serves it or stands in its way.
10. An objection is answered by other people than those who recorded it; what an authority or court imposed is not lifted by it.
11. No text among the details of a report breaks the fold: what is no day is as if it were not said.
12. A repair has effect when its plan allows it on its day, wherever it was granted; whoever recorded the application does not
    grant it, and whoever granted it does not undo it.
13. What a decision confirms are the measures and the term that the finding had then, on the evidence that was proposed; what the
    finding becomes later is covered only as far as it is less, and while it rests on something that was proposed. Once it does not,
    proposal and confirmation are without effect from that day, and it is proposed anew. Where what was proposed is back it stands
    again from that day, as it was confirmed on it, and never for the time between, unless something else was proposed meanwhile.
14. What is accessory, and the decision itself, is repaired with the enterprise: what refuses the repair of that refuses theirs.
15. What an objection, an order or a repair made of a decision before a finding on it was confirmed reaches that finding too,
    also where its confirmation is only reported later; so does what an objection or an order made of its restriction whole,
    but for what an objection that is upheld cannot have been about: a ground that begins later.
16. Nothing binds on a decision that is revoked, void, or off its list, whatever happened to the finding before or since; what is
    accessory to no list keeps its own clock. A ruling on one finding leaves what happened to its decision as it is.
17. A repair that is undone for fraud brings back what would stand without it: what ended or paused the measure meanwhile still
    does.
18. What was decided on a finding that was derived then was decided, whatever becomes of the finding: from the day on which nothing
    derives it any more it is withdrawn, and not for the days before. Review, suit and rulings are still taken.
19. A document that was served, and a ban that was imposed, is not ended by a namesake: while it is doubtful whom it means it is
    paused, until a human says who. So is, at whatever stage, what somebody contested.
20. What had effect on somebody under another id has it here, at whatever stage, and confirms nothing: what would bring back a
    measure that nobody confirmed under this id leaves it derived.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from analytics.lifecycle.above import base_of, fell, restore, state_of, take
from analytics.lifecycle.evidence import Said, evidence_of, gone_on, is_back
from analytics.lifecycle.ground import EXPIRED, IDENTITY, LAST_DAY, Dated, Ground, Judged, Life, day_said, is_over
from analytics.lifecycle.needs import HOLDS, State, admits
from analytics.lifecycle.order import in_order, undone
from analytics.lifecycle.repair import ASKED
from analytics.lifecycle.table import EventRule, Table
from graph.dates import add_months

_NONE: Final[Mapping[str, str]] = {}
MISSED: Final = ("stage", "refers")
"""Why an event about a decision, or a restriction whole, has no effect of its own on what nobody had confirmed by then."""
GONE: Final = "evidence_gone"
"""Why what was proposed or confirmed, and what followed from it, has no effect: its evidence is gone."""
_LAW: Final = "law_bars"
"""Why a repair has no effect that the law of the matter bars."""
_WHOLE: Final = Ground("", "", imposed=True, proved=True, start=None, until="life")
"""A restriction by itself, whatever it rests on."""


def live(ground: Ground, events: Iterable[Dated], day: date, table: Table, refused: Mapping[str, str] = _NONE) -> Life:
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
    refused : mapping of event to reason
        Those that have no effect for what stands above: see `refused_above`.
    """
    every = list(events)
    given = in_order(every, table)
    if not given and not ground.gone:
        return _untouched(ground, day)
    records = [item for item in every if item.event.kind in table.records]
    known = [item for item in given if item.event.on.day is not None and item.event.on.day <= day]
    state = _fold(ground, known, records, table, refused, _gone(ground, known, records, day, table, refused))
    looked_at = {item.id for item in known}
    state.judged += [Judged(i.id, i.event, "future" if i.event.on.day else "day") for i in given if i.id not in looked_at]
    _pass(state, ground, day)
    _run_out(state, day)
    if _void(ground, given, records, day, table, refused):
        state.stage = "annulled"
    stage = table.stages[state.stage]
    if ground.is_gone(day) and ground.doubted and (stage.binds or state.paused):
        state.paused.append(IDENTITY)
    elif ground.is_gone(day) and not stage.ended:
        state.stage = "withdrawn"
    return state.life()


def _untouched(ground: Ground, day: date) -> Life:
    """Return the life of a ground to which nothing has happened, as most."""
    if not ground.imposed:
        return Life("derived", ground.start, ground.until, counted=ground.start)
    return Life(EXPIRED if is_over(ground.until, day) else "active", ground.start, ground.until, counted=ground.start)


def _fold(
    ground: Ground,
    known: list[Dated],
    records: list[Dated],
    table: Table,
    refused: Mapping[str, str],
    gone: frozenset[str] = frozenset(),
) -> State:
    """Let every event have its effect, in order; what was proposed or confirmed on evidence that is gone has none."""
    state = State(table, "active" if ground.imposed else "derived", ground.start, ground.start, ground.until, records=records)
    state.gone, state.waiting = gone, sorted({rest.first for rest in ground.course})
    state.known, state.undone = {item.id: item.event for item in known}, undone(ground, known, table)
    for item in known:
        reason = _judge(state, ground, item, refused.get(item.id, ""))
        state.judged.append(Judged(item.id, item.event, reason, stood=item.id in state.stood))
    return state


def _gone(
    ground: Ground, known: list[Dated], records: list[Dated], day: date, table: Table, refused: Mapping[str, str]
) -> frozenset[str]:
    """Return which proposals and decisions have no effect on a day since their evidence is gone."""
    if not ground.course:
        return frozenset()
    place = {item.id: number for number, item in enumerate(known)}

    def has_effect(proposal: str, gone: frozenset[str]) -> bool:
        return not _fold(ground, known[: place[proposal] + 1], records, table, refused, gone).judged[-1].reason

    said = [Said(i.id, evidence_of(i.event), i.event.on.earliest, i.event.kind == "proposal") for i in known]
    return gone_on(ground.course, [each for each in said if each.proposes or each.evidence], day, has_effect)


def _pass(state: State, ground: Ground, day: date) -> None:
    """Let the days go by up to one: from a day on which what was confirmed is back, what binds by it does so again."""
    while state.waiting and state.waiting[0] <= day:
        on = state.waiting.pop(0)
        if not is_back(ground.course, state.confirmed_on(), ground.measure, on):
            continue
        _run_out(state, on - timedelta(days=1))
        if state.table.stages[state.stage].binds and (state.start or date.min) < on:
            state.again = on


def _void(ground: Ground, given: list[Dated], records: list[Dated], day: date, table: Table, refused: Mapping[str, str]) -> bool:
    """Say whether it turned out later that it was void from the beginning."""
    later = any(table.events[i.event.kind].void and i.event.on.day and i.event.on.day > day for i in given)
    if not later:
        return False
    state = _fold(ground, [item for item in given if item.event.on.day is not None], records, table, refused)
    return state.stage == "annulled"


def _judge(state: State, ground: Ground, item: Dated, refused: str = "") -> str:
    """Let one event have its effect, or return why it has none."""
    event, rule = item.event, state.table.events[item.event.kind]
    assert event.on.day is not None  # noqa: S101 - only dated events come here
    if event.on.day > date.min:
        _pass(state, ground, event.on.day)
        _run_out(state, event.on.day - timedelta(days=1))
    state.asked = None
    reason = GONE if item.id in state.gone else ""
    state.fell = state.fell or bool(reason)
    base = base_of(ground, item)
    its = state_of(state, base) if base else state
    admitted = all(admits(state.table, each.stage, each.paused, event, rule) for each in (state, its))
    reason = reason or ("" if admitted else "stage")
    binds = state.table.stages[state.stage].binds
    if reason == "stage" and binds and _LAW in rule.needs and not HOLDS[_LAW](state, ground, event, rule):
        reason = _LAW  # whatever step it lacks, no step would help
    reason = reason or refused or next((need for need in rule.needs if not HOLDS[need](its, ground, event, rule)), "")
    reason = "" if item.held else reason
    if reason == "stage" and state.fell and event.about == ground.finding and state.latest("proposal") is None:
        reason = GONE  # it followed from what is gone
    if item.id in state.undone:
        stood = not reason and (not base or fell(state, ground, item, rule))
        state.stood |= {item.id} if stood else set()
        return "undone"
    if not reason and base:
        return restore(state, ground, item) if rule.undoes else take(state, ground, item, rule)
    if not reason and not rule.undoes:
        _apply(state, ground, item, rule)
    elif not reason and event.refers in state.stood and state.table.stages[state.stage].binds:
        state.again = event.on.day
    return reason


def _apply(state: State, ground: Ground, item: Dated, rule: EventRule) -> None:
    event = item.event
    state.effective[item.id] = event
    state.procedure = [event] if event.kind == "proposal" else [*state.procedure, event]
    if rule.to:
        state.stage = rule.to
    if state.table.stages[state.stage].binds and not (ground.imposed or state.served()):
        state.stage = "derived"
        return
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
        state.again = event.on.day
    if rule.restarts and not ground.principal:
        state.first = state.first or state.start
        state.until = restarted(state.counted, state.until, event.on.day)
        state.start = state.counted = event.on.day


def _sooner(until: str | None, confirmed: str) -> str | None:
    """Return the last day of what was confirmed, sooner where it would be sooner by now: a decision covers no longer term."""
    if confirmed in ("", until):
        return until
    days = [day for day in (until, confirmed) if day not in (None, "life") and day_said(day)]
    return min(days) if days else confirmed


def _run_out(state: State, day: date) -> None:
    """Let the term end what binds, if its last day has passed."""
    if state.table.stages[state.stage].binds and is_over(state.until, day):
        state.stage = EXPIRED


def restarted(start: date | None, until: str | None, day: date) -> str | None:
    """Return the last day of a term as long as the one from `start` to `until` that begins on `day`; None if not known."""
    if until in (None, "life") or start is None:
        return until
    end = date.fromisoformat(str(until))
    months = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, months) == end:
        return add_months(day, months).isoformat()
    return (day + (end - start)).isoformat()


def refused_above(decision: str, above: Iterable[tuple[Ground, Sequence[Dated]]], table: Table) -> dict[str, str]:
    """Return the requests and grants of a repair of a decision that the enterprise's own measures refuse, each with the reason.

    What does not bind the enterprise on that day refuses nothing.

    Parameters
    ----------
    decision : str
        The decision that is asked for.
    above : iterable of ground and events
        The enterprise's own findings on it, each with what happened to it.
    table : Table
        What may follow what.
    """
    refused: dict[str, str] = {}
    for ground, events in above:
        for item in events:
            on = item.event.on.day
            if on is None or item.event.about != decision or item.event.kind not in ASKED:
                continue
            if reason := _refused_on(live(ground, events, on, table), item, table):
                refused.setdefault(item.id, reason)
    return refused


def _refused_on(life: Life, item: Dated, table: Table) -> str:
    """Return why an event has no effect on what binds on its day, as it stands after that; empty where it has or need not.

    A grant for which nobody applied since it binds lacks that step.
    """
    reason = next(each.reason for each in life.judged if each.id == item.id)
    if reason == "undone" or not table.stages[life.stage].binds:
        return ""
    if reason != "stage":
        return reason
    return "steps" if item.event.kind == ASKED[1] else ""


def with_decision(life: Life, ground: Ground, own: Life, table: Table) -> Life:
    """Let what happened to the decision itself reach a finding on it that was not confirmed by then.

    Parameters
    ----------
    life, ground : Life, Ground
        The finding.
    own : Life
        The life of the decision itself.
    table : Table
        What may follow what.
    """
    missed = {item.id for item in life.judged if item.reason in MISSED and item.event.about == ground.decision}
    if not missed or ground.imposed:
        return life
    stage = table.stages[life.stage]
    reached = [item for item in own.judged if item.id in missed and not item.reason]
    met, granted = {item.event.kind for item in reached}, {item.id for item in reached if item.event.kind == ASKED[1]}
    if stage.ended and not stage.listing_stays:
        return life
    if "upheld" in met:
        return replace(life, stage=table.events["upheld"].to)
    if own.stage == table.events[ASKED[1]].to and not ground.own_clock and _repaired_before(life, granted):
        return replace(life, stage=own.stage)
    if stage.ended:
        return life
    return replace(life, paused=tuple(dict.fromkeys((*life.paused, *(each for each in own.paused if each in missed)))))


def with_restriction(life: Life, ground: Ground, events: Sequence[Dated], day: date, table: Table) -> Life:
    """Let an objection to a restriction whole, or an order that suspends it, reach a ground of it that was not confirmed by then.

    It pauses it; an objection that is upheld revokes what the measure could rest on that day.

    Parameters
    ----------
    life, ground : Life, Ground
        The ground.
    events : sequence of Dated
        What happened to it, its decision and its restriction.
    day, table
        See `live`.
    """
    own = (ground.finding, ground.decision)
    missed = {item.id for item in life.judged if item.reason in MISSED and item.event.about not in own}
    if not missed or ground.imposed or table.stages[life.stage].ended:
        return life
    whole = live(_WHOLE, [item for item in events if item.event.about not in own or item.event.refers in missed], day, table)
    upheld = [item.event.on.day for item in whole.happened("upheld") if item.id in missed]
    if any(on and (ground.start is None or ground.start <= on) for on in upheld):
        return replace(life, stage=table.events["upheld"].to)
    return replace(life, paused=tuple(dict.fromkeys((*life.paused, *(each for each in whole.paused if each in missed)))))


def _repaired_before(life: Life, granted: set[str]) -> bool:
    """Say whether one of the repairs of the decision was granted before the finding was confirmed, or it never was.

    What bound by then was asked for itself, and goes on to bind where that was refused.
    """
    order = [item.id if item.id in granted else item.event.kind for item in life.judged if item.id in granted or not item.reason]
    since = max((place for place, each in enumerate(order) if each == "service"), default=len(order))
    return any(each in granted for each in order[:since])
