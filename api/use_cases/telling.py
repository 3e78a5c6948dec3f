"""What a unit is to be told of a restriction, from what it was told before and how every ground stands.

A message carries the whole of what its unit was ever told: in `grounds` what it names, in `told_before` every other ground that the
unit was told to execute, each with how it stands. So the last message of a unit is all that has to be known of those before.

Invariants (tests/unit/test_api_telling.py holds one test a number)
1. The last word of every ground that a unit was ever told to execute is true: it binds, is paused, is over, revoked, void or
   withdrawn. Whoever was told otherwise is told again, also after a stop and whatever else was told since.
2. No ground that never bound while the unit was told of it is ever named: a measure that is paused for such a ground alone has
   ended for the unit.
3. What is told twice in a row differs in a word, or in what binds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from analytics.lifecycle.departments import action
from analytics.lifecycle.restrictions import BINDING, STRENGTH

Named = dict[str, Any]
"""A ground as a message names it."""
_OWN: Final = ("paused", "revoked", "annulled", "withdrawn")
_UNCONFIRMED: Final = ("derived", "proposed", "notified", "heard", "decided", "rejected", "lapsed")
"""How stands what nobody has confirmed (yet), or not on what it rests on now."""


class Said(NamedTuple):
    """What is to be said: the action, empty where nothing changed of what the unit does; the grounds named, and all others.

    `anew`: a ground has another word than it had.
    """

    action: str
    named: list[Named]
    before: list[Named]
    anew: bool

    @property
    def status(self) -> str:
        """How what is named stands: as the strongest of the grounds."""
        return strongest(self.named)


def to_say(last: Mapping[str, Any] | None, binds: Sequence[Named], stands: Callable[[Named], str]) -> Said | None:
    """Return what a unit is to be told, None where it was told nothing and nothing binds.

    Parameters
    ----------
    last : mapping, optional
        The message before.
    binds : sequence of Named
        The grounds that bind today.
    stands : callable
        Tells how a ground stands that the unit was told.
    """
    if last is None:
        return Said("execute", list(binds), [], anew=True) if binds else None
    now = [(ground | {"status": stands(ground)}, ground["status"]) for ground in (*grounds_of(last), *before_of(last))]
    anew = any(word(ground["status"]) != word(told) for ground, told in now)
    every = [ground for ground, _ in now]
    if binds:
        return Said(action(last["action"], BINDING[0]), list(binds), [g for g in every if not _among(g, binds)], anew)
    told = action(last["action"], code := strongest(every))
    if code == "paused" and (told or last["action"]) == "pause":
        named = [ground for ground in every if ground["status"] == "paused"]
    else:
        named = every[: len(grounds_of(last))]
    return Said(told or (last["action"] if anew else ""), named, [ground for ground in every if ground not in named], anew)


def word(status: str) -> str:
    """Return what a unit has to know of how a ground stands: what ended by itself is over, however it did."""
    return "binds" if status in BINDING else status if status in _OWN else "over"


def last_word(code: str, told: str) -> str:
    """Return how a ground stands of which a unit was told: what it was confirmed on is withdrawn once it is not confirmed any more.

    What was over by then stays what it was: nobody is told of a proposal.
    """
    if code not in _UNCONFIRMED:
        return code
    return "withdrawn" if word(told) in ("binds", "paused") else told


def strongest(named: Sequence[Named]) -> str:
    """Return how grounds stand together."""
    return min((str(ground["status"]) for ground in named), key=STRENGTH.index)


def grounds_of(said: Mapping[str, Any]) -> list[Named]:
    """Return the grounds that a message names, each with its status; one of before they were listed names its decision alone."""
    one = {"finding": None} | {part: said[part] for part in ("decision", "document", "from", "until") if part in said}
    return [{"status": said["status"]} | ground for ground in said.get("grounds") or [one]]


def before_of(said: Mapping[str, Any]) -> list[Named]:
    """Return the grounds that its unit was told of before a message, and that it does not name; none was listed at first."""
    return list(said.get("told_before", ()))


def whole(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message with both lists of grounds, also one of before these were kept."""
    return {**said, "grounds": grounds_of(said), "told_before": before_of(said)}


def is_meant(told: Named, finding: str, decision: str) -> bool:
    """Say whether a ground that was told is that of a finding on a decision; one of before findings were named is of any on it."""
    return bool(told["finding"] == finding if told["finding"] else told["decision"]["id"] == decision)


def _among(told: Named, binds: Sequence[Named]) -> bool:
    return any(is_meant(told, each["finding"], each["decision"]["id"]) for each in binds)
