"""How an event is judged that comes from a decision above one that rests on several: each of these is followed by itself.

The invariants are those of `analytics.lifecycle.basis`, and of `analytics.lifecycle.life`, which asks here.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from analytics.lifecycle.basis import FROM, OVER, Own, Stands, below
from analytics.lifecycle.ground import Dated, Ground
from analytics.lifecycle.needs import State
from analytics.lifecycle.table import EventRule

OTHER_BASIS: Final = "other_basis"
"""Why what happened to a decision changes nothing of what rests on it: another one that it rests on stands."""


def base_of(ground: Ground, item: Dated) -> str:
    """Return the decision that an event is passed on from, if what it is passed on to rests on several; else nothing."""
    return dict(item.event.details).get(FROM, "") if ground.bases else ""


def state_of(state: State, base: str) -> State:
    """Return where a decision above stands by what was passed on from it."""
    if base not in state.above:
        state.above[base] = State(state.table, "active", None, None, None, known=state.known, undone=state.undone)
    return state.above[base]


def take(state: State, ground: Ground, item: Dated, rule: EventRule) -> str:
    """Let an event happen to the decision above, and so far as none of the others carries it to what rests on that."""
    its, before = state_of(state, base_of(ground, item)), _stands(state, ground)
    its.stage = rule.to or its.stage
    if rule.opens:
        its.paused.append(item.id)
    if rule.closes:
        its.paused.remove(item.event.refers)
    its.effective[item.id] = state.effective[item.id] = item.event
    state.procedure.append(item.event)
    after = _stands(state, ground)
    kept = [each for each in state.paused if each not in before.paused or each in after.paused]
    state.paused = kept + sorted(after.paused.difference(kept))
    state.stage = after.over or state.stage
    return "" if before != after else OTHER_BASIS


def fell(state: State, ground: Ground, item: Dated, rule: EventRule) -> bool:
    """Say whether an event that was held void since had ended until then what rests on the decision."""
    before = _stands(state, ground, fallen=True)
    state.fallen[base_of(ground, item)] = item.id, rule.to
    return before != _stands(state, ground, fallen=True)


def restore(state: State, ground: Ground, item: Dated) -> str:
    """Let a ruling hold void what had happened to the decision above."""
    base, before = base_of(ground, item), _stands(state, ground, fallen=True)
    if state.fallen.get(base, ("", ""))[0] == item.event.refers:
        del state.fallen[base]
    after = _stands(state, ground, fallen=True)
    if before.over and not after.over and state.table.stages[state.stage].binds:
        state.again = item.event.on.day or date.min
    return "" if before != after else OTHER_BASIS


def _stands(state: State, ground: Ground, *, fallen: bool = False) -> Stands:
    """Return how the decision stands by what it rests on; with `fallen`, as before what was held void is."""
    over = {base: its.stage for base, its in state.above.items() if its.stage in OVER}
    over |= {base: stage for base, (_, stage) in state.fallen.items() if stage in OVER} if fallen else {}
    known = {base: Own(over.get(base, ""), tuple(its.paused)) for base, its in state.above.items()}
    return below(ground.decision, dict(ground.bases), known)
